"""Workbooks of several tables: types of cells, frozen headings, and that LibreOffice opens them as they are."""

import csv
import io
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from gis.formats.tables import Column, Table, sheet_name, write_tables

TABLES = [
    Table(
        "Khu, cụm", [Column("Tên"), Column("ha", "number", unknown="Chưa có số liệu"), Column("%", "percent"),
                     Column("Số", "whole")],
        [["KCN Trần Đề", 160.25, 96.5, 3], ["=1+1", None, None, 0], ["https://example.org", -1.5, 100, 12345]],
    ),
    Table("Trống", [Column("Không có gì")], []),
    Table("Khu, cụm", [Column("A"), Column("B", "number")], [["'x", 0.1]], fixed=0),
]  # fmt: skip
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # commas, quotation marks, UTF-8
ABOUT = [("Kỳ", "2025-H1"), ("Số", "3")]


def make(notice: str = "", day: date = date(2025, 7, 1)) -> bytes:
    return write_tables("Báo cáo", TABLES, ABOUT, about_title="Giới thiệu", language="vi", made_on=day, notice=notice,
                        footer="Cần Thơ & An Giang")  # fmt: skip


def opened(body: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(body))


def converted(folder: Path, body: bytes, kind: str) -> Path:
    """The file that LibreOffice makes of a workbook."""
    file = folder / "report.xlsx"
    file.write_bytes(body)
    target = folder / "out"
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind, "--outdir",
         str(target), str(file)], capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "repair" not in (done.stdout + done.stderr).lower()
    return target / f"report.{kind.partition(':')[0]}"


def test_numbers_are_numbers_and_texts_are_texts() -> None:
    book = opened(make())
    assert book.sheetnames == ["Khu, cụm", "Trống", "Khu, cụm 2", "Giới thiệu"]
    sheet = book["Khu, cụm"]
    rows = [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [("s", "Tên"), ("s", "ha"), ("s", "%"), ("s", "Số")]
    assert rows[1] == [("s", "KCN Trần Đề"), ("n", 160.25), ("n", 96.5), ("n", 3)]
    assert rows[2] == [("s", "=1+1"), ("s", "Chưa có số liệu"), ("n", None), ("n", 0)]
    assert rows[3] == [("s", "https://example.org"), ("n", -1.5), ("n", 100), ("n", 12345)]
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_links_are_addresses_of_the_web_and_of_no_other_kind() -> None:
    rows = [["https://example.org/a?b=1&c=2#d"], ["javascript:alert(1)"], ["file:///etc/passwd"], ["=1"],
            ["http://x/" + "y" * 3000]]  # fmt: skip
    body = write_tables("T", [Table("T", [Column("A", "link")], rows)], ABOUT, about_title="G", language="vi",
                        made_on=date(2025, 7, 1))  # fmt: skip
    cells = [row[0] for row in opened(body)["T"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [row[0] for row in rows]
    assert [cell.hyperlink is not None for cell in cells] == [True, False, False, False, False]


def test_headings_stay_and_each_page_has_them() -> None:
    book = opened(make())
    assert [book[name].freeze_panes for name in book.sheetnames[:3]] == ["B2", "B2", "A2"]
    sheet = book["Khu, cụm"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", "9") or (
        sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)  # fmt: skip
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == "A1:D4"
    assert sheet.column_dimensions["A"].width > 10


def test_made_up_data_are_marked_on_every_sheet() -> None:
    book = opened(make("Dữ liệu giả lập"))
    for name in book.sheetnames[:3]:
        assert book[name]["A1"].value == "Dữ liệu giả lập"
        assert "Dữ liệu giả lập" in str(book[name].oddHeader.center.text)
    assert book["Khu, cụm"].freeze_panes == "B3"
    assert book["Khu, cụm"]["B3"].value == 160.25


def test_the_same_tables_on_the_same_day_make_the_same_bytes() -> None:
    assert make() == make()
    assert make() != make(day=date(2025, 7, 2))


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("A/B: [c]*?\\", [], "A B   c"),
        ("x" * 40, [], "x" * 31),
        ("x" * 40, ["X" * 31], "x" * 29 + " 2"),
        ("'", [], "1"),
        ("a", ["A", "a 2"], "a 3"),
    ],
)
def test_names_of_sheets_are_allowed_ones(title: str, taken: list[str], name: str) -> None:
    assert sheet_name(title, taken) == name


@pytest.mark.slow
def test_libreoffice_opens_it_and_numbers_stay_numbers(tmp_path: Path) -> None:
    again = openpyxl.load_workbook(converted(tmp_path, make("Dữ liệu giả lập"), "xlsx"))
    sheet = again["Khu, cụm"]
    assert [cell.value for cell in sheet[3]] == ["KCN Trần Đề", 160.25, 96.5, 3]
    assert [cell.data_type for cell in sheet[3]] == ["s", "n", "n", "n"]
    assert (sheet["A4"].data_type, sheet["A4"].value) == ("s", "=1+1")
    table = converted(tmp_path, make(), CSV)
    first = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))[1]
    assert first[0] == "KCN Trần Đề"
    assert float(first[1].replace(",", "")) == 160.25
