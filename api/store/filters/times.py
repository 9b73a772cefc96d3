"""Days, times and intervals of a filter, and the temporal functions as comparisons of their ends.

Intervals include both ends (ISO 8601); `..` is unbounded. An instant is an interval of no length.
"""

from contextlib import suppress
from dataclasses import dataclass

from api.store.filters.operands import Operand, Values, as_day
from gis.dates import parse_day, parse_moment

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
    if kind != "date-time":
        with suppress(ValueError):
            return Operand("date", text, value=parse_day(text))
    if kind == "date":
        raise ValueError(text)
    return Operand("date-time", text, value=parse_moment(text))
