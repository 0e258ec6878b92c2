"""The technical quality of a picture: MUSIQ at small size, trained on graded distortions of drawn frames."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.musiq import Musiq
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.video.recipes import MINI_LONGER_256

MIDDLE, SPREAD = 50.0, 25.0
NUM_TONES = 11
LEAST_TONE = 2e-3
"""Half a level of 0..255, on -1..1: what is less is none."""
_FILE = "mini_quality.safetensors"


class MiniQuality(Musiq):
    """MUSIQ that is also told each patch's tones, and whose head answers in units of the scale.

    MUSIQ normalises every patch, so brightness and contrast reach it by the rim alone; it learns them from far more
    pictures than there are here. And its head must grow weights of a hundred times their first size to reach 0..100;
    this one's output is multiplied by 25, and 50 is added.
    """

    def __init__(self, *, hidden: int, **sizes: Any) -> None:
        super().__init__(hidden=hidden, **sizes)
        self.tone = FastLinear(NUM_TONES, hidden)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return the scores (N,) of about 0..100 of RGB images (N, 3, H, W) in 0..1, as `Musiq` does."""
        return MIDDLE + SPREAD * super().forward(images_NCHW)

    def scores_together(self, images_NCHW: Tensor) -> Tensor:
        """`forward` for training: the transformer takes the whole batch at once, so last digits depend on it."""
        class_NC = self.transformer_encoder(self.embed(images_NCHW))
        return MIDDLE + SPREAD * cast("Tensor", self.head(class_NC)[:, 0])

    def embed_patches(self, patches_PHWC: Tensor) -> Tensor:
        """Return tokens (P, C) without their place for patches (P, 32, 32, 3) in -1..1."""
        tones_PS = tones(patches_PHWC.float())
        return super().embed_patches(patches_PHWC) + cast("Tensor", self.tone(tones_PS.to(self.tone.weight.dtype)))


def tones(patches_PHWC: Tensor) -> Tensor:
    """What normalisation takes away, (P, 11): means and spreads of the colours, darkest, lightest, slopes and bends."""
    flat_PXC = patches_PHWC.flatten(1, 2)
    grey_PHW = patches_PHWC.mean(3)
    differences = (grey_PHW.diff(dim=1), grey_PHW.diff(dim=2), grey_PHW.diff(n=2, dim=2))
    small = [flat_PXC.std(1), *(part.abs().mean((1, 2))[:, None] for part in differences)]
    ends = [grey_PHW.amin((1, 2))[:, None], grey_PHW.amax((1, 2))[:, None]]
    # Logarithms, as a tenth less of a little contrast is seen as well as a tenth less of much.
    return torch.cat([flat_PXC.mean(1), *ends, *((part + LEAST_TONE).log() / 2 + 1.5 for part in small)], 1)


MINI_QUALITY = BackboneSpec(
    name="mini_quality",
    role="frame_scorer",
    build="s2vbench.backbones.mini.quality:MiniQuality",
    summary="MUSIQ at small size, trained on graded distortions of drawn frames; one score of about 0..100",
    source="s2vbench.mini.quality; architecture of arXiv 2108.05997",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=1.4,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    recipe=MINI_LONGER_256,
    options={
        "hidden": 96,
        "layers": 4,
        "heads": 4,
        "mlp": 192,
        "channels": 16,
        "groups": 4,
        "grid": 8,
        # Videos of the embedded model are 112 px wide, and are seen at half of that and at their own size.
        "longer_sides": (64, 128),
    },
    seeded_rules=((r"(\.cls|position_emb|scale_emb)$", "embedding"),),
)
