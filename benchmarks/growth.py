"""Growth: the registry over the national data set and over one with ten times the zones, side by side.

A box or a tile of the same place holds ten times as much there, so both are asked twice: for the same place, and for
one that holds as many features as the national data set has in that place.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg

from benchmarks import ground, processes
from benchmarks.contestants import Contestant, Database, choose
from benchmarks.figures import show, table
from benchmarks.installs import Place
from benchmarks.load import press
from benchmarks.requests import Request, count, read_requests, sample_items

NAME = "registry-fresh"
WANTED, WANTED_LAST = 1.5, 1.2
ROUNDS, PAGE, ZOOM, STEPS = 5, 100, 10, 40
SORTED = "-declared_area_ha"

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
Say = Callable[[str], None]


@dataclass(frozen=True)
class Probe:
    """One address on either side, or several in turn; `limit` is how many times the first the second may take."""

    title: str
    limit: float
    small: tuple[Contestant, list[str]]
    large: tuple[Contestant, list[str]]


def measure_growth(place: Place, small: Database, large: Database, say: Say) -> str:
    """Markdown: latencies over one connection on both data sets, their ratio, and what is wanted."""
    [entry] = choose([NAME])
    with Contestant(entry, place, small) as few, Contestant(entry, place, large) as many:
        probes = list_probes(few, many)
        found: dict[str, tuple[list[float], list[float]]] = {one.title: ([], []) for one in probes}
        for turn in range(ROUNDS):
            for one in probes:
                for side, times in zip((one.small, one.large), found[one.title], strict=True):
                    contestant, paths = side
                    times.append(press(contestant.port, paths, {}, 1, 1, contestant.conf / "paths.lua").p50)
                say(f"{turn + 1}/{ROUNDS} {one.title}: {show(found[one.title][0][-1])} and "
                    f"{show(found[one.title][1][-1])} ms")  # fmt: skip
        memory = [processes.memory(one.session) for one in (few, many)]
    rows = [row(one, *map(median, found[one.title])) for one in probes]
    rows.append(["memory of the worker, MiB", *(f"{used:.0f}" for used in memory), "", ""])
    heads = ["request", f"{ground.ZONES[small.name]:,} zones, ms", f"{ground.ZONES[large.name]:,} zones, ms", "times",
             "at most"]  # fmt: skip
    return table(heads, rows)


def row(probe: Probe, small: float, large: float) -> list[str]:
    times = large / small if small else 0.0
    text = f"{show(times)} x"
    within = 0 < times <= probe.limit
    return [probe.title, show(small), show(large), text if within else f"**{text}**", f"{probe.limit} x"]


def list_probes(few: Contestant, many: Contestant) -> list[Probe]:
    asked = {one.name: one for one in read_requests(["item", "items-100", "bbox-100", "tile-z10"])}
    with psycopg.connect(few.database.dsn) as small, psycopg.connect(many.database.dsn) as large:
        items = {id(one): sample_items(base) for one, base in ((few, small), (many, large))}
        box: Box = tuple(map(float, asked["bbox-100"].values["bbox"].split(",")))  # type: ignore[assignment]
        less = shrink(large, box, within(small, box))
        tile = asked["tile-z10"].values
        alike = find_tile(large, in_tile(small, tile["x"], tile["y"]))

    def paths(one: Contestant, name: str, **changed: Any) -> tuple[Contestant, list[str]]:
        request = Request(name, name, asked[name].use, {**asked[name].values, **changed})
        wanted = items[id(one)] if name == "item" else items[id(one)][:1]
        return one, [one.path(request, item) for item in wanted]

    text = ",".join(f"{value:.7f}" for value in less)
    probes = [
        Probe("one item by id", WANTED, paths(few, "item"), paths(many, "item")),
        Probe("100 items", WANTED, paths(few, "items-100"), paths(many, "items-100")),
        Probe("100 items in the same bbox", WANTED, paths(few, "bbox-100"), paths(many, "bbox-100")),
        Probe("100 items in a bbox with as many matches", WANTED, paths(few, "bbox-100"),
              paths(many, "bbox-100", bbox=text)),
        Probe("the same tile z10", WANTED, paths(few, "tile-z10"), paths(many, "tile-z10")),
        Probe("a tile z10 with as many zones", WANTED, paths(few, "tile-z10"),
              paths(many, "tile-z10", x=alike[0], y=alike[1])),
    ]  # fmt: skip
    for title, sorting in (("in the order of ids", ""), (f"sorted by {SORTED}", f"&sortby={quote(SORTED)}")):
        for one in (few, many):
            first, last = ends(one, f"/collections/zones/items?limit={PAGE}{sorting}")
            zones = f"{ground.ZONES[one.database.name]:,}"
            probes.append(Probe(f"first page, then last one, {title}, {zones} zones", WANTED_LAST, (one, [first]),
                                (one, [last])))  # fmt: skip
    return probes


def ends(one: Contestant, path: str) -> tuple[str, str]:
    """The addresses of the first page and of the last one that is full, found by following the links."""
    first = last = following = path
    while following:
        page = json.loads(one.get(following).body)
        if len(page["features"]) == PAGE:
            last = following
        links = [link["href"] for link in page["links"] if link["rel"] == "next"]
        parts = urlsplit(links[0]) if links else None
        following = f"{parts.path}?{parts.query}" if parts else ""
    return first, last


def within(database: ground.Connection, box: Box) -> int:
    west, south, east, north = box
    return count(database, "zones", f"ST_Intersects(geom, ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326))")


def shrink(database: ground.Connection, box: Box, wanted: int) -> Box:
    """The box around the same centre that holds as many zones as wanted, or next to it."""
    west, south, east, north = box
    x, y, low, high = (west + east) / 2, (south + north) / 2, 0.0, 1.0

    def scaled(share: float) -> Box:
        return (x - (x - west) * share, y - (y - south) * share, x + (east - x) * share, y + (north - y) * share)

    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if within(database, scaled(middle)) < wanted else (low, middle)
    return scaled(high)


def in_tile(database: ground.Connection, x: int, y: int) -> int:
    return count(database, "zones", f"geom && ST_Transform(ST_TileEnvelope({ZOOM}, {x}, {y}), 4326)")


def find_tile(database: ground.Connection, wanted: int) -> tuple[int, int]:
    """Column and row of the tile whose number of zones is nearest to the one wanted."""
    rows = database.execute(
        "WITH spots AS (SELECT ST_Centroid(geom) AS spot FROM tiles.zones), side AS "
        "(SELECT ST_XMax(e) - ST_XMin(e) AS length, ST_XMin(w) AS west, ST_YMax(w) AS north "
        "FROM ST_TileEnvelope(%(zoom)s, 0, 0) e, ST_TileEnvelope(0, 0, 0) w) "
        "SELECT floor((ST_X(spot) - west) / length)::integer AS x, floor((north - ST_Y(spot)) / length)::integer AS y, "
        "count(*) AS zones FROM spots, side GROUP BY x, y ORDER BY abs(count(*) - %(wanted)s), x, y LIMIT 9",
        {"zoom": ZOOM, "wanted": wanted},
    ).fetchall()
    x, y, _ = min(rows, key=lambda tile: abs(in_tile(database, tile[0], tile[1]) - wanted))
    return x, y
