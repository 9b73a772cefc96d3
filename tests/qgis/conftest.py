"""QGIS as it is, without a window, and what it asks of the service: `make test-qgis`. `make test` leaves these out."""

import json
import logging
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

PYTHON = Path("/usr/bin/python3")  # PyQGIS belongs to the system's own
MISSING = "These tests need QGIS for Python: scripts/setup.sh qgis, or apt-get install python3-qgis qgis-providers"


class Qgis:
    """A QGIS of the tests' own, with an empty profile. `qgis("features", name=...)` asks it to do something."""

    def __init__(self, home: Path, log: Any) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environment = {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "offscreen"}
        self.process = subprocess.Popen(
            [PYTHON, Path(__file__).with_name("program.py")], env=environment, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip

    def __call__(self, do: str, **options: object) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.write(json.dumps({"do": do, **options}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pytest.fail(f"QGIS is not running (status {self.process.wait()}). {MISSING}")
        line = self.process.stdout.readline()
        if not line:
            pytest.fail(f"QGIS went away (status {self.process.wait()}) at {do}. {MISSING}")
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def close(self) -> None:
        self.process.communicate(timeout=30)


@pytest.fixture(scope="session")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Qgis]:
    home = tmp_path_factory.mktemp("qgis")
    with (home / "log").open("w") as log:
        made = Qgis(home, log)
        yield made
        made.close()


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The requests that the service got since the test began: address and status."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            _client, _method, address, _version, status = record.args  # type: ignore[misc]
            found.append(f"{address} {status}")

    log, keep = logging.getLogger("uvicorn.access"), Keep()
    level = log.level
    log.addHandler(keep)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(keep)
    log.setLevel(level)


@pytest.fixture
def open_layers(qgis: Qgis, tmp_path: Path) -> Callable[..., Any]:
    """Opens the layer definition of a service, and tells what QGIS made of it."""

    def opened(service: str, **params: str) -> Any:
        answer = httpx.get(f"{service}/qgis/zones.qlr", params=params)
        assert answer.status_code == 200
        file = tmp_path / "zones.qlr"
        file.write_bytes(answer.content)
        found = qgis("open", file=str(file))
        assert found["loaded"], found["message"]
        return found

    return opened
