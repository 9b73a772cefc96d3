"""/compare: up to four zones side by side, as a page, as JSON and as XLSX."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.errors import BadChoice, BadLength, BadParameter, NoZoneNamed, TooManyZones, UnknownZones
from api.language import N_, Language, gettext
from api.routes.ogc.links import link, self_and_alternate
from api.routes.pages import age, page
from api.routes.problems import said
from api.routes.render import COMMON, html_answer, json_answer
from api.routes.requests import DOCUMENT, FILES, Media, Wish
from api.schemas import compared
from api.schemas.words import UNITS
from api.store.compare import find_by_words, select_features
from api.store.connect import Reader
from api.workflows.compare import MOST, NUMBERS, compare
from gis import wording
from gis.dates import LEGAL_ZONE
from gis.formats.side_by_side import Cell, Heads, Line, write_side_by_side

router = APIRouter()
Row = dict[str, Any]
COMPARISON: Media = {**DOCUMENT, "xlsx": FILES["xlsx"]}
CHOICES = 12  # zones offered where words fit several
LONGEST = 200  # letters of a name
LISTED = 100  # zones that the box for adding one offers by itself
TOLD = (
    "value", "text", "kind", "unit", "as_of", "period", "age_years", "basis", "definition", "exact", "met", "sources",
    "others",
)  # fmt: skip
SHARED = ("demanded_of_all", "documents")
RULE = N_(
    "The largest free and cleared land is marked only where it is stated for every zone, found in the same way and "
    "less than a year apart. A fill rate is neither good nor bad: it is not ranked."
)


@router.get("/compare", summary=N_("Zones side by side"), tags=["Figures"])
async def get_comparison(request: Request) -> Response:
    """`zones`: up to four identifiers with commas; `add`: words of the name of one more, for a form."""
    wish = Wish(request, known=("zones", "add"), media=COMPARISON)
    reader, slugs = request.app.state.reader, slugs_in(wish.params.get("zones", ""))
    try:
        if wish.params.get("add", "").strip():
            return await add(wish, slugs, wish.params["add"].strip())
        document = worded(await compare(reader, slugs), wish.language)
    except (UnknownZones, TooManyZones, NoZoneNamed) as error:
        if wish.format != "html":
            raise
        served = await select_features(reader, slugs[: 5 * MOST])
        kept = [served[slug] for slug in slugs if slug in served][:MOST]
        return await choosing(wish, kept, notice=said(error.message, error.facts, gettext(wish.language)))
    if wish.format == "xlsx":
        return await file_answer(wish, document)
    if wish.format == "html":
        if len(slugs) < 2:
            return await choosing(wish, document["zones"])
        return html_answer(await shown(wish, document["zones"], document=document, rule=gettext(wish.language)(RULE)))
    synthetic = {"synthetic": True} if reader.synthetic else {}
    return json_answer({**synthetic, **for_programs(document), "links": links(wish, document["zones"])})


def slugs_in(text: str) -> list[str]:
    """Each zone once, in the order given."""
    return list(dict.fromkeys(slug for one in text.split(",") if (slug := one.strip().lower())))


def address(slugs: Sequence[str], **more: str) -> str:
    """A comparison; commas stay readable."""
    return "/compare?" + urlencode({"zones": ",".join(slugs), **more}, safe=",")


async def add(wish: Wish, slugs: list[str], words: str) -> Response:
    """To the comparison with one more, or a choice where the words fit several.

    Raises NoZoneNamed, TooManyZones, BadLength.
    """
    if len(words) > LONGEST:
        raise BadLength("add", most=LONGEST)
    if len(slugs) >= MOST:
        raise TooManyZones("zones", most=MOST, count=len(slugs) + 1)
    reader, language = wish.request.app.state.reader, wish.language
    has_letters = any(char.isalnum() for char in words)
    found = list((await select_features(reader, [words.lower()])).values())
    if has_letters and not found:
        found = await find_by_words(reader, words, language=language, limit=CHOICES + 1)
    exact = [one for one in found if words.casefold() in (one["name_vi"].casefold(), one["name_en"].casefold())]
    found = exact if len(exact) == 1 else found
    if not found:
        raise NoZoneNamed("add", value=words)
    if len(found) == 1:
        wishes = {name: wish.request.query_params[name] for name in ("f", "lang") if name in wish.request.query_params}
        place = address(slugs_in(",".join([*slugs, found[0]["slug"]])), **wishes)
        return Response(status_code=HTTPStatus.SEE_OTHER, headers={**COMMON, "Location": place})
    if wish.format != "html":
        raise BadChoice("add", value=words, known=", ".join(one["slug"] for one in found))
    served = await select_features(reader, slugs)
    chosen = [served[slug] for slug in slugs if slug in served]
    fitting = [{**one, "address": address([*slugs, one["slug"]], lang=language)} for one in found]
    return await choosing(wish, chosen, fitting=fitting[:CHOICES], words=words, status=HTTPStatus.OK)


async def choosing(
    wish: Wish, chosen: Sequence[Row], *, notice: str = "", fitting: Sequence[Row] = (), words: str = "",
    status: HTTPStatus | None = None,
) -> Response:  # fmt: skip
    """The page for choosing zones, where there are too few, too many or unknown ones."""
    status = status or (HTTPStatus.BAD_REQUEST if notice else HTTPStatus.OK)
    headers = {"Cache-Control": "no-store"} if notice else {}
    body = await shown(wish, chosen, notice=notice, fitting=fitting, words=words)
    return html_answer(body, headers, status)


async def shown(wish: Wish, chosen: Sequence[Row], **values: Any) -> str:
    """The page. `chosen` are the zones, each with the address without it."""
    slugs, language = [one["slug"] for one in chosen], wish.language
    with_removal = [
        {**one, "without": address([slug for slug in slugs if slug != one["slug"]], lang=language)} for one in chosen
    ]
    names = await offered(wish.request.app.state.reader, language, slugs)
    usual: Row = {"document": None, "notice": "", "fitting": (), "words": "", "rule": ""}
    return page(
        "compare.html", wish.request, language, chosen=with_removal, most=MOST, offered=names, zones=",".join(slugs),
        xlsx=address(slugs, f="xlsx", lang=language), permanent=wish.base + address(slugs, lang=language),
        today=datetime.now(LEGAL_ZONE).date(), pick=",".join(slugs), **{**usual, **values},
    )  # fmt: skip


async def offered(reader: Reader, language: Language, slugs: Sequence[str]) -> list[Row]:
    """Zones that the box offers by name; none where they are too many to be sent along."""
    found = await find_by_words(reader, "", language=language, limit=LISTED + 1)
    return [] if len(found) > LISTED else [one for one in found if one["slug"] not in slugs]


def worded(comparison: Row, language: Language) -> Row:
    """The comparison in a language: groups with titles, rows with titles and remarks, values with their texts."""
    slugs, _ = [one["slug"] for one in comparison["zones"]], gettext(language)
    groups = [
        {"id": group, "title": _(compared.GROUPS[group]), "rows": [
            {
                "name": row["name"], "title": compared.row_title(row, language), "unit": row["unit"],
                "comparable": row["comparable"], "reason": row["reason"], "remark": compared.remark(row, language),
                "best": [slugs[place] for place in row["best"]], "once": once(row, slugs, language),
                "cells": [
                    {"zone": slug, "values": [worded_value(one, language) for one in cell]}
                    for slug, cell in zip(slugs, row["cells"], strict=True)
                ],
            } for row in rows
        ]} for group, rows in groupby(comparison["rows"], key=lambda row: row["group"])
    ]  # fmt: skip
    return {"zones": comparison["zones"], "groups": groups}


def once(row: Row, slugs: Sequence[str], language: Language) -> list[Row] | None:
    """What a page says once for the whole row, each value with the zones it is `of`: nothing where no zone has a value,
    the many values of a row in which zones mostly share them. None where each zone has its own cell.
    """
    if not any(row["cells"]):
        return []
    if row["name"] not in SHARED:
        return None
    found: dict[str, Row] = {}
    for slug, cell in zip(slugs, row["cells"], strict=True):
        for one in cell:
            told = worded_value(one, language)
            found.setdefault(repr((told["text"], told["sources"])), {**told, "of": []})["of"].append(slug)
    return list(found.values())


def worded_value(one: Row, language: Language) -> Row:
    """A value with its text, how it was found (`aside`) and its age in full years."""
    given = one["value"]["id"] if one["kind"] == "document" else one["value"]
    return {
        **one, "value": given, "text": compared.told(one, language), "aside": compared.aside(one, language),
        "age_years": age(one["as_of"]) if one["as_of"] else None, "left_out": one.get("left_out", 0),
        "marks": list({mark["source"]: mark for mark in reversed(one["sources"])}.values())[::-1],
    }  # fmt: skip


def for_programs(document: Row) -> Row:
    """The same without what only pages need."""
    for row in (row for group in document["groups"] for row in group["rows"]):
        del row["once"]
        for cell in row["cells"]:
            cell["values"] = [{name: one[name] for name in TOLD} for one in cell["values"]]
    return document


def links(wish: Wish, zones: Sequence[Row]) -> list[dict[str, str]]:
    """Of the JSON: itself in other forms, and each zone's feature."""
    return [
        *self_and_alternate(wish), link(wish.same(f="xlsx"), "alternate", FILES["xlsx"][0]),
        *(link(wish.url(f"/collections/zones/items/{one['slug']}", f="json"), "item", "application/geo+json")
          for one in zones),
    ]  # fmt: skip


