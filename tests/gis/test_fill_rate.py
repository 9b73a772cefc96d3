"""A fill rate is what the decree counts, from the best figures there are, or it is unknown and says why."""

import csv
import decimal
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.dates import Dated, parse_edtf
from gis.errors import BadQuantity, MixedDefinitions, UnknownChoice
from gis.fill_rate import (
    DEFINITIONS,
    STATUSES,
    Areas,
    FillRate,
    Issue,
    Lot,
    Lots,
    Reported,
    applicable_definition,
    group_fill_rate,
    zone_fill_rate,
)

D = Decimal
LAW = Path(__file__).parents[2] / "data" / "law.csv"
hectares = st.decimals(min_value=0, max_value=5000, places=2)


def dated(text: str) -> Dated:
    result = parse_edtf(text)
    assert result is not None
    return result


def lots(*rows: tuple[str | None, str | None, str | None]) -> Lots:
    made = tuple(Lot(use, status, None if area is None else D(area)) for use, status, area in rows)
    return Lots(made, dated("2025-06-30"), "D900")


def areas(leasable: str, leased: str, *, as_of: str = "2024", source: str = "D901") -> Areas:
    """Industrial land only; the document says that there is no service land."""
    return Areas(D(leasable), D(leased), D(0), D(0), dated(as_of), source)


MIXED = lots(
    ("industrial", "leased", "60"),
    ("industrial", "available", "10"),
    ("industrial", "reserved", "20"),
    ("industrial", "not_cleared", "10"),
    ("service", "leased", "5"),
    ("service", "available", "15"),
    ("road", "leased", "40"),
    ("green", "available", "30"),
)


def test_the_2022_decree_counts_industrial_and_service_land() -> None:
    rate = zone_fill_rate(lots=MIXED)
    assert (rate.numerator_ha, rate.denominator_ha) == (D(65), D(120))
    assert rate.value_pct == D(65) * 100 / D(120)
    assert (rate.basis, rate.definition, rate.as_of, rate.source) == (
        "lots",
        "nd35_2022",
        "2025-06-30",
        "D900",
    )


def test_the_2008_decree_counts_industrial_land_only() -> None:
    rate = zone_fill_rate(lots=MIXED, definition="nd29_2008")
    assert (rate.value_pct, rate.numerator_ha, rate.denominator_ha) == (D(60), D(60), D(100))
    assert rate.definition == "nd29_2008"


@pytest.mark.parametrize("status", ["available", "reserved", "not_cleared"])
def test_land_that_is_not_leased_is_still_leasable(status: str) -> None:
    rate = zone_fill_rate(lots=lots(("industrial", "leased", "50"), ("industrial", status, "50")))
    assert rate.value_pct == 50


def test_lots_go_before_areas_and_areas_before_a_reported_rate() -> None:
    report = Reported(D("96.5"), dated("2026"), "D004")
    stated = areas("100", "80", as_of="2026")
    assert zone_fill_rate(lots=MIXED, areas=[stated], reported=[report]).basis == "lots"
    assert zone_fill_rate(areas=[stated], reported=[report]).value_pct == 80
    assert zone_fill_rate(lots=Lots(()), areas=[stated]).basis == "areas"
    assert zone_fill_rate(reported=[report]).basis == "reported"


def test_an_nghieps_reported_rate_is_shown_as_reported_without_a_definition() -> None:
    rate = zone_fill_rate(reported=[Reported(D("96.5"), dated("2020"), "D004")])
    assert rate == FillRate(D("96.5"), "reported", "not_stated", None, None, "2020", "D004")
    assert not rate.is_known


def test_a_reported_rate_keeps_the_definition_of_its_document() -> None:
    rate = zone_fill_rate(reported=[Reported(D(70), definition="nd29_2008")], definition="nd35_2022")
    assert rate.definition == "nd29_2008"


