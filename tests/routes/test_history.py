"""The history of a zone: what each version changed, who made it by which document, and any two compared."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from api.workflows.comparison import plane_of
from gis.crs import by_epsg
from tests.changes import legal_day, publish_version
from tests.reading import link
from tests.routes.test_changes import ZONE, Headers, Json, begin, item, lan, minh, published, ready, save, square, step

__all__ = ["lan", "minh"]
HISTORY = f"/collections/zones/items/{ZONE}/history"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


def history(client: TestClient, address: str = HISTORY) -> Json:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(client: TestClient, address: str, language: str = "en") -> str:
    answer = client.get(address, headers={**PAGE, "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def end(client: TestClient, editor: Headers, reviewer: Headers, zone: str, action: str, **values: str) -> None:
    change = begin(client, editor, zone=zone, action=action)
    change = save(client, editor, change, document="D001", values={"reason": "Theo quy hoạch mới", **values})
    step(client, editor, change, "submit")
    step(client, reviewer, change, "approve")


def test_each_version_says_what_changed_by_whom_and_by_which_document(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    published(own_client, lan, minh, outline=square(), name_en="Tran De Park")
    published(own_client, lan, minh, outline=square(side=0.012), valid_from="2026-05-29")
    found = history(own_client)
    third, second, first = found["versions"]
    assert [one["version"] for one in found["versions"]] == [3, 2, 1]
    assert [one["state"] for one in found["versions"]] == ["in_force", "superseded", "superseded"]
    assert (second["author"], second["reviewer"], second["action"]) == ("Lan", "Minh", "update")
    assert second["documents"][0]["id"] == "D001" and second["documents"][0]["title"]
    assert "name_en" in second["changed"] and second["outline"]["changed"]
    assert second["outline"]["gained_ha"] is None, "an indicative outline is no land"
    assert third["outline"]["gained_ha"] == pytest.approx(17.05, abs=0.2)
    assert third["outline"]["lost_ha"] == pytest.approx(0, abs=1e-6)
    assert third["valid_from"] == "2026-05-29" and third["recorded_at"] > second["recorded_at"]
    assert (first["author"], first["reviewer"], first["action"], first["changed"]) == ("data files", None, None, [])
    page = read(own_client, HISTORY)
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")
    for words in ("Lan", "Minh", "29 May 2026", "Superseded", "ha gained", "Name in English"):
        assert words in page, words
    vietnamese = read(own_client, HISTORY, "vi")
    assert "29/05/2026" in vietnamese and "Superseded" not in vietnamese


def test_nothing_of_the_desk_is_told_to_everybody(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    change = ready(own_client, lan, name_en="Tran De Park")
    step(own_client, lan, change, "comments", "between us")
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve", "well done")
    for told in (own_client.get(f"{HISTORY}?f=json").text, read(own_client, HISTORY)):
        assert "between us" not in told and "well done" not in told and '"lan"' not in told


def test_every_version_can_be_opened_again(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    before = item(own_client)
    published(own_client, lan, minh, name_en="Second", valid_from="2026-03-01")
    published(own_client, lan, minh, name_en="Third", valid_from="2026-06-01")
    found = history(own_client)
    names = {3: "Third", 2: "Second", 1: before["properties"]["name_en"]}
    for one in found["versions"]:
        for rel in ("item", "memento"):
            opened = own_client.get(link(one, rel)).json()["properties"]
            assert (opened["version"], opened["name_en"]) == (one["version"], names[one["version"]]), rel
    assert [one["opens"] for one in found["versions"]] == ["2026-06-01", "2026-03-01", "2026-02-28"]
    assert link(found["versions"][1], "predecessor-version") == link(found["versions"][2], "memento")
    for day, version in (("2026-02-28", 1), ("2026-03-01", 2), ("2026-11-19", 3)):
        page = read(own_client, f"/collections/zones/items/{ZONE}?as_of={day}&f=html")
        rest = "; nothing later is known of it" if version == 3 else ", not the zone of today"
        assert f"It is version {version}{rest}." in page
        assert f"#v{version}" in page
    today = read(own_client, f"/collections/zones/items/{ZONE}?f=html")
    assert "You see the zone as of" not in today and f"{HISTORY}?f=html" in today


def test_a_version_that_no_day_shows_is_still_known(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    """Two versions of no stated day: by any day only the second holds, but it was recorded what the first said."""
    published(own_client, lan, minh, name_en="Second")
    first = history(own_client)["versions"][1]
    assert first["opens"] is None and not link(first, "item")
    assert own_client.get(link(first, "memento")).json()["properties"]["version"] == 1


def test_a_version_waits_for_its_day(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    later = (legal_day() + timedelta(days=3)).isoformat()
    published(own_client, lan, minh, name_en="To come", valid_from=later)
    newest, former = history(own_client)["versions"]
    assert (newest["state"], former["state"]) == ("waits", "in_force")
    assert not link(newest, "memento") and not link(newest, "item"), "nobody was shown it yet"
    assert own_client.get(link(former, "memento")).json()["properties"]["version"] == 1
    assert "Waits for its day" in read(own_client, HISTORY)


def test_any_two_versions_are_compared_for_good(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    outline = square()
    published(own_client, lan, minh, outline=outline, name_en="Second")
    moved = square()
    moved["coordinates"][0][0][2] = [106.0617, 9.5617]
    published(own_client, lan, minh, outline=moved, boundary_crs="EPSG:9209")
    address = f"{HISTORY}?compare=2,3"
    found = history(own_client, address)
    assert (found["before"]["version"], found["after"]["version"]) == (2, 3)
    assert [one["name"] for one in found["values"]] == ["boundary_crs", "location"]
    (corner,) = found["outline"]["corners"]
    assert (corner["number_before"], corner["number_after"]) == (3, 3)
    assert corner["after"] == [106.0617, 9.5617]
    assert corner["moved_m"] == pytest.approx(46.7, abs=1)
    assert found["outline"]["crs"]["uri"].endswith("/9209")
    assert corner["plane_after"][0] == pytest.approx(561_600, abs=300)
    assert found["outline"]["shapes"]["gained"]["type"] == "MultiPolygon"
    turned = history(own_client, f"{HISTORY}?compare=3,2")["outline"]
    assert turned["lost_ha"] == found["outline"]["gained_ha"] > 0
    published(own_client, lan, minh, name_en="Fourth")
    again = history(own_client, address)
    assert (again["values"], again["outline"]) == (found["values"], found["outline"])
    page = read(own_client, address)
    assert "106.0617" in page and "TM-3 105-30" in page and 'id="map"' in page
    assert "106,0617" in read(own_client, address, "vi")


def test_an_outline_is_told_in_the_zone_that_is_legal_today_by_the_data_of_the_service(tmp_path: Path) -> None:
    table = tmp_path / "meridians.csv"
    head = "province,system,valid_from,valid_to,central_meridian,zone_width,epsg,basis\n"
    table.write_text(
        f"{head}Cần Thơ,now,2025-07-01,2999-12-31,105,3,5897,known\nCần Thơ,later,3000-01-01,,105.5,3,9209,known\n"
    )
    told = [plane_of(None, name, tmp_path) for name in ("Thành phố Cần Thơ", "Cần Thơ", "Hà Nội", None)]
    assert told == [by_epsg(5897), by_epsg(5897), None, None]
    table.write_text(f"{head}Cần Thơ,now,2025-07-01,,105.5,3,9209,known\n")
    assert plane_of(None, "Cần Thơ", tmp_path) == by_epsg(9209)
    assert plane_of("EPSG:5897", "Cần Thơ", tmp_path) == by_epsg(5897)


def test_a_form_leads_to_the_comparison(own_client: TestClient) -> None:
    answer = own_client.get(f"{HISTORY}?from=1&to=1&f=html&lang=en", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("compare=1%2C1")
    assert "does not differ from itself" in own_client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [("compare=1,7", 404, "1 to 1"), ("compare=0,1", 404, "1 to 1"), ("compare=1", 400, "2,5"),
     ("compare=1,x", 400, "2,5"), ("compare=1,2,3", 400, "2,5"), ("from=1", 400, "2,5"), ("below=x", 400, "below"),
     ("compare=1,99999999999999999999", 400, "2,5"), ("limit=0", 400, "limit"), ("versions=1", 400, "versions")],
)  # fmt: skip
def test_what_is_not_there_is_said(client: TestClient, query: str, status: int, words: str) -> None:
    answer = client.get(f"{HISTORY}?{query}", headers={"Accept": "application/json", "Accept-Language": "en"})
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("slug", ["nowhere", "%00", "a%2Fb"])
def test_a_zone_that_never_was_has_no_history(client: TestClient, slug: str) -> None:
    assert client.get(f"/collections/zones/items/{slug}/history").status_code == 404


def test_zones_that_ended_keep_their_history(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    end(own_client, lan, minh, "kcn-dai-ngai", "withdraw")
    end(own_client, lan, minh, "kcn-my-thanh", "merge", successor=ZONE)
    end(own_client, lan, minh, "kcn-song-hau", "delete")
    expected = {"kcn-dai-ngai": "withdrawn", "kcn-my-thanh": "merged", "kcn-song-hau": "deleted"}
    for zone, life in expected.items():
        found = history(own_client, f"/collections/zones/items/{zone}/history")
        assert (found["life"], found["versions"][0]["state"]) == (life, life)
        assert found["reason"] == found["versions"][0]["reason"] == "Theo quy hoạch mới"
    page = read(own_client, "/collections/zones/items/kcn-dai-ngai?f=html")
    assert "Withdrawn</strong>" in page and "Theo quy hoạch mới" in page
    merged = read(own_client, "/collections/zones/items/kcn-my-thanh?f=html")
    assert f"/zones/{ZONE}?lang=en" in merged
    assert own_client.get("/collections/zones/items/kcn-song-hau?f=html").status_code == 410
    gone = history(own_client, "/collections/zones/items/kcn-song-hau/history")
    assert not link(gone, "latest-version")
    assert own_client.get(link(gone["versions"][1], "memento")).status_code == 200
    assert "Deleted as an error" in read(own_client, "/collections/zones/items/kcn-song-hau/history")


def test_a_feature_leads_to_its_history(client: TestClient) -> None:
    for collection in ("zones", "zone-points"):
        feature = client.get(f"/collections/{collection}/items/{ZONE}").json()
        assert history(client, link(feature, "version-history"))["slug"] == ZONE
    assert not link(client.get("/collections/facts/items/F041").json(), "version-history")


def test_a_long_history_has_pages_and_validators(own_client: TestClient, own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        for number in range(24):
            publish_version(connection, ZONE, f"Tên {number}", shift=1e-5)
    first = history(own_client)
    assert [one["version"] for one in first["versions"]] == list(range(25, 15, -1))
    second = history(own_client, link(history(own_client, link(first, "next")), "next"))
    assert [one["version"] for one in second["versions"]] == [5, 4, 3, 2, 1]
    assert not link(second, "next") and second["numberMatched"] == 25
    assert second["versions"][0]["changed"] == ["name_vi"]
    answer = own_client.get(HISTORY)
    again = own_client.get(HISTORY, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
