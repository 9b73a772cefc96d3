"""A browser that is signed in: a session of an account, as the page to sign in would begin it."""

import hashlib
import hmac
import secrets

import psycopg


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
