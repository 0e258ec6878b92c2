"""AMT-S: the frame half-way between two frames, for VBench's motion_smoothness.

Sources: AMT paper, arXiv 2304.09790; VBench paper, arXiv 2311.17982 (motion smoothness). Written from the papers
and the key layout of the published `amt-s.pth`; the AMT code was not used.

Shape letters: N pairs, M images (the N first ones, then the N last ones), C channels, H rows, W columns,
S hypotheses. `flows` stacks the (x, y) into the first frame and the (x, y) into the last one, in pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.amt_blocks import (
    FLOWS,
    Conv2d,
    CorrelationEncoder,
    Decoder,
    PReLU,
    PyramidEncoder,
    Refinement,
    resize_flow,
    warp,
    warp_planes,
)
from s2vbench.backbones.amt_correlation import PairCorrelation
from s2vbench.errors import NotApplicable

MIDDLE = 0.5
HYPOTHESES = 3
RGB = 3
SIDE_MULTIPLE_PX = 16

# Correlation has 4 levels from 1/8 of the size down to 1/64, and the official look-up divides by the side there less
# one: below 128 px the coarsest level is one point wide, the official frame is NaN, and no score compares with it.
MIN_PADDED_SIDE_PX = 128


class AmtS(nn.Module):
    """AMT-S with the state-dict keys of the published checkpoint; for inference, as many steps work in place.

    The defaults are the published sizes.
    """

    def __init__(
        self,
        *,
        pyramid_widths: tuple[int, int, int, int] = (20, 32, 44, 56),
        decoder_widths: tuple[int, int, int, int] = (60, 96, 132, 112),
        correlation_widths: tuple[int, int, int, int] = (32, 64, 96, 84),
        refinement_widths: tuple[int, int, int, int, int] = (64, 40, 20, 68, 76),
        side_width: int = 20,
        correlation_levels: int = 4,
        correlation_radius: int = 3,
    ) -> None:
        """Take widths in channels: the first two finest level first, the other two in the order of the layers."""
        super().__init__()
        self.levels, self.radius = correlation_levels, correlation_radius
        looked_up = 2 * correlation_levels * (2 * correlation_radius + 1) ** 2
        p1, p2, p3, p4 = pyramid_widths
        d1, d2, d3, d4 = decoder_widths
        self.feat_encoder = CorrelationEncoder(correlation_widths)
        self.encoder = PyramidEncoder(pyramid_widths)
        self.decoder4 = Decoder(2 * p4 + 1, d4, FLOWS + p3, side_width)
        self.decoder3 = Decoder(3 * p3 + FLOWS, d3, FLOWS + p2, side_width)
        self.decoder2 = Decoder(3 * p2 + FLOWS, d2, FLOWS + p1, side_width)
        self.decoder1 = Decoder(3 * p1 + FLOWS, d1, HYPOTHESES * (FLOWS + 1 + RGB), side_width)
        self.update4 = Refinement(looked_up, p3, refinement_widths, above_correlation=1)
        self.update3 = Refinement(looked_up, p2, refinement_widths, above_correlation=2)
        self.update2 = Refinement(looked_up, p1, refinement_widths, above_correlation=4)
        hypotheses, hidden = HYPOTHESES * RGB, 2 * HYPOTHESES * RGB
        self.comb_block = nn.Sequential(Conv2d(hypotheses, hidden, 3), PReLU(hidden), Conv2d(hidden, RGB, 3))

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run the convolutions in `dtype`.

        Normalisation, correlation, flows, warping and blending stay in float32, and so do input and output.
        """
        self.to(dtype)

    def forward(self, first_NCHW: Tensor, last_NCHW: Tensor) -> Tensor:
        """Return the middle frames of N independent pairs of RGB frames in 0..1; in and out are float32.

        Raises:
            ValueError: a side is no multiple of 16, or below `MIN_PADDED_SIDE_PX`.
        """
        _check_sides(first_NCHW)
        mean_N111 = torch.cat([first_NCHW, last_NCHW], 1).mean((1, 2, 3), keepdim=True)
        guesses_NCHW = self._guess(torch.cat([first_NCHW - mean_N111, last_NCHW - mean_N111])).add_(mean_N111)
        correction_NCHW: Tensor = self.comb_block(guesses_NCHW.contiguous(memory_format=torch.channels_last))
        average_NCHW = guesses_NCHW.view(-1, HYPOTHESES, *first_NCHW.shape[1:]).mean(1)
        return average_NCHW.add_(correction_NCHW).clamp_(0, 1)

    def middle_frames_u8(self, first_NHWC_u8: Tensor, last_NHWC_u8: Tensor) -> Tensor:
        """`middle_frames_u8` of this module.

        Raises:
            NotApplicable: a padded side is below `MIN_PADDED_SIDE_PX`.
        """
        height, width = first_NHWC_u8.shape[1:3]
        if min(padded_side_px(height), padded_side_px(width)) < MIN_PADDED_SIDE_PX:
            least_px = MIN_PADDED_SIDE_PX - SIDE_MULTIPLE_PX
            raise NotApplicable(
                f"frames of {width}x{height} px are too small: the interpolator needs sides above {least_px} px"
            )
        return middle_frames_u8(self, first_NHWC_u8, last_NHWC_u8)

    # The methods below are nested, each calling the next, so that what one of them holds is freed before the next one
    # up fills memory with maps of the full image size.

    def _guess(self, images_MCHW: Tensor) -> Tensor:
        """Three guesses at each middle frame, masked mixes of both warped images plus a residual: (N, S * 3, H, W)."""
        decoded_NCHW, flows_N4HW = self._estimate(images_MCHW)
        pairs, _, height, width = decoded_NCHW.shape
        flow_steps_NCHW, masks_NSHW, residuals_NCHW = torch.split(
            decoded_NCHW, [FLOWS * HYPOTHESES, HYPOTHESES, RGB * HYPOTHESES], 1
        )
        # The steps of all flows into the first image come before those into the last one.
        flow_steps_N2S2HW = flow_steps_NCHW.view(pairs, 2, HYPOTHESES, 2, height, width)
        masks_NSHW = masks_NSHW.sigmoid()
        guesses = []
        for hypothesis in range(HYPOTHESES):
            steps_N22HW = flow_steps_N2S2HW[:, :, hypothesis]
            first_NCHW = warp_planes(images_MCHW[:pairs], flows_N4HW[:, :2] + steps_N22HW[:, 0])
            last_NCHW = warp_planes(images_MCHW[pairs:], flows_N4HW[:, 2:] + steps_N22HW[:, 1])
            guesses.append(torch.lerp(last_NCHW, first_NCHW, masks_NSHW[:, hypothesis, None]))
        return torch.cat(guesses, 1).add_(residuals_NCHW)

    def _estimate(self, images_MCHW: Tensor) -> tuple[Tensor, Tensor]:
        """From coarse to fine, the last decoder's output and the flows (N, 4, H, W) that it corrects, float32."""
        correlation, levels = self._encode(images_MCHW)
        first_NCHW, last_NCHW = levels.pop().chunk(2)
        time_N1HW = torch.full_like(first_NCHW[:, :1], MIDDLE)
        decoded_NCHW = self.decoder4(first_NCHW, last_NCHW, time_N1HW).float()
        flows_N4HW, features_NCHW = self.update4(correlation, decoded_NCHW[:, :FLOWS], decoded_NCHW[:, FLOWS:])
        for decoder, update in ((self.decoder3, self.update3), (self.decoder2, self.update2)):
            decoded_NCHW = _decode(decoder, levels.pop(), flows_N4HW, features_NCHW).float()
            flows_N4HW = resize_flow(flows_N4HW, 2) + decoded_NCHW[:, :FLOWS]
            flows_N4HW, features_NCHW = update(correlation, flows_N4HW, decoded_NCHW[:, FLOWS:])
        decoded_NCHW = _decode(self.decoder1, levels.pop(), flows_N4HW, features_NCHW)
        decoded_NCHW = decoded_NCHW.to(torch.float32, memory_format=torch.contiguous_format)
        return decoded_NCHW, resize_flow(flows_N4HW, 2).contiguous()

    def _encode(self, images_MCHW: Tensor) -> tuple[PairCorrelation, list[Tensor]]:
        """The correlation of each pair, and the feature maps to warp, finest first."""
        # Convolutions are up to twice as fast on channels_last maps, and every map made from one is one.
        images_MCHW = images_MCHW.contiguous(memory_format=torch.channels_last)
        first_NCHW, last_NCHW = self.feat_encoder(images_MCHW).chunk(2)
        correlation = PairCorrelation(first_NCHW, last_NCHW, MIDDLE, self.levels, self.radius)
        return correlation, self.encoder(images_MCHW)


