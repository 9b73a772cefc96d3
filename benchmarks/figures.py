"""Figures: what one run of load gave, medians over rounds, ratios, and how a number is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Run:
    """One contestant under one request's load. Times in ms; CPU in ms a request; `foreign` in cores."""

    contestant: str
    request: str
    connections: int
    rate: float  # answers a second
    p50: float
    p99: float
    count: int
    bad: int
    server_cpu: float
    database_cpu: float
    foreign: float

    @property
    def cpu(self) -> float:
        return self.server_cpu + self.database_cpu


class Runs:
    """All runs so far; a figure is the median over the rounds, None where nothing was measured."""

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self.all = list(runs)

    def figure(self, name: str, contestant: str, request: str, connections: int) -> float | None:
        wanted = (contestant, request, connections)
        values = [getattr(one, name) for one in self.all
                  if (one.contestant, one.request, one.connections) == wanted]  # fmt: skip
        return median(values) if values else None

    def latency(self, contestant: str, request: str) -> float | None:
        """Median of the rounds' median latencies over one connection, ms."""
        return self.figure("p50", contestant, request, 1)

    def rate(self, contestant: str, request: str) -> float | None:
        """Median answers a second over the many connections."""
        return self.figure("rate", contestant, request, MANY)

    def cpu(self, contestant: str, request: str) -> float | None:
        """Median CPU a request, server and database together, ms."""
        return self.figure("cpu", contestant, request, MANY)


MANY = 16  # connections of a throughput run


def ratio(better: float | None, worse: float | None) -> float | None:
    """How many times `better` goes into `worse`; None where either is missing or nothing."""
    return worse / better if better and worse else None


def show(value: float | None) -> str:
    """About three digits, nothing for None: 1234, 123, 12.3, 1.23, 0.123."""
    if value is None:
        return ""
    for limit, digits in ((100, 0), (10, 1), (0.1, 2)):
        if abs(value) >= limit:
            return f"{value:.{digits}f}"
    return f"{value:.3f}"


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
