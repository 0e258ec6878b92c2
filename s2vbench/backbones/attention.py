"""Attention at the speed the processor has, with results that do not depend on the batch.

Shape letters: N items, H heads, Q queries, S keys, D width of a head.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.fast_linear import HAS_ONEDNN_LINEAR, linear

# Rows per product, so that what lies between two products (4 to 8 MiB) is still in cache at the second.
ROWS_PER_CHUNK = 512
# With fewer tokens than this, starting a product for each head costs more than the products save.
FEW_TOKENS = 128


def attend(q_NHQD: Tensor, k_NHSD: Tensor, v_NHSD: Tensor) -> Tensor:
    """`softmax(q k^T / sqrt(D)) v`, each (N, H, tokens, D), as (N, Q, H * D); softmax in float32.

    On a CPU outside autograd the products go head by head through `linear`, about twice the rate of PyTorch's
    fused attention there.
    """
    by_heads = HAS_ONEDNN_LINEAR and q_NHQD.device.type == "cpu" and not torch.is_grad_enabled()
    if not by_heads or k_NHSD.shape[2] < FEW_TOKENS:
        y_NHQD = functional.scaled_dot_product_attention(q_NHQD, k_NHSD, v_NHSD)
        return y_NHQD.transpose(1, 2).flatten(2)
    clips, heads, queries, width = q_NHQD.shape
    y_NQHD = q_NHQD.new_empty(clips, queries, heads, width)
    for n, h in itertools.product(range(clips), range(heads)):
        # oneDNN takes a transposed matrix as it is, but a matrix with gaps between its rows a thousand times slower.
        k_SD, v_DS = k_NHSD[n, h].contiguous(), v_NHSD[n, h].contiguous().t()
        for start in range(0, queries, ROWS_PER_CHUNK):
            rows = slice(start, start + ROWS_PER_CHUNK)
            weights_QS = torch.softmax(linear(q_NHQD[n, h, rows] * width**-0.5, k_SD), dim=-1)
            y_NQHD[n, rows, h] = linear(weights_QS, v_DS)
    return y_NQHD.flatten(2)


def each_alone(network: Callable[[Tensor], Tensor], batch: Tensor) -> Tensor:
    """`network(batch)`, on a CPU one item at a time: the same products, hence the same bits, whatever the batch."""
    if batch.device.type != "cpu":
        return network(batch)
    return torch.cat([network(item) for item in torch.split(batch, 1)])
