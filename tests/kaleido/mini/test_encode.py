"""Latents of a bank: both sets of references belong to the clips that the bank holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s2vbench.kaleido.data.sources import CROSS, IN, WorldSource
from s2vbench.kaleido.mini import bank, encode
from s2vbench.kaleido.mini.bank import WORLD


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(encode, "CHUNK", 3)
    chunk = bank.draw_chunk(0, size=3)
    monkeypatch.setattr(bank, "draw_chunk", lambda _: chunk)
    bank.save_chunk(0, tmp_path)
    encode._chunk.cache_clear()
    return tmp_path


def test_a_bank_gives_what_the_world_would_draw_in_both_sets(drawn: Path) -> None:
    source, world = encode.BankSource(WORLD, "both", 3, drawn), WorldSource(WORLD, "both", 3)
    assert source.identity() == world.identity()
    assert source.sets == (CROSS, IN)
    for number in range(3):
        ours, theirs = source.item(number), world.item(number)
        assert (ours.name, ours.caption) == (theirs.name, theirs.caption)
        assert np.array_equal(ours.frames_THWC, theirs.frames_THWC)
        for name in source.sets:
            assert len(ours.references[name]) == len(theirs.references[name])
            assert all(map(np.array_equal, ours.references[name], theirs.references[name]))
        assert not np.array_equal(ours.references[CROSS][0], ours.references[IN][0])


@pytest.mark.parametrize("pairs", ["cross", "in"])
def test_a_single_set_has_the_same_clips(drawn: Path, pairs: str) -> None:
    both = encode.BankSource(WORLD, "both", 3, drawn).item(1)
    one = replace(encode.BankSource(WORLD, "both", 3, drawn), pairs=pairs).item(1)
    assert list(one.references) == [pairs]
    assert np.array_equal(one.frames_THWC, both.frames_THWC)
    assert all(map(np.array_equal, one.references[pairs], both.references[pairs]))
