"""Whether figures of several zones can be set against each other, and which of them is best. The rule: docs/compare.md.

A figure is best only where every zone has one, and all are found in the same way, in the same unit, without "about" or
"over", and at times less than a year apart. Anything else is told as a reason, and nothing is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gis.dates import parse_edtf

Reason = Literal[
    "too_few",  # fewer than two figures
    "inexact",  # one says about, over or from … to …
    "unit",
    "definition_unknown",  # a document does not say by which definition
    "definition",  # by different ones
    "undated",
    "period",  # one is of several years together
    "dates",  # a year or more apart
    "not_all_stated",  # can be compared, but the best may be one that nobody stated
]
APART = timedelta(days=365)


@dataclass(frozen=True)
class Figure:
    """A figure of one zone. `definition` says how it was found, None where its document does not tell; `as_of` is EDTF
    text; `exact` is False for "about 5", "over 5" and "5 to 7".
    """

    value: float
    unit: str | None = None
    definition: str | None = ""
    as_of: str | None = None
    exact: bool = True


@dataclass(frozen=True)
class Verdict:
    """Whether figures can be compared, else why not; `best` are the places of those to be marked."""

    comparable: bool
    reason: Reason | None = None
    best: tuple[int, ...] = ()


def judge(figures: Sequence[Figure | None], *, dated: bool = True, more_is_better: bool = False) -> Verdict:
    """Compare the figures of one row, None for a zone that has none.

    dated: the figure changes with time, so dates must agree; what a decision sets once is not. more_is_better: mark the
    largest, and all that are as large; nothing where all are the same. There is no row in which less is better.
    """
    known = [figure for figure in figures if figure is not None]
    reason = why_not(known, dated=dated)
    if reason:
        return Verdict(False, reason)
    if not more_is_better:
        return Verdict(True)
    if len(known) < len(figures):
        return Verdict(True, "not_all_stated")
    most = max(figure.value for figure in known)
    if all(figure.value == most for figure in known):
        return Verdict(True)
    return Verdict(True, None, tuple(place for place, one in enumerate(figures) if one and one.value == most))


def why_not(figures: Sequence[Figure], *, dated: bool) -> Reason | None:
    """Why figures cannot be compared, the first reason that holds; None where they can."""
    checks: list[tuple[Reason, bool]] = [
        ("too_few", len(figures) < 2),
        ("inexact", not all(one.exact for one in figures)),
        ("unit", len({one.unit for one in figures}) > 1),
        ("definition_unknown", any(one.definition is None for one in figures)),
        ("definition", len({one.definition for one in figures}) > 1),
    ]
    found = next((reason for reason, holds in checks if holds), None)
    return found or (why_not_in_time(figures) if dated else None)


def why_not_in_time(figures: Sequence[Figure]) -> Reason | None:
    days = [parse_edtf(one.as_of or "") for one in figures]
    ends = [day.end for day in days if day]
    if len(ends) < len(days):
        return "undated"
    if any(day.is_period for day in days if day):
        return "period"
    return "dates" if max(ends) - min(ends) >= APART else None
