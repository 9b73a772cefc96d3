"""CSV with a column of WKT: any usual separator, any encoding that Vietnamese tables have.

WKT says no system. A column's name (`_WKTgeometry_EPSG_9209`) or EWKT's `SRID=` may; else it has to be asked. Our own
exports, known by their columns, have WGS 84 in `WKT`.
"""

import csv
import io
import re
from pathlib import Path
from typing import Any

import shapely

from gis.errors import TooManyFeatures, UnreadableFile
from gis.formats.delimited import WKT, WKT_OF, unguarded
from gis.issues import N_
from gis.uploads.encodings import Decoder
from gis.uploads.limits import Limits
from gis.uploads.records import Record, Table, broken, parsed
from gis.uploads.systems import UNSAID, WGS84_BY_FORMAT, Said, read_system

SEPARATORS = ",;\t|"
USUAL = ("wkt", "geom", "geometry", "the_geom", "wkt_geom", "shape", "geometry_wkt", "geom_wkt")
EWKT = re.compile(r"\s*SRID=([0-9]{1,9})\s*;", re.IGNORECASE)
LOOKS_WKT = re.compile(
    r"\s*(SRID=[0-9]+\s*;)?\s*(MULTI)?(POLYGON|LINESTRING|POINT|GEOMETRYCOLLECTION)\s*[ZM]*\s*(\(|EMPTY)", re.IGNORECASE
)
OURS = {"slug", "uid", "lot"}
DEEPEST = 8  # brackets within brackets
LOOKED_AT = 50


def read(path: Path, name: str, limits: Limits, encoding: str | None) -> list[Table]:
    """One layer. Raises UnreadableFile, TooManyFeatures, UnknownEncoding."""
    decoder = Decoder([content := path.read_bytes()], encoding)
    text = decoder.text(content).removeprefix("\ufeff")
    header, rows = table_of(text, name, limits)
    spatial = column_of(header, rows)
    if spatial is None:
        raise UnreadableFile(file=name, reason=N_("no column of this table holds outlines as WKT, like POLYGON ((…))"))
    srids = {found[1] for _, row in rows if (found := EWKT.match(row[spatial]))}
    is_ours = header[-1] == WKT and header[0] in OURS
    records = [record_of(number, line, row, header, spatial, is_ours) for number, (line, row) in enumerate(rows, 1)]
    said = system_of(header[spatial], srids, is_ours)
    return [Table(Path(name).stem, records, said, decoder.issues(), decoder.encoding)]


def table_of(text: str, name: str, limits: Limits) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row with its line; rows that are too short are filled up."""
    first = text[: text.find("\n")] if "\n" in text else text
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(max(limits.size, 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        header = next(reader, [])
        for row in reader:
            if len(rows) > limits.features:
                raise TooManyFeatures(most=limits.features)
            if row:
                rows.append((reader.line_num, [*row[: len(header)], *[""] * (len(header) - len(row))]))
    except csv.Error as error:
        raise UnreadableFile(file=name, reason=N_("its quotes or line breaks are not those of CSV")) from error
    if not header or not rows:
        raise UnreadableFile(file=name, reason=N_("it has no rows below its header"))
    return header, rows


def column_of(header: list[str], rows: list[tuple[int, list[str]]]) -> int | None:
    """The column with WKT: one with a usual name before one that looks like it."""
    looks = [
        column for column in range(len(header)) if any(LOOKS_WKT.match(row[column]) for _, row in rows[:LOOKED_AT])
    ]
    usual = [column for column in looks if header[column].strip().lower() in USUAL or header[column].startswith(WKT_OF)]
    return next(iter((*usual, *looks)), None)


def system_of(column: str, srids: set[str], is_ours: bool) -> Said:
    if column.startswith(WKT_OF):
        return read_system(f"EPSG:{column.removeprefix(WKT_OF)}"[:40])
    if len(srids) == 1:
        return read_system(f"EPSG:{srids.pop()}")
    return WGS84_BY_FORMAT if is_ours else UNSAID


def record_of(number: int, line: int, row: list[str], header: list[str], spatial: int, is_ours: bool) -> Record:
    cells: dict[str, Any] = {}
    for column, (title, cell) in enumerate(zip(header, row, strict=True)):
        if column != spatial and cell:
            cells[title or str(column + 1)] = unguarded(cell) if is_ours else cell
    text = EWKT.sub("", row[spatial], count=1).strip()
    if not text:
        return Record(number, cells, None, row=line)
    if depth_of(text) > DEEPEST:
        return Record(number, cells, None, (broken(line),), line)
    found, issues = parsed(lambda: shapely.from_wkt(text), line)
    return Record(number, cells, found, issues, line)


def depth_of(text: str) -> int:
    """How deep brackets stand within each other, at most; WKT is read by recursion."""
    deepest = depth = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        deepest = max(deepest, depth)
        if deepest > DEEPEST:
            break
    return deepest
