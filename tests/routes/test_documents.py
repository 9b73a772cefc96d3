"""Landing page, conformance, collections and the OpenAPI document: what programs find their way by."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from tests.reading import link

FEATURES = "http://www.opengis.net/spec/ogcapi-features"
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
        document = answer.json() if "json" in one["type"] else {}
        found[one["href"]] = document
        nested = [inner for outer in document.get("collections", ()) for inner in outer["links"]]
        waiting += [*document.get("links", ()), *nested]
    return found


def test_every_link_leads_to_what_it_says(client: TestClient) -> None:
    found = followed(client, "http://testserver/?f=json")
    paths = {urlsplit(address).path for address in found}
    assert {"/", "/api", "/conformance", "/collections", "/maps/fill-rate", "/collections/facts/items"} <= paths
    assert len(found) > 30


def test_landing_page_links_to_the_standard_resources(client: TestClient) -> None:
    landing = client.get("/").json()
    for rel, path in (
        ("self", "/"), ("service-desc", "/api"), ("conformance", "/conformance"), ("data", "/collections"),
    ):  # fmt: skip
        assert urlsplit(link(landing, rel)).path == path
    assert link(landing, "alternate", "text/html")
    assert landing["title"]
    assert landing["description"]


def test_conformance_names_core_geojson_html_and_crs(client: TestClient) -> None:
    assert set(client.get("/conformance").json()["conformsTo"]) >= {
        f"{FEATURES}-1/1.0/conf/core",
        f"{FEATURES}-1/1.0/conf/geojson",
        f"{FEATURES}-1/1.0/conf/html",
        f"{FEATURES}-2/1.0/conf/crs",
    }


@pytest.mark.parametrize("name", ["zones", "zone-points", "admin-units", "facts"])
def test_a_collection_is_described_alike_on_its_own_and_in_the_list(client: TestClient, name: str) -> None:
    (listed,) = [one for one in client.get("/collections").json()["collections"] if one["id"] == name]
    alone = client.get(f"/collections/{name}").json()
    assert {**alone, "links": []} == {**listed, "links": []}
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


def test_openapi_document_is_of_the_version_that_gis_programs_read(client: TestClient) -> None:
    answer = client.get("/api", headers={"Accept": "application/vnd.oai.openapi+json;version=3.0"})
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["openapi"] == "3.0.3"
    assert client.get("/api").json() == answer.json()


def test_openapi_document_names_every_parameter_and_no_status_that_never_comes(client: TestClient) -> None:
    paths = client.get("/api").json()["paths"]
    named = {path: {one["name"] for one in item["get"]["parameters"]} for path, item in paths.items()}
    assert named["/collections/{name}/items"] >= {"name", "limit", "bbox", "bbox-crs", "crs", "datetime", "f", "lang"}
    assert named["/collections/{name}/items/{item}"] == {"name", "item", "crs", "f", "lang"}
    assert all(set(item["get"]["responses"]) == {"200", "default"} for item in paths.values())


def test_openapi_parameters_are_those_that_are_taken(client: TestClient) -> None:
    """Each parameter that the document names is known to its address, whatever it makes of the value."""
    for path, item in client.get("/api").json()["paths"].items():
        address = path.replace("{name}", "zones").replace("{item}", "kcn-tran-de")
        for one in item["get"]["parameters"]:
            if one["in"] == "query" and one["name"] != "properties":
                answer = client.get(address, params={one["name"]: "?"})
                assert answer.json().get("type") != "/problems/unknown-parameter", (path, one["name"])


def test_links_carry_the_public_address(public_client: TestClient) -> None:
    for path in ("/", "/collections", "/collections/zones/items?limit=1"):
        links = public_client.get(path).json()["links"]
        assert {urlsplit(one["href"]).netloc for one in links} == {"register.example"}
        assert all(one["href"].startswith("https://register.example/") for one in links)
