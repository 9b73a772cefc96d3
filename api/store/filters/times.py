"""Days, times and intervals of a filter, and the temporal functions as comparisons of their ends.

Intervals include both ends (ISO 8601); `..` is unbounded. An instant is an interval of no length.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from api.store.filters.operands import Operand, Values, as_day

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    rf"({DAY.pattern})[Tt]([0-9]{{2}}:[0-9]{{2}}):([0-9]{{2}})(\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})"
)
# Ends of the first (a) and the second (b) operand.
RELATIONS = {
    "t_after": "{a_start} > {b_end}",
    "t_before": "{a_end} < {b_start}",
    "t_disjoint": "({a_start} > {b_end} OR {a_end} < {b_start})",
    "t_equals": "({a_start} = {b_start} AND {a_end} = {b_end})",
    "t_intersects": "({a_start} <= {b_end} AND {a_end} >= {b_start})",
    "t_contains": "({a_start} < {b_start} AND {a_end} > {b_end})",
    "t_during": "({a_start} > {b_start} AND {a_end} < {b_end})",
    "t_finishedby": "({a_start} < {b_start} AND {a_end} = {b_end})",
    "t_finishes": "({a_start} > {b_start} AND {a_end} = {b_end})",
    "t_meets": "{a_end} = {b_start}",
    "t_metby": "{a_start} = {b_end}",
    "t_overlappedby": "({a_start} > {b_start} AND {a_start} < {b_end} AND {a_end} > {b_end})",
    "t_overlaps": "({a_start} < {b_start} AND {a_end} > {b_start} AND {a_end} < {b_end})",
    "t_startedby": "({a_start} = {b_start} AND {a_end} > {b_end})",
    "t_starts": "({a_start} = {b_start} AND {a_end} < {b_end})",
}
OF_INSTANTS = {"t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"}


@dataclass(frozen=True)
class Span:
    """Two ends of the kind date or date-time; None is unbounded."""

    name: str
    start: Operand | None
    end: Operand | None
    is_instant: bool

    @property
    def kinds(self) -> set[str]:
        return {one.kind for one in (self.start, self.end) if one}

    @property
    def in_days(self) -> "Span":
        return Span(self.name, self.start and as_day(self.start), self.end and as_day(self.end), self.is_instant)


def relate(name: str, first: Span, second: Span, values: Values) -> str:
    """The condition that a temporal function is. Where any of the ends is a day, days are compared."""
    if "date" in first.kinds | second.kinds:
        first, second = first.in_days, second.in_days
    kind = "date" if "date" in first.kinds | second.kinds else "timestamptz"
    ends = {}
    for letter, span in (("a", first), ("b", second)):
        ends[f"{letter}_start"] = values.sql(span.start) if span.start else f"'-infinity'::{kind}"
        ends[f"{letter}_end"] = ends[f"{letter}_start"] if span.is_instant else ""
        if not span.is_instant:
            ends[f"{letter}_end"] = values.sql(span.end) if span.end else f"'infinity'::{kind}"
    return RELATIONS[name].format(**ends)


def read_time(text: str, kind: str = "") -> Operand:
    """A literal day or time, of the `kind` asked for. Raises ValueError."""
    if kind != "date-time" and DAY.fullmatch(text):
        return Operand("date", text, value=date.fromisoformat(text))
    found = MOMENT.fullmatch(text)
    if kind == "date" or not found:
        raise ValueError(text)
    day, minute, second, fraction, offset = found.groups()
    second = "59" if second == "60" else second  # a leap second belongs to the minute it ends
    moment = datetime.fromisoformat(f"{day}T{minute}:{second}{(fraction or '')[:7]}{offset.upper()}")
    return Operand("date-time", text, value=moment)
