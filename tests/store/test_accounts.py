"""What is kept of people: closed to readers, revoked and never deleted, and a log that nobody changes."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.errors import BadAccount, BadLogin, BadPassword, LoginTaken, UnknownAccount, UnknownProvince
from api.people import Grant
from api.store.accounts import find_person, lock_account, may_approve_own
from api.store.connect import writer_engine, writing
from api.store.log import select_log
from api.workflows import accounts
from api.workflows.signing import check_password, hash_password, make_key
from tests.conftest import TEMPLATE, drop_database, make_database, unique
from tests.signing import make_account
from tests.store.conftest import as_user

TABLES = ("accounts", "grants", "allowances", "sessions", "keys", "attempts")
BY = "the tests"


@pytest.fixture
def url(own_url: str) -> str:
    return peopled(own_url)


@pytest.fixture(scope="module")
def kept_url(cluster_dsn: str) -> Iterator[str]:
    """The same, for statements that are refused."""
    dsn = make_database(cluster_dsn, unique("people"), TEMPLATE)
    yield peopled(dsn)
    drop_database(dsn)


def peopled(own_url: str) -> str:
    """A register with one account that has a key, a role, an allowance and a session."""
    make_account(own_url, "lan", ("editor", "soc-trang"))
    with writing(own_url) as session:
        accounts.allow_own_approval(session, "lan", "soc-trang", "office of one person", by=BY)
    with psycopg.connect(own_url) as connection:
        connection.execute("INSERT INTO accounts.sessions (token_sha256, account, how, expires_at) "
                           "VALUES (sha256('a'), 1, 'password', now() + interval '1 day')")  # fmt: skip
        connection.execute("INSERT INTO accounts.attempts VALUES ('login:x', 1)")
    return own_url


@pytest.fixture
def act(url: str) -> Iterator[Callable[..., Any]]:
    """Does a workflow in a transaction of its own."""

    def do(work: Callable[..., Any], *args: Any, **options: Any) -> Any:
        with writing(url) as session:
            return work(session, *args, **options)

    yield do


# Rights of the database's roles


@pytest.mark.parametrize("table", [*(f"accounts.{one}" for one in TABLES), "registry.log"])
def test_readers_see_nothing_of_people(kept_url: str, table: str) -> None:
    with (
        psycopg.connect(as_user(kept_url, "registry_read"), autocommit=True) as reader,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        reader.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(*table.split("."))))


WRITES = [
    *(f"DELETE FROM accounts.{one}" for one in TABLES if one != "attempts"),
    *(f"TRUNCATE accounts.{one} CASCADE" for one in TABLES),
    "UPDATE accounts.accounts SET login = 'minh'", "UPDATE accounts.accounts SET created_by = 'x'",
    "UPDATE accounts.grants SET role = 'admin'", "UPDATE accounts.grants SET province_uid = NULL",
    "UPDATE accounts.grants SET granted_at = now()", "UPDATE accounts.allowances SET reason = 'x'",
    "UPDATE accounts.sessions SET expires_at = now()", "UPDATE accounts.sessions SET account = 1",
    "UPDATE accounts.keys SET key_sha256 = sha256('x')", "UPDATE accounts.keys SET expires_at = NULL",
    "UPDATE registry.log SET who = 'x'", "DELETE FROM registry.log", "TRUNCATE registry.log",
]  # fmt: skip


@pytest.mark.parametrize("statement", WRITES)
def test_the_services_own_role_cannot_undo_what_was(kept_url: str, statement: str) -> None:
    with (
        psycopg.connect(as_user(kept_url, "registry_write"), autocommit=True) as writer,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        writer.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "statement",
    [*(one for one in WRITES if one.startswith(("DELETE", "TRUNCATE")) and "attempts" not in one),
     "UPDATE registry.log SET who = 'x'"],
)  # fmt: skip
def test_not_even_the_owner_does_by_an_ordinary_statement(kept_url: str, statement: str) -> None:
    with psycopg.connect(kept_url, autocommit=True) as owner, pytest.raises(errors.RestrictViolation):
        owner.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("table", ["grants", "allowances", "sessions", "keys"])
def test_what_is_revoked_stays_revoked(url: str, table: str) -> None:
    name = sql.Identifier("accounts", table)
    by = sql.SQL(", revoked_by = 'x'" if table in ("grants", "allowances") else "")
    with psycopg.connect(as_user(url, "registry_write"), autocommit=True) as writer:
        writer.execute(sql.SQL("UPDATE {} SET revoked_at = now(){}").format(name, by))
        for value in ("NULL", "now() + interval '1 day'"):
            with pytest.raises(errors.RestrictViolation):
                writer.execute(sql.SQL("UPDATE {} SET revoked_at = {}").format(name, sql.SQL(value)))  # type: ignore[arg-type]


def test_a_password_that_is_not_hashed_is_never_stored(kept_url: str) -> None:
    with (
        psycopg.connect(as_user(kept_url, "registry_write"), autocommit=True) as writer,
        pytest.raises(errors.CheckViolation),
    ):
        writer.execute("UPDATE accounts.accounts SET password = 'a password in the clear'")


# Acts


def test_every_act_is_written_down_with_who_did_it(url: str, act: Callable[..., Any]) -> None:
    hashed = hash_password("lan", "một mật khẩu khác")
    act(accounts.set_password, "lan", hashed, by="root (zones account)")
    act(accounts.grant_role, "lan", "reviewer", "all", by=BY)
    act(accounts.revoke_role, "lan", "reviewer", "all", by=BY)
    act(accounts.end_own_approval, "lan", "soc-trang", by=BY)
    act(accounts.disable_account, "lan", by=BY, reason="left the office")
    act(accounts.enable_account, "lan", by=BY)
    rows = act(select_log, account=1)
    assert [one["action"] for one in rows] == [
        "account-added", "role-granted", "key-made", "own-approval-allowed", "password-set", "role-granted",
        "role-revoked", "own-approval-ended", "account-disabled", "account-enabled",
    ]  # fmt: skip
    assert rows[4]["who"] == "root (zones account)"
    assert rows[4]["details"] == {"sessions_ended": 1}
    assert rows[5]["details"] == {"role": "reviewer", "province": None}
    assert rows[8]["text"] == "left the office"
    assert [one["at"] for one in rows] == sorted(one["at"] for one in rows)
    assert not any(hashed in str(one) for one in rows)


def test_what_changes_nothing_is_not_written_down(act: Callable[..., Any]) -> None:
    before = len(act(select_log))
    assert act(accounts.enable_account, "lan", by=BY) is False
    for work, *args in (
        (accounts.grant_role, "lan", "editor", "can-tho"), (accounts.revoke_role, "lan", "admin", "can-tho"),
        (accounts.revoke_role, "lan", "editor", "all"), (accounts.end_own_approval, "lan", "an-giang"),
        (accounts.allow_own_approval, "lan", "can-tho", "again"), (accounts.allow_own_approval, "lan", "an-giang", " "),
        (accounts.allow_own_approval, "lan", "all", "why not"), (accounts.grant_role, "lan", "editor", None),
    ):  # fmt: skip
        with pytest.raises(BadAccount):
            act(work, *args, by=BY)
    assert len(act(select_log)) == before


def test_a_right_of_a_former_province_is_one_of_todays(act: Callable[..., Any]) -> None:
    person = act(find_person, 1)
    [grant] = person.grants
    assert (grant.role, grant.province) == ("editor", "Thành phố Cần Thơ")
    assert act(may_approve_own, 1, grant.province_uid)
    assert not act(may_approve_own, 1, None)
    assert person.may("editor", grant.province_uid)
    assert not person.may("editor", None)


def test_rights_of_all_provinces_and_of_one_are_kept_apart(act: Callable[..., Any]) -> None:
    act(accounts.grant_role, "lan", "editor", "all", by=BY)
    act(accounts.grant_role, "lan", "editor", "an-giang", by=BY)
    act(accounts.revoke_role, "lan", "editor", "all", by=BY)
    assert {(one.role, one.province) for one in act(find_person, 1).grants} == {
        ("editor", "Thành phố Cần Thơ"), ("editor", "Tỉnh An Giang")
    }  # fmt: skip
    act(accounts.grant_role, "lan", "editor", "all", by=BY)  # again, after it was revoked
    assert Grant("editor", None) in act(find_person, 1).grants


@pytest.mark.parametrize("login", ["", "a", "Lân", "lan nguyen", "-lan", "a" * 65, "lan\n", "lan\0", "la:n", "lan;--"])
def test_a_login_is_what_can_be_typed_anywhere(act: Callable[..., Any], login: str) -> None:
    with pytest.raises((BadLogin, LoginTaken)):
        act(accounts.add_account, login.rstrip("\n") if login == "lan\n" else login, "Lan", by=BY)


def test_a_login_an_email_and_a_subject_belong_to_one_account(act: Callable[..., Any]) -> None:
    act(accounts.add_account, "minh", "Minh", by=BY, oidc_email="Minh@Province.example")
    act(accounts.add_account, "hoa", "Hoa", by=BY, oidc=("https://province.example", "s-1"))
    for login, options in (
        ("MINH", {}), ("thu", {"oidc_email": "minh@province.example"}),
        ("thu", {"oidc": ("https://province.example", "s-1")}),
    ):  # fmt: skip
        with pytest.raises(LoginTaken):
            act(accounts.add_account, login, "Another", by=BY, **options)
    act(accounts.add_account, "thu", "Thu", by=BY, oidc=("https://other.example", "s-1"))


def test_an_account_with_a_role_that_cannot_be_is_not_added_at_all(act: Callable[..., Any]) -> None:
    with pytest.raises(UnknownProvince):
        act(accounts.add_account, "minh", "Minh", by=BY, role="editor", province="atlantis")
    with pytest.raises(UnknownAccount):
        act(lock_account, "minh")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "12 characters"),
        ("x" * 1001, "1,000"),
        ("my-LAN-password", "login"),
        ("abcabcabcabcabc", "five"),
    ],
)
def test_a_password_must_not_be_guessed_easily(password: str, why: str) -> None:
    with pytest.raises(BadPassword, match=why):
        check_password("lan", password)


def test_two_who_give_the_same_right_at_once_give_it_once(url: str) -> None:
    """The second waits for the first, and then sees what it did."""
    with writing(url) as first:
        accounts.grant_role(first, "lan", "reviewer", "all", by=BY)
        with psycopg.connect(url) as second:
            second.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(errors.LockNotAvailable):
                second.execute("SELECT FROM accounts.accounts WHERE login = 'lan' FOR UPDATE")
    with psycopg.connect(url, autocommit=True) as owner, pytest.raises(errors.UniqueViolation):
        owner.execute("INSERT INTO accounts.grants (account, role, province_uid, granted_by) "
                      "VALUES (1, 'reviewer', NULL, 'x')")  # fmt: skip


def test_a_key_made_in_a_transaction_that_fails_was_never_made(url: str) -> None:
    made = []
    with pytest.raises(RuntimeError), writing(url) as session:
        made.append(make_key(session, find_person(session, 1), "lost", None))
        raise RuntimeError
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM accounts.keys WHERE name = 'lost'").fetchone()
    assert found == (0,)
    assert made[0].startswith("izr_")


def test_what_goes_wrong_does_not_repeat_what_was_written(kept_url: str) -> None:
    for engine in (writer_engine(kept_url), writer_engine(kept_url, 1)):
        with pytest.raises(DBAPIError) as caught, engine.begin() as session:
            session.execute(text("SELECT CAST(:secret AS text), 1 / 0"), {"secret": "a password"})
        assert "a password" not in str(caught.value)
        engine.dispose()
