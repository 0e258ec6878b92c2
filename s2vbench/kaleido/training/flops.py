"""How much a step computes, and how much the hardware could: tokens, FLOPs, and the peak that MFU is a share of."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

import torch

PEAKS_BF16: Final = {
    "GB200": 2500e12,
    "B200": 2250e12,
    "H200": 989e12,
    "H100": 989e12,
    "H800": 989e12,
    "A100": 312e12,
    "A800": 312e12,
    "L40S": 362e12,
    "L40": 181e12,
    "RTX 4090": 165e12,
    "A10": 125e12,
    "V100": 125e12,
}
"""Dense bf16 (V100: fp16) tensor FLOP/s, from the makers' data sheets."""
_FORWARD_AND_BACKWARD: Final = 3


def tokens_of(shape_THW: Sequence[int], patch: Sequence[int]) -> int:
    """Tokens of latents.

    >>> tokens_of((21, 64, 112), (1, 2, 2))
    37632
    """
    t, h, w = (size // step for size, step in zip(shape_THW, patch, strict=True))
    return t * h * w


def forward_flops(config: Any, tokens: int, text_tokens: int) -> float:
    """Multiplications and additions of one sample's way through the transformer.

    Args:
        config: the transformer's configuration.
        tokens: of video and references together.
        text_tokens: of the context.
    """
    width = config.num_attention_heads * config.attention_head_dim
    # Self-attention has four square projections, cross-attention two for tokens and two for the text.
    a_token = 4 * width**2 + 2 * width**2 + 2 * width * config.ffn_dim
    a_text_token = 2 * width**2
    attention = 2 * width * tokens * (tokens + text_tokens)
    layers = config.num_layers * (a_token * tokens + a_text_token * text_tokens + attention)
    patch = config.patch_size[0] * config.patch_size[1] * config.patch_size[2]
    ends = tokens * width * patch * (config.in_channels + (config.out_channels or config.in_channels))
    text = text_tokens * (config.text_dim * width + width**2)
    return 2.0 * float(layers + ends + text)


def training_flops(config: Any, tokens: int, text_tokens: int) -> float:
    """Forward and backward; what activation checkpointing computes twice counts once, as MFU has it."""
    return _FORWARD_AND_BACKWARD * forward_flops(config, tokens, text_tokens)


def peak(device: torch.device, precision: str) -> tuple[float | None, str]:
    """FLOP/s that the device could do at best, and where the number comes from."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        known = next((known for known in PEAKS_BF16 if known in name and precision == "bf16"), None)
        if known is None:
            return None, f"no data sheet number for {precision} on {name}"
        return PEAKS_BF16[known], f"data sheet of {known}, bf16, dense"
    flops = _measured(torch.bfloat16 if precision == "bf16" else torch.float32)
    return flops, f"a square matrix product of 1024, measured, {precision}, {torch.get_num_threads()} threads"


def _measured(dtype: torch.dtype, size: int = 1024) -> float:
    matrix = torch.ones(size, size, dtype=dtype)
    best_s = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        matrix @ matrix
        best_s = min(best_s, time.perf_counter() - start)
    return 2.0 * size**3 / best_s
