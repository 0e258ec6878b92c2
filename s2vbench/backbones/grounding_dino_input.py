"""What both Grounding DINO backends share: the sizes of the network, how images go in and how boxes come out.

Shape letters: N images of a batch, H height, W width, C channels, Q queries, T tokens.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from s2vbench.backbones.captions import Caption, caption_of, scores_of
from s2vbench.backbones.protocols import Detections
from s2vbench.errors import InputError
from s2vbench.types import FramesU8

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GPU_BATCH = 8


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network and its input; the defaults are those of the published Swin-T (OGC)."""

    short_px: int = 800
    long_px: int = 1333
    """Longest side, give or take a pixel of rounding."""
    width: int = 256
    heads: int = 8
    feed_forward: int = 2048
    encoder_layers: int = 6
    decoder_layers: int = 6
    queries: int = 900
    swin_width: int = 96
    swin_depths: tuple[int, ...] = (2, 2, 6, 2)
    swin_heads: tuple[int, ...] = (3, 6, 12, 24)
    text_width: int = 768
    text_heads: int = 12
    text_feed_forward: int = 3072
    text_layers: int = 12

    def __post_init__(self) -> None:
        if self.decoder_layers < 2:
            # transformers shares the box head among decoder layers and fails on a share of one.
            raise ValueError(f"want at least 2 decoder layers, got {self.decoder_layers}")


class Network(Protocol):
    """What the two backends have in common."""

    sizes: Sizes
    batch: int | None
    """Images per forward pass; None is one on a CPU and `GPU_BATCH` elsewhere."""

    def parameters(self) -> Iterator[nn.Parameter]:
        """Weights, all on one device."""

    def answer(self, pixels_NCHW: Tensor, caption: Caption) -> tuple[Tensor, Tensor]:
        """Logits (N, Q, T), -inf beyond the caption, and boxes (N, Q, 4): centre, width and height as fractions."""


def resized_shape(height_px: int, width_px: int, sizes: Sizes) -> tuple[int, int]:
    """Height and width in pixels that the network sees.

    As IDEA-Research/GroundingDINO rounds; transformers' image processor differs by a pixel for some shapes.

    >>> resized_shape(512, 896, Sizes()), resized_shape(600, 600, Sizes()), resized_shape(480, 832, Sizes())
    ((762, 1333), (800, 800), (769, 1332))
    """
    short, long = min(height_px, width_px), max(height_px, width_px)
    side = sizes.short_px
    if long / short * side > sizes.long_px:
        side = max(1, round(sizes.long_px * float(short) / float(long)))
    other = int(side * long / short)
    return (side, other) if height_px <= width_px else (other, side)


def cells_of(height_px: int, width_px: int) -> int:
    """Places where the network may propose a box: cells of four grids, 8 to 64 pixels wide, of an input this large."""
    return sum(math.ceil(height_px / cell_px) * math.ceil(width_px / cell_px) for cell_px in (8, 16, 32, 64))


def pixels_of(image_HWC: FramesU8, sizes: Sizes) -> Tensor:
    """Normalised float32 (C, H, W), resized by Pillow's bilinear filter on uint8, as the network was trained.

    Raises:
        InputError: the image is so narrow that the network has fewer places to look at than boxes to give.
    """
    given_height_px, given_width_px = image_HWC.shape[:2]
    height_px, width_px = resized_shape(given_height_px, given_width_px, sizes)
    if cells_of(height_px, width_px) < sizes.queries:
        raise InputError(f"an image of {given_width_px}x{given_height_px} pixels is too narrow for the detector")
    resized = Image.fromarray(image_HWC).resize((width_px, height_px), Image.Resampling.BILINEAR)
    pixels_CHW = torch.from_numpy(np.array(resized)).permute(2, 0, 1).contiguous().float().div(255)
    mean, std = (torch.tensor(values)[:, None, None] for values in (IMAGENET_MEAN, IMAGENET_STD))
    return pixels_CHW.sub_(mean).div_(std)


def detect_all(network: Network, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
    """Ask `network` about images (H, W, C) of any sizes, a batch of equal shapes at a time, and put answers in order.

    On a CPU the default batch is one image: larger ones gain no speed there, and so results have the same bits whatever
    images come together.
    """
    caption = caption_of(phrases)
    device = next(network.parameters()).device
    found: dict[int, Detections] = {}
    for places in _batches(images, network.batch or (1 if device.type == "cpu" else GPU_BATCH)):
        pixels_NCHW = torch.stack([pixels_of(images[place], network.sizes) for place in places])
        logits_NQT, boxes_NQ4 = (part.float().cpu() for part in network.answer(pixels_NCHW.to(device), caption))
        for place, logits_QT, boxes_Q4 in zip(places, logits_NQT, boxes_NQ4, strict=True):
            found[place] = _detections(logits_QT, boxes_Q4, images[place], caption)
    return [found[place] for place in range(len(images))]


def _batches(images: Sequence[FramesU8], size: int) -> Iterator[list[int]]:
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for place, image in enumerate(images):
        by_shape.setdefault(image.shape, []).append(place)
    for places in by_shape.values():
        yield from (places[start : start + size] for start in range(0, len(places), size))


def _detections(logits_QT: Tensor, boxes_Q4: Tensor, image_HWC: FramesU8, caption: Caption) -> Detections:
    height_px, width_px = image_HWC.shape[:2]
    centre_Q2, size_Q2 = boxes_Q4[:, :2], boxes_Q4[:, 2:]
    corners_Q4 = torch.cat([centre_Q2 - size_Q2 / 2, centre_Q2 + size_Q2 / 2], dim=1)
    boxes = corners_Q4 * torch.tensor([width_px, height_px, width_px, height_px])
    scores_Q, phrase_scores_QP = scores_of(logits_QT.numpy(), caption)
    return Detections(boxes.numpy(), scores_Q, phrase_scores_QP)


def check_compute_dtype(dtype: torch.dtype) -> None:
    """Raise ValueError unless `dtype` is float32 or bfloat16."""
    if dtype not in {torch.float32, torch.bfloat16}:
        raise ValueError(f"Grounding DINO computes in float32 or bfloat16, not in {dtype}")


def check_weights_are_float32(network: nn.Module) -> None:
    """Raise ValueError where parameters were cast: in pure bfloat16 the boxes of this network become NaN."""
    if narrow := {str(p.dtype) for p in network.parameters()} - {"torch.float32"}:
        raise ValueError(f"Grounding DINO keeps float32 weights, found {', '.join(sorted(narrow))}")