def test_the_last_figures_are_taken() -> None:
    older, newer = areas("100", "40", as_of="2021-06"), areas("100", "55", as_of="2023")
    undated = Areas(D(100), D(99), D(0), D(0))
    for order in ([older, newer, undated], [undated, newer, older]):
        assert zone_fill_rate(areas=order).value_pct == 55
    rates = [Reported(D(30)), Reported(D(46), dated("2020")), Reported(D(50), dated("2020-06"))]
    assert zone_fill_rate(reported=rates).value_pct == 46
    assert zone_fill_rate(reported=[Reported(D(1), dated("2020")), Reported(D(2), dated("2020"))]).value_pct == 1


def test_nothing_known_is_unknown_and_says_so() -> None:
    rate = zone_fill_rate()
    assert (rate.value_pct, rate.basis, rate.reason) == (None, None, "no_figures")
    assert (rate.numerator_ha, rate.denominator_ha) == (None, None)


def test_service_land_that_is_not_stated_is_not_taken_for_none() -> None:
    stated = Areas(D(100), D(80), as_of=dated("2024"))
    rate = zone_fill_rate(areas=[stated])
    assert (rate.value_pct, rate.reason) == (None, "no_figures")
    assert rate.issues == (Issue("areas_incomplete"),)
    assert zone_fill_rate(areas=[stated], definition="nd29_2008").value_pct == 80


def test_figures_of_two_documents_are_not_mixed() -> None:
    """Leasable of one year over leased of another would be a rate that nobody measured."""
    stated = [Areas(industrial_leasable_ha=D(100)), Areas(industrial_leased_ha=D(50))]
    rate = zone_fill_rate(areas=stated, reported=[Reported(D(40))], definition="nd29_2008")
    assert (rate.value_pct, rate.basis) == (40, "reported")
    assert rate.issues == (Issue("areas_incomplete"),)


@pytest.mark.parametrize(
    "unknown",
    [(None, "leased", "5"), ("industrial", None, "5"), ("service", "leased", None)],
    ids=["land use", "status", "area"],
)
def test_a_lot_that_is_not_fully_known_makes_the_rate_unknown(unknown: tuple[str | None, ...]) -> None:
    rate = zone_fill_rate(lots=lots(("industrial", "leased", "60"), unknown), reported=[Reported(D(90))])
    assert (rate.value_pct, rate.basis, rate.reason) == (None, "lots", "lots_incomplete")


def test_what_is_not_known_of_a_road_does_not_matter() -> None:
    rate = zone_fill_rate(lots=lots(("industrial", "leased", "60"), ("road", None, None)))
    assert rate.value_pct == 100


def test_no_leasable_land_is_unknown_and_not_zero() -> None:
    rate = zone_fill_rate(lots=lots(("road", "available", "10")))
    assert (rate.value_pct, rate.reason, rate.denominator_ha) == (None, "no_leasable_land", 0)
    contradiction = zone_fill_rate(areas=[areas("0", "5")])
    assert (contradiction.value_pct, contradiction.reason) == (None, "leased_without_leasable")


def test_more_leased_than_leasable_is_shown_and_flagged_not_capped() -> None:
    rate = zone_fill_rate(areas=[areas("100", "110")])
    assert rate.value_pct == 110
    assert rate.issues == (Issue("leased_exceeds_leasable", "industrial", D(110), D(100)),)


def test_too_much_of_one_land_use_is_flagged_though_the_sum_looks_right() -> None:
    rate = zone_fill_rate(areas=[Areas(D(100), D(50), D(10), D(12))])
    assert rate.value_pct == D(6200) / D(110)
    assert [(issue.code, issue.land_use) for issue in rate.issues] == [("leased_exceeds_leasable", "service")]


def test_a_reported_rate_above_a_hundred_is_kept_and_flagged() -> None:
    rate = zone_fill_rate(reported=[Reported(D("101.5"))])
    assert rate.value_pct == D("101.5")
    assert [issue.code for issue in rate.issues] == ["reported_above_100"]


