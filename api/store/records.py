"""Writing rows so that saying the same twice changes nothing, and history is added to but never overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import Column, Connection, Table, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from api.store import tables

Row = dict[str, Any]
LOAD_LOCK = 7_206_961
BATCH = 500


@dataclass
class Merged:
    """What became of rows: counts, and the keys whose stored row says something else and may not be changed."""

    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: list[tuple[tuple[Any, ...], str]] = field(default_factory=list)


def lock_loads(connection: Connection) -> None:
    """Let one load at a time work on the register; released with the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOAD_LOCK})


def merge(connection: Connection, table: Table, rows: Sequence[Row], *, correct: bool) -> Merged:
    """Insert rows that are new; update changed ones if `correct`, else report each as a conflict.

    Every row has the same columns, the primary key among them. Geometries are WKBElements.
    """
    merged = Merged()
    if not rows:
        return merged
    key = [column.name for column in table.primary_key]
    stored = existing(connection, table, key, rows)
    fresh = []
    for row in rows:
        old = stored.get(tuple(row[name] for name in key))
        changed = [] if old is None else [name for name in row if not same(old[name], row[name])]
        if old is None:
            fresh.append(row)
        elif not changed:
            merged.unchanged += 1
        elif correct:
            connection.execute(table.update().where(*(table.c[k] == row[k] for k in key)).values(row))
            merged.updated += 1
        else:
            merged.conflicts.append((tuple(row[name] for name in key), ", ".join(changed)))
    for start in range(0, len(fresh), BATCH):
        connection.execute(insert(table), fresh[start : start + BATCH])
    merged.stored = len(fresh)
    return merged


def existing(connection: Connection, table: Table, key: Sequence[str], rows: Iterable[Row]) -> dict[Any, Row]:
    """The stored rows with the keys of `rows`, by key."""
    keys = [tuple(row[name] for name in key) for row in rows]
    names = list(next(iter(rows)))
    query = select(*(readable(table.c[name]) for name in names)).where(
        tuple_(*(table.c[name] for name in key)).in_(keys)
    )
    found = connection.execute(query).mappings()
    return {tuple(row[name] for name in key): dict(row) for row in found}


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


def file_hashes(connection: Connection) -> dict[str, str]:
    """sha256 of each data file at its last complete load."""
    return {row.name: row.sha256 for row in connection.execute(select(tables.data_files))}


def remember_files(connection: Connection, hashes: dict[str, str]) -> None:
    for name, sha256 in hashes.items():
        statement = insert(tables.data_files).values(name=name, sha256=sha256)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"sha256": sha256, "loaded_at": func.now()})
        )
