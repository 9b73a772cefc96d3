"""VN-2000 however it is spelt is VN-2000; another datum is never taken for it."""

import pytest
from pyproj import CRS

from gis.crs import ALL, CRS84, Crs, by_epsg
from gis.uploads.systems import candidates, read_system
from tests.gis.uploads.making import CORNERS

TM3 = "+proj=tmerc +lat_0=0 +lon_0=105.5 +k=0.9999 +x_0=500000 +y_0=0 +units=m +type=crs"
UTM = "+proj=tmerc +lat_0=0 +lon_0=105 +k=0.9996 +x_0=500000 +y_0=0 +units=m +type=crs"
OFFICIAL = "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
DIALECTS = ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2015", "WKT2_2019"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("crs", [crs for crs in ALL if crs.epsg], ids=lambda crs: crs.code)
def test_each_system_is_known_in_every_dialect(crs: Crs, dialect: str) -> None:
    said = read_system(CRS.from_epsg(crs.epsg or 0).to_wkt(dialect))
    assert said.crs is (CRS84 if crs.epsg == 4326 else crs)
    assert said.issues == ()


@pytest.mark.parametrize(
    "text",
    ["VN-2000 / TM-3 105-30", "VN_2000_TM_3_105_30", "vn-2000/tm-3 105-30\n", "EPSG:9209", "[EPSG:9209]",
     "urn:ogc:def:crs:EPSG::9209", "http://www.opengis.net/def/crs/EPSG/0/9209",
     'LOCAL_CS["VN-2000 / TM-3 105-30",UNIT["metre",1]]'],
)  # fmt: skip
def test_a_name_or_code_is_enough(text: str) -> None:
    assert read_system(text).crs is by_epsg(9209)


@pytest.mark.parametrize(
    ("definition", "code", "issues"),
    [
        (f"{TM3} +ellps=WGS84", "9209", ["crs-assumed"]),
        (f"{TM3} +datum=WGS84", "9209", ["crs-assumed"]),
        (f"{TM3} +ellps=WGS84 {OFFICIAL}", "9209", []),
        (f"{TM3} +ellps=WGS84 +towgs84=-192.873,-39.382,-111.202,0.00205,0.0005,-0.00335,0.0188", "9209",
         ["crs-assumed", "crs-parameters"]),
        (f"{UTM} +ellps=WGS84 {OFFICIAL}", "3405", []),
        (f"{UTM} +ellps=WGS84", None, ["crs-doubtful"]),
        (f"+proj=longlat +ellps=WGS84 {OFFICIAL} +type=crs", "4756", []),
        ("+proj=longlat +ellps=WGS84 +type=crs", None, ["crs-doubtful"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["WKT1_GDAL", "WKT2_2019"])
def test_a_zone_of_ones_own_making_is_known_by_its_numbers(
    definition: str, code: str | None, issues: list[str], dialect: str
) -> None:
    said = read_system(CRS.from_proj4(definition).to_wkt(dialect))
    assert (said.crs and said.crs.code, [one.code for one in said.issues]) == (code, issues)
    assert not said.is_foreign


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        (CRS.from_epsg(32648).to_wkt(), "WGS 84 / UTM zone 48N"),
        (CRS.from_epsg(3148).to_wkt("WKT1_ESRI"), "Indian 1960"),
        (CRS.from_epsg(2044).to_wkt("WKT1_GDAL"), "Hanoi 1972"),
        (CRS.from_epsg(4755).to_wkt(), "DGN95"),  # on the ellipsoid of WGS 84, too
        (CRS.from_proj4(f"{TM3} +ellps=krass").to_wkt(), "Krassovsky"),
        (CRS.from_proj4(TM3.replace("105.5", "105.25") + " +datum=WGS84").to_wkt(), "World Geodetic System 1984"),
        (CRS.from_epsg(9209).to_wkt("WKT1_ESRI").replace('"Meter",1.0', '"Foot",0.3048'), "TM-3"),
        ("EPSG:32648", "EPSG:32648 WGS 84 / UTM zone 48N"),
    ],
)
def test_another_datum_zone_or_unit_is_an_error_that_names_it(definition: str, named: str) -> None:
    said = read_system(definition)
    (issue,) = said.issues
    assert (said.crs, said.is_foreign, issue.code, issue.severity) == (None, True, "crs-foreign", "error")
    assert named in issue.document()["message"]


def test_a_name_that_its_numbers_belie_has_to_be_asked() -> None:
    text = CRS.from_epsg(9209).to_wkt("WKT1_GDAL")
    for other in ("105", "104.75"):
        said = read_system(text.replace('"central_meridian",105.5', f'"central_meridian",{other}'))
        assert (said.crs, [one.code for one in said.issues]) == (None, ["crs-contradicts"])


NONSENSE = ["nonsense", "PROJCS[" * 3_000, "A" * 30_000, "+init=epsg:9209", "/etc/passwd", "9209"]


@pytest.mark.parametrize("text", NONSENSE)
def test_what_cannot_be_understood_has_to_be_asked(text: str) -> None:
    said = read_system(text)
    assert (said.crs, said.is_foreign, [one.code for one in said.issues]) == (None, False, ["crs-unreadable"])
    assert len(said.issues[0].document()["message"]) < 250


def test_silence_is_no_doubt() -> None:
    assert read_system(" \n\0").issues == ()


def test_candidates_lie_in_viet_nam_and_the_usual_ones_come_first() -> None:
    import numpy as np

    found = candidates(np.array(CORNERS))
    codes = [one.crs.code for one in found]
    assert {"9209", "5897", "3405"} <= set(codes)
    assert "CRS84" not in codes
    usual = [one.is_usual for one in found]
    assert usual == sorted(usual, reverse=True)
    assert all(6 < one.lat < 24.5 and 101 < one.lon < 119 for one in found)
    assert candidates(np.array(CORNERS)[:, ::-1]) == ()
    assert candidates(np.array([[np.nan, 1.0]])) == candidates(np.empty((0, 2))) == ()
