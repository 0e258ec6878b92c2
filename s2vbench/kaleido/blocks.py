"""Boxes of tokens, as tables and pictures of position schemes show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from s2vbench.kaleido.positions import Grid, Ids, PositionScheme, VideoGrid

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's, which colour-blind people tell apart; they come again after six references."""
VIDEO = "#b4bac2"
_LISTED = 3
"""As many references at one place have a line each."""
Place = tuple[int, int, int, int]
Legend = list[tuple[str, tuple[str, ...]]]
"""Lines of text, each with the colours it stands for."""


@dataclass(frozen=True)
class Block:
    """A box of tokens: first and last id on each axis."""

    name: str
    colour: str
    first: tuple[int, int, int]
    last: tuple[int, int, int]

    @property
    def place(self) -> Place:
        """Left, top, width and height, seen from the front."""
        (_, y, x), (_, bottom, right) = self.first, self.last
        return x, y, right - x + 1, bottom - y + 1

    @property
    def label(self) -> str:
        """The name with its times."""
        (start, _, _), (end, _, _) = self.first, self.last
        return f"{self.name}: t {start}" + (f" to {end}" if end > start else "")


def blocks_of(scheme: PositionScheme, references: Sequence[Grid], video: VideoGrid) -> list[Block]:
    """The video's block, then each reference's.

    >>> from s2vbench.kaleido.positions import SCHEMES
    >>> [block.label for block in blocks_of(SCHEMES["concat_tail"], [(2, 2)], (3, 2, 2))]
    ['video: t 0 to 2', 'reference 1: t 3']
    """
    placed = scheme(references, video)
    numbered = enumerate(placed.references)
    return [
        _block("video", VIDEO, placed.video),
        *(_block(f"reference {i + 1}", COLOURS[i % len(COLOURS)], ids) for i, ids in numbered),
    ]


def _block(name: str, colour: str, ids_N3: Ids) -> Block:
    low, high = ids_N3.min(axis=0).tolist(), ids_N3.max(axis=0).tolist()
    return Block(name, colour, (low[0], low[1], low[2]), (high[0], high[1], high[2]))


def legends_of(blocks: list[Block], letter: float, line: float) -> list[tuple[Place, Legend]]:
    """Around which rectangle each legend stands, and its lines.

    Blocks share a legend where they lie over each other, seen from the front, or over each other's legends, which stand
    below them.

    Args:
        blocks: of one scheme.
        letter: width of a letter in tokens.
        line: height of a line in tokens.
    """
    clusters = [[block] for block in blocks]
    while (pair := _touching(clusters, letter, line)) is not None:
        first, second = pair
        merged = sorted([*clusters[first], *clusters[second]], key=blocks.index)
        clusters = [merged, *(found for i, found in enumerate(clusters) if i not in pair)]
    clusters.sort(key=lambda found: blocks.index(found[0]))
    return [(_around(found), _lines_of(found)) for found in clusters]


def _touching(clusters: list[list[Block]], letter: float, line: float) -> tuple[int, int] | None:
    taken = []
    for found in clusters:
        x, y, w, h = _around(found)
        legend = _lines_of(found)
        widest = max(letter * (len(text) + 2 * len(colours)) for text, colours in legend)
        taken.append(((x, y, w, h), (x, y + h, widest, line * (len(legend) + 0.5))))
    for second, theirs in enumerate(taken):
        for first in range(second):
            if any(_overlap(a, b) for a in taken[first] for b in theirs):
                return first, second
    return None


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(a[i] < b[i] + b[i + 2] and b[i] < a[i] + a[i + 2] for i in (0, 1))


def _around(blocks: list[Block]) -> Place:
    places = [block.place for block in blocks]
    x, y = min(place[0] for place in places), min(place[1] for place in places)
    return x, y, max(p[0] + p[2] for p in places) - x, max(p[1] + p[3] for p in places) - y


def _lines_of(blocks: list[Block]) -> Legend:
    lines: Legend = [(block.label, (block.colour,)) for block in blocks if block.colour == VIDEO]
    references = [block for block in blocks if block.colour != VIDEO]
    if len(references) <= _LISTED:
        return lines + [(block.label, (block.colour,)) for block in references]
    first, last = references[0], references[-1]
    numbers = f"references {first.name.split()[-1]} to {last.name.split()[-1]}"
    colours = tuple(dict.fromkeys(block.colour for block in references))
    return [*lines, (f"{numbers}: t {first.first[0]} to {last.last[0]}", colours)]
