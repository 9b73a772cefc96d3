"""/api: the OpenAPI document, an entry for every collection, with the parameters and answers that each has."""

from collections.abc import Iterable
from copy import deepcopy

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.language import N_, Gettext, gettext
from api.routes.front import FILES, NOW, PRIVATE
from api.routes.ogc import answers, editing, parameters
from api.routes.ogc.answers import MEDIA_OF_PAGES, Described, refer
from api.routes.ogc.links import GEOJSON, HTML, JSON, SCHEMA
from api.routes.ogc.params import TIMES
from api.routes.ogc.tiles import PLACE, TILES
from api.routes.ogc.tilesets import TILEJSON
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import CORNERS, DOCUMENT, FEATURES, REPORT, TABLES, Media, Wish, fitting
from api.schemas.words import COLLECTIONS as TEXTS
from api.schemas.words import SERVICE
from api.store.collections import COLLECTIONS, Collection
from api.store.tiles import SOURCES

router = APIRouter()
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MEDIA: Media = {
    "json": ("application/vnd.oai.openapi+json", "application/openapi+json", *DOCUMENT["json"]),
    "html": DOCUMENT["html"],
}
ITEMS, ITEM = "/collections/{name}/items", "/collections/{name}/items/{item}"
OF_COLLECTION = "/collections/{name}"
BRACES = str.maketrans("", "", "{}")
FORMATS: dict[str, Media] = {
    "/api": {"json": (OPENAPI,), "html": (HTML,)},
    "/collections/{name}/schema": {"json": (SCHEMA,), "html": (HTML,)},
    "/collections/{name}/queryables": {"json": (SCHEMA,), "html": (HTML,)},
    "/collections/{name}/sortables": {"json": (SCHEMA,), "html": (HTML,)},
    "/collections/{name}/schema/geojson": {"json": (SCHEMA,)},
    **{place + "/tiles/{tileMatrixSetId}": TILEJSON for place in ("", OF_COLLECTION)},
    **{place + "/tiles" + PLACE: TILES for place in ("", OF_COLLECTION)},
    "/collections/zones/items/{item}/corners": CORNERS,
    "/stats/zones": {"json": (JSON,)},
    "/assessments": TABLES,
    "/quality": TABLES,
    "/progress": TABLES,
    "/reports/periodic": REPORT,
    "/reports/{number}": REPORT,
    "/maps/fill-rate": {"html": (HTML,)},
    "/zones/{item}": {"html": (HTML,), "json": (GEOJSON,)},
    "/zones/{item}/picture.png": {"png": ("image/png",)},
    "/sitemap.xml": {"xml": ("application/xml",)},
    "/snapshots/{snapshot}/{file}": {"parquet": ("application/vnd.apache.parquet", JSON)},
    "/feed.atom": {"atom": ("application/atom+xml",)},
    "/robots.txt": {"txt": ("text/plain",)},
    "/health/live": {"json": (JSON,)},
    "/health/ready": {"json": (JSON,)},
    "/metrics": {"text": ("text/plain",)},
}
SCHEMAS = {
    "/": "landingPage", "/conformance": "conformance", "/collections": "collections", OF_COLLECTION: "collection",
}  # fmt: skip
TAKES = {
    "/stats/fill-rates": parameters.FILL_RATES,
    "/assessments": parameters.ASSESSMENTS,
    "/quality": parameters.QUALITY,
    "/progress": parameters.PROGRESS,
    "/collections/zones/items/{item}/corners": parameters.CORNERS,
    "/collections/zones/items/{item}/history": parameters.HISTORY,
    "/zones/{item}": tuple(parameters.ITEMS[name] for name in TIMES),
    "/sitemap.xml": parameters.SITEMAP,
    "/reports/periodic": parameters.PERIODIC,
    "/feed": parameters.FEED,
}


@router.get("/api", summary=N_("Description of the API"), tags=["OGC API"])
async def api(request: Request) -> Response:
    """OpenAPI 3.0, and as a page to try things out."""
    wish = Wish(request, media=MEDIA)
    document = definition(request.app, wish)
    if wish.format == "html":
        operations = {path: item["get"]["summary"] for path, item in document["paths"].items()}
        return html_answer(page("definition.html", request, wish.language, operations=operations))
    return json_answer(document, OPENAPI)


def definition(app: FastAPI, wish: Wish) -> Described:
    """The document in OpenAPI 3.0.3, which GIS programs read; nothing of 3.1 is in it."""
    _ = gettext(wish.language)
    title, description = SERVICE
    made = app.openapi()
    paths: Described = {}
    for path, item in made["paths"].items():
        if path not in (ITEMS, ITEM, *editing.METHODS) and not path.startswith(PRIVATE):
            named = SOURCES if path.startswith(f"{OF_COLLECTION}/tiles") else COLLECTIONS
            for name in named if path.startswith(OF_COLLECTION) else ("",):
                address = path.replace("{name}", name).replace("{item}", "{featureId}")
                paths[address] = {"get": general(item["get"], path, address, COLLECTIONS.get(name), _)}
    for name, found in COLLECTIONS.items():
        paths[f"/collections/{name}/items"] = {"get": items(found, _)}
        paths[f"/collections/{name}/items/{{featureId}}"] = {"get": item_of(found, _)}
    for path, methods in editing.METHODS.items():
        writes = {method: editing.operation(made["paths"][path][method], method, _) for method in methods}
        paths[path.replace("{item}", "{featureId}")] |= writes
    for address, item in paths.items():
        for method, operation in item.items():
            name = address.strip("/").replace("/", ".").translate(BRACES) or "landing"
            operation["operationId"] = name if method == "get" else f"{name}.{method}"
    return {
        "openapi": "3.0.3",
        "info": {"title": _(title), "description": _(description), "version": made["info"]["version"]},
        "servers": [{"url": wish.base}],
        "tags": tags(paths, _),
        "paths": dict(sorted(paths.items())),
        "components": components(_),
    }


