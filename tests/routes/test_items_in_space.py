"""bbox, bbox-crs, crs and the coordinates themselves, compared with shapely, gis.crs and the data file."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape
from starlette.testclient import TestClient

from api.settings import ROOT
from gis.crs import ALL, CRS84, VN2000, WEB_MERCATOR, WGS84, Crs, by_epsg, from_wgs84
from tests.reading import features

HAS_ALL = "/collections/zone-points/items?limit=100"
OUTLINED = {"kcn-an-nghiep", "kcn-dai-ngai", "kcn-my-thanh", "kcn-song-hau", "kcn-tran-de"}
PROJECTED = [crs for crs in ALL if crs.is_projected]
MILLIMETRE = {True: 1e-3, False: 1e-8}
Feature = dict[str, Any]


def vertices(coordinates: Any) -> Iterator[list[Any]]:
    if coordinates and not isinstance(coordinates[0], list):
        yield coordinates
    else:
        for part in coordinates:
            yield from vertices(part)


def points(found: Iterable[Feature]) -> np.ndarray[Any, Any]:
    return np.array([point for one in found if one["geometry"] for point in vertices(one["geometry"]["coordinates"])])


def written(numbers: Iterable[float], crs: Crs) -> str:
    """A bbox in the order of its system, from west, south, east, north."""
    west, south, east, north = (repr(float(number)).replace("+", "") for number in numbers)
    return ",".join((south, west, north, east) if crs.axis_order == "lat,lon" else (west, south, east, north))


@pytest.fixture(scope="module")
def all_features(client: TestClient) -> dict[str, dict[str, Feature]]:
    return {
        "zones": features(client, "/collections/zones/items"),
        "zone-points": features(client, "/collections/zone-points/items"),
        "admin-units": features(client, "/collections/admin-units/items?limit=1000"),
    }


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")
@pytest.mark.parametrize("name", ["zones", "zone-points", "admin-units"])
@pytest.mark.parametrize(
    "box",
    [
        (105.9, 9.4, 106.2, 9.7),
        (106.1, 9.6, 106.1, 9.6),
        (105.97, 9.3, 105.97, 10.3),
        (104, 9.64, 106, 9.64),
        (104.0477, 10.0, 105.0, 10.3167),
        (-180, -90, 180, 90),
        (0, 0, 0, 0),
        (105.98, 9.64, 105.9801, 9.6401),
    ],
)
def test_bbox_finds_what_the_geometry_says(
    client: TestClient, all_features: dict[str, dict[str, Feature]], name: str, box: tuple[float, ...]
) -> None:
    west, south, east, north = box
    asked = shapely.LineString([(west, south), (east, north)]).envelope
    expected = {
        id for id, one in all_features[name].items() if one["geometry"] and shape(one["geometry"]).intersects(asked)
    }
    found = features(client, f"/collections/{name}/items?limit=1000&bbox={written(box, CRS84)}")
    assert set(found) == expected


def test_a_box_of_no_size_finds_the_point_it_stands_on(
    client: TestClient, all_features: dict[str, dict[str, Feature]]
) -> None:
    for id, one in all_features["zone-points"].items():
        lon, lat = one["geometry"]["coordinates"]
        assert id in features(client, f"{HAS_ALL}&bbox={lon},{lat},{lon},{lat}")


def test_bbox_finds_only_zones_with_an_outline_and_every_zone_as_a_point(client: TestClient) -> None:
    around = "bbox=100,5,110,25"
    assert set(features(client, f"/collections/zones/items?{around}")) == OUTLINED
    assert len(features(client, f"{HAS_ALL}&{around}")) == 26


def test_a_box_across_180_degrees(client: TestClient) -> None:
    for crs in (CRS84, WGS84, VN2000):
        system = f"bbox-crs={crs.uri}"
        assert len(features(client, f"{HAS_ALL}&{system}&bbox={written((170, -10, 110, 20), crs)}")) == 26
        assert len(features(client, f"{HAS_ALL}&{system}&bbox={written((100, -10, -170, 20), crs)}")) == 26
        assert not features(client, f"{HAS_ALL}&{system}&bbox={written((180, -10, -170, 20), crs)}")


def test_heights_of_a_box_are_left_out_of_account(client: TestClient) -> None:
    assert set(features(client, "/collections/zones/items?bbox=100,5,-1e3,110,25,1e3")) == OUTLINED


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs")
@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
def test_bbox_crs_finds_a_zone_where_it_lies_and_not_beside(
    client: TestClient, all_features: dict[str, dict[str, Feature]], crs: Crs
) -> None:
    corners = from_wgs84(points([all_features["zones"]["kcn-tran-de"]]), crs)
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    inside = ((west + east) / 2, south, east, north)
    beside = (2 * east - west, south, 3 * east - 2 * west, north)
    for name in (crs.uri, crs.curie):
        address = f"/collections/zones/items?bbox-crs={name}&bbox="
        assert set(features(client, address + written(inside, crs))) == {"kcn-tran-de"}
        assert not features(client, address + written(beside, crs))


@pytest.mark.parametrize("crs", PROJECTED, ids=lambda crs: crs.code)
@pytest.mark.parametrize(
    ("box", "count"),
    [
        ((-3e7, -3e7, 3e7, 3e7), 26),
        ((-1e99, -1e99, 1e99, 1e99), 26),
        ((3e7, 3e7, 3.1e7, 3.1e7), 0),
        ((-3e7, -4e6, 3e7, -3.9e6), 0),
        ((-2e7, 1e7, 2e7, 1.0001e7), 0),
        ((0, 0, 0, 0), 0),
    ],
)
def test_a_box_may_reach_beyond_where_its_system_is_used(
    client: TestClient, crs: Crs, box: tuple[float, ...], count: int
) -> None:
    answer = client.get(f"{HAS_ALL}&bbox-crs={crs.uri}&bbox={written(box, crs)}")
    assert (answer.status_code, answer.json()["numberMatched"]) == (200, count)


def test_a_large_projected_box_has_straight_sides_in_its_own_system(
    client: TestClient, all_features: dict[str, dict[str, Feature]]
) -> None:
    """Its southern side is a curve in degrees, kilometres off the line between the corners."""
    crs = by_epsg(9217)
    ids = list(all_features["zone-points"])
    northings = from_wgs84(points(all_features["zone-points"].values()), crs)[:, 1]
    for south in (northing + metres for northing in northings for metres in (-5, 5)):
        expected = {id for id, northing in zip(ids, northings, strict=True) if northing >= south}
        found = features(client, f"{HAS_ALL}&bbox-crs={crs.uri}&bbox={written((-5e5, south, 1e6, 2e6), crs)}")
        assert set(found) == expected


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs")
@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
@pytest.mark.parametrize("name", ["zones", "zone-points"])
def test_crs_gives_coordinates_by_the_official_operation(
    client: TestClient, all_features: dict[str, dict[str, Feature]], crs: Crs, name: str
) -> None:
    answer = client.get(f"/collections/{name}/items?crs={crs.uri}")
    assert answer.headers["content-crs"] == f"<{crs.uri}>"
    given = points(answer.json()["features"])
    if crs.axis_order == "lat,lon":
        given = given[:, ::-1]
    expected = from_wgs84(points(all_features[name].values()), crs)
    assert np.abs(given - expected).max() < MILLIMETRE[crs.is_projected]


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs")
@pytest.mark.parametrize(("crs", "first"), [(WGS84, 9.55), (VN2000, 9.55), (CRS84, 106.1), (WEB_MERCATOR, 1.18e7)])
def test_axis_order(client: TestClient, crs: Crs, first: float) -> None:
    for address in ("items/kcn-tran-de", "items"):
        answer = client.get(f"/collections/zone-points/{address}?crs={crs.curie}").json()
        (found,) = [one for one in answer.get("features", [answer]) if one["id"] == "kcn-tran-de"]
        assert found["geometry"]["coordinates"][0] == pytest.approx(first, rel=0.01)


def test_an_item_says_its_crs_as_the_collection_does(client: TestClient) -> None:
    crs = by_epsg(9209)
    item = client.get(f"/collections/zones/items/kcn-tran-de?crs={crs.uri}")
    assert item.headers["content-crs"] == f"<{crs.uri}>"
    assert client.get("/collections/zones/items/kcn-tran-de").headers["content-crs"] == f"<{CRS84.uri}>"
    items = client.get(f"/collections/zones/items?crs={crs.uri}").json()["features"]
    (same,) = [one for one in items if one["id"] == "kcn-tran-de"]
    assert item.json()["geometry"] == same["geometry"]


def test_facts_have_no_coordinates_and_no_crs(client: TestClient) -> None:
    answer = client.get("/collections/facts/items?limit=1000")
    assert "content-crs" not in answer.headers
    assert {repr(one["geometry"]) for one in answer.json()["features"]} == {"None"}


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs")
@pytest.mark.parametrize("gap", [1e-9, 1e-7, 1e-6, 5e-6])
@pytest.mark.parametrize("way", ["bbox", "filter"])
def test_a_point_just_outside_a_rectangle_is_outside(client: TestClient, gap: float, way: str) -> None:
    """By less than an index in single precision can tell."""
    for slug, one in features(client, "/collections/zone-points/items").items():
        lon, lat = one["geometry"]["coordinates"]
        sides = [(lon - 1, lat - 1, lon - gap, lat + 1), (lon + gap, lat - 1, lon + 1, lat + 1),
                 (lon - 1, lat - 1, lon + 1, lat - gap), (lon - 1, lat - 1, lon + gap, lat + 1)]  # fmt: skip
        met = []
        for side in sides:
            text = ",".join(f"{number:.10f}" for number in side)
            asked = {"bbox": text} if way == "bbox" else {"filter": f"S_INTERSECTS(geometry, BBOX({text}))"}
            page = client.get("/collections/zone-points/items", params={**asked, "limit": 100}).json()
            met.append(slug in {found["id"] for found in page["features"]})
        assert met == [False, False, False, True]


def test_collections_list_their_systems(client: TestClient) -> None:
    answer = client.get("/collections").json()
    uris = [crs.uri for crs in ALL]
    assert answer["crs"] == uris
    assert len(uris) == 23
    for one in answer["collections"]:
        if one["id"] == "facts":
            assert not {"crs", "storageCrs"} & set(one)
            assert "spatial" not in one["extent"]
            continue
        assert (one["crs"], one["storageCrs"]) == (uris, CRS84.uri)
        if one["id"] == "lots":  # there are none, and so there is no extent
            assert "spatial" not in one["extent"]
            continue
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        found = points(features(client, f"/collections/{one['id']}/items?limit=1000").values())
        margins = [*(found.min(axis=0) - (west, south)), *((east, north) - found.max(axis=0))]
        assert min(margins) >= 0  # it holds them all, and is no larger than it must be
        assert max(margins) <= 0.001


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson")
def test_coordinates_are_the_stored_numbers_in_their_shortest_form(client: TestClient) -> None:
    """The very digits of data/zones.geojson, outline and point."""
    file = (ROOT / "data" / "zones.geojson").read_text(encoding="utf-8")
    stored = {one["id"]: one for one in json.loads(file, parse_float=str)["features"]}
    outlines = json.loads(client.get("/collections/zones/items").text, parse_float=str)["features"]
    places = json.loads(client.get("/collections/zone-points/items").text, parse_float=str)["features"]
    assert {one["id"] for one in outlines} == set(stored)
    for outline, place in zip(outlines, places, strict=True):
        expected = stored[outline["id"]]
        assert outline["geometry"] == expected["geometry"]
        assert place["geometry"]["coordinates"] == [expected["properties"]["lon"], expected["properties"]["lat"]]
    assert all(digits == repr(float(digits)) for one in outlines if one["geometry"] for digits in points([one]).flat)
