"""The comparison counts what an answer holds: GeoJSON and vector tiles, compressed or not."""

import gzip
import json
from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.answers import count_features, slugs


@pytest.fixture
def database(loaded_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(loaded_url) as connection:
        yield connection


def tile(database: psycopg.Connection, layer: str, features: int) -> bytes:
    """A vector tile as PostGIS writes it: polygons with text, numbers and nulls beside them."""
    row = database.execute(
        "SELECT ST_AsMVT(t, %(layer)s) FROM (SELECT ST_AsMVTGeom(ST_Buffer(ST_MakePoint(n * 20, n * 20), 9), "
        "ST_MakeBox2D(ST_MakePoint(0, 0), ST_MakePoint(4096, 4096))) AS geom, n AS number, repeat('Trần Đề ', n) "
        "AS name, nullif(n %% 2, 0)::float8 AS share FROM generate_series(1, %(features)s) n) t",
        {"layer": layer, "features": features},
    ).fetchone()
    assert row
    return bytes(row[0])


@pytest.mark.parametrize("features", [0, 1, 100])
def test_features_of_a_tile(database: psycopg.Connection, features: int) -> None:
    assert count_features(tile(database, "zones", features)) == features


def test_features_of_all_layers_of_a_compressed_tile(database: psycopg.Connection) -> None:
    assert count_features(gzip.compress(tile(database, "zones", 3) + tile(database, "lots", 40))) == 43


def test_a_tile_cut_off_is_no_smaller_tile(database: psycopg.Connection) -> None:
    with pytest.raises((ValueError, IndexError)):
        count_features(tile(database, "zones", 9)[:-5])


def test_features_of_geojson() -> None:
    feature = {"type": "Feature", "properties": {"slug": "kcn-tran-de"}, "geometry": None}
    collection = json.dumps({"type": "FeatureCollection", "features": [feature, feature]}).encode()
    assert count_features(collection) == count_features(gzip.compress(collection)) == 2
    assert count_features(json.dumps(feature).encode()) == 1
    assert slugs(collection) == ["kcn-tran-de", "kcn-tran-de"]
