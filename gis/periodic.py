"""Rules of the periodic report: sums that say what they leave out, ages of figures, and cells that somebody must fill.

A figure counts for a period when it describes a time up to the period's last day. One that describes a time before the
period's first day counts too, is shown with its age, and is asked for anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gis.dates import parse_edtf

Why = Literal["missing", "later", "undated", "reported_only", "old"]


@dataclass(frozen=True)
class Sum:
    """A sum over the zones whose value is known; `value` is None where it is known of none."""

    value: Decimal | None
    known: int
    left_out: int


@dataclass(frozen=True)
class Figure:
    """A value as a report has it: EDTF `as_of`, None where no date is stated."""

    value: Decimal | str | None
    as_of: str | None = None
    is_dated: bool = True  # whether it changes with time, so that it must be stated anew for each period
    is_reported: bool = False  # a rate alone, without the areas behind it
    is_later: bool = False  # stated only of a time after the period


def add_up(values: Iterable[Decimal | None]) -> Sum:
    """The sum of what is known, of how many, and how many it leaves out. Unknown is never taken for 0."""
    given = list(values)
    known = [value for value in given if value is not None]
    return Sum(sum(known, Decimal(0)) if known else None, len(known), len(given) - len(known))


def age_years(as_of: str | None, day: date) -> int | None:
    """Full years from the end of an EDTF date to a day; 0 where it ends later, None where there is no date."""
    dated = parse_edtf(as_of or "")
    if dated is None:
        return None
    ended = dated.end
    return max(0, day.year - ended.year - ((day.month, day.day) < (ended.month, ended.day)))


def why_to_fill(figure: Figure, first_day: date) -> Why | None:
    """Why somebody must fill a cell of a period that begins on `first_day`; None where nothing is wanting."""
    if figure.value is None:
        return "later" if figure.is_later else "missing"
    if figure.is_reported:
        return "reported_only"
    dated = parse_edtf(figure.as_of or "")
    if not figure.is_dated:
        return None
    if dated is None:
        return "undated"
    return "old" if dated.end < first_day else None
