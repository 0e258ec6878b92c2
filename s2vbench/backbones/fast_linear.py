"""Dense layers at the speed the processor has.

PyTorch sends float32 matrix products on x86 to MKL, which leaves AVX-512 unused on processors of other makers
than its own. oneDNN, shipped in the same wheel, uses it: 2.2 times the rate on the machine `docs/performance.md`
names, in the same float32 arithmetic (the order of additions differs, as it does between any two libraries).

Shape letters: M rows, K input width, N output width.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

HAS_ONEDNN_LINEAR: bool = (
    torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    and hasattr(torch.ops.mkldnn, "_linear_pointwise")
)


def runs_on_onednn(x: Tensor) -> bool:
    """True where `linear` sends `x` to oneDNN: float32 on the CPU, outside autograd."""
    return HAS_ONEDNN_LINEAR and x.device.type == "cpu" and x.dtype == torch.float32 and not torch.is_grad_enabled()


def linear(x: Tensor, weight_NK: Tensor, bias_N: Tensor | None = None, *, gelu: bool = False) -> Tensor:
    """`x @ weight.T + bias`, then the exact GELU where `gelu`; `x` is (..., K), the result (..., N)."""
    if runs_on_onednn(x):
        activation, algorithm = ("gelu", "none") if gelu else ("none", "")
        product = torch.ops.mkldnn._linear_pointwise(x, weight_NK, bias_N, activation, [], algorithm)  # noqa: SLF001
        return cast("Tensor", product)
    product = functional.linear(x, weight_NK, bias_N)
    return functional.gelu(product) if gelu else product


class FastLinear(nn.Linear):
    """`nn.Linear` whose product goes through `linear`; same parameters, same state-dict keys."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 -- the name of the overridden argument
        """Return (..., out_features) for (..., in_features)."""
        return linear(input, self.weight, self.bias)
