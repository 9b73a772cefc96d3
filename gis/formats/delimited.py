"""CSV: for programs first, harmless in a spreadsheet, and undone without loss by our own reading.

UTF-8 with a byte order mark (without one Excel garbles Vietnamese), commas, lines ended by CR LF (RFC 4180). Texts are
always quoted, so that an empty text differs from nothing, which is unknown. Numbers, days, times and true/false are
bare. Lists are JSON texts. The last column is the geometry as WKT with every digit: `WKT` in WGS 84 lon, lat, else
`_WKTgeometry_EPSG_9209`: names by which GDAL and QGIS know both the geometry and its CRS.

A text that a spreadsheet might run gets an apostrophe: see `guarded`. Numbers are never touched, so -5 stays -5.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from gis.formats.layers import Batches, Column, Layer

WKT, WKT_OF = "WKT", "_WKTgeometry_EPSG_"
EXACT = 17  # significant digits that tell every double
FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # with their full-width forms, which some spreadsheets take as well
# A cell begins where its text does and, for whoever splits at another separator than ours, behind one of these.
_WITHIN = rf"[;\t\r\n][\" ]*('*)(?=[{FORMULA}])"
_AT_START = rf"^[\" ]*('*)(?=[{FORMULA}\t\r\n])"
RISKY = re.compile(f"{_AT_START}|{_WITHIN}")


def write(path: Path, layer: Layer, batches: Batches) -> None:
    """One line a feature, the names of the properties in the first."""
    import shapely

    names = [column.name for column in layer.columns]
    if layer.geometry:
        names.append(WKT if layer.crs.epsg is None else f"{WKT_OF}{layer.epsg}")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(",".join(names) + "\r\n")
        for row in chain.from_iterable(batches):
            cells = [cell(column, value) for column, value in zip(layer.columns, row[:-1], strict=True)]
            if layer.geometry:
                outline = row[-1]
                cells.append(quoted(shapely.to_wkt(shapely.from_wkb(outline), EXACT)) if outline else "")
            file.write(",".join(cells) + "\r\n")


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same of rows without a geometry: the names of the columns, then a line a row."""
    lines = [",".join(one.name for one in columns)]
    lines += [",".join(cell(column, value) for column, value in zip(columns, row, strict=True)) for row in rows]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    text = worded(column, value)
    return quoted(guarded(text)) if column.kind in ("string", "array") else text


def worded(column: Column, value: Any) -> str:
    """A value as a text: days and times by RFC 3339, lists as JSON, numbers with every digit they have."""
    match column.kind:
        case "boolean":
            return "true" if value else "false"
        case "date-time":
            return moment(value)
        case "date":
            return str(value.isoformat())
        case "array":
            return json.dumps(value, ensure_ascii=False)
        case "string":
            return str(value)
        case _:
            return repr(value)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def guarded(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would run as a formula.

    That is = + - @ (also full-width) where a cell begins: at the start of the text, or after a semicolon, tab or line
    break in it, where programs split that were told another separator; and a tab or line break at the start. Quotes and
    spaces before it do not protect. Apostrophes that stand there already get one more, so `unguarded` is exact.
    """
    return RISKY.sub(lambda found: with_apostrophes(found, 1), text)


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return RISKY.sub(lambda found: with_apostrophes(found, -1), text)


def with_apostrophes(found: re.Match[str], more: int) -> str:
    before = found[0].rstrip("'")
    count = len(found[0]) - len(before)
    return before + "'" * max(0, count + more)


def moment(value: datetime) -> str:
    """A time of RFC 3339 in UTC, with as many digits of a second as it has."""
    return value.isoformat().replace("+00:00", "Z")
