"""/boundaries/from-file: what a file holds, the outline that a feature would be, and what is refused."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely
from shapely.geometry import Point, Polygon, mapping, shape
from starlette.testclient import TestClient

from api.errors import BadUpload, UnreadableUpload
from api.settings import ROOT
from api.store.queries import Query
from api.workflows import uploads
from api.workflows.uploads import DRIVERS, LIMITS, read_outline
from gis.crs import CRS84, Crs, by_epsg, from_wgs84
from gis.formats import FORMATS
from gis.uploads import KINDS, Outline, inspect, outline_of
from gis.vertices import are_same
from tests.gis.uploads.making import (
    CORNERS,
    NAME,
    SQUARE,
    TM3,
    drawing,
    frame,
    geojson,
    in_crs,
    polyline,
    write,
    zipped,
)
from tests.reading import features, finished
from tests.workflows.test_exports import file as exported
from tests.workflows.test_exports import wish

ADDRESS = "/boundaries/from-file"
FAR_FROM_HTTP = re.compile(r"pyogrio|GDAL|GEOS|Traceback|/tmp|sqlite3|\{|None", re.IGNORECASE)
OURS = [name for name in FORMATS if name not in ("xlsx", "parquet")]  # no outlines; not asked for


def post(client: TestClient, content: bytes | Path, name: str = "", language: str = "en", **fields: str) -> Any:
    body = content.read_bytes() if isinstance(content, Path) else content
    name = name or (content.name if isinstance(content, Path) else "zone.geojson")
    return client.post(f"{ADDRESS}?lang={language}", files={"file": (name, body)}, data=fields)


def preview(client: TestClient, content: bytes | Path, name: str = "", language: str = "en", **fields: str) -> Any:
    answer = post(client, content, name, language, **fields)
    assert answer.status_code == 200, answer.text
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")
    return answer.json()


def problem(client: TestClient, status: int, content: bytes | Path, name: str = "", **fields: str) -> Any:
    answer = post(client, content, name, **fields)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert not FAR_FROM_HTTP.search(answer.json()["detail"]), answer.text
    return answer.json()


def test_one_feature_is_the_outline_with_its_receipt(client: TestClient, tmp_path: Path) -> None:
    found = preview(client, write(tmp_path / "zone.gpkg", [Polygon(CORNERS)], TM3))
    assert (found["format"], found["layer"], found["feature"], found["needs_crs"]) == ("gpkg", "zone", 1, False)
    assert found["outline"]["type"] == "Feature"
    assert are_same(shape(found["outline"]["geometry"]), SQUARE)
    receipt = found["receipt"]
    assert (receipt["crs"], receipt["operation"]) == ("EPSG:9209", "VN-2000 to WGS 84 (2)")
    assert (receipt["accuracy_m"], receipt["plane_crs"]) == (1.0, "EPSG:9209")
    assert receipt["plane_area_ha"] == pytest.approx(Polygon(CORNERS).area / 10_000, abs=1e-4)
    assert receipt["area_ha"] == pytest.approx(90.2621, abs=1e-3)
    assert found["issues"] == []
    (layer,) = found["layers"]
    assert (layer["name"], layer["count"], layer["kinds"]) == ("zone", 1, {"Polygon": 1})
    assert layer["features"][0]["name"] == NAME
    assert layer["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_layers_and_features_are_chosen(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    frame([SQUARE, Point(106, 9.5)]).to_file(path, layer="ranh", driver="GPKG")
    frame([in_crs(SQUARE, TM3)], TM3).to_file(path, layer="đất", driver="GPKG")
    listed = preview(client, path)
    assert [one["name"] for one in listed["layers"]] == ["ranh", "đất"]
    assert (listed["layer"], listed["outline"], listed["receipt"]) == (None, None, None)
    chosen = preview(client, path, layer="đất")
    assert (chosen["layer"], chosen["feature"]) == ("đất", 1)
    point = preview(client, path, layer="ranh", feature="2")
    assert (point["outline"], [one["code"] for one in point["issues"]]) == (None, ["not-a-polygon"])
    for field, value, told in (("layer", "x", "ranh, đất"), ("feature", "1", "ranh, đất")):
        answer = problem(client, 400, path, **{field: value})
        assert answer["errors"][0]["parameter"] == "layer"
        assert told in answer["detail"]
    assert problem(client, 400, path, layer="ranh", feature="3")["errors"][0]["parameter"] == "feature"


def test_a_system_that_is_not_known_is_asked_for(client: TestClient, tmp_path: Path) -> None:
    path = drawing(tmp_path / "ranh.dxf", [polyline(CORNERS, is_closed=True)])
    asked = preview(client, path)
    assert (asked["needs_crs"], asked["outline"], asked["receipt"]) == (True, None, None)
    places = {one["crs"]: one["centroid"] for one in asked["candidates"]}
    assert places["EPSG:9209"] == pytest.approx([105.9763, 9.6062], abs=1e-3)
    assert places["EPSG:5897"] == pytest.approx([105.4760, 9.6062], abs=1e-2)
    assert all(6 < lat < 24.5 and 101 < lon < 119 for lon, lat in places.values())
    for name in ("9209", "[EPSG:9209]", TM3.uri):
        told = preview(client, path, crs=name)
        assert (told["needs_crs"], told["candidates"]) == (False, [])
        assert are_same(shape(told["outline"]["geometry"]), SQUARE)


def test_issues_are_in_the_readers_language(client: TestClient) -> None:
    bow = {"type": "Polygon", "coordinates": [[[106, 9], [106.1, 9.1], [106.1, 9], [106, 9.1], [106, 9]]]}
    body = json.dumps(bow).encode()
    said = {one: post(client, b"{", language=one).json()["detail"] for one in ("en", "vi")}
    assert "cannot be read: this is not JSON" in said["en"]
    assert "đây không phải JSON" in said["vi"]
    (english,), (vietnamese,) = (preview(client, body, language=one)["issues"] for one in ("en", "vi"))
    assert english["code"] == vietnamese["code"] == "self-intersection"
    assert english["place"] == pytest.approx({"lon": 106.05, "lat": 9.05})
    assert "crosses" in english["message"]
    assert "tự cắt" in vietnamese["message"]


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("collection", ["zones", "admin-units"])
def test_what_the_register_exports_comes_back_as_the_same_outline(
    client: TestClient, loaded_url: str, tmp_path: Path, collection: str, name: str
) -> None:
    stored = features(client, f"/collections/{collection}/items?limit=100")
    id, feature = next((id, one) for id, one in stored.items() if one["geometry"])
    found = outline_with(exported(loaded_url, tmp_path, wish(collection, name, limit=100)), id)
    assert found.outline is not None
    assert are_same(found.outline, shape(feature["geometry"]))
    assert found.crs is CRS84
    assert [one.code for one in found.issues if one.severity == "error"] == []


def outline_with(path: Path, id: str) -> Outline:
    """The outline of the feature that has this text among its attributes."""
    (layer,) = inspect(path, path.name).layers
    number = next(one.number for one in layer.listed if id in one.attributes.values())
    return outline_of(path, path.name, layer.name, number)


@pytest.mark.parametrize("name", ["gpkg", "fgb", "csv", "shp", "jsonfg"])
@pytest.mark.parametrize("crs", [TM3, by_epsg(4756), by_epsg(3857)], ids=lambda crs: crs.code)
def test_exports_in_another_system_come_back_by_the_official_operation(
    client: TestClient, loaded_url: str, tmp_path: Path, name: str, crs: Crs
) -> None:
    stored = features(client, "/collections/zones/items")
    id, feature = next((id, one) for id, one in stored.items() if one["geometry"])
    found = outline_with(exported(loaded_url, tmp_path, wish("zones", name, Query(crs=crs))), id)
    assert found.crs is crs
    assert found.outline is not None
    theirs = shapely.transform(found.outline, lambda points: from_wgs84(points, crs))
    ours = shapely.transform(shape(feature["geometry"]), lambda points: from_wgs84(points, crs))
    allowed = 1e-3 if crs.is_projected else 1e-8
    assert theirs.hausdorff_distance(ours) < allowed


# What is refused


@pytest.mark.parametrize(
    ("name", "content", "status", "told"),
    [
        ("zone.shp", b"\0\0\x27\x0a" + bytes(100), 400, "one zip"),
        ("zone.zip", b"PK\3\4" + bytes(50), 400, "damaged or incomplete"),
        ("zone.zip", zipped({"../zone.shp": b"x"}), 400, "leads out of it"),
        ("zone.json", b"{", 400, "not JSON"),
        ("zone.gpkg", b'{"type": "Point", "coordinates": [106, 9]}', 400, "GeoJSON"),
        ("zone.csv", b"a,b\n1,2\n", 400, "WKT"),
        ("zone.zip", zipped({"zone.shp": bytes(30_000_000)}), 413, "unfolds"),
        ("zone.json", b"[" * 100 + b" " * LIMITS.size, 413, "MB"),
        ("zone.vrt", b"<OGRVRTDataSource/>", 415, "FlatGeobuf"),
        ("zone.dwg", b"AC1032" + bytes(100), 415, "DXF"),
        ("zone.xlsx", zipped({"[Content_Types].xml": b"x"}), 415, "CSV"),
        ("../../etc/passwd\0.csv", b"a,b\n1,2\n", 400, "WKT"),
        ("", b"x", 400, "file"),
    ],
)
def test_files_that_are_not_read_say_why(client: TestClient, name: str, content: bytes, status: int, told: str) -> None:
    if name:
        assert told in problem(client, status, content, name)["detail"]
    else:
        answer = client.post(f"{ADDRESS}?lang=en", data={"layer": "x"}, headers={"Accept": "application/json"})
        assert (answer.status_code, told in answer.json()["detail"]) == (status, True)


@pytest.mark.parametrize("fields", [
    {"crs": "EPSG:32648"}, {"crs": "x"}, {"crs": "32648"}, {"feature": "0"}, {"feature": "-1"}, {"feature": "x"},
    {"feature": "9" * 30}, {"feature": "٣"}, {"layer": "a\0b"}, {"encoding": "klingon"}, {"colour": "red"},
])  # fmt: skip
def test_fields_that_cannot_be_understood_are_named(client: TestClient, fields: dict[str, str]) -> None:
    content = f'a,WKT\n1,"{SQUARE.wkt}"\n'.encode()
    answer = problem(client, 400, content, "zone.csv", **fields)
    assert answer["errors"][0]["parameter"] in fields


def test_a_request_that_is_no_form_is_refused(client: TestClient) -> None:
    assert client.post(ADDRESS, json={"file": "x"}).status_code == 415
    assert client.post(ADDRESS, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 400
    assert client.post(ADDRESS, data={"file": "x"}).status_code == 400
    two = [("file", ("a.json", b"{}")), ("file", ("b.json", b"{}"))]
    assert client.post(ADDRESS, files=two).status_code == 400
    assert client.post(ADDRESS, files={"layer": ("a", b"x"), "file": ("a.json", b"{}")}).status_code == 400
    assert client.get(ADDRESS).status_code == 405


def test_a_name_is_only_a_name(client: TestClient, tmp_path: Path) -> None:
    content = geojson(tmp_path / "zone.json", mapping(SQUARE)).read_bytes()
    for name in (
        "/vsicurl/http://127.0.0.1:9/zone.json",
        "..\\..\\zone.json",
        "http://127.0.0.1:9/a/zone.json",
        "z" * 900 + ".json",
    ):
        assert preview(client, content, name)["outline"] is not None
    assert sorted(one.name for one in tmp_path.iterdir()) == ["zone.json"]


def test_nothing_is_left_behind(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [write(tmp_path / f"zone{ending}", [SQUARE]) for ending in (".zip", ".kmz", ".fgb")]
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for path in made:
        assert preview(client, path)["outline"] is not None
    problem(client, 400, zipped({"zone.shp": b"x"}), "zone.zip")
    assert list(folder.iterdir()) == []


def test_what_takes_too_long_or_too_much_ends(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = geojson(tmp_path / "zone.json", mapping(SQUARE))
    monkeypatch.setattr(uploads, "SECONDS", 0.01)
    assert "longer" in problem(client, 413, path)["detail"]
    monkeypatch.setattr(uploads, "SECONDS", 30.0)
    monkeypatch.setattr(uploads, "MEGABYTES", 60)
    ring = "[106.123456789,9.123456789]," * 900_000
    large = f'{{"type": "Polygon", "coordinates": [[{ring}[106.123456789,9.123456789]]]}}'.encode()
    assert "memory" in problem(client, 413, large)["detail"]


def test_a_reader_that_crashes_harms_nobody(client: TestClient, tmp_path: Path) -> None:
    """A geometry within a geometry without end, in a format whose geometries GEOS reads by recursion."""
    path = write(tmp_path / "zone.gpkg", [SQUARE])
    with sqlite3.connect(path) as session:
        session.create_function("ST_IsEmpty", 1, lambda _: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            session.create_function(name, 1, lambda _: 0.0)
        blob = b"GP\0\1\xe6\x10\0\0" + b"\1\6\0\0\0\1\0\0\0" * 300_000
        session.execute("UPDATE zone SET geom = ?", (blob,))
    session.close()
    assert [one["code"] for one in preview(client, path)["issues"]] == ["geometry-unreadable"]
    assert client.get("/health/live").status_code == 200


def test_the_service_answers_while_files_are_read(live_url: str, tmp_path: Path) -> None:
    async def ask() -> list[int]:
        async with httpx.AsyncClient(base_url=live_url, timeout=60) as session:
            content = write(tmp_path / "zone.fgb", [SQUARE]).read_bytes()
            reading = [session.post(ADDRESS, files={"file": ("zone.fgb", content)}) for _ in range(4)]
            answers = await asyncio.gather(*reading, *[session.get("/health/live") for _ in range(20)])
            return [one.status_code for one in answers]

    assert finished(ask) == [200] * 24


# For the desk


def test_the_desk_gets_one_outline_or_a_reason(tmp_path: Path) -> None:
    path = write(tmp_path / "zones.gpkg", [SQUARE, in_crs(SQUARE, CRS84)])
    content = path.read_bytes()
    found = finished(lambda: read_outline(content, path.name, "zones", 2))
    assert found.outline is not None
    assert are_same(found.outline, SQUARE)
    assert (found.crs, found.feature, found.issues) == (CRS84, 2, ())
    with pytest.raises(BadUpload, match="it has 2") as caught:
        finished(lambda: read_outline(content, path.name))
    assert caught.value.parameter == "feature"
    with pytest.raises(UnreadableUpload, match="damaged"):
        finished(lambda: read_outline(content[:500], path.name))


def test_only_the_driver_of_the_file_is_there_and_no_network() -> None:
    """In a process of its own, as files are read; every driver of this GDAL is known by name."""
    script = """if True:
        import json, os, sys
        from api.workflows.uploads import confine
        from gis.uploads import KINDS, Outline, inspect, outline_of
        if sys.argv[1] != "all":
            confine(KINDS[sys.argv[1]])
        import pyogrio
        try:
            pyogrio.raw.read("/vsicurl/http://127.0.0.1:9/zone.fgb")
        except pyogrio.errors.DataSourceError as error:
            told = str(error)
        print(json.dumps([sorted(pyogrio.list_drivers()), told, os.environ.get("PROJ_NETWORK")]))
    """

    def run(kind: str) -> Any:
        command = [sys.executable, "-c", script, kind]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
        return json.loads(done.stdout)

    assert set(run("all")[0]) - {"Memory"} <= set(DRIVERS)
    for kind in (KINDS["shp"], KINDS["kmz"], KINDS["csv"]):
        drivers, _, network = run(kind.name)
        assert (drivers, network) == ([kind.driver] if kind.driver else [], "OFF")
