"""Distances and places in laws as people read them."""

import pytest

from gis.wording import article, distance, instrument


@pytest.mark.parametrize(
    ("metres", "vi", "en"),
    [(0.2, "0,2 m", "0.2 m"), (5, "5 m", "5 m"), (16.4, "16 m", "16 m"), (750, "750 m", "750 m"),
     (22_500, "22,5 km", "22.5 km")],
)  # fmt: skip
def test_a_survey_of_decimetres_is_not_shown_as_nothing(metres: float, vi: str, en: str) -> None:
    assert (distance(metres, "vi"), distance(metres, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("text", "vi"),
    [("Art. 8", "Điều 8"), ("Art. 2(22)", "khoản 22 Điều 2"), ("Annex I", "Annex I"), ("Art. 2, 3", "Art. 2, 3")],
)
def test_a_place_in_a_law_reads_as_each_language_has_it(text: str, vi: str) -> None:
    assert (article(text, "vi"), article(text, "en")) == (vi, text)


def test_an_amended_law_is_so_called_in_vietnamese() -> None:
    text = "NĐ 29/2008/NĐ-CP as amended by NĐ 164/2013/NĐ-CP"
    assert instrument(text, "vi") == "NĐ 29/2008/NĐ-CP, sửa đổi, bổ sung theo NĐ 164/2013/NĐ-CP"
    assert instrument(text, "en") == text
