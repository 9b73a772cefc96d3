"""Where a server spends its time on one request: py-spy under load, its samples sorted by the contestant's buckets."""

import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.contestants import Contestant, Database
from benchmarks.installs import Place
from benchmarks.requests import Request, sample_items

CONNECTIONS, SAMPLES_A_SECOND = 4, 250
WARM_UP_S = 1
IDLE = re.compile(r"Condition\.wait|^(__)?(epoll_p?wait|select|futex|accept)|wait_for_signals")
FRAME = re.compile(r"^(.*) \((?:.*site-packages/|.*/lib/python3[^/]*/)?(.*?)(?::\d+)?\)$")
LINES = {"by part": 20, "within, with what it calls": 60, "own time": 25}


def profile(entry: dict[str, Any], request: Request, place: Place, database: Database, seconds: int) -> str:
    """Shares of the busy samples by part, by function with what it calls, and by function alone."""
    place.install({"kind": "python", "package": "py-spy"})
    with psycopg.connect(database.dsn) as connection:
        items = sample_items(connection)
    with Contestant(entry, place, database) as one:
        path = one.path(request, items[0])
        headers = [f"-H{name}: {value}" for name, value in one.headers(request, path).items()]
        load = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds + 2 * WARM_UP_S}s", "--timeout=100s", *headers]
        raw = one.conf / "profile.raw"
        with subprocess.Popen([*load, f"http://127.0.0.1:{one.port}{path}"], stdout=subprocess.DEVNULL) as running:
            try:
                time.sleep(WARM_UP_S)
                record(place, one.session, raw, seconds)
            finally:
                running.terminate()
    samples = read_samples(raw.read_text(encoding="utf-8"))
    buckets = [(label, re.compile(pattern)) for label, pattern in entry.get("buckets", [])]
    return f"{entry['name']} {request.name}\n" + describe(samples, buckets)


def record(place: Place, pid: int, raw: Path, seconds: int) -> None:
    spy = str(place.environment("py-spy") / "bin/py-spy")
    place.step([spy, "record", "--subprocesses", "--native", "--duration", str(seconds), "--rate",
                str(SAMPLES_A_SECOND), "--format", "raw", "--output", str(raw), "--pid", str(pid)])  # fmt: skip


def read_samples(text: str) -> Counter[tuple[str, ...]]:
    """Stacks of `file function`, outermost first, with their number of samples; waiting ones are left out."""
    samples: Counter[tuple[str, ...]] = Counter()
    for line in text.splitlines():
        stack, number = line.rsplit(" ", 1)
        frames = [frame for frame in stack.split(";") if not frame.startswith("process ")]
        if not any(IDLE.search(frame) for frame in frames[-8:]):
            samples[tuple(FRAME.sub(r"\2 \1", frame) for frame in frames)] += int(number)
    return samples


def describe(samples: Counter[tuple[str, ...]], buckets: list[tuple[str, re.Pattern[str]]]) -> str:
    tables: dict[str, Counter[str]] = {title: Counter() for title in LINES}
    for frames, number in samples.items():
        label = next((label for label, pattern in buckets if any(pattern.search(one) for one in frames)), "rest")
        tables["by part"][label] += number
        tables["own time"][frames[-1]] += number
        for frame in set(frames):
            tables["within, with what it calls"][frame] += number
    total = max(samples.total(), 1)
    lines = []
    for title, shares in tables.items():
        lines.append(f"\n{title}, % of {samples.total()} busy samples")
        lines += [f"  {100 * number / total:5.1f}  {name}" for name, number in shares.most_common(LINES[title])]
    return "\n".join(lines) + "\n"
