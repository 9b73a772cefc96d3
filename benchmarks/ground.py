"""The ground of the comparison: one private PostGIS with the national data set, and the tables that the peers read.

The registry reads its own tables. The peers get flat ones of the same features and attributes, with an integer key in
the order of the slugs, typed geometry, indexes and fresh statistics: `public` in 4326, `tiles` in 3857.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from api.cluster import Cluster
from api.store.collections import COLLECTIONS, Collection
from benchmarks.contestants import Database, free_port

NATIONAL, TENFOLD = "national", "tenfold"
ZONES = {NATIONAL: 3_000, TENFOLD: 30_000}
VIEWS = {"zones": "zone_features", "lots": "lot_features"}  # what our features are made from
# Beside what the private cluster sets anyway; the same for every contestant.
SETTINGS = {
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "200",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "autovacuum": "off",
}
REVISIONS = (
    "SELECT string_agg(concat_ws(' ', part, revision, changed_at AT TIME ZONE 'UTC'), ', ' ORDER BY part) "
    "FROM registry.revisions"
)
INDEXED = {"zones": ("kind, status", "province_code", "slug"), "lots": ("zone", "status")}

Connection = psycopg.Connection[Any]


@contextmanager
def open_cluster(folder: Path) -> Iterator[Cluster]:
    """The cluster of the comparison, running with its settings."""
    cluster = Cluster(folder, durable=False)
    with cluster.running() as dsn:
        with psycopg.connect(dsn, autocommit=True) as connection:
            changed = apply_settings(connection)
        if changed:
            cluster.stop()
            cluster.start()
        yield cluster


def apply_settings(connection: Connection) -> bool:
    """Writes SETTINGS where they differ; whether a restart is needed."""
    different = False
    for name, value in SETTINGS.items():
        row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
        if row is None or row[0] != value:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
            different = True
    return different


def prepare(cluster: Cluster, name: str, say: Callable[[str], None]) -> Database:
    """The database of that name with its data, up to date, and the peers' tables made from it."""
    database = Database(cluster, name)
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    fill(database, ZONES[name])
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        if not is_flat(connection):
            say("Making the tables that the peers read")
            flatten(connection)
    return database


def fill(database: Database, zones: int) -> None:
    """Has `zones demo` make the data; what is there already it only brings up to date. It says itself what fails."""
    command = [str(Path(sys.executable).with_name("zones")), "demo", "--zones", str(zones), "--no-serve"]
    settings = {"DATABASE_URL": database.dsn, "LOCAL_DIR": str(database.cluster.local_dir)}
    # Its words are not part of the report.
    done = subprocess.run([*command, "--port", str(free_port())], env={**os.environ, **settings}, stdout=2, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def is_flat(connection: Connection) -> bool:
    """Whether the peers' tables hold what the register holds: both are of the same revisions."""
    row = connection.execute(f"SELECT obj_description(to_regnamespace('tiles')) = ({REVISIONS})").fetchone()
    return bool(row and row[0])


def flatten(connection: Connection) -> None:
    """Makes the peers' tables anew, all or none, and gathers statistics on every table."""
    with connection.transaction():
        connection.execute("DROP SCHEMA IF EXISTS tiles CASCADE; CREATE SCHEMA tiles")
        for layer in VIEWS:
            collection = COLLECTIONS[layer]
            connection.execute(f"DROP TABLE IF EXISTS public.{layer}")
            for statement in flat_table(layer, collection):
                connection.execute(statement)
        connection.execute(
            f"DO $$ BEGIN EXECUTE format('COMMENT ON SCHEMA tiles IS %L', ({REVISIONS})); END $$"  # of what they hold
        )
    connection.execute("VACUUM ANALYZE")


def flat_table(layer: str, collection: Collection) -> list[str]:
    """Statements that make `public.{layer}` and `tiles.{layer}` from the view that the features are made from.

    `gid` is the integer key, since lots have an `id` of their own.
    """
    attributes = ", ".join(one.name for one in collection.properties)
    kind, key = collection.geometry_type, f'{collection.id} COLLATE "C"'
    statements = [
        f"CREATE TABLE public.{layer} AS SELECT (row_number() OVER (ORDER BY {key}))::integer AS gid, {attributes}, "
        f"{collection.geometry}::geometry({kind}, 4326) AS geom FROM registry.{VIEWS[layer]} ORDER BY {key}",
        f"CREATE TABLE tiles.{layer} AS SELECT gid, {attributes}, "
        f"ST_Transform(geom, 3857)::geometry({kind}, 3857) AS geom FROM public.{layer} ORDER BY gid",
    ]
    for schema in ("public", "tiles"):
        statements += [
            f"ALTER TABLE {schema}.{layer} ADD PRIMARY KEY (gid)",
            f"CREATE INDEX ON {schema}.{layer} USING gist (geom)",
            *(f"CREATE INDEX ON {schema}.{layer} ({columns})" for columns in INDEXED[layer]),
        ]
    return statements
