"""The log of who did what: rows are only added, and nobody can change them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from api.people import Person
from api.store.connect import Session
from api.store.tables import log

Row = dict[str, Any]


def record(
    session: Session,
    action: str,
    *,
    who: str,
    account: int | None = None,
    change: int | None = None,
    zone: str | None = None,
    text: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a row, in the transaction of what it tells about. `who` is the name as of now; `details` hold no secret."""
    session.execute(
        insert(log).values(
            action=action, who=who, account=account, change_id=change, zone=zone, text=text, details=dict(details or {})
        )
    )


def record_act(session: Session, person: Person, action: str, **facts: Any) -> None:
    """`record`, of somebody who is signed in."""
    record(session, action, who=person.name, account=person.account, **facts)


def select_log(session: Session, *, account: int | None = None, change: int | None = None) -> list[Row]:
    """The rows of an account or of a change, oldest first."""
    query = select(log).order_by(log.c.id)
    if account is not None:
        query = query.where(log.c.account == account)
    if change is not None:
        query = query.where(log.c.change_id == change)
    return [dict(row) for row in session.execute(query).mappings()]
