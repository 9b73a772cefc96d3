"""Programs that read tiles: GDAL's driver for OGC API Tiles, its driver for vector tiles, and a client of TileJSON."""

import json
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest
import shapely
from starlette.testclient import TestClient

from gis.tile_matrix_sets import WEB_MERCATOR_QUAD, Rectangle, to_mercator
from tests.reading import features
from tests.vector_tiles import read_tile

pytestmark = pytest.mark.slow  # a process of its own for each

SCRIPT = """if True:
    import json, sys, pyogrio
    source, options = json.loads(sys.argv[1])
    meta, _, geometries, columns = pyogrio.raw.read(source, **options)
    names = columns[list(meta["fields"]).index("slug")]
    print(json.dumps([meta["crs"], sorted(zip(names, (wkb.hex() for wkb in geometries)))]))
"""


def read(source: str, **options: object) -> tuple[str, dict[str, list[Any]]]:
    """The CRS and the shapes of each slug, read in a process of its own: GDAL keeps the interpreter while it waits."""
    command = [sys.executable, "-c", SCRIPT, json.dumps([source, options])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    crs, rows = json.loads(done.stdout)
    shapes: dict[str, list[Any]] = {}
    for slug, wkb in rows:
        shapes.setdefault(slug, []).append(shapely.from_wkb(wkb))
    return crs, shapes


def outlines(client: TestClient) -> dict[str, Any]:
    found = features(client, "/collections/zones/items")
    return {slug: shapely.geometry.shape(one["geometry"]) for slug, one in found.items() if one["geometry"]}


def assert_alike(drawn: dict[str, list[Any]], stored: dict[str, Any], unit: float) -> None:
    """The pieces of each zone cover its outline, within two units of the tiles' grid."""
    assert set(drawn) == set(stored)
    for slug, pieces in drawn.items():
        assert shapely.hausdorff_distance(shapely.union_all(pieces), stored[slug]) < 2 * unit, slug


def test_gdal_walks_from_a_collection_to_its_tiles(client: TestClient, live_url: str) -> None:
    """It takes WorldCRS84Quad of itself; in another system it takes the collection's extent in degrees for metres."""
    crs, drawn = read(f"OGCAPI:{live_url}/collections/zones", API="TILES", layer="Zoom level 11")
    assert "CRS84" in crs
    assert_alike(drawn, outlines(client), 180 / 2**11 / 4096)


@pytest.mark.parametrize("program", ["pyogrio", "ogrinfo"])
def test_gdal_opens_one_tile(client: TestClient, live_url: str, program: str) -> None:
    tile = "/collections/zones/tiles/WebMercatorQuad/7/60/101"
    source = f"MVT:/vsicurl?empty_dir=yes&url={quote(live_url + tile, safe='')}"
    expected = {one.properties["slug"] for one in read_tile(client.get(tile).content)["zones"]}
    assert len(expected) > 3
    if program == "pyogrio":
        crs, drawn = read(source, X=101, Y=60, Z=7)
        assert crs == "EPSG:3857"
        assert set(drawn) == expected
        return
    command = ["ogrinfo", "-ro", "-al", "-oo", "X=101", "-oo", "Y=60", "-oo", "Z=7", source]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert not told.stderr
    slugs = {line.split(" = ")[1] for line in told.stdout.splitlines() if line.strip().startswith("slug (String) = ")}
    assert slugs == expected
    assert "Khu công nghiệp Trần Đề" in told.stdout


def test_a_client_of_tilejson_fetches_what_it_needs(client: TestClient, live_url: str) -> None:
    """From the TileJSON alone: the tiles within the bounds at the last zoom that has few of them."""
    told = httpx.get(f"{live_url}/collections/zones/tiles/WebMercatorQuad?f=tilejson&lang=en").json()
    assert (told["tilejson"], told["scheme"]) == ("3.0.0", "xyz")
    zoom = 8
    assert told["minzoom"] <= zoom <= told["maxzoom"]
    first_row, last_row, first_column, last_column = WEB_MERCATOR_QUAD.limits(
        zoom, to_mercator(Rectangle(*told["bounds"]))
    )
    found = set()
    for y in range(first_row, last_row + 1):
        for x in range(first_column, last_column + 1):
            answer = httpx.get(told["tiles"][0].format(z=zoom, x=x, y=y))
            assert answer.status_code == 200
            for layer in told["vector_layers"]:
                for one in read_tile(answer.content).get(layer["id"], []):
                    assert set(one.properties) <= set(layer["fields"])
                    found.add(one.properties["slug"])
    assert found == set(outlines(client))
