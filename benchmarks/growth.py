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

from benchmarks import answers, ground, processes
from benchmarks.contestants import Contestant, Database, choose
from benchmarks.figures import ratio, show, table
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
class Side:
    """A server and what it is asked for: one address, or several in turn."""

    contestant: Contestant
    paths: list[str]


@dataclass(frozen=True)
class Probe:
    """What is compared; `limit` is how many times the first side's latency the second's may be."""

    title: str
    limit: float
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class Cost:
    """Latency over one connection and CPU a request, ms."""

    latency: float
    cpu: float


def measure_growth(place: Place, small: Database, large: Database, say: Say) -> str:
    """Markdown: latencies over one connection on both data sets, their ratio, and what is wanted."""
    [entry] = choose([NAME])
    with Contestant(entry, place, small) as few, Contestant(entry, place, large) as many:
        rows = []
        for one in list_probes(few, many):
            rows.append(compare(one))
            say(" ".join(rows[-1]))
        memory = [f"{processes.memory(one.session):.0f}" for one in (few, many)]
    heads = ["request", f"features, {ground.ZONES[small.name]:,} zones", f"{ground.ZONES[large.name]:,}", "ms", "ms",
             "times", "at most", "CPU, times"]  # fmt: skip
    return table(heads, [*rows, ["memory of the worker, MiB", "", "", *memory, "", "", ""]])


def compare(probe: Probe) -> list[str]:
    """A row of the table: features on either side, latencies, how many times the second's, the limit, CPU."""
    counts = [count_of(side) for side in probe.sides]
    if any(text.startswith("status") for text in counts):
        return [probe.title, *counts, "", "", "**not right**", f"{probe.limit} x", ""]
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(ROUNDS):
        for side, found in zip(probe.sides, costs, strict=True):
            found.append(cost_of(side))
    small, large = (median(one.latency for one in found) for found in costs)
    times = ratio(small, large)
    text = f"{show(times)} x" if times and times <= probe.limit else f"**{show(times)} x**"
    more = ratio(*(median(one.cpu for one in found) for found in costs))
    return [probe.title, *counts, show(small), show(large), text, f"{probe.limit} x", f"{show(more)} x"]


def count_of(side: Side) -> str:
    """How many features the first answer holds, or what went wrong."""
    answer = side.contestant.get(side.paths[0])
    return str(answers.count_features(answer.body)) if answer.status == 200 else f"status {answer.status}"


def cost_of(side: Side) -> Cost:
    one, postmaster = side.contestant, side.contestant.database.cluster.find_server()
    before = processes.measure({one.session}, postmaster)
    load = press(one.port, side.paths, {}, 1, 1, one.conf / "paths.lua")
    used = processes.measure({one.session}, postmaster) - before
    return Cost(load.p50, (used.server + used.database) / max(load.count, 1) * 1000)


def list_probes(few: Contestant, many: Contestant) -> list[Probe]:
    asked = {one.name: one for one in read_requests(["item", "items-100", "bbox-100", "tile-z10"])}
    with psycopg.connect(few.database.dsn) as small, psycopg.connect(many.database.dsn) as large:
        items = {id(one): sample_items(base) for one, base in ((few, small), (many, large))}
        box: Box = tuple(map(float, asked["bbox-100"].values["bbox"].split(",")))  # type: ignore[assignment]
        less = shrink(large, box, within(small, box))
        tile = asked["tile-z10"].values
        alike = find_tile(large, in_tile(small, tile["x"], tile["y"]))

    def side(one: Contestant, name: str, **changed: Any) -> Side:
        request = Request(name, name, asked[name].use, {**asked[name].values, **changed})
        wanted = items[id(one)] if name == "item" else items[id(one)][:1]
        return Side(one, [one.path(request, item) for item in wanted])

    text = ",".join(f"{value:.7f}" for value in less)
    probes = [
        Probe("one item by id", WANTED, (side(few, "item"), side(many, "item"))),
        Probe("100 items", WANTED, (side(few, "items-100"), side(many, "items-100"))),
        Probe("100 items in the same bbox", WANTED, (side(few, "bbox-100"), side(many, "bbox-100"))),
        Probe("100 items in a bbox with as many matches", WANTED,
              (side(few, "bbox-100"), side(many, "bbox-100", bbox=text))),
        Probe("the same tile z10", WANTED, (side(few, "tile-z10"), side(many, "tile-z10"))),
        Probe("a tile z10 with as many zones", WANTED,
              (side(few, "tile-z10"), side(many, "tile-z10", x=alike[0], y=alike[1]))),
    ]  # fmt: skip
    for title, sorting in (("in the order of ids", ""), (f"sorted by {SORTED}", f"&sortby={quote(SORTED)}")):
        for one in (few, many):
            first, last = ends(one, f"/collections/zones/items?limit={PAGE}{sorting}")
            zones = f"{ground.ZONES[one.database.name]:,}"
            pages = (Side(one, [first]), Side(one, [last]))
            probes.append(Probe(f"first page, then last one, {title}, {zones} zones", WANTED_LAST, pages))
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
