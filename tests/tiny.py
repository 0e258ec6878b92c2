"""The real network classes at miniature size, as backbones of the profile `tests/tiny.toml`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from s2vbench.backbones import published
from s2vbench.metrics.base import Measurement
from s2vbench.metrics.quality import IMAGING_QUALITY

PROFILE = str(Path(__file__).parent / "tiny.toml")


def _raises(*_: object) -> Measurement:
    raise ZeroDivisionError("a plugin's bug")


def _nan(*_: object) -> Measurement:
    return Measurement(float("nan"), 0.0, 1)


RAISES = replace(IMAGING_QUALITY, compute=_raises)
NAN = replace(IMAGING_QUALITY, compute=_nan)

_CLIP = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 224, "layers": 2, "width": 64, "head_width": 32, "patch_size": 56},
    "text_cfg": {"context_length": 77, "vocab_size": 64, "width": 32, "heads": 2, "layers": 1},
}

DINO = replace(published.DINO_VITB16, options={"embed_dim": 48, "depth": 2, "num_heads": 2})
CLIP = replace(published.CLIP_VIT_B32, options={"architecture": "ViT-B-32-quickgelu", **_CLIP})
CLIP_LARGE = replace(published.CLIP_VIT_L14, options={"architecture": "ViT-L-14-quickgelu", **_CLIP})
LAION = replace(published.LAION_HEAD, options={"feature_size": 32})
AMT = published.AMT_S
MUSIQ = replace(
    published.MUSIQ_SPAQ,
    options={"hidden": 24, "layers": 2, "heads": 2, "mlp": 32, "channels": 8, "groups": 4, "grid": 10},
)
VICLIP = replace(
    published.VICLIP,
    options={
        "width": 64,
        "layers": 2,
        "heads": 2,
        "text_width": 32,
        "text_layers": 1,
        "text_heads": 2,
        "embedding": 32,
        "patch": 56,
    },
)
