"""What the peers read is what our features are; boxes and tiles of a larger data set are chosen by what they hold."""

from collections.abc import Iterator

import psycopg
import pytest

from api.store.collections import COLLECTIONS
from benchmarks import growth
from benchmarks.ground import flatten, is_flat
from benchmarks.requests import Request, expect, sample_items


@pytest.fixture
def flat(own_url: str) -> Iterator[psycopg.Connection]:
    """A loaded register with the tables of the peers."""
    with psycopg.connect(own_url, autocommit=True) as connection:
        assert not is_flat(connection)
        flatten(connection)
        assert is_flat(connection)
        yield connection


@pytest.fixture
def grid(empty_url: str) -> Iterator[psycopg.Connection]:
    """40 x 40 small squares, a fiftieth of a degree apart, from 105 E 10 N on."""
    with psycopg.connect(empty_url, autocommit=True) as connection:
        connection.execute(
            "CREATE SCHEMA tiles; CREATE TABLE public.zones AS SELECT ST_Expand("
            "ST_SetSRID(ST_MakePoint(105.01 + x * 0.02, 10.01 + y * 0.02), 4326), 0.001) AS geom "
            "FROM generate_series(0, 39) x, generate_series(0, 39) y; "
            "CREATE TABLE tiles.zones AS SELECT ST_Transform(geom, 3857) AS geom FROM public.zones"
        )
        yield connection


def test_the_peers_have_every_feature_with_every_attribute(flat: psycopg.Connection) -> None:
    names = ", ".join(one.name for one in COLLECTIONS["zones"].properties)
    ours = f"SELECT {names}, ST_AsBinary(boundary) FROM registry.zone_features"
    theirs = f"SELECT {names}, ST_AsBinary(geom) FROM public.zones"
    different = flat.execute(f"({ours} EXCEPT {theirs}) UNION ALL ({theirs} EXCEPT {ours})").fetchall()
    assert different == []
    assert flat.execute("SELECT count(*) FROM public.zones").fetchone() == (len(sample_items(flat)),)


def test_what_an_answer_must_hold_is_counted_in_the_database(flat: psycopg.Connection) -> None:
    row = flat.execute("SELECT kind, status FROM public.zones GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1").fetchone()
    assert row
    found = expect(flat, Request("some", "", "filter", {"kind": row[0], "status": row[1], "limit": 2}))
    parks = flat.execute("SELECT slug FROM public.zones WHERE kind = %s AND status = %s", row)
    assert (found.least, found.most) == (2, 2)
    assert found.slugs == {slug for (slug,) in parks}


@pytest.mark.parametrize("wanted", [4, 36, 400, 1600])
def test_a_box_is_shrunk_to_as_many_matches(grid: psycopg.Connection, wanted: int) -> None:
    whole = (105.0, 10.0, 105.8, 10.8)
    box = growth.shrink(grid, whole, wanted)
    assert growth.within(grid, box) == wanted
    assert box[0] + box[2] == pytest.approx(whole[0] + whole[2])


def test_a_tile_is_found_by_what_it_holds(grid: psycopg.Connection) -> None:
    counts = {growth.in_tile(grid, *growth.find_tile(grid, wanted)) for wanted in (60, 300)}
    assert max(counts) > 250 and min(counts) < 120
