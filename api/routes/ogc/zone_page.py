"""The fact sheet of a zone as a page: the same at /zones/{slug} and at the feature's own address."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.errors import UnknownItem
from api.language import gettext
from api.routes import drawings, structured
from api.routes.head import addresses, data_block
from api.routes.ogc.items import find_item, item_etag
from api.routes.ogc.links import format_title
from api.routes.pages import clock, page
from api.routes.render import html_answer
from api.routes.requests import FILES, Wish
from api.store.collections import COLLECTIONS
from api.store.features import select_item_key
from api.store.projects import select_public
from api.store.queries import Query
from api.workflows.assessment import survey
from api.workflows.projects import summarise
from api.workflows.sheets import BUSINESS, INFRASTRUCTURE, applying, zone_sheet
from gis import wording
from gis.assessment import LIGHTS
from gis.dates import LEGAL_ZONE, parse_day

Row = dict[str, Any]
QR_COLOUR = "#000"


async def read_sheet(request: Request, slug: str, query: Query | None) -> tuple[int, Row, Row]:
    """The state of a zone, its properties in that state, and its sheet. Raises UnknownItem, Gone."""
    reader, collection = request.app.state.reader, COLLECTIONS["zones"]
    key, _ = await find_item(reader, collection, slug, query)
    (rendered,) = await request.app.state.features.render(collection, [key])
    zone = orjson.loads(rendered.body)["properties"]
    data_dir = request.app.state.settings.data_dir
    sheet = await zone_sheet(reader, data_dir, slug, zone["version"], query.known_at if query else None,
                             zone if query else None)  # fmt: skip
    if sheet is None:
        raise UnknownItem(id=slug, collection="zones")
    if query:  # other figures of the same version are later knowledge too
        today = await select_item_key(reader, collection, slug)
        sheet["has_later"] = sheet["has_later"] or today is None or today[0] != key
    return key, zone, sheet


async def sheet_answer(request: Request, wish: Wish, slug: str, query: Query | None) -> Response:
    """The page. `query`: of what day, and as known when; None is today's zone."""
    key, zone, sheet = await read_sheet(request, slug, query)
    projects = [] if query else await select_public(request.app.state.reader, slug)
    assessed = [] if query else await survey(request.app.state.reader, slug=slug)
    today = datetime.now(LEGAL_ZONE).date()
    place = f"/zones/{quote(slug, safe='')}"
    permanent = wish.base + place
    picture = f"{permanent}/picture.png?lang={wish.language}"
    _ = gettext(wish.language)
    texts = structured.Texts(_, wish.language)
    moment, known = moment_of(wish), shown_at(sheet)
    drawn = await asyncio.to_thread(drawings.map_of, zone, sheet, wish.language)
    body = page(
        "zone.html", request, wish.language, zone=zone, sheet=sheet, past=query is not None,
        projects=summarise(projects) if projects else None, assessed=assessed[0] if assessed else None, lights=LIGHTS,
        today=today, permanent=permanent, place=place,
        as_of=as_of(wish, query), known=known, as_of_link=as_of_link(permanent, moment, known),
        addresses=addresses(request, wish.language, place), picture=picture,
        description=structured.description(zone, texts), question=structured.question(zone, texts, permanent, today),
        structured=data_block(structured.place(zone, sheet, texts, permanent, wish.base, picture)),
        map=drawn, chart=drawings.chart_of(zone, sheet, wish.language, today), qr=qr_code(permanent),
        downloads=[(format_title(name, _), files("zones", f"slug='{slug}'", name, moment))
                   for name in ("json", *FILES)],
        lot_files=[(format_title(name, _), files("lots", f"zone='{slug}'", name)) for name in ("csv", "xlsx", "gpkg")]
        if sheet["land"] and not query else [],
        moment=urlencode(moment), applying=applying(sheet["targets"], zone["status"]),
        labels={**BUSINESS, **INFRASTRUCTURE}, rate_text=lambda one: drawings.rate_text(one, wish.language),
        sources_of=lambda ids: list(dict.fromkeys(sheet["by_id"][one]["source"] for one in ids)),
        direction=lambda bearing: _(drawings.direction(bearing)),
    )  # fmt: skip
    return html_answer(body, {"ETag": item_etag(key, body.encode()).decode()})


def moment_of(wish: Wish) -> dict[str, str]:
    """Of which time a page is, as the items of a collection are asked for it; empty for today's."""
    given = wish.params
    asked = {"datetime": given.get("datetime") or given.get("as_of"), "known_at": given.get("known_at")}
    return {name: value for name, value in asked.items() if value}


def shown_at(sheet: Row) -> datetime | None:
    """When the register came to the state that the page shows."""
    return datetime.fromisoformat(sheet["known_at"]).replace(tzinfo=UTC) if sheet["known_at"] else None


def as_of_link(address: str, moment: Mapping[str, str], known: datetime | None) -> str | None:
    """Where the page can be read for good. To the moment: a day would show what is published later on that day."""
    if known is None:
        return None
    return f"{address}?" + urlencode({**moment, "known_at": known.isoformat().replace("+00:00", "Z")}, safe=":")


def as_of(wish: Wish, query: Query | None) -> str | None:
    """Of when a page of the past is, as its reader asked for it; None where no end was given."""
    if query is None:
        return None
    if query.known_at is None:
        return wording.day(query.until, wish.language) if query.until else None
    with suppress(ValueError):
        return wording.day(parse_day(wish.params["known_at"]), wish.language)
    return clock(query.known_at, wish.language)


def files(collection: str, condition: str, name: str, moment: Mapping[str, str] = MappingProxyType({})) -> str:
    return f"/collections/{collection}/items?" + urlencode({"filter": condition, **moment, "f": name})


def qr_code(address: str) -> Markup:
    """A QR code as SVG, with the quiet zone that readers need; none where the address is too long for any."""
    try:
        code = segno.make(address, error="m", micro=False)
    except segno.DataOverflowError:
        return Markup("")
    return Markup(code.svg_inline(omitsize=True, border=4, dark=QR_COLOUR, light="#fff"))  # noqa: S704 (squares only)
