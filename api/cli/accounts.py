"""`zones account ...`: who may do what. Passwords come from the terminal or a file, never as arguments."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.running import CommandFailed, database, read_settings, say, stoppable, told_failures
from api.people import ROLES, Role

if TYPE_CHECKING:
    from api.settings import Settings

accounts = typer.Typer(
    help="Accounts of planners, reviewers and administrators: add, rights, passwords, disable, list.",
    no_args_is_help=True,
)
Login = Annotated[str, typer.Argument(help="2 to 64 letters a to z, digits and . _ @ -")]
RoleName = Annotated[str, typer.Option("--role", help=f"{', '.join(ROLES)}.")]
Province = Annotated[str, typer.Option(help="Code, name or slug, of today or former (soc-trang), or: all.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="A file whose first line is the password; - is standard input. Else you are asked.")
]
Work = Callable[..., Any]


def add(
    login: Login,
    name: Annotated[str, typer.Option(help="What others see, such as “Nguyễn Thị Lan”.")],
    role: Annotated[str | None, typer.Option(help=f"{', '.join(ROLES)}.")] = None,
    province: Annotated[str | None, typer.Option(help="Where: soc-trang, or all. Goes with --role.")] = None,
    password_file: PasswordFile = None,
    oidc_email: Annotated[
        str | None, typer.Option(help="Links the OIDC_ISSUER's person with this verified e-mail at the first sign-in.")
    ] = None,
    oidc_subject: Annotated[str | None, typer.Option(help="Links the OIDC_ISSUER's person with this subject.")] = None,
) -> None:
    """Add an account, and its first role. Linked to OpenID Connect it has a password only if a file is named."""
    with commanding() as (settings, do):
        from api.workflows.accounts import add_account, check_login
        from api.workflows.signing import hash_password

        if oidc_subject and not settings.oidc_issuer:
            raise CommandFailed("--oidc-subject is a subject of OIDC_ISSUER, which is not set.")
        login, held = check_login(login), checked_role(role)
        if (held is None) != (province is None):
            raise CommandFailed("--role and --province go together; more roles are given by `zones account grant`.")
        linked = bool(oidc_email or oidc_subject)
        secret = None if linked and password_file is None else hash_password(login, read_password(password_file))
        oidc = (settings.oidc_issuer, oidc_subject) if oidc_subject else None
        do(
            add_account, login, name, password=secret, oidc_email=oidc_email, oidc=oidc, role=held, province=province,
            by=operator(),
        )  # fmt: skip
        say(f"Added {login}" + (f", {held} in {province}" if held else ", without a role yet: `zones account grant`"))


def password(login: Login, password_file: PasswordFile = None) -> None:
    """Set a password. All sessions of the account end; its API keys stay."""
    with commanding() as (_, do):
        from api.workflows.accounts import check_login, set_password
        from api.workflows.signing import hash_password

        login = check_login(login)
        do(find, login)
        ended = do(set_password, login, hash_password(login, read_password(password_file)), by=operator())
        say(f"The password of {login} is set; {ended} sessions were ended")


def disable(login: Login, reason: Annotated[str, typer.Option(help="Why; it is recorded.")] = "") -> None:
    """Let nobody in by an account any more: its sessions end, its keys are refused. What it did stays."""
    with commanding() as (_, do):
        from api.workflows.accounts import disable_account

        is_new = do(disable_account, login, by=operator(), reason=reason)
        say(f"{login} is disabled" if is_new else f"{login} was disabled already")


def enable(login: Login) -> None:
    """Undo `disable`. Keys that were not revoked are good again, sessions are not."""
    with commanding() as (_, do):
        from api.workflows.accounts import enable_account

        is_new = do(enable_account, login, by=operator())
        say(f"{login} may sign in again" if is_new else f"{login} was not disabled")


def grant(login: Login, role: RoleName, province: Province) -> None:
    """Give a role in a province. An admin may do what editors and reviewers may."""
    with commanding() as (_, do):
        from api.workflows.accounts import grant_role

        where = do(grant_role, login, checked_role(role), province, by=operator())
        say(f"{login} is {role} in {where}")


def revoke(login: Login, role: RoleName, province: Province) -> None:
    """Take a role back, from the next request on. That it was held stays recorded."""
    with commanding() as (_, do):
        from api.workflows.accounts import revoke_role

        where = do(revoke_role, login, checked_role(role), province, by=operator())
        say(f"{login} is no longer {role} in {where}")


def allow_own_approval(
    login: Login,
    province: Province,
    reason: Annotated[str, typer.Option(help="Why, such as: office of one person. It is recorded.")] = "",
    end: Annotated[bool, typer.Option("--end", help="Take it back.")] = False,
) -> None:
    """Let a reviewer approve their own changes in a province, for an office of one person."""
    with commanding() as (_, do):
        from api.workflows.accounts import allow_own_approval, end_own_approval

        if end:
            where = do(end_own_approval, login, province, by=operator())
            say(f"{login} may no longer approve their own changes in {where}")
            return
        where = do(allow_own_approval, login, province, reason, by=operator())
        say(f"{login} may approve their own changes in {where}")


def list_all() -> None:
    """List the accounts: rights, how they sign in, when they were last seen."""
    with commanding() as (_, do):
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        from api.store.accounts import list_accounts

        table = Table("login", "name", "rights", "signs in by", "last seen", box=None, pad_edge=False)
        for row in do(list_accounts):
            rights = [one.replace("*", "all provinces") for one in row["grants"]]
            rights += [f"approves own changes in {one}" for one in row["own_approval"]]
            ways = ["password"] * row["by_password"]
            ways += ["OpenID Connect" if row["oidc_subject"] else "OpenID Connect, not linked yet"] * bool(
                row["oidc_subject"] or row["oidc_email"]
            )
            seen = f"{row['seen_at']:%Y-%m-%d %H:%M}" if row["seen_at"] else "never"
            how = "disabled" if row["disabled_at"] else ", ".join(ways)
            table.add_row(*map(escape, (row["login"], row["name"], "; ".join(rights) or "none", how, seen)))
        Console(width=None if sys.stdout.isatty() else 200, highlight=False).print(table)


COMMANDS: dict[str, Callable[..., None]] = {
    "add": add, "password": password, "disable": disable, "enable": enable, "grant": grant, "revoke": revoke,
    "allow-own-approval": allow_own_approval, "list": list_all,
}  # fmt: skip
for name, command in COMMANDS.items():
    accounts.command(name=name)(command)

# Steps


@contextmanager
def commanding() -> Iterator[tuple["Settings", Work]]:
    """The settings, and what does a piece of work in one transaction on the database."""
    with told_failures(), stoppable():
        from api.store.connect import Writer

        settings = read_settings()
        with database(settings) as database_url:
            writer = Writer(database_url, size=1)
            try:
                yield settings, writer.do
            finally:
                writer.close()


def find(session: Any, login: str) -> None:
    """Raises UnknownAccount, before anybody is asked for a password."""
    from api.store.accounts import lock_account

    lock_account(session, login)


def checked_role(value: str | None) -> Role | None:
    found = next((one for one in ROLES if one == value), None)
    if value is not None and found is None:
        raise CommandFailed(f"--role {value}: the roles are {', '.join(ROLES)}.")
    return found


def read_password(file: Path | None) -> str:
    """From a file's first line, or twice from the terminal."""
    if file is not None:
        try:
            text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8").partition("\n")[0]
        except (OSError, UnicodeDecodeError) as error:
            raise CommandFailed(f"The password cannot be read from {file}: {error}") from None
        return text.rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandFailed("There is no terminal to ask for a password; use --password-file.")
    first = getpass.getpass("Password (at least 12 characters): ")
    if getpass.getpass("The same again: ") != first:
        raise CommandFailed("The two passwords differ; nothing was changed.")
    return first


def operator() -> str:
    """Who works at the command line, as the log shows it."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = f"user {os.getuid()}"
    return f"{user} (zones account)"
