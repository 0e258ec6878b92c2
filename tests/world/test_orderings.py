"""Every metric orders the control videos as it must, with the truth about who is where.

A few cases in every run of the tests; the whole smoke split, with all metrics, where .ci/run asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from s2vbench.metrics.base import TABLE_1, load_metric
from s2vbench.profiles import load_profile
from s2vbench.testsets.folder import S2V400, load_testset
from s2vbench.types import Case, Score
from s2vbench.world.controls import CONTROLS
from tests.world.colours import PROFILE
from tests.world.control_runs import run_control
from tests.world.orderings import EXACT, ORDERINGS, Ordering, tolerance_of

Records = dict[str, dict[str, Score]]
QUICK = sorted({ordering.metric for ordering in ORDERINGS} | {metric for _, metric in EXACT})
NUM_QUICK = 4


@cache
def smoke() -> dict[str, Case]:
    """The smoke split's cases in which everybody stays in the frame."""
    cases = load_testset(S2V400, "smoke").cases
    return {case.id: case for case in cases if not {"enter", "leave"} & set(case.tags)}


def quick_cases() -> list[str]:
    """The first cases with two subjects, half of them of one class."""
    pairs = [case for case in smoke().values() if len(case.references) == 2]
    twins = [case.id for case in pairs if "same-class" in case.tags]
    others = [case.id for case in pairs if "same-class" not in case.tags]
    return twins[: NUM_QUICK // 2] + others[: NUM_QUICK // 2]


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Records]:
    """Records of a control for a few cases."""
    folder = tmp_path_factory.mktemp("controls")
    return cache(lambda control: run_control(control, folder / control, quick_cases(), QUICK, frame_stride=8))


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Records]:
    """Records of a control for the whole smoke split."""
    folder = tmp_path_factory.mktemp("all-controls")
    return cache(lambda control: run_control(control, folder / control, list(smoke()), QUICK))


def values(records: Records, metric: str) -> dict[str, float]:
    """Case -> value, where there is one."""
    found = records.get(metric, {})
    assert not [row.reason for row in found.values() if row.outcome == "failed"]
    return {case: row.value for case, row in found.items() if row.value is not None}


def check(ordering: Ordering, get: Callable[[str], Records], least: int) -> None:
    """That an ordering holds; at least so many cases must have a say (after a swap few subjects pass for anybody)."""
    better, worse = (values(get(control), ordering.metric) for control in (ordering.better, ordering.worse))
    shared = [case for case in better if case in worse and len(smoke()[case].references) >= ordering.subjects]
    assert len(shared) >= least, f"{ordering.metric} says something about {len(shared)} cases only"
    sign = 1 if load_metric(ordering.metric).higher_is_better else -1
    gains = np.array([sign * (better[case] - worse[case]) for case in shared])
    if ordering.scope == "every case":
        assert gains.min() > 0, dict(zip(shared, gains.tolist(), strict=True))
    assert gains.mean() > 0, dict(zip(shared, gains.tolist(), strict=True))


def name_of(ordering: Ordering) -> str:
    return f"{ordering.metric}-{ordering.better}-over-{ordering.worse}"


@pytest.mark.parametrize("ordering", ORDERINGS, ids=name_of)
def test_orderings_hold(ordering: Ordering, quick: Callable[[str], Records]) -> None:
    check(ordering, quick, least=1)


@pytest.mark.parametrize(("control", "metric"), EXACT)
def test_values_that_are_known_beforehand(control: str, metric: str, quick: Callable[[str], Records]) -> None:
    found = values(quick(control), metric)
    assert found
    for case, value in found.items():
        assert value == pytest.approx(EXACT[control, metric], abs=tolerance_of(control, metric)), case


def test_a_missing_subject_costs_its_share(quick: Callable[[str], Records]) -> None:
    right, wrong = values(quick("oracle"), "presence_recall"), values(quick("missing"), "presence_recall")
    for case, value in wrong.items():
        row = quick("missing")["presence_recall"][case]
        gone = smoke()[case].references[-1].id
        assert row.parts["subjects"][gone] == 0.0
        assert value <= right[case] * (len(smoke()[case].references) - 1) / len(smoke()[case].references) + 1e-9


@pytest.mark.controls
@pytest.mark.parametrize("ordering", ORDERINGS, ids=name_of)
def test_orderings_hold_on_the_smoke_split(ordering: Ordering, full: Callable[[str], Records]) -> None:
    check(ordering, full, least=2)


@pytest.mark.controls
@pytest.mark.parametrize("control", CONTROLS)
def test_all_metrics_run_on_every_control(control: str, tmp_path: Path) -> None:
    cases = [quick_cases()[0], quick_cases()[-1]]
    records = run_control(control, tmp_path, cases, frame_stride=8)
    assert set(records) == set(load_profile(PROFILE).metrics) >= set(TABLE_1)
    for metric, rows in records.items():
        assert set(rows) == set(cases)
        assert not [row.reason for row in rows.values() if row.outcome == "failed"]
        # Faces need networks of their own; all of the paper's metrics must apply.
        assert metric not in TABLE_1 or any(row.outcome == "ok" for row in rows.values()), metric


def test_controls_differ_from_the_right_video_and_from_each_other(quick: Callable[[str], Records]) -> None:
    digests = {
        control: {row.video_sha256 for row in quick(control)["presence_recall"].values()} for control in CONTROLS
    }
    everything = [digest for found in digests.values() for digest in found]
    assert len(set(everything)) == len(everything) == len(CONTROLS) * NUM_QUICK
