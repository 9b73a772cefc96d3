"""/maps/fill-rate: the folium map, self-hosted, every script of it allowed by its hash; of all zones or a selection."""

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadChoice
from api.language import N_
from api.routes.render import html_answer, policy
from api.routes.requests import PAGE, Wish
from api.routes.states import FILTERING, LISTED, read_state
from api.workflows.explorer import slugs_of
from api.workflows.maps import draw_fill_rates, offline_assets

router = APIRouter()
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
FILE = "fill-rates.html"


@router.get("/maps/fill-rate", summary=N_("The zones by fill rate, as a map for a browser"), tags=["Maps"])
async def fill_rate_map(request: Request) -> Response:
    """The zones that the filters of the explorer find; with `offline=1` as one file that needs no network."""
    wish = Wish(request, known=(*FILTERING, "offline"), media={"html": PAGE}, repeated=LISTED)
    offline = wish.params.pop("offline", None)
    if offline not in (None, "1"):
        raise BadChoice("offline", value=offline, known="1")
    reader = request.app.state.reader
    state = await read_state(wish.params, reader)
    base = wish.base if offline else ""
    body = await draw_fill_rates(
        reader, wish.language, slugs=set(await slugs_of(reader, state)) if state.is_filtered else None,
        assets=offline_assets() if offline else None, link=lambda slug: f"{base}/zones/{slug}?lang={wish.language}",
    )  # fmt: skip
    hashes = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in SCRIPT.findall(body))
    headers = {"Content-Security-Policy": policy(scripts=hashes)}
    if offline:
        headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return html_answer(body, headers)
