"""Data directories of a test's own, and a register to load them into."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from api.settings import ROOT
from api.store import migrations

DATA = ROOT / "data"
Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    """A CSV as it stands, read without the project."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def change_row(path: Path, key: str, **cells: str) -> int:
    """Change cells of the row whose first cell is `key`; its line."""
    rows = rows_of(path)
    names = list(rows[0])
    place = next(place for place, row in enumerate(rows) if row[names[0]] == key)
    rows[place] |= cells
    assert list(rows[place]) == names
    write_rows(path, rows)
    return place + 2


def change_feature(path: Path, key: str, change: Callable[[dict[str, Any]], None]) -> int:
    """Let `change` work on the feature whose slug or uid is `key`; its number."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    for number, feature in enumerate(collection["features"], 1):
        if key in (feature["properties"].get("slug"), feature["properties"].get("uid")):
            change(feature)
            path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
            return number
    raise AssertionError(key)


def contents(dsn: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of the register, but for when which file was loaded."""
    with psycopg.connect(dsn) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'registry'::regnamespace AND relkind = 'r' "
            "AND relname NOT IN ('alembic_version', 'data_files') ORDER BY 1"
        ).fetchall()
        return {
            name: connection.execute(
                sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier("registry", name))
            ).fetchall()
            for (name,) in names
        }


def is_empty(dsn: str) -> bool:
    """Whether a register holds not a row, and never did: its revision is 0."""
    rows = contents(dsn)
    revisions = rows.pop("revisions")
    rows.pop("revision_times")  # when revision 0 was
    return not any(rows.values()) and len(revisions) == 5 and all(",0," in row for (row,) in revisions)


def count(dsn: str, table: str) -> int:
    return len(contents(dsn)[table])


@pytest.fixture
def register_url(empty_url: str) -> str:
    """A migrated register without a row."""
    migrations.move(empty_url)
    return empty_url


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data files."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture(scope="session")
def without_unit_outlines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data files with administrative units that have no outline, which makes them quick to read."""
    path = Path(shutil.copytree(DATA, tmp_path_factory.mktemp("light") / "data"))
    for file in path.glob("admin_units*.geojson"):
        collection = json.loads(file.read_text(encoding="utf-8"))
        for feature in collection["features"]:
            feature["geometry"] = None
        file.write_text(json.dumps(collection), encoding="utf-8")
    return path


@pytest.fixture
def light_data(tmp_path: Path, without_unit_outlines: Path) -> Path:
    """A copy of the data files without the outlines of administrative units."""
    return Path(shutil.copytree(without_unit_outlines, tmp_path / "light"))
