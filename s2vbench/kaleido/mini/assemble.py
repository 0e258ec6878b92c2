"""The embedded model's parts into one folder in fp16, as it is shipped.

python -m s2vbench.kaleido.mini.assemble TRANSFORMER VAE LANGUAGE OUT
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import torch

from s2vbench.kaleido.bundle import load_text_encoder, load_tokenizer, load_transformer, load_vae, save_bundle
from s2vbench.kaleido.mini.bank import WORLD
from s2vbench.kaleido.mini.language import LENGTH
from s2vbench.kaleido.parts import Part, find_network
from s2vbench.kaleido.settings import Settings

SETTINGS: Final = Settings(
    name="kaleido-mini",
    height_px=WORLD.height_px,
    width_px=WORLD.width_px,
    num_frames=WORLD.num_frames,
    fps=WORLD.fps,
    steps=20,
    shift=3.0,
    guidance=4.0,
    # Stage 1 and 2 leave every tenth caption out; that is the only "negative" the model knows.
    negative_prompt="",
    text_length=LENGTH,
    max_references=4,
    batch_size=16,
)

SHARD: Final = "12MB"
"""Hosts of source code and registries frown upon files above 16 MB."""


def main() -> None:
    """Write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transformer", type=Path, help="folder that training exported")
    parser.add_argument("vae", type=Path)
    parser.add_argument("language", type=Path, help="folder of s2vbench.kaleido.mini.language")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    encoder, tokenizer = (options.language / name for name in ("text_encoder", "tokenizer"))
    save_bundle(
        options.out,
        transformer=load_transformer(find_network("transformer", options.transformer), torch.float32, SETTINGS),
        vae=load_vae(find_network("vae", options.vae)),
        text_encoder=load_text_encoder(find_network("text_encoder", encoder), torch.float32),
        tokenizer=load_tokenizer(Part("tokenizer", tokenizer, (), 0)),
        settings=SETTINGS,
        dtype="fp16",
        max_shard_size=SHARD,
    )


if __name__ == "__main__":
    main()
