"""A backup that is known to be whole: pg_dump of one moment, and by it the checksum of every table of that moment.

A backup is a folder with `register.dump` (pg_dump's own format) and `manifest.json`. It holds the accounts too, so only
its owner may read it. A restore goes into an empty database and is compared table by table before it is called done.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from api.cluster import PROGRAMS
from api.errors import BackupBroken, BackupFailed, NoBackup, NotEmpty, NothingToBackUp, RestoreDiffers
from api.store import backup as store
from api.store.connect import owner_engine
from api.workflows.unfinished import unfinished

DUMP, MANIFEST = "register.dump", "manifest.json"
FORMAT = 1
MEMBERS = {"schema": str, "revision": int, "server": str, "postgis": str, "taken_at": str, "tables": dict,
           "sequences": dict, "bytes": int, "sha256": str}  # fmt: skip


@dataclass(frozen=True)
class Backup:
    """What a backup holds. `tables`: rows and checksum of each; `sequences`: where each counter stood."""

    folder: Path
    standing: dict[str, Any]
    tables: dict[str, dict[str, Any]]
    sequences: dict[str, int]
    bytes: int
    sha256: str


def back_up(database_url: str, target: Path) -> Backup:
    """Write a new backup into a folder of `target` named by its moment; whole, or not at all. Raises NothingToBackUp,
    BackupFailed, CannotConnect.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        with store.snapshot(database_url) as (session, name), unfinished(target) as beside:
            if not store.has_register(session):
                raise NothingToBackUp
            made = beside / "whole"
            made.mkdir(mode=0o700)
            folder = write(database_url, session, name, made, target)
    except OSError as error:
        raise BackupFailed(program="zones backup", reason=error) from error
    sync(target)
    return read_backup(folder)


def write(database_url: str, session: Any, snapshot: str, made: Path, target: Path) -> Path:
    """Write what a snapshot of the database holds into the directory `made`, and give that its name in `target`."""
    standing, dump = store.read_standing(session), made / DUMP
    run("pg_dump", database_url, "--format=custom", "--compress=6", "--no-owner", f"--snapshot={snapshot}",
        f"--file={dump}")  # fmt: skip
    document = {
        "format": FORMAT, **standing.document(),
        "tables": {one: asdict(sum) for one, sum in store.checksums(session).items()},
        "sequences": store.count_sequences(session), "bytes": dump.stat().st_size, "sha256": digest(dump),
    }  # fmt: skip
    (made / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    for one in made.iterdir():
        one.chmod(0o600)
        sync(one)
    return settle(made, target / f"{standing.taken_at.replace(':', '')}-r{standing.revision}")


def settle(made: Path, place: Path) -> Path:
    """Rename what is whole to its place, with a number behind where somebody else's of the same second stands."""
    for number in count(2):
        with suppress(FileExistsError):
            return rename(made, place)
        place = place.with_name(f"{place.name.partition('.')[0]}.{number}")
    raise AssertionError


def rename(made: Path, place: Path) -> Path:
    """Raises FileExistsError."""
    try:
        return made.rename(place)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.ENOTDIR):
            raise FileExistsError from error
        raise


def read_backup(folder: Path) -> Backup:
    """What a folder says that it holds. Raises NoBackup, BackupBroken."""
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        size = (folder / DUMP).stat().st_size
    except (OSError, ValueError, RecursionError) as error:
        raise NoBackup(folder=folder, reason=error) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NoBackup(folder=folder, reason=f"format {FORMAT} is what this program reads")
    missing = [name for name, kind in MEMBERS.items() if not isinstance(document.get(name), kind)]
    if missing or not all(isinstance(one, dict) and "rows" in one for one in document["tables"].values()):
        raise NoBackup(folder=folder, reason=f"{MANIFEST} does not say {', '.join(missing) or 'rows'}")
    if size != document["bytes"] or digest(folder / DUMP) != document["sha256"]:
        raise BackupBroken(folder=folder)
    standing = {name: document[name] for name in ("schema", "revision", "server", "postgis", "taken_at")}
    return Backup(folder, standing, document["tables"], document["sequences"], size, document["sha256"])


def restore(database_url: str, folder: Path) -> Backup:
    """Put a backup into an empty database, in one transaction, and compare every table with what it was. Raises
    NoBackup, BackupBroken, NotEmpty, BackupFailed, RestoreDiffers, CannotConnect.
    """
    backup = read_backup(folder)
    with owner_engine(database_url).connect() as session:
        if not store.is_empty(session):
            raise NotEmpty(database=store.split_secret(database_url)[0])
    store.make_ready(database_url)
    run("pg_restore", database_url, "--no-owner", "--exit-on-error", "--single-transaction", str(folder / DUMP))
    compare(database_url, backup)
    return backup


def compare(database_url: str, backup: Backup) -> None:
    """Raises RestoreDiffers with the tables and counters that are not as in the backup."""
    with store.snapshot(database_url) as (session, _):
        tables = {one: asdict(sum) for one, sum in store.checksums(session).items()}
        sequences = store.count_sequences(session)
    differing = [*names_that_differ(backup.tables, tables), *names_that_differ(backup.sequences, sequences)]
    if differing:
        raise RestoreDiffers(tables=", ".join(differing))


def names_that_differ(before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def run(name: str, database_url: str, *options: str) -> None:
    """One of PostgreSQL's programs on a database; the password goes by the environment, not by the list of processes.
    Raises BackupFailed with its last words.
    """
    address, password = store.split_secret(database_url)
    secret = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603
        [find_program(name), f"--dbname={address}", "--no-password", *options],
        env=os.environ | secret, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupFailed(program=name, reason="\n".join(done.stderr.strip().splitlines()[-5:]))


def find_program(name: str) -> str:
    """The newest of PostgreSQL's programs of that name: it reads older servers, an older one no newer. Raises
    BackupFailed.
    """
    versions = sorted((one for one in PROGRAMS.glob("*") if one.name.isdecimal()), key=lambda one: int(one.name))
    found = [str(one / "bin" / name) for one in versions if (one / "bin" / name).exists()]
    newest = found[-1] if found else shutil.which(name)
    if newest is None:
        raise BackupFailed(program=name, reason="It is not installed; the package postgresql-client has it.")
    return newest


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Let what was written outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
