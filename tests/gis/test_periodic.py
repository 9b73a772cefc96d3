"""Sums that say what they leave out, ages by a fixed day, and why a cell is asked for."""

from datetime import date
from decimal import Decimal

import pytest

from gis.periodic import Figure, add_up, age_years, why_to_fill

DAY = date(2025, 6, 30)
FIRST = date(2025, 1, 1)


def test_a_sum_counts_what_it_leaves_out() -> None:
    whole = add_up([Decimal("160.5"), None, Decimal("0"), None])
    assert (whole.value, whole.known, whole.left_out) == (Decimal("160.5"), 2, 2)


@pytest.mark.parametrize(("values", "left_out"), [([], 0), ([None, None], 2)])
def test_of_nothing_known_there_is_no_sum(values: list[Decimal | None], left_out: int) -> None:
    whole = add_up(values)
    assert (whole.value, whole.known, whole.left_out) == (None, 0, left_out)


@pytest.mark.parametrize(
    ("as_of", "years"),
    [("2020", 4), ("2024-06-30", 1), ("2024-07-01", 0), ("2025", 0), ("2016/2020", 4), (None, None), ("", None)],
)
def test_an_age_is_reckoned_from_the_end_of_a_date(as_of: str | None, years: int | None) -> None:
    assert age_years(as_of, DAY) == years


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (Figure(None), "missing"),
        (Figure(None, is_later=True), "later"),
        (Figure(Decimal(0), "2025-03"), None),  # 0 is a value
        (Figure(Decimal(1), "2024-12-31"), "old"),
        (Figure(Decimal(1), "2024/2025"), None),
        (Figure(Decimal(1), None), "undated"),
        (Figure(Decimal(1), None, is_dated=False), None),
        (Figure(Decimal(1), "2001", is_dated=False), None),
        (Figure(Decimal(96), "2025-02", is_reported=True), "reported_only"),
    ],
)
def test_a_cell_is_asked_for_with_its_reason(figure: Figure, why: str | None) -> None:
    assert why_to_fill(figure, FIRST) == why
