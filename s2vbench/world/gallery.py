"""Contact sheets: individuals of a class in rows, poses in columns.

python -m s2vbench.world.gallery corgi sheet.png --seeds 4
python -m s2vbench.world.gallery animal sheet.png --seeds 2
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image

from s2vbench.types import FramesU8
from s2vbench.world.cast import KINDS, TRAINING_SEEDS, Individual, species_of
from s2vbench.world.figure import Action, Kind, Pose
from s2vbench.world.portrait import portrait

VIEWS = (
    Pose(),
    Pose(yaw_deg=40, expression="happy"),
    Pose(yaw_deg=90),
    Pose(yaw_deg=-40, expression="surprised"),
    Pose(yaw_deg=180),
)


def poses_of(actions: Sequence[Action]) -> list[Pose]:
    """Five views, then every action of a class in the middle of its cycle."""
    moving = [Pose(action, 0.3, 35 if i % 2 else -35, "happy") for i, action in enumerate(actions) if action != "stand"]
    return [*VIEWS, *moving]


def sheet(individuals: Sequence[Individual], cell_px: int = 192, columns: int | None = None) -> FramesU8:
    """One row an individual; its views and actions from left to right."""
    rows = []
    for who in individuals:
        poses = poses_of(who.species.actions)[:columns]
        rows.append(np.concatenate([portrait(who, pose, cell_px).picture_HWC for pose in poses], axis=1))
    width_px = max(row.shape[1] for row in rows)
    return np.concatenate(
        [np.pad(row, ((0, 0), (0, width_px - row.shape[1]), (0, 0)), constant_values=236) for row in rows]
    )


def main() -> None:
    """Write one sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", help="a class (one row a seed) or a kind (rows of every class)")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first-seed", type=int, default=TRAINING_SEEDS.start)
    parser.add_argument("--cell-px", type=int, default=192)
    parser.add_argument("--columns", type=int, default=None)
    options = parser.parse_args()
    nouns = list(species_of(cast("Kind", options.what))) if options.what in KINDS else [options.what]
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    individuals = [Individual(noun, seed) for noun in nouns for seed in seeds]
    Image.fromarray(sheet(individuals, options.cell_px, options.columns)).save(options.out)


if __name__ == "__main__":
    main()
