"""In which order training sees samples: groups of equal layout, as a pure function of a seed and the group's number.

Training batches hold samples whose references agree in number and sizes (a bucket). The stream of groups is cut from
one endless stream per bucket: the bucket's samples in a new random order every time round. Over one epoch a bucket
gives as many groups as its share of the data, in an order drawn for that epoch. Nothing is remembered: the group of
any number can be asked for at any time, so a training that is resumed goes on exactly where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from s2vbench.kaleido.data.latents import Layout

Ints = npt.NDArray[np.int64]
_ORDER_OF_BUCKETS, _ORDER_IN_BUCKET, _ORDER_OF_ENDLESS = 0, 1, 2
_GROUPS_A_STRETCH = 32


def dice(seed: int, *counters: int) -> np.random.Generator:
    """A generator that depends on nothing but these numbers."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *counters])))


class FiniteGroups:
    """Groups of `size` samples out of a data set of known layouts.

    Args:
        layouts: of every sample.
        size: samples a group.
        seed: of all orders.
    """

    def __init__(self, layouts: Sequence[Layout], size: int, seed: int) -> None:
        self.size, self._seed = size, seed
        members: dict[Layout, list[int]] = {}
        for index, layout in enumerate(layouts):
            members.setdefault(layout, []).append(index)
        self.buckets = tuple(sorted(members, key=lambda layout: (len(layout), layout)))
        self._members = [np.array(members[layout], dtype=np.int64) for layout in self.buckets]
        self._shares = np.array([len(some) for some in self._members], dtype=np.int64)
        self._epoch_order = lru_cache(maxsize=2)(self._draw_epoch_order)
        self._order_in_bucket = lru_cache(maxsize=2 * len(self.buckets))(self._draw_order_in_bucket)

    def bucket_of(self, group: int) -> Layout:
        """What the samples of a group have in common."""
        return self.buckets[self._place(group)[0]]

    def members(self, group: int) -> list[int]:
        """The samples of one group; a sample comes again only when its whole bucket has been seen."""
        bucket, place = self._place(group)
        own = self._members[bucket]
        positions = range(place * self.size, (place + 1) * self.size)
        return [int(own[self._order_in_bucket(bucket, at // len(own))[at % len(own)]]) for at in positions]

    def after(self, group: int) -> Iterator[int]:
        """What follows a group in its bucket, to stand in for samples that cannot be used: every sample comes."""
        bucket, place = self._place(group)
        own, start = self._members[bucket], (place + 1) * self.size
        for at in range(start, start + 2 * len(own)):
            yield int(own[self._order_in_bucket(bucket, at // len(own))[at % len(own)]])

    def _place(self, group: int) -> tuple[int, int]:
        """The bucket of a group, and which of that bucket's groups it is."""
        epoch = self._epoch_of(group)
        labels, occurrences = self._epoch_order(epoch)
        at = group - int(self._before(epoch).sum())
        bucket = int(labels[at])
        return bucket, int(self._before(epoch)[bucket] + occurrences[at])

    def _before(self, epoch: int) -> Ints:
        """How many groups each bucket has given before an epoch: remainders carry over, so shares are exact."""
        return epoch * self._shares // self.size

    def _epoch_of(self, group: int) -> int:
        epoch = group * self.size // int(self._shares.sum())
        while self._before(epoch + 1).sum() <= group:
            epoch += 1
        return epoch

    def _draw_epoch_order(self, epoch: int) -> tuple[Ints, Ints]:
        counts = self._before(epoch + 1) - self._before(epoch)
        labels = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        labels = labels[dice(self._seed, _ORDER_OF_BUCKETS, epoch).permutation(len(labels))]
        occurrences = np.empty_like(labels)
        for bucket, count in enumerate(counts):
            occurrences[labels == bucket] = np.arange(count)
        return labels, occurrences

    def _draw_order_in_bucket(self, bucket: int, epoch: int) -> Ints:
        return dice(self._seed, _ORDER_IN_BUCKET, bucket, epoch).permutation(len(self._members[bucket]))


class EndlessGroups:
    """Groups of `size` samples out of a source without end, each sample used at most once.

    The source is cut into stretches; each gives a fixed number of groups, and has enough samples for that however its
    layouts fall. What is left of a stretch is not used.

    Args:
        layout_of: layout of any sample; called for every sample of a stretch, so it must be quick.
        most_layouts: how many different ones there can be.
        size: samples a group.
        seed: of all orders.
    """

    def __init__(self, layout_of: Callable[[int], Layout], most_layouts: int, size: int, seed: int) -> None:
        self.size, self._seed, self._layout_of = size, seed, layout_of
        self._stretch_samples = _GROUPS_A_STRETCH * size + most_layouts * (size - 1)
        self._stretch = lru_cache(maxsize=2)(self._draw_stretch)

    def bucket_of(self, group: int) -> Layout:
        """What the samples of a group have in common."""
        return self._layout_of(self.members(group)[0])

    def members(self, group: int) -> list[int]:
        """The samples of one group."""
        stretch, place = divmod(group, _GROUPS_A_STRETCH)
        return list(self._stretch(stretch)[place])

    def after(self, group: int) -> Iterator[int]:  # noqa: ARG002 -- as the other's
        """Nothing: drawn samples can always be used."""
        return iter(())

    def _draw_stretch(self, stretch: int) -> list[list[int]]:
        first = stretch * self._stretch_samples
        members: dict[Layout, list[int]] = {}
        for index in range(first, first + self._stretch_samples):
            members.setdefault(self._layout_of(index), []).append(index)
        groups = [
            some[start : start + self.size]
            for _, some in sorted(members.items())
            for start in range(0, len(some) - self.size + 1, self.size)
        ]
        assert len(groups) >= _GROUPS_A_STRETCH, "more layouts than promised"
        order = dice(self._seed, _ORDER_OF_ENDLESS, stretch).permutation(len(groups))
        return [groups[at] for at in order[:_GROUPS_A_STRETCH]]
