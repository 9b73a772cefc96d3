"""Targets about zones: fill rates of groups, counts, sums and steps."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.progress import Observation, Zone
from gis.progress.unnamed import unnamed_zones
from tests.gis.progress.histories import RATE, UNIT, areas, observed, result, results, state, step, target, zone

NOT = "not_assessable"
PARKS, CLUSTERS, ZONES = "industrial_parks_of_province", "industrial_clusters_of_province", "zones_of_province"
RUNS = step("operating", "2020")


def reported(value: str, as_of: str | None = "2025", comparator: str = "eq") -> tuple[Observation, ...]:
    return (observed(value, as_of, comparator, indicator="fill_rate_pct", kind="industrial_park"),)


def workers(value: str, as_of: str | None = "2030", comparator: str = "eq") -> tuple[Observation, ...]:
    return (observed(value, as_of, comparator, indicator="workers", kind="industrial_park"),)


def rate(value: str = "70", period: str = "2025", comparator: str = "gte", applies_to: str = "all"):  # type: ignore[no-untyped-def]
    return target(RATE, value, period, comparator, kind=ZONES, applies_to=applies_to)


# Fill rates


@pytest.mark.parametrize(("stated", "expected"), [
    ((areas("100", "80"), areas("100", "60")), ("reached", "met")),
    ((areas("100", "80"), areas("300", "60")), ("missed", "short")),  # 35 %, though the mean of rates is 50
    ((areas("100", "80"), areas("100", "60", "2026")), ("reached", "met_later")),
    ((areas("100", "80"), areas("100", "60", "2024")), (NOT, "part_known")),
    ((areas("100", "80", "2024"), areas("100", "60", "2024")), (NOT, "no_observation_since")),
    ((areas("100", "80", None), areas("100", "60", None)), (NOT, "undated")),
    ((areas("100", "80"), None), (NOT, "part_known")),
    ((None, None), (NOT, "no_observation")),
])  # fmt: skip
def test_a_group_is_leased_over_leasable_of_all(stated: tuple[object, ...], expected: tuple[str, str]) -> None:
    zones = tuple(zone(f"kcn-{n}", areas=(one,) if one else ()) for n, one in enumerate(stated))
    assert state(rate(), zones=zones) == expected


def test_reported_rates_never_make_a_group_but_decide_for_their_zone() -> None:
    found = result(rate(), zones=(zone("kcn-a", reported=reported("96.5")), zone("kcn-b", reported=reported("90"))))
    assert (found.state, found.code) == (NOT, "reported_only")
    assert [(one.state, one.value) for one in found.zones] == [("reached", Decimal("96.5")), ("reached", 90)]
    assert found.measured
    assert (found.measured.value, found.measured.known_part) == (None, None)


def test_the_known_part_is_told() -> None:
    found = result(rate(), zones=(zone("kcn-a", areas=(areas("200", "150"),)), zone("kcn-b", reported=reported("90"))))
    assert (found.code, found.measured and found.measured.known_part) == ("part_known", 75)
    assert found.facts["known"] == 1
    assert found.facts["total"] == 2


def test_only_zones_in_operation_by_then_are_in_scope() -> None:
    running, starting, building = (
        zone("kcn-a", RUNS, areas=(areas("100", "90"),)), zone("kcn-b", step("operating", "2026")),
        zone("kcn-c", step("under_construction", "2025")),
    )  # fmt: skip
    found = result(rate(applies_to="operating"), zones=(running, starting, building))
    assert [one.zone for one in found.zones] == ["kcn-a"]
    assert found.state == "reached"
    assert state(rate(applies_to="operating"), zones=(building,)) == (NOT, "no_zones")
    still = result(rate("100", "2030", applies_to="operating"), zones=(running, starting, building))
    assert [one.zone for one in still.zones] == ["kcn-a", "kcn-b"]


def test_zones_of_another_kind_or_unit_and_withdrawn_ones_are_not_in_scope() -> None:
    own = zone("kcn-a", areas=(areas("100", "90"),))
    others = (
        zone("kkt-b", kind="economic_zone"), zone("kcn-c", is_listed=False),
        Zone("kcn-d", "industrial_park", frozenset({"vn34:01"})),
    )  # fmt: skip
    found = result(rate(), zones=(own, *others))
    assert [one.zone for one in found.zones] == ["kcn-a"]
    parks = target(RATE, "70", kind=PARKS)
    assert state(parks, zones=(own, zone("ccn-e", kind="industrial_cluster"))) == ("reached", "met")


def test_a_group_has_a_pace_where_it_was_known_twice() -> None:
    def going(last: str) -> tuple[Zone, ...]:
        return tuple(zone(f"kcn-{n}", areas=(areas("100", last, "2025"), areas("100", "40", "2020"))) for n in range(2))

    assert state(rate("80", "2030"), zones=going("60")) == ("on_track", "pace_enough")
    assert state(rate("81", "2030"), zones=going("60")) == ("behind", "pace_short")
    assert state(rate("80", "2030"), zones=(zone("kcn-a", areas=(areas("100", "60"),)),)) == (NOT, "one_observation")


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=1, max_size=6))
def test_a_group_is_assessable_exactly_where_all_are_known(parts: list[tuple[int, int]]) -> None:
    known = tuple(zone(f"kcn-{n}", areas=(areas(str(a), str(min(a, b))),)) for n, (a, b) in enumerate(parts))
    share = Decimal(100) * sum(min(a, b) for a, b in parts) / sum(a for a, _ in parts)
    whole = result(rate("50"), zones=known)
    assert whole.state == ("reached" if share >= 50 else "missed")
    more = result(rate("50"), zones=(*known, zone("kcn-x", reported=reported("100"))))
    assert (more.state, more.code) == (NOT, "part_known")


# Counts


def operating(value: str, period: str = "2025", **more: object):  # type: ignore[no-untyped-def]
    return target("target_operating_zones", value, period, kind=PARKS, **more)  # type: ignore[arg-type]


def test_a_count_is_bounded_by_what_is_known() -> None:
    yes, no, unknown = (
        zone("kcn-a", RUNS), zone("kcn-b", step("planned", "2025")), zone("kcn-c", step("planned", "2021")),
    )  # fmt: skip
    found = result(operating("2"), zones=(yes, no, unknown))
    assert (found.state, found.code) == (NOT, "part_known")
    assert found.measured
    assert (found.measured.low, found.measured.high, found.measured.known) == (1, 2, 2)
    assert state(operating("1"), zones=(yes, no, unknown)) == ("reached", "met")
    assert state(operating("3"), zones=(yes, no, unknown)) == ("missed", "short")
    assert state(operating("1"), zones=(unknown,)) == (NOT, "no_observation_since")
    assert state(operating("3", "2030"), zones=(yes, no, unknown)) == (NOT, "part_known")  # four years are left


def test_zones_that_documents_only_count_may_be_among_them() -> None:
    one = operating("3")
    zones = (zone("kcn-a", RUNS), zone("kcn-b", step("planned", "2025")))
    assert results(one, zones=zones)[one.id].state == "missed"
    assert results(one, zones=zones, unnamed={(UNIT, "industrial_park"): 2})[one.id].code == "part_known"


def test_new_zones_were_not_operating_when_the_document_was_written() -> None:
    new = target("target_new_zones_in_operation", "1", kind=PARKS)
    assert [one.zone for one in result(new, zones=(zone("kcn-a", RUNS), zone("kcn-b"))).zones] == ["kcn-b"]


def test_zones_named_by_the_same_document_are_the_ones_counted() -> None:
    whole = target("target_new_zones_in_operation", "1", kind=PARKS, source="D0")
    named = target("target_milestone", milestone="infrastructure_built_and_operating", zone="kcn-a", source="D0",
                   kind="industrial_park")  # fmt: skip
    other = target("target_milestone", milestone="infrastructure_built_and_operating", zone="kcn-b", source="D7",
                   kind="industrial_park")  # fmt: skip
    zones = (zone("kcn-a", RUNS), zone("kcn-b"), zone("kcn-c"))
    found = results(whole, named, other, zones=zones, unnamed={(UNIT, "industrial_park"): 5})[whole.id]
    assert [one.zone for one in found.zones] == ["kcn-a"]
    assert (found.state, found.measured and found.measured.high) == ("reached", 1)


def test_planned_zones_count_once_they_are_in_a_plan() -> None:
    whole = target("planned_new_zones", "3", "2021-2030", "range", value_max="4", kind=PARKS)
    parts = [
        target("planned_new_zones", "1", "2021-2030", "range", value_max=most, zone=slug, kind="industrial_park")
        for slug, most in (("kcn-a", "1"), ("kcn-b", "2"), ("kcn-c", "1"))
    ]
    zones = tuple(zone(slug, step("proposed", "2021")) for slug in ("kcn-a", "kcn-b", "kcn-c"))
    found = results(whole, *parts, zones=zones)
    assert (found[whole.id].code, found[whole.id].measured.high) == ("not_yet", 4)  # type: ignore[union-attr]
    assert {found[one.id].code for one in parts} == {"not_yet"}
    planned = tuple(zone(slug, step("planned", "2023")) for slug in ("kcn-a", "kcn-b", "kcn-c"))
    found = results(whole, *parts, zones=planned)
    assert {found[one.id].state for one in (whole, *parts)} == {"reached"}


def test_how_many_zones_are_counted_and_never_named() -> None:
    counted = observed("19", "2021", indicator="clusters_approved_in_planning", kind=CLUSTERS)
    told = {("clusters_approved_in_planning", UNIT): [counted]}
    zones = [zone(f"ccn-{n}", step("planned", "2021"), kind="industrial_cluster") for n in range(11)]
    proposed = zone("ccn-p", step("proposed", "2021"), kind="industrial_cluster")
    one = target("target_operating_clusters", "9", "2030", kind=CLUSTERS)
    assert unnamed_zones([one], [*zones, proposed], told)[UNIT, "industrial_cluster"] == 8


# Sums


def test_jobs_are_those_in_the_zones() -> None:
    jobs = target("target_jobs", "250000", "2030", "range", value_max="280000", kind=ZONES)
    province = observed("59645", "2020", indicator="workers")
    part = result(jobs, province, zones=(zone("kcn-a", figures=workers("14000", "2020", "gt")), zone("kcn-b")))
    assert (part.state, part.code, part.related) == (NOT, "part_known", province)
    assert part.measured
    assert (part.measured.low, part.measured.high, part.measured.known) == (14000, None, 1)
    assert state(jobs, province, zones=(zone("kcn-a"),)) == (NOT, "other_definition")
    assert state(jobs, zones=(zone("kcn-a"),)) == (NOT, "no_observation")
    enough = (zone("kcn-a", figures=workers("200000")), zone("kcn-b", figures=workers("50000", "2030", "gt")))
    assert state(jobs, zones=enough) == ("reached", "met")


def test_a_sum_is_missed_only_where_all_is_known() -> None:
    jobs = target("target_jobs", "100", "2025", kind=ZONES)
    known = zone("kcn-a", figures=workers("60", "2025"))
    assert state(jobs, zones=(known, zone("kcn-b", figures=workers("30", "2025")))) == ("missed", "short")
    assert state(jobs, zones=(known, zone("kcn-b", figures=workers("30", "2025", "gt")))) == (NOT, "part_known")
    assert state(jobs, zones=(known, zone("kcn-b", figures=workers("40", "2020")))) == (NOT, "part_known")
    assert state(jobs, zones=(zone("kcn-a", figures=workers("400", "2020")),)) == (NOT, "no_observation_since")


# Steps


BUILT, STARTED = "infrastructure_built_and_operating", "complete_procedures_and_start_infrastructure"
ESSENTIAL, PHASE = "essential_infrastructure_basically_complete", "construction_basically_complete_phase_2"


@pytest.mark.parametrize(("milestone", "held", "expected"), [
    (BUILT, [("operating", "2020")], ("reached", "met")),  # it stays so
    (BUILT, [("operating", "2025")], ("reached", "met")),
    (BUILT, [("operating", "2026")], ("reached", "met_later")),
    (BUILT, [("under_construction", "2025")], ("missed", "short")),
    (BUILT, [("under_construction", "2026")], ("missed", "short_later")),
    (BUILT, [("under_construction", "2024")], (NOT, "no_observation_since")),
    (BUILT, [("under_construction", None)], (NOT, "undated")),
    (BUILT, [], (NOT, "no_observation")),
    (STARTED, [("under_construction", "2020")], ("reached", "met")),
    (STARTED, [("site_clearance_done", "2025")], ("missed", "short")),
    (ESSENTIAL, [("operating", "2025")], ("reached", "met")),
    (ESSENTIAL, [("under_construction", "2025")], (NOT, "step_between")),
    (ESSENTIAL, [("site_clearance_done", "2025")], ("missed", "short")),
    (ESSENTIAL, [("under_construction", "2023"), ("planned", "2025")], (NOT, "step_between")),  # nothing is undone
    (PHASE, [("operating", "2025")], (NOT, "phase")),
    (BUILT, [("withdrawn", "2024")], ("missed", "withdrawn")),
    (BUILT, [("operating", "2020"), ("withdrawn", "2026")], ("reached", "met")),
    ("words nobody knows", [("operating", "2025")], (NOT, "no_measure")),
])  # fmt: skip
def test_steps(milestone: str, held: list[tuple[str, str | None]], expected: tuple[str, str]) -> None:
    one = target("target_milestone", milestone=milestone, zone="kcn-a", kind="industrial_park")
    assert state(one, zones=(zone("kcn-a", *(step(*held_one) for held_one in held)),)) == expected


def test_implied_steps_decide_nothing() -> None:
    one = target("target_milestone", milestone=BUILT, zone="kcn-a", kind="industrial_park")
    for name in ("planned", "operating"):
        assert state(one, zones=(zone("kcn-a", step(name, "2025", is_stated=False)),)) == (NOT, "implied_only")


def test_before_the_end_no_step_is_missed() -> None:
    one = target("target_milestone", milestone=BUILT, zone="kcn-a", period="2030", kind="industrial_park")
    assert state(one, zones=(zone("kcn-a", step("planned", "2026")),)) == (NOT, "not_yet")
    assert state(one, zones=(zone("kcn-a", step("operating", "2026")),)) == ("reached", "met")  # the year has begun
    assert state(one, zones=(zone("kcn-a", is_listed=False),)) == ("behind", "withdrawn")


def test_a_demand_on_all_remaining_zones_is_failed_by_one() -> None:
    rest = target("target_milestone", milestone="all_remaining_planned_zones_fully_equipped", kind=PARKS)
    named = target("target_milestone", milestone=ESSENTIAL, zone="kcn-a", period="2020", kind="industrial_park")
    zones = (zone("kcn-a", step("planned", "2025")), zone("kcn-b", RUNS), zone("kcn-c", step("proposed", "2025")))
    found = results(rest, named, zones=zones)[rest.id]
    assert (found.state, found.code, [one.zone for one in found.zones]) == (NOT, "no_step", ["kcn-b"])
    late = results(rest, named, zones=(*zones, zone("kcn-d", step("planned", "2025"))))[rest.id]
    assert (late.state, late.code) == ("missed", "short")


def test_an_expansion_is_never_missed_for_it_has_no_date() -> None:
    one = target("expansion_area_ha", "200", "2021-2030", zone="kcn-a", kind="industrial_park")
    size = Decimal(200)
    assert state(one, zones=(zone("kcn-a"),)) == (NOT, "no_observation")
    planned = zone("kcn-a", expansion_ha=size, expansion_in_force=False)
    assert state(one, zones=(planned,)) == (NOT, "expansion_not_in_force")
    assert state(one, zones=(zone("kcn-a", expansion_ha=size, expansion_in_force=True),)) == ("reached", "met")
    assert state(one, zones=(zone("kcn-a", expansion_in_force=True),)) == (NOT, "expansion_unmeasured")
