"""Grounding DINO at miniature size, for both backends."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.backbones import published_subjects

SIZES: dict[str, object] = {
    "short_px": 96,
    "long_px": 160,
    "feed_forward": 64,
    "encoder_layers": 1,
    "decoder_layers": 2,
    "queries": 60,
    "swin_width": 32,
    "swin_depths": (1, 1, 2, 1),
    "swin_heads": (1, 2, 2, 4),
    "text_width": 32,
    "text_heads": 2,
    "text_feed_forward": 64,
    "text_layers": 2,
}

DETECTOR = replace(published_subjects.GROUNDING_DINO_SWINT_OGC, options=SIZES)
DETECTOR_PY = replace(published_subjects.GROUNDING_DINO_SWINT_OGC_PY, options=SIZES)
