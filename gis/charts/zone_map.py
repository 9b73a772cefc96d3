"""A small map of one zone: its outline as sure as it is, how far its point may be off, what lies around, scale, north.

Coordinates come as WGS 84 longitude, latitude; the map is drawn in a plane around its middle, true to scale there. Over
a hundred kilometres that is off by less than a line is wide.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from gis import wording
from gis.charts.svg import Point, path, tag

Gettext = Callable[[str], str]
WIDTH, HEIGHT = 640, 413
METRES_A_DEGREE = 110_574.0
LETTER = 6.2
"""Pixels that a letter of a label takes: to keep labels apart it need not be exact."""
EDGE = 4
NAMED = 14
"""How many units may have their names on the map, the first ones."""
SHAPES = {
    "industrial_park": "M{w} {n}h{s}v{s}h-{s}z", "economic_zone": "M{x} {n2}l{r} {r}l-{r} {r}l-{r} -{r}z",
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """An administrative unit behind the zone; its name stands at `lon`, `lat`."""

    level: str
    name: str
    shape: dict[str, Any]
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Other:
    """Another zone within the map."""

    name: str
    kind: str
    lon: float
    lat: float
    shape: dict[str, Any] | None = None


@dataclass(frozen=True)
class Lot:
    """A lot with its status, None where that is not stated."""

    status: str | None
    shape: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ZoneMap:
    """What is drawn: `lon`, `lat` is the zone's best known point, good to `accuracy_m`; `quality` is None without an
    outline; `middle` and `reach_m` (half the height) say which ground is shown. Shapes are GeoJSON.
    """

    name: str
    kind: str
    lon: float
    lat: float
    accuracy_m: float
    outline: dict[str, Any] | None
    quality: str | None
    middle: tuple[float, float]
    reach_m: float
    is_proposed: bool = False
    units: Sequence[Unit] = ()
    others: Sequence[Other] = ()
    lots: Sequence[Lot] = ()


@dataclass
class Plane:
    """Degrees as pixels, and where labels stand already."""

    lon: float
    lat: float
    reach_m: float
    width: int = WIDTH
    height: int = HEIGHT
    labels: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def pixels_a_metre(self) -> float:
        return self.height / 2 / self.reach_m

    def at(self, lon: float, lat: float) -> Point:
        scale = METRES_A_DEGREE * self.pixels_a_metre
        east = (lon - self.lon) * scale * 1.0067 * max(math.cos(math.radians(self.lat)), 0.05)
        return self.width / 2 + east, self.height / 2 - (lat - self.lat) * scale

    def rings(self, shape: dict[str, Any]) -> Iterator[list[Point]]:
        """The rings or lines of a GeoJSON geometry in pixels."""
        for one in lines_of(shape.get("coordinates") or shape.get("geometries") or []):
            yield [self.at(lon, lat) for lon, lat in one]

    def label(self, text: str, x: float, y: float, name: str, *, always: bool = False) -> list[Markup]:
        """A label whose middle is at x and whose line is y, unless it would cover another or leave the map."""
        half = len(text) * LETTER / 2
        box = (x - half, y - 12, x + half, y + 4)
        if always:
            x = min(max(x, half + EDGE), WIDTH - half - EDGE)
            y = min(max(y, 16.0), HEIGHT - EDGE)
            box = (x - half, y - 12, x + half, y + 4)
        elif box[0] < EDGE or box[2] > WIDTH - EDGE or box[1] < EDGE or box[3] > HEIGHT - EDGE:
            return []
        if not always and any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self.labels):
            return []
        self.labels.append(box)
        return [tag("text", text, x=x, y=y, text_anchor="middle", class_=name)]


def lines_of(coordinates: Any) -> Iterator[list[tuple[float, float]]]:
    """Lists of positions, at whatever depth of a geometry they lie."""
    if coordinates and isinstance(coordinates[0], dict):
        for one in coordinates:
            yield from lines_of(one.get("coordinates") or one.get("geometries") or [])
    elif coordinates and isinstance(coordinates[0], (int, float)):
        return
    elif coordinates and isinstance(coordinates[0][0], (int, float)):
        yield [(float(one[0]), float(one[1])) for one in coordinates]
    else:
        for part in coordinates:
            yield from lines_of(part)


def draw_map(drawn: ZoneMap, language: str, _: Gettext, description: str) -> Markup:
    """The map as SVG; `description` tells it to who does not see it."""
    plane = Plane(*drawn.middle, drawn.reach_m)
    x, y = plane.at(drawn.lon, drawn.lat)
    bar = scale_bar(plane, language)
    zone = outline(drawn, plane)
    clear = label_height(drawn, plane) - 6 if drawn.outline else 12.0
    plane.labels.append((x - clear, y - clear, x + clear, y + clear))
    named = plane.label(drawn.name, x, y - label_height(drawn, plane), "name", always=True)
    others = [one for other in drawn.others for one in other_zone(other, plane)]
    ground = sorted(drawn.units, key=lambda one: one.level != "province")  # communes are not known everywhere
    units = [tag("path", class_=one.level, d=path(plane.rings(one.shape), closed=True)) for one in ground]
    titles = [one for unit in drawn.units[:NAMED] for one in unit_label(unit, plane)]
    ring = plane.pixels_a_metre * drawn.accuracy_m
    accuracy = [tag("circle", class_="accuracy", cx=x, cy=y, r=ring)] if ring > 8 else []
    inside = [
        tag("title", drawn.name, id="map-title"),
        tag("desc", description, id="map-desc"),
        tag("rect", class_="sea", width=WIDTH, height=HEIGHT),
        *units, *titles, *accuracy, *others, *zone,
        symbol(drawn.kind, x, y, 7.0, "zone hollow" if drawn.is_proposed else "zone"),
        *named, *bar, north(_),
    ]  # fmt: skip
    return tag(
        "svg", *inside, class_="chart zone-map", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
        aria_labelledby="map-title map-desc",
    )  # fmt: skip


def outline(drawn: ZoneMap, plane: Plane) -> list[Markup]:
    """The outline with its lots; what its dashes mean is said by the class, a quality."""
    if drawn.outline is None:
        return []
    quality = drawn.quality if drawn.quality in ("surveyed", "digitised") else "indicative"
    lots = [
        tag("path", class_=f"lot {one.status or 'unstated'}", d=path(plane.rings(one.shape), closed=True))
        for one in drawn.lots
    ]
    return [*lots, tag("path", class_=f"outline {quality}", d=path(plane.rings(drawn.outline), closed=True))]


def label_height(drawn: ZoneMap, plane: Plane) -> float:
    """How far above its point the zone's name stands: clear of the symbol, and of an outline that is not large."""
    if drawn.outline is None:
        return 14.0
    heights = [plane.at(drawn.lon, drawn.lat)[1] - y for ring in plane.rings(drawn.outline) for _, y in ring]
    return min(max([*heights, 8.0]) + 8, HEIGHT / 2 - 20)


