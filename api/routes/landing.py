"""/: the front door, for people and for programs. In a browser its heart is the explorer."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import attribution
from api.errors import UnknownParameter
from api.language import N_, gettext
from api.routes.explorer import content
from api.routes.ogc.definition import OPENAPI
from api.routes.ogc.links import HTML, JSON, link, relation, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer, map_policy
from api.routes.requests import Wish
from api.routes.states import PARAMETERS, REPEATED, read_state
from api.schemas.words import SERVICE
from api.store.stats import select_census

router = APIRouter()


@router.get("/", summary=N_("The landing page"), tags=["OGC API"])
async def landing(request: Request) -> Response:
    """Links to everything; in a browser the map and the table of the zones."""
    wish = Wish(request, known=PARAMETERS, repeated=REPEATED)
    _ = gettext(wish.language)
    if wish.format == "html":
        reader = request.app.state.reader
        state = await read_state(wish.params, reader)
        shown = await content(wish, state)
        groups = await select_census(reader)
        policy = map_policy(request.app.state.settings.basemap_tiles)
        body = page("landing.html", request, wish.language, groups=groups, embedded=True, **shown)
        return html_answer(body, {"Content-Security-Policy": policy})
    if wish.params:
        raise UnknownParameter(next(iter(wish.params)), known="f, lang")
    title, description = SERVICE
    return json_answer({
        "title": _(title), "description": _(description),
        "attribution": attribution.whole(_, synthetic=request.app.state.reader.synthetic), "links": landing_links(wish),
    })  # fmt: skip


def landing_links(wish: Wish) -> list[dict[str, str]]:
    """Where to go on from here. Common and Features name two of the relations differently; both are there."""
    _ = gettext(wish.language)
    api, conformance, data = _("Description of the API"), _("Conformance"), _("The collections")
    return [
        *self_and_alternate(wish),
        link(wish.url("/api", f="json"), "service-desc", OPENAPI, api),
        link(wish.url("/api", f="html"), "service-doc", HTML, api),
        link(wish.url("/conformance", f="json"), "conformance", JSON, conformance),
        link(wish.url("/conformance", f="html"), "conformance", HTML, conformance),
        link(wish.url("/conformance", f="json"), relation("conformance"), JSON, conformance),
        link(wish.url("/collections", f="json"), "data", JSON, data),
        link(wish.url("/collections", f="html"), "data", HTML, data),
        link(wish.url("/collections", f="json"), relation("data"), JSON, data),
        link(wish.url("/licence", f="html"), "license", HTML, _("Terms of use")),
        link(wish.url("/licence", f="json"), "license", JSON, _("Terms of use")),
        link(wish.url("/tiles", f="json"), relation("tilesets-vector"), JSON, _("Vector tiles")),
        link(wish.url("/tileMatrixSets", f="json"), relation("tiling-schemes"), JSON, _("Tile matrix sets")),
        link(wish.url("/maps/fill-rate"), "related", HTML, _("Zones by fill rate, as a map")),
        link(wish.url("/feed", f="json"), "related", JSON, _("What changed")),
        link(wish.url("/snapshots", f="json"), "related", JSON, _("Snapshots")),
    ]
