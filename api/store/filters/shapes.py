"""Geometry literals of a filter: GeoJSON objects and boxes, checked, in WGS 84 longitude and latitude.

Positions come in the axis order of the filter's CRS. Edges are straight in that CRS: they are cut into short pieces
before they are brought to WGS 84.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from api.language import N_
from gis.crs import CRS84, Crs, Points, from_wgs84, to_wgs84
from gis.errors import OutsideArea

LONGEST_PIECE = 20_000.0  # metres
PIECES, MOST_PIECES = 64, 10_000  # of the longer side of a shape, and in all
FAR = 1e8  # metres; a box may reach beyond the earth, and ends there
DEPTHS = {"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}
REASON = re.compile(r"(.+)\[(\S+) (\S+)\]")


class BadShape(Exception):
    """A geometry that cannot be used; `reason` is a text to be translated."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Crossing(Exception):
    """A geometry that is not valid; `kind` is GEOS's word, with the position in the order it was given."""

    def __init__(self, kind: str, first: str, second: str) -> None:
        self.kind, self.first, self.second = kind, first, second
        super().__init__(kind)


class Outside(Exception):
    """A position beyond the area of its CRS, in the order it was given."""

    def __init__(self, first: float, second: float) -> None:
        self.first, self.second = first, second
        super().__init__(first, second)


@dataclass(frozen=True)
class Shape:
    """In WGS 84. `boxes` are the rectangles it is made of, where it is made of them."""

    geometry: BaseGeometry
    boxes: tuple[BaseGeometry, ...] = ()


def read_geometry(node: dict[str, Any], crs: Crs) -> Shape:
    """A GeoJSON geometry. Heights are left out of account. Raises BadShape, Crossing, Outside."""
    geometry = build(node, crs)
    if geometry.is_empty:
        raise BadShape(N_("it is empty"))
    check_valid(geometry, crs)
    moved = shapely.transform(geometry, mover(crs))  # as it is first: only within the area can pieces be counted
    geometry = moved if crs.srid == CRS84.srid else shapely.transform(cut(geometry, crs), mover(crs))
    if geometry.geom_type == "GeometryCollection":
        geometry = shapely.unary_union(geometry)  # parts that overlap would be counted twice
    return Shape(geometry, (geometry,) if is_rectangle(geometry) else ())


def build(node: dict[str, Any], crs: Crs) -> BaseGeometry:
    kind = node.get("type")
    if kind == "GeometryCollection":
        parts = node.get("geometries")
        if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
            raise BadShape(N_("a GeometryCollection has a list of geometries"))
        if any(one.get("type") == "GeometryCollection" for one in parts):
            raise BadShape(N_("a GeometryCollection cannot hold another"))
        return shapely.GeometryCollection([build(one, crs) for one in parts])
    if not isinstance(kind, str) or kind not in DEPTHS:
        raise BadShape(N_("its type is not one of GeoJSON's"))
    positions = read_positions(node.get("coordinates"), DEPTHS[kind], crs)
    return BUILDERS[kind](positions)


def read_positions(node: Any, depth: int, crs: Crs) -> Any:
    """Lists of the right depth, whose innermost are positions: easting, northing or longitude, latitude."""
    if not isinstance(node, list):
        raise BadShape(N_("its coordinates are not lists of the depth that its type has"))
    if depth > 1:
        if not node:
            raise BadShape(N_("it is empty"))
        return [read_positions(one, depth - 1, crs) for one in node]
    if len(node) not in (2, 3) or not all(is_number(one) for one in node):
        raise BadShape(N_("a position is two numbers, or three with a height"))
    first, second = float(node[0]), float(node[1])
    return (second, first) if crs.axis_order == "lat,lon" else (first, second)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def line(positions: list[tuple[float, float]]) -> BaseGeometry:
    if len(set(positions)) < 2:
        raise BadShape(N_("a line has at least two different positions"))
    return shapely.LineString(positions)


def polygon(rings: list[list[tuple[float, float]]]) -> BaseGeometry:
    for ring in rings:
        if len(ring) < 4:
            raise BadShape(N_("a ring has at least four positions, the last one being the first again"))
        if ring[0] != ring[-1]:
            raise BadShape(N_("a ring is not closed; its last position must be its first again"))
    return shapely.Polygon(rings[0], rings[1:])


