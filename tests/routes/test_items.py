"""/collections/{c}/items: pages, filters, time and formats."""

from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.reading import features, link, pages

COLLECTIONS = {"zones": 26, "zone-points": 26, "admin-units": 521, "facts": 239}


def ids(client: TestClient, address: str) -> set[str]:
    return set(features(client, address))


def matched(client: TestClient, address: str) -> int:
    return client.get(address).json()["numberMatched"]  # type: ignore[no-any-return]


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")
@pytest.mark.parametrize(("name", "size"), [("zones", 1), ("zones", 7), ("zone-points", 13), ("facts", 50)])
def test_next_links_walk_a_collection_once(client: TestClient, name: str, size: int) -> None:
    walked = list(pages(client, f"/collections/{name}/items?limit={size}"))
    found = [feature["id"] for page in walked for feature in page["features"]]
    assert found == sorted(set(found))
    assert len(found) == COLLECTIONS[name]
    assert {page["numberMatched"] for page in walked} == {COLLECTIONS[name]}
    assert [page["numberReturned"] for page in walked] == [len(page["features"]) for page in walked]
    assert all(len(page["features"]) == size for page in walked[:-1])


def test_next_links_walk_the_administrative_units_once(client: TestClient) -> None:
    found = [
        one["id"] for page in pages(client, "/collections/admin-units/items?limit=100") for one in page["features"]
    ]
    assert found == sorted(set(found))
    assert len(found) == COLLECTIONS["admin-units"]


def test_next_links_keep_what_was_asked(client: TestClient) -> None:
    asked = "/collections/facts/items?province=soc-trang&is_target=true&limit=9&lang=en"
    walked = list(pages(client, asked))
    assert len(walked) > 2
    assert all(feature["properties"]["is_target"] for page in walked for feature in page["features"])
    assert sum(page["numberReturned"] for page in walked) == walked[0]["numberMatched"]


def test_a_page_behind_the_last_id_is_empty_and_still_says_how_many_match(client: TestClient) -> None:
    page = client.get("/collections/zones/items?after=zzz").json()
    assert (page["features"], page["numberReturned"], page["numberMatched"]) == ([], 0, 26)
    assert not link(page, "next")


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")
@pytest.mark.parametrize(("limit", "size"), [("1", 1), ("007", 7), ("10001", 239), ("9" * 5000, 239)])
def test_a_limit_above_the_maximum_is_clamped(client: TestClient, limit: str, size: int) -> None:
    assert client.get(f"/collections/facts/items?limit={limit}").json()["numberReturned"] == size


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")
@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson")
@pytest.mark.parametrize("name", COLLECTIONS)
def test_links_of_a_page_and_of_an_item(client: TestClient, name: str) -> None:
    page = client.get(f"/collections/{name}/items?limit=2").json()
    item = client.get(f"/collections/{name}/items/{page['features'][0]['id']}").json()
    for document in (page, item):
        assert client.get(link(document, "self")).json()["links"] == document["links"]
        assert client.get(link(document, "alternate")).headers["content-type"].startswith("text/html")
        assert client.get(link(document, "collection")).json()["id"] == name
    assert {key: item[key] for key in page["features"][0]} == page["features"][0]


@pytest.mark.parametrize(
    ("name", "filter_", "expected"),
    [
        ("zones", "declared_area_ha=160", {"kcn-tran-de"}),
        ("zones", "declared_area_ha=1.6e2", {"kcn-tran-de"}),
        ("zones", "declared_area_ha=%2B160.", {"kcn-tran-de"}),
        ("zones", "declared_area_ha=160&kind=industrial_cluster", set()),
        ("zones", "fill_rate_pct=96.5", {"kcn-an-nghiep"}),
        ("zones", "name_vi=Cụm công nghiệp Ngã Năm", {"ccn-nga-nam"}),
        ("zones", "boundary_accuracy_m=4000&status=operating", {"kcn-an-nghiep"}),
        ("zone-points", "kind=economic_zone", {"kkt-tran-de"}),
        ("facts", "value=96.5", {"F192"}),
        ("facts", "zone=ccn-nga-nam&indicator=fill_rate_pct", {"F203"}),
        ("admin-units", "level=province&code=92", {"vn34:92", "vn63:92"}),
    ],
)
def test_filters_by_property(client: TestClient, name: str, filter_: str, expected: set[str]) -> None:
    assert ids(client, f"/collections/{name}/items?{filter_}") == expected


def test_filters_by_whole_number_truth_and_day(client: TestClient) -> None:
    assert matched(client, "/collections/zones/items?version=1") == 26
    assert matched(client, "/collections/zones/items?version=2") == 0
    demanded = matched(client, "/collections/facts/items?is_target=true")
    assert demanded + matched(client, "/collections/facts/items?is_target=false") == 239
    issued = features(client, "/collections/facts/items?source_issued_on=2021-06-29&limit=1000")
    assert issued
    assert {one["properties"]["source"] for one in issued.values()} == {"D001"}
    units = features(client, "/collections/admin-units/items?valid_from=2025-07-01&level=province")
    assert {one["properties"]["valid_from"] for one in units.values()} == {"2025-07-01"}
    assert len(units) == 23


@pytest.mark.parametrize(("name", "property_"), [("zones", "updated_at"), ("facts", "recorded_at")])
def test_a_moment_that_was_served_finds_its_feature(client: TestClient, name: str, property_: str) -> None:
    first = client.get(f"/collections/{name}/items?limit=1").json()["features"][0]
    moment = first["properties"][property_]
    for written in (moment.replace("+", "%2B"), moment, moment.replace("T", "t")):  # a bare + arrives as a space
        assert first["id"] in ids(client, f"/collections/{name}/items?{property_}={written}&limit=1000")


