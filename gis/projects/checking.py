"""What is looked at in the values of a project, once each was read by itself."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from gis.dates import parse_edtf
from gis.issues import N_
from gis.projects.fields import AT_WORK, FIELDS
from gis.sheets.cells import Origin, Values, read
from gis.sheets.issues import CellIssue, Ours

ORDER = ("licensed_on", "land_handed_over_on", "construction_started_on", "operation_started_on")
PAST = ("decided_on", *ORDER)

CAPITAL_UNIT = N_("A capital and its unit belong together; give both or neither.")
OUT_OF_ORDER = N_("{later} is given as {value}, which lies before {earlier}, {other}.")
IN_FUTURE = N_("{field}: {value} has not come yet; a plan belongs into “{planned}”.")


def check(raw: Mapping[str, object], today: date, origin: Origin | None = None) -> tuple[Values, list[CellIssue]]:
    """The values of a project by the names of FIELDS, None where nothing is known, and what is noticed.

    raw: texts, numbers, dates or None. Numbers become Decimal, dates EDTF, states and currencies codes.
    """
    origin = origin or Origin()
    values, issues = read(raw, FIELDS, origin)
    if not any(one.field in ("capital", "currency") for one in issues) and (
        (values["capital"] is None) != (values["currency"] is None)
    ):
        issues.append(origin.issue("capital-unit", CAPITAL_UNIT, "currency"))
    issues += out_of_order(values, origin)
    issues += in_future(values, today, origin)
    return values, issues


def out_of_order(values: Values, origin: Origin) -> Iterator[CellIssue]:
    """Steps that come before those they follow; nothing is corrected."""
    known = [(name, dated) for name in ORDER if (dated := parse_edtf(values[name] or ""))]
    for (earlier, first), (later, second) in pairwise(known):
        if second.end < first.start:
            titles = {one.name: Ours(one.title) for one in FIELDS}
            yield origin.issue("out-of-order", OUT_OF_ORDER, later, "warning", later=titles[later],
                               value=second.text, earlier=titles[earlier], other=first.text)  # fmt: skip


def in_future(values: Values, today: date, origin: Origin) -> Iterator[CellIssue]:
    """Steps that are said to be taken, on a day that has not come."""
    titles = {one.name: Ours(one.title) for one in FIELDS}
    for name in PAST:
        dated = parse_edtf(values[name] or "")
        if dated and dated.start > today:
            yield origin.issue("in-future", IN_FUTURE, name, field=titles[name], value=dated.text,
                               planned=titles["operation_planned_for"])  # fmt: skip


def is_late(values: Mapping[str, Any], today: date) -> bool:
    """Whether the whole time for which operation was planned is over and nothing says that it began."""
    planned = parse_edtf(values["operation_planned_for"] or "")
    return bool(
        planned and planned.end < today and not values["operation_started_on"] and values["state"] not in AT_WORK
    )
