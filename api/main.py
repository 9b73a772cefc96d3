"""`create_app(settings)`: the only place where the service is put together."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api.routes import (
    accounts,
    assessment,
    atom,
    changes,
    compare,
    corners,
    desk,
    editor,
    explorer,
    feed,
    figures,
    health,
    history,
    landing,
    maps,
    metrics,
    outlines,
    problems,
    progress,
    projects,
    qgis,
    quality,
    reports,
    review,
    sheets,
    sitemap,
    snapshots,
    stats,
    uploads,
    zones,
)
from api.routes.asked import Asked
from api.routes.front import Front
from api.routes.observed import Figures, Observer
from api.routes.offers import Offer
from api.routes.ogc import collections, conformance, definition, features, schemas, tiles, tilesets, transactions
from api.routes.ogc.items import Items
from api.routes.ogc.tiles import Tiles
from api.settings import ROOT, Settings
from api.store.connect import Reader, Writer
from api.store.rendering import KeptFeatures
from api.store.revisions import Revisions
from api.workflows.oidc import provider_of
from api.workflows.progress import KeptProgress
from api.workflows.publication import take_effect

MEGABYTE = 1_000_000
PARTS = (
    landing,
    definition,
    conformance,
    collections,
    schemas,
    features,
    transactions,
    tilesets,
    tiles,
    zones,
    sheets,
    sitemap,
    corners,
    uploads,
    stats,
    assessment,
    quality,
    progress,
    reports,
    explorer,
    compare,
    maps,
    accounts,
    history,
    feed,
    atom,
    snapshots,
    editor,
    outlines,
    changes,
    projects,
    figures,
    desk,
    review,
    qgis,
    health,
    metrics,
)

ASSETS = {
    "/assets/leaflet": ROOT / "node_modules" / "leaflet" / "dist",
    "/assets/inter": ROOT / "node_modules" / "@fontsource-variable" / "inter",
    "/assets/styles": ROOT / "web" / "styles",
    "/assets/modules": ROOT / "web" / "modules",
    "/assets/maplibre": ROOT / "node_modules" / "maplibre-gl" / "dist",
    "/assets/geoman": ROOT / "node_modules" / "@geoman-io" / "leaflet-geoman-free" / "dist",
    "/assets/proj4": ROOT / "node_modules" / "proj4" / "dist",
    "/assets/geodesic": ROOT / "node_modules" / "geographiclib-geodesic",
    "/assets/swagger": ROOT / "node_modules" / "swagger-ui-dist",
}


def create_app(settings: Settings) -> Front:
    """The service on the database of `settings`; it starts, and says 503, also while that is away."""
    reader = Reader(
        settings.database_url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms,
        synthetic=settings.synthetic,
    )  # fmt: skip

    writer = Writer(settings.database_url, size=settings.writer_pool_size)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with reader.opened():
            yield
        writer.close()

    app = FastAPI(
        title="Industrial-zone registry", version="0.1.0", lifespan=lifespan, openapi_url=None, docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.settings = settings
    app.state.reader = reader
    app.state.writer = writer
    app.state.provider = provider_of(settings)
    app.state.revisions = revisions = Revisions(reader, lambda: writer.run(take_effect))
    app.state.progress = KeptProgress()
    app.state.features = features_kept = KeptFeatures(reader, settings.kept_features_mb * MEGABYTE)
    for part in PARTS:
        app.include_router(part.router)
    for path, folder in ASSETS.items():
        app.mount(path, StaticFiles(directory=folder), name=path)
    problems.register(app)
    app.state.items = hot_items = Items(reader, features_kept)
    hot_tiles = Tiles(reader, settings.tile_detail)

    def hot(asked: Asked) -> Awaitable[Offer | None]:
        return (hot_tiles if "/tiles/" in asked.path else hot_items).offer(asked)

    def look(figures: Figures) -> None:
        """Set what is used of sessions and memory."""
        for name, used, free in (("reader", *reader.sessions), ("writer", *writer.sessions)):
            figures.sessions.labels(name, "used").set(used)
            figures.sessions.labels(name, "free").set(free)
        figures.kept_bytes.labels("answers").set(front.answers.size)
        figures.kept_bytes.labels("features").set(features_kept.size)

    observer = Observer(look, is_secure=settings.public_url.startswith("https://"))
    app.state.figures = observer.figures
    front = Front(
        app, hot=hot, revisions=revisions, room=settings.kept_answers_mb * MEGABYTE, observer=observer
    )  # fmt: skip
    return front
