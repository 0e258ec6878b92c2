"""What is cheap once a video's subjects have been found: the strict family, another threshold, another CLIP.

    python benchmarks/rescore.py --cases ../shared/real/kaleido_clips/cases.json --case case_3 --segmenter sam_vit_b

One process, seeded random weights, loading not counted, a feature cache of its own. Prints a Markdown table; its first
line is the two metrics of the paper from nothing, the others start from its cache.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from s2vbench.backbones.allocator import keep_freed_memory
from s2vbench.backbones.bank import Bank, use_device
from s2vbench.backbones.weights import resolve
from s2vbench.errors import NotApplicable
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import compute_features
from s2vbench.metrics.base import TABLE_1, Metric
from s2vbench.profiles import Profile, load_profile
from s2vbench.run.plan import backbones_of, choose_metrics
from s2vbench.run.subjects import SubjectPlans
from s2vbench.testsets.cases_file import load_cases
from s2vbench.video.decode import open_video

PAPER = ["s2v_consistency", "s2v_decoupling"]


def seconds(
    profile: Profile, metrics: list[Metric], *, bank: Bank, cache: FeatureCache, cases: Path, case_id: str
) -> float:
    """Time to compute some metrics of one case."""
    all_cases = load_cases(cases)
    case = next(case for case in all_cases if case.id == case_id)
    assert profile.subjects is not None
    plans = SubjectPlans(profile.subjects, cases.parent, all_cases, [(case, case.seeds[0])])
    specs = list({spec.name: spec for metric in metrics for spec in profile.specs(metric.needs)}.values())
    started = time.perf_counter()
    work = plans.work(case, 0, [name for metric in metrics for name in profile.subject_features(metric.needs)])
    video = open_video(cases.parent / str(case.video))
    features = compute_features(video, case.prompt, specs, bank, cache, subjects=work)
    for metric in metrics:
        try:
            metric.compute(case, features)
        except NotApplicable as reason:
            print(f"{metric.name}: {reason}", file=sys.stderr)
    return time.perf_counter() - started


def with_policy(profile: Profile, **changes: float) -> Profile:
    """The profile with other choices."""
    assert profile.subjects is not None
    policy = profile.subjects.policy.model_copy(update=changes)
    return profile.model_copy(update={"subjects": profile.subjects.model_copy(update={"policy": policy})})


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--case", default="case_3")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--segmenter", default="sam_vit_b")
    parser.add_argument("--boxes", type=int, default=8, help="most boxes of a noun; random weights always find as many")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    keep_freed_memory()
    first = load_profile("paper").with_subjects(segmenter=arguments.segmenter, frame_stride=arguments.stride)
    first = with_policy(first, max_boxes_per_phrase=arguments.boxes)
    lower = with_policy(first, box_threshold=0.30)
    assert first.subjects is not None
    larger = first.model_copy(update={"subjects": first.subjects.model_copy(update={"similarity": "clip_vit_l14"})})
    everything = [name for name in first.metrics if name not in TABLE_1[:6]]
    steps = [
        ("the paper's two metrics, from nothing", first, PAPER),
        ("all 21 metrics about subjects, on top", first, everything),
        ("all 21 again, box threshold 0.30 instead of 0.35", lower, everything),
        ("the paper's two, CLIP ViT-L/14 instead of ViT-B/32", larger, PAPER),
    ]
    specs = {}
    for _, profile, names in steps:
        specs |= backbones_of(profile, choose_metrics(profile, names))
    weights = resolve(list(specs.values()), f"seeded:{arguments.seed}", allow_unverified=False)
    bank = Bank(weights, device=use_device(arguments.device))
    for name in specs:
        bank.network(name)
    print("| | seconds | % of the first |\n| --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        base = None
        rest: dict[str, Any] = {"bank": bank, "cache": FeatureCache(Path(folder)), "cases": arguments.cases}
        # Chance is measured on other cases' references, which a run over the whole set has masked anyway.
        for other in load_cases(arguments.cases):
            warm = first.with_subjects(frame_stride=1000)
            if other.id != arguments.case:
                seconds(warm, choose_metrics(warm, PAPER), case_id=other.id, **rest)
        for name, profile, names in steps:
            took = seconds(profile, choose_metrics(profile, names), case_id=arguments.case, **rest)
            base = base or took
            print(f"| {name} | {took:.1f} | {100 * took / base:.1f} |", flush=True)


if __name__ == "__main__":
    main()