@pytest.mark.parametrize("value", [D("-1"), D("NaN"), D("Infinity"), 12.5, 12])
def test_figures_that_are_none_are_refused(value: Decimal) -> None:
    with pytest.raises(BadQuantity):
        Reported(value)
    with pytest.raises(BadQuantity):
        Lot("industrial", "leased", value)
    with pytest.raises(BadQuantity) as caught:
        Areas(service_leased_ha=value)
    assert caught.value.facts["name"] == "service_leased_ha"


def test_an_unknown_status_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownChoice) as caught:
        Lot("industrial", "sold", D(1))
    assert "not_cleared" in str(caught.value)


# Groups


def test_a_group_is_the_sum_of_leased_over_the_sum_of_leasable() -> None:
    small, large = (
        zone_fill_rate(areas=[areas("10", "10")]),
        zone_fill_rate(areas=[areas("90", "0", source="D902")]),
    )
    group = group_fill_rate([small, large])
    assert (group.assessable, group.value_pct) == (True, 10)  # a mean of rates would say 50
    assert (group.numerator_ha, group.denominator_ha) == (10, 100)
    assert (group.known, group.total) == (2, 2)
    assert (group.as_of, group.sources) == (("2024",), ("D901", "D902"))


def test_soc_trangs_two_reported_rates_never_make_a_provinces_rate() -> None:
    reported = [zone_fill_rate(reported=[Reported(D(value), dated("2020"))]) for value in ("96.5", "46.7")]
    group = group_fill_rate([*reported, *[zone_fill_rate()] * 18])
    assert (group.assessable, group.value_pct, group.known_part_pct) == (False, None, None)
    assert (group.numerator_ha, group.denominator_ha) == (None, None)
    assert (group.known, group.reported_only, group.unknown, group.total) == (0, 2, 18, 20)


def test_one_unknown_zone_makes_the_group_not_assessable_and_the_known_part_is_told() -> None:
    group = group_fill_rate([zone_fill_rate(areas=[areas("100", "70")]), zone_fill_rate()])
    assert (group.assessable, group.value_pct) == (False, None)
    assert (group.numerator_ha, group.denominator_ha, group.known_part_pct) == (70, 100, 70)
    assert (group.known, group.unknown, group.total) == (1, 1, 2)


def test_one_zone_with_only_a_reported_rate_makes_the_group_not_assessable() -> None:
    reported = zone_fill_rate(reported=[Reported(D("46.7"))])
    group = group_fill_rate([zone_fill_rate(areas=[areas("100", "70")]), reported])
    assert (group.assessable, group.value_pct, group.known_part_pct) == (False, None, 70)
    assert (group.known, group.reported_only, group.unknown) == (1, 1, 0)


def test_a_zone_known_to_have_no_leasable_land_does_not_count() -> None:
    group = group_fill_rate([zone_fill_rate(areas=[areas("100", "70")]), zone_fill_rate(areas=[areas("0", "0")])])
    assert (group.assessable, group.value_pct) == (True, 70)
    assert (group.known, group.without_leasable_land, group.total) == (1, 1, 2)


def test_a_contradictory_zone_is_unknown_to_its_group() -> None:
    rates = [zone_fill_rate(areas=[areas("100", "70")]), zone_fill_rate(areas=[areas("0", "5")])]
    group = group_fill_rate(rates)
    assert (group.assessable, group.unknown) == (False, 1)


@pytest.mark.parametrize("rates", [[], [zone_fill_rate(areas=[areas("0", "0")])]])
def test_a_group_without_any_leasable_land_has_no_rate(rates: list[FillRate]) -> None:
    group = group_fill_rate(rates)
    assert (group.assessable, group.value_pct, group.known_part_pct) == (False, None, None)


def test_an_overfull_zone_is_pointed_out_in_its_group() -> None:
    group = group_fill_rate([zone_fill_rate(areas=[areas("100", "110")]), zone_fill_rate(areas=[areas("100", "0")])])
    assert (group.value_pct, group.zones_with_issues) == (55, 1)


