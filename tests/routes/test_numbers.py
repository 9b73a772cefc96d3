"""The numbers of the source documents, each from an address of the service."""

from typing import Any

import pytest
from starlette.testclient import TestClient


def zone(client: TestClient, slug: str) -> dict[str, Any]:
    return client.get(f"/collections/zones/items/{slug}").json()["properties"]  # type: ignore[no-any-return]


def group(client: TestClient, province: str, kind: str) -> dict[str, Any]:
    groups = client.get("/stats/zones").json()["groups"]
    (found,) = [one for one in groups if (one["historic_province"], one["kind"]) == (province, kind)]
    return found  # type: ignore[no-any-return]


def test_every_fact_is_served(client: TestClient) -> None:
    assert client.get("/collections/facts/items?limit=1").json()["numberMatched"] == 239


@pytest.mark.parametrize(
    ("slug", "declared", "basis", "expansion"),
    [
        ("kcn-tran-de", 160, "stated", 120),
        ("kcn-song-hau", 286, "stated", None),
        ("kcn-dai-ngai", 200, "stated", None),
        ("kcn-my-thanh", 217, "stated", None),
        ("kcn-an-nghiep", 243, "derived", 200),
    ],
)
def test_declared_areas(client: TestClient, slug: str, declared: float, basis: str, expansion: float | None) -> None:
    found = zone(client, slug)
    assert (found["declared_area_ha"], found["declared_area_basis"]) == (declared, basis)
    assert found["expansion_area_ha"] == expansion


def test_the_other_zones_have_no_area_and_no_outline(client: TestClient) -> None:
    zones = client.get("/collections/zones/items").json()["features"]
    unknown = [one for one in zones if one["properties"]["declared_area_ha"] is None]
    assert (len(zones), len(unknown)) == (26, 21)
    assert all(one["geometry"] is None and one["properties"]["declared_area_basis"] is None for one in unknown)


@pytest.mark.parametrize(("slug", "rate"), [("kcn-an-nghiep", 96.5), ("ccn-nga-nam", 46.7)])
def test_fill_rates_as_reported(client: TestClient, slug: str, rate: float) -> None:
    rates = client.get("/stats/fill-rates").json()["rates"]
    (found,) = [one for one in rates if one["zone"] == slug]
    assert (found["value_pct"], found["basis"], found["definition"]) == (rate, "reported", "not_stated")
    assert (found["as_of"], found["source"]) == ("2020", "D004")
    assert found["numerator_ha"] is found["denominator_ha"] is None
    feature = zone(client, slug)
    assert (feature["fill_rate_pct"], feature["fill_rate_basis"], feature["fill_rate_as_of"]) == (
        rate,
        "reported",
        "2020",
    )


def test_no_other_fill_rate_is_known(client: TestClient) -> None:
    answer = client.get("/stats/fill-rates").json()
    assert (answer["zones"], answer["zones_unknown"]) == (26, 24)
    assert sum(one["value_pct"] is None for one in answer["rates"]) == 24


@pytest.mark.parametrize(("indicator", "value"), [("tenants", 49), ("projects", 66)])
def test_tenants_and_projects_of_an_nghiep(client: TestClient, indicator: str, value: int) -> None:
    answer = client.get(f"/collections/facts/items?zone=kcn-an-nghiep&indicator={indicator}").json()
    (fact,) = [feature["properties"] for feature in answer["features"]]
    assert (fact["value"], fact["comparator"], fact["as_of"], fact["source"]) == (value, "eq", "2020", "D004")
    assert f"{value} d" in fact["quote"]


def test_five_parks(client: TestClient) -> None:
    parks = group(client, "Tỉnh Sóc Trăng", "industrial_park")
    assert (parks["stated_zones"], parks["stated_area_ha"], parks["unnamed"]) == (5, 1106, 0)
    # Three more were proposed since: named, without an area, and no part of the five.
    assert (parks["zones"], parks["declared_area_ha"], parks["area_unknown"]) == (8, 1106, 3)


def test_nineteen_clusters_of_which_eight_are_only_counted(client: TestClient) -> None:
    clusters = group(client, "Tỉnh Sóc Trăng", "industrial_cluster")
    assert (clusters["stated_zones"], clusters["stated_area_ha"]) == (19, 794)
    assert (clusters["zones"], clusters["unnamed"]) == (11, 8)
    answer = client.get("/collections/zones/items?kind=industrial_cluster&province=soc-trang").json()
    assert answer["numberMatched"] == 11


def test_every_sum_says_what_it_leaves_out(client: TestClient) -> None:
    groups = client.get("/stats/zones").json()["groups"]
    assert sum(one["zones"] for one in groups) == 26
    assert sum(one["area_unknown"] for one in groups) == 21
    assert sum(one["fill_rate_unknown"] for one in groups) == 24
    nothing_known = [one for one in groups if one["area_unknown"] == one["zones"]]
    assert len(nothing_known) == 4
    assert all(one["declared_area_ha"] is None for one in nothing_known)


@pytest.mark.parametrize(
    ("slug", "status"),
    [("kcn-tran-de", "site_clearance_done"), ("kcn-song-hau", "site_clearance_in_progress")],
)
def test_status_is_the_furthest_step_and_no_later_plan_lowers_it(client: TestClient, slug: str, status: str) -> None:
    assert (zone(client, slug)["status"], zone(client, slug)["status_as_of"]) == (status, "2020")
    later = client.get(f"/collections/facts/items?zone={slug}&indicator=status&as_of=2021").json()["features"]
    assert [one["properties"]["step"] for one in later] == ["planned"]


def test_targets_keep_their_number(client: TestClient) -> None:
    """53 rows with a demanded figure and 33 with a demanded step."""
    targets = client.get("/collections/facts/items?class=target&limit=1000").json()["features"]
    figures = [one for one in targets if one["properties"]["value"] is not None]
    assert (len(targets), len(figures)) == (86, 53)
    assert all(one["properties"]["value_text"] for one in targets if one not in figures)
