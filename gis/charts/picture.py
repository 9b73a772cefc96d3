"""The picture that stands for a zone where somebody shares its address: name, place, three figures, where it lies."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from gis.charts.lettering import Typeface
from gis.charts.zone_map import Plane

WIDTH, HEIGHT = 1200, 630
MARGIN, TEXT_WIDTH = 64, 690
FINE = 3
"""The map is drawn so many times larger and made small again: its lines are smooth then."""
PAPER, INK, SOFT, LINE, ACCENT = "#fbfaf7", "#1c1f23", "#5a6068", "#d9d6ce", "#0b5b7f"
LAND, HOME, BAND = "#efece3", "#dfe9ec", "#ffe8a3"
MAP = (784, 96, 1136, 448)


@dataclass(frozen=True)
class Figure:
    """A key figure: what it is, its value, and since when or by whom."""

    label: str
    value: str
    note: str
    is_known: bool = True


@dataclass(frozen=True)
class Picture:
    """What the picture says. `provinces` are GeoJSON geometries, the zone's own first; `bounds` the ground shown: west,
    south, east, north. `band`: a warning across the top, if any.
    """

    register: str
    kind: str
    name: str
    place: str
    figures: Sequence[Figure]
    lon: float
    lat: float
    provinces: Sequence[dict[str, Any]] = ()
    bounds: tuple[float, float, float, float] | None = None
    band: str = ""


def draw_picture(picture: Picture, typeface: Typeface) -> bytes:
    """A PNG of 1200 x 630 pixels."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    if picture.band:
        canvas.rectangle((0, 0, WIDTH, 48), fill=BAND)
        typeface.draw(canvas, (MARGIN, 33), typeface.cut(picture.band, 24, 600, WIDTH - 2 * MARGIN), 24, 600, INK)
    write_head(picture, canvas, typeface)
    write_figures(picture, canvas, typeface)
    if picture.provinces and picture.bounds:
        image.paste(locator(picture), MAP[:2])
        canvas.rectangle(MAP, outline=LINE, width=2)
    content = io.BytesIO()
    image.quantize(128).save(content, "PNG", optimize=True)
    return content.getvalue()


def write_head(picture: Picture, canvas: ImageDraw.ImageDraw, typeface: Typeface) -> None:
    """The register, the kind, the name in at most three lines, the place."""

    def wrap(text: str, size: int) -> list[str]:
        return typeface.wrapped(text, size, 700, TEXT_WIDTH, 9)

    typeface.draw(canvas, (MARGIN, 98), typeface.cut(picture.register, 24, 500, TEXT_WIDTH), 24, 500, SOFT)
    typeface.draw(canvas, (MARGIN, 160), typeface.cut(picture.kind, 28, 600, TEXT_WIDTH), 28, 600, ACCENT)
    fitting = ((size, lines) for lines in (1, 2) for size in (60, 56, 52, 48) if lines == 2 or size > 48)
    size = next((size for size, lines in fitting if len(wrap(picture.name, size)) <= lines), 40)
    y = 172.0
    for text in typeface.wrapped(picture.name, size, 700, TEXT_WIDTH, 3):
        y += size * 1.16
        typeface.draw(canvas, (MARGIN, y), text, size, 700, INK)
    for text in typeface.wrapped(picture.place, 28, 400, TEXT_WIDTH, 2):
        y += 42
        typeface.draw(canvas, (MARGIN, y + 6), text, 28, 400, SOFT)


def write_figures(picture: Picture, canvas: ImageDraw.ImageDraw, typeface: Typeface) -> None:
    """The key figures side by side along the foot; what nobody states is said in a lighter hand."""
    canvas.line((MARGIN, 476, WIDTH - MARGIN, 476), fill=LINE, width=2)
    column = (WIDTH - 2 * MARGIN) / max(len(picture.figures), 1)
    for number, one in enumerate(picture.figures):
        x, width = MARGIN + number * column, column - 24
        typeface.draw(canvas, (x, 514), typeface.cut(one.label, 22, 500, width), 22, 500, SOFT)
        weight, colour = (700, INK) if one.is_known else (500, SOFT)
        size = next((size for size in (42, 34, 28) if typeface.length(one.value, size, weight) <= width), 24)
        typeface.draw(canvas, (x, 562), typeface.cut(one.value, size, weight, width), size, weight, colour)
        typeface.draw(canvas, (x, 596), typeface.cut(one.note, 20, 400, width), 20, 400, SOFT)


def locator(picture: Picture) -> Image.Image:
    """Provinces with the zone as a dot, as large as MAP."""
    assert picture.bounds is not None
    west, south, east, north = picture.bounds
    side = (MAP[2] - MAP[0]) * FINE
    reach = max((north - south) * 110_574, (east - west) * 111_320) / 2 * 1.08 or 1000.0
    plane = Plane((west + east) / 2, (south + north) / 2, reach, side, side)
    image = Image.new("RGB", (side, side), PAPER)
    canvas = ImageDraw.Draw(image)
    for number, shape in reversed(list(enumerate(picture.provinces))):
        for ring in plane.rings(shape):
            if len(ring) > 2:
                canvas.polygon(ring, fill=LAND if number else HOME, outline=SOFT, width=FINE)
    x, y = plane.at(picture.lon, picture.lat)
    for size, colour in ((13 * FINE, PAPER), (10 * FINE, ACCENT)):
        canvas.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    return image.resize((side // FINE, side // FINE), Image.Resampling.LANCZOS)
