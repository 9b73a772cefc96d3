"""What QGIS reads: counts, attributes and geometry as the database has them, and which requests it takes."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import shapely

from api.settings import Settings
from gis.crs import ALL, CRS84, WGS84, from_wgs84
from tests.conftest import served

COUNTS = {"zones": 26, "zone-points": 26, "provinces": 34, "communes": 205}
SHAPES = {
    "zones": ("zones", "slug", "boundary", "true"),
    "zone-points": ("zones", "slug", "location", "true"),
    "provinces": ("units", "uid", "geom", "level = 'province' AND valid_to IS NULL"),
    "communes": ("units", "uid", "geom", "level = 'commune' AND valid_to IS NULL"),
}
TEXTS = ("slug", "name_vi", "name_en", "kind", "status", "province", "historic_province", "historic_district", "doubts")
LOTS = """
INSERT INTO registry.lots (zone, code, land_use, status, area_ha, geom)
SELECT slug, 'Lô Đ' || n, 'industrial', CASE n WHEN 1 THEN 'available' ELSE 'leased' END, n,
    ST_Multi(ST_Envelope(ST_Buffer(ST_Translate(location, n * 0.003, 0), 0.001)))
FROM registry.served_zones, generate_series(1, 2) n WHERE slug = 'kcn-tran-de'
"""
Open = Callable[..., Any]


@pytest.fixture
def database(loaded_url: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(loaded_url) as connection:
        yield connection


@pytest.fixture
def layers(open_layers: Open, live_url: str) -> Any:
    return open_layers(live_url)["layers"]


def source(service: str, typename: str, **options: str) -> str:
    """A layer as a person connects it, without our layer definition."""
    words = {"pagingEnabled": "true", "typename": typename, "url": f"{service}/", **options}
    return " ".join(f"{name}='{value}'" for name, value in words.items())


def by_id(features: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["attributes"]["id"]: one for one in features}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_and_geometry_are_those_of_the_database(
    qgis: Any, layers: Any, database: "psycopg.Connection[Any]", name: str
) -> None:
    part, id, geometry, where = SHAPES[name]
    stored = dict(database.execute(
        f"SELECT {id}, ST_AsBinary({geometry}) FROM registry.served_{part} WHERE {where}"  # type: ignore[arg-type]
    ).fetchall())  # fmt: skip
    got = by_id(qgis("features", name=name))
    assert layers[name]["count"] == len(got) == len(stored) == COUNTS[name]
    assert layers[name]["geometry"] == ("Point" if name == "zone-points" else "MultiPolygon")
    shapes = {id: one["geometry"] and shapely.from_wkb(one["geometry"]) for id, one in got.items()}
    assert shapes == {id: wkb and shapely.from_wkb(wkb) for id, wkb in stored.items()}


def test_attributes_are_those_of_the_database(qgis: Any, layers: Any, database: "psycopg.Connection[Any]") -> None:
    rows = database.execute(f"SELECT {', '.join(TEXTS)}, fill_rate_pct FROM registry.served_zones").fetchall()  # type: ignore[arg-type]
    got = by_id(qgis("features", name="zones"))
    for *texts, rate in rows:
        attributes = got[texts[0]]["attributes"]
        assert [attributes[name] for name in TEXTS] == texts
        assert attributes["fill_rate_pct"] == (rate and float(rate))
    assert got["kcn-tran-de"]["attributes"]["name_vi"] == "Khu công nghiệp Trần Đề"


def test_types_of_fields(layers: Any) -> None:
    types = layers["zones"]["types"]
    assert types["fill_rate_pct"] == "Real"
    assert types["version"] == "Integer"
    assert types["updated_at"] == "DateTime"
    assert layers["provinces"]["types"]["valid_from"] == "Date"


def test_no_decimal_is_lost(qgis: Any, open_layers: Open, own_url: str) -> None:
    """QGIS takes a field for one of whole numbers where the first ten features have no other."""
    with psycopg.connect(own_url) as connection:
        connection.execute(
            "UPDATE registry.zone_figures SET leasable_area_ha = CASE slug WHEN 'kcn-an-nghiep' THEN 200 "
            "ELSE 106.5 END WHERE slug IN ('kcn-an-nghiep', 'ccn-vinh-chau')"
        )
    with served(Settings(database_url=own_url)) as service:
        layers = open_layers(service)["layers"]
        areas = {id: one["attributes"]["leasable_area_ha"] for id, one in by_id(qgis("features", name="zones")).items()}
    assert layers["zones"]["types"]["leasable_area_ha"] == "Real"
    assert (areas["ccn-vinh-chau"], areas["kcn-an-nghiep"]) == (106.5, 200)


def test_pages_follow_the_next_links(qgis: Any, live_url: str, asked: list[str]) -> None:
    found = qgis("add", name="facts", source=source(live_url, "facts", pageSize="50"), provider="OAPIF")
    assert (found["valid"], found["count"], found["geometry"]) == (True, 239, "NoGeometry")
    asked.clear()
    assert len(by_id(qgis("features", name="facts"))) == 239
    assert len([one for one in asked if "/collections/facts/items?limit=50" in one]) == 5
    assert all(one.endswith(" 200") for one in asked)


def test_pages_of_the_layers_lose_nothing(qgis: Any, live_url: str) -> None:
    uri = source(live_url, "zones", pageSize="4").replace(f"{live_url}/", f"{live_url}/qgis/all")
    qgis("add", name="few", source=uri, provider="OAPIF")
    ids = [one["attributes"]["id"] for one in qgis("features", name="few")]
    assert len(ids) == len(set(ids)) == 26


def test_a_rectangle_is_asked_of_the_service(qgis: Any, layers: Any, asked: list[str]) -> None:
    asked.clear()
    got = by_id(qgis("features", name="zone-points", box=[105.9, 9.4, 106.2, 9.7]))
    assert 0 < len(got) < 26
    assert all(105.9 <= shapely.from_wkb(one["geometry"]).x <= 106.2 for one in got.values())
    pages = [one for one in asked if one.startswith("/collections/zone-points/items")]
    assert len(pages) == 1
    assert "bbox=105.9" in pages[0]


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ("name_vi LIKE '%Trần Đề'", {"kcn-tran-de", "kkt-tran-de", "kcn-proposed-tran-de"}),
        ("to_real(fill_rate_pct) > 40 AND kind = 'industrial_park'", {"kcn-an-nghiep"}),
        ("kind = 'economic_zone' OR boundary_quality IS NOT NULL",
         {"kcn-an-nghiep", "kcn-dai-ngai", "kcn-my-thanh", "kcn-song-hau", "kcn-tran-de", "kkt-tran-de"}),
    ],
)  # fmt: skip
def test_conditions_on_attributes_find_the_right_zones(qgis: Any, layers: Any, expression: str, ids: set[str]) -> None:
    """This QGIS hands none of them on; it picks from what it has read."""
    for found in (qgis("features", name="zones", expression=expression),
                  qgis("features", name="zones", subset=expression)):  # fmt: skip
        assert set(by_id(found)) == ids


def test_time_is_asked_of_the_service(qgis: Any, live_url: str, asked: list[str]) -> None:
    """QGIS hands a condition on any date on as `datetime`, which asks what was in force."""
    qgis("add", name="units", source=source(live_url, "admin-units"), provider="OAPIF")
    got = by_id(qgis("features", name="units", subset="valid_from >= '2025-07-01'"))
    assert any("datetime=2025-07-01" in one and one.endswith(" 200") for one in asked)
    assert len(got) == 239
    assert {one["attributes"]["valid_to"] for one in got.values()} == {None}


def test_only_a_province(qgis: Any, open_layers: Open, live_url: str) -> None:
    """Its name is as people write it; administrative units stay whole, as the ground."""
    layers = open_layers(live_url, province="Kiên Giang")["layers"]
    assert layers["zones"]["count"] == layers["zone-points"]["count"] == 6
    assert {one["attributes"]["historic_province"] for one in qgis("features", name="zone-points")} == {
        "Tỉnh Kiên Giang"
    }
    assert layers["provinces"]["count"] == 34


def test_lots(qgis: Any, open_layers: Open, own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute(LOTS)  # type: ignore[arg-type]
    with served(Settings(database_url=own_url)) as service:
        lots = open_layers(service, lang="en")["layers"]["lots"]
        assert (lots["valid"], lots["geometry"], lots["count"], lots["from_scale"]) == (True, "MultiPolygon", 2, 50000)
        assert "Available" in lots["legend"]
        names = {one["attributes"]["code"] for one in qgis("features", name="lots")}
    assert names == {"Lô Đ1", "Lô Đ2"}


@pytest.mark.parametrize("crs", [one for one in ALL if one not in (CRS84, WGS84)], ids=lambda crs: crs.code)
def test_qgis_reckons_as_the_register_does(qgis: Any, crs: Any) -> None:
    """Left to itself, this QGIS takes the official operation to VN-2000, and so the register's coordinates."""
    places = [[105.971898323, 9.602227227], [105.08, 10.01], [105.84, 21.03]]
    for got, own in zip(qgis("transform", source="EPSG:4326", target=f"EPSG:{crs.code}", points=places),
                        from_wgs84(places, crs), strict=True):  # fmt: skip
        assert got == pytest.approx(list(own), abs=1e-3 if crs.is_projected else 1e-8)


def test_coordinates_in_a_system_of_vn_2000_from_the_service(qgis: Any, live_url: str) -> None:
    """A layer by address, which takes any system that the service offers; the person tells QGIS which it is."""
    address = (
        f"{live_url}/collections/zone-points/items?f=json&limit=1000&crs=http://www.opengis.net/def/crs/EPSG/0/9209"
    )
    assert qgis("add", name="metres", source=address, provider="ogr")["count"] == 26
    qgis("add", name="degrees", source=source(live_url, "zone-points"), provider="OAPIF")
    metres, degrees = by_id(qgis("features", name="metres")), by_id(qgis("features", name="degrees"))
    points = [list(shapely.from_wkb(degrees[id]["geometry"]).coords[0]) for id in metres]
    by_qgis = qgis("transform", source="EPSG:4326", target="EPSG:9209", points=points)
    for one, reckoned in zip(metres.values(), by_qgis, strict=True):
        assert shapely.from_wkb(one["geometry"]).coords[0] == pytest.approx(reckoned, abs=1e-3)
