"""/changes: the review desk for programs and for the desk's own pages (docs/changes.md)."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import (
    BadBody,
    BadChoice,
    BadInteger,
    BadPlace,
    BadText,
    Conflict,
    NeedsIfMatch,
    Stale,
    UnknownChange,
    UnknownParameter,
    UnknownProvince,
)
from api.language import LANGUAGES, N_, gettext
from api.people import Person
from api.routes.bodies import FORM, media_of, read_form, read_json
from api.routes.desk import WISHES, begin_page, is_successor, list_page, read_page
from api.routes.ogc.links import link
from api.routes.pages import here
from api.routes.render import json_answer
from api.routes.requests import choose_language, wants_page
from api.routes.review import change_page
from api.routes.signed import base_of, need_person
from api.store.changes import ORDERS, Place, select_attachment
from api.store.connect import Session
from api.store.features import select_province
from api.workflows import changes
from api.workflows.dossier import compile_dossier

router = APIRouter(tags=["Changes"])
STATES = ("draft", "submitted", "approved", "rejected", "withdrawn")
MOST = 200
FORM_VALUES = ("name_vi", "name_en", "kind", "province", "reason", "successor")
Row = dict[str, Any]
Step = Callable[..., object]
STEPS: dict[str, Step] = {
    "submit": lambda session, person, id, _text: changes.submit(session, person, id),
    "approve": changes.approve, "reject": changes.reject, "return": changes.give_back, "withdraw": changes.withdraw,
    "comments": changes.comment, "rebase": lambda session, person, id, _text: changes.rebase(session, person, id),
}  # fmt: skip


@router.get("/changes", summary=N_("Changes that somebody works on or that wait for review"))
async def get_changes(request: Request) -> Response:
    """Of the provinces in which the asker has a role, and the asker's own; those that wait longest first."""
    person = await need_person(request)
    wanted = await read_wish(request, person)
    if wants_page(request):
        return await list_page(request, person, wanted)
    rows, further = await request.app.state.writer.run(read_page, wanted)
    answer: Row = {"changes": [plain(one) for one in rows]}
    if further is not None:
        address = f"{base_of(request)}/changes{here(request, after=further)}"
        answer["links"] = [link(address, "next", "application/json")]
    return json_answer(answer)


async def read_wish(request: Request, person: Person) -> Row:
    """`state=` (several with commas; the open ones if unsaid), `province=`, `zone=`, `mine=true`, `days=` that they
    have waited at least, `sort=`, `limit=`, `after=` of a next link; a field that a form left empty is not there.
    """
    known = (*WISHES, "f", "lang")
    params = {name: value for name, value in request.query_params.items() if value}
    for name, value in params.items():
        if name not in known:
            raise UnknownParameter(name, known=", ".join(known))
        if "\0" in value:
            raise BadText(name, value=value.replace("\0", "\N{SYMBOL FOR NULL}"))
    states = [one for one in params.get("state", ",".join(changes.OPEN)).split(",") if one]
    for one in states:
        if one not in STATES:
            raise BadChoice("state", value=one, known=", ".join(STATES))
    uid = None
    if "province" in params:
        uid = await select_province(request.app.state.reader, params["province"])
        if uid is None:
            raise UnknownProvince("province", value=params["province"])
    days, sort = params.get("days", "0"), params.get("sort", "-age")
    if not (days.isascii() and days.isdecimal() and len(days) <= 5):
        raise BadInteger("days", value=days, minimum=0)
    if sort.removeprefix("-") not in ORDERS:
        raise BadChoice("sort", value=sort, known=", ".join([*ORDERS, *(f"-{one}" for one in ORDERS)]))
    limit = params.get("limit", str(MOST))
    if not (limit.isascii() and limit.isdecimal() and len(limit) <= 9 and int(limit) > 0):
        raise BadInteger("limit", value=limit, minimum=1)
    seen = [grant.province_uid for grant in person.grants]
    mine = params.get("mine") == "true"
    return {"states": states, "province_uid": uid, "zone": params.get("zone"), "days": int(days), "sort": sort,
            "author": person.account if mine else None, "besides": person.account,
            "provinces": None if None in seen or mine else seen, "limit": min(int(limit), MOST),
            "after": read_place(params["after"], sort) if "after" in params else None}  # fmt: skip


