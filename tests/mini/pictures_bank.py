"""A bank of few drawn clips with everything that recipes read, made once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from s2vbench.mini.clips import ClipBank, draw_shard
from s2vbench.mini.pictures_cast import Cast

CLIPS = 12


@cache
def few_clips() -> ClipBank:
    """Clips of training; their files are mapped, so they go on existing once the folder is gone."""
    with tempfile.TemporaryDirectory() as folder:
        draw_shard(0, Path(folder), CLIPS)
        bank = ClipBank(Path(folder))
        assert [len(shard) for shard in bank.shards] == [CLIPS]
        return bank


@cache
def few_people() -> Cast:
    """Who is in them."""
    return Cast(few_clips())
