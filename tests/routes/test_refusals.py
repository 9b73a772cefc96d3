"""What must not be published is named before anybody approves it; nothing of a proposal ever breaks the service."""

import json
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.people import add_person, allow_own_approval, province_uid
from tests.routes.test_changes import ZONE, Headers, begin, item, lan, minh, published, ready, save, square, step

__all__ = ["lan", "minh"]  # fixtures
Json = dict[str, Any]
BOW = {"type": "Polygon", "coordinates": [[[106.0, 9.5], [106.01, 9.51], [106.01, 9.5], [106.0, 9.51], [106.0, 9.5]]]}
DECISION = {"kind": "decision", "title": "Quyết định 1"}
FUTURE = {"as_of": "2090-01-01", "quote": "sẽ"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"documents": [{"id": "D001", **DECISION}]}, "document-known"),
        ({"documents": [{"id": "q", **DECISION}, {"id": "q", **DECISION}]}, "document-twice"),
        ({"values": {"boundary_quality": None}}, "quality-missing"),
        ({"values": {"boundary_accuracy_m": None}}, "quality-missing"),
        ({"values": {"boundary_quality": "digitised"}}, "quality-without-outline"),
        ({"values": {"location_accuracy_m": None}}, "location-accuracy-missing"),
        ({"values": {"name_vi": None}}, "name-vi-missing"),
        ({"values": {"kind": None}}, "kind-missing"),
        ({"values": {"historic_province": "nowhere"}}, "unit-unknown"),
        ({"values": {"boundary_source": "nothing"}}, "document-unknown"),
        ({"observations": [{"indicator": "workers", "value": 1, **FUTURE}]}, "date-to-come"),
        ({"observations": [{"indicator": "fill_rate_pct", "value": -3, "quote": "x"}]}, "value-impossible"),
        ({"observations": [{"indicator": "none", "value": 3, "quote": "x"}]}, "indicator-unknown"),
        ({"milestones": [{"step": "withdrawn", **FUTURE}]}, "date-to-come"),
        ({"milestones": [{"step": "nothing", "quote": "x"}]}, "step-unknown"),
        ({"boundary": BOW}, "outline-invalid"),
        ({"boundary": None, "has_boundary": True}, "outline-missing"),
    ],
)
def test_it_is_an_error_before_it_is_handed_in(own_client: TestClient, lan: Headers, sent: Json, code: str) -> None:
    change = save(own_client, lan, begin(own_client, lan), document="D001", **sent)
    assert code in {one["code"] for one in change["issues"] if one["severity"] == "error"}, change["issues"]
    assert step(own_client, lan, change, "submit", status=409)["type"] == "/problems/checks-failed"


