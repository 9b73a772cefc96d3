"""Never lost, never twice: two reviewers at the same moment, a killed database, history that nobody can alter."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from starlette.testclient import TestClient

from api import errors
from api.main import create_app
from api.people import Grant, Person
from api.settings import ROOT, Settings
from api.store.connect import Writer
from api.workflows import changes
from tests.changes import legal_day
from tests.people import add_person
from tests.store.conftest import as_user

LAN, MINH = (Person(number, name, name.title(), frozenset({Grant("editor"), Grant("reviewer")}))
             for number, name in ((1, "lan"), (2, "minh")))  # fmt: skip
ROUNDS = 6


@pytest.fixture
def writer(own_url: str) -> Iterator[Writer]:
    for name in ("lan", "minh"):
        add_person(own_url, name, ("editor", None), ("reviewer", None))
    made = Writer(own_url, size=4)
    yield made
    made.close()


def square(lon: float, lat: float = 9.55, side: float = 0.01) -> dict[str, Any]:
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [[[round(x, 9), round(y, 9)] for x, y in ring]]}


def submitted(writer: Writer, zone: str, lon: float, **values: Any) -> int:
    """A change that is ready to be approved: an outline at a longitude."""
    id = writer.do(changes.begin, LAN, {"zone": zone})
    sent: dict[str, Any] = {
        "document": "D001", "boundary": square(lon),
        "values": {"boundary_quality": "digitised", "boundary_accuracy_m": 5, **values},
        "reasons": dict.fromkeys(("area-differs", "overlap-indicative", "spills-commune", "spills-province", "gap",
                                  "big-change"), "as it is"),
    }  # fmt: skip
    writer.do(changes.save, LAN, id, sent, seen=None)
    writer.do(changes.submit, LAN, id)
    return id


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own, begun at the same moment; what each returned or raised."""
    barrier, results = threading.Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(work())
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def shared_m2(dsn: str) -> float:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("""
        SELECT coalesce(max(ST_Area(ST_Intersection(a.boundary, b.boundary)::geography)), 0)
        FROM registry.served_zones a JOIN registry.served_zones b ON a.slug < b.slug
        WHERE a.boundary_quality <> 'indicative' AND b.boundary_quality <> 'indicative'""").fetchone()
    assert row
    return float(row[0])


def test_two_reviewers_at_the_same_moment_never_publish_outlines_that_overlap(own_url: str, writer: Writer) -> None:
    for number in range(ROUNDS):
        lon = 105.9 + 0.02 * number
        first = submitted(writer, "kcn-tran-de", lon)
        second = submitted(writer, "kcn-song-hau", lon + 0.004)
        results = at_once(
            lambda first=first: writer.do(changes.approve, MINH, first),  # type: ignore[misc]
            lambda second=second: writer.do(changes.approve, MINH, second),  # type: ignore[misc]
        )
        refused = [one for one in results if isinstance(one, Exception)]
        assert len(refused) == 1, results
        assert isinstance(refused[0], errors.OutlinesMeet | errors.ChecksFailed), refused
        assert shared_m2(own_url) <= 1
        for id in (first, second):
            state = writer.do(lambda session, id=id: changes.visible(session, LAN, id)["state"])  # type: ignore[misc]
            if state == "submitted":
                writer.do(changes.reject, MINH, id, "the other came first")


def test_the_database_itself_refuses_an_overlap_whoever_writes(own_url: str, writer: Writer) -> None:
    writer.do(changes.approve, MINH, submitted(writer, "kcn-tran-de", 105.9))
    with (
        psycopg.connect(own_url) as connection,
        pytest.raises(psycopg.errors.ExclusionViolation, match="shares"),
        connection.transaction(),
    ):
        connection.execute(
            """
        INSERT INTO registry.zone_versions (slug, version, name_vi, name_en, kind, aliases, communes, location,
            location_accuracy_m, location_basis, location_evidence, declared_area_inputs, boundary, boundary_quality,
            boundary_accuracy_m, sources, author)
        SELECT 'kcn-song-hau', 2, name_vi, name_en, kind, aliases, communes, location, location_accuracy_m,
            location_basis, location_evidence, '{}', ST_Translate(boundary, 0.001, 0), boundary_quality,
            boundary_accuracy_m, sources, 'owner' FROM registry.zone_versions
        WHERE slug = 'kcn-tran-de' AND version = 2"""
        )
        connection.execute("UPDATE registry.zones SET current_version = 2 WHERE slug = 'kcn-song-hau'")


