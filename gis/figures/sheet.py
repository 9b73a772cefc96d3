"""From a workbook or CSV that somebody hands in to the figures of zones and documents, each value with its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from gis.dates import Dated, parse_edtf
from gis.errors import BadPeriod, UnreadableFile
from gis.figures.fields import DOCUMENT, LEASED, NAME, ROW, SAID, TITLES, ZONE
from gis.issues import N_
from gis.periods import Period, parse_period
from gis.sheets.cells import Origin, Values, read
from gis.sheets.fields import VERSION
from gis.sheets.issues import CellIssue, Ours, When
from gis.sheets.tables import Cells, Line, find_headings, read_documents, read_whole, rows_of, tables

NO_HEADINGS = N_("no sheet of it has the headings of the form; “Mã khu” is needed")
NOT_READ = N_("A second table of figures; only the first one was read.")
OTHER_PERIOD = N_("This is the form of {other}, not of {period}. Choose that period, or take the form of this one.")
LEASED_EXCEEDS = N_("{field}: {value} is more than there is for lease, {whole}.")
OUTSIDE = N_("{field}: {value} is not within {period}.")
TO_COME = N_("{field}: {value} has not come yet; only what has happened can be recorded.")
AFTER = N_("{field}: {value} lies after {period}.")
STEP_ALONE = N_("A step and the day on which it was reached belong together; give both or neither.")


@dataclass(frozen=True)
class Sheet:
    """What was handed in: a line for each zone, values by SAID with `slug` and `name`; documents; what was noticed."""

    lines: tuple[Line, ...]
    documents: tuple[Line, ...]
    issues: tuple[CellIssue, ...] = field(default_factory=tuple)


def read_sheet(content: bytes, name: str, period: str, today: date) -> Sheet:
    """The first table of figures, and all documents. Raises UnreadableFile, BadPeriod."""
    wanted = parse_period(period)
    lines: list[Line] | None = None
    documents: list[Line] = []
    issues: list[CellIssue] = []
    for title, cells in tables(content, name, ROW):
        columns, first, noticed = find_headings(title, cells, ROW)
        if columns and lines is None:
            issues += [*other_period(title, wanted), *noticed]
            lines = list(read_lines(title, cells[first + 1 :], first + 2, columns, issues, wanted, today))
        elif columns:
            issues.append(CellIssue("second-table", "warning", NOT_READ, sheet=title, row=first + 1))
        else:
            columns, first, noticed = find_headings(title, cells, DOCUMENT)
            if columns:
                issues += noticed
                documents += read_documents(title, cells[first + 1 :], first + 2, columns, issues, DOCUMENT)
    if lines is None:
        raise UnreadableFile(file=name, reason=NO_HEADINGS)
    return Sheet(tuple(lines), tuple(documents), tuple(issues))


def other_period(title: str | None, wanted: Period) -> Iterator[CellIssue]:
    """Whether the sheet's name, which the form gives, ends with another period."""
    try:
        named = parse_period((title or "").rpartition(" ")[2])
    except BadPeriod:
        return
    if named != wanted:
        facts = {"other": named.text, "period": wanted.text}
        yield CellIssue("other-period", "error", OTHER_PERIOD, facts, sheet=title)


def read_lines(
    title: str | None,
    cells: Cells,
    first: int,
    columns: Mapping[int, str],
    issues: list[CellIssue],
    period: Period,
    today: date,
) -> Iterator[Line]:
    for origin, raw in rows_of(title, cells, first, columns):
        values, noticed = check(raw, period, today, origin)
        issues += noticed
        yield Line(origin, values, version=read_whole(raw, VERSION, origin, issues))


def check(
    raw: Mapping[str, object], period: Period, today: date, origin: Origin | None = None
) -> tuple[Values, list[CellIssue]]:
    """The values of a row by the names of SAID, `slug` and `name`, None where nothing is said, and what is noticed."""
    origin = origin or Origin()
    values, issues = read(raw, (ZONE, NAME, *SAID), origin)
    refused = {one.field for one in issues}
    issues += leased_exceeds(values, origin)
    as_of, step_on = (parse_edtf(values[name] or "") for name in ("as_of", "step_on"))
    if as_of and not (period.start <= as_of.start and as_of.end <= period.end):
        issues.append(dated_issue("outside-period", OUTSIDE, "as_of", as_of, origin, period))
    if step_on and step_on.start > period.end:
        issues.append(dated_issue("after-period", AFTER, "step_on", step_on, origin, period))
    for name, dated in (("as_of", as_of), ("step_on", step_on)):
        if dated and dated.start > today:
            issues.append(dated_issue("in-future", TO_COME, name, dated, origin, period))
    if not refused & {"step", "step_on"} and (values["step"] is None) != (values["step_on"] is None):
        issues.append(origin.issue("step-alone", STEP_ALONE, "step" if values["step"] is None else "step_on"))
    return values, issues


def dated_issue(code: str, message: str, name: str, dated: Dated, origin: Origin, period: Period) -> CellIssue:
    return origin.issue(code, message, name, field=Ours(TITLES[name]), value=When(dated.text), period=period.text)


def leased_exceeds(values: Values, origin: Origin) -> Iterator[CellIssue]:
    """Land that is leased is part of the land for lease."""
    for part, whole in LEASED.items():
        leased, leasable = values[part], values[whole]
        if leased is not None and leasable is not None and leased > leasable:
            facts = {"field": Ours(TITLES[part]), "value": float(leased), "whole": float(leasable)}
            yield origin.issue("leased-exceeds-leasable", LEASED_EXCEEDS, part, **facts)
