"""Migrating a database, and telling which rights are missing before anything is touched."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.errors import MissingRights, NewerSchema, UnknownRevision
from api.settings import ROOT
from api.store.connect import owner_engine

LOCK = 7_206_960  # one migration at a time on one database

RIGHTS = """
SELECT current_user AS "user", current_database() AS database,
    has_database_privilege(current_database(), 'CREATE') AS "create",
    EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis') OR me.rolsuper AS postgis,
    me.rolsuper OR me.rolcreaterole OR (SELECT count(*) = 2 FROM pg_roles
        WHERE rolname IN ('registry_read', 'registry_write') AND pg_has_role(current_user, oid, 'MEMBER')) AS roles,
    coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'registry'), true) AS "schema",
    coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'accounts'), true) AS accounts,
    (SELECT bool_and(has_table_privilege(to_regclass('spatial_ref_sys'), one))
        FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) one) AS reference
FROM pg_roles me WHERE me.rolname = current_user
"""  # null where there is no such table yet; a list 'INSERT, UPDATE' would ask for any of them
NEEDED = {
    "create": "CREATE on the database",
    "postgis": "the extension postgis (an administrator runs: CREATE EXTENSION postgis)",
    "roles": "CREATEROLE, or membership in the roles registry_read and registry_write",
    "schema": "ownership of the schema registry",
    "accounts": "ownership of the schema accounts",
    "reference": "SELECT, INSERT and UPDATE on spatial_ref_sys",
}


def move(database_url: str, revision: str = "head") -> str:
    """Bring the database to `revision`, up or down, making schema and extension where they are missing.

    Returns the version it is at then. Going down takes the data of the later migrations away. Raises MissingRights
    with all that lacks, before the first change, NewerSchema and UnknownRevision.
    """
    with owner_engine(database_url).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        check_rights(connection)
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS registry"))
        config = alembic_config(connection)
        here = current_revision(connection)
        known = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
        if here and here not in known:
            raise NewerSchema(revision=here)
        if revision not in ("head", "base", *known):
            raise UnknownRevision(revision=revision, known=", ".join(["head", *known, "base"]))
        goes_down = revision == "base" or (
            here is not None and revision in known and known.index(revision) > known.index(here)
        )
        (command.downgrade if goes_down else command.upgrade)(config, revision)
        return current_revision(connection) or "base"


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table_schema": "registry"}).get_current_revision()


def check_rights(connection: Connection) -> None:
    row = connection.execute(text(RIGHTS)).mappings().one()
    missing = [right for name, right in NEEDED.items() if row[name] is False]
    if missing:
        raise MissingRights(user=row["user"], database=row["database"], missing="; ".join(missing))


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config
