"""What a corner table says, as read: nothing moved, nothing mended."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from gis.crs import Crs
from gis.issues import Issue
from gis.shapes import SQUARE_METRES_PER_HA

Unit = Literal["metre", "degree"]


@dataclass(frozen=True)
class Corner:
    """One corner as written. x: the column of northings (or latitudes), y: of eastings (or longitudes), by their
    headings; the solver finds whether they are.

    row: line of the text or row of the sheet, from 1. label: its own number. side: the stated length in metres to the
    next corner, which stands in row `side_row`. cells: the row as it came.
    """

    row: int
    label: str
    x: float
    y: float
    side: float | None = None
    side_row: int | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ring:
    """Corners in their order, the first not repeated. is_hole: None where the table does not say.

    closing: the row that repeated the first corner.
    """

    corners: tuple[Corner, ...]
    title: str = ""
    is_hole: bool | None = None
    closing: Corner | None = None

    @property
    def row(self) -> int:
        return self.corners[0].row


@dataclass(frozen=True)
class Stated:
    """An area (m²) or perimeter (m) that the table states, and where.

    ring: the number of the ring that it is of, from 0; None for the whole. has_unit: whether its unit was written.
    other: what the number is where its sign is one of thousands (120.000), None where that is clear.
    """

    value: float
    row: int
    ring: int | None = None
    has_unit: bool = True
    other: float | None = None

    def nearest(self, computed: float) -> float:
        """Of the ways to read an area the one that comes nearest to what the coordinates give."""
        ways = [self.value, *([] if self.other is None else [self.other])]
        if not self.has_unit:
            ways += [way * SQUARE_METRES_PER_HA for way in ways]
        return min(ways, key=lambda way: abs(way - computed))

    def nearest_length(self, computed: float) -> float:
        """The same of a length, whose unit is always metres."""
        return min((one for one in (self.value, self.other) if one is not None), key=lambda one: abs(one - computed))


@dataclass(frozen=True)
class Column:
    """A column as understood."""

    role: str
    heading: str


@dataclass(frozen=True)
class CornerTable:
    """A table as understood.

    decimals, side_decimals: digits behind the decimal sign that coordinates and sides are written with. prefix: the
    digits before the easting that name its zone (48, 481, ...), which `x` and `y` still have. meridian (degrees), width
    and crs: what the text itself names. ignored: lines that say nothing of corners, with their rows.
    """

    rings: tuple[Ring, ...]
    unit: Unit = "metre"
    columns: tuple[Column, ...] = ()
    areas: tuple[Stated, ...] = ()
    perimeters: tuple[Stated, ...] = ()
    decimals: int = 0
    side_decimals: int = 0
    meridian: float | None = None
    width: int | None = None
    crs: Crs | None = None
    sheet: str | None = None
    ignored: tuple[tuple[int, str], ...] = ()
    issues: tuple[Issue, ...] = dataclasses.field(default=())

    @property
    def corners(self) -> tuple[Corner, ...]:
        """Of all rings, in the order of the table."""
        return tuple(corner for ring in self.rings for corner in ring.corners)

    @property
    def area(self) -> Stated | None:
        """The one stated area of the whole."""
        return next((one for one in self.areas if one.ring is None), None)

    @property
    def area_ha(self) -> float | None:
        """The stated area of the whole, in hectares."""
        return self.area.value / SQUARE_METRES_PER_HA if self.area else None

    @property
    def perimeter(self) -> Stated | None:
        """The one stated perimeter of the whole."""
        return next((one for one in self.perimeters if one.ring is None), None)
