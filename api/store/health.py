"""Whether the database can be worked with."""

from api.store.connect import Reader


async def select_readiness(reader: Reader) -> dict[str, object]:
    """Schema version and size of the register. Raises StoreUnavailable, NotMigrated."""
    rows = await reader.rows(
        "SELECT (SELECT version_num FROM alembic_version), (SELECT count(*) FROM zones), postgis_lib_version()"
    )
    return dict(zip(("schema", "zones", "postgis"), rows[0], strict=True))
