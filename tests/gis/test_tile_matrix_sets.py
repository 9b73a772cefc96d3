"""Tile matrix sets against the numbers of OGC 17-083r4 (annexes D.1 and D.3), and the arithmetic of tiles."""

import pytest

from gis.crs import WEB_MERCATOR, from_wgs84
from gis.tile_matrix_sets import (
    TILE_MATRIX_SETS,
    WEB_MERCATOR_QUAD,
    WORLD_CRS84_QUAD,
    Limits,
    Rectangle,
    TileMatrixSet,
    to_degrees,
    to_mercator,
)

# Zoom: scale denominator, size of a cell, columns, rows.
PUBLISHED = {
    "WebMercatorQuad": {
        0: (559082264.028717, 156543.033928041, 1, 1),
        5: (17471320.7508974, 4891.96981025128, 32, 32),
        24: (33.3238997476528, 0.0093306919293428, 16777216, 16777216),
    },
    "WorldCRS84Quad": {
        0: (279541132.014358, 0.703125, 2, 1),
        9: (545978.773465544, 0.001373291015625, 1024, 512),
        23: (33.3238997476528, 0.00000008381903171539, 16777216, 8388608),
    },
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_definition_is_the_published_one(name: str) -> None:
    document = TILE_MATRIX_SETS[name].document()
    matrices = document["tileMatrices"]
    assert isinstance(matrices, list)
    assert len(matrices) == max(PUBLISHED[name]) + 1
    assert document["uri"] == f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{name}"
    for zoom, (scale, cell, columns, rows) in PUBLISHED[name].items():
        one = matrices[zoom]
        assert one["id"] == str(zoom)
        assert (one["scaleDenominator"], one["cellSize"]) == pytest.approx((scale, cell), rel=1e-12)
        assert (one["matrixWidth"], one["matrixHeight"]) == (columns, rows)


def test_origins_are_the_upper_left_corners() -> None:
    assert (WORLD_CRS84_QUAD.west, WORLD_CRS84_QUAD.north) == (-180, 90)
    assert WEB_MERCATOR_QUAD.west == pytest.approx(-20037508.3427892, abs=1e-7)
    assert WEB_MERCATOR_QUAD.north == pytest.approx(20037508.3427892, abs=1e-7)


@pytest.mark.parametrize(
    ("grid", "zoom", "row", "column", "expected"),
    [
        (WORLD_CRS84_QUAD, 0, 0, 1, Rectangle(0, -90, 180, 90)),
        (WORLD_CRS84_QUAD, 1, 0, 3, Rectangle(90, 0, 180, 90)),
        (WORLD_CRS84_QUAD, 2, 1, 6, Rectangle(90, 0, 135, 45)),
    ],
)
def test_rows_count_from_the_north(grid: TileMatrixSet, zoom: int, row: int, column: int, expected: Rectangle) -> None:
    assert grid.tile(zoom, row, column) == expected


@pytest.mark.parametrize("grid", TILE_MATRIX_SETS.values(), ids=lambda grid: grid.name)
@pytest.mark.parametrize("zoom", [0, 3, 12])
def test_an_area_lies_in_the_tiles_of_its_limits(grid: TileMatrixSet, zoom: int) -> None:
    degrees = Rectangle(104.4, 8.5, 106.3, 10.9)
    area = degrees if grid is WORLD_CRS84_QUAD else to_mercator(degrees)
    first_row, last_row, first_column, last_column = grid.limits(zoom, area)
    upper_left, lower_right = grid.tile(zoom, first_row, first_column), grid.tile(zoom, last_row, last_column)
    assert upper_left.west <= area.west < upper_left.east
    assert upper_left.south < area.north <= upper_left.north
    assert lower_right.west <= area.east < lower_right.east
    assert lower_right.south < area.south <= lower_right.north


def test_limits_end_with_the_matrix() -> None:
    assert WEB_MERCATOR_QUAD.limits(1, Rectangle(-1e9, -1e9, 1e9, 1e9)) == Limits(0, 1, 0, 1)
    assert WORLD_CRS84_QUAD.limits(1, Rectangle(-999, -999, 999, 999)) == WORLD_CRS84_QUAD.whole(1)


def test_the_way_to_mercator_and_back_is_that_of_proj() -> None:
    degrees = Rectangle(104.4, 8.5, 106.3, 10.9)
    metres = to_mercator(degrees)
    (west, south), (east, north) = from_wgs84([degrees[:2], degrees[2:]], WEB_MERCATOR)
    assert metres == pytest.approx((west, south, east, north), abs=1e-6)
    assert to_degrees(metres) == pytest.approx(degrees, abs=1e-12)
    assert to_mercator(Rectangle(-180, -90, 180, 90)).north < 20_100_000
