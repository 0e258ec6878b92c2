"""Official scores, ours and the difference, for the four real clips: the table of docs/parity.md.

    python benchmarks/parity_table.py --shared ../shared --write docs/parity.md

Both sides use the same seeded random weights; the official ones were stored once (`parity/vbench_scores.json`).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import s2vbench
from s2vbench.metrics.base import TABLE_1, Metric
from s2vbench.plugins import load
from s2vbench.stats.summary import summarise
from s2vbench.types import Score

OFFICIAL_NAMES = {"viclip_score": "overall_consistency"}
AGGREGATE = "all four"

HEAD = """# Parity with the official package

Official `vbench` 0.1.5 and s2vbench {version} on the four real Kaleido clips (81 frames, 896x512), both on a CPU with
the same seeded random weights (seed {seed}); official in float32, ours in {ours}. The levels mean nothing; the
arithmetic is what is compared.
Official values are the stored ones; `tests/oracle/` runs the official package live on one clip as well.
imaging_quality is on the 0..1 scale on both sides (the official per-video value is 0..100).

Largest difference: **{worst:.1e}** (bound: 1e-6 on every value of the 0..1 scale, aggregates included).

Made by `python benchmarks/parity_table.py --write docs/parity.md`.
"""


@dataclass(frozen=True)
class Line:
    """One score of both sides."""

    metric: str
    case: str
    official: float
    ours: float

    @property
    def difference(self) -> float:
        """Ours minus official."""
        return self.ours - self.official


def compare(records: list[Score], stored: Path) -> list[Line]:
    """Every score of `records` beside the stored official one, then the aggregates."""
    official = json.loads(stored.read_text())
    lines = []
    for name in dict.fromkeys(record.metric for record in records):
        rows = [record for record in records if record.metric == name]
        key = OFFICIAL_NAMES.get(name, name)
        # Official per-video values of imaging_quality are on 0..100, its aggregate is not.
        scale = 100 if name == "imaging_quality" else 1
        for row in rows:
            assert row.value is not None, f"{row.case}: {name}: {row.reason}"
            lines.append(Line(name, row.case, official["videos"][row.case][key] / scale, row.value))
        metric: Metric = load("metrics", name)
        value = summarise(metric, rows).value
        assert value is not None
        lines.append(Line(name, AGGREGATE, official["aggregate"][key], value))
    return lines


def markdown(lines: list[Line], seed: int, precision: str = "fp32") -> str:
    """The page."""
    worst = max(abs(line.difference) for line in lines)
    text = HEAD.format(version=s2vbench.__version__, seed=seed, worst=worst, ours=precision)
    text += "\n| metric | clip | official | ours | difference |\n| --- | --- | ---: | ---: | ---: |\n"
    for line in lines:
        text += f"| {line.metric} | {line.case} | {line.official:.10f} | {line.ours:.10f} | {line.difference:+.1e} |\n"
    return text


def main() -> None:
    """Score, compare, print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--write", type=Path, help="the page to write; otherwise it is printed")
    parser.add_argument("--out", type=Path, help="a run folder to keep, and to take records from where it has them")
    parser.add_argument("--precision", default="fp32", help="bf16 shows what that recipe changes")
    arguments = parser.parse_args()
    stored = arguments.shared / "parity/vbench_scores.json"
    seed = json.loads(stored.read_text())["weights_seed"]
    cases = arguments.shared / "real/kaleido_clips/cases.json"
    records = s2vbench.score(
        cases=cases,
        weights=f"seeded:{seed}",
        metrics=list(TABLE_1[:6]),
        out=arguments.out,
        device="cpu",
        precision=arguments.precision,
    )
    page = markdown(compare(records, stored), seed, arguments.precision)
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()
