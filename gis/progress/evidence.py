"""Observations and steps with their dates, and which of them may decide a target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from gis.dates import Dated

T = TypeVar("T")


@dataclass(frozen=True)
class Observation:
    """What a document says that a figure was. `when`: None where it says no date."""

    id: str
    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    when: Dated | None
    source: str
    subject_kind: str = ""

    @property
    def low(self) -> Decimal:
        """The least that it can be; a figure that is `about` so much counts as that much."""
        return self.value

    @property
    def high(self) -> Decimal | None:
        """The most that it can be; None where it is only a lower bound."""
        if self.comparator in ("gt", "gte"):
            return None
        return self.value if self.value_max is None else self.value_max

    @property
    def is_exact(self) -> bool:
        """Whether it is one figure to compute with."""
        return self.comparator in ("eq", "approx")

    @property
    def says(self) -> tuple[str, Decimal, Decimal | None]:
        return (self.comparator, self.value, self.value_max)


@dataclass(frozen=True)
class Step:
    """A step of a zone's life as a document tells it; `is_stated`: in its words, not implied by them."""

    step: str
    rank: int
    when: Dated | None
    is_stated: bool
    fact: str
    source: str


def spans_years(when: Dated) -> bool:
    """Whether it is of more than one year: such a figure is no value of any one of them."""
    return when.start.year != when.end.year


def in_time(
    items: Sequence[T], when: Callable[[T], Dated | None], period: Dated, is_over: bool
) -> tuple[list[T], bool]:
    """What may decide a target of `period`, the latest first, and whether that is later than the period.

    Of one that is over: what describes a time in its last year; where nothing does, the first that is later. Of one
    that is not: the latest. Items come in the order in which documents rank, and of one time keep it; undated ones
    never count.
    """
    dated = [(one, found) for one in items if (found := when(one)) is not None]
    if not is_over:
        return _latest(dated), False
    opens = date(period.end.year, 1, 1)
    within = [pair for pair in dated if pair[1].end >= opens and pair[1].start <= period.end]
    if within:
        return [one for one, _ in sorted(within, key=lambda pair: pair[1].end, reverse=True)], False
    later = [pair for pair in dated if pair[1].start > period.end]
    first = min((found.end for _, found in later), default=None)
    return [one for one, found in later if found.end == first], True


def _latest(dated: Sequence[tuple[T, Dated]]) -> list[T]:
    last = max((found.end for _, found in dated), default=None)
    return [one for one, found in dated if found.end == last]


def latest(observations: Sequence[Observation]) -> Observation | None:
    """The one that is shown: the latest, of one time the first, undated ones last."""
    if not observations:
        return None
    return max(observations, key=lambda one: one.when.end if one.when else date.min)
