"""Periods that offices report on: a year (`2025`) or half of one (`2025-H1`, `2025-H2`)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from gis.errors import BadPeriod

_TEXT = re.compile(r"([0-9]{4})(?:-[Hh]([12]))?")
HALVES = {1: ((1, 1), (6, 30)), 2: ((7, 1), (12, 31))}


@dataclass(frozen=True)
class Period:
    """A year, or the half of one: `start` and `end` are its first and last day, both included."""

    text: str
    start: date
    end: date
    half: int | None = None

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def before(self) -> "Period":
        """The period of the same length that ends the day before this one starts; of the first one, 1899 is."""
        last = self.start - timedelta(days=1)
        return period_of(last.year, self.half and (1 if last.month <= 6 else 2))


def parse_period(text: str) -> Period:
    """Read `2025`, `2025-H1`, `2025-H2`, in capitals or not. Raises BadPeriod: another form, a year before 1900."""
    found = _TEXT.fullmatch(text.strip())
    if not found or not found[1].isascii() or int(found[1]) < 1900:
        raise BadPeriod(text=text)
    return period_of(int(found[1]), int(found[2]) if found[2] else None)


def period_of(year: int, half: int | None) -> Period:
    if half is None:
        return Period(f"{year:04d}", date(year, 1, 1), date(year, 12, 31))
    first, last = HALVES[half]
    return Period(f"{year:04d}-H{half}", date(year, *first), date(year, *last), half)
