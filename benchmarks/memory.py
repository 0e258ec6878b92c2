"""Peak memory against the length of a clip: frames come in windows, so it must not grow with them.

    python benchmarks/memory.py --frames 100 400 --size 1080 1920

Draws a clip of each length, scores it in a process of its own with the real engine and miniature networks
(tests/tiny.toml), and prints a Markdown table of peak resident memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.clips import moving_square, write_cases

METRICS = ("subject_consistency", "background_consistency", "aesthetic_quality", "imaging_quality", "viclip_score")
SCORE = """
import resource, sys
import s2vbench
s2vbench.score(cases=sys.argv[1], profile="tests/tiny.toml", weights="seeded:1", metrics=sys.argv[2:], device="cpu")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def main() -> None:
    """Parse, draw, score, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, nargs="+", default=[100, 400])
    parser.add_argument("--size", type=int, nargs=2, default=[1080, 1920], metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--metrics", nargs="+", default=list(METRICS))
    arguments = parser.parse_args()
    height_px, width_px = arguments.size
    print("| frames | uint8 video MiB | peak resident MiB |\n| ---: | ---: | ---: |")
    for num_frames in arguments.frames:
        with tempfile.TemporaryDirectory() as folder:
            # The drawing repeats after 50 frames, so that no long clip has to be held in memory to be written.
            frames = moving_square(50, height_px, width_px)
            cases = write_cases(Path(folder), {"clip": frames}, repeat=num_frames // 50)
            command = [sys.executable, "-c", SCORE, str(cases), *arguments.metrics]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
        mib = num_frames * height_px * width_px * 3 / 2**20
        print(f"| {num_frames} | {mib:.0f} | {done.stdout.strip()} |", flush=True)


if __name__ == "__main__":
    main()
