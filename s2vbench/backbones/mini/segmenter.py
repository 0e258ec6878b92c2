"""The outline of what a box holds: a small U-Net (arXiv 1505.04597) looks at the box and its surroundings.

It sees a square of 64 x 64 pixels with a fourth channel that says where the box is, and draws there; what it draws is
enlarged to the picture's own pixels before the edge is decided.

Shape letters: N boxes, C channels, H height, W width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.mini.detector import ConvNorm
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.protocols import Segments
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.types import Floats, FramesU8

SIDE_PX: Final = 64
_AROUND: Final = 1.3
"""Side of the square that is looked at, against the box's longer side."""
_LEAST_PX: Final = 8
_GREY: Final = 128
_BATCH: Final = 32
_FILE = "mini_segmenter.safetensors"


@dataclass(frozen=True)
class Window:
    """A square of whole pixels around a box; it may reach beyond the picture."""

    left: int
    top: int
    side_px: int
    box_4: tuple[float, float, float, float]
    """The box against the square: x0, y0, x1, y1 in shares of its side."""

    @classmethod
    def around(cls, box_4: npt.ArrayLike, height_px: int, width_px: int) -> Window:
        """The square for a box, of which only what lies in the picture counts."""
        x0, y0, x1, y1 = np.clip(np.asarray(box_4, np.float64), 0, [width_px, height_px] * 2).tolist()
        side = max(round(_AROUND * max(x1 - x0, y1 - y0)), _LEAST_PX)
        left, top = round((x0 + x1 - side) / 2), round((y0 + y1 - side) / 2)
        return cls(left, top, side, ((x0 - left) / side, (y0 - top) / side, (x1 - left) / side, (y1 - top) / side))

    def cut(self, picture: npt.NDArray[np.uint8], beyond: int = _GREY) -> npt.NDArray[np.uint8]:
        """What of a picture (H, W) or (H, W, C) lies in the square, `SIDE_PX` wide, and one value where it ends."""
        height_px, width_px = picture.shape[:2]
        # How far the square reaches beyond each side; a box is in the picture, so some of the square always is.
        above, left = max(-self.top, 0), max(-self.left, 0)
        below, right = max(self.top + self.side_px - height_px, 0), max(self.left + self.side_px - width_px, 0)
        inside = picture[
            self.top + above : self.top + self.side_px - below, self.left + left : self.left + self.side_px - right
        ]
        square = cv2.copyMakeBorder(
            np.ascontiguousarray(inside), above, below, left, right, cv2.BORDER_CONSTANT, value=(beyond,) * 3
        )
        filter_ = cv2.INTER_AREA if self.side_px > SIDE_PX else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(square, (SIDE_PX, SIDE_PX), interpolation=filter_), np.uint8)

    def box_channel(self) -> npt.NDArray[np.uint8]:
        """255 where the box is, less at pixels that it covers in part (`SIDE_PX`, `SIDE_PX`)."""
        x0, y0, x1, y1 = (SIDE_PX * side for side in self.box_4)
        pixel = np.arange(SIDE_PX)
        across, down = (np.clip(np.minimum(pixel + 1, b) - np.maximum(pixel, a), 0, 1) for a, b in ((x0, x1), (y0, y1)))
        return np.asarray(255 * down[:, None] * across, np.uint8)

    def paste(self, logits_HW: Floats, height_px: int, width_px: int) -> npt.NDArray[np.bool_]:
        """Where what was drawn into the square is positive, in a picture of this size."""
        large_HW = cv2.resize(logits_HW, (self.side_px, self.side_px), interpolation=cv2.INTER_LINEAR) > 0
        mask_HW = np.zeros((height_px, width_px), np.bool_)
        top, left = max(self.top, 0), max(self.left, 0)
        bottom, right = min(self.top + self.side_px, height_px), min(self.left + self.side_px, width_px)
        mask_HW[top:bottom, left:right] = large_HW[
            top - self.top : bottom - self.top, left - self.left : right - self.left
        ]
        return mask_HW


