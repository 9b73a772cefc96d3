"""A corner table comes in and its outline comes out, with everything that is odd about it; and the way back."""

import csv
import io
import json
import zipfile
from typing import Any

import numpy as np
import openpyxl
import psycopg
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from starlette.testclient import TestClient

from gis.crs import VN2000_ALL, by_epsg, to_wgs84
from tests.changes import publish_version

FROM = "/boundaries/from-corners"
ITEM = "/collections/zones/items/{}/corners"
EN = {"Accept-Language": "en"}
# A made-up zone in Sóc Trăng, in its legal zone until 2025-06-30, 105°30'. The third side says 410 instead of 400.
TABLE = """BẢNG TỌA ĐỘ MỐC RANH GIỚI
Số hiệu điểm\tX(m)\tY(m)\tS/Cạnh(m)
1\t1.061.900,25\t551.600,50\t400,00
2\t1.062.300,25\t551.600,50\t300,00
3\t1.062.300,25\t551.900,50\t410,00
4\t1.061.900,25\t551.900,50\t300,00
1\t1.061.900,25\t551.600,50\t
Chu vi: 1.400 m
Diện tích: 12,00 ha
"""
CORNERS = [(551600.5, 1061900.25), (551600.5, 1062300.25), (551900.5, 1062300.25), (551900.5, 1061900.25)]


