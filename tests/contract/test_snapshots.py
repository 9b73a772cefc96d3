"""Snapshots: the register of one moment, bit for bit, with a manifest that holds; kept whole or not at all."""

import hashlib
import json
import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import pandas
import psycopg
import pyarrow.parquet as pq
import pytest
import shapely
from click.testing import Result
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app
from api.errors import NoSnapshotFolder, SnapshotsOfAnother
from api.main import create_app
from api.schemas.snapshots import wanted
from api.settings import Settings
from api.store.collections import COLLECTIONS
from api.workflows.snapshots import Taken, take
from api.workflows.unfinished import unfinished
from tests.changes import legal_day, publish_version, revision
from tests.reading import Page, features

MADE = ("zones", "zone-points", "lots", "admin-units", "facts", "sources", "indicators")


def taken(dsn: str, folder: Path, show: Any = lambda _name: None) -> Taken:
    return take(dsn, folder, wanted("https://register.example"), timeout_ms=10_000, show=show)


@pytest.fixture(scope="module")
def kept(loaded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    return taken(loaded_url, tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def keeper(loaded_url: str, kept: Taken) -> Iterator[TestClient]:
    """The service with that snapshot."""
    settings = Settings(database_url=loaded_url, snapshots=kept.path.parent)
    with TestClient(create_app(settings), raise_server_exceptions=False) as made:
        yield made


def test_the_manifest_tells_what_is_there(kept: Taken) -> None:
    manifest = json.loads((kept.path / "manifest.json").read_text())
    assert manifest == kept.manifest
    assert manifest["name"] == kept.path.name == f"{legal_day()}-r{manifest['revision']}"
    assert manifest["register"].startswith("urn:uuid:")
    assert manifest["synthetic"] is False
    assert manifest["address"] == "https://register.example"
    assert manifest["register"] in manifest["citation_en"] and manifest["register"] in manifest["citation_vi"]
    assert "https://register.example" in manifest["citation_en"]
    assert manifest["citation_vi"].startswith("Cơ sở dữ liệu")
    assert [one["file"] for one in manifest["files"]] == [f"{name}.parquet" for name in MADE]
    assert {path.name for path in kept.path.iterdir()} == {"manifest.json", *(one["file"] for one in manifest["files"])}
    for one in manifest["files"]:
        path = kept.path / one["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
        assert (path.stat().st_size, pq.read_metadata(path).num_rows) == (one["bytes"], one["rows"])
        schema = pq.read_schema(path)
        assert [(column["name"], column["type"]) for column in one["columns"]] == [
            (field.name, str(field.type)) for field in schema
        ]
        assert one["title_vi"] and one["title_en"]
        assert all(terms["what_en"] and terms["licence_en"] for terms in one["licence"])
    rows = {one["file"].removesuffix(".parquet"): one["rows"] for one in manifest["files"]}
    assert rows == {"zones": 26, "zone-points": 26, "lots": 0, "admin-units": 521, "facts": 239,
                    "sources": rows["sources"], "indicators": 86}  # fmt: skip
    area = next(one for one in manifest["files"][0]["columns"] if one["name"] == "declared_area_ha")
    assert (area["unit"], area["title_en"]) == ("ha", "Declared area")


def plain(value: Any) -> Any:
    """A value of a data frame as JSON has it."""
    if value is None or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pandas.Timestamp):
        return value
    return value.tolist() if hasattr(value, "tolist") else str(value) if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("name", COLLECTIONS)
def test_geopandas_reads_what_the_api_says_bit_for_bit(kept: Taken, client: TestClient, name: str) -> None:
    path, collection = kept.path / f"{name}.parquet", COLLECTIONS[name]
    table = geopandas.read_parquet(path) if collection.geometry else pandas.read_parquet(path)
    said = features(client, f"/collections/{name}/items?limit=1000")
    assert len(table) == len(said)
    if collection.geometry:
        assert table.crs == "OGC:CRS84"
    for row in table.to_dict("records"):
        feature = said.pop(str(row[collection.id]))
        if collection.geometry:
            shape = feature["geometry"] and shapely.from_geojson(json.dumps(feature["geometry"]))
            assert (row["geometry"] is None) == (shape is None)
            assert shape is None or shapely.to_wkb(shape) == shapely.to_wkb(row["geometry"])
        for one in collection.properties:
            value, expected = plain(row[one.name]), feature["properties"].get(one.name)
            if isinstance(value, pandas.Timestamp):
                expected = expected and pandas.Timestamp(expected)
            assert value == expected, one.name
    assert said == {}


def test_the_tables_beside_explain_the_facts(kept: Taken) -> None:
    facts, sources, indicators = (
        pandas.read_parquet(kept.path / f"{name}.parquet") for name in ("facts", "sources", "indicators")
    )
    assert set(facts.source) <= set(sources.id)
    assert set(facts.indicator) <= set(indicators.indicator)
    assert sources.set_index("id").loc["D001", "number"] == "03-NQ/TU"


def test_all_files_are_of_one_moment_whoever_writes_meanwhile(own_url: str, tmp_path: Path) -> None:
    with psycopg.connect(own_url, autocommit=True) as connection:
        at = revision(connection)

        def write(name: str) -> None:
            publish_version(connection, "kcn-tran-de", f"Tên khi ghi {name}")

        found = taken(own_url, tmp_path, write)
        assert revision(connection) == at + len(MADE)
    assert found.manifest["revision"] == at
    names = {geopandas.read_parquet(found.path / f"{one}.parquet").set_index("slug").name_vi["kcn-tran-de"]
             for one in ("zones", "zone-points")}  # fmt: skip
    assert names == {"Khu công nghiệp Trần Đề"}


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")}


def test_the_same_revision_again_changes_nothing_and_the_next_is_kept_beside(own_url: str, tmp_path: Path) -> None:
    first = taken(own_url, tmp_path)
    before = contents(tmp_path)
    again = taken(own_url, tmp_path)
    assert (again.is_new, again.path, again.manifest) == (False, first.path, first.manifest)
    assert contents(tmp_path) == before
    with psycopg.connect(own_url, autocommit=True) as connection:
        publish_version(connection, "kcn-tran-de", "Tên mới")
    second = taken(own_url, tmp_path)
    assert second.is_new and second.manifest["revision"] == first.manifest["revision"] + 1
    assert {path.name for path in tmp_path.iterdir()} == {first.path.name, second.path.name}


def test_two_at_once_keep_one(own_url: str, tmp_path: Path) -> None:
    barrier, found = threading.Barrier(2), []

    def one() -> None:
        found.append(taken(own_url, tmp_path, lambda name: barrier.wait(30) and None if name == "indicators" else None))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.is_new for each in found) == [False, True]
    assert len(list(tmp_path.iterdir())) == 1


def test_what_fails_leaves_nothing(own_url: str, tmp_path: Path) -> None:
    def fail(name: str) -> None:
        if name == "facts":
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        taken(own_url, tmp_path, fail)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NoSnapshotFolder):
        taken(own_url, tmp_path / "nowhere")


