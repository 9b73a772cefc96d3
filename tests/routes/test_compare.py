"""Zones side by side: every value with its origin, what cannot be compared said, and each format of it."""

import io
import re
from typing import Any

import openpyxl
import psycopg
import pytest
from starlette.testclient import TestClient

from api.store.connect import writing
from api.workflows.figures import refresh
from tests.reading import Page
from tests.routes.hostile import HOSTILE, poison

THREE = "kcn-tran-de,kcn-an-nghiep,ccn-nga-nam"
PAGE = {"Accept": "text/html"}


def row(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for group in document["groups"] for one in group["rows"] if one["name"] == name)


def values(found: dict[str, Any]) -> list[list[Any]]:
    return [[one["value"] for one in cell["values"]] for cell in found["cells"]]


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/compare", params={"zones": THREE, "lang": "en"}).json())


def test_zones_stand_in_the_order_asked_for(document: dict[str, Any]) -> None:
    assert [one["slug"] for one in document["zones"]] == THREE.split(",")
    assert [group["id"] for group in document["groups"]] == [
        "place", "status", "areas", "fill_rate", "land", "outline", "use", "infrastructure", "doubts", "documents",
    ]  # fmt: skip


def test_every_value_leads_to_its_fact(document: dict[str, Any], client: TestClient) -> None:
    rate = row(document, "fill_rate_pct")
    assert values(rate) == [[], [96.5], [46.7]]
    (one,) = rate["cells"][1]["values"]
    assert one["text"] == "96.5%"
    assert one["as_of"] == "2020"
    assert one["age_years"] >= 5
    (mark,) = one["sources"]
    assert (
        client.get(f"/collections/facts/items/{mark['fact']}?f=json").json()["properties"]["source"] == mark["source"]
    )


def test_reported_rates_are_not_compared(document: dict[str, Any]) -> None:
    """Neither document says by which definition it counted."""
    rate = row(document, "fill_rate_pct")
    assert (rate["comparable"], rate["reason"], rate["best"]) == (False, "definition_unknown", [])
    assert rate["remark"] == "not comparable: definition not stated"


def test_a_derived_area_is_not_compared_with_a_stated_one(document: dict[str, Any]) -> None:
    area = row(document, "declared_area_ha")
    assert values(area) == [[160], [243], []]
    assert area["reason"] == "definition"
    assert area["cells"][1]["values"][0]["basis"] == "derived"


def test_a_disc_of_the_declared_area_is_no_measurement(document: dict[str, Any]) -> None:
    assert values(row(document, "boundary_quality"))[:2] == [["indicative"], ["indicative"]]
    assert values(row(document, "measured_area_ha")) == [[], [], []]


def test_words_of_documents_stay_with_their_figures(document: dict[str, Any]) -> None:
    assert [one["text"] for one in row(document, "workers")["cells"][1]["values"]] == ["over 14,000\xa0workers"]
    assert [one["text"] for one in row(document, "wastewater_capacity_m3_day")["cells"][0]["values"]] == [
        "4,500\xa0m³ a day"
    ]


def test_what_is_demanded_of_all_parks_is_not_demanded_of_clusters(document: dict[str, Any]) -> None:
    demanded = [
        {one["sources"][0]["fact"] for one in cell["values"]} for cell in row(document, "demanded_of_all")["cells"]
    ]
    assert demanded[0] == demanded[1] > demanded[2]


def give_lots(url: str, zone: str, free: float, as_of: str) -> None:
    """One free and one leased lot; the figures follow as when data are loaded."""
    with psycopg.connect(url) as connection:
        for code, status, area in (("A", "available", free), ("B", "leased", 10)):
            connection.execute(
                "INSERT INTO registry.lots (zone, code, land_use, status, area_ha, as_of, source) "
                "VALUES (%s, %s, 'industrial', %s, %s, %s, 'D001')",
                [zone, code, status, area, as_of],
            )
    with writing(url) as session:
        refresh(session, [zone])


