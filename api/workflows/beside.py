"""Work in a process of its own, beside the service: what weighs much, or reads what strangers send.

A worker stays small and goes on answering; what runs too long or takes too much memory ends there and harms nobody.
"""

import asyncio
import importlib
import os
import pickle
import resource
import signal
import sys
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from api import errors
from api.settings import ROOT
from gis.errors import GisError

AT_ONCE = 2  # processes of one function; the others wait
MEGABYTE = 1_000_000
PROGRAM = "from api.workflows.beside import answer; answer()"
OUT_OF_TIME = -int(signal.SIGXCPU)
queues: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]] = WeakKeyDictionary()


async def run_beside(
    function: str, args: Sequence[Any], seconds: float | None = None, megabytes: int | None = None
) -> Any:
    """The result of a function named as `package.module:name`, called with `args` in a process of its own.

    Arguments and result must be picklable. seconds: how long it may run; megabytes: how much memory it may take beyond
    what its module needs. Raises the function's own RegistryError or GisError, TakesTooLong, TakesTooMuch (also where a
    limited process dies of what it was given), RuntimeError where it fails in another way.
    """
    queue = queues.setdefault(asyncio.get_running_loop(), {}).setdefault(function, asyncio.Semaphore(AT_ONCE))
    async with queue:
        return await run_now(function, args, seconds, megabytes)


async def run_now(function: str, args: Sequence[Any], seconds: float | None, megabytes: int | None) -> Any:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, cwd=ROOT, start_new_session=True,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            told, _ = await child.communicate(pickle.dumps((function, tuple(args), seconds, megabytes)))
    except TimeoutError:
        raise errors.TakesTooLong(seconds=seconds) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == OUT_OF_TIME and seconds is not None:
        raise errors.TakesTooLong(seconds=seconds)
    if (child.returncode or 0) < 0 and megabytes is not None:
        raise errors.TakesTooMuch(megabytes=megabytes)
    if child.returncode != 0:
        raise RuntimeError(f"the process that runs {function} ended with status {child.returncode}")
    is_result, result = pickle.loads(told)  # noqa: S301 - from our own child
    if is_result:
        return result
    raise errors.TakesTooMuch(megabytes=megabytes) if isinstance(result, MemoryError) else result


def answer() -> None:
    """The child: a job from its input, the result or the error in the project's words to its output."""
    function, args, seconds, megabytes = pickle.load(sys.stdin.buffer)  # noqa: S301 - from run_now, our own parent
    module, _, name = function.partition(":")
    called = getattr(importlib.import_module(module), name)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand in the answer
    limit(seconds, megabytes)
    told: tuple[bool, Any]
    try:
        told = True, called(*args)
    except (errors.RegistryError, GisError) as error:
        told = False, error
    except BaseException as error:
        if megabytes is None or not (isinstance(error, MemoryError) or is_panic(error)):
            raise
        told = False, MemoryError()
    with output:
        pickle.dump(told, output)


def is_panic(error: BaseException) -> bool:
    """Whether a library written in Rust gave up, as readers of workbooks do where a cell lies too far out."""
    return type(error).__module__ == "pyo3_runtime"


def limit(seconds: float | None, megabytes: int | None) -> None:
    """Let this process die of too much work rather than the machine."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, int(seconds) + 3))
    if megabytes is not None and sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - of the system
            taken = int(file.read().split()[0]) * resource.getpagesize()
        most = taken + megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
