"""Boxes for phrases in drawn pictures: centres and sizes of everything that stands there, then what each of it is.

Centres come from a map of how likely each point is one, as in CenterNet (arXiv 1904.07850); a box's edges from the
point itself, as in FCOS (arXiv 1904.01355). What a box holds is read from the maps inside it and compared with phrases,
so any number of phrases costs the same. The box score says that something stands there, whatever it is called.

Shape letters: N pictures, C channels, H height, W width, B boxes of a picture, P phrases, D feature width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.mini.detector_canvas import Fit, peaks, without_repeats
from s2vbench.backbones.mini.phrases import PhraseEncoder, phrase_rows
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.protocols import Detections
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.types import FramesU8

STRIDE_PX: Final = 4
MOST_BOXES: Final = 24
SAME_BOX_IOU: Final = 0.65
_BATCH: Final = 16
_FINE_POINTS, _COARSE_POINTS = 6, 4
_FIRST_HEAT: Final = -4.6
_FIRST_SCALE, _FIRST_SHIFT = 10.0, -6.0
_FILE = "mini_detector.safetensors"


@dataclass(frozen=True)
class Maps:
    """What the network makes of pictures."""

    heat_NHW: Tensor
    """Logit of a point being the centre of something, for points `STRIDE_PX` apart."""
    edges_N4HW: Tensor
    """How far left, up, right and down the box of a centre reaches, in pixels."""
    fine_NCHW: Tensor
    coarse_NCHW: Tensor
    """What boxes are read from, at strides of 4 and 8 pixels."""


class ConvNorm(nn.Sequential):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1, kernel: int = 3) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs, momentum=0.03),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = ConvNorm(width, width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(width, momentum=0.03)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """The input with what was found added."""
        return functional.relu(x_NCHW + self.norm(self.second(self.first(x_NCHW))), inplace=True)


class Trunk(nn.Module):
    """Maps at strides of 4 and 8 pixels that know what the whole picture shows."""

    def __init__(self, widths: tuple[int, int, int, int], blocks: tuple[int, int, int]) -> None:
        super().__init__()
        w2, w4, w8, w16 = widths
        self.stem = ConvNorm(3, w2, stride=2)
        self.down4 = nn.Sequential(ConvNorm(w2, w4, stride=2), *(Residual(w4) for _ in range(blocks[0])))
        self.down8 = nn.Sequential(ConvNorm(w4, w8, stride=2), *(Residual(w8) for _ in range(blocks[1])))
        self.down16 = nn.Sequential(ConvNorm(w8, w16, stride=2), *(Residual(w16) for _ in range(blocks[2])))
        self.up8, self.up4 = ConvNorm(w16, w8, kernel=1), ConvNorm(w8, w4, kernel=1)
        self.fuse8, self.fuse4 = ConvNorm(w8, w8), ConvNorm(w4, w4)

    def forward(self, x_NCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Maps (N, C, H / 4, W / 4) and (N, C, H / 8, W / 8)."""
        x4 = self.down4(self.stem(x_NCHW))
        x8 = self.down8(x4)
        x8 = self.fuse8(x8 + _twice(self.up8(self.down16(x8))))
        return self.fuse4(x4 + _twice(self.up4(x8))), x8


def _twice(x_NCHW: Tensor) -> Tensor:
    return functional.interpolate(x_NCHW, scale_factor=2.0, mode="nearest")


