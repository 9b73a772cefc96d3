"""Loading `data/` into the register: all of it or nothing, and the same again changes nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy.exc
from sqlalchemy import Connection

from api.store import records, tables, zones
from api.store.connect import writer_engine
from api.workflows import figures, sketches
from api.workflows.data_files import Parsed, Refusal, Row, read
from api.workflows.readings import Known, files

SHARPER, OPEN = "admin_units_historic_derived.geojson", "admin_units_historic.geojson"
HISTORY = {"facts", "observations", "targets", "statements", "milestones", "evidence"}
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
    the id of a stored one that says something else is refused.
    """
    report = Report()
    with writer_engine(database_url).connect() as connection:
        try:
            with connection.begin():
                records.lock_loads(connection)
                store_files(connection, data_dir, report, show)
                if report.refused:
                    raise _Refused
                figures.refresh(connection)
                sketches.refresh(connection)
                records.remember_files(connection, hashes(data_dir))
        except _Refused:
            for file in report.files.values():
                file.stored = file.updated = 0
    return report


def is_current(database_url: str, data_dir: Path) -> bool:
    """Whether the last complete load was of exactly these files."""
    with writer_engine(database_url).connect() as connection:
        return records.file_hashes(connection) == hashes(data_dir)


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


def store_files(connection: Connection, data_dir: Path, report: Report, show: Show) -> None:
    steps = files(Known(), historic_file(data_dir))
    for place, (name, columns, reading) in enumerate(steps, 1):
        show(name, place, len(steps))
        entry = report.files.setdefault(name, FileReport(name))
        path = data_dir / name
        if not path.exists():
            entry.refused.append(Refusal(name, 0, "file", str(path), "this file is missing"))
            continue
        parsed = read(path, columns, reading)
        entry.read = parsed.count
        entry.refused.extend(parsed.refused)
        if not report.refused:
            store(connection, parsed, entry)


def store(connection: Connection, parsed: Parsed, entry: FileReport) -> None:
    """Store a file's rows; what the database itself refuses is reported like what the reading refused."""
    for table, rows in parsed.rows.items():
        try:
            with connection.begin_nested():
                merged = merge(connection, table, rows)
        except sqlalchemy.exc.DBAPIError:
            entry.refused.extend(find_refused(connection, parsed, table, rows))
            return
        entry.stored += merged.stored
        entry.updated += merged.updated
        entry.unchanged += merged.unchanged
        for key, changed in merged.conflicts:
            reason = "it is recorded already and says something else; history is added to, never overwritten"
            line = parsed.line_of.get((table, key[0]), 0)
            entry.refused.append(Refusal(parsed.file, line, changed, str(key[0]), reason))


def merge(connection: Connection, table: str, rows: list[Row]) -> records.Merged:
    if table == "zone_versions":
        return zones.merge_versions(connection, rows)
    model = tables.metadata.tables[f"{tables.SCHEMA}.{table}"]
    return records.merge(connection, model, rows, correct=table not in HISTORY)


def find_refused(connection: Connection, parsed: Parsed, table: str, rows: list[Row]) -> list[Refusal]:
    """Which of the rows the database refuses, by trying them one by one."""
    refused = []
    for row in rows:
        try:
            with connection.begin_nested():
                merge(connection, table, [row])
        except sqlalchemy.exc.DBAPIError as error:
            key = next(iter(row.values()))
            reason = str(error.orig).splitlines()[0]
            refused.append(Refusal(parsed.file, parsed.line_of.get((table, key), 0), table, str(key), reason))
    return refused
