"""Vector tiles: what lies in them, what they cost nothing to ask again, and what is refused."""

import gzip
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import shapely
import zstandard
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from gis.tile_matrix_sets import (
    TILE_MATRIX_SETS,
    WEB_MERCATOR_QUAD,
    WORLD_CRS84_QUAD,
    Rectangle,
    TileMatrixSet,
    to_mercator,
)
from tests.reading import features
from tests.vector_tiles import Drawn, read_tile

MVT = "application/vnd.mapbox-vector-tile"
TRAN_DE = "kcn-tran-de"
GRIDS = pytest.mark.parametrize("grid", TILE_MATRIX_SETS.values(), ids=lambda grid: grid.name)


def tile_around(grid: TileMatrixSet, zoom: int, lon: float, lat: float) -> tuple[int, int]:
    """Row and column of the tile around a place."""
    place = Rectangle(lon, lat, lon, lat)
    limits = grid.limits(zoom, place if grid is WORLD_CRS84_QUAD else to_mercator(place))
    return limits.first_row, limits.first_column


def tile(client: TestClient, collection: str, grid: TileMatrixSet, zoom: int, row: int, column: int) -> list[Drawn]:
    answer = client.get(f"/collections/{collection}/tiles/{grid.name}/{zoom}/{row}/{column}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MVT
    layers = read_tile(answer.content)
    assert set(layers) <= {collection}
    return layers.get(collection, [])


def tiles_with(client: TestClient, collection: str, grid: TileMatrixSet, zoom: int) -> set[tuple[int, int]]:
    """Row and column of each tile that a feature of the collection may lie in."""
    shapes = [shapely.geometry.shape(one["geometry"]) for one in features(
        client, f"/collections/{collection}/items?limit=10000").values() if one["geometry"]]  # fmt: skip
    found = set()
    for shape in shapes:
        west, south, east, north = shape.bounds
        (first_row, first_column), (last_row, last_column) = (
            tile_around(grid, zoom, west, north), tile_around(grid, zoom, east, south),
        )  # fmt: skip
        found |= {
            (row, column) for row in range(first_row, last_row + 1) for column in range(first_column, last_column + 1)
        }
    return found


def change_zone(url: str, change: str) -> None:
    """A next version of Trần Đề, in force at once, with a change in SQL."""
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = 'registry.zone_versions'::regclass "
            "AND attnum > 0 AND attgenerated = '' AND attname <> 'recorded_at'"
        ).fetchone()
        assert columns
        for statement in (
            f"CREATE TEMP TABLE next ON COMMIT DROP AS SELECT {columns[0]} FROM registry.zone_versions "
            f"WHERE slug = '{TRAN_DE}' ORDER BY version DESC LIMIT 1",
            f"UPDATE next SET version = version + 1, {change}",
            f"INSERT INTO registry.zone_versions ({columns[0]}) SELECT {columns[0]} FROM next",
            f"UPDATE registry.zones SET current_version = current_version + 1 WHERE slug = '{TRAN_DE}'",
        ):
            connection.execute(statement.encode())


def outlined(client: TestClient) -> dict[str, Any]:
    return {slug: one for slug, one in features(client, "/collections/zones/items").items() if one["geometry"]}


@GRIDS
@pytest.mark.parametrize("zoom", range(15))
def test_no_zone_vanishes_at_any_zoom(client: TestClient, grid: TileMatrixSet, zoom: int) -> None:
    drawn = [
        one
        for row, column in tiles_with(client, "zones", grid, zoom)
        for one in tile(client, "zones", grid, zoom, row, column)
    ]
    assert {one.properties["slug"] for one in drawn} == set(outlined(client))


@GRIDS
def test_a_zone_lies_where_it_is(client: TestClient, grid: TileMatrixSet) -> None:
    """The corners of the outline, on a grid as fine as the tile's, back in the CRS of the tile matrix set."""
    zoom = 13
    zone = outlined(client)[TRAN_DE]
    outline = shapely.geometry.shape(zone["geometry"])
    row, column = tile_around(grid, zoom, *outline.representative_point().coords[0])
    area = grid.tile(zoom, row, column)
    unit = (area.east - area.west) / 4096
    (found,) = [one for one in tile(client, "zones", grid, zoom, row, column) if one.properties["slug"] == TRAN_DE]
    drawn = shapely.Polygon([(area.west + x * unit, area.north - y * unit) for x, y in found.rings[0]])
    if grid is WEB_MERCATOR_QUAD:
        outline = shapely.transform(outline, lambda xy: [to_mercator_point(*one) for one in xy])
    window = shapely.box(*area.grown(64 * unit))
    assert drawn.symmetric_difference(outline & window).area < 0.005 * (outline & window).area


