"""The service in other circumstances than the usual one."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ROOT, Settings
from api.store import migrations
from api.workflows.demo import build
from tests.conftest import drop_database, make_database, unique


@pytest.fixture
def empty_client(empty_url: str) -> Iterator[TestClient]:
    """The service on a register that holds nothing yet."""
    migrations.move(empty_url)
    with TestClient(create_app(Settings(database_url=empty_url))) as made:
        yield made


@pytest.fixture
def public_client(loaded_url: str) -> Iterator[TestClient]:
    """The service behind a proxy that publishes it under another address."""
    settings = Settings(database_url=loaded_url, public_url="https://register.example/")
    with TestClient(create_app(settings)) as made:
        yield made


@pytest.fixture(scope="session")
def demo_client(cluster_dsn: str) -> Iterator[TestClient]:
    """Made-up zones of all kinds, with lots, plants and surveyed outlines; more than a page of them."""
    dsn = make_database(cluster_dsn, unique("explored"), "registry")
    build(dsn, ROOT / "data", 5, 120, 900, lambda _step, _done, _of: None)
    with TestClient(create_app(Settings(database_url=dsn)), raise_server_exceptions=False) as made:
        yield made
    drop_database(dsn)
