"""What the features room asks of detectors, segmenters and image encoders, whatever network answers.

Shape letters: N images or boxes, H height, W width, C channels, P phrases, D feature width. Boxes are x0, y0, x1, y1 in
pixels of the image they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from s2vbench.types import Floats, FramesU8

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Detections:
    """Every box that a detector proposes for one image, good or bad; thresholds are the caller's."""

    boxes_N4: Floats
    """As the network says: a box may reach beyond the image."""
    scores_N: Floats
    """Highest probability of any token, 0..1: what the box threshold is compared with."""
    phrase_scores_NP: Floats
    """Highest probability over the tokens of each phrase, 0..1: what the text threshold is compared with."""


@dataclass(frozen=True)
class Segments:
    """One mask for each box of one image."""

    masks_NHW: npt.NDArray[np.bool_]
    quality_N: Floats
    """The network's own estimate of the mask's IoU with the truth."""


class ImageEncoder(Protocol):
    """Describes pictures by vectors; the networks of role "frame_encoder" are such."""

    def __call__(self, images_NCHW: Tensor) -> Tensor:
        """Features (N, D), of any length, of normalised pictures (N, 3, H, W)."""


class Detector(Protocol):
    """Finds what phrases name."""

    def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        """Boxes for each image (H, W, C); all phrases are joined into one caption."""


class Segmenter(Protocol):
    """Draws the outline of what a box holds."""

    def segment(self, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        """Masks for the boxes (N, 4) of each image (H, W, C).

        The image encoder runs once for an image with boxes and not at all for one without.
        """


class Interpolator(Protocol):
    """Guesses the frame half-way between two frames."""

    def middle_frames_u8(self, first_NHWC_u8: Tensor, last_NHWC_u8: Tensor) -> Tensor:
        """The uint8 RGB frames (N, H, W, 3) in the middle of N independent pairs of any size.

        Raises:
            NotApplicable: frames of this size are too small for the network.
        """
