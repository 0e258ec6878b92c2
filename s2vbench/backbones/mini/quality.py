"""The technical quality of a picture: MUSIQ at small size, trained on graded distortions of drawn frames."""

from __future__ import annotations

from typing import cast

from torch import Tensor

from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.musiq import Musiq
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.video.recipes import MINI_LONGER_256

MIDDLE, SPREAD = 50.0, 25.0
_FILE = "mini_quality.safetensors"


class MiniQuality(Musiq):
    """MUSIQ whose head answers in units of the scale: its output is a score once multiplied by 25 and 50 is added.

    So the head learns at the rate of the other layers; MUSIQ's own must grow weights of a hundred times their size.
    """

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Return the scores (N,) of about 0..100 of RGB images (N, 3, H, W) in 0..1, as `Musiq` does."""
        return MIDDLE + SPREAD * super().forward(images_NCHW)

    def scores_together(self, images_NCHW: Tensor) -> Tensor:
        """`forward` for training: the transformer takes the whole batch at once, so last digits depend on it."""
        class_NC = self.transformer_encoder(self.embed(images_NCHW))
        return MIDDLE + SPREAD * cast("Tensor", self.head(class_NC)[:, 0])


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
