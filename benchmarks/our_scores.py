"""One process of ours for `vs_vbench.py`: score clips with some metrics; seconds, memory and scores as JSON."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import torch

from s2vbench.backbones.allocator import keep_freed_memory
from s2vbench.backbones.bank import Bank, use_device
from s2vbench.backbones.fast_linear import linear
from s2vbench.backbones.weights import resolve
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import compute_features
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of, choose_metrics
from s2vbench.testsets.cases_file import load_cases
from s2vbench.video.decode import open_video

MATMUL_SHAPE = (2056, 1024, 4096)
"""Rows, inputs and outputs of the largest product of CLIP ViT-L/14 at 8 frames."""


def matmul_rates() -> dict[str, float]:
    """GFLOP/s of one float32 product through torch.mm and through the route our dense layers take; best of 9."""
    rows, inputs, outputs = MATMUL_SHAPE
    generator = torch.Generator().manual_seed(0)
    x, weight = torch.randn(rows, inputs, generator=generator), torch.randn(outputs, inputs, generator=generator)
    rates = {}
    with torch.inference_mode():
        for name, product in (("torch.mm", lambda: x @ weight.t()), ("fast_linear", lambda: linear(x, weight))):
            product()
            rates[name] = 2 * rows * inputs * outputs / min(_timed(product) for _ in range(9)) / 1e9
    return rates


def _timed(action: Any) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--ids", nargs="+", required=True)
    parser.add_argument("--metrics", nargs="+", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    device = use_device(arguments.device)
    profile = load_profile("paper")
    metrics = choose_metrics(profile, arguments.metrics)
    specs = backbones_of(profile, metrics)
    start = time.perf_counter()
    weights = resolve(list(specs.values()), arguments.weights, allow_unverified=True)
    bank = Bank(weights, device=device, precision=arguments.precision)
    for name in specs:
        bank.network(name)
    load_s = time.perf_counter() - start
    features = profile.specs(tuple(name for metric in metrics for name in metric.needs))
    scores: dict[str, dict[str, float]] = {metric.name: {} for metric in metrics}
    start = time.perf_counter()
    for case in load_cases(arguments.cases):
        if case.id in arguments.ids:
            assert case.video is not None
            video = open_video(arguments.cases.parent / case.video)
            found = compute_features(video, case.prompt, features, bank, FeatureCache(None))
            for metric in metrics:
                scores[metric.name][case.id] = metric.compute(case, found).value
    eval_s = time.perf_counter() - start
    # Linux counts ru_maxrss in KiB.
    peak_rss_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"scores": scores, "load_s": load_s, "eval_s": eval_s, "peak_rss_mib": peak_rss_mib}
    if device == "cpu":
        answer["matmul_gflops"] = matmul_rates()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
