"""PostGIS takes the official way between VN-2000 and WGS 84, as Python does, and not the one it would choose."""

from math import hypot

import pytest

from gis.crs import OUR_SRIDS, VN2000_ALL, Crs, spatial_ref_sys
from tests.official_datum import PLACES, Pair, Place, metres_between, project, vn2000_to_wgs84, wgs84_to_vn2000
from tests.store.conftest import Session

CENTIMETRE = 0.01
DELTA = [place for place in PLACES if place.name != "Hà Nội" and place.epsg in (3405, 5897)]  # PostGIS has these two
places = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)


def transform(session: Session, point: Pair, source: int, target: int) -> Pair:
    row = session.execute(
        "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), %s), %s::int) p",
        [*point, source, target],
    ).fetchone()
    assert row
    return row[0], row[1]


@places
def test_a_corner_lands_where_the_official_parameters_put_it(session: Session, place: Place) -> None:
    found = transform(session, (place.easting, place.northing), place.srid, 4326)
    assert metres_between(found, place.wgs84) < CENTIMETRE


@places
def test_a_point_of_the_map_gets_the_official_vn2000_coordinates(session: Session, place: Place) -> None:
    easting, northing = transform(session, place.wgs84, 4326, place.srid)
    expected = project(*wgs84_to_vn2000(*place.wgs84), place.meridian, place.scale)
    assert hypot(easting - expected[0], northing - expected[1]) < CENTIMETRE


@places
def test_degrees_of_vn2000_take_the_same_way(session: Session, place: Place) -> None:
    degrees = OUR_SRIDS + 4756
    assert metres_between(transform(session, place.vn2000, degrees, 4326), place.wgs84) < CENTIMETRE
    assert metres_between(transform(session, place.wgs84, 4326, degrees), place.vn2000) < CENTIMETRE


@places
def test_between_two_zones_of_vn2000_no_datum_is_changed(session: Session, place: Place) -> None:
    neighbour = next(one for one in VN2000_ALL if one.epsg == 9210)
    found = transform(session, (place.easting, place.northing), place.srid, neighbour.srid)
    expected = project(*place.vn2000, 105.75, 0.9999)
    assert hypot(found[0] - expected[0], found[1] - expected[1]) < CENTIMETRE


@pytest.mark.parametrize("system", [one for one in VN2000_ALL if one.is_projected], ids=lambda one: one.code)
def test_every_zone_of_ours_agrees_in_the_middle_of_its_area(session: Session, system: Crs) -> None:
    lon, lat = (system.area.west + system.area.east) / 2, (system.area.south + system.area.north) / 2
    given = project(lon, lat, system.central_meridian, system.scale)
    assert metres_between(transform(session, given, system.srid, 4326), vn2000_to_wgs84(lon, lat)) < CENTIMETRE


def test_the_rows_of_postgis_are_those_of_the_code(session: Session) -> None:
    rows = session.execute(
        "SELECT srid, proj4text FROM spatial_ref_sys WHERE srid > 900000 AND auth_name IS NULL AND srtext IS NULL"
    ).fetchall()
    assert dict(rows) == dict(spatial_ref_sys())


@pytest.mark.parametrize("place", DELTA, ids=lambda place: place.name)
def test_the_way_that_postgis_would_choose_is_seen_to_be_off(session: Session, place: Place) -> None:
    found = transform(session, (place.easting, place.northing), place.epsg, 4326)
    assert 0.6 < metres_between(found, place.wgs84) < 0.9
