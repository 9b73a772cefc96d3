"""Accounts that tests work with: each has an API key, which a script would send."""

import hashlib
import hmac
import secrets

import psycopg


def add_person(dsn: str, login: str, *grants: tuple[str, str | None]) -> dict[str, str]:
    """An account with roles in provinces (their slug, None for all); the headers that it sends."""
    key = "izr_" + secrets.token_urlsafe(32)
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "INSERT INTO accounts.accounts (login, name, created_by) VALUES (%s, %s, 'test') RETURNING number",
            [login, login.title()],
        ).fetchone()
        assert row
        connection.execute(
            "INSERT INTO accounts.keys (key_sha256, account, name, prefix) VALUES (%s, %s, 'test', 'izr_test')",
            [hashlib.sha256(key.encode()).digest(), row[0]],
        )
        for role, province in grants:
            connection.execute(
                "INSERT INTO accounts.grants (account, role, province_uid, granted_by) VALUES (%s, %s, %s, 'test')",
                [row[0], role, province and province_uid(connection, province)],
            )
    return {"Authorization": f"Bearer {key}", "Accept": "application/json"}


def allow_own_approval(dsn: str, login: str, province: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO accounts.allowances (account, province_uid, reason, allowed_by) "
            "SELECT number, %s, 'an office of one', 'test' FROM accounts.accounts WHERE login = %s",
            [province_uid(connection, province), login],
        )


def province_uid(connection: "psycopg.Connection[tuple[object, ...]]", province: str) -> str:
    row = connection.execute(
        "SELECT uid FROM registry.admin_units WHERE level = 'province' AND valid_to IS NULL "
        "AND trim('-' FROM registry.plain(name)) = %s",
        [province],
    ).fetchone()
    assert row
    return str(row[0])


def begin_session(dsn: str, login: str) -> str:
    """The value of the session's cookie."""
    token = secrets.token_urlsafe(32)
    with psycopg.connect(dsn) as connection:
        done = connection.execute(
            "INSERT INTO accounts.sessions (account, token_sha256, how, expires_at) "
            "SELECT number, %s, 'password', now() + interval '1 day' FROM accounts.accounts WHERE login = %s",
            [hashlib.sha256(token.encode()).digest(), login],
        )
        assert done.rowcount == 1
    return token


def csrf_of(token: str) -> str:
    """The token that the pages of this session carry."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()