def _decode(decoder: nn.Module, level_MCHW: Tensor, flows_N4HW: Tensor, features_NCHW: Tensor) -> Tensor:
    """Run a decoder on the features so far, both images' features warped to the middle, and the flows."""
    warped_MCHW = warp(level_MCHW, torch.cat([flows_N4HW[:, :2], flows_N4HW[:, 2:]]))
    first_NCHW, last_NCHW = warped_MCHW.chunk(2)
    decoded_NCHW: Tensor = decoder(features_NCHW, first_NCHW, last_NCHW, flows_N4HW)
    return decoded_NCHW


def _check_sides(frames_NCHW: Tensor) -> None:
    """Raise ValueError unless both sides are multiples of 16 of at least `MIN_PADDED_SIDE_PX`."""
    height, width = frames_NCHW.shape[2:]
    if height % SIDE_MULTIPLE_PX or width % SIDE_MULTIPLE_PX or min(height, width) < MIN_PADDED_SIDE_PX:
        message = (
            f"AMT-S needs sides that are multiples of {SIDE_MULTIPLE_PX} px and at least {MIN_PADDED_SIDE_PX} px,"
            f" got {width}x{height}; middle_frames_u8 pads to multiples"
        )
        raise ValueError(message)


def padded_side_px(side: int) -> int:
    """The next multiple of 16 from `side` up."""
    return -(-side // SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX


def middle_frames_u8(network: nn.Module, first_NHWC_u8: Tensor, last_NHWC_u8: Tensor) -> Tensor:
    """The middle frames of N pairs of RGB frames, as VBench makes them: (N, H, W, 3), uint8.

    Borders are repeated up to multiples of 16, the smaller half left and above; the prediction is cut back and
    times 255 truncated, not rounded (VBench, arXiv 2311.17982, motion smoothness, as its package computes it).

    Raises:
        ValueError: a padded side is below `MIN_PADDED_SIDE_PX`.
    """
    height, width = first_NHWC_u8.shape[1:3]
    extra_height, extra_width = padded_side_px(height) - height, padded_side_px(width) - width
    left, top = extra_width // 2, extra_height // 2
    padding = (left, extra_width - left, top, extra_height - top)

    def to_network(frames_NHWC_u8: Tensor) -> Tensor:
        unit_NCHW = frames_NHWC_u8.permute(0, 3, 1, 2).float() / 255
        return functional.pad(unit_NCHW, padding, mode="replicate")

    with torch.inference_mode():
        middle_NCHW: Tensor = network(to_network(first_NHWC_u8), to_network(last_NHWC_u8))
        middle_NCHW = middle_NCHW[:, :, top : top + height, left : left + width]
        return (middle_NCHW * 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()
