from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.metrics.consistency import SUBJECT_CONSISTENCY
from s2vbench.metrics.quality import AESTHETIC_QUALITY
from s2vbench.stats.summary import aggregate_items, aggregate_videos, bootstrap_interval, summarise
from s2vbench.types import Making, Outcome, Score

MAKING = Making(profile="p", precision="fp32", backbones={}, recipes={}, weights_verified=False)


def row(case: str, total: float, n: int, *, outcome: Outcome = "ok", seed: int = 0) -> Score:
    ok = outcome == "ok"
    return Score(
        key=f"{case}{seed}",
        case=case,
        seed=seed,
        metric="m",
        version=1,
        outcome=outcome,
        value=total / n if ok else None,
        total=total if ok else None,
        n=n if ok else 0,
        video_sha256=None,
        comparability="c",
        making=MAKING,
    )


def test_consistency_weighs_frames_and_the_others_weigh_videos() -> None:
    rows = [row("a", 1.0, 1), row("b", 0.0, 3)]
    assert summarise(SUBJECT_CONSISTENCY, rows).value == 0.25
    assert summarise(AESTHETIC_QUALITY, rows).value == 0.5


def test_failures_lower_coverage_and_are_in_no_mean() -> None:
    rows = [
        row("a", 1.0, 2),
        row("b", 1.0, 2),
        row("c", 0, 1, outcome="failed"),
        row("d", 0, 1, outcome="not_applicable"),
    ]
    found = summarise(SUBJECT_CONSISTENCY, rows)
    assert (found.value, found.n_ok, found.n_failed, found.n_not_applicable) == (0.5, 2, 1, 1)
    assert found.coverage == pytest.approx(2 / 3)
    assert found.n_cases == 2


def test_nothing_ok_gives_no_value() -> None:
    found = summarise(SUBJECT_CONSISTENCY, [row("a", 0, 1, outcome="failed")])
    assert (found.value, found.low, found.high, found.coverage) == (None, None, None, 0.0)


@given(
    items=st.lists(st.tuples(st.floats(-100, 100), st.integers(1, 90)), min_size=1, max_size=30),
    seed=st.integers(0, 99),
)
def test_sharding_never_changes_an_aggregate(items: list[tuple[float, int]], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(items))
    shuffled = [items[index] for index in order]
    for pick in (items, shuffled):
        totals, counts = [total for total, _ in pick], [count for _, count in pick]
        assert aggregate_items(totals, counts) == aggregate_items([t for t, _ in items], [c for _, c in items])
        assert aggregate_videos(totals) == aggregate_videos([t for t, _ in items])


def test_the_interval_holds_the_mean_and_narrows_with_more_cases() -> None:
    generator = np.random.default_rng(1)
    widths = []
    for num_cases in (10, 40, 160):
        pairs = np.stack([generator.normal(0.5, 0.1, num_cases), np.ones(num_cases)], axis=1)
        low, high = bootstrap_interval(pairs)
        assert low is not None
        assert high is not None
        assert low < pairs[:, 0].mean() < high
        # The normal approximation is the analytic answer here.
        expected = 2 * 1.96 * pairs[:, 0].std() / np.sqrt(num_cases)
        assert high - low == pytest.approx(expected, rel=0.1)
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_seeds_of_one_case_stay_together() -> None:
    rows = [row("a", 0.2, 1, seed=seed) for seed in range(20)] + [row("b", 0.8, 1, seed=seed) for seed in range(20)]
    found = summarise(AESTHETIC_QUALITY, rows)
    assert found.n_cases == 2
    assert (found.low, found.high) == (pytest.approx(0.2), pytest.approx(0.8))


def test_one_case_has_no_interval() -> None:
    assert bootstrap_interval(np.array([[0.5, 1.0]])) == (None, None)
