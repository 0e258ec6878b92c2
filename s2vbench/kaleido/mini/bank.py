"""Clips of the rendered world kept on disk, so that several trainings need not draw them again.

python -m s2vbench.kaleido.mini.bank BANK --count 22000 --workers 2
"""

from __future__ import annotations

import argparse
import io
import json
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from s2vbench.files import write_atomically
from s2vbench.kaleido.data.world import WorldSamples
from s2vbench.kaleido.pictures import letterbox
from s2vbench.types import FramesU8

CHUNK: Final = 500
MOST_REFERENCES: Final = 3
WORLD: Final = WorldSamples(num_frames=9, height_px=64, width_px=80, fps=8.0, close_up=True)
"""What the embedded model sees: 9 frames of 80x64 px at 8 frames a second, subjects near, references cross-paired."""


@dataclass(frozen=True)
class Chunk:
    """Some hundred clips; N clips, K references at most."""

    frames_NTHWC: FramesU8
    references_NKHWC: FramesU8
    """Already fitted onto white at the video's size; those beyond a clip's count are black."""
    counts_N: npt.NDArray[np.int64]
    captions: tuple[str, ...]


def draw_chunk(index: int, world: WorldSamples = WORLD, size: int = CHUNK) -> Chunk:
    """Clips index * size to (index + 1) * size - 1 of the world."""
    samples = [world.sample(index * size + i) for i in range(size)]
    references = np.zeros((size, MOST_REFERENCES, world.height_px, world.width_px, 3), np.uint8)
    for i, sample in enumerate(samples):
        for k, picture in enumerate(sample.references):
            references[i, k] = letterbox(picture, world.height_px, world.width_px)
    return Chunk(
        np.stack([sample.frames_THWC for sample in samples]),
        references,
        np.array([len(sample.references) for sample in samples], np.int64),
        tuple(sample.caption for sample in samples),
    )


def path_of(folder: Path, index: int) -> Path:
    """Where a chunk lies."""
    return folder / f"{index:05d}.npz"


def save_chunk(index: int, folder: Path) -> int:
    """Draw a chunk and write it, unless it is there; its index."""
    if not path_of(folder, index).exists():
        chunk = draw_chunk(index)
        buffer = io.BytesIO()
        np.savez(
            buffer,
            frames=chunk.frames_NTHWC,
            references=chunk.references_NKHWC,
            counts=chunk.counts_N,
            captions=np.frombuffer(json.dumps(chunk.captions).encode(), np.uint8),
        )
        write_atomically(path_of(folder, index), buffer.getvalue())
    return index


def load_chunk(folder: Path, index: int) -> Chunk:
    """Read a chunk."""
    with np.load(path_of(folder, index)) as arrays:
        captions = tuple(json.loads(arrays["captions"].tobytes()))
        return Chunk(arrays["frames"], arrays["references"], arrays["counts"], captions)


def captions_in(folder: Path, index: int) -> tuple[str, ...]:
    """Captions of a chunk, without its pictures."""
    with np.load(path_of(folder, index)) as arrays:
        return tuple(json.loads(arrays["captions"].tobytes()))


def size_of(folder: Path) -> int:
    """How many chunks a bank has, from the first without a gap."""
    index = 0
    while path_of(folder, index).exists():
        index += 1
    return index


def main() -> None:
    """Draw a bank; chunks that are there are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path)
    parser.add_argument("--count", type=int, default=22_000, help="clips, a multiple of 500")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.bank.mkdir(parents=True, exist_ok=True)
    with get_context("spawn").Pool(options.workers) as pool:
        for index in pool.imap_unordered(partial(save_chunk, folder=options.bank), range(options.count // CHUNK)):
            print(f"chunk {index} done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
