"""Fill rates as a reader gets them: from lots, else areas, else reports, by both definitions, and of groups."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from gis.dates import parse_edtf
from gis.fill_rate import Areas, Lot, Lots, Reported, zone_fill_rate
from tests.register import Register

pytestmark = pytest.mark.slow  # a database or a process of its own for each

FIGURES_OF_ALL = "SELECT slug, has_wastewater_plant, has_cleared_land FROM registry.zone_figures"
AN_NGHIEP, NGA_NAM, TRAN_DE = "kcn-an-nghiep", "ccn-nga-nam", "kcn-tran-de"
Row = dict[str, Any]
PLAN = [
    ("I1", "industrial", "leased", 80),
    ("I2", "industrial", "available", 15),
    ("I3", "industrial", "reserved", 4),
    ("I4", "industrial", "not_cleared", 1),
    ("S1", "service", "leased", 10),
    ("S2", "service", "available", 10),
    ("R1", "road", None, 30),
    ("G1", "green", "leased", 20),
]  # by nd35_2022 90 of 120 ha, by nd29_2008 80 of 100 ha


@pytest.fixture
def register(own_url: str, own_client: TestClient) -> Register:
    return Register(own_url, own_client)


# One zone


def test_a_rate_that_only_a_document_reports_says_so(register: Register) -> None:
    rate = register.rate(AN_NGHIEP)
    assert (rate["value_pct"], rate["basis"], rate["as_of"], rate["source"]) == (96.5, "reported", "2020", "D004")
    assert rate["definition"] == "not_stated"
    assert rate["numerator_ha"] is rate["denominator_ha"] is None


def test_lots_count_before_any_report(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN)
    rate = register.rate(AN_NGHIEP)
    assert (rate["value_pct"], rate["basis"]) == (75, "lots")
    assert (rate["numerator_ha"], rate["denominator_ha"]) == (90, 120)
    assert (rate["definition"], rate["as_of"], rate["source"]) == ("nd35_2022", "2024", "D001")


def test_by_the_older_definition_only_industrial_land_counts(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN)
    rate = register.rate(AN_NGHIEP, definition="nd29_2008")
    assert (rate["value_pct"], rate["numerator_ha"], rate["denominator_ha"]) == (80, 80, 100)
    assert rate["definition"] == "nd29_2008"


def test_a_zone_shows_what_of_its_land_can_be_had(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN)
    zone = register.client.get(f"/collections/zones/items/{AN_NGHIEP}").json()["properties"]
    assert zone["leasable_area_ha"] == 120
    assert zone["leased_area_ha"] == 90
    assert zone["available_area_ha"] == 25
    assert zone["cleared_area_ha"] == 119
    assert (zone["fill_rate_pct"], zone["fill_rate_basis"], zone["fill_rate_as_of"]) == (75, "lots", "2024")


def test_a_plant_that_is_being_built_does_not_stand_yet_and_silence_says_nothing(register: Register) -> None:
    plants = {one["slug"]: one["has_wastewater_plant"] for one in register.execute(FIGURES_OF_ALL)}
    assert plants.pop(TRAN_DE) is False  # phase 1 under construction, F200
    assert set(plants.values()) == {None}  # that every zone must have one, F090, is said of none


def test_the_latest_document_says_whether_a_plant_stands(register: Register) -> None:
    register.say(TRAN_DE, "wastewater_plant_status", "statement", "operating", as_of="2024")
    assert register.stored(TRAN_DE)["has_wastewater_plant"] is True
    register.say(NGA_NAM, "commitment_wastewater_plant", "obligation", "every_zone_and_cluster", met=True)
    register.say(AN_NGHIEP, "commitment_wastewater_plant", "obligation", "every_zone_and_cluster", met=None)
    assert register.stored(NGA_NAM)["has_wastewater_plant"] is True
    assert register.stored(AN_NGHIEP)["has_wastewater_plant"] is None
    register.say(NGA_NAM, "commitment_wastewater_plant", "obligation", "every_zone_and_cluster", "2025", met=False)
    assert register.stored(NGA_NAM)["has_wastewater_plant"] is False


def test_cleared_land_is_what_lots_or_a_document_say_and_no_guess(register: Register) -> None:
    cleared = {one["slug"]: one["has_cleared_land"] for one in register.execute(FIGURES_OF_ALL)}
    assert cleared.pop(TRAN_DE) is True  # clearance is done, F195
    assert set(cleared.values()) == {None}  # that An Nghiệp operates does not say so
    register.add_lots(AN_NGHIEP, [("A", "industrial", "not_cleared", 5)])
    register.add_lots(NGA_NAM, [("A", "industrial", "not_cleared", 5), ("B", "service", "leased", 1)])
    register.add_lots(TRAN_DE, [("A", "industrial", "not_cleared", 5)])  # lots tell more than a word
    found = {slug: register.stored(slug)["has_cleared_land"] for slug in (AN_NGHIEP, NGA_NAM, TRAN_DE)}
    assert found == {AN_NGHIEP: False, NGA_NAM: True, TRAN_DE: False}


def test_lots_of_several_dates_and_documents_name_none_of_them(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN[:4], as_of="2023", source="D001")
    register.add_lots(AN_NGHIEP, PLAN[4:], as_of="2024", source="D002")
    rate = register.rate(AN_NGHIEP)
    assert (rate["value_pct"], rate["as_of"], rate["source"]) == (75, None, None)


def test_lots_of_which_one_is_not_known_give_no_rate(register: Register) -> None:
    register.add_lots(AN_NGHIEP, [*PLAN, ("I9", "industrial", None, 5)])
    rate = register.rate(AN_NGHIEP)
    assert (rate["value_pct"], rate["basis"], rate["reason_unknown"]) == (None, "lots", "lots_incomplete")
    stored = register.stored(AN_NGHIEP)
    for name in ("fill_rate_pct", "fill_rate_basis", "leasable_area_ha", "leased_area_ha", "available_area_ha"):
        assert stored[name] is None


def test_an_unknown_service_lot_does_not_hide_the_industrial_rate(register: Register) -> None:
    register.add_lots(AN_NGHIEP, [*PLAN, ("S9", "service", None, 5)])
    assert register.rate(AN_NGHIEP)["value_pct"] is None
    assert register.rate(AN_NGHIEP, definition="nd29_2008")["value_pct"] == 80


def test_stated_areas_count_before_a_report(register: Register) -> None:
    register.state_areas(AN_NGHIEP, (200, 150, 40, 18))
    rate = register.rate(AN_NGHIEP)
    assert (rate["value_pct"], rate["basis"], rate["as_of"], rate["source"]) == (70, "areas", "2021", "D001")
    assert (rate["numerator_ha"], rate["denominator_ha"]) == (168, 240)
    assert register.rate(AN_NGHIEP, definition="nd29_2008")["value_pct"] == 75


def test_a_rate_names_the_facts_it_rests_on(register: Register) -> None:
    def behind() -> tuple[str, set[str], list[str]]:
        sheet = register.client.get(f"/collections/zones/items/{AN_NGHIEP}/sources").json()
        indicator = {fact["id"]: fact["indicator"] for fact in sheet["facts"]}
        (rate,) = (one for one in sheet["values"] if one["property"] == "fill_rate_pct")
        return rate["basis"], {indicator[one] for one in rate["facts"]}, rate["others"]

    assert behind() == ("reported", {"fill_rate_pct"}, [])
    register.state_areas(AN_NGHIEP, (200, 150, 40, 18))
    basis, indicators, others = behind()
    assert (basis, len(indicators), "fill_rate_pct" in indicators, others) == ("areas", 4, False, ["F192"])
    register.add_lots(AN_NGHIEP, PLAN)
    assert behind() == ("lots", set(), ["F192"])


def test_the_latest_complete_areas_count(register: Register) -> None:
    register.state_areas(AN_NGHIEP, (200, 150, 40, 18), as_of="2021")
    register.state_areas(AN_NGHIEP, (200, 180, 40, 36), as_of="2023", source="D002")
    register.state_areas(AN_NGHIEP, (200, 200, None, None), as_of="2024", source="D004")
    rate = register.rate(AN_NGHIEP)
    assert (rate["value_pct"], rate["as_of"], rate["source"]) == (90, "2023", "D002")
    assert rate["issues"] == ["areas_incomplete"]


def test_areas_that_lack_a_part_leave_the_report_standing(register: Register) -> None:
    register.state_areas(AN_NGHIEP, (200, 150, None, None))
    assert register.rate(AN_NGHIEP)["basis"] == "reported"
    assert register.rate(AN_NGHIEP)["issues"] == ["areas_incomplete"]
    assert register.rate(AN_NGHIEP, definition="nd29_2008")["value_pct"] == 75


def test_areas_of_two_documents_are_not_mixed(register: Register) -> None:
    register.state_areas(TRAN_DE, (100, None, 20, None), source="D001")
    register.state_areas(TRAN_DE, (None, 50, None, 10), source="D002")
    assert register.rate(TRAN_DE)["value_pct"] is None


def test_the_last_report_is_the_one_shown(register: Register) -> None:
    register.observe(AN_NGHIEP, 97, as_of="2019")
    assert register.rate(AN_NGHIEP)["value_pct"] == 96.5
    register.observe(AN_NGHIEP, 98, as_of="2022")
    assert register.rate(AN_NGHIEP)["value_pct"] == 98
    register.observe(AN_NGHIEP, 50, as_of=None)
    assert register.rate(AN_NGHIEP)["value_pct"] == 98


def test_of_two_reports_of_one_date_the_higher_document_is_shown(register: Register) -> None:
    register.execute("UPDATE registry.sources SET issued_on = '2022-01-01' WHERE id = 'D000'")
    register.observe(TRAN_DE, 20, as_of="2021", source="D000")  # a plan, and newer
    register.observe(TRAN_DE, 30, as_of="2021", source="D001")  # a resolution
    register.observe(TRAN_DE, 40, as_of="2021", source="D003")  # an action programme
    assert (register.rate(TRAN_DE)["value_pct"], register.rate(TRAN_DE)["source"]) == (30, "D001")


@pytest.mark.parametrize("comparator", ["gt", "gte"])
def test_more_than_sixty_per_cent_is_no_rate(register: Register, comparator: str) -> None:
    register.observe(TRAN_DE, 60, comparator=comparator)
    rate = register.rate(TRAN_DE)
    assert (rate["value_pct"], rate["basis"], rate["reason_unknown"]) == (None, None, "no_figures")


def test_a_rate_is_stored_to_the_millionth_and_not_further(register: Register) -> None:
    register.add_lots(TRAN_DE, [("I1", "industrial", "leased", 1), ("I2", "industrial", "available", 2)])
    assert register.stored(TRAN_DE)["fill_rate_pct"] == Decimal("33.333333")


def test_land_that_is_not_there_has_no_rate(register: Register) -> None:
    register.add_lots(TRAN_DE, [("R1", "road", None, 3)])
    assert register.rate(TRAN_DE)["reason_unknown"] == "no_leasable_land"


# At a date


def test_a_report_counts_from_its_date_on(register: Register) -> None:
    rates = {as_of: register.rate(AN_NGHIEP, as_of=as_of)["value_pct"] for as_of in ("2019", "2020-06", "2020", "2021")}
    assert rates == {"2019": None, "2020-06": None, "2020": 96.5, "2021": 96.5}
    unknown = {as_of: register.answer(as_of=as_of)["zones_unknown"] for as_of in ("2019", "2020")}
    assert unknown == {"2019": 26, "2020": 24}


def test_lots_count_from_their_date_on(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN, as_of="2024-03")
    bases = {as_of: register.rate(AN_NGHIEP, as_of=as_of)["basis"] for as_of in ("2019", "2023", "2024-02", "2024-03")}
    assert bases == {"2019": None, "2023": "reported", "2024-02": "reported", "2024-03": "lots"}


def test_undated_lots_are_of_no_day_in_the_past(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN, as_of=None)
    assert register.rate(AN_NGHIEP)["basis"] == "lots"
    assert register.rate(AN_NGHIEP, as_of="2024")["basis"] == "reported"


# Groups


def test_a_report_never_enters_a_group(register: Register) -> None:
    group = register.group("Sóc Trăng", by="historic_province")
    assert (group["zones"], group["zones_known"], group["zones_reported_only"], group["zones_unknown"]) == (
        20,
        0,
        2,
        18,
    )
    assert (group["assessable"], group["value_pct"], group["numerator_ha"]) == (False, None, None)
    assert {one["zone"]: one["value_pct"] for one in group["reported"]} == {AN_NGHIEP: 96.5, NGA_NAM: 46.7}


@pytest.mark.parametrize("by", ["province", "historic_province", "kind", "all"])
def test_a_group_with_an_unknown_zone_is_not_assessed_but_its_known_part_is_told(register: Register, by: str) -> None:
    register.add_lots(AN_NGHIEP, PLAN)
    group = next(one for one in register.answer(by=by)["rates"] if one["zones_known"])
    assert (group["assessable"], group["value_pct"]) == (False, None)
    assert (group["known_part_pct"], group["numerator_ha"], group["denominator_ha"]) == (75, 90, 120)
    assert group["zones_unknown"] > 0


def test_a_group_is_the_sum_of_land_and_not_the_mean_of_rates(register: Register) -> None:
    zones = [row["slug"] for row in register.execute(
        "SELECT slug FROM registry.zone_versions WHERE historic_province_uid = 'vn63:91' ORDER BY 1")]  # fmt: skip
    for number, zone in enumerate(zones, 1):
        register.add_lots(zone, [("I1", "industrial", "leased", 1), ("I2", "industrial", "available", number**2)])
    group = register.group("Kiên Giang", by="historic_province")
    assert len(zones) == 6
    assert (group["assessable"], group["zones_known"], group["zones_unknown"]) == (True, 6, 0)
    assert (group["numerator_ha"], group["denominator_ha"]) == (6, 6 + 1 + 4 + 9 + 16 + 25 + 36)
    assert group["value_pct"] == pytest.approx(600 / 97)


def test_a_zone_known_only_by_a_report_keeps_its_group_from_being_assessed(register: Register) -> None:
    for row in register.execute("SELECT slug FROM registry.zones WHERE slug <> %s", NGA_NAM):
        register.add_lots(row["slug"], [("I1", "industrial", "leased", 1)])
    group = register.group("", by="all")
    assert (group["zones_known"], group["zones_reported_only"], group["zones_unknown"]) == (25, 1, 0)
    assert (group["assessable"], group["value_pct"], group["known_part_pct"]) == (False, None, 100)


def test_a_demand_on_operating_zones_is_told_as_such(register: Register) -> None:
    targets = {one["id"]: (one["value"], one["period"], one["applies_to"]) for one in register.answer()["targets"]}
    assert targets["F018"] == (70, "2025", "operating")
    assert targets["F151"] == (65, "2025", "all")


# What is stored


def test_what_is_stored_is_what_the_rules_give_from_the_rows(register: Register) -> None:
    register.add_lots(AN_NGHIEP, PLAN)
    register.state_areas(TRAN_DE, (200, 150, 40, 18))
    register.add_lots("kcn-song-hau", [*PLAN, ("I9", "industrial", None, 5)])
    register.observe("kcn-my-thanh", 12.5, as_of="2022")
    expected = {zone["slug"]: from_rows(register.execute, zone["slug"]) for zone in register.execute(
        "SELECT slug FROM registry.zones")}  # fmt: skip
    stored = {row["slug"]: row for row in register.execute("SELECT * FROM registry.zone_figures")}
    assert len(expected) == 26
    assert sum(rate.value_pct is not None for rate in expected.values()) == 4
    for slug, rate in expected.items():
        assert stored[slug]["fill_rate_pct"] == rate.value_pct
        assert stored[slug]["fill_rate_basis"] == (rate.basis if rate.value_pct is not None else None)
        assert stored[slug]["fill_rate_source"] == rate.source
        assert (stored[slug]["leased_area_ha"], stored[slug]["leasable_area_ha"]) == (
            rate.numerator_ha,
            rate.denominator_ha,
        )


def from_rows(execute: Callable[..., list[Row]], slug: str) -> Any:
    """A zone's rate by gis.fill_rate, from rows put together here."""
    lots = execute("SELECT * FROM registry.lots WHERE zone = %s", slug)
    seen = execute(
        "SELECT indicator, value, as_of, source FROM registry.facts JOIN registry.observations ON fact_id = id "
        "WHERE zone = %s AND (indicator LIKE '%%_land_lea%%' OR indicator = 'fill_rate_pct')",
        slug,
    )
    areas = {one["indicator"].replace("_land_", "_"): one["value"] for one in seen if "_land_" in one["indicator"]}
    return zone_fill_rate(
        lots=Lots(tuple(Lot(x["land_use"], x["status"], x["area_ha"]) for x in lots), None, "D001") if lots else None,
        areas=[Areas(**areas, source="D001")] if areas else [],
        reported=[
            Reported(one["value"], parse_edtf(one["as_of"]), one["source"])
            for one in seen
            if one["indicator"] == "fill_rate_pct"
        ],
    )


def test_figures_are_as_old_as_what_they_follow_from(register: Register) -> None:
    before = register.stored(AN_NGHIEP)["updated_at"]
    register.refresh()
    assert register.stored(AN_NGHIEP)["updated_at"] == before
    register.add_lots(AN_NGHIEP, PLAN)
    assert register.stored(AN_NGHIEP)["updated_at"] > before
    assert register.stored(TRAN_DE)["updated_at"] <= before
