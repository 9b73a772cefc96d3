"""Signing in and out, and how long it lasts."""

import base64
import re
from collections.abc import Callable

import psycopg
import pytest
from starlette.testclient import TestClient

from api.store.connect import writing
from api.workflows import signing
from api.workflows.accounts import disable_account, enable_account, set_password
from tests.signing import (
    PAGE,
    PASSWORD,
    actions,
    ask,
    bearer,
    hashed,
    make_account,
    sign_in,
    token_in,
    try_to_sign_in,
)

Make = Callable[..., TestClient]


def test_who_signs_in_goes_where_they_wanted_and_is_known_there(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    answer = try_to_sign_in(client, f" {login.upper()} ", next="/changes?state=draft")
    assert (answer.status_code, answer.headers["location"]) == (303, "/changes?state=draft&lang=en")
    assert client.get("/desk/probe").json() == login
    assert f"Bà {login.title()}" in client.get("/desk/account", headers=PAGE).text
    assert actions(url, login)[-1] == "signed-in"


def test_the_cookie_is_for_the_server_alone_and_its_token_is_not_stored(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    set_cookies = try_to_sign_in(browser(), login).headers.get_list("set-cookie")
    session = next(one for one in set_cookies if one.startswith("session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "Secure" not in session
    assert "Domain" not in session
    token = session.partition("=")[2].partition(";")[0]
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    stored = ask(url, "SELECT token_sha256 FROM accounts.sessions s JOIN accounts.accounts a ON a.number = s.account "
                      "WHERE login = %s", login)  # fmt: skip
    assert stored == [(signing.digest(token),)]


def test_over_https_the_cookie_is_secure_and_of_this_host_alone(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    client = browser(base="https://register.example", public_url="https://register.example")
    answer = try_to_sign_in(client, login)
    session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(session.split("; "))
    assert client.get("/desk/probe").json() == login
    client.cookies.set("session", client.cookies["__Host-session"])
    del client.cookies["__Host-session"]
    assert client.get("/desk/probe").json() is None  # the plain name, which others can set, is not read


def test_signing_in_again_makes_a_new_session_and_ends_the_old(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    sign_in(client, login)
    old = client.cookies["session"]
    with_form = client.get("/desk/sign-in", headers=PAGE, follow_redirects=False)
    assert with_form.status_code == 303  # already signed in: no form
    client.cookies.delete("session")
    token = token_in(client.get("/desk/sign-in", headers=PAGE).text)
    client.cookies.set("session", old)
    values = {"csrf": token, "login": login, "password": PASSWORD}
    assert client.post("/desk/sign-in", data=values, headers=PAGE, follow_redirects=False).status_code == 303
    ended = ask(
        url, "SELECT revoked_at IS NOT NULL FROM accounts.sessions WHERE token_sha256 = %s", signing.digest(old)
    )
    assert ended == [(True,)]


def test_signing_out_ends_the_session_itself(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    token, cookie = sign_in(client, login), client.cookies["session"]
    answer = client.post("/desk/sign-out", data={"csrf": token}, follow_redirects=False)
    assert answer.status_code == 303
    assert "session" not in client.cookies
    client.cookies.set("session", cookie)
    assert client.get("/desk/probe").json() is None
    assert actions(url, login)[-1] == "signed-out"


def test_signing_out_everywhere_ends_all_sessions_and_no_other_persons(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    make_account(url, f"{login}-b")
    here, there, other = browser(), browser(), browser()
    token = sign_in(here, login)
    sign_in(there, login)
    sign_in(other, f"{login}-b")
    assert here.post("/desk/sign-out-everywhere", data={"csrf": token}, follow_redirects=False).status_code == 303
    assert there.get("/desk/probe").json() is None
    assert other.get("/desk/probe").json() == f"{login}-b"


@pytest.mark.parametrize(
    ("change", "is_good"),
    [
        ("seen_at = now() - interval '11 hours 59 minutes'", True),
        ("seen_at = now() - interval '12 hours 1 minute'", False),
        ("expires_at = now() + interval '1 minute'", True),
        ("expires_at = now() - interval '1 second'", False),
    ],
)
def test_a_session_ends_when_idle_and_anyhow_after_a_week(
    url: str, client: TestClient, login: str, change: str, is_good: bool
) -> None:
    make_account(url, login)
    sign_in(client, login)
    sha256 = signing.digest(client.cookies["session"])
    week = ask(url, "SELECT expires_at - created_at = interval '7 days' FROM accounts.sessions WHERE token_sha256 = %s",
               sha256)  # fmt: skip
    assert week == [(True,)]
    with psycopg.connect(url) as connection:
        connection.execute(f"UPDATE accounts.sessions SET {change} WHERE token_sha256 = %s", [sha256])  # type: ignore[call-overload]
    assert client.get("/desk/probe").json() == (login if is_good else None)


def test_use_keeps_a_session_alive(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    sign_in(client, login)
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE accounts.sessions SET seen_at = now() - interval '11 hours' WHERE token_sha256 = %s",
            [signing.digest(client.cookies["session"])],
        )
    client.get("/desk/probe")
    fresh = ask(url, "SELECT seen_at > now() - interval '1 minute' FROM accounts.sessions WHERE token_sha256 = %s",
                signing.digest(client.cookies["session"]))  # fmt: skip
    assert fresh == [(True,)]


def test_an_account_that_is_disabled_is_out_at_once_with_its_keys(url: str, client: TestClient, login: str) -> None:
    key = make_account(url, login)
    sign_in(client, login)
    cookie = client.cookies["session"]
    with writing(url) as session:
        disable_account(session, login, by="the tests", reason="left")
    assert client.get("/desk/probe").json() is None
    client.cookies.clear()
    assert client.get("/desk/probe", headers=bearer(key)).status_code == 401
    assert try_to_sign_in(client, login).status_code == 401
    with writing(url) as session:
        enable_account(session, login, by="the tests")
    client.cookies.clear()
    assert client.get("/desk/probe", headers=bearer(key)).json() == login
    client.cookies.set("session", cookie)
    assert client.get("/desk/probe").json() is None


def test_a_new_password_ends_the_sessions_and_the_old_one_is_refused(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    client = browser()
    sign_in(client, login)
    with writing(url) as session:
        set_password(session, login, hashed("một mật khẩu khác"), by="the tests")
    assert client.get("/desk/probe").json() is None
    client.cookies.clear()
    assert try_to_sign_in(client, login).status_code == 401
    sign_in(client, login, "một mật khẩu khác")


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    make_account(url, f"{login}-gone")
    with writing(url) as session:
        disable_account(session, f"{login}-gone", by="the tests", reason="")

    def told(name: str) -> tuple[int, str, list[str]]:
        answer = try_to_sign_in(browser(), name, "not the password")
        text = re.sub(r'(value|content)="[^"]*"', "", answer.text)
        return answer.status_code, text, sorted(set(answer.headers) - {"set-cookie"})

    first = told(login)
    assert first[0] == 401
    assert "The login or the password is wrong." in first[1]
    assert told("nobody-at-all") == told("Tên có dấu") == told(f"{login}-gone") == told("a\0b") == first


def test_a_wrong_name_costs_as_much_work_as_a_wrong_password(
    url: str, client: TestClient, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is one verification of a hash with the same parameters, whether there is an account or not."""
    make_account(url, login)
    signing.nobodys_hash()
    seen: list[str] = []
    verify = type(signing.HASHER).verify
    monkeypatch.setattr(
        type(signing.HASHER),
        "verify",
        lambda self, stored, given: [seen.append(stored), verify(self, stored, given)][1],
    )
    for name in (login, "nobody-at-all"):
        assert try_to_sign_in(client, name, "not the password").status_code == 401
    assert len(seen) == 2
    assert len({one.rpartition("$")[0].rpartition("$")[0] for one in seen}) == 1  # all but salt and hash


def test_letters_composed_otherwise_are_the_same_password(url: str, client: TestClient, login: str) -> None:
    make_account(url, login, password="đường quốc lộ 91B")
    sign_in(client, login, "đường quốc lộ 91B")


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    old = signing.PasswordHasher(time_cost=1, memory_cost=8192).hash(signing.normal(PASSWORD))
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE accounts.accounts SET password = %s WHERE login = %s", [old, login])
    sign_in(client, login)
    [(new,)] = ask(url, "SELECT password FROM accounts.accounts WHERE login = %s", login)
    assert new != old
    assert not signing.HASHER.check_needs_rehash(new)
    assert signing.is_right(new, PASSWORD)


def test_one_changes_ones_own_password_knowing_the_old(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    here, there = browser(), browser()
    token = sign_in(here, login)
    sign_in(there, login)
    new = "hai mươi tám cây số"
    values = {"csrf": token, "current": "not the password", "new": new, "again": new}
    answer = here.post("/desk/account/password?lang=en", data=values, headers=PAGE)
    assert answer.status_code == 400
    assert "wrong" in answer.text
    for bad, why in ((login * 4, "contains the login"), ("short", "at least 12"), ("a" * 20, "five different")):
        values = {"csrf": token, "current": PASSWORD, "new": bad, "again": bad}
        answer = here.post("/desk/account/password?lang=en", data=values, headers=PAGE)
        assert (answer.status_code, why in answer.text) == (400, True)
    values = {"csrf": token, "current": PASSWORD, "new": new, "again": new}
    assert here.post("/desk/account/password", data=values, headers=PAGE, follow_redirects=False).status_code == 303
    assert here.get("/desk/probe").json() == login
    assert there.get("/desk/probe").json() is None
    sign_in(there, login, new)
