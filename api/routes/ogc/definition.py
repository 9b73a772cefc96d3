"""/api: the OpenAPI document, from the routes and the parameters that each of them takes."""

from typing import Any

from fastapi import FastAPI

from api.routes.ogc.params import DEFAULT_LIMIT, MOST
from api.workflows.fill_rates import BY
from gis import crs
from gis.fill_rate import DEFAULT, DEFINITIONS

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
Parameter = dict[str, Any]


def query(name: str, description: str, schema: dict[str, Any], **more: object) -> Parameter:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


SYSTEM = {
    "type": "string",
    "default": crs.CRS84.uri,
    "enum": [name for one in crs.ALL for name in (one.uri, one.curie)],
}
FORMAT = query("f", "The format; unsaid, Accept decides.", {"type": "string", "enum": ["json", "html"]})
LANGUAGE = query("lang", "The language; unsaid, Accept-Language decides.", {"type": "string", "enum": ["vi", "en"]})
CRS = query("crs", "The system of the coordinates in the answer.", SYSTEM)
ITEMS = (
    query("limit", "How many features a page has at most.",
          {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}),
    query("after", "The id behind which the page begins; next links carry it.", {"type": "string"}),
    query("bbox", "A rectangle that features meet, in the axis order of bbox-crs; heights are left out of account.",
          {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}, style="form", explode=False),
    query("bbox-crs", "The system of bbox.", SYSTEM),
    CRS,
    query("datetime", "A day, a time of RFC 3339 or an interval of these, open where it says .. or nothing.",
          {"type": "string"}),
    query("properties", "A value for any property of the collection; province also takes a code or a short form.",
          {"type": "object", "additionalProperties": {"type": "string"}}, style="form", explode=True),
)  # fmt: skip
FILL_RATES = (
    query("by", "What the rates are of.", {"type": "string", "enum": list(BY), "default": BY[0]}),
    query("as_of", "Figures of later than this year, month or day are left out.", {"type": "string"}),
    query("definition", "The legal definition.", {"type": "string", "enum": list(DEFINITIONS), "default": DEFAULT}),
)
TAKES: dict[str, tuple[Parameter, ...]] = {
    "/collections/{name}/items": (*ITEMS, FORMAT, LANGUAGE),
    "/collections/{name}/items/{item}": (CRS, FORMAT, LANGUAGE),
    "/stats/fill-rates": (*FILL_RATES, FORMAT, LANGUAGE),
    "/maps/fill-rate": (LANGUAGE,),
    "/health/live": (),
    "/health/ready": (),
}
PROBLEM = {
    "description": "What is wrong, and what would be right",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}


def definition(app: FastAPI) -> dict[str, Any]:
    """The document in OpenAPI 3.0, which GIS programs read; nothing of 3.1 is in it."""
    made = app.openapi()
    made["openapi"] = "3.0.3"
    made.pop("components", None)
    for path, operations in made["paths"].items():
        operation = operations["get"]
        named = [one for one in operation.get("parameters", ()) if one["in"] == "path"]
        operation["parameters"] = [*named, *TAKES.get(path, (FORMAT, LANGUAGE))]
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = PROBLEM
    return made
