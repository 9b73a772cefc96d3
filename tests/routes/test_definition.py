"""/api: a valid OpenAPI document that tells what the service does, as data and as a page."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from starlette.testclient import TestClient

Document = dict[str, Any]
COLLECTIONS = ["zones", "zone-points", "lots", "admin-units", "facts"]
ITEMS = {"/collections/{name}/items", "/collections/{name}/items/{featureId}"}
OAS = "http://www.opengis.net/spec"


@pytest.fixture(scope="module")
def document(client: TestClient) -> Document:
    found: Document = client.get("/api", headers={"Accept": "application/vnd.oai.openapi+json;version=3.0"}).json()
    return found


def resolved(document: Document, one: Document) -> Document:
    if "$ref" in one:
        for key in one["$ref"].removeprefix("#/").split("/"):
            document = document[key]
        return document
    return one


def parameters(document: Document, path: str) -> dict[str, Document]:
    found = [resolved(document, one) for one in document["paths"][path]["get"]["parameters"]]
    return {one["name"]: one for one in found}


@pytest.mark.conformance(f"{OAS}/ogcapi-common-1/1.0/conf/oas30")
@pytest.mark.conformance(f"{OAS}/ogcapi-features-1/1.0/conf/oas30")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_document_is_valid_openapi(client: TestClient, language: str) -> None:
    answer = client.get(f"/api?lang={language}")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    OpenAPIV30SpecValidator(answer.json()).validate()
    assert answer.json()["openapi"] == "3.0.3"


def test_every_collection_has_entries_of_its_own(document: Document) -> None:
    for name in COLLECTIONS:
        for path in (*ITEMS, "/collections/{name}", "/collections/{name}/queryables", "/collections/{name}/schema"):
            assert path.replace("{name}", name) in document["paths"]
    assert not [path for path in document["paths"] if "{name}" in path]


def test_limit_bbox_and_datetime_are_as_features_wants_them(document: Document) -> None:
    found = parameters(document, "/collections/zones/items")
    assert found["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}
    assert (found["bbox"]["schema"]["minItems"], found["bbox"]["schema"]["maxItems"]) == (4, 6)
    for name in ("limit", "bbox", "datetime"):
        assert (found[name]["in"], found[name]["style"], found[name]["explode"]) == ("query", "form", False)


def test_items_take_exactly_what_is_told(client: TestClient, document: Document) -> None:
    """A parameter that is known and not told, or told and not known, fails."""
    for name in COLLECTIONS:
        told = set(parameters(document, f"/collections/{name}/items"))
        refusal = client.get(f"/collections/{name}/items?no_such_parameter=1").json()["detail"]
        taken = set(refusal.partition(": ")[2].rstrip(".").split(", "))
        of_shapes = {"bbox", "bbox-crs", "crs", "filter-crs", "skipGeometry"} if name == "facts" else set()
        assert taken - told <= of_shapes
        assert told <= taken
        assert not told & of_shapes


def test_queryables_are_parameters_with_their_codes(document: Document) -> None:
    zones, lots = (parameters(document, f"/collections/{name}/items") for name in ("zones", "lots"))
    assert zones["kind"]["schema"]["enum"] == ["industrial_park", "industrial_cluster", "economic_zone"]
    assert lots["status"]["schema"]["enum"] == ["available", "reserved", "leased", "not_cleared"]
    assert zones["declared_area_ha"]["schema"]["type"] == "number"
    assert "sectors" not in zones
    assert "uid" in parameters(document, "/collections/admin-units/items")


def test_no_other_address_refuses_what_it_is_told_to_take(client: TestClient, document: Document) -> None:
    for path in document["paths"]:
        for name, one in parameters(document, path).items():
            if one["in"] == "query":
                answer = client.get(path.replace("{featureId}", "kcn-tran-de"), params={name: "?"})
                assert not answer.headers["content-type"].startswith("application/problem+json") or (
                    answer.json()["type"] != "/problems/unknown-parameter"
                ), (path, name)


def test_answers_are_told_with_their_problems_and_headers(client: TestClient, document: Document) -> None:
    """The headers told are those that come, also where nothing may be kept."""
    for path, item in document["paths"].items():
        responses = item["get"]["responses"]
        assert set(responses) >= {"200", "400", "406", "503"}, path
        assert ("404" in responses) == ("{featureId}" in path or path == "/reports/{number}"), path
        assert "application/problem+json" in resolved(document, responses["400"])["content"]
        answer = client.get(path) if "{featureId}" not in path else client.get(path.replace("{featureId}", "?"))
        if answer.status_code == 200:
            told = set(responses["200"]["headers"])
            assert told == {one for one in document["components"]["headers"] if one in answer.headers}, path
            assert answer.headers["content-type"].split(";")[0] in {
                one.split(";")[0] for one in responses["200"]["content"]
            }
            again = client.get(path, headers={"If-None-Match": answer.headers.get("etag", "none")})
            assert (again.status_code == 304) == ("304" in responses), path
    zones = document["paths"]["/collections/zones/items"]["get"]["responses"]["200"]
    assert "Content-Crs" in zones["headers"]
    assert {"application/geo+json", "text/html"} <= set(zones["content"])


@pytest.mark.parametrize("name", COLLECTIONS)
def test_features_are_as_the_document_says(client: TestClient, document: Document, name: str) -> None:
    """In the terms of JSON Schema, where nullable is a second type."""

    def modern(schema: Any) -> Any:
        if isinstance(schema, list):
            return [modern(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        made = {key: modern(value) for key, value in resolved(document, schema).items()}
        if made.pop("nullable", False) is True:
            made["type"] = [made["type"], "null"]
        return made

    content = document["paths"][f"/collections/{name}/items"]["get"]["responses"]["200"]["content"]
    schema = modern(content["application/geo+json"]["schema"])
    Draft202012Validator(schema).validate(client.get(f"/collections/{name}/items?limit=1000").json())


def test_the_description_is_a_page_too(client: TestClient) -> None:
    answer = client.get("/api", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "script-src 'self' ;" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert "/collections/zones/items/{featureId}" in answer.text
    for asset in ("/assets/swagger/swagger-ui-bundle.js", "/assets/modules/definition.js"):
        assert asset in answer.text
        assert client.get(asset).status_code == 200


def test_the_document_is_in_the_language_asked_for(client: TestClient) -> None:
    vi, en = (client.get(f"/api?lang={language}").json() for language in ("vi", "en"))
    assert set(vi["paths"]) == set(en["paths"])
    same = [path for path in en["paths"] if en["paths"][path]["get"]["summary"] == vi["paths"][path]["get"]["summary"]]
    assert same == []
