"""The datum receipt of an outline: by which operation it came to WGS 84, how exact that is, and how large it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gis.crs import OFFICIAL, VN2000_ALL, Crs, Operation, from_wgs84
from gis.shapes import GEOD, SQUARE_METRES_PER_HA, geodesic_area_m2

TM3 = tuple(crs for crs in VN2000_ALL if crs.zone_width == 3)


@dataclass(frozen=True)
class Receipt:
    """crs: what the outline's document is in. operation: None where it was drawn in WGS 84, and nothing had to be done.

    area_ha: on the ellipsoid. plane_area_ha, plane_perimeter_m: in the TM-3 zone `plane_crs`. perimeter_m: along
    geodesics, with holes. accuracy_m: of the operation.
    """

    crs: Crs
    operation: Operation | None
    area_ha: float
    perimeter_m: float
    plane_crs: Crs
    plane_area_ha: float
    plane_perimeter_m: float

    @property
    def accuracy_m(self) -> float | None:
        return self.operation.accuracy_m if self.operation else None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        done = self.operation
        return {
            "crs": code(self.crs),
            "crs_name": self.crs.name,
            "operation": done.name if done else None,
            "operation_epsg": done.epsg if done else None,
            "instrument": done.instrument if done else None,
            "accuracy_m": self.accuracy_m,
            "area_ha": round(self.area_ha, 6),
            "perimeter_m": round(self.perimeter_m, 3),
            "plane_crs": code(self.plane_crs),
            "plane_crs_name": self.plane_crs.name,
            "plane_area_ha": round(self.plane_area_ha, 6),
            "plane_perimeter_m": round(self.plane_perimeter_m, 3),
        }


def code(crs: Crs) -> str:
    """EPSG:9209, or OGC:CRS84."""
    return f"OGC:{crs.code}" if crs.epsg is None else f"EPSG:{crs.code}"


def receipt(outline: MultiPolygon | Polygon, crs: Crs, plane: Crs | None = None) -> Receipt:
    """The receipt of an outline in WGS 84 lon, lat that came from `crs`.

    plane: the TM-3 zone to measure in; without it the outline's own, else the one with the nearest central meridian.
    Raises gis.errors.OutsideArea for an outline outside Viet Nam.
    """
    zone = plane or (crs if crs in TM3 else nearest_zone(outline))
    flat = shapely.transform(outline, lambda points: from_wgs84(points, zone))
    return Receipt(
        crs, OFFICIAL if crs.is_vn2000 else None, geodesic_area_m2(outline) / SQUARE_METRES_PER_HA,
        geodesic_perimeter_m(outline), zone, plane_area_m2(flat) / SQUARE_METRES_PER_HA, float(flat.length),
    )  # fmt: skip


def nearest_zone(outline: MultiPolygon | Polygon) -> Crs:
    """The TM-3 zone whose central meridian is nearest to the middle of an outline."""
    west, _, east, _ = outline.bounds
    middle = (west + east) / 2
    return min(TM3, key=lambda crs: (abs((crs.central_meridian or 0.0) - middle), crs.code))


def plane_area_m2(flat: MultiPolygon | Polygon) -> float:
    """The area of a plane outline, whichever way its rings run."""
    return float(np.sum(shapely.area(shapely.get_parts(flat))))


def geodesic_perimeter_m(outline: MultiPolygon | Polygon) -> float:
    """The length of all rings along geodesics, in metres."""
    total = 0.0
    for ring in shapely.get_rings(shapely.get_parts(outline)):
        points = shapely.get_coordinates(ring)
        total += float(GEOD.line_length(points[:, 0], points[:, 1]))
    return total
