"""Tile matrix sets: how the plane is cut into tiles at each zoom, as OGC 17-083r4 defines the two that are served.

Rows count from the north, columns from the west, both from 0. A zoom is the number of a tile matrix.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from gis.crs import CRS84, WEB_MERCATOR, Crs

EARTH = 6378137.0  # metres, the equatorial radius of WGS 84
METRES_PER_DEGREE = math.pi * EARTH / 180
PIXEL = 0.00028  # metres, of the screen that scale denominators are reckoned for
CELLS = 256  # a side of a tile, in such pixels
MERCATOR_END = 85.06  # degrees of latitude
URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
SCALES = "http://www.opengis.net/def/wkss/OGC/1.0/"


class Rectangle(NamedTuple):
    """An area in the units of a CRS, easting or longitude first."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, margin: float) -> "Rectangle":
        return Rectangle(self.west - margin, self.south - margin, self.east + margin, self.north + margin)


class Limits(NamedTuple):
    """The first and last row and column of a tile matrix that there are tiles of."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, eq=False)
class TileMatrixSet:
    """`west`, `north` and `side`, the side of a tile at zoom 0, are in the units of `crs`; `columns` is of zoom 0,
    where there is one row; `levels` is the number of zooms; `unit` is one of the CRS's units in metres.
    """

    name: str
    title: str
    crs: Crs
    axes: tuple[str, str]
    scales: str
    west: float
    north: float
    side: float
    columns: int
    levels: int
    unit: float

    @property
    def uri(self) -> str:
        return URI + self.name

    def tile_side(self, zoom: int) -> float:
        return self.side / (1 << zoom)

    def whole(self, zoom: int) -> Limits:
        """All of a tile matrix."""
        return Limits(0, (1 << zoom) - 1, 0, (self.columns << zoom) - 1)

    def tile(self, zoom: int, row: int, column: int) -> Rectangle:
        """The area of a tile."""
        side = self.tile_side(zoom)
        west, north = self.west + column * side, self.north - row * side
        return Rectangle(west, north - side, west + side, north)

    def limits(self, zoom: int, area: Rectangle) -> Limits:
        """The tiles that an area of this CRS meets."""
        side, most = self.tile_side(zoom), self.whole(zoom)
        rows = [math.floor((self.north - y) / side) for y in (area.north, area.south)]
        columns = [math.floor((x - self.west) / side) for x in (area.west, area.east)]
        first_row, last_row = (max(0, min(most.last_row, one)) for one in rows)
        first_column, last_column = (max(0, min(most.last_column, one)) for one in columns)
        return Limits(first_row, last_row, first_column, last_column)

    def scale_denominator(self, zoom: int) -> float:
        return self.tile_side(zoom) / CELLS * self.unit / PIXEL

    def document(self) -> dict[str, object]:
        """The definition as JSON, by the schema of OGC 17-083r4."""
        return {
            "id": self.name, "title": self.title, "uri": self.uri, "crs": self.crs.uri, "orderedAxes": self.axes,
            "wellKnownScaleSet": self.scales,
            "tileMatrices": [
                {
                    "id": str(zoom), "scaleDenominator": self.scale_denominator(zoom),
                    "cellSize": self.tile_side(zoom) / CELLS, "cornerOfOrigin": "topLeft",
                    "pointOfOrigin": [self.west, self.north], "tileWidth": CELLS, "tileHeight": CELLS,
                    "matrixWidth": self.columns << zoom, "matrixHeight": 1 << zoom,
                }
                for zoom in range(self.levels)
            ],
        }  # fmt: skip


HALF = math.pi * EARTH
WEB_MERCATOR_QUAD = TileMatrixSet(
    "WebMercatorQuad", "Google Maps Compatible for the World", WEB_MERCATOR, ("X", "Y"),
    SCALES + "GoogleMapsCompatible", -HALF, HALF, 2 * HALF, columns=1, levels=25, unit=1.0,
)  # fmt: skip
WORLD_CRS84_QUAD = TileMatrixSet(
    "WorldCRS84Quad", "CRS84 for the World", CRS84, ("Lon", "Lat"),
    SCALES + "GoogleCRS84Quad", -180.0, 90.0, 180.0, columns=2, levels=24, unit=METRES_PER_DEGREE,
)  # fmt: skip
TILE_MATRIX_SETS = {one.name: one for one in (WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD)}


def to_mercator(area: Rectangle) -> Rectangle:
    """An area in degrees as one in metres of EPSG:3857, which ends at 85.06 degrees."""
    south, north = (
        EARTH * math.asinh(math.tan(math.radians(max(-MERCATOR_END, min(MERCATOR_END, latitude)))))
        for latitude in (area.south, area.north)
    )
    return Rectangle(area.west * METRES_PER_DEGREE, south, area.east * METRES_PER_DEGREE, north)


def to_degrees(area: Rectangle) -> Rectangle:
    """An area of EPSG:3857 in degrees."""
    south, north = (math.degrees(math.atan(math.sinh(y / EARTH))) for y in (area.south, area.north))
    return Rectangle(area.west / METRES_PER_DEGREE, south, area.east / METRES_PER_DEGREE, north)
