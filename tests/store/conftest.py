"""Sessions on the register: the owner's and those of its two roles, each undone at the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

Session = psycopg.Connection[Any]


def as_user(dsn: str, name: str) -> str:
    """The same database for a session with no more rights than the role `name`."""
    return make_conninfo(dsn, options=f"-c role={name}")


@pytest.fixture
def session(loaded_url: str) -> Iterator[Session]:
    """The owner's session on a loaded register; what it does is rolled back."""
    with psycopg.connect(loaded_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def session_of(loaded_url: str) -> Iterator[Callable[[str], Session]]:
    """Makes sessions of one of the two roles on a loaded register; each statement stands alone."""
    with ExitStack() as stack:
        yield lambda role: stack.enter_context(psycopg.connect(as_user(loaded_url, role), autocommit=True))
