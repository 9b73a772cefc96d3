"""Writing rows so that saying the same twice changes nothing, and history is added to but never overwritten."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Column, Table, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, OperationalError

from api.errors import RowRefused
from api.store import tables
from api.store.connect import Session

Row = dict[str, Any]
HISTORY = {"facts", "observations", "targets", "milestones", "obligations", "statements", "evidence"}
LOAD_LOCK = 7_206_961
BATCH = 500


@dataclass
class Merged:
    """What became of rows: counts, and the keys whose stored row says something else and may not be changed."""

    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: list[tuple[tuple[Any, ...], str]] = field(default_factory=list)


def lock_loads(session: Session) -> None:
    """Let one load at a time work on the register; released with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOAD_LOCK})


def key_of(table: str) -> list[str]:
    """The columns that tell a table's rows apart."""
    return [column.name for column in model(table).primary_key]


def model(table: str) -> Table:
    return tables.metadata.tables[f"{tables.SCHEMA}.{table}"]


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """A part of a transaction that can fail alone. Raises RowRefused where a rule of the database is broken."""
    try:
        with session.begin_nested():
            yield
    except OperationalError:
        raise
    except DBAPIError as error:
        diag = getattr(error.orig, "diag", None)
        reason = getattr(diag, "message_primary", None) or str(error.orig).partition("\n")[0]
        detail = getattr(diag, "message_detail", None) or ""
        column = getattr(diag, "column_name", None) or ""
        raise RowRefused(column, f"{reason}: {detail}" if detail.startswith("Key ") else reason) from error


def check_deferred(session: Session) -> None:
    """Have the rules checked now that otherwise wait for the end of the transaction. Raises RowRefused."""
    with attempt(session):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def merge(session: Session, table_name: str, rows: Sequence[Row]) -> Merged:
    """Insert rows that are new and correct those that changed; in a table of history a changed one is a conflict.

    Every row has the same columns, the primary key among them. Geometries are shapely's, in WGS 84.
    """
    table, rows = model(table_name), [storable(row) for row in rows]
    merged = Merged()
    if not rows:
        return merged
    key = key_of(table_name)
    stored = existing(session, table, key, rows)
    fresh = []
    for row in rows:
        old = stored.get(tuple(row[name] for name in key))
        changed = [] if old is None else [name for name in row if not same(old[name], row[name])]
        if old is None:
            fresh.append(row)
        elif not changed:
            merged.unchanged += 1
        elif table_name not in HISTORY:
            session.execute(table.update().where(*(table.c[k] == row[k] for k in key)).values(row))
            merged.updated += 1
        else:
            merged.conflicts.append((tuple(row[name] for name in key), ", ".join(changed)))
    for start in range(0, len(fresh), BATCH):
        session.execute(insert(table), fresh[start : start + BATCH])
    merged.stored = len(fresh)
    return merged


def existing(session: Session, table: Table, key: Sequence[str], rows: Iterable[Row]) -> dict[Any, Row]:
    """The stored rows with the keys of `rows`, by key."""
    keys = [tuple(row[name] for name in key) for row in rows]
    names = list(next(iter(rows)))
    query = select(*(readable(table.c[name]) for name in names)).where(
        tuple_(*(table.c[name] for name in key)).in_(keys)
    )
    found = session.execute(query).mappings()
    return {tuple(row[name] for name in key): dict(row) for row in found}


def storable(row: Row) -> Row:
    return {
        name: from_shape(value, srid=4326, extended=True) if isinstance(value, BaseGeometry) else value
        for name, value in row.items()
    }


def readable(column: Column[Any]) -> Any:
    """A geometry as hexadecimal EWKB, so that it can be compared; anything else as it is."""
    if hasattr(column.type, "geometry_type"):
        return func.encode(func.ST_AsEWKB(column), "hex").label(column.name)
    return column


def same(old: object, new: object) -> bool:
    if isinstance(new, WKBElement):
        return isinstance(old, str) and old.lower() == str(new.desc).lower()
    if isinstance(new, float | int | Decimal) and not isinstance(new, bool) and old is not None:
        return Decimal(str(old)) == Decimal(str(new))
    return old == new


def file_hashes(session: Session) -> dict[str, str]:
    """sha256 of each data file of the last complete load."""
    files = tables.data_files
    last = select(func.max(files.c.loaded_at)).scalar_subquery()
    return {row.name: row.sha256 for row in session.execute(select(files).where(files.c.loaded_at == last))}


def remember_files(session: Session, hashes: dict[str, str]) -> None:
    for name, sha256 in hashes.items():
        statement = insert(tables.data_files).values(name=name, sha256=sha256)
        session.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"sha256": sha256, "loaded_at": func.now()})
        )
