"""What an operator does on an ordinary day."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.running import database, read_settings, say, stoppable, told_failures
from api.cluster import temporary
from api.settings import ROOT

if TYPE_CHECKING:
    from api.workflows.backup import Backup

SIGNS = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of lines.")] = False,
) -> None:
    """Look the register over: versions, reference systems, indexes, integrity, rights, disk, clock. Changes nothing.

    Ends with status 1 where there is a fault. Says what to do.
    """
    with told_failures(), stoppable():
        from api.workflows.doctor import look_over

        settings = read_settings()
        disk = None if settings.database_url else settings.local_dir
        with database(settings) as database_url:
            found = look_over(database_url, ROOT / "node_modules", disk)
    if as_json:
        say(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            say(f"{SIGNS[one.state]} {one.about}: {one.told}")
            if one.remedy:
                say(f"        {one.remedy}")
    raise typer.Exit(any(one.state == "fault" for one in found))


def backup(
    target: Annotated[Path, typer.Argument(help="Folder for backups; each gets a folder in it.")],
    check: Annotated[bool, typer.Option(help="Restore it into a fresh cluster of this machine and compare.")] = True,
) -> None:
    """Back the register up: one moment of it, with the checksum of every table. Holds the accounts: keep it safe."""
    with told_failures(), stoppable() as stop_if_asked:
        from api.workflows.backup import back_up, restore

        settings = read_settings()
        with database(settings) as database_url:
            made = back_up(database_url, target)
        say(f"Wrote {made.folder} ({described(made)})")
        stop_if_asked()
        if check:
            with temporary() as fresh:
                restore(fresh, made.folder)
            say("Restored into a fresh cluster: every table is the same")


def restore(
    folder: Annotated[Path, typer.Argument(help="The backup's folder.")],
) -> None:
    """Put a backup into the empty database at DATABASE_URL, or into the private cluster if that holds no register yet.

    All or nothing; every table is compared with what it was.
    """
    with told_failures(), stoppable():
        from api.workflows.backup import restore

        settings = read_settings()
        with database(settings) as database_url:
            say(f"Restored {described(restore(database_url, folder))}: every table is the same")


def described(made: "Backup") -> str:
    rows = sum(one["rows"] for one in made.tables.values())
    return (
        f"revision {made.standing['revision']}, schema {made.standing['schema']}, {len(made.tables)} tables, "
        f"{rows} rows, {made.bytes / 1e6:.1f} MB"
    )
