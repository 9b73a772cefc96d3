"""Whatever polygon, layout and locale: the same outline within 1 mm; and written in any zone it comes back."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon

from gis.corners import read, tabulated, write_csv, write_xlsx
from gis.crs import VN2000_ALL, Crs, Points, by_epsg, from_wgs84, round_degrees, to_wgs84
from gis.errors import GisError, NotVn2000
from tests.gis.corners.ground import province, solved

MILLIMETRE = 1e-3
SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
ZONES = [5897, 9209, 9210, 3405, 9208]


@st.composite
def stars(draw: st.DrawFn) -> Points:
    """A ring in metres around 0, 0: corners at growing angles, so that it never crosses itself."""
    count = draw(st.integers(4, 24))
    turn = draw(st.floats(0, 2 * math.pi))
    jitter = draw(st.lists(st.floats(-0.3, 0.3), min_size=count, max_size=count))
    radii = draw(st.lists(st.floats(60, 2_000), min_size=count, max_size=count))
    angles = turn + (np.arange(count) + np.array(jitter)) * 2 * math.pi / count
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None]
    return ring if draw(st.booleans()) else ring[::-1]


places = st.tuples(st.floats(105.65, 105.95), st.floats(9.62, 9.85))  # well inside today's Cần Thơ


@dataclass(frozen=True)
class Layout:
    separator: str
    decimal: str
    group: str
    heading: str
    sides: str
    closes: bool
    label: str

    def number(self, value: float, decimals: int) -> str:
        text = f"{value:,.{decimals}f}".replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)
        return f'"{text}"' if self.separator in text and self.separator != " " else text

    def text(self, ring: Points, decimals: int) -> str:
        """The table of a ring of easting, northing."""
        sides = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
        lines = [self.heading.replace("|", self.separator)] if self.heading else []
        places = [*range(len(ring)), *([0] if self.closes else [])]
        for place, number in enumerate(places):
            east, north = ring[number]
            cells = [f"{self.label}{number + 1}", self.number(north, decimals), self.number(east, decimals)]
            if self.sides == "behind" and place < len(ring):
                cells.append(self.number(sides[number], 2))
            lines.append(self.separator.join(cells))
            if self.sides == "between" and place < len(ring):
                lines.append(self.separator.join(["", "", "", self.number(sides[number], 2)]))
        return "\n".join(lines)


HEADINGS = ("", "Số hiệu điểm|X(m)|Y(m)|S/Cạnh(m)", "Point|Northing|Easting|Distance", "STT|X|Y|S (m)")


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    separator = draw(st.sampled_from(["\t", ";", "|", ",", " "]))
    decimal, group = draw(st.sampled_from([
        (".", ""), (",", ""), (".", ","), (",", "."), (",", "\u00a0"), (".", "\u202f"),
    ]))  # fmt: skip
    if separator in (decimal, group) and separator == "," and decimal == ",":
        decimal, group = ".", ""
    heading = draw(st.sampled_from(HEADINGS))
    sides = draw(st.sampled_from(["none", "behind", "between"]))
    if sides == "between" and (separator == " " or not heading):
        sides = "behind"
    return Layout(
        separator, decimal, group, heading, sides, draw(st.booleans()), draw(st.sampled_from(["", "M", "RG-"]))
    )


@settings(max_examples=150, **SLOW)  # type: ignore[arg-type]
@given(stars(), places, layouts(), st.sampled_from(ZONES), st.integers(1, 4))
def test_a_table_in_any_layout_gives_its_outline(
    star: Points, place: tuple[float, float], layout: Layout, epsg: int, decimals: int
) -> None:
    crs = by_epsg(epsg)
    ring = np.round(from_wgs84([place], crs)[0] + star, decimals)
    found = solved(layout.text(ring, decimals), stated=province("Cần Thơ"), crs=crs)
    assert found.outline is not None
    assert found.issues == ()
    expected = Polygon(to_wgs84(ring, crs))
    assert apart(found.outline, MultiPolygon([expected])) < MILLIMETRE
    assert found.sides[0] == pytest.approx(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T))


def apart(one: MultiPolygon, other: MultiPolygon) -> float:
    """The farthest that a corner of one is from the nearest of the other, in metres."""
    crs = by_epsg(9209)
    mine, theirs = (from_wgs84(shapely.get_coordinates(outline), crs) for outline in (one, other))
    tree = shapely.STRtree(shapely.points(theirs))
    assert len(np.unique(mine, axis=0)) == len(np.unique(theirs, axis=0))
    return float(tree.query_nearest(shapely.points(mine), return_distance=True, all_matches=False)[1].max())


@st.composite
def outlines(draw: st.DrawFn) -> MultiPolygon:
    """One to three parts beside each other, each with up to two holes, near Sóc Trăng."""
    lon, lat = draw(places)
    parts = []
    for number in range(draw(st.integers(1, 3))):
        east, north = from_wgs84([(lon, lat)], by_epsg(9209))[0] + [5_000 * number, 0]
        whole = draw(stars()) + np.array([east, north])
        inner = [
            Polygon(draw(stars()) * 0.002 + np.array([east + by, north])) for by in (-12, 12)[: draw(st.integers(0, 2))]
        ]  # at most 4 m wide, so well inside
        rings = [to_wgs84(np.asarray(one.exterior.coords), by_epsg(9209)) for one in inner]
        parts.append(Polygon(round_degrees(to_wgs84(whole, by_epsg(9209))), [round_degrees(one) for one in rings]))
    return MultiPolygon(parts)


# A hole whose corners are 0.12 m apart, which in degrees is a millionth.
SMALL = ([(105.8406, 9.7499), (105.8411, 9.7504), (105.8417, 9.7499), (105.8411, 9.7494)], [[
    (105.841038441, 9.749920159), (105.841037348, 9.74992016), (105.841036802, 9.7499211),
    (105.84103735, 9.749922039), (105.841038443, 9.749922038), (105.841038989, 9.749921098),
]])  # fmt: skip


@settings(max_examples=25, **SLOW)  # type: ignore[arg-type]
@given(outlines(), st.sampled_from(VN2000_ALL), st.sampled_from(["csv", "xlsx"]))
@example(MultiPolygon([Polygon(*SMALL)]), by_epsg(4756), "csv")
def test_a_file_of_an_outline_gives_it_back(outline: MultiPolygon, crs: Crs, format: str) -> None:
    write = write_csv if format == "csv" else write_xlsx
    found = solved(write(tabulated(outline, crs), ["Khu công nghiệp Trần Đề"]), stated=())
    assert found.chosen is not None and found.chosen.crs is crs
    assert found.issues == ()
    assert found.outline is not None
    assert [len(part.interiors) for part in found.outline.geoms] == [len(part.interiors) for part in outline.geoms]
    assert apart(found.outline, outline) < MILLIMETRE


def test_writing_and_reading_again_and_again_does_not_drift() -> None:
    first = MultiPolygon([Polygon(round_degrees(to_wgs84([(551600.5, 1061900.25), (551900, 1061900), (551700, 1062500)],
                                                         by_epsg(9209))))])  # fmt: skip
    outline = first
    for _ in range(20):
        again = solved(write_csv(tabulated(outline, by_epsg(5897)), []), stated=()).outline
        assert again is not None
        outline = again
    assert apart(outline, first) < MILLIMETRE / 5


def test_a_table_is_written_in_vn2000_only() -> None:
    with pytest.raises(NotVn2000):
        tabulated(MultiPolygon([Polygon([(106, 10), (106.1, 10), (106, 10.1)])]), by_epsg(3857))


@settings(max_examples=300, **SLOW)  # type: ignore[arg-type]
@given(st.text(st.sampled_from("0123456789.,;|\t \n\"'=-XYSE°mM\u00a0Khuđiện") | st.characters(), max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = solved(text)
    except GisError:
        return
    assert (found.outline is None) == (found.chosen is None or found.outline is None)
    for issue in found.issues:
        assert issue.document()["message"]


cells = (
    st.sampled_from(["1", "2", "M3", "", "Khu A", "Lỗ 1"]),
    st.sampled_from(["1061900.25", "1.062.300,5", "551600", "1O6", "", "9e9", "48551600.5", "nan", "-1061900"])
    | st.text(max_size=8),
    st.sampled_from(["551600.5", "551.900,5", "1062300", "482606600", "", "0", "99999999999"]),
    st.sampled_from(["", "400", "300,00", "1e308"]),
)


@settings(max_examples=200, **SLOW)  # type: ignore[arg-type]
@given(st.lists(st.tuples(*cells), max_size=12), st.sampled_from(["\t", ";", " ", "|"]))
def test_any_table_is_solved_or_refused(lines: list[tuple[str, ...]], separator: str) -> None:
    text = "STT X Y S\n".replace(" ", separator) + "\n".join(separator.join(line) for line in lines)
    try:
        found = solved(text)
    except GisError:
        return
    for issue in found.issues:
        assert issue.document()["message"]


@settings(max_examples=100, **SLOW)  # type: ignore[arg-type]
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0"):
        try:
            read(start + data)
        except GisError:
            continue
