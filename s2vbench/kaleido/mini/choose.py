"""How the embedded model is best sampled: agreement with its references under several settings.

python -m s2vbench.kaleido.mini.choose BUNDLE --count 64 --setting guidance=1.5,shift=3 --setting guidance=3,shift=3

Every setting makes the same clips from the same noise, of drawn individuals with one or two references each. They are
none of the test set's, so that what is chosen here owes nothing to the cases it is reported on. `margin` is agreement
with the clip's own references minus agreement with those of the next clip of as many subjects.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np

from s2vbench.errors import InputError, S2VBenchError
from s2vbench.kaleido.bundle import load_bundle
from s2vbench.kaleido.mini.agreement import MEASURES, ClipView, Subject
from s2vbench.kaleido.mini.bank import WORLD
from s2vbench.kaleido.parts import find_bundle
from s2vbench.kaleido.pipeline import KaleidoPipeline, VideoRequest
from s2vbench.world.figure import Pose
from s2vbench.world.improv import improvised_script
from s2vbench.world.portrait import portrait

OTHERS: Final = 10_000_000
"""Stories from this number on are in no bank."""
_SIZE_PX: Final = 128
_POSE: Final = Pose("stand", 0.0, 25.0, "neutral")


@dataclass(frozen=True)
class Play:
    """What one clip is made of."""

    prompt: str
    subjects: tuple[Subject, ...]
    seed: int


def plays(wanted: int) -> list[Play]:
    """So many with one subject, and as many with two."""
    found: dict[int, list[Play]] = {1: [], 2: []}
    for number in count(OTHERS):
        script = improvised_script(
            number, num_frames=WORLD.num_frames, fps=WORLD.fps, aspect=WORLD.width_px / WORLD.height_px, most_subjects=2
        )
        group = found.get(len(script.parts))
        if group is not None and len(group) < wanted:
            drawn = [portrait(part.who, _POSE, _SIZE_PX) for part in script.parts]
            subjects = tuple(Subject(picture.picture_HWC, picture.mask_HW) for picture in drawn)
            group.append(Play(script.caption, subjects, number))
        if all(len(group) == wanted for group in found.values()):
            break
    return [*found[1], *found[2]]


def measured(pipeline: KaleidoPipeline, cases: list[Play]) -> dict[str, Any]:
    """Mean agreement and margin of each measure, and how long a clip took."""
    start = time.perf_counter()
    requests = [VideoRequest(c.prompt, tuple(s.picture_HWC for s in c.subjects), c.seed) for c in cases]
    clips = pipeline.generate(requests)
    seconds = time.perf_counter() - start
    agreements: dict[str, list[float]] = {name: [] for name in MEASURES}
    margins: dict[str, list[float]] = {name: [] for name in MEASURES}
    half = len(cases) // 2
    for at, (case, frames_THWC) in enumerate(zip(cases, clips, strict=True)):
        other = cases[(at + 1) % half + (half if at >= half else 0)]
        view = ClipView(frames_THWC)
        own, foreign = ([view.agreement(subject) for subject in play.subjects] for play in (case, other))
        for name in MEASURES:
            right, wrong = (float(np.mean([found[name] for found in group])) for group in (own, foreign))
            agreements[name].append(right)
            margins[name].append(right - wrong)
    means = {name: round(float(np.mean(values)), 4) for name, values in agreements.items()}
    above = {f"{name}_margin": round(float(np.mean(values)), 4) for name, values in margins.items()}
    return {"n": len(cases), **means, **above, "clips_per_s": round(len(cases) / seconds, 2)}


def changes_of(setting: str) -> dict[str, str]:
    """What a `--setting` changes.

    >>> changes_of("guidance=1.5,shift=3")
    {'guidance': '1.5', 'shift': '3'}

    Raises:
        InputError: it is not made of key=value.
    """
    changes = {}
    for pair in filter(None, setting.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--setting {setting}: must be key=value,key=value, for instance guidance=1.5,shift=3")
        changes[key.strip()] = value.strip()
    return changes


def main() -> None:
    """Print one JSON line a setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--count", type=int, default=64, help="clips, half with one subject and half with two")
    parser.add_argument("--setting", action="append", default=[], help="key=value,key=value; may be repeated")
    options = parser.parse_args()
    try:
        cases = plays(max(2, options.count // 2))
        for setting in options.setting or [""]:
            pipeline = KaleidoPipeline(load_bundle(find_bundle(options.bundle, changes_of(setting))))
            sys.stdout.write(json.dumps({"setting": setting, **measured(pipeline, cases)}) + "\n")
            sys.stdout.flush()
    except S2VBenchError as error:
        parser.exit(error.exit_code, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()
