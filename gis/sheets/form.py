"""Forms to fill in: sheets with headings that stay, numbers as numbers, lists to choose from."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gis.issues import N_
from gis.sheets.fields import DOCUMENT, Field

WIDTHS = {"number": 14, "date": 16, "choice": 20}
WIDE = {"name": 40, "investor": 32, "quote": 50, "note": 40, "title": 60, "url": 40,
        "last_known": 44}  # fmt: skip
LONGEST = 32_767  # characters of a cell
HINTS = {
    "date": N_("2021, 2021-06, 2021-06-29, 29/06/2021 or 2021/2025"),
    "number": N_("A number without its unit"),
}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Form:
    """Sheets of one workbook in one language. `given` are the names of fields that are not to be changed."""

    def __init__(self, book: Any, language: str, gettext: Callable[[str], str], given: Sequence[str]) -> None:
        self.book = book
        self.language = language
        self.gettext = gettext
        self.names = given
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.needed = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
        self.given = book.add_format({"font_color": "#6b6b6b"})
        self.text = book.add_format({"num_format": "@"})
        self.number = book.add_format({"num_format": "General"})

    def title(self, one: Field) -> str:
        return one.vietnamese if self.language == "vi" else one.title

    def sheet(self, name: str, fields: Sequence[Field], known: int, hints: Mapping[str, str], fixed: int = 1) -> Any:
        """A sheet of `known` rows, with headings and `fixed` columns that stay, and what a column wants as a note."""
        made = self.book.add_worksheet(name)
        made.freeze_panes(1, fixed)
        for place, one in enumerate(fields):
            made.set_column(place, place, WIDE.get(one.name, WIDTHS.get(one.kind, 18)), self.format_of(one))
            made.write_string(0, place, self.title(one), self.needed if one.is_needed else self.bold)
            hint = hints.get(one.name, HINTS.get(one.kind))
            if hint:
                made.write_comment(0, place, self.gettext(hint))
        if known:
            made.autofilter(0, 0, known, len(fields) - 1)
        return made

    def format_of(self, one: Field) -> Any:
        if one.name in self.names:
            return self.given
        return self.number if one.kind == "number" else self.text

    def write(self, sheet: Any, row: int, place: int, one: Field, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, int | float | Decimal):
            sheet.write_number(row, place, float(value), self.format_of(one))
        else:
            sheet.write_string(row, place, str(value)[:LONGEST], self.format_of(one))

    def documents(self, name: str, fields: Sequence[Field] = DOCUMENT, hints: Mapping[str, str] | None = None) -> Any:
        """The sheet for documents that the register does not have yet."""
        return self.sheet(name, fields, 0, hints or {})

    def lists(self, name: str, columns: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> "Lists":
        """A sheet of what can be chosen for some fields, a column for each."""
        made = self.book.add_worksheet(name)
        for place, (field, entries) in enumerate(columns.items()):
            made.write_string(0, place, titles[field], self.bold)
            for row, entry in enumerate(entries, 1):
                made.write_string(row, place, entry[:LONGEST])
        made.freeze_panes(1, 0)
        made.set_column(0, len(columns), 28)
        return Lists(made, name, columns)


class Lists:
    """What can be chosen in the cells of a form."""

    def __init__(self, sheet: Any, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        self.sheet = sheet
        self.name = name
        self.columns = columns

    def offer(self, field: str, sheet: Any, fields: Sequence[Field], rows: int, *, strict: bool) -> None:
        """Let a field be chosen in so many rows of a sheet; `strict` refuses what is not in the list."""
        entries = self.columns[field]
        if not entries:
            return
        at = next(number for number, one in enumerate(fields) if one.name == field)
        letter = chr(65 + list(self.columns).index(field))
        sheet.data_validation(1, at, rows, at, {
            "validate": "list", "source": f"='{self.name}'!${letter}$2:${letter}${len(entries) + 1}",
            "error_type": "stop" if strict else "information", "show_error": strict,
        })  # fmt: skip

    def beside(self, texts: Sequence[str]) -> None:
        """What the entries of the source list are, in the column behind the last one."""
        for row, text in enumerate(texts, 1):
            self.sheet.write_string(row, len(self.columns), text[:LONGEST])
