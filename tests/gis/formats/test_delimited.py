"""CSV that no spreadsheet runs, and that reads back to what it was."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.formats import About, Column, Layer
from gis.formats.delimited import guarded, unguarded, write

ABOUT = About("", "", "", "", "", date(2026, 11, 20))
SPLITTERS = ";\t\r\n"
nasty = st.text(alphabet=st.sampled_from("=+-@'\"; ,\t\r\n＝－aế1"), max_size=12)


def begins_formula(cell: str) -> bool:
    """What a spreadsheet does with a cell: quotes and spaces around it are not part of it."""
    return cell.lstrip('" ')[:1] in tuple("=+-@＝＋－＠")


@given(nasty | st.text())
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(nasty)
def test_no_guarded_text_begins_a_formula_wherever_it_is_split(text: str) -> None:
    guard = guarded(text)
    cells = [guard]
    for splitter in SPLITTERS:
        cells = [part for cell in cells for part in cell.split(splitter)]
    assert not [cell for cell in cells if cell and begins_formula(cell)]
    assert not guard.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["Khu công nghiệp Trần Đề", "8,5 - 9 ha", "a=b", "it's", "'quoted'", "2021-06-29", ""])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


def test_values_keep_their_kind(tmp_path: Path) -> None:
    columns = tuple(
        Column(name, name)  # type: ignore[arg-type]
        for name in ("string", "number", "integer", "boolean", "date", "date-time", "array")
    )
    full = ("=1+1", -5.5, -7, False, date(2021, 6, 29), datetime(2021, 6, 29, 1, 2, 3, 4, UTC), ["a", 'b"'], None)
    empty = ("", *[None] * 7)
    write(tmp_path / "a.csv", Layer("a", columns, "", ABOUT, 2), [[full], [empty]])
    text = (tmp_path / "a.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeffstring,number,") and text.count("\r\n") == 3
    lines = text.split("\r\n")
    assert lines[1].startswith('"\'=1+1",-5.5,-7,false,2021-06-29,2021-06-29T01:02:03.000004Z,')
    assert lines[2] == '"",,,,,,'
    assert next(csv.reader(io.StringIO(lines[1])))[-1] == '["a", "b\\""]'
