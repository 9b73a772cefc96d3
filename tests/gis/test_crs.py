"""A surveyor's coordinates must land where the law says, in every zone; nonsense must say what is wrong."""

from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from pyproj.crs import CoordinateOperation

from gis import crs
from gis.crs import (
    ALL,
    CRS84,
    OFFICIAL,
    VIETNAM,
    VN2000_ALL,
    WEB_MERCATOR,
    WGS84,
    by_epsg,
    from_wgs84,
    parse_crs,
    round_degrees,
    spatial_ref_sys,
    to_wgs84,
)
from gis.errors import MisspeltCrs, NotFinite, NotNumbers, OutsideArea, UnknownCrs, WrongShape
from tests import official_datum
from tests.official_datum import (
    PLACES,
    Place,
    metres_between,
    project,
    unproject,
    vn2000_to_wgs84,
    wgs84_to_vn2000,
)

CENTIMETRE = 0.01
CODES = [3405, 4756, 5896, 5897, 5898, 5899, *range(9205, 9219)]
places = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
vn2000_systems = pytest.mark.parametrize("system", VN2000_ALL, ids=lambda system: system.code)


def convert(place: Place, code: int | None = None) -> tuple[float, float]:
    lon, lat = to_wgs84([[place.easting, place.northing]], by_epsg(code or place.epsg))[0]
    return float(lon), float(lat)


@places
def test_a_corner_lands_where_the_official_parameters_put_it(place: Place) -> None:
    assert metres_between(convert(place), place.wgs84) < CENTIMETRE / 100


@places
def test_a_point_of_the_map_gets_the_official_vn2000_coordinates(place: Place) -> None:
    easting, northing = from_wgs84([place.wgs84], by_epsg(place.epsg))[0]
    expected = project(*wgs84_to_vn2000(*place.wgs84), place.meridian, place.scale)
    assert hypot(easting - expected[0], northing - expected[1]) < CENTIMETRE / 100


@places
def test_degrees_of_vn2000_are_converted_by_the_same_operation(place: Place) -> None:
    lon, lat = to_wgs84([place.vn2000], by_epsg(4756))[0]
    assert metres_between((lon, lat), place.wgs84) < CENTIMETRE / 100


@vn2000_systems
def test_every_zone_agrees_with_the_official_parameters(system: crs.Crs) -> None:
    west, south, east, north = system.area
    lon, lat = (west + east) / 2, (south + north) / 2
    expected = vn2000_to_wgs84(lon, lat)
    given_point = project(lon, lat, system.central_meridian, system.scale) if system.central_meridian else (lon, lat)
    assert metres_between(tuple(to_wgs84([given_point], system)[0]), expected) < CENTIMETRE / 100


@vn2000_systems
def test_what_postgis_gets_gives_the_same_points(system: crs.Crs) -> None:
    """PROJ on the proj4text with +towgs84 alone, which is all that PostGIS has of our SRIDs."""
    bound = Transformer.from_crs(CRS.from_user_input(f"{system.proj4text} +type=crs"), "OGC:CRS84", always_xy=True)
    lon, lat = (system.area.west + system.area.east) / 2, (system.area.south + system.area.north) / 2
    point = from_wgs84([[lon, lat]], system)
    ours = to_wgs84(point, system)[0]
    assert metres_between(bound.transform(*point[0]), tuple(ours)) < CENTIMETRE / 100


@places
def test_the_proof_would_see_each_known_mistake(place: Place) -> None:
    """Every trap moves the point by more than the tolerance: here is by how much."""
    no_shift = metres_between(place.vn2000, place.wgs84)
    wrong_sign = metres_between(vn2000_to_wgs84(*place.vn2000, rotation_sign=-1), place.wgs84)
    assert 150 < no_shift < 300
    assert 0.4 < wrong_sign < 1.2


@pytest.mark.parametrize("place", PLACES[:4], ids=lambda place: place.name)
def test_the_other_operation_on_offer_is_most_of_a_metre_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """EPSG:5194, which PROJ prefers in the delta, with its parameters put into the same arithmetic."""
    other = {
        **{"DX": -192.873, "DY": -39.382, "DZ": -111.202},
        **{"RX": 0.00205, "RY": 0.0005, "RZ": -0.00335, "SCALE_PPM": 0.0188},
    }
    official = place.wgs84
    for name, value in other.items():
        monkeypatch.setattr(official_datum, name, value)
    assert 0.6 < metres_between(place.wgs84, official) < 0.9
    assert metres_between(convert(place), official) < CENTIMETRE