def test_the_largest_free_land_is_marked_where_all_of_it_is_known_alike(own_url: str, own_client: TestClient) -> None:
    def free() -> dict[str, Any]:
        return row(own_client.get(f"/compare?zones={THREE}&f=json&lang=en").json(), "available_area_ha")

    give_lots(own_url, "kcn-tran-de", 50, "2026-06")
    give_lots(own_url, "kcn-an-nghiep", 8.5, "2026")
    assert free()["reason"] == "not_all_stated"
    assert free()["best"] == []
    give_lots(own_url, "ccn-nga-nam", 99, "2026-03")
    assert free()["best"] == ["ccn-nga-nam"]
    page = own_client.get(f"/compare?zones={THREE}&lang=en", headers=PAGE).text
    assert len(re.findall(r'class="largest"', page)) == 2  # of free and of cleared land
    file = own_client.get(f"/compare?zones={THREE}&f=xlsx&lang=en")
    remarks = {line[1]: line[-1] for line in sheet_of(file.content).iter_rows(min_row=3, values_only=True)}
    assert remarks["Free land"] == "largest: Nga Nam Industrial Cluster"


def test_zones_are_named_once_whatever_their_capitals(client: TestClient) -> None:
    given = client.get("/compare?zones=KCN-Tran-De, kcn-tran-de,,kcn-an-nghiep&f=json").json()
    assert [one["slug"] for one in given["zones"]] == ["kcn-tran-de", "kcn-an-nghiep"]


@pytest.mark.parametrize(
    ("query", "kind", "told"),
    [
        ("zones=kcn-tran-de,kcn-nowhere", "unknown-zones", "kcn-nowhere"),
        ("zones=a,b,c,d,e", "too-many-zones", "5"),
        ("zones=kcn-tran-de&add=zzzz", "no-zone-named", "zzzz"),
        ("zones=kcn-tran-de&add=%2B%2B", "no-zone-named", "++"),
        (f"zones={THREE},kcn-xeo-ro&add=mỹ thanh", "too-many-zones", "5"),
        ("zones=kcn-tran-de&zone=x", "unknown-parameter", "zones"),
        ("zones=a%00b", "bad-text", "UTF-8"),
    ],
)
def test_what_cannot_be_compared_is_told(client: TestClient, query: str, kind: str, told: str) -> None:
    answer = client.get(f"/compare?{query}&f=json&lang=en")
    assert answer.status_code == 400
    assert answer.json()["type"] == f"/problems/{kind}"
    assert told in answer.json()["detail"]
    page = client.get(f"/compare?{query}&lang=en", headers=PAGE)
    assert page.status_code == 400
    assert told in page.text


def test_the_page_goes_on_with_the_zones_that_it_knows(client: TestClient) -> None:
    page = Page(client.get("/compare?zones=kcn-tran-de,xyz,kcn-an-nghiep&lang=en", headers=PAGE).text)
    ways = [one.attributes["href"] for one in page.find("a") if one.attributes.get("class") == "button"]
    assert "/compare?zones=kcn-tran-de,kcn-an-nghiep&lang=en" in ways


@pytest.mark.parametrize("zones", ["", "kcn-tran-de"])
def test_too_few_zones_are_helped(client: TestClient, zones: str) -> None:
    answer = client.get("/compare", params={"zones": zones, "lang": "en"}, headers=PAGE)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert any(one.attributes["href"].startswith("/map?") for one in page.find("a"))
    assert [one.attributes["name"] for one in page.find("input")][-1] == "add"
    assert not page.find("table")
    offered = [one.attributes["value"] for one in page.find("option")]
    assert "Tran De Industrial Park" not in offered if zones else len(offered) == 26


def test_a_zone_is_added_by_its_name(client: TestClient) -> None:
    def add(words: str) -> Any:
        query = {"zones": "kcn-tran-de", "add": words, "lang": "vi"}
        return client.get("/compare", params=query, headers=PAGE, follow_redirects=False)

    for words in ("Khu công nghiệp Xẻo Rô", "xeo ro", "kcn-xeo-ro"):
        answer = add(words)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/compare?zones=kcn-tran-de,kcn-xeo-ro&lang=vi"
    several = Page(add("long duc").text)
    chosen = [one.attributes["href"] for one in several.find("a") if "ccn-long-duc" in one.attributes["href"]]
    assert chosen[0] == "/compare?zones=kcn-tran-de,ccn-long-duc-1&lang=vi"
    assert len(chosen) == 2


