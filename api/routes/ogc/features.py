"""/collections/{c}/items: features as GeoJSON or as a page."""

from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import UnknownItem
from api.language import gettext
from api.routes.ogc.collections import find_collection
from api.routes.ogc.exports import EXPORTS, export_answer
from api.routes.ogc.links import GEOJSON, link, self_and_alternate
from api.routes.ogc.params import crs_of, items_query, known_parameters
from api.routes.pages import page
from api.routes.render import html_answer, json_answer, json_bytes
from api.routes.requests import FEATURES, Wish
from api.schemas.words import COLLECTIONS as TEXTS
from api.store.collections import Collection
from api.store.features import Page, select_item, select_items
from api.workflows.provenance import zone_provenance
from gis.crs import Crs

router = APIRouter()


@router.get("/collections/{name}/items", summary="Features of a collection", tags=["OGC API"])
async def get_items(request: Request, name: str) -> Response:
    """Features by `bbox`, `datetime`, properties and province, a page at a time, in the order of their ids."""
    collection = find_collection(name)
    wish = Wish(request, known=known_parameters(collection), media={**FEATURES, **EXPORTS})
    reader = request.app.state.reader
    query = await items_query(wish, collection, reader)
    if wish.format in EXPORTS:
        return await export_answer(wish, collection, query, wish.format)
    found = await select_items(reader, collection, query)
    if wish.format == "html":
        return html_answer(items_page(wish, collection, found))
    head: dict[str, Any] = {
        "type": "FeatureCollection", "links": page_links(wish, collection, found),
        "numberMatched": found.matched, "numberReturned": len(found.features),
    }  # fmt: skip
    # PostGIS wrote the features; they go out as they are.
    body = json_bytes(head).rstrip()[:-1] + b',"features":[' + ",\n".join(found.features).encode() + b"]}\n"
    return json_answer(body, GEOJSON, content_crs(collection, query.crs))


@router.get("/collections/{name}/items/{item}", summary="One feature", tags=["OGC API"])
async def get_item(request: Request, name: str, item: str) -> Response:
    """One feature by its id."""
    collection = find_collection(name)
    wish = Wish(request, known=("crs",) if collection.geometry else (), media=FEATURES)
    crs = crs_of(wish.params, "crs")
    reader = request.app.state.reader
    text = None if "\0" in item else await select_item(reader, collection, item, crs)
    if text is None:
        raise UnknownItem(id=item, collection=name)
    if wish.format == "html":
        feature = orjson.loads(text)
        if collection.name in ("zones", "zone-points"):
            sheet = await zone_provenance(reader, item)
            return html_answer(page("zone.html", request, wish.language, zone=feature["properties"], sheet=sheet))
        title = gettext(wish.language)(TEXTS[name][0])
        return html_answer(page(
            "item.html", request, wish.language, feature=feature, collection=name, title=title,
            properties=collection.properties,
        ))  # fmt: skip
    path = f"/collections/{name}"
    links = [*self_and_alternate(wish, GEOJSON), link(wish.url(path, f="json"), "collection", "application/json")]
    body = text.encode()[:-1] + b',"links":' + orjson.dumps(links) + b"}\n"
    return json_answer(body, GEOJSON, content_crs(collection, crs))


def content_crs(collection: Collection, crs: Crs) -> dict[str, str]:
    return {"Content-Crs": f"<{crs.uri}>"} if collection.geometry else {}


def page_links(wish: Wish, collection: Collection, found: Page) -> list[dict[str, str]]:
    links = self_and_alternate(wish, GEOJSON)
    links.append(link(wish.url(f"/collections/{collection.name}", f="json"), "collection", "application/json"))
    if found.last is not None:
        links.append(link(wish.same(f=wish.format, after=found.last), "next", GEOJSON))
    return links


COLUMNS = {
    "zones": ("kind", "status", "province", "declared_area_ha", "fill_rate_pct", "boundary_quality"),
    "zone-points": ("kind", "status", "province", "declared_area_ha", "fill_rate_pct", "location_accuracy_m"),
    "admin-units": ("code", "level", "parent", "valid_from", "valid_to", "successors"),
}


def items_page(wish: Wish, collection: Collection, found: Page) -> str:
    """Features as a table; facts have one of their own."""
    features = [orjson.loads(text)["properties"] for text in found.features]
    template = "facts.html" if collection.name == "facts" else "items.html"
    shown = [one for name in COLUMNS.get(collection.name, ()) if (one := collection.find(name))]
    return page(
        template, wish.request, wish.language, collection=collection, features=features, columns=shown,
        title=gettext(wish.language)(TEXTS[collection.name][0]), matched=found.matched,
        address=lambda feature: f"/collections/{collection.name}/items/{quote(str(feature[collection.id]))}",
        next_url=wish.same(after=found.last) if found.last else None,
    )  # fmt: skip
