"""Equal seeds mean equal samples in equal order: checked on the data before anything is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from s2vbench.ablate.beginnings import check_order
from s2vbench.ablate.units import Unit
from s2vbench.errors import InputError, MissingError
from s2vbench.kaleido.data.batches import Batches
from s2vbench.kaleido.data.cache_writer import CacheWriter
from s2vbench.kaleido.data.latents import LatentsCache
from tests.kaleido.data.tiny_data import small_facts
from tests.kaleido.training import tiny_run


def cache(folder: Path, counts: dict[str, list[int]], names: str = "s") -> Path:
    """A cache with sets of references; sample i has counts[set][i] of them."""
    with CacheWriter(folder, small_facts(sets=tuple(counts)), 4) as writer:
        for item in range(len(next(iter(counts.values())))):
            references = {
                name: [torch.full((2, 2, 3), float(k)) for k in range(some[item])] for name, some in counts.items()
            }
            writer.add(item, f"{names}{item}", f"caption {item}", torch.full((2, 2, 2, 3), float(item)), references)
    return folder


def unit(variant: str, path: Path, which: str | None, **data: Any) -> Unit:
    config = tiny_run.config(
        data={"source": "latents", "path": str(path), "reference_set": which} | data,
    )
    return Unit(variant, 0, Path("out"), config)


def order(path: Path, which: str) -> list[list[str]]:
    batches = Batches(LatentsCache(path, which), batch_size=2, micro_size=2, seed=3)
    return [batches.batch(step).names for step in range(12)]


def test_two_sets_of_references_of_one_cache_come_in_one_order(tmp_path: Path) -> None:
    both = cache(tmp_path / "both", {"cross": [1, 2, 1, 2, 1, 1], "in": [1, 2, 1, 2, 1, 1]})
    check_order([unit("a", both, "cross"), unit("b", both, "in")])
    assert order(both, "cross") == order(both, "in")


def test_two_caches_of_the_same_clips_come_in_one_order_and_of_others_do_not(tmp_path: Path) -> None:
    one = cache(tmp_path / "one", {"cross": [1, 2, 1, 2]})
    same = cache(tmp_path / "same", {"in": [1, 2, 1, 2]})
    check_order([unit("a", one, None), unit("b", same, None)])
    assert order(one, "cross") == order(same, "in")
    for name, other in (
        ("fewer", cache(tmp_path / "fewer", {"in": [1, 2, 1]})),
        ("counts", cache(tmp_path / "counts", {"in": [1, 2, 2, 2]})),
        ("clips", cache(tmp_path / "clips", {"in": [1, 2, 1, 2]}, names="other")),
    ):
        with pytest.raises(InputError, match=f"variants a and {name} would see other clips, or in another order"):
            check_order([unit("a", one, None), unit(name, other, None)])
    with pytest.raises(InputError, match="another order"):
        check_order([unit("a", one, None), unit("b", one, None, most_references=1)])


def test_missing_latents_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"missing; docs/ablate.md says how they are made"):
        check_order([unit("a", tmp_path / "nowhere", None)])
