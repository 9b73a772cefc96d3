"""Chance that falls the same everywhere: of numpy only the bit stream of PCG64, which is promised never to change."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
T = TypeVar("T")


class Chance:
    """Numbers that follow from a key of whole numbers, and from nothing else."""

    def __init__(self, *key: int) -> None:
        """Each key has a stream of its own, so that one part of the data does not depend on another."""
        self._bits = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

    def draw(self, *shape: int) -> Numbers:
        """Numbers from 0 to below 1, evenly."""
        return self._bits.random(shape)

    def one(self) -> float:
        """A single number from 0 to below 1."""
        return float(self._bits.random())

    def between(self, low: float, high: float, *shape: int) -> Numbers:
        """Numbers from `low` to below `high`, evenly."""
        return low + (high - low) * self.draw(*shape)

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.one() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[int(self.one() * len(options))]

    def order(self, count: int) -> NDArray[np.intp]:
        """The numbers from 0 on in any order."""
        return np.argsort(self.draw(count), kind="stable")
