"""`filter` on items: what it finds, with what else it goes together, and what is refused."""

import pytest
from starlette.testclient import TestClient

from tests.reading import features, link

ZONES, POINTS = "/collections/zones/items", "/collections/zone-points/items"


def found(client: TestClient, path: str, **params: str | int) -> set[str]:
    answer = client.get(path, params={"limit": 1000, **params})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["numberMatched"] == page["numberReturned"]
    return {one["id"] for one in page["features"]}


@pytest.mark.parametrize("text", [
    "CASEI(ACCENTI(name_vi)) LIKE '%tran de%'", "CASEI(ACCENTI(name_vi)) LIKE CASEI(ACCENTI('%TRẦN ĐỀ%'))",
    "ACCENTI(name_vi) LIKE '%Tran De%'", "name_vi LIKE '%Trần Đề%'",
])  # fmt: skip
def test_names_are_found_without_marks_and_case(client: TestClient, text: str) -> None:
    named = {id for id, one in features(client, ZONES).items() if "Trần Đề" in one["properties"]["name_vi"]}
    assert "kcn-tran-de" in named
    assert found(client, ZONES, filter=text) == named


def test_text_and_json_are_the_same_question(client: TestClient) -> None:
    text = "kind = 'industrial_park' AND declared_area_ha > 200"
    tree = (
        '{"op":"and","args":[{"op":"=","args":[{"property":"kind"},"industrial_park"]},'
        '{"op":">","args":[{"property":"declared_area_ha"},200]}]}'
    )
    parks = features(client, f"{ZONES}?kind=industrial_park&limit=100")
    large = {id for id, one in parks.items() if (one["properties"]["declared_area_ha"] or 0) > 200}
    assert large
    assert found(client, ZONES, filter=text) == large
    assert found(client, ZONES, filter=tree, **{"filter-lang": "cql2-json"}) == large


def test_it_goes_together_with_everything_else(client: TestClient) -> None:
    both = found(
        client, POINTS, filter="status IS NOT NULL", kind="industrial_cluster", bbox="104,9,106.5,10.5", q="soc trang"
    )
    one_by_one = (
        found(client, POINTS, filter="status IS NOT NULL"), found(client, POINTS, kind="industrial_cluster"),
        found(client, POINTS, bbox="104,9,106.5,10.5"), found(client, POINTS, q="soc trang"),
    )  # fmt: skip
    assert both == set.intersection(*one_by_one) != set()


def test_coordinates_are_read_in_filter_crs(client: TestClient) -> None:
    lonlat = "S_INTERSECTS(geometry, POLYGON((105.9 9.4,106.3 9.4,106.3 9.8,105.9 9.8,105.9 9.4)))"
    latlon = "S_INTERSECTS(geometry, POLYGON((9.4 105.9,9.4 106.3,9.8 106.3,9.8 105.9,9.4 105.9)))"
    expected = found(client, POINTS, bbox="105.9,9.4,106.3,9.8")
    assert expected
    assert found(client, POINTS, filter=lonlat) == expected
    uri = "http://www.opengis.net/def/crs/EPSG/0/4326"
    assert found(client, POINTS, filter=latlon, **{"filter-crs": uri}) == expected
    assert found(client, POINTS, filter=latlon, **{"filter-crs": "[EPSG:4326]"}) == expected


def test_next_links_keep_the_filter_and_count_once(client: TestClient) -> None:
    page = client.get(ZONES, params={"filter": "kind <> 'economic_zone'", "limit": 5, "sortby": "-name_vi"}).json()
    total, seen = page["numberMatched"], []
    while True:
        seen += [one["id"] for one in page["features"]]
        assert page["numberMatched"] == total
        if not link(page, "next"):
            break
        page = client.get(link(page, "next")).json()
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(("text", "named"), [
    ("colour = 1", "colour"), ("declared_area_ha = 'abc'", "abc"), ("pg_read_file('x') = 'a'", "pg_read_file"),
    ("name_vi =", "1:"), ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1)))", "Polygon"), ("", "filter"),
])  # fmt: skip
@pytest.mark.parametrize("form", ["json", "html"])
def test_what_is_wrong_is_named(client: TestClient, text: str, named: str, form: str) -> None:
    answer = client.get(ZONES, params={"filter": text, "lang": "en", "f": form})
    assert answer.status_code == 400
    assert named in answer.text


def test_facts_have_no_spatial_queryable(client: TestClient) -> None:
    answer = client.get(
        "/collections/facts/items", params={"filter": "S_INTERSECTS(geometry, POINT(106 9))", "lang": "en"}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unknown-queryable")
    answer = client.get(
        "/collections/facts/items", params={"filter": "true", "filter-crs": "[EPSG:4326]", "lang": "en"}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/no-geometry")


def test_a_language_nobody_speaks_is_refused(client: TestClient) -> None:
    answer = client.get(ZONES, params={"filter": "true", "filter-lang": "sql", "lang": "en"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-choice")
