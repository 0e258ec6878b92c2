"""The building blocks of AMT-S: two encoders, four decoders, three refinements, and the warp.

Sources: AMT paper, arXiv 2304.09790, sections 3.2 to 3.4; channel sizes and key names follow the published
`amt-s.pth`. Written from those, not from the AMT code.

Convolutions run in the type of their weights (float32, or bfloat16 after `network.to(torch.bfloat16)`);
normalisation, flows and warping are float32 always.

Shape letters: N pairs or images, C channels, H rows, W columns, P corner points of one bilinear sample.
A flow is in pixels of its own grid; `flows` stacks (x, y) into the first frame and (x, y) into the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from s2vbench.backbones.amt_correlation import PairCorrelation

LEAKY_SLOPE = 0.1
INSTANCE_NORM_EPS = 1e-5
FLOWS = 4


class Conv2d(nn.Conv2d):
    """A convolution that keeps the image size at stride 1 and casts its input to the type of its weights."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, padding=kernel // 2)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 -- the name of the overridden argument
        """Return (N, outputs, H / stride, W / stride)."""
        return super().forward(input.to(self.weight.dtype))


class PReLU(nn.PReLU):
    """nn.PReLU with one slope per channel, in rows of 16 pixels on channels_last maps."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 -- the name of the overridden argument
        """Return a map of the same shape and memory order."""
        images, channels, height, width = input.shape
        if height * width % 16 or not input.is_contiguous(memory_format=torch.channels_last):
            return super().forward(input)
        # torch works row by row, and rows of 20 channels leave most of a vector unused: 30 times slower in bfloat16.
        rows = input.permute(0, 2, 3, 1).reshape(-1, 16 * channels)
        result = functional.prelu(rows, self.weight.repeat(16))
        return result.view(images, height, width, channels).permute(0, 3, 1, 2)


def conv_prelu(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A 3x3 convolution and a PReLU with one slope per channel; keys `0.*` and `1.weight`."""
    return nn.Sequential(Conv2d(inputs, outputs, 3, stride), PReLU(outputs))


def leaky_relu(x: Tensor) -> Tensor:
    """LeakyReLU of slope 0.1; overwrites `x`."""
    return functional.leaky_relu_(x, LEAKY_SLOPE)


def instance_norm(x_NCHW: Tensor) -> Tensor:
    """Each channel of each image to mean 0 and variance 1 over its pixels, in float32, without a learned scale."""
    # torch's instance_norm copies channels_last maps to NCHW and back, and its group_norm is right to 4 digits only.
    x_NCHW = x_NCHW.float()
    centred_NCHW = x_NCHW - x_NCHW.mean((2, 3), keepdim=True)
    variance_NC11 = centred_NCHW.square().mean((2, 3), keepdim=True)
    return centred_NCHW.mul_(torch.rsqrt(variance_NC11 + INSTANCE_NORM_EPS))


def norm_relu(x_NCHW: Tensor) -> Tensor:
    """Instance normalisation, then ReLU."""
    return functional.relu_(instance_norm(x_NCHW))


class Bottleneck(nn.Module):
    """Residual block of 1x1, 3x3 and 1x1 convolutions, each normalised and rectified, a quarter as wide inside."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = Conv2d(inputs, outputs // 4, 1)
        self.conv2 = Conv2d(outputs // 4, outputs // 4, 3, stride)
        self.conv3 = Conv2d(outputs // 4, outputs, 1)
        self.downsample = nn.Sequential(Conv2d(inputs, outputs, 1, stride)) if stride > 1 else None

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Return (N, outputs, H / stride, W / stride), float32."""
        inner_NCHW = norm_relu(self.conv2(norm_relu(self.conv1(x_NCHW))))
        shortcut_NCHW = x_NCHW if self.downsample is None else instance_norm(self.downsample(x_NCHW))
        return functional.relu_(norm_relu(self.conv3(inner_NCHW)).add_(shortcut_NCHW))


class CorrelationEncoder(nn.Module):
    """One image to the features whose dot products measure similarity, at 1/8 of the size."""

    def __init__(self, widths: tuple[int, int, int, int]) -> None:
        super().__init__()
        first, second, third, outputs = widths
        self.conv1 = Conv2d(3, first, 7, stride=2)
        self.layer1 = nn.Sequential(Bottleneck(first, first), Bottleneck(first, first))
        self.layer2 = nn.Sequential(Bottleneck(first, second, stride=2), Bottleneck(second, second))
        self.layer3 = nn.Sequential(Bottleneck(second, third, stride=2), Bottleneck(third, third))
        self.conv2 = Conv2d(third, outputs, 1)

    def forward(self, image_NCHW: Tensor) -> Tensor:
        """Return (N, outputs, H / 8, W / 8)."""
        x_NCHW = norm_relu(self.conv1(image_NCHW))
        features_NCHW: Tensor = self.conv2(self.layer3(self.layer2(self.layer1(x_NCHW))))
        return features_NCHW


