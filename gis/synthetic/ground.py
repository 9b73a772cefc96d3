"""Metres around a point and degrees, by nothing but + - * / and square roots.

These are exact to the last bit on every machine. numpy's own sine, power and sum are not: they differ with the
processor, and one coordinate in some hundred thousand would round differently.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.crs import round_degrees

Numbers = NDArray[np.float64]
SEMI_MAJOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS 84
ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
QUARTER = math.pi / 2
TERMS = 11  # of the series below: a quarter of a turn to the last bits of a double


class Scale(NamedTuple):
    """Metres in a degree, eastward and northward, at one latitude of the WGS 84 ellipsoid."""

    east: float
    north: float


def directions(turns: Numbers) -> Numbers:
    """Unit vectors, shape (n, 2) x, y, of angles in turns, shape (n,), 0 being east and a quarter north."""
    quarters = 4.0 * (turns - np.floor(turns))
    quadrant = np.minimum(np.floor(quarters), 3.0)
    angle = (quarters - quadrant) * QUARTER
    square = angle * angle
    cosine, sine = np.ones_like(angle), np.ones_like(angle)
    for term in range(TERMS, 0, -1):
        cosine = 1.0 - cosine * square / float((2 * term - 1) * (2 * term))
        sine = 1.0 - sine * square / float((2 * term) * (2 * term + 1))
    sine = sine * angle
    x = np.select([quadrant == 0, quadrant == 1, quadrant == 2], [cosine, -sine, -cosine], sine)
    y = np.select([quadrant == 0, quadrant == 1, quadrant == 2], [sine, cosine, -sine], -cosine)
    return np.column_stack([x, y])


def scale_at(lat: float) -> Scale:
    """Metres in a degree at a latitude in degrees, from the radii of curvature there."""
    cosine, sine = directions(np.array([lat / 360.0]))[0].tolist()
    bent = 1.0 - ECCENTRICITY_2 * sine * sine
    across = SEMI_MAJOR_M / math.sqrt(bent)
    along = across * (1.0 - ECCENTRICITY_2) / bent
    return Scale(across * cosine * math.pi / 180.0, along * math.pi / 180.0)


def to_degrees(metres: Numbers, lon: Numbers | float, lat: Numbers | float, scale: Scale) -> Numbers:
    """WGS 84 lon, lat, shape (n, 2), kept to 1e-9 degree, of metres east and north of a point.

    Within a zone, some kilometres, this is true to a few parts in ten thousand of the distance.
    """
    return round_degrees(np.column_stack([lon + metres[:, 0] / scale.east, lat + metres[:, 1] / scale.north]))


def ring_area(ring: Numbers) -> float:
    """Area of an open ring, shape (n, 2); above 0 counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return math.fsum((x * np.roll(y, -1) - np.roll(x, -1) * y).tolist()) / 2.0


def reach(ring: Numbers) -> float:
    """Distance of the farthest vertex from the origin."""
    return math.sqrt(float((ring[:, 0] * ring[:, 0] + ring[:, 1] * ring[:, 1]).max()))
