"""What an operator does to accounts: add, set a password, disable, give and take rights. Each writes the log.

`by` is who does it. Passwords come here hashed (`signing.hash_password`).
"""

from typing import Any

from api.errors import BadAccount, BadLogin, UnknownProvince
from api.people import Role
from api.store import accounts, log, sessions
from api.store.accounts import find_provinces, lock_account
from api.store.connect import Session
from api.workflows.signing import LOGIN

EVERYWHERE = "all"
Province = tuple[str, str]  # uid and full name


def check_login(login: str) -> str:
    """In lower case. Raises BadLogin."""
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise BadLogin(login=login)
    return login


def find_province(session: Session, value: str) -> Province | None:
    """A province of today by its code, name or slug, also by a former one's; None for `all`.

    Raises UnknownProvince, and BadAccount where a former province is now in several.
    """
    if value == EVERYWHERE:
        return None
    found = find_provinces(session, value.replace("\0", ""))
    if not found:
        raise UnknownProvince("province", value=value)
    if len(found) > 1:
        names = ", ".join(name for _, name in found)
        raise BadAccount(reason=f"“{value}” is now in several provinces; name one of them: {names}.")
    return found[0]


def add_account(
    session: Session,
    login: str,
    name: str,
    *,
    by: str,
    password: str | None = None,
    oidc_email: str | None = None,
    oidc: tuple[str, str] | None = None,
    role: Role | None = None,
    province: str | None = None,
) -> None:
    """A new account, with a role in a province if one is given. `oidc` is issuer and subject.

    Raises BadLogin, LoginTaken, BadAccount, UnknownProvince.
    """
    login, name = check_login(login), " ".join(name.split())
    if not name or len(name) > 200:
        raise BadAccount(reason="--name is what others see of this person: 1 to 200 characters.")
    email = oidc_email.strip().lower() if oidc_email else None
    if email is not None and "@" not in email:
        raise BadAccount(reason=f"“{email}” is not an e-mail address.")
    issuer, subject = oidc or (None, None)
    number = accounts.insert_account(
        session, login=login, name=name, password=password, oidc_email=email, oidc_issuer=issuer, oidc_subject=subject,
        created_by=by,
    )  # fmt: skip
    details = {"login": login, "name": name, "by_password": password is not None, "oidc": bool(email or subject)}
    log.record(session, "account-added", who=by, account=number, details=details)
    if role is not None:
        grant_role(session, login, role, province, by=by)


def set_password(session: Session, login: str, password: str, *, by: str) -> int:
    """A new password, hashed; all sessions end, API keys stay. How many sessions there were. Raises UnknownAccount."""
    row = lock_account(session, check_login(login))
    accounts.change_account(session, row["number"], password=password)
    ended = sessions.revoke_sessions(session, row["number"])
    log.record(session, "password-set", who=by, account=row["number"], details={"sessions_ended": ended})
    return ended


def disable_account(session: Session, login: str, *, by: str, reason: str) -> bool:
    """Let nobody in any more by this account: sessions end, keys are refused. Whether that was new."""
    row = lock_account(session, check_login(login))
    if row["disabled_at"] is not None:
        return False
    accounts.disable(session, row["number"])
    ended = sessions.revoke_sessions(session, row["number"])
    log.record(
        session, "account-disabled", who=by, account=row["number"], text=reason, details={"sessions_ended": ended}
    )
    return True


def enable_account(session: Session, login: str, *, by: str) -> bool:
    """Undo that; keys that were not revoked are good again, sessions are not. Whether that was new."""
    row = lock_account(session, check_login(login))
    if row["disabled_at"] is None:
        return False
    accounts.change_account(session, row["number"], disabled_at=None)
    log.record(session, "account-enabled", who=by, account=row["number"])
    return True


def grant_role(session: Session, login: str, role: Role, province: str | None, *, by: str) -> str:
    """Give a role in a province, or in `all`; the province's name. Raises BadAccount where the account has it."""
    row, where = lock_account(session, check_login(login)), needed_province(session, province)
    uid, name = where or (None, "all provinces")
    if not accounts.insert_grant(session, row["number"], role, uid, by):
        raise BadAccount(reason=f"{row['login']} is {role} in {name} already.")
    write_right(session, "role-granted", row, by, role=role, province=uid)
    return name


def revoke_role(session: Session, login: str, role: Role, province: str | None, *, by: str) -> str:
    """Take a role back. Raises BadAccount where the account has none such."""
    row, where = lock_account(session, check_login(login)), needed_province(session, province)
    uid, name = where or (None, "all provinces")
    if not accounts.revoke_grant(session, row["number"], role, uid, by):
        raise BadAccount(reason=f"{row['login']} is not {role} in {name}; `zones account list` shows what there is.")
    write_right(session, "role-revoked", row, by, role=role, province=uid)
    return name


def allow_own_approval(session: Session, login: str, province: str | None, reason: str, *, by: str) -> str:
    """Let somebody approve their own changes in a province, because the office has one person."""
    row, where = lock_account(session, check_login(login)), needed_province(session, province)
    if where is None:
        raise BadAccount(reason="One's own changes can be approved in single provinces only: name one with --province.")
    if not reason.strip():
        raise BadAccount(reason="Say why with --reason; it is recorded.")
    if not accounts.insert_allowance(session, row["number"], where[0], reason.strip(), by):
        raise BadAccount(reason=f"{row['login']} may approve their own changes in {where[1]} already.")
    write_right(session, "own-approval-allowed", row, by, text=reason.strip(), province=where[0])
    return where[1]


def end_own_approval(session: Session, login: str, province: str | None, *, by: str) -> str:
    """Take that back."""
    row, where = lock_account(session, check_login(login)), needed_province(session, province)
    if where is None or not accounts.revoke_allowance(session, row["number"], where[0], by):
        raise BadAccount(reason=f"{row['login']} was not allowed to approve their own changes there.")
    write_right(session, "own-approval-ended", row, by, province=where[0])
    return where[1]


def needed_province(session: Session, value: str | None) -> Province | None:
    """Rights are never given everywhere by leaving something out."""
    if not value:
        raise BadAccount(reason=f"Say where with --province: a name such as soc-trang, or {EVERYWHERE}.")
    return find_province(session, value)


def write_right(
    session: Session, action: str, row: dict[str, Any], by: str, *, text: str = "", **details: object
) -> None:
    log.record(session, action, who=by, account=row["number"], text=text, details=details)
