"""Where zones lie: circles in their province, apart from its border and from each other."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.errors import TooManyZones
from gis.synthetic.chance import Chance
from gis.synthetic.ground import scale_at

Numbers = NDArray[np.float64]
APART_M, FROM_BORDER_M = 60.0, 100.0
SMALLEST_PART = 1e-3  # square degrees, some 12 km²: no zones on islets
SPARSEST_KM2 = 8.0  # of a province for one zone: where it has less land than that, others take more
MOST_BATCHES = 12


def share_out(areas_km2: Sequence[float], count: int) -> list[int]:
    """How many of `count` zones each province gets: the same number, but none more than its land can hold.

    So the small provinces of the deltas are the densest. Raises TooManyZones.
    """
    most = [int(area / SPARSEST_KM2) for area in areas_km2]
    if count > sum(most):
        raise TooManyZones(zones=count, most=sum(most))
    shares = [0] * len(most)
    while (left := count - sum(shares)) > 0:
        open_ones = [place for place, limit in enumerate(most) if shares[place] < limit]
        each = max(left // len(open_ones), 1)
        for place in open_ones[:left]:
            shares[place] = min(shares[place] + each, most[place])
    return shares


def place_circles(chance: Chance, province: BaseGeometry, radii_m: Numbers) -> Numbers:
    """Centres, shape (n, 2) WGS 84 lon, lat, for circles of these radii: inside the province and apart from each other.

    The large ones are placed first. Distances are reckoned with the fewest metres a degree has in the province, so
    that they are longer on the ground. Raises TooManyZones where no room is found.
    """
    _west, south, _east, north = shapely.bounds(province).tolist()
    scale = np.array([scale_at(max(abs(south), abs(north))).east, scale_at(min(abs(south), abs(north))).north])
    border = shapely.boundary(province)
    shapely.prepare([province, border])
    centres, placed = np.zeros((len(radii_m), 2)), np.zeros(len(radii_m), dtype=np.bool_)
    spots, room = np.empty((0, 2)), np.empty(0)
    batches = 0
    for place in np.argsort(-radii_m, kind="stable").tolist():
        radius = float(radii_m[place])
        while not (fits := room >= radius + APART_M).any():
            if batches == MOST_BATCHES:
                raise TooManyZones(zones=len(radii_m), most=int(placed.sum()))
            batches += 1
            spots = find_spots(chance, province, 6 * len(radii_m) + 50)
            room = shapely.distance(border, shapely.points(spots)) * scale[0] - (FROM_BORDER_M - APART_M)
            for other in np.flatnonzero(placed).tolist():
                shrink(room, spots, centres[other], float(radii_m[other]), scale)
        chosen = int(np.argmax(fits))
        centres[place], placed[place] = spots[chosen], True
        shrink(room, spots, spots[chosen], radius, scale)
    return centres


def shrink(room: Numbers, spots: Numbers, centre: Numbers, radius: float, scale: Numbers) -> None:
    """Leave every spot only the room beside a circle, in metres."""
    x, y = (spots[:, 0] - centre[0]) * scale[0], (spots[:, 1] - centre[1]) * scale[1]
    np.minimum(room, np.sqrt(x * x + y * y) - radius, out=room)


def find_spots(chance: Chance, province: BaseGeometry, count: int) -> Numbers:
    """That many points of the province or somewhat more, evenly over its parts that are no islets."""
    boxes = np.array([box for part in shapely.get_parts(province) if part.area >= SMALLEST_PART
                      for box in [shapely.bounds(part)]])  # fmt: skip
    sizes = np.cumsum((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
    found = np.empty((0, 2))
    while len(found) < count:
        draws = chance.draw(2 * count, 3)
        box = boxes[np.searchsorted(sizes, draws[:, 0] * sizes[-1], side="right")]
        spots = box[:, :2] + (box[:, 2:] - box[:, :2]) * draws[:, 1:]
        inside = shapely.contains_xy(province, spots)
        found = np.vstack([found, spots[inside]])
    return found
