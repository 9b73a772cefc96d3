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

SPECK_M2 = 0.01  # what rounding leaves behind


@dataclass(frozen=True)
class Corner:
    """A corner before and after; None where there is none. moved_m is the geodesic way between the two."""

    before: tuple[float, float] | None
    after: tuple[float, float] | None
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
    gained, lost = polygons(other.difference(one)), polygons(one.difference(other))
    return Difference(gained, lost, area_m2(gained), area_m2(lost), tuple(changed_corners(one, other, near_m)))


def polygons(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape that are more than what rounding leaves."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and area_m2(part) > SPECK_M2]
    return MultiPolygon(parts)


def changed_corners(before: MultiPolygon, after: MultiPolygon, near_m: float) -> list[Corner]:
    old, new = corners(before), corners(after)
    kept = {*old} & {*new}
    gone, fresh = ([one for one in all_of if one not in kept] for all_of in (old, new))
    moved: dict[tuple[float, float], tuple[tuple[float, float], float]] = {}
    if gone and fresh:
        here = np.array([[GEOD.inv(*one, *other)[2] for other in fresh] for one in gone]) if (
            len(gone) * len(fresh) <= 250_000) else None  # fmt: skip
        if here is not None:
            nearest, nearest_back = here.argmin(axis=1), here.argmin(axis=0)
            for place, one in enumerate(gone):
                to = int(nearest[place])
                if nearest_back[to] == place and here[place, to] <= near_m:
                    moved[one] = fresh[to], float(here[place, to])
    arrived = {to for to, _ in moved.values()}
    found = [Corner(one, *moved[one]) if one in moved else Corner(one, None, None) for one in gone]
    return found + [Corner(None, one, None) for one in fresh if one not in arrived]


def corners(outline: MultiPolygon) -> list[tuple[float, float]]:
    """Each corner once, in the order of the rings."""
    points: dict[Any, None] = {}
    for part in outline.geoms:
        for ring in (part.exterior, *part.interiors):
            points |= dict.fromkeys((float(x), float(y)) for x, y, *_ in ring.coords[:-1])
    return list(points)
