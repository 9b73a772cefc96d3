"""What processes use, read from /proc: CPU seconds of a server, of PostgreSQL, of the machine, and memory."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    session: int
    own: float  # CPU seconds
    waited: float  # CPU seconds of children that have ended


def list_processes() -> list[Process]:
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):  # it has just ended
                continue
            own, waited = ((int(fields[at]) + int(fields[at + 1])) / TICK for at in (11, 13))
            found.append(Process(int(entry.name), int(fields[1]), int(fields[3]), own, waited))
    return found


@dataclass(frozen=True)
class Usage:
    """CPU seconds used so far: of the servers looked at, of the database cluster, of the whole machine."""

    server: float
    database: float
    machine: float

    def __sub__(self, before: "Usage") -> "Usage":
        return Usage(self.server - before.server, self.database - before.database, self.machine - before.machine)


def measure(sessions: set[int], postmaster: int) -> Usage:
    """Of the servers that lead these sessions, and of the cluster of this postmaster."""
    server = database = 0.0
    for one in list_processes():
        if one.session in sessions:
            server += one.own + one.waited
        elif one.pid == postmaster:
            database += one.own + one.waited
        elif one.parent == postmaster:
            database += one.own
    ticks = [int(word) for word in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle, waiting = ticks[3], ticks[4]
    return Usage(server, database, (sum(ticks) - idle - waiting) / TICK)


def memory(session: int) -> float:
    """Memory of a session's processes in MiB, what they share divided among them (PSS)."""
    total = 0
    for one in list_processes():
        if one.session == session:
            try:
                text = (PROC / str(one.pid) / "smaps_rollup").read_text()
            except OSError:
                continue
            found = re.search(r"^Pss:\s+(\d+)", text, re.M)
            total += int(found[1]) if found else 0
    return total / 1024


def describe_machine() -> str:
    """Processor, cores, memory, system, in one line."""
    model = re.search(r"model name\s*: (.+)", (PROC / "cpuinfo").read_text())
    size = re.search(r"MemTotal:\s+(\d+)", (PROC / "meminfo").read_text())
    system = re.search(r'PRETTY_NAME="(.+)"', Path("/etc/os-release").read_text())
    return ", ".join([
        model[1] if model else "unknown processor",
        f"{os.cpu_count()} cores",
        f"{int(size[1]) / 1024**2:.0f} GiB" if size else "",
        system[1] if system else "",
        f"Linux {os.uname().release}",
    ])  # fmt: skip
