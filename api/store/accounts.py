"""Accounts and what they may do. Nothing is deleted: accounts are disabled, rights revoked."""

from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from api.errors import LoginTaken, UnknownAccount
from api.people import Grant, Person, Role
from api.store.connect import Session
from api.store.tables import accounts, allowances, grants

Row = dict[str, Any]

PROVINCES = """
WITH named AS (
    SELECT uid, valid_to IS NULL AS is_current FROM registry.admin_units
    WHERE level = 'province' AND (:value IN (code, uid)
        OR registry.plain(:value) IN (registry.plain(name), registry.plain(full_name)))
    ORDER BY valid_to IS NOT NULL, uid LIMIT 1
)
SELECT uid, full_name FROM registry.admin_units WHERE valid_to IS NULL AND level = 'province' AND uid IN (
    SELECT uid FROM named UNION SELECT s.current_uid FROM registry.admin_succession s JOIN named n
        ON s.historic_uid = n.uid)
ORDER BY uid
"""
LIST = """
SELECT a.login, a.name, a.disabled_at, a.password IS NOT NULL AS by_password, a.oidc_issuer, a.oidc_subject,
    a.oidc_email,
    coalesce((SELECT array_agg(g.role || ' ' || coalesce(u.full_name, '*') ORDER BY g.id) FROM accounts.grants g
        LEFT JOIN registry.admin_units u ON u.uid = g.province_uid
        WHERE g.account = a.number AND g.revoked_at IS NULL), '{}') AS grants,
    coalesce((SELECT array_agg(u.full_name ORDER BY w.id) FROM accounts.allowances w
        JOIN registry.admin_units u ON u.uid = w.province_uid
        WHERE w.account = a.number AND w.revoked_at IS NULL), '{}') AS own_approval,
    (SELECT max(s.seen_at) FROM accounts.sessions s WHERE s.account = a.number) AS seen_at
FROM accounts.accounts a ORDER BY a.login
"""


def insert_account(session: Session, **values: Any) -> int:
    """A new account's number. Raises LoginTaken, also where its e-mail or subject is another account's."""
    try:
        with session.begin_nested():
            number = session.scalar(insert(accounts).values(values).returning(accounts.c.number))
    except IntegrityError as error:
        raise LoginTaken(login=values["login"]) from error
    assert isinstance(number, int)
    return number


def find_account(session: Session, login: str, *, for_update: bool = False) -> Row | None:
    """The row of a login in lower case."""
    query = select(accounts).where(accounts.c.login == login)
    row = session.execute(query.with_for_update() if for_update else query).mappings().first()
    return dict(row) if row else None


def lock_account(session: Session, login: str) -> Row:
    """The row of a login, held until the end of the transaction. Raises UnknownAccount."""
    row = find_account(session, login, for_update=True)
    if row is None:
        raise UnknownAccount(login=login)
    return row


def find_account_of_subject(session: Session, issuer: str, subject: str) -> Row | None:
    """The account linked to somebody at a provider."""
    query = select(accounts).where(accounts.c.oidc_issuer == issuer, accounts.c.oidc_subject == subject)
    row = session.execute(query).mappings().first()
    return dict(row) if row else None


def find_unlinked_account(session: Session, email: str) -> Row | None:
    """The account that waits for the person with this e-mail, held until the end of the transaction."""
    query = select(accounts).where(accounts.c.oidc_email == email.lower(), accounts.c.oidc_subject.is_(None))
    row = session.execute(query.with_for_update()).mappings().first()
    return dict(row) if row else None


def change_account(session: Session, number: int, **values: Any) -> None:
    session.execute(update(accounts).where(accounts.c.number == number).values(values))


def disable(session: Session, number: int) -> None:
    change_account(session, number, disabled_at=func.now())


def list_accounts(session: Session) -> list[Row]:
    """Everybody, by login: names, rights, how they may sign in, when they were last seen. No hashes."""
    return [dict(row) for row in session.execute(text(LIST)).mappings()]


def find_person(session: Session, number: int) -> Person:
    """Who an account is, with the rights in force."""
    row = session.execute(select(accounts.c.login, accounts.c.name).where(accounts.c.number == number)).one()
    return Person(number, row.login, row.name, frozenset(select_grants(session, number)))


def select_grants(session: Session, number: int) -> list[Grant]:
    """The rights in force of an account, oldest first."""
    found = session.execute(
        text("""
        SELECT g.role, g.province_uid, coalesce(u.full_name, '') AS province FROM accounts.grants g
        LEFT JOIN registry.admin_units u ON u.uid = g.province_uid
        WHERE g.account = :number AND g.revoked_at IS NULL ORDER BY g.id"""),
        {"number": number},
    )
    return [Grant(row.role, row.province_uid, row.province) for row in found]


def insert_grant(session: Session, number: int, role: Role, province_uid: str | None, by: str) -> bool:
    """Whether it is new; the caller holds the account."""
    if any((one.role, one.province_uid) == (role, province_uid) for one in select_grants(session, number)):
        return False
    session.execute(insert(grants).values(account=number, role=role, province_uid=province_uid, granted_by=by))
    return True


def revoke_grant(session: Session, number: int, role: Role, province_uid: str | None, by: str) -> bool:
    """Whether there was one."""
    asked = grants.c
    return bool(session.execute(
        update(grants).where(asked.account == number, asked.role == role, asked.revoked_at.is_(None),
                             asked.province_uid.is_not_distinct_from(province_uid))
        .values(revoked_at=func.now(), revoked_by=by)
    ).rowcount)  # fmt: skip


def may_approve_own(session: Session, number: int, province_uid: str | None) -> bool:
    """Whether an admin has allowed the account to approve its own changes in a province."""
    asked = allowances.c
    query = select(asked.id).where(
        asked.account == number, asked.province_uid == province_uid, asked.revoked_at.is_(None)
    )
    return session.execute(query).first() is not None


def list_allowances(session: Session, number: int) -> list[Row]:
    """Where an account may approve its own changes: `province`, `reason`, `allowed_by`, `allowed_at`."""
    found = session.execute(
        text("""
        SELECT u.full_name AS province, w.reason, w.allowed_by, w.allowed_at FROM accounts.allowances w
        JOIN registry.admin_units u ON u.uid = w.province_uid
        WHERE w.account = :number AND w.revoked_at IS NULL ORDER BY w.id"""),
        {"number": number},
    )
    return [dict(row) for row in found.mappings()]


def insert_allowance(session: Session, number: int, province_uid: str, reason: str, by: str) -> bool:
    """Whether it is new; the caller holds the account."""
    if may_approve_own(session, number, province_uid):
        return False
    session.execute(insert(allowances).values(account=number, province_uid=province_uid, reason=reason, allowed_by=by))
    return True


def revoke_allowance(session: Session, number: int, province_uid: str, by: str) -> bool:
    """Whether there was one."""
    asked = allowances.c
    return bool(session.execute(
        update(allowances)
        .where(asked.account == number, asked.province_uid == province_uid, asked.revoked_at.is_(None))
        .values(revoked_at=func.now(), revoked_by=by)
    ).rowcount)  # fmt: skip


def find_provinces(session: Session, value: str) -> list[tuple[str, str]]:
    """uid and full name of today's provinces that a code, name or slug means: those a former province became."""
    return [(row.uid, row.full_name) for row in session.execute(text(PROVINCES), {"value": value})]
