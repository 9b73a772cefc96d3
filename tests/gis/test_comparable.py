"""What can be set side by side, and what is marked as best."""

from dataclasses import replace

import pytest

from gis.comparable import Figure, Verdict, judge

LOTS = Figure(10.0, "ha", "lots", "2025")


def free(value: float, as_of: str | None = "2025", definition: str | None = "lots") -> Figure:
    return Figure(value, "ha", definition, as_of)


def test_the_most_is_marked_and_all_that_are_as_much() -> None:
    assert judge([free(3), free(7), free(5)], more_is_better=True) == Verdict(True, None, (1,))
    assert judge([free(7), free(3), free(7)], more_is_better=True).best == (0, 2)


def test_nothing_is_best_where_all_are_the_same() -> None:
    assert judge([free(0), free(0)], more_is_better=True) == Verdict(True)


def test_nothing_is_best_without_a_direction() -> None:
    assert judge([free(3), free(7)]) == Verdict(True)


def test_nothing_is_best_where_one_is_not_stated() -> None:
    """It may be the largest of all."""
    assert judge([free(3), None, free(7)], more_is_better=True) == Verdict(True, "not_all_stated")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (None, "too_few"),
        (replace(LOTS, exact=False), "inexact"),
        (replace(LOTS, unit="m²"), "unit"),
        (replace(LOTS, definition=None), "definition_unknown"),
        (replace(LOTS, definition="areas"), "definition"),
        (replace(LOTS, as_of=None), "undated"),
        (replace(LOTS, as_of="2021/2025"), "period"),
        (replace(LOTS, as_of="2024"), "dates"),
        (replace(LOTS, as_of="2026-12"), "dates"),
    ],
)
def test_why_two_cannot_be_compared(other: Figure | None, reason: str) -> None:
    assert judge([LOTS, other], more_is_better=True) == Verdict(False, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("as_of", ["2025", "2025-02", "2025-01-01", "2026-12-30"])
def test_less_than_a_year_apart_is_the_same_time(as_of: str) -> None:
    """The last days that the dates can mean count: 2025 is 31 December 2025."""
    assert judge([LOTS, free(11, as_of)], more_is_better=True).best == (1,)


def test_what_a_decision_set_once_needs_no_date() -> None:
    assert judge([free(160, None), free(200, "2001")], dated=False) == Verdict(True)