def ask(client: TestClient, language: str = "en", **body: Any) -> dict[str, Any]:
    answer = client.post(FROM, json={"text": TABLE, **body}, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    document: dict[str, Any] = answer.json()
    return document


def codes(found: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(one["code"], one["severity"], one["row"]) for one in found["issues"]]


def test_a_pasted_table_becomes_the_outline_with_the_wrong_side_at_its_row(client: TestClient) -> None:
    found = ask(client, province="Sóc Trăng")
    outline = shape(found["outline"]["geometry"])
    expected = to_wgs84(CORNERS, by_epsg(9209))
    assert np.abs(np.sort(shapely.get_coordinates(outline)[:-1], axis=0) - np.sort(expected, axis=0)).max() < 1e-9
    assert found["chosen"]["crs"] == "EPSG:9209"
    assert "105°30' is the legal central meridian of Sóc Trăng on 2025-06-30." in found["chosen"]["why"]
    assert codes(found) == [("side-differs", "warning", 5)]
    assert "410 m in the table" in found["issues"][0]["message"]
    assert found["issues"][0]["place"]["lon"] == pytest.approx(expected[2][0], abs=1e-9)
    assert found["stated"] == {"area_ha": 12.0, "perimeter_m": 1400.0}
    assert found["needs_confirmation"] is True  # 105°45' lies in Sóc Trăng, too
    assert [one["crs"] for one in found["runners_up"]] == ["EPSG:9210"]
    assert found["runners_up"][0]["outline"]["type"] == "MultiPolygon"
    third = found["table"]["rings"][0]["corners"][2]
    assert (third["row"], third["label"], third["stated_side"], third["computed_side"]) == (5, "3", 410.0, 400.0)
    assert found["receipt"]["instrument"] == "QĐ 05/2007/QĐ-BTNMT"
    assert found["receipt"]["plane_area_ha"] == pytest.approx(12.0)


def test_it_speaks_the_readers_language(client: TestClient) -> None:
    said = ask(client, "vi", province="soc-trang")["issues"][0]["message"]
    assert said.startswith("Cạnh từ mốc 3 đến mốc 4 tính từ tọa độ là 400 m")


def test_province_commune_date_and_system_narrow_it_down(client: TestClient) -> None:
    commune = ask(client, province="soc-trang", commune="Phú Lợi")
    assert (commune["chosen"]["crs"], commune["needs_confirmation"]) == ("EPSG:9209", False)
    assert commune["runners_up"] == []
    other = ask(client, province="soc-trang", commune="Trần Đề")
    assert ("outside-commune", "warning", None) in codes(other)
    later = ask(client, province="can-tho", document_date="2026-02-01")
    assert later["chosen"]["crs"] == "EPSG:5897"  # legal in Cần Thơ today
    assert "EPSG:9209" in [one["crs"] for one in later["runners_up"]]
    before = ask(client, province="92", document_date="2020-02-01")
    assert before["chosen"]["crs"] == "EPSG:9209"
    stated = ask(client, crs="http://www.opengis.net/def/crs/EPSG/0/9210")
    assert (stated["chosen"]["crs"], stated["needs_confirmation"], stated["runners_up"]) == ("EPSG:9210", False, [])


def test_a_province_of_which_only_the_meridian_is_known_counts(client: TestClient) -> None:
    found = ask(client, province="Hậu Giang", document_date="2020-01-01")
    assert found["chosen"]["crs"] == "EPSG:5897"


def test_an_unknown_commune_is_said_and_not_fatal(client: TestClient) -> None:
    found = ask(client, province="soc-trang", commune="Atlantis")
    assert ("unknown-commune", "warning", None) in codes(found)
    assert found["chosen"]["crs"] == "EPSG:9209"


def test_a_file_is_read_like_a_text(client: TestClient) -> None:
    for name, data in (("a.txt", TABLE.encode()), ("a.txt", TABLE.encode("utf-16")), ("a.xlsx", workbook())):
        form = {"province": "Sóc Trăng", "declared_area_ha": "13"}
        answer = client.post(FROM, files={"file": (name, data)}, data=form, headers=EN)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["chosen"]["crs"] == "EPSG:9209"
        assert {one["code"] for one in found["issues"]} == {"side-differs", "declared-area-differs"}


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Ghi chú"])
    sheet = book.create_sheet("Tọa độ")
    for line in TABLE.splitlines():
        cells = [cell.replace(".", "").replace(",", ".") for cell in line.split("\t")]
        sheet.append([float(one) if one.replace(".", "").isdigit() else one for one in cells])
    sheet["A9"], sheet["A8"] = "Diện tích: 12,00 ha", "Chu vi: 1.400 m"
    sheet.merge_cells("A1:D1")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"text": ""}, "/text"), ({}, "/text"), ({"text": 5}, "/text"), ({"text": TABLE, "colour": "red"}, "/colour"),
        ({"text": TABLE, "crs": "EPSG:3857"}, "/crs"), ({"text": TABLE, "crs": {"a": 1}}, "/crs"),
        ({"text": TABLE, "document_date": "1/2/2020"}, "/document_date"),
        ({"text": TABLE, "declared_area_ha": -1}, "/declared_area_ha"),
        ({"text": TABLE, "declared_area_ha": "NaN"}, "/declared_area_ha"),
        ({"text": TABLE, "declared_area_ha": True}, "/declared_area_ha"),
        ({"text": TABLE, "province": ["Sóc Trăng"]}, "/province"), ({"text": TABLE, "commune": "a\0b"}, "/commune"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_is_named(client: TestClient, body: dict[str, Any], where: str) -> None:
    answer = client.post(FROM, json=body, headers=EN)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-body")
    assert answer.json()["detail"].startswith(f"{where}: ")


def test_other_bodies_and_provinces_are_refused(client: TestClient) -> None:
    assert client.post(FROM, content="x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert (
        client.post(FROM, json={"text": TABLE, "province": "Atlantis"}).json()["type"] == "/problems/unknown-province"
    )
    assert client.post(FROM, content="{", headers={"Content-Type": "application/json"}).status_code == 400
    answer = client.post(FROM, json={"text": "1 2 3\n" * 20_001}, headers=EN)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/oversized-table")
    assert "20,000 rows" in answer.json()["detail"]
    both = client.post(FROM, files={"file": ("a.csv", b"x")}, data={"text": "y"}, headers=EN)
    assert both.json()["detail"].startswith("text: ")


def test_a_text_without_corners_has_no_outline_and_says_so(client: TestClient) -> None:
    found = ask(client, text="Kính gửi Ủy ban nhân dân")
    assert (found["outline"], found["chosen"], codes(found)) == (None, None, [("no-corners", "error", None)])


def test_hostile_files_are_refused_within_limits(client: TestClient) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"0" * 50_000_000)
    wide = openpyxl.Workbook()
    wide.active["A1"], wide.active["XFD1048576"] = "x", "y"
    far = io.BytesIO()
    wide.save(far)
    broken = workbook()[:-100]
    for data, status in (
        (bomb.getvalue(), 400), (far.getvalue(), 413), (broken, 400), (b"PK\x03\x04" + b"\0" * 500, 400),
        (b"%PDF-1.4 nothing", 400), (b"\xd0\xcf\x11\xe0" + bytes(2000), 400), (b"\0\1\2\3" * 100, 400),
    ):  # fmt: skip
        answer = client.post(FROM, files={"file": ("a.xlsx", data)}, headers=EN)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def outline_of(client: TestClient, slug: str) -> MultiPolygon:
    return shape(client.get(f"/collections/zones/items/{slug}").json()["geometry"])


def give_outline(database_url: str, slug: str, outline: MultiPolygon) -> None:
    """A new version of a zone with an outline, as somebody publishes it."""
    with psycopg.connect(database_url) as connection:
        publish_version(connection, slug)
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE registry.zone_versions SET boundary = ST_GeomFromText(%s, 4326), boundary_quality = 'digitised' "
            "WHERE slug = %s AND version = (SELECT max(version) FROM registry.zone_versions WHERE slug = %s)",
            [shapely.to_wkt(outline, 15), slug, slug],
        )
        connection.execute("SET session_replication_role = origin")
        connection.execute("INSERT INTO registry.dirty (part, id) SELECT part, '*' FROM registry.revisions")
        connection.execute("INSERT INTO registry.publishing VALUES (txid_current())")


