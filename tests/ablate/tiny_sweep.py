"""A sweep small enough for tests: two position schemes, two seeds, a model of random weights on drawn clips.

`python -m tests.ablate.tiny_sweep FOLDER OUT [STAGE COUNT]` runs its first seed, and dies at the COUNT-th
"step" (of any training) or "line" (of any ledger).
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from s2vbench.ablate.runner import run_sweep
from s2vbench.ablate.stages import Outcome
from s2vbench.ablate.sweep_file import SweepFile, load_sweep
from s2vbench.ablate.units import units_of
from s2vbench.run.request import Progress
from tests import tiny
from tests.kaleido import tiny_bundle

STEPS = 4
PROMPTS = ("a red fox", "a penguin and a fox", "snow and a blue fox")
TRAINING = """
name = "tiny"

[model]
init = "{base}"

[data]
source = "world"
num_frames = 5
height_px = 32
width_px = 48
fps = 8.0
most_references = 2

[training]
steps = {steps}
batch_size = 2
micro_batch_size = 2
learning_rate = 2e-3
warmup_steps = 0
precision = "fp32"

[checkpoint]
every = 2

[log]
tensorboard = false
"""
SWEEP = """
name = "tiny"
summary = "where references stand, in miniature"
reference = "shift_wh"
seeds = [0, 1]

[base]
config = "{config}"

[variants.concat]
model.positions = "concat"

[variants.shift_wh]
label = "both"
model.positions = "shift_wh"

[evaluation]
testset = "{cases}"
profile = "{profile}"
weights = "seeded:1"
device = "cpu"
metrics = ["subject_consistency", "imaging_quality"]

[evaluation.settings]
device = "cpu"
batch_size = 2
steps = 2

[[published]]
variant = "concat"
metric = "imaging_quality"
value = 0.4
source = "a paper"
protocol = "other videos"

[[published]]
variant = "shift_wh"
metric = "imaging_quality"
value = 0.5
source = "a paper"
protocol = "other videos"
"""


def write(folder: Path, **changes: str) -> Path:
    """The sweep's file below a folder, with all it needs; `changes` replace text in it."""
    tiny_bundle.save(folder / "base")
    for number in range(2):
        Image.fromarray(tiny_bundle.picture(number, 20 + number, 30)).save(folder / f"{number}.png")
    cases = [
        {
            "id": f"case-{index}",
            "prompt": PROMPTS[index],
            "references": [
                {"id": f"s{k}", "kind": "animal", "noun": "fox", "images": [f"{k}.png"]} for k in range(1 + index % 2)
            ],
        }
        for index in range(3)
    ]
    (folder / "cases.json").write_text(json.dumps(cases))
    config = folder / "training.toml"
    config.write_text(TRAINING.format(base=folder / "base", steps=STEPS))
    return rewrite(folder, **changes)


def rewrite(folder: Path, **changes: str) -> Path:
    """The sweep's file once more, with text replaced: old=new pairs."""
    text = SWEEP.format(config=folder / "training.toml", cases=folder / "cases.json", profile=tiny.PROFILE)
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "tiny.toml"
    path.write_text(text)
    return path


@contextmanager
def silent(_: str) -> Iterator[Progress]:
    """No progress."""
    yield lambda *_: None


def run(
    file: SweepFile | Path, out: Path, only: Sequence[str] = (), said: list[str] | None = None, *, seeds: Any = ()
) -> list[Outcome]:
    """Run the sweep in this process."""
    torch.set_num_threads(1)
    loaded = load_sweep(str(file)) if isinstance(file, Path) else file
    return run_sweep(loaded, out, units_of(loaded, out, only, seeds), silent, ([] if said is None else said).append)


def die_at(owner: Any, name: str, count: int) -> None:
    """Make the `count`-th call of a function the last thing this process does."""
    original: Callable[..., Any] = getattr(owner, name)
    calls = itertools.count()

    def dying(*args: Any, **named: Any) -> Any:
        if next(calls) == count:
            os._exit(9)
        return original(*args, **named)

    setattr(owner, name, dying)


def main(folder: Path, out: Path, stage: str = "", count: str = "0") -> None:
    """Run, and die where it is asked for."""
    from s2vbench.kaleido.training.loop import Trainer
    from s2vbench.ledger import Ledger

    places = {"step": (Trainer, "_step"), "line": (Ledger, "append")}
    if stage:
        die_at(*places[stage], int(count))
    run(folder / "tiny.toml", out, seeds=[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