def read_place(text: str, sort: str) -> Place:
    """Where a page begins. Raises BadPlace."""
    id, comma, key = text.partition(",")
    if not comma or not (id.isascii() and id.isdecimal() and len(id) <= 15):
        raise BadPlace("after", value=text)
    if sort.removeprefix("-") != "age":
        return key, int(id)
    try:
        moment = datetime.fromisoformat(key)
    except ValueError as error:
        raise BadPlace("after", value=text) from error
    if moment.tzinfo is None:
        raise BadPlace("after", value=text)
    return moment, int(id)


@router.post("/changes", summary=N_("Begin a change"))
async def post_change(request: Request) -> Response:
    """A draft of a zone, or of a new one. Location is where it is."""
    person = await need_person(request)
    sent = await read_any(request)
    if media_of(request) in FORM and sent.get("action") == "merge":
        zone, values = str(sent.get("zone", "")), sent.get("values", {})
        if not await is_successor(request, zone, values.get("successor", "")):
            return await begin_page(request, choose_language(request), person, zone, "merge", written=values)
    id = await request.app.state.writer.run(changes.begin, person, sent)
    if media_of(request) in FORM:
        return to_page(request, f"/desk/changes/{id}/edit")
    return await told(request, person, id, HTTPStatus.CREATED, {"Location": f"/changes/{id}"})


async def read_any(request: Request) -> Row:
    """JSON, or a form of the desk with the same members."""
    if media_of(request) not in FORM:
        return await read_json(request)
    form = {name: value for name, value in (await read_form(request)).items() if isinstance(value, str) and value}
    form.pop("csrf", None)
    sent: Row = {name: value for name, value in form.items() if name in ("zone", "action", "title")}
    if "version" in form:
        version = form["version"]
        sent["version"] = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else version
    values = {name: value for name, value in form.items() if name in FORM_VALUES}
    return {**sent, "values": values} if values else sent


@router.get("/changes/{id}", summary=N_("A change"))
async def get_change(request: Request, id: str) -> Response:
    """What it proposes and replaces, what is noticed about it, what happened, and what the asker may do."""
    person = await need_person(request)
    if wants_page(request):
        return to_page(request, f"/desk/changes/{quote(id)}")
    return await told(request, person, number_of(id))


@router.put("/changes/{id}/draft", summary=N_("Save a draft"))
async def put_draft(request: Request, id: str) -> Response:
    """The members that are sent replace those of the draft. If-Match is the edit that was changed."""
    person, number = await need_person(request), number_of(id)
    seen = read_edit(request)
    sent = await read_json(request)
    await request.app.state.writer.run(changes.save, person, number, sent, seen=seen)
    return await told(request, person, number)


def read_edit(request: Request) -> int | None:
    """The edit that If-Match names, None for any. Raises NeedsIfMatch where it is missing or no edit."""
    given = request.headers.get("if-match", "").strip()
    if given == "*":
        return None
    digits = given.removeprefix("W/").strip('"')
    if not digits.isdecimal() or len(digits) > 9:
        raise NeedsIfMatch(now=N_("the number that the last answer had as its ETag"))
    return int(digits)


