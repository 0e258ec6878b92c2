"""Drawn clips with their truth, kept in a folder that several trainings read.

python -m s2vbench.mini.clips BANK --count 8000 --held-out 1000 --workers 1

A bank has shards of 250 clips. Arrays lie uncompressed in the files and are read through memory maps: a clip costs
what is asked of it, and processes share what is in memory.

Shape letters: N clips of a shard, T frames, K subjects, R reference pictures, H height, W width, C red, green, blue.
"""

from __future__ import annotations

import argparse
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from s2vbench.errors import InputError, OutputError
from s2vbench.files import cannot_write
from s2vbench.mini.clips_drawn import (
    HEIGHT_PX,
    HELD_OUT,
    MOST_SUBJECTS,
    NUM_FRAMES,
    NUM_REFERENCES,
    REFERENCE_PX,
    WIDTH_PX,
    DrawnClip,
    ReferencePicture,
    draw_clip,
)
from s2vbench.world.cast import Individual

__all__ = ["HELD_OUT", "SHARD", "ClipBank", "DrawnClip", "ReferencePicture", "draw_clip"]

SHARD: Final = 250
_LAYOUT: Final[dict[str, tuple[tuple[int, ...], str]]] = {
    "frames": ((NUM_FRAMES, HEIGHT_PX, WIDTH_PX, 3), "u1"),
    "masks": ((NUM_FRAMES, MOST_SUBJECTS, HEIGHT_PX, WIDTH_PX // 8), "u1"),
    "boxes": ((NUM_FRAMES, MOST_SUBJECTS, 4), "<f4"),
    "visibility": ((NUM_FRAMES, MOST_SUBJECTS), "<f4"),
    "references": ((MOST_SUBJECTS, NUM_REFERENCES, REFERENCE_PX, REFERENCE_PX, 3), "u1"),
    "reference_masks": ((MOST_SUBJECTS, NUM_REFERENCES, REFERENCE_PX, REFERENCE_PX // 8), "u1"),
}
"""Arrays of a shard behind its number of clips; masks are bits, and slots without a subject are 0."""


class Shard:
    """One file of a bank.

    Args:
        path: the file.

    Raises:
        InputError: it is damaged, or no shard.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as archive:
                self._arrays = {name: _mapped(archive, path, name) for name in _LAYOUT}
                self._told: list[dict[str, Any]] = json.loads(archive.read("told.json"))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise InputError(
                f"{path}: no readable shard of drawn clips ({error}); delete it and draw it again"
            ) from error
        for name, (shape, kind) in _LAYOUT.items():
            array = self._arrays[name]
            if array.shape != (len(self._told), *shape) or array.dtype != np.dtype(kind):
                raise InputError(f"{path}: {name} has shape {array.shape}; the shard is of another version, delete it")

    def __len__(self) -> int:
        return len(self._told)

    def array(self, name: str) -> npt.NDArray[Any]:
        """A mapped array of all clips: frames, masks, boxes, visibility, references or reference_masks."""
        return self._arrays[name]

    def told(self, index: int) -> dict[str, Any]:
        """What a clip has beside arrays: subjects, phrases, caption, caption_short, fps, scene."""
        return self._told[index]

    def clip(self, index: int) -> DrawnClip:
        """A whole clip; its frames stay in the file until they are looked at."""
        told = self._told[index]
        subjects = tuple(Individual(noun, seed) for noun, seed in told["subjects"])
        count = len(subjects)
        pictures = self._arrays["references"][index, :count]
        picture_masks = np.unpackbits(self._arrays["reference_masks"][index, :count], axis=-1).astype(np.bool_)
        return DrawnClip(
            frames_THWC=self._arrays["frames"][index],
            masks_TKHW=np.unpackbits(self._arrays["masks"][index][:, :count], axis=-1).astype(np.bool_),
            boxes_TK4=self._arrays["boxes"][index][:, :count],
            visibility_TK=self._arrays["visibility"][index][:, :count],
            subjects=subjects,
            phrases=tuple(told["phrases"]),
            caption=told["caption"],
            caption_short=told["caption_short"],
            fps=told["fps"],
            scene=told["scene"],
            references=tuple(
                tuple(map(ReferencePicture, rows, masks)) for rows, masks in zip(pictures, picture_masks, strict=True)
            ),
        )


def _mapped(archive: zipfile.ZipFile, path: Path, name: str) -> npt.NDArray[Any]:
    """An array where it lies in the file, which holds it uncompressed."""
    with archive.open(f"{name}.npy") as member:
        version = np.lib.format.read_magic(member)
        assert version == (1, 0)
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
        header_bytes = member.tell()
    info = archive.getinfo(f"{name}.npy")
    with path.open("rb") as file:
        # The local header says again how long the name is, and how long what follows it.
        file.seek(info.header_offset + 26)
        name_bytes, extra_bytes = np.frombuffer(file.read(4), "<u2").tolist()
    start = info.header_offset + 30 + name_bytes + extra_bytes + header_bytes
    return np.memmap(path, dtype, "r", start, shape)


class ClipBank(Sequence[DrawnClip]):
    """The clips of a folder, in the order of their numbers.

    Args:
        folder: where `draw_bank` put them.
        held_out: those for measures instead of those for training.

    Raises:
        InputError: there are none, or a shard is damaged.
    """

    def __init__(self, folder: Path, *, held_out: bool = False) -> None:
        paths = [path for path in sorted(folder.glob("*.npz")) if (int(path.stem) >= HELD_OUT) == held_out]
        if not paths:
            kind = "held-out " if held_out else ""
            raise InputError(f"{folder} has no {kind}clips; draw some with python -m s2vbench.mini.clips {folder}")
        self.folder, self.held_out = folder, held_out
        self._paths = paths

    @cached_property
    def shards(self) -> list[Shard]:
        """The files, opened."""
        return [Shard(path) for path in self._paths]

    @cached_property
    def _starts(self) -> npt.NDArray[np.int64]:
        return np.cumsum([0, *map(len, self.shards)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def where(self, index: int) -> tuple[Shard, int]:
        """The shard of a clip, and its place there."""
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index} of {len(self)}")
        at = int(np.searchsorted(self._starts, index, side="right")) - 1
        return self.shards[at], index - int(self._starts[at])

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        shard, at = self.where(index)
        return shard.clip(at)

    def __iter__(self) -> Iterator[DrawnClip]:
        return (self[index] for index in range(len(self)))


def path_of(folder: Path, first: int) -> Path:
    """Where the shard that begins with a number lies."""
    return folder / f"{first:08d}.npz"


def draw_shard(first: int, folder: Path, size: int = SHARD) -> Path:
    """Draw the clips from a number on into one file, unless it is there and whole; its path.

    Raises:
        OutputError: it cannot be written.
    """
    path = path_of(folder, first)
    if path.exists():
        try:
            if len(Shard(path)) == size:
                return path
        except InputError:
            path.unlink()
    arrays = {name: np.zeros((size, *shape), kind) for name, (shape, kind) in _LAYOUT.items()}
    told = [_fill(arrays, index, draw_clip(first + index)) for index in range(size)]
    temporary = path.with_suffix(f".{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array, version=(1, 0))
            archive.writestr("told.json", json.dumps(told))
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OutputError(cannot_write(path, error)) from error
    return path


def _fill(arrays: dict[str, npt.NDArray[Any]], index: int, clip: DrawnClip) -> dict[str, Any]:
    """Put a clip into its place; what is said of it."""
    count = len(clip.subjects)
    arrays["frames"][index] = clip.frames_THWC
    arrays["boxes"][index] = np.nan
    if count:
        arrays["masks"][index, :, :count] = np.packbits(clip.masks_TKHW, axis=-1)
        arrays["boxes"][index, :, :count] = clip.boxes_TK4
        arrays["visibility"][index, :, :count] = clip.visibility_TK
        for k, pictures in enumerate(clip.references):
            arrays["references"][index, k] = [picture.picture_HWC for picture in pictures]
            arrays["reference_masks"][index, k] = [np.packbits(picture.mask_HW, axis=-1) for picture in pictures]
    return {
        "subjects": [[who.noun, who.seed] for who in clip.subjects],
        "phrases": clip.phrases,
        "caption": clip.caption,
        "caption_short": clip.caption_short,
        "fps": clip.fps,
        "scene": clip.scene,
    }


def draw_bank(folder: Path, count: int, held_out: int, workers: int = 1) -> Iterator[Path]:
    """Draw what a bank still lacks, shard by shard; both counts are rounded up to whole shards."""
    firsts = [*range(HELD_OUT, HELD_OUT + held_out, SHARD), *range(0, count, SHARD)]
    with get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(partial(draw_shard, folder=folder), firsts)


def main() -> None:
    """Draw a bank; shards that are there and whole are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path)
    parser.add_argument("--count", type=int, default=8000, help="clips to train on")
    parser.add_argument("--held-out", type=int, default=1000, help="clips to measure on")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    for path in draw_bank(options.bank, options.count, options.held_out, options.workers):
        print(path.name, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
