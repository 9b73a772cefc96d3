"""What a backup is compared by: one snapshot of the database, and a checksum of each table in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from api.errors import StoreUnavailable
from api.store.connect import owner_engine

OUR_SRIDS = "spatial_ref_sys WHERE srid >= 900000 AND auth_name IS NULL"


@dataclass(frozen=True)
class Sum:
    """Rows of a table, and the sum of their hashes: the same whatever order they lie in."""

    rows: int
    checksum: str


@dataclass(frozen=True)
class Standing:
    """Where a database stands: version of the schema, revision of the register, server."""

    schema: str | None
    revision: int
    server: str
    postgis: str
    taken_at: str

    def document(self) -> dict[str, Any]:
        return asdict(self)


def split_secret(database_url: str) -> tuple[str, str | None]:
    """An address without its password, and the password, which belongs in no list of processes."""
    address = conninfo_to_dict(database_url)
    password = address.pop("password", None)
    return make_conninfo("", **address), None if password is None else str(password)


@contextmanager
def snapshot(database_url: str) -> Iterator[tuple[Connection, str]]:
    """A session that sees one moment of the database, and the name by which pg_dump sees the same. Raises
    StoreUnavailable where the database goes away meanwhile.
    """
    try:
        with owner_engine(database_url).connect() as session:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            name = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            yield session, name
    except OperationalError as error:
        raise StoreUnavailable from error


def read_standing(session: Connection) -> Standing:
    row = session.execute(
        text("""
        SELECT (SELECT version_num FROM registry.alembic_version) AS schema,
            (SELECT revision FROM registry.revisions WHERE part = 'register') AS revision,
            current_setting('server_version') AS server, postgis.extversion AS postgis,
            to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS taken_at
        FROM pg_extension postgis WHERE extname = 'postgis'""")
    ).mappings()
    return Standing(**row.one())


def has_register(session: Connection) -> bool:
    return bool(session.execute(text("SELECT to_regclass('registry.zones') IS NOT NULL")).scalar_one())


def is_empty(session: Connection) -> bool:
    """Whether there is neither a register nor anything of somebody else's, but for PostGIS."""
    return not session.execute(
        text("""
        SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname !~ '^(pg_|information_schema$|topology$|tiger)'
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))""")
    ).scalar_one()


def checksums(session: Connection) -> dict[str, Sum]:
    """Of every table of the register and of accounts that outlives a crash, and of its own reference systems."""
    names = session.execute(
        text("""
        SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('registry', 'accounts') AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY 1""")
    )
    tables = {name: name for (name,) in names} | {"spatial_ref_sys": OUR_SRIDS}
    return {name: checksum(session, table) for name, table in tables.items()}


def checksum(session: Connection, table: str) -> Sum:
    rows, total = session.execute(text(
        f"SELECT count(*), coalesce(sum(hashtextextended(one::text, 0)), 0)::text FROM (SELECT * FROM {table}) one"
    )).one()  # fmt: skip
    return Sum(rows, total)


def count_sequences(session: Connection) -> dict[str, int]:
    """Where each counter stands, so that no number is given twice after a restore."""
    rows = session.execute(
        text("""
        SELECT schemaname || '.' || sequencename, coalesce(last_value, 0) FROM pg_sequences
        WHERE schemaname IN ('registry', 'accounts') ORDER BY 1""")
    )
    return {str(row[0]): int(row[1]) for row in rows}


def make_ready(database_url: str) -> None:
    """PostGIS and the two roles, where they are missing, before a restore."""
    with owner_engine(database_url).begin() as session:
        session.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        for role in ("registry_read", "registry_write"):
            there = session.execute(text("SELECT FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
            if there is None:
                session.execute(text(f"CREATE ROLE {role} NOLOGIN"))
            session.execute(text(f"GRANT {role} TO current_user"))
