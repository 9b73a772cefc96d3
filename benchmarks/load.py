"""Load on one address: wrk for quick answers, a counted number of requests for slow ones."""

import http.client
import json
import re
import resource
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 100
SLOW_MS = 50.0  # from here on wrk's window would cut off a share of the answers that counts
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """What came of it: answers a second, latencies in ms, CPU seconds of the client, seconds it took."""

    rate: float
    p50: float
    p99: float
    count: int
    bad: int
    client: float
    wall: float


def press(port: int, paths: list[str], headers: dict[str, str], connections: int, seconds: int, script: Path) -> Load:
    """Load by wrk, one thread, `paths` in turn, whole seconds. `script` is a file that may be written."""
    extra = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    if len(paths) > 1:
        listed = ",".join(json.dumps(path) for path in paths)
        script.write_text(
            f"local paths = {{{listed}}}\nlocal at = 0\n"
            "request = function() at = at % #paths + 1 return wrk.format('GET', paths[at]) end\n"
        )
        extra += ["-s", str(script)]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", f"--timeout={TIMEOUT_S}s"]
    before, begun = children_cpu(), time.monotonic()
    command += [*extra, f"http://127.0.0.1:{port}{paths[0]}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, client = time.monotonic() - begun, children_cpu() - before
    return read_wrk(done.stdout, client=client, wall=wall)


def read_wrk(text: str, *, client: float, wall: float) -> Load:
    """The figures in wrk's report; refused or broken connections and statuses of 400 and above are bad."""

    def number(pattern: str) -> float:
        found = re.search(pattern, text)
        return float(found[1]) * (UNITS[found[2]] if found.re.groups > 1 else 1.0) if found else 0.0

    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return Load(
        rate=number(r"Requests/sec:\s+([\d.]+)"),
        p50=number(r"50%\s+([\d.]+)(us|ms|s|m)"),
        p99=number(r"99%\s+([\d.]+)(us|ms|s|m)"),
        count=int(number(r"(\d+) requests in")),
        bad=int(number(r"Non-2xx or 3xx responses: (\d+)")) + (sum(map(int, broken.groups())) if broken else 0),
        client=client,
        wall=wall,
    )


def count_off(port: int, path: str, headers: dict[str, str], connections: int, each: int) -> Load:
    """`each` answers over every connection, timed to the last one: fair to a server whose answers take long."""
    times: list[float] = []
    bad: list[int] = []

    def ask() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        for _ in range(each):
            begun = time.monotonic()
            try:
                line.request("GET", path, headers=headers)
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                bad.append(0)
                line.close()
                continue
            times.append((time.monotonic() - begun) * 1000)
            if answer.status >= 400:
                bad.append(answer.status)

    before, begun = time.process_time(), time.monotonic()
    together([ask] * connections)
    wall, client = time.monotonic() - begun, time.process_time() - before
    times.sort()
    p50, p99 = (times[min(len(times) - 1, int(len(times) * share))] if times else 0.0 for share in (0.5, 0.99))
    return Load(len(times) / wall, p50, p99, len(times), len(bad), client, wall)


def together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def children_cpu() -> float:
    """CPU seconds of our children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
