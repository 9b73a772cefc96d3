"""Publishing under load: no answer, whole or 304, is older than what was committed before it was asked for."""

import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from api.settings import Settings
from tests.changes import publish_version
from tests.conftest import served

pytestmark = pytest.mark.slow

PUBLISHED = 60
NUMBER = re.compile(r"Tên thứ (\d+)\b")
PATHS = (
    "/collections/zones/items/kcn-tran-de", "/collections/zones/items?limit=100", "/collections/zones/items?q=thu",
    "/collections/zone-points/items?limit=100&crs=[EPSG:9209]", "/collections/zones/items?limit=100&sortby=-name_vi",
    "/collections/zones/items/kcn-tran-de?f=html", "/collections/zones/tiles/WebMercatorQuad/7/60/101",
    "/tiles/WebMercatorQuad/7/60/101",
)  # fmt: skip


@pytest.mark.parametrize("room", [48, 0], ids=["kept", "fresh"])
def test_a_reader_never_sees_less_than_was_published_before(own_url: str, room: int) -> None:
    published = 0
    done = threading.Event()

    def publish() -> None:
        nonlocal published
        with psycopg.connect(own_url, autocommit=True) as connection:
            for number in range(1, PUBLISHED + 1):
                publish_version(connection, "kcn-tran-de", f"Tên thứ {number}")
                published = number
        done.set()

    def read(path: str) -> tuple[int, int]:
        """How often it was read, and how often the answer was 304."""
        held: tuple[str, int] | None = None
        count = unchanged = 0
        with httpx2.Client(base_url=address, timeout=30) as client:
            while not done.is_set() or count < 3:
                least = published
                answer = client.get(path, headers={"If-None-Match": held[0]} if held else {})
                if answer.status_code == 304:
                    assert held is not None
                    unchanged += 1
                else:
                    found = NUMBER.search(answer.text)
                    held = (answer.headers["etag"], int(found[1]) if found else 0)
                assert held[1] >= least
                count += 1
        return count, unchanged

    with served(Settings(database_url=own_url, kept_answers_mb=room)) as address, ThreadPoolExecutor(9) as pool:
        readers = [pool.submit(read, path) for path in PATHS]
        writer = pool.submit(publish)
        writer.result()
        counts = [reader.result() for reader in readers]
    assert all(count >= 3 for count, _ in counts)
    assert sum(unchanged for _, unchanged in counts) > 0


def test_two_processes_agree_with_the_commit(own_url: str) -> None:
    """What one process keeps does not outlive a change that came by another way."""
    with served(Settings(database_url=own_url)) as one, served(Settings(database_url=own_url)) as other:
        ask: Callable[[str], httpx2.Response] = lambda address: httpx2.get(f"{address}{PATHS[0]}")  # noqa: E731
        with psycopg.connect(own_url, autocommit=True) as connection:
            for number in range(5):
                publish_version(connection, "kcn-tran-de", f"Tên thứ {number}")
                assert {ask(address).json()["properties"]["name_vi"] for address in (one, other)} == {
                    f"Tên thứ {number}"
                }


def test_who_reads_slowly_holds_nobody_up(live_url: str) -> None:
    """A large file that somebody takes his time with can be had by others meanwhile."""
    path, host = "/collections/admin-units/items?f=geojsonseq", urlsplit(live_url)
    with socket.create_connection((host.hostname, host.port)) as slow:
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
        answer = httpx2.get(live_url + path, timeout=60)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 4_000_000


def test_many_who_ask_for_the_same_page_at_once_all_get_it(loaded_url: str) -> None:
    """It is made once for all of them; each on its own would wait in vain for a session."""
    with (
        served(Settings(database_url=loaded_url, pool_size=1)) as address,
        ThreadPoolExecutor(60) as crowd,
        httpx2.Client(limits=httpx2.Limits(max_connections=60), timeout=60) as client,
    ):
        answers = list(crowd.map(lambda _: client.get(f"{address}/maps/fill-rate?lang=en"), range(60)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