def test_the_official_operation_is_epsg_6960() -> None:
    registered = CoordinateOperation.from_epsg(OFFICIAL.epsg)
    assert registered.name == OFFICIAL.name == "VN-2000 to WGS 84 (2)"
    assert registered.method_name == "Coordinate Frame rotation (geog2D domain)"
    assert [parameter.value for parameter in registered.params] == list(OFFICIAL[4:])
    assert registered.accuracy == OFFICIAL.accuracy_m


@vn2000_systems
def test_the_operation_used_holds_the_official_parameters_and_no_others(system: crs.Crs) -> None:
    steps = Transformer.from_pipeline(crs.pipeline(system)).definition
    assert (
        "helmert x=-191.90441429 y=-39.30318279 z=-111.45032835 rx=-0.00928836 ry=0.01975479 rz=-0.00427372 "
        "s=0.252906278 convention=coordinate_frame" in steps
    )
    assert steps.count("helmert") == 1


def test_the_register_has_the_systems_of_the_contract() -> None:
    assert [system.code for system in ALL] == ["CRS84", "4326", "3857", *map(str, CODES)]


@pytest.mark.parametrize("system", ALL[1:], ids=lambda system: system.code)
def test_each_system_is_what_epsg_says(system: crs.Crs) -> None:
    registered = CRS.from_epsg(system.epsg)
    assert system.name == registered.name
    assert tuple(system.area) == registered.area_of_use.bounds
    first_axis = registered.axis_info[0].direction
    assert system.axis_order == ("lat,lon" if first_axis == "north" else "easting,northing")
    if system.central_meridian is not None:
        values = {p.name: p.value for p in registered.coordinate_operation.params}
        assert system.central_meridian == values["Longitude of natural origin"]
        assert system.scale == values["Scale factor at natural origin"]
        assert (values["False easting"], values["False northing"]) == (500_000, 0)
        assert system.zone_width == {0.9999: 3, 0.9996: 6}[system.scale]


def test_axis_order_on_the_wire() -> None:
    assert (CRS84.axis_order, WGS84.axis_order, by_epsg(4756).axis_order) == ("lon,lat", "lat,lon", "lat,lon")
    assert {system.axis_order for system in ALL if system.is_projected} == {"easting,northing"}


def test_our_srids_lie_outside_epsg_numbers() -> None:
    assert dict(spatial_ref_sys()).keys() == {900_000 + code for code in CODES}
    assert (CRS84.srid, WGS84.srid, WEB_MERCATOR.srid, by_epsg(9209).srid) == (4326, 4326, 3857, 909209)
    for _srid, text in spatial_ref_sys():
        assert (
            "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 " in text
        )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "CRS84"),
        ("https://www.opengis.net/def/crs/OGC/0/CRS84", "CRS84"),
        ("http://www.opengis.net/def/crs/EPSG/0/9209", "9209"),
        ("https://www.opengis.net/def/crs/EPSG/12.013/4326", "4326"),
        ("[EPSG:9209]", "9209"),
        ("[OGC:CRS84]", "CRS84"),
    ],
)
def test_a_crs_is_found_by_uri_and_by_curie(text: str, code: str) -> None:
    assert parse_crs(text).code == code


@pytest.mark.parametrize("system", ALL, ids=lambda system: system.code)
def test_every_system_is_found_by_its_own_names(system: crs.Crs) -> None:
    assert parse_crs(system.uri) is system
    assert parse_crs(system.curie) is system


@pytest.mark.parametrize(
    "text",
    [
        "EPSG:9209",
        "9209",
        "urn:ogc:def:crs:EPSG::9209",
        "[OGC:9209]",
        "http://www.opengis.net/gml/srs/epsg.xml#9209",
    ],
)
def test_a_misspelt_crs_is_told_how_to_write_it(text: str) -> None:
    with pytest.raises(MisspeltCrs) as caught:
        parse_crs(text)
    assert "http://www.opengis.net/def/crs/EPSG/0/9209" in str(caught.value)
    assert "[EPSG:9209]" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VN-2000",
        "[EPSG:32648]",
        "http://www.opengis.net/def/crs/EPSG/0/1234",
        "[EPSG:٩٢٠٩]",
        "EPSG:92099209",
    ],
)
def test_a_crs_of_nowhere_is_told_what_there_is(text: str) -> None:
    with pytest.raises(UnknownCrs) as caught:
        parse_crs(text)
    assert type(caught.value) is UnknownCrs
    assert caught.value.facts["text"] == text
    assert "9205 to 9218" in str(caught.value)


