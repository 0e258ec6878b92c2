"""What follows from grids of known effects: orderings that hold, ties, a paper's claims, and what is said of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from s2vbench.ablate import verdicts
from s2vbench.ablate.compare import Comparison, compare
from s2vbench.ablate.formats import csv_text, json_document, markdown
from s2vbench.ablate.plots import draw_curves, draw_differences
from s2vbench.ablate.records import Cells, Records
from s2vbench.ablate.sweep import Sweep
from s2vbench.kaleido.training.logs import LogRow
from s2vbench.metrics.base import load_metric
from s2vbench.types import RunManifest

CASES = 40
LEVELS = {"a": 0.50, "b": 0.51, "c": 0.80}
MANIFEST = RunManifest(
    model="m",
    profile="tiny",
    profile_sha256="p",
    testset="t",
    testset_sha256="t",
    precision="fp32",
    weights={},
    metrics={},
    seeds=(0,),
    packages={},
    device="cpu",
    command=(),
    created="now",
)


def sweep(seeds: int = 3, **published: float) -> Sweep:
    stated = [
        {"variant": name, "metric": "imaging_quality", "value": value, "source": "a paper", "protocol": "other videos"}
        for name, value in published.items()
    ]
    return Sweep.model_validate(
        {
            "name": "mine",
            "summary": "levels",
            "reference": "a",
            "seeds": tuple(range(seeds)),
            "base": {"config": "tiny-cpu"},
            "variants": {"a": {}, "b": {"label": "B | b"}, "c": {"note": "far away"}},
            "published": stated,
        }
    )


def log(level: float, seed: int) -> list[LogRow]:
    return [
        LogRow(
            step=step,
            loss=level + 0.01 * seed + 1 / step,
            grad_norm=1.0,
            learning_rate=0.1,
            tokens_per_s=1.0,
            samples_per_s=1.0,
            mfu=None,
            wall_s=float(step),
        )
        for step in range(1, 21)
    ]


def records(seeds: int = 3, cases: int = CASES, missing: tuple[tuple[str, int], ...] = ()) -> Records:
    """Every case has a level that all variants share; cells differ a little."""
    dice = np.random.default_rng(0)
    of_case_C1 = 0.2 * dice.standard_normal((cases, 1))
    cells: dict[tuple[str, str], Cells] = {}
    for name, level in LEVELS.items():
        values_CS = level + of_case_C1 + 0.05 * dice.standard_normal((cases, seeds))
        counts_CS = np.ones((cases, seeds))
        for variant, seed in missing:
            if variant == name:
                counts_CS[:, seed] = 0
        totals_CS = np.where(counts_CS > 0, values_CS, 0)
        outcomes = Counter({"ok": int(counts_CS.sum()), "failed": int((counts_CS == 0).sum())})
        cells[name, "imaging_quality"] = Cells(totals_CS, counts_CS, outcomes, None)
    done: Any = {(name, seed): [] for name in LEVELS for seed in range(seeds) if (name, seed) not in missing}
    logs = {(name, seed): log(LEVELS[name], seed) for name, seed in done}
    return Records(
        list(LEVELS),
        list(range(seeds)),
        [f"case {index}" for index in range(cases)],
        [load_metric("imaging_quality")],
        cells,
        done,
        logs,
        MANIFEST,
    )


def compared(wanted: Sweep, **named: Any) -> Comparison:
    return compare(wanted, records(**named))


def test_far_variants_hold_and_near_ones_share_a_letter() -> None:
    (found,) = compared(sweep()).metrics
    assert found.best_first() == ["c", "b", "a"]
    assert found.groups == [("c",), ("b", "a")]
    assert found.letters == {"c": "a", "a": "b", "b": "b"}
    assert found.pairs["c", "a"].verdict == "holds"
    assert found.pairs["a", "b"].verdict == "open"
    there, back = found.pairs["c", "a"].difference, found.pairs["a", "c"].difference
    assert (there.value, there.low, there.high) == (-(back.value or 0), -(back.high or 0), -(back.low or 0))
    assert there.value == pytest.approx(0.3, abs=0.02)
    assert set(found.against("a")) == {"b", "c"}


def test_pairing_removes_what_cases_share() -> None:
    (found,) = compared(sweep()).metrics
    mean, difference = found.means["c"], found.pairs["c", "a"].difference
    assert mean.error is not None
    assert difference.error is not None
    assert difference.error < mean.error / 2


def test_a_papers_orderings_are_judged_by_intervals() -> None:
    wanted = sweep(a=0.4, b=0.3, c=0.2)
    comparison = compared(wanted)
    (found,) = comparison.metrics
    judged = {(claim.better.variant, claim.worse.variant): claim.claim for claim in found.claims}
    assert judged == {("a", "b"): "open", ("a", "c"): "contradicted", ("b", "c"): "contradicted"}
    lines = verdicts.claims(wanted, comparison)
    assert lines[0].startswith("imaging_quality: a better than c (0.400, 0.200): contradicted (-0.29")
    assert "not decided by these data" in lines[1] + lines[2]
    comparison = compared(sweep(a=0.4, c=0.9))
    assert [claim.claim for claim in comparison.metrics[0].claims] == ["supported"]


def test_equal_samples_make_differences_of_losses_exact() -> None:
    losses = compared(sweep()).losses
    assert losses["c"].value == pytest.approx(0.3)
    assert losses["c"].error == pytest.approx(0, abs=1e-9)
    assert losses["a"].value == pytest.approx(0.5 + 0.01 + np.mean([1 / step for step in range(17, 21)]))


def test_what_intervals_do_not_cover_is_said() -> None:
    one = "\n".join(verdicts.limits(sweep(1), compared(sweep(1), seeds=1, cases=5)))
    assert "One seed only" in one
    assert "Fewer than 10 cases" in one
    missing = compared(sweep(), missing=(("b", 1),))
    text = "\n".join(verdicts.limits(sweep(), missing))
    assert "Not in the numbers, because they are not finished: b, seed 1." in text
    assert "between 67% and 100% of the videos" in text
    assert missing.metrics[0].pairs["b", "a"].difference.n_seeds == 2


def test_published_values_have_columns_of_their_own_with_their_source() -> None:
    wanted = sweep(a=0.4, c=0.2)
    comparison = compared(wanted)
    text = markdown(wanted, comparison, {"a": {}, "b": {"model.positions": "concat"}, "c": {}})
    lines = text.splitlines()
    head = next(line for line in lines if "published imaging_quality" in line)
    assert head.count("|") == 4
    row = next(line for line in lines if line.startswith("| a |") and "0.400" in line)
    ours, stated = row.split("|")[2:4]
    assert stated.strip() == "0.400"
    assert "0.400" not in ours
    assert "(n=40x3)" in ours
    assert "a paper: other videos" in text
    assert "B \\| b" in text
    assert '`model.positions` = `"concat"`' in text
    assert "**imaging_quality** holds at 95 %" in text
    assert "would have been seen four times in five" in text
    document = json_document(wanted, comparison, {})
    assert "published" not in document["sweep"]
    assert [entry["value"] for entry in document["published"]] == [0.4, 0.2]
    assert csv_text(wanted, comparison).splitlines()[1].endswith(",0.4,a paper")


def test_pictures_are_the_same_for_the_same_numbers() -> None:
    wanted, comparison = sweep(), compared(sweep())
    for draw in (draw_differences, draw_curves):
        assert draw(wanted, comparison, "svg") == draw(wanted, comparison, "svg")
        assert draw(wanted, comparison, "png").startswith(b"\x89PNG")
