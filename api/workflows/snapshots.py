"""Dated snapshots of the whole register: Parquet files of one moment and a manifest, in a directory of their own.

A snapshot is written beside its place and then renamed: it is there completely or not at all, and is never changed.
"""

import hashlib
import json
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid5

from api.errors import NoSnapshotFolder, SnapshotsOfAnother, UnknownSnapshot
from api.store.collections import COLLECTIONS
from api.store.queries import Query
from api.store.snapshots import TABLES, Moment, held_moment, select_table
from api.workflows.exports import Export, write
from api.workflows.feed import OURS
from api.workflows.unfinished import unfinished
from gis.crs import CRS84
from gis.formats import FORMATS, About, Column, Layer
from gis.formats.geoparquet import write as write_parquet

log = logging.getLogger(__name__)
Row = dict[str, Any]
NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-r[0-9]{1,15}")
MANIFEST, ENDING = "manifest.json", FORMATS["parquet"].ending
MEDIA = {ENDING: FORMATS["parquet"].media, ".json": "application/json"}
FORMAT = 1  # of the manifest
MEMBERS = {"name": str, "register": str, "revision": int, "revision_at": str, "moment": str, "synthetic": bool,
           "files": list}  # fmt: skip
OF_FILE = {"file": str, "rows": int, "bytes": int, "sha256": str}


@dataclass(frozen=True)
class Texts:
    """What people are told of a file: how it calls itself, its properties' titles, and members of the manifest."""

    about: About
    titles: dict[str, str]
    members: Row
    columns: dict[str, Row]


@dataclass(frozen=True)
class Wanted:
    """What a snapshot says of itself: of a file by its name, and as a whole, beside the facts that are known of it."""

    of_file: Callable[[str, Moment], Texts]
    whole: Callable[[Row, Moment], Row]


@dataclass(frozen=True)
class Taken:
    """A snapshot of a moment, and whether it was written now or was there already."""

    path: Path
    manifest: Row
    is_new: bool


def take(
    database_url: str,
    folder: Path,
    wanted: Wanted,
    *,
    timeout_ms: int,
    show: Callable[[str], None] = lambda _name: None,
) -> Taken:
    """Keep the register as it is now in `folder`; where that has this revision already, nothing is written.

    `show` is called with the name of each file. Raises NoSnapshotFolder, SnapshotsOfAnother, StoreUnavailable,
    StatementTooLong, NotMigrated.
    """
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise NoSnapshotFolder
    with held_moment(database_url, timeout_ms) as moment:
        register = uuid5(OURS, moment.began_at.isoformat()).urn
        known = find_revision(folder, register, moment.revision)
        if known is not None:
            return known
        with unfinished(folder) as beside:
            part = beside / "whole"
            part.mkdir()
            files = []
            for name in (*COLLECTIONS, *TABLES):
                show(name)
                texts, path = wanted.of_file(name, moment), part / f"{name}{ENDING}"
                rows = write_file(database_url, name, path, texts, moment.name, timeout_ms)
                files.append(described(path, name, rows, texts))
            manifest = wanted.whole(whole(register, moment, files), moment)
            text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
            (part / MANIFEST).write_text(text, encoding="utf-8")
            for path in (*part.iterdir(), part):
                to_disk(path)
            place = folder / str(manifest["name"])
            try:
                part.rename(place)
            except OSError:  # somebody else took the same meanwhile
                known = find_revision(folder, register, moment.revision)
                if known is None:
                    raise
                return known
            to_disk(folder)
        return Taken(place, manifest, True)


def find_revision(folder: Path, register: str, revision: int) -> Taken | None:
    """The snapshot of a revision. Raises SnapshotsOfAnother where the folder holds those of another register."""
    found = None
    for path, manifest in kept(folder):
        if manifest["register"] != register:
            raise SnapshotsOfAnother(folder=folder, other=manifest["register"], register=register)
        if manifest["revision"] == revision:
            found = Taken(path, manifest, False)
    return found


