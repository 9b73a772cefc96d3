"""Lights at the edge of their rules, criteria from what is stated alone, and thresholds as data/law.csv has them."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gis.assessment import CRITERIA, LIGHTS, RULES, Fact, Light, Lots, Step, Zone, assess, light_up, rule_of
from gis.assessment.zone import months_after
from gis.checks import AREA_OFF

LAW = Path(__file__).parents[2] / "data" / "law.csv"
TODAY = date(2026, 11, 20)
PARK = {"kind": "industrial_park", "today": TODAY}
PLAN = Step("planned", 20, "F1", "2015", "D1")


def light(name: str, **known: Any) -> Light:
    return next(one for one in light_up(Zone(**{**PARK, **known})) if one.name == name)


def state(name: str, **known: Any) -> str:
    return light(name, **known).state


def said(name: str, **known: Any) -> str:
    return light(name, **known).why.said(str, "en")


def number(indicator: str, value: float, as_of: str | None = None) -> Fact:
    return Fact("F9", indicator, "observation", value, as_of=as_of, source="D4")


def test_the_rules_are_those_of_law_csv() -> None:
    with LAW.open(encoding="utf-8", newline="") as file:
        rows = {(row["rule"], row["applies_to"]): row for row in csv.DictReader(file)}
    for rules in RULES.values():
        for one in rules:
            row = rows[one.rule, one.applies_to]
            stored = (one.instrument, one.article, one.content, one.unit, one.verified)
            assert stored == tuple(row[name] for name in ("instrument", "article", "content", "unit", "verified"))
            assert (Decimal(row["threshold"]) if row["threshold"] else None) == one.threshold
    mirrored = {one.rule for rules in RULES.values() for one in rules}
    assert {rule for rule, _ in rows if rule.startswith("light_")} <= mirrored
    assert RULES.keys() == LIGHTS.keys()


def test_a_rule_without_a_legal_text_names_no_article_and_says_whose_it_is() -> None:
    for rules in RULES.values():
        for one in rules:
            assert bool(one.instrument) == (one.verified == "secondary text")
            assert one.instrument or (not one.article and "of this register, not of a law" in one.verified)
    assert rule_of("low_fill_expanding", "industrial_cluster").article == "Art. 8"
    assert rule_of("low_fill_expanding", "industrial_park").instrument == ""
    assert rule_of("areas_apart", "industrial_park").threshold == Decimal(100) * Decimal(str(AREA_OFF))


@pytest.mark.parametrize(
    ("rate", "expansions", "expected"),
    [
        (59.9, ("F1",), "on"), (60.0, ("F1",), "off"), (59.999999, ("F1",), "on"), (0.0, ("F1",), "on"),
        (59.9, (), "unknown"), (60.0, (), "off"), (None, ("F1",), "unknown"), (None, (), "unknown"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["industrial_park", "industrial_cluster", "economic_zone"])
def test_filled_below_the_threshold_and_to_be_expanded(
    kind: str, rate: float | None, expansions: tuple[str, ...], expected: str
) -> None:
    assert state("low_fill_expanding", kind=kind, fill_rate_pct=rate, expansions=expansions) == expected


def test_a_rate_is_not_rounded_to_its_threshold() -> None:
    told = said("low_fill_expanding", fill_rate_pct=59.99, fill_rate_as_of="2025", expansions=("F1",))
    assert told == "59.99% filled (2025), below 60%, and documents plan to expand it."


def test_no_investor_is_never_on_where_nothing_is_said() -> None:
    assert state("no_investor") == "unknown"
    assert state("no_investor", steps=(PLAN,)) == "unknown"
    assert state("no_investor", steps=(PLAN,), status="planned", boundary_quality="surveyed") == "unknown"


@pytest.mark.parametrize(
    ("begun", "counted", "expected"),
    [
        ("2015", "2021", "on"), ("2015", "2020-12-31", "on"), ("2015", "2020-12-30", "unknown"),
        ("2015", "2019-12-31", "off"), ("2015-06-30", "2020-06-30", "on"), ("2015-06-30", "2020-06-29", "off"),
        (None, "2021", "unknown"), ("2015", None, "unknown"), ("2021/2025", "2023", "off"),
    ],
)  # fmt: skip
def test_years_without_an_investor_are_counted_where_both_ends_are_dated(
    begun: str | None, counted: str | None, expected: str
) -> None:
    steps = (Step("planned", 20, "F1", begun, "D1"),)
    assert state("no_investor", steps=steps, facts=(number("projects", 0, counted),)) == expected


def test_the_latest_sighting_of_investors_decides() -> None:
    none = number("projects", 0, "2021")
    assert state("no_investor", steps=(PLAN,), facts=(none, number("tenants", 3, "2022"))) == "off"
    assert state("no_investor", steps=(PLAN,), facts=(number("tenants", 3, "2019"), none)) == "on"
    assert state("no_investor", steps=(PLAN,), facts=(none,), fill_rate_pct=0.5, fill_rate_as_of="2021") == "off"
    assert state("no_investor", steps=(PLAN,), facts=(none,), projects=1) == "off"
    assert state("no_investor", steps=(PLAN,), fill_rate_pct=0, fill_rate_as_of="2021") == "on"
    assert state("no_investor", lots=Lots(100, 5.5)) == "off"
    implied = Step("planned", 20, "F1", "2001", "D1", is_implied=True)
    assert state("no_investor", steps=(implied,), facts=(none,)) == "unknown"
    only_proposed = Step("proposed", 10, "F1", "2001", "D1")
    assert state("no_investor", steps=(only_proposed,), facts=(none,)) == "unknown"


@pytest.mark.parametrize(
    ("status", "plant", "expected"),
    [
        ("operating", False, "on"), ("operating", None, "unknown"), ("operating", True, "off"),
        ("under_construction", False, "off"), ("planned", None, "off"), (None, None, "unknown"),
        (None, False, "unknown"), (None, True, "off"),
    ],
)  # fmt: skip
def test_in_operation_without_a_wastewater_plant(status: str | None, plant: bool | None, expected: str) -> None:
    assert state("no_wastewater_plant", status=status, has_wastewater_plant=plant) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-11-20", "off"), ("2025-11-19", "on"), ("2025-11", "off"), ("2025-10", "on"), ("2025", "off"),
        ("2024", "on"), ("2021/2025", "off"), (None, "unknown"),
    ],
)  # fmt: skip
def test_older_than_twelve_months_counts_from_the_last_day_a_date_can_mean(as_of: str | None, expected: str) -> None:
    assert state("outdated", status="operating", status_as_of=as_of) == expected
    assert state("outdated", fill_rate_pct=50, fill_rate_as_of=as_of) == expected


def test_one_old_value_is_enough_and_an_undated_one_is_not_known() -> None:
    fresh = {"status": "operating", "status_as_of": "2026-05"}
    assert state("outdated", **fresh, fill_rate_pct=50, fill_rate_as_of="2020") == "on"
    assert state("outdated", **fresh, fill_rate_pct=50) == "unknown"
    assert state("outdated", **fresh) == "off"
    assert state("outdated") == "unknown"
    assert said("outdated", **fresh, fill_rate_pct=50, fill_rate_as_of="2020") == (
        "The fill rate is older than 12 months (2020)."
    )


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_after(date(2025, 12, 31), 12) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("quality", "expected"), [("surveyed", "off"), ("digitised", "on"), ("indicative", "on"), (None, "on")]
)
def test_outline_not_surveyed(quality: str | None, expected: str) -> None:
    assert state("outline_not_surveyed", boundary_quality=quality) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, "unknown"), ({"declared_ha": 100}, "unknown"), ({"lots": Lots(100, 0)}, "unknown"),
        ({"declared_ha": 100, "lots": Lots(101, 0)}, "off"), ({"declared_ha": 100, "lots": Lots(101.01, 0)}, "on"),
        ({"declared_ha": 100, "lots": Lots(98.99, 0)}, "on"), ({"declared_ha": 100, "pages": (("E1", 103.0),)}, "on"),
        ({"declared_ha": 100, "measured_ha": 120.0, "boundary_quality": "surveyed"}, "on"),
        ({"declared_ha": 100, "measured_ha": 120.0, "boundary_quality": "indicative"}, "unknown"),
        ({"declared_ha": 100, "declared_facts": ("F9",), "facts": (number("declared_area_ha", 150),)}, "unknown"),
        ({"declared_ha": 100, "declared_facts": ("F8",), "facts": (number("declared_area_ha", 150),)}, "on"),
        ({"declared_ha": 0, "lots": Lots(5, 0)}, "unknown"),
    ],
)  # fmt: skip
def test_areas_that_do_not_reconcile(known: dict[str, Any], expected: str) -> None:
    assert state("areas_apart", **known) == expected


def test_a_withdrawn_zone_is_not_asked_for_what_only_a_standing_one_can_lack() -> None:
    known = {"status": "withdrawn", "fill_rate_pct": 10, "expansions": ("F1",), "has_wastewater_plant": False}
    lights = {one.name: one.state for one in light_up(Zone(**PARK, **known))}
    assert {name for name, state in lights.items() if state == "off"} == {
        "low_fill_expanding", "no_investor", "no_wastewater_plant",
    }  # fmt: skip


def test_every_light_has_its_reason_and_its_inputs() -> None:
    for one in light_up(Zone(**PARK)):
        assert one.why.said(str, "vi").endswith(".") and one.inputs
        assert "None" not in one.why.said(str, "en")


def test_what_is_not_stated_is_unknown_by_every_criterion() -> None:
    found = assess(Zone(**PARK, status="operating", steps=(Step("operating", 80, "F1", "2020", "D4"),)))
    assert [one.name for one in found] == list(CRITERIA)
    assert {one.state for one in found} == {"unknown"}  # that it operates says nothing of its land
    assert {one.why.said(str, "en") for one in found} == {"Not stated"}


def test_criteria_name_their_evidence() -> None:
    zone = Zone(
        **PARK, fill_rate_pct=46.7, fill_rate_as_of="2020", has_wastewater_plant=False,
        facts=(Fact("F2", "projects", "observation", 66, as_of="2020"), Fact("F3", "workers", "observation", 9),
               Fact("F4", "commitment_wastewater_plant", "obligation", word="required")),
        steps=(Step("site_clearance_done", 60, "F5", "2020", "D4"),),
    )  # fmt: skip
    found = {one.name: one for one in assess(zone)}
    assert found["compensation"].state == "unknown"
    assert found["site_clearance"].why.said(str, "en") == "Site clearance is done (2020)."
    assert found["site_clearance"].facts == ("F5",)
    assert found["investment"].facts == ("F2", "F3")
    assert found["fill_rate"].why.said(str, "vi") == "46,7% filled (2020)."
    assert found["environment"].why.said(str, "en") == "No wastewater plant stands yet."


def test_a_demand_is_no_evidence_that_it_is_met() -> None:
    demand = Fact("F4", "commitment_environmental_treatment", "obligation", word="required")
    met = Fact("F5", "commitment_environmental_treatment", "obligation", word="required", met=True)
    states = [{one.name: one.state for one in assess(Zone(**PARK, facts=(fact,)))} for fact in (demand, met)]
    assert [one["environment"] for one in states] == ["unknown", "known"]
