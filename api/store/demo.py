"""The demo's database: what it holds, the mark that this is made up, and loading by COPY."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql
from sqlalchemy import insert, select, text

from api.errors import DatabaseInUse, NotADemo
from api.store import tables
from api.store.connect import Session, open_session

# What is in nobody's way: the program's own notes, and what extensions brought.
OTHER_RELATIONS = """
SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f', 'v') AND nspname NOT IN ('pg_catalog', 'information_schema')
    AND nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('registry', 'accounts')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.deptype = 'e')
ORDER BY 1 LIMIT 1
"""
OUR_TABLES = """
SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname IN ('registry', 'accounts') AND relkind IN ('r', 'p')
    AND relname NOT IN ('alembic_version', 'revisions', 'revision_times') ORDER BY 1, 2
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""
PATIENCE = 40  # looks, 50 ms apart


@dataclass(frozen=True)
class Mark:
    """What a demo was made from. The same mark is the same data."""

    seed: int
    zones: int
    lots: int
    generation: int


def inspect(database_url: str) -> Mark | None:
    """The mark of a demo; None for an empty database. Raises NotADemo for any other, and changes nothing."""
    with open_session(database_url) as connection:
        connection.read_only = True
        return find_mark_or_emptiness(connection)


def find_mark_or_emptiness(connection: psycopg.Connection) -> Mark | None:
    database = connection.info.dbname
    ours = connection.execute(OUR_TABLES.encode()).fetchall()
    if ("registry", "synthetic") in ours:
        found = connection.execute("SELECT seed, zones, lots, generation FROM registry.synthetic").fetchone()
        if found:
            return Mark(*found)
    other = connection.execute(OTHER_RELATIONS.encode()).fetchone()
    if other:
        raise NotADemo(database=database, what=other[0])
    for schema, name in ours:
        query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(schema, name))
        if connection.execute(query).fetchone() != (False,):
            raise NotADemo(database=database, what=f"{schema}.{name}")
    return None


def claim(session: Session, mark: Mark) -> None:
    """Mark an empty register as synthetic, in the transaction that fills it. Raises NotADemo, DatabaseInUse."""
    connection = raw(session)
    if find_mark_or_emptiness(connection):
        raise NotADemo(database=connection.info.dbname, what="registry.synthetic")
    refuse_company(session)
    session.execute(insert(tables.synthetic).values(asdict(mark)))


def refuse_company(session: Session) -> None:
    """Raise DatabaseInUse if somebody else is connected: a service that looked before would not know the mark."""
    refuse_others(raw(session))


def refuse_others(connection: psycopg.Connection) -> None:
    """The same on a session of psycopg's. Who has just left may still be seen for a moment."""
    for _ in range(PATIENCE):
        connection.execute("SELECT pg_stat_clear_snapshot()")
        if connection.execute(OTHERS.encode()).fetchone() == (0,):
            return
        connection.execute("SELECT pg_sleep(0.05)")
    raise DatabaseInUse(database=connection.info.dbname)


def is_synthetic(session: Session) -> bool:
    """Whether the register holds made-up data."""
    return session.execute(select(tables.synthetic.c.seed)).first() is not None


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add rows as fast as the database takes them; geometries as hexadecimal EWKB."""
    target = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(tables.SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw(session).cursor() as cursor, cursor.copy(target) as copy:
        for row in rows:
            copy.write_row(row)


def label_steps(session: Session) -> None:
    """Let a milestone's wording be the step itself, under the step's own name."""
    session.execute(text(
        "INSERT INTO registry.indicator_values (indicator, value, label_vi, label_en) "
        "SELECT 'status', step, label_vi, label_en FROM registry.milestone_steps ON CONFLICT DO NOTHING"
    ))  # fmt: skip


def analyse(session: Session) -> None:
    """Statistics of what this transaction has loaded: what is worked out from it takes half the time then."""
    connection = raw(session)
    connection.execute("RESET ROLE")  # only an owner may
    connection.execute("ANALYZE")
    connection.execute("SET ROLE registry_write")


def tidy(database_url: str) -> None:
    """Statistics for the planner and pages known to be visible to all, after much was loaded."""
    with open_session(database_url) as connection:
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE)")


def raw(session: Session) -> psycopg.Connection:
    """psycopg's own connection."""
    connection = session.connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def refuse_strangers(database_url: str) -> None:
    """The same before a demo is taken away. Raises DatabaseInUse."""
    with open_session(database_url) as connection:
        refuse_others(connection)
