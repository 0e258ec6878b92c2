"""Same seed, same pixels: digests of portraits, scenes and clips that any x86-64 machine must reproduce.

After a wanted change of a drawing `python -m tests.world.test_pixels` writes the digests anew; raise WORLD_VERSION.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from s2vbench.world.backdrop import scene_picture
from s2vbench.world.cast import Individual, all_species
from s2vbench.world.clip import film
from s2vbench.world.figure import Pose
from s2vbench.world.improv import improvised_script
from s2vbench.world.places import PLACES, build_place
from s2vbench.world.portrait import portrait
from tests.world.skia_pinned import needs_pinned_skia

FILE = Path(__file__).parent / "pixels.json"
SEED = 12345


def _of_class(noun: str) -> list[np.ndarray]:
    drawn = portrait(Individual(noun, SEED), Pose("stand", 0.3, 35.0, "happy"), 128)
    return [drawn.picture_HWC, drawn.mask_HW]


def _of_place(name: str) -> list[np.ndarray]:
    return [scene_picture(build_place(name, SEED), 160, 90)]


def _of_clip(number: str) -> list[np.ndarray]:
    clip = film(improvised_script(int(number), num_frames=6, aspect=16 / 9), 160, 90)
    return [clip.frames_THWC, clip.masks_TKHW, clip.boxes_TK4, clip.visibility_TK]


DRAW: dict[str, tuple[Callable[[str], list[np.ndarray]], list[str]]] = {
    "class": (_of_class, sorted(all_species())),
    "place": (_of_place, sorted(PLACES)),
    "clip": (_of_clip, [str(number) for number in range(8)]),
}


def digest(kind: str, name: str) -> str:
    arrays = DRAW[kind][0](name)
    return hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()[:16]


@needs_pinned_skia
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, (_, names) in DRAW.items() for name in names])
def test_pixels_are_the_stored_ones(kind: str, name: str) -> None:
    assert digest(kind, name) == json.loads(FILE.read_text())[kind][name]


def test_nothing_is_stored_that_nobody_draws() -> None:
    assert {kind: sorted(found) for kind, found in json.loads(FILE.read_text()).items()} == {
        kind: sorted(names) for kind, (_, names) in DRAW.items()
    }


if __name__ == "__main__":
    stored = {kind: {name: digest(kind, name) for name in names} for kind, (_, names) in DRAW.items()}
    FILE.write_text(json.dumps(stored, indent=1) + "\n")
