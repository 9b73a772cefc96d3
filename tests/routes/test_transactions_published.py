"""Writes of zones that publish at once, and what they were made from."""

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.changes import publish_version
from tests.people import add_person
from tests.routes.test_changes import ready, square, step
from tests.transactions import (
    CRS,
    GEOJSON,
    ITEMS,
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


# Writes that publish


@pytest.mark.conformance(f"{PART4}/optimistic-locking-etags")
def test_whoever_may_approve_their_own_publishes_at_once(own_client: TestClient, one: Headers) -> None:
    before = own_client.get(ZONE)
    sent = {"geometry": square(), "properties": {
        "name_en": "At Once", "boundary_quality": "surveyed", "boundary_accuracy_m": 0.1, "document": "D001",
        "reasons": "as the annex says"}}  # fmt: skip
    answer = send(own_client, "PATCH", ZONE, sent, one, If_Match=before.headers["etag"])
    assert answer.status_code == 204, answer.text
    after = own_client.get(ZONE, headers={"Accept": GEOJSON, "Accept-Language": "en", "Accept-Encoding": "identity"})
    assert after.headers["etag"] == answer.headers["etag"] != before.headers["etag"]
    assert (after.json()["geometry"], after.json()["properties"]["name_en"]) == (square(), "At Once")
    change = change_of(own_client, one, answer)
    assert (change["state"], change["published_version"]) == ("approved", 2)
    assert [entry["action"] for entry in change["log"]] == [
        "change.begun.update", "change.submitted", "change.approved"
    ]  # fmt: skip
    sent = after.json()
    sent["properties"] |= {"name_en": "Put", "document": "D001", "reasons": "as before"}
    answer = send(own_client, "PUT", ZONE, sent, one, If_Match=answer.headers["etag"])
    assert answer.status_code == 204, answer.text
    told = {name: value for name, value in sent["properties"].items() if name not in ("document", "reasons")}
    assert whole(own_client)["properties"] | {"updated_at": ""} == {**told, "version": 3, "updated_at": ""}


@pytest.mark.conformance(f"{PART4}/optimistic-locking-etags")
def test_what_publishes_says_what_it_was_made_from(own_client: TestClient, one: Headers) -> None:
    sent = {"properties": {"name_en": "Blind", "document": "D001"}}
    blind = send(own_client, "PATCH", ZONE, sent, one)
    assert (blind.status_code, blind.json()["type"]) == (428, "/problems/needs-if-match")
    asked = send(own_client, "PATCH", ZONE, sent, one, Prefer="respond-async")
    assert asked.status_code == 202
    full = send(own_client, "PATCH", ZONE, sent, one, If_Match="*")
    assert (full.status_code, full.json()["type"]) == (409, "/problems/draft-exists")
    assert whole(own_client)["properties"]["version"] == 1


def test_a_write_that_fails_its_checks_leaves_nothing_behind(own_client: TestClient, one: Headers) -> None:
    sent = {"properties": {"name_en": "No document", "declared_area_ha": 500}}
    answer = send(own_client, "PATCH", ZONE, sent, one, If_Match="*")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/checks-failed")
    assert {"document-missing", "area-unstated"} <= {noticed["code"] for noticed in answer.json()["issues"]}
    assert own_client.get("/changes", headers=one).json()["changes"] == []
    assert whole(own_client)["properties"]["version"] == 1


def test_a_new_zone_never_publishes_by_itself(own_client: TestClient, one: Headers) -> None:
    answer = post(own_client, one, feature(square(), document="D001", reasons="new"))
    assert change_of(own_client, one, answer)["state"] == "draft"
    path = str(answer.headers["location"])
    assert send(own_client, "PATCH", path, {"properties": {"name_en": "x"}}, one).status_code == 202
    assert send(own_client, "DELETE", ZONE, None, one).status_code == 202


def test_a_reviewer_without_leave_only_proposes(own_client: TestClient, own_url: str) -> None:
    both = add_person(own_url, "both", ("editor", "can-tho"), ("reviewer", "can-tho"))
    assert patch(own_client, both, {"properties": {"name_en": "x"}})["state"] == "draft"


# What a write was made from


@pytest.mark.conformance(f"{PART4}/optimistic-locking-etags")
@pytest.mark.parametrize(
    ("params", "accept", "coding"),
    [({}, GEOJSON, "identity"), ({}, GEOJSON, "gzip"), ({}, GEOJSON, "zstd"), ({"skipGeometry": "true"}, GEOJSON, ""),
     ({"crs": f"{CRS}/EPSG/0/9209", "properties": "name_vi"}, GEOJSON, "gzip"), ({"lang": "en"}, "text/html", "gzip"),
     ({}, "text/html", "identity"), ({"as_of": "2026-01-01"}, GEOJSON, "identity")],
)  # fmt: skip
def test_the_etag_of_any_form_of_the_version_in_force_matches(
    own_client: TestClient, own_url: str, lan: Headers, params: Headers, accept: str, coding: str
) -> None:
    held = own_client.get(ZONE, params=params, headers={"Accept": accept, "Accept-Encoding": coding})
    etag = held.headers["etag"]
    sent = {"properties": {"name_en": "Seen"}}
    assert send(own_client, "PATCH", ZONE, sent, lan, If_Match=etag).status_code == 202
    assert send(own_client, "PATCH", ZONE, sent, lan, If_Match=f'"other", {etag}').status_code == 202
    assert send(own_client, "PATCH", ZONE, sent, lan, If_Match=f"W/{etag}").status_code == 412
    assert send(own_client, "PATCH", f"{ITEMS}/kcn-song-hau", sent, lan, If_Match=etag).status_code == 412
    with psycopg.connect(own_url, autocommit=True) as connection:
        publish_version(connection, "kcn-tran-de", "Tên khác")
    assert send(own_client, "PATCH", ZONE, sent, lan, If_Match=etag).status_code == 412
    assert send(own_client, "DELETE", ZONE, None, lan, If_Match=etag).status_code == 412


def test_a_stale_write_is_told_all_three_versions(own_client: TestClient, own_url: str, lan: Headers) -> None:
    hoa, minh = add_person(own_url, "hoa", ("editor", "can-tho")), add_person(own_url, "minh", ("reviewer", "can-tho"))
    change = ready(own_client, hoa, outline=square(), name_en="By Hoa")
    step(own_client, hoa, change, "submit")
    step(own_client, minh, change, "approve")
    seen = own_client.get(ZONE)
    change = ready(own_client, hoa, outline=square(side=0.0116), name_en="By Hoa again", doubts="none")
    step(own_client, hoa, change, "submit")
    step(own_client, minh, change, "approve")
    mine = square(lon=106.0501)
    sent = {"geometry": mine, "properties": {"name_en": "By Lan"}}
    answer = send(own_client, "PATCH", ZONE, sent, lan, If_Match=seen.headers["etag"])
    assert answer.status_code == 412
    told = answer.json()
    now = own_client.get(ZONE, headers={"Accept": GEOJSON, "Accept-Language": "en", "Accept-Encoding": "identity"})
    current = {"version": 3, "href": f"http://testserver{ZONE}", "etag": now.headers["etag"]}
    assert (told["type"], told["current"]) == ("/problems/stale-version", current)
    comparison = told["comparison"]
    assert (comparison["base"], comparison["theirs"]) == ({"version": 2}, {"version": 3})
    differing = comparison["properties"]
    assert set(differing) == {"name_en", "doubts", "location"}
    assert differing["name_en"] == {"base": "By Hoa", "yours": "By Lan", "theirs": "By Hoa again"}
    assert differing["doubts"]["theirs"] == "none" != differing["doubts"]["base"] == differing["doubts"]["yours"]
    outline = comparison["outline"]
    assert outline["theirs"]["gained_ha"] > 1 and outline["theirs"]["lost_ha"] == 0
    assert outline["yours"]["gained_ha"] > 1 and outline["yours"]["lost_ha"] > 1
    assert outline["yours"]["changed_corners"] == 4
    assert outline["yours"]["corners"][0]["moved_m"] == pytest.approx(11, abs=0.1)
    assert outline["between"]["lost_ha"] > 1
    unknown = send(own_client, "PATCH", ZONE, sent, lan, If_Match='"abc"').json()["comparison"]
    assert (unknown["base"], unknown["outline"]["yours"]) == (None, None)
    assert unknown["outline"]["between"] == outline["between"]
    retried = patch(own_client, lan, sent, If_Match=current["etag"])
    assert retried["base_version"] == 3
