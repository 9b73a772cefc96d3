"""The demo's database: marked, whole, the same from the same seed, and never a register with real data."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.errors import DatabaseInUse, DataRefused, HoldsSyntheticData, NoDemoPossible, NotADemo
from api.settings import ROOT
from api.store import demo, migrations
from api.workflows.demo import build
from api.workflows.load import load
from tests.conftest import drop_database, make_database, unique
from tests.workflows.conftest import contents

DATA = ROOT / "data"
ZONES, LOTS = 45, 300


def quietly(_step: str, _done: int, _of: int) -> None:
    """No bar of progress."""


def make_small(dsn: str, *, seed: int = 7, zones: int = ZONES, lots: int = LOTS) -> bool:
    return build(dsn, DATA, seed, zones, lots, quietly)


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


def one(dsn: str, query: str) -> Any:
    return rows(dsn, query)[0][0]


@pytest.fixture(scope="module")
def demo_url(cluster_dsn: str) -> Iterator[str]:
    """A demo that tests only read."""
    dsn = make_database(cluster_dsn, unique("demo"), "registry")
    assert make_small(dsn)
    yield dsn
    drop_database(dsn)


@pytest.fixture
def own_demo_url(cluster_dsn: str, demo_url: str) -> Iterator[str]:
    """A demo of the test's own."""
    dsn = make_database(cluster_dsn, unique("owndemo"), str(psycopg.conninfo.conninfo_to_dict(demo_url)["dbname"]))
    yield dsn
    drop_database(dsn)


def test_it_holds_what_was_asked_for_and_serves_all_of_it(demo_url: str) -> None:
    for table, amount in (("zones", ZONES), ("served_zones", ZONES), ("lots", LOTS), ("served_lots", LOTS)):
        assert one(demo_url, f"SELECT count(*) FROM registry.{table}") == amount
    assert one(demo_url, "SELECT count(*) FROM registry.served_facts") == one(
        demo_url, "SELECT count(*) FROM registry.facts"
    )
    assert one(demo_url, "SELECT count(*) FROM registry.admin_units WHERE geom IS NOT NULL") > 200


def test_it_is_marked_with_what_it_was_made_from(demo_url: str) -> None:
    mark = demo.inspect(demo_url)
    assert mark
    assert (mark.seed, mark.zones, mark.lots) == (7, ZONES, LOTS)


def test_every_made_up_record_says_so(demo_url: str) -> None:
    for query in (
        "SELECT count(*) FROM registry.zones WHERE slug NOT LIKE 'demo-%'",
        "SELECT count(*) FROM registry.zone_versions WHERE author <> 'synthetic' OR sources <> '{synthetic-decisions}'",
        "SELECT count(*) FROM registry.facts WHERE source NOT LIKE 'synthetic-%' OR id NOT LIKE 'demo-%'",
        "SELECT count(*) FROM registry.lots WHERE source NOT LIKE 'synthetic-%'",
        "SELECT count(*) FROM registry.sources WHERE id NOT LIKE 'synthetic-%' OR title NOT LIKE '%synthetic data%'",
    ):
        assert one(demo_url, query) == 0, query


def test_no_zone_of_the_register_is_in_it_and_no_slug_can_meet_one(demo_url: str, loaded_url: str) -> None:
    slugs = "SELECT slug FROM registry.zones"
    assert not {*rows(demo_url, slugs)} & {*rows(loaded_url, slugs)}
    assert one(loaded_url, f"SELECT count(*) FROM ({slugs}) s WHERE slug LIKE 'demo-%'") == 0


def test_figures_rest_on_lots_areas_and_reports(demo_url: str) -> None:
    found = dict(rows(demo_url, "SELECT fill_rate_basis, count(*) FROM registry.zone_figures GROUP BY 1"))
    assert found.keys() == {None, "lots", "areas", "reported"}
    wrong = """SELECT count(*) FROM registry.zone_figures f JOIN (
        SELECT zone, sum(area_ha) AS leasable, sum(area_ha) FILTER (WHERE status = 'leased') AS leased
        FROM registry.lots WHERE land_use IN ('industrial', 'service') GROUP BY zone) l ON l.zone = f.slug
        WHERE (leasable_area_ha, leased_area_ha) IS DISTINCT FROM (leasable, coalesce(leased, 0))"""
    assert one(demo_url, wrong) == 0


