"""The administrative units behind the zones, made small for a map: pale lines and a few names."""

from typing import Any

import shapely
from shapely.geometry import shape

LEVELS = ("province", "district")
_DECIMALS = 4
"""About 11 m: finer than the lines are drawn at any zoom at which they help."""


def context_of(units: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the units of a GeoJSON FeatureCollection (WGS 84, longitude before latitude) ready to be drawn.

    Properties read: ``name`` and ``level`` (``province`` or ``district``; others and units without geometry are
    left out). Each result holds ``name``, ``level``, ``shape`` (GeoJSON, 4 decimals) and ``at``: longitude,
    latitude and radius (degrees) of the largest circle inside the unit's largest part, where its name may stand.
    """
    drawn = []
    for feature in units.get("features", []):
        properties, geometry = feature.get("properties") or {}, feature.get("geometry")
        if geometry is None or properties.get("level") not in LEVELS:
            continue
        if geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        largest = max(shapely.get_parts(shape(geometry)), key=lambda part: part.area)
        circle = shapely.maximum_inscribed_circle(largest, tolerance=0.002)
        lon, lat = circle.coords[0]
        drawn.append(
            {
                "name": str(properties.get("name") or ""),
                "level": properties["level"],
                "shape": rounded(geometry, _DECIMALS),
                "at": [round(lon, _DECIMALS), round(lat, _DECIMALS), round(circle.length, _DECIMALS)],
            }
        )
    return drawn


def rounded(geometry: dict[str, Any], decimals: int) -> dict[str, Any]:
    """Return a GeoJSON geometry with nothing but its type and its coordinates, two numbers each, rounded."""

    def walk(part: Any) -> Any:
        if part and not isinstance(part[0], (list, tuple)):
            return [round(float(part[0]), decimals), round(float(part[1]), decimals)]
        return [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