class PyramidEncoder(nn.Module):
    """One image to the features that the decoders warp, at 1/2, 1/4, 1/8 and 1/16 of the size."""

    def __init__(self, widths: tuple[int, int, int, int]) -> None:
        super().__init__()
        inputs = (3, *widths[:-1])
        for level, (below, width) in enumerate(zip(inputs, widths, strict=True), start=1):
            stage = nn.Sequential(conv_prelu(below, width, stride=2), conv_prelu(width, width))
            self.add_module(f"pyramid{level}", stage)

    def forward(self, image_NCHW: Tensor) -> list[Tensor]:
        """Return the four feature maps, finest first."""
        levels = []
        x_NCHW = image_NCHW
        for stage in self.children():
            x_NCHW = stage(x_NCHW)
            levels.append(x_NCHW)
        return levels


class SideResBlock(nn.Module):
    """Five convolutions in a residual block, of which the second and fourth see only the last `side` channels."""

    def __init__(self, width: int, side: int) -> None:
        super().__init__()
        self.side = side
        self.conv1 = conv_prelu(width, width)
        self.conv2 = conv_prelu(side, side)
        self.conv3 = conv_prelu(width, width)
        self.conv4 = conv_prelu(side, side)
        self.conv5 = Conv2d(width, width, 3)
        self.prelu = PReLU(width)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Return a map of the same shape."""
        inner_NCHW = self._on_side(self.conv2, self.conv1(x_NCHW))
        inner_NCHW = self._on_side(self.conv4, self.conv3(inner_NCHW))
        result_NCHW: Tensor = self.prelu(self.conv5(inner_NCHW).add_(x_NCHW))
        return result_NCHW

    def _on_side(self, conv: nn.Module, x_NCHW: Tensor) -> Tensor:
        """Replace the last `side` channels of `x_NCHW` by `conv` of them, in place."""
        x_NCHW[:, -self.side :] = conv(x_NCHW[:, -self.side :].contiguous(memory_format=torch.channels_last))
        return x_NCHW


class Decoder(nn.Module):
    """A stack of features to a map of twice the size."""

    def __init__(self, inputs: int, width: int, outputs: int, side: int) -> None:
        super().__init__()
        upsample = nn.ConvTranspose2d(width, outputs, 4, stride=2, padding=1)
        self.convblock = nn.Sequential(conv_prelu(inputs, width), SideResBlock(width, side), upsample)

    def forward(self, *stack_NCHW: Tensor) -> Tensor:
        """Concatenate the maps given along C and return (N, outputs, 2 H, 2 W), in the type of the weights."""
        dtype = next(self.parameters()).dtype
        x_NCHW = torch.cat([x.to(dtype) for x in stack_NCHW], 1)
        # Layer by layer, because nn.Sequential would keep the stack in memory to the end.
        for layer in self.convblock:
            x_NCHW = layer(x_NCHW)
        return x_NCHW


class Refinement(nn.Module):
    """Corrects flows and features by the correlation around them, at 1/8 of the image size (section 3.3)."""

    def __init__(
        self, correlations: int, features: int, widths: tuple[int, int, int, int, int], above_correlation: int
    ) -> None:
        super().__init__()
        correlation, flow1, flow2, joint, hidden = widths
        self.scale = above_correlation
        self.convc1 = Conv2d(correlations, correlation, 1)
        self.convf1 = Conv2d(FLOWS, flow1, 7)
        self.convf2 = Conv2d(flow1, flow2, 3)
        self.conv = Conv2d(correlation + flow2, joint, 3)
        self.gru = _two_convs(joint + FLOWS + features, hidden, hidden)
        self.feat_head = _two_convs(hidden, hidden, features)
        self.flow_head = _two_convs(hidden, hidden, FLOWS)

    def forward(self, pair: PairCorrelation, flows_N4HW: Tensor, features_NCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Return the corrected flows (N, 4, H, W) and features, both float32, `scale` times the correlation's size."""
        small_flows_N4HW = resize_flow(flows_N4HW, 1 / self.scale)
        small_features_NCHW = resize(features_NCHW, 1 / self.scale)
        looked_up_NCHW = leaky_relu(self.convc1(pair.look_up(small_flows_N4HW)))
        motion_NCHW = leaky_relu(self.convf2(leaky_relu(self.convf1(small_flows_N4HW))))
        joint_NCHW = leaky_relu(self.conv(torch.cat([looked_up_NCHW, motion_NCHW], 1)))
        dtype = joint_NCHW.dtype
        hidden_NCHW = self.gru(torch.cat([joint_NCHW, small_flows_N4HW.to(dtype), small_features_NCHW.to(dtype)], 1))
        flow_step_N4HW = resize_flow(self.flow_head(hidden_NCHW).float(), self.scale)
        feature_step_NCHW = resize(self.feat_head(hidden_NCHW).float(), self.scale)
        return flows_N4HW + flow_step_N4HW, features_NCHW + feature_step_NCHW


