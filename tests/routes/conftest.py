"""The service in other circumstances than the usual one."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.store import migrations


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
