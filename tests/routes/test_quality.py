"""/quality: the sums agree with the data files, conflicts are those of the documents, the worst comes first."""

import csv
import io
from typing import Any

import pandas as pd
import psycopg
import pytest
from starlette.testclient import TestClient

from api.settings import ROOT
from api.workflows.quality import age_of
from tests.routes.test_synthetic import demo_client, demo_url

__all__ = ["demo_client", "demo_url"]
Json = dict[str, Any]
DATA = ROOT / "data"
PROVINCES = {"": None, "soc-trang": "Sóc Trăng", "can-tho": "Sóc Trăng", "kien-giang": "Kiên Giang"}


@pytest.fixture(scope="module")
def zones() -> pd.DataFrame:
    return pd.read_csv(DATA / "zones.csv", dtype=str)


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    return pd.read_csv(DATA / "facts.csv", dtype=str)


def quality(client: TestClient, province: str = "") -> Json:
    answer = client.get("/quality", params={"f": "json", "province": province})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("province", PROVINCES)
def test_coverage_is_what_the_files_hold(
    client: TestClient, zones: pd.DataFrame, facts: pd.DataFrame, province: str
) -> None:
    name = PROVINCES[province]
    own = zones if name is None else zones[zones.historic_province == name]
    told = quality(client, province)
    known = {one["attribute"]: one["known"] for one in told["coverage"]}
    area = own.declared_area_ha.notna()
    rates = facts[(facts.indicator == "fill_rate_pct") & facts.zone_slug.isin(own.slug)]
    plants = facts[(facts.indicator == "wastewater_plant_status") & facts.zone_slug.isin(own.slug)]
    cleared = facts[(facts.value == "site_clearance_done") & facts.zone_slug.isin(own.slug)]
    assert told["zones"] == len(own)
    assert known["declared_area_ha"] == known["outline"] == area.sum()
    assert known["declared_area_stated"] == (own.declared_area_basis == "stated").sum()
    assert known["outline_surveyed"] == known["outline_measured"] == 0
    assert known["fill_rate_pct"] == rates.zone_slug.nunique()
    assert known["has_wastewater_plant"] == plants.zone_slug.nunique()
    assert known["has_cleared_land"] == cleared.zone_slug.nunique()
    assert known["commune"] == own.current_commune.notna().sum()
    assert known["status"] == known["province"] == len(own)
    assert known["leasable_area_ha"] == known["leased_area_ha"] == known["sectors"] == 0
    for one in told["coverage"]:
        assert one["total"] == len(own)
        assert one["share_pct"] == pytest.approx(100 * one["known"] / len(own), abs=1e-6)
    assert [one["known"] for one in told["coverage"]] == sorted(known.values())  # the worst first
    assert {one["quality"]: one["zones"] for one in told["outlines"]} == {
        "surveyed": 0, "digitised": 0, "indicative": area.sum(), "none": len(own) - area.sum(),
    }  # fmt: skip


@pytest.mark.parametrize("province", PROVINCES)
def test_facts_are_counted_by_document_and_class(client: TestClient, facts: pd.DataFrame, province: str) -> None:
    name = PROVINCES[province]
    own = facts if name is None else facts[facts.province == name]
    told = quality(client, province)["sources"]
    assert {one["source"]: one["facts"] for one in told} == own.groupby("document_id").size().to_dict()
    assert sum(n for one in told for n in one["by_class"].values()) == len(own)
    assert [one["facts"] for one in told] == sorted((one["facts"] for one in told), reverse=True)
    targets = sum(one["by_class"].get("target", 0) for one in told)
    if name is None:
        assert targets == 53 + 33