def test_a_status_is_the_one_the_seed_gave(demo_url: str) -> None:
    statuses = dict(rows(demo_url, "SELECT status, count(*) FROM registry.zone_figures GROUP BY 1"))
    assert len(statuses) == 9
    assert statuses["operating"] > 15


def test_outlines_and_lots_lie_right_in_postgis_too(demo_url: str) -> None:
    current = "SELECT slug, boundary, province_uid FROM registry.zone_features"
    assert one(demo_url, f"""SELECT count(*) FROM ({current}) a JOIN ({current}) b
        ON a.slug < b.slug AND ST_Intersects(a.boundary, b.boundary)""") == 0  # fmt: skip
    assert one(demo_url, f"""SELECT count(*) FROM ({current}) z JOIN registry.admin_units u ON u.uid = z.province_uid
        WHERE NOT ST_CoveredBy(z.boundary, u.geom)""") == 0  # fmt: skip
    assert one(demo_url, f"""SELECT count(*) FROM registry.lots l JOIN ({current}) z ON z.slug = l.zone
        WHERE NOT ST_CoveredBy(l.geom, z.boundary)""") == 0  # fmt: skip
    measured = rows(demo_url, "SELECT ST_Area(geom::geography) / 10000, area_ha FROM registry.lots LIMIT 50")
    assert all(abs(Decimal(found) / told - 1) < Decimal("0.001") for found, told in measured)


def test_versions_stay_and_the_last_is_current(demo_url: str) -> None:
    assert one(demo_url, "SELECT max(current_version) FROM registry.zones") > 1
    assert one(demo_url, """SELECT count(*) FROM registry.zones z WHERE current_version <>
        (SELECT max(version) FROM registry.zone_versions v WHERE v.slug = z.slug)""") == 0  # fmt: skip


def test_the_same_seed_gives_the_same_rows(demo_url: str, empty_url: str) -> None:
    assert make_small(empty_url)
    mine, other = contents(empty_url), contents(demo_url)
    for table in ("zones", "zone_versions", "facts", "observations", "targets", "milestones", "lots", "zone_figures"):
        assert mine[table] == other[table], table


def test_a_second_start_changes_nothing(own_demo_url: str) -> None:
    before = contents(own_demo_url)
    assert not make_small(own_demo_url)
    assert contents(own_demo_url) == before


def test_another_seed_takes_the_place_of_a_demo(own_demo_url: str) -> None:
    assert make_small(own_demo_url, seed=8, zones=40, lots=0)
    assert one(own_demo_url, "SELECT array_agg((seed, zones, lots)::text) FROM registry.synthetic") == ["(8,40,0)"]
    assert one(own_demo_url, "SELECT count(*) FROM registry.served_zones") == 40


# Never a register with real data


def test_a_loaded_register_is_refused_and_not_touched(own_url: str) -> None:
    before = contents(own_url)
    with pytest.raises(NotADemo, match=r"registry\."):
        make_small(own_url)
    assert contents(own_url) == before


def test_a_register_of_an_older_schema_is_refused_and_not_migrated(own_url: str) -> None:
    migrations.move(own_url, "0003")
    with pytest.raises(NotADemo):
        make_small(own_url)
    assert one(own_url, "SELECT version_num FROM registry.alembic_version") == "0003"


