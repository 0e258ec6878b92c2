"""S2V Consistency and Decoupling: our one pass against the naive loop on the same weights and a real clip.

    python benchmarks/vs_naive_s2v.py --cases ../shared/real/kaleido_clips/cases.json --case case_3 --stride 27

The naive loop (`naive_s2v.py`) calls groundingdino-py, segment-anything and open_clip frame by frame, box by box, crop
by crop. Both sides have seeded random weights: equal scores, not meaningful ones. Each run is a process of its own, the
sides take turns, and loading weights is not counted. Prints a Markdown table: fastest of the repeats.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

METRICS = ("s2v_consistency", "s2v_decoupling", "s2v_decoupling_paper_literal")
SIDES = ("naive loop", "s2vbench", "s2vbench, original packages", "s2vbench, bf16")


def run_side(side: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """One process of one side."""
    script = Path(__file__).with_name("naive_s2v.py" if side == SIDES[0] else "our_s2v.py")
    command = [sys.executable, str(script), "--cases", str(arguments.cases), "--case", arguments.case]
    command += ["--stride", str(arguments.stride), "--segmenter", arguments.segmenter, "--seed", str(arguments.seed)]
    command += ["--device", arguments.device] + (["--side", side] if side != SIDES[0] else [])
    environment = os.environ | {"OMP_NUM_THREADS": str(arguments.threads)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{side} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Parse, run in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--case", default="case_3")
    parser.add_argument("--stride", type=int, default=27)
    parser.add_argument("--segmenter", default="sam_vit_b")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--sides", nargs="+", default=list(SIDES), choices=SIDES)
    arguments = parser.parse_args()
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in arguments.sides}
    for _ in range(arguments.repeats):
        for side in arguments.sides:
            runs[side].append(run_side(side, arguments))
            print(f"{side}: {runs[side][-1]}", file=sys.stderr, flush=True)
    print(f"| | seconds | times as fast | peak MiB | {' | '.join(METRICS)} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    base = min(run["seconds"] for run in runs[arguments.sides[0]])
    for side, results in runs.items():
        best = min(results, key=lambda run: run["seconds"])
        scores = " | ".join("-" if best[name] is None else f"{best[name]:.7f}" for name in METRICS)
        memory = best.get("gpu_mib", best["peak_mib"])
        print(f"| {side} | {best['seconds']:.1f} | {base / best['seconds']:.2f} | {memory} | {scores} |")


if __name__ == "__main__":
    main()
