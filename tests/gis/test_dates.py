"""A date is shown as the document wrote it and computed with as the days it covers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.dates import parse_edtf
from gis.errors import BadDate


@pytest.mark.parametrize(
    ("text", "shown", "start", "end", "precision"),
    [
        ("2020", "2020", date(2020, 1, 1), date(2020, 12, 31), "year"),
        ("2021-06", "2021-06", date(2021, 6, 1), date(2021, 6, 30), "month"),
        ("2020-02", "2020-02", date(2020, 2, 1), date(2020, 2, 29), "month"),
        ("2021-06-29", "2021-06-29", date(2021, 6, 29), date(2021, 6, 29), "day"),
        ("2021/2025", "2021/2025", date(2021, 1, 1), date(2025, 12, 31), "period"),
        ("2021-06/2022", "2021-06/2022", date(2021, 6, 1), date(2022, 12, 31), "period"),
        ("2021-06-29/2021-07", "2021-06-29/2021-07", date(2021, 6, 29), date(2021, 7, 31), "period"),
        (" 2020 ", "2020", date(2020, 1, 1), date(2020, 12, 31), "year"),
    ],
)
def test_each_precision(text: str, shown: str, start: date, end: date, precision: str) -> None:
    dated = parse_edtf(text)
    assert dated is not None
    assert (dated.text, dated.start, dated.end, dated.precision) == (shown, start, end, precision)


@pytest.mark.parametrize("text", ["2021-2025", "2021–2025", "2021 - 2025"])
def test_a_documents_period_is_a_period_and_no_month(text: str) -> None:
    dated = parse_edtf(text)
    assert dated == parse_edtf("2021/2025")
    assert dated is not None
    assert dated.is_period


def test_december_is_a_month_and_no_period() -> None:
    dated = parse_edtf("2021-12")
    assert dated is not None
    assert not dated.is_period


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_unknown(text: str) -> None:
    assert parse_edtf(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2021-13", "there is no month 13"),
        ("2021-00", "there is no month 00"),
        ("2021-02-29", "2021-02 has no day 29"),
        ("2025/2021", "it ends (2021) before it starts (2025)"),
        ("2025-2021", "it ends (2021) before it starts (2025)"),
        ("2021-07/2021-06-30", "before it starts"),
        ("0000", "no year 0000"),
        ("hôm qua", "only years"),
        ("2021/..", "only years"),
        ("/2021", "only years"),
        ("2021/2022/2023", "only years"),
        ("2021-6", "only years"),
        ("29/06/2021", "only years"),
        ("٢٠٢١", "only years"),
        ("2021-06-29T00:00:00Z", "only years"),
    ],
)
def test_nonsense_is_told_apart(text: str, told: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_edtf(text)
    assert told in str(caught.value)
    assert caught.value.facts["text"] == text


@given(first=st.dates(min_value=date(1000, 1, 1)), days=st.integers(0, 4000))
def test_any_interval_of_days_covers_its_days(first: date, days: int) -> None:
    last = min(first, date(9000, 1, 1)) + timedelta(days=days)
    dated = parse_edtf(f"{min(first, date(9000, 1, 1))}/{last}")
    assert dated is not None
    assert (dated.end - dated.start).days == days


@given(text=st.text(alphabet="0123456789-/ ", max_size=24))
def test_any_text_is_a_date_or_a_plain_error(text: str) -> None:
    try:
        dated = parse_edtf(text)
    except BadDate as error:
        assert str(error)
    else:
        assert dated is None or (dated.start <= dated.end and parse_edtf(dated.text) == dated)
