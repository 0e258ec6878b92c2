"""Transformer blocks of timm and open_clip with their dense work through `fast_linear` and `attention`.

The libraries' modules keep their parameters and keys; only the class, and with it `forward`, is exchanged. What they
compute does not change; tests compare them with the originals.

Shape letters: N items, L tokens, D token width, R rows (tokens of all items).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from timm.layers import Attention as TimmAttention
from timm.layers import Mlp as TimmMlp
from torch import Tensor, nn

from s2vbench.backbones.attention import ROWS_PER_CHUNK, attend
from s2vbench.backbones.fast_linear import FastLinear, linear

QUICK_GELU_SLOPE = 1.702
_CLIP_MLP = ["c_fc", "gelu", "c_proj"]


def quick_gelu(x: Tensor) -> Tensor:
    """`x * sigmoid(1.702 x)`, CLIP's approximation of the GELU."""
    # In place where autograd allows it: the product's value is not needed again, the sigmoid's is.
    return (QUICK_GELU_SLOPE * x).sigmoid_() * x


class SelfAttention(nn.MultiheadAttention):
    """`nn.MultiheadAttention` of one input with itself, batch first; the attention weights are not returned."""

    def forward(self, query: Tensor, *_: Tensor, **__: object) -> tuple[Tensor, None]:  # type: ignore[override]
        """(N, L, D) -> (N, L, D)."""
        qkv = linear(query, cast("Tensor", self.in_proj_weight), self.in_proj_bias)
        q, k, v = qkv.reshape(*query.shape[:2], 3, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4)
        return linear(attend(q, k, v), self.out_proj.weight, self.out_proj.bias), None


class PatchAttention(TimmAttention):  # type: ignore[misc]
    """timm's attention, of which plain vision transformers use no gate, norm or mask."""

    def forward(self, x: Tensor, **_: object) -> Tensor:
        """(N, L, D) -> (N, L, D)."""
        q, k, v = self.qkv(x).reshape(*x.shape[:2], 3, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4)
        return cast("Tensor", self.proj(attend(q, k, v)))


class PatchMlp(TimmMlp):  # type: ignore[misc]
    """timm's two dense layers with the exact GELU between them."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, D) -> (N, L, D)."""
        return by_rows(x, lambda x_RD: self.fc2(linear(x_RD, self.fc1.weight, self.fc1.bias, gelu=True)))


class QuickGeluMlp(nn.Sequential):
    """open_clip's two dense layers with QuickGELU between them."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, D) -> (N, L, D)."""
        return by_rows(x, lambda x_RD: cast("Tensor", self.c_proj(quick_gelu(self.c_fc(x_RD)))))  # type: ignore[operator]


def by_rows(x_NLD: Tensor, network: Callable[[Tensor], Tensor]) -> Tensor:
    """`network` on the tokens, on a CPU so few at a time that what it makes of them stays in cache."""
    x_RD = x_NLD.flatten(0, 1)
    rows = ROWS_PER_CHUNK if x_NLD.device.type == "cpu" else len(x_RD)
    return torch.cat([network(part_RD) for part_RD in torch.split(x_RD, rows)]).view(*x_NLD.shape)


def speed_up(network: nn.Module) -> None:
    """Exchange the classes of linear layers, attentions and dense pairs inside `network`, in place."""
    for module in network.modules():
        if type(module) is nn.Linear:
            module.__class__ = FastLinear
        elif type(module) is nn.MultiheadAttention:
            module.__class__ = SelfAttention
        elif type(module) is TimmAttention:
            module.__class__ = PatchAttention
        elif type(module) is TimmMlp:
            module.__class__ = PatchMlp
        elif type(module) is nn.Sequential and [name for name, _ in module.named_children()] == _CLIP_MLP:
            module.__class__ = QuickGeluMlp
