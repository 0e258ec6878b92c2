"""Chance that is the same everywhere: every draw is made from `random.random()`, whose stream Python guarantees."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of draws named by its keys: equal keys, equal draws, on any machine and Python.

    >>> Dice("corgi", 7).whole(1, 6) == Dice("corgi", 7).whole(1, 6)
    True
    """

    def __init__(self, *keys: str | int) -> None:
        self._keys = keys
        text = "\x1f".join(f"{type(key).__name__}:{key}" for key in keys)
        self._random = random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))  # noqa: S311

    def child(self, *keys: str | int) -> Dice:
        """Another stream below this one; what is drawn here does not move it."""
        return Dice(*self._keys, *keys)

    def unit(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """An integer from low to high, both possible."""
        return low + int(self._random.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self._random.random() * len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in random order.

        Raises:
            ValueError: there are fewer.
        """
        if count > len(items):
            raise ValueError(f"cannot pick {count} of {len(items)} items")
        rest = list(items)
        return [rest.pop(int(self._random.random() * len(rest))) for _ in range(count)]
