"""Features as they are written: schemas of GeoJSON, for those who read answers rather than properties."""

from typing import Any

from api.schemas.properties import TYPES, Schema
from api.store.collections import Collection

NUMBERS: Schema = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
RING: Schema = {"type": "array", "minItems": 4, "items": NUMBERS}
COORDINATES: dict[str, Schema] = {
    "Point": NUMBERS,
    "MultiPolygon": {"type": "array", "items": {"type": "array", "items": RING}},
}


def feature_schema(found: Collection, title: str) -> Schema:
    """A GeoJSON feature of a collection. It tells one type for each value, since GDAL takes what has two for text; null
    may stand for any but the id. A property `id` is not told once more: GDAL would make it two.
    """
    values = {one.name: TYPES[one.kind] for one in found.properties if one.name != "id"}
    return {
        "type": "object",
        "title": title,
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": geometry_schema(found),
            "properties": {"type": "object", "properties": values},
        },
    }


def geometry_schema(found: Collection) -> Schema:
    """The geometry of a feature; an object in any case, null where there is none."""
    if not found.geometry:
        return {"type": "object", "description": "null"}
    members: dict[str, Any] = {
        "type": {"type": "string", "enum": [found.geometry_type]},
        "coordinates": COORDINATES[found.geometry_type],
    }
    return {"type": "object", "required": ["type", "coordinates"], "properties": members}
