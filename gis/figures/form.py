"""The form of a period: a workbook with a row for each zone, what is known filled in, and how to fill in the rest."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gis.figures.fields import DOCUMENT, FIGURES, GIVEN, ROW, SOURCE, STEP
from gis.issues import N_
from gis.periods import Period
from gis.sheets.form import OPTIONS, Form

SHEETS = (N_("Figures"), N_("Documents"), N_("Lists"), N_("How to fill it in"))
HEADING_HEIGHT = 64  # points: four lines
KEEP = N_("Leave this as it is")
HINTS = {
    "source": N_("The code of a document of the register, or of one in the sheet of documents"),
    "quote": N_("The words of the document that state the figures of this row"),
    "as_of": N_("The day that the new figures of this row describe, within the period"),
    "step_on": N_("2021, 2021-06, 2021-06-29 or 29/06/2021; not after the period"),
    **{one.name: KEEP for one in GIVEN},
}
STEPS = (
    N_("A row is a zone. Leave the columns from “{first}” to “{last}” as they are."),
    N_("Filled in is what is known for the period already; a note on the cell says by which document. What is known of "
       "earlier is in the column “{last}”."),
    N_("Enter what is new or different. An empty cell says nothing and takes nothing away."),
    N_("For each row with something new, name the document, the day that the figures describe and the exact words. "
       "A document that the register does not have yet is entered in the sheet “{documents}”."),
    N_("The fill rate is worked out only where all four figures of land are there for the same day and document; write "
       "0 where there is no service land."),
    N_("A rate that a document reports stands beside it, and never enters the rate of a province."),
    N_("Enter numbers without their units; no formulas."),
    N_("Hand the file in at the desk. You see what it would change before anything is stored, and a reviewer approves "
       "it before anybody else sees it."),
)  # fmt: skip


def write_form(
    rows: Sequence[Mapping[str, Any]],
    period: Period,
    province: str,
    *,
    steps: Sequence[str],
    sources: Sequence[tuple[str, str]],
    kinds: Sequence[str],
    language: str,
    gettext: Callable[[str], str],
) -> bytes:
    """The workbook. rows: a zone each, values by ROW, and in `notes` what to say of a cell, by its field's name.

    steps and kinds: what they are called in `language`; sources: code and title. Its first sheet bears the period.
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        figures, documents, lists, guide = (gettext(one) for one in SHEETS)
        form = Form(book, language, gettext, given=[one.name for one in GIVEN])
        sheet = form.sheet(f"{figures} {period.text}", ROW, len(rows), HINTS, fixed=2)
        sheet.set_row(0, HEADING_HEIGHT)
        for number, row in enumerate(rows, 1):
            for place, one in enumerate(ROW):
                form.write(sheet, number, place, one, row.get(one.name))
                if one.name in row["notes"]:
                    sheet.write_comment(number, place, row["notes"][one.name])
        beside = form.documents(documents, DOCUMENT)
        columns = {"step": steps, "kind": kinds, "source": [code for code, _ in sources]}
        chosen = form.lists(lists, columns, {one.name: form.title(one) for one in (STEP, SOURCE, *DOCUMENT)})
        chosen.beside([title for _, title in sources])
        chosen.offer("step", sheet, ROW, max(len(rows), 1), strict=True)
        chosen.offer("source", sheet, ROW, max(len(rows), 1), strict=False)
        chosen.offer("kind", beside, DOCUMENT, 200, strict=True)
        write_guide(form, guide, f"{figures} {period.text}, {province}", documents)
    return target.getvalue()


def write_guide(form: Form, name: str, title: str, documents: str) -> None:
    sheet = form.book.add_worksheet(name)
    wrapped = form.book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, title, form.bold)
    facts = {"first": form.title(GIVEN[0]), "last": form.title(GIVEN[-1]), "documents": documents}
    for number, step in enumerate(STEPS, 1):
        sheet.write_string(number, 0, f"{number}. {form.gettext(step).format(**facts)}", wrapped)


def figure_titles(language: str) -> dict[str, str]:
    """What each figure is called above its column."""
    return {one.name: one.vietnamese if language == "vi" else one.title for one in FIGURES}
