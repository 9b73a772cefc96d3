"""Writing what a query finds into a file of any format, here or beside the service.

The libraries of the formats weigh as much as the service and work for seconds: for a request they run in a process of
their own, so that a worker stays small and goes on answering. JSON, which PostGIS writes, takes only a thread. At most
AT_ONCE files are written at a time; the others wait.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from api import errors
from api.store.collections import Collection
from api.store.exports import opened_query, shown
from api.store.queries import Query
from api.workflows.beside import run_beside
from gis.crs import CRS84
from gis.formats import FORMATS, About, Column, Layer

AT_ONCE = 2
Show = Callable[[int, int], None]
places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True)
class Export:
    """A file that is wanted. `titles` are those of the properties by name; `limit` None is everything found.

    `moment` is one of the database that somebody holds; it is now where it is empty.
    """

    collection: Collection
    query: Query
    format: str
    about: About
    titles: dict[str, str]
    limit: int | None = None
    timeout_ms: int = 10_000
    moment: str = ""


@dataclass(frozen=True)
class Written:
    """What a file holds: its features, as of a revision of their part, and when that was (seconds since 1970)."""

    count: int
    revision: int
    changed_at: int


def check(export: Export) -> None:
    """Raise FormatNeedsGeometry or FormatNeedsWgs84 where the format cannot hold what is asked for."""
    chosen, collection = FORMATS[export.format], shown(export.collection, export.query)
    if chosen.needs_geometry and collection.geometry is None:
        fitting = [one.name for one in FORMATS.values() if not one.needs_geometry]
        raise errors.FormatNeedsGeometry("f", value=chosen.name, collection=collection.name, known=", ".join(fitting))
    if not chosen.any_crs and export.query.crs != CRS84:
        raise errors.FormatNeedsWgs84("crs", value=export.query.crs.uri, format=chosen.title, known=CRS84.uri)


def write(database_url: str, export: Export, path: Path, show: Show = lambda _done, _of: None) -> Written:
    """Write the file, which must not be there yet; what it holds.

    `show` is called with the features written and their number. Raises as `check`, TooManyRows, StoreUnavailable,
    StatementTooLong, NotMigrated; what was written by then is the caller's to remove.
    """
    check(export)
    chosen, collection = FORMATS[export.format], shown(export.collection, export.query)
    with opened_query(
        database_url, export.collection, export.query, chosen.rows, limit=export.limit, timeout_ms=export.timeout_ms,
        moment=export.moment,
    ) as found:  # fmt: skip
        if chosen.most and found.count > chosen.most:
            raise errors.TooManyRows("f", value=chosen.name, most=chosen.most, count=found.count)
        columns = [
            Column(one.name, one.kind, one.unit, export.titles.get(one.name, "")) for one in collection.properties
        ]
        layer = Layer(
            collection.name, tuple(columns), collection.geometry_type, export.about, found.count, found.bare,
            export.query.crs,
        )  # fmt: skip

        def counted() -> Iterator[list[tuple[Any, ...]]]:
            done = 0
            for batch in found.batches:
                yield batch
                done += len(batch)
                show(done, found.count)

        chosen.write(path, layer, counted())
        return Written(found.count, found.revision, found.changed_at)


async def write_beside(database_url: str, export: Export, path: Path) -> Written:
    """`write`, while this event loop goes on. Same errors."""
    check(export)
    async with places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)):
        if FORMATS[export.format].rows == "values":
            return await write_apart(database_url, export, path)
        return await asyncio.to_thread(write, database_url, export, path)


async def write_apart(database_url: str, export: Export, path: Path) -> Written:
    """`write` in a process that ends with this task."""
    result = await run_beside("api.workflows.exports:write", (database_url, export, path))
    assert isinstance(result, Written)
    return result
