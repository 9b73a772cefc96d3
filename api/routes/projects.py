"""Projects inside a zone: what everybody may know at the zone's item; at the desk, by page and by JSON, all of them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import BadBody, BadProjects, NeedsIfMatch, UnknownProject
from api.language import N_, gettext
from api.people import Person
from api.routes.bodies import FORM, media_of, read_form, read_json
from api.routes.ogc.items import find_item
from api.routes.ogc.links import link, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish, choose_language, wants_page, whole_number
from api.routes.signed import desk_page, need_person
from api.store.collections import COLLECTIONS
from api.store.projects import select_public
from api.workflows import projects
from api.workflows.project_plans import Plan
from gis.projects import CURRENCIES, FIELDS, STATES
from gis.sheets.fields import DOCUMENT

router = APIRouter(tags=["Zones"])
DESK = "/desk/zones/{slug}/projects"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 6_000_000  # of a request with a sheet
NEEDS_FILE = N_("send a file, or the number of a preview")
Row = dict[str, Any]
WORDS = {"fields": FIELDS, "states": STATES, "currencies": CURRENCIES, "document_fields": DOCUMENT}


@router.get("/collections/zones/items/{item}/projects", summary=N_("The projects inside a zone"))
async def get_public(request: Request, item: str) -> Response:
    """How many of which sector and state, land and capital in sum; by name only those whose document is public."""
    wish = Wish(request)
    reader = request.app.state.reader
    await find_item(reader, COLLECTIONS["zones"], item, None)
    rows = await select_public(reader, item)
    summary = projects.summarise(rows)
    named = [{name: value for name, value in one.items() if name != "is_public"} for one in rows if one["is_public"]]
    if wish.format == "html":
        return html_answer(page("projects.html", request, wish.language, zone=item, summary=summary, named=named,
                                **WORDS))  # fmt: skip
    feature = link(wish.url(f"/collections/zones/items/{quote(item, safe='')}", f="json"), "item",
                   "application/geo+json")  # fmt: skip
    return json_answer({"zone": item, **summary, "projects": named, "links": [*self_and_alternate(wish), feature]})


@router.get(DESK, include_in_schema=False)
async def get_projects(request: Request, slug: str) -> Response:
    """All projects of a zone, for who has a role in its province."""
    person = await need_person(request)
    if wants_page(request):
        return await show_list(request, person, slug)
    found = await request.app.state.writer.run(projects.list_projects, person, slug)
    zone = {"slug": slug, "name_vi": found["zone"]["name_vi"], "name_en": found["zone"]["name_en"]}
    return json_answer({"zone": zone, "projects": found["projects"], "may": found["may"]})


async def show_list(
    request: Request, person: Person, slug: str, *, sent: Row | None = None, problem: BadProjects | None = None
) -> Response:
    """The list as a page; with what was sent and cannot be taken, if that is shown again."""
    found = await request.app.state.writer.run(projects.list_projects, person, slug)
    wish = choose_language(request)
    issues = [one.document(gettext(wish), wish) for one in problem.issues] if problem else []
    body = desk_page(
        "desk/projects.html", request, wish, person, slug=slug, sent=sent or {}, issues=issues,
        summary=projects.summarise(found["projects"]), **found, **WORDS,
    )  # fmt: skip
    return html_answer(body, status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK)


@router.post(DESK, include_in_schema=False)
async def post_project(request: Request, slug: str) -> Response:
    """Enter a project; Location is where it is."""
    person = await need_person(request)
    if media_of(request) in FORM:
        sent = of_form(await read_form(request))
        try:
            await request.app.state.writer.run(projects.enter, person, slug, sent)
        except BadProjects as error:
            return await show_list(request, person, slug, sent=sent, problem=error)
        return to_list(request, slug)
    id = await request.app.state.writer.run(projects.enter, person, slug, await read_json(request))
    place = f"/desk/zones/{quote(slug)}/projects/{id}"
    return await told(request, person, slug, id, HTTPStatus.CREATED, {"Location": place})


@router.get(DESK + ".xlsx", include_in_schema=False)
async def get_form(request: Request, slug: str) -> Response:
    """The form to fill in, with what is known."""
    person, wish = await need_person(request), choose_language(request)
    body = await request.app.state.writer.run(projects.make_form, person, slug, wish, gettext(wish))
    headers = {
        "Content-Disposition": f'attachment; filename="{quote(slug)}-projects.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(body, headers=headers, media_type=XLSX)


@router.post(DESK + "/preview", include_in_schema=False)
async def post_preview(request: Request, slug: str) -> Response:
    """What a sheet would add and change, and what is wrong in which cell; nothing of it is stored yet."""
    person = await need_person(request)
    await request.app.state.writer.run(projects.open_zone, person, slug, writes=True)
    name, content = await read_file(request)
    sheet = await projects.read_beside(content, name)
    number, plan = await request.app.state.writer.run(projects.preview, person, slug, sheet, name, content)
    wish = choose_language(request)
    told = describe(plan, wish)
    if wants_page(request):
        body = desk_page("desk/projects_preview.html", request, wish, person, slug=slug, number=number, plan=plan,
                         issues=told["issues"], name=name, **WORDS)  # fmt: skip
        return html_answer(body)
    return json_answer({"preview": number, **told})


@router.post(DESK + "/import", include_in_schema=False)
async def post_import(request: Request, slug: str) -> Response:
    """Take a sheet in, all of it or nothing: the file again, or the number of its preview."""
    person = await need_person(request)
    writer = request.app.state.writer
    number = await read_preview(request)
    if number is None:
        await writer.run(projects.open_zone, person, slug, writes=True)
        name, content = await read_file(request)
    else:
        name, content = await writer.run(projects.find_preview, person, slug, number)
    sheet = await projects.read_beside(content, name)
    plan = await writer.run(projects.take_in, person, slug, sheet, name, content, number)
    if wants_page(request):
        return to_list(request, slug)
    return json_answer(describe(plan, choose_language(request)))


@router.get(DESK + "/{id}", include_in_schema=False)
async def get_project(request: Request, slug: str, id: str) -> Response:
    """A project with all its versions."""
    person = await need_person(request)
    if wants_page(request):
        return await show_project(request, person, slug, number_of(id, slug))
    return await told(request, person, slug, number_of(id, slug))


@router.put(DESK + "/{id}", include_in_schema=False)
async def put_project(request: Request, slug: str, id: str) -> Response:
    """All values of a project anew; what is left out is not known. If-Match is the version that was changed."""
    person, number = await need_person(request), number_of(id, slug)
    seen = seen_version(request)
    sent = await read_json(request)
    await request.app.state.writer.run(projects.correct, person, slug, number, sent, seen=seen)
    return await told(request, person, slug, number)


@router.delete(DESK + "/{id}", include_in_schema=False)
async def delete_project(request: Request, slug: str, id: str) -> Response:
    """Take back a record that was entered by mistake; `reason` says why. It stays in the history."""
    person, number = await need_person(request), number_of(id, slug)
    seen = seen_version(request)
    reason = (await read_json(request)).get("reason", "")
    await request.app.state.writer.run(
        projects.retire, person, slug, number, reason if isinstance(reason, str) else "", seen=seen
    )
    return await told(request, person, slug, number)


@router.post(DESK + "/{id}", include_in_schema=False)
async def post_correction(request: Request, slug: str, id: str) -> Response:
    """The page's form: correct a project, or take it back where `retire` was pressed."""
    person, number = await need_person(request), number_of(id, slug)
    form = await read_form(request)
    seen = version_of(form.get("version"))
    if "retire" in form:
        await request.app.state.writer.run(
            projects.retire, person, slug, number, str(form.get("reason", "")), seen=seen
        )
        return to_list(request, slug)
    sent = of_form(form)
    try:
        await request.app.state.writer.run(projects.correct, person, slug, number, sent, seen=seen)
    except BadProjects as error:
        return await show_project(request, person, slug, number, sent=sent, problem=error)
    return to_list(request, slug)


