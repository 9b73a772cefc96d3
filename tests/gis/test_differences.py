"""What one outline gains and loses against another, and which corners are new, gone or moved."""

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Polygon

from gis.differences import difference
from gis.shapes import GEOD, geodesic_area_m2

RING = [(106.0, 9.6), (106.01, 9.6), (106.01, 9.61), (106.0, 9.61)]


def outline(*ring: tuple[float, float], holes: tuple[list[tuple[float, float]], ...] = ()) -> MultiPolygon:
    return MultiPolygon([Polygon(ring, holes)])


def test_a_moved_corner_is_one_corner_with_its_way() -> None:
    found = difference(outline(*RING), outline(RING[0], (106.0102, 9.6), *RING[2:]))
    (corner,) = found.corners
    assert (corner.before, corner.after) == ((106.01, 9.6), (106.0102, 9.6))
    assert corner.moved_m == pytest.approx(GEOD.inv(106.01, 9.6, 106.0102, 9.6)[2])
    assert found.lost_m2 == 0
    assert found.gained_m2 == pytest.approx(0.5 * corner.moved_m * GEOD.inv(106.01, 9.6, 106.01, 9.61)[2], rel=1e-3)


def test_added_and_removed_corners_and_the_inverse() -> None:
    before, after = outline(*RING), outline(*RING, (105.995, 9.605))
    found = difference(before, after)
    assert [(one.before, one.after) for one in found.corners] == [(None, (105.995, 9.605))]
    back = difference(after, before)
    assert (back.gained_m2, back.lost_m2) == (found.inverse.gained_m2, found.inverse.lost_m2)
    assert back.corners == found.inverse.corners


def test_the_same_outline_otherwise_begun_has_no_difference() -> None:
    found = difference(outline(*RING), outline(*RING[2:], *RING[:2]))
    assert (found.gained_m2, found.lost_m2, found.corners) == (0, 0, ())


def test_from_nothing_and_to_nothing() -> None:
    found = difference(None, outline(*RING))
    assert found.gained_m2 == pytest.approx(geodesic_area_m2(outline(*RING)))
    assert [one.before for one in found.corners] == [None] * 4
    assert difference(outline(*RING), None).lost_m2 == found.gained_m2


def test_a_new_hole_is_land_lost() -> None:
    hole = [(106.004, 9.604), (106.006, 9.604), (106.006, 9.606), (106.004, 9.606)]
    found = difference(outline(*RING), outline(*RING, holes=(hole,)))
    assert found.gained_m2 == 0
    assert found.lost_m2 == pytest.approx(geodesic_area_m2(outline(*hole)))
    assert len(found.corners) == 4


def test_the_nearest_in_metres_is_not_the_nearest_in_degrees() -> None:
    """A degree of longitude is shorter than one of latitude, the more the farther north."""
    ring = [(106.0, 22.5), (106.01, 22.5), (106.01, 22.51), (106.0, 22.51)]
    east, north = (106.000205, 22.5), (106.0, 22.500195)  # 21.1 m and 21.6 m away, more degrees and fewer
    (moved,) = [one for one in difference(outline(*ring), outline(east, *ring[1:], north)).corners if one.moved_m]
    assert (moved.before, moved.after) == (ring[0], east)


def test_a_corner_farther_away_than_said_did_not_move() -> None:
    moved = outline(RING[0], (106.0102, 9.6), *RING[2:])
    way = GEOD.inv(106.01, 9.6, 106.0102, 9.6)[2]
    for near_m, pairs in ((way + 0.001, 1), (way - 0.001, 2)):
        assert len(difference(outline(*RING), moved, near_m=near_m).corners) == pairs


def test_corners_of_large_outlines_are_paired_too() -> None:
    angles = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    ring = [(106 + 0.01 * np.cos(one), 9.6 + 0.01 * np.sin(one)) for one in angles]
    moved = [(x + 1e-7, y) for x, y in ring]
    found = difference(outline(*ring), outline(*moved)).corners
    assert [(one.before, one.after) for one in found] == list(zip(ring, moved, strict=True))
    assert {round(one.moved_m or 0, 3) for one in found} == {0.011}
