"""Keeping dated snapshots of the register."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.running import CommandFailed, database, read_settings, say, stoppable, told_failures


def snapshot(
    to: Annotated[Path | None, typer.Option(help="Directory to keep it in; SNAPSHOTS if unsaid.")] = None,
) -> None:
    """Keep the whole register as it is now: GeoParquet files of one moment and a manifest, in a directory by day and
    revision. Where that revision is kept already nothing is written.
    """
    with told_failures(), stoppable():
        from api.errors import NoSnapshotFolder
        from api.schemas.snapshots import wanted
        from api.workflows.snapshots import take

        settings = read_settings()
        folder = to or settings.snapshots
        if folder is None:
            raise NoSnapshotFolder
        if to is not None and not to.exists():
            raise CommandFailed(f"{to} is not there; make it first.")
        with database(settings) as database_url:
            try:
                taken = take(
                    database_url, folder, wanted(settings.public_url), timeout_ms=settings.statement_timeout_ms,
                    show=lambda name: say(f"Writing {name}"),
                )  # fmt: skip
            except OSError as error:
                raise CommandFailed(f"Nothing was kept in {folder}: {error}") from None
        size = sum(one["bytes"] for one in taken.manifest["files"]) // 1000
        if taken.is_new:
            say(f"Kept {taken.path}: {len(taken.manifest['files'])} files ({size} kB)")
        else:
            say(f"{taken.path} is of revision {taken.manifest['revision']} already; nothing was written")
