"""Files as people get them: by HTTP from a query, and from the command line; read by Debian's GDAL and geopandas."""

import csv
import io
import json
import subprocess
import sys
import tempfile
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas
import openpyxl
import psycopg
import pytest
import shapely
from starlette.testclient import TestClient

from api.routes.requests import FILES
from api.settings import ROOT
from gis.formats import FORMATS
from tests.changes import publish_version
from tests.reading import features

MEDIA = {
    "geojsonseq": "application/geo+json-seq", "jsonfg": "application/vnd.ogc.fg+json", "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3", "fgb": "application/vnd.flatgeobuf",
    "parquet": "application/vnd.apache.parquet", "kml": "application/vnd.google-earth.kml+xml",
    "shp": "application/zip",
}  # fmt: skip


def saved(client: TestClient, folder: Path, address: str) -> Path:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    path = folder / answer.headers["content-disposition"].split('"')[1]
    path.write_bytes(answer.content)
    return path


@pytest.mark.parametrize("name", FILES)
def test_each_format_has_its_media_type_and_a_name(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    address = f"/collections/zones/items?f={name}&kind=industrial_park"
    answer = client.get(address, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[name]
    assert answer.headers["content-length"] == str(len(answer.content))
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="zones-20') and disposition.endswith(f'{FORMATS[name].ending}"')
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert 'rel="collection"' in answer.headers["link"]
    assert list(tmp_path.iterdir()) == []


def test_accept_asks_for_a_file_too(client: TestClient) -> None:
    answer = client.get("/collections/zones/items", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    anything = client.get("/collections/zones/items", headers={"Accept": "*/*"})
    assert anything.headers["content-type"] == "application/geo+json"


def test_a_file_holds_all_that_was_found_a_page_only_with_a_limit(client: TestClient) -> None:
    def count(parameters: str) -> int:
        return client.get(f"/collections/admin-units/items?f=geojsonseq{parameters}").text.count("\x1e")

    assert (count(""), count("&limit=7"), count("&level=province&limit=7")) == (521, 7, 7)


def test_the_query_filters_the_file(client: TestClient, tmp_path: Path) -> None:
    asked = "bbox=105.9,9.4,106.2,9.7&kind=industrial_park"
    expected = features(client, f"/collections/zone-points/items?{asked}")
    found = geopandas.read_file(saved(client, tmp_path, f"/collections/zone-points/items?f=gpkg&{asked}"))
    assert 0 < len(expected) < 26
    assert {row.slug: row.geometry.coords[0] for row in found.itertuples()} == {
        slug: tuple(one["geometry"]["coordinates"]) for slug, one in expected.items()
    }


def test_properties_order_and_geometry_are_as_wished(client: TestClient) -> None:
    asked = "sortby=-name_vi&properties=slug,name_vi&skipGeometry=true&limit=5"
    items = client.get(f"/collections/zones/items?{asked}").json()
    text = client.get(f"/collections/zones/items?f=csv&{asked}").text.removeprefix("\ufeff")
    assert list(csv.DictReader(io.StringIO(text))) == [one["properties"] for one in items["features"]]
    told = client.get(f"/collections/zones/items?f=geojsonseq&{asked}").text.split("\x1e")[1:]
    found = [json.loads(one) for one in told]
    assert [one["properties"] for one in found] == [one["properties"] for one in items["features"]]
    assert {one["geometry"] for one in found} == {None}
    refused = client.get(f"/collections/zones/items?f=shp&{asked}")
    assert refused.status_code == 400


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_a_weak_validator_of_the_revision(own_client: TestClient, own_url: str, name: str) -> None:
    address = f"/collections/zone-points/items?f={name}"
    first = own_client.get(address)
    assert first.headers["etag"].startswith('W/"')
    held = {"If-None-Match": first.headers["etag"]}
    assert own_client.get(address, headers=held).status_code == 304
    with psycopg.connect(own_url) as session:
        publish_version(session, "kcn-tran-de", name="Tran De")
    again = own_client.get(address, headers=held)
    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


def test_geojson_features_are_those_of_the_items(client: TestClient) -> None:
    items = features(client, "/collections/zones/items?crs=[EPSG:9209]")
    told = client.get("/collections/zones/items?f=geojsonseq&crs=[EPSG:9209]")
    found = {one["id"]: one for one in map(json.loads, filter(None, told.text.split("\x1e")))}
    assert {id: (one["geometry"], one["properties"]) for id, one in found.items()} == {
        id: (one["geometry"], one["properties"]) for id, one in items.items()
    }


def test_titles_are_in_the_language_of_the_wish(client: TestClient) -> None:
    def about(language: str) -> dict[str, str]:
        content = client.get(f"/collections/zones/items?f=xlsx&lang={language}").content
        sheet = openpyxl.load_workbook(io.BytesIO(content))["About"]
        return dict(row[:2] for row in sheet.iter_rows(values_only=True) if row[0])  # type: ignore[misc]

    assert about("en")["name_vi"] == "Name in Vietnamese"
    assert about("en")["Title"] == "Zones"
    vietnamese = about("vi")
    assert vietnamese["name_vi"] == "Tên tiếng Việt"
    assert vietnamese["Truy vấn"].endswith("/collections/zones/items?f=xlsx&lang=vi")


@pytest.mark.parametrize(
    ("address", "parameter"),
    [("facts/items?f=shp", "f"), ("facts/items?f=kml", "f"), ("zones/items?f=kml&crs=[EPSG:9209]", "crs"),
     ("zones/items?f=docx", "f"), ("facts/items?f=gpkg&bbox=1,2,3,4", "bbox")],
)  # fmt: skip
def test_what_cannot_be_is_a_problem_that_names_it(client: TestClient, address: str, parameter: str) -> None:
    answer = client.get(f"/collections/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_the_service_answers_while_files_are_written(live_url: str) -> None:
    """More files than are written at a time; requests for other things come through meanwhile."""

    def get(path: str) -> int:
        with urllib.request.urlopen(live_url + path, timeout=120) as answer:
            return len(answer.read())

    started = threading.Event()

    def export(_number: int) -> int:
        started.set()
        return get("/collections/admin-units/items?f=gpkg")

    with ThreadPoolExecutor(4) as pool:
        files = [pool.submit(export, number) for number in range(4)]
        started.wait(60)
        answers = 0
        while not all(one.done() for one in files):
            assert get("/health/live") > 0
            answers += 1
        sizes = [one.result() for one in files]
    assert answers > 10
    assert min(sizes) > 1_000_000


@pytest.mark.parametrize("name", ["gpkg", "fgb", "geojsonseq", "kml", "shp", "csv"])
def test_debians_ogrinfo_reads_the_file(client: TestClient, tmp_path: Path, name: str) -> None:
    path = saved(client, tmp_path, f"/collections/zones/items?f={name}")
    source = f"/vsizip/{path}" if name == "shp" else str(path)
    done = subprocess.run(["ogrinfo", "-ro", "-al", source], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.count("OGRFeature(") == 26
    assert "Khu công nghiệp Trần Đề" in done.stdout
    stored = features(client, "/collections/zones/items")["kcn-tran-de"]["geometry"]["coordinates"][0][0][0]
    assert str(stored[0]) in done.stdout


# The command line


def zones(dsn: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=False, env={"DATABASE_URL": dsn, "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )  # fmt: skip


def test_an_export_goes_out_and_comes_back(own_url: str, tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    out = zones(own_url, "export", "zones", path, "--having", "kind=industrial_park", "--having", "province=Sóc Trăng")
    assert (out.returncode, out.stderr.strip()) == (0, "")
    assert out.stdout.startswith(f"Wrote {path}: ")
    assert [one.name for one in tmp_path.iterdir()] == ["zones.gpkg"]
    back = zones(own_url, "import", path)
    assert back.returncode == 0, back.stderr
    assert "0 changed" in back.stdout and "Ignored" in back.stdout

    frame = geopandas.read_file(path)
    row = frame.index[frame["slug"] == "kcn-tran-de"][0]
    frame.loc[row, "name_en"] = "Tran De"
    frame.to_file(path, driver="GPKG")
    unsigned = zones(own_url, "import", path)
    assert (unsigned.returncode, "--source and --author" in unsigned.stderr) == (1, True)
    signed = zones(own_url, "import", path, "--source", "D001", "--author", "Sở Công Thương")
    assert signed.returncode == 0, signed.stderr
    assert "kcn-tran-de: new version with another name_en" in signed.stdout
    with psycopg.connect(own_url) as session:
        found = session.execute(
            "SELECT v.name_en, v.version FROM registry.zone_versions v JOIN registry.zones z USING (slug) "
            "WHERE slug = 'kcn-tran-de' AND v.version = z.current_version"
        ).fetchone()
    assert found == ("Tran De", 2)


def test_an_import_tells_each_bad_row(loaded_url: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("slug,name_vi,WKT\nkcn-none,A,\nkcn-tran-de,,\n", encoding="utf-8")
    told = zones(loaded_url, "import", path)
    assert told.returncode == 1
    assert "2 of 2 rows were refused, so nothing was stored:" in told.stderr
    assert "bad.csv row 2: slug “kcn-none”: the register has no such zone" in told.stderr
    assert "bad.csv row 3: name_vi “”: this must not be empty" in told.stderr


def test_a_file_is_not_replaced_without_force(loaded_url: str, tmp_path: Path) -> None:
    path = tmp_path / "points.parquet"
    path.write_text("precious")
    refused = zones(loaded_url, "export", "zone-points", path)
    assert (refused.returncode, path.read_text()) == (1, "precious")
    assert "--force replaces it" in refused.stderr
    done = zones(loaded_url, "export", "zone-points", path, "--force", "--crs", "EPSG:9209", "--bbox", "105,9,107,10")
    assert done.returncode == 0, done.stderr
    frame = geopandas.read_parquet(path)
    assert frame.crs.to_epsg() == 9209
    assert shapely.get_coordinates(frame.geometry)[:, 1].min() > 1_000_000


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["zones", "a.doc"], "the ending says the format, one of .geojson"),
        (["parks", "a.csv"], "no collection “parks”"),
        (["zones", "none/a.csv"], "none is not a directory"),
        (["facts", "a.kml"], "facts has none"),
        (["facts", "a.csv", "--bbox", "1,2,3,4"], "no geometry"),
        (["zones", "a.csv", "--bbox", "1"], "bbox must be"),
        (["zones", "a.csv", "--crs", "EPSG:1"], "EPSG:1"),
        (["zones", "a.csv", "--lang", "fr"], "vi, en"),
        (["zones", "a.csv", "--having", "kind"], "write it as property=value"),
        (["zones", "a.csv", "--having", "kind=park"], "kind cannot be “park”"),
        (["zones", "a.csv", "--having", "colour=red"], "no parameter “colour”"),
        (["zones", "a.csv", "--having", "province=Atlantis"], "not a province"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_and_leaves_nothing(
    loaded_url: str, tmp_path: Path, words: list[str], told: str
) -> None:
    collection, name, *options = words
    done = zones(loaded_url, "export", collection, tmp_path / name, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []
