"""Outlines that come back from elsewhere: a vertex that nobody moved gets its stored bits back."""

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gis.crs import Crs, round_degrees, to_wgs84

UNMOVED_M, UNMOVED_DEGREES = 2e-4, 2e-9  # what the shortest form of a file rounds away, and no survey sees


def restored(
    outline: BaseGeometry, crs: Crs, stored: MultiPolygon | None, shifted: MultiPolygon | None
) -> BaseGeometry:
    """The outline in WGS 84 lon, lat, rounded to 1e-9 degree, of one given in `crs`, x before y.

    stored: the outline that the register has, in WGS 84; shifted: the same in `crs`, vertex for vertex. Reckoning there
    and back drifts by up to a millimetre, so a vertex within 0.2 mm of a shifted one becomes the stored one.
    Raises gis.errors.OutsideArea, NotFinite.
    """
    given = shapely.get_coordinates(outline)
    lonlat = round_degrees(to_wgs84(given, crs))
    if stored is not None and shifted is not None:
        near = UNMOVED_M if crs.is_projected else UNMOVED_DEGREES
        tree = shapely.STRtree(shapely.points(shapely.get_coordinates(shifted)))
        mine, theirs = tree.query_nearest(shapely.points(given), max_distance=near, all_matches=False)
        lonlat[mine] = shapely.get_coordinates(stored)[theirs]
    return shapely.set_coordinates(shapely.force_2d(outline), lonlat)


def are_same(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two outlines have the same rings, wherever these start and whichever way they run.

    A Polygon is the same as the MultiPolygon of it alone; anything but these two is never the same.
    """
    if not {one.geom_type, other.geom_type} <= {"Polygon", "MultiPolygon"}:
        return False
    whole = [shapely.normalize(shapely.multipolygons(shapely.get_parts(outline))) for outline in (one, other)]
    return bool(shapely.equals_exact(*whole, 0))
