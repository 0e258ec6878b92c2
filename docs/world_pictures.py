"""Draw the pictures of `docs/world.md` and `docs/testset.md`.

python docs/world_pictures.py [--to docs/pictures]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from s2vbench.generators.base import GenerationJob, VideoShape
from s2vbench.testsets.folder import load_testset
from s2vbench.types import ActionOf, FramesU8, Relation, Staging
from s2vbench.video.pictures import read_picture
from s2vbench.world.acting import act
from s2vbench.world.backdrop import scene_picture
from s2vbench.world.cast import KINDS, TRAINING_SEEDS, Individual, species_of
from s2vbench.world.clip import film
from s2vbench.world.controls import CONTROLS, Play
from s2vbench.world.figure import Pose
from s2vbench.world.gallery import sheet
from s2vbench.world.places import PLACES, build_place
from s2vbench.world.portrait import portrait

GAP_PX = 4
CONTROL_CASES = 2


def save(to: Path, name: str, picture_HWC: FramesU8) -> None:
    """Write one picture as WebP."""
    to.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture_HWC).save(to / f"{name}.webp", quality=82, method=6)
    print(to / f"{name}.webp", picture_HWC.shape)  # noqa: T201


def grid(pictures: Sequence[FramesU8], columns: int) -> FramesU8:
    """Pictures of one size in rows, with white gaps."""
    padded = [np.pad(picture, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255) for picture in pictures]
    padded += [np.full_like(padded[0], 255)] * (-len(padded) % columns)
    rows = [np.concatenate(padded[i : i + columns], axis=1) for i in range(0, len(padded), columns)]
    return np.concatenate(rows)


def kinds(to: Path) -> None:
    """One individual of every class, in five views and some actions."""
    for kind in KINDS:
        individuals = [Individual(noun, TRAINING_SEEDS.start + 11) for noun in species_of(kind)]
        save(to, f"kind-{kind}", sheet(individuals, cell_px=84, columns=9))


def look_alikes(to: Path) -> None:
    """Individuals of one class beside each other, each in two poses."""
    for kind in KINDS:
        pictures = []
        for noun in list(species_of(kind))[:6]:
            for seed in range(TRAINING_SEEDS.start + 21, TRAINING_SEEDS.start + 25):
                who = Individual(noun, seed)
                pictures.append(portrait(who, Pose(yaw_deg=20), 110).picture_HWC)
                pictures.append(portrait(who, Pose("walk", 0.2, -55, "happy"), 110).picture_HWC)
        save(to, f"look-alikes-{kind}", grid(pictures, 8))


def places(to: Path) -> None:
    """Every place, two of its individuals."""
    pictures = [scene_picture(build_place(name, seed), 192, 108) for name in PLACES for seed in (1, 2)]
    save(to, "places", grid(pictures, 6))


def clips(to: Path) -> None:
    """Two clips, five frames each, and what the truth says."""
    staging = Staging(
        scene="meadow",
        scene_seed=3,
        relations=(
            Relation(agent_id="robot", verb="holds", patient_id="mug"),
            Relation(agent_id="corgi", verb="approaches", patient_id="robot"),
        ),
        actions=(ActionOf(subject_id="woman", action="wave"),),
        camera="pan left",
    )
    people = {noun: Individual(noun, 5) for noun in ("robot", "mug", "corgi", "woman")}
    clip = film(act(staging, people, num_frames=49, fps=16.0, aspect=16 / 9), 320, 180)
    colours = np.array([(0, 0, 0), (230, 90, 80), (250, 200, 70), (90, 160, 220), (120, 190, 110)], np.uint8)
    chosen = [0, 12, 24, 36, 48]
    masks = [colours[(clip.masks_TKHW[t] * np.arange(1, 5)[:, None, None]).max(axis=0)] for t in chosen]
    save(to, "clip", grid([*(clip.frames_THWC[t] for t in chosen), *masks], 5))


def controls(to: Path) -> None:
    """The references of two cases, and five frames of every control."""
    testset = load_testset("s2v400", "smoke")
    pairs = [case for case in testset.cases if len(case.references) == 2]
    for number, case in enumerate(pairs[:: max(len(pairs) // CONTROL_CASES, 1)][:CONTROL_CASES]):
        rows = []
        for control in CONTROLS.values():
            job = GenerationJob(case, 0, testset.folder, Path("unused.mp4"))
            frames_THWC = control(Play(job, VideoShape(224, 128, 33, 16.0))).frames_THWC
            rows += [frames_THWC[t] for t in (0, 1, 11, 22, 32)]
        save(to, f"controls-{number + 1}", grid(rows, 5))
        shown = [read_picture(testset.folder / ref.images[0]).rgb_HWC for ref in case.references]
        small = [np.asarray(Image.fromarray(picture).resize((192, 192))) for picture in shown]
        save(to, f"controls-{number + 1}-references", grid(small, len(small)))


def references(to: Path) -> None:
    """Every eighth conditioning picture of the test set."""
    testset = load_testset("s2v400")
    paths = [row.path for row in testset.image_rows() if row.role == "condition"][::8]
    pictures = [read_picture(testset.folder / path).rgb_HWC for path in paths]
    save(to, "s2v400", grid([np.asarray(Image.fromarray(picture).resize((112, 112))) for picture in pictures], 10))


def main() -> None:
    """Draw all of them, or those that are named."""
    rooms = {"kinds": kinds, "look-alikes": look_alikes, "places": places, "clips": clips, "controls": controls}
    rooms["references"] = references
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "pictures")
    parser.add_argument("--only", choices=rooms, action="append")
    options = parser.parse_args()
    for name in options.only or rooms:
        rooms[name](options.to)


if __name__ == "__main__":
    main()
