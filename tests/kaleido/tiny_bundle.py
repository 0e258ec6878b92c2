"""A Kaleido bundle of the real classes with random weights, a fraction of a megabyte."""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKLWan

from s2vbench.kaleido.bundle import Bundle, save_bundle
from s2vbench.kaleido.settings import Settings
from s2vbench.kaleido.text import TextEncoder
from s2vbench.kaleido.transformer import KaleidoTransformer
from s2vbench.types import FramesU8

TEXT_DIM = 16
SETTINGS = Settings(
    name="tiny",
    height_px=32,
    width_px=48,
    num_frames=5,
    fps=8.0,
    steps=3,
    guidance=4.0,
    negative_prompt="grey",
    text_length=12,
    max_references=3,
    batch_size=2,
)


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "</s>", "<unk>", *string.ascii_lowercase, "red", "fox", "and", "blue", "penguin", "snow"]
    vocabulary = {word: index for index, word in enumerate(dict.fromkeys(words))}
    table = Tokenizer(models.WordLevel(vocabulary, unk_token=words[2]))
    table.pre_tokenizer = pre_tokenizers.Whitespace()
    table.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    pad, end, unknown = words[:3]
    return PreTrainedTokenizerFast(tokenizer_object=table, pad_token=pad, eos_token=end, unk_token=unknown)


def text_encoder(seed: int = 0) -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    torch.manual_seed(seed)
    config = UMT5Config(vocab_size=64, d_model=TEXT_DIM, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    return UMT5EncoderModel(config).eval()


def vae(seed: int = 1) -> AutoencoderKLWan:
    torch.manual_seed(seed)
    network = AutoencoderKLWan(
        base_dim=8,
        dim_mult=[1, 2, 4],
        num_res_blocks=1,
        temperal_downsample=[True, True],
        in_channels=12,
        out_channels=12,
        patch_size=2,
    )
    # As built, the latents of all pictures are nearly the same.
    with torch.no_grad():
        network.quant_conv.weight *= 100
    return network.eval()


def transformer(seed: int = 2) -> KaleidoTransformer:
    torch.manual_seed(seed)
    network = KaleidoTransformer(
        num_attention_heads=2, attention_head_dim=16, text_dim=TEXT_DIM, freq_dim=32, ffn_dim=64, num_layers=2
    )
    # As built, the last layer's modulation hides most of what happens before it.
    with torch.no_grad():
        for name, weights in network.named_parameters():
            weights.normal_(0, 0.2)
            if ".norm_" in name:
                # Attention that looks at some tokens more than at others.
                weights.add_(2)
    return network.eval()


def bundle() -> Bundle:
    torch.set_num_threads(1)
    parts = (transformer(), vae(), text_encoder())
    for part in parts:
        part.requires_grad_(False)
    return Bundle(parts[0], parts[1], TextEncoder(parts[2], tokenizer(), SETTINGS.text_length), SETTINGS)


def save(folder: Path, settings: Settings = SETTINGS, dtype: str = "fp32") -> Path:
    save_bundle(
        folder,
        transformer=transformer(),
        vae=vae(),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        settings=settings,
        dtype=dtype,
    )
    return folder


@lru_cache
def picture(seed: int, height_px: int = 20, width_px: int = 30) -> FramesU8:
    return np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 3), dtype=np.uint8)
