"""The service outlives its database: it says so while that is away and goes on when it is back, without a restart."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import psycopg
import pytest

from api.cluster import Cluster
from api.settings import ROOT, Settings
from api.store import migrations
from api.workflows.load import load
from tests.conftest import served

pytestmark = pytest.mark.slow

PATIENCE_S = 3.0  # how long a user waits for an answer, whatever it is
RECOVERY_S = 10.0
PATHS = (
    "/?f=html", "/health/ready", "/collections/zones/items", "/collections/facts/items/F192", "/stats/fill-rates",
    "/maps/fill-rate", "/collections/zones/items/kcn-tran-de/sources", "/map?kind=industrial_park",
    "/map/suggest?q=tran", "/zones/kcn-tran-de", "/zones/kcn-tran-de/picture.png", "/sitemap.xml",
    "/compare?zones=kcn-tran-de,kcn-an-nghiep", "/assessments", "/assessments/kcn-tran-de", "/quality",
    "/compare?zones=kcn-tran-de,kcn-an-nghiep", "/progress?f=html",
    "/compare?zones=kcn-tran-de,kcn-an-nghiep", "/reports?f=html",
    "/reports/periodic?province=soc-trang&period=2025",
    "/compare?zones=kcn-tran-de,kcn-an-nghiep", "/feed", "/feed?f=html", "/feed.atom",
)  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A loaded cluster of these tests' own, to be stopped and killed; each test leaves it running."""
    with tempfile.TemporaryDirectory(prefix="registry-away-") as name:
        Path(name).chmod(0o711)  # the postgres user must get through
        cluster = Cluster(Path(name), durable=False)
        try:
            cluster.start()
            migrations.move(cluster.dsn)
            assert not load(cluster.dsn, ROOT / "data").refused
            yield cluster
        finally:
            cluster.remove()


@dataclass
class Service:
    address: str

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=30)

    def is_ready(self) -> bool:
        return self.get("/health/ready").status_code == 200

    def recovers(self) -> bool:
        deadline = time.monotonic() + RECOVERY_S
        while not self.is_ready():
            if time.monotonic() > deadline:
                return False
        return True

    def is_away(self, path: str) -> None:
        """Hold that it says 503 in time, in the form of a problem, with when to ask again."""
        started = time.monotonic()
        answer = self.get(path)
        assert time.monotonic() - started < PATIENCE_S
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert 0 < int(answer.headers["Retry-After"]) <= 10
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json()["status"] == 503
        assert "/run/" not in answer.text
        assert "/tmp/" not in answer.text


@pytest.fixture
def service(cluster: Cluster) -> Iterator[Service]:
    cluster.start()
    with served(Settings(database_url=cluster.dsn)) as address:
        yield Service(address)


def test_it_starts_while_the_database_is_away_and_serves_when_it_comes(cluster: Cluster) -> None:
    cluster.stop()
    with served(Settings(database_url=cluster.dsn)) as address:
        service = Service(address)
        assert service.get("/health/live").status_code == 200
        service.is_away("/health/ready")
        service.is_away("/collections/zones/items")

        cluster.start()

        assert service.recovers()
        assert service.get("/collections/facts/items").json()["numberMatched"] == 239


def test_while_the_database_is_stopped_every_page_says_so_in_time_to_many_at_once(
    cluster: Cluster, service: Service
) -> None:
    with ThreadPoolExecutor(24) as crowd:
        assert {one.status_code for one in crowd.map(service.get, PATHS * 4)} == {200}
        cluster.stop()
        assert service.get("/health/live").status_code == 200
        list(crowd.map(service.is_away, PATHS * 3))

        cluster.start()

        assert service.recovers()
        assert {one.status_code for one in crowd.map(service.get, PATHS * 4)} == {200}


def test_it_survives_a_killed_database(cluster: Cluster, service: Service) -> None:
    assert service.is_ready()
    os.kill(cluster.find_server(), signal.SIGKILL)
    service.is_away("/collections/zones/items")

    cluster.start()

    assert service.recovers()
    assert service.get("/collections/facts/items").json()["numberMatched"] == 239


def test_a_restart_between_two_requests_is_not_noticed(cluster: Cluster, service: Service) -> None:
    assert service.is_ready()
    cluster.stop()
    cluster.start()
    assert service.get("/collections/zones/items").status_code == 200


def test_sessions_that_were_cut_are_not_noticed(cluster: Cluster, service: Service) -> None:
    with ThreadPoolExecutor(24) as crowd:
        assert {one.status_code for one in crowd.map(service.get, PATHS * 4)} == {200}
        with psycopg.connect(cluster.dsn, autocommit=True) as connection:
            cut = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = 'registry' AND pid <> pg_backend_pid()"
            ).fetchall()
        assert len(cut) > 1
        assert {one.status_code for one in crowd.map(service.get, PATHS * 4)} == {200}
