"""Writing a latents cache, shard by shard, so that a killed writer goes on after its last whole shard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import torch
from filelock import FileLock, Timeout
from torch import Tensor

from s2vbench.errors import InputError, OutputError, RunLockedError
from s2vbench.files import cannot_write, write_atomically
from s2vbench.kaleido.data.latents import INDEX, CacheFacts, CacheIndex, SampleLine, ShardFacts, read_index

MOST_SHARD_SAMPLES, MOST_SHARD_BYTES = 512, 256 << 20


class CacheWriter:
    """A cache open for writing, or for going on after its last whole shard; use it as a context manager.

    An exception loses the shard that was begun; leaving in order, or by Ctrl-C, keeps it as a short shard.

    Args:
        folder: of the cache; made if it does not exist.
        facts: what its samples have in common.
        shard_samples: samples a shard; by default 512, or fewer where those would exceed 256 MB.

    Raises:
        InputError: the folder holds a cache made with something else. RunLockedError: another process writes it.
        OutputError: it cannot be written.
    """

    def __init__(self, folder: Path, facts: CacheFacts, shard_samples: int | None = None) -> None:
        self.folder = folder
        self._lock = FileLock(folder / ".lock")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise RunLockedError(f"{folder}: another process writes this cache; wait for it") from error
        except OSError as error:
            raise OutputError(cannot_write(folder, error)) from error
        try:
            index = read_index(folder) or CacheIndex(facts=facts)
            _check_facts(folder, index.facts, facts)
        except BaseException:
            self._lock.release()
            raise
        self._index = index
        self.shard_samples = shard_samples or _samples_a_shard(facts.shape)
        self._rows: list[tuple[SampleLine, Tensor, Mapping[str, Sequence[Tensor]]]] = []
        self._next_item = self.next_item

    @property
    def next_item(self) -> int:
        """The item of the source to go on with: the first one that no whole shard covers."""
        return self._index.shards[-1].next_item if self._index.shards else 0

    @property
    def samples(self) -> int:
        """How many samples whole shards hold."""
        return self._index.samples

    def add(
        self, item: int, name: str, caption: str, latents_CTHW: Tensor, references: Mapping[str, Sequence[Tensor]]
    ) -> None:
        """Take one sample; items come in order.

        Args:
            item: its position in the source.
            name: of the sample.
            caption: what the clip shows.
            latents_CTHW: normalised latents.
            references: for every set of `facts.sets`, latents (C, h, w) of each reference.
        """
        assert item >= self._next_item, (item, self._next_item)
        assert tuple(latents_CTHW.shape) == self._index.facts.shape, (latents_CTHW.shape, self._index.facts.shape)
        assert set(references) == set(self._index.facts.sets), sorted(references)
        self._rows.append((SampleLine(name=name, caption=caption), latents_CTHW.half().cpu(), references))
        self._next_item = item + 1
        if len(self._rows) >= self.shard_samples:
            self.flush()

    def flush(self) -> None:
        """Write the shard that was begun, and then the index that lists it."""
        if not self._rows:
            return
        from safetensors.torch import save

        file = f"shard-{len(self._index.shards):05d}.safetensors"
        lines = [json.dumps(line.model_dump(), ensure_ascii=False).encode() + b"\n" for line, _, _ in self._rows]
        data = save(_tensors_of(self._rows, lines, self._index.facts.sets))
        write_atomically((self.folder / file).with_suffix(".jsonl"), b"".join(lines))
        write_atomically(self.folder / file, data)
        shard = ShardFacts(file=file, samples=len(lines), size_bytes=len(data), next_item=self._next_item)
        update = {"samples": self._index.samples + len(lines), "shards": (*self._index.shards, shard)}
        index = self._index.model_copy(update=update)
        write_atomically(self.folder / INDEX, index.model_dump_json(indent=1) + "\n")
        self._index, self._rows = index, []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self.flush()
        finally:
            self._lock.release()


def _tensors_of(
    rows: Sequence[tuple[SampleLine, Tensor, Mapping[str, Sequence[Tensor]]]],
    lines: Sequence[bytes],
    sets: Sequence[str],
) -> dict[str, Tensor]:
    ends = torch.cumsum(torch.tensor([len(line) for line in lines]), 0)
    tensors = {
        "latents": torch.stack([latents_CTHW for _, latents_CTHW, _ in rows]),
        "lines": torch.cat([torch.zeros(1, dtype=torch.int64), ends]),
    }
    for name in sets:
        chosen = [references[name] for _, _, references in rows]
        flat = [latents_CHW.half().cpu() for some in chosen for latents_CHW in some]
        tensors[f"references.{name}"] = torch.cat([torch.zeros(0, dtype=torch.half), *(one.flatten() for one in flat)])
        tensors[f"counts.{name}"] = torch.tensor([len(some) for some in chosen], dtype=torch.int64)
        sizes_M2 = [[one.shape[1], one.shape[2]] for one in flat]
        tensors[f"sizes.{name}"] = torch.tensor(sizes_M2, dtype=torch.int64).reshape(-1, 2)
    return tensors


def _check_facts(folder: Path, before: CacheFacts, now: CacheFacts) -> None:
    old, new = before.model_dump(), now.model_dump()
    changes = [name for name in old if old[name] != new[name]]
    if not changes:
        return
    said = "; ".join(f"{name}: {old[name]!s:.80} -> {new[name]!s:.80}" for name in changes if name != "vae")
    if "vae" in changes:
        said = "; ".join([f"vae: digest {before.vae.digest} -> {now.vae.digest}", *([said] if said else [])])
    raise InputError(f"{folder}: the cache was made with other settings ({said}); choose another folder with --out")


def _samples_a_shard(shape: tuple[int, int, int, int]) -> int:
    channels, frames, height, width = shape
    # Three references a sample in two sets, each about as large as one latent frame.
    sample_bytes = 2 * channels * (frames + 6) * height * width
    return max(1, min(MOST_SHARD_SAMPLES, MOST_SHARD_BYTES // sample_bytes))
