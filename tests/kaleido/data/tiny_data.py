"""Small VAEs and caches that tests of training data share."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from s2vbench.errors import S2VBenchError
from s2vbench.kaleido.data.cache_writer import CacheWriter
from s2vbench.kaleido.data.latents import CacheFacts, VaeFacts


class _Config(dict[str, Any]):
    def __getattr__(self, name: str) -> Any:
        return self[name]


class PatchVae(nn.Module):
    """What the encoder asks of a VAE, with one layer: patches of 8x8 px, every fourth frame."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.encoder = nn.Conv3d(3, 4, (1, 8, 8), (4, 8, 8))
        for weights in self.encoder.parameters():
            weights.data = 0.1 * torch.randn(weights.shape, generator=generator)
        self.quant_conv = nn.Identity()
        self.config = _Config(
            z_dim=4,
            latents_mean=[0.1, 0.2, 0.3, 0.4],
            latents_std=[1.0, 2.0, 3.0, 4.0],
            scale_factor_spatial=8,
            scale_factor_temporal=4,
        )
        self.calls: list[tuple[int, ...]] = []

    def encode(self, pixels_BCTHW: Tensor) -> Any:
        self.calls.append(tuple(pixels_BCTHW.shape))
        latents_BCTHW = self.encoder(pixels_BCTHW)
        return types.SimpleNamespace(latent_dist=types.SimpleNamespace(mode=lambda: latents_BCTHW))


def small_facts(**changes: Any) -> CacheFacts:
    values: dict[str, Any] = {
        "vae": VaeFacts(digest="0123456789abcdef", channels=2, mean=(0.0, 0.0), std=(1.0, 1.0)),
        "shape": (2, 2, 2, 3),
        "num_frames": 5,
        "height_px": 16,
        "width_px": 24,
        "fps": 8.0,
        "sets": ("given",),
        "source": {"kind": "test"},
        "precision": "float32",
    }
    return CacheFacts(**(values | changes))


def write_cache(folder: Path, reference_counts: list[int], shard_samples: int = 4) -> None:
    """A cache whose sample i has latents full of i, and references full of 1, 2, ..."""
    with CacheWriter(folder, small_facts(), shard_samples) as writer:
        for item, count in enumerate(reference_counts):
            if item < writer.next_item:
                continue
            references = [torch.full((2, 2, 3), float(k + 1)) for k in range(count)]
            writer.add(
                item, f"s{item}", f"caption {item}", torch.full((2, 2, 2, 3), float(item)), {"given": references}
            )


def message_of(call: Any, *arguments: Any) -> str:
    """The message of the error for the user that a call raises."""
    try:
        call(*arguments)
    except S2VBenchError as error:
        return str(error)
    raise AssertionError("no error")