def to_disk(path: Path) -> None:
    """Have the file system keep what was written, before anything leads to it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(database_url: str, name: str, path: Path, texts: Texts, moment: str, timeout_ms: int) -> int:
    """A collection with its stored vertices, or one of the tables beside; the number of its rows."""
    if name in COLLECTIONS:
        export = Export(
            COLLECTIONS[name], Query(), "parquet", texts.about, texts.titles, timeout_ms=timeout_ms, moment=moment
        )
        return write(database_url, export, path).count
    rows = [row for batch in select_table(database_url, name, moment, timeout_ms) for row in batch]
    columns = tuple(Column(column, kind, "", texts.titles.get(column, "")) for column, kind in TABLES[name])
    write_parquet(path, Layer(name, columns, "", texts.about, len(rows)), [rows] if rows else [])
    return len(rows)


def described(path: Path, name: str, rows: int, texts: Texts) -> Row:
    """A file as the manifest tells of it; the columns as they stand in it."""
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    schema, collection = pq.read_schema(path), COLLECTIONS.get(name)
    columns = [{"name": one.name, "type": str(one.type), **texts.columns.get(one.name, {})} for one in schema]
    return {
        "file": path.name, **texts.members, "media": MEDIA[ENDING], "rows": rows, "bytes": path.stat().st_size,
        "sha256": digest, "geometry": (collection.geometry_type or None) if collection else None, "columns": columns,
    }  # fmt: skip


def whole(register: str, moment: Moment, files: list[Row]) -> Row:
    return {
        "format": FORMAT, "name": f"{moment.day}-r{moment.revision}", "register": register,
        "revision": moment.revision, "revision_at": moment.changed_at.astimezone(UTC).isoformat(),
        "moment": moment.at.astimezone(UTC).isoformat(), "synthetic": moment.synthetic,
        "crs": {"uri": CRS84.uri, "axes": "longitude, latitude", "unit": "degree", "vertices": "as stored, every bit"},
        "files": files,
    }  # fmt: skip


def kept(folder: Path | None) -> list[tuple[Path, Row]]:
    """The snapshots of a folder with their manifests, the newest first; what is none is passed over."""
    found = []
    for path in folder.iterdir() if folder is not None and folder.is_dir() else ():
        if NAME.fullmatch(path.name):
            manifest = read_manifest(path)
            if manifest is not None:
                found.append((path, manifest))
    return sorted(found, key=lambda one: (one[1]["revision"], one[0].name), reverse=True)


def read_manifest(path: Path) -> Row | None:
    """What a snapshot says of itself; None where that cannot be read, which is written down."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        wrong = [name for name, kind in MEMBERS.items() if type(manifest[name]) is not kind]
        if wrong or manifest["name"] != path.name:
            raise ValueError("this is no manifest of a snapshot")
        for name in ("revision_at", "moment"):
            datetime.fromisoformat(manifest[name])
        for one in manifest["files"]:
            wrong = [name for name, kind in OF_FILE.items() if type(one[name]) is not kind]
            if wrong or Path(one["file"]).name != one["file"] or Path(one["file"]).suffix not in MEDIA:
                raise ValueError("this is no list of files")
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("%s is passed over: %s", path, error)
        return None
    return dict(manifest)


def find_file(folder: Path | None, name: str, file: str) -> tuple[Path, str]:
    """A file of a snapshot, and the digest of its bytes. Raises UnknownSnapshot."""
    path = folder / name if folder is not None and NAME.fullmatch(name) else None
    manifest = read_manifest(path) if path is not None and path.is_dir() else None
    if path is not None and manifest is not None:
        digests = {one["file"]: one["sha256"] for one in manifest["files"]}
        if file == MANIFEST:
            digests[file] = hashlib.sha256((path / file).read_bytes()).hexdigest()
        if file in digests and (path / file).is_file() and not (path / file).is_symlink():
            return path / file, digests[file]
    raise UnknownSnapshot(name=name, file=file)
