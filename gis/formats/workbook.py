"""XLSX for people: numbers, days and times as such, a header that stays, and a second sheet that says what this is.

Outlines do not fit into cells (32,767 characters): a feature has the longitude and latitude of its point, or of a point
within its outline; in a projected CRS easting and northing. Texts are stored as texts and never run: no cell holds a
formula. A time is in UTC, which the title of its column says, since the format knows no zones.
"""

import json
from itertools import chain
from pathlib import Path
from typing import Any

from gis.formats.layers import Batches, Column, Layer

LONGEST = 32_767  # characters of a cell
CUT = "…"
WIDTHS = {"number": 12, "integer": 10, "boolean": 9, "date": 12, "date-time": 20, "array": 30}
WIDE = ("quote", "doubts", "note", "content", "successors", "predecessors")


def write(path: Path, layer: Layer, batches: Batches) -> None:
    """Two sheets: the collection's name with one row a feature, and About."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": path.parent}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": layer.about.title, "comments": layer.about.attribution})
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "date-time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        sheet = book.add_worksheet(layer.name[:31])
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(layer.columns):
            sheet.set_column(place, place, width(column))
        names = [*(column.name for column in layer.columns), *point_names(layer)]
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, bold)
        for number, row in enumerate(chain.from_iterable(batches), 1):
            for place, (column, value) in enumerate(zip(layer.columns, row[:-1], strict=True)):
                write_cell(sheet, number, place, column, value, formats)
            for place, value in enumerate(point(row[-1]), len(layer.columns)):
                sheet.write_number(number, place, value)
        sheet.autofilter(0, 0, layer.count, len(names) - 1)
        write_about(book, layer, bold)


def write_cell(sheet: Any, row: int, place: int, column: Column, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    match column.kind:
        case "string":
            sheet.write_string(row, place, shortened(value))
        case "array":
            sheet.write_string(row, place, shortened(json.dumps(value, ensure_ascii=False)))
        case "boolean":
            sheet.write_boolean(row, place, value)
        case "number" | "integer":
            sheet.write_number(row, place, value)
        case "date":
            if value.year < 1900:  # where the calendar of the format begins
                sheet.write_string(row, place, value.isoformat())
            else:
                sheet.write_datetime(row, place, value, formats["date"])
        case "date-time":
            sheet.write_datetime(row, place, value.replace(tzinfo=None), formats["date-time"])


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + CUT


def point_names(layer: Layer) -> tuple[str, ...]:
    if not layer.geometry:
        return ()
    return ("easting", "northing") if layer.crs.is_projected else ("longitude", "latitude")


def point(geometry: bytes | None) -> tuple[float, ...]:
    """The point, or one within the outline: unlike a centre it never lies outside."""
    import shapely

    if geometry is None:
        return ()
    place = shapely.point_on_surface(shapely.from_wkb(geometry))
    return (place.x, place.y)


def width(column: Column) -> int:
    return 60 if column.name in WIDE else max(WIDTHS.get(column.kind, 24), len(column.name) + 3)


def write_about(book: Any, layer: Layer, bold: Any) -> None:
    """What the file is, and what each column is called."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100, wrapped)
    lines = layer.about.lines(layer.crs)
    for number, (word, text) in enumerate(lines):
        sheet.write_string(number, 0, word, bold)
        sheet.write_string(number, 1, text)
    for number, column in enumerate(layer.columns, len(lines) + 1):
        zone = ", UTC" if column.kind == "date-time" else ""
        sheet.write_string(number, 0, column.name)
        sheet.write_string(number, 1, column.label + zone)
