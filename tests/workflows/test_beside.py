"""Work in a process of its own: results and errors come back, what takes too much ends there."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest

from api.errors import BadInteger, TakesTooLong, TakesTooMuch
from api.workflows.beside import run_beside
from gis.errors import BadDate
from tests.reading import finished

HERE = "tests.workflows.test_beside"


def run(name: str, *args: Any, **limits: Any) -> Any:
    return finished(lambda: run_beside(f"{HERE}:{name}", args, **limits))


def told(value: object) -> tuple[object, int]:
    print("a library's chatter")
    return value, os.getpid()


def refuse(kind: str) -> None:
    if kind == "registry":
        raise BadInteger("limit", value="x", minimum=1)
    if kind == "gis":
        raise BadDate(text="x", reason="it is none")
    raise ValueError(kind)


def fill(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def turn_forever() -> None:
    while True:
        pass


def end_by_signal() -> None:
    os.abort()


def note(path: str) -> None:
    with Path(path).open("a", encoding="ascii") as file:
        file.write("in\n")
    for _ in range(20_000_000):
        pass
    with Path(path).open("a", encoding="ascii") as file:
        file.write("out\n")


def test_a_result_comes_from_another_process_whatever_is_printed_there() -> None:
    value, process = run("told", {"a": [1, "Trần Đề"]}, seconds=20, megabytes=100)
    assert value == {"a": [1, "Trần Đề"]}
    assert process != os.getpid()


def test_errors_of_the_project_come_back_as_they_were() -> None:
    with pytest.raises(BadInteger) as found:
        run("refuse", "registry")
    assert (found.value.parameter, found.value.facts["minimum"]) == ("limit", 1)
    with pytest.raises(BadDate, match="“x” is not a date: it is none"):
        run("refuse", "gis")
    with pytest.raises(RuntimeError, match="ended with status 1"):
        run("refuse", "other")


def test_memory_is_limited() -> None:
    assert run("fill", 50, megabytes=200) == 50_000_000
    with pytest.raises(TakesTooMuch, match="200 MB"):
        run("fill", 500, megabytes=200)
    with pytest.raises(TakesTooMuch):
        run("end_by_signal", megabytes=200)


def test_time_is_limited() -> None:
    begun = time.monotonic()
    with pytest.raises(TakesTooLong, match="1 s allowed"):
        run("turn_forever", seconds=1)
    assert time.monotonic() - begun < 10


def test_two_of_a_kind_run_at_once_and_the_others_wait(tmp_path: Path) -> None:
    path = str(tmp_path / "log")

    async def all_at_once() -> None:
        await asyncio.gather(*(run_beside(f"{HERE}:note", (path,)) for _ in range(4)))

    finished(all_at_once)
    running, most = 0, 0
    for line in (tmp_path / "log").read_text().splitlines():
        running += 1 if line == "in" else -1
        most = max(most, running)
    assert most <= 2
