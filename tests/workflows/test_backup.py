"""`zones backup` and `zones restore`: what comes back is what was there, table by table, or nothing."""

import json
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from api import errors
from api.cluster import temporary
from api.settings import ROOT
from api.store import backup as store
from api.workflows.backup import back_up, read_backup, restore
from gis.crs import VN2000_ALL
from tests.changes import publish_version
from tests.people import add_person

pytestmark = pytest.mark.slow


def test_every_table_comes_back_and_the_register_goes_on(own_url: str, tmp_path: Path) -> None:
    add_person(own_url, "lan", ("editor", None))
    with psycopg.connect(own_url, autocommit=True) as connection:
        publish_version(connection, "kcn-tran-de", "Tên sau", 0.001)
    made = back_up(own_url, tmp_path)
    assert made.tables["registry.facts"]["rows"] == 239
    assert made.tables["accounts.accounts"]["rows"] == 1
    assert made.tables["spatial_ref_sys"]["rows"] == len(VN2000_ALL)
    with temporary() as fresh:
        assert restore(fresh, made.folder) == made
        with psycopg.connect(fresh, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute("DELETE FROM registry.facts")
            publish_version(connection, "kcn-tran-de", "Tên sau nữa")  # the machinery of publishing came back too
            found = connection.execute("SELECT name_vi, version FROM registry.served_zones WHERE slug = 'kcn-tran-de'")
            assert found.fetchone() == ("Tên sau nữa", 3)
            connection.execute("SET ROLE registry_read")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM accounts.accounts")


def test_it_is_one_moment_while_others_publish(own_url: str, tmp_path: Path) -> None:
    done = threading.Event()

    def publish() -> None:
        number = 0
        with psycopg.connect(own_url, autocommit=True) as connection:
            while not done.is_set():
                number += 1
                publish_version(connection, "kcn-song-hau", f"Tên thứ {number}")

    writer = threading.Thread(target=publish)
    writer.start()
    try:
        made = back_up(own_url, tmp_path)
    finally:
        done.set()
        writer.join()
    with temporary() as fresh:
        restore(fresh, made.folder)  # compares
        with psycopg.connect(fresh) as connection:
            row = connection.execute(
                "SELECT (SELECT max(version) FROM registry.zone_versions WHERE slug = 'kcn-song-hau'), "
                "(SELECT version FROM registry.served_zones WHERE slug = 'kcn-song-hau'), "
                "(SELECT current_version FROM registry.zones WHERE slug = 'kcn-song-hau')"
            ).fetchone()
        assert row
        assert len(set(row)) == 1


def test_only_its_owner_may_read_it_and_nothing_half_written_is_left(own_url: str, tmp_path: Path) -> None:
    made = back_up(own_url, tmp_path)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in made.folder.iterdir()} == {0o600}
    assert [one.name for one in tmp_path.iterdir()] == [made.folder.name]


def test_several_at_once_are_each_whole(own_url: str, tmp_path: Path) -> None:
    (tmp_path / ".unfinished-left").mkdir()  # by one that was killed
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: back_up(own_url, tmp_path), range(4)))
    assert sorted(one.folder for one in made) == sorted(tmp_path.iterdir())
    for one in made:
        assert read_backup(one.folder) == one


def test_a_folder_that_cannot_be_written_to_is_told(own_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.BackupFailed, match="file"):
        back_up(own_url, tmp_path / "file")


@pytest.mark.parametrize(
    "change", [{"bytes": None}, {"tables": []}, {"tables": {"x": 1}}, {"sha256": 7}, {"revision": "x"}]
)
def test_a_manifest_that_is_none_is_refused(own_url: str, empty_url: str, tmp_path: Path, change: object) -> None:
    (tmp_path / "register.dump").write_bytes(b"")
    good = {"format": 1, "schema": "1", "revision": 1, "server": "15", "postgis": "3", "taken_at": "", "tables": {},
            "sequences": {}, "bytes": 0, "sha256": ""}  # fmt: skip
    for document in ({"format": 1}, {**good, **change}):
        (tmp_path / "manifest.json").write_text(json.dumps(document))
        with pytest.raises(errors.NoBackup):
            restore(empty_url, tmp_path)


def test_a_database_that_goes_away_meanwhile_is_told(own_url: str, tmp_path: Path) -> None:
    with pytest.raises(errors.StoreUnavailable), store.snapshot(own_url) as (session, _):
        with psycopg.connect(own_url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                               "current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        store.checksums(session)


def test_a_dump_that_was_altered_is_refused(own_url: str, empty_url: str, tmp_path: Path) -> None:
    made = back_up(own_url, tmp_path)
    dump = made.folder / "register.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with pytest.raises(errors.BackupBroken):
        restore(empty_url, made.folder)
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT to_regnamespace('registry')").fetchone() == (None,)


def test_a_restore_that_differs_from_the_backup_is_told(own_url: str, empty_url: str, tmp_path: Path) -> None:
    made = back_up(own_url, tmp_path)
    manifest = made.folder / "manifest.json"
    document = json.loads(manifest.read_text())
    document["tables"]["registry.facts"]["checksum"] = "1"
    manifest.write_text(json.dumps(document))
    with pytest.raises(errors.RestoreDiffers, match=r"registry\.facts"):
        restore(empty_url, made.folder)


def test_nothing_is_replaced_and_nothing_is_not_backed_up(own_url: str, empty_url: str, tmp_path: Path) -> None:
    made = back_up(own_url, tmp_path)
    with pytest.raises(errors.NotEmpty):
        restore(own_url, made.folder)
    with pytest.raises(errors.NothingToBackUp):
        back_up(empty_url, tmp_path / "other")
    with pytest.raises(errors.NoBackup):
        read_backup(tmp_path)


def test_the_commands_write_check_and_put_back(own_url: str, empty_url: str, tmp_path: Path) -> None:
    def run(url: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, "-m", "api.cli", *words], cwd=ROOT, text=True, check=False,
                              env=os.environ | {"DATABASE_URL": url}, capture_output=True)  # fmt: skip

    written = run(own_url, "backup", str(tmp_path))
    assert written.returncode == 0, written.stderr
    assert "Restored into a fresh cluster: every table is the same" in written.stdout
    (folder,) = tmp_path.iterdir()
    assert "every table is the same" in run(empty_url, "restore", str(folder)).stdout
    again = run(empty_url, "restore", str(folder))
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)
