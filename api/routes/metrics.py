"""/metrics: figures for Prometheus, of this process and of the database it reads from."""

import os
from pathlib import Path

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from api.errors import StoreUnavailable
from api.language import N_
from api.routes.render import COMMON
from api.routes.requests import Wish
from api.store.health import select_replay

router = APIRouter(tags=["Operations"])
TEXT = {"text": "text/plain"}


@router.get("/metrics", summary=N_("Figures for Prometheus"))
async def get_metrics(request: Request) -> Response:
    """Requests by kind and status, how long they took, where answers came from, sessions, memory, the register's
    revision, and how far the database that is read lags behind. 200 also while the database is away: then
    `registry_database_up` is 0.
    """
    Wish(request, media=TEXT)
    counted = request.app.state.figures.registry
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        forget_the_dead(Path(folder))
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    body = generate_latest(counted) + generate_latest(await database_figures(request))
    return Response(body, headers={**COMMON, "Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)


def forget_the_dead(folder: Path) -> None:
    """Take out what processes used that have ended; what they counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = file.stem.rpartition("_")[2]
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)


async def database_figures(request: Request) -> CollectorRegistry:
    """What is true now and not counted: asked of the database."""
    asked = CollectorRegistry()
    up = Gauge("registry_database_up", "Whether the database answers.", registry=asked)
    try:
        replay = await select_replay(request.app.state.reader)
    except StoreUnavailable:
        return asked
    up.set(1)
    revision = Gauge("registry_revision", "The revision of the register that is read.", registry=asked)
    revision.set(replay.revision)
    replica = Gauge("registry_reads_from_replica", "Whether the database that is read is a replica.", registry=asked)
    replica.set(replay.is_replica)
    if replay.lag_seconds is not None:
        lag = Gauge("registry_replication_lag_seconds", "How old what a replica shows is.", registry=asked)
        lag.set(replay.lag_seconds)
    return asked