async def file_answer(wish: Wish, document: Row) -> Response:
    """The comparison as a workbook in the language of the wish."""
    _ = gettext(wish.language)
    if not document["zones"]:
        raise BadParameter("zones", value="")
    names = [one["name_vi"] if wish.language == "vi" else one["name_en"] for one in document["zones"]]
    heads = Heads(
        (_(N_("Group")), _(N_("What")), _(N_("Unit"))),
        (_(N_("Value")), _(N_("As of")), _(N_("Source"))),
        _(N_("Remark")),
    )
    synthetic = wish.request.app.state.reader.synthetic
    day = datetime.now(LEGAL_ZONE).date()
    about = [
        (_(N_("Title")), _(N_("Zones side by side"))), (_(N_("Description")), _(RULE)),
        (_(N_("Attribution")), attribution.whole(_, synthetic=synthetic)), (_(N_("Register")), wish.base),
        (_(N_("Query")), wish.same()), (_(N_("Date")), wording.day(day, wish.language)),
    ]  # fmt: skip
    notice = _(N_("Synthetic data – not the real register")) if synthetic else ""
    if notice:
        about.insert(0, (_(N_("Notice")), notice))
    body = await asyncio.to_thread(
        write_side_by_side, _(N_("Zones side by side")), names, heads, list(lines(document, wish.language)), about,
        about_title=_(N_("About")), language=wish.language, made_on=day, notice=notice,
    )  # fmt: skip
    file = f"compare-{day.isoformat()}.xlsx"
    headers = {**COMMON, "Content-Disposition": f'attachment; filename="{file}"'}
    return Response(body, headers=headers, media_type=FILES["xlsx"][0])


