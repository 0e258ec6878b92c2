"""Means over cases and seeds: known numbers, and intervals that cover as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from s2vbench.stats.crossed import crossed_difference, crossed_mean

ONES = np.ones((30, 3))


def draws(cases: int, seeds: int, by_case: float, by_seed: float, rest: float, number: int) -> np.ndarray:
    """A grid of true mean 0 with these standard deviations."""
    dice = np.random.default_rng([cases, seeds, number])
    return np.asarray(
        by_case * dice.standard_normal((cases, 1))
        + by_seed * dice.standard_normal((1, seeds))
        + rest * dice.standard_normal((cases, seeds))
    )


def coverage(cases: int, seeds: int, by_case: float, by_seed: float, rest: float) -> float:
    hits = 0
    for number in range(400):
        found = crossed_mean(draws(cases, seeds, by_case, by_seed, rest, number), np.ones((cases, seeds)))
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0 <= found.high
    return hits / 400


@pytest.mark.parametrize(
    ("by_case", "by_seed", "rest"), [(1, 0, 1), (0, 0, 1), (1, 0.1, 1), (1, 0.3, 1), (0, 1, 1), (0, 1, 0.01)]
)
def test_intervals_cover_with_three_seeds(by_case: float, by_seed: float, rest: float) -> None:
    assert 0.9 <= coverage(60, 3, by_case, by_seed, rest) <= 0.985


def test_drawing_seeds_again_would_not_cover() -> None:
    """Why there is no bootstrap here: with three seeds that differ it misses the truth one time in five or more."""
    dice, hits = np.random.default_rng(3), 0
    for number in range(200):
        grid_CS = draws(60, 3, 0, 1, 1, number)
        means = [grid_CS[dice.integers(60, size=60)][:, dice.integers(3, size=3)].mean() for _ in range(200)]
        low, high = np.percentile(means, [2.5, 97.5])
        hits += low <= 0 <= high
    assert hits / 200 < 0.82


def test_one_seed_is_students_t_over_cases_and_one_case_over_seeds() -> None:
    values_C = np.random.default_rng(0).normal(0.5, 1, 20)
    expected = stats.t.interval(0.95, 19, values_C.mean(), stats.sem(values_C))
    for grid_CS in (values_C[:, None], values_C[None, :]):
        found = crossed_mean(grid_CS, np.ones(grid_CS.shape))
        assert (found.low, found.high) == pytest.approx(expected)
        assert found.p == pytest.approx(stats.ttest_1samp(values_C, 0).pvalue)


def test_equal_columns_make_seeds_count_for_nothing_and_equal_rows_cases() -> None:
    values_S = np.array([0.1, 0.4, 0.7])
    found = crossed_mean(np.repeat(values_S[None], 30, axis=0), ONES)
    assert (found.error, found.freedom) == pytest.approx((stats.sem(values_S), 2.0))
    values_C = np.random.default_rng(1).normal(size=30)
    found = crossed_mean(np.repeat(values_C[:, None], 3, axis=1), ONES)
    assert (found.error, found.freedom) == pytest.approx((stats.sem(values_C), 29.0))


def test_pairs_cancel_what_variants_share() -> None:
    shared_CS = 5 * draws(30, 3, 1, 1, 1, 0)
    noise_CS = 0.01 * draws(30, 3, 0, 0, 1, 1)
    found = crossed_difference((shared_CS + 0.2 + noise_CS, ONES), (shared_CS, ONES))
    assert found.value == pytest.approx(0.2, abs=0.01)
    assert found.low is not None
    assert found.low > 0.18
    assert found.detectable is not None
    assert found.detectable < 0.02


def test_only_cells_that_both_have_are_compared() -> None:
    first_CS, second_CS = draws(30, 3, 1, 0, 1, 2), draws(30, 3, 1, 0, 1, 3)
    counts_CS = ONES.copy()
    counts_CS[:10] = 0
    found = crossed_difference((np.where(counts_CS > 0, first_CS, 99.0), counts_CS), (second_CS, ONES))
    alone = crossed_difference((first_CS[10:], ONES[10:]), (second_CS[10:], ONES[10:]))
    assert (found.value, found.low, found.high) == pytest.approx((alone.value, alone.low, alone.high))
    assert (found.n_cases, found.n_seeds, found.n_cells) == (20, 3, 60)


def test_counts_weigh_items() -> None:
    totals_CS, counts_CS = np.array([[3.0, 0.0], [2.0, 0.0]]), np.array([[3.0, 1.0], [4.0, 0.0]])
    found = crossed_mean(totals_CS, counts_CS)
    assert found.value == pytest.approx(5 / 8)
    assert found.n_cells == 3


def test_nothing_and_a_single_cell_have_no_interval() -> None:
    assert crossed_mean(np.zeros((2, 2)), np.zeros((2, 2))).value is None
    found = crossed_mean(np.array([[0.3]]), np.array([[1.0]]))
    assert (found.value, found.low, found.p, found.detectable) == (0.3, None, None, None)
    same = crossed_difference((np.ones((4, 2)), np.ones((4, 2))), (np.ones((4, 2)), np.ones((4, 2))))
    assert (same.value, same.low, same.high, same.p) == (0.0, 0.0, 0.0, 1.0)
