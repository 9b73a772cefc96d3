"""Each target with exactly one state and the reason for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gis.progress import groups
from gis.progress.evidence import Observation, in_time, latest, spans_years
from gis.progress.groups import Scope, by_pace
from gis.progress.measures import Measure, demand_of, measure_of
from gis.progress.pace import pace
from gis.progress.results import Judged, Measured, Result, State, decided, unknown
from gis.progress.targets import Target
from gis.progress.zones import Zone, judge_step

Subject = tuple[str, str]


@dataclass
class Register:
    """What targets are assessed with.

    observations: by indicator and subject, which is a zone or an administrative unit; the figures of a unit are those
    of all of it or of all its zones, by `subject_kinds`. ranks: of the steps. unnamed: by unit and kind, how many zones
    documents count and never name. Lists are in the order in which documents rank.
    """

    targets: Sequence[Target]
    zones: Sequence[Zone]
    observations: Mapping[Subject, Sequence[Observation]]
    ranks: dict[str, int]
    unnamed: Mapping[tuple[str, str], int] = field(default_factory=dict)


def assess(register: Register, today: date) -> dict[str, Result]:
    """The result of each target by its id."""
    scope = Scope(register.zones, today, register.ranks)
    return {one.id: assess_one(one, register, scope) for one in register.targets}


def assess_one(target: Target, register: Register, scope: Scope) -> Result:
    measure = measure_of(target.indicator)
    if measure.kind in ("review", "none") or target.period is None:
        return unknown({"review": "review", "none": measure.reason}.get(measure.kind, "no_period"))
    if measure.kind in ("level", "period"):
        way = assess_level if measure.kind == "level" else assess_period
        return replace(way(target, measure, register, scope.today), series=own(target, target.indicator, register))
    return assess_zones(target, measure, register, scope)


def assess_zones(target: Target, measure: Measure, register: Register, scope: Scope) -> Result:
    """A target about zones, by its measure."""
    match measure.kind:
        case "fill_rate":
            return groups.assess_fill_rate(target, scope)
        case "count":
            return assess_count(target, measure, register, scope)
        case "sum":
            return groups.assess_sum(target, measure, scope, related(target, measure, register))
        case "expansion":
            return assess_expansion(target, scope)
        case _:
            return assess_step(target, register, scope)


def own(target: Target, indicator: str, register: Register) -> list[Observation]:
    """The observations of an indicator about the very subject of a target."""
    found = register.observations.get((indicator, target.zone or target.unit_uid), ())
    return [one for one in found if target.zone or one.subject_kind == target.subject_kind]


def related(target: Target, measure: Measure, register: Register) -> Observation | None:
    """The latest figure of something near, about the unit as a whole."""
    found = [one for name in measure.related for one in register.observations.get((name, target.unit_uid), ())]
    return latest(found)


def assess_level(target: Target, measure: Measure, register: Register, today: date) -> Result:
    """A figure at a time against the observations of the same indicator and subject."""
    assert target.period
    is_over, told = target.is_over(today), own(target, target.indicator, register)
    usable = [one for one in told if one.when is not None and not spans_years(one.when)]
    points = [(one.when, one.value) for one in usable if one.is_exact and one.when]
    going = pace([one for one in points if one[0].end < target.period.end], target.value or Decimal(0),
                 target.period.end)  # fmt: skip
    near = related(target, measure, register)
    found, is_later = in_time(usable, lambda one: one.when, target.period, is_over)
    if not found:
        return missing(told, usable, near, pace=going)
    one = found[0]
    meets = target.met_by_observation(one)
    more: dict[str, Any] = {
        "observation": one,
        "others": disagreeing(target, one, usable, is_over),
        "pace": going,
        "related": near,
    }
    if meets or is_over:
        return decided(meets, is_later, facts=above(target, one), **more)
    if meets is None and not one.is_exact:
        return unknown("not_decisive", **more)
    if going is None or going.projected is None:
        return unknown("one_observation", **more)
    return by_pace(target, going.projected, more)


def missing(
    told: Sequence[Observation], usable: Sequence[Observation], near: Observation | None, **more: Any
) -> Result:
    """Nothing decides: why, with the latest that is known."""
    shown = latest(usable) or latest(told)
    if usable:
        code = "no_observation_since"
    elif any(one.when is not None for one in told):
        code = "period_figure"
    else:
        code = "undated" if told else "other_definition" if near else "no_observation"
    return unknown(code, observation=shown, related=near, **more)


def above(target: Target, one: Observation) -> dict[str, bool]:
    """Whether the figure is above the range that was demanded."""
    return {"above": target.is_above_range(one.value)}


def disagreeing(
    target: Target, shown: Observation, usable: Sequence[Observation], is_over: bool
) -> list[tuple[Observation, State]]:
    """The observations of the same time that say something else, with the state that each would give."""
    assert shown.when
    made = list[tuple[Observation, State]]()
    for one in usable:
        if one.id == shown.id or one.says == shown.says or one.when is None:
            continue
        if one.when.start <= shown.when.end and shown.when.start <= one.when.end:
            meets = target.met_by_observation(one)
            state: State = "reached" if meets else "missed" if meets is False and is_over else "not_assessable"
            made.append((one, state))
    return made


def assess_period(target: Target, measure: Measure, register: Register, today: date) -> Result:
    """A figure of a whole period: only one of that same period counts."""
    assert target.period
    told, near = own(target, target.indicator, register), related(target, measure, register)
    span = (target.period.start, target.period.end)
    same = [one for one in told if one.when and (one.when.start, one.when.end) == span]
    if same:
        is_over = target.is_over(today)
        meets, others = target.met_by_observation(same[0]), disagreeing(target, same[0], same, is_over)
        more: dict[str, Any] = {"observation": same[0], "others": others, "related": near}
        if meets is False and not is_over:
            return unknown("not_yet", **more)
        return decided(meets, False, facts=above(target, same[0]), **more)
    shown = latest(told)
    if shown is not None:
        return unknown("other_period" if shown.when else "undated", observation=shown, related=near)
    return unknown("other_definition" if near else "no_observation", related=near)


def assess_count(target: Target, measure: Measure, register: Register, scope: Scope) -> Result:
    """How many zones have come to a step; of a zone by itself, whether that one has."""
    if target.zone:
        return step_of_zone(target, measure.step, scope)
    unnamed = sum(register.unnamed.get((target.unit_uid, kind), 0) for kind in target.kinds)
    return groups.assess_count(target, measure, register.targets, scope, unnamed)


def assess_step(target: Target, register: Register, scope: Scope) -> Result:
    """A step demanded of a zone, or of the zones of a kind that the document does not name otherwise."""
    if target.zone:
        return step_of_zone(target, target.milestone or "", scope)
    demand = demand_of(target.milestone)
    if demand is None or target.period is None:
        return unknown("no_measure")
    elsewhere = {one.zone for one in register.targets if one.source == target.source and one.milestone and one.zone}
    zones = [
        one for one in scope.zones
        if one.kind in target.kinds and target.unit_uid in one.units and one.slug not in elsewhere
        and any(step.rank > scope.ranks.get("proposed", 0) for step in one.steps)
    ]  # fmt: skip
    is_over = target.is_over(scope.today)
    judged = [judge_step(one, demand, target.period, scope.today, scope.ranks, is_over=is_over) for one in zones]
    return all_of(judged, demand.step)


def all_of(judged: Sequence[Judged], step: str) -> Result:
    """A demand on each of several zones: all must meet it, one that fails is enough for it to be missed."""
    reached, missed = (sum(one.state == state for one in judged) for state in ("reached", "missed"))
    measured = Measured(None, Decimal(reached), Decimal(len(judged) - missed), reached + missed, len(judged),
                        basis="steps")  # fmt: skip
    facts = {"known": reached + missed, "total": len(judged), "low": reached, "missed": missed}
    later = any(one.is_later for one in judged)
    more: dict[str, Any] = {"measured": measured, "zones": judged, "facts": facts}
    if missed or (judged and reached == len(judged)):
        return decided(not missed, later, **more)
    if not judged:
        return unknown("no_zones", **more)
    return unknown("part_known" if step else "no_step", **more)


def step_of_zone(target: Target, milestone: str, scope: Scope) -> Result:
    """A step demanded of one zone."""
    zone, demand = scope.zone(target.zone), demand_of(milestone)
    if zone is None or demand is None or target.period is None:
        return unknown("no_measure")
    is_over = target.is_over(scope.today)
    one = judge_step(zone, demand, target.period, scope.today, scope.ranks, is_over=is_over)
    return Result(one.state, one.code, zones=[one])


def assess_expansion(target: Target, scope: Scope) -> Result:
    """Whether the expansion of a zone is in force; the register holds no day of that, so nothing of it is missed."""
    zone: Zone | None = scope.zone(target.zone)
    if zone is None or zone.expansion_in_force is None:
        return unknown("no_observation")
    if not zone.expansion_in_force:
        return unknown("expansion_not_in_force")
    if zone.expansion_ha is None:
        return unknown("expansion_unmeasured")
    meets = target.met_by(zone.expansion_ha, zone.expansion_ha)
    measured = Measured(zone.expansion_ha, zone.expansion_ha, zone.expansion_ha, 1, 1, basis="phases")
    if not meets and not target.is_over(scope.today):
        return unknown("not_yet", measured=measured)
    return decided(meets, False, measured=measured)
