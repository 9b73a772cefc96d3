"""XLSX of things side by side: for each its value, as-of and source in columns of their own; numbers are numbers.

Texts are written as texts: no cell holds a formula or a link. Names and titles stay in view.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

LONGEST = 32_767  # characters of a cell
CUT = "…"


@dataclass(frozen=True)
class Cell:
    """One value: a number, or text; None is an empty cell."""

    value: float | str | None
    as_of: str = ""
    source: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the table; `cells` as many as there are things."""

    group: str
    title: str
    unit: str
    cells: Sequence[Cell]
    remark: str


@dataclass(frozen=True)
class Heads:
    """Words of the header: above group, title and unit; above each thing's three columns; above the remark."""

    fixed: tuple[str, str, str]
    each: tuple[str, str, str]
    remark: str


def write_side_by_side(
    title: str, names: Sequence[str], heads: Heads, lines: Sequence[Line], about: Sequence[tuple[str, str]],
    *, about_title: str, language: str, made_on: date, notice: str = "",
) -> bytes:  # fmt: skip
    """Two sheets: the table, with its header and first three columns frozen, and what the file is. `notice`, if any,
    stands in the first cell and on top of every printed page. The same things on the same day make the same bytes.
    """
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": title, "created": datetime.combine(made_on, time())})
        book.set_custom_property("Language", language)
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0.######", "valign": "top", "align": "left"})
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(2, 3)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        for place, width in enumerate((18, 28, 10, *(26, 12, 16) * len(names), 30)):
            sheet.set_column(place, place, width)
        last = 3 + 3 * len(names)
        write_text(sheet, 0, 0, notice, bold)
        if notice:
            sheet.set_header("&C" + notice.replace("&", "&&"))
        for place, word in enumerate((*heads.fixed, *heads.each * len(names), heads.remark)):
            write_text(sheet, 1, place, word, bold)
        for place, name in enumerate(names):
            sheet.merge_range(0, 3 + 3 * place, 0, 5 + 3 * place, "", bold)
            write_text(sheet, 0, 3 + 3 * place, name, bold)
        for row, line in enumerate(lines, 2):
            for place, word in enumerate((line.group, line.title, line.unit)):
                write_text(sheet, row, place, word, wrapped)
            for place, cell in enumerate(line.cells):
                column = 3 + 3 * place
                if isinstance(cell.value, str):
                    write_text(sheet, row, column, cell.value, wrapped)
                elif cell.value is not None:
                    sheet.write_number(row, column, cell.value, number)
                write_text(sheet, row, column + 1, cell.as_of, wrapped)
                write_text(sheet, row, column + 2, cell.source, wrapped)
            write_text(sheet, row, last, line.remark, wrapped)
        write_about(book, about, about_title, bold, wrapped)
    return made.getvalue()


def write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if text:
        sheet.write_string(row, column, text if len(text) <= LONGEST else text[: LONGEST - 1] + CUT, style)


def write_about(book: Any, about: Sequence[tuple[str, str]], title: str, bold: Any, wrapped: Any) -> None:
    sheet = book.add_worksheet(title[:31])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (word, text) in enumerate(about):
        write_text(sheet, row, 0, word, bold)
        write_text(sheet, row, 1, text, wrapped)
