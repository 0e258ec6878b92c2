"""What can be encoded: a folder of training data, or the first clips of the rendered world.

Nothing here needs a network, so worker processes that draw and decode start quickly.
Shape letters: T frames, H height, W width, C channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from s2vbench.files import digest_of
from s2vbench.kaleido.data.folder import FolderSamples
from s2vbench.kaleido.data.sample import Sample
from s2vbench.kaleido.data.world import WorldSamples
from s2vbench.kaleido.pictures import letterbox
from s2vbench.types import FramesU8

CROSS: Final = "cross"
IN: Final = "in"
GIVEN: Final = "given"
"""Names of sets of references: elsewhere in another pose (the paper's cross-paired data), cut from the clip itself, and
as a folder of training data gives them."""
Pairs = Literal["cross", "in", "both"]


@dataclass(frozen=True)
class ClipShape:
    """What every clip is brought to."""

    num_frames: int
    height_px: int
    width_px: int
    fps: float


@dataclass(frozen=True)
class Shown:
    """One sample, ready for the VAE."""

    name: str
    caption: str
    frames_THWC: FramesU8
    references: Mapping[str, tuple[FramesU8, ...]]
    """Name of a set -> its pictures (H, W, C), fitted into the clip's size on white."""


class Source(Protocol):
    """Items that become samples; sent to worker processes, so it can be pickled."""

    @property
    def shape(self) -> ClipShape:
        """What its clips are brought to."""

    @property
    def sets(self) -> tuple[str, ...]:
        """Names of the sets of references that every sample has."""

    def __len__(self) -> int: ...

    def item(self, number: int) -> Shown:
        """One sample; `SampleError` where the item makes none."""

    def identity(self) -> dict[str, Any]:
        """What the samples depend on; a cache is only added to from a source of the same identity."""


class FolderSource:
    """The samples of a folder in the released layout."""

    sets: tuple[str, ...] = (GIVEN,)

    def __init__(self, folder: Path, shape: ClipShape, skip_frames: int) -> None:
        self.shape, self._skip_frames = shape, skip_frames
        self.samples = FolderSamples(
            folder,
            num_frames=shape.num_frames,
            height_px=shape.height_px,
            width_px=shape.width_px,
            fps=shape.fps,
            skip_frames=skip_frames,
        )

    def __len__(self) -> int:
        return len(self.samples)

    def item(self, number: int) -> Shown:
        """One sample of the folder.

        Raises:
            SampleError: it cannot be used.
        """
        return shown(self.shape, {GIVEN: self.samples.sample(number)})

    def identity(self) -> dict[str, Any]:
        """The names of its samples: one more between the others would shift all items after it."""
        return {"kind": "folder", "skip_frames": self._skip_frames, "names": digest_of(list(self.samples.names))}


@dataclass(frozen=True)
class WorldSource:
    """The first `count` clips of the rendered world.

    Args:
        world: which clips; whether its references are cross-paired does not matter here.
        pairs: which sets of references each sample gets.
        count: how many; a cache that is made longer later goes on where it ends.
    """

    world: WorldSamples
    pairs: Pairs
    count: int

    @cached_property
    def shape(self) -> ClipShape:
        """What the world draws."""
        return ClipShape(self.world.num_frames, self.world.height_px, self.world.width_px, self.world.fps)

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """Names of the sets of references."""
        return (CROSS, IN) if self.pairs == "both" else (self.pairs,)

    def __len__(self) -> int:
        return self.count

    def item(self, number: int) -> Shown:
        """One clip, drawn."""
        samples = {name: replace(self.world, cross_paired=name == CROSS).sample(number) for name in self.sets}
        return shown(self.shape, samples)

    def identity(self) -> dict[str, Any]:
        """The world's settings."""
        world = self.world
        return {
            "kind": "world",
            "most_references": world.most_references,
            "close_up": world.close_up,
            "offset": world.offset,
        }


def shown(shape: ClipShape, samples: Mapping[str, Sample]) -> Shown:
    """One sample with its sets of references letterboxed; `samples` differ in nothing but their references."""
    first = next(iter(samples.values()))
    references = {
        name: tuple(letterbox(picture_HWC, shape.height_px, shape.width_px) for picture_HWC in sample.references)
        for name, sample in samples.items()
    }
    return Shown(first.name, first.caption, first.frames_THWC, references)
