"""Many comparisons at once, and who cannot be told from whom."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.stats.several import holm, tie_groups, tie_letters


def test_holm_steps_down() -> None:
    assert holm([0.04, 0.001, 0.03, 0.9]) == pytest.approx([0.09, 0.004, 0.09, 0.9])
    assert holm([]) == []


def test_holm_errs_in_any_comparison_one_time_in_twenty() -> None:
    dice = np.random.default_rng(0)
    wrong = sum(min(holm(list(dice.random(15)))) < 0.05 for _ in range(2000))
    assert wrong / 2000 == pytest.approx(0.05, abs=0.015)


@given(st.integers(1, 6), st.data())
def test_two_share_a_letter_exactly_when_they_are_tied(count: int, data: st.DataObject) -> None:
    names = [f"v{index}" for index in range(count)]
    tied = {
        frozenset(pair)
        for pair in itertools.combinations(names, 2)
        if data.draw(st.booleans(), label=f"{pair[0]} and {pair[1]} tied")
    }
    letters = tie_letters(tie_groups(names, lambda one, other: frozenset((one, other)) in tied))
    assert set(letters) == set(names)
    for pair in itertools.combinations(names, 2):
        shared = set(letters[pair[0]]) & set(letters[pair[1]])
        assert bool(shared) == (frozenset(pair) in tied)
