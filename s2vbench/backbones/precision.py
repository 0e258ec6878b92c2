"""bfloat16 as a recorded recipe: products in bfloat16; normalisation and the residual stream in float32.

Casting a whole network loses more than it must: the residual stream of a transformer adds many small terms to a large
one. Here every normalisation takes float32 and hands bfloat16 to the product behind it, whose result is added back in
float32. Autocast is not used: on CPUs it made some networks slower than float32 (docs/performance.md).
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

Precision = Literal["fp32", "bf16"]
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


class NormThenCast(nn.LayerNorm):
    """Layer normalisation in float32 whose result takes the type of the products that follow."""

    compute_dtype: torch.dtype

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 -- the name of the overridden argument
        """Normalise the last axis; float32 inside, `compute_dtype` outside."""
        normed = functional.layer_norm(input.float(), self.normalized_shape, self.weight, self.bias, self.eps)
        return normed.to(self.compute_dtype)


def cast_blocks(blocks: nn.Module, dtype: torch.dtype) -> None:
    """Prepare transformer blocks for products in `dtype`: norms stay float32 and cast their result."""
    if dtype == torch.float32:
        return
    blocks.to(dtype)
    for module in blocks.modules():
        if isinstance(module, nn.LayerNorm):
            module.float()
            module.__class__ = NormThenCast
            module.compute_dtype = dtype  # type: ignore[assignment]