def test_what_is_longer_than_any_name_is_not_looked_for(client: TestClient) -> None:
    answer = client.get("/compare", params={"add": "a " * 101 + "b"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/bad-length"


def test_taking_a_zone_out_leaves_the_others(client: TestClient) -> None:
    page = Page(client.get(f"/compare?zones={THREE}&lang=en", headers=PAGE).text)
    without = [one.attributes["href"] for one in page.find("a") if one.attributes.get("class") == "remove"]
    assert without[0] == "/compare?zones=kcn-an-nghiep,ccn-nga-nam&lang=en"


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_the_workbook_has_numbers_dates_and_sources(client: TestClient) -> None:
    answer = client.get(f"/compare?zones={THREE}&f=xlsx&lang=vi")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert re.search(r'filename="compare-\d{4}-\d\d-\d\d.xlsx"', answer.headers["content-disposition"])
    sheet = sheet_of(answer.content)
    assert sheet.freeze_panes == "D3"
    rows = {line[1]: line for line in sheet.iter_rows(min_row=3, values_only=True)}
    assert rows["Diện tích theo văn bản"][:6] == ("Diện tích", "Diện tích theo văn bản", "ha", 160, "2021", "D001")
    assert rows["Tỷ lệ lấp đầy"][6:9] == (96.5, "2020", "D004 (theo báo cáo, chưa rõ cách tính)")
    assert rows["Số lao động"][6] == "trên 14.000\xa0lao động"  # not exact: no number to compute with


def test_no_cell_runs_as_a_formula(own_url: str, own_client: TestClient) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE registry.zone_versions SET name_vi = '=1+1', doubts = '=HYPERLINK(\"http://x\")'")
        connection.execute("SET session_replication_role = origin")
        connection.execute("INSERT INTO registry.dirty (part, id) SELECT part, '*' FROM registry.revisions")
        connection.execute("INSERT INTO registry.publishing VALUES (txid_current())")
    file = own_client.get(f"/compare?zones={THREE}&f=xlsx&lang=vi")
    cells = [cell for line in sheet_of(file.content).iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    assert "=1+1" in [cell.value for cell in cells]


def test_hostile_texts_are_texts(own_url: str, own_client: TestClient) -> None:
    poison(own_url)
    for language in ("vi", "en"):
        page = own_client.get(f"/compare?zones={THREE}&lang={language}", headers=PAGE)
        assert page.status_code == 200
        assert HOSTILE not in page.text
        assert "<script>boom" not in page.text
        assert own_client.get(f"/compare?zones={THREE}&lang={language}&f=xlsx").status_code == 200


def test_the_page_says_not_stated_and_marks_every_figure(client: TestClient) -> None:
    page = Page(client.get(f"/compare?zones={THREE}&lang=vi", headers=PAGE).text)
    assert "Chưa có số liệu" in page.texts
    assert "Chưa có số liệu ở khu nào" in page.texts
    assert "96,5%" in page.texts
    assert "không so sánh được: chưa rõ cách tính" in page.texts


def test_the_answer_is_kept_and_known_again(client: TestClient) -> None:
    first = client.get(f"/compare?zones={THREE}&f=json")
    again = client.get(f"/compare?zones={THREE}&f=json", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_zones_are_offered_in_the_order_of_vietnamese(client: TestClient) -> None:
    """Đ comes after D and before E, not after all letters."""
    offered = [
        one.attributes["value"] for one in Page(client.get("/compare?lang=vi", headers=PAGE).text).find("option")
    ]
    parks = [name.removeprefix("Khu công nghiệp ") for name in offered if name.startswith("Khu công nghiệp ")]
    assert [name for name in parks if "đề xuất" not in name] == [
        "An Nghiệp", "Đại Ngãi", "Mỹ Thanh", "Sông Hậu", "Thanh Lộc", "Thuận Yên", "Trần Đề", "Xẻo Rô",
    ]  # fmt: skip
