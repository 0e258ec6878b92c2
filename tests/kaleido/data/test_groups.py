from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.kaleido.data.groups import EndlessGroups, FiniteGroups
from s2vbench.kaleido.data.latents import Layout

LAYOUTS: list[Layout] = [(), ((2, 3),), ((2, 3), (2, 3)), ((4, 4),)]
some_layouts = st.lists(st.sampled_from(LAYOUTS), min_size=1, max_size=40)
sizes, seeds = st.integers(1, 5), st.integers(0, 1000)


@given(some_layouts, sizes, seeds)
@settings(deadline=None, max_examples=60)
def test_a_group_is_of_one_bucket(layouts: list[Layout], size: int, seed: int) -> None:
    groups = FiniteGroups(layouts, size, seed)
    for group in range(30):
        members = groups.members(group)
        assert len(members) == size
        assert {layouts[index] for index in members} == {groups.bucket_of(group)}


@given(some_layouts, sizes, seeds)
@settings(deadline=None, max_examples=60)
def test_every_sample_comes_once_each_time_round_its_bucket(layouts: list[Layout], size: int, seed: int) -> None:
    groups = FiniteGroups(layouts, size, seed)
    streams: dict[Layout, list[int]] = {layout: [] for layout in set(layouts)}
    for group in range(3 * len(layouts)):
        streams[groups.bucket_of(group)] += groups.members(group)
    for layout, stream in streams.items():
        own = sorted(index for index, other in enumerate(layouts) if other == layout)
        for start in range(0, len(stream) - len(own) + 1, len(own)):
            assert sorted(stream[start : start + len(own)]) == own


@given(some_layouts, sizes, seeds)
@settings(deadline=None, max_examples=60)
def test_buckets_come_in_proportion_to_their_size(layouts: list[Layout], size: int, seed: int) -> None:
    groups = FiniteGroups(layouts, size, seed)
    epochs = 6
    drawn = Counter(groups.bucket_of(group) for group in range(epochs * len(layouts)))
    # As many groups as `epochs * size` epochs hold, so that the count of each bucket is exact.
    for layout, samples in Counter(layouts).items():
        assert abs(drawn[layout] - epochs * samples) <= samples + len(LAYOUTS)


@given(some_layouts, sizes, seeds, st.integers(0, 500))
@settings(deadline=None, max_examples=60)
def test_a_group_does_not_depend_on_those_asked_for_before(
    layouts: list[Layout], size: int, seed: int, group: int
) -> None:
    used = FiniteGroups(layouts, size, seed)
    for other in range(20):
        used.members(other)
    assert used.members(group) == FiniteGroups(layouts, size, seed).members(group)


def test_the_seed_changes_the_order() -> None:
    layouts = [LAYOUTS[index % 4] for index in range(40)]
    orders = [[FiniteGroups(layouts, 2, seed).members(group) for group in range(10)] for seed in (0, 1)]
    assert orders[0] != orders[1]


def test_the_order_in_a_bucket_is_new_each_time_round() -> None:
    groups = FiniteGroups([()] * 12, 4, seed=3)
    rounds = [[index for group in range(first, first + 3) for index in groups.members(group)] for first in (0, 3, 6)]
    assert len({tuple(order) for order in rounds}) == 3


def test_what_stands_in_is_all_of_the_bucket() -> None:
    layouts = [LAYOUTS[index % 2] for index in range(10)]
    groups = FiniteGroups(layouts, 2, seed=0)
    for group in range(8):
        own = {index for index, layout in enumerate(layouts) if layout == groups.bucket_of(group)}
        assert set(groups.after(group)) == own


@given(sizes, seeds)
@settings(deadline=None, max_examples=40)
def test_an_endless_source_gives_groups_of_one_bucket_and_no_sample_twice(size: int, seed: int) -> None:
    def layout_of(index: int) -> Layout:
        return LAYOUTS[(index * 7919 + index // 5) % 4]

    groups = EndlessGroups(layout_of, 4, size, seed)
    seen: list[int] = []
    for group in range(100):
        members = groups.members(group)
        assert {layout_of(index) for index in members} == {groups.bucket_of(group)}
        seen += members
    assert len(seen) == len(set(seen)) == 100 * size
    assert groups.members(57) == EndlessGroups(layout_of, 4, size, seed).members(57)