@GRIDS
@pytest.mark.parametrize("zoom", [5, 9, 10, 12, 14, 16])
def test_outlines_are_drawn_as_the_format_wants_them(client: TestClient, grid: TileMatrixSet, zoom: int) -> None:
    """Valid, and the outer ring clockwise on the screen, whose y goes down; whether clipped, moved or made a square."""
    zone = shapely.geometry.shape(outlined(client)[TRAN_DE]["geometry"])
    for place in (zone.representative_point(), zone.boundary.interpolate(0.3, normalized=True)):
        row, column = tile_around(grid, zoom, *place.coords[0])
        for one in tile(client, "zones", grid, zoom, row, column):
            outer = shapely.Polygon(one.rings[0])
            assert outer.is_valid
            assert outer.exterior.is_ccw  # of coordinates whose y goes up; on the screen it is the other way
            assert all(len(ring) == len(set(ring)) for ring in one.rings)


def to_mercator_point(lon: float, lat: float) -> tuple[float, float]:
    place = to_mercator(Rectangle(lon, lat, lon, lat))
    return place.west, place.north


def test_a_small_zone_is_a_square_of_two_units(client: TestClient) -> None:
    sizes = {one.size for one in tile(client, "zones", WEB_MERCATOR_QUAD, 0, 0, 0)}
    assert (2, 2) in sizes
    assert all(min(width, height) >= 1 for width, height in sizes)


def test_a_long_and_thin_zone_is_seen(own_client: TestClient, own_url: str) -> None:
    """At zoom 0 a unit is 9.8 km: an outline 60 km long and 60 m wide would fall through the grid."""
    change_zone(own_url, "boundary = ST_Multi(ST_MakeEnvelope(105.5, 9.6, 106.05, 9.6005, 4326))")
    found = {one.properties["slug"] for one in tile(own_client, "zones", WEB_MERCATOR_QUAD, 0, 0, 0)}
    assert TRAN_DE in found


@GRIDS
def test_every_zone_is_a_point(client: TestClient, grid: TileMatrixSet) -> None:
    found = [
        one for row, column in tiles_with(client, "zone-points", grid, 9)
        for one in tile(client, "zone-points", grid, 9, row, column)
    ]  # fmt: skip
    assert {one.properties["slug"] for one in found} == set(features(client, "/collections/zone-points/items"))
    assert all(one.size == (0, 0) for one in found)


def test_a_zone_tells_little_from_far_and_its_name_from_near(client: TestClient) -> None:
    near = named(client, 12)
    assert near.properties["name_vi"] == "Khu công nghiệp Trần Đề"
    assert near.properties["kind"] == "industrial_park"
    assert near.properties["boundary_quality"] == "indicative"
    assert "name_vi" not in named(client, 6).properties
    assert named(client, 6).properties["slug"] == TRAN_DE


def named(client: TestClient, zoom: int) -> Drawn:
    lon, lat = features(client, "/collections/zone-points/items")[TRAN_DE]["geometry"]["coordinates"]
    row, column = tile_around(WEB_MERCATOR_QUAD, zoom, lon, lat)
    (found,) = [
        one for one in tile(client, "zones", WEB_MERCATOR_QUAD, zoom, row, column) if one.properties["slug"] == TRAN_DE
    ]
    assert found.id > 0
    return found


def test_a_unit_tells_its_level_and_when_it_was_in_force(client: TestClient) -> None:
    row, column = tile_around(WEB_MERCATOR_QUAD, 8, 105.97, 9.6)
    units = {
        one.properties["uid"]: one.properties for one in tile(client, "admin-units", WEB_MERCATOR_QUAD, 8, row, column)
    }
    assert units["vn63:94"]["level"] == "province"
    assert units["vn63:94"]["valid_to"] == "2025-06-30"
    assert {"province", "district", "commune"} == {one["level"] for one in units.values()}


def test_lots_are_there_from_zoom_12_on(own_client: TestClient, own_url: str) -> None:
    add_lot(own_url)
    row, column = tile_around(WEB_MERCATOR_QUAD, 12, 106.17, 9.52)
    (lot,) = tile(own_client, "lots", WEB_MERCATOR_QUAD, 12, row, column)
    assert lot.properties == {
        "id": f"{TRAN_DE}.A1", "zone": TRAN_DE, "code": "A1", "land_use": "industrial", "status": "available",
        "area_ha": 5.5,
    }  # fmt: skip
    answer = own_client.get(f"/collections/lots/tiles/WebMercatorQuad/11/{row // 2}/{column // 2}?lang=en")
    assert answer.status_code == 404
    assert "zoom 12 to 18" in answer.json()["detail"]
    row, column = tile_around(WORLD_CRS84_QUAD, 11, 106.17, 9.52)
    assert len(tile(own_client, "lots", WORLD_CRS84_QUAD, 11, row, column)) == 1


