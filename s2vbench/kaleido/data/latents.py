"""Clips and references as the VAE sees them, computed once: a folder of shards that is read at random.

    index.json             what the latents were made with, and the list of whole shards
    shard-00000.safetensors  latents (n, C, T, H, W) in fp16, and for every named set of references: all its latents one
                           after the other (1-D), how many each sample has (n), the height and width of each (m, 2)
    shard-00000.jsonl      name and caption of each sample, one line each

A shard counts once `index.json` lists it, so a writer that is killed goes on after its last whole shard. Latents are
normalised with the VAE's own mean and std. Text contexts are not stored: captions are short, contexts are large.
Shape letters: N samples of a shard, M references, C channels, T latent frames, H and W latent rows and columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor

from s2vbench.errors import InputError
from s2vbench.types import Row

INDEX = "index.json"
_OPEN_SHARDS = 64
Layout = tuple[tuple[int, int], ...]
"""Heights and widths of a sample's references, in latent rows and columns."""


class VaeFacts(Row):
    """Which VAE the latents are of."""

    digest: str
    """Of the weights that encode and of the configuration; see `encode.vae_facts`."""
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


class CacheFacts(Row):
    """What every sample of a cache has in common."""

    vae: VaeFacts
    shape: tuple[int, int, int, int]
    """C, T, H, W of one clip's latents."""
    num_frames: int
    height_px: int
    width_px: int
    fps: float
    sets: tuple[str, ...]
    """Names of the sets of references that every sample has."""
    source: dict[str, Any]
    """Where the samples came from."""
    precision: str
    """What the VAE computed in."""


class ShardFacts(Row):
    """One whole shard."""

    file: str
    samples: int
    size_bytes: int
    next_item: int
    """How far into its source the writer was: sources hold items that make no sample."""


class CacheIndex(Row):
    """`index.json`."""

    schema_version: int = 1
    facts: CacheFacts
    samples: int = 0
    shards: tuple[ShardFacts, ...] = ()


class SampleLine(Row):
    """One line of a shard's `.jsonl`."""

    name: str
    caption: str


@dataclass(frozen=True)
class Encoded:
    """One sample as training takes it."""

    name: str
    caption: str
    latents_CTHW: Tensor
    """float32, normalised."""
    references: tuple[Tensor, ...]
    """Latents (C, h, w) of each reference, every one encoded alone."""


def read_index(folder: Path) -> CacheIndex | None:
    """The index of a cache; None where the folder holds none.

    Raises:
        InputError: it is not an index of this version.
    """
    file = folder / INDEX
    try:
        return CacheIndex.model_validate_json(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error}); choose another folder") from error
    except ValidationError as error:
        raise InputError(
            f"{file}: not the index of a latents cache of this version ({error.errors()[0]['msg']}); encode again into "
            "a new folder"
        ) from error


