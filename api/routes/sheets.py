"""/zones/{slug}: the fact sheet of a zone, for people; programs are led to the feature. And the picture that stands for
it where somebody shares the address.
"""

import asyncio
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.language import N_
from api.routes.drawings import picture_of
from api.routes.ogc.params import TIMES, item_query
from api.routes.ogc.zone_page import read_sheet, sheet_answer
from api.routes.render import COMMON
from api.routes.requests import FEATURES, PAGE, Wish
from api.store.sheets import select_locator

router = APIRouter(tags=["Zones"])
MEDIA = {"html": PAGE, "json": FEATURES["json"]}
PNG = {"png": ("image/png",)}


@router.get("/zones/{item}", summary=N_("The fact sheet of a zone"))
async def get_sheet(request: Request, item: str) -> Response:
    """What is known of a zone, each value with its source and date; `datetime` and `known_at` as for the feature."""
    wish = Wish(request, known=TIMES, media=MEDIA)
    query = item_query(wish.params)
    if wish.format == "json":
        feature = f"/collections/zones/items/{quote(item, safe='')}"
        return RedirectResponse(wish.url(feature, **wish.params, f="json"), HTTPStatus.SEE_OTHER, COMMON)
    return await sheet_answer(request, wish, item, query)


@router.get("/zones/{item}/picture.png", summary=N_("A picture of a zone and its key figures, to be shared"))
async def get_picture(request: Request, item: str) -> Response:
    """A PNG of 1200 x 630 pixels."""
    wish = Wish(request, media=PNG)
    _, zone, sheet = await read_sheet(request, item, None)
    reader = request.app.state.reader
    locator = await select_locator(reader, item, zone["version"])
    body = await asyncio.to_thread(picture_of, zone, sheet, locator, wish.language, synthetic=reader.synthetic)
    return Response(body, headers=COMMON, media_type="image/png")