def add_lot(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO registry.lots (zone, code, land_use, status, area_ha, geom) VALUES (%s, 'A1', 'industrial', "
            "'available', 5.5, ST_Multi(ST_MakeEnvelope(106.17, 9.52, 106.172, 9.522, 4326)))", (TRAN_DE,),
        )  # fmt: skip


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt")
def test_a_tile_of_all_collections_has_a_layer_for_each(own_client: TestClient, own_url: str) -> None:
    add_lot(own_url)
    row, column = tile_around(WEB_MERCATOR_QUAD, 12, 106.17, 9.52)
    layers = read_tile(own_client.get(f"/tiles/WebMercatorQuad/12/{row}/{column}").content)
    assert {"lots", "admin-units"} <= set(layers)
    for name in layers:
        alone = own_client.get(f"/collections/{name}/tiles/WebMercatorQuad/12/{row}/{column}").content
        assert read_tile(alone)[name] == layers[name]
    assert "lots" not in read_tile(own_client.get("/tiles/WebMercatorQuad/5/15/25").content)


# Asked again


@pytest.fixture
def fresh_client(own_url: str) -> Iterator[TestClient]:
    """The service that keeps no answer, on a register of the test's own."""
    with TestClient(create_app(Settings(database_url=own_url, kept_answers_mb=0))) as made:
        yield made


TILE = "/collections/zones/tiles/WebMercatorQuad/7/60/101"


@pytest.mark.parametrize("service", ["own_client", "fresh_client"])
def test_a_change_shows_with_the_very_next_request(request: pytest.FixtureRequest, own_url: str, service: str) -> None:
    client: TestClient = request.getfixturevalue(service)
    before = client.get(TILE)
    assert "Khu công nghiệp Trần Đề".encode() in before.content
    change_zone(own_url, "name_vi = 'Khu mới'")
    after = client.get(TILE, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "Khu mới".encode() in after.content
    assert "Khu công nghiệp Trần Đề".encode() not in after.content
    again = client.get(TILE, headers={"If-None-Match": after.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_two_processes_give_the_same_etag(own_client: TestClient, fresh_client: TestClient) -> None:
    one, other = own_client.get(TILE), fresh_client.get(TILE)
    assert one.headers["etag"] == other.headers["etag"]
    assert not one.headers["etag"].startswith("W/")
    assert one.content == other.content


def test_a_change_elsewhere_leaves_the_etag_of_a_tile(own_client: TestClient, own_url: str) -> None:
    before = own_client.get(TILE).headers["etag"]
    with psycopg.connect(own_url) as connection:
        connection.execute("UPDATE registry.admin_units SET name_en = 'X' WHERE uid = 'vn63:94'")
    assert own_client.get(TILE, headers={"If-None-Match": before}).status_code == 304


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_tile_is_compressed_for_who_can_read_it(client: TestClient, coding: str) -> None:
    plain = client.get(TILE, headers={"Accept-Encoding": "identity"})
    with client.stream("GET", TILE, headers={"Accept-Encoding": coding}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert len(body) < len(plain.content)
    read = gzip.decompress(body) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj().decompress(body)
    assert read == plain.content
    assert answer.headers["etag"] != plain.headers["etag"]


def test_head_tells_what_get_would(client: TestClient) -> None:
    got, told = client.get(TILE), client.head(TILE)
    assert told.content == b""
    for name in ("etag", "content-type", "last-modified"):
        assert told.headers[name] == got.headers[name]


def test_methods_of_a_tile(client: TestClient) -> None:
    assert client.options(TILE).headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.post(TILE).status_code == 405


# Refused


@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core")
def test_an_empty_tile_within_the_limits_is_an_empty_answer(client: TestClient) -> None:
    limits = client.get("/collections/zones/tiles/WebMercatorQuad?f=json").json()["tileMatrixSetLimits"][12]
    empty = [
        answer for row in range(limits["minTileRow"], limits["maxTileRow"] + 1)
        for answer in [client.get(f"/collections/zones/tiles/WebMercatorQuad/12/{row}/{limits['minTileCol']}")]
        if not answer.content
    ]  # fmt: skip
    assert empty
    assert {one.status_code for one in empty} == {200}
    assert all(one.headers["content-type"] == MVT and one.headers["etag"] for one in empty)


def test_a_register_without_lots_has_empty_tiles_of_them(client: TestClient) -> None:
    answer = client.get("/collections/lots/tiles/WebMercatorQuad/14/7000/12000")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/collections/zones/tiles/WebMercatorQuad/5/1/1", "unknown-tile", "rows 15 to 15 and columns 25 to 25"),
        ("/collections/zones/tiles/WebMercatorQuad/5/32/25", "unknown-tile", "the row stands before the column"),
        ("/collections/zones/tiles/WebMercatorQuad/5/x/25", "unknown-tile", "“x”"),
        ("/collections/zones/tiles/WebMercatorQuad/5/-1/25", "unknown-tile", "“-1”"),
        ("/collections/zones/tiles/WebMercatorQuad/5/015/25", "unknown-tile", "“015”"),
        ("/collections/zones/tiles/WebMercatorQuad/5/15/", "unknown-tile", "“”"),
        ("/collections/zones/tiles/WebMercatorQuad/19/0/0", "unknown-zoom", "zoom 0 to 18"),
        ("/collections/zones/tiles/WorldCRS84Quad/18/0/0", "unknown-zoom", "zoom 0 to 17"),
        ("/collections/zones/tiles/WebMercatorQuad/٥/15/25", "unknown-zoom", "“٥”"),
        ("/collections/zones/tiles/WebMercatorQuad/5.0/15/25", "unknown-zoom", "“5.0”"),
        ("/collections/zones/tiles/Moon/5/15/25", "unknown-tile-matrix-set", "WebMercatorQuad, WorldCRS84Quad"),
        ("/collections/zones/tiles/Moon", "unknown-tile-matrix-set", "WebMercatorQuad, WorldCRS84Quad"),
        ("/tileMatrixSets/Moon", "unknown-tile-matrix-set", "WebMercatorQuad, WorldCRS84Quad"),
        ("/tiles/Moon/5/15/25", "unknown-tile-matrix-set", "WebMercatorQuad, WorldCRS84Quad"),
        ("/collections/facts/tiles/WebMercatorQuad/5/15/25", "no-tiles", "zones, zone-points, lots, admin-units"),
        ("/collections/facts/tiles", "no-tiles", "zones, zone-points, lots, admin-units"),
        ("/collections/moons/tiles/WebMercatorQuad/5/15/25", "unknown-collection", "admin-units"),
    ],
)
@pytest.mark.conformance("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core")
def test_what_is_not_there_is_said_with_what_is(client: TestClient, path: str, kind: str, says: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json, */*;q=0.1", "Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{kind}"
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [("?f=png", {}, 400), ("?size=2", {}, 400), ("?f=mvt&f=mvt", {}, 400), ("", {"Accept": "image/png"}, 406)],
)
def test_what_is_not_understood_is_refused(
    client: TestClient, query: str, headers: dict[str, str], status: int
) -> None:
    assert client.get(TILE, headers=headers).status_code in (200, 406)
    assert client.get(TILE + query, headers=headers).status_code == status
    assert client.get(TILE + "?f=mvt").status_code == 200


def test_the_limits_follow_the_data(own_client: TestClient, own_url: str) -> None:
    row, column = tile_around(WEB_MERCATOR_QUAD, 10, 108.0, 16.0)
    far = f"/collections/zones/tiles/WebMercatorQuad/10/{row}/{column}"
    assert own_client.get(far).status_code == 404
    change_zone(own_url, "boundary = ST_Multi(ST_MakeEnvelope(108, 16, 108.01, 16.01, 4326))")
    assert TRAN_DE.encode() in own_client.get(far).content
    change_zone(
        own_url, "boundary = (SELECT boundary FROM registry.zone_versions o WHERE o.slug = next.slug AND o.version = 1)"
    )
    assert own_client.get(far).status_code == 404


def test_full_detail_tells_all_properties(loaded_url: str, client: TestClient) -> None:
    with TestClient(create_app(Settings(database_url=loaded_url, tile_detail="full"))) as full:
        (found,) = [
            one for one in tile(full, "zones", WEB_MERCATOR_QUAD, 5, 15, 25) if one.properties["slug"] == TRAN_DE
        ]
        tileset = full.get("/collections/zones/tiles/WebMercatorQuad?f=json").json()
    stored = features(client, "/collections/zones/items")[TRAN_DE]["properties"]
    assert {name for name, value in stored.items() if value is not None} == set(found.properties)
    assert found.properties["declared_area_ha"] == stored["declared_area_ha"]
    assert set(tileset["layers"][0]["propertiesSchema"]["properties"]) == set(stored)
