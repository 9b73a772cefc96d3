"""The servers: contestants.toml as values; starting, asking and ending one of them."""

import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from api.cluster import Cluster
from api.settings import ROOT
from benchmarks.installs import PEERS, Place, Unavailable
from benchmarks.processes import list_processes
from benchmarks.requests import Request

FILE = Path(__file__).with_name("contestants.toml")
PATIENCE_S = 60.0  # until a server answers, and for it to end
LONGEST_S = 100.0  # for one answer
ADDRESS_SAFE = "(),:-/"  # left as they are in a query
ENVIRONMENT = {"GOMAXPROCS": "1"}  # one worker each: Go would take every core


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    etag: str | None
    seconds: float


@dataclass(frozen=True)
class Database:
    """One database of the cluster, named in every way the servers want."""

    cluster: Cluster
    name: str

    @property
    def dsn(self) -> str:
        return f"postgresql://registry@/{self.name}?host={quote(str(self.cluster.sockets), safe='/')}&port=5432"

    @property
    def url(self) -> str:
        """With the folder of the socket as an encoded host, for readers that insist on a host."""
        return f"postgresql://registry@{quote(str(self.cluster.sockets), safe='')}/{self.name}"


def read_entries() -> dict[str, dict[str, Any]]:
    """The contestants by name; one that is `like` another takes over what it doesn't say itself."""
    entries: dict[str, dict[str, Any]] = {}
    for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["contestant"]:
        entries[entry["name"]] = {**entries.get(entry.get("like", ""), {}), **entry}
    return entries


def choose(names: Iterable[str] = ()) -> list[dict[str, Any]]:
    """All entries, or those named; a name that is not there raises ValueError."""
    entries, wanted = read_entries(), list(names)
    if unknown := set(wanted) - entries.keys():
        raise ValueError(f"no contestant {', '.join(sorted(unknown))}; there are {', '.join(entries)}")
    return [entry for name, entry in entries.items() if not wanted or name in wanted]


class Contestant:
    """A server on a port of its own. `start` and `stop` it, or use it as a context."""

    def __init__(self, entry: dict[str, Any], place: Place, database: Database) -> None:
        self.entry, self.place, self.database = entry, place, database
        self.name: str = entry["name"]
        self.title: str = entry["title"]
        self.ours: bool = entry.get("ours", False)
        self.port = free_port()
        self.conf = place.folder / "conf" / f"{self.name}-{database.name}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def session(self) -> int:
        assert self.process
        return self.process.pid

    def start(self) -> "Contestant":
        """Until it answers. Raises Unavailable where it cannot be had or does not start."""
        if "install" in self.entry:
            self.place.install(self.entry["install"])
        self.conf.mkdir(parents=True, exist_ok=True)
        for name in self.entry.get("files", []):
            text = (PEERS / name).read_text(encoding="utf-8")
            for key, value in self.words.items():
                text = text.replace(f"@{key.upper()}@", value)
            (self.conf / name).write_text(text, encoding="utf-8")
        settings = {key: self.fill(value) for key, value in self.entry.get("env", {}).items()}
        environment = {**os.environ, **ENVIRONMENT, **settings}
        with (self.conf / "log").open("wb") as log:
            if "before" in self.entry:
                self.run(self.entry["before"], environment, log)
            self.process = subprocess.Popen(
                shlex.split(self.fill(self.entry["start"])), env=environment, stdout=log, stderr=log,
                cwd=ROOT if self.ours else self.conf, start_new_session=True,
            )  # fmt: skip
        self.await_answer()
        return self

    def run(self, command: str, environment: dict[str, str], log: IO[bytes]) -> None:
        words = shlex.split(self.fill(command))
        if subprocess.run(words, env=environment, stdout=log, stderr=log, cwd=self.conf, check=False).returncode:
            self.place.say(f"All of its output: {self.conf / 'log'}")
            raise Unavailable(f"`{Path(words[0]).name}` failed")

    def await_answer(self) -> None:
        assert self.process
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                self.get("/")
                return
            time.sleep(0.1)
        lines = (self.conf / "log").read_text(errors="replace").strip().splitlines()
        self.place.say(f"All of its output: {self.conf / 'log'}")
        raise Unavailable(f"did not start: {lines[-1] if lines else 'it said nothing'}")

    def stop(self) -> None:
        """Ends the server and what it started; nothing else is in its session."""
        if self.process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + PATIENCE_S / 6
            for one in list_processes():
                if one.session == self.process.pid:
                    with suppress(ProcessLookupError):
                        os.kill(one.pid, sign)
            while time.monotonic() < deadline and self.is_alive():
                time.sleep(0.05)
        self.process = None

    def is_alive(self) -> bool:
        assert self.process
        self.process.poll()
        return any(one.session == self.process.pid for one in list_processes())

    def __enter__(self) -> "Contestant":
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def words(self) -> dict[str, str]:
        install = self.entry.get("install", {})
        name = install.get("module", "").rsplit("/", 1)[-1]
        return {
            "venv": str(self.place.environment(install.get("package", ""))), "bin": str(self.place.bin),
            "source": str(self.place.source(name)), "python": sys.executable, "here": str(FILE.parent),
            "conf": str(self.conf), "port": str(self.port), "dsn": self.database.dsn, "url": self.database.url,
            "database": self.database.name, "socket": str(self.database.cluster.sockets),
        }  # fmt: skip

    def fill(self, text: str) -> str:
        for key, value in self.words.items():
            text = text.replace("{" + key + "}", value)
        return text

    # Asking

    def takes(self, request: Request) -> bool:
        return request.use in self.entry["urls"]

    def path(self, request: Request, item: dict[str, Any]) -> str:
        """The address of a request; `item` says which one, for the requests that name a single item."""
        template: str = self.entry["urls"][request.use]
        values = {**item, **request.values}
        return template.format(**{key: quote(str(value), safe=ADDRESS_SAFE) for key, value in values.items()})

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_S)
        begun = time.monotonic()
        try:
            line.request("GET", path, headers=headers or {})
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        return Answer(answer.status, body, answer.headers.get("ETag"), time.monotonic() - begun)

    def headers(self, request: Request, path: str) -> dict[str, str]:
        """As a client asks: compressed, or with the tag of the answer it has, where there was one."""
        headers = {"Accept-Encoding": "gzip"} if request.gzip else {}
        if request.again and (etag := self.get(path).etag):
            headers["If-None-Match"] = etag
        return headers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
