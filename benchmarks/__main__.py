"""`make bench`: the comparison and our growth; `profile NAME REQUEST` in BENCH: where one server spends its time."""

import shutil
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from api.settings import ROOT
from benchmarks import contestants, ground, growth, pages, profiles, requests, rounds
from benchmarks.document import write_page
from benchmarks.installs import Place
from benchmarks.report import write_report

FOLDER = ROOT / ".local" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
FULL_ROUNDS = 3  # fewer are not written down

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
    is_whole = not only and not asked and count >= FULL_ROUNDS and short >= 1
    with ground.open_cluster(FOLDER) as cluster:
        database = ground.prepare(cluster, ground.NATIONAL, say)
        found = rounds.compare(entries, wanted, place, database, rounds=count, shortened=short, say=say)
        findings = write_report(found, wanted)
        sys.stdout.write(findings)
        if is_whole:
            growth_found = growth.measure_growth(place, database, ground.prepare(cluster, ground.TENFOLD, say), say)
            sys.stdout.write(f"\n{growth_found}\n")
            write_page(PAGE, database, findings, growth_found, count, growth.ROUNDS)
            say(f"Written to {PAGE}")


@app.command(name="growth")
def grow() -> None:
    """Compare the registry over the national data set with itself over ten times the zones."""
    with ground.open_cluster(FOLDER) as cluster:
        small, large = (ground.prepare(cluster, name, say) for name in (ground.NATIONAL, ground.TENFOLD))
        sys.stdout.write(growth.measure_growth(Place(FOLDER, say), small, large, say) + "\n")


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


@app.command(name="pages")
def weigh_pages(
    addresses: Annotated[list[str] | None, typer.Argument(help="Where registries run.")] = None,
) -> None:
    """Load and pan the map in Chromium: bytes over the wire, time until it is ready, time of a frame."""
    sys.stdout.write(pages.measure_pages(addresses or ["http://127.0.0.1:8000"]))


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def interrupted(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that servers and database are ended too


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    app()
