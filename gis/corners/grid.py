"""From what was handed in to rows of cells: pasted text, CSV, workbooks. Within limits of size, rows and cells."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gis.corners.numbers import SPACES, Cell, is_coordinate
from gis.corners.words import plain
from gis.errors import TableTooLarge, UnreadableTable
from gis.issues import N_

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
MOST_CELLS = 400_000
MOST_COLUMNS = 200
MOST_LETTERS = 4_000_000
LONGEST_LINE = 5_000  # characters
LONGEST_TEXT = 500  # of a line that is looked at for titles and figures
LONGEST_CELL = 300
MOST_SHEETS = 50
MOST_TOKENS = 40  # of a line without separators
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 2_000, 60_000_000, 200  # of a workbook's archive
TOO_MANY_ROWS, TOO_MANY_CELLS = N_("it has more than 20,000 rows"), N_("it has more than 400,000 cells")
HARD = "\u00a0\u202f\u2009\u2007"  # spaces that hold a number together

_GROUPED_HARD = re.compile(rf"(?<![0-9])[0-9]{{1,3}}(?:[{HARD}][0-9]{{3}})+(?![0-9])")
_GROUPED_SOFT = re.compile(r"(?<![^\s])[0-9]{1,3}(?: [0-9]{3}){1,3}(?:[.,][0-9]+)?(?![^\s;])")
_ZONE_APART = re.compile(r"(?<=\S )(4[89]|48[12]|49[12]) (?=[0-9]{6}(?:[.,][0-9]+)?(?![0-9]))")
_NAMED = re.compile(r"\b([XYNExyne])\s*(?:\(m\))?\s*[=:]\s*(?=[0-9])")
_ANGLE = re.compile(
    r"[0-9]{1,3}\s*[°º˚]\s*[0-9]{1,2}\s*['’′]\s*[0-9]{1,2}(?:[.,][0-9]+)?\s*(?:[\"”″]|''|’’)?(?:\s*[NEBĐ]\b)?"
)


@dataclass(frozen=True)
class Line:
    """A row: its number from 1, and its cells; a cell is a text, or a float where a workbook holds a number.

    was_joined: whether spaces inside numbers were taken for thousands.
    """

    row: int
    cells: tuple[Cell, ...]
    was_joined: bool = False

    @property
    def is_blank(self) -> bool:
        return not any(isinstance(cell, float) or cell for cell in self.cells)

    @property
    def text(self) -> str:
        return " ".join(shown(cell) for cell in self.cells if cell != "")[:LONGEST_TEXT]


@dataclass(frozen=True)
class Grid:
    """Rows of cells. sheet: its name in a workbook. guessed: the coding that was guessed, where it was."""

    lines: tuple[Line, ...]
    sheet: str | None = None
    guessed: str | None = None


def shown(cell: Cell) -> str:
    """A cell as its row would show it."""
    if isinstance(cell, str):
        return cell
    return f"{cell:.6f}".rstrip("0").rstrip(".")


def grids(source: bytes | str) -> list[Grid]:
    """Every sheet of a workbook, or the one grid of a text. Raises TableTooLarge, UnreadableTable."""
    if len(source) > MOST_BYTES:
        raise TableTooLarge(reason=N_("it has more than 10 MB"))
    if isinstance(source, str):
        return [text_grid(source)]
    if source.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return workbook_grids(source)
    if source.startswith(b"%PDF"):
        raise UnreadableTable(reason=N_("this is a PDF: copy the table out of it and paste it as text"))
    text, guessed = decoded(source)
    return [text_grid(text, guessed)]


def decoded(source: bytes) -> tuple[str, str | None]:
    """The text, and the coding where that was guessed."""
    for mark, coding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if source.startswith(mark):
            return source.decode(coding, errors="replace"), None
    if source.count(b"\0"):
        raise UnreadableTable(reason=N_("this is neither text nor a workbook"))
    try:
        return source.decode("utf-8"), None
    except UnicodeDecodeError:
        return source.decode("cp1258", errors="replace"), "windows-1258"


def text_grid(text: str, guessed: str | None = None) -> Grid:
    """The grid of a text, by the separator under which most lines hold two coordinates."""
    if len(text) > MOST_LETTERS:
        raise TableTooLarge(reason=N_("its text has more than 4,000,000 characters"))
    text = text.replace("\0", "").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) > MOST_ROWS:
        raise TableTooLarge(reason=TOO_MANY_ROWS)
    if any(len(line) > LONGEST_LINE for line in lines):
        raise TableTooLarge(reason=N_("a line has more than 5,000 characters"))
    best, most = None, 0
    for separator in ("\t", ";", "|", ","):
        if not any(separator in line for line in lines):
            continue
        found = list(separated(lines, separator))
        count = sum(coordinates(line) >= 2 for line in found)
        if count > most:
            best, most = found, count
    spaced = [Line(row, *by_spaces(line)) for row, line in enumerate(lines, 1)]
    if best is None or sum(coordinates(line) >= 2 for line in spaced) > most:
        best = spaced
    if not any(coordinates(line) >= 2 for line in best):
        best = upright(best) or best
    return Grid(bounded(best), None, guessed)


def coordinates(line: Line) -> int:
    return sum(isinstance(cell, str) and is_coordinate(cell) for cell in line.cells)


def separated(lines: list[str], separator: str) -> Iterator[Line]:
    """Rows by a separator; cells in quotes may hold it, and line breaks where all of the text is well quoted."""
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=separator, strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            if reader.line_num - before > 5:
                raise csv.Error
            rows.append((before + 1, cells))
            before = reader.line_num
    except csv.Error:  # a lone quote, as in inches or seconds: then quotes mean nothing
        rows = [(row, line.split(separator)) for row, line in enumerate(lines, 1)]
    for row, cells in rows:
        yield Line(row, tuple(clean(cell) for cell in cells))


def clean(cell: str) -> str:
    return " ".join(cell.replace("\n", " ").strip(" \t\"'" + SPACES[1:4]).split(" "))[:LONGEST_CELL]


def by_spaces(line: str) -> tuple[tuple[Cell, ...], bool]:
    """A line without separators: its label, the two coordinates, and what stands behind them; whether spaces in its
    numbers were taken away. A line without two coordinates is one cell.
    """
    line = _ANGLE.sub(lambda found: re.sub(r"\s", "", found[0]), line)
    names = "".join(_NAMED.findall(line)).lower()
    line = _NAMED.sub(" ", line)
    line = _ZONE_APART.sub(lambda found: found[1], line)
    joined = _GROUPED_HARD.sub(lambda found: re.sub(f"[{HARD}]", "", found[0]), line)
    found = coordinate_tokens(joined)
    was_joined = False
    if len(found[1]) < 2:
        whole = _GROUPED_SOFT.sub(lambda one: one[0].replace(" ", ""), re.sub(f"[{HARD}]", " ", line))
        again = coordinate_tokens(whole)
        if len(again[1]) >= 2:
            found, was_joined = again, True
    tokens, places = found
    if len(places) < 2:
        return heading_cells(line) or (clean(line),), False
    label = " ".join(tokens[: places[0]])
    first, second = places[:2] if names not in ("yx", "en") else (places[1], places[0])
    return (label[:LONGEST_CELL], tokens[first], tokens[second], *tokens[places[1] + 1 :][:5]), was_joined


def upright(lines: list[Line]) -> list[Line]:
    """Rows of a table that was pasted with one cell a line: label, x, y, and perhaps a side; none where it is no such.

    Of the lines between two pairs of coordinates the last is the next label, and one before it the side; a lone one
    with a decimal sign is the side.
    """
    made: list[Line] = []
    before: list[Line] = []
    first: Line | None = None
    for line in lines:
        cell = line.cells[0] if len(line.cells) == 1 else ""
        if not isinstance(cell, str) or not cell:
            continue
        if not is_coordinate(cell):
            before = [] if first is not None else [*before, line]
            first = None
            continue
        if first is None:
            first = line
            continue
        sides, label = split_between(before, is_first=not made)
        if made:
            made[-1] = Line(made[-1].row, (*made[-1].cells, *sides))
        made.append(Line(first.row, (label, first.cells[0], cell)))
        before, first = [], None
    sides, _ = split_between([*before, Line(0, ("",))], is_first=not made)
    if made:
        made[-1] = Line(made[-1].row, (*made[-1].cells, *sides))
    return made


def split_between(lines: list[Line], *, is_first: bool) -> tuple[list[Cell], str]:
    """The side of the corner before, and the label of the next."""
    texts = [str(line.cells[0]) for line in lines]
    if is_first or not texts:
        return [], texts[-1] if texts else ""
    if len(texts) == 1 and re.fullmatch(r"[0-9]{1,6}[.,][0-9]{1,4}", texts[0]):
        return [texts[0]], ""
    return ([texts[0]] if len(texts) > 1 and re.fullmatch(r"[0-9]{1,6}(?:[.,][0-9]{1,4})?", texts[0]) else []), texts[
        -1
    ]


def coordinate_tokens(line: str) -> tuple[list[str], list[int]]:
    tokens = [token.rstrip(";,").lstrip("(").rstrip(")") for token in line.split(maxsplit=MOST_TOKENS)[:MOST_TOKENS]]
    return tokens, [place for place, token in enumerate(tokens) if is_coordinate(token)]


def heading_cells(line: str) -> tuple[Cell, ...] | None:
    """The heading of a table without separators, in the order in which `by_spaces` gives the cells."""
    words = plain(line[:LONGEST_TEXT]).split()
    marks = {"x": "x", "y": "y", "northing": "x", "easting": "y", "n": "x", "e": "y", "lat": "x", "latitude": "x",
             "lon": "y", "longitude": "y", "long": "y"}  # fmt: skip
    found = [marks[word] for word in words if word in marks]
    if len(words) > 20 or sorted(found) != ["x", "y"]:
        return None
    return ("label", *found, *(("side",) if {"s", "canh", "side", "distance", "length"} & set(words) else ()))


def bounded(lines: list[Line]) -> tuple[Line, ...]:
    cells = sum(len(line.cells) for line in lines)
    widest = max((len(line.cells) for line in lines), default=0)
    if cells > MOST_CELLS:
        raise TableTooLarge(reason=TOO_MANY_CELLS)
    if widest > MOST_COLUMNS:
        raise TableTooLarge(reason=N_("it has more than 200 columns"))
    return tuple(lines)


def workbook_grids(source: bytes) -> list[Grid]:
    """Every sheet. A workbook may unfold to far more than it weighs: read strangers' in a process with limits."""
    import python_calamine

    if source.startswith(b"PK"):
        check_archive(source)
    try:
        book = python_calamine.load_workbook(io.BytesIO(source))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise TableTooLarge(reason=N_("it has more than 50 sheets"))
        made = []
        for name in names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS:
                raise TableTooLarge(reason=TOO_MANY_ROWS)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise TableTooLarge(reason=TOO_MANY_CELLS)
            rows = sheet.to_python(skip_empty_area=False)
            lines = [Line(row, tuple(cell_of(one) for one in cells)) for row, cells in enumerate(rows, 1)]
            made.append(Grid(tuple(lines), name))
    except (TableTooLarge, MemoryError):
        raise
    except Exception as error:  # each sheet's part has errors of its own
        raise UnreadableTable(reason=str(error).strip() or type(error).__name__) from error
    return made


def cell_of(found: object) -> Cell:
    match found:
        case bool():
            return "TRUE" if found else "FALSE"
        case int() | float():
            return float(found)
        case datetime() | date() | time() | timedelta():
            return str(found)
        case _:
            return clean(str(found).replace("\n", " "))


def check_archive(source: bytes) -> None:
    """Look at a workbook's directory before anything in it is unfolded."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(source)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableTable(reason=N_("its archive is broken")) from error
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES:
        raise TableTooLarge(reason=N_("its archive holds more than 2,000 files"))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise TableTooLarge(reason=N_("it unfolds to more than 60 MB"))
    if any(entry.file_size > 1_000_000 and entry.file_size > MOST_RATIO * entry.compress_size for entry in entries):
        raise UnreadableTable(reason=N_("a part of it unfolds to hundreds of times its size"))
    if any(name.startswith("word/") for name in names):
        raise UnreadableTable(reason=N_("this is a Word document: copy the table out of it and paste it as text"))
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise UnreadableTable(reason=N_("this archive is not a workbook"))
