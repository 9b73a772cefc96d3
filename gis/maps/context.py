"""The administrative units behind the zones, made small for a map: pale lines and a few names."""

from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

LEVELS = ("province", "district")
_DECIMALS = 4
"""About 11 m: finer than the lines are drawn at any zoom at which they help."""
_SPOTS = 4


def context_of(units: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the units of a GeoJSON FeatureCollection (WGS 84, longitude before latitude) ready to be drawn.

    Properties read: ``name`` and ``level`` (``province`` or ``district``; others and units without geometry are
    left out). Each result holds ``name``, ``level``, ``shape`` (GeoJSON, 4 decimals) and ``spots``, where its name
    may stand, best first: longitude, latitude and radius (degrees) of circles inside the unit's largest part.
    """
    drawn = []
    for feature in units.get("features", []):
        properties, geometry = feature.get("properties") or {}, feature.get("geometry")
        if geometry is None or properties.get("level") not in LEVELS:
            continue
        if geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        drawn.append(
            {
                "name": str(properties.get("name") or ""),
                "level": properties["level"],
                "shape": rounded(geometry, _DECIMALS),
                "spots": _spots(shape(geometry)),
            }
        )
    return drawn


def _spots(outline: BaseGeometry) -> list[list[float]]:
    """Return the largest circle inside the largest part, then the largest ones beside those before."""
    rest = max(shapely.get_parts(outline), key=lambda part: part.area)
    spots: list[list[float]] = []
    while len(spots) < _SPOTS:
        circle = shapely.maximum_inscribed_circle(rest, tolerance=0.005)
        lon, lat = circle.coords[0]
        if circle.length == 0 or (spots and circle.length < spots[0][2] / 3):
            break
        spots.append([round(value, _DECIMALS) for value in (lon, lat, circle.length)])
        parts = shapely.get_parts(rest.difference(shapely.Point(lon, lat).buffer(circle.length)))
        if not len(parts):
            break
        rest = max(parts, key=lambda part: part.area)
    return spots


def rounded(geometry: dict[str, Any], decimals: int) -> dict[str, Any]:
    """Return a GeoJSON geometry with nothing but its type and its coordinates, two numbers each, rounded."""

    def walk(part: Any) -> Any:
        if part and not isinstance(part[0], (list, tuple)):
            return [round(float(part[0]), decimals), round(float(part[1]), decimals)]
        return [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
