"""Contrast between pairs: each must be nearer to its other half than to the other halves of the batch.

Shape letters: N pairs, E embedding.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

LEAST_TEMPERATURE: Final = 0.02


def contrast(a_NE: Tensor, b_NE: Tensor, log_temperature: Tensor, alike_NN: Tensor | None = None) -> Tensor:
    """Mean cross entropy of finding b of each a, and a of each b (arXiv 1807.03748), by cosines over a temperature.

    Args:
        a_NE: features of any length.
        b_NE: features of the other halves.
        log_temperature: what to divide by, as a logarithm; not below that of `LEAST_TEMPERATURE`.
        alike_NN: true where b of a column is right for a of a row as well; it counts neither for nor against.
    """
    a, b = (functional.normalize(x.float(), dim=1) for x in (a_NE, b_NE))
    logits_NN = a @ b.T / log_temperature.exp().clamp(min=LEAST_TEMPERATURE)
    own_N = torch.arange(len(a), device=a.device)
    if alike_NN is not None:
        others_NN = ~torch.eye(len(a), dtype=torch.bool, device=a.device)
        logits_NN = logits_NN.masked_fill(alike_NN & others_NN, -torch.inf)
    return (functional.cross_entropy(logits_NN, own_N) + functional.cross_entropy(logits_NN.T, own_N)) / 2
