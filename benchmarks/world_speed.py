"""How fast the rendered world films clips on one core, and beside it how fast the same frames are encoded.

    python benchmarks/world_speed.py [--clips 40]

Frames a second with truth (masks, boxes, visibility) at 64 px, scenes and individuals new in every clip of 33 frames,
as training draws them: one subject, two, four. The peer in the same run is PyAV's H.264 encoder on the same frames: a
ratio above 1 means that drawing with truth is faster than saving.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

from s2vbench.types import ActionOf, Staging
from s2vbench.video.encode import write_video
from s2vbench.world.acting import act
from s2vbench.world.cast import TRAINING_SEEDS, Individual, all_species
from s2vbench.world.clip import Clip, film
from s2vbench.world.dice import Dice
from s2vbench.world.places import PLACES

NUM_FRAMES = 33


def new_clip(index: int, num_subjects: int, size_px: int) -> Clip:
    """A clip of individuals that no other clip has."""
    dice = Dice("speed", index)
    nouns = dice.some(sorted(all_species()), num_subjects)
    people = {
        str(place): Individual(noun, TRAINING_SEEDS.start + dice.whole(0, len(TRAINING_SEEDS) - 1))
        for place, noun in enumerate(nouns)
    }
    staging = Staging(
        scene=dice.pick(sorted(PLACES)),
        scene_seed=dice.whole(0, len(TRAINING_SEEDS) - 1),
        actions=tuple(ActionOf(subject_id=key, action=dice.pick(who.species.actions)) for key, who in people.items()),
        camera=dice.pick(("still", "pan left", "zoom in", "handheld")),  # type: ignore[arg-type]
    )
    return film(act(staging, people, num_frames=NUM_FRAMES, fps=16.0, aspect=1.0), size_px, size_px)


def main() -> None:
    """Print one line a setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=40)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    new_clip(-1, 2, 64)
    for size_px in (64, 256):
        for num_subjects in (1, 2, 4):
            start = time.perf_counter()
            clips = [new_clip(index, num_subjects, size_px).frames_THWC for index in range(options.clips)]
            drawing_s = time.perf_counter() - start
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                for frames_THWC in clips:
                    write_video(Path(folder) / "clip.mp4", frames_THWC, 16.0)
                encoding_s = time.perf_counter() - start
            fps = options.clips * NUM_FRAMES / drawing_s
            print(
                f"{size_px} px, {num_subjects} subjects, {options.clips} clips of {NUM_FRAMES} frames: "
                f"{fps:.0f} frames/s on one core; encoding them takes {encoding_s / drawing_s:.2f} of that time"
            )


if __name__ == "__main__":
    main()
