"""The comparison itself: every contestant under the same requests, in turn, round after round, each answer checked."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from benchmarks import answers, processes
from benchmarks.contestants import Contestant, Database
from benchmarks.figures import MANY, Run, Runs, show
from benchmarks.installs import Place, Unavailable
from benchmarks.load import SLOW_MS, Load, count_off, press
from benchmarks.requests import Expected, Request, expect, sample_items

SECONDS = {1: 1, MANY: 2}  # of a run, by its connections
COUNTED = {1: 5, MANY: 2}  # answers a connection of a run that is counted
TOO_SLOW_S = 3.0  # an answer that takes longer is timed once, over one connection
ONE_ROUND_S = 0.5  # with answers that take longer the first round is the only one
STILL_S = 0.02  # CPU that servers and database may use between two looks and count as at rest
PATIENCE_S = 120.0
UNUSED = processes.Usage(0.0, 0.0, 0.0)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Fact:
    """What one contestant answered: bytes as sent, features found; `seconds` of the first answer."""

    status: int
    size: int
    features: int | None
    seconds: float


@dataclass
class Comparison:
    """Everything that was found. `missing` says why a contestant is not in it, `wrong` which answers were not right."""

    runs: Runs = field(default_factory=Runs)
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    wrong: dict[tuple[str, str], str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    expected: dict[str, Expected] = field(default_factory=dict)


@dataclass
class Course:
    """One comparison under way: who takes part, what is asked, and the items that are asked for by id."""

    contestants: list[Contestant]
    requests: list[Request]
    database: Database
    items: list[dict[str, Any]]
    postmaster: int
    shortened: float  # times the seconds of each run, which wrk takes in whole ones
    say: Say
    found: Comparison

    def compare(self, rounds: int) -> None:
        for request in self.requests:
            for one in self.taking(request):
                self.look(one, request)
        for turn in range(1, rounds + 1):
            for request in self.requests:
                for one in self.taking(request):
                    if self.is_measurable(one, request, turn):
                        self.measure(one, request, f"{turn}/{rounds}")
        for one in self.contestants:
            self.found.memory[one.name] = processes.memory(one.session)

    def taking(self, request: Request) -> Iterator[Contestant]:
        return (one for one in self.contestants if one.takes(request))

    def is_measurable(self, one: Contestant, request: Request, turn: int) -> bool:
        longest = TOO_SLOW_S if turn == 1 else ONE_ROUND_S
        return (one.name, request.name) not in self.found.wrong and self.seconds(one, request) < longest

    def seconds(self, one: Contestant, request: Request) -> float:
        return self.found.facts[one.name, request.name].seconds

    def look(self, one: Contestant, request: Request) -> None:
        """Asks twice, for the first answer may warm the server up, and checks the second."""
        path, key = one.path(request, self.items[0]), (one.name, request.name)
        headers = one.headers(request, path)
        expected = self.found.expected[request.name]
        one.get(path, headers)
        answer = one.get(path, headers)
        problem, count = judge(request, expected, answer.status, answer.body, headers)
        if problem:
            self.found.wrong[key] = problem
            self.say(f"{one.name} {request.name}: {problem}")
        self.found.facts[key] = Fact(answer.status, len(answer.body), count, answer.seconds)
        if answer.seconds >= TOO_SLOW_S and not problem:
            milliseconds = answer.seconds * 1000
            self.note(one, request, 1, Load(1 / answer.seconds, milliseconds, milliseconds, 1, 0, 0.0, 0.0))

    def measure(self, one: Contestant, request: Request, turn: str) -> None:
        paths = [one.path(request, item) for item in (self.items if request.use == "item" else self.items[:1])]
        headers = one.headers(request, paths[0])
        slow = self.seconds(one, request) * 1000 > SLOW_MS
        quick = self.press(one, request, 1, paths, headers, slow=slow)
        busy = self.press(one, request, MANY, paths, headers, slow=quick.p50 > SLOW_MS)
        answer = one.get(paths[0], headers)
        problem, _ = judge(request, self.found.expected[request.name], answer.status, answer.body, headers)
        if quick.bad or busy.bad or problem:
            self.found.wrong[one.name, request.name] = problem or f"{quick.bad + busy.bad} answers failed under load"
        self.say(
            f"{turn} {request.name:17} {one.name:20} {show(quick.p50):>6} ms {show(busy.rate):>7}/s  CPU "
            f"{show(busy.server_cpu):>6} + {show(busy.database_cpu):>6} ms  others' {busy.foreign:.2f} cores"
        )

    def press(self, one: Contestant, request: Request, connections: int, paths: list[str], headers: dict[str, str],
              *, slow: bool = False) -> Run:  # fmt: skip
        self.settle()
        before = processes.measure({one.session}, self.postmaster)
        if slow:
            each = COUNTED[connections] if self.seconds(one, request) < ONE_ROUND_S else 1
            load = count_off(one.port, paths[0], headers, connections, each)
        else:
            seconds = max(1, round(SECONDS[connections] * self.shortened))
            load = press(one.port, paths, headers, connections, seconds, one.conf / "paths.lua")
        used = processes.measure({one.session}, self.postmaster) - before
        if one.entry.get("restart"):
            one.stop()
            one.start().get(paths[0], headers)
        return self.note(one, request, connections, load, used)

    def note(self, one: Contestant, request: Request, connections: int, load: Load,
             used: processes.Usage = UNUSED) -> Run:  # fmt: skip
        count = max(load.count, 1)
        foreign = (used.machine - used.server - used.database - load.client) / load.wall if load.wall else 0.0
        run = Run(one.name, request.name, connections, load.rate, load.p50, load.p99, load.count, load.bad,
                  used.server / count * 1000, used.database / count * 1000, max(foreign, 0.0))  # fmt: skip
        self.found.runs.all.append(run)
        return run

    def settle(self) -> None:
        """Waits until nobody works any more on what a client left behind."""
        last, deadline = -1.0, time.monotonic() + PATIENCE_S
        sessions = {one.session for one in self.contestants}
        while time.monotonic() < deadline:
            used = processes.measure(sessions, self.postmaster)
            now = used.server + used.database
            if now - last < STILL_S and last >= 0:
                return
            last = now
            time.sleep(0.1)


def judge(request: Request, expected: Expected, status: int, body: bytes,
          headers: dict[str, str]) -> tuple[str, int | None]:  # fmt: skip
    """What is wrong with an answer (nothing: an empty text), and how many features it holds."""
    if status == 304 and "If-None-Match" in headers:
        return ("", None) if not body else ("a 304 with a body", None)
    if status != 200:
        words = re.sub(r"<[^>]*>", " ", body[:400].decode(errors="replace")).split()
        return f"status {status}: {' '.join(words)[:100]}", None
    try:
        count = answers.count_features(body)
        found = answers.slugs(body) if request.use not in ("tile", "item") else []
    except (ValueError, IndexError, KeyError) as failure:
        return f"cannot be read: {failure}", None
    return judge_features(expected, count, found), count


def judge_features(expected: Expected, count: int, slugs: list[str]) -> str:
    if not expected.accepts(count):
        return f"{count} features where {expected.least} to {expected.most} are right"
    if len(set(slugs)) < len(slugs):
        return f"{len(slugs) - len(set(slugs))} features twice"
    strange = set(slugs) - expected.slugs if expected.slugs else set()
    return f"{len(strange)} features that do not match" if strange else ""


@contextmanager
def started(entries: list[dict[str, Any]], place: Place, database: Database, say: Say,
            missing: dict[str, str]) -> Iterator[list[Contestant]]:  # fmt: skip
    """Those of the contestants that could be started; why the others could not stands in `missing`."""
    with ExitStack() as stack:
        running = []
        for entry in entries:
            one = Contestant(entry, place, database)
            try:
                running.append(stack.enter_context(one))
            except Unavailable as reason:
                if one.ours:
                    raise SystemExit(f"{one.name}: {reason}") from None
                missing[one.name] = str(reason)
                say(f"Left out: {one.name}: {reason}")
        yield running


def compare(entries: list[dict[str, Any]], requests: list[Request], place: Place, database: Database, *, rounds: int,
            shortened: float, say: Say) -> Comparison:  # fmt: skip
    """Starts the contestants, puts them through `rounds` rounds and ends them."""
    found = Comparison()
    with psycopg.connect(database.dsn) as connection:
        items = sample_items(connection)
        found.expected = {one.name: expect(connection, one) for one in requests}
    postmaster = database.cluster.find_server()
    with started(entries, place, database, say, found.missing) as contestants:
        Course(contestants, requests, database, items, postmaster, shortened, say, found).compare(rounds)
    return found
