"""/collections/{c}/schema, /queryables and /sortables: what features hold, can be asked for by and sorted by."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_, gettext
from api.routes.ogc.collections import find_collection
from api.routes.ogc.links import SCHEMA
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import PAGE, Wish
from api.schemas import features, properties
from api.schemas.words import COLLECTIONS as TEXTS

router = APIRouter(tags=["OGC API"])
MEDIA = {"json": (SCHEMA, "application/json"), "html": PAGE}
TITLES = {
    "schema": N_("What features hold"),
    "queryables": N_("What can be asked for"),
    "sortables": N_("What features can be sorted by"),
}
INTRODUCTIONS = {
    "schema": N_("Every feature has these properties. One that is null is not known, or does not apply."),
    "queryables": N_("Parameters of the address take these names, except lists and the geometry; filters take all."),
    "sortables": N_("sortby takes these names; what is not known comes last."),
}


@router.get("/collections/{name}/schema", summary=TITLES["schema"])
async def get_schema(request: Request, name: str) -> Response:
    return schema_answer(request, name, "schema")


@router.get("/collections/{name}/queryables", summary=TITLES["queryables"])
async def get_queryables(request: Request, name: str) -> Response:
    return schema_answer(request, name, "queryables")


@router.get("/collections/{name}/sortables", summary=TITLES["sortables"])
async def get_sortables(request: Request, name: str) -> Response:
    return schema_answer(request, name, "sortables")


@router.get("/collections/{name}/schema/geojson", summary=N_("How features are written as GeoJSON"))
async def get_geojson_schema(request: Request, name: str) -> Response:
    """For programs that read types from a schema of the features as they are written, such as GDAL."""
    found = find_collection(name)
    wish = Wish(request, media={"json": MEDIA["json"]})
    _ = gettext(wish.language)
    schema = {
        **properties.head(wish.url(f"/collections/{name}/schema/geojson"), _(TEXTS[name][0])),
        "description": _(
            "Every value but the id may also be null; the types are told for programs that want one each."
        ),
        **features.feature_schema(found, _(TEXTS[name][0])),
    }
    return json_answer(schema, SCHEMA)


def schema_answer(request: Request, name: str, kind: str) -> Response:
    """One of the three schemas of a collection, as JSON Schema or as a page."""
    found = find_collection(name)
    wish = Wish(request, media=MEDIA)
    _ = gettext(wish.language)
    make = {
        "schema": properties.collection_schema,
        "queryables": properties.queryables,
        "sortables": properties.sortables,
    }[kind]
    title = _(TEXTS[name][0])
    schema: dict[str, Any] = make(found, wish.language, wish.url(f"/collections/{name}/{kind}"), title)
    if wish.format == "html":
        return html_answer(page(
            "schema.html", request, wish.language, collection=name, title=title, kind=_(TITLES[kind]),
            introduction=_(INTRODUCTIONS[kind]), properties=schema["properties"],
            units={one.name: one.unit for one in found.properties},
        ))  # fmt: skip
    return json_answer(schema, SCHEMA)
