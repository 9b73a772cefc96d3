"""A database server that dies while a change is published: then there is the old version or the new one, whole."""

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api import errors
from api.cluster import Cluster
from api.people import Grant, Person
from api.settings import ROOT
from api.store import migrations
from api.store.connect import Writer
from api.workflows import changes
from api.workflows.load import load
from tests.people import add_person

pytestmark = pytest.mark.slow
ZONE = "kcn-tran-de"
EVERYWHERE = frozenset({Grant("editor"), Grant("reviewer")})
LAN, MINH = Person(1, "lan", "Lan", EVERYWHERE), Person(2, "minh", "Minh", EVERYWHERE)
DELAYS_MS = (0, 10, 20, 30, 40, 60, 90, 140, 400, 2000)
STATE = """
SELECT c.state, c.published_version, z.current_version, s.version, s.name_en,
    (SELECT max(version) FROM registry.zone_versions WHERE slug = c.zone),
    (SELECT count(*) FROM registry.log WHERE change_id = c.id AND action = 'change.approved')
FROM registry.changes c JOIN registry.zones z ON z.slug = c.zone JOIN registry.served_zones s ON s.slug = c.zone
WHERE c.id = %s
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A loaded server of these tests' own, that keeps what it commits."""
    with tempfile.TemporaryDirectory(prefix="registry-crash-") as name:
        Path(name).chmod(0o711)  # the postgres user must get through
        made = Cluster(Path(name), durable=True)
        try:
            made.start()
            migrations.move(made.dsn)
            assert not load(made.dsn, ROOT / "data").refused
            for login in ("lan", "minh"):
                add_person(made.dsn, login)
            yield made
        finally:
            made.remove()


def crash(cluster: Cluster) -> None:
    """The server ends at once, in the middle of whatever it does; the next start recovers from its log."""
    assert cluster._pg_ctl("stop", "--mode=immediate", "--timeout=30").returncode == 0


def test_a_server_that_dies_at_any_moment_leaves_the_old_version_or_the_new_one(cluster: Cluster) -> None:
    seen: Counter[str] = Counter()
    version = 1
    for delay_ms in DELAYS_MS:
        writer = Writer(cluster.dsn, size=2)
        id = writer.do(changes.begin, LAN, {"zone": ZONE})
        name = f"After {delay_ms} ms"
        writer.do(changes.save, LAN, id, {"document": "D001", "values": {"name_en": name}}, seen=None)
        writer.do(changes.submit, LAN, id)
        told: list[object] = []

        def approve(writer: Writer = writer, id: int = id, told: list[object] = told) -> None:
            try:
                told.append(writer.do(changes.approve, MINH, id))
            except errors.StoreUnavailable as error:
                told.append(error)

        thread = threading.Thread(target=approve)
        thread.start()
        thread.join(delay_ms / 1000)
        crash(cluster)
        thread.join()
        writer.close()
        cluster.start()

        with psycopg.connect(cluster.dsn) as connection:
            row = connection.execute(STATE, [id]).fetchone()
        assert row
        state, published, current, served, name_en, newest, approvals = row
        seen[state] += 1
        if state == "approved":
            version += 1
            assert (published, approvals, name_en) == (version, 1, name)
        else:
            assert (state, published, approvals) == ("submitted", None, 0)
            assert name_en != name
            assert isinstance(told[0], errors.StoreUnavailable)
            after = Writer(cluster.dsn, size=1)
            after.do(changes.withdraw, LAN, id, "the server died")
            after.close()
        assert current == served == newest == version
    assert set(seen) == {"submitted", "approved"}, seen
