"""Training data encoded while training runs: no cache to make first, and the VAE works at every step.

A cache is worth its disk as soon as a sample is seen twice.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from s2vbench.kaleido.data.encoder import LatentEncoder
from s2vbench.kaleido.data.latents import Encoded, Layout
from s2vbench.kaleido.data.problems import MOST_SHARE, Problems, SampleError, Skipped
from s2vbench.kaleido.data.sources import CROSS, GIVEN, IN, ClipShape, FolderSource, WorldSource
from s2vbench.kaleido.data.world import WorldSamples, subjects_most
from s2vbench.world.improv import improvise


class LiveFolder:
    """A folder of training data, decoded and encoded sample by sample.

    Samples that cannot be used are skipped by `Batches`, and counted here.

    Args:
        folder: in the released layout.
        shape: what clips are brought to.
        encoder: the VAE.
        skip_frames: left out at both ends of a video.
        most_share: of the samples, that may be of no use.

    Raises:
        InputError: no such folder, or the sizes do not suit the VAE.
    """

    def __init__(
        self,
        folder: Path,
        shape: ClipShape,
        encoder: LatentEncoder,
        *,
        skip_frames: int = 3,
        most_share: float = MOST_SHARE,
    ) -> None:
        _, _, self._height, self._width = encoder.latent_shape(shape)
        self._source, self._encoder = FolderSource(folder, shape, skip_frames), encoder
        self.problems = Problems(str(folder), len(self._source), most_share)

    def __len__(self) -> int:
        return len(self._source)

    def layouts(self) -> list[Layout]:
        """Sizes of every sample's references, by the names of files."""
        samples = self._source.samples
        return [((self._height, self._width),) * samples.reference_count(item) for item in range(len(self))]

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        """One sample.

        Raises:
            SampleError: it cannot be used; it has been counted. InputError: too many cannot.
        """
        try:
            return self._encoder.encoded(self._source.item(index), GIVEN, most_references)
        except SampleError as error:
            name = self._source.samples.names[index]
            self.problems.add(Skipped(item=index, name=name, reason=str(error)))
            raise


class LiveWorld:
    """The rendered world without end, drawn and encoded clip by clip.

    Args:
        world: which clips, and which kind of references.
        encoder: the VAE.

    Raises:
        InputError: the sizes do not suit the VAE.
    """

    def __init__(self, world: WorldSamples, encoder: LatentEncoder) -> None:
        self._which: Literal["cross", "in"] = CROSS if world.cross_paired else IN
        self._world, self._encoder = world, encoder
        self._source = WorldSource(world, self._which, 0)
        _, _, self._height, self._width = encoder.latent_shape(self._source.shape)
        self.most_layouts = world.most_references
        self.layout_of = lru_cache(maxsize=4096)(self._layout_of)

    def _layout_of(self, index: int) -> Layout:
        """Sizes of one clip's references; the story is made up, but not drawn."""
        return ((self._height, self._width),) * reference_count(self._world, index)

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        """One clip."""
        return self._encoder.encoded(self._source.item(index), self._which, most_references)


def reference_count(world: WorldSamples, number: int) -> int:
    """How many references a clip of the world has, without drawing it."""
    number += world.offset
    most_subjects = min(subjects_most(number), world.most_references)
    return len(improvise(number, most_subjects=most_subjects).people)
