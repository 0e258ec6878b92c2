"""A data set into a latents cache: worker processes draw and decode, this one encodes and writes.

`skipped.jsonl` in the cache says, item by item, what made no sample; `problems.json` sums it up at the end.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from s2vbench.errors import InputError
from s2vbench.kaleido.data.cache_writer import CacheWriter
from s2vbench.kaleido.data.encoder import LatentEncoder
from s2vbench.kaleido.data.latents import CacheFacts
from s2vbench.kaleido.data.problems import MOST_SHARE, REPORT, Problems, Skipped
from s2vbench.kaleido.data.sources import Shown, Source
from s2vbench.kaleido.data.workers import prepared_items
from s2vbench.ledger import Ledger, iter_rows

SKIPPED = "skipped.jsonl"
Progress = Callable[[float, int, str], None]
"""Called with samples done, samples in all, and the name of the last one."""


@dataclass(frozen=True)
class EncodeRequest:
    """What to encode, and where to put it."""

    source: Source
    name: str
    """Of the source, for messages."""
    out: Path
    batch_size: int = 4
    """Clips that the VAE takes in one go."""
    workers: int = 0
    """Processes that draw and decode; 0 does it in this one."""
    most_share: float = MOST_SHARE
    """Of the items, that may make no sample."""
    shard_samples: int | None = None


@dataclass(frozen=True)
class EncodeResult:
    """How an encoding run ended."""

    out: Path
    samples: int
    """In the cache, with those of earlier runs."""
    skipped: int
    seconds: float


def encode(request: EncodeRequest, encoder: LatentEncoder, progress: Progress = lambda *_: None) -> EncodeResult:
    """Encode the items of a source that the cache does not have yet.

    Running the same request again goes on after the last whole shard.

    Raises:
        InputError: the sizes do not suit the VAE, the cache was made with something else, too many items are of no
            use, or a worker process or the device ran out of memory.
        RunLockedError: another process writes the cache. OutputError: it cannot be written.
    """
    if request.batch_size < 1 or request.workers < 0:
        raise InputError(f"batch size {request.batch_size}, {request.workers} workers: must be at least 1 and 0")
    started = time.perf_counter()
    source = request.source
    with CacheWriter(request.out, cache_facts(source, encoder), request.shard_samples) as writer:
        problems = _problems_so_far(request, writer.next_item)
        items = range(writer.next_item, len(source))
        try:
            with (
                Ledger(request.out / SKIPPED, Skipped) as ledger,
                prepared_items(source, items, request.workers, request.batch_size) as prepared,
            ):
                _encode_all(request, encoder, prepared, writer=writer, note=_Note(problems, ledger), progress=progress)
        finally:
            problems.write(request.out / REPORT)
        writer.flush()
        progress(len(items), len(items), "")
        return EncodeResult(request.out, writer.samples, len(problems), time.perf_counter() - started)


def cache_facts(source: Source, encoder: LatentEncoder) -> CacheFacts:
    """What a cache of this source and VAE records of itself."""
    shape = source.shape
    return CacheFacts(
        vae=encoder.facts,
        shape=encoder.latent_shape(shape),
        num_frames=shape.num_frames,
        height_px=shape.height_px,
        width_px=shape.width_px,
        fps=shape.fps,
        sets=source.sets,
        source=source.identity(),
        precision=encoder.precision,
    )


def _problems_so_far(request: EncodeRequest, next_item: int) -> Problems:
    """Those of earlier runs, up to where this one goes on."""
    before = [row for row in iter_rows(request.out / SKIPPED, Skipped) if row.item < next_item]
    return Problems(request.name, len(request.source), request.most_share, before)


@dataclass(frozen=True)
class _Note:
    """Where items go that make no sample."""

    problems: Problems
    ledger: Ledger[Skipped]

    def take(self, skipped: Skipped) -> None:
        self.ledger.append(skipped)
        self.problems.add(skipped)


def _encode_all(
    request: EncodeRequest,
    encoder: LatentEncoder,
    prepared: Iterator[tuple[int, Shown | Skipped]],
    *,
    writer: CacheWriter,
    note: _Note,
    progress: Progress,
) -> None:
    first = writer.next_item
    for some in _chunks(prepared, request.batch_size):
        whole: list[tuple[int, Shown]] = []
        for item, found in some:
            if isinstance(found, Skipped):
                note.take(found)
            else:
                whole.append((item, found))
        if whole:
            _encode_some(whole, request, encoder, writer=writer, note=note)
        last = some[-1][0]
        progress(last + 1 - first, len(request.source) - first, whole[-1][1].name if whole else "")


def _encode_some(
    whole: list[tuple[int, Shown]], request: EncodeRequest, encoder: LatentEncoder, *, writer: CacheWriter, note: _Note
) -> None:
    sets = request.source.sets
    pictures = [picture for _, shown in whole for name in sets for picture in shown.references[name]]
    try:
        latents_BCTHW = encoder.clips([shown.frames_THWC for _, shown in whole])
        encoded = iter(encoder.pictures(pictures))
    except torch.OutOfMemoryError as error:
        raise InputError(
            f"out of GPU memory with {len(whole)} clips at once; run again with --batch-size {max(1, len(whole) // 2)}"
        ) from error
    for (item, shown), latents_CTHW in zip(whole, latents_BCTHW, strict=True):
        references = {name: list(itertools.islice(encoded, len(shown.references[name]))) for name in sets}
        every = [latents_CTHW, *(one for some in references.values() for one in some)]
        # fp16 is what the cache holds.
        if all(bool(torch.isfinite(one.half()).all()) for one in every):
            writer.add(item, shown.name, shown.caption, latents_CTHW, references)
        else:
            reason = f"{shown.name}: its latents are not finite in fp16"
            note.take(Skipped(item=item, name=shown.name, reason=reason))


def _chunks(prepared: Iterator[tuple[int, Shown | Skipped]], size: int) -> Iterator[list[tuple[int, Shown | Skipped]]]:
    while some := list(itertools.islice(prepared, size)):
        yield some


def default_workers() -> int:
    """Half of the processors: the encoder needs the others, unless it has a GPU."""
    return max(1, (os.cpu_count() or 1) // 2)
