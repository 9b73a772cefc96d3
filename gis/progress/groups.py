"""Targets of several zones together: their fill rate, how many have come to a step, their figures added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gis.dates import Dated, parse_edtf
from gis.fill_rate import DEFAULT, Areas, DefinitionId, FillRate, GroupFillRate, Lots, group_fill_rate
from gis.progress.evidence import Observation, in_time
from gis.progress.measures import Demand, Measure, demand_of
from gis.progress.pace import pace
from gis.progress.results import Judged, Measured, Result, decided, unknown
from gis.progress.targets import Target
from gis.progress.zones import RateInTime, Zone, judge_rate, judge_step, rate_in_time

NOTHING: FillRate = FillRate(None, None, DEFAULT, reason="no_figures")


@dataclass(frozen=True)
class Member:
    """A zone that is counted, by what is demanded of it; it stands for `most` zones at most."""

    zone: Zone
    demand: Demand
    most: int = 1


@dataclass
class Scope:
    """The zones that a target is demanded of, the day, the ranks of steps; `rates` are kept, for targets share them."""

    zones: Sequence[Zone]
    today: date
    ranks: dict[str, int]
    definition: DefinitionId = DEFAULT
    rates: dict[tuple[str, date, bool], RateInTime] = field(default_factory=dict)
    by_slug: dict[str, Zone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_slug = {one.slug: one for one in self.zones}

    def zone(self, slug: str | None) -> Zone | None:
        return self.by_slug.get(slug or "")

    def rate(self, zone: Zone, period: Dated, is_over: bool) -> RateInTime:
        key = (zone.slug, period.end, is_over)
        if key not in self.rates:
            self.rates[key] = rate_in_time(zone, period, is_over, self.definition)
        return self.rates[key]


def members_of(target: Target, zones: Sequence[Zone], today: date) -> list[Zone]:
    """The zones of the kinds that a target speaks of, in its unit; those in operation only, where it is for them."""
    limit = target.period.end if target.period and target.is_over(today) else today
    return [
        one for one in zones
        if (target.zone in (None, one.slug)) and (target.zone or one.kind in target.kinds)
        and target.unit_uid in one.units and not one.is_withdrawn
        and (target.applies_to != "operating" or one.operates_by(limit))
    ]  # fmt: skip


def assess_fill_rate(target: Target, scope: Scope) -> Result:
    """The group's rate by rule 5 of the design: reported rates never enter, and all zones in scope must be known."""
    assert target.period
    is_over = target.is_over(scope.today)
    zones = members_of(target, scope.zones, scope.today)
    found = [(one, scope.rate(one, target.period, is_over)) for one in zones]
    judged = [judge_rate(target, one, rate, is_over) for one, rate in found]
    group = group_fill_rate([entering(rate) for _, rate in found], scope.definition)
    if target.zone and judged:
        return Result(judged[0].state, judged[0].code, zones=judged)
    measured = Measured(
        group.value_pct, None, None, group.known + group.without_leasable_land, group.total, group.known_part_pct,
        "areas", scope.definition,
    )  # fmt: skip
    points = group_points(zones, scope.definition) if group.assessable or not is_over else []
    demanded = target.value or Decimal(0)
    going = pace(points, demanded, target.period.end)
    facts = counts(group, found)
    more: dict[str, Any] = {"measured": measured, "zones": judged, "facts": facts, "pace": going, "points": points}
    if not zones:
        return unknown("no_zones", measured=measured, facts=facts)
    if group.value_pct is None:
        return unknown(why_unknown(group, found), **more)
    meets = target.met_by(group.value_pct, group.value_pct)
    if meets or is_over:
        return decided(meets, any(rate.is_later for _, rate in found), **more)
    if going is None or going.projected is None:
        return unknown("one_observation", **more)
    return by_pace(target, going.projected, more)


def by_pace(target: Target, projected: Decimal, more: Mapping[str, Any]) -> Result:
    """On the way or behind, by where the pace of the last figures leads to."""
    if target.met_by(projected, projected):
        return Result("on_track", "pace_enough", **more)
    return Result("behind", "pace_short", **more)


def entering(rate: RateInTime) -> FillRate:
    """What a zone brings into its group: nothing where its figures are of another time."""
    if rate.is_stale:
        return NOTHING
    if rate.rate is not None:
        return rate.rate
    if rate.reported is None:
        return NOTHING
    return FillRate(rate.reported.value, "reported", "not_stated")


def counts(group: GroupFillRate, found: Sequence[tuple[Zone, RateInTime]]) -> dict[str, object]:
    stale = [rate for _, rate in found if rate.is_stale]
    return {
        "total": group.total, "known": group.known + group.without_leasable_land,
        "reported": sum(rate.reported is not None for _, rate in found),
        "older": sum(rate.rate is not None for rate in stale), "known_part_pct": group.known_part_pct,
        "value": group.value_pct,
    }  # fmt: skip


def why_unknown(group: GroupFillRate, found: Sequence[tuple[Zone, RateInTime]]) -> str:
    """Why a group has no rate."""
    if group.known:
        return "part_known"
    stale = [rate.rate for _, rate in found if rate.rate is not None and rate.is_stale]
    if stale:
        return "no_observation_since" if any(one.as_of for one in stale) else "undated"
    if any(rate.rate is not None for _, rate in found):
        return "part_known"
    return "reported_only" if any(rate.reported is not None for _, rate in found) else "no_observation"


