"""Similarity of every point of one feature map with a window of another, at several scales.

Sources: RAFT, arXiv 2003.12039, section 3.2 (correlation pyramid and look-up); AMT paper, arXiv 2304.09790,
section 3.2. Written from the papers.

The volume of all pairs of points is never built. Pooling is linear, so products with pooled features are the pooled
products; and a tile of neighbouring points looks into one rectangle of the other map, so only products of the two
are needed. The rectangle is read off the tile's windows, hence exact: one far flow only makes it larger.

Shape letters: H rows, W columns, C channels, Q points of a tile, L levels, I and J integer window positions along
x and y, A and B window samples along x and y.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.fast_linear import linear

# On the processor, small enough to keep a tile's products in the cache and its rectangle tight, and large enough to
# pay for its calls; on a device each tile costs a wait for the rectangle, so tiles are as large as memory allows.
TILE_SIDE_CPU = 16
TILE_SIDE_DEVICE = 64


class WindowAxis(NamedTuple):
    """The windows around all centres along x, or along y; every member is (H, W, window).

    The samples of a window share their part of a pixel, so one patch of 2 radius + 2 integer positions serves them all.
    """

    # Moved inside the map.
    positions: Tensor
    # 1 where the position was inside the map, 0 where it had to be moved.
    inside: Tensor
    # How far the centre lies beyond its integer position, 0..1; the window is 1 wide.
    part: Tensor


class KeyPyramid:
    """The features of one image, pooled to several scales, to be compared with points of another image."""

    def __init__(self, keys_HWC: Tensor, levels: int, radius: int, tile_side: int | None = None) -> None:
        self.radius = radius
        self.tile_side = tile_side or (TILE_SIDE_CPU if keys_HWC.device.type == "cpu" else TILE_SIDE_DEVICE)
        self.levels_HWC = [keys_HWC.contiguous()]
        for _ in range(levels - 1):
            pooled_CHW = functional.avg_pool2d(self.levels_HWC[-1].permute(2, 0, 1), 2)
            self.levels_HWC.append(pooled_CHW.permute(1, 2, 0).contiguous())

    def look_up(self, queries_HWC: Tensor, centres_HW2: Tensor) -> Tensor:
        """Dot products of each query with the keys in the window around its centre, over sqrt(C).

        Args:
            queries_HWC: features of the other image.
            centres_HW2: where each query looks, as (x, y) in pixels of the finest level.

        Returns:
            (H, W, L * (2 radius + 1) ** 2): levels finest first, then x, then y; bilinear samples, 0 outside.
        """
        queries_HWC = queries_HWC * queries_HWC.shape[2] ** -0.5
        samples = []
        for level, keys_HWC in enumerate(self.levels_HWC):
            x_axis = _window_axis(centres_HW2[..., :1] / 2**level, self.radius, keys_HWC.shape[1])
            y_axis = _window_axis(centres_HW2[..., 1:] / 2**level, self.radius, keys_HWC.shape[0])
            # A tile of a pooled level covers the same rectangle of keys at 2 ** level times the side.
            tile_side = self.tile_side * 2**level
            patch_HWIJ = _products(queries_HWC, keys_HWC, x_axis.positions, y_axis.positions, tile_side)
            samples.append(_interpolate(patch_HWIJ, x_axis, y_axis).flatten(2))
        return torch.cat(samples, 2)


class PairCorrelation:
    """Both directions of correlation between the two images of each pair."""

    def __init__(self, first_NCHW: Tensor, last_NCHW: Tensor, time: float, levels: int, radius: int) -> None:
        """Take the features of both images, and the time of the wanted frame in 0..1."""
        self.time = time
        self.first_NHWC = first_NCHW.float().permute(0, 2, 3, 1).contiguous()
        self.last_NHWC = last_NCHW.float().permute(0, 2, 3, 1).contiguous()
        self.keys_first = [KeyPyramid(keys_HWC, levels, radius) for keys_HWC in self.first_NHWC]
        self.keys_last = [KeyPyramid(keys_HWC, levels, radius) for keys_HWC in self.last_NHWC]

    def look_up(self, flows_N4HW: Tensor) -> Tensor:
        """Correlation of each first point around its place in the last image, then the reverse: (N, 2 L window, H, W).

        The flows leave the wanted frame; over the time that remains they span the pair (AMT paper, section 3.2).
        """
        height, width = flows_N4HW.shape[2:]
        y_HW, x_HW = torch.meshgrid(
            torch.arange(height, device=flows_N4HW.device), torch.arange(width, device=flows_N4HW.device), indexing="ij"
        )
        grid_HW2 = torch.stack([x_HW, y_HW], -1)
        flows_NHW4 = flows_N4HW.permute(0, 2, 3, 1)
        in_last_NHW2 = grid_HW2 + flows_NHW4[..., 2:] / self.time
        in_first_NHW2 = grid_HW2 + flows_NHW4[..., :2] / (1 - self.time)
        from_first_NHWC = _look_up_each(self.keys_last, self.first_NHWC, in_last_NHW2)
        from_last_NHWC = _look_up_each(self.keys_first, self.last_NHWC, in_first_NHW2)
        return torch.cat([from_first_NHWC, from_last_NHWC], 3).permute(0, 3, 1, 2)


def _look_up_each(pyramids: list[KeyPyramid], queries_NHWC: Tensor, centres_NHW2: Tensor) -> Tensor:
    """`KeyPyramid.look_up` image by image."""
    looked_up = zip(pyramids, queries_NHWC, centres_NHW2, strict=True)
    return torch.stack([keys.look_up(queries_HWC, centres_HW2) for keys, queries_HWC, centres_HW2 in looked_up])


def _window_axis(centres_HW1: Tensor, radius: int, size: int) -> WindowAxis:
    """The windows along one axis of a map that is `size` pixels long, around centres given in its pixels."""
    corner_HW1 = centres_HW1.floor()
    unbounded_HWI = corner_HW1 + torch.arange(-radius, radius + 2, device=centres_HW1.device)
    positions_HWI = unbounded_HWI.clamp(0, size - 1)
    inside_HWI = (positions_HWI == unbounded_HWI).to(centres_HW1.dtype)
    return WindowAxis(positions_HWI.long(), inside_HWI, centres_HW1 - corner_HW1)


def _products(queries_HWC: Tensor, keys_HWC: Tensor, columns_HWI: Tensor, rows_HWJ: Tensor, tile_side: int) -> Tensor:
    """Dot products of each query with the keys at the integer positions of its window, (H, W, I, J)."""
    height, width, _ = queries_HWC.shape
    patch_HWIJ = queries_HWC.new_empty(height, width, columns_HWI.shape[2], rows_HWJ.shape[2])
    for top in range(0, height, tile_side):
        for left in range(0, width, tile_side):
            tile = slice(top, top + tile_side), slice(left, left + tile_side)
            patch_HWIJ[tile] = _tile_products(queries_HWC[tile], keys_HWC, columns_HWI[tile], rows_HWJ[tile])
    return patch_HWIJ


def _tile_products(queries_HWC: Tensor, keys_HWC: Tensor, columns_HWI: Tensor, rows_HWJ: Tensor) -> Tensor:
    """The part of `_products` that belongs to one tile of queries."""
    height, width, channels = queries_HWC.shape
    # One transfer instead of four: on a device each would wait for all work queued before it.
    bounds = [columns_HWI[..., 0].min(), columns_HWI[..., -1].max(), rows_HWJ[..., 0].min(), rows_HWJ[..., -1].max()]
    left, right, top, bottom = torch.stack(bounds).tolist()
    rectangle_KC = keys_HWC[top : bottom + 1, left : right + 1].reshape(-1, channels)
    products_QK = linear(queries_HWC.reshape(-1, channels), rectangle_KC)
    first_HW1 = torch.arange(height * width, device=keys_HWC.device).view(height, width, 1) * len(rectangle_KC)
    row_start_HWJ = (rows_HWJ - top) * (right + 1 - left) + (first_HW1 - left)
    return products_QK.take(columns_HWI[..., :, None] + row_start_HWJ[..., None, :])


def _interpolate(patch_HWIJ: Tensor, x_axis: WindowAxis, y_axis: WindowAxis) -> Tensor:
    """Bilinear samples (H, W, A, B) of patches of integer positions, which it overwrites."""
    patch_HWIJ.mul_(x_axis.inside[..., :, None]).mul_(y_axis.inside[..., None, :])
    patch_HWAJ = torch.lerp(patch_HWIJ[..., :-1, :], patch_HWIJ[..., 1:, :], x_axis.part[..., :, None])
    return torch.lerp(patch_HWAJ[..., :-1], patch_HWAJ[..., 1:], y_axis.part[..., None, :])
