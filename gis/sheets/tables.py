"""From a workbook or CSV that somebody hands in to its tables, each value with its cell. Within limits.

What cannot be read at all raises UnreadableFile; what can be said of one cell is an issue of it. Meant for a process of
its own: a workbook may unfold to more than there is room for.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from gis.errors import UnreadableFile
from gis.issues import N_
from gis.sheets.cells import ERRORS, FORMULA, Origin, Values, check_document, shown
from gis.sheets.fields import DOCUMENT, Field, plain
from gis.sheets.issues import CellIssue, Ours

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_ENTRIES, MOST_UNPACKED, MOST_SHEETS = 2_000, 60_000_000, 50  # of a workbook
SEARCHED = 20  # rows in which the headings are looked for
Cells = Sequence[Sequence[object]]

TOO_LARGE = N_("it has more than 5 MB")
TOO_MANY = N_("a sheet of it has more than 5,000 rows or 200 columns")
UNFOLDS = N_("it unfolds to more than 60 MB")
SHEETS = N_("it has more than 50 sheets")
EMPTY = N_("it is empty")
NEITHER = N_("it is neither a workbook (XLSX) nor CSV in UTF-8")
BROKEN = N_("it is damaged, or locked by a password")
UNPLACED = N_("a formula or an error in it does not say in which cell it stands")

UNKNOWN_COLUMN = N_("The column “{heading}” is not known here and was left out.")
TWICE = N_("The heading “{heading}” stands above two columns; only the first one was read.")
WRONG_ID = N_("{field}: “{value}” is not a number that the form gives. Leave it empty for a new project.")


@dataclass(frozen=True)
class Line:
    """What a row says. id, version: of the record that it was filled in from, None where it names none."""

    origin: Origin
    values: Values
    id: int | None = None
    version: int | None = None


def tables(content: bytes, name: str, fields: Sequence[Field]) -> Iterator[tuple[str | None, Cells]]:
    """Every sheet by its name; None is that of a CSV, whose headings are those of `fields`. Raises UnreadableFile."""
    if len(content) > MOST_BYTES:
        raise UnreadableFile(file=name, reason=TOO_LARGE)
    if not content.strip():
        raise UnreadableFile(file=name, reason=EMPTY)
    if content.startswith(b"PK"):
        yield from workbook(content, name)
    else:
        yield None, delimited(content, name, fields)


def workbook(content: bytes, name: str) -> Iterator[tuple[str, Cells]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise UnreadableFile(file=name, reason=UNFOLDS)
            if "xl/workbook.xml" not in archive.namelist():
                raise UnreadableFile(file=name, reason=NEITHER)
            marked = marked_cells(archive, name)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for number, title in enumerate(book.sheet_names):
                sheet = book.get_sheet_by_index(number)
                if sheet.total_height > MOST_ROWS + SEARCHED or sheet.total_width > MOST_COLUMNS:
                    raise UnreadableFile(file=name, reason=TOO_MANY)
                cells: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
                for row, column, mark in marked.get(title, ()):
                    if row < len(cells) and column < len(cells[row]):
                        cells[row][column] = mark
                yield title, cells
    except (zipfile.BadZipFile, zlib.error, CalamineError, PasswordError, XmlError, ZipError, ElementTree.ParseError,
            KeyError, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:  # fmt: skip
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(file=name, reason=BROKEN) from error


_MARKED = re.compile(rb"""<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b|<(?:\w+:)?c\b([^<>]*\bt\s*=\s*["']e["'][^<>]*)>""")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")


def marked_cells(archive: zipfile.ZipFile, name: str) -> dict[str, list[tuple[int, int, object]]]:
    """Formulas, whose values may be old or missing, and errors, which are read as nothing, by the sheet's name: row and
    column from 0, and what stands for them.
    """
    paths = {}
    for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):  # noqa: S314 - see above
        target = one.get("Target", "")
        paths[one.get("Id")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    found: dict[str, list[tuple[int, int, object]]] = {}
    for one in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        path = paths.get(next((value for key, value in one.attrib.items() if key.endswith("}id")), None))
        if not one.tag.endswith("}sheet") or path not in archive.namelist():
            continue
        if len(found) == MOST_SHEETS:
            raise UnreadableFile(file=name, reason=SHEETS)
        places = found.setdefault(one.get("name", ""), [])
        for cell in _MARKED.finditer(archive.read(path)):
            place = _PLACE.search(cell[1] or cell[2])
            if not place:
                raise UnreadableFile(file=name, reason=UNPLACED)
            mark = FORMULA if cell[1] else ERRORS[0]
            places.append((int(place[2]) - 1, column_number(place[1].decode()), mark))
    return found


def column_number(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def delimited(content: bytes, name: str, fields: Sequence[Field]) -> Cells:
    """CSV in UTF-8 or UTF-16, by the separator under which its headings are understood."""
    coding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(coding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(file=name, reason=NEITHER) from error
    if "\0" in text:
        raise UnreadableFile(file=name, reason=NEITHER)
    best: Cells = []
    most = 0
    for separator in (",", ";", "\t"):
        try:
            cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error as error:
            raise UnreadableFile(file=name, reason=NEITHER) from error
        if len(cells) > MOST_ROWS + SEARCHED or any(len(row) > MOST_COLUMNS for row in cells):
            raise UnreadableFile(file=name, reason=TOO_MANY)
        columns, _, _ = find_headings(None, cells, fields)
        if len(columns) > most:
            best, most = cells, len(columns)
    return best


def words_of(fields: Sequence[Field]) -> dict[str, str]:
    return {plain(heading): one.name for one in fields for heading in one.headings}


def find_headings(
    title: str | None, cells: Cells, fields: Sequence[Field]
) -> tuple[dict[int, str], int, list[CellIssue]]:
    """Which field each column is, by its number from 0, and the row of the headings; none where a table is not there.

    The row must name every field that is needed.
    """
    words, needed = words_of(fields), {one.name for one in fields if one.is_needed}
    for number, row in enumerate(cells[:SEARCHED]):
        columns: dict[int, str] = {}
        issues = []
        for place, cell in enumerate(row):
            heading = cell.strip() if isinstance(cell, str) else ""
            found = words.get(plain(heading))
            where: dict[str, Any] = {"sheet": title, "row": number + 1, "column": column_letters(place)}
            if found in columns.values():
                issues.append(CellIssue("heading-twice", "warning", TWICE, {"heading": shown(heading)}, **where))
            elif found:
                columns[place] = found
            elif heading:
                facts = {"heading": shown(heading)}
                issues.append(CellIssue("column-unknown", "warning", UNKNOWN_COLUMN, facts, **where))
        if needed <= set(columns.values()):
            return columns, number, issues
    return {}, 0, []


def rows_of(
    title: str | None, cells: Cells, first: int, columns: Mapping[int, str]
) -> Iterator[tuple[Origin, dict[str, object]]]:
    """The rows that hold something, by the names of the fields."""
    letters = {name: column_letters(place) for place, name in columns.items()}
    for number, row in enumerate(cells, first):
        raw = {name: row[place] for place, name in columns.items() if place < len(row)}
        if any(value is not None and value != "" and str(value).strip() for value in raw.values()):
            yield Origin(title, number, letters), raw


def read_documents(
    title: str | None,
    cells: Cells,
    first: int,
    columns: Mapping[int, str],
    issues: list[CellIssue],
    fields: Sequence[Field] = DOCUMENT,
) -> Iterator[Line]:
    """The documents of a table of them."""
    for origin, raw in rows_of(title, cells, first, columns):
        values, noticed = check_document(raw, origin, fields)
        issues += noticed
        yield Line(origin, values)


def read_whole(raw: Mapping[str, object], one: Field, origin: Origin, issues: list[CellIssue]) -> int | None:
    value = raw.get(one.name)
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return None
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    digits = str(text)
    if isinstance(text, int | str) and not isinstance(text, bool) and digits.isascii() and digits.isdecimal():
        number = int(digits) if len(digits) <= 15 else 0
        if number > 0:
            return number
    facts = {"field": Ours(one.title), "value": shown("=…" if value is FORMULA else value)}
    issues.append(origin.issue("wrong-id", WRONG_ID, one.name, **facts))
    return None
