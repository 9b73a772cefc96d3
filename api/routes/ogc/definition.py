"""/api: the OpenAPI document, an entry for every collection, with the parameters and answers that each has."""

from copy import deepcopy
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.language import Gettext, N_, gettext
from api.routes.ogc import answers, parameters
from api.routes.ogc.answers import MEDIA_OF_PAGES, Described, refer
from api.routes.ogc.links import HTML, JSON, SCHEMA
from api.routes.pages import page
from api.routes.render import html_answer, json_answer
from api.routes.requests import DOCUMENT, FEATURES, Media, Wish, file_media
from api.schemas.words import COLLECTIONS as TEXTS
from api.schemas.words import SERVICE
from api.store.collections import COLLECTIONS, Collection

router = APIRouter()
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MEDIA: Media = {
    "json": ("application/vnd.oai.openapi+json", "application/openapi+json", *DOCUMENT["json"]),
    "html": DOCUMENT["html"],
}
ITEMS, ITEM = "/collections/{name}/items", "/collections/{name}/items/{item}"
OF_COLLECTION = "/collections/{name}"
FORMATS: dict[str, Media] = {
    "/api": {"json": (OPENAPI,), "html": (HTML,)},
    "/collections/{name}/schema": {"json": (SCHEMA,), "html": (HTML,)},
    "/collections/{name}/queryables": {"json": (SCHEMA,), "html": (HTML,)},
    "/collections/{name}/sortables": {"json": (SCHEMA,), "html": (HTML,)},
    "/collections/{name}/schema/geojson": {"json": (SCHEMA,)},
    "/stats/zones": {"json": (JSON,)},
    "/maps/fill-rate": {"html": (HTML,)},
    "/health/live": {"json": (JSON,)},
    "/health/ready": {"json": (JSON,)},
}
SCHEMAS = {
    "/": "landingPage", "/conformance": "conformance", "/collections": "collections", OF_COLLECTION: "collection",
}  # fmt: skip
TAKES = {"/stats/fill-rates": parameters.FILL_RATES}


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
    made = deepcopy(app.openapi())
    paths: Described = {}
    for path, item in made["paths"].items():
        if path in (ITEMS, ITEM):
            continue
        if path.startswith(OF_COLLECTION):
            for name, found in COLLECTIONS.items():
                paths[path.replace("{name}", name)] = {"get": of_collection(item["get"], path, found, _)}
        else:
            paths[path] = {"get": general(item["get"], path, _)}
    for name, found in COLLECTIONS.items():
        paths[f"/collections/{name}/items"] = {"get": items(found, _)}
        paths[f"/collections/{name}/items/{{featureId}}"] = {"get": item_of(found, _)}
    return {
        "openapi": "3.0.3",
        "info": {"title": _(title), "description": _(description), "version": made["info"]["version"]},
        "servers": [{"url": wish.base}],
        "tags": [{"name": one} for one in sorted({tag for item in paths.values() for tag in item["get"]["tags"]})],
        "paths": dict(sorted(paths.items())),
        "components": components(_),
    }


def general(operation: Described, path: str, _: Gettext) -> Described:
    """An operation of the application, with what it takes and answers. One that names its own parameters or answers
    (`openapi_extra` of its route) keeps them.
    """
    media = FORMATS.get(path, MEDIA_OF_PAGES)
    named = list(operation.get("parameters", ()))
    for one in named:
        one.get("schema", {}).pop("title", None)
    if all(one["in"] == "path" for one in named):
        named += translated(TAKES.get(path, ()), _)
        named += [*format_of(media, _), refer("parameters", "lang")]
    answer = {key: value for key, value in operation["responses"].items() if key not in ("200", "422")}
    schema = refer("schemas", SCHEMAS[path]) if path in SCHEMAS else {"type": "object"}
    summary = _(operation["summary"])
    return {
        "operationId": operation["operationId"], "summary": summary, "tags": operation["tags"], "parameters": named,
        "responses": answer or answers.answers(answers.contents(media, schema), summary, missing="{" in path),
    }  # fmt: skip


def of_collection(operation: Described, path: str, found: Collection, _: Gettext) -> Described:
    """An operation on one collection: its name is part of the address."""
    made = deepcopy(operation)
    made["operationId"] = f"{operation['operationId']}_{found.name}"
    made["tags"] = [found.name]
    made["parameters"] = [one for one in made.get("parameters", ()) if one["name"] != "name"]
    made["summary"] = f"{_(TEXTS[found.name][0])}: {_(operation['summary'])}"
    return general(made, path, _)


def items(found: Collection, _: Gettext) -> Described:
    """The features of a collection, with its properties as parameters."""
    media = file_media(FEATURES)
    names = [refer("parameters", name) for name in parameters.items_parameters(found)]
    return operation(
        found, "items", N_("Features of a collection"), answers.items_content(found),
        [*names, *parameters.property_parameters(found, _), *format_of(media, _), refer("parameters", "lang")], _,
    )  # fmt: skip


def item_of(found: Collection, _: Gettext) -> Described:
    """One feature."""
    names = [refer("parameters", name) for name in ("featureId", *parameters.item_parameters(found))]
    return operation(
        found, "item", N_("One feature"), answers.item_content(found),
        [*names, *format_of(FEATURES, _), refer("parameters", "lang")], _,
    )  # fmt: skip


def operation(
    found: Collection, kind: str, text: str, content: Described, takes: list[Described], _: Gettext
) -> Described:
    summary = f"{_(TEXTS[found.name][0])}: {_(text)}"
    headers = ("Content-Crs",) if found.geometry else ()
    return {
        "operationId": f"{kind}_{found.name}", "summary": summary, "tags": [found.name], "parameters": takes,
        "responses": answers.answers(content, summary, headers=headers, missing=kind == "item"),
    }  # fmt: skip


def format_of(media: Media, _: Gettext) -> list[Described]:
    return translated([parameters.format_parameter(list(media))], _)


def components(_: Gettext) -> Described:
    """What several operations share."""
    shared: list[Described] = [*parameters.ITEMS.values(), parameters.feature_id(), parameters.LANGUAGE]
    used = {name for found in COLLECTIONS.values() for name in parameters.items_parameters(found)}
    kept = [one for one in shared if one["name"] in used or one["name"] in ("featureId", "lang")]
    return {
        "parameters": {one["name"]: one for one in translated(kept, _)},
        "headers": {name: {**one, "description": _(one["description"])} for name, one in answers.HEADERS.items()},
        "responses": answers.problem_answers(_),
        "schemas": answers.schemas(_),
    }


def translated(takes: Any, _: Gettext) -> list[Described]:
    return [{**one, "description": _(one["description"])} for one in takes]