class MiniSegmenter(nn.Module):
    """The defaults are the shipped sizes.

    Args:
        widths: channels at strides of 1, 2, 4 and 8 pixels of the square.
    """

    def __init__(self, *, widths: tuple[int, int, int, int] = (16, 32, 64, 96)) -> None:
        super().__init__()
        w1, w2, w4, w8 = widths
        self.compute_dtype = torch.float32
        self.down1 = nn.Sequential(ConvNorm(4, w1), ConvNorm(w1, w1))
        self.down2 = nn.Sequential(ConvNorm(w1, w2, stride=2), ConvNorm(w2, w2))
        self.down4 = nn.Sequential(ConvNorm(w2, w4, stride=2), ConvNorm(w4, w4))
        self.down8 = nn.Sequential(ConvNorm(w4, w8, stride=2), ConvNorm(w8, w8), ConvNorm(w8, w8))
        self.up4, self.up2, self.up1 = (ConvNorm(a, b, kernel=1) for a, b in ((w8, w4), (w4, w2), (w2, w1)))
        self.mix4, self.mix2, self.mix1 = ConvNorm(w4, w4), ConvNorm(w2, w2), ConvNorm(w1, w1)
        self.out = nn.Conv2d(w1, 1, 1)
        self.quality = nn.Sequential(nn.Linear(w8 + w2, 64), nn.ReLU(inplace=True), nn.Linear(64, 1))

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run everything in `dtype`; what comes out is float32."""
        self.compute_dtype = dtype
        self.to(dtype)

    def forward(self, squares_NCHW_u8: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, H, W) of belonging to what the box holds, and the guessed IoU (N,), of squares with the box."""
        x1 = (squares_NCHW_u8.to(self.compute_dtype) - 128) / 64
        x1 = self.down1(x1.contiguous(memory_format=torch.channels_last))
        x2 = self.down2(x1)
        x4 = self.down4(x2)
        x8 = self.down8(x4)
        y4 = self.mix4(x4 + _twice(self.up4(x8)))
        y2 = self.mix2(x2 + _twice(self.up2(y4)))
        y1 = self.mix1(x1 + _twice(self.up1(y2)))
        guess_N1 = self.quality(torch.cat([x8.mean((2, 3)), y2.mean((2, 3))], 1))
        return self.out(y1)[:, 0].float(), guess_N1[:, 0].float().sigmoid()

    @torch.inference_mode()
    def segment(self, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        """One mask for each box (N, 4) of each image (H, W, 3), and how well it should fit."""
        windows = [
            [Window.around(box_4, *image.shape[:2]) for box_4 in boxes_N4]
            for image, boxes_N4 in zip(images, boxes, strict=True)
        ]
        squares = [
            np.dstack([window.cut(image), window.box_channel()])
            for image, some in zip(images, windows, strict=True)
            for window in some
        ]
        drawn_NHW, quality_N = self._draw(squares)
        found, start = [], 0
        for image, some in zip(images, windows, strict=True):
            rows = slice(start, start + len(some))
            masks = [
                window.paste(drawn_HW, *image.shape[:2]) for window, drawn_HW in zip(some, drawn_NHW[rows], strict=True)
            ]
            masks_NHW = np.array(masks, np.bool_).reshape(-1, *image.shape[:2])
            found.append(Segments(masks_NHW, quality_N[rows]))
            start += len(some)
        return found

    def _draw(self, squares: list[npt.NDArray[np.uint8]]) -> tuple[Floats, Floats]:
        """Logits (N, H, W) and guesses (N,) of squares (H, W, 4)."""
        drawn, quality = [np.zeros((0, SIDE_PX, SIDE_PX), np.float32)], [np.zeros(0, np.float32)]
        for start in range(0, len(squares), _BATCH):
            some = torch.from_numpy(np.stack(squares[start : start + _BATCH])).to(self.out.weight.device)
            logits_NHW, guess_N = self(some.permute(0, 3, 1, 2))
            drawn.append(logits_NHW.cpu().numpy())
            quality.append(guess_N.cpu().numpy())
        return np.concatenate(drawn), np.concatenate(quality)


def _twice(x_NCHW: Tensor) -> Tensor:
    return functional.interpolate(x_NCHW, scale_factor=2.0, mode="nearest")


MINI_SEGMENTER = BackboneSpec(
    name="mini_segmenter",
    role="segmenter",
    build="s2vbench.backbones.mini.segmenter:MiniSegmenter",
    summary="one mask for each box, trained in the rendered world",
    source="s2vbench.mini.segmenter; after arXiv 1505.04597",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=1,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    seeded_rules=(
        (r"running_mean$", "constant:0"),
        (r"running_var$", "constant:1"),
        (r"num_batches_tracked$", "constant:0"),
    ),
)
