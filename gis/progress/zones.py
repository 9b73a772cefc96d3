"""A zone as far as targets ask for it: its steps, its fill rates, its own figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gis.dates import Dated
from gis.fill_rate import Areas, DefinitionId, FillRate, Lots, zone_fill_rate
from gis.progress.evidence import Observation, Step, in_time, latest, spans_years
from gis.progress.measures import Demand
from gis.progress.results import Judged, State
from gis.progress.targets import Target

OPERATING, WITHDRAWN = "operating", "withdrawn"
NEVER = 1_000_000  # above the rank of every step


@dataclass(frozen=True)
class Zone:
    """Lists are in the order in which documents rank. units: those that it lies in, of today and former ones.

    expansion_ha, expansion_in_force: of its planned expansion, None where nothing is known. is_listed: it is in the
    register and neither withdrawn nor merged into another.
    """

    slug: str
    kind: str
    units: frozenset[str]
    steps: tuple[Step, ...] = ()
    lots: Lots | None = None
    areas: tuple[Areas, ...] = ()
    reported: tuple[Observation, ...] = ()
    figures: tuple[Observation, ...] = ()
    expansion_ha: Decimal | None = None
    expansion_in_force: bool | None = None
    is_listed: bool = True

    @property
    def is_withdrawn(self) -> bool:
        return not self.is_listed or any(one.step == WITHDRAWN for one in self.steps)

    def operates_by(self, day: date) -> bool:
        """Whether it is told to operate, by the end of a day or without a date."""
        return any(one.step == OPERATING and (one.when is None or one.when.start <= day) for one in self.steps)

    def operated_before(self, day: date | None) -> bool:
        """Whether a document says that it was operating before a day."""
        return day is not None and any(
            one.step == OPERATING and one.when is not None and one.when.end <= day for one in self.steps
        )


@dataclass(frozen=True)
class RateInTime:
    """A zone's fill rate as far as it may decide a target: `rate` from lots or areas, else `reported`. `is_stale`: what
    is there is older than the target's last year, or undated; `latest` of that is shown and never decides.
    """

    rate: FillRate | None
    reported: Observation | None
    is_later: bool
    is_stale: bool = False


def rate_in_time(zone: Zone, period: Dated, is_over: bool, definition: DefinitionId) -> RateInTime:
    """The fill rate by the time of a target: from lots and areas where any are of it, else as it was reported."""
    stands: list[Lots | Areas] = ([zone.lots] if zone.lots and zone.lots.lots else []) + list(zone.areas)
    usable, is_later = in_time(stands, lambda one: one.as_of, period, is_over)
    if usable:
        return RateInTime(_rate(usable, definition), None, is_later)
    told = [one for one in zone.reported if one.when is None or not spans_years(one.when)]
    reported, is_later = in_time(told, lambda one: one.when, period, is_over)
    if reported:
        return RateInTime(None, reported[0], is_later)
    if stands:
        return RateInTime(_rate(stands, definition), None, False, is_stale=True)
    return RateInTime(None, latest(zone.reported), False, is_stale=True)


def _rate(stands: list[Lots | Areas], definition: DefinitionId) -> FillRate:
    lots = next((one for one in stands if isinstance(one, Lots)), None)
    areas = [one for one in stands if isinstance(one, Areas)]
    return zone_fill_rate(lots=lots, areas=areas, definition=definition)


def judge_rate(target: Target, zone: Zone, found: RateInTime, is_over: bool) -> Judged:
    """A zone's own rate against the target; one that was reported may decide for that zone alone."""
    if found.rate is not None:
        rate = found.rate
        value = rate.value_pct
        meets = None if value is None else target.met_by(value, value)
        state, code = decide_rate(found, is_over, rate.as_of, value, meets)
        return Judged(zone.slug, state, code, rate.value_pct, "eq", basis=rate.basis, as_of=rate.as_of,
                      source=rate.source, is_later=found.is_later)  # fmt: skip
    if found.reported is not None:
        one = found.reported
        as_of = one.when.text if one.when else None
        state, code = decide_rate(found, is_over, as_of, one.value, target.met_by_observation(one))
        return Judged(zone.slug, state, code, one.value, one.comparator, basis="reported", as_of=as_of,
                      source=one.source, fact=one.id, is_later=found.is_later)  # fmt: skip
    return Judged(zone.slug, "not_assessable", "no_observation")