@pytest.mark.parametrize("crs", VN2000_ALL, ids=lambda crs: crs.code)
def test_an_outline_comes_back_from_its_file_within_a_millimetre(client: TestClient, crs: Any) -> None:
    stored = outline_of(client, "kcn-tran-de")
    for format in ("csv", "xlsx"):
        for language in ("vi", "en") if format == "csv" else ("vi",):
            answer = client.get(ITEM.format("kcn-tran-de"), params={"crs": crs.uri, "f": format, "lang": language})
            assert answer.headers["content-crs"] == f"<{crs.uri}>"
            assert f'kcn-tran-de-{crs.code}-v1.{format}"' in answer.headers["content-disposition"]
            again = client.post(FROM, files={"file": ("a", answer.content)}).json()
            assert again["chosen"]["crs"] == f"EPSG:{crs.code}"
            assert again["issues"] == []
            back = shape(again["outline"]["geometry"])
            assert shapely.hausdorff_distance(back, stored) < 1e-9 / 0.111  # degrees of a millimetre


def test_holes_and_parts_come_back(own_client: TestClient, own_url: str) -> None:
    hole = [(105.972, 9.603), (105.974, 9.603), (105.973, 9.605)]
    outline = MultiPolygon([
        Polygon([(105.97, 9.6), (105.98, 9.6), (105.98, 9.61), (105.97, 9.61)], [hole]),
        Polygon([(105.99, 9.6), (106.0, 9.6), (105.995, 9.605)]),
    ])  # fmt: skip
    give_outline(own_url, "kcn-tran-de", outline)
    for format in ("csv", "xlsx"):
        table = own_client.get(ITEM.format("kcn-tran-de"), params={"f": format})
        again = own_client.post(FROM, files={"file": ("a", table.content)}).json()
        back = shape(again["outline"]["geometry"])
        assert again["issues"] == []
        assert [len(part.interiors) for part in back.geoms] == [1, 0]
        assert shapely.hausdorff_distance(back, outline) < 1e-8


def test_an_indicative_outline_says_so_and_the_default_zone_is_the_legal_one(client: TestClient) -> None:
    found = client.get(ITEM.format("kcn-tran-de"), params={"f": "json"}, headers=EN).json()
    assert (found["crs"], found["boundary_quality"]) == ("EPSG:5897", "indicative")
    assert found["remark"].startswith("INDICATIVE: this outline was not surveyed.")
    text = client.get(ITEM.format("kcn-tran-de"), params={"f": "csv", "lang": "vi"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert any(row[0].startswith("THAM KHẢO: ranh giới này chưa được đo đạc") for row in rows)
    assert ["Số hiệu điểm", "X (m)", "Y (m)", "S (m)"] in rows
    page = client.get(ITEM.format("kcn-tran-de"), params={"f": "html"}).text
    assert "THAM KHẢO" in page and "Số hiệu điểm" in page


def test_what_has_no_corners_is_not_found(client: TestClient) -> None:
    bare = next(
        one["id"] for one in client.get("/collections/zones/items?limit=100").json()["features"] if not one["geometry"]
    )
    answer = client.get(ITEM.format(bare), headers=EN)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-outline")
    assert "is not known" in answer.json()["detail"]
    assert client.get(ITEM.format("kcn-atlantis")).json()["type"] == "/problems/unknown-item"
    for crs in ("EPSG:9209", "http://www.opengis.net/def/crs/EPSG/0/3857", "nonsense"):
        assert client.get(ITEM.format("kcn-tran-de"), params={"crs": crs}).status_code == 400


def test_a_long_text_is_read_too(client: TestClient) -> None:
    """Beside the service, as files are."""
    angles = np.arange(4_000) * 2 * np.pi / 4_000
    ring = np.column_stack([551600 + 1000 * np.cos(angles), 1061900 + 1000 * np.sin(angles)])
    text = "".join(f"M{i}\t{north:.4f}\t{east:.4f}\n" for i, (east, north) in enumerate(ring, 1))
    assert len(text) > 100_000
    found = ask(client, text=text, province="soc-trang")
    assert (found["chosen"]["crs"], found["issues"]) == ("EPSG:9209", [])
    assert found["receipt"]["plane_area_ha"] == pytest.approx(np.pi * 100, rel=1e-5)
    assert found["runners_up"][0]["outline"] is None  # too long to be told twice


def test_nothing_is_stored(own_client: TestClient, own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        before = connection.execute("SELECT part, revision FROM registry.revisions ORDER BY part").fetchall()
        ask(own_client, province="Sóc Trăng")
        assert connection.execute("SELECT part, revision FROM registry.revisions ORDER BY part").fetchall() == before


def test_coordinates_are_the_shortest_that_read_back(client: TestClient) -> None:
    text = client.post(FROM, json={"text": TABLE, "province": "94"}).text
    for position in json.loads(text)["outline"]["geometry"]["coordinates"][0][0]:
        assert all(len(str(one).partition(".")[2]) <= 9 for one in position)