class LatentsCache:
    """A cache open for reading, sample by sample in any order; shards are memory-mapped.

    Args:
        folder: what `s2vbench kaleido encode` wrote.
        which: name of the set of references; needed where the cache holds several.
        vae: digest that the cache's VAE must have; None takes any.

    Raises:
        InputError: no such cache, another VAE's, no such set, or a shard that is missing or cut off.
    """

    def __init__(self, folder: Path, which: str | None = None, vae: str | None = None) -> None:
        self.folder = folder
        index = read_index(folder)
        if index is None:
            raise InputError(f"{folder}: not a latents cache (no {INDEX}); make one with `s2vbench kaleido encode`")
        self.facts = index.facts
        _check_vae(folder, self.facts.vae, vae)
        self.which = _which_set(folder, self.facts.sets, which)
        if not index.samples:
            raise InputError(f"{folder}: the cache holds no samples yet; let `s2vbench kaleido encode` finish first")
        for shard in index.shards:
            _check_size(folder / shard.file, shard)
        self._shards = index.shards
        self._starts = [0]
        for shard in index.shards:
            self._starts.append(self._starts[-1] + shard.samples)
        self._open = lru_cache(maxsize=_OPEN_SHARDS)(self._open_shard)

    def __len__(self) -> int:
        return self._starts[-1]

    def layouts(self) -> list[Layout]:
        """Of every sample, the sizes of its references; equal ones are one object."""
        known: dict[Layout, Layout] = {}
        found = []
        for position in range(len(self._shards)):
            layouts = _Shard(self.folder / self._shards[position].file, self.which).layouts()
            found += [known.setdefault(layout, layout) for layout in layouts]
        return found

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        """One sample with the first `most_references` of its references (all where None).

        Raises:
            IndexError: there is no such sample. InputError: its shard does not hold what the index says.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"sample {index} of {len(self)}")
        position = bisect_right(self._starts, index) - 1
        return self._open(position).encoded(index - self._starts[position], most_references)

    def _open_shard(self, position: int) -> _Shard:
        return _Shard(self.folder / self._shards[position].file, self.which)


def _check_vae(folder: Path, found: VaeFacts, wanted: str | None) -> None:
    if wanted is not None and found.digest != wanted:
        raise InputError(
            f"{folder}: its latents are of another VAE (digest {found.digest}, this model's is {wanted}); encode the "
            "data again with `s2vbench kaleido encode --vae` and this model's VAE"
        )


def _which_set(folder: Path, sets: Sequence[str], which: str | None) -> str:
    names = " and ".join(sets)
    if which is None and len(sets) > 1:
        raise InputError(f"{folder}: holds the sets of references {names}; name one of them")
    if which is not None and which not in sets:
        raise InputError(f"{folder}: holds no set of references {which!r}, only {names}")
    return which or sets[0]


def _check_size(file: Path, shard: ShardFacts) -> None:
    try:
        size_bytes = file.stat().st_size
    except OSError as error:
        raise InputError(f"{file}: the shard cannot be read ({error.strerror}); copy the whole folder again") from error
    if size_bytes != shard.size_bytes:
        raise InputError(
            f"{file}: the shard has {size_bytes} bytes where {INDEX} says {shard.size_bytes}; copy it again, or encode "
            "into a new folder"
        )


class _Shard:
    """One open shard: its tables in memory, its latents on disk."""

    def __init__(self, file: Path, which: str) -> None:
        import safetensors

        unreadable = (safetensors.SafetensorError, OSError)
        opened: Any = safetensors.safe_open

        self._file = file
        try:
            self._tensors = opened(str(file), framework="pt")
            self._latents = self._tensors.get_slice("latents")
            self._values = self._tensors.get_slice(f"references.{which}")
            counts_N = self._tensors.get_tensor(f"counts.{which}")
            self._sizes_M2: list[tuple[int, int]] = [
                (int(height), int(width)) for height, width in self._tensors.get_tensor(f"sizes.{which}").tolist()
            ]
            self._lines: list[int] = self._tensors.get_tensor("lines").tolist()
        except unreadable as error:
            raise InputError(f"{file}: not a readable shard ({error!s:.120}); encode again") from error
        self._channels = int(self._latents.get_shape()[1])
        self._first_of_N: list[int] = [0, *torch.cumsum(counts_N, 0).tolist()]
        values_of_M = torch.tensor([height * width for height, width in self._sizes_M2], dtype=torch.int64)
        self._start_of_M: list[int] = [0, *(self._channels * torch.cumsum(values_of_M, 0)).tolist()]

    def layouts(self) -> list[Layout]:
        pairs = zip(self._first_of_N, self._first_of_N[1:], strict=False)
        return [tuple(self._sizes_M2[first:last]) for first, last in pairs]

    def encoded(self, sample: int, most_references: int | None) -> Encoded:
        first, last = self._first_of_N[sample : sample + 2]
        if most_references is not None:
            last = min(last, first + most_references)
        line = self._line(sample)
        references = tuple(self._reference(number) for number in range(first, last))
        return Encoded(line.name, line.caption, self._latents[sample].float(), references)

    def _reference(self, number: int) -> Tensor:
        start, stop = self._start_of_M[number : number + 2]
        values: Tensor = self._values[start:stop].float()
        return values.reshape(self._channels, *self._sizes_M2[number])

    def _line(self, sample: int) -> SampleLine:
        file = self._file.with_suffix(".jsonl")
        start, stop = self._lines[sample : sample + 2]
        try:
            with file.open("rb") as lines:
                lines.seek(start)
                return SampleLine.model_validate_json(lines.read(stop - start))
        except (OSError, ValidationError) as error:
            raise InputError(f"{file}: sample {sample} has no readable line; copy the file again") from error
