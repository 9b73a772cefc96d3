"""What is asked: requests.toml as values, and how many features each answer must hold by the database's own count."""

import random
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

FILE = Path(__file__).with_name("requests.toml")
SAMPLE = 500  # items asked for by id, in turn
SEED = 3
TILES_BUFFER = 256 / 4096  # the widest that a contestant adds around a tile, as a share of its side
LOST = 0.05  # share of a tile's features that a server may drop because they are smaller than its grid


@dataclass(frozen=True)
class Request:
    """One thing to ask; `values` fill the address templates, `wanted` are the ratios to reach."""

    name: str
    title: str
    use: str
    values: dict[str, Any] = field(default_factory=dict)
    wanted: dict[str, float] = field(default_factory=dict)
    gzip: bool = False
    again: bool = False


@dataclass(frozen=True)
class Expected:
    """The number of features an answer must hold, and the slugs it may choose them from; none: any."""

    least: int
    most: int
    slugs: frozenset[str] = frozenset()

    def accepts(self, found: int) -> bool:
        return self.least <= found <= self.most


def read_requests(names: Iterable[str] = ()) -> list[Request]:
    """All requests, or those named; a name that is not there raises ValueError."""
    entries = [read(entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["request"]]
    wanted = list(names)
    if unknown := set(wanted) - {one.name for one in entries}:
        raise ValueError(f"no request {', '.join(sorted(unknown))}; there are {', '.join(one.name for one in entries)}")
    return [one for one in entries if not wanted or one.name in wanted]


def read(entry: dict[str, Any]) -> Request:
    known = {key: entry.pop(key) for key in ("name", "title", "use", "wanted", "gzip", "again") if key in entry}
    return Request(values=entry, **known)


def sample_items(database: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Some zones by both their keys, in the same order on every run."""
    rows = database.execute("SELECT gid, slug FROM public.zones ORDER BY gid").fetchall()
    return [{"gid": number, "slug": slug} for number, slug in random.Random(SEED).sample(rows, min(SAMPLE, len(rows)))]


def expect(database: psycopg.Connection[Any], request: Request) -> Expected:
    """Counted in the peers' table, whose ids follow the slugs."""
    values = request.values
    if request.use == "tile":
        bounds = f"ST_TileEnvelope({values['z']}, {values['x']}, {values['y']}"
        within, around = (
            count(database, values["layer"], f"geom && ST_Transform({bounds}{margin}), 4326)")
            for margin in ("", f", margin => {TILES_BUFFER}")
        )
        return Expected(int(within * (1 - LOST)), around)
    if request.use == "item":
        return Expected(1, 1)
    rows = database.execute(f"SELECT slug FROM public.zones WHERE {conditions(request)}").fetchall()
    size = min(values["limit"], len(rows))
    return Expected(size, size, frozenset(slug for (slug,) in rows))


def conditions(request: Request) -> str:
    values = request.values
    return {
        "items": "true",
        "bbox": f"ST_Intersects(geom, ST_MakeEnvelope({values.get('bbox')}, 4326))",
        "filter": f"kind = '{values.get('kind')}' AND status = '{values.get('status')}'",
        "cql2": f"ST_Intersects(geom, ST_GeomFromText('{values.get('polygon')}', 4326))",
    }[request.use]


def count(database: psycopg.Connection[Any], table: str, condition: str) -> int:
    row = database.execute(f"SELECT count(*) FROM public.{table} WHERE {condition}").fetchone()
    assert row
    return int(row[0])
