"""Writing zones as features: what becomes of POST, PUT, PATCH and DELETE, and for whom."""

import json
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.changes import publish_version
from tests.people import add_person
from tests.routes.test_changes import square, step
from tests.transactions import (
    CRS,
    GEOJSON,
    ITEMS,
    MERGE,
    NEW,
    PART4,
    ZONE,
    Headers,
    change_of,
    feature,
    lan,
    one,
    patch,
    post,
    send,
    whole,
)

__all__ = ["lan", "one"]  # fixtures


# What may be done, and by whom


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
@pytest.mark.conformance(f"{PART4}/update")
def test_options_tell_what_can_be_written(client: TestClient) -> None:
    many, single = client.options(ITEMS), client.options(f"{ITEMS}/unknown_id")
    assert (many.status_code, many.headers["allow"]) == (200, "GET, HEAD, OPTIONS, POST")
    assert GEOJSON in many.headers["accept-post"]
    assert (single.status_code, single.headers["allow"]) == (200, "DELETE, GET, HEAD, OPTIONS, PATCH, PUT")
    assert MERGE in single.headers["accept-patch"]
    for other in ("zone-points", "lots", "facts", "admin-units"):
        assert client.options(f"/collections/{other}/items").headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_script_of_another_page_may_read_and_not_write(own_client: TestClient, lan: Headers) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PATCH"}
    assert own_client.options(ZONE, headers=asked).headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    answer = send(own_client, "PATCH", ZONE, {}, lan, Origin="https://elsewhere.example")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/wrong-token")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", ITEMS, "GET, HEAD, POST"), ("POST", ZONE, "DELETE, GET, HEAD, PATCH, PUT"),
     ("POST", "/collections/lots/items", "GET, HEAD"), ("PUT", f"{ZONE}/sources", "GET, HEAD")],
)  # fmt: skip
def test_what_cannot_be_done_says_what_can(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_refusals_come_in_order(own_client: TestClient, own_url: str, lan: Headers, one: Headers) -> None:
    """401, 404, 403, 428, 412, and then what is wrong with the body."""
    stale = {"If_Match": '"999.1-' + 24 * "0" + '"'}
    stranger = add_person(own_url, "hoa", ("editor", "an-giang"))
    for method in ("PUT", "PATCH"):

        def status(who: Headers | None, path: str = ZONE, method: str = method, **headers: str) -> int:
            answer = own_client.request(
                method,
                path,
                content="{",
                headers={
                    "Accept": "application/json",
                    **(who or {}),
                    **{k.replace("_", "-"): v for k, v in headers.items()},
                },
            )
            assert answer.headers["content-type"] == "application/problem+json"
            return answer.status_code

        assert status(None, **stale) == 401
        assert status({"Authorization": "Bearer izr_nonsense"}, **stale) == 401
        assert status(one, f"{ITEMS}/kcn-nowhere", **stale) == 404
        assert status(stranger, **stale) == 403
        assert status(one) == 428
        assert status(one, **stale) == 412
        assert status(lan, **stale) == 412
        assert status(lan) == 400  # without a Content-Type
        assert status(lan, Content_Type="text/plain") == 415
        assert status(lan, Content_Type=GEOJSON) == 400


def test_a_body_of_a_kind_that_is_not_read_is_told_which_are(own_client: TestClient, lan: Headers) -> None:
    answer = send(own_client, "PATCH", ZONE, [], lan, media="application/json-patch+json")
    assert (answer.status_code, answer.headers["accept-patch"]) == (415, f"{MERGE}, {GEOJSON}, application/json")
    answer = send(own_client, "PUT", ZONE, {}, lan, media=MERGE)
    assert answer.status_code == 415
    large = own_client.patch(ZONE, content=b" " * 21_000_000, headers={**lan, "Content-Type": MERGE})
    assert large.status_code == 413


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
@pytest.mark.parametrize(("method", "path"), [("POST", ITEMS), ("PUT", ZONE), ("PATCH", ZONE)])
def test_a_body_without_a_content_type_is_refused(own_client: TestClient, lan: Headers, method: str, path: str) -> None:
    answer = own_client.request(method, path, content=json.dumps(feature()), headers=lan)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/no-content-type")


# New zones


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
@pytest.mark.conformance(f"{PART4}/features")
def test_a_new_zone_is_a_draft_that_only_its_author_reads(own_client: TestClient, own_url: str, lan: Headers) -> None:
    answer = post(own_client, lan, feature(square()))
    location = answer.headers["location"]
    assert location == f"http://testserver{ITEMS}/kcn-nga-nam"
    change = change_of(own_client, lan, answer)
    assert (change["action"], change["state"], change["zone"]) == ("create", "draft", "kcn-nga-nam")
    draft = own_client.get(location, headers={**lan, "Accept": GEOJSON})
    assert (draft.status_code, draft.headers["cache-control"]) == (200, "no-store")
    assert draft.json()["geometry"] == square()
    assert {name: draft.json()["properties"][name] for name in NEW} == NEW
    assert draft.json()["properties"]["version"] is None
    colleague = add_person(own_url, "hoa", ("editor", "can-tho"), ("reviewer", "can-tho"))
    for other in ({}, colleague):
        assert own_client.get(location, headers=other).status_code == 404
    assert own_client.get(location, headers={"Authorization": "Bearer wrong"}).status_code == 401
    page = own_client.get(location, headers={**lan, "Accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, f"/desk/changes/{change['id']}")
    assert send(own_client, "PATCH", location, {}, colleague).status_code == 404


def test_a_draft_is_read_in_any_system_and_part(own_client: TestClient, lan: Headers) -> None:
    path = str(post(own_client, lan, feature(square())).headers["location"])
    for crs in (f"{CRS}/EPSG/0/9209", f"{CRS}/EPSG/0/4326", f"{CRS}/OGC/1.3/CRS84"):
        answer = own_client.get(path, params={"crs": crs}, headers={**lan, "Accept": GEOJSON})
        assert answer.headers["content-crs"] == f"<{crs}>"
        change = patch(own_client, lan, {"geometry": answer.json()["geometry"]}, path, Content_Crs=f"<{crs}>")
        assert change["boundary"] == square()
    some = whole(own_client, lan, path, properties="name_en", skipGeometry="true")
    assert (some["geometry"], some["properties"]) == (None, {"name_en": "Nga Nam Park"})
    assert own_client.get(path, params={"crs": "nonsense"}, headers=lan).status_code == 400


def test_its_author_goes_on_with_a_new_zone_until_it_is_withdrawn(own_client: TestClient, lan: Headers) -> None:
    path = str(post(own_client, lan, feature()).headers["location"])
    first = own_client.get(path, headers={**lan, "Accept": GEOJSON}).headers["etag"]
    change = patch(own_client, lan, {"properties": {"name_en": "Better", "declared_area_ha": 120}}, path)
    assert (change["values"]["name_en"], change["values"]["declared_area_ha"]) == ("Better", 120)
    late = send(own_client, "PATCH", path, {"properties": {"name_en": "Late"}}, lan, If_Match=first)
    assert (late.status_code, late.json()["type"]) == (412, "/problems/stale")
    now = own_client.get(path, headers={**lan, "Accept": GEOJSON})
    change = patch(own_client, lan, {"geometry": square()}, path, If_Match=now.headers["etag"])
    assert change["boundary"] == square()
    sent = {**now.json(), "properties": {**now.json()["properties"], "name_en": "Whole"}, "geometry": square()}
    assert send(own_client, "PUT", path, sent, lan).status_code == 202
    assert whole(own_client, lan, path)["properties"]["name_en"] == "Whole"
    gone = send(own_client, "DELETE", path, None, lan)
    assert gone.status_code == 204
    assert change_of(own_client, lan, gone)["state"] == "withdrawn"
    assert own_client.get(path, headers=lan).status_code == 404
    again = post(own_client, lan, feature())
    assert again.headers["location"].endswith("/kcn-nga-nam-2")


def test_an_id_can_be_wished_for_once(own_client: TestClient, lan: Headers) -> None:
    wished = {**feature(), "id": "kcn-cua-toi"}
    assert post(own_client, lan, wished).headers["location"].endswith("/kcn-cua-toi")
    again = send(own_client, "POST", ITEMS, wished, lan)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/id-taken")


def test_an_editor_proposes_only_in_provinces_of_theirs(own_client: TestClient, own_url: str, lan: Headers) -> None:
    answer = send(own_client, "POST", ITEMS, feature(province="An Giang"), lan)
    assert answer.status_code == 403 and "An Giang" in answer.json()["detail"]
    reader = add_person(own_url, "nobody")
    assert own_client.post(ITEMS, content="{", headers=reader).status_code == 403
    answer = send(own_client, "PATCH", ZONE, {"properties": {"province": "an-giang"}}, lan)
    assert answer.status_code == 403
    assert own_client.get("/changes", headers=lan).json()["changes"] == []


# Changes of what is published


@pytest.mark.conformance(f"{PART4}/update")
def test_an_editors_patches_collect_in_one_draft(own_client: TestClient, lan: Headers) -> None:
    """QGIS sends the outline and the attributes by themselves, and no If-Match."""
    before = whole(own_client)
    first = patch(own_client, lan, {"geometry": square()})
    second = patch(own_client, lan, {"properties": {"name_en": "Renamed", "commune": "Xã A; Xã B"}})
    third = patch(own_client, lan, {"properties": {"boundary_quality": "digitised"}})
    assert first["id"] == second["id"] == third["id"]
    assert third["boundary"] == square()
    assert third["values"] == {"name_en": "Renamed", "communes": ["Xã A", "Xã B"], "boundary_quality": "digitised"}
    assert third["base_version"] == before["properties"]["version"]
    assert whole(own_client) == before  # for everybody, its author too
    assert whole(own_client, lan) == before
    back = patch(own_client, lan, {"properties": {"name_en": before["properties"]["name_en"]}})
    assert "name_en" not in back["values"]
    assert patch(own_client, lan, {"geometry": before["geometry"]})["has_boundary"] is False


def test_patches_at_the_same_moment_meet_in_one_draft(own_client: TestClient, lan: Headers) -> None:
    values = {"name_en": "x", "doubts": "y", "declared_area_ha": 5, "historic_district": "z"}
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, own_client, "PATCH", ZONE, {"properties": {name: value}}, lan)
                for name, value in values.items()]  # fmt: skip
        answers = [one.result() for one in sent]
    assert [one.status_code for one in answers] == [202] * 4
    assert len({one.headers["link"] for one in answers}) == 1
    assert change_of(own_client, lan, answers[0])["values"] == values


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
def test_put_takes_the_place_of_all_that_can_be_written(own_client: TestClient, lan: Headers) -> None:
    sent = whole(own_client)
    sent["properties"] |= {"name_en": "Replaced", "updated_at": sent["properties"]["updated_at"][:19] + "Z"}
    sent["properties"].pop("measured_area_ha")
    answer = send(own_client, "PUT", ZONE, sent, lan)
    assert answer.status_code == 202, answer.text
    change = change_of(own_client, lan, answer)
    assert (change["values"], change["has_boundary"]) == ({"name_en": "Replaced"}, False)
    del sent["properties"]["declared_area_ha"], sent["properties"]["commune"]
    change = change_of(own_client, lan, send(own_client, "PUT", ZONE, {**sent, "geometry": None}, lan))
    assert change["values"]["declared_area_ha"] is None
    assert change["has_boundary"] and change["boundary"] is None
    for member in ("geometry", "properties", "type"):
        short = send(own_client, "PUT", ZONE, {name: one for name, one in sent.items() if name != member}, lan)
        assert short.status_code == 400 and f"/{member}" in short.json()["detail"]
    for absent in (f"{ITEMS}/kcn-nowhere", f"{ITEMS}/%00", f"{ITEMS}/Khong%20co"):
        assert send(own_client, "PUT", absent, {**sent, "id": None}, lan, If_Match='"xyz"').status_code == 404


def test_a_merge_patch_takes_away_what_is_null(own_client: TestClient, lan: Headers) -> None:
    change = patch(own_client, lan, {"properties": {"commune": None, "declared_area_ha": None}, "geometry": None})
    assert change["values"]["declared_area_ha"] is None
    assert change["has_boundary"] and change["boundary"] is None
    answer = send(own_client, "PATCH", ZONE, {"properties": {"aliases": ["Old Park"]}}, lan, media="application/json")
    assert change_of(own_client, lan, answer)["values"]["aliases"] == ["Old Park"]


@pytest.mark.conformance(f"{PART4}/create-replace-delete")
def test_a_deletion_is_a_draft_that_needs_its_reason(own_client: TestClient, lan: Headers) -> None:
    answer = send(own_client, "DELETE", ZONE, None, lan)
    assert answer.status_code == 202
    change = change_of(own_client, lan, answer)
    assert (change["action"], change["state"]) == ("delete", "draft")
    assert {one["code"] for one in change["issues"]} >= {"reason-missing", "document-missing"}
    again = send(own_client, "DELETE", ZONE, None, lan)
    assert change_of(own_client, lan, again)["id"] == change["id"]
    other = send(own_client, "PATCH", ZONE, {"properties": {"name_en": "x"}}, lan)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/draft-exists")
    assert whole(own_client)["id"] == "kcn-tran-de"


def test_a_draft_on_a_former_version_is_not_mixed_with_the_present_one(
    own_client: TestClient, own_url: str, lan: Headers
) -> None:
    patch(own_client, lan, {"properties": {"name_en": "Mine"}})
    with psycopg.connect(own_url, autocommit=True) as connection:
        publish_version(connection, "kcn-tran-de", "Tên khác")
    answer = send(own_client, "PATCH", ZONE, {"properties": {"name_en": "More"}}, lan)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/base-moved")


def test_zones_that_ended_are_not_written(own_client: TestClient, own_url: str, lan: Headers) -> None:
    minh = add_person(own_url, "minh", ("reviewer", "can-tho"))
    for zone, action in (("kcn-dai-ngai", "withdraw"), ("kcn-song-hau", "delete")):
        begun = {"zone": zone, "action": action, "values": {"reason": "nhầm"}, "document": "D001"}
        change = own_client.post("/changes", json=begun, headers=lan).json()
        step(own_client, lan, change, "submit")
        step(own_client, minh, change, "approve")
    for method in ("PUT", "PATCH", "DELETE"):
        assert send(own_client, method, f"{ITEMS}/kcn-song-hau", feature(), lan).status_code == 410
        answer = send(own_client, method, f"{ITEMS}/kcn-dai-ngai", {**feature(), "properties": {}}, lan)
        assert answer.status_code == 409, answer.text


# Coordinates


def test_the_receipt_is_that_of_a_corner_table_and_a_broken_outline_has_none(
    own_client: TestClient, lan: Headers
) -> None:
    rows = {"text": "1 1060000 560000\n2 1060000 561000\n3 1059000 561000", "crs": "EPSG:9209"}
    table = own_client.post("/boundaries/from-corners", json=rows)
    named = set(table.json()["receipt"])
    plane = [[560000.0, 1058000.0], [561000.0, 1058000.0], [561000.0, 1059000.0], [560000.0, 1059000.0]]
    sent = {"geometry": {"type": "Polygon", "coordinates": [[*plane, plane[0]]]}}
    receipt = patch(own_client, lan, sent, Content_Crs=f"{CRS}/EPSG/0/9209")["receipt"]
    assert set(receipt) == named
    assert (receipt["crs"], receipt["operation_epsg"], receipt["plane_crs"]) == ("EPSG:9209", 6960, "EPSG:9209")
    assert receipt["plane_area_ha"] == pytest.approx(100, abs=1e-4)
    crossed = [plane[0], plane[2], plane[1], plane[3], plane[0]]
    sent = {"geometry": {"type": "Polygon", "coordinates": [crossed]}}
    change = patch(own_client, lan, sent, Content_Crs=f"{CRS}/EPSG/0/9209")
    assert change["has_boundary"] and change["receipt"] is None
    abroad = {"geometry": {"type": "Polygon", "coordinates": [[[2, 48], [2.1, 48], [2.1, 48.1], [2, 48]]]}}
    assert send(own_client, "PATCH", ZONE, abroad, lan).status_code == 400


@pytest.mark.conformance(f"{PART4}/features")
@pytest.mark.parametrize("system", ["OGC/1.3/CRS84", "EPSG/0/4326", "EPSG/0/9209", "EPSG/0/3405", "EPSG/0/4756"])
@pytest.mark.parametrize("bare", [True, False], ids=["as QGIS writes it", "in angle brackets"])
def test_a_corner_that_nobody_moved_keeps_its_bits(
    own_client: TestClient, lan: Headers, system: str, bare: bool
) -> None:
    uri = f"{CRS}/{system}"
    before = whole(own_client)["geometry"]["coordinates"][0][0]
    shown = whole(own_client, crs=uri)["geometry"]
    shown["coordinates"][0][0][3] = shown["coordinates"][0][0][4]
    del shown["coordinates"][0][0][4]
    change = patch(own_client, lan, {"geometry": shown}, Content_Crs=uri if bare else f"<{uri}>")
    assert change["boundary"]["coordinates"][0][0] == [*before[:3], *before[4:]]
    if "CRS84" not in system and "4326" not in system:
        assert change["receipt"]["crs"] == system.replace("/0/", ":") and change["receipt"]["accuracy_m"] == 1.0
    again = whole(own_client, crs=uri)["geometry"]
    assert patch(own_client, lan, {"geometry": again}, Content_Crs=uri)["has_boundary"] is False


def test_new_corners_are_rounded_once_and_heights_left_out(own_client: TestClient, lan: Headers) -> None:
    ring = [[106.0512345678949, 9.55, 7.5], [106.0614, 9.55, 8], [106.0614, 9.5614, 8], [106.0512345678949, 9.55, 7.5]]
    change = patch(own_client, lan, {"geometry": {"type": "Polygon", "coordinates": [ring]}})
    (drawn,) = change["boundary"]["coordinates"][0]
    assert change["boundary"]["type"] == "MultiPolygon"
    assert drawn == [[106.051234568, 9.55], [106.0614, 9.55], [106.0614, 9.5614], [106.051234568, 9.55]]
    moved = [[x + 1e-5, y] for x, y in drawn[:1]] + [[106.0614, 9.55 + 1e-10], *drawn[2:3]]
    moved.append(moved[0])
    change = patch(own_client, lan, {"geometry": {"type": "Polygon", "coordinates": [moved]}})
    assert change["boundary"]["coordinates"][0][0][1:3] == drawn[1:3]  # as in the draft


@pytest.mark.conformance(f"{PART4}/features")
@pytest.mark.parametrize(
    ("header", "named"),
    [(f"<{CRS}/EPSG/0/32648>", "9205"), ("EPSG:9209", "[EPSG:9209]"), ("nonsense", "9205"), ("<>", "9205")],
)
def test_a_system_that_is_not_known_is_refused(own_client: TestClient, lan: Headers, header: str, named: str) -> None:
    answer = send(own_client, "PATCH", ZONE, {"properties": {}}, lan, Content_Crs=header)
    assert answer.status_code == 400
    assert "Content-Crs" in answer.json()["detail"] and named in answer.json()["detail"]
