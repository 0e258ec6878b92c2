"""A small convolutional network that turns pictures into maps of features, 16 times coarser.

Plain residual blocks (arXiv 1512.03385) of 3x3 convolutions: on a processor they take half the time of a vision
transformer with as many products, and learn from far fewer pictures. Batch normalisation is folded into the
convolutions once weights are loaded, so an answer does not depend on the other pictures of a batch.

Shape letters: N images, H height, W width, C channels, R rows and K columns of the map.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

STRIDE_PX: Final = 16
WIDTHS: Final = (24, 40, 80, 160)
BLOCKS: Final = (0, 1, 2, 1)
SEEDED_RULES: Final = (
    (r"running_var$", "constant:1"),
    (r"num_batches_tracked$", "constant:0"),
    (r"conv\.weight$", "linear:1.4"),
)
"""Of seeded random weights; see `backbones/seeded.py`."""


class ConvNorm(nn.Module):
    """A 3x3 convolution and its normalisation."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(outputs)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """(N, outputs, H / stride, W / stride), rounded up."""
        return cast("Tensor", self.norm(self.conv(x_NCHW)))

    def fuse(self) -> None:
        """Make one convolution of both."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.conv = fuse_conv_bn_eval(self.conv.eval(), self.norm.eval())
            self.norm = nn.Identity()


class Block(nn.Module):
    """Two convolutions beside a short cut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = ConvNorm(width, width), ConvNorm(width, width)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """(N, C, H, W)."""
        inner_NCHW = self.second(self.first(x_NCHW).relu_())
        return cast("Tensor", (x_NCHW + inner_NCHW).relu_())


class ConvTower(nn.Module):
    """Normalised pictures to maps of features.

    Args:
        widths: channels after each of four steps that halve the sides.
        blocks: residual blocks after each.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS, blocks: tuple[int, ...] = BLOCKS) -> None:
        super().__init__()
        assert 2 ** len(widths) == STRIDE_PX
        self.width = widths[-1]
        inputs = (3, *widths)
        self.steps = nn.ModuleList(ConvNorm(*pair, stride=2) for pair in zip(inputs, widths, strict=False))
        self.blocks = nn.ModuleList(
            nn.Sequential(*(Block(width) for _ in range(count))) for width, count in zip(widths, blocks, strict=True)
        )

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Float32 maps (N, width, R, K), sides divided by 16 and rounded up."""
        x_NCHW = images_NCHW.to(next(self.parameters()).dtype).contiguous(memory_format=torch.channels_last)
        for step, blocks in zip(self.steps, self.blocks, strict=True):
            x_NCHW = blocks(step(x_NCHW).relu_())
        return x_NCHW.float()

    def fuse(self) -> None:
        """Fold every normalisation into its convolution; the result is for answering, not for training."""
        with torch.no_grad():
            for module in self.modules():
                if isinstance(module, ConvNorm):
                    module.fuse()
        self.to(memory_format=torch.channels_last)


class Pooled(nn.Module):
    """One feature of a map: a matrix times its mean and its maximum over places.

    The mean says what the picture is like, the maximum what is somewhere in it, however small.
    """

    def __init__(self, width: int, embedding: int) -> None:
        super().__init__()
        self.project = nn.Linear(2 * width, embedding)

    def forward(self, map_NCRK: Tensor) -> Tensor:
        """(N, embedding), not normalised."""
        both_NC = torch.cat([map_NCRK.mean((2, 3)), map_NCRK.amax((2, 3))], 1)
        return cast("Tensor", self.project(both_NC))


def load_and_fuse(network: nn.Module, tower: ConvTower, state: Mapping[str, Tensor]) -> None:
    """Take a trained state dict, strictly, then make the network ready to answer.

    Raises:
        RuntimeError: a key is missing or unexpected, or a shape differs.
    """
    network.load_state_dict(state, strict=True, assign=True)
    tower.fuse()
