"""Shapes of zones in metres around their centre: a few corners, uneven sides, sometimes cut by a road or with a gap."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from gis.synthetic.chance import Chance
from gis.synthetic.ground import Scale, directions, reach, ring_area, to_degrees

Numbers = NDArray[np.float64]
FEWEST_VERTICES, MOST_VERTICES = 30, 300
FEWEST_CORNERS, MOST_CORNERS = 4, 8
CUT_SHARE, HOLED_SHARE = 0.10, 0.08
ROAD_HALF_WIDTH_M = (12.0, 30.0)
HOLE_CORNERS = 5


@dataclass(frozen=True)
class Outline:
    """Parts of open rings in metres, shape (n, 2): the outer one counter-clockwise, then its holes."""

    parts: tuple[tuple[Numbers, ...], ...]

    @property
    def reach_m(self) -> float:
        """Radius of the circle around the centre that holds it all."""
        return max(reach(part[0]) for part in self.parts)

    @property
    def area_m2(self) -> float:
        """Area without the holes, whose rings run clockwise."""
        return math.fsum(ring_area(ring) for part in self.parts for ring in part)

    @property
    def vertices(self) -> int:
        """Vertices of all rings, the closing ones not counted."""
        return sum(len(ring) for part in self.parts for ring in part)

    def scaled(self, factor: float) -> "Outline":
        """The same shape, smaller or larger around its centre."""
        return Outline(tuple(tuple(ring * factor for ring in part) for part in self.parts))

    def in_metres(self) -> MultiPolygon:
        """The shape where it was drawn, around 0, 0."""
        return shapely.multipolygons([Polygon(part[0], part[1:]) for part in self.parts])

    def on_ground(self, lon: float, lat: float, scale: Scale) -> MultiPolygon:
        """WGS 84 lon, lat around a centre, kept to 1e-9 degree."""
        parts = [[to_degrees(ring, lon, lat, scale) for ring in part] for part in self.parts]
        return shapely.multipolygons([Polygon(part[0], part[1:]) for part in parts])


def draw_outline(chance: Chance, area_m2: float, vertices: int) -> Outline:
    """A shape of that area and number of vertices (30 to 300).

    Seen from its centre every vertex lies in a direction of its own, in order: no ring can cross itself.
    """
    sides = Sides(chance)
    fate = chance.one()
    if fate < CUT_SHARE:
        return cut_by_road(chance, sides, area_m2, vertices)
    holes = draw_holes(chance) if fate < CUT_SHARE + HOLED_SHARE else ()
    ring = sides.ring(chance, vertices - HOLE_CORNERS * len(holes))
    shape = Outline(((ring, *holes),))
    return shape.scaled(math.sqrt(area_m2 / shape.area_m2))


class Sides:
    """The corners of a zone, of a size of about 1, and the sides between them, each bent a little in or out."""

    def __init__(self, chance: Chance) -> None:
        """Corners lie apart enough that every side passes the centre at 0.35 or more."""
        count = chance.whole(FEWEST_CORNERS, MOST_CORNERS)
        self.turns = (np.arange(count) + 0.15 + chance.between(0.0, 0.3, count)) / count
        self.corners = directions(self.turns) * chance.between(0.78, 1.15, count)[:, None]
        self.bends = chance.between(-0.06, 0.08, count)

    def ring(self, chance: Chance, vertices: int) -> Numbers:
        """An open counter-clockwise ring: every corner, and vertices in between that stray by 1 %."""
        slots = (np.arange(vertices) + chance.between(0.1, 0.9, vertices)) / vertices
        stray = chance.between(0.99, 1.01, vertices)
        at = np.floor(self.turns * vertices).astype(np.intp)  # two corners never share a slot
        slots[at], stray[at] = self.turns, 1.0
        return self.points(slots) * stray[:, None]

    def points(self, turns: Numbers) -> Numbers:
        """The points of the sides in these directions, in turns."""
        count = len(self.turns)
        side = np.searchsorted(self.turns, turns, side="right") - 1  # -1 is the last side, over the full turn
        first, last = self.corners[side], self.corners[(side + 1) % count]
        run = last - first
        way = directions(turns)
        away = cross(first, last) / cross(way, run)
        start, end = self.turns[side], self.turns[(side + 1) % count]
        length = np.where(end > start, end - start, end - start + 1.0)
        along = (turns - start) - np.floor(turns - start)
        share = along / length
        bend = 1.0 + self.bends[side] * 4.0 * share * (1.0 - share)
        return way * (away * bend)[:, None]


def cross(a: Numbers, b: Numbers) -> Numbers:
    product: Numbers = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product


def cut_by_road(chance: Chance, sides: Sides, area_m2: float, vertices: int) -> Outline:
    """Two parts on both sides of a straight road through the centre."""
    at = chance.one() / 2.0
    ends = sides.points(np.array([at, at + 0.5]))
    ring = sides.ring(chance, vertices - 4)
    road = directions(np.array([at]))[0]
    left = np.array([-road[1], road[0]])
    is_left = ring[:, 0] * left[0] + ring[:, 1] * left[1] > 0.0
    # The left half runs on from where the ring comes from the right; the ring may begin in its middle.
    first_left = int(np.argmax(is_left & ~np.roll(is_left, 1)))
    ring, is_left = np.roll(ring, -first_left, axis=0), np.roll(is_left, -first_left)
    halves = (
        np.vstack([ends[:1], ring[is_left], ends[1:]]),
        np.vstack([ends[1:], ring[~is_left], ends[:1]]),
    )
    factor = math.sqrt(area_m2 / math.fsum(ring_area(half) for half in halves))
    apart = left * float(chance.between(*ROAD_HALF_WIDTH_M, 1)[0])
    return Outline(((halves[0] * factor + apart,), (halves[1] * factor - apart,)))


def draw_holes(chance: Chance) -> tuple[Numbers, ...]:
    """One or two gaps near the centre, clockwise: land that stays with its village, a power line, a canal."""
    both = chance.one() < 0.4
    way = directions(chance.draw(1))[0]
    places = (way * 0.15, way * -0.15) if both else (way * 0.1,)
    size = 0.1 if both else 0.18
    return tuple(draw_hole(chance, size) + place for place in places)


def draw_hole(chance: Chance, size: float) -> Numbers:
    turns = (np.arange(HOLE_CORNERS) + chance.between(0.2, 0.8, HOLE_CORNERS)) / HOLE_CORNERS
    ring: Numbers = (directions(turns) * chance.between(0.6 * size, size, HOLE_CORNERS)[:, None])[::-1]
    return ring
