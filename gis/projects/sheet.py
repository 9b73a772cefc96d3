"""From a workbook or CSV that somebody hands in to projects and documents, each value with its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from gis.errors import UnreadableFile
from gis.issues import N_
from gis.projects.checking import check
from gis.projects.fields import FIELDS, ID
from gis.sheets.fields import DOCUMENT, VERSION
from gis.sheets.issues import CellIssue
from gis.sheets.tables import Cells, Line, find_headings, read_documents, read_whole, rows_of, tables

PROJECT = (ID, VERSION, *FIELDS)
NO_HEADINGS = N_("no sheet of it has the headings of the form; “Tên dự án” and “Văn bản” are needed")
NOT_READ = N_("A second table of projects; only the first one was read.")


@dataclass(frozen=True)
class Sheet:
    """What was handed in: projects, documents that go with them, and what was noticed on the way."""

    lines: tuple[Line, ...]
    documents: tuple[Line, ...]
    issues: tuple[CellIssue, ...] = field(default_factory=tuple)


def read_sheet(content: bytes, name: str, today: date) -> Sheet:
    """All projects of the first table of them, and the documents. Raises UnreadableFile."""
    lines: list[Line] | None = None
    documents: list[Line] = []
    issues: list[CellIssue] = []
    for title, cells in tables(content, name, PROJECT):
        columns, first, noticed = find_headings(title, cells, PROJECT)
        if columns and lines is None:
            issues += noticed
            lines = list(read_lines(title, cells[first + 1 :], first + 2, columns, issues, today))
        elif columns:
            issues.append(CellIssue("second-table", "warning", NOT_READ, sheet=title, row=first + 1))
        else:
            columns, first, noticed = find_headings(title, cells, DOCUMENT)
            if columns:
                issues += noticed
                documents += read_documents(title, cells[first + 1 :], first + 2, columns, issues)
    if lines is None:
        raise UnreadableFile(file=name, reason=NO_HEADINGS)
    return Sheet(tuple(lines), tuple(documents), tuple(issues))


def read_lines(
    title: str | None, cells: Cells, first: int, columns: Mapping[int, str], issues: list[CellIssue], today: date
) -> Iterator[Line]:
    for origin, raw in rows_of(title, cells, first, columns):
        values, noticed = check(raw, today, origin)
        issues += noticed
        id = read_whole(raw, ID, origin, issues)
        version = read_whole(raw, VERSION, origin, issues)
        yield Line(origin, values, id, version)
