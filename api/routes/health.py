"""/health: whether the process lives, and whether it can answer from its database."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_
from api.routes.render import json_answer
from api.routes.requests import DOCUMENT, Wish
from api.store.health import select_readiness

router = APIRouter(prefix="/health", tags=["Operations"])
DATA = {"json": DOCUMENT["json"]}


@router.get("/live", summary=N_("The process answers"))
async def live(request: Request) -> Response:
    Wish(request, media=DATA)
    return json_answer({"status": "live"}, headers={"Cache-Control": "no-store"})


@router.get("/ready", summary=N_("The database answers and is migrated"))
async def ready(request: Request) -> Response:
    """200 with the schema's version and the number of zones; 503 while the database is away."""
    Wish(request, media=DATA)
    readiness = await select_readiness(request.app.state.reader)
    return json_answer({"status": "ready", **readiness}, headers={"Cache-Control": "no-store"})
