"""JSON Schemas of collections (OGC 23-058r2): what their features hold, what can be asked for, what they sort by.

One type each, as GIS programs want it: the type does not tell that a value may be missing. What is not known is null in
GeoJSON, and is no value of the property at all.
"""

from typing import Any

from api.language import LANGUAGES, Language, gettext
from api.schemas.words import CODES, PROPERTIES, REMARKS
from api.store.collections import COLLECTIONS, Collection, Property
from api.workflows.received import WRITABLE

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[str, Schema] = {
    "string": {"type": "string"}, "number": {"type": "number"}, "integer": {"type": "integer"},
    "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "string"}},
}  # fmt: skip
TEXT: Schema = {"type": "string"}
WRITE_ONLY: dict[str, Schema] = {
    "aliases": TYPES["array"], "sources": TYPES["array"], "location": {"type": "array", "items": {"type": "number"}},
    "boundary_source": TEXT, "boundary_crs": TEXT, "status_detail": TEXT, "document": TEXT,
    "reasons": {"type": "object"},
}  # fmt: skip
UCUM = {"ha": "har", "%": "%", "m": "m", "km²": "km2"}
ROLES = {
    "zones": {"kind": "type"}, "zone-points": {"kind": "type"}, "lots": {}, "facts": {"class": "type"},
    "admin-units": {"level": "type", "valid_from": "primary-interval-start", "valid_to": "primary-interval-end"},
}  # fmt: skip


def collection_schema(found: Collection, language: Language, address: str, title: str) -> Schema:
    """What features hold (returnables), and which of it can be written (receivables): of zones only, with what can be
    sent beside it (`writeOnly`).
    """
    properties = {one.name: described(found, one, language) for one in found.properties}
    for name, role in {found.id: "id", **ROLES[found.name]}.items():
        properties[name]["x-ogc-role"] = role
    if found.geometry:
        properties["geometry"] = {**spatial(found, language), "x-ogc-role": "primary-geometry"}
    written: set[str] = set()
    if found.name == "zones":
        written = {*WRITABLE, *WRITE_ONLY, "geometry"}
        for name, one in WRITE_ONLY.items():
            properties[name] = {**titles(PROPERTIES[name], language), **one, "writeOnly": True}
    for number, (name, schema) in enumerate(properties.items(), 1):
        schema["x-ogc-propertySeq"] = number
        if name not in written:
            schema["readOnly"] = True
    return {**head(address, title), "properties": properties, "required": [found.id], "additionalProperties": False}


def written_properties() -> dict[str, Schema]:
    """The types of those properties of a zone that can be written."""
    return {one.name: TYPES[one.kind] for one in COLLECTIONS["zones"].properties if one.name in WRITABLE}


def queryables(found: Collection, language: Language, address: str, title: str) -> Schema:
    """What filters and parameters can name."""
    properties = {one.name: described(found, one, language) for one in found.properties}
    if found.geometry:
        properties["geometry"] = spatial(found, language)
    return {**head(address, title), "properties": properties, "additionalProperties": False}


def sortables(found: Collection, language: Language, address: str, title: str) -> Schema:
    """What features can be sorted by: neither lists nor shapes."""
    properties = {one.name: described(found, one, language) for one in found.properties if one.kind != "array"}
    return {**head(address, title), "properties": properties, "additionalProperties": False}


def head(address: str, title: str) -> Schema:
    return {"$schema": DRAFT, "$id": address, "type": "object", "title": title}


def described(found: Collection, one: Property, language: Language) -> Schema:
    """A property: its name for a reader, its type, its unit (UCUM), its codes with their labels.

    The keyword x-ogc-titles, a name in each language, is ours: the standard has none for it, and wants additional
    keywords to begin so.
    """
    schema = {**titles(PROPERTIES[one.name], language), **TYPES[one.kind]}
    if one.name in REMARKS:
        schema["description"] = gettext(language)(REMARKS[one.name])
    if one.unit:
        schema |= {"minimum": 0, "x-ogc-unit": UCUM[one.unit]}
    codes = found.choices(one.name)
    if codes:
        schema["enum"] = list(codes)
        schema["oneOf"] = [{"const": code, **titles(CODES[code], language)} for code in codes]
    return schema


def spatial(found: Collection, language: Language) -> Schema:
    """The geometry, which has a format and no type."""
    named = titles(PROPERTIES["geometry"], language)
    remark = gettext(language)(REMARKS["geometry"])
    return {**named, "description": remark, "format": f"geometry-{found.geometry_type.lower()}"}


def titles(text: str, language: Language) -> Schema:
    """A text in the language asked for and in each of ours."""
    return {"title": gettext(language)(text), "x-ogc-titles": {one: gettext(one)(text) for one in LANGUAGES}}
