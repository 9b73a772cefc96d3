"""What every command shares: the settings, what is said and how it ends."""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer
from pydantic import ValidationError

from api.cluster import NAME, Cluster, ClusterError
from api.errors import RegistryError
from api.settings import Settings
from gis.errors import GisError

SETTINGS_HELP = "HOST, PORT, DATABASE_URL and the other settings are taken from the environment."
STOPPING = (signal.SIGINT, signal.SIGTERM)


class CommandFailed(Exception):
    """Ends a command with status 1; the text tells the operator what is wrong and what to do."""


class Stopped(BaseException):
    """Somebody asked us to stop: unwinds whatever runs, so that everything started is stopped too."""


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
def database(settings: Settings, name: str = NAME) -> Iterator[str]:
    """DSN of the database to work on: DATABASE_URL, or one of the private cluster, running as long as it is used."""
    if settings.database_url:
        yield settings.database_url
        return
    cluster = Cluster(settings.local_dir, database=name)
    say(f"Starting the private PostGIS in {cluster.data}")
    with cluster.running() as database_url:
        yield database_url


@contextmanager
def told_failures() -> Iterator[None]:
    """What the operator can mend is told in a sentence and ends with status 1; the rest with a traceback."""
    try:
        yield
    except (CommandFailed, ClusterError, RegistryError, GisError) as error:
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
