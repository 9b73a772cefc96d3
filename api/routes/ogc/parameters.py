"""Parameters as OpenAPI 3.0 describes them: English msgids, translated when the document is written."""

from typing import Any

from api.language import N_, Gettext
from api.routes.ogc.params import (
    DEFAULT_LIMIT,
    DISTANCE,
    FARTHEST,
    MOST,
    STANDARD,
    known_item_parameters,
    known_parameters,
)
from api.schemas.properties import TYPES
from api.schemas.words import PROPERTIES, REMARKS
from api.store.collections import Collection
from api.workflows.fill_rates import BY
from gis import crs, progress
from gis.assessment import lights
from gis.fill_rate import DEFAULT, DEFINITIONS

Described = dict[str, Any]
SYSTEM = {
    "type": "string",
    "default": crs.CRS84.uri,
    "enum": [name for one in crs.ALL for name in (one.uri, one.curie)],
}
TEXT = {"type": "string"}
NAMES = {"type": "array", "items": TEXT}
OF_GEOMETRY = ("bbox", "bbox-crs", "crs", "filter-crs", "skipGeometry")


def query(name: str, description: str, schema: Described, **more: object) -> Described:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}


def listed(name: str, description: str, schema: Described) -> Described:
    """A parameter whose values stand behind each other with commas."""
    return query(name, description, schema, style="form", explode=False)


LANGUAGE = query("lang", N_("The language; unsaid, Accept-Language decides."), {"type": "string", "enum": ["vi", "en"]})
ITEMS = {
    one["name"]: one
    for one in (
        listed("limit", N_("How many features a page has at most; more is taken for the maximum."),
               {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}),
        query("after", N_("Where the page begins; next links carry it."), TEXT),
        query("before", N_("Where the page ends; prev links carry it."), TEXT),
        listed("bbox", N_("A rectangle that features meet, in the axis order of bbox-crs; heights are left out of "
                          "account."),
               {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}),
        query("bbox-crs", N_("The system of bbox."), SYSTEM),
        query("crs", N_("The system of the coordinates in the answer."), SYSTEM),
        listed("datetime", N_("A day, a time of RFC 3339 or an interval of these, open where it says .. or nothing: "
                              "what was in force then."), TEXT),
        query("known_at", N_("A day or a time of RFC 3339: what the register knew then."), TEXT),
        query("as_of", N_("A day: what was in force then, as datetime says it too."), TEXT),
        query("q", N_("Words that are found without marks, in names of today and of before."), TEXT),
        listed("near", N_("A point that zones are near to: longitude,latitude. Only together with within."),
               {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
        query("within", N_("How far a zone's point may be from near, in kilometres along the ellipsoid."),
              {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": FARTHEST}),
        listed("sortby", N_("Properties to sort by, the first counts most; - before a name turns it round."), NAMES),
        listed("properties", N_("The properties wanted; unsaid, all."), NAMES),
        query("skipGeometry", N_("Whether to leave the geometry out."), {"type": "boolean", "default": False}),
        query("filter", N_("A condition in CQL2, on the queryables."), TEXT),
        query("filter-lang", N_("How the filter is written."),
              {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}),
        query("filter-crs", N_("The system of the coordinates in the filter."), SYSTEM),
    )
}  # fmt: skip
FILL_RATES = (
    query("by", N_("What the rates are of."), {"type": "string", "enum": list(BY), "default": BY[0]}),
    query("as_of", N_("Figures of later than this year, month or day are left out."), TEXT),
    query("definition", N_("The legal definition."), {"type": "string", "enum": list(DEFINITIONS), "default": DEFAULT}),
)
PROVINCE = query("province", N_("Only zones of a province, of today or former: its code, name or short form."), TEXT)
ASSESSMENTS = (
    PROVINCE,
    query("light", N_("Only zones in which a light is on; in another state as light:state, such as outdated:unknown."),
          {"type": "string", "enum": [name + state for name in lights.LIGHTS
                                      for state in ("", *(f":{one}" for one in lights.STATES))]}),
)  # fmt: skip
QUALITY = (PROVINCE,)
PROGRESS = (
    query("province", N_("A province, today's or former, by code, name or short form, such as soc-trang."), TEXT),
    query(
        "year", N_("The year that the time of a target ends in."), {"type": "integer", "minimum": 1, "maximum": 9999}
    ),
    query("state", N_("The state of a target."), {"type": "string", "enum": list(progress.STATES)}),
    query("indicator", N_("What is demanded, by its identifier, such as target_fill_rate_pct."), TEXT),
)
HISTORY = (
    query("compare", N_("The numbers of two versions to be compared, such as 2,5."), TEXT),
    query("below", N_("Only versions with a lower number; next links carry it."), {"type": "integer", "minimum": 1}),
    query("limit", N_("How many versions a page has at most; more is taken for the maximum."),
          {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}),
)  # fmt: skip
PERIODIC = (
    {**query("province", N_("A province by code, short form or name, of today or of before 1 July 2025."), TEXT),
     "required": True},
    {**query("period", N_("A year, or half of one, that has begun: 2025 or 2025-H1."),
             {"type": "string", "pattern": "^[0-9]{4}(-[Hh][12])?$"}), "required": True},
)  # fmt: skip

FEED = (
    query("since", N_("The revision that a copy stands at; only what came after it is listed, by default everything."),
          {"type": "integer", "minimum": 0, "default": 0}),
    query("after", N_("Where a page goes on within a revision; next links carry it."), TEXT),
    query("limit", N_("How many entries a page has at most (on the page for people, revisions); more is taken for the "
                      "maximum."), {"type": "integer", "minimum": 1, "maximum": 2000, "default": 500}),
)  # fmt: skip
SITEMAP = (
    query("part", N_("Which of several lists of pages, where there are too many for one."),
          {"type": "integer", "minimum": 1}),
)  # fmt: skip
CORNERS = (
    query("crs", N_("The system of VN-2000; unsaid, the legal one of the zone's province today."),
          {"type": "string", "enum": [name for one in crs.VN2000_ALL for name in (one.uri, one.curie)]}),
)  # fmt: skip


def format_parameter(formats: list[str]) -> Described:
    return query("f", N_("The format; unsaid, Accept decides."), {"type": "string", "enum": formats})


def feature_id() -> Described:
    return {"name": "featureId", "in": "path", "required": True, "schema": TEXT,
            "description": N_("The id of a feature.")}  # fmt: skip


def items_parameters(found: Collection) -> list[str]:
    """The names of the parameters of a collection's items that are no properties."""
    return applicable(found, [name for name in known_parameters(found) if name in (*STANDARD, *DISTANCE)])


def item_parameters(found: Collection) -> list[str]:
    """The same of one feature."""
    return applicable(found, known_item_parameters(found))


def applicable(found: Collection, names: list[str]) -> list[str]:
    return names if found.geometry else [name for name in names if name not in OF_GEOMETRY]


def property_parameters(found: Collection, _: Gettext) -> list[Described]:
    """The queryables that are parameters: those with simple values."""
    known = set(known_parameters(found))
    made = []
    for one in found.properties:
        if one.name not in known:
            continue
        schema = dict(TYPES[one.kind])
        codes = found.choices(one.name)
        if codes:
            schema["enum"] = list(codes)
        text = _(PROPERTIES[one.name])
        if one.name in REMARKS:
            text += f". {_(REMARKS[one.name])}"
        made.append(listed(one.name, text, schema))
    return made
