"""Answers as OpenAPI 3.0 describes them: their statuses, headers, media types and schemas."""

from collections.abc import Mapping
from typing import Any

from api.language import N_, Gettext
from api.routes.ogc.links import GEOJSON, HTML, JSON
from api.routes.requests import Media, fitting
from api.schemas.features import feature_schema
from api.schemas.properties import TYPES, Schema
from api.schemas.words import COLLECTIONS as TEXTS
from api.store.collections import COLLECTIONS, Collection

Described = dict[str, Any]
PROBLEM = "application/problem+json"
TEXT: Schema = {"type": "string"}
HEADERS: dict[str, Described] = {
    "ETag": {"schema": TEXT, "description": N_("Stands for this state of the answer.")},
    "Last-Modified": {"schema": TEXT, "description": N_("When the data changed last.")},
    "Cache-Control": {"schema": TEXT, "description": N_("Whoever keeps the answer asks each time.")},
    "Vary": {"schema": TEXT, "description": N_("What the answer depends on.")},
    "Content-Crs": {"schema": TEXT, "description": N_("The system of the coordinates, in angle brackets.")},
    "Retry-After": {"schema": {"type": "integer"}, "description": N_("Seconds to wait.")},
}
VALIDATORS = ("ETag", "Last-Modified")
PROBLEMS = {
    "400": N_("A parameter or value is not understood; errors names it."),
    "404": N_("There is no such thing."),
    "406": N_("None of the formats that Accept names can be had."),
    "500": N_("The service made a mistake."),
    "503": N_("The database is away, or the question takes too long."),
}
LINK: Schema = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": dict.fromkeys(("href", "rel", "type", "title"), TEXT),
}
LINKS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
NUMBER_OF: Schema = {"type": "integer", "minimum": 0}


def refer(kind: str, name: str) -> Described:
    return {"$ref": f"#/components/{kind}/{name}"}


def answers(
    content: Described, description: str, *, headers: tuple[str, ...] = VALIDATORS, missing: bool = False
) -> Described:
    """The answers of a read: what is asked for, nothing new where that can be told by `headers`, or what is wrong.
    `missing` is whether 404 can come.
    """
    names = (*headers, "Cache-Control", "Vary")
    statuses = [status for status in PROBLEMS if missing or status != "404"]
    return {
        "200": {"description": description, "content": content,
                "headers": {name: refer("headers", name) for name in names}},
        **({"304": refer("responses", "304")} if "ETag" in headers else {}),
        **{status: refer("responses", status) for status in statuses},
    }  # fmt: skip


def problem_answers(_: Gettext, refusals: Mapping[str, str]) -> Described:
    """The answers that are the same everywhere; `refusals` are those of writes."""
    content = {PROBLEM: {"schema": refer("schemas", "problem")}, HTML: {"schema": TEXT}}
    made: Described = {
        status: {"description": _(text), "content": content} for status, text in {**PROBLEMS, **refusals}.items()
    }
    made["503"]["headers"] = {"Retry-After": refer("headers", "Retry-After")}
    made["304"] = {"description": _("What the asker holds is still right."),
                   "headers": {name: refer("headers", name) for name in ("ETag", "Cache-Control", "Vary")}}  # fmt: skip
    return made


def contents(media: Media, schema: Schema) -> Described:
    """The media types of an answer. JSON is as `schema`; pages are text, files are bytes."""
    made: Described = {}
    for name, types in media.items():
        kind = types[0]
        if name == "json":
            made[kind] = {"schema": schema}
        else:
            made[kind] = {"schema": TEXT if kind.startswith("text/") else {"type": "string", "format": "binary"}}
    return made


def items_content(found: Collection) -> Described:
    return contents(fitting(has_geometry=found.geometry is not None), refer("schemas", f"{found.name}.features"))


def item_content(found: Collection) -> Described:
    return contents({"json": (GEOJSON,), "html": (HTML,)}, refer("schemas", f"{found.name}.feature"))


def schemas(_: Gettext) -> Described:
    """The schemas that answers share, and those of the features of each collection."""
    made: Described = {
        "link": LINK,
        "problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT,
                "errors": {"type": "array", "items": {
                    "type": "object", "properties": {"parameter": TEXT, "detail": TEXT}}},
            },
        },
        "landingPage": {
            "type": "object",
            "required": ["links"],
            "properties": {"title": TEXT, "description": TEXT, "attribution": TEXT, "links": LINKS},
        },
        "conformance": {
            "type": "object",
            "required": ["conformsTo"],
            "properties": {"conformsTo": {"type": "array", "items": TEXT}, "links": LINKS},
        },
        "collections": {
            "type": "object",
            "required": ["links", "collections"],
            "properties": {"links": LINKS, "crs": {"type": "array", "items": TEXT},
                           "collections": {"type": "array", "items": refer("schemas", "collection")}},
        },
        "collection": collection_schema(),
    }  # fmt: skip
    for name, found in COLLECTIONS.items():
        made[f"{name}.feature"] = written(found, _(TEXTS[name][0]))
        made[f"{name}.features"] = {
            "type": "object",
            "required": ["type", "features", "links", "numberMatched", "numberReturned"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": refer("schemas", f"{name}.feature")},
                "links": LINKS, "numberMatched": NUMBER_OF, "numberReturned": NUMBER_OF,
            },
        }  # fmt: skip
    return made


def collection_schema() -> Schema:
    texts: Schema = {"type": "array", "items": TEXT}
    box: Schema = {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}}
    interval: Schema = {"type": "array", "minItems": 2, "maxItems": 2, "items": {**TEXT, "nullable": True}}
    extent: Schema = {
        "type": "object",
        "properties": {
            "spatial": {"type": "object", "properties": {"bbox": {"type": "array", "items": box}, "crs": TEXT}},
            "temporal": {"type": "object", "properties": {"interval": {"type": "array", "items": interval},
                                                          "trs": TEXT}},
        },
    }  # fmt: skip
    return {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": TEXT, "title": TEXT, "description": TEXT, "itemType": TEXT, "keywords": texts, "attribution": TEXT,
            "license": TEXT, "extent": extent, "crs": texts, "storageCrs": TEXT, "links": LINKS,
        },
    }  # fmt: skip


def written(found: Collection, title: str) -> Schema:
    """A feature as OpenAPI 3.0 says it: what may be null is `nullable`, and null is then one of the codes too."""
    schema = feature_schema(found, title)
    members = schema["properties"]
    members["geometry"] = {**members["geometry"], "nullable": True}
    values = {}
    for one in found.properties:
        value = {**TYPES[one.kind], "nullable": one.name != found.id}
        if found.choices(one.name):
            value["enum"] = [*found.choices(one.name), None]
        values[one.name] = value
    members["properties"] = {"type": "object", "properties": values}
    members["links"] = LINKS
    return schema


MEDIA_OF_PAGES: Media = {"json": (JSON,), "html": (HTML,)}
