"""Lots: cells of a turned grid that lie wholly inside their zone, each drawn in from its cell's sides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon

from gis.crs import round_degrees
from gis.errors import TooManyLots
from gis.synthetic.chance import Chance
from gis.synthetic.ground import Scale, directions
from gis.synthetic.outlines import Outline

Numbers = NDArray[np.float64]
SMALLEST_HA = 0.05  # of a zone's area for one lot
ASPECT = 1.4  # of a cell, depth over width
STREET_SHARE, NARROWEST_M, WIDEST_M = 0.06, 2.0, 9.0  # between a lot and its cell's sides
USED_SHARE = 0.8  # of a zone's area that the first try takes for cells
CHAMFERED, NOTCHED = 0.30, 0.15  # shares of corners
LAND_USES = ("industrial", "service", "infrastructure", "green", "road", "water", "other")
LAND_USE_SHARES = (0.60, 0.08, 0.08, 0.11, 0.08, 0.03, 0.02)
LEASABLE = 2  # the first of them
STATUSES = ("leased", "reserved", "available", "not_cleared")
# Of a corner, anticlockwise from the lower left: which way the lot lies from it, and which side is walked first.
INWARD = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
FIRST_IS_UPRIGHT = np.array([True, False, True, False])


@dataclass(frozen=True)
class Lots:
    """Lots of all zones, in their order: `zone` is the place of each one's zone, `number` counts within it.

    geometry: MultiPolygons of one part with 4 to 12 vertices, WGS 84 lon, lat kept to 1e-9 degree.
    area_m2: whole square metres. land_use: place in LAND_USES. status: place in STATUSES, -1 for land nobody leases.
    """

    zone: NDArray[np.intp]
    number: NDArray[np.intp]
    area_m2: NDArray[np.int64]
    land_use: NDArray[np.intp]
    status: NDArray[np.intp]
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True)
class Grid:
    """Cells of one zone: centres in the turned frame, shape (n, 2), and half of their width and depth, metres."""

    centres: Numbers
    half_width: float
    half_depth: float
    east: Numbers  # unit vector of the frame's first axis


def share_lots(areas_ha: Sequence[float], count: int) -> list[int]:
    """How many lots each zone gets, by its area; `count` in all. Raises TooManyLots."""
    ends = np.cumsum(np.array(areas_ha, dtype=np.float64))
    most = int(ends[-1] / SMALLEST_HA) if len(ends) else 0
    if count > most:
        raise TooManyLots(lots=count, most=most)
    if not count:
        return [0] * len(areas_ha)
    steps = np.floor(ends / ends[-1] * count + 0.5).astype(np.intp)
    shares: list[int] = np.diff(steps, prepend=0).tolist()
    return shares


def lay_grid(chance: Chance, outline: Outline, count: int) -> Grid:
    """`count` cells inside an outline, as large as a few tries find."""
    east = directions(chance.draw(1))[0]
    shape = turned(outline.in_metres(), east)
    shapely.prepare(shape)
    west, south, right, north = shapely.bounds(shape).tolist()
    width = float(np.sqrt(USED_SHARE * outline.area_m2 / count / ASPECT))
    while True:
        x = np.arange(west, right, width)
        y = np.arange(south, north, width * ASPECT)
        lower = np.array([(one, other) for other in y for one in x])
        upper = lower + np.array([width, width * ASPECT])
        inside = shapely.contains_properly(shape, shapely.box(lower[:, 0], lower[:, 1], upper[:, 0], upper[:, 1]))
        if int(inside.sum()) >= count:
            chosen = lower[inside][:count]
            half = np.array([width / 2.0, width * ASPECT / 2.0])
            return Grid(chosen + half, float(half[0]), float(half[1]), east)
        width *= 0.93


def turned(shape: MultiPolygon, east: Numbers) -> MultiPolygon:
    """The shape as seen in a frame whose first axis points along `east`."""

    def turn(points: Numbers) -> Numbers:
        x, y = points[:, 0], points[:, 1]
        return np.column_stack([x * east[0] + y * east[1], y * east[0] - x * east[1]])

    return shapely.transform(shape, turn)


def draw_lots(
    chance: Chance,
    grids: Sequence[tuple[int, Grid]],
    places: Sequence[tuple[tuple[float, float], Scale]],
    odds: Numbers,
) -> Lots:
    """The lots of the grids. `grids` names each one's zone; `places` holds every zone's centre (lon, lat) and scale.

    odds: shape (zones, 3), up to where from 0 to 1 a lot of the zone is leased, reserved, available.
    """
    if not grids:
        none = np.empty(0, np.intp)
        return Lots(none, none, none, none, none, np.empty(0, np.object_))
    zone = np.concatenate([np.full(len(grid.centres), place, np.intp) for place, grid in grids])
    number = np.concatenate([np.arange(1, len(grid.centres) + 1) for _, grid in grids])
    centres = np.concatenate([grid.centres for _, grid in grids])
    of_grid = np.repeat(np.arange(len(grids)), [len(grid.centres) for _, grid in grids])
    half = np.array([[grid.half_width, grid.half_depth] for _, grid in grids])[of_grid]
    half = half - np.clip(STREET_SHARE * half[:, :1], NARROWEST_M, WIDEST_M)
    east = np.array([grid.east for _, grid in grids])[of_grid]

    vertices, exists, cut_m2 = draw_corners(chance, half)
    x = centres[:, None, 0] + vertices[..., 0]
    y = centres[:, None, 1] + vertices[..., 1]
    scale = np.array([scale for _, scale in places])[zone]
    middle = np.array([centre for centre, _ in places])[zone]
    lon = middle[:, None, 0] + (x * east[:, None, 0] - y * east[:, None, 1]) / scale[:, None, 0]
    lat = middle[:, None, 1] + (x * east[:, None, 1] + y * east[:, None, 0]) / scale[:, None, 1]
    points = round_degrees(np.stack([lon, lat], axis=-1)[exists])
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(zone)), exists.sum(axis=1)))
    area = 4.0 * half[:, 0] * half[:, 1] - cut_m2
    land_use = np.searchsorted(np.cumsum(LAND_USE_SHARES[:-1]), chance.draw(len(zone)), side="right")
    land_use[number == 1] = 0  # every plan has something to lease
    status = (chance.draw(len(zone))[:, None] >= odds[zone]).sum(axis=1)
    return Lots(
        zone=zone, number=number, area_m2=np.rint(area).astype(np.int64), land_use=land_use,
        status=np.where(land_use < LEASABLE, status, -1),
        geometry=shapely.multipolygons(shapely.polygons(rings), indices=np.arange(len(zone))),
    )  # fmt: skip


def draw_corners(chance: Chance, half: Numbers) -> tuple[Numbers, NDArray[np.bool_], Numbers]:
    """Vertices around 0, 0 of rectangles with these half sides, shape (n, 2), some corners cut off or notched.

    Returns the vertices anticlockwise, shape (n, 12, 2), which of them there are, (n, 12), and the area cut, (n,).
    """
    count = len(half)
    fate, cuts = chance.draw(count, 4), chance.between(0.3, 0.8, count, 4, 2) * half[:, None, :]
    is_plain, is_notched = fate >= CHAMFERED + NOTCHED, fate < NOTCHED
    corner = -INWARD * half[:, None, :]
    inward = INWARD * cuts
    upright = corner + inward * np.array([0.0, 1.0])
    level = corner + inward * np.array([1.0, 0.0])
    first = np.where(FIRST_IS_UPRIGHT[:, None], upright, level)
    last = np.where(FIRST_IS_UPRIGHT[:, None], level, upright)
    vertices = np.stack([np.where(is_plain[..., None], corner, first), corner + inward, last], axis=2)
    exists = np.stack([np.ones_like(is_plain), is_notched, ~is_plain], axis=2)
    square = cuts[..., 0] * cuts[..., 1]
    cut = np.where(is_plain, 0.0, np.where(is_notched, square, square / 2.0))
    total = cut[:, 0] + cut[:, 1] + cut[:, 2] + cut[:, 3]
    return vertices.reshape(count, 12, 2), exists.reshape(count, 12), total
