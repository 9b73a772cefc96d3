"""Sheets of figures as people hand them in: every cell is a value, nothing, or an error that says where it is."""

import csv
import io
import time
import zipfile
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.settings import ROOT
from gis.dates import parse_edtf
from gis.errors import UnreadableFile
from gis.figures import FIGURES, LAND, ROW, read_sheet
from gis.figures.fields import DOCUMENT, LEASED, NAME, SAID, ZONE
from gis.figures.form import write_form
from gis.figures.sheet import Sheet, check
from gis.periods import parse_period
from gis.sheets.cells import FORMULA
from gis.sheets.fields import plain

TODAY = date(2026, 11, 20)
PERIOD = parse_period("2025-H1")
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.dates(), st.datetimes(),
    st.just(FORMULA), st.sampled_from(["#REF!", "1.106", "1,106", "12,5", "=1+1", "2025", "30/06/2025", "9" * 400]),
)  # fmt: skip


def workbook(*rows: list[Any], title: str = "Figures 2025-H1") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(content: bytes) -> Sheet:
    return read_sheet(content, "figures.xlsx", "2025-H1", TODAY)


def test_figures_are_observations_of_the_register() -> None:
    with (ROOT / "data" / "indicators.csv").open(encoding="utf-8", newline="") as file:
        known = {row["indicator"]: row for row in csv.DictReader(file)}
    for one in FIGURES:
        row = known[one.name]
        assert (row["class"], row["minimum"], row["maximum"]) == ("observation", "0", str(one.most or ""))
        assert one.title.startswith(row["label_en"]) and one.vietnamese.startswith(row["label_vi"])
        assert one.is_whole == (row["unit"] in ("projects", "enterprises", "workers"))
        assert one.is_whole or f"({row['unit']})" in one.title


def test_headings_name_one_field_each() -> None:
    for fields in (ROW, DOCUMENT):
        words = [word for one in fields for word in {plain(heading) for heading in one.headings}]
        assert len(words) == len(set(words))


@given(st.fixed_dictionaries({one.name: CELLS for one in (ZONE, NAME, *SAID)}))
@settings(max_examples=300, deadline=None)
def test_any_cells_are_values_or_errors(raw: dict[str, Any]) -> None:
    values, issues = check(raw, PERIOD, TODAY)
    wrong = {one.field for one in issues if one.severity == "error"}
    for one in issues:
        assert one.document(language="vi")["message"]
    for field in (ZONE, NAME, *SAID):
        value, given_ = values[field.name], raw[field.name]
        if given_ is None or (isinstance(given_, str) and not given_.strip()):
            assert value is None
        else:
            assert (value is None) <= (field.name in wrong)  # what was written is never lost without a word
    for one in FIGURES:
        value = values[one.name]
        assert value is None or (isinstance(value, Decimal) and 0 <= value <= (one.most or one.under))
    if not wrong:
        dated = parse_edtf(values["as_of"] or "")
        assert dated is None or PERIOD.start <= dated.start <= dated.end <= PERIOD.end
        for part, whole in LEASED.items():
            assert None in (values[part], values[whole]) or values[part] <= values[whole]


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        assert isinstance(read(content), Sheet)
    except UnreadableFile as error:
        assert error.facts["reason"]


def test_a_formula_is_looked_for_in_one_pass() -> None:
    source, target = io.BytesIO(workbook(["Mã khu"], ["a"])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as made:
        for name in old.namelist():  # cells that begin and never end
            made.writestr(name, old.read(name) + b"<c t=" * 400_000 * (name == "xl/worksheets/sheet1.xml"))
    begun = time.process_time()
    with suppress(UnreadableFile):
        read(target.getvalue())
    assert time.process_time() - begun < 5  # seconds; each from its place to the end takes minutes


@pytest.mark.parametrize(("as_of", "code"), [
    ("2025-06-30", None), ("2025-01/2025-06", None), ("2025-02", None), ("2025", "outside-period"),
    ("2024-12-31", "outside-period"), ("2025-07-01", "outside-period"), ("2024/2025", "outside-period"),
])  # fmt: skip
def test_figures_lie_within_their_period(as_of: str, code: str | None) -> None:
    _, issues = check({"slug": "a", "as_of": as_of}, PERIOD, TODAY)
    assert [one.code for one in issues] == ([code] if code else [])


def test_what_has_not_come_is_not_entered() -> None:
    running = parse_period("2026-H2")
    _, issues = check({"slug": "a", "as_of": "2026-12-31", "step": "x", "step_on": "2026-12"}, running, TODAY)
    assert [(one.code, one.field) for one in issues] == [("in-future", "as_of"), ("in-future", "step_on")]


def test_each_issue_names_its_cell() -> None:
    found = read(
        workbook(["Ghi chú của Sở"], ["Mã khu", "Số lao động (người)", "Lạ"], ["kcn-a", "1.106", 1], [], ["b", 3])
    )
    assert [(one.code, one.row, one.column) for one in found.issues] == [
        ("column-unknown", 2, "C"), ("two-numbers", 3, "B")
    ]  # fmt: skip
    assert [line.values["workers"] for line in found.lines] == [None, 3]


def test_figures_in_an_issue_are_written_as_the_reader_has_them() -> None:
    field, land = (next(one for one in FIGURES if one.is_whole is whole) for whole in (True, False))
    row = ["kcn-a", 1, 2.5, 2_000_000_000]
    page = workbook(["slug", "version", field.title, land.title], row)
    said = [one.document(str, "vi")["message"] for one in read(page).issues]
    assert any("2,5 is not possible" in one for one in said), said
    assert any("2.000.000.000 is not possible" in one and "1.000.000" in one for one in said), said


@pytest.mark.parametrize(("title", "expected"), [
    ("Figures 2025-H1", []), ("Số liệu 2025-h1", []), ("Sheet1", []), ("Figures 2024", ["other-period"]),
])  # fmt: skip
def test_a_sheet_of_another_period_is_noticed(title: str, expected: list[str]) -> None:
    assert [one.code for one in read(workbook(["Mã khu"], ["a"], title=title)).issues] == expected


def test_no_number_of_the_form_is_a_text_and_no_text_a_formula() -> None:
    row = {"slug": "a", "name": "=1+1", "kind": "x", "version": 3, "notes": {"workers": "n"}, LAND[0]: Decimal("12.5")}
    content = write_form([row], PERIOD, "Tỉnh", steps=["Operating"], sources=[("D1", "=x")], kinds=["Report"],
                         language="en", gettext=str)  # fmt: skip
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = {one.name: page.cell(2, place) for place, one in enumerate(ROW, 1)}
    assert (cells["name"].value, cells["name"].data_type) == ("=1+1", "s")
    assert (cells[LAND[0]].value, cells[LAND[0]].data_type) == (12.5, "n")
    assert (page.title, cells["workers"].comment.text) == ("Figures 2025-H1", "n")
    found = read(content)
    assert (found.issues, found.lines[0].version) == ((), 3)
