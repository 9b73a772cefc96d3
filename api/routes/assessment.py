"""/assessments: zones by the five criteria of the periodic assessment, with lights and the rule behind each."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadChoice, BadInteger, UnknownLight, UnknownParameter
from api.language import N_, gettext
from api.routes.ogc.items import find_item
from api.routes.ogc.links import link, self_and_alternate
from api.routes.pages import page
from api.routes.provinces import read_province
from api.routes.render import csv_answer, html_answer, json_answer
from api.routes.requests import TABLES, Wish, whole_number
from api.schemas import assessed as words
from api.store.assessment import select_provinces
from api.store.collections import COLLECTIONS
from api.workflows import assessment as workflow
from api.workflows.assessment import Assessed, survey
from gis.assessment import CRITERIA, LIGHTS
from gis.assessment.criteria import FACT
from gis.assessment.lights import STATES
from gis.projects import STATES as PROJECT_STATES

router = APIRouter()
Row = dict[str, Any]
PAGE = 100  # zones on a page
NAMES = ("slug", "name_vi", "name_en", "kind", "status", "status_as_of", "province", "historic_province")
WORDS = {"words": words, "lights": LIGHTS, "criteria": CRITERIA, "project_states": PROJECT_STATES}


@router.get("/assessments", summary=N_("Zones by the five criteria of the assessment, with lights"), tags=["Figures"])
async def get_assessments(request: Request) -> Response:
    """Of a `province`, old or new; `light` keeps the zones in which a light is on, or in another state with a colon.

    JSON and CSV are whole; in a browser zones come a hundred at a time, those with the most lights on first.
    """
    wish = Wish(request, known=("province", "light", "page"), media=TABLES)
    if wish.format != "html" and "page" in wish.params:
        raise UnknownParameter("page", known="f, lang, province, light")
    reader = request.app.state.reader
    province, light = await read_province(reader, wish.params.get("province")), read_light(wish.params.get("light"))
    every = await survey(reader, unit_uids=province and [province], language=wish.language)
    found = workflow.worst_first(every)
    if light:
        found = [one for one in found if light[0] in one.lit(light[1])]
    if wish.format == "csv":
        return csv_answer("assessments", CSV, [csv_row(one) for one in found])
    counts = {"lights": workflow.count_lights(every), "criteria": workflow.count_criteria(every)}
    if wish.format == "json":
        return json_answer({
            "assessed_on": workflow.legal_day().isoformat(), "province": province, "light": wish.params.get("light"),
            "criteria_source": FACT, "rules": workflow.rules(), "counts": counts, "zones_assessed": len(every),
            "numberMatched": len(found), "zones": [short(one, wish) for one in found],
            "links": self_and_alternate(wish),
        })  # fmt: skip
    part, first, beside = paged(wish, found)
    body = page(
        "assessments.html", request, wish.language, zones=part, matched=len(found), total=len(every), first=first,
        beside=beside, counts=counts, rules=workflow.rules(), province=province, light=light,
        provinces=await select_provinces(reader), whole=wish.same(page=None, f="json"),
        as_csv=wish.same(page=None, f="csv"), **WORDS,
        said=lambda why: why.said(gettext(wish.language), wish.language),
        narrowed=lambda name, state: wish.same(page=None, light=f"{name}:{state}"),
    )  # fmt: skip
    return html_answer(body)


@router.get("/assessments/{item}", summary=N_("A zone by the five criteria, with all evidence"), tags=["Figures"])
async def get_assessment(request: Request, item: str) -> Response:
    """What is known by each criterion, each light with its rule, inputs and reason, and slow projects."""
    wish = Wish(request)
    reader = request.app.state.reader
    await find_item(reader, COLLECTIONS["zones"], item, None)
    (found,) = await workflow.assess_zones(reader, slug=item)
    if wish.format == "html":
        return html_answer(page("assessment.html", request, wish.language, zone=found, **WORDS))
    feature = link(wish.url(f"/collections/zones/items/{quote(item, safe='')}", f="json"), "item",
                   "application/geo+json")  # fmt: skip
    return json_answer({**found, "links": [*self_and_alternate(wish), feature]})


def read_light(text: str | None) -> tuple[str, str] | None:
    """A light and the state that is asked for, `on` where none is said. Raises UnknownLight."""
    if not text:
        return None
    name, colon, state = text.partition(":")
    if name not in LIGHTS or (colon and state not in STATES):
        raise UnknownLight("light", value=text, known=", ".join(LIGHTS))
    return name, state or "on"


def paged(wish: Wish, found: Sequence[Assessed]) -> tuple[Sequence[Assessed], int, dict[str, str]]:
    """The part of a page, the number of its first zone, and the pages beside it. Raises BadInteger, BadChoice."""
    pages = max(1, -(-len(found) // PAGE))
    number = whole_number(wish.params.get("page", "1"))
    if not number:
        raise BadInteger("page", value=wish.params["page"], minimum=1)
    if number > pages:
        raise BadChoice("page", value=number, known=f"1–{pages}")
    beside = {rel: wish.same(page=one) for rel, one in (("prev", number - 1), ("next", number + 1)) if 0 < one <= pages}
    first = (number - 1) * PAGE
    return found[first : first + PAGE], first + 1, beside


def short(one: Assessed, wish: Wish) -> Row:
    """A zone of the list: its states; reasons and evidence are at its own address."""
    return {
        **{name: one.row[name] for name in NAMES}, "lights": one.states,
        "criteria": one.known,
        "href": wish.url(f"/assessments/{one.row['slug']}"),
    }  # fmt: skip


CSV = (*NAMES, *(f"light_{name}" for name in LIGHTS), "lights_on", "lights_unknown",
       *(f"criterion_{name}" for name in CRITERIA))  # fmt: skip


def csv_row(one: Assessed) -> list[object]:
    return [
        *(one.row[name] for name in NAMES), *one.states.values(), len(one.lit("on")),
        len(one.lit("unknown")), *one.known.values(),
    ]  # fmt: skip
