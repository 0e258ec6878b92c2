"""The convolutional stem of MUSIQ: standardised convolutions and group norms on channels-last patches.

Architecture: Ke et al., arXiv 2108.05997, in the layout of the checkpoint trained on SPAQ.

Shape letters: P patches, C channels, H and W rows and columns, O output and I input channels, G groups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

STANDARDISING_EPS = 1e-5
BLOCK_EPS = 1e-4


class StandardisedConv2d(nn.Conv2d):
    """A convolution whose kernel has mean 0 and standard deviation 1 per output channel, and no bias.

    The stored weight stays as published; the standardised kernel is kept beside it, outside the state dict, and
    made again after the weight was loaded, written to or moved.
    """

    def __init__(self, channels_in: int, channels_out: int, side: int, *, stride: int = 1, padding: int = 0) -> None:
        """Make a `side` x `side` kernel; `stride` and symmetric `padding` in pixels."""
        super().__init__(channels_in, channels_out, side, stride=stride, padding=padding, bias=False)
        self._made: tuple[Tensor, int, Tensor] | None = None

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:  # noqa: FBT001, FBT002 -- as above it
        self._made = None
        return cast("Self", super()._apply(fn, recurse))  # type: ignore[no-untyped-call]

    def kernel(self, dtype: torch.dtype) -> Tensor:
        """The standardised weight (C_out, C_in, side, side) in `dtype`; differentiable while autograd is on."""
        # Tensors made in inference mode count no versions, so a write to one could not be noticed.
        if torch.is_grad_enabled() or self.weight.is_inference():
            return standardise(self.weight).to(dtype)
        version = self.weight._version  # noqa: SLF001
        if self._made is not None:
            weight, made_version, kernel = self._made
            if weight is self.weight and made_version == version and kernel.dtype == dtype:
                return kernel
        with torch.inference_mode(mode=False), torch.no_grad():
            kernel = standardise(self.weight).to(dtype, memory_format=torch.channels_last)
        self._made = (self.weight, version, kernel)
        return kernel

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 -- the name of the overridden argument
        """Return (P, H_out, W_out, C_out) for (P, H, W, C_in); channels last is how patches are stored here."""
        x_PCHW = input.permute(0, 3, 1, 2)
        y_PCHW = functional.conv2d(x_PCHW, self.kernel(input.dtype), stride=self.stride, padding=self.padding)
        return y_PCHW.permute(0, 2, 3, 1)


def standardise(weight_OIHW: Tensor) -> Tensor:
    """`(w - mean) / (std + 1e-5)` per output channel O, with the unbiased standard deviation."""
    std_O111, mean_O111 = torch.std_mean(weight_OIHW, dim=(1, 2, 3), keepdim=True)
    return (weight_OIHW - mean_O111) / (std_O111 + STANDARDISING_EPS)


class GroupNorm(nn.GroupNorm):
    """Group normalisation of channels-last maps, in float32 whatever the input.

    PyTorch's kernel is several times slower on channels-last maps on a CPU. The two passes (mean, then the mean
    square of what remains) keep its accuracy on flat patches, where a difference of squares would cancel.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 -- the name of the overridden argument
        """Return the normalised (P, H, W, C) in the type of `input`."""
        x_PHWC = input.float()
        centred_PHWC = x_PHWC - self._group_mean(x_PHWC)
        variance_P11C = self._group_mean(centred_PHWC * centred_PHWC)
        scale_P11C = self.weight * torch.rsqrt(variance_P11C + self.eps)
        return torch.addcmul(self.bias, centred_PHWC, scale_P11C).to(input.dtype)

    def _group_mean(self, x_PHWC: Tensor) -> Tensor:
        """Mean over pixels and over the channels of a group, repeated for each of its channels: (P, 1, 1, C)."""
        mean_PC = x_PHWC.flatten(1, 2).mean(dim=1)
        mean_PG = mean_PC.view(-1, self.num_groups, self.num_channels // self.num_groups).mean(dim=2)
        return mean_PG.repeat_interleave(self.num_channels // self.num_groups, dim=1)[:, None, None]


class Bottleneck(nn.Module):
    """A residual block 1x1, 3x3, 1x1 with a projected shortcut; quadruples the channels, keeps the size."""

    def __init__(self, channels: int, groups: int) -> None:
        """Take `channels` in and give 4 x `channels`; every normalisation has `groups` groups."""
        super().__init__()
        wide = 4 * channels
        self.conv1 = StandardisedConv2d(channels, channels, 1)
        self.gn1 = GroupNorm(groups, channels, eps=BLOCK_EPS)
        self.conv2 = StandardisedConv2d(channels, channels, 3, padding=1)
        self.gn2 = GroupNorm(groups, channels, eps=BLOCK_EPS)
        self.conv3 = StandardisedConv2d(channels, wide, 1)
        self.gn3 = GroupNorm(groups, wide, eps=BLOCK_EPS)
        self.conv_proj = StandardisedConv2d(channels, wide, 1)
        self.gn_proj = GroupNorm(groups, wide, eps=BLOCK_EPS)

    def forward(self, x_PHWC: Tensor) -> Tensor:
        """Return (P, H, W, 4C)."""
        y_PHWC = functional.relu(self.gn1(self.conv1(x_PHWC)))
        y_PHWC = functional.relu(self.gn2(self.conv2(y_PHWC)))
        return functional.relu(self.gn3(self.conv3(y_PHWC)) + self.gn_proj(self.conv_proj(x_PHWC)))
