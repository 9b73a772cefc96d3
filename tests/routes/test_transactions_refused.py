"""Writes of zones that are refused: each says what and where, and nothing that is sent breaks the service."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.people import add_person, allow_own_approval
from tests.transactions import (
    CRS,
    FAR_FROM_HTTP,
    GEOJSON,
    ITEMS,
    MERGE,
    PART4,
    ZONE,
    Headers,
    Json,
    feature,
    lan,
    post,
    send,
    whole,
)

__all__ = ["lan"]  # fixtures


# What cannot be written


@pytest.mark.conformance(f"{PART4}/features")
@pytest.mark.parametrize(
    ("sent", "where", "right"),
    [
        ({"fill_rate_pct": 99}, "/properties/fill_rate_pct", "what is there: "),
        ({"measured_area_ha": 1}, "/properties/measured_area_ha", "what is there: null"),
        ({"status": "withdrawn"}, "/properties/status", "what is there: "),
        ({"version": 2}, "/properties/version", "what is there: 1"),
        ({"slug": "kcn-khac"}, "/properties/slug", '"kcn-tran-de"'),
        ({"colour": "red"}, "/properties/colour", "declared_area_ha"),
        ({"declared_area_ha": "160"}, "/properties/declared_area_ha", "96.5"),
        ({"kind": "harbour"}, "/properties/kind", "industrial_park"),
        ({"valid_from": "29/05/2026"}, "/properties/valid_from", "2026-05-29"),
        ({"province": "Atlantis"}, "/properties/province", "province of today"),
        ({"province": 92}, "/properties/province", "text"),
        ({"historic_province": "Atlantis"}, "/properties/historic_province", "before"),
        ({"commune": 5}, "/properties/commune", "list"),
        ({"reasons": 7}, "/properties/reasons", "text"),
        ({"document": {}}, "/properties/document", "text"),
    ],
)  # fmt: skip
def test_a_property_that_cannot_be_so_is_named_with_what_would_be_right(
    own_client: TestClient, lan: Headers, sent: Json, where: str, right: str
) -> None:
    answer = send(own_client, "PATCH", ZONE, {"properties": sent}, lan)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith(where) and right in answer.json()["detail"]
    assert own_client.get("/changes", headers=lan).json()["changes"] == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([], "/"),
        ({"type": "FeatureCollection", "features": []}, "/type"),
        ({"id": "kcn-khac"}, "/id"),
        ({"id": 5}, "/id"),
        ({"properties": []}, "/properties"),
        ({"properties": "x"}, "/properties"),
        ({"geometry": {"type": "Point", "coordinates": [106, 9.5]}}, "/geometry"),
        ({"geometry": []}, "/geometry"),
        ({"geometry": {"type": "MultiPolygon", "coordinates": []}}, "/geometry/coordinates"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[106, 9], [107, 9], [107, 10]]]}}, "/geometry/coordinates"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[9, 106], [9, 107], [10, 107], [9, 106]]]}}, "/geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": [[["a", 9], [107, 9], [107, 10], ["a", 9]]]}}, "/geometry"),
    ],
)
def test_what_is_no_feature_is_refused_with_the_place(
    own_client: TestClient, lan: Headers, body: Any, where: str
) -> None:
    answer = send(own_client, "PATCH", ZONE, body, lan)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith(where)


def test_swapped_axes_in_metres_are_refused(own_client: TestClient, lan: Headers) -> None:
    shown = whole(own_client, crs=f"{CRS}/EPSG/0/9209")["geometry"]
    swapped = [[[[y, x] for x, y in ring] for ring in part] for part in shown["coordinates"]]
    sent = {"geometry": {"type": "MultiPolygon", "coordinates": swapped}}
    answer = send(own_client, "PATCH", ZONE, sent, lan, Content_Crs=f"<{CRS}/EPSG/0/9209>")
    assert answer.status_code == 400 and "axes" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["Cần Thơ", "can-tho", "Thành phố Cần Thơ", "92", "Sóc Trăng"])
def test_a_province_is_named_by_code_or_name(own_client: TestClient, lan: Headers, name: str) -> None:
    answer = post(own_client, lan, feature(province=name))
    assert whole(own_client, lan, answer.headers["location"])["properties"]["province"] == "Thành phố Cần Thơ"


def test_a_new_zone_says_where_it_lies_and_what_it_is_called(own_client: TestClient, lan: Headers) -> None:
    for sent, where in (({"province": None}, "province"), ({"name_vi": None, "name_en": None}, "name_vi"),
                        ({"name_vi": "***", "name_en": "!"}, "name_vi"), ({"fill_rate_pct": 5}, "fill_rate_pct"),
                        ({"slug": "kcn-x"}, "slug")):  # fmt: skip
        answer = send(own_client, "POST", ITEMS, feature(**sent), lan)
        assert answer.status_code == 400, answer.text
        assert answer.json()["detail"].startswith(f"/properties/{where}")
    nulls = {"fill_rate_pct": None, "slug": None, "version": None, "sectors": []}
    assert post(own_client, lan, feature(**nulls)).status_code == 201


# Hostile requests


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["kcn-tran-de", "Feature", "Polygon", "MultiPolygon", "2026-05-29", "Cần Thơ", 106.05, 9.55]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "geometry", "properties", "coordinates", "id", "name_vi", "province", "location"])
        | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
NAMES = st.sampled_from([
    "name_vi", "name_en", "kind", "province", "commune", "historic_province", "declared_area_ha", "doubts", "location",
    "valid_from", "document", "reasons", "aliases", "sources", "version", "updated_at", "sectors", "slug", "colour",
])  # fmt: skip
NUMBERS = st.sampled_from([106.05, 106.06, 9.55, 9.56, 0, -1, 1e300, 10**30, True, None, "9.55"])
RINGS = st.lists(st.lists(NUMBERS, max_size=4), max_size=6).map(lambda ring: ring + ring[:1])
GEOMETRIES = st.builds(
    lambda kind, rings: {"type": kind, "coordinates": rings if kind == "Polygon" else [rings]},
    st.sampled_from(["Polygon", "MultiPolygon"]), st.lists(RINGS, max_size=3),
)  # fmt: skip
BODIES = JSONS | st.fixed_dictionaries(
    {}, optional={"type": st.just("Feature") | JSONS, "id": st.just("kcn-tran-de") | JSONS,
                  "properties": st.dictionaries(NAMES, JSONS, max_size=4), "geometry": GEOMETRIES | JSONS},
)  # fmt: skip
SYSTEMS = st.sampled_from(["", "<>", f"<{CRS}/EPSG/0/9209>", f"<{CRS}/EPSG/0/4326>", f"{CRS}/EPSG/0/3857", "x" * 200])
MATCHES = st.sampled_from(["*", "", '"', '"1.1-000000000000000000000000"', '"draft-1-1"', "W/*", '"é', ",,,"])


@pytest.fixture(scope="module")
def shared(cluster_dsn: str) -> Any:
    """A register for many requests, with an editor and a one-person office."""
    from api.main import create_app
    from api.settings import Settings
    from tests.conftest import TEMPLATE, drop_database, make_database, unique

    dsn = make_database(cluster_dsn, unique("hostile"), TEMPLATE)
    with TestClient(create_app(Settings(database_url=dsn)), raise_server_exceptions=False) as made:
        lan = add_person(dsn, "lan", ("editor", "can-tho"))
        one = add_person(dsn, "one", ("editor", None), ("reviewer", None))
        allow_own_approval(dsn, "one", "can-tho")
        yield made, (lan, one)
    drop_database(dsn)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_write_breaks_the_service(shared: tuple[TestClient, tuple[Headers, ...]], data: st.DataObject) -> None:
    client, people = shared
    method = data.draw(st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]))
    item = data.draw(st.sampled_from(["kcn-tran-de", "kcn-song-hau", "kcn-nowhere", "%00", "%ED%A0%80", "..%2e"]))
    headers = {
        **data.draw(st.sampled_from(people)), "Content-Type": data.draw(st.sampled_from([GEOJSON, MERGE, "", "é"])),
        "Content-Crs": data.draw(SYSTEMS), "If-Match": data.draw(MATCHES),
    }  # fmt: skip
    if data.draw(st.booleans()):
        headers.pop("If-Match")
    raw = json.dumps(data.draw(BODIES)).encode() if data.draw(st.integers(0, 9)) else data.draw(st.binary(max_size=30))
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    path = ITEMS if method == "POST" else f"{ITEMS}/{item}"
    answer = client.request(method, path, content=raw, headers=given)
    assert answer.status_code in (201, 202, 204, 400, 403, 404, 409, 410, 412, 413, 415, 428), answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert not FAR_FROM_HTTP.search(answer.json()["detail"])
