"""An image encoder that needs no training: how much of each colour a picture holds.

Subjects of the rendered world keep their colours in every pose, so this is enough to tell them apart. It stands where a
trained encoder does, behind the same protocol, so that metrics can be checked on control videos without weights.

Shape letters: N pictures, H height, W width, C channels, B bins of colour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones import published

PROFILE = str(Path(__file__).parent / "controls.toml")
LEVELS, CELLS, GRID_SHARE = 5, 4, 1 / 3
PATCH_PX = 28


class ColourShares(nn.Module):
    """Soft colour histograms; white, which crops are padded with, is not counted."""

    patch_px = PATCH_PX

    def __init__(self) -> None:
        super().__init__()
        # A file of weights must hold something.
        self.scale = nn.Parameter(torch.ones(1), requires_grad=False)

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        self.load_state_dict(dict(state), assign=True)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Histograms are float32 whatever the run's precision."""

    def _weights(self, pictures_NCHW: Tensor) -> Tensor:
        """(N, B, H, W): how much of each bin every pixel holds."""
        mean, std = (
            torch.tensor(values)[None, :, None, None] for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
        )
        rgb_NCHW = functional.avg_pool2d((pictures_NCHW * std + mean).clamp(0, 1), 4)
        axes = [
            1 - (rgb_NCHW[:, c, None] - torch.linspace(0, 1, LEVELS)[:, None, None]).abs() * (LEVELS - 1)
            for c in range(3)
        ]
        red, green, blue = (axis.clamp(min=0) for axis in axes)
        joint = torch.einsum("nahw,nbhw,nchw->nabchw", red, green, blue).flatten(1, 3)
        white_N1HW = (rgb_NCHW.min(dim=1, keepdim=True).values > 0.985).float()
        return joint * (1 - white_N1HW)

    def forward(self, pictures_NCHW: Tensor) -> Tensor:
        """(N, 17 B): square roots of the shares in the whole picture and in each cell of a 4 x 4 grid.

        Cosines are Bhattacharyya coefficients; the grid, which counts a third, makes another view another feature.
        """
        weights_NBHW = self._weights(pictures_NCHW)
        whole_NB1 = weights_NBHW.mean(dim=(2, 3))[..., None]
        cells_NBC = functional.adaptive_avg_pool2d(weights_NBHW, CELLS).flatten(2) / CELLS**2
        parts = [part.flatten(1) + 1e-6 for part in (whole_NB1, cells_NBC)]
        shares = [
            math.sqrt(share) * torch.sqrt(part / part.sum(dim=1, keepdim=True))
            for share, part in zip((1 - GRID_SHARE, GRID_SHARE), parts, strict=True)
        ]
        return torch.cat(shares, dim=1) * self.scale

    def patches(self, pictures_NCHW: Tensor) -> Tensor:
        """(N, rows, columns, B), each of length 1."""
        pooled = functional.avg_pool2d(self._weights(pictures_NCHW), PATCH_PX // 4) + 1e-6
        return functional.normalize(torch.sqrt(pooled).permute(0, 2, 3, 1), dim=-1)


COLOURS = replace(
    published.DINO_VITB16,
    build="tests.world.colours:ColourShares",
    seeded_rules=((r"scale$", "constant:1"),),
    options={},
)
