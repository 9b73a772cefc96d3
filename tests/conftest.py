"""What tests stand on: a private PostGIS of their own, the register loaded once, a copy of it for whoever changes it.

One throw-away cluster serves all workers of a run; the process that starts them starts it too.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import psycopg
import pytest
import uvicorn
from psycopg import sql
from psycopg.conninfo import make_conninfo
from starlette.testclient import TestClient

from api.cluster import temporary
from api.main import create_app
from api.settings import ROOT, Settings
from api.store import migrations
from api.workflows.load import load

CLUSTER = "REGISTRY_TEST_CLUSTER"
TEMPLATE = "loaded"
numbers = count()
stack = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster and load the template, once for the run."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.add_cleanup(stack.close)
    dsn = stack.enter_context(temporary())
    os.environ[CLUSTER] = dsn
    loaded = make_database(dsn, TEMPLATE, "registry")
    migrations.move(loaded)
    report = load(loaded, ROOT / "data")
    assert not report.refused, report.refused[:3]


def make_database(dsn: str, name: str, template: str) -> str:
    """A new database of the cluster; its DSN."""
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return make_conninfo(dsn, dbname=name)


def drop_database(dsn: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(name))))


def unique(name: str) -> str:
    return f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(numbers)}"


@pytest.fixture(scope="session")
def cluster_dsn() -> str:
    return os.environ[CLUSTER]


@pytest.fixture(scope="session")
def loaded_url(cluster_dsn: str) -> Iterator[str]:
    """A loaded register that a worker's tests only read."""
    dsn = make_database(cluster_dsn, unique("read"), TEMPLATE)
    yield dsn
    drop_database(dsn)


@pytest.fixture
def own_url(cluster_dsn: str) -> Iterator[str]:
    """A loaded register of the test's own, to be changed at will."""
    dsn = make_database(cluster_dsn, unique("own"), TEMPLATE)
    yield dsn
    drop_database(dsn)


@pytest.fixture
def empty_url(cluster_dsn: str) -> Iterator[str]:
    """A database with PostGIS and nothing else."""
    dsn = make_database(cluster_dsn, unique("empty"), "registry")
    yield dsn
    drop_database(dsn)


@pytest.fixture(scope="session")
def client(loaded_url: str) -> Iterator[TestClient]:
    """The service on the loaded register, without a network; errors of the service are answers, as for a user."""
    with TestClient(create_app(Settings(database_url=loaded_url)), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def own_client(own_url: str) -> Iterator[TestClient]:
    """The service on a register of the test's own."""
    with TestClient(create_app(Settings(database_url=own_url)), raise_server_exceptions=False) as made:
        yield made


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The service on a free port of the loopback; its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="error"))
    started = threading.Event()
    startup = server.startup

    async def startup_and_tell(*args: object, **options: object) -> None:
        await startup(*args, **options)  # type: ignore[arg-type]
        started.set()

    server.startup = startup_and_tell  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(30)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def live_url(loaded_url: str) -> Iterator[str]:
    """The service on a real port, for browsers and GIS programs."""
    with served(Settings(database_url=loaded_url)) as address:
        yield address
