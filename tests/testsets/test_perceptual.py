from __future__ import annotations

from itertools import combinations, islice

import numpy as np
import pytest
from PIL import Image

from s2vbench.testsets.perceptual import NEAR_BITS, distance_bits, near_pairs, phash64
from tests.testsets.small_set import picture


def _hash(value: int) -> str:
    return f"{value:016x}"


def test_a_hash_survives_resizing_and_tells_pictures_apart() -> None:
    first, other = picture(1), picture(2)
    smaller = first.resize((48, 48), Image.Resampling.LANCZOS)
    hashes = [phash64(np.asarray(image)) for image in (first, smaller, other)]
    assert all(len(text) == 16 for text in hashes)
    assert distance_bits(hashes[0], hashes[1]) <= NEAR_BITS
    assert distance_bits(hashes[0], hashes[2]) > 2 * NEAR_BITS


@pytest.mark.parametrize("max_bits", range(8))
def test_every_near_pair_is_found(max_bits: int) -> None:
    dice = np.random.default_rng(max_bits)
    values = [int(value) for value in dice.integers(0, 1 << 63, 60, dtype=np.uint64)]
    for value in values[:40]:
        flips = dice.choice(64, size=int(dice.integers(0, 10)), replace=False)
        values.append(value ^ sum(1 << int(bit) for bit in flips))
    values += values[:3]
    hashes = [_hash(value) for value in values]
    expected = {
        (one, other, distance_bits(hashes[one], hashes[other]))
        for one, other in combinations(range(len(hashes)), 2)
        if distance_bits(hashes[one], hashes[other]) <= max_bits
    }
    found = list(near_pairs(hashes, max_bits))
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert len(expected) >= 3


def test_a_hundred_thousand_hashes() -> None:
    values = np.random.default_rng(0).integers(0, 1 << 63, 100_000, dtype=np.uint64)
    values[70_000], values[99_999] = values[3] ^ np.uint64(0b111_0000_0111), values[5]
    assert set(near_pairs([_hash(int(value)) for value in values])) == {(3, 70_000, 6), (5, 99_999, 0)}


def test_equal_hashes_come_one_at_a_time() -> None:
    assert list(islice(near_pairs(["00000000000000ff"] * 100_000), 2)) == [(0, 1, 0), (0, 2, 0)]
    assert list(near_pairs([])) == []


def test_more_bits_than_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="0 to 7"):
        list(near_pairs(["0" * 16], 8))
