"""Charts of targets over time in the reader's language, each with the figures that it is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from api.language import N_, Language, gettext
from api.schemas.words import CODES, UNITS
from api.workflows.quantities import pace, quantity
from gis import wording
from gis.charts import Line, Observation, Target, Trajectory, draw_trajectory
from gis.dates import Dated, parse_edtf
from gis.progress import measure_of

Row = dict[str, Any]
DRAWN = ("level", "period", "fill_rate", "count", "sum")


@dataclass(frozen=True)
class Chart:
    """A drawing with its title, the figures behind it, and the paces and reviews in it as texts."""

    key: str
    title: str
    subject: str
    svg: Markup
    figures: Sequence[Row]
    needed: str = ""
    reached: str = ""
    reviews: Sequence[Row] = ()


def charts_of(rows: Sequence[Row], language: Language, today: date) -> list[Chart]:
    """A chart for each indicator and subject with a numeric target and more to draw than one demand."""
    groups: dict[tuple[str, str, str, str], list[Row]] = {}
    for one in rows:
        if one["value"] is not None and one["period"] and measure_of(one["indicator"]).kind in DRAWN:
            key = (one["unit_uid"], one["indicator"], one["subject_kind"], one["zone"] or "")
            groups.setdefault(key, []).append(one)
    reviews = [one for one in rows if measure_of(one["indicator"]).kind == "review"]
    made = (chart_of(group, reviews, language, today) for group in groups.values())
    return [one for one in made if one is not None]


def chart_of(targets: Sequence[Row], reviews: Sequence[Row], language: Language, today: date) -> Chart | None:
    _ = gettext(language)
    first = targets[0]
    observed = known(targets)
    if not observed and len({(one["value"], one["value_max"], one["year"]) for one in targets}) < 2:
        return None
    unit, key = first["unit"], f"{first['id']}"
    own = [one for one in reviews if one["unit_uid"] == first["unit_uid"]]
    name = first["indicator_vi"] if language == "vi" else first["indicator_en"]
    subject = ", ".join(filter(None, ("" if is_whole(first) else subject_of(first, language), first["province"])))
    rate = unit.startswith("%")
    needed, reached = paces(targets)
    chart = Trajectory(
        title=f"{name} – {subject}", description=told(observed, targets, unit, language),
        observations=[drawn(one) for one in observed],
        targets=[Target(float(one["value"]), dated(one["period"]), one["comparator"] or "eq", number(one["value_max"]))
                 for one in targets],
        unit="%" if rate else "", caption=_(UNITS.get(unit) or unit) if unit != "%" else "",
        top=100.0 if first["indicator"] == "target_fill_rate_pct" else 0.0, today=today,
        needed=needed[1] if needed else None, reached=reached[1] if reached else None,
        reviews=[one["value"] for one in own], key=key,
    )  # fmt: skip
    svg = draw_trajectory(chart, language, _)
    if svg is None:
        return None
    return Chart(
        key, name, subject, svg, figures(observed, targets, language),
        needed=pace(needed[0], unit, language) if needed else "",
        reached=pace(reached[0], unit, language) if reached else "", reviews=own,
    )  # fmt: skip


def known(targets: Sequence[Row]) -> list[Row]:
    """The observations of a subject with a date, each figure of a time once; of a group its rates by year."""
    first = targets[0]
    found = [one for one in first["series"] if one["as_of"]]
    found += [{"value": one["value"], "value_max": None, "comparator": "eq", "as_of": one["as_of"], "source": None,
               "id": None} for one in longest(targets)]  # fmt: skip
    seen = {(one["as_of"], one["value"], one["value_max"], one["comparator"]): one for one in reversed(found)}
    return sorted(seen.values(), key=lambda one: (dated(one["as_of"]).end, one["value"]))


def longest(targets: Sequence[Row]) -> list[Row]:
    """The rates of a group by year, of the target that has most of them."""
    points: list[Row] = max((one["points"] for one in targets), key=len)
    return points


def paces(targets: Sequence[Row]) -> tuple[tuple[float, Line] | None, tuple[float, Line] | None]:
    """What is needed a year from the latest figure to the next target, and what was reached a year, drawn on to the
    last one; each with its line.
    """
    in_force = [one for one in targets if (one["relation"] or {}).get("kind") != "superseded_by" and one["pace"]]
    needed, reached = None, None
    newest = max((dated(one["pace"]["from"]["as_of"]).end for one in in_force), default=None)
    in_force = [one for one in in_force if dated(one["pace"]["from"]["as_of"]).end == newest]
    ahead = [one for one in in_force if (one["pace"]["needed_per_year"] or 0) > 0 and one["state"] != "reached"]
    if ahead:
        one = min(ahead, key=lambda row: dated(row["period"]).end)
        since = dated(one["pace"]["from"]["as_of"]).end
        line = Line(since, one["pace"]["from"]["value"], dated(one["period"]).end, float(one["value"]))
        needed = (one["pace"]["needed_per_year"], line)
    going = [one for one in in_force if one["pace"]["projected"] is not None]
    if going:
        one = max(going, key=lambda row: dated(row["period"]).end)
        since = dated(one["pace"]["from"]["as_of"]).end
        line = Line(since, one["pace"]["from"]["value"], dated(one["period"]).end, one["pace"]["projected"])
        reached = (one["pace"]["reached_per_year"], line)
    return needed, reached


def figures(observed: Sequence[Row], targets: Sequence[Row], language: Language) -> list[Row]:
    """The table behind a chart: what was observed, then what is demanded."""
    unit = targets[0]["unit"]
    seen = [{"is_target": False, "text": quantity(one["value"], unit, language, one["comparator"], one["value_max"]),
             "when": wording.edtf(one["as_of"], language), "source": one["source"], "fact": one["id"]}
            for one in observed]  # fmt: skip
    asked = [{"is_target": True, "text": quantity(one["value"], unit, language, one["comparator"], one["value_max"]),
              "when": wording.edtf(one["period"], language), "source": one["source"], "fact": one["id"]}
             for one in targets]  # fmt: skip
    return seen + asked


def told(observed: Sequence[Row], targets: Sequence[Row], unit: str, language: Language) -> str:
    """The same for who does not see the chart."""
    _ = gettext(language)
    seen = "; ".join(f"{quantity(one['value'], unit, language, one['comparator'], one['value_max'])} "
                     f"({wording.edtf(one['as_of'], language)})" for one in observed)  # fmt: skip
    asked = "; ".join(f"{quantity(one['value'], unit, language, one['comparator'], one['value_max'])} "
                      f"({wording.edtf(one['period'], language)})" for one in targets)  # fmt: skip
    return _("Known: %(known)s. Targets: %(targets)s.") % {"known": seen or _("Not stated"), "targets": asked}


def subject_of(target: Row, language: Language) -> str:
    """Whom a target is about, without its province."""
    if target["zone"]:
        return str(target["zone_name_vi"] if language == "vi" else target["zone_name_en"])
    return gettext(language)(
        N_("The whole province") if is_whole(target) else CODES.get(target["subject_kind"]) or target["subject_kind"]
    )


def is_whole(target: Row) -> bool:
    """Whether it is about a province and not about its zones."""
    return bool(target["subject_kind"] == "province")


def drawn(one: Row) -> Observation:
    return Observation(float(one["value"]), dated(one["as_of"]), one["comparator"], number(one["value_max"]))


def number(value: Any) -> float | None:
    return None if value is None else float(value)


def dated(text: str) -> Dated:
    found = parse_edtf(text)
    assert found
    return found
