"""What shows who asks: sessions of browsers, API keys, and how often somebody failed. Only hashes are stored."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, insert, text, update
from sqlalchemy.sql import func

from api.people import Person
from api.store.accounts import find_person
from api.store.connect import Session
from api.store.tables import keys, sessions

Row = dict[str, Any]
IDLE = "interval '12 hours'"  # without a request a session ends
LIFE = "interval '7 days'"  # then it ends anyhow
SELDOM = "interval '1 minute'"  # how often the last use is written down
GOOD = f"s.revoked_at IS NULL AND s.expires_at > now() AND s.seen_at > now() - {IDLE}"

SESSION = f"""
SELECT s.id, s.account, s.seen_at < now() - {SELDOM} AS is_old FROM accounts.sessions s
JOIN accounts.accounts a ON a.number = s.account
WHERE s.token_sha256 = :sha256 AND {GOOD} AND a.disabled_at IS NULL
"""
KEY = f"""
SELECT k.id, k.account, k.used_at IS NULL OR k.used_at < now() - {SELDOM} AS is_old FROM accounts.keys k
JOIN accounts.accounts a ON a.number = k.account
WHERE k.key_sha256 = :sha256 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    AND a.disabled_at IS NULL AND (CAST(:login AS text) IS NULL OR a.login = :login)
"""


@dataclass(frozen=True)
class Signed:
    """Who asks, and by what: `session` is the number of a browser's session, None with an API key."""

    person: Person
    session: int | None


# Sessions


def insert_session(session: Session, account: int, token: bytes, browser: bytes, how: str) -> int:
    """`token` and `browser` are SHA-256 digests; `how` is password or oidc."""
    values = {"account": account, "token": token, "browser": browser, "how": how}
    found = session.execute(text(
        "INSERT INTO accounts.sessions (account, token_sha256, browser_sha256, how, expires_at) "
        f"VALUES (:account, :token, :browser, :how, now() + {LIFE}) RETURNING id"), values)  # fmt: skip
    return int(found.scalar_one())


def find_session(session: Session, token: bytes) -> Signed | None:
    """Whose session it is, if it is good; its last use is written down."""
    row = session.execute(text(SESSION), {"sha256": token}).first()
    if row is None:
        return None
    if row.is_old:
        unless_gone = (sessions.c.id == row.id, sessions.c.revoked_at.is_(None))
        session.execute(update(sessions).where(*unless_gone).values(seen_at=func.now()))
    return Signed(find_person(session, row.account), row.id)


def list_sessions(session: Session, account: int) -> list[Row]:
    """The good ones of an account, newest first."""
    found = session.execute(text(
        "SELECT s.id, s.how, s.created_at, s.seen_at, s.expires_at FROM accounts.sessions s "
        f"WHERE s.account = :account AND {GOOD} ORDER BY s.id DESC"), {"account": account})  # fmt: skip
    return [dict(row) for row in found.mappings()]


def revoke_sessions(session: Session, account: int, number: int | None = None, *, but: int | None = None) -> int:
    """End one session of an account, or all, or all but one; how many there were."""
    query = update(sessions).where(sessions.c.account == account, sessions.c.revoked_at.is_(None))
    if number is not None:
        query = query.where(sessions.c.id == number)
    if but is not None:
        query = query.where(sessions.c.id != but)
    return rows_of(session.execute(query.values(revoked_at=func.now())))


def knows_browser(session: Session, login: str, browser: bytes) -> bool:
    """Whether somebody signed in as this login from a browser that bears this mark."""
    return session.execute(text(
        "SELECT FROM accounts.sessions s JOIN accounts.accounts a ON a.number = s.account "
        "WHERE a.login = :login AND s.browser_sha256 = :browser LIMIT 1"), {"login": login, "browser": browser},
    ).first() is not None  # fmt: skip


# API keys


def insert_key(session: Session, account: int, sha256: bytes, name: str, prefix: str, days: int | None) -> int:
    """`days` until it expires; None: it does not."""
    made = session.execute(
        insert(keys).values(
            account=account, key_sha256=sha256, name=name, prefix=prefix,
            expires_at=None if days is None else func.now() + func.make_interval(0, 0, 0, days),
        ).returning(keys.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


def find_key(session: Session, sha256: bytes, login: str | None) -> Signed | None:
    """Whose key it is, if it is good and, where a login is given, of that one; its last use is written down."""
    row = session.execute(text(KEY), {"sha256": sha256, "login": login}).first()
    if row is None:
        return None
    if row.is_old:
        unless_gone = (keys.c.id == row.id, keys.c.revoked_at.is_(None))
        session.execute(update(keys).where(*unless_gone).values(used_at=func.now()))
    return Signed(find_person(session, row.account), None)


def list_keys(session: Session, account: int) -> list[Row]:
    """All keys of an account, newest first, also those that are no longer good."""
    found = session.execute(text(
        "SELECT id, name, prefix, created_at, used_at, expires_at, revoked_at, "
        "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AS is_good "
        "FROM accounts.keys WHERE account = :account ORDER BY id DESC"), {"account": account})  # fmt: skip
    return [dict(row) for row in found.mappings()]


def revoke_key(session: Session, account: int, number: int) -> str | None:
    """The name of the key that was revoked; None where the account has no such key in force."""
    query = update(keys).where(keys.c.id == number, keys.c.account == account, keys.c.revoked_at.is_(None))
    return session.execute(query.values(revoked_at=func.now()).returning(keys.c.name)).scalar()


def rows_of(result: CursorResult[Any]) -> int:
    return result.rowcount