def test_registers_are_not_mixed(own_url: str, kept: Taken, empty_url: str) -> None:
    from api.store import migrations

    migrations.move(empty_url)
    before = contents(kept.path.parent)
    with pytest.raises(SnapshotsOfAnother, match=kept.manifest["register"]):
        taken(empty_url, kept.path.parent)
    assert contents(kept.path.parent) == before


def zones(monkeypatch: pytest.MonkeyPatch, dsn: str, *words: str, **settings: str) -> Result:
    for name, value in {"DATABASE_URL": dsn, "COLUMNS": "200", **settings}.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(app, ["snapshot", *words])


def test_the_command_keeps_one_where_it_is_told(
    loaded_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = zones(monkeypatch, loaded_url, "--to", str(tmp_path))
    assert done.exit_code == 0
    (place,) = tmp_path.iterdir()
    assert f"Kept {place}" in done.output
    again = zones(monkeypatch, loaded_url, SNAPSHOTS=str(tmp_path))
    assert again.exit_code == 0 and "nothing was written" in again.output
    monkeypatch.delenv("SNAPSHOTS")
    refused = zones(monkeypatch, loaded_url)
    assert refused.exit_code == 1 and "--to" in refused.stderr
    missing = zones(monkeypatch, loaded_url, "--to", str(tmp_path / "none"))
    assert missing.exit_code == 1 and "make it first" in missing.stderr


def test_the_service_lists_them_and_gives_their_files(keeper: TestClient, kept: Taken) -> None:
    listed = keeper.get("/snapshots").json()
    (one,) = listed["snapshots"]
    assert (listed["kept"], one["name"], one["revision"]) == (True, kept.path.name, kept.manifest["revision"])
    assert keeper.get(one["links"][0]["href"]).json() == kept.manifest
    for file in one["files"]:
        answer = keeper.get(file["href"])
        assert answer.headers["content-type"] == "application/vnd.apache.parquet"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert answer.headers["etag"] == f'"{file["sha256"]}"'
        held = keeper.get(file["href"], headers={"If-None-Match": answer.headers["etag"]})
        assert (held.status_code, held.content) == (304, b"")


def test_a_range_of_a_file_can_be_had(keeper: TestClient, kept: Taken) -> None:
    address, whole = (
        f"/snapshots/{kept.path.name}/admin-units.parquet",
        (kept.path / "admin-units.parquet").read_bytes(),
    )
    assert keeper.get(address).content == whole
    for wanted_bytes, expected in (("bytes=0-3", whole[:4]), ("bytes=-8", whole[-8:])):
        answer = keeper.get(address, headers={"Range": wanted_bytes})
        assert (answer.status_code, answer.content) == (206, expected)
    stale = keeper.get(address, headers={"Range": "bytes=0-3", "If-Range": '"another"'})
    assert (stale.status_code, len(stale.content)) == (200, len(whole))
    assert keeper.get(address, headers={"Range": "bytes=999999999-"}).status_code == 416
    for nonsense in (
        "bytes=-",
        "bytes=5-1",
        "items=0-1",
        "x",
        "bytes=0-1,x",
        "bytes=" + "1" * 5000 + "-",
        "bytes=1_0-",
    ):
        ignored = keeper.get(address, headers={"Range": nonsense})
        assert (ignored.status_code, len(ignored.content)) == (200, len(whole)), nonsense
    head = keeper.head(address)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole)))


