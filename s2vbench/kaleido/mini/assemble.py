"""The embedded model's parts into one folder in fp16, as it is shipped.

python -m s2vbench.kaleido.mini.assemble TRANSFORMER VAE LANGUAGE OUT
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from diffusers import AutoencoderKLWan
from transformers import AutoTokenizer, UMT5EncoderModel

from s2vbench.kaleido.bundle import save_bundle
from s2vbench.kaleido.mini.bank import WORLD
from s2vbench.kaleido.mini.language import LENGTH
from s2vbench.kaleido.settings import Settings
from s2vbench.kaleido.transformer import KaleidoTransformer

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


def main() -> None:
    """Write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transformer", type=Path, help="folder that training exported")
    parser.add_argument("vae", type=Path)
    parser.add_argument("language", type=Path, help="folder of s2vbench.kaleido.mini.language")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    save_bundle(
        options.out,
        transformer=KaleidoTransformer.from_pretrained(options.transformer),
        vae=AutoencoderKLWan.from_pretrained(options.vae),
        text_encoder=UMT5EncoderModel.from_pretrained(options.language / "text_encoder"),
        tokenizer=AutoTokenizer.from_pretrained(options.language / "tokenizer"),
        settings=SETTINGS,
        dtype="fp16",
    )


if __name__ == "__main__":
    main()
