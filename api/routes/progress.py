"""/progress: what was demanded, by when, and how far it is: a page, JSON and CSV."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadChoice, BadInteger, UnknownParameter
from api.language import N_, gettext
from api.routes.front import today as legal_day
from api.routes.pages import page
from api.routes.provinces import read_province
from api.routes.render import csv_answer, html_answer, json_answer
from api.routes.requests import TABLES, Wish, whole_number
from api.routes.trajectories import charts_of, subject_of
from api.store.connect import Reader
from api.store.progress import select_choices
from api.workflows.progress import WHY, summarise
from api.workflows.quantities import pace, quantity
from gis.progress import STATES, measure_of

router = APIRouter()
Row = dict[str, Any]
PAGE = 120  # targets on a page
OPEN = 24  # as many are shown at once; of more a reader opens the years that matter
ZONES_SHOWN = 12  # zones of a target on the page
WORDS = {
    "reached": N_("Reached"), "on_track": N_("On the way"), "behind": N_("Behind"), "missed": N_("Missed"),
    "not_assessable": N_("Not assessable"),
}  # fmt: skip
MEANINGS = {
    "reached": N_("what is known meets the demand"), "on_track": N_("at the pace so far it will be reached in time"),
    "behind": N_("at the pace so far it will not be reached in time"),
    "missed": N_("the time is over and what is known falls short"),
    "not_assessable": N_("nothing that is known decides it; each target says why"),
}  # fmt: skip
RELATIONS = {
    "repeats": N_("The same is demanded in"), "supersedes": N_("Stands in place of"),
    "superseded_by": N_("A later document demands something else:"), "beside": N_("Stands beside"),
}  # fmt: skip
TEXTS = (
    "id", "province", "province_code", "period", "indicator", "indicator_vi", "indicator_en", "unit", "subject",
    "subject_kind", "zone", "zone_name_vi", "zone_name_en", "applies_to", "comparator",
)  # fmt: skip
FOUND = (
    "milestone", "milestone_vi", "milestone_en", "state", "reason_code", "reason_vi", "reason_en", "observation",
    "observation_comparator", "observation_as_of", "observation_source", "measured_basis", "measured_definition",
    "relation", "relation_facts", "source", "source_number", "source_title", "place", "quote", "note",
)  # fmt: skip
COLUMNS = (
    *TEXTS[:3],
    "year",
    *TEXTS[3:],
    "value",
    "value_max",
    *FOUND,
    "observation_value",
    "observation_value_max",
    "measured_value",
    "measured_low",
    "measured_high",
    "measured_known",
    "measured_total",
    "measured_unnamed",
    "measured_known_part_pct",
    "needed_per_year",
    "reached_per_year",
    "projected",
)


@router.get("/progress", summary=N_("Targets, each with its one state and the reason"), tags=["Figures"])
async def get_progress(request: Request) -> Response:
    """`province` old or new by code, slug or name; `year` that the time ends in; `state`; `indicator`.

    The JSON and the CSV are whole; in a browser targets come 120 at a time: `page` is the number of the page.
    """
    wish = Wish(request, known=("province", "year", "state", "indicator", "page"), media=TABLES)
    reader: Reader = request.app.state.reader
    if wish.format != "html" and "page" in wish.params:
        raise UnknownParameter("page", known="f, lang, province, year, state, indicator")
    asked = {name: text.strip() for name, text in wish.params.items() if text.strip() and name != "page"}
    unit, year, day = await read_province(reader, asked.get("province")), year_in(asked.get("year")), legal_day()
    choices = await select_choices(reader)
    state = one_of("state", asked.get("state"), STATES)
    indicator = one_of("indicator", asked.get("indicator"), [one["indicator"] for one in choices["indicators"]])
    revision = (await request.app.state.revisions.current())["register"].revision
    found = [
        one for one in await request.app.state.progress.rows(reader, revision, unit, day)
        if year in (None, one["year"]) and indicator in (None, one["indicator"])
    ]  # fmt: skip
    rows = [one for one in found if state in (None, one["state"])]
    if wish.format == "csv":
        return csv_answer("progress", COLUMNS, (flat(one) for one in rows))
    if wish.format == "html":
        return html_answer(progress_page(wish, rows, found, {**choices, "asked": asked, "unit": unit}, day))
    synthetic = {"synthetic": True} if reader.synthetic else {}
    return json_answer({**synthetic, "today": day.isoformat(), "states": summarise(rows), "targets": rows})


def year_in(text: str | None) -> int | None:
    """A year of four digits. Raises BadInteger."""
    year = whole_number(text, digits=4) if text is not None else None
    if text is not None and not year:
        raise BadInteger("year", value=text, minimum=1)
    return year


def one_of(name: str, value: str | None, known: Sequence[str]) -> str | None:
    if value is not None and value not in known:
        raise BadChoice(name, value=value, known=", ".join(known))
    return value


def flat(one: Row) -> tuple[Any, ...]:
    """A target as a line of the CSV."""
    seen, found, going = one["observation"] or {}, one["measured"] or {}, one["pace"] or {}
    relation = one["relation"] or {}
    cells = {
        **one, "reason_code": one["reason"]["code"], "observation": seen.get("id"),
        **{f"observation_{name}": seen.get(name) for name in ("value", "value_max", "comparator", "as_of", "source")},
        **{f"measured_{name}": found.get(name) for name in (
            "value", "low", "high", "known", "total", "unnamed", "known_part_pct", "basis", "definition",
        )},
        **{name: going.get(name) for name in ("needed_per_year", "reached_per_year", "projected")},
        "relation": relation.get("kind"), "relation_facts": relation.get("facts"),
    }  # fmt: skip
    return tuple(cells[name] for name in COLUMNS)


def progress_page(wish: Wish, rows: Sequence[Row], found: Sequence[Row], choices: Row, day: date) -> str:
    """The page with its part of the targets; `found` are those of every state, which the sums are of. Raises
    BadInteger, BadChoice: a page that is not there.
    """
    pages = max(1, -(-len(rows) // PAGE))
    number = whole_number(wish.params.get("page", "1"))
    if not number:
        raise BadInteger("page", value=wish.params["page"], minimum=1)
    if number > pages:
        raise BadChoice("page", value=number, known=f"1–{pages}")
    beside = {rel: wish.same(page=one) for rel, one in (("prev", number - 1), ("next", number + 1)) if 0 < one <= pages}
    first = (number - 1) * PAGE
    shown = rows[first : first + PAGE]
    language, _ = wish.language, gettext(wish.language)
    return page(
        "progress.html", wish.request, language, today=day, counts=summarise(found), all=len(rows), first=first + 1,
        last=first + len(shown), beside=beside, choices=choices, provinces=[province_of(one, wish, day) for one in
        provinces(shown)], sums=sums_of(found), why=reasons_of(found), reviews=reviews_of(rows), states=STATES,
        whole=len(found), open=len(shown) <= OPEN, narrowed=lambda **changes: wish.same(page=None, **changes),
        words={name: _(text) for name, text in WORDS.items()},
        meanings={name: _(text) for name, text in MEANINGS.items()},
        relations={name: _(text) for name, text in RELATIONS.items()}, zones_shown=ZONES_SHOWN,
        files={name: wish.same(page=None, f=name) for name in ("json", "csv")},
        subject=lambda one: subject_of(one, language), kind_of=lambda one: measure_of(one["indicator"]).kind,
        figure=lambda one, unit: quantity(one["value"], unit, language, one["comparator"], one["value_max"]),
        amount_of=lambda value, unit: quantity(value, unit, language),
        pace=lambda value, unit: pace(value, unit, language),
        sources={one["id"]: one["source"] for one in rows},
    )  # fmt: skip


def provinces(rows: Sequence[Row]) -> list[list[Row]]:
    """Targets by province, in the order in which they come."""
    return [list(group) for _, group in groupby(rows, key=lambda one: one["unit_uid"])]


def by_year(rows: Sequence[Row]) -> list[tuple[int | None, list[Row]]]:
    """Targets of a province by the year that their time ends in, in the order in which they come."""
    return [(year, list(group)) for year, group in groupby(rows, key=lambda one: one["year"])]


def province_of(rows: Sequence[Row], wish: Wish, day: date) -> Row:
    """A province with its targets by year, and its charts."""
    return {
        "uid": rows[0]["unit_uid"], "name": rows[0]["province"],
        "years": [(year, group, summarise(group)) for year, group in by_year(rows)],
        "charts": charts_of(rows, wish.language, day),
    }  # fmt: skip


def sums_of(rows: Sequence[Row]) -> list[Row]:
    """How many targets of each province, and of each of its years, are in each state."""
    return [
        {"uid": group[0]["unit_uid"], "name": group[0]["province"], "all": len(group), "counts": summarise(group),
         "years": [{"year": year, "all": len(part), "counts": summarise(part)} for year, part in by_year(group)]}
        for group in provinces(rows)
    ]  # fmt: skip


def reasons_of(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Why targets cannot be assessed, the most frequent first: the words, and of how many."""
    counted = Counter(one["reason"]["code"] for one in rows if one["state"] == "not_assessable")
    return [(WHY[code], number) for code, number in counted.most_common()]


def reviews_of(rows: Sequence[Row]) -> list[Row]:
    """The years that documents set to look back in, in their order."""
    found = [one for one in rows if measure_of(one["indicator"]).kind == "review"]
    return sorted(found, key=lambda one: (one["value"], one["id"]))
