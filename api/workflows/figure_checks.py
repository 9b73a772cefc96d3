"""A figure that a sheet gives beside what the register and one's own open changes say of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from api.language import N_
from gis.dates import parse_edtf
from gis.figures.fields import LEASED, TITLES
from gis.periods import HALVES, Period
from gis.sheets.issues import CellIssue, Ours, When
from gis.sheets.tables import Line

Row = dict[str, Any]
MUCH = Decimal("0.5")
SAYS_OTHERWISE = N_(
    "{field}: by {source}, as of {as_of}, the register has {known}. What is published is never altered: name the "
    "document that corrects it."
)
DIFFERS = N_("{field}: {source} says {known} as of {as_of}; both are kept.")
PROPOSED = N_("{field}: your change {change}, which waits for review, says {known}.")
DECREASED = N_("{field}: less than the {known} of {as_of} ({source}).")
LARGE = N_("{field}: more than half more or less than the {known} of {as_of} ({source}).")
ABOVE_KNOWN = N_("{field}: more than the last known land for lease, {known} of {as_of} ({source}).")


def in_period(one: Row, period: Period) -> bool:
    """Whether an observation is the period's figure: dated within it and, of a year, within its second half or of all
    of it, since the first half is a period of its own.
    """
    start, end = one["as_of_start"], one["as_of_end"]
    if start is None or start < period.start or end > period.end:
        return False
    return period.half is not None or end >= date(period.year, *HALVES[2][0])


def is_same(one: Mapping[str, Any], value: Decimal) -> bool:
    """Whether an observation states a value and nothing else; a workbook keeps no more digits than a float."""
    return one.get("comparator", "eq") == "eq" and one["value"] is not None and float(one["value"]) == float(value)


def recorded(
    name: str, value: Decimal, says: Row, observations: Sequence[Row], changes: Sequence[Row], period: Period | None
) -> bool:
    """Whether a value is known already, by `says` (as_of, source) or as the figure of `period` by whatever document; or
    stands in an open change just so.
    """
    for one in observations:
        if one["indicator"] == name and is_same(one, value):
            if (one["as_of"], one["source"]) == (says["as_of"], says["source"]):
                return True
            if period and in_period(one, period):
                return True
    return any(
        is_same(one, value) and (one.get("as_of"), one.get("source")) == (says["as_of"], says["source"])
        for one in proposed(name, changes)
    )


def proposed(name: str, changes: Sequence[Row]) -> Iterator[Row]:
    """What open changes propose of an indicator."""
    for change in changes:
        for one in change["observations"]:
            if one.get("indicator") == name:
                yield {**one, "change": change["id"], "state": change["state"]}


def compare(
    line: Line, name: str, says: Row, observations: Sequence[Row], changes: Sequence[Row], period: Period
) -> tuple[Row | None, list[CellIssue]]:
    """The last known of a figure up to the row's day, and what is odd about a new value beside what is known."""
    value, field = line.values[name], Ours(TITLES[name])
    mine = [one for one in observations if one["indicator"] == name]
    last = last_of(mine, says["as_of"])
    dated = parse_edtf(says["as_of"])
    issues = []
    for one in mine:
        if is_same(one, value):
            continue
        facts = {"field": field, "source": one["source"], "known": number(one), "as_of": When(one["as_of"] or "–")}
        ends_with = dated is not None and one["as_of_end"] == dated.end  # the year 2020, and its last day
        if one["comparator"] == "eq" and one["source"] == says["source"] and ends_with:
            issues.append(line.origin.issue("says-otherwise", SAYS_OTHERWISE, name, **facts))
        elif in_period(one, period):
            issues.append(line.origin.issue("differs", DIFFERS, name, "warning", **facts))
    issues += beside_proposed(line, name, changes, period)
    issues += beside_last(line, name, last)
    if name in LEASED and line.values[LEASED[name]] is None:
        whole = last_of([one for one in observations if one["indicator"] == LEASED[name]], says["as_of"])
        if whole and value > whole["value"]:
            issues.append(line.origin.issue("above-known", ABOVE_KNOWN, name, "warning", field=field, **shown(whole)))
    return last, issues


def beside_proposed(line: Line, name: str, changes: Sequence[Row], period: Period) -> Iterator[CellIssue]:
    """Another value for the period that waits for review."""
    for other in proposed(name, changes):
        dated = parse_edtf(other.get("as_of") or "")
        if other["state"] != "submitted" or is_same(other, line.values[name]) or dated is None:
            continue
        if period.start <= dated.start and dated.end <= period.end:
            facts = {"field": Ours(TITLES[name]), "change": other["change"], "known": number(other)}
            yield line.origin.issue("proposed-otherwise", PROPOSED, name, "warning", **facts)


def beside_last(line: Line, name: str, last: Row | None) -> Iterator[CellIssue]:
    """A value that is far from the last known one, or land that is no longer leased."""
    value = line.values[name]
    if last is None or is_same(last, value):
        return
    facts = {"field": Ours(TITLES[name]), **shown(last)}
    if abs(value - last["value"]) > MUCH * last["value"]:
        yield line.origin.issue("large-change", LARGE, name, "warning", **facts)
    elif name in LEASED and value < last["value"]:
        yield line.origin.issue("decreased", DECREASED, name, "warning", **facts)


def last_of(observations: Sequence[Row], as_of: str) -> Row | None:
    """The one that would be shown of those that describe no later time."""
    dated = parse_edtf(as_of)
    until = dated.end if dated else date.max - timedelta(days=1)
    return next((one for one in observations if one["as_of_end"] is None or one["as_of_end"] <= until), None)


def shown(one: Row) -> Row:
    return {"known": number(one), "as_of": When(one["as_of"] or "–"), "source": one["source"]}


def number(one: Mapping[str, Any]) -> float:
    return float(one["value"])
