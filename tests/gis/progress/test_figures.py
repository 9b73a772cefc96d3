"""A figure against what was demanded of it: time first, then comparators, then the pace."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.progress import STATES
from tests.gis.progress.histories import GROWTH, LEVEL, observed, result, results, state, target

NOT = "not_assessable"


@pytest.mark.parametrize(("as_of", "value", "expected"), [
    ("2025", "64000", ("reached", "met")),
    ("2025", "63999.99", ("missed", "short")),
    ("2025-06", "70000", ("reached", "met")),
    ("2026", "64000", ("reached", "met_later")),
    ("2026", "50000", ("missed", "short_later")),
    ("2020", "90000", (NOT, "no_observation_since")),  # what was enough before may be lost by then
    ("2021/2025", "90000", (NOT, "period_figure")),
    (None, "90000", (NOT, "undated")),
])  # fmt: skip
def test_the_last_year_decides_else_the_first_later_figure(
    as_of: str | None, value: str, expected: tuple[str, str]
) -> None:
    assert state(target(LEVEL, "64000"), observed(value, as_of)) == expected


def test_the_first_later_figure_decides_and_not_the_newest() -> None:
    assert state(target(LEVEL, "10", "2020"), observed("9", "2022"), observed("20", "2024")) == (
        "missed",
        "short_later",
    )


def test_nothing_known_says_so() -> None:
    assert state(target(LEVEL, "64000")) == (NOT, "no_observation")
    assert state(target(LEVEL, "64000", None), observed("1", "2025")) == (NOT, "no_period")


def test_another_measure_is_named_and_never_compared() -> None:
    share = observed("99", "2025", indicator="sector2_share_pct")
    found = result(target("industry_construction_share_pct", "26"), share)
    assert (found.state, found.code, found.related) == (NOT, "other_definition", share)


def test_a_figure_about_something_else_is_no_figure_of_the_subject() -> None:
    assert state(target(LEVEL, "1"), observed("5", "2025", kind="zones_of_province")) == (NOT, "no_observation")


@pytest.mark.parametrize(("comparator", "value_max", "as_observed", "expected"), [
    ("gt", None, ("eq", "65", None), "missed"),
    ("gt", None, ("eq", "65.01", None), "reached"),
    ("gt", None, ("gt", "65", None), "reached"),  # over 65 is over 65
    ("gt", None, ("gte", "65", None), NOT),
    ("gte", None, ("eq", "65", None), "reached"),
    ("eq", None, ("eq", "65", None), "reached"),
    ("eq", None, ("eq", "80", None), "reached"),
    ("approx", None, ("approx", "64.9", None), "missed"),
    ("eq", None, ("gt", "60", None), NOT),
    ("eq", None, ("range", "60", "64"), "missed"),
    ("eq", None, ("range", "65", "70"), "reached"),
    ("eq", None, ("range", "60", "70"), NOT),
    ("range", "70", ("eq", "65", None), "reached"),
    ("range", "70", ("eq", "64", None), "missed"),
])  # fmt: skip
def test_comparators(
    comparator: str, value_max: str | None, as_observed: tuple[str, str, str | None], expected: str
) -> None:
    demanded = target(LEVEL, "65", "2025", comparator, value_max=value_max)
    said, value, most = as_observed
    found = result(demanded, observed(value, "2025", said, most))
    assert found.state == expected
    assert (found.code == "not_decisive") == (expected == NOT)


def test_more_than_the_range_is_reached_and_said() -> None:
    found = result(target(LEVEL, "3", "2025", "range", value_max="4"), observed("5", "2025"))
    assert (found.state, found.facts["above"]) == ("reached", True)


def test_of_one_time_the_first_is_shown_and_the_others_say_what_they_would_give() -> None:
    shown, other, same = observed("24359", "2020"), observed("45000", "2020", "approx"), observed("24359", "2020")
    found = result(target(LEVEL, "43000", "2020"), shown, other, same)
    assert (found.state, found.observation) == ("missed", shown)
    assert found.others == [(other, "reached")]


@pytest.mark.parametrize(("known", "expected"), [
    ([("2020", "40"), ("2025", "60")], ("on_track", "pace_enough")),  # 4 a year: 80 by 2030
    ([("2020", "40"), ("2025", "59")], ("behind", "pace_short")),
    ([("2020", "60"), ("2025", "40")], ("behind", "pace_short")),
    ([("2025", "60")], (NOT, "one_observation")),
    ([("2025", "60"), (None, "40")], (NOT, "one_observation")),
    ([("2020", "40"), ("2025", "80")], ("reached", "met")),
    ([("2016/2020", "40")], (NOT, "period_figure")),
])  # fmt: skip
def test_before_the_end_the_pace_decides(known: list[tuple[str | None, str]], expected: tuple[str, str]) -> None:
    assert state(target(LEVEL, "80", "2030"), *(observed(value, as_of) for as_of, value in known)) == expected


def test_the_pace_is_told_per_year() -> None:
    found = result(target(LEVEL, "80", "2030"), observed("40", "2020"), observed("50", "2025")).pace
    assert found
    assert (found.needed_per_year, found.reached_per_year, found.projected) == (6, 2, 60)


def test_a_bound_gives_no_pace() -> None:
    known = (observed("40", "2020"), observed("50", "2025", "gt"))
    assert state(target(LEVEL, "80", "2030"), *known) == (NOT, "not_decisive")


def test_the_day_after_the_last_the_time_is_over() -> None:
    one, known = target(LEVEL, "80", "2026"), observed("40", "2026-06")
    assert state(one, known, today=date(2026, 12, 31)) == (NOT, "one_observation")
    assert state(one, known, today=date(2027, 1, 1)) == ("missed", "short")


def test_growth_counts_only_of_the_very_period() -> None:
    growth = target(GROWTH, "13.88", "2016-2020")
    assert state(growth, observed("13.2", "2016/2020", indicator=GROWTH)) == ("missed", "short")
    assert state(growth, observed("13.88", "2016/2020", indicator=GROWTH)) == ("reached", "met")
    assert state(growth, observed("20", "2020", indicator=GROWTH)) == (NOT, "other_period")
    assert state(growth, observed("20", "2021/2025", indicator=GROWTH)) == (NOT, "other_period")
    assert state(growth, observed("20", None, indicator=GROWTH)) == (NOT, "undated")
    assert state(growth) == (NOT, "no_observation")


def test_a_year_to_look_back_in_is_no_figure() -> None:
    assert state(target("review_year_final", "2026", "2026"), observed("2026", "2026")) == (NOT, "review")
    assert state(target("planned_new_zones_area_ha", "250")) == (NOT, "ambiguous")
    assert state(target("never_heard_of", "250")) == (NOT, "no_measure")


figures = st.decimals(0, 1000, places=2)
times = st.sampled_from(["2016", "2020", "2024-06", "2025", "2025-03-01", "2026", "2016/2020", "2021/2025", None])
histories = st.lists(
    st.tuples(figures, times, st.sampled_from(["eq", "approx", "gt", "gte"])), max_size=6,
)  # fmt: skip


@given(histories, figures, st.sampled_from(["eq", "gt", "gte", "approx"]), st.sampled_from(["2020", "2025", "2030"]))
def test_whatever_is_known_there_is_one_state_with_a_reason(
    known: list[tuple[Decimal, str | None, str]], demanded: Decimal, comparator: str, period: str
) -> None:
    one = target(LEVEL, str(demanded), period, comparator)
    told = tuple(observed(str(value), as_of, said) for value, as_of, said in known)
    found = results(one, told=told)[one.id]
    assert found.state in STATES
    assert found.code
    if found.state in ("reached", "missed"):
        assert found.observation
        assert found.observation.when
    if found.state == "missed":
        assert period != "2030"
    if found.state in ("on_track", "behind"):
        assert period == "2030"
        assert found.pace
        assert found.pace.projected is not None


@given(histories, figures, figures)
def test_who_demands_less_never_misses_what_more_reaches(
    known: list[tuple[Decimal, str | None, str]], one: Decimal, other: Decimal
) -> None:
    told = tuple(observed(str(value), as_of, said) for value, as_of, said in known)
    less, more = (target(LEVEL, str(value), "2025") for value in sorted((one, other)))
    found = results(less, more, told=told)
    assert found[less.id].state != "missed" or found[more.id].state == "missed"
    assert found[more.id].state != "reached" or found[less.id].state == "reached"