@given(text=st.text())
def test_any_text_is_a_crs_or_a_plain_error(text: str) -> None:
    try:
        parse_crs(text)
    except UnknownCrs as error:
        assert str(error)


def test_x_and_y_swapped_is_refused_with_the_place_it_would_be() -> None:
    place = PLACES[0]
    with pytest.raises(OutsideArea) as caught:
        to_wgs84([[place.easting, place.northing], [place.northing, place.easting]], by_epsg(9209))
    facts = caught.value.facts
    assert (facts["index"], facts["first"], facts["crs"]) == (1, place.northing, "VN-2000 / TM-3 105-30")
    assert metres_between(convert(place), (facts["lon"], facts["lat"])) > 700_000


@pytest.mark.parametrize("prefix", [48, 481, 482, 491])
def test_a_zone_before_the_easting_is_refused(prefix: int) -> None:
    with pytest.raises(OutsideArea) as caught:
        to_wgs84([[prefix * 1e6 + 551_600, 1_061_900]], by_epsg(9209))
    assert caught.value.facts["lon"] is None


def test_without_the_check_a_place_abroad_is_converted() -> None:
    """So that a map may ask for a box that is larger than the country."""
    bangkok = [[100.5, 13.75]]
    with pytest.raises(OutsideArea):
        from_wgs84(bangkok, by_epsg(9209))
    there = from_wgs84(bangkok, by_epsg(9209), check_area=False)
    back = to_wgs84(there, by_epsg(9209), check_area=False)
    assert metres_between(tuple(back[0]), (100.5, 13.75)) < CENTIMETRE


@pytest.mark.parametrize(
    ("points", "error"),
    [
        ([105.5, 9.6], WrongShape),
        ([[105.5, 9.6, 0.0]], WrongShape),
        ([[[105.5, 9.6]]], WrongShape),
        ([[105.5, float("nan")]], NotFinite),
        ([[float("inf"), 9.6]], NotFinite),
        ([["105,5", "9,6"]], NotNumbers),
        ([[105.5], [105.5, 9.6]], NotNumbers),
    ],
)
def test_what_is_no_list_of_points_is_refused(points: list[object], error: type[Exception]) -> None:
    for way in (to_wgs84, from_wgs84):
        with pytest.raises(error):
            way(points, CRS84)


@pytest.mark.parametrize("system", ALL, ids=lambda system: system.code)
def test_no_points_are_no_points(system: crs.Crs) -> None:
    assert to_wgs84(np.empty((0, 2)), system).shape == (0, 2)


def test_the_input_is_left_alone() -> None:
    points = np.array([[106.0, 9.6]])
    result = to_wgs84(points, CRS84)
    result[0, 0] = 0
    assert points[0, 0] == 106.0


def test_web_mercator_does_not_wrap_round_the_world() -> None:
    edge = to_wgs84([[20037508.342789244, 20037508.342789244]], WEB_MERCATOR)[0]
    assert edge == pytest.approx((180, 85.0511287798), abs=1e-9)
    with pytest.raises(OutsideArea):
        to_wgs84([[40_000_000.0, 0.0]], WEB_MERCATOR)


@vn2000_systems
@given(lon=st.floats(VIETNAM.west, VIETNAM.east), lat=st.floats(VIETNAM.south, VIETNAM.north))
def test_there_and_back_stays_within_a_millimetre_or_so(system: crs.Crs, lon: float, lat: float) -> None:
    back = to_wgs84(from_wgs84([[lon, lat]], system), system, check_area=False)[0]
    assert metres_between((lon, lat), tuple(back)) < 0.002


@given(value=st.floats(-180, 180))
def test_rounded_degrees_are_the_shortest_decimals(value: float) -> None:
    rounded = round_degrees(value)
    assert abs(rounded - value) <= 0.5000001e-9
    assert float(f"{rounded:.9f}") == rounded
    assert round_degrees(rounded) == rounded
    assert not repr(rounded).startswith("-0.0e") and repr(rounded) != "-0.0"
    assert round_degrees(np.array([[value, value]])).tolist() == [[rounded, rounded]]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_the_hand_arithmetic_closes(place: Place) -> None:
    """The proof itself: projecting back gives the coordinates it started from."""
    back = project(*unproject(place.easting, place.northing, place.meridian, place.scale), place.meridian, place.scale)
    assert back == pytest.approx((place.easting, place.northing), abs=1e-5)
