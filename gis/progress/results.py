"""What is found of a target: exactly one state, the reason for it, and what that rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from gis.dates import Dated
from gis.progress.evidence import Observation
from gis.progress.pace import Pace

State = Literal["reached", "on_track", "behind", "missed", "not_assessable"]
STATES: tuple[State, ...] = ("reached", "on_track", "behind", "missed", "not_assessable")


@dataclass(frozen=True)
class Measured:
    """A figure of several zones. `value`: None unless all of them are known; `low`, `high`: what it is at least and at
    most, None where nothing bounds it. `known` of `total` zones; `known_part`: the figure of those, where it has one.
    """

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    known: int
    total: int
    known_part: Decimal | None = None
    basis: str = ""
    definition: str | None = None
    unnamed: int = 0


@dataclass(frozen=True)
class Judged:
    """A zone tested by itself. `value` and `step` are what it was tested with, where there is something."""

    zone: str
    state: State
    code: str
    value: Decimal | None = None
    comparator: str | None = None
    step: str | None = None
    basis: str | None = None
    as_of: str | None = None
    source: str | None = None
    fact: str | None = None
    is_later: bool = False


@dataclass(frozen=True)
class Result:
    """A target's one state. `code`: of the reason; `facts`: what its sentence needs.

    observation: what it was compared with, or the latest that is known. others: disagreeing ones of the same time, with
    the state that each would give. related: of another indicator, never compared. points: the rate of a group by year.
    series: all observations of the same indicator and subject.
    """

    state: State
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    observation: Observation | None = None
    others: Sequence[tuple[Observation, State]] = ()
    related: Observation | None = None
    measured: Measured | None = None
    zones: Sequence[Judged] = ()
    pace: Pace | None = None
    points: Sequence[tuple[Dated, Decimal]] = ()
    series: Sequence[Observation] = ()


def unknown(code: str, **more: Any) -> Result:
    """A target that cannot be assessed, and why."""
    return Result("not_assessable", code, **more)


def decided(meets: bool | None, is_later: bool, **more: Any) -> Result:
    """The state of a target that is over, or is met before."""
    if meets is None:
        return unknown("not_decisive", **more)
    code = ("met" if meets else "short") + ("_later" if is_later else "")
    return Result("reached" if meets else "missed", code, **more)
