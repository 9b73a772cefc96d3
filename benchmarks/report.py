"""The findings as Markdown: what issue 3 wants beside what was reached, tiles of like content, and every figure."""

from collections.abc import Iterable
from statistics import median

from benchmarks.contestants import read_entries
from benchmarks.figures import MANY, Runs, ratio, show, table
from benchmarks.requests import Request
from benchmarks.rounds import Comparison

FRESH, KEPT, FULL, BASE = "registry-fresh", "registry", "registry-full-tiles", "tipg"
MEMORY_MB = 200
NOISE = 0.1  # cores used by others above which a warning stands in the report
TIMES = " x"


def write_report(found: Comparison, requests: list[Request]) -> str:
    parts = [
        ("Wanted and reached, as a ratio to TiPG", wanted_table(found.runs, requests)),
        ("Tiles of the same content", full_tiles_table(found.runs, requests)),
        ("Everything", figures_table(found, requests)),
        ("Memory", memory_table(found)),
    ]
    text = [f"### {title}\n\n{body}" for title, body in parts if body.count("\n") > 1]  # more than its heads
    text += [noise_line(found.runs), *left_out(found)]
    return "\n\n".join(part for part in text if part) + "\n"


def wanted_table(runs: Runs, requests: list[Request]) -> str:
    """The issue's table: for each of its columns the wanted ratio, the one reached, and whether that is enough.

    Latency over one connection and throughput over many are of the service that asks the database each time, "asked
    again" is the throughput of kept answers; the last column compares CPU, which noise of the machine hardly moves.
    """
    heads = ["request", "latency, wanted", "reached", "throughput, wanted", "reached", "asked again, wanted", "reached",
             "CPU a request, fresh", "CPU, asked again"]  # fmt: skip
    rows = []
    for one in requests:
        name = one.name
        if not one.wanted or not (runs.rate(FRESH, name) or runs.rate(KEPT, name)):
            continue
        reached = {
            "latency": ratio(runs.latency(FRESH, name), runs.latency(BASE, name)),
            "fresh": ratio(runs.rate(BASE, name), runs.rate(FRESH, name)),
            "kept": ratio(runs.rate(BASE, name), runs.rate(KEPT, name)),
        }
        cells = [cell for goal, value in reached.items() for cell in compared(one.wanted.get(goal), value)]
        base = runs.cpu(BASE, name)
        rows.append([one.title, *cells, times(ratio(runs.cpu(FRESH, name), base)),
                     times(ratio(runs.cpu(KEPT, name), base))])  # fmt: skip
    return table(heads, rows)


def compared(goal: float | None, value: float | None) -> tuple[str, str]:
    """A wanted ratio and the one reached; a missed one stands out."""
    reached = times(value)
    if goal is not None and value is not None and value < goal:
        reached = f"**{reached}**"
    return ("–" if goal is None else f"{goal:g}{TIMES}"), reached


def times(value: float | None) -> str:
    return f"{show(value)}{TIMES}" if value is not None else ""


def full_tiles_table(runs: Runs, requests: list[Request]) -> str:
    """Our tiles with all attributes and full shapes against the peers' tiles: how many times ours are quicker."""
    peers = [name for name in measured(runs) if name in {"tipg", "martin", "pg_tileserv", "pygeoapi"}]
    heads = ["request", "ours, ms", "ours, a second", *(f"{name}: {what}" for name in peers for what in
             ("latency", "throughput", "CPU"))]  # fmt: skip
    rows = []
    for one in requests:
        if one.use == "tile" and runs.rate(FULL, one.name):
            cells = [show(runs.latency(FULL, one.name)), show(runs.rate(FULL, one.name))]
            for name in peers:
                cells += versus(runs, FULL, name, one.name)
            rows.append([one.title, *cells])
    return table(heads, rows)


def versus(runs: Runs, ours: str, peer: str, request: str) -> list[str]:
    """How many times better than a peer: latency, throughput, CPU."""
    return [
        times(ratio(runs.latency(ours, request), runs.latency(peer, request))),
        times(ratio(runs.rate(peer, request), runs.rate(ours, request))),
        times(ratio(runs.cpu(ours, request), runs.cpu(peer, request))),
    ]


def figures_table(found: Comparison, requests: list[Request]) -> str:
    """Every contestant on every request; the last columns say how many times better the fresh registry is."""
    heads = ["request", "server", "latency, ms (p99)", f"a second, {MANY} connections (p99 ms)", "server CPU, ms",
             "database CPU, ms", "bytes", "features", "registry-fresh against it: latency", "throughput",
             "CPU"]  # fmt: skip
    entries, runs, rows = read_entries(), found.runs, []
    for one in requests:
        for name, entry in entries.items():
            fact = found.facts.get((name, one.name))
            if fact is None:
                continue
            if problem := found.wrong.get((name, one.name)):
                rows.append([one.name, entry["title"], f"not right: {problem}", *[""] * (len(heads) - 3)])
                continue
            p99 = {count: runs.figure("p99", name, one.name, count) for count in (1, MANY)}
            rows.append([
                one.name, entry["title"], with_p99(runs.latency(name, one.name), p99[1]),
                with_p99(runs.rate(name, one.name), p99[MANY]),
                show(runs.figure("server_cpu", name, one.name, MANY)),
                show(runs.figure("database_cpu", name, one.name, MANY)),
                str(fact.size), "" if fact.features is None else str(fact.features),
                *(["", "", ""] if entry.get("ours") else versus(runs, FRESH, name, one.name)),
            ])  # fmt: skip
    return table(heads, rows)


def with_p99(value: float | None, p99: float | None) -> str:
    return f"{show(value)} ({show(p99)})" if value is not None else ""


def memory_table(found: Comparison) -> str:
    entries = read_entries()
    rows = []
    for name, used in found.memory.items():
        over = entries[name].get("ours") and used > MEMORY_MB
        rows.append([entries[name]["title"], f"**{used:.0f}**" if over else f"{used:.0f}"])
    return table(["server", "MiB after the last round (PSS)"], rows)


def noise_line(runs: Runs) -> str:
    foreign = sorted(one.foreign for one in runs.all)
    if not foreign:
        return ""
    middle, high = median(foreign), foreign[int((len(foreign) - 1) * 0.95)]
    line = f"Other processes used {middle:.2f} cores in the median run, {high:.2f} at the 95th percentile."
    if high > NOISE:
        line += " **The machine was not at rest: times and rates are noisy; CPU a request is the figure that holds.**"
    return line


def left_out(found: Comparison) -> Iterable[str]:
    if found.missing:
        entries = read_entries()
        yield "\n".join(f"- Left out: {entries[name]['title']}: {why}" for name, why in found.missing.items())


def measured(runs: Runs) -> list[str]:
    return list(dict.fromkeys(one.contestant for one in runs.all))
