"""A register with accounts, browsers that come from different addresses, and an address that asks who is there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient

from api.main import create_app
from api.routes.signed import need_person, who_asks
from api.settings import Settings
from api.workflows.rights import need_role
from tests.conftest import TEMPLATE, drop_database, make_database, unique

CAN_THO = "Thành phố Cần Thơ"
numbers = count(1)
Make = Callable[..., TestClient]


@pytest.fixture(scope="module")
def url(cluster_dsn: str) -> Iterator[str]:
    """A register that these tests share; each has accounts and an address of its own."""
    dsn = make_database(cluster_dsn, unique("signing"), TEMPLATE)
    yield dsn
    drop_database(dsn)


@pytest.fixture
def browser(url: str) -> Iterator[Make]:
    """Makes browsers: each has its cookies, all those of a test come from one address unless another is given."""
    address, stack = f"10.0.{next(numbers)}.1", ExitStack()

    def make(*, base: str = "http://register.test", public_url: str = "", ip: str = address, **more: Any) -> TestClient:
        front = create_app(Settings(database_url=url, public_url=public_url, **more))
        front.app.add_api_route("/desk/probe", probe, methods=["GET", "POST", "PUT", "DELETE"])
        front.app.add_api_route("/desk/needed/{name}", needed, methods=["GET"])
        client = TestClient(front, base_url=base, client=(ip, 50000), raise_server_exceptions=False)
        return stack.enter_context(client)

    with stack:
        yield make


@pytest.fixture
def client(browser: Make) -> TestClient:
    return browser()


@pytest.fixture
def login() -> str:
    return f"lan{next(numbers)}"


async def probe(request: Request) -> Response:
    """What any route does that asks who is there: it writes for editors of Cần Thơ."""
    if request.method == "GET":
        person = await who_asks(request)
        return JSONResponse(person and person.login)
    person = await need_person(request)
    need_role(person, "editor", await uid_of(request, CAN_THO), CAN_THO)
    return JSONResponse(person.login)


async def needed(request: Request) -> Response:
    """A page for those who are signed in."""
    return JSONResponse((await need_person(request)).login)


async def uid_of(request: Request, name: str) -> str:
    rows = await request.app.state.reader.rows(
        "SELECT uid FROM admin_units WHERE full_name = %(name)s AND valid_to IS NULL", {"name": name}
    )
    return str(rows[0][0])
