"""Who guesses has to wait; whose login it is does not."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest
from starlette.testclient import TestClient

from api.errors import TooManyAttempts
from api.store.attempts import hold_bucket, set_failures
from api.store.connect import writing
from api.workflows import signing
from tests.signing import (
    PAGE,
    actions,
    ask,
    make_account,
    sign_in,
    token_in,
    try_to_sign_in,
)

Make = Callable[..., TestClient]
numbers = count(1)


def test_each_failure_beyond_the_free_ones_doubles_the_wait_up_to_a_minute() -> None:
    waits = [signing.wait_s("pair:a", failures) for failures in range(4, 14)]
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [signing.wait_s(f"{kind}:a", 10**6) for kind in signing.FREE] == [60] * 4
    free = {kind: next(n for n in range(100) if signing.wait_s(f"{kind}:a", n)) for kind in signing.FREE}
    assert free == {"address": 20, "pair": 5, "login": 50, "browser": 5}


def test_after_five_guesses_one_has_to_wait_and_no_password_is_looked_at(
    url: str, client: TestClient, login: str
) -> None:
    make_account(url, login)
    for _ in range(5):
        assert try_to_sign_in(client, login, "a wrong guess").status_code == 401
    stop_time(url)
    answer = try_to_sign_in(client, login)  # the right one
    assert answer.status_code == 429
    assert 60 < int(answer.headers["retry-after"]) <= 101
    assert "too many" in answer.text
    pass_time(url, 101)
    for _ in range(5):
        assert try_to_sign_in(client, login, "a wrong guess").status_code == 401
        pass_time(url, 60)
    sign_in(client, login)
    assert actions(url, login).count("sign-in-refused") == 2  # at 5 and at 10 in a row
    details = ask(
        url,
        "SELECT details FROM registry.log JOIN accounts.accounts ON number = account "
        "WHERE login = %s AND action = 'signed-in'", login,
    )  # fmt: skip
    assert details[-1][0]["refused_before"] == 10


def test_trying_on_while_one_must_wait_does_not_lengthen_the_wait(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    for _ in range(5):
        try_to_sign_in(client, login, "a wrong guess")
    stop_time(url)
    waits = [int(try_to_sign_in(client, login, "a wrong guess").headers["retry-after"]) for _ in range(10)]
    assert waits == sorted(waits, reverse=True)
    pass_time(url, 101)
    sign_in(client, login)


def test_who_guesses_elsewhere_locks_nobody_out(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    stranger, owner = browser(ip="10.9.9.9"), browser(ip="10.9.9.8")
    for _ in range(5):
        try_to_sign_in(stranger, login, "a wrong guess")
    stop_time(url)
    assert try_to_sign_in(stranger, login, "a wrong guess").status_code == 429
    sign_in(owner, login)


@pytest.mark.slow  # many guesses
def test_a_browser_that_is_known_is_never_slowed_by_strangers(url: str, browser: Make, login: str) -> None:
    """Not even by so many that the login itself is slowed down, nor by those at the same address."""
    make_account(url, login)
    owner, stranger = browser(), browser()
    token = sign_in(owner, login)
    owner.post("/desk/sign-out", data={"csrf": token})
    for place in range(11):
        guesser = browser(ip=f"10.77.{place}.1")
        for _ in range(5):
            try_to_sign_in(guesser, login, "a wrong guess")
    stop_time(url)
    assert try_to_sign_in(stranger, login).status_code == 429  # nobody else gets in, wherever they are
    sign_in(owner, login)
    mark = owner.cookies["browser"]
    other = f"{login}-b"
    make_account(url, other)
    stranger.cookies.set("browser", mark)
    for _ in range(5):
        try_to_sign_in(stranger, other, "a wrong guess")
    stop_time(url)
    assert (
        try_to_sign_in(stranger, other, "a wrong guess").status_code == 429
    )  # for another login the mark is worth nothing


@pytest.mark.slow  # many guesses
def test_an_address_is_slowed_down_whatever_logins_it_tries(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    ip = f"2001:db8:0:{next(numbers)}::"
    for number in range(20):
        assert try_to_sign_in(browser(ip=f"{ip}{number + 1}"), f"{login}-{number}", "a guess").status_code == 401
    stop_time(url)
    assert try_to_sign_in(browser(ip=f"{ip}99"), f"{login}-99", "a guess").status_code == 429
    assert try_to_sign_in(browser(ip=f"{ip}99"), login).status_code == 429


def test_a_guess_waits_for_the_one_before_it_and_is_counted_after_it(url: str) -> None:
    """As two processes do it at the same moment: where one guess is free, one is looked at."""
    address = "10.88.1.1"
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO accounts.attempts VALUES ('address:10.88.1.1', 30, now() - interval '61 seconds')"
        )

    def guess() -> None:
        with writing(url) as session:
            signing.begin_attempt(session, "lan", address, "")

    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with ThreadPoolExecutor(1) as pool:
        with writing(url) as first:
            held = hold_bucket(first, f"address:{address}")
            second = pool.submit(guess)
            while not ask(url, waiting):
                assert not second.done()
            set_failures(first, f"address:{address}", held.count + 1)
        with pytest.raises(TooManyAttempts):
            second.result(30)


def test_many_guesses_at_once_are_all_counted(url: str, browser: Make, login: str) -> None:
    make_account(url, login)
    client = browser(ip="10.88.1.2")
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO accounts.attempts VALUES ('address:10.88.1.2', 30, now() - interval '61 seconds')"
        )
    token = token_in(client.get("/desk/sign-in", headers=PAGE).text)
    start = threading.Barrier(8)

    def guess(_: int) -> int:
        start.wait()
        values = {"csrf": token, "login": login, "password": "a wrong guess"}
        return client.post("/desk/sign-in", data=values, headers=PAGE).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(guess, range(8))) == [401] + [429] * 7


def test_old_failures_are_forgotten(url: str, client: TestClient, login: str) -> None:
    make_account(url, login)
    for _ in range(5):
        try_to_sign_in(client, login, "a wrong guess")
    pass_time(url, 1801)
    for _ in range(5):
        assert try_to_sign_in(client, login, "a wrong guess").status_code == 401
    pass_time(url, 90_000)
    try_to_sign_in(client, "nobody-at-all", "a wrong guess")
    assert ask(url, "SELECT count(*) FROM accounts.attempts WHERE last_at < now() - interval '1 day'") == [(0,)]


def pass_time(url: str, seconds: float) -> None:
    """As if so much time had passed since the last attempt."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE accounts.attempts SET last_at = last_at - make_interval(secs => %s)", [seconds])


def stop_time(url: str) -> None:
    """As if the last attempts lay ahead: however slow the machine is, nobody has waited long enough."""
    pass_time(url, -100)
