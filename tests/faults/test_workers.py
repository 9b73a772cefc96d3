"""`zones serve` with several processes: they agree after a publish, count together, and end what they began."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.settings import ROOT
from tests.changes import publish_version
from tests.faults.test_up import free_port

pytestmark = pytest.mark.slow
PATH = "/collections/zones/items/kcn-tran-de"


@dataclass
class Workers:
    """`zones serve --workers 2`, what it wrote down, and its processes."""

    url: str
    process: subprocess.Popen[bytes]
    written: Path

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.written.read_text().splitlines() if line.startswith("{")]

    @property
    def figures(self) -> Path:
        """Where they count together."""
        (found,) = self.written.parent.glob("registry-figures-*")
        return found

    @property
    def children(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


@contextmanager
def two_workers(dsn: str, folder: Path) -> Iterator[Workers]:
    port, written = free_port(), folder / "written"
    own = {"DATABASE_URL": dsn, "HOST": "127.0.0.1", "PORT": str(port), "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    with written.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--workers", "2"],
            cwd=ROOT, env=os.environ | own, stderr=output, start_new_session=True,
        )  # fmt: skip
    made = Workers(f"http://127.0.0.1:{port}", process, written)
    try:
        wait_until(lambda: sum("startup complete" in str(one["message"]) for one in made.lines) == 2, made)
        yield made
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_until(holds: Callable[[], object], made: Workers) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, made.written.read_text()
        assert made.process.poll() is None, made.written.read_text()
        time.sleep(0.05)


def test_both_processes_show_what_was_published_with_the_next_request(own_url: str, tmp_path: Path) -> None:
    with two_workers(own_url, tmp_path) as made, psycopg.connect(own_url, autocommit=True) as connection:
        for number in range(8):
            publish_version(connection, "kcn-tran-de", f"Tên thứ {number}")
            answers = [httpx2.get(made.url + PATH, headers={"X-Request-Id": f"r{number}-{n}"}) for n in range(12)]
            assert {one.json()["properties"]["name_vi"] for one in answers} == {f"Tên thứ {number}"}
        processes = {one["process"] for one in made.lines if str(one.get("request", "")).startswith("r")}
        assert len(processes) == 2  # or this would have shown nothing
        found = httpx2.get(made.url + "/metrics").text
    counted = {
        tuple(sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(found)
        for one in family.samples
        if one.name == "registry_requests_total"
    }
    assert counted[("kind", "items"), ("method", "GET"), ("status", "200")] == 8 * 12


def test_a_process_that_is_killed_is_replaced(own_url: str, tmp_path: Path) -> None:
    with two_workers(own_url, tmp_path) as made:
        first = made.children
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        wait_until(lambda: len(made.children) == 2 and first[0] not in made.children, made)
        wait_until(lambda: sum("startup complete" in str(one["message"]) for one in made.lines) == 3, made)
        assert httpx2.get(made.url + PATH).status_code == 200
        used = (made.figures / f"gauge_livesum_{one}.db" for one in first)
        assert "registry_sessions" in httpx2.get(made.url + "/metrics").text
        assert [one.exists() for one in used] == [False, True]  # of the dead one nothing is in use any more


def read_on(url: str, stopped: threading.Event, broken: list[Exception]) -> int:
    """Read without a pause, by connections that are kept and by new ones, until told to stop; how many answers came."""
    count = 0
    with httpx2.Client(timeout=30) as kept:
        while not stopped.is_set():
            try:
                answers = [kept.get(url + PATH), httpx2.get(url + f"/collections/zones/items?limit={count % 20 + 1}")]
            except httpx2.HTTPError as error:
                broken.append(error)
                break
            assert [one.status_code for one in answers] == [200, 200]
            count += 2
    return count


def test_processes_are_replaced_without_dropping_a_request(own_url: str, tmp_path: Path) -> None:
    stopped, broken = threading.Event(), list[Exception]()
    with two_workers(own_url, tmp_path) as made, ThreadPoolExecutor(4) as pool:
        first = set(made.children)
        readers = [pool.submit(read_on, made.url, stopped, broken) for _ in range(4)]
        made.process.send_signal(signal.SIGHUP)
        try:
            wait_until(lambda: len(made.children) == 2 and not first & set(made.children), made)
        finally:
            stopped.set()
        counts = [one.result() for one in readers]
    assert broken == []
    assert min(counts) > 0


def test_what_was_asked_before_the_end_is_answered(own_url: str, tmp_path: Path) -> None:
    """Maps take a while to draw; the service is told to stop while they are drawn."""
    addresses = [f"/maps/fill-rate?lang={language}&offline=1&q={word}" for language in ("vi", "en") for word in "atn"]
    with two_workers(own_url, tmp_path) as made, ThreadPoolExecutor(len(addresses)) as pool:
        clients = [httpx2.Client(base_url=made.url, timeout=60) for _ in addresses]
        for client in clients:
            assert client.get("/health/live").status_code == 200
        asked = [pool.submit(client.get, address) for client, address in zip(clients, addresses, strict=True)]
        wait_until(lambda: httpx2.get(made.url + "/metrics").text.count("registry_requests_running 7.0"), made)
        made.process.send_signal(signal.SIGTERM)
        answers = [one.result() for one in asked]
        assert made.process.wait(30) == 0
        for client in clients:
            client.close()
    assert [one.status_code for one in answers] == [200] * len(addresses)
    assert all(one.text.endswith("</html>") for one in answers)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(made.url)
