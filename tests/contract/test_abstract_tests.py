"""The abstract tests of OGC API - Features Part 1 (17-069r3, annex A) and Part 2 (18-058r1, annex A), in our words.

They ask what the OGC's own suite asks, of every collection, so that a slip shows in each run of the tests; the verdict
that counts is the suite's (`make conformance`). Coordinates are checked against PROJ's own operations.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape
from starlette.testclient import TestClient

from tests.reading import link, pages

GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CLASSES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
ITEMS = re.compile(r"/collections/(\{\w+\}|zones)/items")
NO_CRS = "http://www.opengis.net/def/crs/0/unsupported"
WITHIN_DEGREES = 2e-5  # two metres: which datum shift PROJ takes for VN-2000 depends on its version

# Beside the collection's own extent: Greenwich, the equator, the date line and both poles.
PLACES = ["-1.5,50,1.5,53", "-80,-5,-70,5", "177,65,-177,70", "-180,85,180,90", "-180,-90,180,-85"]


def ask(client: TestClient, address: str, media: str = "application/json", **parameters: str) -> Any:
    """A document, which must be there and of the media type asked for."""
    answer = client.get(address, params=parameters or None, headers={"Accept": media})
    assert answer.status_code == 200, (address, parameters, answer.text[:300])
    assert answer.headers["content-type"].replace(" ", "").startswith(media)
    return answer.json()


@pytest.fixture(scope="module")
def collections(client: TestClient) -> list[dict[str, Any]]:
    found = ask(client, "/collections")["collections"]
    assert {"zones", "zone-points", "admin-units"} <= {one["id"] for one in found}
    return list(found)


@pytest.fixture(scope="module")
def spatial(collections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in collections if one.get("extent", {}).get("spatial")]


@pytest.fixture(scope="module")
def parameters(client: TestClient) -> dict[str, dict[str, Any]]:
    """What the API definition says of the parameters of a collection's items, by name."""
    definition = ask(client, "/api", OPENAPI)
    path = next(path for name, path in definition["paths"].items() if ITEMS.fullmatch(name))
    told = [*path.get("parameters", ()), *path["get"].get("parameters", ())]
    return {one["name"]: one for one in (resolved(definition, one) for one in told)}