def test_ages_are_those_of_the_files(client: TestClient, facts: pd.DataFrame, zones: pd.DataFrame) -> None:
    told = {one["values"]: one for one in quality(client)["ages"]}
    indicators = pd.read_csv(DATA / "indicators.csv", dtype=str).set_index("indicator")["class"]
    seen = facts[(facts.indicator.map(indicators) == "observation") & (facts.is_target == "false")]
    assert told["observation"]["count"] == len(seen)
    assert told["observation"]["undated"] == seen.as_of.isna().sum()
    ends = seen.as_of.dropna().str[-4:].astype(int).sort_values()
    assert told["observation"]["oldest"][-4:] == str(ends.min())
    assert told["observation"]["median"][-4:] == str(ends.iloc[(len(ends) - 1) // 2])
    assert told["fill_rate_pct"]["oldest"] == told["fill_rate_pct"]["median"] == "2020"
    assert told["status"]["count"] == len(zones)
    assert told["status"]["undated"] == (zones.historic_province == "Kiên Giang").sum()


def test_the_median_is_the_lower_of_two_and_nothing_is_made_of_nothing() -> None:
    dates = [("2019-12-31", "2019", 1), ("2020-12-31", "2020", 1), ("2021-12-31", "2021", 2)]
    today = pd.Timestamp("2026-11-20").date()
    assert age_of("status", dates, 3, today)["median"] == "2020"
    assert age_of("status", dates[1:], 3, today)["median"] == "2021"
    assert age_of("status", [], 3, today)["median"] is None
    ahead = age_of("status", [("2026-12-31", "2026", 1)], 0, today)
    assert ahead["median_days"] == 0


def test_conflicts_are_those_that_the_files_hold(client: TestClient, facts: pd.DataFrame) -> None:
    """One subject, indicator, time and kind of statement with more than one value, grouped by pandas."""
    numbers = facts[(facts.comparator != "text") & facts.as_of.notna()]
    groups = numbers.groupby(["province", "subject_kind", "subject", "indicator", "as_of", "is_target"])
    expected = {
        frozenset(group.fact_id) for _, group in groups
        if len(group[["comparator", "value", "value_max"]].fillna("").drop_duplicates()) > 1
    }  # fmt: skip
    told = quality(client)["conflicts"]
    assert {frozenset(fact["id"] for fact in one["facts"]) for one in told["listed"]} == expected
    assert told["count"] == len(expected) == 7
    for known in ({"F004", "F185", "F235"}, {"F107", "F188"}, {"F005", "F106"}, {"F002", "F104"}):
        assert frozenset(known) in expected  # those that data/README.md of the documents names and a rule can find
    assert [one["documents"] for one in told["listed"]] == sorted(
        (one["documents"] for one in told["listed"]), reverse=True
    )
    for one in told["listed"]:
        assert all(fact["source"] and fact["place"] and fact["quote"] for fact in one["facts"])


def test_a_conflict_about_a_zone_names_it(own_client: TestClient, own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute(
            "INSERT INTO registry.facts SELECT 'X1', class, indicator, subject_kind, subject, zone, unit_uid, "
            "is_target, as_of, as_of_start, as_of_end, period, period_start, period_end, 'D001', place, quote, "
            "quote_match, note "
            "FROM registry.facts WHERE id = 'F203'"
        )
        connection.execute(
            "INSERT INTO registry.observations SELECT 'X1', class, comparator, 50, value_max "
            "FROM registry.observations WHERE fact_id = 'F203'"
        )
    (found,) = [one for one in quality(own_client)["conflicts"]["listed"] if one["zone"]]
    assert (found["zone"], found["indicator"], found["documents"]) == ("ccn-nga-nam", "fill_rate_pct", 2)
    assert {fact["value"] for fact in found["facts"]} == {46.7, 50}
    page = own_client.get("/quality?f=html&lang=en").text
    assert "8 conflicts in what documents say" in page and "Nga Nam Industrial Cluster" in page


@pytest.mark.parametrize("name", ["client", "demo_client"])
def test_zones_whose_areas_do_not_reconcile_are_those_with_the_light_on(
    name: str, request: pytest.FixtureRequest
) -> None:
    service: TestClient = request.getfixturevalue(name)
    told = quality(service)["areas"]
    lit = service.get("/assessments?f=json").json()["zones"]
    states = [one["lights"]["areas_apart"] for one in lit]
    assert {one["slug"] for one in told["listed"]} == {
        one["slug"] for one in lit if one["lights"]["areas_apart"] == "on"
    }
    assert (told["count"], told["compared"]) == (states.count("on"), states.count("on") + states.count("off"))
    assert told["count"] > 0


def test_a_province_without_zones_has_no_shares(client: TestClient) -> None:
    told = quality(client, "ha-noi")
    assert told["zones"] == 0 and all(one["share_pct"] is None for one in told["coverage"])
    assert client.get("/quality?f=html&province=ha-noi").status_code == 200


@pytest.mark.parametrize("query", ["province=atlantis", "light=x", "f=gpkg", "province=%00"])
def test_what_is_not_understood_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/quality?{query}").status_code == 400


def test_csv_has_all_tables(client: TestClient) -> None:
    answer = client.get("/quality?f=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = quality(client)
    sections = pd.Series([row["section"] for row in rows]).value_counts().to_dict()
    assert sections == {
        "coverage": len(told["coverage"]), "age": 4, "outline": 4, "conflict": 7, "area": 2, "document": 5,
    }  # fmt: skip
    areas = next(row for row in rows if row["name"] == "declared_area_ha")
    assert (areas["known"], areas["total"]) == ("5", "26")


def test_the_page_of_made_up_data_says_so(demo_client: TestClient) -> None:
    assert "Synthetic data – not the real register" in demo_client.get("/quality?f=html&lang=en").text
