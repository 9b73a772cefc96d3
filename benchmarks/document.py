"""docs/benchmarks.md: the last whole run, with its machine, versions and settings."""

import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks import ground, processes
from benchmarks.contestants import Database, read_entries
from benchmarks.figures import MANY
from benchmarks.installs import PEERS

OURS = ("fastapi", "starlette", "uvicorn", "uvloop", "psycopg")
TEXT = """\
# Benchmarks

How fast the registry answers beside other servers over the same PostGIS, and how it grows. `make bench` measures it
anew and, when it ran whole, writes this page; every figure below is of one run.

    make bench                                             # everything, about 25 minutes; the first time it builds
    make bench BENCH="--only registry-fresh,tipg --requests items-100,tile-z10 --rounds 1 --short 0.3"
    make bench BENCH="profile registry-fresh items-100"    # where one server spends its time
    make bench BENCH=growth                                # ten times the zones

## Method

- One private PostGIS holds the national data set (`zones demo`: 3,000 zones, 120,000 lots, made from a seed). The peers
  read flat tables of the same features with the same attributes, an integer key, indexes on geometry and on what is
  filtered by, and fresh statistics; those of the tile servers are stored in 3857. All connect by the same socket.
- Each server runs as its documentation says, one worker (Go programs with one processor), on loopback. "Fresh" is
  the registry with `KEPT_ANSWERS_MB=0`: the database is asked each time, features once written are kept by id and
  version. "Kept answers" is the registry with its default settings. "Full tiles" is the fresh one with
  `TILE_DETAIL=full`: all attributes and full shapes, as the peers' tiles have them.
- Servers take turns at each request, in {rounds} rounds; figures are medians over the rounds. Latency is wrk's median
  over one connection, throughput is that of {many} connections. Answers of more than 50 ms are counted off instead,
  each connection to its last answer, since a window of seconds would cut off too many; what takes longer than half a
  second is measured in the first round only, and longer than three once, over one connection.
- CPU a request is read from /proc: the server's processes, and PostgreSQL's. It holds also where others use the
  machine.
- Every answer is checked before, and after every run: its status, how many features it holds (GeoJSON and vector tiles
  alike), that all of them match, none twice. A tile may lack the features that vanish in the peers' grid of 4,096.
- Servers differ in what they put in: bytes stand beside the times. TiPG writes 9 digits, pg_featureserv 9, pygeoapi all
  of them, the registry as many as give back the stored bits.
- A request that its client drops takes one of pg_featureserv's database connections for ever (1.3.1), so that it is
  started anew after every run.

## The last run

{date}. {machine}. {versions}.

PostgreSQL's settings beside those of every private cluster: {settings}.

{findings}
## Growth

The fresh registry over both data sets in turn, one connection, medians of {growth_rounds} rounds. Ratios above the
limit stand out. In the same bbox or tile there are ten times as many zones to choose from, or to draw.

{growth}
"""


def write_page(file: Path, database: Database, findings: str, growth: str, rounds: int, growth_rounds: int) -> None:
    file.write_text(
        TEXT.format(
            rounds=rounds, many=MANY, date=f"{datetime.now(UTC):%Y-%m-%d}", machine=processes.describe_machine(),
            versions=", ".join(list_versions(database)), findings=findings, growth=growth, growth_rounds=growth_rounds,
            settings=", ".join(f"`{name} = {value}`" for name, value in ground.SETTINGS.items()),
        ),
        encoding="utf-8",
    )  # fmt: skip


def list_versions(database: Database) -> list[str]:
    with psycopg.connect(database.dsn) as connection:
        row = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    assert row
    found = [f"PostgreSQL {row[0].split()[0]}", f"PostGIS {row[1]}", f"Python {platform.python_version()}"]
    found += [f"{name} {version(name)}" for name in OURS]
    for entry in read_entries().values():
        if install := entry.get("install"):
            found.append(f"{entry['name']} {install.get('version') or locked(install['package'])}")
    wrk = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    return [*found, " ".join(wrk.split()[:2])]


def locked(package: str) -> str:
    found = re.search(rf"^{package}==(\S+)", (PEERS / f"{package}.lock").read_text(encoding="utf-8"), re.M)
    return found[1] if found else "?"
