"""Zones as they were in force on a day, and as the register knew them at a time."""

import re
from datetime import UTC, datetime
from typing import Any

import psycopg
from starlette.testclient import TestClient

from tests.routes.test_changes import Headers, item, lan, minh, published, square

__all__ = ["lan", "minh"]  # fixtures
ADDRESS = "/collections/zones/items/kcn-tran-de"


def version(client: TestClient, query: str, address: str = ADDRESS) -> Any:
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["properties"]["version"]


def test_a_version_is_in_force_from_its_day_until_that_of_the_next(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    published(own_client, lan, minh, name_en="Second", valid_from="2024-05-01")
    published(own_client, lan, minh, outline=square(), valid_from="2025-03-01")
    assert item(own_client)["properties"]["version"] == 3
    days = {"2020-01-01": 1, "2024-04-30": 1, "2024-05-01": 2, "2025-02-28": 2, "2025-03-01": 3, "2030-01-01": 3,
            "../2024-12-31": 2, "2020-01-01/2024-06-01": 2, "2024-06-01/..": 3}  # fmt: skip
    for day, wanted in days.items():
        assert version(own_client, f"datetime={day}") == wanted, day
        listed = own_client.get(f"/collections/zones/items?datetime={day}&slug=kcn-tran-de").json()
        assert [one["properties"]["version"] for one in listed["features"]] == [wanted], day
    assert version(own_client, "as_of=2024-06-01") == 2
    page = own_client.get(f"{ADDRESS}?as_of=2024-06-01&f=html&lang=en").text
    assert "Second" in page and "Version 2" in page


def test_a_correction_holds_for_as_long_as_what_it_corrects(
    own_client: TestClient, lan: Headers, minh: Headers
) -> None:
    published(own_client, lan, minh, name_en="Second", valid_from="2024-05-01")
    published(own_client, lan, minh, name_en="Spelt right")
    assert version(own_client, "datetime=2024-06-01") == 3
    assert version(own_client, "datetime=2024-04-30") == 1


def test_what_was_known_at_a_time(own_client: TestClient, own_url: str, lan: Headers, minh: Headers) -> None:
    before = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    published(own_client, lan, minh, name_en="Second", valid_from="2020-01-01")
    with psycopg.connect(own_url) as connection:
        (between,) = connection.execute("SELECT clock_timestamp()").fetchone() or ()
    published(own_client, lan, minh, name_en="Third", valid_from="2022-01-01")
    moment = between.astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert version(own_client, f"known_at={before}") == 1
    assert version(own_client, f"known_at={moment}") == 2
    assert version(own_client, f"known_at={moment}&datetime=2023-01-01") == 2
    assert version(own_client, "datetime=2021-01-01") == 2
    assert version(own_client, "datetime=2023-01-01") == 3
    names = [one["properties"]["name_en"] for one in own_client.get(
        f"/collections/zones/items?known_at={moment}&sortby=-name_en&limit=30").json()["features"]]  # fmt: skip
    assert "Second" in names and "Third" not in names
    assert own_client.get(f"{ADDRESS}?known_at=2001-01-01").status_code == 404
    assert own_client.get("/collections/zones/items?known_at=2001-01-01").json()["numberMatched"] == 0
    assert own_client.get("/collections/zones/items?known_at=yesterday").status_code == 400


def test_pages_of_a_day_reach_every_zone_once(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    published(own_client, lan, minh, name_en="Aaa", valid_from="2024-05-01")
    address, seen = "/collections/zones/items?datetime=2024-01-01&limit=7&sortby=name_en", list[str]()
    while address:
        page = own_client.get(address).json()
        assert page["numberMatched"] == 26
        seen += [one["id"] for one in page["features"]]
        address = next(
            (re.sub("^https?://[^/]+", "", one["href"]) for one in page["links"] if one["rel"] == "next"), ""
        )
    assert len(seen) == len(set(seen)) == 26


def test_a_zone_deleted_as_an_error_was_never_there(own_client: TestClient, lan: Headers, minh: Headers) -> None:
    from tests.routes.test_changes import begin, save, step

    change = begin(own_client, lan, action="delete")
    change = save(own_client, lan, change, document="D001", values={"reason": "twice"})
    step(own_client, lan, change, "submit")
    step(own_client, minh, change, "approve")
    assert own_client.get(f"{ADDRESS}?datetime=2024-01-01").status_code == 410
    assert own_client.get("/collections/zones/items?datetime=2024-01-01&limit=1").json()["numberMatched"] == 25