def resolved(definition: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The part itself, or what its $ref points at."""
    if "$ref" not in part:
        return part
    for word in part["$ref"].removeprefix("#/").split("/"):
        definition = definition[word]
    return definition


def items(collection: dict[str, Any]) -> str:
    """The address of a collection's features as GeoJSON, from its links."""
    address = link(collection, "items", GEOJSON)
    assert address, collection["id"]
    return address


def assert_linked(document: dict[str, Any], *media: str) -> None:
    """It links to itself and to its other encodings, each with its media type."""
    links = [one for one in document["links"] if one["rel"] in ("self", "alternate", "collection")]
    assert all(one.get("type") for one in links)
    itself = next(one["type"] for one in links if one["rel"] == "self")
    alternates = {one["type"] for one in links if one["rel"] == "alternate"}
    assert set(media) - {itself} <= alternates


def assert_features(found: dict[str, Any]) -> None:
    """A feature collection, complete in itself."""
    assert found["type"] == "FeatureCollection"
    assert found["numberReturned"] == len(found["features"])
    assert found["numberMatched"] >= found["numberReturned"]
    assert_linked(found, GEOJSON, "text/html")
    if "timeStamp" in found:
        assert datetime.datetime.fromisoformat(found["timeStamp"]).tzinfo
    for feature in found["features"]:
        assert feature["type"] == "Feature"
        assert feature["id"]
        if feature["geometry"]:
            west, south, east, north = shape(feature["geometry"]).bounds
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90


def shapes(found: dict[str, Any]) -> dict[str, Any]:
    """The geometries of features, by id; features without one are left out."""
    return {one["id"]: shape(one["geometry"]) for one in found["features"] if one["geometry"]}


# --- Part 1: landing page, API definition, conformance ---


def test_landing_page(client: TestClient) -> None:
    landing = ask(client, "/")
    assert link(landing, "conformance").endswith("/conformance")
    assert link(landing, "data").endswith("/collections")
    assert link(landing, "service-desc", OPENAPI).endswith("/api")


def test_api_definition_is_linked_and_openapi_3_0(client: TestClient) -> None:
    definition = ask(client, link(ask(client, "/"), "service-desc", OPENAPI), OPENAPI)
    assert re.fullmatch(r"3\.0\.\d", definition["openapi"])
    assert {"/", "/conformance", "/collections"} <= set(definition["paths"])


def test_conformance_names_the_classes_that_the_suite_tests(client: TestClient) -> None:
    declared = set(ask(client, "/conformance")["conformsTo"])
    part_1 = {CLASSES.format(1, name) for name in ("core", "oas30", "html", "geojson")}
    assert part_1 | {CLASSES.format(2, "crs")} <= declared


@pytest.mark.parametrize(("name", "kind"), [("limit", "integer"), ("bbox", "array"), ("datetime", "string")])
def test_definition_of_the_parameters_of_items(parameters: dict[str, dict[str, Any]], name: str, kind: str) -> None:
    """The suite wants style and explode written out, though `explode: false` differs from OpenAPI's own default."""
    told = parameters[name]
    assert (told["in"], told.get("required", False)) == ("query", False)
    assert (told.get("style"), told.get("explode")) == ("form", False)
    assert told["schema"]["type"] == kind


def test_bounds_in_the_definition(parameters: dict[str, dict[str, Any]]) -> None:
    limit, bbox = parameters["limit"]["schema"], parameters["bbox"]["schema"]
    assert 0 <= limit["minimum"] <= limit["default"] <= limit["maximum"]
    assert (bbox["minItems"], bbox["maxItems"], bbox["items"]["type"]) == (4, 6, "number")


# --- Part 1: collections ---


def test_collections(client: TestClient) -> None:
    found = ask(client, "/collections")
    assert_linked(found, "application/json", "text/html")
    assert found.get("crs", [CRS84])[0] == CRS84


def test_a_collection_says_the_same_alone_as_in_the_list(client: TestClient, collections: list[dict[str, Any]]) -> None:
    for one in collections:
        alone = ask(client, f"/collections/{one['id']}")
        for member in ("id", "title", "description", "extent"):
            assert alone.get(member) == one.get(member), one["id"]


# --- Part 1: features ---


def requests(collection: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What the suite asks of a collection: all, limits, boxes, times."""
    yield {}
    yield {"limit": "1"}
    yield {"limit": "100"}
    extent = collection.get("extent", {})
    if "spatial" in extent:
        yield {"bbox": ",".join(map(repr, extent["spatial"]["bbox"][0]))}
        yield from ({"bbox": box} for box in PLACES)
    for since, until in extent.get("temporal", {}).get("interval", []):
        yield {"datetime": since or until or "2020-01-01T00:00:00Z"}
        yield {"datetime": f"{since or '2020-01-01T00:00:00Z'}/{until or '..'}"}


def test_features(client: TestClient, collections: list[dict[str, Any]]) -> None:
    for collection in collections:
        for asked in requests(collection):
            found = ask(client, items(collection), GEOJSON, **asked)
            assert_features(found)
            assert found["numberReturned"] <= int(asked.get("limit", 10_000))


def test_a_box_finds_only_what_meets_it(client: TestClient, spatial: list[dict[str, Any]]) -> None:
    for collection in spatial:
        for asked in requests(collection):
            west, south, east, north = map(float, asked.get("bbox", "-180,-90,180,90").split(","))
            boxes = [(west, east)] if west <= east else [(west, 180), (-180, east)]
            box = shapely.union_all([shapely.box(left, south, right, north) for left, right in boxes])
            found = shapes(ask(client, items(collection), GEOJSON, **asked))
            assert [id for id, geometry in found.items() if not geometry.intersects(box)] == []


def test_number_matched_is_what_all_pages_hold(
    client: TestClient, collections: list[dict[str, Any]], parameters: dict[str, dict[str, Any]]
) -> None:
    """The suite goes on from the first page with the largest limit in place of the link's own."""
    largest = parameters["limit"]["schema"]["maximum"]
    for collection in collections:
        first = ask(client, items(collection), GEOJSON, limit="10")
        following = re.sub(r"\blimit=\d+", f"limit={largest}", link(first, "next"))
        later = [len(page["features"]) for page in pages(client, following)]
        assert first["numberMatched"] == first["numberReturned"] + sum(later), collection["id"]


@pytest.mark.parametrize("asked", [{"limit": "unlimited"}, {"unknownQueryParameter12345": "1"}])
def test_bad_and_unknown_parameters(
    client: TestClient, collections: list[dict[str, Any]], asked: dict[str, str]
) -> None:
    for collection in collections:
        assert client.get(items(collection), params=asked, headers={"Accept": GEOJSON}).status_code == 400


def test_feature(client: TestClient, collections: list[dict[str, Any]]) -> None:
    for collection in collections:
        for some in ask(client, items(collection), GEOJSON, limit="10")["features"]:
            feature = ask(client, f"/collections/{collection['id']}/items/{some['id']}", GEOJSON)
            assert (feature["id"], feature["geometry"]) == (some["id"], some["geometry"])
            assert_linked(feature, GEOJSON, "text/html")
            assert link(feature, "collection").split("?")[0].endswith(f"/collections/{collection['id']}")


# --- Part 2: coordinate reference systems ---


def test_crs_lists(spatial: list[dict[str, Any]]) -> None:
    for collection in spatial:
        assert collection["crs"][0] == CRS84
        assert len(set(collection["crs"])) == len(collection["crs"])
        assert all(re.fullmatch(r"http://www\.opengis\.net/def/crs/\w+/[\w.]+/\w+", one) for one in collection["crs"])
        assert collection["storageCrs"] in collection["crs"]


def addresses(client: TestClient, collection: dict[str, Any]) -> list[str]:
    """Of a collection's features and of one of them."""
    first = ask(client, items(collection), GEOJSON, limit="1")["features"]
    return [items(collection), *(f"/collections/{collection['id']}/items/{one['id']}" for one in first)]


def test_every_crs_of_the_list_is_answered_and_named(client: TestClient, spatial: list[dict[str, Any]]) -> None:
    for collection in spatial:
        for address in addresses(client, collection):
            default = client.get(address, headers={"Accept": GEOJSON})
            assert default.headers["content-crs"] == f"<{CRS84}>"
            for crs in collection["crs"]:
                answer = client.get(address, params={"crs": crs}, headers={"Accept": GEOJSON})
                assert (answer.status_code, answer.headers["content-crs"]) == (200, f"<{crs}>")


def test_a_crs_that_is_not_in_the_list(client: TestClient, spatial: list[dict[str, Any]]) -> None:
    for collection in spatial:
        for address in addresses(client, collection):
            assert client.get(address, params={"crs": NO_CRS}).status_code == 400
        asked = {"bbox": "5.0,49.0,6.0,50.0", "bbox-crs": NO_CRS}
        assert client.get(items(collection), params=asked).status_code == 400


def transformer(source: str, target: str) -> Transformer:
    """PROJ's own choice between two CRS named by URI, axes in their official order."""
    return Transformer.from_crs(*(":".join(uri.split("/")[slice(-3, None, 2)]) for uri in (source, target)))


def test_coordinates_come_in_the_crs_asked_for(client: TestClient, spatial: list[dict[str, Any]]) -> None:
    for collection in spatial:
        box = ",".join(map(repr, collection["extent"]["spatial"]["bbox"][0]))
        expected = shapes(ask(client, items(collection), GEOJSON, limit="10", bbox=box))
        assert expected
        for crs in collection["crs"]:
            back = transformer(crs, CRS84)
            found = shapes(ask(client, items(collection), GEOJSON, limit="10", bbox=box, crs=crs))
            assert found.keys() == expected.keys()
            for id, geometry in found.items():
                lonlat = shapely.transform(geometry, lambda points: _moved(points, back))  # noqa: B023
                assert shapely.equals_exact(lonlat, expected[id], tolerance=WITHIN_DEGREES), (crs, id)


def _moved(points: Any, operation: Transformer) -> Any:
    points[:, 0], points[:, 1] = operation.transform(points[:, 0], points[:, 1])
    return points


def test_a_box_in_any_crs_finds_the_same(client: TestClient, spatial: list[dict[str, Any]]) -> None:
    for collection in spatial:
        extent = collection["extent"]["spatial"]["bbox"][0]
        expected = found_in(client, collection, bbox=",".join(map(repr, extent)))
        for crs in collection["crs"]:
            box = ",".join(map(repr, transformer(CRS84, crs).transform_bounds(*extent, densify_pts=99)))
            assert found_in(client, collection, **{"bbox": box, "bbox-crs": crs}) == expected, (collection["id"], crs)


def found_in(client: TestClient, collection: dict[str, Any], **asked: str) -> set[str]:
    """The ids of all features that a request finds, over all its pages."""
    address = str(client.build_request("GET", items(collection), params=asked).url)
    return {one["id"] for page in pages(client, address) for one in page["features"]}
