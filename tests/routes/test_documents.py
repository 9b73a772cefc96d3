"""Landing page, conformance, collections and the OpenAPI document: what programs find their way by."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from tests.reading import link

COMMON = "http://www.opengis.net/spec/ogcapi-common"
FEATURES = "http://www.opengis.net/spec/ogcapi-features"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0"
DOCUMENTS = [
    "/", "/api", "/conformance", "/licence", "/collections", "/collections/zones", "/collections/zones/schema",
    "/collections/zones/queryables", "/collections/zones/sortables", "/collections/zones/items",
    "/collections/zones/items/kcn-tran-de", "/collections/lots/items", "/collections/facts/items/F041",
]  # fmt: skip
Documents = dict[str, dict[str, Any]]


def followed(client: TestClient, start: str) -> Documents:
    """Every JSON document that links of others lead to, by address; each link's answer is of the type it names."""
    waiting, found = [{"href": start, "type": "application/json"}], Documents()
    while waiting:
        one = waiting.pop()
        if one["href"] in found or "/items/" in one["href"] or one.get("templated"):
            continue
        answer = client.get(one["href"])
        assert answer.status_code == 200, one["href"]
        assert answer.headers["content-type"].split(";")[0] == one["type"].split(";")[0], one["href"]
        is_document = "json" in one["type"] and not one["type"].endswith("-seq")
        document = answer.json() if is_document else {}
        found[one["href"]] = document
        nested = [inner for outer in document.get("collections", ()) for inner in outer["links"]]
        waiting += [*document.get("links", ()), *nested]
    return found


def test_every_link_leads_to_what_it_says(client: TestClient) -> None:
    found = followed(client, "http://testserver/?f=json")
    paths = {urlsplit(address).path for address in found}
    assert {"/", "/api", "/conformance", "/collections", "/maps/fill-rate", "/collections/facts/items"} <= paths
    assert len(found) > 30


@pytest.mark.conformance(f"{COMMON}-1/1.0/conf/core")
@pytest.mark.conformance(f"{COMMON}-1/1.0/conf/landing-page")
@pytest.mark.conformance(f"{FEATURES}-1/1.0/conf/core")
def test_landing_page_links_to_the_standard_resources(client: TestClient) -> None:
    landing = client.get("/").json()
    for rel, path in (
        ("self", "/"), ("service-desc", "/api"), ("service-doc", "/api"), ("conformance", "/conformance"),
        ("data", "/collections"), (f"{RELATION}/data", "/collections"), (f"{RELATION}/conformance", "/conformance"),
        ("license", "/licence"),
    ):  # fmt: skip
        assert urlsplit(link(landing, rel)).path == path
    assert link(landing, "alternate", "text/html")
    assert link(landing, "service-doc", "text/html")
    assert {"title", "description", "attribution"} <= set(landing)


@pytest.mark.conformance(f"{COMMON}-1/1.0/conf/json")
@pytest.mark.conformance(f"{COMMON}-1/1.0/conf/html")
@pytest.mark.conformance(f"{FEATURES}-1/1.0/conf/html")
@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_is_there_as_data_and_as_a_page(client: TestClient, path: str) -> None:
    data = client.get(path, headers={"Accept": "application/json"})
    assert data.headers["content-type"].split(";")[0].endswith("json")
    assert data.json()
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.startswith("<!doctype html>")


def test_no_collection_claims_a_licence_that_nobody_gave(client: TestClient) -> None:
    """No single licence covers any collection; the terms say data set by data set what is known."""
    terms = client.get("/licence?lang=en").json()["terms"]
    for one in client.get("/collections?lang=en").json()["collections"]:
        assert one["license"] == "other"
        assert urlsplit(link(one, "license", "text/html")).path == "/licence"
        assert terms[one["id"]]
        assert any("not stated" in row["licence"] for row in terms[one["id"]])
    assert "to be cleared" in terms["admin-units"][0]["licence"]
    page = client.get("/licence?f=html&lang=vi").text
    assert "không nêu điều khoản" in page


@pytest.mark.conformance(f"{COMMON}-2/1.0/conf/collections")
@pytest.mark.parametrize("name", ["zones", "zone-points", "lots", "admin-units", "facts"])
def test_a_collection_is_described_alike_on_its_own_and_in_the_list(client: TestClient, name: str) -> None:
    (listed,) = [one for one in client.get("/collections").json()["collections"] if one["id"] == name]
    alone = client.get(f"/collections/{name}").json()
    assert alone == listed
    assert listed["itemType"] == "feature"
    assert listed["keywords"]
    assert "temporal" in listed["extent"]
    assert ("crs" in listed) == ("storageCrs" in listed) == (name != "facts")
    assert listed["title"]
    assert listed["description"]
    assert listed["attribution"]
    for document in (listed, alone):
        assert urlsplit(link(document, "items", "geo+json")).path == f"/collections/{name}/items"
        assert link(document, "items", "text/html")
    assert link(alone, "self")
    assert link(alone, "alternate")


def test_an_empty_register_still_names_its_systems(empty_client: TestClient) -> None:
    zones = empty_client.get("/collections/zones").json()
    assert "spatial" not in zones["extent"]
    assert zones["storageCrs"] in zones["crs"]
    assert empty_client.get("/collections/zones/items").json()["numberMatched"] == 0


def test_links_carry_the_public_address(public_client: TestClient) -> None:
    for path in ("/", "/collections", "/collections/zones/items?limit=1"):
        links = public_client.get(path).json()["links"]
        assert {urlsplit(one["href"]).netloc for one in links} == {"register.example"}
        assert all(one["href"].startswith("https://register.example/") for one in links)
