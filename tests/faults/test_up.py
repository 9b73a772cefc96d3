"""`zones up` as a process: what an operator does to it, and what it must survive."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from api.cluster import STATE, AlreadyRuns, Cluster, NotOurs, PostgisMissing, sole_run, temporary

pytestmark = pytest.mark.slow  # a database or a process of its own for each

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 90.0
LONG = b"SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b"  # looks up at its end only


@pytest.fixture
def local_dir() -> Iterator[Path]:
    """A place the postgres user can enter, unlike pytest's own; stopped and deleted at the end."""
    path = Path(tempfile.mkdtemp(prefix="registry-up-"))
    path.chmod(0o755)
    yield path
    Cluster(path).remove()
    shutil.rmtree(path, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Service:
    """One `zones up` process and what it has printed so far."""

    local_dir: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed(self) -> str:
        return (self.local_dir / f"printed-{self.port}").read_text()

    def start(self) -> subprocess.Popen[str]:
        # A DATABASE_URL of the caller's would put these tests on a database that is not ours.
        own = {
            "LOCAL_DIR": str(self.local_dir),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATABASE_URL": "",
        }
        with (self.local_dir / f"printed-{self.port}").open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "up"],
                cwd=ROOT, env=os.environ | own, stdout=output, stderr=subprocess.STDOUT, text=True,
                start_new_session=True,
            )  # fmt: skip
        return self.process

    def start_ready(self) -> subprocess.Popen[str]:
        process = self.start()
        wait_until(lambda: "Ready: " in self.printed or process.poll() is not None, self)
        assert process.poll() is None, self.printed
        assert self.is_alive()
        return process

    def is_alive(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/live", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False


@pytest.fixture
def service(local_dir: Path) -> Iterator[Service]:
    service = Service(local_dir)
    yield service
    if service.process and service.process.poll() is None:
        service.process.kill()
        service.process.wait(WAIT_S)


def wait_until(happens: Callable[[], object], service: Service | None = None) -> None:
    deadline = time.monotonic() + WAIT_S
    while not happens():
        assert time.monotonic() < deadline, service.printed if service else "did not happen"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


def write_probe(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE public.probe AS SELECT generate_series(1, 1000) AS n")


def count_probe(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM public.probe").fetchone()
        assert row
        return int(row[0])


# The whole service


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_server_and_cluster(service: Service, number: signal.Signals) -> None:
    process = service.start_ready()
    cluster = Cluster(service.local_dir)
    server = cluster.find_server()
    assert server

    process.send_signal(number)

    assert process.wait(WAIT_S) == 0, service.printed
    assert service.printed.endswith("Stopped\n")
    assert not service.is_alive()
    assert not is_running(server)
    assert not cluster.sockets.exists()


def test_a_second_start_says_where_the_first_one_runs(service: Service) -> None:
    process = service.start_ready()
    second = Service(service.local_dir)

    assert second.start().wait(10) == 1
    assert f"already runs, at {service.url}, pid {process.pid}" in second.printed
    assert service.is_alive()


def test_after_kill_9_of_server_and_cluster_the_next_start_has_all_data(service: Service) -> None:
    process = service.start_ready()
    cluster = Cluster(service.local_dir)
    write_probe(cluster.dsn)
    server = cluster.find_server()

    process.kill()
    os.kill(server, signal.SIGKILL)
    process.wait(WAIT_S)
    again = Service(service.local_dir)
    service.process = again.start_ready()

    assert cluster.find_server() not in {0, server}
    assert count_probe(cluster.dsn) == 1000


def test_after_kill_9_of_the_service_alone_the_next_start_joins_its_cluster(service: Service) -> None:
    process = service.start_ready()
    cluster = Cluster(service.local_dir)
    server = cluster.find_server()

    process.kill()
    process.wait(WAIT_S)
    again = Service(service.local_dir)
    service.process = again.start_ready()

    assert cluster.find_server() == server
    service.process.terminate()
    assert service.process.wait(WAIT_S) == 0
    assert not is_running(server)


@pytest.mark.parametrize("stage", ["Starting the private PostGIS", "Migrating the database", "Loading"])
def test_a_signal_at_any_stage_leaves_nothing_running_and_the_next_start_works(service: Service, stage: str) -> None:
    process = service.start()
    wait_until(lambda: stage in service.printed, service)

    process.terminate()

    assert process.wait(WAIT_S) == 0, service.printed
    assert not Cluster(service.local_dir).find_server()
    service.start_ready()


def test_a_stop_that_a_library_swallows_still_stops() -> None:
    swallowed = """
import os, signal
from api.cli.running import Stopped, stoppable
with stoppable() as stop_if_asked:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except Stopped:
        pass
    stop_if_asked()
    print("went on")
"""
    ended = subprocess.run([sys.executable, "-c", swallowed], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Stopped\n", "")


def test_a_taken_port_is_told_before_anything_is_made(service: Service) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", service.port))
        other.listen()

        assert service.start().wait(10) == 1

    assert f"Port {service.port} on 127.0.0.1 is taken" in service.printed
    assert "PORT=" in service.printed
    assert not (service.local_dir / "pg").exists()


def test_a_setting_that_makes_no_sense_is_named(service: Service) -> None:
    service.port = 70_000

    assert service.start().wait(10) == 1
    assert "PORT=70000: Input should be less than or equal to 65535" in service.printed


# The cluster by itself


def test_the_cluster_listens_on_a_socket_only_and_not_as_root(local_dir: Path) -> None:
    cluster = Cluster(local_dir, durable=False)
    with cluster.running() as dsn, psycopg.connect(dsn) as connection:
        shown = connection.execute("SELECT current_setting('listen_addresses'), postgis_version()").fetchone()
        server = cluster.find_server()

        assert shown and shown[0] == "" and shown[1].startswith("3.")
        assert Path(f"/proc/{server}").stat().st_uid != 0
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700


def test_the_last_user_to_leave_stops_the_cluster(local_dir: Path) -> None:
    first, second = Cluster(local_dir, durable=False), Cluster(local_dir, durable=False)
    with second.running() as dsn:
        with first.running():
            write_probe(dsn)
        assert count_probe(dsn) == 1000
    assert not second.find_server()


def test_a_pid_file_that_names_a_stranger_is_no_server(local_dir: Path) -> None:
    cluster = Cluster(local_dir, durable=False)
    with cluster.running() as dsn:
        write_probe(dsn)
        server = cluster.find_server()
        lock_files = [cluster.data / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"]
        os.kill(server, signal.SIGKILL)
        # Alive, and the server's own user's: PostgreSQL itself takes it for a running server.
        stranger = subprocess.Popen(["sleep", "60"], user=cluster.owner.pw_uid, start_new_session=True)
        try:
            for lock in lock_files:
                lock.write_text(lock.read_text().replace(str(server), str(stranger.pid), 1))
            cluster.start()
            assert count_probe(dsn) == 1000
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait(10)


def test_a_busy_session_that_outlives_its_killed_server_does_not_keep_the_next_one_from_starting(
    local_dir: Path,
) -> None:
    cluster = Cluster(local_dir, durable=False)
    with cluster.running() as dsn, closing(psycopg.connect(dsn)) as busy:
        write_probe(dsn)
        busy.pgconn.send_query(LONG)
        os.kill(cluster.find_server(), signal.SIGKILL)
        cluster.start()
        assert count_probe(dsn) == 1000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")
def test_where_the_postgres_user_cannot_enter_the_data_lies_below_var_lib(local_dir: Path) -> None:
    local_dir.chmod(0o700)
    cluster = Cluster(local_dir, durable=False)
    with cluster.running() as dsn:
        write_probe(dsn)
    assert cluster.data.is_relative_to(STATE)
    assert not (local_dir / "pg").exists()

    cluster.remove()
    assert not cluster.fallback.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")
def test_data_that_became_unreachable_is_not_silently_replaced(local_dir: Path) -> None:
    with Cluster(local_dir, durable=False).running():
        pass
    local_dir.chmod(0o700)
    with pytest.raises(NotOurs, match="holds data"):
        Cluster(local_dir).start()
    local_dir.chmod(0o755)


def test_a_socket_directory_of_somebody_else_is_refused(local_dir: Path) -> None:
    cluster = Cluster(local_dir, durable=False)
    cluster.sockets.mkdir(mode=0o755, parents=True)
    cluster.sockets.chmod(0o755)
    with pytest.raises(NotOurs, match="somebody else"):
        cluster.start()


def test_data_of_a_version_no_longer_installed_names_its_package(local_dir: Path) -> None:
    (local_dir / "pg").mkdir()
    (local_dir / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgisMissing, match="postgresql-9-postgis-3"):
        Cluster(local_dir).start()


def test_a_temporary_cluster_leaves_nothing_behind() -> None:
    with temporary() as dsn, psycopg.connect(dsn) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row
        data = Path(row[0])
        assert data.exists()
    assert not data.parent.exists()


def test_only_one_holds_the_place(local_dir: Path) -> None:
    with (
        sole_run(local_dir, "http://here"),
        pytest.raises(AlreadyRuns, match=f"at http://here, pid {os.getpid()}"),
        sole_run(local_dir, "http://there"),
    ):
        pass
    with sole_run(local_dir, "http://there"):
        pass