def group_points(zones: Sequence[Zone], definition: DefinitionId) -> list[tuple[Dated, Decimal]]:
    """The group's rate of each year of which every zone in it is known."""
    years = {one.as_of.end.year for zone in zones for one in stands(zone) if one.as_of}
    made = []
    for year in sorted(years)[-6:]:
        dated = parse_edtf(f"{year:04d}")
        assert dated
        parts = [rate_in_time(one, dated, True, definition) for one in zones]
        if any(one.is_later for one in parts):
            continue
        group = group_fill_rate([entering(one) for one in parts], definition)
        if group.value_pct is not None:
            made.append((dated, group.value_pct))
    return made


def stands(zone: Zone) -> list[Lots | Areas]:
    return [*([zone.lots] if zone.lots else []), *zone.areas]


def assess_count(target: Target, measure: Measure, others: Sequence[Target], scope: Scope, unnamed: int) -> Result:
    """How many zones have come to a step, at least and at most.

    Zones that the same document names with a demand of their own for the same time are counted by that; where it names
    none, all of the kind in the unit, and `unnamed` ones that documents count and never name.
    """
    assert target.period
    is_over = target.is_over(scope.today)
    members = named(target, others, scope.zones)
    if members:
        unnamed = 0
    else:
        members = counted(target, measure, scope.zones)
    judged = [
        judge_step(one.zone, one.demand, target.period, scope.today, scope.ranks, is_over=is_over) for one in members
    ]
    low = sum(one.state == "reached" for one in judged)
    no = {"missed", "behind"}
    high = sum(one.most for one, found in zip(members, judged, strict=True) if found.state not in no) + unnamed
    known = low + sum(one.state in no for one in judged)
    measured = Measured(
        Decimal(low) if low == high else None, Decimal(low), Decimal(high), known, len(members), basis="steps",
        unnamed=unnamed,
    )  # fmt: skip
    facts = {"low": low, "high": high, "known": known, "total": len(members), "unnamed": unnamed}
    meets = target.met_by(Decimal(low), Decimal(high))
    if meets or (is_over and meets is False):
        later = any(one.is_later for one in judged)
        return decided(meets, later, measured=measured, zones=judged, facts=facts)
    code = "part_known" if known else ("no_observation_since" if is_over else "not_yet")
    return unknown(code, measured=measured, zones=judged, facts=facts)


def named(target: Target, others: Sequence[Target], zones: Sequence[Zone]) -> list[Member]:
    """The zones that the document of a target demands something of by name, for the same time."""
    by_slug = {one.slug: one for one in zones}
    found = []
    for other in others:
        same = other.source == target.source and other.period == target.period and other.unit_uid == target.unit_uid
        zone = by_slug.get(other.zone or "")
        if not same or zone is None or zone.kind not in target.kinds or other.id == target.id:
            continue
        if other.indicator == target.indicator:
            found.append(Member(zone, planned(), int(other.value_max or other.value or 1)))
        elif (demand := demand_of(other.milestone)) and target.indicator != "planned_new_zones":
            found.append(Member(zone, demand))
    return found


def planned() -> Demand:
    found = demand_of("planned")
    assert found
    return found


def counted(target: Target, measure: Measure, zones: Sequence[Zone]) -> list[Member]:
    """All zones of the kind in the unit; of new ones those that were not operating when the document was written."""
    demand = demand_of(measure.step)
    assert demand
    return [
        Member(one, demand) for one in zones
        if one.kind in target.kinds and target.unit_uid in one.units
        and not (measure.is_new and one.operated_before(target.written_on))
    ]  # fmt: skip


def assess_sum(target: Target, measure: Measure, scope: Scope, related: Observation | None) -> Result:
    """The zones' own figures added up: at least what is known of them, at most where all are known."""
    assert target.period
    is_over = target.is_over(scope.today)
    zones = members_of(target, scope.zones, scope.today)
    judged, low, high, known, is_later = list[Judged](), Decimal(0), Decimal(0), 0, False
    bounded, is_open = True, False
    for zone in zones:
        own = [one for one in zone.figures if one.indicator == measure.summed]
        usable, later = in_time(own, lambda one: one.when, target.period, is_over)
        if not usable:
            bounded = False
            code = "no_observation_since" if own else "no_observation"
            judged.append(Judged(zone.slug, "not_assessable", code))
            continue
        one, known, is_later = usable[0], known + 1, is_later or later
        low, is_open = low + one.low, is_open or one.comparator == "gt"
        bounded = bounded and one.high is not None
        high += one.high or Decimal(0)
        when = one.when.text if one.when else None
        judged.append(Judged(zone.slug, "not_assessable", "part", one.value, one.comparator, basis="reported",
                             as_of=when, source=one.source, fact=one.id, is_later=later))  # fmt: skip
    is_whole = bounded and bool(zones) and low == high
    measured = Measured(low if is_whole else None, low if known else None, high if bounded and known else None, known,
                        len(zones), basis="reported")  # fmt: skip
    facts = {"low": low, "known": known, "total": len(zones)}
    more: dict[str, Any] = {"measured": measured, "zones": judged, "facts": facts, "related": related}
    if not known:
        older = any(one.code == "no_observation_since" for one in judged)
        code = "no_observation_since" if older else "other_definition" if related else "no_observation"
        return unknown(code, **more)
    meets = target.met_by(low, high if bounded else None, is_open=is_open)
    if meets or (is_over and meets is False):
        return decided(meets, is_later, **more)
    return unknown("part_known" if known < len(zones) or not bounded else "one_observation", **more)
