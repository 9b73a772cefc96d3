"""The form to fill in: a workbook with what is known of a zone's projects, numbers as numbers, lists to choose from."""

import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gis.issues import N_
from gis.projects.fields import CURRENCIES, DOCUMENT, FIELDS, ID, STATES, VERSION, Field

WIDTHS = {"number": 14, "date": 16, "choice": 20}
WIDE = {"name": 40, "investor": 32, "quote": 50, "note": 40, "title": 60, "url": 40}
ROOM = 1_000  # rows below the known ones for which the lists are offered
LONGEST = 32_767  # characters of a cell
SHEETS = (N_("Projects"), N_("Documents"), N_("Lists"))
HINTS = {
    "date": N_("2021, 2021-06, 2021-06-29, 29/06/2021 or 2021/2025"),
    "number": N_("A number without its unit"),
}
KEEP = N_("Leave this as it is; empty for a new project")
CLOSED = N_("Everybody can read titles: unless the document has an address on the web, do not name the investor here")


def write_form(
    projects: Sequence[Mapping[str, Any]],
    sources: Sequence[tuple[str, str]],
    kinds: Mapping[str, str],
    sectors: Sequence[str],
    language: str,
    gettext: Callable[[str], str],
) -> bytes:
    """The workbook. projects: values by FIELDS with id and version; sources: code and title; kinds: code and label."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        names = [gettext(one) for one in SHEETS]
        form = Form(book, language, gettext)
        sheet = form.sheet(names[0], (ID, VERSION, *FIELDS), len(projects))
        for number, project in enumerate(projects, 1):
            for place, one in enumerate((ID, VERSION, *FIELDS)):
                form.write(sheet, number, place, one, worded(one, project[one.name], gettext))
        beside = form.sheet(names[1], DOCUMENT, 0)
        lists = book.add_worksheet(names[2])
        columns = {
            "state": [gettext(label) for label in STATES.values()],
            "currency": [gettext(label) for label in CURRENCIES.values()],
            "source": [code for code, _ in sources], "sector": list(sectors), "kind": list(kinds.values()),
        }  # fmt: skip
        for place, (field, entries) in enumerate(columns.items()):
            titles = {one.name: form.title(one) for one in (*FIELDS, *DOCUMENT)}
            lists.write_string(0, place, titles[field], form.bold)
            for row, entry in enumerate(entries, 1):
                lists.write_string(row, place, entry[:LONGEST])
            target_sheet, fields = (beside, DOCUMENT) if field == "kind" else (sheet, (ID, VERSION, *FIELDS))
            if entries:
                at = next(number for number, one in enumerate(fields) if one.name == field)
                letter = chr(65 + place)
                strict = field in ("state", "currency", "kind")
                target_sheet.data_validation(1, at, len(projects) + ROOM, at, {
                    "validate": "list", "source": f"='{names[2]}'!${letter}$2:${letter}${len(entries) + 1}",
                    "error_type": "stop" if strict else "information", "show_error": strict,
                })  # fmt: skip
        for row, (_, title) in enumerate(sources, 1):
            lists.write_string(row, len(columns), title[:LONGEST])
        lists.freeze_panes(1, 0)
        lists.set_column(0, len(columns), 28)
    return target.getvalue()


def worded(one: Field, value: Any, gettext: Callable[[str], str]) -> Any:
    if value is not None and one.kind == "choice":
        return gettext((STATES | CURRENCIES)[value])
    return value


class Form:
    """Sheets of one workbook in one language."""

    def __init__(self, book: Any, language: str, gettext: Callable[[str], str]) -> None:
        self.book = book
        self.language = language
        self.gettext = gettext
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.needed = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
        self.given = book.add_format({"font_color": "#6b6b6b"})
        self.text = book.add_format({"num_format": "@"})
        self.number = book.add_format({"num_format": "#,##0.####"})

    def title(self, one: Field) -> str:
        return one.vietnamese if self.language == "vi" else one.title

    def sheet(self, name: str, fields: Sequence[Field], known: int) -> Any:
        """A sheet with headings that stay, and what each column wants as a note."""
        made = self.book.add_worksheet(name)
        made.freeze_panes(1, 3 if fields[0] is ID else 1)
        for place, one in enumerate(fields):
            made.set_column(place, place, WIDE.get(one.name, WIDTHS.get(one.kind, 18)), self.format_of(one))
            made.write_string(0, place, self.title(one), self.needed if one.is_needed else self.bold)
            hint = KEEP if one in (ID, VERSION) else HINTS.get(one.kind)
            if one.name == "title":
                hint = CLOSED
            if hint:
                made.write_comment(0, place, self.gettext(hint))
        if known:
            made.autofilter(0, 0, known, len(fields) - 1)
        return made

    def format_of(self, one: Field) -> Any:
        if one in (ID, VERSION):
            return self.given
        return self.number if one.kind == "number" else self.text

    def write(self, sheet: Any, row: int, place: int, one: Field, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, int | float | Decimal):
            sheet.write_number(row, place, float(value), self.format_of(one))
        else:
            sheet.write_string(row, place, str(value)[:LONGEST], self.format_of(one))