def test_two_drafts_that_bring_one_document_store_it_once(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    changes = []
    for zone, title in ((ZONE, "A"), ("kcn-song-hau", "A"), ("kcn-my-thanh", "B")):
        change = begin(own_client, lan, zone=zone)
        document = {**DECISION, "id": "qd-9", "title": title, "issued_on": "2026-05-29"}
        change = save(own_client, lan, change, document="qd-9", documents=[document], values={"name_en": "Other"})
        step(own_client, lan, change, "submit")
        changes.append(change)
    for same in changes[:2]:
        step(own_client, minh, same, "approve")
    other = step(own_client, minh, changes[2], "approve", status=409)
    assert other["issues"][0]["code"] == "document-known"
    with psycopg.connect(own_url) as connection:
        assert connection.execute("SELECT title FROM registry.sources WHERE id = 'qd-9'").fetchall() == [("A",)]


def test_an_end_keeps_the_outline(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan, action="withdraw")
    change = save(own_client, lan, change, document="D001", boundary=BOW, values={"reason": "x"})
    assert [one["code"] for one in change["issues"]] == ["outline-of-an-end"]


def test_a_zone_is_merged_into_one_that_is_there(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    gone = begin(own_client, lan, zone="kcn-song-hau", action="delete")
    gone = save(own_client, lan, gone, document="D001", values={"reason": "twice"})
    step(own_client, lan, gone, "submit")
    step(own_client, minh, gone, "approve")
    for successor in ("kcn-song-hau", ZONE, "kcn-nothing"):
        change = save(own_client, lan, begin(own_client, lan, zone=ZONE, action="merge"), document="D001",
                      values={"reason": "x", "successor": successor})  # fmt: skip
        assert [one["code"] for one in change["issues"]] == ["successor-unknown"], successor
        step(own_client, lan, change, "withdraw")


def test_a_new_zone_waits_for_its_day_as_a_change(own_client: TestClient, own_url: str, lan: Headers) -> None:
    with psycopg.connect(own_url) as connection:
        province = province_uid(connection, "can-tho")
    values = {"name_vi": "KCN Mới", "name_en": "New", "kind": "industrial_park", "province": province,
              "valid_from": "2090-01-01", "location": [106.0, 9.6], "location_accuracy_m": 500}  # fmt: skip
    answer = own_client.post("/changes", json={"values": values, "document": "D001"}, headers=lan)
    assert ("day-to-come", "error") in [(one["code"], one["severity"]) for one in answer.json()["issues"]]


def test_nobody_approves_their_own_change_by_moving_the_zone(own_client: TestClient, own_url: str) -> None:
    roles = [(role, province) for role in ("editor", "reviewer") for province in ("can-tho", "an-giang")]
    both = add_person(own_url, "both", *roles)
    allow_own_approval(own_url, "both", "an-giang")
    with psycopg.connect(own_url) as connection:
        elsewhere = province_uid(connection, "an-giang")
    change = save(own_client, both, begin(own_client, both), document="D001", values={"province": elsewhere})
    step(own_client, both, change, "submit")
    assert step(own_client, both, change, "approve", status=403)["type"] == "/problems/own-change"


def test_a_province_that_is_taken_back_is_taken_back(own_client: TestClient, own_url: str) -> None:
    both = add_person(own_url, "both", ("editor", "can-tho"), ("editor", "an-giang"))
    with psycopg.connect(own_url) as connection:
        here, elsewhere = province_uid(connection, "can-tho"), province_uid(connection, "an-giang")
    change = save(own_client, both, begin(own_client, both), values={"province": elsewhere})
    assert change["province_uid"] == elsewhere
    assert save(own_client, both, change, values={})["province_uid"] == here


def test_a_right_that_was_revoked_ends_what_one_may_write(own_client: TestClient, own_url: str, lan: Headers) -> None:
    change = begin(own_client, lan)
    with psycopg.connect(own_url) as connection:
        connection.execute("UPDATE accounts.grants SET revoked_at = now(), revoked_by = 'test'")
    saved = own_client.put(f"/changes/{change['id']}/draft", json={"title": "x"}, headers={**lan, "If-Match": '"1"'})
    kept = own_client.post(
        f"/changes/{change['id']}/evidence", files={"file": ("a.txt", b"a", "text/plain")}, headers=lan
    )
    assert (saved.status_code, kept.status_code) == (403, 403)


def test_a_revert_keeps_what_the_declared_area_rests_on(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    published(own_client, lan, minh, declared_area_ha=150)
    change = save(own_client, lan, begin(own_client, lan, action="revert", version=1), document="D001")
    change = save(own_client, lan, change, reasons={one["code"]: "back" for one in change["issues"]})
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    with psycopg.connect(own_url) as connection:
        rows = connection.execute(
            "SELECT declared_area_ha, declared_area_basis, declared_area_inputs FROM registry.zone_versions "
            "WHERE slug = %s AND version IN (1, 3) ORDER BY version", [ZONE]).fetchall()  # fmt: skip
    assert rows[0] == rows[1] and rows[0][2]


def test_there_is_no_way_back_to_an_end(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    change = save(own_client, lan, begin(own_client, lan, action="withdraw"), document="D001", values={"reason": "x"})
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    ended = own_client.post("/changes", json={"zone": ZONE, "action": "revert", "version": 2}, headers=lan)
    assert (ended.status_code, ended.json()["type"]) == (409, "/problems/no-way-back")
    for version in (0, 3, 3_000_000_000):
        answer = own_client.post("/changes", json={"zone": ZONE, "action": "revert", "version": version}, headers=lan)
        assert answer.status_code == 404, version
    assert (
        own_client.post("/changes", json={"zone": ZONE, "action": "revert", "version": 1}, headers=lan).status_code
        == 201
    )


def test_a_reason_holds_for_the_neighbour_it_was_given_for(own_client: TestClient, lan: Headers) -> None:
    place = item(own_client, "kcn-song-hau")["geometry"]["coordinates"][0][0][0]
    change = ready(own_client, lan, outline=square(place[0] - 0.005, place[1] - 0.005))
    assert [one["reason"] for one in change["issues"] if one["code"] == "overlap-indicative"] == ["as the annex says"]
    other = item(own_client, "kcn-dai-ngai")["geometry"]["coordinates"][0][0][0]
    change = save(own_client, lan, change, boundary=square(other[0] - 0.005, other[1] - 0.005))
    assert [one["reason"] for one in change["issues"] if one["code"] == "overlap-indicative"] == [None]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("draft", {"reasons": {"a\0": "x"}}), ("draft", {"values": {"valid_from": "2026-W22-5x"}}),
        ("draft", {"documents": [{"id": "a\0"}]}), ("draft", {"observations": [{"value": 1e400}]}),
        ("draft", {"values": {"name_vi": "\ud800"}}), ("draft", {"title": "x" * 400}),
        ("submit", {"text": 5}), ("reject", {"text": ["x"]}), ("comments", {"text": "\0"}), ("nothing", {}),
    ],
)  # fmt: skip
def test_odd_bodies_are_refused(own_client: TestClient, lan: Headers, path: str, sent: Json) -> None:
    change = begin(own_client, lan)
    method = "PUT" if path == "draft" else "POST"
    body = json.dumps(sent).encode()
    answer = own_client.request(method, f"/changes/{change['id']}/{path}", content=body,
                                headers={**lan, "If-Match": "*", "Content-Type": "application/json"})  # fmt: skip
    assert 400 <= answer.status_code < 500, answer.text


def test_what_is_reviewed_of_a_revert_is_what_is_published(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    published(own_client, lan, minh, name_en="Second", outline=square())
    change = begin(own_client, lan, action="revert", version=1)
    for sent in ({"values": {}}, {"has_boundary": False}, {"boundary": square(106.0)}, {"milestones": [{"step": "x"}]}):
        answer = own_client.put(f"/changes/{change['id']}/draft", json=sent, headers={**lan, "If-Match": "*"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/revert-is-fixed"), sent
    same = {name: change[name] for name in ("values", "boundary", "has_boundary", "observations", "milestones")}
    change = save(own_client, lan, change, document="D001", **same)
    change = save(own_client, lan, change, values={**change["values"], "valid_from": "2026-01-01"})
    assert change["values"]["valid_from"] == "2026-01-01"


def test_a_revert_that_is_taken_on_says_what_it_undoes(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    published(own_client, lan, minh, name_en="Second")
    change = begin(own_client, lan, action="revert", version=1)
    hoa = add_person(own_url, "hoa", ("editor", "can-tho"))
    published(own_client, hoa, minh, doubts="Third")
    assert "doubts" not in change["values"]
    assert step(own_client, lan, change, "rebase")["values"]["doubts"] != "Third"


def test_a_version_that_waits_can_be_taken_back(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    published(own_client, lan, minh, name_en="Mistyped", valid_from="2200-05-29")
    refused = step(own_client, lan, ready(own_client, lan, name_en="Meanwhile"), "submit", status=409)
    assert refused["type"] == "/problems/version-waits"
    for one in own_client.get("/changes?mine=true", headers=lan).json()["changes"]:
        step(own_client, lan, one, "withdraw")
    change = save(own_client, lan, begin(own_client, lan, action="revert", version=1), document="D001")
    change = save(own_client, lan, change, reasons={one["code"]: "mistyped" for one in change["issues"]})
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    found = item(own_client)["properties"]
    assert (found["version"], found["valid_from"]) == (3, None)
    assert own_client.get(f"/collections/zones/items/{ZONE}?datetime=2201-01-01").json()["properties"]["version"] == 3


def test_a_reviewer_approves_what_was_looked_at(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    change = ready(own_client, lan, name_en="Other")
    step(own_client, lan, change, "submit")
    address = f"/changes/{change['id']}/approve"
    stale = own_client.post(address, json={}, headers={**minh, "If-Match": '"1"'})
    assert stale.status_code == 412
    assert own_client.post(address, json={}, headers={**minh, "If-Match": f'"{change["edit"]}"'}).status_code == 200


@pytest.mark.parametrize("number", [1e308, -1e308, 1e20, 18446744073709551616])
def test_a_number_that_nothing_can_hold_is_not_stored(own_client: TestClient, lan: Headers, number: float) -> None:
    change = begin(own_client, lan)
    answer = own_client.put(f"/changes/{change['id']}/draft", headers={**lan, "If-Match": "*"},
                            json={"observations": [{"value": number}]})  # fmt: skip
    assert answer.status_code == 400
    assert own_client.get(f"/changes/{change['id']}", headers=lan).status_code == 200


@pytest.mark.parametrize("charset", ["undefined", "utf-7", "unicode_escape", "latin-1"])
def test_a_form_is_in_utf_8(own_client: TestClient, lan: Headers, charset: str) -> None:
    change, kind = begin(own_client, lan), f"multipart/form-data; charset={charset}; boundary=B"
    body = b'--B\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-x\r\n--B--\r\n'
    for path in (f"/changes/{change['id']}/comments", "/desk/sign-in", "/boundaries/from-file"):
        answer = own_client.post(path, content=body,
                                 headers={**lan, "Content-Type": kind})  # fmt: skip
        assert answer.status_code in (400, 415), (path, answer.text)


def test_an_origin_that_is_no_address_is_another_site(own_client: TestClient) -> None:
    answer = own_client.post("/desk/sign-in", data={"login": "a"}, headers={"Origin": "http://["})
    assert answer.status_code == 403
