"""XLSX of several tables: one sheet each, headings that stay, numbers as numbers, and a last one that says what it is.

Texts are written as texts: no cell holds a formula, and a link only where a column is one of links. Prints on A4,
across, the headings on each page. The same tables on the same day make the same bytes.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from gis.formats.side_by_side import write_about, write_text

Value = str | int | float | None
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in a sheet's name
LONGEST_NAME = 31
MOST_LINKS, LONGEST_LINK = 65_530, 2_079  # of a sheet; what is beyond is written as text
FORMATS = {"text": "@", "number": "#,##0.######", "whole": "#,##0", "percent": "0.0##"}


@dataclass(frozen=True)
class Column:
    """A column: its heading with the unit, how its numbers are written, its width in letters, and what stands where a
    value is not known; empty where a column may be empty. Per cent are numbers such as 96.5, not parts of one. A
    link is an address of the web.
    """

    title: str
    kind: Literal["text", "number", "whole", "percent", "link"] = "text"
    width: int = 16
    unknown: str = ""


@dataclass(frozen=True)
class Table:
    """A sheet: each row has as many values as there are columns. `fixed` columns stay when one scrolls sideways."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    fixed: int = 1


def write_tables(
    title: str, tables: Sequence[Table], about: Sequence[tuple[str, str]], *, about_title: str, language: str,
    made_on: date, notice: str = "", footer: str = "",
) -> bytes:  # fmt: skip
    """A workbook. `notice`, if any, stands above each table and on top of every printed page, `footer` below each with
    the number of the page.
    """
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": title, "created": datetime.combine(made_on, time())})
        book.set_custom_property("Language", language)
        styles = {
            name: book.add_format({"num_format": written, "valign": "top", "text_wrap": name == "text"})
            for name, written in FORMATS.items()
        }
        styles["heading"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        styles["link"] = book.add_format({"font_color": "#0b5a80", "underline": 1, "valign": "top"})
        styles["unknown"] = book.add_format({"italic": True, "font_color": "#555555", "valign": "top"})
        styles["notice"] = book.add_format({"bold": True})
        names = list[str]()
        for table in tables:
            names.append(sheet_name(table.title, [*names, about_title]))
            write_table(book.add_worksheet(names[-1]), table, styles, notice=notice, footer=footer)
        write_about(book, about, about_title, styles["heading"], styles["text"])
    return made.getvalue()


def write_table(sheet: Any, table: Table, styles: dict[str, Any], *, notice: str, footer: str) -> None:
    top = 1 if notice else 0
    write_text(sheet, 0, 0, notice, styles["notice"])
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        write_text(sheet, top, place, column.title, styles["heading"])
    for row, values in enumerate(table.rows, top + 1):
        for place, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            if value is None:
                write_text(sheet, row, place, column.unknown, styles["unknown"])
            elif isinstance(value, str) and column.kind == "link" and can_be_link(value, row):
                sheet.write_url(row, place, value, styles["link"])
            elif isinstance(value, str):
                write_text(sheet, row, place, value, styles["text"])
            else:
                sheet.write_number(row, place, value, styles[column.kind])
    sheet.freeze_panes(top + 1, table.fixed)
    if table.rows:
        sheet.autofilter(top, 0, top + len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, top)
    if notice:
        sheet.set_header("&C" + escaped(notice))
    sheet.set_footer(f"&L{escaped(footer)}&R&P/&N")


def can_be_link(address: str, row: int) -> bool:
    """Whether it is an address of the web, and the sheet can hold it as a link; it has one column of them."""
    return address.startswith(("https://", "http://")) and len(address) <= LONGEST_LINK and row < MOST_LINKS


def escaped(text: str) -> str:
    """A text of a printed page's edge, where & begins a code."""
    return text.replace("&", "&&")[:120]


def sheet_name(title: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have: without signs that are forbidden, at most 31 letters, and no other sheet's."""
    plain = FORBIDDEN.sub(" ", title).strip().strip("'")[:LONGEST_NAME].strip() or "1"
    used = {one.casefold() for one in taken}
    name, number = plain, 2
    while name.casefold() in used:
        end = f" {number}"
        name, number = plain[: LONGEST_NAME - len(end)] + end, number + 1
    return name
