"""One process of ours for `vs_naive_s2v.py`: the two metrics of one case, what came out and what it cost, as JSON."""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import torch

from s2vbench.backbones.allocator import keep_freed_memory
from s2vbench.backbones.bank import Bank, use_device
from s2vbench.backbones.weights import resolve
from s2vbench.errors import NotApplicable
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import Features, compute_features
from s2vbench.metrics.base import Metric
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of, choose_metrics
from s2vbench.run.subjects import SubjectPlans
from s2vbench.testsets.cases_file import load_cases
from s2vbench.types import Case
from s2vbench.video.decode import open_video

METRICS = ("s2v_consistency", "s2v_decoupling", "s2v_decoupling_paper_literal")


def ours(arguments: argparse.Namespace) -> dict[str, Any]:
    """Score the case in this process."""
    keep_freed_memory()
    original = arguments.side.endswith("packages")
    profile = load_profile("paper").with_subjects(
        detector="grounding_dino_swint_ogc_py" if original else None,
        segmenter=arguments.segmenter + ("_official" if original else ""),
        frame_stride=arguments.stride,
    )
    metrics = choose_metrics(profile, list(METRICS))
    specs = backbones_of(profile, metrics)
    weights = resolve(list(specs.values()), f"seeded:{arguments.seed}", allow_unverified=False)
    precision = "bf16" if arguments.side.endswith("bf16") else "fp32"
    bank = Bank(weights, device=use_device(arguments.device), precision=precision)  # type: ignore[arg-type]
    for name in specs:
        bank.network(name)
    cases = load_cases(arguments.cases)
    case = next(case for case in cases if case.id == arguments.case)
    assert profile.subjects is not None
    plans = SubjectPlans(profile.subjects, arguments.cases.parent, [case], [(case, case.seeds[0])])
    started = time.perf_counter()
    work = plans.work(case, 0, [name for metric in metrics for name in metric.needs])
    video = open_video(arguments.cases.parent / str(case.video))
    features = compute_features(video, case.prompt, [], bank, FeatureCache(None), subjects=work)
    found = {metric.name: _value(metric, case, features) for metric in metrics}
    answer = {
        **found,
        "frames": len(features["tracks"].frames_F),
        "seconds": time.perf_counter() - started,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if arguments.device != "cpu":
        answer["gpu_mib"] = torch.cuda.max_memory_allocated() // 2**20
    return answer


def _value(metric: Metric, case: Case, features: Features) -> float | None:
    try:
        return metric.compute(case, features).value
    except NotApplicable:
        return None


def main() -> None:
    """Parse, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--case", required=True)
    parser.add_argument("--stride", type=int, required=True)
    parser.add_argument("--segmenter", default="sam_vit_b")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--side", required=True)
    print(json.dumps(ours(parser.parse_args())))


if __name__ == "__main__":
    main()
