"""Sizes of the Segment Anything networks (arXiv 2304.02643), and the frame they see an image in."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class SamSizes:
    """What the published networks differ in, and what tests make small."""

    width: int
    layers: int
    heads: int
    global_layers: tuple[int, ...]
    """Indices of the image encoder's layers whose attention sees the whole image; the others see windows."""
    image_px: int = 1024
    patch_px: int = 16
    window: int = 14
    """Side of a window in patches."""
    prompt_width: int = 256
    """Width of embeddings, prompts and the mask decoder."""
    decoder_heads: int = 8
    decoder_mlp: int = 2048
    quality_width: int = 256


PUBLISHED = {
    "vit_b": SamSizes(width=768, layers=12, heads=12, global_layers=(2, 5, 8, 11)),
    "vit_l": SamSizes(width=1024, layers=24, heads=16, global_layers=(5, 11, 17, 23)),
    "vit_h": SamSizes(width=1280, layers=32, heads=16, global_layers=(7, 15, 23, 31)),
}


def sizes_of(architecture: str, **changes: object) -> SamSizes:
    """The sizes of "vit_b", "vit_l" or "vit_h" with some of them replaced."""
    return replace(PUBLISHED[architecture], **changes)  # type: ignore[arg-type]


def input_size(height_px: int, width_px: int, long_side_px: int) -> tuple[int, int]:
    """Height and width of an image once its long side is `long_side_px`.

    Rounded as segment-anything rounds; there, a side that rounds to nothing is an error, here it is one pixel.
    """
    scale = long_side_px * 1.0 / max(height_px, width_px)
    return max(1, int(height_px * scale + 0.5)), max(1, int(width_px * scale + 0.5))