def test_a_zone_may_lie_inside_its_economic_zone_but_not_across_its_border(own_url: str, writer: Writer) -> None:
    writer.do(changes.approve, MINH, submitted(writer, "kcn-tran-de", 105.9, kind="economic_zone"))
    inside = submitted(writer, "kcn-song-hau", 105.9)
    assert writer.do(changes.approve, MINH, inside) == 2
    id = writer.do(changes.begin, LAN, {"zone": "kcn-dai-ngai"})
    sent = {"document": "D001", "boundary": square(105.907), "values": {"boundary_quality": "digitised",
            "boundary_accuracy_m": 5}}  # fmt: skip
    writer.do(changes.save, LAN, id, sent, seen=None)
    with pytest.raises(errors.ChecksFailed) as refused:
        writer.do(changes.submit, LAN, id)
    assert "overlap" in {one.code for one in refused.value.issues}


def test_one_change_approved_twice_at_once_is_published_once(writer: Writer) -> None:
    id = submitted(writer, "kcn-tran-de", 105.9)
    results = at_once(*[lambda: writer.do(changes.approve, MINH, id)] * 3)
    assert [one for one in results if isinstance(one, int)] == [2]
    assert all(isinstance(one, errors.WrongState) for one in results if not isinstance(one, int))


def test_two_changes_of_one_zone_approved_at_once_are_not_both_published(own_url: str, writer: Writer) -> None:
    first = submitted(writer, "kcn-tran-de", 105.9)
    other = Person(2, "minh", "Minh", MINH.grants)
    second = writer.do(changes.begin, other, {"zone": "kcn-tran-de"})
    writer.do(changes.save, other, second, {"document": "D001", "values": {"name_en": "By Minh"}}, seen=None)
    writer.do(changes.submit, other, second)
    results = at_once(lambda: writer.do(changes.approve, MINH, first), lambda: writer.do(changes.approve, LAN, second))
    assert sorted(type(one).__name__ for one in results) == ["BaseMoved", "int"]


HISTORY = {
    "zone_versions": "name_vi", "log": "text", "attachments": "name", "reservations": "slug",
    "revision_times": "revision", "facts": "quote", "observations": "fact_id", "milestones": "wording",
}  # fmt: skip


@pytest.mark.parametrize("role", ["", "registry_write", "registry_read"])
@pytest.mark.parametrize("table", HISTORY)
def test_history_cannot_be_altered_not_even_by_the_services_own_user(
    own_url: str, writer: Writer, table: str, role: str
) -> None:
    writer.do(changes.approve, MINH, submitted(writer, "kcn-tran-de", 105.9))
    dsn = as_user(own_url, role) if role else own_url
    refusals = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)
    altered = f"UPDATE registry.{table} SET {HISTORY[table]} = {HISTORY[table]}"
    for statement in (altered, f"DELETE FROM registry.{table}", f"TRUNCATE registry.{table} CASCADE"):
        with psycopg.connect(dsn) as connection, pytest.raises(refusals):
            connection.execute(statement.encode())


def test_a_decided_change_and_a_submitted_proposal_cannot_be_altered(own_url: str, writer: Writer) -> None:
    done, waiting = submitted(writer, "kcn-tran-de", 105.9), submitted(writer, "kcn-song-hau", 105.95)
    writer.do(changes.approve, MINH, done)
    for statement, id in (("UPDATE registry.changes SET title = 'x' WHERE id = %s", done),
                          ("UPDATE registry.changes SET fields = '{\"name_en\": \"x\"}' WHERE id = %s", waiting),
                          ("UPDATE registry.changes SET author = 99 WHERE id = %s", waiting),
                          ("DELETE FROM registry.changes WHERE id = %s", waiting)):  # fmt: skip
        with psycopg.connect(own_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement, [id])  # type: ignore[arg-type]


def test_ids_of_zones_are_never_given_again(own_url: str) -> None:
    for statement in ("DELETE FROM registry.zones WHERE slug = 'kcn-tran-de'", "TRUNCATE registry.zones CASCADE",
                      "UPDATE registry.zones SET slug = 'kcn-other' WHERE slug = 'kcn-tran-de'"):  # fmt: skip
        with psycopg.connect(own_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement.encode())


