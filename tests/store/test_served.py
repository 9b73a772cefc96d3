"""What is served follows what is stored, in the same commit, and says which revision wrote it."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.changes import publish_version, revision

Session = psycopg.Connection[Any]
PARTS = {"zones": "slug", "units": "uid", "lots": "id", "facts": "id"}
LOT = """
INSERT INTO registry.lots (zone, code, land_use, status, area_ha, geom)
SELECT slug, %s, 'industrial', 'available', 1, ST_Multi(ST_Envelope(ST_Buffer(location, 0.001)))
FROM registry.served_zones WHERE slug = 'kcn-tran-de'
"""


@pytest.fixture
def owner(own_url: str) -> Iterator[Session]:
    with psycopg.connect(own_url, autocommit=True) as connection:
        yield connection


def differences(session: Session) -> dict[str, int]:
    """How many features of each part are served otherwise than the tables say."""
    found = {}
    for part in PARTS:
        columns = ", ".join(
            f'"{name}"'
            for (name,) in session.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
                [f"registry.current_{part}"],
            )
        )
        served = f"SELECT {columns} FROM registry.served_{part}"
        current = f"SELECT {columns} FROM registry.current_{part}"
        row = session.execute(
            f"SELECT count(*) FROM (({served} EXCEPT {current}) UNION ALL ({current} EXCEPT {served})) x"  # type: ignore[arg-type]
        ).fetchone()
        assert row
        found[part] = row[0]
    return found


def test_the_loaded_register_is_served_as_it_is(owner: Session) -> None:
    assert differences(owner) == dict.fromkeys(PARTS, 0)
    totals = dict(owner.execute("SELECT part, total FROM registry.revisions WHERE part <> 'register'").fetchall())
    assert totals == {"zones": 26, "units": 521, "lots": 0, "facts": 239}


@pytest.mark.parametrize(
    ("statement", "parts"),
    [
        ("UPDATE registry.zone_figures SET fill_rate_pct = 12, fill_rate_basis = 'areas' WHERE slug = 'kcn-tran-de'",
         {"zones"}),
        ("UPDATE registry.admin_units SET full_name = 'Thành phố Khác' WHERE uid = 'vn34:92'",
         {"zones", "units", "facts"}),
        ("UPDATE registry.admin_units SET full_name = 'Tỉnh Khác' WHERE uid = 'vn63:94'", {"zones", "units", "facts"}),
        ("UPDATE registry.sources SET title = 'Another title' WHERE id = 'D001'", {"facts"}),
        ("UPDATE registry.indicators SET label_vi = 'Khác' WHERE indicator = 'fill_rate_pct'", {"facts"}),
        ("UPDATE registry.obligations SET met = true", {"facts"}),
        ("UPDATE registry.zone_figures SET fill_rate_source = 'D002' WHERE slug = 'kcn-an-nghiep'", {"zones"}),
        ("UPDATE registry.phases SET name_en = 'Another name'", set()),
        (LOT.replace("%s", "'A1'"), {"lots"}),
    ],
)  # fmt: skip
def test_a_change_of_a_table_is_served_with_its_commit(owner: Session, statement: str, parts: set[str]) -> None:
    before = {part: revision(owner, part) for part in ("register", *PARTS)}
    owner.execute(statement)  # type: ignore[call-overload]
    assert differences(owner) == dict.fromkeys(PARTS, 0)
    after = {part: revision(owner, part) for part in ("register", *PARTS)}
    assert {part for part in after if after[part] != before[part]} == {"register", *parts}
    assert {after[part] for part in ("register", *parts)} == {before["register"] + 1}
    assert owner.execute("SELECT FROM registry.dirty UNION ALL SELECT FROM registry.publishing").fetchall() == []


def test_what_changes_nothing_has_no_revision(owner: Session) -> None:
    before = revision(owner)
    owner.execute("UPDATE registry.zone_figures SET status = status")
    owner.execute("UPDATE registry.admin_units SET name = name")
    owner.execute("UPDATE registry.zones SET current_version = current_version WHERE false")
    assert revision(owner) == before


def test_a_change_that_is_undone_leaves_nothing(owner: Session) -> None:
    before = revision(owner)
    with owner.transaction(force_rollback=True):
        owner.execute("UPDATE registry.zone_figures SET status = 'planned'")
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert revision(owner) == before
    assert differences(owner) == dict.fromkeys(PARTS, 0)


def test_a_zones_name_reaches_its_lots(owner: Session) -> None:
    owner.execute(LOT, ["A1"])
    publish_version(owner, "kcn-tran-de", "Khu công nghiệp Tên Mới")
    assert owner.execute("SELECT zone_name_vi FROM registry.served_lots").fetchall() == [("Khu công nghiệp Tên Mới",)]
    assert differences(owner) == dict.fromkeys(PARTS, 0)


def test_a_lot_of_another_code_is_another_lot(owner: Session) -> None:
    owner.execute(LOT, ["A1"])
    owner.execute("UPDATE registry.lots SET code = 'A2'")
    assert owner.execute("SELECT id FROM registry.served_lots").fetchall() == [("kcn-tran-de.A2",)]
    assert owner.execute("SELECT id FROM registry.tile_lots").fetchall() == [("kcn-tran-de.A2",)]
    owner.execute("TRUNCATE registry.lots")
    assert differences(owner) == dict.fromkeys(PARTS, 0)
    assert owner.execute("SELECT count(*) FROM registry.past_lots").fetchone() == (2,)


def test_superseded_states_stay_with_the_revisions_between_which_they_held(owner: Session) -> None:
    (first,) = owner.execute("SELECT fid, revision, name_vi FROM registry.served_zones WHERE slug = 'kcn-tran-de'")
    for name in ("Một", "Hai"):
        publish_version(owner, "kcn-tran-de", name)
    now = revision(owner)
    past = "SELECT fid, revision, until, name_vi FROM registry.past_zones WHERE slug = 'kcn-tran-de' ORDER BY revision"
    assert owner.execute(past).fetchall()[-2:] == [  # type: ignore[call-overload]
        (first[0], first[1], now - 1, first[2]), (first[0], now - 1, now, "Một"),
    ]  # fmt: skip
    served = "SELECT fid, revision, name_vi FROM registry.served_zones WHERE slug = 'kcn-tran-de'"
    assert owner.execute(served).fetchall() == [(first[0], now, "Hai")]  # type: ignore[call-overload]


def test_several_changes_of_one_transaction_are_one_revision(owner: Session) -> None:
    before = revision(owner)
    with owner.transaction():
        owner.execute("UPDATE registry.zone_figures SET status = 'planned' WHERE slug = 'kcn-tran-de'")
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute("UPDATE registry.zone_figures SET status = 'operating' WHERE slug = 'kcn-tran-de'")
        owner.execute("UPDATE registry.sources SET title = 'Another title' WHERE id = 'D001'")
    assert revision(owner) == before + 1
    assert differences(owner) == dict.fromkeys(PARTS, 0)
    assert owner.execute("SELECT count(*) FROM registry.past_zones WHERE until = %s", [before + 1]).fetchone() == (1,)


def test_two_who_commit_at_once_get_revisions_of_their_own_and_miss_nothing(own_url: str, owner: Session) -> None:
    before = revision(owner)
    barrier = threading.Barrier(2)

    def change(statement: str) -> None:
        with psycopg.connect(own_url) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
            barrier.wait()

    statements = (
        "UPDATE registry.zone_figures SET status = 'planned' WHERE slug = 'kcn-tran-de'",
        "UPDATE registry.admin_units SET full_name = 'Thành phố Khác' WHERE uid = 'vn34:92'",
    )
    threads = [threading.Thread(target=change, args=[statement]) for statement in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revision(owner) == before + 2
    assert differences(owner) == dict.fromkeys(PARTS, 0)


def test_times_of_change_differ_by_the_second(owner: Session) -> None:
    stamps = []
    for number in range(3):
        owner.execute("UPDATE registry.zone_figures SET status_as_of = %s WHERE slug = 'kcn-tran-de'", [str(number)])
        stamps.append(owner.execute("SELECT date_trunc('second', changed_at) FROM registry.revisions "
                                    "WHERE part = 'zones'").fetchone())  # fmt: skip
    assert len(set(stamps)) == 3


def test_a_writer_publishes_and_cannot_write_what_is_served(own_url: str) -> None:
    with psycopg.connect(own_url, options="-c role=registry_write", autocommit=True) as writer:
        publish_version(writer, "kcn-tran-de", "Tên Mới")
        served = writer.execute("SELECT name_vi FROM registry.served_zones WHERE slug = 'kcn-tran-de'").fetchone()
        assert served == ("Tên Mới",)
        for table in ("served_zones", "past_zones", "revisions", "dirty", "publishing", "tile_zones"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(f"DELETE FROM registry.{table}")  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.execute("SELECT registry.serve('zones', 'slug', NULL, 99)")


def test_letters_without_marks(owner: Session) -> None:
    row = owner.execute("SELECT registry.unmarked('Trần Đề, đường Nguyễn Huệ – ĐỒNG THÁP')").fetchone()
    assert row == ("Tran De, duong Nguyen Hue – DONG THAP",)
