"""SAM's image encoder at the speed the processor has; what it computes does not change.

Shape letters: N images, R rows and C columns of patches, H heads, D width of a head, W token width, K keys of an axis.
"""

from __future__ import annotations

import itertools
from typing import cast

import torch
from torch import Tensor, nn
from transformers.models.sam.modeling_sam import SamMLPBlock, SamVisionLayer, SamVisionSdpaAttention

from s2vbench.backbones.attention import ROWS_PER_CHUNK
from s2vbench.backbones.fast_blocks import by_rows, speed_up
from s2vbench.backbones.fast_linear import HAS_ONEDNN_LINEAR, linear


class GlobalAttention(SamVisionSdpaAttention):  # type: ignore[misc]
    """Attention of all patches with a bias for the distance along each axis.

    The library makes the whole matrix of biases before it starts, 0.8 GB for twelve heads of 4096 patches. On a CPU
    outside autograd, a few rows of one head are finished here before the next begin.
    """

    def forward(self, hidden_states: Tensor, output_attentions: bool = False) -> tuple[Tensor, None]:  # noqa: FBT001, FBT002
        """(N, R, C, W) -> (N, R, C, W); no attention weights are returned."""
        if not HAS_ONEDNN_LINEAR or hidden_states.device.type != "cpu" or torch.is_grad_enabled():
            return cast("tuple[Tensor, None]", super().forward(hidden_states, output_attentions))
        images, rows, columns, _ = hidden_states.shape
        shape = (images, rows, columns, 3, self.num_attention_heads, -1)
        q, k, v = self.qkv(hidden_states).reshape(shape).permute(3, 0, 4, 1, 2, 5)
        y_NRCHD = torch.empty_like(q.permute(0, 2, 3, 1, 4), memory_format=torch.contiguous_format)
        by_row_RKD, by_column_CKD = distances(self.rel_pos_h, rows), distances(self.rel_pos_w, columns)
        for n, h in itertools.product(range(images), range(self.num_attention_heads)):
            attend_with_distances(q[n, h], k[n, h], v[n, h], by_row_RKD, by_column_CKD, out_RCD=y_NRCHD[n, :, :, h])
        return self.proj(y_NRCHD.flatten(3)), None


class EncoderMlp(SamMLPBlock):  # type: ignore[misc]
    """The encoder's two dense layers with the exact GELU between them."""

    def forward(self, hidden_states: Tensor) -> Tensor:
        """(N, R, C, W) -> (N, R, C, W)."""
        tokens_NLW = hidden_states.flatten(1, 2)
        y_NLW = by_rows(tokens_NLW, lambda x: self.lin2(linear(x, self.lin1.weight, self.lin1.bias, gelu=True)))
        return y_NLW.view_as(hidden_states)


def distances(table_LD: Tensor, side: int) -> Tensor:
    """Position vectors (side, side, D) of each pair of places on one axis, from the table of 2 * side - 1 distances."""
    places = torch.arange(side, device=table_LD.device)
    return table_LD[places[:, None] - places[None] + side - 1]


def attend_with_distances(
    q_RCD: Tensor, k_RCD: Tensor, v_RCD: Tensor, by_row_RKD: Tensor, by_column_CKD: Tensor, *, out_RCD: Tensor
) -> None:
    """One head: `softmax(q k^T / sqrt(D) + q . row distance + q . column distance) v` into `out_RCD`."""
    rows, columns, width = q_RCD.shape
    # As in `attention.attend`: oneDNN is a thousand times slower where there are gaps between a matrix's rows.
    k_SD, v_DS = k_RCD.contiguous().view(-1, width), v_RCD.contiguous().view(-1, width).t()
    row_bias_RCK = torch.einsum("rcd,rkd->rck", q_RCD, by_row_RKD)
    column_bias_RCK = torch.einsum("rcd,ckd->rck", q_RCD, by_column_CKD)
    rows_at_once = max(1, ROWS_PER_CHUNK // columns)
    for start in range(0, rows, rows_at_once):
        some = slice(start, start + rows_at_once)
        logits = linear((q_RCD[some] * width**-0.5).flatten(0, 1), k_SD).float().view(-1, columns, rows, columns)
        logits += row_bias_RCK[some, :, :, None]
        logits += column_bias_RCK[some, :, None, :]
        weights_QS = torch.softmax(logits.view(-1, rows * columns), dim=-1).to(v_DS.dtype)
        out_RCD[some] = linear(weights_QS, v_DS).view(-1, columns, width)


def speed_up_encoder(encoder: nn.Module) -> None:
    """Exchange the classes of dense layers and global attentions inside SamModel's image encoder, in place.

    Attention inside windows stays the library's: there, PyTorch's fused attention is as fast.
    """
    speed_up(encoder)
    for layer in encoder.modules():
        if isinstance(layer, SamVisionLayer):
            layer.mlp.__class__ = EncoderMlp
            if layer.window_size == 0 and type(layer.attn) is SamVisionSdpaAttention:
                layer.attn.__class__ = GlobalAttention
