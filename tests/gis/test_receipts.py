"""An outline's receipt: how it came to WGS 84, how exact that is, and how large it is."""

import pytest
from shapely.geometry import MultiPolygon, Polygon

from gis.crs import CRS84, by_epsg, to_wgs84
from gis.receipts import receipt

OUTER = [(551600, 1061900), (552600, 1061900), (552600, 1062900), (551600, 1062900)]
HOLE = [(551700, 1062000), (551800, 1062000), (551800, 1062100), (551700, 1062100)]


def outline() -> MultiPolygon:
    rings = [to_wgs84(ring, by_epsg(9209)) for ring in (OUTER, HOLE)]
    return MultiPolygon([Polygon(rings[0], rings[1:])])


def test_areas_and_lengths_leave_out_and_count_holes() -> None:
    told = receipt(outline(), by_epsg(9209)).document()
    assert told["plane_area_ha"] == pytest.approx(99.0, abs=1e-5)
    assert told["plane_perimeter_m"] == pytest.approx(4400, abs=0.01)
    assert told["area_ha"] == pytest.approx(99.0 / 0.99993**2, rel=2e-5)
    assert told["perimeter_m"] == pytest.approx(4400 / 0.99993, rel=1e-5)
    assert (told["crs"], told["operation"]) == ("EPSG:9209", "VN-2000 to WGS 84 (2)")


def test_a_table_in_a_6_degree_zone_is_measured_in_the_nearest_tm3_zone() -> None:
    told = receipt(outline(), by_epsg(3405)).document()
    assert (told["crs"], told["plane_crs"]) == ("EPSG:3405", "EPSG:9211")
    assert receipt(outline(), by_epsg(3405), by_epsg(9209)).plane_area_ha == pytest.approx(99.0, abs=1e-5)


def test_an_outline_drawn_on_the_map_went_through_no_operation() -> None:
    told = receipt(outline(), CRS84).document()
    assert (told["crs"], told["operation"], told["accuracy_m"]) == ("OGC:CRS84", None, None)
