"""Schema, queryables and sortables of every collection: what OGC asks of them, and that they are true."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from starlette.testclient import TestClient

from tests.reading import features, link

COLLECTIONS = ["zones", "zone-points", "lots", "admin-units", "facts"]
KINDS = ["schema", "queryables", "sortables"]
SCHEMAS = "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf"
FILTERING = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
KEYWORDS = {"type", "title", "description", "format", "enum", "oneOf", "items", "minimum", "readOnly", "writeOnly"}
UCUM = {"har", "%", "m", "km2"}
Schema = dict[str, Any]

every_collection = pytest.mark.parametrize("name", COLLECTIONS)
every_kind = pytest.mark.parametrize("kind", KINDS)


def read(client: TestClient, name: str, kind: str, **params: str) -> Schema:
    """A schema, by the address of its collection's link."""
    relation = f"http://www.opengis.net/def/rel/ogc/1.0/{kind}"
    address = link(client.get(f"/collections/{name}").json(), relation, "schema+json")
    assert address == f"http://testserver/collections/{name}/{kind}"
    answer = client.get(address, params=params, headers={"Accept": "application/schema+json"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
    found: Schema = answer.json()
    return found


def served(schema: Schema) -> Schema:
    """The properties that features have."""
    return {name: one for name, one in schema["properties"].items() if not one.get("writeOnly")}


def with_role(schema: Schema, role: str) -> list[str]:
    return [name for name, one in schema["properties"].items() if one.get("x-ogc-role") == role]


@pytest.mark.conformance(f"{SCHEMAS}/schemas")
@every_collection
@every_kind
def test_a_schema_is_one_of_json_schema_with_the_keywords_of_ogc(client: TestClient, name: str, kind: str) -> None:
    schema = read(client, name, kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    again = client.get(schema["$id"], headers={"Accept": "application/schema+json"})
    assert "?" not in schema["$id"]
    assert again.json() == schema
    for one in schema["properties"].values():
        assert {word for word in one if not word.startswith("x-ogc-")} <= KEYWORDS
        assert ("type" in one) != one.get("format", "").startswith("geometry-")
        assert isinstance(one.get("type", ""), str)
        assert "x-ogc-unit" not in one or (one["type"] == "number" and one["x-ogc-unit"] in UCUM)


@pytest.mark.conformance(f"{SCHEMAS}/schemas")
@pytest.mark.conformance(f"{SCHEMAS}/advanced-property-roles")
@every_collection
def test_roles_name_the_id_the_geometry_and_the_time_in_force(client: TestClient, name: str) -> None:
    schema = read(client, name, "schema")
    properties = schema["properties"]
    assert with_role(schema, "id") == {"admin-units": ["uid"], "facts": ["id"], "lots": ["id"]}.get(name, ["slug"])
    assert with_role(schema, "primary-geometry") == ([] if name == "facts" else ["geometry"])
    interval = with_role(schema, "primary-interval-start") + with_role(schema, "primary-interval-end")
    assert interval == (["valid_from", "valid_to"] if name == "admin-units" else [])
    assert {properties[one]["format"] for one in interval} <= {"date"}
    assert not with_role(schema, "primary-instant")
    assert len(with_role(schema, "type")) <= 1
    if name != "facts":
        wanted = "geometry-point" if name == "zone-points" else "geometry-multipolygon"
        assert properties["geometry"]["format"] == wanted
    assert sorted(one["x-ogc-propertySeq"] for one in properties.values()) == list(range(1, len(properties) + 1))


@pytest.mark.conformance(f"{SCHEMAS}/returnables-and-receivables")
@every_collection
def test_features_are_as_their_schema_says(client: TestClient, name: str) -> None:
    """What is null is no value of a property; every other value is valid, and none is there that is not told."""
    schema = read(client, name, "schema")
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    members = set(served(schema)) - {"geometry"}
    found = features(client, f"/collections/{name}/items?limit=1000")
    assert found or name == "lots"
    for id, feature in found.items():
        assert set(feature["properties"]) == members
        assert feature["properties"][with_role(schema, "id")[0]] == id
        validator.validate({key: value for key, value in feature["properties"].items() if value is not None})
        shape = feature["geometry"] and f"geometry-{feature['geometry']['type'].lower()}"
        assert shape in (None, schema["properties"].get("geometry", {}).get("format"))


@pytest.mark.conformance(f"{SCHEMAS}/returnables-and-receivables")
@every_collection
def test_what_can_be_written_is_not_read_only(client: TestClient, name: str) -> None:
    """What follows from other data is; what is sent beside the properties is never given back."""
    properties = read(client, name, "schema")["properties"]
    written = {one for one, schema in properties.items() if not schema.get("readOnly")}
    if name != "zones":
        assert not written
        return
    assert {"name_vi", "province", "declared_area_ha", "geometry", "document", "reasons"} <= written
    assert not written & {"slug", "status", "measured_area_ha", "fill_rate_pct", "version", "updated_at"}
    assert {one for one, schema in properties.items() if schema.get("writeOnly")} <= written


@pytest.mark.conformance(f"{SCHEMAS}/queryables")
@pytest.mark.conformance(f"{FILTERING}/queryables")
@every_collection
def test_queryables_are_the_properties_and_the_geometry(client: TestClient, name: str) -> None:
    schema, queryables = served(read(client, name, "schema")), read(client, name, "queryables")["properties"]
    assert set(queryables) == set(schema)
    assert {one: queryables[one].get("type") for one in queryables} == {one: schema[one].get("type") for one in schema}


@pytest.mark.conformance(f"{FILTERING}/queryables-query-parameters")
@every_collection
def test_every_simple_queryable_is_a_parameter(client: TestClient, name: str) -> None:
    """A feature's own value finds it, and only features with that value."""
    found = features(client, f"/collections/{name}/items?limit=1000").values()
    for one, schema in read(client, name, "queryables")["properties"].items():
        if schema.get("type", "array") == "array":
            continue
        values = [feature["properties"][one] for feature in found if feature["properties"][one] is not None]
        value = values[0] if values else schema.get("enum", ["1"])[0]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not values and "enum" not in schema:
            continue
        answer = client.get(f"/collections/{name}/items", params={one: text, "limit": "1000"})
        assert answer.status_code == 200, answer.text
        got = [feature["properties"][one] for feature in answer.json()["features"]]
        assert len(got) == values.count(value) or one == "province"
        assert set(got) <= {value} or one == "province"


@every_collection
def test_what_is_no_queryable_is_refused_by_name(client: TestClient, name: str) -> None:
    answer = client.get(f"/collections/{name}/items", params={"no_such_property": "1"})
    assert answer.status_code == 400
    assert "no_such_property" in answer.json()["detail"]


@pytest.mark.conformance(f"{SCHEMAS}/sortables")
@every_collection
def test_every_sortable_sorts_and_nothing_else_does(client: TestClient, name: str) -> None:
    sortables = read(client, name, "sortables")["properties"]
    assert all(one["type"] not in ("array", "object") for one in sortables.values())
    for one in sortables:
        assert client.get(f"/collections/{name}/items", params={"sortby": f"-{one}", "limit": "1"}).status_code == 200
    for one in ({*served(read(client, name, "schema")), "no_such_property"}) - set(sortables):
        assert client.get(f"/collections/{name}/items", params={"sortby": one}).status_code == 400


@every_collection
@every_kind
def test_names_and_codes_are_told_in_the_language_asked_for_and_in_both(
    client: TestClient, name: str, kind: str
) -> None:
    by_language = {language: read(client, name, kind, lang=language)["properties"] for language in ("vi", "en")}
    for language, properties in by_language.items():
        for key, one in properties.items():
            labelled = [one, *one.get("oneOf", ())]
            assert all(set(label["x-ogc-titles"]) == {"vi", "en"} for label in labelled)
            assert all(label["title"] == label["x-ogc-titles"][language] for label in labelled)
            assert one["title"] != key
            assert [code["const"] for code in one.get("oneOf", ())] == one.get("enum", [])
    assert by_language["vi"] != by_language["en"]


def test_codes_have_labels(client: TestClient) -> None:
    lots = read(client, "lots", "queryables", lang="vi")["properties"]
    assert {one["const"]: one["title"] for one in lots["status"]["oneOf"]}["leased"] == "Đã cho thuê"
    zones = read(client, "zones", "queryables", lang="en")["properties"]
    assert {one["const"]: one["title"] for one in zones["kind"]["oneOf"]}["economic_zone"] == "Economic zone"
    assert zones["declared_area_ha"]["x-ogc-unit"] == "har"


@every_kind
def test_a_schema_is_a_page_too(client: TestClient, kind: str) -> None:
    page = client.get(f"/collections/zones/{kind}", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Diện tích theo văn bản" in page.text
    assert "Declared area" in page.text
    assert client.get(f"/collections/nowhere/{kind}").status_code == 404
    assert client.get(f"/collections/zones/{kind}?f=csv").status_code == 400


@every_collection
def test_features_are_written_as_the_schema_of_geojson_says(client: TestClient, name: str) -> None:
    """Null stands for any value but the id, as the schema's own words say."""
    address = link(client.get(f"/collections/{name}").json(), "describedby", "schema+json")
    schema = client.get(address).json()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for feature in features(client, f"/collections/{name}/items?limit=1000").values():
        known = {key: value for key, value in feature["properties"].items() if value is not None}
        shape = feature["geometry"] or {"type": "MultiPolygon", "coordinates": []}
        validator.validate({**feature, "properties": known, "geometry": shape})
