"""Brings the peers here, each into a place of its own below .local/bench: from PyPI, crates.io or Go's module proxy.

Versions are pinned; Python packages by hash too. What cannot be had raises Unavailable with the reason.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PEERS = Path(__file__).with_name("peers")
LAST_LINES = 3  # of a failed step's output


class Unavailable(Exception):
    """Why a contestant cannot be measured on this machine, in a sentence."""


class Place:
    """Where everything lies that the comparison installs and writes."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self.say = folder.resolve(), say
        self.bin = self.folder / "bin"
        self.log = self.folder / "install.log"
        self.folder.mkdir(parents=True, exist_ok=True)

    def environment(self, package: str) -> Path:
        return self.folder / "venv" / package

    def source(self, name: str) -> Path:
        """The sources of a Go program, for the files that it reads while it runs."""
        return self.folder / "source" / name

    def install(self, what: dict[str, Any]) -> None:
        """Makes ready what `what` describes; done before, it does nothing."""
        {"python": self.install_python, "cargo": self.install_crate, "go": self.install_go}[what["kind"]](what)

    def install_python(self, what: dict[str, Any]) -> None:
        package = what["package"]
        lock, home = PEERS / f"{package}.lock", self.environment(package)
        uv = str(Path(sys.executable).with_name("uv"))
        with self.once(home, lock.read_text(encoding="utf-8")) as needed:
            if needed:
                self.say(f"Installing {package} from PyPI")
                self.step([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)])
                self.step([uv, "pip", "sync", "--quiet", "--python", str(home / "bin/python"), "--require-hashes",
                           str(lock)])  # fmt: skip

    def install_crate(self, what: dict[str, Any]) -> None:
        package, version = what["package"], what["version"]
        with self.once(self.folder / "crates" / package, json.dumps(what)) as needed:
            if needed:
                cargo = find_program("cargo", "Rust")
                self.say(f"Building {package} {version} from crates.io, which takes ten minutes and more")
                self.step(["nice", "-n", "19", cargo, "install", package, "--version", version, "--locked", "--force",
                           *what.get("options", []), "--root", str(self.folder)])  # fmt: skip

    def install_go(self, what: dict[str, Any]) -> None:
        """Built from a copy of the module's sources, since the programs read files that `go install` leaves out."""
        module, version = what["module"], what["version"]
        name = module.rsplit("/", 1)[1]
        source = self.source(name)
        with self.once(source, json.dumps(what)) as needed:
            if needed:
                go = find_program("go", "Go")
                self.say(f"Building {name} {version} from Go's module proxy")
                settings = {"GOPATH": str(self.folder / "go"), "GOFLAGS": "-mod=mod -modcacherw"}
                found = json.loads(self.step([go, "mod", "download", "-json", f"{module}@{version}"], settings))
                shutil.copytree(found["Dir"], source, dirs_exist_ok=True)
                self.step(["nice", "-n", "19", go, "build", "-buildvcs=false", "-o", str(self.bin / name), "."],
                          settings, source)  # fmt: skip

    def once(self, home: Path, description: str) -> "Once":
        return Once(home, hashlib.sha256(description.encode()).hexdigest())

    def step(self, command: list[str], settings: dict[str, str] | None = None, folder: Path | None = None) -> str:
        """Runs a command to its end; its output. Raises Unavailable with its last lines."""
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder or self.folder,
                              env={**os.environ, **(settings or {})}, check=False)  # fmt: skip
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{' '.join(command)}\n{done.stdout}{done.stderr}\n")
        if done.returncode:
            self.say(f"All of its output: {self.log}")
            raise Unavailable(f"`{Path(command[0]).name}` failed: {reason(done.stdout, done.stderr)}")
        return done.stdout


class Once:
    """Says whether a step is still to do; after it has gone well, it is not."""

    def __init__(self, home: Path, fingerprint: str) -> None:
        self.mark, self.fingerprint = home.with_name(home.name + ".ready"), fingerprint
        self.home = home

    def __enter__(self) -> bool:
        self.needed = not (self.mark.exists() and self.mark.read_text() == self.fingerprint)
        if self.needed:
            self.mark.parent.mkdir(parents=True, exist_ok=True)
            self.mark.unlink(missing_ok=True)
        return self.needed

    def __exit__(self, kind: object, *_: object) -> None:
        if self.needed and kind is None:
            self.mark.write_text(self.fingerprint)


def find_program(name: str, language: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{language} is not installed here (no `{name}`)")
    return found


def reason(stdout: str, stderr: str) -> str:
    """The error of a command that failed, on one line, without addresses. `go mod download -json` answers it."""
    try:
        told = json.loads(stdout)["Error"]
    except (ValueError, KeyError, TypeError):
        told = "\n".join((stderr or stdout).strip().splitlines()[-LAST_LINES:])
    return " ".join(word for word in str(told).split() if "://" not in word)
