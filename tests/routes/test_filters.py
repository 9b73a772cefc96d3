"""Filters by properties: codes are checked, places are found by any way of writing them."""

import pytest
from starlette.testclient import TestClient


def found(client: TestClient, collection: str, query: str) -> int:
    answer = client.get(f"/collections/{collection}/items?limit=1&{query}")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["numberMatched"])


@pytest.mark.parametrize(
    ("collection", "query", "number"),
    [
        ("zones", "historic_province=Sóc Trăng", 20),
        ("zones", "historic_province=soc-trang", 20),
        ("zones", "historic_province=Tỉnh Kiên Giang", 6),
        ("zones", "historic_district=Ke Sach", 3),
        ("zones", "commune=Xã An Ninh", 1),
        ("zones", "province=kien giang", 6),
        ("zones", "province=Cần Thơ", 20),
        ("zones", "province=91", 6),
        ("admin-units", "parent=soc trang&level=district", 11),
        ("facts", "historic_province=kien-giang", 52),
        ("facts", "province=An Giang", 52),
    ],
)
def test_places_are_found_with_and_without_marks(client: TestClient, collection: str, query: str, number: int) -> None:
    assert found(client, collection, query) == number


@pytest.mark.parametrize("part", ["oc", "tra", "%", "_", "-"])
def test_parts_of_words_are_no_places(client: TestClient, part: str) -> None:
    assert found(client, "zones", f"historic_district={part}") == 0


@pytest.mark.parametrize(
    ("collection", "name"),
    [
        ("zones", "kind"),
        ("zones", "status"),
        ("facts", "class"),
        ("admin-units", "level"),
        ("zone-points", "fill_rate_basis"),
    ],
)
def test_an_unknown_code_is_refused_with_the_known_ones(client: TestClient, collection: str, name: str) -> None:
    answer = client.get(f"/collections/{collection}/items?{name}=park&lang=en")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == name
    assert "park" in answer.json()["detail"] and "It can be:" in answer.json()["detail"]


def test_datetime_finds_facts_by_what_they_describe_and_not_by_what_is_planned(client: TestClient) -> None:
    in_2030 = client.get("/collections/facts/items?datetime=2030-06-01&limit=500").json()["features"]
    assert in_2030 and all(one["properties"]["as_of"] is None for one in in_2030)
    assert found(client, "facts", "datetime=2020-06-01&indicator=fill_rate_pct") == 2
    assert found(client, "facts", "datetime=2024-06-01&indicator=fill_rate_pct") == 0
