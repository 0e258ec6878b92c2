"""What every metric makes of every control video: the table of docs/world.md.

    python -m benchmarks.controls_table [--out runs/controls] > table.md

Means over the smoke split of s2v400, with the truth about who is where and a colour histogram where encoders stand
(tests/world/colours.py). Run again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

from s2vbench.world.controls import CONTROLS
from tests.world.control_runs import run_control
from tests.world.orderings import ORDERINGS
from tests.world.test_orderings import smoke, values


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/controls"))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    metrics = sorted({ordering.metric for ordering in ORDERINGS})
    means: dict[tuple[str, str], str] = {}
    for control in CONTROLS:
        records = run_control(control, options.out / control, list(smoke()), metrics)
        for metric in metrics:
            found = list(values(records, metric).values())
            means[control, metric] = f"{sum(found) / len(found):.2f}" if found else "-"
        sys.stderr.write(f"{control}: {len(smoke())} cases\n")
    print(f"| metric | {' | '.join(name.replace('_', ' ') for name in CONTROLS)} |")
    print(f"| --- |{' --- |' * len(CONTROLS)}")
    for metric in metrics:
        print(f"| {metric} | {' | '.join(means[control, metric] for control in CONTROLS)} |")


if __name__ == "__main__":
    main()
