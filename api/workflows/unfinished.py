"""Directories that are written beside their place and then renamed: what has its name is whole.

Each is locked as long as its process lives, so that what a killed one left behind can be told from what is being
written, and is removed by whoever writes next.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = ".unfinished-"


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A directory of our own in `folder`, which only its owner may enter; gone at the end, with what is left in it."""
    with locked(folder):  # nobody else looks for what was left behind before ours is locked
        for left in folder.glob(f"{NAME}*"):
            with suppress(OSError), locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(left)
        made = Path(tempfile.mkdtemp(prefix=NAME, dir=folder))
        ours = lock(made, fcntl.LOCK_EX)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(ours)


@contextmanager
def locked(folder: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Raises BlockingIOError with LOCK_NB where another process has it."""
    handle = lock(folder, how)
    try:
        yield
    finally:
        os.close(handle)


def lock(folder: Path, how: int) -> int:
    """The handle that holds the lock until it is closed or its process ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
    except BaseException:
        os.close(handle)
        raise
    return handle
