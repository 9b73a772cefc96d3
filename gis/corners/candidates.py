"""Every way to read the coordinates of a table: which zone, which axis is which, with the zone's digits or without."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.corners.table import CornerTable
from gis.crs import CRS84, VIETNAM, VN2000, VN2000_ALL, Crs, Points, to_wgs84

ZONES = tuple(crs for crs in VN2000_ALL if crs.is_projected)
PREFIXES = {"48": 3405, "481": 5896, "482": 5897, "491": 5898}
SAMPLE = 300
_WORKABLE = (-2e6, 4e6)  # metres in which the projections can be inverted anywhere near


@dataclass(frozen=True)
class Axes:
    """Coordinates as easting, northing (or lon, lat), shape (n, 2). swapped: whether the column x holds the eastings.
    prefix: the digits of the zone that were taken off the eastings; prefixes: all that there were."""

    points: Points
    swapped: bool
    prefixes: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        return self.prefixes[0] if len(self.prefixes) == 1 else ""


@dataclass(frozen=True)
class Candidate:
    """One way to read a table: `axes` in `crs`; places: WGS 84 lon, lat of the corners, NaN where they are nowhere."""

    crs: Crs
    axes: Axes
    places: Points


def both_axes(table: CornerTable) -> list[Axes]:
    """The usual order, x northing, and the other one."""
    written = np.array([(corner.y, corner.x) for corner in table.corners], dtype=np.float64).reshape(-1, 2)
    made = []
    for swapped, points in ((False, written), (True, written[:, ::-1])):
        eastings, prefixes = without_prefix(points[:, 0]) if table.unit == "metre" else (points[:, 0], ())
        made.append(Axes(np.column_stack([eastings, points[:, 1]]), swapped, prefixes))
    return made


def without_prefix(eastings: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Eastings of six digits, and the zone's digits that stood before them."""
    short = (eastings >= 46e6) & (eastings < 50e6)
    long = (eastings >= 480e6) & (eastings < 500e6)
    if not (short | long).any():
        return eastings, ()
    before = np.where(short | long, np.floor(eastings / 1e6), 0)
    found = [f"{one:.0f}" for one in dict.fromkeys(before[before > 0].tolist())]
    return eastings - before * 1e6, tuple(found)


def candidates(table: CornerTable, crs: Crs | None) -> list[Candidate]:
    """All of them that have any corner in Viet Nam. crs: the only one to be tried, where it is stated."""
    made = []
    systems: Sequence[Crs] = (VN2000, CRS84) if table.unit == "degree" else ZONES
    if crs is not None:
        systems = [crs] if crs.is_projected == (table.unit == "metre") else []
    for axes in both_axes(table):
        for system in systems:
            places = located(axes.points, system)
            if is_inside(places).any():
                made.append(Candidate(system, axes, places))
    return made


def located(points: Points, crs: Crs) -> Points:
    """WGS 84 lon, lat, not rounded; NaN where a corner is too far off to be anywhere."""
    places = np.full(points.shape, np.nan)
    if crs.is_projected:
        near = ((points > _WORKABLE[0]) & (points < _WORKABLE[1])).all(axis=1)
    else:
        near = (np.abs(points) <= (180.0, 90.0)).all(axis=1)
    if near.any():
        places[near] = to_wgs84(points[near], crs, check_area=False)
    return places


def is_inside(places: Points) -> NDArray[np.bool_]:
    """Which corners lie in or near Viet Nam."""
    lon, lat = places[:, 0], places[:, 1]
    return (lon >= VIETNAM.west) & (lon <= VIETNAM.east) & (lat >= VIETNAM.south) & (lat <= VIETNAM.north)


def sample(places: Points) -> Points:
    """At most SAMPLE corners, evenly over the table, in which to look where it lies."""
    step = max(1, -(-len(places) // SAMPLE))
    return places[::step]


def split(table: CornerTable, points: Points) -> list[Points]:
    """An array of all corners cut into those of each ring."""
    ends = np.cumsum([len(ring.corners) for ring in table.rings])[:-1]
    return list(np.split(points, ends))
