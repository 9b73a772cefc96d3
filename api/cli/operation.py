"""What an operator does on an ordinary day."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.running import database, read_settings, say, stoppable, told_failures
from api.settings import ROOT

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
