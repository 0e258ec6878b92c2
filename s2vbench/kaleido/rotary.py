"""Angles of rotary position embedding from integer ids, whatever scheme gave them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from s2vbench.kaleido.positions import Grid, Ids, PositionScheme, VideoGrid

THETA = 10_000.0


def axis_widths(head_dim: int) -> tuple[int, int, int]:
    """How many numbers of a head turn with t, h and w: w and h get 2 * (d // 6), t the rest.

    >>> axis_widths(128)
    (44, 42, 42)
    """
    side = 2 * (head_dim // 6)
    return head_dim - 2 * side, side, side


def cos_sin(ids_N3: Ids, head_dim: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines of every token's angles, each (1, N, 1, head_dim) float32, every frequency twice in a row.

    The angle of the k-th pair of an axis with d numbers is id * theta^(-2k/d), reckoned in float64. Negative ids turn
    the other way. Source: RoFormer (arXiv 2104.09864) per axis, as Wan 2.1 splits a head.
    """
    angles = [
        ids_N3[:, axis, None].astype(np.float64) * THETA ** (-np.arange(0, width, 2) / width)
        for axis, width in enumerate(axis_widths(head_dim))
    ]
    turned = torch.from_numpy(np.repeat(np.concatenate(angles, axis=1), 2, axis=1))[None, :, None, :]
    return turned.cos().float(), turned.sin().float()


class ExplicitRotary(nn.Module):
    """Rotary angles of a whole sequence of references and video.

    Args:
        head_dim: numbers in one attention head.
        positions: which ids tokens get.
    """

    def __init__(self, head_dim: int, positions: PositionScheme) -> None:
        super().__init__()
        self.head_dim = head_dim
        self.positions = positions
        self.side = positions([], (1, 1, 1)).side
        # Every step and layer of a clip asks for the same grids; ids of 40,000 tokens take a tenth of a second.
        self._remembered = lru_cache(maxsize=16)(self._compute)

    def forward(self, references: tuple[Grid, ...], video: VideoGrid, device: torch.device) -> tuple[Tensor, Tensor]:
        """Cosines and sines, each (1, N, 1, head_dim), for tokens in the sequence's order."""
        return self._remembered(references, video, device)

    def _compute(self, references: tuple[Grid, ...], video: VideoGrid, device: torch.device) -> tuple[Tensor, Tensor]:
        cos, sin = cos_sin(self.positions(references, video).sequence, self.head_dim)
        return cos.to(device), sin.to(device)
