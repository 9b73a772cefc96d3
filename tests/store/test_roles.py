"""Who reads cannot write, who writes cannot change history, and not even the owner can by an ordinary statement."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import errors, sql

from tests.store.conftest import Session

HISTORY = {"zone_versions", "facts", "observations", "targets", "milestones", "statements", "evidence", "log",
           "projects", "project_versions", "reports"}  # fmt: skip
# To readers: these name people, or what is not public.
CLOSED = {"log", "changes", "attachments", "projects", "project_versions", "project_states", "project_previews",
          "figure_previews"}  # fmt: skip
# Made again, or kept for a day: a writer may remove them.
DERIVED = {"admin_sketches", "project_previews", "figure_previews"}
TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped
    AND attgenerated = '' AND attidentity = ''
WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind = ANY(%s) GROUP BY 1 ORDER BY 1
"""


def tables(session: Session, kinds: str = "r") -> dict[str, list[str]]:
    """Every table of the register and its columns."""
    return dict(session.execute(TABLES, [list(kinds)]).fetchall())


def writes(table: str, columns: list[str]) -> dict[str, sql.Composed]:
    """One statement a kind of write, each harmless where it is refused."""
    name, column = sql.Identifier("registry", table), sql.Identifier(columns[0])
    all_columns = sql.SQL(", ").join(map(sql.Identifier, columns))
    statements = {
        "INSERT": "INSERT INTO {name} ({all}) SELECT {all} FROM {name} WHERE false",
        "UPDATE": "UPDATE {name} SET {column} = {column}",
        "DELETE": "DELETE FROM {name}",
        "TRUNCATE": "TRUNCATE {name} CASCADE",
    }
    return {kind: sql.SQL(text).format(name=name, column=column, all=all_columns) for kind, text in statements.items()}  # type: ignore[arg-type]


def allowed(session: Session, table: str, columns: list[str]) -> set[str]:
    """The kinds of write that a session's role may do to a table; all are rolled back."""
    found = set()
    for kind, statement in writes(table, columns).items():
        try:
            with session.transaction(force_rollback=True):
                session.execute(statement)
            found.add(kind)
        except errors.InsufficientPrivilege:
            pass
        except (errors.ForeignKeyViolation, errors.RestrictViolation):
            found.add(kind)  # it is something else that stopped it
    return found


@pytest.fixture
def reader(session_of: Callable[[str], Session]) -> Session:
    return session_of("registry_read")


@pytest.fixture
def writer(session_of: Callable[[str], Session]) -> Session:
    return session_of("registry_write")


def test_a_reader_writes_nowhere(session: Session, reader: Session) -> None:
    everything = tables(session)
    assert {"zones", "facts", "alembic_version", "data_files"} <= set(everything)
    assert {name: found for name, columns in everything.items() if (found := allowed(reader, name, columns))} == {}


def test_a_reader_reads_everything_but_the_log(session: Session, reader: Session) -> None:
    for name in CLOSED:
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier("registry", name)))
    for name in set(tables(session, "rv")) - CLOSED:
        reader.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier("registry", name)))


@pytest.mark.parametrize("role", ["registry_read", "registry_write"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE registry.own (id integer)",
        "CREATE SCHEMA own",
        "ALTER TABLE registry.facts DISABLE TRIGGER ALL",
        "DROP TRIGGER facts_immutable ON registry.facts",
        "DROP FUNCTION registry.refuse_change() CASCADE",
        "DELETE FROM spatial_ref_sys",
        "SET session_replication_role = replica",
    ],
)
def test_neither_role_can_change_the_rules(session_of: Callable[[str], Session], role: str, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        session_of(role).execute(statement)  # type: ignore[call-overload]


def test_a_writer_adds_to_history_and_neither_changes_nor_removes_it(session: Session, writer: Session) -> None:
    columns = tables(session)
    assert {name: allowed(writer, name, columns[name]) for name in HISTORY} == {name: {"INSERT"} for name in HISTORY}


def test_a_writer_removes_only_what_is_derived(session: Session, writer: Session) -> None:
    may = {name: allowed(writer, name, columns) for name, columns in tables(session).items()}
    assert {name for name, kinds in may.items() if "DELETE" in kinds} == DERIVED
    assert not any("TRUNCATE" in kinds for kinds in may.values())
    assert may["alembic_version"] == set()


def test_a_writer_says_whether_an_obligation_is_met_but_not_what_it_was(writer: Session) -> None:
    with writer.transaction(force_rollback=True):
        writer.execute("UPDATE registry.obligations SET met = true")
    with pytest.raises(errors.InsufficientPrivilege):
        writer.execute("UPDATE registry.obligations SET requirement = 'none'")


@pytest.fixture
def owner(own_url: str) -> Iterator[Session]:
    with psycopg.connect(own_url, autocommit=True) as connection:
        yield connection


def test_history_is_closed_to_its_owner_too(owner: Session) -> None:
    columns = tables(owner)
    for table in HISTORY:
        for kind, statement in writes(table, columns[table]).items():
            if kind != "INSERT":
                with pytest.raises(errors.RestrictViolation, match="is history: rows are added, never changed"):
                    owner.execute(statement)
    assert owner.execute("SELECT count(*) FROM registry.facts").fetchone() == (239,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry.obligations SET requirement = 'none'",
        "DELETE FROM registry.obligations",
        "TRUNCATE registry.obligations",
        "TRUNCATE registry.sources CASCADE",
        "DELETE FROM registry.facts WHERE id = 'no such fact'",
    ],
)
def test_no_way_round_leads_into_history(owner: Session, statement: str) -> None:
    with pytest.raises(errors.RestrictViolation):
        owner.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("table", ["zones", "sources", "indicators", "admin_units"])
def test_what_history_points_to_cannot_be_removed(owner: Session, table: str) -> None:
    with pytest.raises((errors.ForeignKeyViolation, errors.RestrictViolation)):
        owner.execute(sql.SQL("DELETE FROM registry.{}").format(sql.Identifier(table)))
