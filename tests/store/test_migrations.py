"""The migrations make what the model says, go up and down, and say beforehand which rights they lack."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg import sql
from sqlalchemy.engine import Connection

from api.errors import MissingRights, NewerSchema, UnknownRevision
from api.settings import ROOT
from api.store import migrations, tables
from api.store.connect import owner_engine
from api.workflows.load import load
from tests.conftest import unique
from tests.store.conftest import as_user

pytestmark = pytest.mark.slow  # a database or a process of its own for each

STEPS = sorted(path.name[1:5] for path in (ROOT / "migrations" / "versions").glob("v*.py"))
HEAD = STEPS[-1]
# What the database makes of the model by itself, column for column after its views: tests/store/test_served.py
MADE_BY_THE_DATABASE = ("alembic_version", "served_", "past_", "tile_", "revisions", "dirty", "publishing")
COMMENTS = {"add_table_comment", "remove_table_comment", "modify_comment"}
OBJECTS = """
SELECT 'relation ' || c.relname || ' ' || c.relkind::text || ' ' || coalesce(c.relacl::text, '')
    FROM pg_class c WHERE relnamespace = ANY (OURS) AND relname NOT LIKE 'alembic_version%'
UNION ALL SELECT 'column ' || attrelid::regclass::text || ' ' || attname || ' ' || format_type(atttypid, atttypmod)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = ANY (OURS) AND attnum > 0 AND NOT attisdropped AND relname NOT LIKE 'alembic%'
UNION ALL SELECT 'constraint ' || conrelid::regclass::text || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = ANY (OURS)
UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace = ANY (OURS) AND NOT tgisinternal
UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = ANY (OURS)
UNION ALL SELECT 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') FROM pg_namespace WHERE nspname = 'accounts'
UNION ALL SELECT 'srid ' || srid || ' ' || proj4text FROM spatial_ref_sys WHERE srid > 900000
""".replace("OURS", "ARRAY[to_regnamespace('registry'), to_regnamespace('accounts')]")


def objects(dsn: str) -> set[str]:
    """All that the migrations make in a database."""
    with psycopg.connect(dsn) as connection:
        return {row[0] for row in connection.execute(OBJECTS)}


@pytest.fixture
def without_rights(empty_url: str) -> Iterator[str]:
    """A database user who may connect to an empty database and nothing else."""
    name = unique("visitor")
    with psycopg.connect(empty_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        yield name
        owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def administer(empty_url: str, without_rights: str) -> Callable[[str], None]:
    """Does what an administrator does for that user: {user} stands for the name."""

    def execute(statement: str) -> None:
        with psycopg.connect(empty_url, autocommit=True) as owner:
            owner.execute(sql.SQL(statement).format(user=sql.Identifier(without_rights)))  # type: ignore[arg-type]

    return execute


def test_down_to_nothing_and_up_again_gives_the_same_database(empty_url: str) -> None:
    bare = objects(empty_url)
    assert migrations.move(empty_url) == HEAD
    made = objects(empty_url)
    assert len(made) > 300

    assert migrations.move(empty_url, "base") == "base"
    assert {one for one in objects(empty_url) - bare if "alembic_version" not in one} == set()

    assert migrations.move(empty_url) == HEAD
    assert objects(empty_url) == made


def test_each_step_can_be_taken_alone(empty_url: str) -> None:
    states = {}
    for revision in STEPS:
        assert migrations.move(empty_url, revision) == revision
        states[revision] = objects(empty_url)
    for revision in reversed(STEPS):
        assert migrations.move(empty_url, revision) == revision
        assert objects(empty_url) == states[revision]


def test_a_database_that_is_up_to_date_is_left_as_it_is(own_url: str) -> None:
    before = objects(own_url)
    assert migrations.move(own_url) == HEAD
    assert objects(own_url) == before


def test_a_loaded_register_goes_down_and_can_be_loaded_again(own_url: str) -> None:
    migrations.move(own_url, "base")
    migrations.move(own_url)
    assert not load(own_url, ROOT / "data").refused


def test_a_register_of_before_learns_of_plants_and_cleared_land(own_url: str) -> None:
    """What the migration works out by itself is what the rules work out, and it is served at once."""
    served = "SELECT slug, has_wastewater_plant, has_cleared_land, revision FROM registry.served_zones ORDER BY slug"
    with psycopg.connect(own_url) as connection:
        before = [row[:3] for row in connection.execute(served.encode())]
    assert {row for row in before if row[1:] != (None, None)} == {("kcn-tran-de", False, True)}
    migrations.move(own_url, "0008")
    migrations.move(own_url)
    with psycopg.connect(own_url) as connection:
        after = connection.execute(served.encode()).fetchall()
        (revision,) = connection.execute("SELECT revision FROM registry.revisions WHERE part = 'zones'").fetchall()[0]
    assert [row[:3] for row in after] == before
    assert [row[0] for row in after if row[3] == revision] == ["kcn-tran-de"]


def test_a_version_that_does_not_exist_is_named_with_those_that_do(empty_url: str) -> None:
    with pytest.raises(UnknownRevision, match=rf"“9999”.*head, {HEAD}, .*0001, base"):
        migrations.move(empty_url, "9999")


def test_a_database_of_a_later_program_is_left_alone(own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("UPDATE registry.alembic_version SET version_num = '9999'")
    before = objects(own_url)
    for revision in ("head", "base", STEPS[0]):
        with pytest.raises(NewerSchema, match="at version “9999”"):
            migrations.move(own_url, revision)
    assert objects(own_url) == before


def test_the_model_is_what_the_migrations_make(loaded_url: str) -> None:
    assert differences(loaded_url) == []


def test_a_column_that_the_model_lacks_would_be_seen(own_url: str) -> None:
    with psycopg.connect(own_url) as connection:
        connection.execute("ALTER TABLE registry.zones ADD COLUMN colour text")
    assert [one[:2] for one in differences(own_url)] == [("remove_column", "registry")]


def differences(dsn: str) -> list[Any]:
    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        return (
            name in (tables.SCHEMA, tables.ACCOUNTS)
            if kind == "schema"
            else not str(name).startswith(MADE_BY_THE_DATABASE)
        )

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": include_name,
                "compare_type": True,
                "version_table_schema": tables.SCHEMA,
            },
        )
        found: list[Any] = []
        for one in compare_metadata(context, tables.metadata):
            found += one if isinstance(one, list) else [one]
        return [one for one in found if one[0] not in COMMENTS]

    with owner_engine(dsn).connect() as connection:
        return compare(connection)


def test_a_user_without_rights_is_told_all_that_is_missing_and_nothing_is_changed(
    empty_url: str, without_rights: str
) -> None:
    before = objects(empty_url)
    with pytest.raises(MissingRights) as caught:
        migrations.move(as_user(empty_url, without_rights))

    told = str(caught.value)
    assert without_rights in told
    assert "CREATE on the database" in told
    assert "membership in the roles registry_read and registry_write" in told
    assert "SELECT, INSERT and UPDATE on spatial_ref_sys" in told
    assert "CREATE EXTENSION" not in told  # PostGIS is there
    assert objects(empty_url) == before


def test_without_postgis_the_administrator_is_told_how_to_add_it(
    empty_url: str, without_rights: str, administer: Callable[[str], None]
) -> None:
    administer("DROP EXTENSION postgis")
    with pytest.raises(MissingRights, match="CREATE EXTENSION postgis"):
        migrations.move(as_user(empty_url, without_rights))


def test_half_a_right_is_not_enough(empty_url: str, without_rights: str, administer: Callable[[str], None]) -> None:
    administer("GRANT INSERT ON spatial_ref_sys TO {user}")
    with pytest.raises(MissingRights, match="INSERT and UPDATE on spatial_ref_sys"):
        migrations.move(as_user(empty_url, without_rights))


def test_a_schema_of_somebody_else_is_told(
    empty_url: str, without_rights: str, administer: Callable[[str], None]
) -> None:
    administer("CREATE SCHEMA registry")
    administer("CREATE SCHEMA accounts")
    with pytest.raises(MissingRights, match="ownership of the schema registry; ownership of the schema accounts"):
        migrations.move(as_user(empty_url, without_rights))


def test_the_rights_that_are_told_are_enough_to_migrate_and_load(
    empty_url: str, without_rights: str, administer: Callable[[str], None], own_database_name: str
) -> None:
    administer(f"GRANT CREATE ON DATABASE {own_database_name} TO {{user}}")
    administer("GRANT INSERT, UPDATE ON spatial_ref_sys TO {user}")
    administer("GRANT registry_read, registry_write TO {user}")
    dsn = as_user(empty_url, without_rights)

    assert migrations.move(dsn) == HEAD
    assert not load(dsn, ROOT / "data").refused
    with psycopg.connect(empty_url) as connection:  # a session of theirs may take on the role that writes
        connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(without_rights)))
        connection.execute("SET ROLE registry_write")
        assert connection.execute("SELECT count(*) FROM registry.facts").fetchone() == (239,)


@pytest.fixture
def own_database_name(empty_url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(empty_url)["dbname"])
