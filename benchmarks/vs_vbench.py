"""The official vbench 0.1.5 and ours on the same clips and weights, alternating, in one go.

    python benchmarks/vs_vbench.py --cases CASES.json --ids case_3 --repeats 2 --precision fp32 --precision bf16

Each measurement is a process of its own. Seconds are those of the evaluation, decoding included; imports and loading of
weights are left out on both sides. The table shows the fastest of the repeats. The official package runs as released
(autograd on). Needs the reference environment (built at first use) and writes seeded random weights where no --weights
are given.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.oracle import vbench_env

OFFICIAL_NAMES = {
    "subject_consistency": "subject_consistency",
    "background_consistency": "background_consistency",
    "motion_smoothness": "motion_smoothness",
    "aesthetic_quality": "aesthetic_quality",
    "imaging_quality": "imaging_quality",
    "viclip_score": "overall_consistency",
}
TFLOP_PER_CLIP = {"subject_consistency": 5.0, "background_consistency": 0.71, "aesthetic_quality": 13.1}
"""Work of one 81-frame 896x512 clip in the networks that are almost only dense layers."""


@dataclass
class Side:
    """What one implementation did, over the repeats."""

    seconds: list[float] = field(default_factory=list)
    peak_rss_mib: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)

    def add(self, seconds: float, peak_rss_mib: float, scores: dict[str, float]) -> None:
        """One more repeat."""
        self.seconds.append(seconds)
        self.peak_rss_mib = max(self.peak_rss_mib, peak_rss_mib)
        self.scores = scores


def ours(options: argparse.Namespace, metrics: list[str], precision: str) -> dict[str, Any]:
    """Score with our package in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("our_scores.py")), "--cases", str(options.cases)]
    command += ["--ids", *options.ids, "--metrics", *metrics, "--weights", str(options.weights)]
    command += ["--precision", precision, "--device", options.device, "--threads", str(options.threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"our_scores.py failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def official(options: argparse.Namespace, metric: str) -> Any:
    """Score one dimension with the official package."""
    name = OFFICIAL_NAMES[metric]
    answer = vbench_env.official_scores(
        [name],
        options.cases,
        options.weights,
        options.ids,
        threads=options.threads,
        grad=True,
        device=options.device,
    )["dims"][name]
    scale = 100 if metric == "imaging_quality" else 1
    answer["videos"] = {case: value / scale for case, value in answer["videos"].items()}
    return answer


def measure(options: argparse.Namespace) -> tuple[dict[str, Side], dict[tuple[str, str], Side], dict[str, float]]:
    """Alternate: official, then ours at each precision, dimension by dimension; then all of ours in one pass."""
    theirs = {metric: Side() for metric in options.metrics}
    own = {(precision, metric): Side() for precision in options.precision for metric in [*options.metrics, "total"]}
    rates: dict[str, float] = {}
    for repeat in range(options.repeats):
        for metric in options.metrics:
            answer = official(options, metric)
            theirs[metric].add(answer["eval_s"], answer["peak_rss_mib"], answer["videos"])
            for precision in options.precision:
                found = ours(options, [metric], precision)
                own[precision, metric].add(found["eval_s"], found["peak_rss_mib"], found["scores"][metric])
                for name, rate in found.get("matmul_gflops", {}).items():
                    rates[name] = max(rates.get(name, 0.0), rate)
            say(f"repeat {repeat + 1}: {metric} done")
        for precision in options.precision:
            found = ours(options, options.metrics, precision)
            own[precision, "total"].add(found["eval_s"], found["peak_rss_mib"], {})
    return theirs, own, rates


def report(options: argparse.Namespace, theirs: dict[str, Side], own: dict[tuple[str, str], Side]) -> list[str]:
    """One Markdown table a precision."""
    lines = []
    total_s = sum(min(side.seconds) for side in theirs.values())
    for precision in options.precision:
        lines += [
            f"### {precision}",
            "",
            "| dimension | official s | ours s | ratio | official MiB | ours MiB | max score difference |",
        ]
        lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        worst = 0.0
        for metric, side in theirs.items():
            mine = own[precision, metric]
            difference = max(abs(mine.scores[case] - side.scores[case]) for case in side.scores)
            worst = max(worst, difference)
            lines.append(row(metric, side, mine, difference))
        total = own[precision, "total"]
        together = Side([total_s], max(side.peak_rss_mib for side in theirs.values()))
        lines += [row("**all, one pass**", together, total, worst), ""]
    return lines


def row(name: str, theirs: Side, mine: Side, difference: float) -> str:
    """One line of the table."""
    official_s, ours_s = min(theirs.seconds), min(mine.seconds)
    seconds = f"{official_s:.1f} | {ours_s:.1f} | {official_s / ours_s:.2f}"
    return f"| {name} | {seconds} | {theirs.peak_rss_mib:.0f} | {mine.peak_rss_mib:.0f} | {difference:.1e} |"


def utilisation(options: argparse.Namespace, own: dict[tuple[str, str], Side], rates: dict[str, float]) -> list[str]:
    """How near the dense networks come to the rate of one matrix product, in float32."""
    if not rates or "fp32" not in options.precision:
        return []
    lines = ["| float32 product | GFLOP/s |", "| --- | ---: |"]
    lines += [f"| {name} | {rate:.0f} |" for name, rate in rates.items()]
    lines += ["", "| dimension | GFLOP/s | of torch.mm | of fast_linear |", "| --- | ---: | ---: | ---: |"]
    for metric, tflop in TFLOP_PER_CLIP.items():
        if metric in options.metrics:
            rate = tflop * 1e3 * len(options.ids) / min(own["fp32", metric].seconds)
            shares = " | ".join(f"{rate / rates[name]:.0%}" for name in ("torch.mm", "fast_linear"))
            lines.append(f"| {metric} | {rate:.0f} | {shares} |")
    return lines


def say(text: str) -> None:
    """Progress."""
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """Parse, measure, print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--ids", nargs="+", required=True)
    parser.add_argument("--metrics", nargs="+", choices=list(OFFICIAL_NAMES), default=list(OFFICIAL_NAMES))
    parser.add_argument("--weights", type=Path, help="official checkpoint files; default: seeded random ones")
    parser.add_argument("--precision", action="append", choices=["fp32", "bf16"])
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    options.precision = options.precision or ["fp32"]
    options.weights = options.weights or vbench_env.weights_dir()
    theirs, own, rates = measure(options)
    print(f"{platform.machine()}, {options.threads} threads, device {options.device}; clips {', '.join(options.ids)};")
    print(f"fastest of {options.repeats} alternating repeats\n")
    print("\n".join([*report(options, theirs, own), *utilisation(options, own, rates)]))


if __name__ == "__main__":
    main()