def decide_rate(
    found: RateInTime, is_over: bool, as_of: str | None, value: Decimal | None, meets: bool | None
) -> tuple[State, str]:
    """The state of a zone with a rate, and the code of the reason."""
    late = "_later" if found.is_later else ""
    if not found.is_stale and value is not None and meets is not None and (meets or is_over):
        return ("reached", f"met{late}") if meets else ("missed", f"short{late}")
    if found.is_stale:
        return "not_assessable", "undated" if as_of is None else "no_observation_since"
    return "not_assessable", "rate_unknown" if value is None else "not_decisive" if meets is None else "not_yet"


def judge_step(
    zone: Zone, demand: Demand, period: Dated, today: date, ranks: dict[str, int], *, is_over: bool
) -> Judged:
    """Whether a zone has come to a demanded step by the end of a period; implied steps decide nothing."""
    steps = [one for one in zone.steps if one.step != WITHDRAWN]
    stated = [one for one in steps if one.is_stated and one.when is not None]
    wanted = ranks.get(demand.step, NEVER) if demand.step else NEVER
    limit = period.end if is_over else today
    furthest = furthest_of(stated, limit, touching=not is_over)
    if furthest is not None and furthest.rank >= wanted:
        return judged(zone, "reached", "met", furthest)
    if zone.is_withdrawn:
        return judged(zone, "missed" if is_over else "behind", "withdrawn", furthest)
    if demand.is_phase:
        return judged(zone, "not_assessable", "phase", furthest)
    if not stated:
        code = "implied_only" if any(not one.is_stated for one in steps) else "undated" if steps else "no_observation"
        return judged(zone, "not_assessable", code, max(steps, key=lambda one: one.rank, default=None))
    if not is_over:
        return judged(zone, "not_assessable", "not_yet", furthest)
    return judge_since(zone, stated, period, wanted, ranks.get(demand.below, 0))


def judge_since(zone: Zone, stated: Sequence[Step], period: Dated, wanted: int, below: int) -> Judged:
    """The same where the period is over and the step was not told of by its end: what its last year, or the first
    document that is later, tells.
    """
    since, is_later = in_time(stated, lambda one: one.when, period, True)
    if not since:
        return judged(zone, "not_assessable", "no_observation_since", furthest_of(stated, date.max))
    furthest = furthest_of(stated, max(one.when.end for one in since if one.when))
    late = "_later" if is_later else ""
    if furthest is not None and furthest.rank >= wanted:
        return judged(zone, "reached", f"met{late}", furthest, is_later)
    if furthest is not None and furthest.rank < below:
        return judged(zone, "missed", f"short{late}", furthest, is_later)
    return judged(zone, "not_assessable", "step_between", furthest, is_later)


def furthest_of(steps: Sequence[Step], limit: date, *, touching: bool = False) -> Step | None:
    """The furthest step that a zone had come to by a day; `touching`: one whose time has begun by then counts too."""
    held = [one for one in steps if one.when and (one.when.start if touching else one.when.end) <= limit]
    return max(held, key=lambda one: (one.rank, one.when.end if one.when else date.min), default=None)


def judged(zone: Zone, state: State, code: str, step: Step | None, is_later: bool = False) -> Judged:
    if step is None:
        return Judged(zone.slug, state, code)
    when = step.when.text if step.when else None
    return Judged(zone.slug, state, code, step=step.step, as_of=when, source=step.source, fact=step.fact,
                  is_later=is_later)  # fmt: skip