def other_zone(other: Other, plane: Plane) -> list[Markup]:
    x, y = plane.at(other.lon, other.lat)
    shape = [tag("path", class_="other", d=path(plane.rings(other.shape), closed=True))] if other.shape else []
    mark = tag("g", tag("title", other.name), symbol(other.kind, x, y, 5.0, "other"))
    return [*shape, mark, *plane.label(other.name, x, y + 17, "other-name")]


def unit_label(unit: Unit, plane: Plane) -> list[Markup]:
    if unit.lon is None or unit.lat is None or unit.level == "province":
        return []
    x, y = plane.at(unit.lon, unit.lat)
    return plane.label(unit.name, x, y + 4, "unit-name")


def symbol(kind: str, x: float, y: float, size: float, name: str) -> Markup:
    """A park is a square, a cluster a circle, an economic zone a diamond."""
    if kind not in SHAPES:
        return tag("circle", class_=f"symbol {name}", cx=x, cy=y, r=size)
    numbers = {"w": x - size, "n": y - size, "s": 2 * size, "x": x, "n2": y - size * 1.3, "r": size * 1.3}
    return tag("path", class_=f"symbol {name}", d=SHAPES[kind].format(**{k: f"{v:.1f}" for k, v in numbers.items()}))


def scale_bar(plane: Plane, language: str) -> list[Markup]:
    """A bar of 1, 2 or 5 times a power of ten metres, at most a quarter of the map."""
    most, metres = WIDTH / 4 / plane.pixels_a_metre, 1.0
    while metres * 10 <= most:
        metres *= 10
    metres *= next(one for one in (5, 2, 1) if metres * one <= most)
    long, left, low = metres * plane.pixels_a_metre, 14, HEIGHT - 16
    plane.labels.append((0, low - 16, left + long + 60, HEIGHT))
    return [
        tag("path", class_="scale", d=f"M{left} {low - 5}v5h{long:.1f}v-5"),
        tag("text", wording.distance(metres, language), x=left + long + 6, y=low + 1, class_="scale-text"),
    ]


def north(_: Gettext) -> Markup:
    arrow = tag("path", d=f"M{WIDTH - 22} 34l6 -20l6 20l-6 -4z", class_="north")
    return tag("g", arrow, tag("text", _("N"), x=WIDTH - 16, y=48, text_anchor="middle", class_="scale-text"))
