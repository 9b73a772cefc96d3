"""/collections/zones/items/{id}/sources: for each value the facts it rests on, and those that say otherwise."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.reading import Page, features, link

Sheet = dict[str, Any]


def sheet(client: TestClient, slug: str) -> Sheet:
    return client.get(f"/collections/zones/items/{slug}/sources").json()  # type: ignore[no-any-return]


def value(found: Sheet, name: str) -> dict[str, Any]:
    (entry,) = [one for one in found["values"] if one["property"] == name]
    return entry  # type: ignore[no-any-return]


def quotes(found: Sheet, ids: list[str]) -> list[tuple[str, str]]:
    return [(fact["source"], fact["quote"]) for fact in found["facts"] if fact["id"] in ids]


def test_a_stated_area_rests_on_the_fact_that_states_it(client: TestClient) -> None:
    found = sheet(client, "kcn-tran-de")
    area = value(found, "declared_area_ha")
    assert (area["value"], area["basis"], area["as_of"], area["others"]) == (160, "stated", "2021", [])
    ((source, quote),) = quotes(found, area["facts"])
    assert source == "D001"
    assert "Trần Đề (160 ha)" in quote


def test_a_derived_area_lists_its_inputs(client: TestClient) -> None:
    found = sheet(client, "kcn-an-nghiep")
    area = value(found, "declared_area_ha")
    assert (area["value"], area["basis"]) == (243, "derived")
    inputs = {fact["id"]: fact for fact in found["facts"] if fact["id"] in area["facts"]}
    stated = [fact["value"] for fact in inputs.values() if fact["indicator"] == "declared_area_ha"]
    (total,) = [fact["value"] for fact in inputs.values() if fact["indicator"] == "zones_total_area_ha"]
    assert len(inputs) == 5
    assert total - sum(stated) == 243
    assert "1106 - (160+286+200+217) ha" in found["version"]["declared_area_note"]


def test_a_fill_rate_names_its_document_and_place(client: TestClient) -> None:
    found = sheet(client, "kcn-an-nghiep")
    rate = value(found, "fill_rate_pct")
    (fact,) = [one for one in found["facts"] if one["id"] in rate["facts"]]
    assert (rate["value"], rate["basis"], rate["as_of"]) == (96.5, "reported", "2020")
    assert (fact["source"], fact["place"]) == ("D004", "tr. 11, phần thứ nhất I.1.2.2")
    assert "tỷ lệ lấp đầy 96,5%" in fact["quote"]


def test_documents_that_say_otherwise_stand_beside(client: TestClient) -> None:
    status = value(sheet(client, "kcn-song-hau"), "status")
    assert (status["value"], status["facts"]) == ("site_clearance_in_progress", ["F201"])
    assert status["others"] == ["F048", "F082"]


def test_a_public_page_that_disagrees_is_kept_and_not_used(client: TestClient) -> None:
    found = sheet(client, "kcn-an-nghiep")
    (page,) = [one for one in found["evidence"] if "251 ha" in one["quote"]]
    assert page["url"].startswith("https://")
    assert page["id"] not in value(found, "declared_area_ha")["facts"]


def test_a_value_that_nobody_states_has_no_entry(client: TestClient) -> None:
    found = sheet(client, "ccn-long-duc-2")
    assert {one["property"] for one in found["values"]} == {"status"}


def test_every_zone_tells_the_source_of_every_value_and_of_every_fact(client: TestClient) -> None:
    shown = ("declared_area_ha", "expansion_area_ha", "status", "fill_rate_pct")
    for slug, zone in features(client, "/collections/zones/items").items():
        found = sheet(client, slug)
        facts = {fact["id"]: fact for fact in found["facts"]}
        documents = {one["id"] for one in found["sources"]}
        entries = {one["property"]: one for one in found["values"]}
        assert set(entries) == {name for name in shown if zone["properties"][name] is not None}
        for name, entry in entries.items():
            assert entry["value"] == zone["properties"][name]
            assert entry["facts"]
            assert {*entry["facts"], *entry["others"]} <= set(facts)
        for fact in facts.values():
            assert fact["source"] in documents
            assert fact["quote"]
            assert fact["place"]


def test_facts_are_those_of_the_collection(client: TestClient) -> None:
    for fact in sheet(client, "kcn-tran-de")["facts"]:
        served = client.get(f"/collections/facts/items/{fact['id']}").json()["properties"]
        assert {name: served[name] for name in fact} == fact


def test_links_lead_to_the_page_and_to_the_zone(client: TestClient) -> None:
    found = sheet(client, "kcn-tran-de")
    assert client.get(link(found, "alternate")).headers["content-type"].startswith("text/html")
    assert client.get(link(found, "item")).json()["id"] == "kcn-tran-de"


@pytest.mark.parametrize(("lang", "heading"), [("vi", "Nguồn"), ("en", "Sources")])
def test_the_page_shows_quotes_and_documents(client: TestClient, lang: str, heading: str) -> None:
    page = Page(client.get(f"/collections/zones/items/kcn-tran-de/sources?f=html&lang={lang}").text)
    assert [one.text for one in page.find("h1")] == [heading]
    assert any("Trần Đề (160 ha)" in one.text for one in page.find("q"))
    assert any("03-NQ/TU" in text for text in page.texts)
