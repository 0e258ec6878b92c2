"""Several comparisons at once: p values that allow for their number, and groups of things that cannot be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values: rejecting those below 0.05 errs in any of them with a chance of 5 % at most (Holm 1979).

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def tie_groups(ordered: Sequence[str], tied: Callable[[str, str], bool]) -> list[tuple[str, ...]]:
    """The largest groups in which any two are tied, the best first; a thing may be in several.

    Args:
        ordered: names, the best first.
        tied: whether two names cannot be told apart.

    >>> tie_groups(["a", "b", "c"], lambda one, other: {one, other} != {"a", "c"})
    [('a', 'b'), ('b', 'c')]
    """
    place = {name: index for index, name in enumerate(ordered)}
    found: list[set[str]] = []

    def grow(group: set[str], open_: set[str], closed: set[str]) -> None:
        if not open_ and not closed:
            found.append(group)
        for name in sorted(open_, key=place.__getitem__):
            near = {other for other in place if other != name and tied(name, other)}
            grow(group | {name}, open_ & near, closed & near)
            open_ = open_ - {name}
            closed = closed | {name}

    grow(set(), set(ordered), set())
    groups = [tuple(sorted(group, key=place.__getitem__)) for group in found if group]
    return sorted(groups, key=lambda group: [place[name] for name in group])


def tie_letters(groups: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Name -> a letter for each group that it is in: two that share a letter cannot be told apart.

    >>> tie_letters([("a", "b"), ("b", "c")])
    {'a': 'a', 'b': 'ab', 'c': 'b'}
    """
    letters: dict[str, str] = {}
    for index, group in enumerate(groups):
        for name in group:
            letters[name] = letters.get(name, "") + chr(ord("a") + index)
    return letters
