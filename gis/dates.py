"""Dates as documents give them: a year, a month, a day or a period, each with its own precision.

The text is a subset of EDTF (ISO 8601-2): `2020`, `2021-06`, `2021-06-29`, `2021/2025`. Documents write a
period as 2021-2025; that is read as 2021/2025 and never as a month. Nobody invents 1 January: the range is
for computing only, the text is what a reader sees.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from gis.errors import BadDate

LEGAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # legal days begin and end there
Precision = Literal["year", "month", "day", "period"]

_YEARS = re.compile(r"([0-9]{4})\s*[-–]\s*([0-9]{4})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    rf"({_DAY.pattern})[Tt]([0-9]{{2}}:[0-9]{{2}}):([0-9]{{2}})(\.[0-9]+)?([Zz]|[+ -][0-9]{{2}}:[0-9]{{2}})"
)
_POINT = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True)
class Dated:
    """A date of its own precision. `start` and `end` are its first and last day, both included."""

    text: str
    start: date
    end: date
    precision: Precision

    @property
    def is_period(self) -> bool:
        """Whether it is an interval. A plan's period is never an as-of."""
        return self.precision == "period"


def parse_day(text: str) -> date:
    """A day of the calendar, YYYY-MM-DD and nothing else. Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def parse_moment(text: str) -> datetime:
    """A date-time of RFC 3339, with its offset; a leap second belongs to the minute it ends. Raises ValueError."""
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError(text)
    day, minute, second, fraction, offset = found.groups()
    second = "59" if second == "60" else second
    offset = offset.upper().replace(" ", "+")  # how a + arrives that was not written as %2B
    return datetime.fromisoformat(f"{day}T{minute}:{second}{(fraction or '')[:7]}{offset}")


@lru_cache(maxsize=4096)
def parse_edtf(text: str) -> Dated | None:
    """Read `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an interval `A/B` of these; '' is None, unknown.

    A document's "2021-2025" becomes the interval `2021/2025`. White space around is ignored.
    Raises BadDate: another form, a month or day that does not exist, an interval that ends before it starts.
    """
    stripped = text.strip()
    if not stripped:
        return None
    years = _YEARS.fullmatch(stripped)
    first, slash, last = f"{years[1]}/{years[2]}".partition("/") if years else stripped.partition("/")
    start = _parse_point(first, text)
    if not slash:
        return start
    end = _parse_point(last, text)
    if end.end < start.start:
        raise BadDate(text=text, reason=f"it ends ({end.text}) before it starts ({start.text})")
    return Dated(f"{start.text}/{end.text}", start.start, end.end, "period")


def _parse_point(text: str, whole: str) -> Dated:
    match = _POINT.fullmatch(text)
    if not match:
        raise BadDate(text=whole, reason="only years, months, days and intervals of these are known here")
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year:
        raise BadDate(text=whole, reason="there is no year 0000")
    if month is None:
        return Dated(text, date(year, 1, 1), date(year, 12, 31), "year")
    if not 1 <= month <= 12:
        raise BadDate(text=whole, reason=f"there is no month {month:02d}")
    last_day = calendar.monthrange(year, month)[1]
    if day is None:
        return Dated(text, date(year, month, 1), date(year, month, last_day), "month")
    if not 1 <= day <= last_day:
        raise BadDate(text=whole, reason=f"{text[:7]} has no day {day:02d}")
    return Dated(text, date(year, month, day), date(year, month, day), "day")
