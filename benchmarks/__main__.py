"""`make bench`: the comparison; `make bench BENCH="profile NAME REQUEST"`: where one server spends its time."""

import shutil
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from api.settings import ROOT
from benchmarks import contestants, ground, profiles, requests, rounds
from benchmarks.installs import Place
from benchmarks.report import write_report

FOLDER = ROOT / ".local" / "bench"
FULL_ROUNDS = 3

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
told = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    told.print(text, markup=False)


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    only: Annotated[str, typer.Option(help="Contestants, separated by commas; all if unsaid.")] = "",
    asked: Annotated[str, typer.Option("--requests", help="Requests, separated by commas.")] = "",
    count: Annotated[int, typer.Option("--rounds", min=1, help="Rounds; figures are medians over them.")] = FULL_ROUNDS,
    short: Annotated[float, typer.Option(min=0.0, help="Times the seconds of each run (at least one).")] = 1.0,
) -> None:
    """Compare the registry with other servers over one private PostGIS, and print Markdown."""
    if context.invoked_subcommand:
        return
    try:
        entries, wanted = contestants.choose(words(only)), requests.read_requests(words(asked))
    except ValueError as unknown:
        raise typer.BadParameter(str(unknown)) from None
    if not shutil.which("wrk"):
        raise typer.BadParameter("`wrk` is not installed; `make bench` does that where it may use apt.")
    place = Place(FOLDER, say)
    with ground.open_cluster(FOLDER) as cluster:
        database = ground.prepare(cluster, ground.NATIONAL, say)
        found = rounds.compare(entries, wanted, place, database, rounds=count, shortened=short, say=say)
    sys.stdout.write(write_report(found, wanted))


@app.command()
def profile(
    name: Annotated[str, typer.Argument(help="A contestant.")],
    request: Annotated[str, typer.Argument(help="A request.")],
    seconds: Annotated[int, typer.Option(min=1)] = 6,
) -> None:
    """Say where one contestant spends its time on one request (py-spy)."""
    try:
        [entry], [wanted] = contestants.choose([name]), requests.read_requests([request])
    except ValueError as unknown:
        raise typer.BadParameter(str(unknown)) from None
    with ground.open_cluster(FOLDER) as cluster:
        database = ground.prepare(cluster, ground.NATIONAL, say)
        sys.stdout.write(profiles.profile(entry, wanted, Place(FOLDER, say), database, seconds))


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def interrupted(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that servers and database are ended too


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    app()
