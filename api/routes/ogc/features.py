"""/collections/{c}/items as pages; as GeoJSON they go the hot way (`items`)."""

from urllib.parse import quote

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import UnknownItem
from api.language import N_, gettext
from api.routes.ogc.collections import find_collection
from api.routes.ogc.exports import export_answer
from api.routes.ogc.items import find_item, item_etag, to_be_continued
from api.routes.ogc.links import GEOJSON
from api.routes.ogc.paging import neighbours
from api.routes.ogc.params import (
    DEFAULT_LIMIT,
    MOST,
    item_query,
    item_variant,
    items_query,
    known_item_parameters,
    known_parameters,
)
from api.routes.ogc.transactions import draft_answer
from api.routes.ogc.zone_page import sheet_answer
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import FEATURES, FILES, ITEMS, Wish
from api.schemas.words import COLLECTIONS as TEXTS
from api.store.collections import Collection
from api.store.features import select_keys

router = APIRouter()
COLUMNS = {
    "zones": ("kind", "status", "province", "declared_area_ha", "fill_rate_pct", "boundary_quality"),
    "zone-points": ("kind", "status", "province", "declared_area_ha", "fill_rate_pct", "location_accuracy_m"),
    "lots": ("zone", "land_use", "status", "area_ha"),
    "admin-units": ("code", "level", "parent", "valid_from", "valid_to", "successors"),
}


@router.get("/collections/{name}/items", summary=N_("Features of a collection"), tags=["OGC API"])
async def get_items(request: Request, name: str) -> Response:
    """Features as a table, by the same parameters as the data; facts have a table of their own."""
    collection = find_collection(name)
    wish = Wish(request, known=known_parameters(collection), media=ITEMS)
    reader, kept = request.app.state.reader, request.app.state.features
    query = await items_query(wish.params, collection, reader, limit=wish.limit(DEFAULT_LIMIT, MOST))
    if wish.format in FILES:
        return await export_answer(wish, collection, query, wish.format)
    found = await select_keys(reader, collection, query)
    rendered = await kept.render(collection, found.keys)
    features = [orjson.loads(one.body)["properties"] for one in rendered]
    beside = await neighbours(reader, collection, query, found, rendered)
    base = to_be_continued(wish.same(after=None, before=None))
    names = COLUMNS.get(collection.name, ()) if query.properties is None else query.properties
    shown = [one for name in names if (one := collection.find(name))]
    body = page(
        "facts.html" if collection.name == "facts" else "items.html", request, wish.language, collection=collection,
        features=features, columns=shown, title=gettext(wish.language)(TEXTS[collection.name][0]),
        matched=found.matched, address=lambda feature: item_address(collection, feature[collection.id]),
        beside={rel: base + place for rel, place in beside.items()},
    )  # fmt: skip
    return html_answer(body)


@router.get("/collections/{name}/items/{item}", summary=N_("One feature"), tags=["OGC API"])
async def get_item(request: Request, name: str, item: str) -> Response:
    """One feature as a page; a zone with where its values come from. What is not published yet, for its author."""
    collection = find_collection(name)
    wish = Wish(request, known=known_item_parameters(collection), media=FEATURES)
    item_variant(collection, wish)
    reader, query = request.app.state.reader, item_query(wish.params)
    try:
        key, _ = await find_item(reader, collection, item, query)
    except UnknownItem:
        if collection.name != "zones" or query is not None:
            raise
        return await draft_answer(request, wish, item)
    (rendered,) = await request.app.state.features.render(collection, [key])
    if wish.format == "json":  # published since the hot way looked
        return json_answer(rendered.body, GEOJSON, {"Cache-Control": "no-store"})
    feature = orjson.loads(rendered.body)
    if collection.part == "zones":
        return await sheet_answer(request, wish, item, query)
    title = gettext(wish.language)(TEXTS[name][0])
    body = page(
        "item.html", request, wish.language, feature=feature, collection=name, title=title,
        properties=collection.properties,
    )  # fmt: skip
    return html_answer(body, {"ETag": item_etag(key, body.encode()).decode()})


def item_address(collection: Collection, item: object) -> str:
    return f"/collections/{collection.name}/items/{quote(str(item), safe='')}"
