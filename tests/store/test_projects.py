"""What the database itself holds of projects: history stays, and readers see no name that is not public."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.store.conftest import as_user

Session = psycopg.Connection[Any]
SECRET = ("Nhà máy Kín", "Công ty Kín", "QĐ Kín", "2019-03", "D001", "trang 7", "nguyên văn Kín", "ghi chú Kín", "Lan")
ADD = """
INSERT INTO registry.project_versions (id, version, name, investor, sector, land_ha, decision, licensed_on,
    licensed_on_days, source, place, quote, note, state, account, author)
VALUES (%(id)s, %(version)s, %(name)s, 'Công ty Kín', 'Dệt may', 3, 'QĐ Kín', '2019-03', '[2019-03-01,2019-03-31]',
    %(source)s, 'trang 7', 'nguyên văn Kín', 'ghi chú Kín', 'stalled', 1, 'Lan')
"""


@pytest.fixture
def writer(own_url: str) -> Iterator[Session]:
    with psycopg.connect(as_user(own_url, "registry_write"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def reader(own_url: str) -> Iterator[Session]:
    with psycopg.connect(as_user(own_url, "registry_read"), autocommit=True) as connection:
        yield connection


def project(session: Session, source: str = "D001", zone: str = "kcn-tran-de") -> int:
    row = session.execute("INSERT INTO registry.projects (zone) VALUES (%s) RETURNING id", [zone]).fetchone()
    assert row
    version(session, row[0], 1, source=source)
    return int(row[0])


def version(session: Session, id: int, number: int, name: str = "Nhà máy Kín", source: str = "D001") -> None:
    session.execute(ADD, {"id": id, "version": number, "name": name, "source": source})


def test_readers_see_a_project_whose_document_is_not_public_without_its_name(writer: Session, reader: Session) -> None:
    id = project(writer)
    row = reader.execute("SELECT * FROM registry.public_projects").fetchone()
    assert row
    assert {id, "Dệt may", "stalled", 3, False} <= set(row)
    assert not [one for one in row for secret in SECRET if secret in str(one)]
    for table in ("project_versions", "projects", "project_states", "project_previews"):
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(f"SELECT * FROM registry.{table}")  # type: ignore[arg-type]


def test_no_filter_finds_what_the_view_hides(writer: Session, reader: Session) -> None:
    project(writer)
    for wanted in ("name = 'Nhà máy Kín'", "investor IS NOT NULL", "source = 'D001'", "quote LIKE 'nguyên%%'",
                   "licensed_on IS NOT NULL", "public_projects::text LIKE '%%Kín%%'"):  # fmt: skip
        query = f"SELECT count(*) FROM registry.public_projects WHERE {wanted}"
        assert reader.execute(query).fetchone() == (0,), wanted  # type: ignore[arg-type]
    with pytest.raises(errors.InsufficientPrivilege):
        reader.execute("CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'; "
                       "SELECT note FROM registry.project_states WHERE pg_temp.leak(name)")  # fmt: skip


@pytest.mark.parametrize(
    ("change", "is_public"),
    [
        ("url = 'https://example.vn/1'", True), ("published = '2024-05'", True), ("url = 'javascript:x'", False),
        ("url = 'https://'", False), ("kind = 'resolution'", False),
    ],
)  # fmt: skip
def test_a_document_is_public_by_its_address_or_day_of_publication(
    own_url: str, writer: Session, reader: Session, change: str, is_public: bool
) -> None:
    project(writer)
    writer.execute(f"UPDATE registry.sources SET {change} WHERE id = 'D001'")  # type: ignore[arg-type]
    row = reader.execute("SELECT name IS NOT NULL, is_public FROM registry.public_projects").fetchone()
    assert row == (is_public, is_public)


def test_a_name_vanishes_when_a_later_document_is_not_public(writer: Session, reader: Session) -> None:
    row = writer.execute("SELECT id FROM registry.sources WHERE url IS NOT NULL").fetchone()
    assert row
    id = project(writer, source=row[0])
    assert reader.execute("SELECT name, version FROM registry.public_projects").fetchall() == [("Nhà máy Kín", 1)]
    version(writer, id, 2, name="Nhà máy Khác")
    assert reader.execute("SELECT name, version FROM registry.public_projects").fetchall() == [(None, 2)]


@pytest.mark.parametrize(("table", "column"), [("projects", "zone"), ("project_versions", "land_ha")])
def test_history_of_projects_stays(own_url: str, writer: Session, table: str, column: str) -> None:
    project(writer)
    statements = (f"UPDATE registry.{table} SET {column} = {column}", f"DELETE FROM registry.{table}",
                  f"TRUNCATE registry.{table} CASCADE")  # fmt: skip
    with psycopg.connect(own_url, autocommit=True) as owner:
        for statement in statements:
            with pytest.raises(errors.InsufficientPrivilege):
                writer.execute(statement)  # type: ignore[arg-type]
            with pytest.raises(errors.RestrictViolation, match="is history"):
                owner.execute(statement)  # type: ignore[arg-type]


def test_versions_follow_each_other_and_none_is_there_twice(writer: Session) -> None:
    id = project(writer)
    with pytest.raises(errors.CheckViolation, match="is at version 1"):
        version(writer, id, 3)
    with pytest.raises(errors.UniqueViolation):
        version(writer, id, 1)
    with pytest.raises(errors.GeneratedAlways):
        writer.execute("INSERT INTO registry.projects (id, zone) VALUES (1, 'kcn-tran-de')")


@pytest.mark.parametrize(
    "values",
    ["name = ''", "land_ha = 0", "capital = 5", "currency = 'm_usd'", "state = 'asleep'", "decided_on = '2020'",
     "source = NULL", "author = ''", "retired_because = ''", "land_ha = 'NaN'"],
)  # fmt: skip
def test_what_cannot_be_is_refused(writer: Session, values: str) -> None:
    id = project(writer)
    column, value = values.split(" = ")
    with pytest.raises(errors.IntegrityError):
        writer.execute(
            "INSERT INTO registry.project_versions SELECT (jsonb_populate_record(v, jsonb_build_object('version', 2, "  # type: ignore[arg-type]
            f"'{column}', {value}::text))).* FROM registry.project_versions v WHERE id = {id}"
        )


def test_a_lot_points_to_a_project_of_its_own_zone(writer: Session) -> None:
    here, elsewhere = project(writer), project(writer, zone="kcn-song-hau")
    lot = ("INSERT INTO registry.lots (zone, code, land_use, area_ha, project) "
           "VALUES ('kcn-tran-de', %s, 'industrial', 1, %s)")  # fmt: skip
    writer.execute(lot, ["A", here])
    with pytest.raises(errors.ForeignKeyViolation):
        writer.execute(lot, ["B", elsewhere])


def test_a_project_moves_the_revision_that_kept_pages_hold_by(writer: Session, reader: Session) -> None:
    revision = "SELECT revision FROM registry.revisions WHERE part = 'register'"
    before = reader.execute(revision).fetchone()
    project(writer)
    after = reader.execute(revision).fetchone()
    assert before and after and after[0] == before[0] + 1