@pytest.mark.parametrize(
    ("province", "zones", "facts"),
    [
        *((name, 20, 187) for name in ("94", "soc-trang", "Sóc Trăng", "Soc Trang", "TỈNH SÓC TRĂNG", "vn63:94")),
        *((name, 20, 187) for name in ("92", "can-tho", "Cần Thơ", "Thành phố Cần Thơ")),
        *((name, 6, 52) for name in ("kien-giang", "Kiên Giang", "An Giang", "an-giang")),
        ("91", 6, 52),  # was Kiên Giang, is An Giang
        ("Hà Nội", 0, 0),
    ],
)
def test_a_province_by_code_slug_and_name_of_today_and_before(
    client: TestClient, province: str, zones: int, facts: int
) -> None:
    assert matched(client, f"/collections/zones/items?province={province}") == zones
    assert matched(client, f"/collections/zone-points/items?province={province}") == zones
    assert matched(client, f"/collections/facts/items?province={province}") == facts


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")
@pytest.mark.parametrize(
    ("when", "former", "todays"),
    [
        ("2025-06-30", True, False),
        ("2025-06-30T16:59:59Z", True, False),  # a minute before midnight in Viet Nam
        ("2025-06-30T17:00:00Z", False, True),
        ("2025-07-01", False, True),
        ("../2025-06-30", True, False),
        ("/2025-06-30", True, False),
        ("2025-07-01/..", False, True),
        ("2025-07-01T00:00:00+07:00/", False, True),
        ("2025-06-30/2025-07-01", True, True),
        ("../..", True, True),
        ("0001-01-01T00:00:00+14:00", True, False),
        ("9999-12-31T23:59:60Z", False, True),
    ],
)
def test_units_in_force(client: TestClient, when: str, former: bool, todays: bool) -> None:
    found = ids(client, f"/collections/admin-units/items?level=province&limit=100&datetime={when.replace('+', '%2B')}")
    assert ("vn63:94" in found, "vn34:92" in found) == (former, todays)


def test_facts_of_a_time_and_those_without_one(client: TestClient) -> None:
    facts = features(client, "/collections/facts/items?limit=1000")
    timeless = {id for id, one in facts.items() if not one["properties"]["as_of"] and not one["properties"]["period"]}
    in_2020 = ids(client, "/collections/facts/items?limit=1000&datetime=2020-06-15")
    after = ids(client, "/collections/facts/items?limit=1000&datetime=2021-01-01/2021-12-31")
    assert timeless
    assert timeless <= in_2020 & after
    of_2020 = {id for id, one in facts.items() if one["properties"]["as_of"] == "2020"}
    assert of_2020 <= in_2020
    assert not of_2020 & after
    of_2021 = {id for id, one in facts.items() if one["properties"]["as_of"] == "2021"}
    assert of_2021 <= after
    assert not of_2021 & in_2020


def test_zones_without_a_time_are_found_at_any(client: TestClient) -> None:
    assert matched(client, "/collections/zones/items?datetime=1990-01-01") == 26


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/geo+json"),
        ("", "application/geo+json"),
        ("*/*", "application/geo+json"),
        ("*", "application/geo+json"),
        ("application/*;q=0.4, text/html;q=0.3", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("application/geo+json;quirks=1", "application/geo+json"),
        ("text/html;q=0, */*", "application/geo+json"),
        ("text/html;q=nan, application/json;q=0.1", "application/geo+json"),
        ("text/html", "text/html"),
        ("TEXT/HTML ; Q=0.5, application/json ; q=.4", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.5, text/*", "text/html"),
    ],
)
@pytest.mark.parametrize("path", ["/collections/zones/items", "/collections/zones/items/kcn-tran-de"])
def test_accept_decides_the_format(client: TestClient, path: str, accept: str | None, media: str) -> None:
    answer = client.get(path, headers={} if accept is None else {"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media)
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


def test_f_wins_over_accept(client: TestClient) -> None:
    answer = client.get("/collections/zones/items?f=json", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/geo+json"
    answer = client.get("/collections/zones/items?f=html", headers={"Accept": "application/json"})
    assert answer.headers["content-type"].startswith("text/html")


def test_several_accept_headers_are_one(client: TestClient) -> None:
    answer = client.get("/conformance", headers=[("Accept", "image/png"), ("Accept", "text/html")])
    assert answer.headers["content-type"].startswith("text/html")


def test_an_id_with_a_colon_comes_plain_and_encoded(client: TestClient) -> None:
    plain, encoded = (client.get(f"/collections/admin-units/items/{id}").json() for id in ("vn34:92", "vn34%3A92"))
    assert plain == encoded
    assert plain["properties"]["full_name"] == "Thành phố Cần Thơ"


def test_an_answer_repeats_byte_for_byte(client: TestClient) -> None:
    """No time stamp, no nonce: what did not change can be kept."""
    for path in ("/collections/zones/items", "/collections/facts/items/F192", "/maps/fill-rate", "/?f=html"):
        assert client.get(path).content == client.get(path).content


def test_ids_are_in_order(client: TestClient) -> None:
    page: dict[str, Any] = client.get("/collections/admin-units/items?limit=300").json()
    assert all(one["id"].encode() < other["id"].encode() for one, other in pairwise(page["features"]))
