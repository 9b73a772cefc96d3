"""How often somebody failed to sign in of late, by bucket: a login, an address, or a login in a browser."""

from dataclasses import dataclass

from sqlalchemy import delete, text

from api.store.connect import Session
from api.store.tables import attempts

HOLD = """
SELECT failures, extract(epoch FROM clock_timestamp() - last_at)::double precision AS age_s
FROM accounts.attempts WHERE bucket = :bucket FOR UPDATE
"""
KEPT = "interval '1 day'"


@dataclass(frozen=True)
class Failures:
    """`count` in a row, the last of them `age_s` seconds ago."""

    count: int
    age_s: float


def hold_bucket(session: Session, bucket: str) -> Failures:
    """What a bucket holds; whoever else asks for it waits for the end of this transaction."""
    session.execute(
        text("INSERT INTO accounts.attempts (bucket, failures) VALUES (:bucket, 0) ON CONFLICT DO NOTHING"),
        {"bucket": bucket},
    )
    row = session.execute(text(HOLD), {"bucket": bucket}).one()
    return Failures(row.failures, row.age_s)


def set_failures(session: Session, bucket: str, count: int) -> None:
    """As of now."""
    session.execute(
        text("UPDATE accounts.attempts SET failures = :count, last_at = clock_timestamp() WHERE bucket = :bucket"),
        {"bucket": bucket, "count": count},
    )


def take_back(session: Session, bucket: str) -> None:
    """One failure less: it was none."""
    session.execute(
        text("UPDATE accounts.attempts SET failures = greatest(failures - 1, 0) WHERE bucket = :bucket"),
        {"bucket": bucket},
    )


def empty_bucket(session: Session, bucket: str) -> None:
    session.execute(delete(attempts).where(attempts.c.bucket == bucket))


def forget_old(session: Session) -> None:
    """Remove what is of no more use, as far as nobody else holds it."""
    session.execute(text(
        "DELETE FROM accounts.attempts WHERE bucket IN (SELECT bucket FROM accounts.attempts "
        f"WHERE last_at < now() - {KEPT} LIMIT 1000 FOR UPDATE SKIP LOCKED)"))  # fmt: skip
