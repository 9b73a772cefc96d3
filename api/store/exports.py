"""The features of a query for a file, in batches from one snapshot, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import psycopg
from psycopg import sql

from api.errors import CannotConnect, NotMigrated, StoreUnavailable
from api.store.collections import Collection
from api.store.connect import SEARCH_PATH, in_our_words, open_session
from api.store.queries import Query, beyond, conditions, order_by, part_of, source
from api.store.rendering import Variant, feature_json, geometry_json
from gis.crs import CRS84, Crs

BATCH = 500  # rows held at a time; outlines of provinces have a megabyte each
COLUMNS = {"string": "text", "number": "double precision", "integer": "bigint", "boolean": "boolean", "date": "date",
           "date-time": "timestamptz", "array": "text[]"}  # fmt: skip
TIME = (
    "CASE WHEN valid_from IS NULL AND valid_to IS NULL THEN 'null' ELSE json_build_object('interval', "
    "json_build_array(coalesce(valid_from::text, '..'), coalesce(valid_to::text, '..')))::text END"
)
Rows = Literal["values", "features", "jsonfg"]


@dataclass(frozen=True)
class Found:
    """What a query found at a revision of its part: `count` features, `bare` of them without geometry, to be read once
    from `batches`. `changed_at` is in seconds since 1970.
    """

    revision: int
    changed_at: int
    count: int
    bare: int
    batches: Iterator[list[tuple[Any, ...]]]


def shown(collection: Collection, query: Query) -> Collection:
    """The collection as the query wants it: with some of its properties, or without geometry."""
    names = query.properties
    properties = tuple(one for one in collection.properties if names is None or one.name in names)
    if not query.has_geometry:
        return replace(collection, properties=properties, geometry=None, geometry_type="")
    return replace(collection, properties=properties)


@contextmanager
def opened_query(
    database_url: str, collection: Collection, query: Query, rows: Rows, *, limit: int | None, timeout_ms: int,
    moment: str = "",
) -> Iterator[Found]:  # fmt: skip
    """The features of a query from its place on, in its order, at most `limit`; None is all of them.

    rows: what one is, as the formats take it: `values` (the properties in the types of COLUMNS, then the geometry as
    WKB, lon, lat or easting, northing in `query.crs`), or the text of a GeoJSON or JSON-FG feature in the axis order
    of `query.crs`. timeout_ms: for each statement, so for each batch. moment: one of the database that
    `store.snapshots` holds; now where it is empty.
    Raises StoreUnavailable, StatementTooLong, NotMigrated.
    """
    where, values = conditions(collection, query)
    behind, behind_values = beyond(collection, query)
    table, source_values = source(collection, query)
    values |= {**behind_values, **source_values, "export_limit": limit, "part": part_of(collection, query)}
    page = (
        f"SELECT * FROM {table} WHERE {where} AND {behind} ORDER BY {order_by(collection, query)} "
        "LIMIT %(export_limit)s"
    )
    wanted, forward = shown(collection, query), order_by(collection, replace(query, place=None))
    with told_failures(), open_session(database_url) as session:
        begin_reading(session, timeout_ms, moment)
        counted = session.execute(
            "SELECT r.revision, floor(extract(epoch FROM r.changed_at))::bigint, p.* FROM revisions r, "
            f"(SELECT count(*), count(*) FILTER (WHERE {wanted.geometry or 'NULL'} IS NULL) FROM ({page}) page) p "
            "WHERE r.part = %(part)s".encode(),
            values,
        ).fetchone()
        assert counted is not None
        with session.cursor("export") as cursor:
            select = f"SELECT {columns(wanted, query.crs, rows)} FROM ({page}) page ORDER BY {forward}"
            cursor.execute(select.encode(), values)
            revision, changed_at, count, bare = counted
            yield Found(revision, changed_at, count, bare, iter(lambda: cursor.fetchmany(BATCH), []))


def begin_reading(session: psycopg.Connection, timeout_ms: int, moment: str = "") -> None:
    """Let a session see one moment of the register, and change nothing. Raises NotMigrated."""
    try:
        session.execute("SET ROLE registry_read")
    except psycopg.errors.Error as error:  # without its role the schema is not there either
        raise NotMigrated from error
    session.execute(SEARCH_PATH)
    session.execute(f"SET statement_timeout = {int(timeout_ms)}; SET TIME ZONE 'UTC'")
    session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if moment:
        session.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(moment)))


@contextmanager
def told_failures() -> Iterator[None]:
    """What the database says, in the project's words."""
    try:
        yield
    except psycopg.Error as error:
        raise in_our_words(error) or StoreUnavailable() from error
    except CannotConnect as error:
        raise StoreUnavailable from error


def columns(collection: Collection, crs: Crs, rows: Rows) -> str:
    if rows == "values":
        typed = [f"{one.name}::{COLUMNS[one.kind]}" for one in collection.properties]
        return ", ".join([*typed, geometry_wkb(collection, crs)])
    if rows == "jsonfg":  # outside of WGS 84 the shape is in `place`, and `geometry` is the same in WGS 84
        place = "'null'" if crs == CRS84 else geometry_json(collection, crs)
        return feature_json(collection, Variant(), {"time": TIME, "place": place})
    return feature_json(collection, Variant(crs))


def geometry_wkb(collection: Collection, crs: Crs) -> str:
    """For files: the stored bits in WGS 84; x before y in every system."""
    if collection.geometry is None:
        return "NULL"
    shifted = collection.geometry if crs.srid == CRS84.srid else f"ST_Transform({collection.geometry}, {crs.srid})"
    return f"ST_AsBinary({shifted}, 'NDR')"
