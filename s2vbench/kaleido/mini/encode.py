"""Latents of a bank: the cache that `s2vbench kaleido encode world` would write, without drawing the clips again.

python -m s2vbench.kaleido.mini.encode BANK VAE OUT --count 28000
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from s2vbench.kaleido.data.encode import EncodeRequest, encode
from s2vbench.kaleido.data.encoder import LatentEncoder, load_vae
from s2vbench.kaleido.data.sources import CROSS, Shown, WorldSource
from s2vbench.kaleido.mini.bank import CHUNK, WORLD, Chunk, load_chunk


@dataclass(frozen=True)
class BankSource(WorldSource):
    """The rendered world's first clips, read from a bank."""

    bank: Path

    def item(self, number: int) -> Shown:
        """One clip with its cross-paired references."""
        chunk, row = _chunk(self.bank, number // CHUNK), number % CHUNK
        pictures = tuple(chunk.references_NKHWC[row, : chunk.counts_N[row]])
        return Shown(f"world-{number}", chunk.captions[row], chunk.frames_NTHWC[row], {CROSS: pictures})


@lru_cache(maxsize=1)
def _chunk(bank: Path, index: int) -> Chunk:
    return load_chunk(bank, index)


def main() -> None:
    """Encode a bank; run again, it goes on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path)
    parser.add_argument("vae", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=28_000, help="clips, a multiple of 500")
    options = parser.parse_args()
    source = BankSource(WORLD, "cross", options.count, options.bank)
    encoder = LatentEncoder(load_vae(options.vae, precision="bf16"))
    print(encode(EncodeRequest(source, "the bank", options.out, batch_size=20), encoder))  # noqa: T201


if __name__ == "__main__":
    main()
