"""Figures of a period, entered in bulk at the desk: the form, what it would change, and changes made of it."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import MissingParameter
from api.language import Language, gettext
from api.people import Person
from api.routes.bodies import FORM, media_of
from api.routes.projects import XLSX, preview_of, read_file, read_members
from api.routes.render import html_answer, json_answer
from api.routes.requests import DOCUMENT, Wish, choose_language
from api.routes.signed import desk_page, need_person
from api.store.connect import Session
from api.store.desk import list_provinces
from api.store.publishing import legal_today
from api.workflows import period_figures
from api.workflows.figure_plans import Plan
from api.workflows.review import provinces_of
from gis.figures.fields import TITLES
from gis.periods import Period, parse_period

router = APIRouter(include_in_schema=False)
HERE = "/desk/figures"
YEARS = 6  # that are offered
WISHES = ("province", "period")
MEDIA = {**DOCUMENT, "xlsx": (XLSX,)}
Row = dict[str, Any]


@router.get(HERE)
async def get_figures(request: Request) -> Response:
    """The zones of a province with what is known of them for a period; without both, the page to choose them."""
    person = await need_person(request)
    wish = Wish(request, known=WISHES)
    given = {name: value for name, value in wish.params.items() if value.strip()}
    if wish.format != "html":
        province, period = read_scope(given)
        return json_answer(await request.app.state.writer.run(period_figures.list_figures, person, province, period))
    return await show_page(request, person, given)


async def show_page(request: Request, person: Person, given: Row) -> Response:
    wish, found, period = choose_language(request), None, None
    if "period" in given:
        period = period_figures.read_period(given["period"])
    if period and "province" in given:
        found = await request.app.state.writer.run(period_figures.list_figures, person, given["province"], period)
    choices = await request.app.state.writer.run(list_choices, person)
    offered = periods_until(choices["today"].year, choices["today"])
    if period and period not in offered:
        offered.insert(0, period)
    return html_answer(desk_page(
        "desk/figures.html", request, wish, person, found=found, period=period, province=given.get("province", ""),
        provinces=choices["provinces"], periods=offered, titles=titles_in(wish),
        query=urlencode({"province": given.get("province", ""), "period": period.text if period else ""}),
    ))  # fmt: skip


def titles_in(wish: Language) -> dict[str, str]:
    """What each field is called; not a text of the templates, in which a % would stand for something."""
    _ = gettext(wish)
    return {name: _(title) for name, title in TITLES.items()}


def list_choices(session: Session, person: Person) -> Row:
    return {"provinces": list_provinces(session, provinces_of(person, "editor")), "today": legal_today(session)}


def periods_until(year: int, today: Any) -> list[Period]:
    """Periods that have begun, the latest first."""
    texts = [f"{one}{half}" for one in range(year, year - YEARS, -1) for half in ("", "-H2", "-H1")]
    return [one for one in map(parse_period, texts) if one.start <= today]


def read_scope(given: Row) -> tuple[str, Period]:
    """The province as it was named, and the period. Raises MissingParameter, NotAPeriod."""
    for name, example in (("province", "soc-trang"), ("period", "2025-H1")):
        if not given.get(name, "").strip():
            raise MissingParameter(name, example=example)
    return given["province"], period_figures.read_period(given["period"])


@router.get(HERE + ".xlsx")
async def get_form(request: Request) -> Response:
    """The form of a period, with what is known."""
    person = await need_person(request)
    wish = Wish(request, known=WISHES, media=MEDIA)
    province, period = read_scope(wish.params)
    body = await request.app.state.writer.run(
        period_figures.make_form, person, province, period, wish.language, gettext(wish.language)
    )
    headers = {
        "Content-Disposition": f'attachment; filename="figures-{period.text}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(body, headers=headers, media_type=XLSX)


@router.post(HERE + "/preview")
async def post_preview(request: Request) -> Response:
    """What a sheet would propose, and what is wrong in which cell; nothing of it is stored yet."""
    person = await need_person(request)
    wish = Wish(request, known=WISHES)
    province, period = read_scope(wish.params)
    writer = request.app.state.writer
    scope = await writer.run(period_figures.open_scope, person, province, period)
    name, content = await read_file(request)
    sheet = await period_figures.read_beside(content, name, period, scope.today)
    number, plan = await writer.run(period_figures.preview, person, province, sheet, period, name, content)
    told = describe(plan, wish.language)
    if wish.format == "html":
        query = urlencode({"province": province, "period": period.text})
        return html_answer(desk_page(
            "desk/figures_preview.html", request, wish.language, person, plan=plan, number=number, name=name,
            issues=told["issues"], period=period, query=query, titles=titles_in(wish.language),
        ))  # fmt: skip
    return json_answer({"preview": number, **told})


@router.post(HERE + "/import")
async def post_import(request: Request) -> Response:
    """Make changes of a sheet, of all of it or nothing: the file again, or the number of its preview. With `submit`
    they are handed in for review.
    """
    person = await need_person(request)
    wish = Wish(request, known=WISHES)
    writer, sent = request.app.state.writer, await read_members(request)
    number = preview_of(sent, is_form=media_of(request) in FORM)
    if number is None:
        province, period = read_scope(wish.params)
        scope = await writer.run(period_figures.open_scope, person, province, period)
        name, content = await read_file(request)
    else:
        kept = await writer.run(period_figures.find_preview, person, number)
        province, period = kept["province"], period_figures.read_period(kept["period"])
        name, content = kept["name"], kept["content"]
        scope = await writer.run(period_figures.open_scope, person, province, period)
    sheet = await period_figures.read_beside(content, name, period, scope.today)
    _ = gettext(wish.language)
    plan, made = await writer.run(
        period_figures.take_in, person, province, sheet, period, _, name=name, content=content, number=number,
        submits=sent.get("submit") in (True, "yes", "true"),
    )  # fmt: skip
    if wish.format == "html":
        query = urlencode({"province": province, "period": period.text, "lang": wish.language})
        return RedirectResponse(f"{HERE}?{query}#zones", HTTPStatus.SEE_OTHER)
    changes = [{"id": one.id, "zone": one.zone, "state": one.state, "href": f"/changes/{quote(str(one.id))}",
                "issues": [issue.document(_, wish.language) for issue in one.issues]} for one in made]  # fmt: skip
    return json_answer({"changes": changes, **describe(plan, wish.language)}, status=HTTPStatus.CREATED)


def describe(plan: Plan, wish: Any) -> Row:
    """A plan as JSON, what is noticed in the reader's language."""
    _ = gettext(wish)
    return {
        "is_sound": plan.is_sound, "period": plan.period.text,
        "zones": [
            {"row": one.line.origin.row, "slug": one.zone["slug"], "observations": one.observations,
             "milestones": one.milestones, "before": {
                name: old and {"value": old.get("value"), "step": old.get("step"), "as_of": old["as_of"],
                               "source": old["source"]} for name, old in one.before.items()}}
            for one in plan.entries
        ],
        "unchanged": [one.values["slug"] for one in plan.unchanged],
        "documents": plan.documents,
        "issues": [one.document(_, wish) for one in plan.issues],
    }  # fmt: skip
