"""`zones demo` as a process: beside the register, stopped at any moment, and at once when it is there already."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from api.cluster import DEMO, Cluster
from api.store import demo

pytestmark = pytest.mark.slow  # a database and processes of its own for each

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 90.0
SMALL = ("--zones", "40", "--lots", "200")
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def local_dir() -> Iterator[Path]:
    """A place the postgres user can enter; stopped and deleted at the end."""
    path = Path(tempfile.mkdtemp(prefix="registry-demo-"))
    path.chmod(0o755)
    yield path
    Cluster(path).remove()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def start(local_dir: Path) -> Iterator[Start]:
    """Starts `zones demo` in the directory of the test."""
    started: list[subprocess.Popen[str]] = []

    def run(*options: str, **environment: str) -> subprocess.Popen[str]:
        own = {"LOCAL_DIR": str(local_dir), "HOST": "127.0.0.1", "DATABASE_URL": "", **environment}
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "demo", *options], cwd=ROOT, env=os.environ | own,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout
    printed = ""
    while text not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    return printed


def test_it_is_made_served_stopped_and_found_again(start: Start, local_dir: Path) -> None:
    port = free_port()
    first = start(*SMALL, "--port", port)
    assert "Made in" in read_until(first, f"Ready: http://127.0.0.1:{port}")
    first.send_signal(signal.SIGINT)
    assert "Stopped" in read_until(first, "Stopped")
    assert first.wait(WAIT_S) == 0
    assert not Cluster(local_dir).find_server()

    second = start(*SMALL, "--no-serve", PORT=free_port())
    assert "They are there already" in second.communicate(timeout=WAIT_S)[0]
    assert second.returncode == 0


def test_the_registers_own_database_stays_without_it(start: Start, local_dir: Path) -> None:
    assert start(*SMALL, "--no-serve", PORT=free_port()).wait(WAIT_S) == 0
    with Cluster(local_dir).running() as dsn, psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT current_database(), to_regnamespace('registry')").fetchone() == (
            "registry", None,
        )  # fmt: skip
    with Cluster(local_dir, database=DEMO).running() as dsn:
        assert demo.inspect(dsn)


def test_a_stop_while_it_is_made_leaves_nothing_half_done(start: Start, local_dir: Path) -> None:
    process = start("--zones", "3000", "--lots", "0", "--no-serve", PORT=free_port())
    cluster = Cluster(local_dir, database=DEMO)
    deadline = time.monotonic() + WAIT_S
    while not is_loading(cluster):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(WAIT_S) == 0

    with cluster.running() as dsn:
        assert demo.inspect(dsn) is None
    assert start(*SMALL, "--no-serve", PORT=free_port()).wait(WAIT_S) == 0


def is_loading(cluster: Cluster) -> bool:
    """Whether the transaction that fills the demo has begun to copy; asked from the database beside it."""
    try:
        with psycopg.connect(cluster.dsn.replace(f"/{DEMO}?", "/postgres?"), connect_timeout=2) as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'COPY%%'"
            return connection.execute(query, [DEMO]).fetchone() != (0,)
    except psycopg.OperationalError:
        return False


def test_a_database_url_of_a_register_is_refused_in_a_sentence(start: Start, own_url: str) -> None:
    process = start(*SMALL, "--no-serve", DATABASE_URL=own_url, PORT=free_port())
    printed = process.communicate(timeout=WAIT_S)[0]
    assert process.returncode == 1
    assert "holds something already" in printed
    assert "Traceback" not in printed