def _two_convs(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    """Two 3x3 convolutions with a LeakyReLU between them; keys `0.*` and `2.*`."""
    return nn.Sequential(Conv2d(inputs, hidden, 3), nn.LeakyReLU(LEAKY_SLOPE, inplace=True), Conv2d(hidden, outputs, 3))


def resize(x_NCHW: Tensor, scale: float) -> Tensor:
    """Bilinear, with half-pixel centres and no antialiasing; scale 1 returns the input."""
    if scale == 1:
        return x_NCHW
    return functional.interpolate(x_NCHW, scale_factor=scale, mode="bilinear", align_corners=False)


def resize_flow(flow_NCHW: Tensor, scale: float) -> Tensor:
    """Resize a flow and scale its vectors to the new grid's pixels."""
    return resize(flow_NCHW, scale) * scale


def warp(source_NCHW: Tensor, flow_N2HW: Tensor) -> Tensor:
    """Sample `source` at each pixel moved by the flow, bilinearly; outside the image its border continues.

    Returns (N, C, H, W), float32, in channels_last order.
    """
    images, channels, height, width = source_NCHW.shape
    corners_MP, weights_MP = _bilinear_corners(flow_N2HW, height, width)
    pixels_MC = source_NCHW.float().permute(0, 2, 3, 1).reshape(-1, channels)
    # A weighted sum of four rows of a table is an embedding bag; from 20 channels on it beats grid_sample six times.
    warped_MC = functional.embedding_bag(corners_MP, pixels_MC, per_sample_weights=weights_MP, mode="sum")
    return warped_MC.view(images, height, width, channels).permute(0, 3, 1, 2)


def warp_planes(source_NCHW: Tensor, flow_N2HW: Tensor) -> Tensor:
    """`warp` for few channels, in the default memory order."""
    _, _, height, width = source_NCHW.shape
    # On -1..1 as the official code does, because the rounding of these positions shows in the pixels.
    columns_W = torch.linspace(-1, 1, width, device=flow_N2HW.device)
    rows_H1 = torch.linspace(-1, 1, height, device=flow_N2HW.device)[:, None]
    x_NHW = columns_W + flow_N2HW[:, 0] / ((width - 1) / 2)
    y_NHW = rows_H1 + flow_N2HW[:, 1] / ((height - 1) / 2)
    grid_NHW2 = torch.stack([x_NHW, y_NHW], -1)
    return functional.grid_sample(source_NCHW, grid_NHW2, mode="bilinear", padding_mode="border", align_corners=True)


def _bilinear_corners(flow_N2HW: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """The pixel numbers (N*H*W, 4) around each moved pixel, and the weight of each."""
    rows_H1 = torch.arange(height, device=flow_N2HW.device)[:, None]
    columns_W = torch.arange(width, device=flow_N2HW.device)
    x_NHW = (flow_N2HW[:, 0] + columns_W).clamp_(0, width - 1)
    y_NHW = (flow_N2HW[:, 1] + rows_H1).clamp_(0, height - 1)
    left_NHW = x_NHW.floor().clamp_(max=width - 2)
    top_NHW = y_NHW.floor().clamp_(max=height - 2)
    right_part_NHW, bottom_part_NHW = x_NHW - left_NHW, y_NHW - top_NHW
    left_part_NHW, top_part_NHW = 1 - right_part_NHW, 1 - bottom_part_NHW

    first_pixel_N = torch.arange(len(flow_N2HW), dtype=torch.int32, device=flow_N2HW.device) * (height * width)
    corner_NHW = (top_NHW.int() * width).add_(left_NHW.int()).add_(first_pixel_N[:, None, None])
    corners_NHWP = torch.stack([corner_NHW, corner_NHW + 1, corner_NHW + width, corner_NHW + width + 1], -1)
    weights_NHWP = torch.stack(
        [
            top_part_NHW * left_part_NHW,
            top_part_NHW * right_part_NHW,
            bottom_part_NHW * left_part_NHW,
            bottom_part_NHW * right_part_NHW,
        ],
        -1,
    )
    return corners_NHWP.view(-1, 4), weights_NHWP.view(-1, 4)