@pytest.mark.parametrize("table", ["sources", "source_kinds", "indicators", "milestone_steps", "admin_units", "zones"])
def test_a_register_with_a_single_row_is_refused(register_url: str, table: str) -> None:
    values = {
        "sources": "(id, kind, title) SELECT 'D1', 'plan', 'Kế hoạch'",
        "source_kinds": "(kind, rank, label_vi, label_en) SELECT 'x', 1, 'x', 'x'",
        "indicators": "(indicator, class, unit, label_vi, label_en, definition_vi, definition_en) "
                      "SELECT 'x', 'statement', '', 'x', 'x', 'x', 'x'",
        "milestone_steps": "(step, rank, status, label_vi, label_en) SELECT 'x', 1, 'x', 'x', 'x'",
        "admin_units": "(uid, code, name, full_name, level, source) SELECT 'x', '1', 'x', 'x', 'province', 'x'",
        "zones": "(slug, current_version) SELECT 'kcn-x', 1",
    }  # fmt: skip
    with psycopg.connect(register_url) as connection:
        connection.execute("SET session_replication_role = replica")  # one row alone, whatever it refers to
        connection.execute(f"INSERT INTO registry.{table} {values[table]}".encode())
    with pytest.raises(NotADemo, match=table):
        make_small(register_url)
    assert one(register_url, f"SELECT count(*) FROM registry.{table}") == 1


def test_a_database_of_something_else_is_refused_and_gets_no_schema(empty_url: str) -> None:
    with psycopg.connect(empty_url) as connection:
        connection.execute("CREATE TABLE public.accounts (name text)")
    with pytest.raises(NotADemo, match=r"public\.accounts"):
        make_small(empty_url)
    assert one(empty_url, "SELECT to_regnamespace('registry')") is None


def test_a_migrated_register_without_a_row_becomes_a_demo(register_url: str) -> None:
    assert make_small(register_url)


def test_the_files_of_the_register_are_not_loaded_into_a_demo(own_demo_url: str) -> None:
    before = contents(own_demo_url)
    with pytest.raises(HoldsSyntheticData):
        load(own_demo_url, DATA)
    assert contents(own_demo_url) == before


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM registry.synthetic", "is history"),
        ("UPDATE registry.synthetic SET seed = 0", "is history"),
        ("TRUNCATE registry.synthetic", "is history"),
        ("INSERT INTO registry.data_files (name, sha256) VALUES ('zones.csv', '0')", "among synthetic data"),
        ("INSERT INTO registry.synthetic (seed, zones, lots, generation) VALUES (1, 1, 1, 1)", "."),
    ],
)
def test_the_mark_stays_whoever_tries(own_demo_url: str, statement: str, why: str) -> None:
    with psycopg.connect(own_demo_url) as connection, pytest.raises(psycopg.Error, match=why):
        connection.execute(statement.encode())


def test_a_register_with_zones_cannot_be_marked(own_url: str) -> None:
    with psycopg.connect(own_url) as connection, pytest.raises(psycopg.Error, match="cannot become synthetic"):
        connection.execute("INSERT INTO registry.synthetic (seed, zones, lots, generation) VALUES (1, 1, 1, 1)")


@pytest.mark.parametrize("seed", [7, 8])
def test_nothing_is_made_while_somebody_else_is_connected(register_url: str, own_demo_url: str, seed: int) -> None:
    for dsn in (register_url, own_demo_url):
        with psycopg.connect(dsn) as visitor:
            visitor.execute("SELECT 1")
            if (dsn, seed) == (own_demo_url, 7):
                assert not make_small(dsn, seed=seed)  # it is there already
                continue
            with pytest.raises(DatabaseInUse):
                make_small(dsn, seed=seed)
    assert one(register_url, "SELECT count(*) FROM registry.synthetic") == 0
    assert one(own_demo_url, "SELECT seed FROM registry.synthetic") == 7


def test_what_cannot_be_made_leaves_the_database_empty(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(NoDemoPossible, match="no room"):
        make_small(empty_url, zones=100_000)
    with pytest.raises(DataRefused, match=r"source_kinds\.csv is missing"):
        build(empty_url, tmp_path, 1, ZONES, LOTS, quietly)
    assert one(empty_url, "SELECT to_regnamespace('registry')") is None
