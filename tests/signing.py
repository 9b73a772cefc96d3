"""Accounts for tests: made without a pause for hashing, signed in as a browser does it."""

import base64
import re
from functools import cache
from typing import Any

import psycopg
from httpx2 import Response
from starlette.testclient import TestClient

from api.people import Role
from api.store.accounts import find_person, lock_account
from api.store.connect import writing
from api.workflows.accounts import add_account, grant_role
from api.workflows.signing import HASHER, make_key

PAGE = {"Accept": "text/html"}
EN = {"Accept-Language": "en"}
PASSWORD = "đường quốc lộ 91B"
FIELD = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@cache
def hashed(password: str) -> str:
    return HASHER.hash(password)


def make_account(database_url: str, login: str, *roles: tuple[Role, str], password: str = PASSWORD) -> str:
    """An account with roles in provinces (by slug, or `all`), and an API key of it."""
    with writing(database_url) as session:
        add_account(session, login, f"Bà {login.title()}", by="the tests", password=hashed(password))
        for role, province in roles:
            grant_role(session, login, role, province, by="the tests")
        person = find_person(session, lock_account(session, login)["number"])
        return make_key(session, person, "tests", None)


def token_in(page: str) -> str:
    """The CSRF token of a page's forms."""
    found = FIELD.search(page)
    assert found, page
    return found[1]


def try_to_sign_in(client: TestClient, login: str, password: str = PASSWORD, **fields: str) -> Response:
    """What the form of the sign-in page answers."""
    token = token_in(client.get("/desk/sign-in?lang=en", headers={"Accept": "text/html"}).text)
    values = {"csrf": token, "login": login, "password": password, **fields}
    return client.post("/desk/sign-in?lang=en", data=values, headers={"Accept": "text/html"}, follow_redirects=False)


def sign_in(client: TestClient, login: str, password: str = PASSWORD) -> str:
    """Sign a client in; the CSRF token of its session, for the field `csrf` or the header X-CSRF-Token."""
    answer = try_to_sign_in(client, login, password)
    assert answer.status_code == 303, answer.text
    return token_in(client.get("/desk/account", headers={"Accept": "text/html"}).text)


def ask(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[call-overload,no-any-return]


def actions(url: str, login: str) -> list[str]:
    query = "SELECT action FROM registry.log JOIN accounts.accounts ON number = account WHERE login = %s ORDER BY id"
    return [row[0] for row in ask(url, query, login)]


def basic(login: str, key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{key}".encode()).decode()}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
