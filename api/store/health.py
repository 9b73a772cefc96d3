"""Whether the database can be worked with."""

from dataclasses import dataclass

from api.store.connect import Reader


async def select_readiness(reader: Reader) -> dict[str, object]:
    """Schema version and size of the register. Raises StoreUnavailable, NotMigrated."""
    rows = await reader.rows(
        "SELECT (SELECT version_num FROM alembic_version), (SELECT count(*) FROM zones), postgis_lib_version()"
    )
    return dict(zip(("schema", "zones", "postgis"), rows[0], strict=True))


@dataclass(frozen=True)
class Replay:
    """Where the database that is read stands. `lag_seconds` is None of a primary."""

    revision: int
    is_replica: bool
    lag_seconds: float | None


async def select_replay(reader: Reader) -> Replay:
    """The register's revision, and how far a replica is behind: 0 where it has replayed all that it received. Raises
    StoreUnavailable and its kinds.
    """
    rows = await reader.rows("""
        SELECT (SELECT revision FROM revisions WHERE part = 'register'), pg_is_in_recovery(),
            CASE WHEN NOT pg_is_in_recovery() THEN NULL
                WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float END""")
    return Replay(*rows[0])
