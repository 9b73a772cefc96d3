"""Loading `data/` into the register: all of it or nothing, and the same again changes nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.errors import HoldsSyntheticData, RowRefused
from api.store import demo, feed, records, zones
from api.store.connect import Session, writing
from api.workflows import figures, sketches
from api.workflows.data_files import Parsed, Refusal, Row, read
from api.workflows.readings import Known, files

SHARPER, OPEN = "admin_units_historic_derived.geojson", "admin_units_historic.geojson"
Show = Callable[[str, int, int], None]


@dataclass
class FileReport:
    """What became of one file's rows. `read` counts its records; the others the rows of the model made of them."""

    file: str
    read: int = 0
    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


@dataclass
class Report:
    """One entry a file. Where `refused` is not empty nothing was stored."""

    files: dict[str, FileReport] = field(default_factory=dict)

    @property
    def refused(self) -> list[Refusal]:
        return [refusal for report in self.files.values() for refusal in report.refused]


class _Refused(Exception):
    """Ends the transaction of a load in which something was refused."""


def load(database_url: str, data_dir: Path, show: Show = lambda _file, _done, _of: None) -> Report:
    """Read every file of `data_dir`, then store what is new in one transaction.

    `show` is called with a file's name, its place and the number of files. Rows that cannot be taken are all listed
    in the report's `refused`, and then nothing is stored. Facts and other history are never overwritten: a row with
    the id of a stored one that says something else is refused. Raises HoldsSyntheticData on a demo's database.
    """
    report = Report()
    try:
        with writing(database_url) as session:
            records.lock_loads(session)
            feed.note_cause(session, "load")
            if demo.is_synthetic(session):
                raise HoldsSyntheticData
            digests = hashes(data_dir)
            store_files(session, data_dir, report, show)
            if report.refused:
                raise _Refused
            figures.refresh(session)
            sketches.refresh(session)
            records.remember_files(session, digests)
    except _Refused:
        for file in report.files.values():
            file.stored = file.updated = 0
    return report


def is_current(database_url: str, data_dir: Path) -> bool:
    """Whether the last complete load was of exactly these files."""
    with writing(database_url) as session:
        return records.file_hashes(session) == hashes(data_dir)


def is_loaded(database_url: str) -> bool:
    """Whether there ever was a complete load."""
    with writing(database_url) as session:
        return bool(records.file_hashes(session))


def hashes(data_dir: Path) -> dict[str, str]:
    names = {name for name, _, _ in files(Known(), historic_file(data_dir))}
    return {
        name: hashlib.sha256((data_dir / name).read_bytes()).hexdigest()
        for name in sorted(names)
        if (data_dir / name).exists()
    }


def historic_file(data_dir: Path) -> str:
    """The sharper outlines of former units; the coarse but open ones where the sharper file is not kept."""
    return SHARPER if (data_dir / SHARPER).exists() else OPEN


def store_files(session: Session, data_dir: Path, report: Report, show: Show) -> None:
    steps = files(Known(), historic_file(data_dir))
    keys = Keys()
    for place, (name, columns, reading) in enumerate(steps, 1):
        show(name, place, len(steps))
        entry = report.files.setdefault(name, FileReport(name))
        path = data_dir / name
        if not path.exists():
            entry.refused.append(Refusal(name, 0, "file", str(path), "this file is missing"))
            continue
        parsed = read(path, columns, reading)
        entry.read = parsed.count
        entry.refused += parsed.refused + keys.repeated(parsed)
        if not report.refused:
            store(session, parsed, entry)
    for refusal in keys.without_parent():
        report.files[refusal.file].refused.append(refusal)
    if not report.refused:
        try:
            records.check_deferred(session)
        except RowRefused as refused:
            last = report.files["zones.geojson"]
            last.refused.append(Refusal(last.file, 0, refused.column or "file", "", str(refused)))


@dataclass
class Keys:
    """Where each key of a load was met, for what only the files together can show."""

    places: dict[tuple[str, tuple[Any, ...]], tuple[str, int]] = field(default_factory=dict)
    parents: list[tuple[str, int, str]] = field(default_factory=list)  # file, row, unit that lies above

    def repeated(self, parsed: Parsed) -> list[Refusal]:
        """The rows whose key was met before, in this file or another."""
        refused = []
        for table, rows in parsed.rows.items():
            names = key_of(table)
            for line, row in rows:
                key = tuple(row[name] for name in names)
                file, first = self.places.setdefault((table, key), (parsed.file, line))
                if (file, first) != (parsed.file, line):
                    value, reason = " ".join(map(str, key)), f"this stands already in {file} row {first}"
                    refused.append(Refusal(parsed.file, line, ", ".join(names), value, reason))
                if table == "admin_units" and row["parent_uid"]:
                    self.parents.append((parsed.file, line, row["parent_uid"]))
        return refused

    def without_parent(self) -> list[Refusal]:
        """The administrative units that lie in a unit which no file holds."""
        return [
            Refusal(file, line, "parent_code", uid, "no file holds this administrative unit")
            for file, line, uid in self.parents
            if ("admin_units", (uid,)) not in self.places
        ]


def key_of(table: str) -> list[str]:
    """What tells a table's rows apart in the files; a zone stands there once, whatever its versions."""
    return ["slug"] if table == "zone_versions" else records.key_of(table)


def store(session: Session, parsed: Parsed, entry: FileReport) -> None:
    """Store a file's rows; what the database itself refuses is reported like what the reading refused."""
    for table, numbered in parsed.rows.items():
        refused_before = {refusal.row for refusal in entry.refused}
        kept = [(line, row) for line, row in numbered if line not in refused_before]
        try:
            store_rows(session, table, kept, entry)
        except RowRefused:
            for line, row in kept:
                store_singly(session, table, line, row, entry)


def store_singly(session: Session, table: str, line: int, row: Row, entry: FileReport) -> None:
    """Store one row of several among which the database refused some, to find out which and why."""
    try:
        store_rows(session, table, [(line, row)], entry)
    except RowRefused as refused:
        key = " ".join(str(row[name]) for name in key_of(table))
        entry.refused.append(Refusal(entry.file, line, refused.column or table, key, str(refused)))


def store_rows(session: Session, table: str, numbered: list[tuple[int, Row]], entry: FileReport) -> None:
    """Store all of the rows, or none and raise RowRefused."""
    rows = [row for _, row in numbered]
    with records.attempt(session):
        is_zone = table == "zone_versions"
        merged = zones.merge_versions(session, rows) if is_zone else records.merge(session, table, rows)
    entry.stored += merged.stored
    entry.updated += merged.updated
    entry.unchanged += merged.unchanged
    lines = {tuple(row[name] for name in key_of(table)): line for line, row in numbered}
    for key, changed in merged.conflicts:
        reason = "it is recorded already and says something else; history is added to, never overwritten"
        entry.refused.append(Refusal(entry.file, lines[key], changed, " ".join(map(str, key)), reason))
