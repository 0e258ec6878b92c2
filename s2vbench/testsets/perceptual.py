"""Perceptual hashes: 64 bits that stay nearly the same when a picture is resized or saved again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from s2vbench.types import FramesU8

NEAR_BITS = 6
"""Two pictures whose hashes differ in at most so many bits are near-duplicates."""
_CHUNKS, _CHUNK_BITS = 8, 8

_ONES_OF_BYTE = np.array([value.bit_count() for value in range(256)], dtype=np.int64)

Hashes = npt.NDArray[np.uint64]


def phash64(picture_HWC: FramesU8) -> str:
    """The perceptual hash of an RGB picture, as 16 hex digits.

    >>> phash64(np.zeros((64, 64, 3), np.uint8))
    '0000000000000000'
    """
    import imagehash
    from PIL import Image

    return str(imagehash.phash(Image.fromarray(picture_HWC)))


def distance_bits(first: str, second: str) -> int:
    """How many bits of two hashes differ.

    >>> distance_bits("00000000000000ff", "000000000000000f")
    4
    """
    return (int(first, 16) ^ int(second, 16)).bit_count()


def near_pairs(hashes: Sequence[str], max_bits: int = NEAR_BITS) -> Iterator[tuple[int, int, int]]:
    """Every pair (index, later index, bits that differ) of hashes that differ in at most `max_bits`.

    Two hashes that differ in at most 6 of their 8 bytes' bits have at least two whole bytes in common: for each two
    bytes, hashes are sorted by them and only neighbours that share them are compared. Equal hashes are compared once,
    whatever their number. Pairs come one at a time, for a hundred thousand equal pictures make 5 billion.

    Raises:
        ValueError: `max_bits` is above 7: then no byte need be shared.
    """
    if not 0 <= max_bits < _CHUNKS:
        raise ValueError(f"max_bits must be 0 to {_CHUNKS - 1}, not {max_bits}")
    if not hashes:
        return
    values_N = np.array([int(text, 16) for text in hashes], dtype=np.uint64)
    unique_U, group_N = np.unique(values_N, return_inverse=True)
    order_N = np.argsort(group_N, kind="stable")
    members = [part.tolist() for part in np.split(order_N, np.cumsum(np.bincount(group_N))[:-1])]
    for group in members:
        yield from ((first, second, 0) for first, second in combinations(group, 2))
    for one, other, bits in _near_unique(unique_U, max_bits):
        for first, second in product(members[one], members[other]):
            yield min(first, second), max(first, second), bits


def _near_unique(values_U: Hashes, max_bits: int) -> list[tuple[int, int, int]]:
    """The same for hashes of which no two are equal."""
    found: dict[tuple[int, int], int] = {}
    for chunks in combinations(range(_CHUNKS), min(_CHUNKS - max_bits, 2)):
        mask = np.uint64(sum(0xFF << (_CHUNK_BITS * chunk) for chunk in chunks))
        key_U = values_U & mask
        order_U = np.argsort(key_U, kind="stable")
        key_U, sorted_U = key_U[order_U], values_U[order_U]
        at_S = np.arange(len(values_U))
        for step in range(1, len(values_U)):
            at_S = at_S[at_S + step < len(values_U)]
            at_S = at_S[key_U[at_S] == key_U[at_S + step]]
            if not len(at_S):
                break
            bits_S = _ones(sorted_U[at_S] ^ sorted_U[at_S + step])
            for at in np.flatnonzero(bits_S <= max_bits).tolist():
                one, other = sorted((int(order_U[at_S[at]]), int(order_U[at_S[at] + step])))
                found[one, other] = int(bits_S[at])
    return [(one, other, bits) for (one, other), bits in sorted(found.items())]


def _ones(values_S: Hashes) -> npt.NDArray[np.int64]:
    counts_S: npt.NDArray[np.int64] = _ONES_OF_BYTE[values_S.view(np.uint8)].reshape(-1, _CHUNKS).sum(axis=1)
    return counts_S
