"""Runs the migrations on the connection it is handed; `api/store/migrations.py` is the only caller."""

from alembic import context

from api.store import tables

connection = context.config.attributes["connection"]


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Compare only the register's own schemas, not PostGIS's tables."""
    return name in (tables.SCHEMA, tables.ACCOUNTS) if type_ == "schema" else True


context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    include_schemas=True,
    include_name=include_name,
    version_table_schema=tables.SCHEMA,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
