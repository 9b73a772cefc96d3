"""Drawings: dates as vague as they are, unknown not drawn, texts escaped, outlines as sure as they are, all letters."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from gis.charts import (
    Lot,
    Observation,
    Other,
    Picture,
    Target,
    Trajectory,
    Unit,
    ZoneMap,
    draw_map,
    draw_picture,
    draw_trajectory,
)  # fmt: skip
from gis.charts.lettering import Piece, Typeface
from gis.charts.picture import Figure
from gis.charts.trajectory import LEFT, RIGHT, WIDTH, nice
from gis.dates import Dated, parse_edtf

INTER = Path(__file__).resolve().parents[2] / "node_modules" / "@fontsource-variable" / "inter"
HOSTILE = "</title><script>boom()</script>\"' & Trần Đề"
SQUARE = {"type": "Polygon", "coordinates": [[[106, 9.5], [106.02, 9.5], [106.02, 9.52], [106, 9.52], [106, 9.5]]]}
ZONE = ZoneMap(
    name="KCN Trần Đề", kind="industrial_park", lon=106.01, lat=9.51, accuracy_m=3000, outline=SQUARE,
    quality="indicative", middle=(106.01, 9.51), reach_m=6000,
)  # fmt: skip


def same(text: str) -> str:
    return text


def edtf(text: str) -> Dated:
    dated = parse_edtf(text)
    assert dated
    return dated


def drawn(chart: Trajectory, language: str = "en") -> ElementTree.Element:
    made = draw_trajectory(chart, language, same)
    assert made is not None
    return ElementTree.fromstring(made)


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if name in one.get("class", "").split()]


def chart(*observations: Observation, targets: tuple[Target, ...] = (), today: date | None = None) -> Trajectory:
    return Trajectory("Fill rate", "what it shows", observations, targets, today=today)


def test_a_year_is_drawn_as_long_as_a_year_and_a_day_as_a_dot() -> None:
    root = drawn(chart(Observation(40, edtf("2020")), Observation(60, edtf("2023-06-15"))))
    year, day = of_class(root, "span")
    width = float(year.get("x2", 0)) - float(year.get("x1", 0))
    assert width == pytest.approx((WIDTH - LEFT - RIGHT) * 366 / 1461, abs=1)
    assert day.get("x1") == day.get("x2")
    assert len(of_class(root, "dot")) == 1


def test_a_value_without_a_date_is_not_drawn() -> None:
    root = drawn(chart(Observation(40, None), Observation(60, edtf("2023"))))
    assert len(of_class(root, "span")) == 1
    assert draw_trajectory(chart(Observation(40, None)), "en", same) is None
    assert draw_trajectory(chart(), "vi", same) is None


def test_values_stand_higher_the_more_they_are() -> None:
    root = drawn(chart(Observation(40, edtf("2020")), Observation(60, edtf("2021"))))
    low, high = (float(one.get("y1", 0)) for one in of_class(root, "span"))
    assert low > high
    (order,) = of_class(root, "order")
    assert (order.get("y1"), order.get("y2")) == (f"{low:.1f}".removesuffix(".0"), f"{high:.1f}".removesuffix(".0"))


def test_targets_are_steps_that_end_when_they_are_due() -> None:
    targets = (Target(70, edtf("2025"), "gt"), Target(70, edtf("2025"), "gt"), Target(100, edtf("2030")))
    root = drawn(chart(Observation(50, edtf("2020")), targets=targets))
    labels = [one.text for one in of_class(root, "target-label")]
    assert labels == ["> 70%", "100%"]  # two documents that say the same are one line
    first, second = (one for one in of_class(root, "target") if one.get("y1") == one.get("y2"))
    assert first.get("x2") == second.get("x1")
    (riser,) = (one for one in of_class(root, "target") if one.get("y1") != one.get("y2"))
    assert riser.get("x1") == first.get("x2")


def test_figures_are_written_in_the_language() -> None:
    one = chart(Observation(96.5, edtf("2020")))
    assert [text.text for text in of_class(drawn(one, "vi"), "value")] == ["96,5%"]
    assert [text.text for text in of_class(drawn(one, "en"), "value")] == ["96.5%"]


def test_a_range_and_a_bound_say_so() -> None:
    found = drawn(chart(Observation(40, edtf("2020"), value_max=60), Observation(70, edtf("2024"), "gte")))
    assert [one.text for one in of_class(found, "value")] == ["40–60%", "≥ 70%"]
    assert len(of_class(found, "range")) == 1


def test_today_is_marked_where_it_is_near() -> None:
    near = drawn(chart(Observation(40, edtf("2020")), Observation(40, edtf("2024")), today=date(2026, 11, 20)))
    assert len(of_class(near, "today")) == 1
    far = drawn(chart(Observation(40, edtf("1990")), Observation(40, edtf("1999")), today=date(2026, 11, 20)))
    assert not of_class(far, "today")


def test_the_chart_tells_itself_and_escapes_texts() -> None:
    root = drawn(Trajectory(HOSTILE, HOSTILE, [Observation(40, edtf("2020"))], ()))
    assert root.get("role") == "img"
    names = (root.get("aria-labelledby") or "").split()
    assert [one.text for one in root if one.get("id") in names] == [HOSTILE, HOSTILE]


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 9999)), min_size=1, max_size=30),
    st.lists(st.tuples(st.floats(0, 100), st.integers(1, 9999)), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_known_lies_within_the_chart(rates: list[tuple[float, int]], due: list[tuple[float, int]]) -> None:
    root = drawn(chart(
        *(Observation(value, edtf(f"{year:04d}")) for value, year in rates),
        targets=tuple(Target(value, edtf(f"{year:04d}")) for value, year in due),
    ))  # fmt: skip
    for one in (*of_class(root, "span"), *of_class(root, "target")):
        assert LEFT - 1 <= float(one.get("x1", 0)) <= float(one.get("x2", 0)) <= WIDTH - RIGHT + 1
        assert 0 <= float(one.get("y1", 0)) <= 250


@pytest.mark.parametrize(
    ("highest", "lowest", "values"),
    [
        (21.31, 0, "0 5 10 15 20 25"), (0.9, 0, "0 0,2 0,4 0,6 0,8 1"), (4.2, 0, "0 1 2 3 4 5"),
        (96.5, 0, "0 25 50 75 100"), (90_000, 0, "0 25.000 50.000 75.000 100.000"), (8.5, 0, "0 2,5 5 7,5 10"),
        (12, -3, "-5 0 5 10 15"), (0, 0, "0 0,2"),
    ],
)  # fmt: skip
def test_lines_of_the_axis_stand_where_their_figures_say(highest: float, lowest: float, values: str) -> None:
    """Each label is the very value of its line: none is rounded."""
    observed = [Observation(highest, edtf("2020")), Observation(lowest, edtf("2021"))]
    root = drawn(replace(chart(*observed), top=0.0, unit=""), "vi")
    labels = [one for one in of_class(root, "axis") if "year" not in one.get("class", "")]
    assert [one.text for one in labels] == values.split()
    apart = [float(one.get("y", 0)) for one in of_class(root, "grid")]
    assert [first - next for first, next in pairwise(apart)] == pytest.approx([apart[0] - apart[1]] * (len(apart) - 1))


@pytest.mark.parametrize(("value", "top"), [(100, 100), (101, 200), (0.3, 0.5), (24, 25), (2400, 2500), (7, 10)])
def test_the_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert nice(value) == top or value < 1


def picture_of(zone: ZoneMap, language: str = "vi") -> ElementTree.Element:
    return ElementTree.fromstring(draw_map(zone, language, same, "told"))


@pytest.mark.parametrize("quality", ["surveyed", "digitised", "indicative"])
def test_an_outline_is_drawn_by_how_sure_it_is(quality: str) -> None:
    (outline,) = of_class(picture_of(replace(ZONE, quality=quality)), "outline")
    assert outline.get("class") == f"outline {quality}"


def test_a_zone_without_outline_is_a_ring_with_a_point() -> None:
    root = picture_of(replace(ZONE, outline=None, quality=None, is_proposed=True))
    assert not of_class(root, "outline")
    (ring,) = of_class(root, "accuracy")
    assert float(ring.get("r", 0)) == pytest.approx(413 / 2 / 6000 * 3000, abs=0.1)
    (point,) = of_class(root, "symbol")
    assert "hollow" in point.get("class", "").split()


def test_the_map_is_true_to_scale() -> None:
    (outline,) = of_class(picture_of(ZONE), "outline")
    xs = [float(one) for one in re.findall(r"[ML]([\d.]+) ", outline.get("d", ""))]
    assert (max(xs) - min(xs)) / (413 / 2 / 6000) == pytest.approx(2195, rel=0.005)  # metres of 0.02 degrees there
    (scale,) = of_class(picture_of(ZONE), "scale-text")[:1]
    assert scale.text == "2 km"


def test_labels_of_the_map_do_not_cover_each_other() -> None:
    others = [Other(f"Cụm {n}", "industrial_cluster", 106.01 + n / 5000, 9.53) for n in range(20)]
    root = picture_of(replace(ZONE, others=others))
    assert len(of_class(root, "other-name")) < 3
    assert len(of_class(root, "symbol")) == 21  # but every zone is there


def test_context_and_lots_are_drawn_and_hostile_names_stay_texts() -> None:
    units = [Unit("commune", HOSTILE, SQUARE, 106.05, 9.55), Unit("province", "Cần Thơ", SQUARE)]
    root = picture_of(replace(ZONE, name=HOSTILE, units=units, lots=[Lot("available", SQUARE), Lot(None, SQUARE)]))
    assert [one.get("class") for one in of_class(root, "lot")] == ["lot available", "lot unstated"]
    assert [one.get("class") for one in root if one.get("class") in ("province", "commune")] == ["province", "commune"]
    assert not list(root.iter("script"))
    assert [one.text for one in root.iter() if one.get("id") == "map-title"] == [HOSTILE]


def typeface(*subsets: str) -> Typeface:
    ranges = json.loads((INTER / "unicode.json").read_text(encoding="utf-8"))
    return Typeface([
        Piece((INTER / "files" / f"inter-{one}-wght-normal.woff2").read_bytes(), ranges[one])
        for one in subsets or ("latin", "vietnamese", "latin-ext")
    ])  # fmt: skip


ALPHABET = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"


def missing(face: Typeface, text: str) -> list[str]:
    """The letters that would be drawn as the box of a missing one."""
    found = []
    for place, run in face.runs(text):
        content = io.BytesIO(face.pieces[place].content)
        font = ImageFont.truetype(content, 40, layout_engine=ImageFont.Layout.BASIC)  # that puts no letters together
        box = bytes(font.getmask("\uffff"))
        found += [letter for letter in run if letter.strip() and bytes(font.getmask(letter)) == box]
    return found


def test_every_letter_of_vietnamese_is_drawn() -> None:
    face, text = typeface(), ALPHABET + ALPHABET.upper() + "0123456789 .,;:()–%₫·"
    assert missing(face, text) == []
    assert missing(typeface("latin"), "Khu công nghiệp Trần Đề") == ["ệ", "ầ", "Đ", "ề"]


def test_a_text_is_cut_into_runs_by_letter_and_its_marks_are_joined_first() -> None:
    face = typeface()
    assert face.runs("Trần") == [(0, "Tr"), (1, "ầ"), (0, "n")]
    assert face.runs("Tra\u0302\u0300n") == face.runs("Trần")
    whole = face.length("Trần", 40, 400)
    assert whole == pytest.approx(sum(face.length(one, 40, 400) for one in "Trần"), rel=0.05)


def test_long_texts_are_wrapped_and_cut() -> None:
    face = typeface()
    lines = face.wrapped("Khu công nghiệp " * 40, 60, 700, 690, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(face.length(one, 60, 700) <= 690 for one in lines)
    assert face.length(face.wrapped("x" * 5000, 60, 700, 690, 3)[0], 60, 700) <= 690


def test_a_picture_is_drawn_of_anything() -> None:
    figures = [Figure("Declared area", "1,106.5 ha", "as of 2020"), Figure("Fill rate", "Not stated", "", False)]
    for name in ("", HOSTILE * 20, "漢字 🏭", "x" * 3000):
        picture = Picture(
            "Register", "Industrial park", name, name, figures, 106, 9.5, [SQUARE], (106, 9.5, 106.1, 9.6)
        )
        assert draw_picture(picture, typeface()).startswith(b"\x89PNG")
    assert draw_picture(Picture("Register", "", "Zone", "", (), 0, 0), typeface())


@pytest.mark.parametrize(("highest", "written"), [
    (20.6, ["0%", "5%", "10%", "15%", "20%", "25%"]), (43.0, ["0%", "10%", "20%", "30%", "40%", "50%"]),
    (96.5, ["0%", "25%", "50%", "75%", "100%"]), (14.8, ["0%", "5%", "10%", "15%"]),
])  # fmt: skip
def test_the_axis_has_round_figures(highest: float, written: list[str]) -> None:
    root = drawn(Trajectory("", "", [Observation(highest, edtf("2020"))], [], top=0.0))
    said = [one.text for one in of_class(root, "axis") if one.get("text-anchor") == "end"]
    assert said == written


def test_two_demands_of_one_year_that_are_close_do_not_cover_each_other() -> None:
    targets = [Target(value, edtf("2016/2020")) for value in (13.88, 14.84)]
    root = drawn(Trajectory("", "", [Observation(13.2, edtf("2016/2020"))], targets, top=0.0))
    one, other = of_class(root, "target-label")
    apart = abs(float(one.get("x", "")) - float(other.get("x", "")))
    assert apart >= 8 or abs(float(one.get("y", "")) - float(other.get("y", ""))) >= 14