def test_rates_by_two_definitions_are_not_summed() -> None:
    with pytest.raises(MixedDefinitions):
        group_fill_rate([zone_fill_rate(lots=MIXED, definition="nd29_2008")], "nd35_2022")
    assert group_fill_rate([zone_fill_rate(lots=MIXED, definition="nd29_2008")], "nd29_2008").value_pct == 60


def test_a_group_of_dated_and_undated_figures_tells_both() -> None:
    rates = [zone_fill_rate(areas=[areas("10", "5")]), zone_fill_rate(areas=[Areas(D(10), D(5), D(0), D(0))])]
    assert group_fill_rate(rates).as_of == (None, "2024")


@given(
    st.lists(
        st.tuples(st.sampled_from(["industrial", "service", "road"]), st.sampled_from(STATUSES), hectares),
        max_size=30,
    )
)
def test_any_plan_gives_between_nought_and_a_hundred_per_cent(rows: list[tuple[str, str, Decimal]]) -> None:
    rate = zone_fill_rate(lots=Lots(tuple(Lot(*row) for row in rows)))
    if rate.value_pct is None:
        assert not sum(area for use, _, area in rows if use != "road")
    else:
        assert 0 <= rate.value_pct <= 100


@given(st.lists(st.tuples(hectares, hectares), min_size=1, max_size=12), st.randoms())
def test_a_group_does_not_depend_on_order(pairs: list[tuple[Decimal, Decimal]], random: object) -> None:
    rates = [zone_fill_rate(areas=[Areas(max(p), min(p), D(0), D(0))]) for p in pairs]
    shuffled = list(rates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group_fill_rate(rates) == group_fill_rate(shuffled)


def test_nobodys_decimal_settings_change_a_rate() -> None:
    plan = lots(("industrial", "leased", "123.45"), ("industrial", "available", "67.89"))
    expected = zone_fill_rate(lots=plan)
    with decimal.localcontext() as context:
        context.prec = 2
        assert zone_fill_rate(lots=plan) == expected


# The law


def test_both_definitions_say_what_law_csv_says() -> None:
    with LAW.open(encoding="utf-8", newline="") as file:
        rows = {row["instrument"]: row for row in csv.DictReader(file) if row["rule"] == "fill_rate_definition"}
    for definition in DEFINITIONS.values():
        row = rows[definition.instrument]
        assert (definition.article or "") == row["article"]
        assert definition.verified == row["verified"] == "secondary text"
        assert definition.formula_vi and definition.formula_en
    assert DEFINITIONS["nd35_2022"].land_uses == {"industrial", "service"}
    assert DEFINITIONS["nd29_2008"].land_uses == {"industrial"}
    named = {applicable_definition("industrial_park", dated(year)).instrument for year in ("2015", "2020", "2024")}
    assert named | {applicable_definition("industrial_cluster", None).instrument} == rows.keys()


@pytest.mark.parametrize(
    ("kind", "as_of", "definition", "verified"),
    [
        ("industrial_park", "2024", "nd35_2022", "secondary text"),
        ("industrial_park", "2015", "nd29_2008", "secondary text"),
        ("industrial_park", "2020", None, "not verified"),
        ("industrial_park", "2022", None, "not verified"),
        ("industrial_park", "2017/2019", None, "not verified"),
        ("industrial_park", "2016/2024", None, "not verified"),
        ("industrial_park", "2005", None, None),
        ("industrial_park", "", None, None),
        ("industrial_cluster", "2024", None, "not verified"),
        ("economic_zone", "2024", None, None),
    ],
)
def test_which_definition_applies_is_said_only_where_known(
    kind: str, as_of: str, definition: str | None, verified: str | None
) -> None:
    applies = applicable_definition(kind, parse_edtf(as_of))
    assert (applies.definition, applies.verified) == (definition, verified)
