"""The features of a query for a file, in batches from one snapshot, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import psycopg

from api.errors import CannotConnect, NotMigrated, NotWorkedOut, StatementTooLong, StoreUnavailable
from api.store.collections import Collection
from api.store.connect import SEARCH_PATH, open_session
from api.store.queries import Query, beyond, conditions, order_by, source
from api.store.rendering import digits, in_crs, value_sql
from gis.crs import CRS84, Crs

BATCH = 500  # rows held at a time; outlines of provinces have a megabyte each
COLUMNS = {"string": "text", "number": "double precision", "integer": "bigint", "boolean": "boolean", "date": "date",
           "date-time": "timestamptz", "array": "text[]"}  # fmt: skip
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
    database_url: str, collection: Collection, query: Query, rows: Rows, *, limit: int | None, timeout_ms: int
) -> Iterator[Found]:
    """The features of a query from its place on, in its order, at most `limit`; None is all of them.

    rows: what one is, as the formats take it: `values` (the properties in the types of COLUMNS, then the geometry as
    WKB, lon, lat or easting, northing in `query.crs`), or the text of a GeoJSON or JSON-FG feature in the axis order
    of `query.crs`. timeout_ms: for each statement, so for each batch.
    Raises StoreUnavailable, StatementTooLong, NotMigrated.
    """
    where, values = conditions(collection, query)
    behind, behind_values = beyond(collection, query)
    table, source_values = source(collection, query)
    values |= {**behind_values, **source_values, "export_limit": limit, "part": collection.part}
    page = (
        f"SELECT * FROM {table} WHERE {where} AND {behind} ORDER BY {order_by(collection, query)} "
        "LIMIT %(export_limit)s"
    )
    wanted, forward = shown(collection, query), order_by(collection, replace(query, place=None))
    with told_failures(), open_session(database_url) as session:
        try:
            session.execute("SET ROLE registry_read")
        except psycopg.errors.Error as error:  # without its role the schema is not there either
            raise NotMigrated from error
        session.execute(SEARCH_PATH)
        session.execute(f"SET statement_timeout = {int(timeout_ms)}; SET TIME ZONE 'UTC'")
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
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


@contextmanager
def told_failures() -> Iterator[None]:
    """What the database says, in the project's words."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise StatementTooLong from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise NotMigrated from error
    except (psycopg.DataError, psycopg.errors.InternalError_, psycopg.errors.ProgramLimitExceeded) as error:
        raise NotWorkedOut(reason=error.diag.message_primary) from error
    except (psycopg.OperationalError, CannotConnect) as error:
        raise StoreUnavailable from error


def columns(collection: Collection, crs: Crs, rows: Rows) -> str:
    if rows == "values":
        typed = [f"{one.name}::{COLUMNS[one.kind]}" for one in collection.properties]
        return ", ".join([*typed, geometry_wkb(collection, crs)])
    spatial = (
        jsonfg_members(collection, crs) if rows == "jsonfg" else [member("geometry", geometry_json(collection, crs))]
    )
    written = f"row_to_json((SELECT p FROM (SELECT {names(collection)}) p))::text"
    properties = member("properties", written if collection.properties else "'{}'")
    members = ['\'{"type":"Feature","id":\' || to_json(' + collection.id + ")::text", *spatial, properties]
    return " || ".join(members) + " || '}'"


def jsonfg_members(collection: Collection, crs: Crs) -> list[str]:
    """In WGS 84 the geometry is `geometry`; in another CRS it is `place`, and `geometry` is the same in WGS 84."""
    place = "'null'" if crs == CRS84 else geometry_json(collection, crs)
    time = (
        "CASE WHEN valid_from IS NULL AND valid_to IS NULL THEN 'null' ELSE json_build_object('interval', "
        "json_build_array(coalesce(valid_from::text, '..'), coalesce(valid_to::text, '..')))::text END"
    )
    return [
        member("time", time), member("place", place), member("geometry", geometry_json(collection, CRS84)),
    ]  # fmt: skip


def member(name: str, value: str) -> str:
    return f"',\"{name}\":' || {value}"


def names(collection: Collection) -> str:
    return ", ".join(value_sql(one) for one in collection.properties)


def geometry_json(collection: Collection, crs: Crs) -> str:
    if collection.geometry is None:
        return "'null'"
    return f"coalesce(ST_AsGeoJSON({in_crs(collection.geometry, crs)}, {digits(crs)}, 0), 'null')"


def geometry_wkb(collection: Collection, crs: Crs) -> str:
    """For files: the stored bits in WGS 84; x before y in every system."""
    if collection.geometry is None:
        return "NULL"
    shifted = collection.geometry if crs.srid == CRS84.srid else f"ST_Transform({collection.geometry}, {crs.srid})"
    return f"ST_AsBinary({shifted}, 'NDR')"
