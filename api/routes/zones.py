"""What belongs to one zone beside its feature: where each of its values comes from."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import UnknownItem
from api.language import N_
from api.routes.ogc.links import link, self_and_alternate
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import Wish
from api.workflows.provenance import zone_provenance

router = APIRouter(tags=["Zones"])


@router.get("/collections/zones/items/{item}/sources", summary=N_("Where each value of a zone comes from"))
async def get_sources(request: Request, item: str) -> Response:
    """Per value the facts it rests on and those that disagree; documents, places and exact words; public pages."""
    wish = Wish(request)
    sheet = None if "\0" in item else await zone_provenance(request.app.state.reader, item)
    if sheet is None:
        raise UnknownItem(id=item, collection="zones")
    if wish.format == "html":
        return html_answer(page("sources.html", request, wish.language, zone=sheet["version"], sheet=sheet))
    feature = link(wish.url(f"/collections/zones/items/{item}", f="json"), "item", "application/geo+json")
    return json_answer({**sheet, "links": [*self_and_alternate(wish), feature]})
