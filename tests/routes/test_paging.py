"""Pages stay right while zones are edited between them; forward and back; sorted as of one revision."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.changes import publish_version
from tests.reading import link

ZONES = "/collections/zones/items"


def ids(page: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in page["features"]]


def walk(client: TestClient, address: str, rel: str = "next") -> Iterator[dict[str, Any]]:
    while address:
        page = client.get(address).json()
        yield page
        address = link(page, rel)


@pytest.fixture
def publisher(own_url: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(own_url, autocommit=True) as connection:
        yield connection


def test_pages_in_the_order_of_ids_lose_nothing_while_zones_change(
    own_client: TestClient, publisher: "psycopg.Connection[Any]"
) -> None:
    every = ids(own_client.get(f"{ZONES}?limit=1000").json())
    found = []
    for page in walk(own_client, f"{ZONES}?limit=3"):
        found += ids(page)
        for slug in (every[0], every[-1], found[-1]):
            publish_version(publisher, slug, f"Aaa {len(found)}", shift=0.001)
    assert found == every


@pytest.mark.parametrize(
    "sorting", ["name_vi", "-name_vi", "declared_area_ha", "-declared_area_ha,status", "-updated_at"]
)
def test_sorted_pages_are_read_as_of_the_first(
    own_client: TestClient, publisher: "psycopg.Connection[Any]", sorting: str
) -> None:
    """Zones whose name and update change between the pages neither come twice nor are lost, nor show the new name."""
    whole = own_client.get(f"{ZONES}?limit=1000&sortby={sorting}").json()
    found: list[dict[str, Any]] = []
    for page in walk(own_client, f"{ZONES}?limit=4&sortby={sorting}"):
        found += page["features"]
        assert page["numberMatched"] == 26
        for slug in (ids(whole)[0], ids(whole)[-1], ids(whole)[13]):
            publish_version(publisher, slug, f"{'ZA'[len(found) % 2]} {len(found)}", shift=0.001)
    assert found == whole["features"]
    assert ids(own_client.get(f"{ZONES}?limit=1000&sortby=name_vi").json())[0] != ids(whole)[0] or "name" not in sorting


WAYS = (
    "limit=4", "limit=26", "limit=13", "limit=4&sortby=-declared_area_ha", "limit=5&sortby=status,-name_vi",
    "limit=3&kind=industrial_cluster&sortby=name_vi",
)  # fmt: skip


@pytest.mark.parametrize("query", WAYS)
def test_the_way_back_is_the_way_there(client: TestClient, query: str) -> None:
    there = [ids(page) for page in walk(client, f"{ZONES}?{query}")]
    last = list(walk(client, f"{ZONES}?{query}"))[-1]
    back = [ids(last), *(ids(page) for page in walk(client, link(last, "prev"), "prev"))]
    assert [one for page in reversed(back) for one in page] == [one for page in there for one in page]
    assert not link(client.get(f"{ZONES}?{query}").json(), "prev")


@pytest.mark.parametrize("way", ["", "-"])
def test_what_is_not_known_comes_last_both_ways(client: TestClient, way: str) -> None:
    page = client.get(f"{ZONES}?limit=1000&sortby={way}declared_area_ha").json()
    values = [feature["properties"]["declared_area_ha"] for feature in page["features"]]
    known = [value for value in values if value is not None]
    assert 0 < len(known) < 26
    assert values == sorted(known, reverse=way == "-") + [None] * (26 - len(known))


def test_names_are_sorted_by_the_vietnamese_alphabet(client: TestClient) -> None:
    page = client.get("/collections/admin-units/items?level=province&sortby=name&limit=200").json()
    names = [one["properties"]["name"] for one in page["features"]]
    assert names.index("Đà Nẵng") > names.index("Cần Thơ")
    assert names.index("Đồng Tháp") < names.index("Hà Nội")


@pytest.mark.parametrize("token", [
    "x", "", base64.urlsafe_b64encode(b"[1,2]").decode(), base64.urlsafe_b64encode(b'[-1,"a","b"]').decode(),
    base64.urlsafe_b64encode(b'[1,"a",5]').decode(), base64.urlsafe_b64encode(b'[1,"a"]').decode(), "Bấy",
    base64.urlsafe_b64encode(json.dumps([1, "a", "\0"]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps([1, "\0", "a"]).encode()).decode(),
])  # fmt: skip
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_place_that_no_link_gave_is_refused(client: TestClient, name: str, token: str) -> None:
    answer = client.get(ZONES, params={"sortby": "name_vi", name: token, "lang": "en"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-place")


@pytest.mark.parametrize(("query", "kind"), [
    ("sortby=colour", "bad-choice"), ("sortby=", "bad-choice"), ("sortby=%2B-name_vi", "bad-choice"),
    ("sortby=sectors", "bad-choice"), ("after=a&before=b", "contradiction"), ("q=%20", "bad-words"),
    ("q=", "bad-words"), ("properties=colour", "bad-choice"), ("skipGeometry=yes", "bad-boolean"),
])  # fmt: skip
def test_bad_wishes_are_named(client: TestClient, query: str, kind: str) -> None:
    answer = client.get(f"{ZONES}?{query}&lang=en")
    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")


def test_only_the_properties_wanted(client: TestClient) -> None:
    page = client.get(f"{ZONES}?properties=kind,name_vi&limit=30").json()
    assert {tuple(one["properties"]) for one in page["features"]} == {("name_vi", "kind")}
    assert any(one["geometry"] for one in page["features"])
    bare = client.get(f"{ZONES}?properties=&skipGeometry=true&limit=30").json()
    assert [(one["properties"], one["geometry"]) for one in bare["features"]] == [({}, None)] * 26
    one = client.get(f"{ZONES}/kcn-tran-de?properties=slug&skipGeometry=true").json()
    assert (one["properties"], one["geometry"]) == ({"slug": "kcn-tran-de"}, None)


@pytest.mark.parametrize("collection", ["zones", "facts", "admin-units"])
@pytest.mark.parametrize("properties", ["", "name_vi", "kind,status", "subject", "full_name,code"])
def test_a_page_shows_the_properties_wanted(client: TestClient, collection: str, properties: str) -> None:
    answer = client.get(f"/collections/{collection}/items?f=html&skipGeometry=true&properties={properties}")
    known = client.get(f"/collections/{collection}/items?properties={properties}").status_code
    assert answer.status_code == known


@pytest.mark.parametrize(
    ("sorting", "value"),
    [("declared_area_ha", value) for value in ("1_000", "１２", "1e400000", "0x1", "", "NaN", "Infinity", "1 ")]
    + [("updated_at", value) for value in ("2024-W01-1", "2024-01-01", "2024-13-01 00:00:00+00", "now")],
)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_place_that_the_database_would_not_read_is_refused(
    client: TestClient, sorting: str, value: str, form: str
) -> None:
    token = base64.urlsafe_b64encode(json.dumps([1, "a", value]).encode()).decode()
    answer = client.get(ZONES, params={"sortby": sorting, "after": token, "f": form})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-place")


def test_a_place_of_another_order_is_refused(client: TestClient) -> None:
    page = client.get(f"{ZONES}?sortby=name_vi&limit=2").json()
    address = link(page, "next").replace("sortby=name_vi", "sortby=declared_area_ha")
    answer = client.get(address)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-place")


@pytest.mark.parametrize(("words", "found"), [
    ("tran de", "kcn-tran-de"), ("Trần Đề", "kcn-tran-de"), ("TRẦN  đề", "kcn-tran-de"), ("de tran", "kcn-tran-de"),
    ("soc trang", "kcn-tran-de"), ("can tho", "kcn-tran-de"), ("Tran De Industrial", "kcn-tran-de"),
])  # fmt: skip
def test_words_are_found_without_marks_in_old_and_new_names(client: TestClient, words: str, found: str) -> None:
    page = client.get(ZONES, params={"q": words, "limit": 100}).json()
    assert found in ids(page)
    assert page["numberMatched"] == len(page["features"]) < 26


def test_words_of_a_fact_are_found_in_its_quote(client: TestClient) -> None:
    page = client.get("/collections/facts/items", params={"q": "ti le lap day", "limit": 300}).json()
    assert 0 < page["numberMatched"] < 239
    assert client.get(ZONES, params={"q": "%"}).status_code == 400