APPROVER = """
import sys
from api.people import Grant, Person
from api.store.connect import Writer
from api.workflows import changes
person = Person(2, "minh", "Minh", frozenset({Grant("reviewer")}))
print("ready", flush=True)
sys.stdin.readline()
Writer(sys.argv[1], size=1).do(changes.approve, person, int(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("delay_ms", [5, 15, 30, 45, 60, 80, 110, 150])
def test_a_publication_killed_at_any_moment_leaves_the_old_version_or_the_new_one_whole(
    own_url: str, writer: Writer, delay_ms: int
) -> None:
    id = submitted(writer, "kcn-tran-de", 105.9)
    child = subprocess.Popen([sys.executable, "-c", APPROVER, own_url, str(id)], cwd=ROOT, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    assert child.stdin and child.stdout
    child.stdout.readline()
    with child:
        child.stdin.write("\n")
        child.stdin.flush()
        try:
            child.wait(delay_ms / 1000)
        except subprocess.TimeoutExpired:
            child.kill()
    assert_whole(own_url, id)


@pytest.mark.slow
@pytest.mark.parametrize("delay_ms", [5, 20, 40, 70])
def test_a_session_that_the_database_ends_leaves_it_whole_too(own_url: str, writer: Writer, delay_ms: int) -> None:
    id = submitted(writer, "kcn-tran-de", 105.9)
    gone = threading.Event()

    def approve() -> None:
        try:
            writer.do(changes.approve, MINH, id)
        except errors.StoreUnavailable:
            gone.set()

    thread = threading.Thread(target=approve)
    thread.start()
    thread.join(delay_ms / 1000)
    name = conninfo_to_dict(own_url)["dbname"]
    with psycopg.connect(make_conninfo(own_url, dbname="postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )
    thread.join()
    assert_whole(own_url, id)
    if writer.do(lambda session: changes.visible(session, LAN, id)["state"]) == "submitted":
        assert gone.is_set()
        assert writer.do(changes.approve, MINH, id) == 2  # and it can be done again, without a restart


def assert_whole(dsn: str, id: int) -> None:
    """Version, zone, change, log and what is served agree."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            """
        SELECT c.state, c.published_version, z.current_version,
            (SELECT max(version) FROM registry.zone_versions WHERE slug = c.zone), s.version,
            (SELECT count(*) FROM registry.log WHERE change_id = c.id AND action = 'change.approved'),
            s.boundary_quality
        FROM registry.changes c JOIN registry.zones z ON z.slug = c.zone
        JOIN registry.served_zones s ON s.slug = c.zone WHERE c.id = %s""",
            [id],
        ).fetchone()
    assert row in (("submitted", None, 1, 1, 1, 0, "indicative"), ("approved", 2, 2, 2, 2, 1, "digitised"))


def test_a_version_takes_effect_by_itself_when_its_day_has_come(own_url: str, writer: Writer) -> None:
    ahead = (legal_day() + timedelta(days=3)).isoformat()
    writer.do(changes.approve, MINH, submitted(writer, "kcn-tran-de", 105.9, valid_from=ahead))
    settings = Settings(database_url=own_url)
    address = "/collections/zones/items/kcn-tran-de"
    app = create_app(settings)
    with TestClient(app) as client:
        before = client.get(address)
        assert before.json()["properties"]["version"] == 1
        with psycopg.connect(own_url) as connection:
            connection.execute(
                "CREATE OR REPLACE FUNCTION registry.legal_day() RETURNS date LANGUAGE sql STABLE "
                f"AS $$ SELECT '{ahead}'::date $$"
            )
        app.revisions.day = None  # midnight
        after = client.get(address, headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.json()["properties"]["version"] == 2


def test_what_could_not_take_effect_at_midnight_is_tried_again(own_url: str, writer: Writer) -> None:
    ahead = (legal_day() + timedelta(days=3)).isoformat()
    writer.do(changes.approve, MINH, submitted(writer, "kcn-tran-de", 105.9, valid_from=ahead))
    app = create_app(Settings(database_url=own_url))

    def version(client: TestClient) -> int:
        answer = client.get("/collections/zones/items/kcn-tran-de")
        assert answer.status_code == 200
        return int(answer.json()["properties"]["version"])

    def set_legal_day(body: str) -> None:
        with psycopg.connect(own_url) as connection:
            connection.execute(f"CREATE OR REPLACE FUNCTION registry.legal_day() RETURNS date {body}")

    with TestClient(app) as client:
        set_legal_day("LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE 'not now'; END $$")
        app.revisions.day = None  # midnight
        assert version(client) == 1
        set_legal_day(f"LANGUAGE sql STABLE AS $$ SELECT '{ahead}'::date $$")
        assert version(client) == 1, "a register that failed is left alone for a while"
        app.revisions.pause = 0  # a minute later
        assert version(client) == 2


def test_two_outlines_that_would_meet_only_later_are_refused_now(writer: Writer) -> None:
    ahead = (legal_day() + timedelta(days=30)).isoformat()
    writer.do(changes.approve, MINH, submitted(writer, "kcn-tran-de", 105.9, valid_from=ahead))
    with pytest.raises(errors.OutlinesMeet):
        writer.do(changes.approve, MINH, submitted(writer, "kcn-song-hau", 105.904))
