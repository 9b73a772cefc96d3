"""Whether the database can be worked with."""

import psycopg

from api.errors import StoreUnavailable
from api.store.connect import Reader


async def select_readiness(reader: Reader) -> dict[str, object]:
    """Schema version and size of the register. Raises StoreUnavailable also where the schema is missing."""
    try:
        rows = await reader.rows(
            "SELECT (SELECT version_num FROM alembic_version), (SELECT count(*) FROM zones), postgis_lib_version()"
        )
    except psycopg.errors.UndefinedTable as error:
        raise StoreUnavailable from error
    return dict(zip(("schema", "zones", "postgis"), rows[0], strict=True))
