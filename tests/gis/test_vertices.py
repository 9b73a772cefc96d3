"""Outlines that come back: what nobody moved keeps its bits."""

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon

from gis.crs import ALL, Crs, by_epsg, from_wgs84, to_wgs84
from gis.errors import OutsideArea
from gis.shapes import disc
from gis.vertices import are_same, restored

STORED = disc(106.1675, 9.5482, 160.0)
TM3 = by_epsg(9209)


def shifted(crs: Crs) -> MultiPolygon:
    return shapely.transform(STORED, lambda points: from_wgs84(points, crs))


@pytest.mark.parametrize("crs", ALL, ids=lambda crs: crs.code)
def test_an_outline_that_nobody_moved_has_its_stored_bits(crs: Crs) -> None:
    given = shapely.transform(shifted(crs), lambda points: np.round(points, 4 if crs.is_projected else 9))
    found = restored(given, crs, STORED, shifted(crs))
    assert found.wkb == STORED.wkb


def test_only_the_vertex_that_was_moved_is_another() -> None:
    points = shapely.get_coordinates(shifted(TM3))
    points[5] += (1.5, -0.25)
    found = shapely.get_coordinates(restored(MultiPolygon([Polygon(points)]), TM3, STORED, shifted(TM3)))
    stored = shapely.get_coordinates(STORED)
    assert [place for place in range(len(points)) if tuple(found[place]) != tuple(stored[place])] == [5]
    assert np.abs(found[5] - to_wgs84(points[5:6], TM3)[0]).max() <= 5e-10
    assert (found[5] == np.round(found[5], 9)).all()


def test_a_vertex_a_millimetre_away_is_another() -> None:
    points = shapely.get_coordinates(shifted(TM3)) + 0.001
    found = restored(MultiPolygon([Polygon(points)]), TM3, STORED, shifted(TM3))
    assert not are_same(found, STORED)


def test_without_a_stored_outline_it_is_reckoned() -> None:
    found = restored(shifted(TM3), TM3, None, None)
    assert np.abs(shapely.get_coordinates(found) - shapely.get_coordinates(STORED)).max() < 1e-8


def test_swapped_coordinates_are_refused() -> None:
    swapped = shapely.transform(shifted(TM3), lambda points: points[:, ::-1])
    with pytest.raises(OutsideArea):
        restored(swapped, TM3, STORED, shifted(TM3))


def test_the_same_outline_may_start_elsewhere_and_run_the_other_way() -> None:
    (part,) = STORED.geoms
    points = list(part.exterior.coords)[:-1]
    turned = Polygon((points[7:] + points[:7])[::-1])
    assert are_same(turned, STORED)
    assert not are_same(Polygon(points[1:]), STORED)
    assert not are_same(Point(1, 2), STORED)
