"""The features of a query for a file, in batches from one snapshot, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from api.errors import CannotConnect, NotMigrated, StatementTooLong, StoreUnavailable
from api.store.collections import Collection
from api.store.connect import SEARCH_PATH, open_session
from api.store.features import Query, conditions, digits, in_crs
from gis.crs import CRS84, Crs

BATCH = 500  # rows held at a time; outlines of provinces have a megabyte each
COLUMNS = {"string": "text", "number": "double precision", "integer": "bigint", "boolean": "boolean", "date": "date",
           "date-time": "timestamptz", "array": "text[]"}  # fmt: skip
Rows = Literal["values", "features", "jsonfg"]


@dataclass(frozen=True)
class Found:
    """What a query found: `count` features, `bare` of them without geometry, to be read once from `batches`."""

    count: int
    bare: int
    batches: Iterator[list[tuple[Any, ...]]]


@contextmanager
def opened_query(
    database_url: str, collection: Collection, query: Query, rows: Rows, *, limit: int | None, timeout_ms: int
) -> Iterator[Found]:
    """The features behind `query.after` in the order of their ids, at most `limit`; None is all of them.

    rows: what one is, as the formats take it: `values` (the properties in the types of COLUMNS, then the geometry as
    WKB, lon, lat or easting, northing in `query.crs`), or the text of a GeoJSON or JSON-FG feature in the axis order
    of `query.crs`. timeout_ms: for each statement, so for each batch.
    Raises StoreUnavailable, StatementTooLong, NotMigrated.
    """
    where, values = conditions(collection, query)
    key = f'{collection.id} COLLATE "C"'
    if query.after is not None:
        where, values = (
            f'{where} AND {collection.id} COLLATE "C" > %(export_after)s',
            {**values, "export_after": query.after},
        )
    page = f'SELECT * FROM {collection.view} WHERE {where} ORDER BY {collection.id} COLLATE "C" LIMIT %(export_limit)s'
    values = {**values, "export_limit": limit}
    with told_failures(), open_session(database_url) as session:
        session.execute("SET ROLE registry_read")
        session.execute(SEARCH_PATH)
        session.execute(f"SET statement_timeout = {int(timeout_ms)}; SET TIME ZONE 'UTC'")
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        geometry = collection.geometry or "NULL"
        counted = session.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {geometry} IS NULL) FROM ({page}) page".encode(), values
        ).fetchone()
        assert counted is not None
        with session.cursor("export") as cursor:
            select = f"SELECT {columns(collection, query.crs, rows)} FROM ({page}) page ORDER BY {key}"
            cursor.execute(select.encode(), values)
            yield Found(counted[0], counted[1], iter(lambda: cursor.fetchmany(BATCH), []))


@contextmanager
def told_failures() -> Iterator[None]:
    """What the database says, in the project's words."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise StatementTooLong from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedObject,
            psycopg.errors.InvalidParameterValue) as error:  # fmt: skip
        raise NotMigrated from error
    except (psycopg.OperationalError, CannotConnect) as error:
        raise StoreUnavailable from error


def columns(collection: Collection, crs: Crs, rows: Rows) -> str:
    if rows == "values":
        typed = [f"{one.name}::{COLUMNS[one.kind]}" for one in collection.properties]
        return ", ".join([*typed, geometry_wkb(collection, crs)])
    spatial = (
        jsonfg_members(collection, crs) if rows == "jsonfg" else [member("geometry", geometry_json(collection, crs))]
    )
    properties = member("properties", f"row_to_json((SELECT p FROM (SELECT {names(collection)}) p))::text")
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
    return ", ".join(one.name for one in collection.properties)


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