@pytest.mark.parametrize(
    "path",
    ["none/zones.parquet", "{name}/none.parquet", "{name}/..%2F..%2F..%2Fetc%2Fpasswd", "..%2F{name}/zones.parquet",
     "../manifest.json", "{name}/../{name}", "%2e%2e/manifest.json", "{name}%00/zones.parquet",
     "{name}/zones.parquet%00", "{name}/.", "{name}/%2e%2e%2f%2e%2e%2fsecret.txt", "2026-01-01-r1/secret.txt",
     "{name}/" + "x" * 5000, "2026-01-01-r٣/zones.parquet", "link/zones.parquet", ".unfinished-x/part"],
)  # fmt: skip
def test_nothing_else_is_given_out(keeper: TestClient, kept: Taken, path: str) -> None:
    (kept.path.parent.parent / "secret.txt").write_text("secret")
    answer = keeper.get("/snapshots/" + path.format(name=kept.path.name), follow_redirects=False)
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_what_is_no_snapshot_is_passed_over(loaded_url: str, kept: Taken, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    good = {name: kept.manifest[name] for name in ("register", "revision_at", "moment", "synthetic")}
    good |= {"name": "2026-01-02-r1", "revision": 1, "files": [{**kept.manifest["files"][0]}]}
    listed = good["files"][0]
    almost = [
        {**good, "files": [{**listed, "file": "../x"}]}, {**good, "files": [{**listed, "file": "x.html"}]},
        {**good, "files": [{**listed, "bytes": "many"}]}, {**good, "files": [{**listed, "sha256": None}]},
        {**good, "files": {}}, {**good, "files": [7]}, {**good, "moment": "yesterday"}, {**good, "register": 7},
        {**good, "revision": True}, {**good, "synthetic": "no"}, {**good, "name": "2026-01-02-r2"},
    ]  # fmt: skip
    texts = ["", "{}", "[]", "null", "[" * 100_000, *(json.dumps(one) for one in almost)]
    with TestClient(create_app(Settings(database_url=loaded_url, snapshots=tmp_path))) as client:
        place = tmp_path / "2026-01-02-r1"
        place.mkdir()
        (tmp_path / "2026-01-09-r9").mkdir()
        (tmp_path / "2026-01-09-r10").write_text("a file")
        for text in texts:
            (place / "manifest.json").write_text(text)
            assert client.get("/snapshots").json()["snapshots"] == [], text[:200]
            assert "None has been taken yet." in client.get("/snapshots?f=html&lang=en").text
            assert client.get("/snapshots/2026-01-02-r1/manifest.json").status_code == 404
        assert client.get("/snapshots/2026-01-09-r9/manifest.json").status_code == 404
        (place / "manifest.json").write_text(json.dumps(good))
        assert len(client.get("/snapshots").json()["snapshots"]) == 1
        (tmp_path / "secret.txt").write_text("secret")
        (place / listed["file"]).symlink_to(tmp_path / "secret.txt")
        assert client.get(f"/snapshots/2026-01-02-r1/{listed['file']}").status_code == 404


def test_what_a_killed_one_left_goes_with_the_next_and_what_is_being_written_stays(
    own_url: str, tmp_path: Path
) -> None:
    left = tmp_path / ".unfinished-left"
    (left / "whole").mkdir(parents=True)
    seen = list[set[str]]()

    def another(name: str) -> None:
        if name == "lots":
            with unfinished(tmp_path):
                seen.append({path.name for path in tmp_path.iterdir()})

    made = taken(own_url, tmp_path, another)
    assert [len(one) for one in seen] == [2] and left.name not in seen[0]
    assert [path.name for path in tmp_path.iterdir()] == [made.path.name]


def test_the_list_is_as_new_as_the_folder(own_url: str, tmp_path: Path) -> None:
    with TestClient(create_app(Settings(database_url=own_url, snapshots=tmp_path))) as client:
        none = client.get("/snapshots")
        held = {"If-None-Match": none.headers["etag"]}
        assert client.get("/snapshots", headers=held).status_code == 304
        taken(own_url, tmp_path)
        assert len(client.get("/snapshots", headers=held).json()["snapshots"]) == 1


def test_a_service_that_keeps_none_says_how_to_have_the_register_now(client: TestClient) -> None:
    answer = client.get("/snapshots").json()
    assert (answer["kept"], answer["snapshots"]) == (False, [])
    now = {one["href"].split("/")[4]: one["href"] for one in answer["links"] if one["rel"] == "enclosure"}
    assert set(now) == set(COLLECTIONS)
    assert client.get(now["facts"]).headers["content-type"] == "application/vnd.apache.parquet"
    page = Page(client.get("/snapshots?f=html&lang=en").text)
    assert "This service keeps none." in " ".join(page.texts)
    assert client.get("/snapshots/2026-01-01-r1/zones.parquet").status_code == 404
    assert client.get("/snapshots?x=1").status_code == 400
