"""The figures of a comparison: medians over rounds, ratios the right way up, wrk's report read in its units."""

import pytest

from benchmarks.figures import MANY, Run, Runs, ratio, show
from benchmarks.installs import reason
from benchmarks.load import read_wrk
from benchmarks.report import write_report
from benchmarks.requests import Expected, Request
from benchmarks.rounds import Comparison, Fact, judge

REPORT = """Running 2s test @ http://127.0.0.1:1/
  1 threads and 16 connections
  Latency Distribution
     50%  736.00us
     75%    1.20ms
     90%   12.50ms
     99%    1.50s
  2294 requests in 2.00s, 92.48MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec:   1147.04
Transfer/sec:     46.24MB
"""


def run(contestant: str, connections: int, rate: float, p50: float, cpu: float = 1.0) -> Run:
    return Run(contestant, "items-100", connections, rate, p50, p50 * 2, 100, 0, cpu, cpu / 2, 0.0)


def test_wrk_is_read_in_its_units() -> None:
    load = read_wrk(REPORT, client=0.5, wall=2.1)
    assert (load.rate, load.p50, load.p99, load.count) == (1147.04, 0.736, 1500.0, 2294)
    assert load.bad == 7


def test_a_report_without_answers_holds_none() -> None:
    load = read_wrk("unable to connect to 127.0.0.1:1 Connection refused\n", client=0.0, wall=1.0)
    assert (load.count, load.rate) == (0, 0.0)


def test_a_figure_is_the_median_of_its_rounds() -> None:
    runs = Runs([run("tipg", MANY, rate, 5.0) for rate in (90.0, 10.0, 80.0)] + [run("tipg", 1, 1.0, 7.0)])
    assert runs.rate("tipg", "items-100") == 80.0
    assert runs.latency("tipg", "items-100") == 7.0
    assert runs.cpu("tipg", "items-100") == 1.5
    assert runs.rate("registry", "items-100") is None


@pytest.mark.parametrize(("better", "worse", "times"), [(2.0, 10.0, 5.0), (10.0, 2.0, 0.2), (0.0, 1.0, None)])
def test_a_ratio_says_how_many_times_better(better: float, worse: float, times: float | None) -> None:
    assert ratio(better, worse) == times
    assert ratio(None, worse) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.4, "1234"), (99.96, "100.0"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.12"), (0.0123, "0.012")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert show(value) == text


def test_the_report_marks_what_was_not_reached() -> None:
    request = Request("items-100", "100 items", "items", {"limit": 100}, {"latency": 13, "fresh": 40, "kept": 70})
    found = Comparison(runs=Runs([
        run("tipg", 1, 100.0, 10.0), run("tipg", MANY, 100.0, 160.0, cpu=8.0),
        run("registry-fresh", 1, 1000.0, 0.5), run("registry-fresh", MANY, 3000.0, 5.0, cpu=0.2),
        run("registry", 1, 1000.0, 0.4), run("registry", MANY, 9000.0, 1.7, cpu=0.1),
    ]))  # fmt: skip
    found.facts = {(name, "items-100"): Fact(200, 9, 100, 0.1) for name in ("tipg", "registry-fresh", "registry")}
    found.missing = {"pg_tileserv": "Go is not installed here"}
    lines = write_report(found, [request]).splitlines()
    assert "| 100 items | 13 x | 20.0 x | 40 x | **30.0 x** | 70 x | 90.0 x | 40.0 x | 80.0 x |" in lines
    [tipg] = [line for line in lines if line.startswith("| items-100 | TiPG |")]
    assert tipg.endswith("| 20.0 x | 30.0 x | 40.0 x |")
    assert "- Left out: pg_tileserv: Go is not installed here" in lines


def test_an_answer_must_hold_the_right_features() -> None:
    request = Request("items-2", "2 items", "items", {"limit": 2})
    body = b'{"features": [{"properties": {"slug": "a"}}, {"properties": {"slug": "b"}}]}'
    assert judge(request, Expected(2, 2, frozenset("abc")), 200, body, {}) == ("", 2)
    assert judge(request, Expected(3, 3), 200, body, {})[0] == "2 features where 3 to 3 are right"
    assert judge(request, Expected(2, 2, frozenset("ac")), 200, body, {})[0] == "1 features that do not match"
    assert judge(request, Expected(2, 2), 200, body.replace(b'"b"', b'"a"'), {})[0] == "1 features twice"
    assert judge(request, Expected(2, 2), 404, b"no", {})[0] == "status 404: no"
    assert judge(request, Expected(2, 2), 304, b"", {"If-None-Match": '"x"'}) == ("", None)
    assert judge(request, Expected(2, 2), 304, b"", {})[0].startswith("status 304")
    assert judge(request, Expected(2, 2), 200, b"{", {})[0].startswith("cannot be read")


def test_why_a_peer_is_left_out_names_no_address() -> None:
    told = '{"Error": "module m@v1: reading https://proxy.example/m/@v/v1.info: 403 Forbidden\\n\\tnot available"}'
    assert reason(told, "") == "module m@v1: reading 403 Forbidden not available"
    assert reason("", "error: a\nerror: b\n") == "error: a error: b"
