"""Distances as people read them."""

import pytest

from gis.wording import distance


@pytest.mark.parametrize(
    ("metres", "vi", "en"),
    [(0.2, "0,2 m", "0.2 m"), (5, "5 m", "5 m"), (16.4, "16 m", "16 m"), (750, "750 m", "750 m"),
     (22_500, "22,5 km", "22.5 km")],
)  # fmt: skip
def test_a_survey_of_decimetres_is_not_shown_as_nothing(metres: float, vi: str, en: str) -> None:
    assert (distance(metres, "vi"), distance(metres, "en")) == (vi, en)
