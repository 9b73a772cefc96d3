"""Reasons as sentences: whatever was found, in both languages, nothing left open in them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.language import LANGUAGES
from api.workflows.progress.wording import SHORT, WHY, Names, reason
from gis.progress import DEMANDS, MEASURES, Target, Zone
from tests.gis.progress.histories import RANKS, areas, observed, results, step, target, zone

LABELS = {"vi": "nhãn", "en": "label"}
NAMES = Names({}, {name: {**LABELS, "unit": "%"} for name in (*MEASURES, "workers", "sector2_share_pct")},
              dict.fromkeys(RANKS, LABELS))  # fmt: skip
NAMES.indicators.update({name: {**LABELS, "unit": "%"} for one in MEASURES.values() for name in one.related})
times = st.sampled_from(["2016", "2020", "2025", "2025-03", "2026", "2030", "2016/2020", "2021/2025", None])
values = st.sampled_from(["0", "40", "70", "100"])
signs = st.sampled_from(["eq", "approx", "gt", "gte"])


def row(one: Target) -> dict[str, Any]:
    return {"indicator": one.indicator, "zone": one.zone, "unit": "%", "source": one.source,
            "period": one.period.text if one.period else None}  # fmt: skip


@st.composite
def zones(draw: st.DrawFn) -> tuple[Zone, ...]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        steps = draw(st.lists(st.tuples(st.sampled_from(sorted(RANKS)), times, st.booleans()), max_size=3))
        told = draw(st.lists(st.tuples(values, times, signs), max_size=2))
        stated = draw(st.lists(st.tuples(values, times), max_size=2))
        kind = draw(st.sampled_from(["industrial_park", "industrial_cluster"]))
        found.append(zone(
            f"kcn-{number}", *(step(name, when, is_stated=stated_so) for name, when, stated_so in steps), kind=kind,
            areas=tuple(areas("100", value, when) for value, when in stated),
            reported=tuple(observed(*one, indicator="fill_rate_pct") for one in told),
            figures=tuple(observed(*one, indicator="workers") for one in told),
            expansion_in_force=draw(st.sampled_from([None, True, False])),
            expansion_ha=draw(st.sampled_from([None, Decimal(50)])), is_listed=draw(st.booleans()),
        ))  # fmt: skip
    return tuple(found)


@given(
    zones(), st.sampled_from(sorted(MEASURES)), st.lists(st.tuples(values, times, signs), max_size=3), times,
    st.sampled_from([None, "kcn-0"]), st.sampled_from(sorted(DEMANDS)), st.sampled_from(["all", "operating"]),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_every_finding_can_be_said(
    held: tuple[Zone, ...], indicator: str, told: list[tuple[str, str | None, str]], period: str | None,
    slug: str | None, milestone: str, applies_to: str,
) -> None:  # fmt: skip
    is_step = indicator == "target_milestone"
    one = target(
        indicator, None if is_step else "70", period, milestone=milestone if is_step else None, zone=slug,
        kind="industrial_park" if slug else "zones_of_province", applies_to=applies_to,
    )  # fmt: skip
    near = [observed("5", "2020", indicator=name, kind="province") for name in MEASURES[indicator].related]
    own = [observed(*fact, indicator=indicator, kind="zones_of_province") for fact in told]
    found = results(one, told=(*own, *near), zones=held)[one.id]
    for language in LANGUAGES:
        said = reason(row(one), found, NAMES, language)
        assert said.endswith(".")
        assert "%(" not in said
        assert "None" not in said
    assert {judged.code for judged in found.zones} <= set(SHORT)
    assert found.state != "not_assessable" or found.code in WHY


@pytest.mark.parametrize("milestone", sorted(DEMANDS))
def test_a_demand_on_each_zone_that_some_fail_says_how_many(milestone: str) -> None:
    one = target("target_milestone", milestone=milestone, kind="industrial_parks_of_province")
    held = tuple(zone(f"kcn-{n}", step(name, "2025")) for n, name in enumerate(("planned", "operating", "planned")))
    found = results(one, zones=held)[one.id]
    said = reason(row(one), found, NAMES, "en")
    if found.state == "missed":
        assert said.startswith("It is demanded of each of 3 zones; 2 had not") or milestone == "planned"
    assert "%(" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_is_written_in_its_language(language: Any) -> None:
    one = target("industrial_output_vnd_bn", "64000")
    found = results(one, told=(observed("24359", "2020"),))[one.id]
    said = reason({**row(one), "unit": "bn VND"}, found, NAMES, language)
    assert ("24.359\u00a0tỷ đồng" if language == "vi" else "24,359\u00a0bn VND") in said
