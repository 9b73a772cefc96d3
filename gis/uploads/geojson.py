"""GeoJSON in all its shapes: a collection, one feature, one geometry, a sequence of features; JSON-FG; the old `crs`.

RFC 7946 knows only WGS 84, lon before lat. A `crs` of 2008 or a `coordRefSys` of JSON-FG is heard; coordinates that no
degrees can be have to be asked for.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry import shape

from gis.crs import Crs
from gis.errors import TooManyFeatures, UnreadableFile
from gis.formats.reading import turned
from gis.issues import N_, Issue
from gis.uploads.limits import Limits
from gis.uploads.records import Record, Table, broken, ring_open
from gis.uploads.systems import UNSAID, WGS84_BY_FORMAT, Said, read_system

SEPARATOR = b"\x1e"
GEOMETRIES = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
DEEPEST = 8  # collections within collections
FARTHEST = 361.0  # what no degrees exceed
NOT_JSON = N_("this is not JSON in UTF-8, or it is nested too deeply")
NOT_GEOJSON = N_("this is JSON, but not GeoJSON: it has no features and no geometry")
OTHERS = {"Topology": N_("this is TopoJSON; save it as GeoJSON")}


def read(path: Path, name: str, limits: Limits) -> list[Table]:
    """One layer. Raises UnreadableFile, TooManyFeatures."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    document = parsed(content, name)
    features, told = features_of(document, name)
    if len(features) > limits.features:
        raise TooManyFeatures(most=limits.features)
    said = system_of(told)
    records = [record_of(number, one, said.crs) for number, one in enumerate(features, 1)]
    label = told.get("name") if isinstance(told.get("name"), str) else ""
    if said.crs is WGS84_BY_FORMAT.crs and "coordRefSys" not in told and any(are_far(one.geometry) for one in records):
        foreign = Issue("coordinates-are-no-degrees", "warning", NO_DEGREES)
        said = Said(None, "", (foreign,))
    return [Table(str(label or Path(name).stem), records, said)]


NO_DEGREES = N_(
    "GeoJSON has longitudes and latitudes, but these coordinates are no degrees. Say which system they are in."
)


def parsed(content: bytes, name: str) -> Any:
    """A document; the features of a sequence as a list of them."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if "memory" in error.msg:
            raise MemoryError from error
        mark = SEPARATOR if SEPARATOR in content[:100] else b"\n"
        lines = [one for one in content.split(mark) if one.strip()]
        if len(lines) < 2 and mark == b"\n":
            raise UnreadableFile(file=name, reason=NOT_JSON) from error
    try:
        return [orjson.loads(one) for one in lines]
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(file=name, reason=NOT_JSON) from error


def features_of(document: Any, name: str) -> tuple[list[Any], dict[str, Any]]:
    """The features, and the object that tells of all of them."""
    if isinstance(document, list):
        if document and all(isinstance(one, dict) and one.get("type") == "Feature" for one in document):
            return document, document[0]
        raise UnreadableFile(file=name, reason=NOT_GEOJSON)
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return document["features"], document
    if kind == "Feature":
        return [document], document
    if kind in GEOMETRIES:
        return [{"type": "Feature", "geometry": document, "properties": {}}], document
    raise UnreadableFile(file=name, reason=OTHERS.get(str(kind), NOT_GEOJSON))


def system_of(told: dict[str, Any]) -> Said:
    """By JSON-FG's `coordRefSys`, the `crs` of 2008 (null: nobody knows), else WGS 84."""
    if told.get("coordRefSys") is not None:
        return read_system(str(told["coordRefSys"])[:500])
    if "crs" not in told:
        return WGS84_BY_FORMAT
    crs = told["crs"]
    if isinstance(crs, str):
        return read_system(crs[:500])
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = properties.get("name", properties.get("code")) if isinstance(properties, dict) else None
    return read_system(str(named)[:500]) if named is not None else UNSAID


def record_of(number: int, feature: Any, crs: Crs | None) -> Record:
    """A feature; in JSON-FG its `place`, which has the axes in the order of its system."""
    if not isinstance(feature, dict):
        return Record(number, {}, None, (broken(),))
    properties = feature.get("properties")
    attributes = dict(properties) if isinstance(properties, dict) else {}
    if isinstance(feature.get("id"), str | int) and "id" not in attributes:
        attributes["id"] = feature["id"]
    placed = feature.get("place")
    outline = placed or feature.get("geometry")
    if outline is None:
        return Record(number, attributes, None)
    if not is_flat(outline):
        return Record(number, attributes, None, (broken(),))
    try:
        if any(has_open_ring(one) for one in rings_of(outline)):
            return Record(number, attributes, None, (ring_open(),))
        found = shape(outline)
        shapely.get_num_coordinates(found)
    except Exception:  # whatever a stranger's JSON makes of shapely: wrong keys, wrong nesting, no numbers
        return Record(number, attributes, None, (broken(),))
    if placed and crs is not None:
        found = turned(found, crs)
    return Record(number, attributes, found)


def is_flat(geometry: Any) -> bool:
    """Whether collections stand within each other only as deep as anybody has them: they are read by recursion."""
    level = [geometry]
    for _ in range(DEEPEST):
        level = [
            part for one in level if isinstance(one, dict) and isinstance(one.get("geometries"), list)
            for part in one["geometries"]
        ]  # fmt: skip
        if not level:
            return True
    return False


def rings_of(geometry: Any) -> Iterator[Any]:
    """The rings of polygons as they are written; shapely would close them without a word."""
    match geometry["type"]:
        case "Polygon":
            yield from geometry["coordinates"]
        case "MultiPolygon":
            for polygon in geometry["coordinates"]:
                yield from polygon
        case "GeometryCollection":
            for one in geometry["geometries"]:
                yield from rings_of(one)


def has_open_ring(ring: Any) -> bool:
    """Raises TypeError where a coordinate is no number."""
    if not all(type(value) in (int, float) for point in ring for value in point):
        raise TypeError("a coordinate is not a number")
    return bool(ring) and ring[0][:2] != ring[-1][:2]


def are_far(geometry: Any) -> bool:
    """Whether coordinates cannot be degrees."""
    if geometry is None or geometry.is_empty:
        return False
    points = shapely.get_coordinates(geometry)
    return bool((np.abs(points[np.isfinite(points)]) > FARTHEST).any())
