"""Chance that is the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.world.dice import Dice
from s2vbench.world.palette import NAMED, lighter, mix, named


def test_draws_are_those_of_any_machine() -> None:
    dice = Dice("corgi", 7)
    drawn = [dice.whole(1, 6), round(dice.unit(), 12), dice.pick("abcdef"), dice.some([1, 2, 3, 4], 2)]
    assert drawn == [1, 0.392747827392, "f", [2, 3]]


def test_a_string_and_a_number_are_two_keys() -> None:
    assert Dice("1").unit() != Dice(1).unit()
    assert Dice("a", "b").unit() != Dice("ab").unit()


def test_a_child_is_not_moved_by_what_its_parent_drew() -> None:
    fresh, used = Dice("a"), Dice("a")
    used.unit()
    assert fresh.child("x").unit() == used.child("x").unit() == Dice("a", "x").unit()


@given(st.integers(), st.integers(-50, 50), st.integers(0, 50))
def test_whole_numbers_stay_between_both_ends(seed: int, low: int, more: int) -> None:
    dice = Dice(seed)
    assert all(low <= dice.whole(low, low + more) <= low + more for _ in range(20))


def test_both_ends_are_drawn() -> None:
    dice = Dice("ends")
    assert {dice.whole(1, 3) for _ in range(100)} == {1, 2, 3}


def test_some_are_different_and_no_more_than_there_are() -> None:
    assert sorted(Dice("all").some([3, 1, 2], 3)) == [1, 2, 3]
    with pytest.raises(ValueError, match="cannot pick 4 of 3"):
        Dice("all").some([3, 1, 2], 4)


@given(st.sampled_from(sorted(NAMED)), st.integers(0, 10**6))
def test_a_named_colour_varies_a_little_and_stays_a_colour(name: str, seed: int) -> None:
    exact, varied = named(name), named(name, Dice(seed))
    assert all(0 <= channel <= 1 for channel in varied)
    assert max(abs(a - b) for a, b in zip(exact, varied, strict=True)) < 0.25
    assert mix(exact, varied, 0) == pytest.approx(exact)
    assert sum(lighter(exact, 0.5)) > sum(exact) - 1e-9
