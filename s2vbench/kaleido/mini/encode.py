"""Latents of a bank: the cache that `s2vbench kaleido encode world` would write, without drawing the clips again.

python -m s2vbench.kaleido.mini.encode BANK VAE OUT --count 22000
python -m s2vbench.kaleido.mini.encode BANK VAE OUT --count 22000 --pairs both    # cut-outs of the clips, too

A bank holds cross-paired references only. References that are cut from the clip are drawn anew, from the same numbers,
so a cache with both sets has the very clips of one with a single set.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import get_args

from s2vbench.kaleido.data.encode import EncodeRequest, encode
from s2vbench.kaleido.data.encoder import LatentEncoder, load_vae
from s2vbench.kaleido.data.sources import CROSS, IN, Pairs, Shown, WorldSource
from s2vbench.kaleido.mini.bank import CHUNK, WORLD, Chunk, load_chunk
from s2vbench.kaleido.pictures import letterbox
from s2vbench.types import FramesU8


@dataclass(frozen=True)
class BankSource(WorldSource):
    """The rendered world's first clips, read from a bank."""

    bank: Path

    def item(self, number: int) -> Shown:
        """One clip with its sets of references."""
        chunk, row = _chunk(self.bank, number // CHUNK), number % CHUNK
        references: dict[str, tuple[FramesU8, ...]] = {}
        if CROSS in self.sets:
            references[CROSS] = tuple(chunk.references_NKHWC[row, : chunk.counts_N[row]])
        if IN in self.sets:
            references[IN] = self._cut_from(number)
        return Shown(f"world-{number}", chunk.captions[row], chunk.frames_NTHWC[row], references)

    def _cut_from(self, number: int) -> tuple[FramesU8, ...]:
        drawn = replace(self.world, cross_paired=False).sample(number)
        return tuple(letterbox(picture, self.world.height_px, self.world.width_px) for picture in drawn.references)


@lru_cache(maxsize=1)
def _chunk(bank: Path, index: int) -> Chunk:
    return load_chunk(bank, index)


def main() -> None:
    """Encode a bank; run again, it goes on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path)
    parser.add_argument("vae", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=22_000, help="clips, a multiple of 500")
    parser.add_argument("--pairs", choices=get_args(Pairs), default="cross", help="which sets of references")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw what the bank does not hold")
    options = parser.parse_args()
    source = BankSource(WORLD, options.pairs, options.count, options.bank)
    encoder = LatentEncoder(load_vae(options.vae, precision="bf16"))
    request = EncodeRequest(source, "the bank", options.out, batch_size=20, workers=options.workers)
    print(encode(request, encoder))  # noqa: T201


if __name__ == "__main__":
    main()
