"""Hostile texts in the register are shown as texts, on every page and on the map."""

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from tests.conftest import drop_database, make_database, unique
from tests.reading import Page
from tests.routes.hostile import HOSTILE, poison

pytestmark = pytest.mark.slow  # a database or a process of its own for each

PAGES = (
    "/",
    "/collections/zones/items",
    "/collections/zone-points/items",
    "/collections/admin-units/items?limit=60",
    "/collections/facts/items?limit=300",
    "/collections/zones/items/kcn-an-nghiep",
    "/collections/zones/items/kcn-tran-de",
    "/zones/kcn-an-nghiep",
    "/zones/kkt-tran-de",
    "/collections/zones/items/kcn-an-nghiep/sources",
    "/collections/admin-units/items/vn34:92",
    "/collections/facts/items/F192",
    "/collections/facts/items/F041",
    "/stats/fill-rates",
    "/stats/fill-rates?by=historic_province",
    "/maps/fill-rate",
    "/progress",
    "/reports/periodic?province=vn34:92&period=2026",
    "/reports",
    "/feed",
    "/assessments",
    "/assessments/kcn-tran-de",
    "/quality",
    "/map?near=city-can-tho&sort=distance&pick=kcn-tran-de",
    "/map?province=vn34:92",
)


@pytest.fixture(scope="module")
def hostile_client(cluster_dsn: str) -> Iterator[TestClient]:
    database_url = make_database(cluster_dsn, unique("hostile"), "loaded")
    poison(database_url)
    with TestClient(create_app(Settings(database_url=database_url))) as made:
        yield made
    drop_database(database_url)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_shows_hostile_texts_and_runs_none(hostile_client: TestClient, path: str, language: str) -> None:
    answer = hostile_client.get(f"{path}{'&' if '?' in path else '?'}f=html&lang={language}")
    page = Page(answer.text)
    assert answer.status_code == 200
    assert any(HOSTILE in one.text for one in page.elements if one.tag != "script")
    assert not page.find("img", "textarea")
    for one in page.elements:
        assert not [name for name in one.attributes if name.startswith("on")]
        assert not one.attributes.get("href", "").startswith("javascript:")
        if one.tag == "script" and one.attributes.get("type") == "application/ld+json":
            assert "<" not in one.text
            assert json.loads(one.text)["name"] == HOSTILE
        elif one.tag == "script" and one.attributes.get("type") != "application/json":
            assert "boom" not in one.text


def test_the_data_of_the_map_cannot_end_their_block(hostile_client: TestClient) -> None:
    page = Page(hostile_client.get("/maps/fill-rate").text)
    (block,) = [one.text for one in page.find("script") if one.attributes.get("type") == "application/json"]
    assert "<" not in block
    zones = json.loads(block)["zones"]
    assert len(zones) == 26
    assert all(HOSTILE in zone["name"] for zone in zones)


def test_the_scripts_of_the_map_stay_the_same(hostile_client: TestClient, client: TestClient) -> None:
    policies = {one.get("/maps/fill-rate").headers["content-security-policy"] for one in (hostile_client, client)}
    assert len(policies) == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/collections/zones/items/kcn-tran-de", "name_vi"),
        ("/collections/facts/items/F192", "quote"),
        ("/collections/admin-units/items/vn34:92", "full_name"),
    ],
)
def test_programs_get_the_texts_as_they_are(hostile_client: TestClient, path: str, name: str) -> None:
    assert hostile_client.get(path).json()["properties"][name] == HOSTILE


def test_a_hostile_text_can_be_asked_for(hostile_client: TestClient) -> None:
    answer = hostile_client.get("/collections/zones/items", params={"name_vi": HOSTILE, "limit": 5}).json()
    assert answer["numberMatched"] == 26
    (following,) = [one["href"] for one in answer["links"] if one["rel"] == "next"]
    assert hostile_client.get(following).json()["numberReturned"] == 5
