"""A draft takes its outline from a corner table or a file, and the evidence goes with it to the published version."""

import json
from typing import Any

import numpy as np
import psycopg
import pytest
from shapely.geometry import Polygon, shape
from starlette.testclient import TestClient

from gis.crs import by_epsg, from_wgs84
from gis.shapes import geodesic_area_m2
from tests.routes.test_changes import Headers, begin, item, lan, minh, published, save, square, step

__all__ = ["lan", "minh"]  # fixtures
Json = dict[str, Any]
RING = np.array([(106.05, 9.55), (106.0614, 9.55), (106.0614, 9.5614), (106.05, 9.5614)])


def table(*, wrong_side: bool = False) -> str:
    """A corner table as an annex prints it, in TM-3 105°30'."""
    points = from_wgs84(RING, by_epsg(9209))
    sides = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
    if wrong_side:
        sides[1] += 12
    rows = [f"{n}\t{y:.3f}\t{x:.3f}\t{side:.2f}" for n, ((x, y), side) in enumerate(zip(points, sides, strict=True), 1)]
    return "\n".join(["Số hiệu điểm\tX(m)\tY(m)\tS(m)", *rows])


def take(client: TestClient, who: Headers, change: Json, text: str, **beside: Any) -> Json:
    answer = client.post(f"/changes/{change['id']}/corners", json={"text": text, **beside}, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_corner_table_becomes_the_outline_with_its_receipt_and_the_table_as_evidence(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    change = begin(own_client, lan)
    change = take(own_client, lan, change, table(), province="soc-trang", crs="EPSG:9209", document_date="2024-05-01")
    drawn = shape(change["boundary"])
    assert Polygon(RING).hausdorff_distance(drawn) < 1e-8  # a millimetre: the table has no more digits
    assert geodesic_area_m2(drawn) / 10_000 == pytest.approx(change["receipt"]["area_ha"])
    assert change["receipt"]["crs"] == "EPSG:9209"
    assert change["receipt"]["operation_epsg"] == 6960
    (kept,) = change["evidence"]
    assert kept["use"] == "corner_table"
    got = own_client.get(f"/changes/{change['id']}/evidence/1", headers=lan)
    assert got.text == table()
    change = save(own_client, lan, change, document="D001",
                  values={**change["values"], "boundary_accuracy_m": 0.1})  # fmt: skip
    change = save(own_client, lan, change, reasons={one["code"]: "as the annex" for one in change["issues"]})
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    properties = item(own_client)["properties"]
    assert properties["boundary_quality"] == "surveyed"
    page = own_client.get("/collections/zones/items/kcn-tran-de?f=html&lang=en").text
    assert "from VN-2000 / TM-3 105-30 by VN-2000 to WGS 84 (2) (EPSG:6960)" in page
    with psycopg.connect(own_url) as connection:
        row = connection.execute(
            "SELECT receipt, boundary_crs FROM registry.zone_versions WHERE slug = 'kcn-tran-de' AND version = 2"
        ).fetchone()
    assert row and row[1] == "EPSG:9209"
    assert row[0]["operation_epsg"] == 6960 and "origin" not in row[0]


def test_a_side_out_of_line_stays_with_the_draft_until_it_is_mended(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    change = take(own_client, lan, change, table(wrong_side=True), province="soc-trang", crs="EPSG:9209")
    flagged = [one for one in change["issues"] if one["row"] is not None]
    assert flagged and flagged[0]["row"] == 3, change["issues"]
    change = take(own_client, lan, change, table(), province="soc-trang", crs="EPSG:9209")
    assert not [one for one in change["issues"] if one["row"] is not None]
    assert len(change["evidence"]) == 2


def test_an_outline_altered_by_hand_is_no_longer_judged_by_the_table(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    change = take(own_client, lan, change, table(wrong_side=True), province="soc-trang", crs="EPSG:9209")
    change = save(own_client, lan, change, boundary=square())
    assert not [one for one in change["issues"] if one["row"] is not None]


def test_several_plausible_zones_want_a_word(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    answer = own_client.post(f"/changes/{change['id']}/corners", json={"text": table()}, headers=lan)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/needs-confirmation")
    assert "EPSG:9209" in answer.json()["detail"]
    assert own_client.get(f"/changes/{change['id']}", headers=lan).json()["evidence"] == []


def test_a_table_that_gives_no_outline_changes_nothing(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    text = "1\t100\t200\n2\t100\t300\n3\t200\t300"
    answer = own_client.post(f"/changes/{change['id']}/corners", json={"text": text}, headers=lan)
    assert answer.status_code == 409, answer.text
    assert answer.json()["issues"]
    after = own_client.get(f"/changes/{change['id']}", headers=lan).json()
    assert (after["edit"], after["evidence"], after["has_boundary"]) == (1, [], False)


def test_a_feature_of_a_file_becomes_the_outline(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    file = json.dumps({"type": "Feature", "properties": {"name": "KCN"}, "geometry": square()}).encode()
    answer = own_client.post(f"/changes/{change['id']}/file", headers=lan,
                             files={"file": ("ranh giới.geojson", file, "application/geo+json")})  # fmt: skip
    assert answer.status_code == 200, answer.text
    taken = answer.json()
    assert taken["boundary"] == square()
    assert taken["evidence"][0]["use"] == "outline_file"
    assert taken["receipt"]["operation"] is None
    broken = own_client.post(f"/changes/{change['id']}/file", headers=lan, files={"file": ("x.gpkg", b"no", "")})
    assert 400 <= broken.status_code < 500


def test_a_revert_takes_no_other_outline(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    published(own_client, lan, minh, name_en="Second")
    change = begin(own_client, lan, action="revert", version=1)
    answer = own_client.post(
        f"/changes/{change['id']}/corners", json={"text": table(), "crs": "EPSG:9209"}, headers=lan
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/revert-is-fixed")
    assert own_client.get(f"/changes/{change['id']}", headers=lan).json()["evidence"] == []