def tags(paths: Described, _: Gettext) -> list[Described]:
    """The groups of operations: the standard's, one for each collection, the others."""
    used = sorted({tag for item in paths.values() for tag in item["get"]["tags"]})
    first = ["OGC API", *COLLECTIONS]
    named = [{"name": name, "description": _(TEXTS[name][0])} for name in COLLECTIONS]
    return [{"name": first[0]}, *named, *({"name": one} for one in used if one not in first)]


def general(operation: Described, path: str, address: str, found: Collection | None, _: Gettext) -> Described:
    """An operation of the application at an address, with what it takes and answers. A route that tells parameters or
    answers of its own (`openapi_extra`) keeps these.
    """
    media = FORMATS.get(path, MEDIA_OF_PAGES)
    told = deepcopy(operation.get("parameters", []))
    named = [refer("parameters", "featureId")] if "{featureId}" in address else []
    named += [one for one in told if one["name"] not in ("name", "item")]
    if all(one["in"] == "path" for one in told):
        named += [*translated(TAKES.get(path, ()), _), *format_of(media, _), refer("parameters", "lang")]
    answer = {status: one for status, one in operation["responses"].items() if status not in ("200", "422")}
    schema = refer("schemas", SCHEMAS[path]) if path in SCHEMAS else {"type": "object"}
    headers: tuple[str, ...] = () if path.startswith(NOW) else answers.VALIDATORS
    if path == FILES:  # a list has no date of its own
        headers = tuple(one for one in headers if one != "Last-Modified")
    text: str = operation["summary"]
    summary = f"{_(TEXTS[found.name][0])}: {_(text)}" if found else _(text)
    content, missing = answers.contents(media, schema), address.endswith("{number}") or "{featureId}" in address
    return {
        "summary": summary, "tags": [found.name] if found else operation["tags"], "parameters": named,
        "responses": answer or answers.answers(content, summary, headers=headers, missing=missing),
    }  # fmt: skip


def items(found: Collection, _: Gettext) -> Described:
    """The features of a collection, with its properties as parameters."""
    media = fitting(has_geometry=found.geometry is not None)
    names = [refer("parameters", name) for name in parameters.items_parameters(found)]
    return of_features(
        found, N_("Features of a collection"), answers.items_content(found), False,
        [*names, *parameters.property_parameters(found, _), *format_of(media, _), refer("parameters", "lang")], _,
    )  # fmt: skip


def item_of(found: Collection, _: Gettext) -> Described:
    """One feature."""
    names = [refer("parameters", name) for name in ("featureId", *parameters.item_parameters(found))]
    return of_features(
        found, N_("One feature"), answers.item_content(found), True,
        [*names, *format_of(FEATURES, _), refer("parameters", "lang")], _,
    )  # fmt: skip


def of_features(
    found: Collection, text: str, content: Described, missing: bool, takes: list[Described], _: Gettext
) -> Described:
    summary = f"{_(TEXTS[found.name][0])}: {_(text)}"
    headers = (*answers.VALIDATORS, "Content-Crs") if found.geometry else answers.VALIDATORS
    return {
        "summary": summary, "tags": [found.name], "parameters": takes,
        "responses": answers.answers(content, summary, headers=headers, missing=missing),
    }  # fmt: skip


def format_of(media: Media, _: Gettext) -> list[Described]:
    return translated([parameters.format_parameter(list(media))], _)


def components(_: Gettext) -> Described:
    """What several operations share."""
    shared: list[Described] = [*parameters.ITEMS.values(), parameters.feature_id(), parameters.LANGUAGE]
    taking = (parameters.items_parameters, parameters.item_parameters)
    used = {name for found in COLLECTIONS.values() for take in taking for name in take(found)}
    kept = [one for one in shared if one["name"] in used or one["name"] in ("featureId", "lang")]
    return {
        "parameters": {one["name"]: one for one in translated(kept, _)},
        "headers": dict(zip(answers.HEADERS, translated(answers.HEADERS.values(), _), strict=True)),
        "responses": answers.problem_answers(_, editing.REFUSALS),
        "schemas": {**answers.schemas(_), **editing.schemas()},
        "securitySchemes": dict(zip(editing.SCHEMES, translated(editing.SCHEMES.values(), _), strict=True)),
    }


def translated(takes: Iterable[Described], _: Gettext) -> list[Described]:
    return [{**one, "description": _(text)} for one in takes for text in [one["description"]]]