async def show_project(
    request: Request, person: Person, slug: str, id: int, *, sent: Row | None = None, problem: BadProjects | None = None
) -> Response:
    found = await request.app.state.writer.run(projects.find_project, person, slug, id)
    listed = await request.app.state.writer.run(projects.list_projects, person, slug)
    wish = choose_language(request)
    issues = [one.document(gettext(wish), wish) for one in problem.issues] if problem else []
    known = {**found["project"], "lots": ", ".join(found["project"].get("lots", []))}
    body = desk_page(
        "desk/project.html", request, wish, person, slug=slug, issues=issues, **found, **WORDS,
        sent=known if sent is None else {**sent, "version": found["project"]["version"]},
        sources=listed["sources"], kinds=listed["kinds"], sectors=listed["sectors"],
    )  # fmt: skip
    return html_answer(body, status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK)


async def told(
    request: Request, person: Person, slug: str, id: int, status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """A project as JSON, its version as ETag."""
    found = await request.app.state.writer.run(projects.find_project, person, slug, id)
    project = found["project"]
    document = {**project, "zone": slug, "is_retired": found["is_retired"], "history": found["history"],
                "may": found["may"]}  # fmt: skip
    return json_answer(document, headers={"ETag": f'"{project["version"]}"', **(headers or {})}, status=status)


def describe(plan: Plan, wish: Any) -> Row:
    """A plan as JSON, what is noticed in the reader's language."""
    _ = gettext(wish)
    return {
        "is_sound": plan.is_sound,
        "added": [{"row": one.line.origin.row, "values": one.values} for one in plan.added],
        "changed": [
            {"row": one.line.origin.row, "id": one.line.id, "version": one.line.version,
             "differences": {name: {"before": old, "after": new} for name, (old, new) in one.differences.items()}}
            for one in plan.changed
        ],
        "unchanged": [one.line.id for one in plan.unchanged],
        "documents": list(plan.documents),
        "issues": [one.document(_, wish) for one in plan.issues],
    }  # fmt: skip


def of_form(form: FormData) -> Row:
    """What a page's form sends, as JSON would: its fields, a new document, codes of lots."""
    texts = {name: value for name, value in form.items() if isinstance(value, str) and value.strip()}
    sent: Row = {one.name: texts[one.name] for one in FIELDS if one.name in texts}
    document = {one.name: texts[f"document_{one.name}"] for one in DOCUMENT if f"document_{one.name}" in texts}
    if document:
        sent["documents"] = [document]
        sent.setdefault("source", document.get("id"))
    if "lots" in form:
        sent["lots"] = [one.strip() for one in texts.get("lots", "").replace(";", ",").split(",") if one.strip()]
    return sent


async def read_file(request: Request) -> tuple[str, bytes]:
    """The file of a form: its name and content. Raises BadBody, TooLarge, WrongMedia."""
    file = (await read_form(request, LARGEST)).get("file")
    if not isinstance(file, UploadFile):
        raise BadBody("file", NEEDS_FILE)
    content = await file.read()
    if not content:
        raise BadBody("file", N_("this file is empty"))
    return (file.filename or "projects").replace("\0", "")[-200:], content


async def read_preview(request: Request) -> int | None:
    """The number of a preview that a form or JSON names."""
    return preview_of(await read_members(request), is_form=media_of(request) in FORM)


async def read_members(request: Request) -> Row:
    """What a form or JSON says, beside a file."""
    if media_of(request) in FORM:
        return dict(await read_form(request, LARGEST))
    return await read_json(request)


def preview_of(sent: Row, *, is_form: bool) -> int | None:
    """The number of a preview; None where a form has a file instead. Raises BadBody."""
    given = sent.get("preview")
    if is_form and (given is None or given == ""):
        return None
    number = None if given is None or isinstance(given, bool) else whole_number(str(given))
    if number is None:
        raise BadBody("/preview", NEEDS_FILE)
    return number


def to_list(request: Request, slug: str) -> Response:
    return RedirectResponse(f"/desk/zones/{quote(slug)}/projects?lang={choose_language(request)}", HTTPStatus.SEE_OTHER)


def seen_version(request: Request) -> int:
    given = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    return version_of(given)


def version_of(given: object) -> int:
    """Raises NeedsIfMatch where no version is named."""
    number = whole_number(given, 9) if isinstance(given, str) else None
    if number is None:
        raise NeedsIfMatch(now=N_("the number that the last answer had as its ETag"))
    return number


def number_of(id: str, slug: str) -> int:
    number = whole_number(id)
    if number is None:
        raise UnknownProject(id=id, zone=slug)
    return number
