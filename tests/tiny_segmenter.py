"""Segment Anything at miniature size, in both implementations."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.backbones import published_sam

# Neither 16 patches nor the third layer's windows divide evenly: padding of windows is part of what is compared.
_SIZES = {
    "width": 32,
    "layers": 3,
    "heads": 2,
    "global_layers": (1,),
    "image_px": 256,
    "window": 7,
    "prompt_width": 32,
    "decoder_heads": 2,
    "decoder_mlp": 64,
    "quality_width": 32,
}

SEGMENTER = replace(published_sam.SAM_VIT_B, options={"architecture": "vit_b", **_SIZES})
SEGMENTER_OFFICIAL = replace(published_sam.SAM_VIT_B_OFFICIAL, options={"architecture": "vit_b", **_SIZES})
