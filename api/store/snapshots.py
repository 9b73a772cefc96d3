"""One moment of the register, held for as many sessions as need it, and the tables that explain its features."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.store.collections import Kind
from api.store.connect import open_session
from api.store.exports import BATCH, COLUMNS, begin_reading, told_failures

MOMENT = """
SELECT pg_export_snapshot(), r.revision, r.changed_at,
    (SELECT at FROM registry.revision_times ORDER BY revision LIMIT 1), EXISTS (SELECT FROM registry.synthetic),
    registry.legal_day(), now()
FROM registry.revisions r WHERE r.part = 'register'
"""
TABLES: dict[str, tuple[tuple[str, Kind], ...]] = {  # columns with their kinds; the first is the key
    "sources": (
        ("id", "string"), ("kind", "string"), ("title", "string"), ("number", "string"), ("issuer", "string"),
        ("province", "string"), ("issued_on", "date"), ("issued_on_basis", "string"), ("latest_date_cited", "date"),
        ("text_quality", "string"), ("url", "string"), ("published", "string"),
    ),
    "indicators": (
        ("indicator", "string"), ("class", "string"), ("unit", "string"), ("minimum", "number"), ("maximum", "number"),
        ("label_vi", "string"), ("label_en", "string"), ("definition_vi", "string"), ("definition_en", "string"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """A moment of the register: `name` lets other sessions see it, while it is held. `day` is the legal one."""

    name: str
    revision: int
    changed_at: datetime
    began_at: datetime
    synthetic: bool
    day: date
    at: datetime


@contextmanager
def held_moment(database_url: str, timeout_ms: int) -> Iterator[Moment]:
    """The register as it is now, for all that is read meanwhile. Raises StoreUnavailable, NotMigrated."""
    with told_failures(), open_session(database_url) as session:
        begin_reading(session, timeout_ms)
        row = session.execute(MOMENT).fetchone()
        assert row is not None
        yield Moment(*row)


def select_table(database_url: str, name: str, moment: str, timeout_ms: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of one of TABLES in batches, in the order of their key, each with None for a geometry behind."""
    columns = ", ".join(f"{column}::{COLUMNS[kind]}" for column, kind in TABLES[name])
    with told_failures(), open_session(database_url) as session:
        begin_reading(session, timeout_ms, moment)
        with session.cursor("rows") as cursor:
            cursor.execute(f"SELECT {columns}, NULL FROM {name} ORDER BY {TABLES[name][0][0]}".encode())
            yield from iter(lambda: cursor.fetchmany(BATCH), [])
