"""GIS programs as they are: Debian's ogrinfo and ogr2ogr, pyogrio's own GDAL, and OWSLib."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from owslib.ogcapi.features import Features
from shapely.geometry import shape
from starlette.testclient import TestClient

from gis.crs import WEB_MERCATOR, Crs, by_epsg, from_wgs84
from tests.reading import features

pytestmark = pytest.mark.slow  # a database or a process of its own for each

COUNTS = {"zones": 26, "zone-points": 26, "lots": 0, "admin-units": 521, "facts": 239}
FILLED = {name: count for name, count in COUNTS.items() if count}
TRAN_DE = {"name_vi": "Khu công nghiệp Trần Đề", "historic_province": "Tỉnh Sóc Trăng", "province_code": "92"}


def run(*command: str | Path) -> str:
    """A program's output; it must succeed, and say nothing of errors or warnings."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def converted(source: str, layer: str, folder: Path, *options: str) -> dict[str, dict[str, Any]]:
    """What ogr2ogr makes of a layer, as GeoJSON features by id."""
    file = folder / "out.geojson"
    run("ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", *options, file, source, layer)
    return {one["properties"]["id"]: one for one in json.loads(file.read_text(encoding="utf-8"))["features"]}


def geometries(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {id: one["geometry"] and shape(one["geometry"]) for id, one in sorted(found.items())}


def test_ogrinfo_finds_every_collection_with_its_count(live_url: str) -> None:
    told = run("ogrinfo", "-ro", "-al", "-so", f"OAPIF:{live_url}/")
    layers = [line.split(": ")[1] for line in told.splitlines() if line.startswith("Layer name")]
    counts = [int(line.split(": ")[1]) for line in told.splitlines() if line.startswith("Feature Count")]
    assert dict(zip(layers, counts, strict=True)) == COUNTS


@pytest.mark.parametrize("layer", ["zones", "zone-points"])
def test_ogr2ogr_gets_geometry_and_letters_as_they_are_stored(
    client: TestClient, live_url: str, tmp_path: Path, layer: str
) -> None:
    stored = features(client, f"/collections/{layer}/items")
    got = converted(f"OAPIF:{live_url}/", layer, tmp_path)
    assert geometries(got) == geometries(stored)
    for name, text in TRAN_DE.items():
        assert got["kcn-tran-de"]["properties"][name] == text


def test_ogr2ogr_pages_through_all_facts(client: TestClient, live_url: str, tmp_path: Path) -> None:
    got = converted(f"OAPIF:{live_url}/", "facts", tmp_path, "-oo", "PAGE_SIZE=50")
    quotes = {
        id: one["properties"]["quote"] for id, one in features(client, "/collections/facts/items?limit=50").items()
    }
    assert {id: one["properties"]["quote"] for id, one in got.items()} == quotes


def test_ogr2ogr_asks_by_rectangle(client: TestClient, live_url: str, tmp_path: Path) -> None:
    got = converted(f"OAPIF:{live_url}/", "zone-points", tmp_path, "-spat", "105.9", "9.4", "106.2", "9.7")
    assert set(got) == set(features(client, "/collections/zone-points/items?bbox=105.9,9.4,106.2,9.7"))
    assert 0 < len(got) < 26


def read_by_pyogrio(source: str, layer: str, **options: str) -> dict[str, Any]:
    """Geometries by id, read in a process of its own: GDAL keeps the interpreter while it waits for the service."""
    script = """if True:
        import json, sys, pyogrio
        source, layer, options = json.loads(sys.argv[1])
        meta, _, geometries, columns = pyogrio.raw.read(source, layer=layer, **options)
        ids = columns[list(meta["fields"]).index("id")]
        print(json.dumps({id: wkb and wkb.hex() for id, wkb in zip(ids, geometries, strict=True)}))
    """
    told = run(sys.executable, "-c", script, json.dumps([source, layer, options]))
    return {id: wkb and shapely.from_wkb(wkb) for id, wkb in json.loads(told).items()}


@pytest.mark.parametrize("name", FILLED)
def test_pyogrio_reads_every_collection(client: TestClient, live_url: str, name: str) -> None:
    got = read_by_pyogrio(f"OAPIF:{live_url}/", name)
    assert len(got) == COUNTS[name]
    assert got == geometries(features(client, f"/collections/{name}/items?limit=1000"))


@pytest.mark.parametrize("crs", [by_epsg(9209), by_epsg(4756), by_epsg(4326), WEB_MERCATOR], ids=lambda crs: crs.code)
def test_gdal_asks_in_another_system(client: TestClient, live_url: str, crs: Crs) -> None:
    """GDAL turns latitude-first coordinates round: it trusts Content-Crs and the authority's order of axes."""
    got = read_by_pyogrio(f"OAPIF:{live_url}/", "zone-points", CRS=f"EPSG:{crs.code}")
    stored = features(client, "/collections/zone-points/items")
    expected = from_wgs84([stored[id]["geometry"]["coordinates"] for id in got], crs)
    difference = shapely.get_coordinates(list(got.values())) - expected
    assert np.abs(difference).max() < (1e-3 if crs.is_projected else 1e-8)


def test_owslib_walks_from_the_landing_page(live_url: str) -> None:
    service = Features(f"{live_url}/")
    assert service.feature_collections() == list(COUNTS)
    assert any(uri.endswith("/conf/core") for uri in service.conformance()["conformsTo"])
    assert service.api()["openapi"].startswith("3.0")
    for name, count in COUNTS.items():
        page = service.collection_items(name, limit=5)
        assert (page["numberMatched"], page["numberReturned"]) == (count, min(count, 5))
    zone = service.collection_item("zones", "kcn-tran-de")
    assert {name: zone["properties"][name] for name in TRAN_DE} == TRAN_DE


def test_owslib_asks_by_rectangle_time_and_property(live_url: str) -> None:
    service = Features(f"{live_url}/")
    parks = service.collection_items("zones", bbox=[105, 9, 107, 10], kind="industrial_park")
    assert parks["numberMatched"] == 5
    former = service.collection_items("admin-units", datetime_="2025-06-30", level="province", limit=100)
    assert "vn63:94" in {one["id"] for one in former["features"]}
