"""What cannot be taken is named with its file, row, field and reason, and then nothing at all is stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.workflows.load import Report, load
from tests.workflows.conftest import Row, change_feature, change_row, is_empty, rows_of, write_rows

pytestmark = pytest.mark.slow  # a database or a process of its own for each

Told = tuple[str, int, str, str]  # file, row, field, value


@pytest.fixture
def refused(register_url: str, light_data: Path) -> Callable[..., Report]:
    """Loads the copied files, and holds that a refusal leaves the register as empty as it was."""

    def attempt() -> Report:
        report = load(register_url, light_data)
        assert report.refused
        assert is_empty(register_url)
        assert sum(one.stored + one.updated for one in report.files.values()) == 0
        return report

    return attempt


def told(report: Report) -> list[Told]:
    return [(one.file, one.row, one.field, one.value) for one in report.refused]


@pytest.mark.parametrize(
    ("fact", "cells", "field", "reason"),
    [
        ("F192", {"value": "chín mươi"}, "value", "not a number; write 1106.5"),
        ("F192", {"value": "96,5"}, "value", "not a number"),
        ("F192", {"value": "NaN"}, "value", "not a number"),
        ("F192", {"value": ""}, "value", "must not be empty"),
        ("F192", {"value": "1000"}, "value", "outside 0 to 100 of fill_rate_pct"),
        ("F192", {"value": "-1"}, "value", "outside 0 to 100"),
        ("F192", {"indicator": "fil_rate_pct"}, "indicator", "known are: fill_rate_pct"),
        ("F192", {"unit": "ha"}, "unit", "the unit of fill_rate_pct is “%”"),
        ("F192", {"document_id": "D999"}, "document_id", "not known"),
        ("F192", {"as_of": "2020-02-31"}, "as_of", "2020-02 has no day 31"),
        ("F192", {"as_of": "31/02/2020"}, "as_of", "only years, months, days"),
        ("F192", {"as_of": "2025/2021"}, "as_of", "before it starts"),
        ("F192", {"is_target": ""}, "is_target", "must not be empty"),
        ("F192", {"is_target": "no"}, "is_target", "true, false"),
        ("F192", {"quote": ""}, "quote", "must not be empty"),
        ("F192", {"zone_slug": "kcn-an-nghiệp"}, "zone_slug", "known are: kcn-an-nghiep"),
        ("F192", {"province": "Cần Thơ City"}, "province", "not known"),
        ("F192", {"province": ""}, "unit_uid", "null value"),
        ("F192", {"comparator": "about"}, "comparator", "known are: approx, eq, gt, gte, range"),
        ("F192", {"comparator": "range"}, "value_max", "a range has a maximum"),
        ("F192", {"value_max": "99"}, "value_max", "a range has a maximum"),
        ("F034", {"value_max": "40"}, "observations", "violates check constraint"),
        ("F168", {"value": "something"}, "value", "is not in values.csv"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_a_bad_cell_of_a_fact(
    refused: Callable[..., Report], light_data: Path, fact: str, cells: Row, field: str, reason: str
) -> None:
    line = change_row(light_data / "facts.csv", fact, **cells)
    (one,) = [one for one in refused().refused if one.file == "facts.csv"]
    assert (one.row, one.field) == (line, field)
    assert reason in one.reason
    assert f"facts.csv row {line}" in str(one)


@pytest.mark.parametrize(
    ("file", "key", "cells", "field", "reason"),
    [
        ("documents.csv", "D001", {"issued_on": "2021-06"}, "issued_on", "a whole day"),
        ("documents.csv", "D001", {"doc_type": "Thông tư"}, "doc_type", "known are:"),
        ("source_kinds.csv", "plan", {"rank": "high"}, "rank", "not a number"),
        ("source_kinds.csv", "plan", {"rank": "50.5"}, "rank", "a whole number"),
        ("source_kinds.csv", "plan", {"rank": ""}, "rank", "must not be empty"),
        ("source_kinds.csv", "plan", {"rank": "60"}, "source_kinds", "Key (rank)=(60) already exists"),
        ("indicators.csv", "fill_rate_pct", {"class": "rumour"}, "class", "known are:"),
        ("indicators.csv", "fill_rate_pct", {"label_en": ""}, "label_en", "must not be empty"),
        ("indicators.csv", "fill_rate_pct", {"minimum": "200"}, "indicators", "violates check constraint"),
        ("external_evidence.csv", "E01", {"url": "tienphong"}, "url", "not the address of a page"),
        ("external_evidence.csv", "E02", {"area_ha": "0"}, "area_ha", "more than 0"),
        ("external_evidence.csv", "E19", {"area_ha": "1106"}, "area_ha", "of one zone"),
        ("milestone_steps.csv", "planned", {"status": "dreamt_of"}, "milestone_steps", "is not present in table"),
        ("target_scopes.csv", "F018", {"applies_to": "some"}, "applies_to", "known are: all, operating"),
        ("target_scopes.csv", "F018", {"fact_id": "F192"}, "fact_id", "not known"),
        ("milestones.csv", "F069", {"zone_slug": "kcn-tran-de"}, "zone_slug", "is about ccn-xay-da-b-moi"),
        ("phases.csv", "kcn-tran-de", {"is_expansion": ""}, "is_expansion", "must not be empty"),
        ("phases.csv", "kcn-tran-de", {"fact_id": "F999"}, "fact_id", "not known"),
        ("admin_succession.csv", "vn63:94", {"current_uid": "vn34:00"}, "current_uid", "not known"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_a_bad_cell_of_another_table(
    refused: Callable[..., Report], light_data: Path, file: str, key: str, cells: Row, field: str, reason: str
) -> None:
    line = change_row(light_data / file, key, **cells)
    first = refused().refused[0]
    assert (first.file, first.row, first.field) == (file, line, field)
    assert reason in first.reason


def test_every_bad_row_is_told_in_every_file(refused: Callable[..., Report], light_data: Path) -> None:
    facts, zones = light_data / "facts.csv", light_data / "zones.geojson"
    rows = [
        change_row(facts, "F001", value="x"),
        change_row(facts, "F045", unit="km"),
        change_row(facts, "F192", as_of="2020-13"),
    ]
    number = change_feature(zones, "kcn-song-hau", lambda zone: zone["properties"].update(kind="park"))
    phase = change_row(light_data / "phases.csv", "kcn-tran-de", area_ha="much")
    assert told(refused()) == [
        ("zones.geojson", number, "kind", "park"),
        ("facts.csv", rows[0], "value", "x"),
        ("facts.csv", rows[1], "unit", "km"),
        ("facts.csv", rows[2], "as_of", "2020-13"),
        ("phases.csv", phase, "area_ha", "much"),
    ]


def test_every_row_that_only_the_database_refuses_is_told_once(
    refused: Callable[..., Report], light_data: Path
) -> None:
    facts = light_data / "facts.csv"
    share, area, demanded = (
        change_row(facts, "F192", value="1000"),
        change_row(facts, "F045", value="-1"),
        change_row(facts, "F018", value="101"),
    )
    missing = change_row(facts, "F168", province="")
    assert sorted(told(refused())) == sorted([
        ("facts.csv", share, "value", "F192"),
        ("facts.csv", area, "value", "F045"),
        ("facts.csv", demanded, "value", "F018"),
        ("facts.csv", missing, "unit_uid", "F168"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("file", "field"),
    [("facts.csv", "fact_id"), ("documents.csv", "id"), ("indicators.csv", "indicator"), ("phases.csv", "zone, code"),
     ("values.csv", "indicator, value"), ("milestones.csv", "fact_id"), ("external_evidence.csv", "id"),
     ("admin_succession.csv", "historic_uid, current_uid")],
)  # fmt: skip
def test_a_row_that_stands_twice_is_refused(
    refused: Callable[..., Report], light_data: Path, file: str, field: str
) -> None:
    rows = rows_of(light_data / file)
    write_rows(light_data / file, [*rows, rows[0]])
    one = next(one for one in refused().refused if one.file == file)
    assert (one.row, one.field) == (len(rows) + 2, field)
    assert "twice" in one.reason or f"this stands already in {file} row 2" in one.reason


def test_a_key_of_another_file_is_not_taken_a_second_time(refused: Callable[..., Report], light_data: Path) -> None:
    line = change_row(light_data / "external_evidence.csv", "E01", evidence_id="D001")
    first = refused().refused[0]
    assert (first.file, first.row, first.value) == ("external_evidence.csv", line, "D001")
    assert "this stands already in documents.csv row 3" in first.reason


def test_two_zones_cannot_have_one_slug(refused: Callable[..., Report], light_data: Path) -> None:
    number = change_feature(light_data / "zones.geojson", "kcn-song-hau", set_property(slug="kcn-tran-de"))
    assert ("zones.geojson", number, "slug", "kcn-tran-de") in told(refused())


def set_geometry(geometry: object) -> Callable[[Row], None]:
    return lambda feature: feature.update(geometry=geometry)


def set_property(**values: object) -> Callable[[Row], None]:
    return lambda feature: feature["properties"].update(values)


def polygon(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (set_geometry(polygon((106, 9), (107, 10), (107, 9), (106, 10), (106, 9))), "geometry", "must be a valid"),
        (set_geometry(polygon((9, 106), (10, 107), (9, 107), (9, 106))), "geometry", "longitude and latitude"),
        (set_geometry(polygon((5e5, 1e6), (6e5, 1e6), (6e5, 2e6), (5e5, 1e6))), "geometry", "longitude and latitude"),
        (set_geometry(polygon((106, 9), (106, 9))), "geometry", "not a geometry"),
        (set_geometry({"type": "Point", "coordinates": [106, 9]}), "geometry", "valid Polygon or MultiPolygon"),
        (set_geometry({"type": "Polygon", "coordinates": []}), "geometry", "valid Polygon or MultiPolygon"),
        (set_geometry({"type": "Polygon"}), "geometry", "not a geometry"),
        (set_geometry("POLYGON((0 0))"), "geometry", "not a geometry"),
        (set_geometry(None), "zone_versions", "violates check constraint"),
        (set_property(lon=9.5, lat=106.2), "lon", "in degrees"),
        (set_property(lon=None), "lon", "in degrees"),
        (set_property(declared_area_ha="160 ha"), "declared_area_ha", "not a number"),
        (set_property(declared_area_ha=True), "declared_area_ha", "not a number"),
        (set_property(declared_area_ha=-160), "zone_versions", "violates check constraint"),
        (set_property(sources="D001"), "sources", "a list of texts"),
        (set_property(sources=["D001", "D9"]), "sources", "not known"),
        (set_property(aliases=None), "aliases", "a list of texts"),
        (set_property(province="Tỉnh Sóc Trăng"), "province", "not known"),
        (set_property(name_vi=160), "name_vi", "must be text"),
        (lambda feature: feature["properties"].pop("kind"), "kind", "this is missing"),
        (lambda feature: feature.update(properties=None), "slug", "this is missing"),
    ],
)
def test_a_bad_feature(
    refused: Callable[..., Report], light_data: Path, change: Callable[[Row], None], field: str, reason: str
) -> None:
    number = change_feature(light_data / "zones.geojson", "kcn-tran-de", change)
    first = next(one for one in refused().refused if one.file == "zones.geojson")
    assert (first.row, first.field) == (number, field)
    assert reason in first.reason


@pytest.mark.parametrize("code", ["00", "ward"])
def test_an_administrative_unit_lies_in_one_that_is_known(
    refused: Callable[..., Report], light_data: Path, code: str
) -> None:
    number = change_feature(light_data / "admin_units.geojson", "vn34:92", set_property(parent_code=code))
    assert told(refused()) == [("admin_units.geojson", number, "parent_code", f"vn34:{code}")]


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("facts.csv", b"", "this file is empty"),
        ("facts.csv", b"\xef\xbb\xbf\n \n", "this file is empty"),
        ("zones.geojson", b"", "this file is empty"),
        ("facts.csv", "fact_id,quote\nF1,Sóc Trăng\n".encode("utf-16"), "line 1 is not UTF-8 text"),
        ("documents.csv", "document_id\nD001\nSóc Trăng".encode("cp1258"), "line 3 is not UTF-8 text"),
        ("zones.geojson", b'{"type": "FeatureCollection",\n"features": [}', "line 2 is not JSON"),
        ("zones.geojson", b"[]", "not a GeoJSON FeatureCollection"),
        ("zones.geojson", b'{"type": "FeatureCollection", "features": null}', "not a GeoJSON FeatureCollection"),
        ("facts.csv", None, "this file is missing"),
        ("admin_units.geojson", None, "this file is missing"),
    ],
)
def test_a_file_that_cannot_be_read(
    refused: Callable[..., Report], light_data: Path, file: str, content: bytes | None, reason: str
) -> None:
    if content is None:
        (light_data / file).unlink()
    else:
        (light_data / file).write_bytes(content)
    (one,) = [one for one in refused().refused if one.file == file]
    assert (one.row, one.field) == (0, "file")
    assert reason in one.reason


def test_a_missing_column_is_named(refused: Callable[..., Report], light_data: Path) -> None:
    rows = rows_of(light_data / "facts.csv")
    for row in rows:
        del row["quote"], row["note"]
    write_rows(light_data / "facts.csv", rows)
    (one,) = [one for one in refused().refused if one.file == "facts.csv"]
    assert (one.row, one.field, one.reason) == (0, "quote, note", "this column is missing")


@pytest.mark.parametrize(
    ("line", "row", "field", "reason"),
    [
        (
            "kcn-song-hau,phase-2,Giai đoạn 2,Phase 2,,false,,F141,more,cells\n",
            5,
            "row",
            "more cells than the header",
        ),
        ("kcn-song-hau,phase-2,Giai đoạn 2,Phase 2,,false\n", 5, "area_ha", "this is missing"),
        ('kcn-song-hau,phase-2,"Giai đoạn 2,Phase 2,,false,,F141\n', 0, "file", "not CSV"),
        ('kcn-song-hau,phase-2,"Giai đoạn" 2,Phase 2,,false,,F141\n', 0, "file", "not CSV"),
    ],
    ids=["too long", "too short", "quote not closed", "text behind a quote"],
)
def test_a_row_with_the_wrong_cells(
    refused: Callable[..., Report], light_data: Path, line: str, row: int, field: str, reason: str
) -> None:
    with (light_data / "phases.csv").open("a", encoding="utf-8") as file:
        file.write(line)
    (one,) = refused().refused
    assert (one.file, one.row, one.field) == ("phases.csv", row, field)
    assert reason in one.reason


def test_a_file_from_a_spreadsheet_is_taken(register_url: str, light_data: Path) -> None:
    """With the mark of UTF-8 in front, lines that end in CR LF, blank lines and spaces around cells."""
    path = light_data / "phases.csv"
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n").replace(",120,", ", 120 ,")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n\r\n")
    report = load(register_url, light_data)
    assert report.refused == []
    assert report.files["phases.csv"].stored == 3


def test_coordinates_are_rounded_on_entry(register_url: str, light_data: Path) -> None:
    """So that digits finer than a tenth of a millimetre make no new version of a zone."""

    def sharpen(feature: Row) -> None:
        ring = feature["geometry"]["coordinates"][0][0]
        feature["geometry"]["coordinates"][0][0] = [[x + 1e-12, y + 1e-12] for x, y in ring]
        feature["properties"]["lon"] += 1e-12

    assert not load(register_url, light_data).refused
    change_feature(light_data / "zones.geojson", "kcn-tran-de", sharpen)
    entry = load(register_url, light_data).files["zones.geojson"]
    assert (entry.unchanged, entry.updated, entry.refused) == (26, 0, [])


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"kind": "harbour"}, "kind", "known are: airport, border_gate, city, junction, port, railway_station"),
        ({"lon": "200"}, "lon", "in degrees"),
        ({"lat": ""}, "lon", "in degrees"),
        ({"lon": "105,97"}, "lon", "not a number"),
        ({"accuracy_m": "0"}, "accuracy_m", "more than 0"),
        ({"accuracy_m": ""}, "accuracy_m", "more than 0"),
        ({"source": ""}, "source", "must not be empty"),
        ({"source_licence": ""}, "source_licence", "must not be empty"),
        ({"name_en": ""}, "name_en", "must not be empty"),
        ({"id": "Sóc Trăng"}, "id", "letters a to z"),
        ({"id": "city-hanoi"}, "id", "stands already in places.csv row"),
    ],
)
def test_a_reference_place_that_cannot_be_is_refused(
    refused: Callable[..., Report], light_data: Path, cells: dict[str, str], field: str, reason: str
) -> None:
    row = change_row(light_data / "places.csv", "city-soc-trang", **cells)
    (one,) = refused().refused
    assert (one.file, one.row, one.field) == ("places.csv", row, field)
    assert reason in one.reason


CONTACT = {"subject": "vn34:92", "authority_vi": "Ban quản lý", "authority_en": "Authority", "phone": "0299 3821 234",
           "email": "", "address": "", "source": "D001", "place": "tr. 1"}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"subject": "nowhere"}, "subject", "not known"),
        ({"subject": "vn63:94"}, "subject", "not known"),
        ({"authority_vi": ""}, "authority_vi", "must not be empty"),
        ({"phone": ""}, "phone, email, address", "one of them must be given"),
        ({"phone": "ask at the desk"}, "phone", "written like 0299"),
        ({"email": "javascript:boom()"}, "email", "written like office@example.vn"),
        ({"source": "D009"}, "source", "not known"),
        ({"place": ""}, "place", "must not be empty"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(
    refused: Callable[..., Report], light_data: Path, cells: dict[str, str], field: str, reason: str
) -> None:
    write_rows(light_data / "contacts.csv", [CONTACT | cells])
    (one,) = refused().refused
    assert (one.file, one.row, one.field) == ("contacts.csv", 2, field)
    assert reason in one.reason


def test_without_the_places_the_missing_file_is_named(refused: Callable[..., Report], light_data: Path) -> None:
    (light_data / "places.csv").unlink()
    (one,) = refused().refused
    assert (one.file, one.field, one.reason) == ("places.csv", "file", "this file is missing")
