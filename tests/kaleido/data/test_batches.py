from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.errors import InputError
from s2vbench.kaleido.data.batches import Batch, Batches
from s2vbench.kaleido.data.latents import Encoded, LatentsCache, Layout
from s2vbench.kaleido.data.problems import SampleError
from tests.kaleido.data.tiny_data import message_of, write_cache


class Numbered:
    """Samples whose latents say which they are; those in `bad` cannot be used."""

    def __init__(self, counts: list[int], bad: tuple[int, ...] = ()) -> None:
        self.counts, self.bad = counts, bad

    def __len__(self) -> int:
        return len(self.counts)

    def layouts(self) -> list[Layout]:
        return [((2, 3),) * count for count in self.counts]

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        if index in self.bad:
            raise SampleError(f"{index} is bad")
        references = [torch.full((1, 2, 3), float(k)) for k in range(self.counts[index])]
        return Encoded(
            str(index), f"caption {index}", torch.full((1, 1, 2, 3), index), tuple(references[:most_references])
        )


def names(batches: Batches, steps: int, world: int = 1) -> list[list[str]]:
    """Of every group, in the order of step, micro step and rank."""
    return [
        batches.batch(step, micro, rank, world).names
        for step in range(steps)
        for micro in range(batches.micro_steps(world))
        for rank in range(world)
    ]


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=20),
    st.sampled_from([(8, 1), (8, 2), (12, 3), (4, 4)]),
    st.integers(0, 100),
)
@settings(deadline=None, max_examples=40)
def test_any_number_of_ranks_sees_the_same_groups(counts: list[int], sizes: tuple[int, int], seed: int) -> None:
    batch_size, micro_size = sizes
    batches = Batches(Numbered(counts), batch_size=batch_size, micro_size=micro_size, seed=seed)
    alone = names(batches, steps=3)
    for world in (2, 4):
        if batches.groups_a_step % world == 0:
            assert names(batches, 3, world) == alone


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.integers(0, 100))
@settings(deadline=None, max_examples=40)
def test_a_batch_has_one_number_of_references_and_says_what_it_holds(counts: list[int], seed: int) -> None:
    batches = Batches(Numbered(counts), batch_size=4, micro_size=2, seed=seed)
    for step in range(4):
        for micro in range(2):
            batch = batches.batch(step, micro)
            assert {counts[int(name)] for name in batch.names} == {len(batch.references)}
            assert [reference.shape for reference in batch.references] == [(2, 1, 1, 2, 3)] * len(batch.references)
            assert batch.latents_BCTHW[:, 0, 0, 0, 0].tolist() == [float(name) for name in batch.names]
            assert batch.captions == [f"caption {name}" for name in batch.names]


def test_references_can_be_left_away() -> None:
    samples = Numbered([0, 1, 2, 3] * 4)
    without = Batches(samples, batch_size=8, micro_size=8, seed=0, references=False)
    assert without.batch(0).references == []
    # All samples are one bucket then: two batches are all of them.
    assert sorted(int(name) for step in range(2) for name in without.batch(step).names) == list(range(16))
    first = Batches(samples, batch_size=2, micro_size=2, seed=0, most_references=1)
    assert {len(first.batch(step).references) for step in range(20)} == {0, 1}


def test_batches_made_ahead_are_the_same() -> None:
    samples = Numbered([0, 1, 2, 3] * 4)
    plain = Batches(samples, batch_size=4, micro_size=2, seed=1)
    ahead = Batches(samples, batch_size=4, micro_size=2, seed=1, prefetch=True)
    # Also where another is asked for than was made ahead.
    asked = [(0, 0), (0, 1), (1, 0), (7, 1), (3, 0), (3, 1)]
    try:
        assert [ahead.batch(*at).names for at in asked] == [plain.batch(*at).names for at in asked]
    finally:
        ahead.close()


def test_what_fails_ahead_is_said_when_it_is_asked_for() -> None:
    ahead = Batches(Numbered([1, 1], bad=(0, 1)), batch_size=1, micro_size=1, seed=0, prefetch=True)
    try:
        for step in (0, 1, 0):  # asked again, it says so again
            assert "no sample can be used: " in message_of(ahead.batch, step)
    finally:
        ahead.close()


def test_a_sample_of_no_use_is_replaced_by_one_of_its_bucket() -> None:
    counts = [0, 1, 2] * 5
    batches = Batches(Numbered(counts, bad=(1, 3)), batch_size=3, micro_size=3, seed=0)
    whole = Batches(Numbered(counts), batch_size=3, micro_size=3, seed=0)
    replaced = 0
    for step in range(30):
        batch, before = batches.batch(step), whole.batch(step).names
        assert not {"1", "3"} & set(batch.names)
        assert {counts[int(name)] for name in batch.names} == {len(batch.references)}
        assert [new for new, old in zip(batch.names, before, strict=True) if old not in {"1", "3"}] == [
            old for old in before if old not in {"1", "3"}
        ]
        replaced += batch.names != before
    assert replaced > 3


def test_a_bucket_of_no_use_is_passed_over() -> None:
    counts, bad = [0, 1, 2] * 3, (0, 3, 6)
    some = Batches(Numbered(counts, bad=bad), batch_size=4, micro_size=2, seed=0)
    seen = names(some, 12)
    assert {name for group in seen for name in group} == {"1", "2", "4", "5", "7", "8"}
    # What was asked for before plays no part.
    late = Batches(Numbered(counts, bad=bad), batch_size=4, micro_size=2, seed=0)
    assert [late.batch(step, micro).names for step in (11, 3) for micro in (0, 1)] == [*seen[22:24], *seen[6:8]]
    whole = names(Batches(Numbered(counts), batch_size=4, micro_size=2, seed=0), 12)
    assert all(new == old for new, old in zip(seen, whole, strict=True) if not {"0", "3", "6"} & set(old))


def test_sizes_that_do_not_divide_are_refused() -> None:
    samples = Numbered([0, 1])
    with pytest.raises(InputError, match="a batch of 6 cannot be cut into micro batches of 4"):
        Batches(samples, batch_size=6, micro_size=4, seed=0)
    with pytest.raises(InputError, match="3 micro batches a step cannot be shared out among 2 ranks"):
        Batches(samples, batch_size=6, micro_size=2, seed=0).batch(0, 0, 0, 2)
    with pytest.raises(InputError, match="most_references -1"):
        Batches(samples, batch_size=2, micro_size=2, seed=0, most_references=-1)


def test_batches_of_a_cache(tmp_path: Path) -> None:
    write_cache(tmp_path / "cache", [0, 1, 2, 1, 0, 2, 1, 1, 2, 0])
    batches = Batches(LatentsCache(tmp_path / "cache"), batch_size=4, micro_size=2, seed=5)
    seen: set[str] = set()
    for step in range(10):
        batch: Batch = batches.batch(step, step % 2)
        seen |= set(batch.names)
        assert batch.latents_BCTHW.dtype == torch.float32
        assert batch.latents_BCTHW[:, 1, 1, 1, 2].tolist() == [float(name[1:]) for name in batch.names]
        assert [reference[0, 0, 0, 0, 0].item() for reference in batch.references] == list(
            range(1, len(batch.references) + 1)
        )
    assert len(seen) == 10