class MiniDetector(nn.Module):
    """The defaults are the shipped sizes.

    Args:
        widths: channels at strides of 2, 4, 8 and 16 pixels.
        blocks: residual blocks at strides of 4, 8 and 16 pixels.
        features: length of the vectors that boxes and phrases are compared by.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, int, int, int] = (32, 64, 96, 112),
        blocks: tuple[int, int, int] = (1, 2, 2),
        features: int = 128,
    ) -> None:
        super().__init__()
        _, w4, w8, _ = widths
        self.compute_dtype = torch.float32
        self.trunk = Trunk(widths, blocks)
        self.fine, self.coarse = nn.Conv2d(w4, w4 // 2, 1), nn.Conv2d(w8, w8 // 2, 1)
        self.where = nn.Sequential(ConvNorm(w4, w4), nn.Conv2d(w4, 5, 1))
        read = w4 // 2 * _FINE_POINTS**2 + w8 // 2 * _COARSE_POINTS**2
        self.what = nn.Sequential(nn.Linear(read, features), nn.ReLU(inplace=True), nn.Linear(features, features))
        self.phrases = PhraseEncoder(features)
        self.scale, self.shift = nn.Parameter(torch.tensor(_FIRST_SCALE)), nn.Parameter(torch.tensor(_FIRST_SHIFT))
        nn.init.constant_(self.where[1].bias[:1], _FIRST_HEAT)  # type: ignore[index]
        nn.init.constant_(self.where[1].bias[1:], 1.6)  # type: ignore[index]

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run the convolutions of the trunk in `dtype`; boxes and scores stay float32."""
        self.compute_dtype = dtype
        self.trunk.to(dtype)

    def maps(self, pictures_NCHW_u8: Tensor) -> Maps:
        """What is where in pictures whose sides are multiples of 16."""
        x_NCHW = (pictures_NCHW_u8.to(self.compute_dtype) - 128) / 64
        fine_NCHW, coarse_NCHW = self.trunk(x_NCHW.contiguous(memory_format=torch.channels_last))
        fine_NCHW, coarse_NCHW = fine_NCHW.float(), coarse_NCHW.float()
        where_N5HW = self.where(fine_NCHW)
        # A box of nothing or of more than everything would end a training.
        edges_N4HW = where_N5HW[:, 1:].float().clamp(-4, 5).exp() * STRIDE_PX
        return Maps(where_N5HW[:, 0].float(), edges_N4HW, self.fine(fine_NCHW), self.coarse(coarse_NCHW))

    def read(self, maps: Maps, boxes_NB4: Tensor) -> Tensor:
        """What boxes (in pixels) hold, as vectors (N, B, D) of length 1."""
        height, width = maps.heat_NHW.shape[1:]
        size_4 = boxes_NB4.new_tensor([width, height] * 2) * STRIDE_PX
        boxes_NB4 = boxes_NB4 / size_4 * 2 - 1
        parts = [
            _sampled(maps.fine_NCHW, boxes_NB4, _FINE_POINTS),
            _sampled(maps.coarse_NCHW, boxes_NB4, _COARSE_POINTS),
        ]
        return functional.normalize(self.what(torch.cat(parts, 2)), dim=2)

    def logits(self, read_NBD: Tensor, rows_PL: Tensor) -> Tensor:
        """Logits (N, B, P) of boxes being what phrases say."""
        phrases_PD = functional.normalize(self.phrases(rows_PL), dim=1)
        return read_NBD @ phrases_PD.T * self.scale + self.shift

    def boxes_at(self, maps: Maps, picture: int, places_B: Tensor) -> Tensor:
        """Boxes (B, 4) in pixels of one picture's points."""
        width = maps.heat_NHW.shape[2]
        x_B, y_B = ((place + 0.5) * STRIDE_PX for place in (places_B % width, places_B // width))
        left, up, right, down = maps.edges_N4HW[picture].flatten(1)[:, places_B]
        return torch.stack([x_B - left, y_B - up, x_B + right, y_B + down], 1)

    @torch.inference_mode()
    def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        """Up to 24 boxes for each image (H, W, 3), best first.

        Raises:
            InputError: no phrases, one without a character, or one of more than 64 words.
        """
        rows_PL = phrase_rows(phrases).to(self.scale.device)
        fits = [Fit.of(*image.shape[:2]) for image in images]
        of_shape: dict[tuple[int, int], list[int]] = {}
        for place, fit in enumerate(fits):
            of_shape.setdefault(fit.canvas_px, []).append(place)
        found: dict[int, Detections] = {}
        for places in of_shape.values():
            for start in range(0, len(places), _BATCH):
                some = places[start : start + _BATCH]
                found.update(
                    zip(
                        some, self._detect([images[at] for at in some], [fits[at] for at in some], rows_PL), strict=True
                    )
                )
        return [found[place] for place in range(len(images))]

    def _detect(self, images: list[FramesU8], fits: list[Fit], rows_PL: Tensor) -> list[Detections]:
        """Images on canvases of one size."""
        canvases_NHWC = np.stack([fit.place(image) for image, fit in zip(images, fits, strict=True)])
        maps = self.maps(torch.from_numpy(canvases_NHWC).to(self.scale.device).permute(0, 3, 1, 2))
        heat_NHW = maps.heat_NHW.sigmoid()
        heat, boxes = [], torch.zeros(len(fits), MOST_BOXES, 4, device=self.scale.device)
        for at, fit in enumerate(fits):
            rows, columns = (-(-side // STRIDE_PX) for side in fit.content_px)
            heat_NHW[at, rows:] = 0
            heat_NHW[at, :, columns:] = 0
            heat_B, places_B = peaks(heat_NHW[at], MOST_BOXES)
            boxes[at, : len(places_B)] = self.boxes_at(maps, at, places_B)
            heat.append(heat_B.cpu().numpy())
        scores_NBP = self.logits(self.read(maps, boxes), rows_PL).sigmoid().cpu().numpy()
        boxes_NB4 = boxes.cpu().numpy()
        found = []
        for at, fit in enumerate(fits):
            kept = without_repeats(boxes_NB4[at, : len(heat[at])], SAME_BOX_IOU)
            found.append(Detections(fit.back(boxes_NB4[at, kept]), heat[at][kept], scores_NBP[at, kept]))
        return found


def _sampled(map_NCHW: Tensor, boxes_NB4: Tensor, points: int) -> Tensor:
    """A map at points by points places inside each box (-1..1 is the whole map), flat (N, B, C * points * points)."""
    steps_S = (torch.arange(points, device=map_NCHW.device) + 0.5) / points
    lower_NB12, size_NB12 = boxes_NB4[:, :, None, :2], (boxes_NB4[:, :, 2:] - boxes_NB4[:, :, :2])[:, :, None]
    x_NBS, y_NBS = (lower_NB12 + size_NB12 * steps_S[:, None]).unbind(3)
    count, boxes = x_NBS.shape[:2]
    grid = torch.stack(
        [x_NBS[:, :, None].expand(-1, -1, points, -1), y_NBS[..., None].expand(-1, -1, -1, points)], dim=4
    ).reshape(count, boxes * points, points, 2)
    sampled = functional.grid_sample(map_NCHW, grid, align_corners=False)
    split = sampled.view(count, map_NCHW.shape[1], boxes, points * points)
    return split.transpose(1, 2).reshape(count, boxes, -1)


MINI_DETECTOR = BackboneSpec(
    name="mini_detector",
    role="detector",
    build="s2vbench.backbones.mini.detector:MiniDetector",
    summary="boxes for phrases, trained in the rendered world",
    source="s2vbench.mini.detector; after arXiv 1904.07850 and 1904.01355",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=3,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    seeded_rules=(
        (r"running_mean$", "constant:0"),
        (r"running_var$", "constant:1"),
        (r"num_batches_tracked$", "constant:0"),
        (r"phrases\.words\.weight$", "linear"),
        (r"^scale$", "constant:4"),
        (r"^shift$", "constant:0"),
        # Random boxes of a few points, not of the whole picture.
        (r"where\.1\.bias$", "constant:0.5"),
    ),
)
