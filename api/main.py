"""`create_app(settings)`: the only place where the service is put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api.routes import health, landing, maps, problems, qgis, stats, zones
from api.routes.front import Front
from api.routes.ogc import collections, features
from api.routes.ogc.items import Items
from api.settings import ROOT, Settings
from api.store.connect import Reader
from api.store.rendering import KeptFeatures
from api.store.revisions import Revisions

MEGABYTE = 1_000_000

ASSETS = {
    "/assets/leaflet": ROOT / "node_modules" / "leaflet" / "dist",
    "/assets/inter": ROOT / "node_modules" / "@fontsource-variable" / "inter",
    "/assets/styles": ROOT / "web" / "styles",
}


def create_app(settings: Settings) -> Front:
    """The service on the database of `settings`; it starts, and says 503, also while that is away."""
    reader = Reader(settings.database_url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with reader.opened():
            yield

    app = FastAPI(
        title="Industrial-zone registry", version="0.1.0", lifespan=lifespan, openapi_url=None, docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.settings = settings
    app.state.reader = reader
    app.state.features = features_kept = KeptFeatures(reader, settings.kept_features_mb * MEGABYTE)
    for part in (landing, collections, features, zones, stats, maps, qgis, health):
        app.include_router(part.router)
    for path, folder in ASSETS.items():
        app.mount(path, StaticFiles(directory=folder), name=path)
    problems.register(app)
    items = Items(reader, features_kept)
    room = settings.kept_answers_mb * MEGABYTE
    return Front(app, hot=items.offer, revisions=Revisions(reader), room=room)
