"""/conformance: the classes of the OGC API standards that are met. Behind each stands a test with its mark."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_
from api.routes.ogc.links import self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish
from api.store.filters import CONFORMANCE as CQL2

router = APIRouter()
SPEC = "http://www.opengis.net/spec"
STANDARDS = {
    "OGC API Common 1: Core": f"{SPEC}/ogcapi-common-1/1.0/conf",
    "OGC API Common 2: Geospatial Data": f"{SPEC}/ogcapi-common-2/1.0/conf",
    "OGC API Common 3 / Features 5: Schemas": f"{SPEC}/ogcapi-common-3/1.0/conf",
    "OGC API Features 1: Core": f"{SPEC}/ogcapi-features-1/1.0/conf",
    "OGC API Features 2: Coordinate Reference Systems by Reference": f"{SPEC}/ogcapi-features-2/1.0/conf",
    "OGC API Features 3: Filtering": f"{SPEC}/ogcapi-features-3/1.0/conf",
    "OGC API Features 4: Create, Replace, Update and Delete": f"{SPEC}/ogcapi-features-4/1.0/conf",
    "OGC API Tiles 1: Core": f"{SPEC}/ogcapi-tiles-1/1.0/conf",
    "Tile Matrix Sets": f"{SPEC}/tms/2.0/conf",
    "Common Query Language (CQL2)": f"{SPEC}/cql2/1.0/conf",
}
CONFORMANCE = (
    f"{SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{SPEC}/ogcapi-common-1/1.0/conf/html",
    f"{SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{SPEC}/ogcapi-common-3/1.0/conf/schemas",
    f"{SPEC}/ogcapi-common-3/1.0/conf/advanced-property-roles",
    f"{SPEC}/ogcapi-common-3/1.0/conf/returnables-and-receivables",
    f"{SPEC}/ogcapi-common-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-common-3/1.0/conf/sortables",
    f"{SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{SPEC}/ogcapi-features-3/1.0/conf/filter",
    f"{SPEC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{SPEC}/ogcapi-features-4/1.0/conf/create-replace-delete",
    f"{SPEC}/ogcapi-features-4/1.0/conf/update",
    f"{SPEC}/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    f"{SPEC}/ogcapi-features-4/1.0/conf/features",
    *CQL2,
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/mvt",
    f"{SPEC}/tms/2.0/conf/tilematrixset",
    f"{SPEC}/tms/2.0/conf/json-tilematrixset",
)


@router.get(
    "/conformance", summary=N_("The classes of the OGC API standards that this service meets"), tags=["OGC API"]
)
async def conformance(request: Request) -> Response:
    wish = Wish(request)
    if wish.format == "html":
        standards = {
            name: [uri for uri in CONFORMANCE if uri.startswith(f"{base}/")] for name, base in STANDARDS.items()
        }
        return html_answer(page("conformance.html", request, wish.language, standards=standards))
    return json_answer({"conformsTo": CONFORMANCE, "links": self_and_alternate(wish)})
