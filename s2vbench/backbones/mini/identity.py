"""Who is it: a small network that knows an individual of the drawn world again in another pose, view or light.

Trained with supervised contrast (arXiv 2004.11362) over pictures of one individual; its map of features, trained to
agree between two crops of one picture, tells where a place seen elsewhere shows.

Shape letters: N images, H height, W width, C channels, R rows and K columns of patches, E embedding, D patch feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.mini.image_text_tower import (
    BLOCKS,
    SEEDED_RULES,
    STRIDE_PX,
    WIDTHS,
    ConvTower,
    Pooled,
    load_and_fuse,
)
from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import NotApplicable
from s2vbench.video.recipes import MINI_SHORTER_112

_FILE = "mini_identity.safetensors"
FIRST_TEMPERATURE = 0.07


class MiniIdentity(nn.Module):
    """Features of whole pictures and of their patches.

    Args:
        widths: channels of the convolutions' steps.
        blocks: residual blocks after each.
        embedding: length of a picture's feature.
        patch_features: length of a patch's feature.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, ...] = WIDTHS,
        blocks: tuple[int, ...] = BLOCKS,
        embedding: int = 128,
        patch_features: int = 64,
    ) -> None:
        super().__init__()
        self.patch_px = STRIDE_PX
        self.tower = ConvTower(widths, blocks)
        self.pooled = Pooled(self.tower.width, embedding)
        self.patch_project = nn.Conv2d(self.tower.width, patch_features, 1)
        # Logarithm of what training divides cosines by; features do not use it.
        self.temperature = nn.Parameter(torch.tensor(FIRST_TEMPERATURE).log())

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take a trained state dict; a missing or unexpected key raises RuntimeError."""
        load_and_fuse(self, self.tower, state)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the convolutions in `dtype`; pooling and projections stay float32."""
        self.tower.to(dtype)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Normalised images of any size -> features (N, E), float32, not normalised."""
        return cast("Tensor", self.pooled(self.tower(images_NCHW)))

    def patches(self, images_NCHW: Tensor) -> Tensor:
        """Normalised images -> patch features (N, R, K, D), each of length 1; whole patches, from the upper left.

        Raises:
            NotApplicable: a side is shorter than a patch.
        """
        rows, columns = (side // self.patch_px for side in images_NCHW.shape[-2:])
        if not rows or not columns:
            raise NotApplicable(f"pictures of {images_NCHW.shape[-1]}x{images_NCHW.shape[-2]} px have no patch")
        whole_NCHW = images_NCHW[..., : rows * self.patch_px, : columns * self.patch_px]
        return self.patches_of(self.tower(whole_NCHW)).permute(0, 2, 3, 1)

    def patches_of(self, map_NCRK: Tensor) -> Tensor:
        """Patch features (N, D, R, K) of a map of the tower, each of length 1."""
        return functional.normalize(self.patch_project(map_NCRK).float(), dim=1)


MINI_IDENTITY = BackboneSpec(
    name="mini_identity",
    role="frame_encoder",
    build="s2vbench.backbones.mini.identity:MiniIdentity",
    summary="knows drawn individuals and places again; feature of 128, patches of 16 px",
    source="s2vbench.mini.identity; after arXiv 2004.11362",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=2,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    recipe=MINI_SHORTER_112,
    seeded_rules=(*SEEDED_RULES, (r"temperature$", "constant:-2.659260")),
)
