"""Sheets of projects as people hand them in."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from gis.errors import UnreadableFile
from gis.projects import read_sheet
from gis.projects.sheet import Sheet
from gis.sheets.tables import column_letters, column_number

TODAY = date(2026, 11, 20)


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(content: bytes) -> Sheet:
    return read_sheet(content, "sheet", TODAY)


def test_a_table_below_titles_and_between_blank_rows_is_found() -> None:
    found = read(workbook(
        ("Bìa", [["Báo cáo"]]),
        ("Biểu 1", [["DANH SÁCH DỰ ÁN"], [], ["TT", "Tên dự án (*)", "Diện tích đất (ha)", "VĂN BẢN"],
                    [1, "Nhà máy A", 12.5, "D001"], [], [2, "Nhà máy B", None, "D001"]]),
    ))  # fmt: skip
    assert [(one.origin.row, one.values["name"], one.values["land_ha"]) for one in found.lines][1][:2] == (
        6,
        "Nhà máy B",
    )
    assert found.lines[0].values["land_ha"] == 12.5
    assert [(one.code, one.column, one.row) for one in found.issues] == [("column-unknown", "A", 3)]


def test_dates_of_cells_are_days() -> None:
    content = workbook(("a", [["name", "source", "licensed_on"], ["A", "D001", datetime(2021, 6, 29)]]))  # noqa: DTZ001
    assert read(content).lines[0].values["licensed_on"] == "2021-06-29"


def test_a_heading_that_stands_twice_and_a_second_table_are_told() -> None:
    table = [["name", "name", "source"], ["A", "B", "D001"]]
    found = read(workbook(("a", table), ("b", table)))
    assert [one.values["name"] for one in found.lines] == ["A"]
    assert [(one.code, one.sheet) for one in found.issues] == [("heading-twice", "a"), ("second-table", "b")]


def test_documents_may_come_on_a_sheet_of_their_own() -> None:
    found = read(workbook(
        ("Văn bản", [["Mã văn bản", "Loại văn bản", "Tên văn bản", "Ngày ban hành"],
                     ["QD-1", "Quyết định", "Quyết định 1", "29/06/2021"], ["QD-2", "Quyết định", None, "2021"]]),
        ("Dự án", [["Tên dự án", "Văn bản"], ["A", "QD-1"]]),
    ))  # fmt: skip
    assert found.documents[0].values["issued_on"] == "2021-06-29"
    assert [(one.code, one.sheet, one.column, one.row) for one in found.issues] == [
        ("missing", "Văn bản", "C", 3), ("not-a-day", "Văn bản", "D", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_separator(separator: str, coding: str) -> None:
    lines = (("Tên dự án", "Văn bản", "Ghi chú"), ("Nhà máy A", "D001", '"một\nhai"'))
    found = read("\n".join(separator.join(line) for line in lines).encode(coding))
    assert (found.lines[0].values["name"], found.lines[0].values["note"]) == ("Nhà máy A", "một\nhai")
    assert found.lines[0].origin.sheet is None


@pytest.mark.parametrize("id", ["x", "1.5", 0, -1, 1.5, True, "=1", 10**16])
def test_a_number_of_the_register_is_a_whole_one(id: object) -> None:
    found = read(workbook(("a", [["id", "name", "source"], [id, "A", "D001"]])))
    assert [one.code for one in found.issues] == ["wrong-id"]
    assert found.lines[0].id is None


def test_text_in_another_coding_is_not_guessed() -> None:
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read("Tên dự án,Văn bản\nNhà máy,D001".encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read(b"T\xean d\xf1 \xe1n,source\n")


def test_columns_by_letters() -> None:
    assert [column_letters(one) for one in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(column_number(column_letters(one)) == one for one in range(800))
