"""How many zones there are and what their areas sum up to, with what each figure leaves out."""

from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from api.store.connect import writing
from api.workflows import figures

Row = dict[str, Any]


def group(client: TestClient, province: str | None, kind: str) -> Row:
    groups = client.get("/stats/zones").json()["groups"]
    found = [one for one in groups if (one["historic_province"], one["kind"]) == (province, kind)]
    assert len(found) == 1
    return dict(found[0])


def test_what_no_document_counts_has_no_unnamed_zones_either(client: TestClient) -> None:
    zone = group(client, "Tỉnh Sóc Trăng", "economic_zone")
    assert (zone["zones"], zone["stated_zones"], zone["unnamed"]) == (1, None, None)


def test_clusters_without_an_area_are_all_left_out_and_counted(client: TestClient) -> None:
    clusters = group(client, "Tỉnh Sóc Trăng", "industrial_cluster")
    assert (clusters["declared_area_ha"], clusters["area_unknown"], clusters["unnamed"]) == (None, 11, 8)
    assert (clusters["stated_as_of"], clusters["stated_area_as_of"]) == ("2021", "2021")


def test_a_later_count_is_shown_once_and_instead_of_the_earlier(own_url: str, own_client: TestClient) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("""
            INSERT INTO registry.facts (id, class, indicator, subject_kind, subject, unit_uid, is_target, as_of,
                as_of_start, as_of_end, source, place, quote, quote_match)
            VALUES ('T1', 'observation', 'zones_approved_in_planning', 'industrial_parks_of_province', 'Sóc Trăng',
                'vn63:94', false, '2024', '2024-01-01', '2024-12-31', 'D000', 'I', 'six parks', 'exact')""")
        connection.execute("INSERT INTO registry.observations VALUES ('T1', 'observation', 'eq', 6, NULL)")
    parks = group(own_client, "Tỉnh Sóc Trăng", "industrial_park")
    assert (parks["stated_zones"], parks["stated_fact"], parks["unnamed"]) == (6, "T1", 1)


def test_a_zone_founded_after_the_reform_is_counted(own_url: str, own_client: TestClient) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("""
            INSERT INTO registry.zones (slug, current_version) VALUES ('kcn-new', 1);
            INSERT INTO registry.zone_versions (slug, version, name_vi, name_en, kind, aliases, province_uid, communes,
                location, location_accuracy_m, location_basis, location_evidence, declared_area_inputs, sources, author)
            VALUES ('kcn-new', 1, 'Khu mới', 'New park', 'industrial_park', '{}', 'vn34:92', '{}',
                'SRID=4326;POINT(106 9.5)', 100, 'survey', 'document', '{}', '{}', 'test')""")
    assert group(own_client, None, "industrial_park")["zones"] == 1
    assert own_client.get("/collections/zones/items/kcn-new").json()["properties"]["status"] is None
    for address in ("/collections/zones/items/kcn-new", "/collections/zones/items/kcn-new/sources", "/"):
        page = own_client.get(f"{address}?f=html")
        assert (page.status_code, "None" in page.text) == (200, False), address
    with writing(own_url) as session:
        figures.refresh(session)
    assert own_client.get("/collections/zones/items?f=html").status_code == 200
    assert "Khu mới" in own_client.get("/", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(("zone", "expected"), [("ccn-ap-nhi", "implied"), ("kcn-tran-de", "stated")])
def test_a_status_that_is_only_implied_says_so(client: TestClient, zone: str, expected: str) -> None:
    assert client.get(f"/collections/zones/items/{zone}").json()["properties"]["status_basis"] == expected
    page = client.get(f"/collections/zones/items/{zone}?f=html&lang=en").text
    assert ('<span class="basis">implied</span>' in page) == (expected == "implied")