def lines(document: Row, language: Language) -> list[Line]:
    """The lines of the workbook: a row is as many lines as its fullest cell has values; an empty cell says so once."""
    _ = gettext(language)
    made = []
    names = {one["slug"]: one["name_vi"] if language == "vi" else one["name_en"] for one in document["zones"]}
    for group in document["groups"]:
        for row in group["rows"]:
            deepest = max(1, *(len(cell["values"]) for cell in row["cells"]))
            best = [_(N_("largest: {name}")).format(name=names[slug]) for slug in row["best"]]
            for depth in range(deepest):
                cells = [cell_of(cell["values"], depth, language) for cell in row["cells"]]
                remark = "; ".join([*best, *([row["remark"]] if row["remark"] else [])]) if not depth else ""
                unit = UNITS.get(row["unit"], row["unit"]) or ""
                made.append(Line(group["title"], row["title"], _(unit) if unit else "", cells, remark))
    return made


def cell_of(values: Sequence[Row], depth: int, language: Language) -> Cell:
    """One value of a cell as the workbook has it; a number that is not exact is a text."""
    _ = gettext(language)
    if depth >= len(values):
        return Cell(None if depth else _(N_("Not stated")))
    one = values[depth]
    is_number = one["kind"] in NUMBERS and one["exact"]
    when = one["as_of"] or one["period"]
    as_of = wording.edtf(when, language) if when else _(N_("date not stated")) if one["dated"] else ""
    source = ", ".join(mark["source"] for mark in one["marks"])
    how = f"({one['aside']})" if one["aside"] else ""
    return Cell(float(one["value"]) if is_number else one["text"], as_of, f"{source} {how}".strip())
