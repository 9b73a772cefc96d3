"""Writing zones as features (OGC API Features Part 4): POST, PUT, PATCH and DELETE, and drafts for who began them."""

import re
from http import HTTPStatus
from typing import Any

import numpy as np
import shapely
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import NoContentType, RegistryError, StaleVersion, UnknownItem
from api.language import N_
from api.people import Person
from api.routes.asked import Asked
from api.routes.bodies import read_json
from api.routes.ogc.items import states_of
from api.routes.ogc.links import GEOJSON, JSON, link, self_and_alternate
from api.routes.ogc.params import crs_of, item_variant
from api.routes.render import json_answer
from api.routes.requests import Wish
from api.routes.signed import need_person, who_asks
from api.store.collections import COLLECTIONS
from api.store.rendering import Variant, digits
from api.workflows import transactions
from api.workflows.received import as_geojson
from api.workflows.transactions import Seen, Write, Written
from gis.crs import CRS84, Crs, from_wgs84

Row = dict[str, Any]
ITEMS, ITEM = "/collections/zones/items", "/collections/zones/items/{item}"
MERGE = "application/merge-patch+json"
WHOLE, PATCH = (GEOJSON, JSON), (MERGE, GEOJSON, JSON)
STRONG = re.compile(r'\s*(?:(W/)?("[^"]*"))\s*(?:,|$)')
DRAFT_TAG = re.compile(r'"draft-([0-9]{1,15})-([0-9]{1,9})"')
router = APIRouter(tags=["zones"])


def taking(*media: str) -> Row:
    """What a body can be, for OpenAPI and for OPTIONS."""
    return {"requestBody": {"content": {one: {} for one in media}}}


@router.post(ITEMS, summary=N_("Propose a new zone"), openapi_extra=taking(*WHOLE))
async def post_item(request: Request) -> Response:
    """A draft with an id of its own. Location is where whoever began it reads it; a reviewer publishes it."""
    person = await need_person(request)
    wish = Wish(request)
    written = await run(request, transactions.create, person, await read(request, "", WHOLE))
    headers = {"Location": wish.url(address(written.slug)), **related(wish, written.change)}
    return json_answer(told(wish, written), headers=headers, status=HTTPStatus.CREATED)


@router.put(ITEM, summary=N_("Replace a zone by what is sent"), openapi_extra=taking(*WHOLE))
async def put_item(request: Request, item: str) -> Response:
    """What it leaves out of the properties that can be written is not known any more."""
    person = await need_person(request)
    return await altered(request, person, await read(request, item, WHOLE, whole=True))


@router.patch(ITEM, summary=N_("Change some of a zone"), openapi_extra=taking(*PATCH))
async def patch_item(request: Request, item: str) -> Response:
    """A JSON merge patch of the feature: what it does not name stays, null takes away."""
    person = await need_person(request)
    return await altered(request, person, await read(request, item, PATCH))


@router.delete(ITEM, summary=N_("Propose to delete a zone that was recorded by mistake"))
async def delete_item(request: Request, item: str) -> Response:
    """A draft that still needs its reason and its document; a zone that only its author knows is withdrawn at once."""
    person = await need_person(request)
    wish = Wish(request)
    write = Write(item, {}, CRS84, seen=read_seen(request))
    return await answer(request, wish, await run(request, transactions.remove, person, write))


async def altered(request: Request, person: Person, write: Write) -> Response:
    wish = Wish(request)
    return await answer(request, wish, await run(request, transactions.alter, person, write))


async def run(request: Request, work: Any, person: Person, write: Write) -> Written:
    """What became of it. A refusal because of another version says where that is and what its ETag is."""
    try:
        written: Written = await request.app.state.writer.run(work, person, write)
    except StaleVersion as error:
        wish = Wish(request)
        etag = await current_etag(request, write.slug)
        error.members["current"] = {"version": error.facts["now"], "href": wish.url(address(write.slug)), "etag": etag}
        raise
    return written


async def answer(request: Request, wish: Wish, written: Written) -> Response:
    """204 where it is done, with the new ETag where something was published; 202 where it waits as a change."""
    headers = {**related(wish, written.change), "Cache-Control": "no-store"}
    if written.is_over:
        if written.version is not None:
            headers["ETag"] = await current_etag(request, written.slug)
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    return json_answer(told(wish, written), headers=headers, status=HTTPStatus.ACCEPTED)


