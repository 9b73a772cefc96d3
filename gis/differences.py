"""How two outlines of a zone differ: land gained and lost, and the corners that are new, gone or moved.

Outlines are WGS 84 lon, lat in degrees; None is no outline. A difference can be turned round.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.checks import area_m2
from gis.shapes import GEOD

Point = tuple[float, float]
SPECK_M2 = 0.01  # what rounding leaves behind


@dataclass(frozen=True)
class Corner:
    """A corner before and after; None where there is none. moved_m is the geodesic way between the two."""

    before: Point | None
    after: Point | None
    moved_m: float | None


@dataclass(frozen=True)
class Difference:
    """What an outline gains and loses against another, as polygons and in m²."""

    gained: MultiPolygon
    lost: MultiPolygon
    gained_m2: float
    lost_m2: float
    corners: tuple[Corner, ...]

    @property
    def inverse(self) -> "Difference":
        turned = tuple(Corner(one.after, one.before, one.moved_m) for one in self.corners)
        return Difference(self.lost, self.gained, self.lost_m2, self.gained_m2, turned)


def difference(before: MultiPolygon | None, after: MultiPolygon | None, *, near_m: float = 50.0) -> Difference:
    """How `after` differs from `before`. A corner that is gone and one that is new, each the other's nearest within
    `near_m`, are one corner that moved.
    """
    one, other = before or MultiPolygon(), after or MultiPolygon()
    gained, lost = land_between(one, other)
    return Difference(gained, lost, area_m2(gained), area_m2(lost), tuple(changed_corners(one, other, near_m)))


def land_between(before: MultiPolygon, after: MultiPolygon) -> tuple[MultiPolygon, MultiPolygon]:
    """What `after` gains and what it loses against `before`; both outlines are valid."""
    return polygons(after.difference(before)), polygons(before.difference(after))


def polygons(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape that are more than what rounding leaves."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and area_m2(part) > SPECK_M2]
    return MultiPolygon(parts)


def changed_corners(before: MultiPolygon, after: MultiPolygon, near_m: float) -> list[Corner]:
    old, new = corners(before), corners(after)
    kept = {*old} & {*new}
    gone, fresh = ([one for one in all_of if one not in kept] for all_of in (old, new))
    moved = pairs(gone, fresh, near_m)
    arrived = {to for to, _ in moved.values()}
    found = [Corner(one, *moved[one]) if one in moved else Corner(one, None, None) for one in gone]
    return found + [Corner(None, one, None) for one in fresh if one not in arrived]


def pairs(gone: list[Point], fresh: list[Point], near_m: float) -> dict[Point, tuple[Point, float]]:
    """Those that are each other's nearest, with the geodesic way between them: at most `near_m`."""
    if not gone or not fresh:
        return {}
    latitude = float(np.mean([lat for _, lat in gone]))
    here, there = (shapely.points(in_metres(ends, latitude)) for ends in (gone, fresh))
    to, back = nearest(here, there, near_m), nearest(there, here, near_m)
    mutual = [(one, other) for one, other in to.items() if back.get(other) == one]
    ends = np.array([(*gone[one], *fresh[other]) for one, other in mutual]).reshape(-1, 4)
    ways = GEOD.inv(*ends.T)[2].tolist()
    return {gone[one]: (fresh[other], way) for (one, other), way in zip(mutual, ways, strict=True) if way <= near_m}


def in_metres(points: list[Point], latitude: float) -> np.ndarray:
    """East, north in a plane that holds distances near this latitude, to 1 % within 50 km."""
    bend = 1 - GEOD.es * np.sin(np.radians(latitude)) ** 2
    north = GEOD.a * (1 - GEOD.es) / bend**1.5
    east = GEOD.a / np.sqrt(bend) * np.cos(np.radians(latitude))
    plane: np.ndarray = np.radians(points) * (east, north)
    return plane


def nearest(points: np.ndarray, others: np.ndarray, within: float) -> dict[int, int]:
    """The place of the nearest of `others` for each point that has one not much farther than `within`; of several
    the first.
    """
    ones, places = shapely.STRtree(others).query_nearest(points, max_distance=1.05 * within)
    found: dict[int, int] = {}
    for one, place in zip(ones.tolist(), places.tolist(), strict=True):
        found[one] = min(place, found.get(one, place))
    return found


def corners(outline: MultiPolygon) -> list[Point]:
    """Each corner once, in the order of the rings."""
    points: dict[Any, None] = {}
    for part in outline.geoms:
        for ring in (part.exterior, *part.interiors):
            points |= dict.fromkeys((float(x), float(y)) for x, y, *_ in ring.coords[:-1])
    return list(points)
