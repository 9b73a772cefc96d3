"""/conformance and /collections: what is here, in which systems of coordinates, under which licence."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.errors import UnknownCollection
from api.language import gettext
from api.routes.ogc.links import GEOJSON, HTML, VECTOR_TILESETS, link, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish
from api.schemas.words import COLLECTIONS as TEXTS
from api.store.collections import COLLECTIONS, Collection
from api.store.features import select_extent, select_interval
from gis import crs

router = APIRouter()
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def find_collection(name: str) -> Collection:
    """The collection of that name. Raises UnknownCollection."""
    if name not in COLLECTIONS:
        raise UnknownCollection(name=name, known=", ".join(COLLECTIONS))
    return COLLECTIONS[name]


@router.get("/conformance", summary="The conformance classes of OGC API that are met", tags=["OGC API"])
async def conformance(request: Request) -> Response:
    wish = Wish(request)
    if wish.format == "html":
        return html_answer(page("conformance.html", request, wish.language, classes=CONFORMANCE))
    return json_answer({"conformsTo": CONFORMANCE, "links": self_and_alternate(wish)})


@router.get("/collections", summary="The collections", tags=["OGC API"])
async def collections(request: Request) -> Response:
    wish = Wish(request)
    described = [await describe(wish, one) for one in COLLECTIONS.values()]
    if wish.format == "html":
        return html_answer(page("collections.html", request, wish.language, collections=described))
    uris = [one.uri for one in crs.ALL]
    return json_answer({"links": self_and_alternate(wish), "crs": uris, "collections": described})


@router.get("/collections/{name}", summary="One collection", tags=["OGC API"])
async def collection(request: Request, name: str) -> Response:
    found = find_collection(name)
    wish = Wish(request)
    described = await describe(wish, found)
    if wish.format == "html":
        body = page("collection.html", request, wish.language, collection=described, properties=found.properties)
        return html_answer(body)
    described["links"] = [*self_and_alternate(wish), *described["links"]]
    return json_answer(described)


async def describe(wish: Wish, found: Collection) -> dict[str, Any]:
    """A collection as OGC API Features Part 1 and 2 describe it."""
    _ = gettext(wish.language)
    title, description = TEXTS[found.name]
    path = f"/collections/{found.name}"
    described: dict[str, Any] = {
        "id": found.name, "title": _(title), "description": _(description), "itemType": "feature",
        "attribution": _(attribution.of_collection(found.name, synthetic=wish.request.app.state.reader.synthetic)),
        "links": [
            link(wish.url(f"{path}/items", f="json"), "items", GEOJSON, _("Features as GeoJSON")),
            link(wish.url(f"{path}/items", f="html"), "items", HTML, _("Features as a table")),
            link(wish.url(path, f="json"), "collection", "application/json", _(title)),
        ],
    }  # fmt: skip
    reader = wish.request.app.state.reader
    interval = await select_interval(reader, found)
    described["extent"] = {"temporal": {"interval": [interval], "trs": GREGORIAN}}
    box = await select_extent(reader, found)
    if box:
        described["extent"]["spatial"] = {"bbox": [box], "crs": crs.CRS84.uri}
    if found.geometry:
        tiles = link(wish.url(f"{path}/tiles", f="json"), VECTOR_TILESETS, "application/json", _("Vector tiles"))
        described["links"].append(tiles)
        described["crs"] = [one.uri for one in crs.ALL]
        described["storageCrs"] = crs.CRS84.uri
    return described
