"""What an operator does to the register: its schema, its data, and the map made of them."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.running import CommandFailed, database, read_settings, say, stoppable, told_failures
from api.settings import Settings

if TYPE_CHECKING:
    from api.language import Language

COUNTS = ("records", "rows stored", "updated", "unchanged", "refused")  # per file of a load


def migrate(
    revision: Annotated[
        str, typer.Option(help="Version to go to; a lower one takes the later ones' data away.")
    ] = "head",
) -> None:
    """Bring the database's schema up to date. Says which rights are missing before it changes anything."""
    with told_failures(), stoppable():
        from api.store.migrations import move

        settings = read_settings()
        with database(settings) as database_url:
            say(f"Schema is at version {move(database_url, revision)}")


def load() -> None:
    """Load the tables of DATA_DIR: all of them or, if any row is refused, nothing. The same again changes nothing."""
    with told_failures(), stoppable():
        settings = read_settings()
        with database(settings) as database_url:
            load_data(settings, database_url)


def draw_map(
    file: Annotated[Path, typer.Argument(help="HTML file to write; it opens from disk, without a network.")],
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Write the map of fill rates as one file."""
    with told_failures(), stoppable():
        from api.language import LANGUAGES

        language = next((one for one in LANGUAGES if one == lang), None)
        if language is None:
            raise CommandFailed(f"--lang {lang}: the languages are {', '.join(LANGUAGES)}.")
        if not file.parent.is_dir():
            raise CommandFailed(f"{file.parent} is not a directory.")
        settings = read_settings()
        with database(settings) as database_url:
            text = asyncio.run(offline_map(settings, database_url, language))
        file.write_text(text, encoding="utf-8")
        say(f"Wrote {file} ({len(text.encode()) // 1000} kB)")


def rebuild() -> None:
    """Make zones.geojson in DATA_DIR again from the tables beside it."""
    with told_failures():
        from api.workflows.zones_file import build

        settings = read_settings()
        target = settings.data_dir / "zones.geojson"
        text = build(settings.data_dir)
        changed = not target.exists() or target.read_text(encoding="utf-8") != text
        if changed:
            target.write_text(text, encoding="utf-8")
        say(f"{target} {'is new' if changed else 'was up to date'}")


# Steps


def prepare(settings: Settings, database_url: str) -> None:
    """Bring schema and data up to date. MissingRights names what a foreign database does not allow."""
    from api.store.migrations import move
    from api.workflows.load import is_current, is_loaded

    say("Migrating the database")
    move(database_url)
    if is_current(database_url, settings.data_dir):
        return
    try:
        load_data(settings, database_url)
    except CommandFailed as failure:
        if not is_loaded(database_url):
            raise
        say(f"{failure}\nThe register goes on with what it holds. `zones load` says this again.")


def load_data(settings: Settings, database_url: str) -> None:
    """Load with a bar of progress, then tell per file what became of its rows."""
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Column, Table

    from api.workflows.load import load

    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    say(f"Loading {settings.data_dir}")
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        report = load(
            database_url,
            settings.data_dir,
            lambda name, done, of: progress.update(task, description=name, completed=done, total=of),
        )
    table = Table("file", *(Column(name, justify="right") for name in COUNTS), box=None, pad_edge=False)
    for one in report.files.values():
        counts = (one.read, one.stored, one.updated, one.unchanged, len(one.refused))
        table.add_row(one.file, *map(str, counts))
    console.print(table)
    if report.refused:
        lines = [f"{len(report.refused)} rows were refused, so nothing was stored:", *map(str, report.refused)]
        raise CommandFailed("\n".join(lines))


async def offline_map(settings: Settings, database_url: str, language: "Language") -> str:
    from api.store.connect import Reader, open_session
    from api.workflows.maps import draw_fill_rates, offline_assets

    open_session(database_url).close()  # says at once what is wrong with the address
    reader = Reader(database_url, size=1, statement_timeout_ms=settings.statement_timeout_ms)
    async with reader.opened():
        return await draw_fill_rates(reader, language, assets=offline_assets())
