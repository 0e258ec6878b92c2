"""Small heads on other networks' features."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class AestheticHead(nn.Linear):
    """LAION's aesthetic predictor: one linear layer on the L2-normalised CLIP ViT-L/14 feature, about 0..10."""

    def __init__(self, feature_size: int = 768) -> None:
        super().__init__(feature_size, 1)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Nothing to cast: the head runs in float32 at every precision, as it amplifies feature noise 28 times."""

    def forward(self, features_ND: Tensor) -> Tensor:
        """Features (N, 768), any norm -> scores (N,)."""
        return super().forward(functional.normalize(features_ND.float(), dim=-1)).squeeze(-1)
