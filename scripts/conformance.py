"""Run the OGC's own test suite for Features against the register: `make conformance`.

The suite is a Java program published on Maven Central, so this takes Java and Maven. It tests the service on a private
PostGIS with the data of this checkout, prints what it found and writes it to docs/conformance.md.

Ends with 0 when no test failed, 1 when one did, 2 when the suite could not run.
"""

import datetime
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import uvicorn

from api.cluster import temporary
from api.main import create_app
from api.settings import ROOT, Settings
from api.store import migrations
from api.workflows.load import load

SUITE = "ets-ogcapi-features10"
VERSION = "1.9"
ARTIFACT = f"org.opengis.cite:{SUITE}:{VERSION}:jar:aio"  # all in one: with the libraries it needs
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
OLDEST_JAVA = 17
FOLDER = ROOT / ".local" / "conformance"
REPORT = ROOT / "docs" / "conformance.md"
STATUSES = ("PASS", "FAIL", "SKIP")


class CannotRunError(Exception):
    """Why the suite cannot run here, and what to do about it."""


@dataclass(frozen=True)
class Outcome:
    """What one test found: its conformance class, the suite's class and method, PASS, FAIL or SKIP, and why."""

    part: str
    group: str
    method: str
    status: str
    reason: str = ""


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwound, so that nothing of the database stays behind
    try:
        check_java()
        suite = fetch_suite(FOLDER)
        with TemporaryDirectory() as folder, served() as address:
            outcomes = read_outcomes(run_suite(suite, address, Path(folder)), address)
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return 2
    print(summary(outcomes))
    REPORT.write_text(page(outcomes, datetime.datetime.now(datetime.UTC).date()), encoding="utf-8")
    print(f"Written to {REPORT.relative_to(ROOT)}")
    return verdict(outcomes)


def check_java() -> None:
    """Raises CannotRunError where there is no Java, or one too old for the suite."""
    if not shutil.which("java"):
        raise CannotRunError(
            f"The OGC test suite is a Java program and here is no Java. Install Java {OLDEST_JAVA} or newer and Maven "
            "(apt-get install default-jre-headless maven) and run make conformance again."
        )
    told = words_of("java", "-version")
    found = re.search(r'version "(\d+)', told)
    if not found or int(found[1]) < OLDEST_JAVA:
        raise CannotRunError(f"The OGC test suite needs Java {OLDEST_JAVA} or newer; `java -version` says:\n{told}")


def fetch_suite(folder: Path) -> Path:
    """The suite's jar in `folder`, fetched with Maven where it isn't there yet."""
    jar = folder / f"{SUITE}-{VERSION}-aio.jar"
    if jar.exists():
        return jar
    if not shutil.which("mvn"):
        raise CannotRunError("Maven fetches the OGC test suite and is not here. Install it: apt-get install maven")
    print(f"Fetching {ARTIFACT}")
    folder.mkdir(parents=True, exist_ok=True)
    told = words_of("mvn", "--batch-mode", "-U", FETCH, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}")
    if not jar.exists():
        log = folder / "maven.log"
        log.write_text(told, encoding="utf-8")
        raise CannotRunError(
            f"Maven could not fetch {ARTIFACT}; its words are in {log}.\n"
            f"Where you have the suite from elsewhere, put it at {jar} and run make conformance again."
        )
    return jar


