"""What a write with a cookie must show, so that no other site can make a browser send it."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.signing import (
    EN,
    PAGE,
    PASSWORD,
    bearer,
    make_account,
    sign_in,
    token_in,
)

Make = Callable[..., TestClient]


@pytest.mark.parametrize("where", ["field", "header", "multipart"])
def test_a_write_shows_its_token_in_a_field_or_in_a_header(
    url: str, client: TestClient, login: str, where: str
) -> None:
    make_account(url, login, ("editor", "can-tho"))
    token = sign_in(client, login)
    sent: dict[str, Any] = {"headers": {"X-CSRF-Token": token}, "json": {}}
    if where != "header":
        sent = {"data": {"csrf": token}, "files": {"file": b"..."} if where == "multipart" else None}
    assert client.post("/desk/probe", **sent).json() == login


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"json": {}}, "its token is missing"),
        ({"data": {"a": "b"}}, "its token is missing"),
        ({"data": {"csrf": "0" * 64}}, "its token is not this session's"),
        ({"data": {"csrf": "ạ"}}, "its token is not this session's"),
        ({"files": {"csrf": b"a file"}}, "its token is not this session's"),
        ({"headers": {"X-CSRF-Token": ""}}, "its token is not this session's"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_with_a_cookie_and_no_token_is_refused(
    url: str, client: TestClient, login: str, method: str, sent: dict[str, Any], reason: str
) -> None:
    make_account(url, login, ("editor", "can-tho"))
    sign_in(client, login)
    answer = client.request(method, "/desk/probe", **{**sent, "headers": {**EN, **sent.get("headers", {})}})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/wrong-token")
    assert reason in answer.json()["detail"]


def test_another_sessions_token_is_refused(url: str, browser: Make, login: str) -> None:
    make_account(url, login, ("editor", "can-tho"))
    here, there = browser(), browser()
    other = sign_in(there, login)
    sign_in(here, login)
    answer = here.post("/desk/probe", headers={**EN, "X-CSRF-Token": other})
    assert answer.json()["type"] == "/problems/wrong-token"


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"Origin": "http://register.test", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://register.test"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://evil.register.test"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://register.test.evil.example"}, False),
    ],
)
def test_what_a_browser_sends_from_another_site_is_refused_token_or_not(
    url: str, client: TestClient, login: str, headers: dict[str, str], is_ours: bool
) -> None:
    key = make_account(url, login, ("editor", "can-tho"))
    token = sign_in(client, login)
    answer = client.post("/desk/probe", headers={**EN, **headers, "X-CSRF-Token": token})
    assert answer.status_code == (200 if is_ours else 403)
    client.cookies.clear()
    by_key = client.post("/desk/probe", headers={**headers, **bearer(key)})  # a browser may remember Basic
    assert by_key.status_code == (200 if is_ours else 403)
    form = token_in(client.get("/desk/sign-in", headers=PAGE).text)
    signed = client.post("/desk/sign-in", data={"csrf": form, "login": login, "password": PASSWORD}, headers=headers,
                         follow_redirects=False)  # fmt: skip
    assert signed.status_code == (303 if is_ours else 403)


def test_nobody_can_be_signed_in_by_another_sites_form(url: str, client: TestClient, login: str) -> None:
    """An old browser does not say where a form comes from: the token and the cookie of our own form do."""
    make_account(url, login)
    values = {"login": login, "password": PASSWORD}
    assert client.post("/desk/sign-in", data=values, headers=EN).json()["type"] == "/problems/wrong-token"
    elsewhere = token_in(client.get("/desk/sign-in", headers=PAGE).text)
    client.cookies.clear()
    client.get("/desk/sign-in", headers=PAGE)
    answer = client.post("/desk/sign-in", data={**values, "csrf": elsewhere}, headers=EN)
    assert answer.json()["type"] == "/problems/wrong-token"
    assert "session" not in client.cookies


@pytest.mark.parametrize("path", ["/desk/sign-out", "/desk/sign-out-everywhere", "/desk/keys", "/desk/keys/1/revoke",
                                  "/desk/account/password"])  # fmt: skip
def test_every_form_of_the_desk_needs_its_token(url: str, client: TestClient, login: str, path: str) -> None:
    make_account(url, login)
    sign_in(client, login)
    answer = client.post(path, data={"name": "x"}, headers=EN)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/wrong-token")
    assert client.get("/desk/probe").json() == login
