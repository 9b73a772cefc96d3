"""From a draft to a version: who may do what, what is refused, and what everybody sees afterwards."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from tests.changes import legal_day
from tests.people import add_person, allow_own_approval

ZONE = "kcn-tran-de"
Headers = dict[str, str]
Json = dict[str, Any]


@pytest.fixture
def lan(own_url: str) -> Headers:
    """An editor of Cần Thơ, where Sóc Trăng is today."""
    return add_person(own_url, "lan", ("editor", "can-tho"))


@pytest.fixture
def minh(own_url: str) -> Headers:
    """A reviewer of Cần Thơ."""
    return add_person(own_url, "minh", ("reviewer", "can-tho"))


def square(lon: float = 106.05, lat: float = 9.55, side: float = 0.0114) -> Json:
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "MultiPolygon", "coordinates": [[[[round(x, 9), round(y, 9)] for x, y in ring]]]}


def polygon(*ring: list[float]) -> Json:
    return {"type": "Polygon", "coordinates": [list(ring)]}


def begin(client: TestClient, who: Headers, **sent: Any) -> Json:
    answer = client.post("/changes", json={"zone": ZONE, **sent}, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def save(client: TestClient, who: Headers, change: Json, **sent: Any) -> Json:
    headers = {**who, "If-Match": f'"{change["edit"]}"'}
    answer = client.put(f"/changes/{change['id']}/draft", json=sent, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def step(client: TestClient, who: Headers, change: Json, name: str, text: str = "", status: int = 200) -> Json:
    answer = client.post(f"/changes/{change['id']}/{name}", json={"text": text}, headers=who)
    assert answer.status_code == status, answer.text
    return answer.json()


def ready(client: TestClient, who: Headers, *, outline: Json | None = None, zone: str = ZONE, **values: Any) -> Json:
    """A draft that nothing stands in the way of."""
    change = begin(client, who, zone=zone)
    sent: Json = {"document": "D001", "values": values}
    if outline:
        sent |= {"boundary": outline, "values": {"boundary_quality": "digitised", "boundary_accuracy_m": 5, **values}}
    change = save(client, who, change, **sent)
    reasons = {one["code"]: "as the annex says" for one in change["issues"] if one["severity"] == "warning"}
    return save(client, who, change, reasons=reasons)


def published(client: TestClient, editor: Headers, reviewer: Headers, **options: Any) -> Json:
    change = ready(client, editor, **options)
    step(client, editor, change, "submit")
    return step(client, reviewer, change, "approve")


def item(client: TestClient, zone: str = ZONE) -> Json:
    answer = client.get(f"/collections/zones/items/{zone}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_approved_change_is_the_next_version_with_the_next_request(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    before = item(own_client)
    change = published(own_client, lan, minh, outline=square(), name_en="Tran De Park")
    after = item(own_client)
    assert after["geometry"] == square()
    assert after["properties"]["version"] == before["properties"]["version"] + 1 == change["published_version"]
    assert after["properties"]["name_en"] == "Tran De Park"
    assert after["properties"]["boundary_quality"] == "digitised"
    assert change["state"] == "approved"
    assert [one["action"] for one in change["log"]] == ["change.begun.update", "change.submitted", "change.approved"]
    assert [one["who"] for one in change["log"]] == ["Lan", "Lan", "Minh"]


def test_items_tiles_pages_and_maps_show_it_with_the_next_request(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    tile = "/collections/zones/tiles/WebMercatorQuad/12/1938/3254"  # where the new outline is to lie
    paths = (f"/collections/zones/items/{ZONE}", f"/collections/zones/items/{ZONE}?f=html&lang=en",
             "/collections/zones/items?bbox=106,9.5,106.1,9.6", "/maps/fill-rate?lang=en", tile)  # fmt: skip
    before = {path: own_client.get(path) for path in paths}
    published(own_client, lan, minh, outline=square(), name_en="Seen At Once")
    for path in paths:
        after = own_client.get(path, headers={"If-None-Match": before[path].headers["etag"]})
        assert after.status_code == 200, path
        assert after.content != before[path].content, path
        if path != tile:
            assert "Seen At Once" in after.text, path


def test_without_an_account_nothing_of_a_change_can_be_read_or_written(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    json = {"Accept": "application/json"}
    here = f"/changes/{change['id']}"
    for method, path in (("GET", "/changes"), ("GET", here), ("POST", "/changes"), ("PUT", f"{here}/draft"),
                         ("POST", f"{here}/submit")):  # fmt: skip
        assert own_client.request(method, path, headers=json).status_code == 401, path


def test_an_editor_of_another_province_is_told_why_not(own_client: TestClient, own_url: str, lan: Headers) -> None:
    change = begin(own_client, lan)
    stranger = add_person(own_url, "hoa", ("editor", "an-giang"))
    answer = own_client.post("/changes", json={"zone": ZONE}, headers=stranger)
    assert answer.status_code == 403
    assert "Cần Thơ" in answer.json()["detail"] and "An Giang" in answer.json()["detail"]
    assert own_client.get(f"/changes/{change['id']}", headers=stranger).status_code == 404
    assert own_client.get("/changes", headers=stranger).json()["changes"] == []


def test_an_editor_cannot_move_a_zone_to_a_province_of_others(
    own_client: TestClient, own_url: str, lan: Headers
) -> None:
    with psycopg.connect(own_url) as connection:
        row = connection.execute(
            "SELECT uid FROM registry.admin_units WHERE name = 'An Giang' AND level = 'province' AND valid_to IS NULL"
        ).fetchone()
    assert row
    change = begin(own_client, lan)
    answer = own_client.put(f"/changes/{change['id']}/draft", json={"values": {"province": row[0]}},
                            headers={**lan, "If-Match": '"1"'})  # fmt: skip
    assert answer.status_code == 403
    assert own_client.get(f"/changes/{change['id']}", headers=lan).json()["values"] == {}


def test_nobody_approves_their_own_change_unless_an_admin_allowed_it(own_client: TestClient, own_url: str) -> None:
    both = add_person(own_url, "both", ("editor", "can-tho"), ("reviewer", "can-tho"))
    change = ready(own_client, both, name_en="Tran De Park")
    step(own_client, both, change, "submit")
    assert "own change" in step(own_client, {**both, "Accept-Language": "en"}, change, "approve", status=403)["detail"]
    assert item(own_client)["properties"]["version"] == 1
    allow_own_approval(own_url, "both", "can-tho")
    assert step(own_client, both, change, "approve")["published_version"] == 2


def test_an_editor_cannot_approve(own_client: TestClient, own_url: str, lan: Headers) -> None:
    change = ready(own_client, lan, name_en="Tran De Park")
    step(own_client, lan, change, "submit")
    other = add_person(own_url, "hoa", ("editor", "can-tho"))
    assert step(own_client, other, change, "approve", status=403)["type"] == "/problems/role-missing"


def test_errors_and_warnings_without_a_reason_keep_a_draft_from_being_submitted(
    own_client: TestClient, lan: Headers
) -> None:
    change = begin(own_client, lan)
    refused = step(own_client, lan, change, "submit", status=409)
    assert [one["code"] for one in refused["issues"]] == ["document-missing"]
    change = save(own_client, lan, change, document="D001", values={"declared_area_ha": 200})
    refused = step(own_client, lan, change, "submit", status=409)
    assert [(one["code"], one["severity"]) for one in refused["issues"]] == [("area-unstated", "warning")]
    change = save(own_client, lan, change, reasons={"area-unstated": "the annex is on paper"})
    assert step(own_client, lan, change, "submit")["state"] == "submitted"


def test_two_windows_on_one_draft_cannot_overwrite_each_other(own_client: TestClient, lan: Headers) -> None:
    change = begin(own_client, lan)
    save(own_client, lan, change, title="first window")
    late = own_client.put(f"/changes/{change['id']}/draft", json={"title": "second window"},
                          headers={**lan, "If-Match": f'"{change["edit"]}"'})  # fmt: skip
    assert late.status_code == 412
    blind = own_client.put(f"/changes/{change['id']}/draft", json={"title": "blind"}, headers=lan)
    assert blind.status_code == 428
    assert own_client.get(f"/changes/{change['id']}", headers=lan).json()["title"] == "first window"


def test_the_second_of_two_editors_sees_a_conflict(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    hoa = add_person(own_url, "hoa", ("editor", "can-tho"))
    first, second = ready(own_client, lan, name_en="By Lan"), ready(own_client, hoa, name_en="By Hoa")
    step(own_client, hoa, second, "submit")
    step(own_client, lan, first, "submit")
    step(own_client, minh, first, "approve")
    refused = step(own_client, minh, second, "approve", status=409)
    assert refused["type"] == "/problems/base-moved"
    assert item(own_client)["properties"]["name_en"] == "By Lan"
    step(own_client, minh, second, "return", "Lan's came first")
    rebased = step(own_client, hoa, second, "rebase")
    assert (rebased["base_version"], rebased["state"]) == (2, "draft")
    step(own_client, hoa, second, "submit")
    step(own_client, minh, second, "approve")
    assert item(own_client)["properties"]["name_en"] == "By Hoa"


def test_an_outline_that_overlaps_another_is_refused_with_place_and_area(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    published(own_client, lan, minh, outline=square())
    change = begin(own_client, lan, zone="kcn-song-hau")
    change = save(own_client, lan, change, document="D001", boundary=square(106.06),
                  values={"boundary_quality": "digitised", "boundary_accuracy_m": 5})  # fmt: skip
    (met,) = [one for one in change["issues"] if one["code"] == "overlap"]
    assert met["severity"] == "error" and "Trần Đề" in met["message"]
    assert 106.06 < met["place"]["lon"] < 106.0614
    assert step(own_client, lan, change, "submit", status=409)["type"] == "/problems/checks-failed"


def test_a_version_whose_day_has_not_come_waits(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    tomorrow = (legal_day() + timedelta(days=2)).isoformat()
    change = published(own_client, lan, minh, name_en="To come", valid_from=tomorrow)
    assert change["published_version"] == 2
    assert item(own_client)["properties"]["version"] == 1
    later = ready(own_client, lan, name_en="Meanwhile")
    assert step(own_client, lan, later, "submit", status=409)["type"] == "/problems/version-waits"


def test_observations_milestones_and_documents_become_facts(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    change = begin(own_client, lan)
    change = save(
        own_client, lan, change, document="qd-1",
        documents=[{"id": "qd-1", "kind": "decision", "title": "Quyết định 1", "issued_on": "2026-05-01"}],
        observations=[{"indicator": "workers", "value": 120, "as_of": "2026", "quote": "120 lao động"}],
        milestones=[{"step": "operating", "as_of": "2026-06", "quote": "đi vào hoạt động"}],
    )  # fmt: skip
    assert change["issues"] == []
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    zone = item(own_client)["properties"]
    assert (zone["status"], zone["status_as_of"]) == ("operating", "2026-06")
    facts = own_client.get(f"/collections/facts/items?zone={ZONE}&source=qd-1").json()["features"]
    assert {one["properties"]["indicator"] for one in facts} == {"workers", "status"}


def test_withdrawn_merged_and_deleted_zones(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    def end(zone: str, action: str, **values: Any) -> None:
        change = begin(own_client, lan, zone=zone, action=action)
        change = save(own_client, lan, change, document="D001", values={"reason": "Theo quy hoạch mới", **values})
        step(own_client, lan, change, "submit")
        step(own_client, minh, change, "approve")

    end("kcn-dai-ngai", "withdraw")
    withdrawn = item(own_client, "kcn-dai-ngai")["properties"]
    assert (withdrawn["status"], withdrawn["status_reason"]) == ("withdrawn", "Theo quy hoạch mới")
    end("kcn-my-thanh", "merge", successor=ZONE)
    assert item(own_client, "kcn-my-thanh")["properties"]["successor"] == ZONE
    end("kcn-song-hau", "delete")
    gone = own_client.get("/collections/zones/items/kcn-song-hau")
    assert gone.status_code == 410 and "Theo quy hoạch mới" in gone.json()["detail"]
    again = own_client.post("/changes", json={"zone": "kcn-song-hau", "action": "create", "values": {}}, headers=lan)
    assert again.status_code in (403, 409)
    assert own_client.post("/changes", json={"zone": "kcn-dai-ngai"}, headers=lan).status_code == 409


def test_a_revert_is_itself_a_change(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    before = item(own_client)
    published(own_client, lan, minh, outline=square(), name_en="Tran De Park")
    change = begin(own_client, lan, action="revert", version=1)
    assert change["has_boundary"] and change["values"]["name_en"] == before["properties"]["name_en"]
    change = save(own_client, lan, change, document="D001")
    change = save(own_client, lan, change, reasons={one["code"]: "back" for one in change["issues"]})
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    after = item(own_client)
    assert after["geometry"] == before["geometry"]
    assert {**after["properties"], "version": 1, "updated_at": ""} == {**before["properties"], "updated_at": ""}
    assert after["properties"]["version"] == 3


def test_a_new_zone_has_its_id_at_once_and_for_ever(
    own_client: TestClient, own_url: str, lan: Headers, minh: Headers
) -> None:
    with psycopg.connect(own_url) as connection:
        row = connection.execute("SELECT province_uid FROM registry.zone_versions WHERE slug = %s", [ZONE]).fetchone()
    assert row
    values = {"name_vi": "Khu công nghiệp Ngã Năm", "name_en": "Nga Nam Park", "kind": "industrial_park",
              "province": row[0], "boundary_quality": "digitised", "boundary_accuracy_m": 3}  # fmt: skip
    answer = own_client.post("/changes", json={"values": values, "boundary": square(), "document": "D001"}, headers=lan)
    assert answer.status_code == 201, answer.text
    change = answer.json()
    assert change["zone"] == "kcn-nga-nam"
    twin = own_client.post("/changes", json={"values": values}, headers=lan).json()
    assert twin["zone"] == "kcn-nga-nam-2"
    assert own_client.get("/collections/zones/items/kcn-nga-nam").status_code == 404
    change = save(own_client, lan, change, reasons={one["code"]: "new" for one in change["issues"]})
    step(own_client, lan, change, "submit")
    assert step(own_client, minh, change, "approve")["published_version"] == 1
    assert item(own_client, "kcn-nga-nam")["geometry"] == square()


@pytest.mark.parametrize(
    "sent, where",
    [
        ({"values": {"kind": "harbour"}}, "/values/kind"),
        ({"values": {"colour": "red"}}, "/values/colour"),
        ({"values": {"declared_area_ha": "160"}}, "/values/declared_area_ha"),
        ({"values": {"valid_from": "29/05/2026"}}, "/values/valid_from"),
        ({"values": []}, "/values"),
        ({"boundary": {"type": "Point", "coordinates": [106, 9]}}, "/boundary"),
        ({"boundary": polygon([9.5, 106], [9.6, 106], [9.6, 107], [9.5, 106])}, "/boundary"),
        ({"boundary": polygon([106, 9.5], [106.1, 9.5], [106.1, 9.6])}, "/boundary"),
        ({"boundary": {"type": "Polygon", "coordinates": "x"}}, "/boundary"),
        ({"boundary": {"type": "MultiPolygon", "coordinates": [[[[106, "9.5"]]]]}}, "/boundary"),
        ({"observations": [{"value": True}]}, "/observations/0/value"),
        ({"milestones": {}}, "/milestones"),
        ({"reasons": ["x"]}, "/reasons"),
        ({"nothing": 1}, "/nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named_and_nothing_is_stored(
    own_client: TestClient, lan: Headers, sent: Json, where: str
) -> None:
    change = begin(own_client, lan)
    answer = own_client.put(f"/changes/{change['id']}/draft", json=sent, headers={**lan, "If-Match": '"1"'})
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith(where)
    assert own_client.get(f"/changes/{change['id']}", headers=lan).json()["edit"] == 1


def test_evidence_is_kept_byte_for_byte(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    change, content = begin(own_client, lan), bytes(range(256))
    answer = own_client.post(f"/changes/{change['id']}/evidence", headers=lan,
                             files={"file": ("phụ lục.pdf", content, "application/pdf")})  # fmt: skip
    assert answer.status_code == 201, answer.text
    (kept,) = answer.json()["evidence"]
    assert (kept["name"], kept["size"], kept["who"]) == ("phụ lục.pdf", 256, "Lan")
    got = own_client.get(f"/changes/{change['id']}/evidence/{kept['number']}", headers=minh)
    assert got.content == content
    assert got.headers["content-disposition"].startswith("attachment")