def words_of(*command: str | Path) -> str:
    """What a program prints, whether or not it succeeds."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603
    return done.stdout


@contextmanager
def served() -> Iterator[str]:
    """The service on a private PostGIS with the data of this checkout; its address on the loopback."""
    with temporary() as dsn, socket.create_server(("127.0.0.1", 0)) as listening:
        print("Loading the register")
        migrations.move(dsn)
        report = load(dsn, ROOT / "data")
        if report.refused:
            raise CannotRunError(f"The data cannot be loaded: {report.refused[0]}")
        server = uvicorn.Server(uvicorn.Config(create_app(Settings(database_url=dsn)), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


def run_suite(suite: Path, address: str, folder: Path) -> Path:
    """Test the service at `address`; the file of results, somewhere in `folder`."""
    print(f"Running {suite.name}")
    properties = folder / "run.xml"
    properties.write_text(f'<properties version="1.0"><entry key="iut">{escape(address)}</entry></properties>\n')
    told = words_of("java", "-jar", suite, "-o", folder, properties)
    results = next(folder.rglob("testng-results.xml"), None)
    if not results:
        raise CannotRunError(f"The suite left no results; its last words:\n{told[-2000:]}")
    return results


def read_outcomes(results: Path, address: str) -> list[Outcome]:
    """The outcomes in a TestNG report, in its order; a step of preparation is told only when it failed.

    `address` becomes {root} in the reasons, which then read the same after every run.
    """
    outcomes = []
    for test in ElementTree.parse(results).iter("test"):  # noqa: S314 (written by the suite we ran)
        for group in test.iter("class"):
            for method in group.iter("test-method"):
                status = method.get("status", "")
                if method.get("is-config") == "true" and status != "FAIL":
                    continue
                outcomes.append(
                    Outcome(
                        part=test.get("name", ""),
                        group=group.get("name", "").rpartition(".")[2],
                        method=method.get("name", ""),
                        status=status,
                        reason=reason(method).replace(address, "{root}/"),
                    )
                )
    return outcomes


def reason(method: ElementTree.Element) -> str:
    """Why a test failed or was skipped, on one line; '' for one that passed."""
    thrown = method.find("exception")
    if thrown is None:
        return ""
    words = " ".join((thrown.findtext("message") or "").split())
    return words or thrown.get("class", "")


def verdict(outcomes: Sequence[Outcome]) -> int:
    """0 when none failed and in every part some test passed; a part that ran nothing proves nothing."""
    parts = {one.part for one in outcomes}
    passed = {one.part for one in outcomes if one.status == "PASS"}
    failed = any(one.status not in ("PASS", "SKIP") for one in outcomes)
    return 0 if parts and parts == passed and not failed else 1


def summary(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table: what passed, failed and was skipped in each group of tests, and in all."""
    counts = Counter(((one.part, one.group), one.status) for one in outcomes)
    groups = dict.fromkeys((one.part, one.group) for one in outcomes)
    lines = ["| part | tests of | passed | failed | skipped |", "|---|---|--:|--:|--:|"]
    for part, group in groups:
        lines.append(row(part, group, *(counts[(part, group), status] for status in STATUSES)))
    totals = Counter(one.status for one in outcomes)
    lines.append(row("**all**", "", *(f"**{totals[status]}**" for status in STATUSES)))
    return "\n".join(lines)


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def page(outcomes: Sequence[Outcome], day: datetime.date) -> str:
    """The page that keeps the result."""
    counts = Counter(one.status for one in outcomes)
    return f"""\
# Conformance to OGC API - Features

The OGC's test suite, `{SUITE}` {VERSION}, on {day:%Y-%m-%d}, against the service with the data of this checkout:
{counts["PASS"]} passed, {counts["FAIL"]} failed, {counts["SKIP"]} skipped.

`make conformance` runs it and writes this page.

{summary(outcomes)}

## Failed

{listed(one for one in outcomes if one.status == "FAIL")}

## Skipped

{listed(one for one in outcomes if one.status == "SKIP")}
"""


def listed(outcomes: Iterable[Outcome]) -> str:
    """A line for each test and reason, with how often where the suite met it for several collections."""
    counts = Counter((one.group, one.method, one.reason) for one in outcomes)
    return (
        "\n".join(
            f"- {group}.{method}{f' ({times} times)' if times > 1 else ''}: {why or 'no reason given'}"
            for (group, method, why), times in counts.items()
        )
        or "None."
    )


if __name__ == "__main__":
    sys.exit(main())
