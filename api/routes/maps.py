"""/maps/fill-rate: the folium map, self-hosted, every script of it allowed by its hash."""

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_
from api.routes.render import html_answer, policy
from api.routes.requests import PAGE, Wish
from api.workflows.maps import draw_fill_rates

router = APIRouter()
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@router.get("/maps/fill-rate", summary=N_("The zones by fill rate, as a map for a browser"), tags=["Maps"])
async def fill_rate_map(request: Request) -> Response:
    wish = Wish(request, media={"html": PAGE})
    body = await draw_fill_rates(
        request.app.state.reader, wish.language,
        link=lambda slug: f"/collections/zones/items/{slug}?f=html&lang={wish.language}",
    )  # fmt: skip
    hashes = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in SCRIPT.findall(body))
    return html_answer(body, {"Content-Security-Policy": policy(scripts=hashes)})