@router.post("/changes/{id}/evidence", summary=N_("Keep a document with a change"))
async def post_evidence(request: Request, id: str) -> Response:
    """A file of a form, kept byte for byte."""
    person, number = await need_person(request), number_of(id)
    file = (await read_form(request)).get("file")
    if file is None or isinstance(file, str):
        raise BadBody("file", N_("a file is missing"))
    content = await file.read()
    if not content:
        raise BadBody("file", N_("this file is empty"))
    await request.app.state.writer.run(
        changes.attach, person, number, name=file.filename or "file", media=file.content_type or "", use="document",
        content=content,
    )  # fmt: skip
    if wants_page(request):
        return to_page(request, f"/desk/changes/{number}#evidence")
    return await told(request, person, number, HTTPStatus.CREATED)


@router.get("/changes/{id}/evidence/{number}", summary=N_("A document that was handed in with a change"))
async def get_evidence(request: Request, id: str, number: str) -> Response:
    """As it was uploaded; always as a download, whatever it says that it is."""
    person, change = await need_person(request), number_of(id)

    def find(session: Session) -> Row | None:
        changes.visible(session, person, change)
        return select_attachment(session, change, number_of(number))

    found = await request.app.state.writer.run(find)
    if found is None:
        raise UnknownChange(id=f"{id}/evidence/{number}")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['name'], safe='')}",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
    }  # fmt: skip
    return Response(found["content"], headers=headers, media_type="application/octet-stream")


@router.post("/changes/{id}/{step}", summary=N_("Take a change a step further"))
async def post_step(request: Request, id: str, step: str) -> Response:
    """submit, approve, reject, return, withdraw, comments or rebase; `text` says why."""
    person, number = await need_person(request), number_of(id)
    if step not in STEPS:
        raise UnknownChange(id=f"{id}/{step}")
    by_form = media_of(request) in FORM
    if by_form:
        text = (await read_form(request)).get("text", "")
    else:
        has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
        text = (await read_json(request)).get("text", "") if has_body else ""
    if not isinstance(text, str) or len(text) > 20_000 or "\0" in text:
        raise BadBody("/text", N_("this must be a text of at most 20,000 letters"))
    options = {"seen": await read_seen(request)} if step == "approve" else {}
    try:
        await request.app.state.writer.run(STEPS[step], person, number, text.strip(), **options)
    except (BadBody, Conflict, Stale) as error:
        if not by_form:
            raise
        return await change_page(request, person, number, refused=error, step=step, text=text)
    if by_form:
        return to_page(request, f"/desk/changes/{number}#log")
    return await told(request, person, number)


async def read_seen(request: Request) -> int | None:
    """The edit that a reviewer looked at: If-Match, or the field `edit` of the form; None where it is not said."""
    if media_of(request) in FORM:
        given = (await read_form(request)).get("edit", "")
        return (
            int(given) if isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10 else None
        )
    return read_edit(request) if "if-match" in request.headers else None


def to_page(request: Request, path: str) -> Response:
    """On to a page of the desk, in the language of this one."""
    path, mark, place = path.partition("#")
    language = request.query_params.get("lang")
    query = f"?lang={language}" if language in LANGUAGES else ""
    return RedirectResponse(f"{path}{query}{mark}{place}", HTTPStatus.SEE_OTHER)


async def told(
    request: Request, person: Person, id: int, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response:
    """The change in the reader's language, with its edit as ETag."""
    found = await request.app.state.writer.run(compile_dossier, person, id)
    return json_answer(
        plain(in_words(request, found)), headers={"ETag": f'"{found["edit"]}"', **(headers or {})}, status=status
    )


def in_words(request: Request, dossier: Row) -> Row:
    """What is noticed, in the reader's language, with the reasons that were given."""
    wish = choose_language(request)
    _ = gettext(wish)
    reasons = dossier["held"]
    return {
        **{name: value for name, value in dossier.items() if name != "held"},
        "issues": [{**one.document(_, wish), "reason": reasons.get(one.code)} for one in dossier["issues"]],
    }


def plain(value: Any) -> Any:
    """Times as text, as JSON wants them."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def number_of(id: str) -> int:
    if not id.isascii() or not id.isdecimal() or len(id) > 15:
        raise UnknownChange(id=id)
    return int(id)
