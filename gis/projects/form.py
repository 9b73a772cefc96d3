"""The form to fill in: a workbook with what is known of a zone's projects, numbers as numbers, lists to choose from."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gis.issues import N_
from gis.projects.fields import CURRENCIES, FIELDS, ID, STATES
from gis.sheets.fields import DOCUMENT, VERSION, Field
from gis.sheets.form import OPTIONS, Form

ROOM = 1_000  # rows below the known ones for which the lists are offered
SHEETS = (N_("Projects"), N_("Documents"), N_("Lists"))
PROJECT = (ID, VERSION, *FIELDS)
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
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        names = [gettext(one) for one in SHEETS]
        form = Form(book, language, gettext, given=("id", "version"))
        sheet = form.sheet(names[0], PROJECT, len(projects), {"id": KEEP, "version": KEEP}, fixed=3)
        for number, project in enumerate(projects, 1):
            for place, one in enumerate(PROJECT):
                form.write(sheet, number, place, one, worded(one, project[one.name], gettext))
        beside = form.documents(names[1], hints={"title": CLOSED})
        columns = {
            "state": [gettext(label) for label in STATES.values()],
            "currency": [gettext(label) for label in CURRENCIES.values()],
            "source": [code for code, _ in sources], "sector": list(sectors), "kind": list(kinds.values()),
        }  # fmt: skip
        lists = form.lists(names[2], columns, {one.name: form.title(one) for one in (*FIELDS, *DOCUMENT)})
        for field in columns:
            target_sheet, fields = (beside, DOCUMENT) if field == "kind" else (sheet, PROJECT)
            strict = field in ("state", "currency", "kind")
            lists.offer(field, target_sheet, fields, len(projects) + ROOM, strict=strict)
        lists.beside([title for _, title in sources])
    return target.getvalue()


def worded(one: Field, value: Any, gettext: Callable[[str], str]) -> Any:
    if value is not None and one.kind == "choice":
        return gettext((STATES | CURRENCIES)[value])
    return value
