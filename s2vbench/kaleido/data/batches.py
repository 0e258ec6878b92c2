"""Batches for training: a pure function of seed, step, micro step and rank.

One step's batch is `batch_size / micro_size` groups, each of samples with the same number and sizes of references.
Groups are dealt out in order: micro step m of rank r takes group `m * world + r` of its step. So two ranks with half
the micro steps see the very groups that one process sees, and a resumed training needs nothing but its step.
Shape letters: B samples, C channels, T latent frames, H and W latent rows and columns.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from s2vbench.errors import InputError
from s2vbench.kaleido.data.groups import EndlessGroups, FiniteGroups
from s2vbench.kaleido.data.latents import Encoded, Layout
from s2vbench.kaleido.data.problems import SampleError


@dataclass(frozen=True)
class Batch:
    """Samples that a model takes in one go."""

    latents_BCTHW: Tensor
    """float32, normalised."""
    references: list[Tensor]
    """One (B, C, 1, h, w) for each reference that every sample of the batch has."""
    captions: list[str]
    names: list[str]


class Samples(Protocol):
    """A finite data set, such as `LatentsCache`."""

    def __len__(self) -> int: ...

    def layouts(self) -> Sequence[Layout]:
        """Sizes of every sample's references."""

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        """One sample with its first `most_references` references; `SampleError` where it cannot be used."""


@runtime_checkable
class EndlessSamples(Protocol):
    """A source that never ends, such as `EncodedWorld`."""

    most_layouts: int

    def layout_of(self, index: int) -> Layout:
        """Sizes of one sample's references, found without drawing it."""

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        """One sample with its first `most_references` references."""


class Batches:
    """What training asks for its batches.

    Args:
        samples: where they come from.
        batch_size: samples of one optimiser step, over all ranks and micro steps.
        micro_size: samples that a model takes in one go.
        seed: of all orders.
        references: False leaves all references away: text-to-video training.
        most_references: leave away those after the first few; None takes all.
        prefetch: make the batch that will be asked for next while this one is in use.

    Raises:
        InputError: the sizes do not divide.
    """

    def __init__(
        self,
        samples: Samples | EndlessSamples,
        *,
        batch_size: int,
        micro_size: int,
        seed: int,
        references: bool = True,
        most_references: int | None = None,
        prefetch: bool = False,
    ) -> None:
        if batch_size < 1 or micro_size < 1 or batch_size % micro_size:
            raise InputError(f"a batch of {batch_size} cannot be cut into micro batches of {micro_size}; change one")
        if most_references is not None and most_references < 0:
            raise InputError(f"most_references {most_references}: must be 0 or more")
        self._samples, self._most = samples, most_references if references else 0
        self.groups_a_step = batch_size // micro_size
        self._groups = self._arranged(samples, micro_size, seed)
        self._hopeless: dict[Layout, str] = {}
        self._ahead = _Ahead() if prefetch else None

    def _arranged(self, samples: Samples | EndlessSamples, size: int, seed: int) -> FiniteGroups | EndlessGroups:
        if isinstance(samples, EndlessSamples):
            layout_of = samples.layout_of
            return EndlessGroups(lambda index: layout_of(index)[: self._most], samples.most_layouts, size, seed)
        return FiniteGroups([layout[: self._most] for layout in samples.layouts()], size, seed)

    def micro_steps(self, world: int = 1) -> int:
        """How many micro steps each of `world` ranks takes in a step.

        Raises:
            InputError: the groups of a step cannot be shared out evenly.
        """
        if world < 1 or self.groups_a_step % world:
            raise InputError(
                f"{self.groups_a_step} micro batches a step cannot be shared out among {world} ranks; change the batch "
                "size, the micro batch size or the number of ranks"
            )
        return self.groups_a_step // world

    def batch(self, step: int, micro: int = 0, rank: int = 0, world: int = 1) -> Batch:
        """The samples of one micro step of one rank.

        Args:
            step: of the optimiser, from 0.
            micro: micro step within it, from 0.
            rank: among the ranks that see different data.
            world: number of such ranks.
        """
        micros = self.micro_steps(world)
        assert step >= 0, step
        assert 0 <= micro < micros, (micro, micros)
        assert 0 <= rank < world, (rank, world)
        group = step * self.groups_a_step + micro * world + rank
        if self._ahead is None:
            return self._made(group)
        following = (step + 1, 0) if micro + 1 == micros else (step, micro + 1)
        after = following[0] * self.groups_a_step + following[1] * world + rank
        return self._ahead.take(group, after, self._made)

    def _made(self, group: int) -> Batch:
        """The batch of a group, or of the next one whose bucket holds a sample that can be used."""
        if not self._hopeless:
            with suppress(_HopelessError):
                return self._whole(group)
        assert isinstance(self._groups, FiniteGroups)
        while len(self._hopeless) < len(self._groups.buckets):
            bucket = self._groups.bucket_of(group)
            if bucket not in self._hopeless:
                try:
                    return self._whole(group)
                except _HopelessError as error:
                    self._hopeless[bucket] = str(error)
            group += 1
        raise InputError(f"no sample can be used: {next(iter(self._hopeless.values()))}")

    def _whole(self, group: int) -> Batch:
        substitutes = self._groups.after(group)
        return collate([self._usable(index, substitutes) for index in self._groups.members(group)])

    def _usable(self, index: int, substitutes: Iterator[int]) -> Encoded:
        """A sample, or the next one of its bucket that can be used.

        Raises:
            _HopelessError: there is none.
        """
        try:
            return self._samples.encoded(index, self._most)
        except SampleError as error:
            for other in substitutes:
                with suppress(SampleError):
                    return self._samples.encoded(other, self._most)
            raise _HopelessError(str(error)) from error

    def close(self) -> None:
        """End the thread that makes batches ahead."""
        if self._ahead is not None:
            self._ahead.close()


def collate(samples: Sequence[Encoded]) -> Batch:
    """Samples of one layout as one batch."""
    numbers = range(len(samples[0].references))
    return Batch(
        torch.stack([sample.latents_CTHW for sample in samples]),
        [torch.stack([sample.references[number] for sample in samples]).unsqueeze(2) for number in numbers],
        [sample.caption for sample in samples],
        [sample.name for sample in samples],
    )


class _HopelessError(Exception):
    """No sample of a bucket can be used; samples without any references make such a bucket."""


class _Ahead:
    """One thread that makes the next batch; what it makes does not depend on it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._made: dict[int, Future[Batch]] = {}
        self._lock = threading.Lock()

    def take(self, group: int, after: int, make: _Make) -> Batch:
        with self._lock:
            now = self._made.pop(group, None) or self._thread.submit(make, group)
            for other in self._made.values():
                other.cancel()
            self._made = {after: self._thread.submit(make, after)}
        return now.result()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)


class _Make(Protocol):
    def __call__(self, group: int, /) -> Batch: ...
