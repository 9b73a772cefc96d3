"""/ and /api: the front door, for people and for programs."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_, gettext
from api.routes.ogc.definition import OPENAPI, definition
from api.routes.ogc.links import TILING_SCHEMES, VECTOR_TILESETS, link, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import DOCUMENT, Wish
from api.store.stats import select_census, select_zone_rows

router = APIRouter()
TITLE = N_("Register of industrial zones")
DESCRIPTION = N_(
    "Industrial parks, industrial clusters and economic zones: where each lies, how large it is by which document, "
    "how far it has come and how full it is. Every value with its source and date."
)


@router.get("/", summary="The landing page", tags=["OGC API"])
async def landing(request: Request) -> Response:
    """Links to everything; in a browser the map and the table of the zones."""
    wish = Wish(request)
    _ = gettext(wish.language)
    if wish.format == "html":
        reader = request.app.state.reader
        zones, groups = await select_zone_rows(reader), await select_census(reader)
        return html_answer(page("landing.html", request, wish.language, zones=zones, groups=groups))
    links = [
        *self_and_alternate(wish),
        link(wish.url("/api"), "service-desc", OPENAPI, "OpenAPI"),
        link(wish.url("/conformance"), "conformance", "application/json"),
        link(wish.url("/collections"), "data", "application/json"),
        link(wish.url("/tiles", f="json"), VECTOR_TILESETS, "application/json", _("Vector tiles")),
        link(wish.url("/tileMatrixSets", f="json"), TILING_SCHEMES, "application/json", _("Tile matrix sets")),
        link(wish.url("/maps/fill-rate"), "related", "text/html", _("Zones by fill rate, as a map")),
    ]
    return json_answer({"title": _(TITLE), "description": _(DESCRIPTION), "links": links})


@router.get("/api", summary="This description", tags=["OGC API"])
async def api(request: Request) -> Response:
    Wish(request, media={"json": ("application/vnd.oai.openapi+json", *DOCUMENT["json"])})
    return json_answer(definition(request.app), OPENAPI)
