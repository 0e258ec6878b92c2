"""Clips drawn from arithmetic, so that metrics of them have known answers.

`python -m tests.clips FOLDER` writes three of them with a cases file: what `make run` scores where no real clip is.
"""

from __future__ import annotations

import itertools
import json
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from s2vbench.types import FramesU8
from s2vbench.video.encode import write_video


def scene(height_px: int = 128, width_px: int = 160) -> FramesU8:
    """A smooth colourful background, (H, W, 3)."""
    y, x = np.mgrid[0:height_px, 0:width_px]
    channels = [127 + 90 * np.sin(x / 17 + y / 29), 120 + 80 * np.cos(y / 23), 90 + 100 * x / width_px]
    return np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8)


def still(num_frames: int = 9, height_px: int = 128, width_px: int = 160) -> FramesU8:
    """The same frame again and again."""
    return np.repeat(scene(height_px, width_px)[None], num_frames, axis=0)


def moving_square(num_frames: int = 9, height_px: int = 128, width_px: int = 160, speed_px: int = 4) -> FramesU8:
    """A white square that moves to the right by `speed_px` a frame."""
    frames = still(num_frames, height_px, width_px)
    side = max(2, min(height_px, width_px) // 4)
    for index, frame in enumerate(frames):
        left = (index * speed_px) % max(1, width_px - side)
        frame[height_px // 3 : height_px // 3 + side, left : left + side] = (250, 245, 235)
    return frames


def flicker(num_frames: int = 9, height_px: int = 128, width_px: int = 160) -> FramesU8:
    """Every odd frame inverted."""
    frames = still(num_frames, height_px, width_px)
    frames[1::2] = 255 - frames[1::2]
    return frames


def noise(num_frames: int = 9, height_px: int = 128, width_px: int = 160, seed: int = 0) -> FramesU8:
    """Independent random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (num_frames, height_px, width_px, 3), dtype=np.uint8)


def set_rotation(path: Path, degrees: int) -> None:
    """Write a rotation into the track header's matrix, as phones do."""
    matrices = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
    a, b, c, d = (value << 16 for value in matrices[degrees])
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4
    struct.pack_into(">9i", data, start + 40, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


def write_cases(
    folder: Path,
    clips: dict[str, FramesU8],
    prompts: dict[str, str] | None = None,
    *,
    repeat: int = 1,
    file: str = "cases.json",
) -> Path:
    """Write each clip, `repeat` times over, as `<id>.mp4` and a cases file that names them; returns the cases file."""
    cases = []
    for name, frames in clips.items():
        write_video(folder / f"{name}.mp4", itertools.chain.from_iterable([frames] * repeat), fps=8)
        prompt = (prompts or {}).get(name, f"a white square, clip {name}")
        cases.append({"id": name, "video": f"{name}.mp4", "prompt": prompt})
    path = folder / file
    path.write_text(json.dumps(cases, indent=1), encoding="utf-8")
    return path


def add_reference(cases: Path, case_id: str) -> None:
    """Give a case the first frame of `moving_square` as the reference picture of its subject."""
    picture = moving_square(1, 256, 320, speed_px=0)[0]
    Image.fromarray(picture).save(cases.parent / "square-reference.png")
    entries = json.loads(cases.read_text(encoding="utf-8"))
    for entry in entries:
        if entry["id"] == case_id:
            entry["references"] = [
                {"id": "square", "noun": "white square", "kind": "object", "image": "square-reference.png"}
            ]
    cases.write_text(json.dumps(entries, indent=1), encoding="utf-8")


if __name__ == "__main__":
    size = {"num_frames": 17, "height_px": 256, "width_px": 448}
    drawn = {"still": still(**size), "square": moving_square(**size, speed_px=12), "flicker": flicker(**size)}
    texts = {
        "still": "A smooth field of colours that does not move.",
        "square": "A white square slides to the right over a field of colours.",
        "flicker": "A field of colours that flickers between light and dark.",
    }
    # A name of its own, so that no table of these clips can be taken for one of a model's.
    path = write_cases(Path(sys.argv[1]), drawn, texts, file="drawn-clips.json")
    add_reference(path, "square")
    print(path)  # noqa: T201
