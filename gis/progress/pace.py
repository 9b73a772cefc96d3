"""How fast a figure went, and how fast it would have to go to be where it is demanded."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from gis.dates import Dated

_CONTEXT = Context(prec=28)
Point = tuple[Dated, Decimal]


@dataclass(frozen=True)
class Pace:
    """Per year, in the unit of the figure. `since`: the time of the latest figure, `value`. needed: from there to the
    target at the end of its time; None where that is before. reached: from the figure before it (`before`) to the
    latest; None where there is only one. projected: where that leads to by the end of the target's time.
    """

    since: Dated
    value: Decimal
    needed_per_year: Decimal | None
    reached_per_year: Decimal | None = None
    projected: Decimal | None = None
    before: Point | None = None


def year_of(day: date) -> Decimal:
    """The end of a day as a year with decimals: 31 December 2020 is 2021."""
    length = 366 if isleap(day.year) else 365
    return day.year + _CONTEXT.divide(Decimal(day.timetuple().tm_yday), Decimal(length))


def years_between(first: date, last: date) -> Decimal:
    """From the end of a day to the end of another."""
    return year_of(last) - year_of(first)


def pace(points: Sequence[Point], demanded: Decimal, end: date) -> Pace | None:
    """The pace of figures at different times, None without any; of several of one time the first counts."""
    at: dict[date, Point] = {}
    for when, value in points:
        at.setdefault(when.end, (when, value))
    ordered = [at[day] for day in sorted(at)]
    if not ordered:
        return None
    since, value = ordered[-1]
    left = years_between(since.end, end)
    needed = _CONTEXT.divide(demanded - value, left) if left > 0 else None
    if len(ordered) < 2:
        return Pace(since, value, needed)
    before = ordered[-2]
    reached = _CONTEXT.divide(value - before[1], years_between(before[0].end, since.end))
    projected = value + _CONTEXT.multiply(reached, left) if left > 0 else None
    return Pace(since, value, needed, reached, projected, before)
