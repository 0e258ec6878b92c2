"""An even sample of a series whose length is known only at its end."""

from __future__ import annotations

from typing import Generic, TypeVar

Item = TypeVar("Item")


class EvenSample(Generic[Item]):
    """At most `limit` items of a series, evenly spaced from the first; the spacing doubles when there are too many.

    >>> sample = EvenSample(3)
    >>> for position in range(10):
    ...     if sample.wants(position):
    ...         sample.add(position, str(position))
    >>> sample.items()
    [(0, '0'), (4, '4'), (8, '8')]
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._step = 1
        self._items: dict[int, Item] = {}

    def wants(self, position: int) -> bool:
        """True where the item at `position` should be added."""
        return position % self._step == 0

    def add(self, position: int, item: Item) -> None:
        """Take an item; positions must grow."""
        self._items[position] = item
        while len(self._items) > self._limit:
            self._step *= 2
            self._items = {at: kept for at, kept in self._items.items() if at % self._step == 0}

    def items(self) -> list[tuple[int, Item]]:
        """(position, item) of what was kept."""
        return list(self._items.items())
