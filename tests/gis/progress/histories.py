"""Made-up targets and what is known of them, for the tests of progress."""

from datetime import date
from decimal import Decimal
from itertools import count

from gis.dates import Dated, parse_edtf
from gis.fill_rate import Areas
from gis.progress import Observation, Register, Result, Step, Target, Zone, assess

UNIT = "vn63:94"
TODAY = date(2026, 11, 20)
RANKS = {"proposed": 10, "planned": 20, "investment_policy_granted": 30, "site_clearance_done": 60,
         "under_construction": 70, "operating": 80, "withdrawn": 90}  # fmt: skip
numbers = count()
LEVEL, GROWTH, RATE = "industrial_output_vnd_bn", "industrial_output_growth_pct_per_year", "target_fill_rate_pct"


def edtf(text: str) -> Dated:
    dated = parse_edtf(text)
    assert dated
    return dated


def target(
    indicator: str, value: str | None = None, period: str | None = "2025", comparator: str = "eq", *,
    value_max: str | None = None, milestone: str | None = None, zone: str | None = None, source: str = "D1",
    kind: str = "province", applies_to: str = "all", written_on: date | None = date(2021, 6, 29), rank: int = 60,
    is_retold: bool = False, id: str = "",
) -> Target:  # fmt: skip
    return Target(
        id=id or f"T{next(numbers)}", indicator=indicator, unit_uid=UNIT, subject_kind=kind, zone=zone,
        comparator=None if value is None else comparator, value=None if value is None else Decimal(value),
        value_max=None if value_max is None else Decimal(value_max), milestone=milestone, applies_to=applies_to,
        period=None if period is None else edtf(period), source=source, written_on=written_on, rank=rank,
        is_retold=is_retold,
    )  # fmt: skip


def observed(
    value: str, as_of: str | None, comparator: str = "eq", value_max: str | None = None, indicator: str = LEVEL,
    kind: str = "province",
) -> Observation:  # fmt: skip
    return Observation(
        id=f"O{next(numbers)}", indicator=indicator, comparator=comparator, value=Decimal(value),
        value_max=None if value_max is None else Decimal(value_max), when=None if as_of is None else edtf(as_of),
        source="D9", subject_kind=kind,
    )  # fmt: skip


def step(name: str, as_of: str | None, *, is_stated: bool = True) -> Step:
    return Step(name, RANKS[name], None if as_of is None else edtf(as_of), is_stated, f"S{next(numbers)}", "D9")


def areas(leasable: str, leased: str, as_of: str | None = "2025") -> Areas:
    return Areas(
        industrial_leasable_ha=Decimal(leasable), industrial_leased_ha=Decimal(leased), service_leasable_ha=Decimal(0),
        service_leased_ha=Decimal(0), as_of=None if as_of is None else edtf(as_of), source="D9",
    )  # fmt: skip


def zone(slug: str = "kcn-a", *steps: Step, kind: str = "industrial_park", **more: object) -> Zone:
    return Zone(slug=slug, kind=kind, units=frozenset({UNIT}), steps=steps, **more)  # type: ignore[arg-type]


def results(
    *targets: Target, told: tuple[Observation, ...] = (), zones: tuple[Zone, ...] = (), today: date = TODAY,
    unnamed: dict[tuple[str, str], int] | None = None,
) -> dict[str, Result]:  # fmt: skip
    observations: dict[tuple[str, str], list[Observation]] = {}
    for one in told:
        observations.setdefault((one.indicator, UNIT), []).append(one)
    return assess(Register(list(targets), list(zones), observations, RANKS, unnamed or {}), today)


def result(one: Target, *told: Observation, zones: tuple[Zone, ...] = (), today: date = TODAY) -> Result:
    return results(one, told=told, zones=zones, today=today)[one.id]


def state(one: Target, *told: Observation, zones: tuple[Zone, ...] = (), today: date = TODAY) -> tuple[str, str]:
    """The state and the code of its reason."""
    found = result(one, *told, zones=zones, today=today)
    return found.state, found.code
