"""The desk: what one has to do, the changes that wait, and the forms that begin one."""

from datetime import datetime
from typing import Any

from babel.dates import format_timedelta
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadChoice, NotFound, UnknownItem, UnknownVersion
from api.language import Language
from api.people import Person
from api.routes.pages import here
from api.routes.render import html_answer
from api.routes.requests import PAGE, Wish, whole_number
from api.routes.signed import desk_page, need_person
from api.store import desk as store
from api.store import publishing
from api.store.changes import list_changes
from api.store.collections import ZONE_KINDS
from api.store.connect import Session
from api.workflows import review
from api.workflows.dossier import summarise
from gis.dates import LEGAL_ZONE

router = APIRouter(include_in_schema=False)
Row = dict[str, Any]
HTML = {"html": PAGE}
ENDS = ("withdraw", "merge", "delete", "revert")
AGES = (7, 30, 90)
WISHES = ("state", "province", "zone", "mine", "days", "sort", "limit", "after")
STATES = ("draft,submitted", "submitted", "draft", "approved", "rejected", "withdrawn")


@router.get("/desk")
async def get_desk(request: Request) -> Response:
    """What waits for me, and what can be begun; `q=` finds a zone."""
    person = await need_person(request)
    wish = Wish(request, known=("q",), media=HTML)
    words = wish.params.get("q")
    found = await request.app.state.writer.run(review.compile_desk, person, words)
    return html_answer(
        desk_page(
            "desk/index.html", request, wish.language, person, q=words or "", waited=waited(wish.language), **found
        )
    )


@router.get("/desk/zones/new")
async def get_new_zone(request: Request) -> Response:
    """The form for a zone that the register does not have yet."""
    person = await need_person(request)
    wish = Wish(request, media=HTML)
    provinces = await request.app.state.writer.run(store.list_provinces, review.provinces_of(person, "editor"))
    return html_answer(desk_page(
        "desk/begin.html", request, wish.language, person, action="create", zone=None, provinces=provinces,
        kinds=ZONE_KINDS, version=None, others=[], written={}, is_refused=False,
    ))  # fmt: skip


@router.get("/desk/zones/{slug}/{action}")
async def get_begin(request: Request, slug: str, action: str) -> Response:
    """The form that begins a withdrawal, a merger, a deletion or a revert."""
    person = await need_person(request)
    if action not in ENDS:
        raise NotFound
    wish = Wish(request, known=("version",) if action == "revert" else (), media=HTML)
    version = None
    if action == "revert":
        given = wish.params.get("version", "")
        version = whole_number(given, 9)
        if version is None:
            raise BadChoice("version", value=given, known="1, 2, …")
    return await begin_page(request, wish.language, person, slug, action, version)


async def begin_page(
    request: Request, language: Language, person: Person, slug: str, action: str, version: int | None = None,
    *, written: Row | None = None,
) -> Response:  # fmt: skip
    """The form; with what was `written` where the zone that it names to be merged into is none.

    Raises UnknownItem, UnknownVersion.
    """
    zone, others = await request.app.state.writer.run(look_up, slug, action, version)
    return html_answer(desk_page(
        "desk/begin.html", request, language, person, action=action, zone=zone, provinces=[], kinds=(),
        version=version, others=others, written=written or {}, is_refused=written is not None,
    ), status=200 if written is None else 400)  # fmt: skip


async def is_successor(request: Request, slug: str, successor: str) -> bool:
    """Whether a zone can be merged into another."""
    others = await request.app.state.writer.run(store.list_successors, slug)
    return successor in {one["slug"] for one in others}


def look_up(session: Session, slug: str, action: str, version: int | None) -> tuple[Row, list[Row]]:
    """The zone, and those that it could be merged into. Raises UnknownItem, UnknownVersion."""
    head = None if "\0" in slug else publishing.select_head(session, slug)
    there = head and publishing.select_version(session, slug, head.newest)
    if not head or not there:
        raise UnknownItem(id=slug, collection="zones")
    if version is not None and not 1 <= version <= head.newest:
        raise UnknownVersion(zone=slug, version=version, newest=head.newest)
    zone = {name: there[name] for name in ("slug", "name_vi", "name_en", "kind", "life")}
    return {**zone, "newest": head.newest}, store.list_successors(session, slug) if action == "merge" else []


def read_page(session: Session, wanted: Row) -> tuple[list[Row], str | None]:
    """A page of changes, and where the next begins; None after the last."""
    rows = list_changes(session, **{**wanted, "limit": wanted["limit"] + 1})
    shown = rows[: wanted["limit"]]
    if len(rows) == len(shown):
        return [summarise(one) for one in shown], None
    key, id = shown[-1]["place"]
    return [summarise(one) for one in shown], f"{id},{key.isoformat() if isinstance(key, datetime) else key}"


async def list_page(request: Request, person: Person, wanted: Row) -> Response:
    """The changes of a list, as a page that filters and sorts them."""
    wish = Wish(request, known=WISHES, media=HTML)

    def read(session: Session) -> tuple[list[Row], str | None, list[str]]:
        return *read_page(session, wanted), store.list_province_names(session)

    rows, further, provinces = await request.app.state.writer.run(read)
    return html_answer(desk_page(
        "desk/changes.html", request, wish.language, person, changes=rows, provinces=provinces, wanted=wanted,
        asked=wish.params, states=STATES, ages=AGES, waited=waited(wish.language),
        sorted_by=lambda name: here(request, sort=opposite(wanted["sort"], name), after=""),
        beside={} if further is None else {"next": here(request, after=further)},
    ))  # fmt: skip


def opposite(sort: str, name: str) -> str:
    """What a click on a column sorts by: the other way round where it is sorted by that already."""
    first, other = ("-age", "age") if name == "age" else (name, f"-{name}")
    return other if sort == first else first


def waited(language: Language) -> Any:
    """How long ago a time was, in words: 3 days ago."""

    def told(moment: datetime) -> str:
        return format_timedelta(
            moment - datetime.now(LEGAL_ZONE), granularity="minute", add_direction=True, locale=language
        )

    return told
