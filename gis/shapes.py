"""Outlines on the ellipsoid: geodesic area, and the indicative disc of a zone whose outline is not known.

Coordinates are WGS 84 longitude, latitude in degrees; areas are never computed in a map projection.
"""

import math
from collections.abc import Mapping

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon

from gis.crs import Points, round_degrees
from gis.errors import BadDisc

GEOD = Geod(ellps="WGS84")
SQUARE_METRES_PER_HA = 10_000.0
SMALLEST_DISC_HA, LARGEST_DISC_HA = 0.01, 1_000_000.0
FEWEST_VERTICES, MOST_VERTICES = 64, 1024
FAR_DEGREES = 1.0
_ALLOWED_M2, _ALLOWED_PART = 0.05, 5e-9


def geodesic_area_m2(outline: Polygon | MultiPolygon) -> float:
    """Area in m² on the WGS 84 ellipsoid, edges being geodesics, holes taken off, whichever way rings run.

    outline: WGS 84 lon, lat in degrees; empty gives 0. By Karney's method (pyproj.Geod).
    """
    parts = outline.geoms if isinstance(outline, MultiPolygon) else [outline]
    return math.fsum(
        _ring_area_m2(np.asarray(part.exterior.coords))
        - math.fsum(_ring_area_m2(np.asarray(hole.coords)) for hole in part.interiors)
        for part in parts
        if not part.is_empty
    )


def disc(lon: float, lat: float, area_ha: float, vertices: int = 128) -> MultiPolygon:
    """The indicative outline: a disc of exactly `area_ha` hectares (geodesic) around a point.

    lon, lat: centre, WGS 84 degrees. The ring has `vertices` vertices at equal azimuths and equal geodesic
    distance, starts in the east, runs counter-clockwise and is closed; coordinates are rounded once to 1e-9
    degree, and the area of the rounded ring is within 0.05 m² of the one asked for (above 1,000 ha within
    five parts in 10⁹, what such coordinates can hold). Same input, same output.
    Raises BadDisc: numbers out of range, or a disc that would touch a pole or the 180th meridian.
    """
    reason = _why_not(lon, lat, area_ha, vertices)
    if reason:
        raise BadDisc(lon=lon, lat=lat, area_ha=area_ha, reason=reason)
    wanted = area_ha * SQUARE_METRES_PER_HA

    radius = _solve_radius(lon, lat, wanted, vertices)
    outline = MultiPolygon([Polygon(round_degrees(_circle(lon, lat, radius, vertices)))])
    allowed = max(_ALLOWED_M2, _ALLOWED_PART * wanted)
    if abs(geodesic_area_m2(outline) - wanted) > allowed or not outline.is_valid:
        raise BadDisc(lon=lon, lat=lat, area_ha=area_ha, reason="its vertices cannot be rounded to 1e-9 degree")
    return outline


def _solve_radius(lon: float, lat: float, wanted_m2: float, vertices: int) -> float:
    """The radius in metres whose rounded ring comes closest to the area, by bisection.

    Rounding turns the area into a staircase; bisection ends at the step that crosses the wanted area.
    """
    guess = math.sqrt(wanted_m2 / math.pi)
    low, high = 0.9 * guess, 1.1 * guess
    best, smallest = guess, math.inf
    for _ in range(60):
        radius = (low + high) / 2
        error = _ring_area_m2(round_degrees(_circle(lon, lat, radius, vertices))) - wanted_m2
        if abs(error) < smallest:
            best, smallest = radius, abs(error)
        if error > 0:
            high = radius
        else:
            low = radius
    return best


def _circle(lon: float, lat: float, radius: float, vertices: int) -> Points:
    """A closed counter-clockwise ring from the east, shape (vertices + 1, 2), lon, lat, not rounded."""
    azimuths = 90.0 - np.arange(vertices) * (360.0 / vertices)
    centre = np.full(vertices, lon), np.full(vertices, lat)
    lons, lats, _ = GEOD.fwd(*centre, azimuths, np.full(vertices, radius))
    ring = np.column_stack([lons, lats])
    return np.vstack([ring, ring[:1]])


def _ring_area_m2(ring: Points) -> float:
    area, _perimeter = GEOD.polygon_area_perimeter(ring[:, 0], ring[:, 1])
    return abs(float(area))


def _why_not(lon: float, lat: float, area_ha: float, vertices: int) -> str:
    if not all(math.isfinite(value) for value in (lon, lat, area_ha)):
        return "the numbers must be finite"
    if not SMALLEST_DISC_HA <= area_ha <= LARGEST_DISC_HA:
        return f"the area must be from {SMALLEST_DISC_HA:g} to {LARGEST_DISC_HA:.0f} ha"
    if not FEWEST_VERTICES <= vertices <= MOST_VERTICES:
        return f"it needs {FEWEST_VERTICES} to {MOST_VERTICES} vertices"
    reach = 1.1 * math.sqrt(area_ha * SQUARE_METRES_PER_HA / math.pi) / 110_000.0
    if abs(lat) + reach >= 90:
        return "it would reach a pole"
    if abs(lon) + reach / math.cos(math.radians(abs(lat) + reach)) >= 180:
        return "it would reach the 180th meridian"
    return ""


def simplified(outlines: Mapping[str, MultiPolygon], tolerances: Mapping[str, float]) -> dict[str, MultiPolygon]:
    """Outlines with fewer vertices whose common borders stay common: for maps, never for measuring.

    outlines: by name, WGS 84 lon, lat in degrees, without overlaps. tolerances: by name, degrees; about the side of
    the triangles that are left out (Visvalingam-Whyatt on the whole coverage). A border between two tolerances is
    drawn by the finer one on one side and the coarser one on the other. Islets smaller than a square of the tolerance
    are left out, but only near their unit's largest part: a far archipelago stays, however small its islands.
    """
    drawn: dict[str, MultiPolygon] = {}
    names = list(outlines)
    for tolerance in sorted(set(tolerances.values())):
        shapes = shapely.coverage_simplify([outlines[name] for name in names], tolerance)
        drawn |= {
            name: _without_specks(shape, tolerance)
            for name, shape in zip(names, shapes, strict=True)
            if tolerances[name] == tolerance
        }
    return drawn


def _without_specks(shape: Polygon | MultiPolygon, tolerance: float) -> MultiPolygon:
    if isinstance(shape, Polygon):
        return MultiPolygon([shape])
    parts = sorted(shape.geoms, key=lambda part: part.area, reverse=True)
    return MultiPolygon(
        [
            part
            for place, part in enumerate(parts)
            if place == 0 or part.area >= tolerance**2 or part.distance(parts[0]) > FAR_DEGREES
        ]
    )