def told(wish: Wish, written: Written) -> Row:
    """What became of a write that still waits for somebody."""
    return {
        "id": written.slug, "change": written.change, "state": written.state, "version": written.version,
        "links": [link(wish.url(f"/changes/{written.change}"), "related", JSON)],
    }  # fmt: skip


def related(wish: Wish, change: int) -> dict[str, str]:
    return {"Link": f'<{wish.url(f"/changes/{change}")}>; rel="related"'}


def address(slug: str) -> str:
    return f"{ITEMS}/{slug}"


async def current_etag(request: Request, slug: str) -> str:
    """The ETag of the zone as GeoJSON, as a plain GET of its address would have it."""
    kept = [one for one in request.scope["headers"] if one[0] in (b"host", b"accept-language")]
    scope = {**request.scope, "method": "GET", "path": address(slug), "query_string": b"",
             "headers": [*kept, (b"accept", GEOJSON.encode())]}  # fmt: skip
    offer = await request.app.state.items.offer(Asked(scope))
    return str(offer.etag.decode())


# Requests


async def read(request: Request, item: str, known: tuple[str, ...], *, whole: bool = False) -> Write:
    """A write as it was sent. What is wrong with its body or its system is kept: first is said who may not write."""
    body: Row | RegistryError
    crs: Crs | RegistryError
    try:
        if not request.headers.get("content-type", "").strip():
            raise NoContentType(known=", ".join(known))
        body = await read_json(request, known=known)
    except RegistryError as error:
        body = error
    try:
        crs = content_crs(request)
    except RegistryError as error:
        crs = error
    collects = "respond-async" in [one.strip() for one in request.headers.get("prefer", "").lower().split(",")]
    return Write(item, body, crs, whole=whole or not item, seen=read_seen(request), collects=collects)


def content_crs(request: Request) -> Crs:
    """The system of the body's coordinates; CRS84 where it is not said. QGIS leaves the angle brackets out."""
    given = request.headers.get("content-crs")
    if given is None:
        return CRS84
    given = given.strip()
    if given.startswith("<") and given.endswith(">"):
        given = given[1:-1]
    return crs_of({"Content-Crs": given}, "Content-Crs")


def read_seen(request: Request) -> Seen | None:
    """What If-Match names; None where it is not sent. A weak tag, and what is no tag, never matches."""
    sent = request.headers.getlist("if-match")
    if not sent:
        return None
    text = ",".join(sent).strip()
    if text == "*":
        return Seen(anything=True)
    tags = [tag for weak, tag in STRONG.findall(text[:10_000]) if not weak]
    drafts = [DRAFT_TAG.fullmatch(tag) for tag in tags]
    return Seen(states=tuple(states_of(tags)[:100]), drafts=tuple((int(one[1]), int(one[2])) for one in drafts if one))


# Drafts


async def draft_answer(request: Request, wish: Wish, item: str) -> Response:
    """A zone that is not published yet, for whoever proposed it. Raises UnknownItem for everybody else."""
    person = await who_asks(request)
    writer = request.app.state.writer
    found = await writer.run(transactions.find_draft, person, item) if person else None
    if found is None:
        raise UnknownItem(id=item, collection="zones")
    change = found["change"]
    headers = {"Cache-Control": "no-store", **related(wish, change["id"])}
    if wish.format == "html":
        return RedirectResponse(f"/desk/changes/{change['id']}", HTTPStatus.SEE_OTHER, headers)
    variant = item_variant(COLLECTIONS["zones"], wish)
    feature = {
        "type": "Feature", "id": item, "geometry": geometry_in(change["boundary"], variant),
        "properties": {name: value for name, value in found["properties"].items()
                       if variant.properties is None or name in variant.properties},
        "links": self_and_alternate(wish, GEOJSON),
    }  # fmt: skip
    headers |= {"ETag": f'"draft-{change["id"]}-{change["edit"]}"', "Content-Crs": f"<{variant.crs.uri}>"}
    return json_answer(feature, GEOJSON, headers)


def geometry_in(outline: shapely.MultiPolygon | None, variant: Variant) -> Row | None:
    """An outline in a system of coordinates, in the order of its axes."""
    if outline is None or not variant.has_geometry:
        return None
    crs = variant.crs
    points = shapely.get_coordinates(outline)
    if crs.srid != CRS84.srid:
        points = np.round(from_wgs84(points, crs), digits(crs))
    if crs.axis_order == "lat,lon":
        points = points[:, ::-1]
    return as_geojson(shapely.set_coordinates(outline, points))
