"""An outline as a corner table in any VN-2000 zone, in the usual layout: number, X, Y, S, then perimeter and area.

Coordinates have a tenth of a millimetre, and are those that lead back to the outline's own longitudes and latitudes:
reading the file again gives the same outline within 1 mm. Rings end with their first corner once more; parts and holes
have titles that the reading knows.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from gis.corners.checks import ring_area_m2, side_lengths
from gis.corners.meridians import spoken
from gis.crs import Crs, Points, from_wgs84, to_wgs84
from gis.errors import NotVn2000
from gis.formats.delimited import guarded, quoted
from gis.issues import N_
from gis.receipts import code
from gis.shapes import SQUARE_METRES_PER_HA

METRE_DECIMALS, DEGREE_DECIMALS, SIDE_DECIMALS = 4, 9, 2
Gettext = Callable[[str], str]
Value = str | float | None


@dataclass(frozen=True)
class WrittenRing:
    """A ring of a part (from 1); hole: its number in that part, 0 for the part's own ring. first: its first label.

    points: easting, northing (lon, lat in degrees), rounded, shape (n, 2), the first not repeated. sides in metres.
    """

    part: int
    hole: int
    first: int
    points: Points
    sides: tuple[float, ...]


@dataclass(frozen=True)
class Written:
    """A corner table to be written. area_ha and perimeter_m: in the plane of `crs` (on the ellipsoid in degrees)."""

    crs: Crs
    rings: tuple[WrittenRing, ...]
    area_ha: float
    perimeter_m: float

    @property
    def has_titles(self) -> bool:
        return len(self.rings) > 1


def tabulated(outline: MultiPolygon, crs: Crs) -> Written:
    """The corners of an outline in WGS 84 lon, lat. Raises NotVn2000, OutsideArea."""
    if not crs.is_vn2000:
        raise NotVn2000(crs=code(crs))
    decimals = METRE_DECIMALS if crs.is_projected else DEGREE_DECIMALS
    unit = "metre" if crs.is_projected else "degree"
    rings: list[WrittenRing] = []
    area, first = 0.0, 1
    for part, polygon in enumerate(outline.geoms, 1):
        for hole, ring in enumerate((polygon.exterior, *polygon.interiors)):
            points = np.round(led_back(shapely.get_coordinates(ring)[:-1], crs), decimals)
            rings.append(WrittenRing(part, hole, first, points, tuple(side_lengths(points, unit))))
            area += ring_area_m2(points, unit) * (-1 if hole else 1)
            first += len(points)
    return Written(crs, tuple(rings), area / SQUARE_METRES_PER_HA, sum(sum(ring.sides) for ring in rings))


def led_back(lonlat: Points, crs: Crs) -> Points:
    """The points of `crs` that `to_wgs84` leads to these longitudes and latitudes: the plain way there and back would
    be up to a millimetre off, because heights are taken as 0 on both sides.
    """
    aimed = lonlat
    points = from_wgs84(aimed, crs)
    for _ in range(3):
        aimed = aimed + (lonlat - to_wgs84(points, crs))
        points = from_wgs84(aimed, crs)
    return points


def lines(table: Written, about: Sequence[str], gettext: Gettext = str) -> Iterator[list[Value]]:
    """The rows of the file. about: what stands above the table, one text a row."""
    _ = gettext
    for text in about:
        yield [text]
    yield [system(table.crs, _)]
    names = [N_("X (m)"), N_("Y (m)")] if table.crs.is_projected else [N_("Latitude (°)"), N_("Longitude (°)")]
    yield [_(N_("Corner no.")), *(_(name) for name in names), _(N_("S (m)"))]
    for ring in table.rings:
        if table.has_titles:
            yield [title(ring, _)]
        count = len(ring.points)
        for place in range(count + 1):
            east, north = ring.points[place % count].tolist()
            side = round(ring.sides[place], SIDE_DECIMALS) if place < count else None
            yield [str(ring.first + place % count), north, east, side]
    yield [_(N_("Perimeter (m)")), round(table.perimeter_m, SIDE_DECIMALS)]
    yield [_(N_("Area (m²)")), round(table.area_ha * SQUARE_METRES_PER_HA, SIDE_DECIMALS)]
    yield [_(N_("Area (ha)")), round(table.area_ha, 4)]


def system(crs: Crs, gettext: Gettext = str) -> str:
    """The line that names the coordinate system, which the reading understands."""
    if crs.central_meridian is None:
        return gettext(N_("Coordinate system: {name} ({code})")).format(name=crs.name, code=code(crs))
    message = N_("Coordinate system: {name} ({code}), central meridian {meridian}, zone of {width}°")
    facts = {"meridian": spoken(crs.central_meridian), "width": crs.zone_width}
    return gettext(message).format(name=crs.name, code=code(crs), **facts)


def title(ring: WrittenRing, gettext: Gettext = str) -> str:
    if ring.hole:
        return gettext(N_("Hole {hole} in part {part}")).format(hole=ring.hole, part=ring.part)
    return gettext(N_("Part {part}")).format(part=ring.part)


def write_csv(table: Written, about: Sequence[str], gettext: Gettext = str) -> bytes:
    """UTF-8 with a byte order mark, commas, decimal points, lines ended by CR LF. No cell runs as a formula."""
    decimals = METRE_DECIMALS if table.crs.is_projected else DEGREE_DECIMALS

    def cell(place: int, value: Value, width: int) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return value if value.isdigit() else quoted(guarded(value))
        return f"{value:.{decimals}f}" if place in (1, 2) and width == 4 else f"{value:.{places_of(width)}f}"

    rows = (",".join(cell(place, value, len(row)) for place, value in enumerate(row)) + "\r\n"
            for row in lines(table, about, gettext))  # fmt: skip
    return ("\ufeff" + "".join(rows)).encode()


def places_of(width: int) -> int:
    """Digits of a side (in a row of four) or of a figure of the whole."""
    return SIDE_DECIMALS if width == 4 else 4


def write_xlsx(table: Written, about: Sequence[str], gettext: Gettext = str) -> bytes:
    """One sheet; numbers are numbers, titles are merged over the table's width."""
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    decimals = METRE_DECIMALS if table.crs.is_projected else DEGREE_DECIMALS
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet(gettext(N_("Corners")))
        bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "border": 1, "align": "center"})
        exact = book.add_format({"num_format": "0." + "0" * decimals})
        usual = book.add_format({"num_format": "0." + "0" * SIDE_DECIMALS})
        whole = book.add_format({"num_format": "0.0000"})
        sheet.set_column(0, 3, 18)
        is_heading = True
        for number, row in enumerate(lines(table, about, gettext)):
            if len(row) == 1:
                sheet.merge_range(number, 0, number, 3, "", bold)
                sheet.write_string(number, 0, str(row[0]), bold)
                continue
            style = head if len(row) == 4 and is_heading else None
            is_heading = is_heading and style is None
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value, style)
                elif value is not None:
                    form = whole if len(row) == 2 else usual if place == 3 else exact
                    sheet.write_number(number, place, value, form)
    return made.getvalue()
