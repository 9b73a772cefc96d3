"""Periods that offices report on."""

from datetime import date

import pytest

from gis.errors import BadPeriod
from gis.periods import parse_period


@pytest.mark.parametrize(
    ("text", "start", "end", "before"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31), "2024"),
        (" 2025-H1 ", date(2025, 1, 1), date(2025, 6, 30), "2024-H2"),
        ("2025-h2", date(2025, 7, 1), date(2025, 12, 31), "2025-H1"),
        ("1900", date(1900, 1, 1), date(1900, 12, 31), "1899"),  # the first that can be asked for
        ("1900-H1", date(1900, 1, 1), date(1900, 6, 30), "1899-H2"),
    ],
)
def test_a_period_knows_its_days_and_the_one_before(text: str, start: date, end: date, before: str) -> None:
    period = parse_period(text)
    assert (period.start, period.end, period.before.text) == (start, end, before)
    assert parse_period(period.text) == period


@pytest.mark.parametrize("text", ["", "25", "2025-H3", "2025-Q1", "2025/2026", "1899", "2025-06", "²025", "2025H1"])
def test_another_form_is_refused_with_the_right_ones(text: str) -> None:
    with pytest.raises(BadPeriod, match="2025-H1"):
        parse_period(text)
