"""The 26 zones as a file: what the documents say, nothing that they do not say, and never out of date."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape

from api.workflows.zones_file import BadZonesTable, build
from gis.shapes import geodesic_area_m2

DATA = Path(__file__).parents[2] / "data"
DECLARED_HA = {
    "kcn-an-nghiep": 243, "kcn-tran-de": 160, "kcn-song-hau": 286, "kcn-dai-ngai": 200, "kcn-my-thanh": 217
}  # fmt: skip


@pytest.fixture(scope="module")
def text() -> str:
    return build(DATA)


@pytest.fixture(scope="module")
def zones(text: str) -> dict[str, dict[str, Any]]:
    return {feature["id"]: feature for feature in json.loads(text)["features"]}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (DATA / "zones.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    for name in ("zones.csv", "facts.csv"):
        shutil.copy(DATA / name, tmp_path)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_the_file_is_what_the_tables_make(text: str) -> None:
    assert (DATA / "zones.geojson").read_bytes().decode() == text


def test_all_26_zones_in_the_order_of_the_table(zones: dict[str, Any], rows: list[dict[str, str]]) -> None:
    assert list(zones) == [row["slug"] for row in rows]
    assert len(zones) == 26


def test_one_feature_a_line_in_plain_letters(text: str) -> None:
    lines = text.splitlines()
    features = [line for line in lines if line.startswith('{"type":"Feature"')]
    assert len(features) == 26
    assert text.endswith("]\n}\n")
    assert "Khu công nghiệp Trần Đề" in text
    assert all(json.loads(line.removesuffix(",")) for line in features)


def test_an_outline_has_exactly_the_declared_area(zones: dict[str, Any]) -> None:
    outlines = {slug: shape(zone["geometry"]) for slug, zone in zones.items() if zone["geometry"]}
    assert outlines.keys() == DECLARED_HA.keys()
    for slug, outline in outlines.items():
        zone = zones[slug]["properties"]
        assert zone["declared_area_ha"] == DECLARED_HA[slug]
        assert abs(geodesic_area_m2(outline) - DECLARED_HA[slug] * 10_000) <= 0.05
        assert outline.geom_type == "MultiPolygon"
        assert outline.is_valid
        assert outline.geoms[0].exterior.is_ccw
        assert outline.centroid.distance(Point(zone["lon"], zone["lat"])) < 1e-6
        assert zone["boundary_quality"] == "indicative"
        assert zone["boundary_accuracy_m"] == zone["positional_accuracy_m"] > 0


def test_a_zone_of_unknown_area_has_no_outline_and_no_claim_about_one(zones: dict[str, Any]) -> None:
    unknown = [zone for slug, zone in zones.items() if slug not in DECLARED_HA]
    assert len(unknown) == 21
    for zone in unknown:
        values = zone["properties"]
        assert zone["geometry"] is None
        for name in ("declared_area_ha", "declared_area_basis", "boundary_quality", "boundary_accuracy_m"):
            assert values[name] is None
        assert values["declared_area_inputs"] == []
        assert values["lon"] and values["lat"] and values["positional_accuracy_m"]


def test_coordinates_are_the_shortest_decimals(text: str) -> None:
    numbers: list[str] = []
    json.loads(text, parse_float=lambda number: numbers.append(number) or float(number))
    assert len(numbers) > 1000
    for number in numbers:
        assert number == repr(float(number))
        assert len(number.partition(".")[2]) <= 9


def test_a_derived_area_says_so_and_names_the_facts_it_rests_on(zones: dict[str, Any]) -> None:
    an_nghiep = zones["kcn-an-nghiep"]["properties"]
    assert an_nghiep["declared_area_basis"] == "derived"
    assert an_nghiep["declared_area_inputs"] == ["F031", "F045", "F047", "F049", "F051"]
    assert an_nghiep["declared_area_note"].startswith("1106 - (160+286+200+217) ha")
    tran_de = zones["kcn-tran-de"]["properties"]
    assert (tran_de["declared_area_basis"], tran_de["declared_area_inputs"]) == ("stated", ["F045"])
    assert tran_de["declared_area_note"] is None


def test_the_range_that_no_zone_owns_is_a_note_and_no_area(zones: dict[str, Any]) -> None:
    proposed = zones["kcn-proposed-tran-de"]["properties"]
    assert proposed["declared_area_ha"] is None
    assert proposed["declared_area_note"].startswith("250-400 ha in the documents")


def test_expansions_are_not_added_to_the_area(zones: dict[str, Any]) -> None:
    expansions = {slug: zone["properties"]["expansion_area_ha"] for slug, zone in zones.items()}
    assert {slug: ha for slug, ha in expansions.items() if ha} == {"kcn-tran-de": 120, "kcn-an-nghiep": 200}


def test_a_plans_period_is_never_an_as_of(zones: dict[str, Any], rows: list[dict[str, str]]) -> None:
    as_of = {slug: zone["properties"]["status_as_of"] for slug, zone in zones.items()}
    planned = [row["slug"] for row in rows if row["status_as_of"] == "2021-2025"]
    assert len(planned) == 6
    assert all(as_of[slug] is None for slug in planned)
    assert as_of["kcn-tran-de"] == "2020"
    assert sum(text is None for text in as_of.values()) == 6


def test_every_other_cell_of_the_table_is_there_and_empty_ones_are_null(
    zones: dict[str, Any], rows: list[dict[str, str]]
) -> None:
    same = "name_vi name_en kind status status_detail historic_province historic_district location_basis doubts"
    names = {name: name for name in [*same.split(), "location_evidence"]}
    names |= {"province": "current_province", "commune_candidate": "current_commune_candidate"}
    for row in rows:
        values = zones[row["slug"]]["properties"]
        for name, column in names.items():
            assert values[name] == (row[column] or None)
        assert "; ".join(values["communes"]) == row["current_commune"]
        assert ";".join(values["sources"]) == row["sources"]
        assert [values["lon"], values["lat"]] == [float(row["lon"]), float(row["lat"])]
    assert zones["kcn-an-nghiep"]["properties"]["communes"] == [
        "Xã An Ninh",
        "Xã Thuận Hoà",
        "Phường Sóc Trăng",
    ]
    assert zones["kcn-thanh-loc"]["properties"]["aliases"] == ["Thạnh Lộc"]
    assert not any(value == "" for zone in zones.values() for value in zone["properties"].values())


def test_the_file_carries_its_credits_and_says_what_its_outlines_are(text: str) -> None:
    head = json.loads(text)
    assert "GeoNames (CC BY), via Who's On First" in head["attribution"]
    assert "indicative discs" in head["licence"]
    assert "not boundaries" in head["licence"]


def test_the_facts_must_give_the_declared_area(tables: Path) -> None:
    change(tables / "zones.csv", "industrial_park,286,", "industrial_park,287,")
    with pytest.raises(BadZonesTable, match="kcn-song-hau, column declared_area_ha: the facts give 286 ha"):
        build(tables)


def test_a_derived_area_must_be_what_its_inputs_give(tables: Path) -> None:
    change(tables / "zones.csv", "industrial_park,243,", "industrial_park,251,")
    with pytest.raises(BadZonesTable, match=r"kcn-an-nghiep.*the facts give 243 ha"):
        build(tables)


def test_a_cell_that_is_no_number_is_named(tables: Path) -> None:
    change(tables / "zones.csv", "106.1675,9.5482,", "106.1675,9°33',")
    with pytest.raises(BadZonesTable) as caught:
        build(tables)
    assert (caught.value.slug, caught.value.column) == ("kcn-tran-de", "lat")


def test_an_area_without_a_basis_is_refused(tables: Path) -> None:
    change(tables / "zones.csv", "E03;E04,stated,", "E03;E04,,")
    with pytest.raises(BadZonesTable, match="kcn-tran-de, column declared_area_basis"):
        build(tables)
