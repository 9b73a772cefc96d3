"""`zones`: the registry's command line.

What a command needs of the service it imports itself, so that `--help` is quick.
"""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from api.cluster import DEMO, NAME, Cluster, ClusterError, sole_run
from api.errors import RegistryError
from api.settings import Settings

if TYPE_CHECKING:
    from api.language import Language
    from api.routes.front import Front

SETTINGS_HELP = "HOST, PORT, DATABASE_URL and the other settings are taken from the environment."
STOPPING = (signal.SIGINT, signal.SIGTERM)
COUNTS = ("records", "rows stored", "updated", "unchanged", "refused")  # per file of a load
GRACE_S = 10  # for requests under way when the service is stopped

app = typer.Typer(
    help="The industrial-zone registry.",
    epilog=SETTINGS_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


class CommandFailed(Exception):
    """Ends a command with status 1; the text tells the operator what is wrong and what to do."""


class Stopped(BaseException):
    """Somebody asked us to stop: unwinds whatever runs, so that everything started is stopped too."""


# Commands


@app.command(epilog=SETTINGS_HELP)
def up() -> None:
    """Start everything: database, migrations, data, service. Ctrl-C stops it all, and the data stays.

    Without DATABASE_URL a private PostGIS is started; it listens on a socket only.
    """
    with told_failures(), stoppable() as stop_if_asked:
        settings = read_settings()
        with (
            sole_run(settings.local_dir, url_of(settings)),
            reserved_port(settings) as listener,
            database(settings) as database_url,
        ):
            stop_if_asked()
            prepare(settings, database_url)
            stop_if_asked()
            serve_here(settings.model_copy(update={"database_url": database_url}), listener)


@app.command(epilog=SETTINGS_HELP)
def serve(
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
) -> None:
    """Only serve, from the migrated and loaded database at DATABASE_URL."""
    with told_failures():
        settings = read_settings()
        if not settings.database_url:
            raise CommandFailed("`zones serve` needs DATABASE_URL; `zones up` brings a database of its own.")
        import uvicorn

        uvicorn.run(
            "api.cli:make_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=workers,
            timeout_graceful_shutdown=GRACE_S,
        )


@app.command(epilog=SETTINGS_HELP)
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


@app.command(epilog=SETTINGS_HELP)
def load() -> None:
    """Load the tables of DATA_DIR: all of them or, if any row is refused, nothing. The same again changes nothing."""
    with told_failures(), stoppable():
        settings = read_settings()
        with database(settings) as database_url:
            load_data(settings, database_url)


@app.command(name="map", epilog=SETTINGS_HELP)
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


@app.command(epilog=SETTINGS_HELP)
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


@app.command(epilog=SETTINGS_HELP)
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


# Steps


def make_app() -> "Front":
    """The application as the environment describes it: what each worker of `serve` calls."""
    from api.main import create_app

    return create_app(read_settings())


@contextmanager
def database(settings: Settings, name: str = NAME) -> Iterator[str]:
    """DSN of the database to work on: DATABASE_URL, or one of the private cluster, running as long as it is used."""
    if settings.database_url:
        yield settings.database_url
        return
    cluster = Cluster(settings.local_dir, database=name)
    say(f"Starting the private PostGIS in {cluster.data}")
    with cluster.running() as database_url:
        yield database_url


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


async def offline_map(settings: Settings, database_url: str, language: "Language") -> str:
    from api.store.connect import Reader, open_session
    from api.workflows.maps import draw_fill_rates, offline_assets

    open_session(database_url).close()  # says at once what is wrong with the address
    reader = Reader(database_url, size=1, statement_timeout_ms=settings.statement_timeout_ms)
    async with reader.opened():
        return await draw_fill_rates(reader, language, assets=offline_assets())


def serve_here(settings: Settings, listener: socket.socket) -> None:
    """Serve in this process until a signal comes; tells the address once connections are accepted."""
    import uvicorn

    from api.main import create_app

    class AnnouncingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            say(f"Ready: {url_of(settings)} (Ctrl-C stops it)")

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
            """Always gracefully: an impatient second Ctrl-C must not cut the application's own closing."""
            self.should_exit = True

    config = uvicorn.Config(
        create_app(settings), log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S
    )
    try:
        AnnouncingServer(config).run(sockets=[listener])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:  # two were reserved at the same moment; the other one listens
            raise port_taken(settings) from None
        raise
    signal.raise_signal(signal.SIGTERM)  # now, outside of the event loop, the rest is unwound


@contextmanager
def reserved_port(settings: Settings) -> Iterator[socket.socket]:
    """The address to listen on, bound before the long steps but not yet listening: nobody waits in vain."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise CommandFailed(f"HOST={settings.host} is not an address of this machine.") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise port_taken(settings) from None
            raise CommandFailed(f"Cannot listen on {url_of(settings)}: {error.strerror}.") from None
        yield listener


def port_taken(settings: Settings) -> CommandFailed:
    return CommandFailed(
        f"Port {settings.port} on {settings.host} is taken by another program. "
        f"Choose another one: PORT={settings.port % 65535 + 1} make run"
    )


def url_of(settings: Settings) -> str:
    """The address for people: one that a browser on this machine can open."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


# What every command shares


def say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{str(e['loc'][0]).upper()}={e['input']}: {e['msg']}" for e in error.errors()]
        raise CommandFailed("\n".join(lines)) from None


@contextmanager
def told_failures() -> Iterator[None]:
    """What the operator can mend is told in a sentence and ends with status 1; the rest with a traceback."""
    try:
        yield
    except (CommandFailed, ClusterError, RegistryError) as error:
        typer.echo(f"zones: {error}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """SIGINT, SIGTERM and SIGHUP unwind the block at any stage, to status 0; a second one changes nothing.

    Yields what a long block calls between its stages: it stops there if a library swallowed the exception.
    """

    def ignore(_signal: int, _frame: FrameType | None) -> None:
        """Not SIG_IGN: that one would be inherited by the programs that we still start to clean up."""

    asked = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        logging.disable()  # what is cut short has nothing to tell
        sys.unraisablehook = lambda _: None
        for number in STOPPING:
            signal.signal(number, ignore)
        raise Stopped

    def hang_up(_signal: int, _frame: FrameType | None) -> None:
        os.kill(os.getpid(), signal.SIGTERM)  # whose handler is the server's while it serves

    def stop_if_asked() -> None:
        if asked:
            raise Stopped

    previous = {number: signal.signal(number, stop) for number in STOPPING}
    previous[signal.SIGHUP] = signal.signal(signal.SIGHUP, hang_up)
    try:
        yield stop_if_asked
    except (Stopped, Exception):
        if not asked:
            raise
        # A library that was cut short may have put an error of its own in the place of Stopped.
        previous = dict.fromkeys(previous, signal.SIG_IGN)  # we are as good as gone
        say("Stopped")
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    app()
