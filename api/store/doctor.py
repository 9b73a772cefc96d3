"""What a database says of its own health; each question is one statement and changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.store.connect import owner_engine
from api.store.migrations import alembic_config, current_revision
from gis.crs import spatial_ref_sys

HISTORY = (
    "zone_versions", "facts", "observations", "targets", "milestones", "obligations", "statements", "evidence",
    "attachments", "reservations", "revision_times", "projects", "project_versions", "log", "synthetic", "reports",
)  # fmt: skip
"""Tables that are only added to: triggers refuse anything else, whoever asks."""
PARTS = {"zones": "slug", "lots": "id", "units": "uid", "facts": "id"}


@dataclass(frozen=True)
class Server:
    """What the database runs on. `version` as 150005; `size_bytes` of this database; `now` by its own clock."""

    version: int
    postgis: str | None
    now: datetime
    size_bytes: int
    connections: int
    most_connections: int
    is_replica: bool
    has_checksums: bool
    fsync: bool


@contextmanager
def examined(database_url: str) -> Iterator[Connection]:
    """A session that only reads. Raises CannotConnect."""
    with owner_engine(database_url).connect() as connection:
        connection.execute(text("SET default_transaction_read_only = on"))
        connection.commit()
        yield connection


def read_server(session: Connection) -> Server:
    row = session.execute(
        text("""
        SELECT current_setting('server_version_num')::int AS version,
            (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis, clock_timestamp() AS now,
            pg_database_size(current_database()) AS size_bytes,
            (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
            current_setting('max_connections')::int AS most_connections, pg_is_in_recovery() AS is_replica,
            current_setting('data_checksums')::bool AS has_checksums, current_setting('fsync')::bool AS fsync""")
    ).mappings()
    return Server(**row.one())


def read_schema(session: Connection) -> tuple[str | None, str]:
    """The version of the schema that is there, and the one that this program is for."""
    script = ScriptDirectory.from_config(alembic_config(session))
    return current_revision(session), str(script.get_current_head())


def wrong_srids(session: Connection) -> list[int]:
    """The register's own reference systems that are missing or are not as the program made them."""
    rows = session.execute(text("SELECT srid, proj4text FROM spatial_ref_sys WHERE srid >= 900000")).all()
    there = {srid: str(definition).strip() for srid, definition in rows}
    return [srid for srid, definition in spatial_ref_sys() if there.get(srid) != definition.strip()]


def broken_indexes(session: Connection) -> list[str]:
    """Indexes that a crash or an operator left unusable."""
    rows = session.execute(
        text("""
        SELECT indexrelid::regclass::text FROM pg_index
        JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('registry', 'accounts') AND NOT (indisvalid AND indisready) ORDER BY 1""")
    )
    return [one for (one,) in rows]


def unguarded_tables(session: Connection) -> list[str]:
    """Tables of history whose triggers against changes are missing or switched off."""
    rows = session.execute(
        text("""
        SELECT one FROM unnest(CAST(:history AS text[])) one
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass('registry.' || one)
            AND tgname = one || '_immutable' AND tgenabled IN ('O', 'A')) ORDER BY 1"""),
        {"history": list(HISTORY)},
    )
    return [one for (one,) in rows]


def rights_too_many(session: Connection) -> list[str]:
    """What the two roles may do and must not: a reader write, a writer change or remove history."""
    rows = session.execute(
        text("""
        SELECT role || ': ' || lower(privilege) || ' ' || c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'registry'
        CROSS JOIN (VALUES ('registry_read', 'INSERT'), ('registry_read', 'UPDATE'), ('registry_read', 'DELETE'),
            ('registry_write', 'UPDATE'), ('registry_write', 'DELETE'), ('registry_write', 'TRUNCATE'))
            may (role, privilege)
        WHERE c.relkind IN ('r', 'p') AND has_table_privilege(role, c.oid, privilege)
            AND (role = 'registry_read' OR c.relname = ANY(CAST(:history AS text[])))
        ORDER BY 1"""),
        {"history": list(HISTORY)},
    )
    return [one for (one,) in rows]


def differing_features(session: Connection) -> dict[str, int]:
    """Of each part, how many features are served otherwise than they follow from their tables."""
    found: dict[str, int] = {}
    for part, key in PARTS.items():
        columns: Any = session.execute(
            text("""
                SELECT string_agg('f.' || quote_ident(attname), ', '), string_agg('s.' || quote_ident(attname), ', ')
                FROM pg_attribute WHERE attrelid = CAST(:view AS regclass) AND attnum > 0 AND NOT attisdropped"""),
            {"view": f"registry.current_{part}"},
        ).one()
        fresh, served = columns
        found[part] = session.execute(text(
            f"SELECT count(*) FROM registry.current_{part} f FULL JOIN registry.served_{part} s ON s.{key} = f.{key} "
            f"WHERE ({fresh}) IS DISTINCT FROM ({served})"
        )).scalar_one()  # fmt: skip
    return found


def overlapping_zones(session: Connection) -> list[str]:
    """Pairs of zones whose measured outlines share more than 1 m² while both are in force."""
    session.execute(text("SET search_path = registry, public, postgis"))
    rows = session.execute(
        text("""
        SELECT least(z.slug, m.other) || ' and ' || greatest(z.slug, m.other)
        FROM zones z JOIN zone_versions v ON v.slug = z.slug AND v.version = z.current_version
            AND v.boundary_quality IN ('surveyed', 'digitised')
        CROSS JOIN LATERAL meeting(z.slug) m GROUP BY 1 ORDER BY 1""")
    )
    return [one for (one,) in rows]
