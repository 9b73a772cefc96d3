"""A country's worth of made-up zones, to try the service on."""

import sys
import time
from typing import Annotated

import typer

from api.cli.running import database, read_settings, say, stoppable, told_failures
from api.cli.service import reserved_port, serve_here, url_of
from api.cluster import DEMO, sole_run
from api.settings import Settings


def demo(
    seed: Annotated[int, typer.Option(min=0, help="The same number gives the same data.")] = 1,
    zones: Annotated[int, typer.Option(min=1, help="How many zones.")] = 3_000,
    lots: Annotated[int, typer.Option(min=0, help="How many lots.")] = 120_000,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; PORT if unsaid.")] = None,
    serve: Annotated[bool, typer.Option(help="Serve it; else only make it.")] = True,
) -> None:
    """Serve made-up zones all over the country, from a database of their own. Every page says that they are made up.

    With DATABASE_URL that database must be empty, or a demo already.
    """
    with told_failures(), stoppable() as stop_if_asked:
        settings = read_settings()
        settings = settings.model_copy(update={"synthetic": True, "port": port or settings.port})
        with (
            sole_run(settings.local_dir / "demo", url_of(settings)),
            reserved_port(settings) as listener,
            database(settings, DEMO) as database_url,
        ):
            stop_if_asked()
            make_demo(settings, database_url, seed, zones, lots)
            stop_if_asked()
            if serve:
                serve_here(settings.model_copy(update={"database_url": database_url}), listener)


def make_demo(settings: Settings, database_url: str, seed: int, zones: int, lots: int) -> None:
    """Have the demo in the database, with a bar of progress for each step."""
    from rich.console import Console
    from rich.progress import Progress

    from api.workflows.demo import build

    say(f"Synthetic data from seed {seed}: {zones} zones, {lots} lots")
    started = time.monotonic()
    with Progress(console=Console(width=None if sys.stdout.isatty() else 100), transient=True) as progress:
        task = progress.add_task("", total=None)
        made = build(
            database_url, settings.data_dir, seed, zones, lots,
            lambda step, done, of: progress.update(task, description=step, completed=done, total=of or None),
        )  # fmt: skip
    say(f"Made in {time.monotonic() - started:.0f} s" if made else "They are there already")
