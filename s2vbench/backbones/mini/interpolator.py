"""The frame half-way between two frames, by a small sibling of AMT-S: its pyramid and decoders without correlation.

From 1/16 of the size to the full one, decoders estimate the flows from the middle to both frames; both frames are
warped along them, blended by a mask, and corrected by a residual (as AMT, arXiv 2304.09790, and IFRNet, arXiv
2205.14620, on which AMT builds). AMT's correlation volumes, which are for motion that a decoder cannot guess, are left
out: drawn subjects move by few pixels of the coarsest level between neighbouring frames.

Shape letters: N pairs, M images (the N first ones, then the N last ones), C channels, H rows, W columns.
`flows` stacks the (x, y) into the first frame and the (x, y) into the last one, in pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.amt import padded_side_px
from s2vbench.backbones.amt_blocks import FLOWS, Decoder, PyramidEncoder, resize_flow, warp, warp_planes
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import NotApplicable
from s2vbench.video.recipes import MINI_PADDED_16

RGB = 3
LEAST_SIDE_PX = 16
"""One point of the coarsest level; nothing moves within less."""
_FILE = "mini_interpolator.safetensors"


class MiniInterpolator(nn.Module):
    """Middle frames of pairs; the defaults are the shipped sizes."""

    def __init__(
        self,
        *,
        pyramid_widths: tuple[int, int, int, int] = (16, 24, 32, 48),
        decoder_widths: tuple[int, int, int, int] = (16, 32, 48, 64),
        side_width: int = 8,
    ) -> None:
        """Take widths in channels, finest level first."""
        super().__init__()
        p1, p2, p3, p4 = pyramid_widths
        d1, d2, d3, d4 = decoder_widths
        self.encoder = PyramidEncoder(pyramid_widths)
        self.decoder4 = Decoder(2 * p4, d4, FLOWS + p3, side_width)
        self.decoder3 = Decoder(3 * p3 + FLOWS, d3, FLOWS + p2, side_width)
        self.decoder2 = Decoder(3 * p2 + FLOWS, d2, FLOWS + p1, side_width)
        self.decoder1 = Decoder(3 * p1 + FLOWS, d1, FLOWS + 1 + RGB, side_width)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run the convolutions in `dtype`; flows, warping and blending stay in float32, and so do input and output."""
        self.to(dtype)

    def forward(self, first_NCHW: Tensor, last_NCHW: Tensor) -> Tensor:
        """Return the middle frames, not clamped, of N pairs of RGB frames in 0..1 whose sides are multiples of 16."""
        mean_N111 = torch.cat([first_NCHW, last_NCHW], 1).mean((1, 2, 3), keepdim=True)
        images_MCHW = torch.cat([first_NCHW - mean_N111, last_NCHW - mean_N111])
        flows_N4HW, rest_NCHW = self._estimate(images_MCHW)
        mask_N1HW, residual_NCHW = rest_NCHW[:, :1].sigmoid(), rest_NCHW[:, 1:]
        from_first_NCHW, from_last_NCHW = warp_planes(images_MCHW, _one_flow_an_image(flows_N4HW)).chunk(2)
        return torch.lerp(from_last_NCHW, from_first_NCHW, mask_N1HW) + residual_NCHW + mean_N111

    def _estimate(self, images_MCHW: Tensor) -> tuple[Tensor, Tensor]:
        """The flows (N, 4, H, W), and mask and residual (N, 4, H, W) before the sigmoid; float32."""
        level1, level2, level3, level4 = self.encoder(images_MCHW.contiguous(memory_format=torch.channels_last))
        decoded_NCHW = self.decoder4(*level4.chunk(2)).float()
        flows_N4HW, features_NCHW = decoded_NCHW[:, :FLOWS], decoded_NCHW[:, FLOWS:]
        for decoder, level_MCHW in ((self.decoder3, level3), (self.decoder2, level2), (self.decoder1, level1)):
            warped_MCHW = _warp_features(level_MCHW, _one_flow_an_image(flows_N4HW))
            decoded_NCHW = decoder(features_NCHW, *warped_MCHW.chunk(2), flows_N4HW).float()
            flows_N4HW = resize_flow(flows_N4HW, 2) + decoded_NCHW[:, :FLOWS]
            features_NCHW = decoded_NCHW[:, FLOWS:]
        return flows_N4HW, features_NCHW

    def middle_frames_u8(self, first_NHWC_u8: Tensor, last_NHWC_u8: Tensor) -> Tensor:
        """The middle frames of N pairs of RGB frames of any size: (N, H, W, 3), uint8, rounded.

        Borders are repeated up to multiples of 16, the smaller half left and above, and cut off again.

        Raises:
            NotApplicable: a side is below `LEAST_SIDE_PX`.
        """
        height, width = first_NHWC_u8.shape[1:3]
        if min(height, width) < LEAST_SIDE_PX:
            raise NotApplicable(
                f"frames of {width}x{height} px are too small: the interpolator needs sides of {LEAST_SIDE_PX} px"
            )
        extra_height, extra_width = padded_side_px(height) - height, padded_side_px(width) - width
        left, top = extra_width // 2, extra_height // 2
        padding = (left, extra_width - left, top, extra_height - top)
        first_NCHW, last_NCHW = (
            functional.pad(frames.permute(0, 3, 1, 2).float() / 255, padding, mode="replicate")
            for frames in (first_NHWC_u8, last_NHWC_u8)
        )
        middle_NCHW: Tensor = self(first_NCHW, last_NCHW)[:, :, top : top + height, left : left + width]
        return (middle_NCHW * 255).clamp_(0, 255).round_().to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def _one_flow_an_image(flows_N4HW: Tensor) -> Tensor:
    """(M, 2, H, W): the flows into all first frames, then those into all last ones."""
    return torch.cat([flows_N4HW[:, :2], flows_N4HW[:, 2:]])


def _warp_features(level_MCHW: Tensor, flows_M2HW: Tensor) -> Tensor:
    # `warp` is the faster one without gradients, and several times the slower one with them.
    return warp_planes(level_MCHW.float(), flows_M2HW) if torch.is_grad_enabled() else warp(level_MCHW, flows_M2HW)


MINI_INTERPOLATOR = BackboneSpec(
    name="mini_interpolator",
    role="interpolator",
    build="s2vbench.backbones.mini.interpolator:MiniInterpolator",
    summary="frame interpolation after AMT-S without correlation, trained in the rendered world",
    source="s2vbench.mini.interpolator; after arXiv 2304.09790 and 2205.14620",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=0.95,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    recipe=MINI_PADDED_16,
    seeded_rules=(
        (r"decoder\d\.convblock\.2\.weight$", "linear_t:0.7"),
        (r"weight$", "linear:0.7 or prelu"),
    ),
)