BUILDERS: dict[str, Callable[[Any], BaseGeometry]] = {
    "Point": shapely.Point,
    "MultiPoint": shapely.MultiPoint,
    "LineString": line,
    "MultiLineString": lambda lines: shapely.MultiLineString([line(one) for one in lines]),
    "Polygon": polygon,
    "MultiPolygon": lambda polygons: shapely.MultiPolygon([polygon(one) for one in polygons]),
}


def check_valid(geometry: BaseGeometry, crs: Crs) -> None:
    for part in getattr(geometry, "geoms", [geometry]) if geometry.geom_type == "GeometryCollection" else [geometry]:
        if part.is_valid:
            continue
        found = REASON.fullmatch(explain_validity(part))
        kind, x, y = found.groups() if found else (explain_validity(part), "?", "?")
        raise Crossing(kind, *((y, x) if crs.axis_order == "lat,lon" else (x, y)))


def read_box(numbers: Any, crs: Crs) -> Shape:
    """A box of four numbers, or six with heights; west > east in degrees is over 180 degrees.

    One of another CRS is first cut to where that is used, for beyond it nothing can be reckoned and nothing lies.
    Raises BadShape, Outside.
    """
    if not isinstance(numbers, list) or len(numbers) not in (4, 6) or not all(is_number(one) for one in numbers):
        raise BadShape(N_("a box is four numbers, or six with heights"))
    low, high = numbers[:2], numbers[len(numbers) // 2 :][:2]
    if crs.axis_order == "lat,lon":
        low, high = low[::-1], high[::-1]
    (west, south), (east, north) = ([float(one) for one in pair] for pair in (low, high))
    if south > north:
        raise BadShape(N_("the south of the box is north of its north"))
    if crs.is_projected:
        if west > east:
            raise BadShape(N_("the west of the box is east of its east"))
        west, south, east, north = (max(-FAR, min(FAR, one)) for one in (west, south, east, north))
    else:
        for lon, lat in ((west, south), (east, north)):
            if not (abs(lon) <= 180 and abs(lat) <= 90):
                raise Outside(*((lat, lon) if crs.axis_order == "lat,lon" else (lon, lat)))
    sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [box(*side, south, north, crs) for side in sides]
    boxes = [one for one in boxes if not one.is_empty]
    exact = tuple(one for one in boxes if is_rectangle(one))
    return Shape(shapely.unary_union(boxes), exact if len(exact) == len(boxes) else ())


def box(west: float, east: float, south: float, north: float, crs: Crs) -> BaseGeometry:
    """In WGS 84; a line or a point where it has no width or height."""
    low, high = (west, south), (east, north)
    asked: BaseGeometry = shapely.box(*low, *high)
    if low[0] == high[0] or low[1] == high[1]:
        asked = shapely.Point(low) if low == high else shapely.LineString([low, high])
    if crs.srid == CRS84.srid:
        return asked
    within = shapely.intersection(asked, used(crs))
    if within.is_empty:
        return shapely.Polygon()
    return shapely.transform(cut(within, crs), mover(crs, check_area=False))


@cache
def used(crs: Crs) -> BaseGeometry:
    """The box around the area in which a CRS is used, in its own coordinates."""
    ring = shapely.segmentize(shapely.box(*crs.domain), 1.0)
    return shapely.box(*shapely.transform(ring, lambda points: from_wgs84(points, crs, check_area=False)).bounds)


def cut(geometry: BaseGeometry, crs: Crs) -> BaseGeometry:
    """The same with edges of short pieces, of which there are never too many."""
    west, south, east, north = geometry.bounds
    longest = LONGEST_PIECE if crs.is_projected else 1.0
    wanted = min(max(east - west, north - south) / PIECES, longest)
    length = max(wanted, geometry.length / MOST_PIECES)
    return shapely.segmentize(geometry, length) if length else geometry


def mover(crs: Crs, *, check_area: bool = True) -> Callable[[Points], Points]:
    """To WGS 84, each position checked against the area of the CRS, or only against the earth."""

    def move(points: Points) -> Points:
        try:
            return to_wgs84(points, crs, check_area=check_area)
        except OutsideArea as error:
            first, second = float(error.facts["first"]), float(error.facts["second"])  # type: ignore[arg-type]
            raise Outside(*((second, first) if crs.axis_order == "lat,lon" else (first, second))) from None

    return move


def is_rectangle(geometry: BaseGeometry) -> bool:
    """Whether it is exactly the box around it."""
    if geometry.geom_type != "Polygon" or geometry.interiors or len(geometry.exterior.coords) != 5:
        return False
    west, south, east, north = geometry.bounds
    return set(geometry.exterior.coords) == {(west, south), (east, south), (east, north), (west, north)}
