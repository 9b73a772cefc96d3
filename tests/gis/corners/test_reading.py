"""What people have is read as it is: every layout, both decimal signs, rings; and what is odd is said with its row."""

import io

import openpyxl
import pytest

from gis.corners import Corner, CornerTable, read
from gis.errors import TableTooLarge, UnreadableTable
from tests.gis.corners.ground import PLAIN, codes, solved

EXPECTED = [(1061900.25, 551600.5), (1062300.25, 551600.5), (1062300.25, 551900.5), (1061900.25, 551900.5)]
NBSP = "\u00a0"


def points(table: CornerTable) -> list[tuple[float, float]]:
    return [(corner.x, corner.y) for corner in table.corners]


def rows(separator: str, *, decimal: str = ".", group: str = "") -> str:
    """The rectangle in a layout."""

    def written(value: float) -> str:
        return f"{value:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", group)

    return "".join(f"M{i}{separator}{written(x)}{separator}{written(y)}\n" for i, (x, y) in enumerate(EXPECTED, 1))


LAYOUTS = {
    "tabs, comma, points between thousands": rows("\t", decimal=",", group="."),
    "tabs, point, commas between thousands": rows("\t", group=","),
    "semicolons": rows(";", decimal=","),
    "semicolons and spaces between thousands": rows(";", decimal=",", group=" "),
    "bars": rows("|"),
    "commas": rows(","),
    "spaces": rows(" "),
    "spaces, comma": rows("   ", decimal=","),
    "hard spaces in numbers": rows(" ", decimal=",", group=NBSP),
    "narrow hard spaces in numbers": rows("\t", decimal=",", group="\u202f"),
    "Vietnamese heading": "Số hiệu điểm\tX(m)\tY(m)\n" + rows("\t"),
    "Vietnamese heading with spaces": "Tên mốc X(m) Y(m)\n" + rows(" "),
    "English heading": "Point;Northing (m);Easting (m)\n" + rows(";"),
    "titles and pages between": "UBND TỈNH\n\nSTT\tX\tY\n" + rows("\t").replace("M3", "Trang 2/3\n\nM3"),
    "Windows line ends": rows("\t").replace("\n", "\r\n"),
    "quoted": 'point,X,Y\n"M1","1,061,900.25","551,600.50"\n"M2","1,062,300.25","551,600.50"\n'
    '"M3","1,062,300.25","551,900.50"\n"M4","1,061,900.25","551,900.50"\n',
    "a heading of two lines in one cell": '"Số hiệu\nđiểm"\tX(m)\tY(m)\n' + rows("\t"),
    "a heading in two rows, numbered": "Số hiệu\tTọa độ\t\t\nđiểm\tX (m)\tY (m)\t\n(1)\t(2)\t(3)\t\n" + rows("\t"),
    "named numbers": "".join(f"M{i}: X = {x:.2f}; Y = {y:.2f}\n" for i, (x, y) in enumerate(EXPECTED, 1)),
    "named the other way round": "".join(f"Y = {y:.2f} X = {x:.2f}\n" for x, y in EXPECTED),
    "Y before X": "STT\tY\tX\n" + "".join(f"{i}\t{y}\t{x}\n" for i, (x, y) in enumerate(EXPECTED, 1)),
    "one cell a line": "STT\nX\nY\n" + rows("\n"),
    "two tables side by side": "STT\tX\tY\t\tSTT\tX\tY\n1\t1061900.25\t551600.5\t\t3\t1062300.25\t551900.5\n"
    "2\t1062300.25\t551600.5\t\t4\t1061900.25\t551900.5\n",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_every_layout_gives_the_same_corners(text: str) -> None:
    table = read(text)
    assert points(table) == EXPECTED
    assert table.issues == ()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bytes_of_a_text_are_read_in_its_coding(coding: str) -> None:
    assert read(("Số hiệu điểm\tX\tY\n" + rows("\t")).encode(coding)).columns[0].heading == "Số hiệu điểm"


def test_another_coding_is_guessed_and_said() -> None:
    table = read("Điểm;X;Y\n".encode("cp1258", "replace") + rows(";").encode())
    assert points(table) == EXPECTED
    assert codes(table) == [("coding-guessed", None)]


def test_a_corner_keeps_its_row_its_label_and_its_cells() -> None:
    table = read("Bảng tọa độ\n\nSTT\tX\tY\tS\n1\t1.061.900,25\t551.600,50\t400,00\n")
    cells = ("1", "1.061.900,25", "551.600,50", "400,00")
    assert table.corners == (Corner(4, "1", 1061900.25, 551600.5, 400.0, 4, cells),)
    assert table.ignored == ((1, "Bảng tọa độ"),)


def test_sides_stand_behind_between_or_before_their_corners() -> None:
    behind = read(PLAIN)
    between = read("STT\tX\tY\tS\n" + "".join(
        f"{i}\t{x}\t{y}\t\n\t\t\t{side}\n"
        for i, ((x, y), side) in enumerate(zip(EXPECTED, (400.0, 300.0, 400.0, 300.0), strict=True), 1)
    ))  # fmt: skip
    before = read(
        "STT\tX\tY\tS\n1\t1061900.25\t551600.5\t\n2\t1062300.25\t551600.5\t400\n3\t1062300.25\t551900.5\t300\n"
        "4\t1061900.25\t551900.5\t400\n1\t1061900.25\t551600.5\t300\n"
    )
    for table in (behind, between, before):
        assert [corner.side for corner in table.corners] == [400.0, 300.0, 400.0, 300.0]
        assert [code for code, _ in codes(solved(table))] == []
    assert [corner.side_row for corner in between.corners] == [3, 5, 7, 9]


def test_stated_figures_are_found_with_their_units() -> None:
    for line, area, perimeter in (
        ("Diện tích: 12,00 ha; chu vi: 1.400 m", 120_000, 1400), ("Tổng diện tích (m²)\t120000", 120_000, None),
        ("S khu đất\nDiện tích S = 120.000 m2", 120_000, None), ("Area 12.0 hectares", 120_000, None),
        ("Chu vi (m): 1 400,00", None, 1400),
    ):  # fmt: skip
        found = solved(PLAIN + line)
        assert (found.stated_area_ha, found.stated_perimeter_m) == (area and area / 10_000, perimeter), line
        assert found.issues == ()


def test_the_system_that_a_title_names_is_read() -> None:
    for title, meridian, width in (
        ("Hệ tọa độ VN-2000, kinh tuyến trục 105°30', múi chiếu 3°", 105.5, 3), ("KTT 105 30, múi 3 độ", 105.5, 3),
        ("kinh tuyến trục 105.5", 105.5, None), ("Kinh tuyến trục: 104°45’", 104.75, None),
        ("central meridian 105.45, zone of 3°", 105.75, 3), ("kinh tuyến trục 105o, múi chiếu 6o", 105.0, 6),
    ):  # fmt: skip
        table = read(f"{title}\n{PLAIN}")
        assert (table.meridian, table.width) == (meridian, width), title
    named = read(f"VN-2000 (EPSG:9209)\n{PLAIN}").crs
    assert named is not None and named.epsg == 9209


EAST = PLAIN.replace(" 551", " 553")  # the same rectangle, 2 km further east
RINGS = {
    "titles": "Khu A\n" + PLAIN + "Khu B\n" + EAST,
    "a column": "Khu\tSTT\tX\tY\n"
    + "".join(
        f"{part}\t" + "\t".join(line.split()[:3]) + "\n"
        for part, ring in (("A", PLAIN), ("B", EAST))
        for line in ring.splitlines()
    ),
    "a column of merged cells": "Khu\tSTT\tX\tY\n"
    + "".join(
        (part if line[0] == "1" else "") + "\t" + "\t".join(line.split()[:3]) + "\n"
        for part, ring in (("A", PLAIN), ("B", EAST))
        for line in ring.splitlines()
    ),
    "the first corner repeated": PLAIN + "1 1061900.25 551600.50\n" + EAST,
    "a heading behind a blank line": "STT X Y S\n" + PLAIN + "\nSTT X Y S\n" + EAST,
    "numbers that begin anew": PLAIN + EAST,
    "a side that closes": "STT X Y S\n"
    + PLAIN
    + "STT X Y S\n"
    + "".join(f"{int(line[0]) + 4}{line[1:]}\n" for line in EAST.splitlines()),
}


@pytest.mark.parametrize("text", RINGS.values(), ids=RINGS.keys())
def test_rings_are_told_apart(text: str) -> None:
    assert [len(ring.corners) for ring in read(text).rings] == [4, 4]


def test_a_heading_on_the_next_page_does_not_begin_a_ring() -> None:
    lines = PLAIN.splitlines(keepends=True)
    text = "STT X(m) Y(m) S(m)\n" + "".join(lines[:3]) + "\nSTT X(m) Y(m) S(m)\n" + lines[3]
    assert [len(ring.corners) for ring in read(text).rings] == [4]


def test_holes_are_those_that_a_title_names() -> None:
    table = read("Khu 1\n" + PLAIN + "Lỗ hổng 1\n5 1062000 551700\n6 1062100 551700\n7 1062100 551800\n")
    assert [(ring.title, ring.is_hole) for ring in table.rings] == [("Khu 1", None), ("Lỗ hổng 1", True)]


def test_a_column_may_name_holes() -> None:
    text = "Khu\tX\tY\n" + "".join(f"{name}\t{x}\t{y}\n" for name in ("Khu 1", "Lỗ hổng") for x, y in EXPECTED)
    assert [(ring.title, ring.is_hole) for ring in read(text).rings] == [("Khu 1", None), ("Lỗ hổng", True)]


def test_sides_are_found_where_each_cell_is_a_line() -> None:
    text = "".join("\n".join(line.split()) + "\n" for line in PLAIN.splitlines())
    assert [(one.label, one.side) for one in read(text).corners] == [("1", 400), ("2", 300), ("3", 400), ("4", 300)]


def test_digits_of_the_zone_may_stand_apart() -> None:
    for text in ("1 1061900.25 48 606600.50", "1\t1061900.25\t48 606600.50"):
        assert points(read(text)) == [(1061900.25, 48606600.5)]
    assert points(read("48 551600.50 1061900.25")) == [(551600.5, 1061900.25)]  # that is a label


def test_a_name_of_a_zone_is_no_title_of_a_ring() -> None:
    lines = PLAIN.splitlines(keepends=True)
    text = lines[0] + "Khu công nghiệp Trần Đề\n" + "".join(lines[1:])
    assert len(read(text).rings) == 1


def test_the_decimal_sign_is_decided_for_a_column() -> None:
    clear = "STT\tX\tY\n1\t1061900,25\t551.600\n2\t1062300,25\t551.600\n3\t1062300,25\t551.900\n"
    assert points(read(clear))[0] == (1061900.25, 551600.0)
    assert read(clear).issues == ()
    mixed = "STT\tX\tY\n1\t1061900.25\t551,600\n2\t1062300.25\t551600.5\n3\t1062300.25\t551900,5\n"
    assert codes(read(mixed)) == [("ambiguous-number", 2), ("number-differs", 4)]
    differ = "STT\tX\tY\n1\t1061900.25\t551600,5\n2\t1062300.25\t551600,5\n3\t1062300.25\t551900,5\n"
    assert points(read(differ))[0] == (1061900.25, 551600.5)
    assert codes(read(differ)) == [("columns-differ", None)]


def test_sides_whose_sign_is_unclear_are_read_as_they_fit() -> None:
    text = PLAIN.replace("1061900.25", "1061900").replace("1062300.25", "1062300").replace(".50", "")
    text = text.replace("400.00", "400,000").replace("300.00", "300,000")
    assert [corner.side for corner in read(text).corners] == [400.0, 300.0, 400.0, 300.0]
    wrong = text.replace("400,000", "777,000").replace("300,000", "888,000")
    assert ("ambiguous-sides", 1) in codes(read(wrong))


def test_numbers_broken_by_plain_spaces_are_joined_and_said() -> None:
    table = read("M1 1 061 900,25 551 600,50\nM2 1 062 300,25 551 600,50\nM3 1 062 300,25 551 900,50\n")
    assert points(table) == EXPECTED[:3]
    assert codes(table) == [("numbers-broken", 1)]


def test_an_unreadable_number_is_an_error_at_its_row_and_field() -> None:
    table = read(
        "STT\tX\tY\n1\t1061900.25\t551600.5\n2\t1O62300.25\t551600.5\n3\t1062300.25\t551900.5\n4\t1061900.25\t\n"
    )
    assert [(one.code, one.severity, one.row, one.point, one.field) for one in table.issues] == [
        ("unreadable-number", "error", 3, "2", "x"), ("unreadable-number", "error", 5, "4", "y"),
    ]  # fmt: skip
    assert len(table.corners) == 2


def test_degrees_minutes_and_seconds_are_read() -> None:
    for text in ("1 9°36'11.68\"N 105°58'12.44\"E\n", "1;9°36'11.68\";105°58'12.44\"\n", "1\t9.603244\t105.970122\n"):
        table = read("STT;Vĩ độ;Kinh độ\n" * (";" in text) + text * 3)
        assert table.unit == "degree"
        assert points(table)[0] == pytest.approx((9.603244, 105.970122), abs=1e-6)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, lines in sheets:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


TITLED: list[list[object]] = [
    ["BẢNG KÊ TỌA ĐỘ"], [], [None, "Số hiệu điểm", "X(m)", "Y(m)", "S/Cạnh(m)"],
    [None, 1, 1061900.25, 551600.5, 400], [], [None, 2, 1062300.25, 551600.5, 300],
    [None, 3, "1062300.25", 551900.5, 400], [None, 4, 1061900.25, 551900.5, 300], [None, 1, 1061900.25, 551600.5],
    ["Diện tích", 120000, "m2"], ["Chu vi", 1400, "m"],
]  # fmt: skip


def test_a_workbook_is_read_from_any_sheet_and_row() -> None:
    table = read(workbook(("Bìa", [["Phụ lục"]]), ("Tọa độ", TITLED)))
    assert points(table) == EXPECTED
    assert (table.sheet, table.corners[0].row, table.corners[0].label) == ("Tọa độ", 4, "1")
    found = solved(table)
    assert (found.stated_area_ha, found.stated_perimeter_m, found.issues) == (12.0, 1400.0, ())


def test_corners_on_another_sheet_are_not_passed_over_in_silence() -> None:
    table = read(workbook(("Khu 1", TITLED), ("Khu 2", TITLED[:8])))
    assert table.sheet == "Khu 1"
    assert codes(table) == [("other-sheets", None)]


def test_what_is_no_table_says_what_would_be_right() -> None:
    for source, told in (
        (b"%PDF-1.7", "PDF"), (b"\0\0\0", "neither text nor a workbook"), (b"PK\x03\x04", "broken"),
    ):  # fmt: skip
        with pytest.raises(UnreadableTable, match=told):
            read(source)
    assert codes(read("")) == [("no-corners", None)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1\n" * 20_001, "20,000 rows"), ("x" * 5_001, "5,000 characters"),
        ("1\t1061900\t551600" + "\t" * 201, "200 columns"),
        ("1 1061900 551600\n" * 300_000, "characters"), (b"1" * 10_000_001, "10 MB"),
        ("".join(f"Khu {i}\n1 1061900 551600\n" for i in range(201)), "200 rings"),
    ],
)  # fmt: skip
def test_limits(text: str | bytes, told: str) -> None:
    with pytest.raises(TableTooLarge, match=told):
        read(text)
