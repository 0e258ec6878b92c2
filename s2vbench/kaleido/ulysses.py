"""Ulysses sequence parallelism: one clip's tokens spread over several processes, whole heads in attention.

Tokens are split after the patch embedding and gathered after the last projection. Between the two every process holds
ceil(N / degree) tokens, with their own rotary angles, so positions never depend on who holds a token: every position
scheme, any number of references of any size, and any token count work. In self-attention two all-to-all exchanges
turn "my tokens, all heads" into "all tokens, my heads" and back. The zero tokens that fill the last share are cut off
between the exchanges, where the whole sequence stands on every process; nothing ever attends to them.

Gradients: every process computes the same loss from the gathered output and is left with a part of each gradient. The
sum over the group is the true gradient (see `training.parallel.Parallel.scale_loss` for FSDP, which averages).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from diffusers.models.attention_dispatch import dispatch_attention_fn
from torch import Tensor, nn

from s2vbench.errors import InputError
from s2vbench.kaleido.transformer import KaleidoTransformer, Rotary


class LocalRotary(NamedTuple):
    """The angles of this process's tokens, and how many tokens the whole sequence has.

    The count travels with the angles because activation checkpointing runs blocks again after later forward passes.
    """

    cos_1N1D: Tensor
    sin_1N1D: Tensor
    tokens: int


class Ulysses:
    """The seam object of one transformer: splits, gathers, and remembers the attention processors it replaced."""

    def __init__(self, group: dist.ProcessGroup) -> None:
        self.group = group
        self.degree = dist.get_world_size(group)
        self.rank = dist.get_rank(group)
        self.replaced: list[Any] = []
        self._tokens = 0

    def split(self, hidden_BND: Tensor, rotary: Rotary) -> tuple[Tensor, LocalRotary]:
        """This process's share of the tokens and of their angles; the last shares are filled up with zeros."""
        self._tokens = hidden_BND.shape[1]
        cos_1N1D, sin_1N1D = rotary
        local = LocalRotary(self._share(cos_1N1D), self._share(sin_1N1D), self._tokens)
        return self._share(hidden_BND), local

    def gather(self, hidden_BND: Tensor) -> Tensor:
        """All tokens on every process, without the filling.

        Backward, a process keeps the gradient of its own tokens: right where all of them compute the same loss.
        """
        parts_PBND: Tensor = _Gather.apply(hidden_BND, self.group)
        return parts_PBND.permute(1, 0, 2, 3).flatten(1, 2)[:, : self._tokens]

    def _share(self, sequence_BN: Tensor) -> Tensor:
        share = -(-sequence_BN.shape[1] // self.degree)
        return _filled(sequence_BN, share * self.degree)[:, self.rank * share : (self.rank + 1) * share].contiguous()


class UlyssesAttention:
    """Attention processor for `WanAttention` self-attention: projections on local tokens, attention on local heads."""

    _parallel_config = None

    def __init__(self, group: dist.ProcessGroup, backend: Any = None) -> None:
        self.group = group
        self.degree = dist.get_world_size(group)
        self._attention_backend = backend

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        rotary_emb: LocalRotary | None = None,
    ) -> Tensor:
        """The attention output of the local tokens [B, n, D]."""
        assert encoder_hidden_states is None, "cross-attention needs no exchange: every process has the whole text"
        assert attention_mask is None, "the sequence holds no padding that a mask could name"
        assert rotary_emb is not None, "the transformer did not split its tokens"
        query, key, value = _projections(attn, hidden_states)
        query, key = (_rotated(heads_BNHD, rotary_emb).type_as(value) for heads_BNHD in (query, key))
        shares_PBNHD = torch.stack((query, key, value))
        query, key, value = self._to_heads(shares_PBNHD, rotary_emb.tokens).unbind()
        attended_BNHD: Tensor = dispatch_attention_fn(query, key, value, backend=self._attention_backend)
        attended_BND = self._to_tokens(attended_BNHD).flatten(2, 3).type_as(hidden_states)
        output: Tensor = attn.to_out[1](attn.to_out[0](attended_BND))
        return output

    def _to_heads(self, local_3BNHD: Tensor, tokens: int) -> Tensor:
        """All tokens of this process's heads [3, B, N, H / degree, D] from its tokens of all heads [3, B, n, H, D]."""
        by_owner = local_3BNHD.view(*local_3BNHD.shape[:3], self.degree, -1, local_3BNHD.shape[4]).movedim(3, 0)
        return _exchanged(by_owner, self.group).movedim(0, 2).flatten(2, 3)[:, :, :tokens]

    def _to_tokens(self, heads_BNHD: Tensor) -> Tensor:
        """This process's tokens of all heads [B, n, H, D] from all tokens of its heads [B, N, H / degree, D]."""
        share = -(-heads_BNHD.shape[1] // self.degree)
        filled_BNHD = _filled(heads_BNHD, share * self.degree)
        by_owner = filled_BNHD.reshape(len(filled_BNHD), self.degree, share, *filled_BNHD.shape[2:]).movedim(1, 0)
        return _exchanged(by_owner, self.group).movedim(0, 2).flatten(2, 3)


def enable_ulysses(transformer: KaleidoTransformer, group: dist.ProcessGroup) -> None:
    """Spread the tokens of `transformer` over the processes of `group`; a group of one changes nothing.

    Every process must call the model with the same inputs and gets the same output. To sample on several GPUs, every
    process makes `KaleidoPipeline(bundle, parallel=lambda transformer: enable_ulysses(transformer, group))` and the
    same requests.

    Args:
        transformer: the model; its processors of self-attention are exchanged.
        group: gloo or NCCL.

    Raises:
        InputError: the degree does not divide the number of heads.
    """
    ulysses = Ulysses(group)
    check_heads(ulysses.degree, transformer.config.num_attention_heads)
    disable_ulysses(transformer)
    if ulysses.degree == 1:
        return
    for attention in _self_attentions(transformer):
        ulysses.replaced.append(attention.processor)
        backend = getattr(attention.processor, "_attention_backend", None)
        attention.set_processor(UlyssesAttention(group, backend))
    transformer._sequence_parallel = ulysses  # type: ignore[assignment]  # noqa: SLF001 -- angles carry a count


def disable_ulysses(transformer: KaleidoTransformer) -> None:
    """Give the whole sequence back to every process; nothing happens where Ulysses is not enabled."""
    ulysses = transformer._sequence_parallel  # noqa: SLF001 -- made for this module
    if not isinstance(ulysses, Ulysses):
        return
    for attention, processor in zip(_self_attentions(transformer), ulysses.replaced, strict=True):
        attention.set_processor(processor)
    transformer._sequence_parallel = None  # noqa: SLF001 -- as above


def check_heads(degree: int, heads: int) -> None:
    """A degree that fits.

    Raises:
        InputError: the heads cannot be shared out evenly.
    """
    if heads % degree:
        fitting = ", ".join(str(number) for number in range(1, heads + 1) if heads % number == 0)
        raise InputError(
            f"ulysses degree {degree} does not divide the model's {heads} attention heads; use one of {fitting}"
        )


def _self_attentions(transformer: KaleidoTransformer) -> list[Any]:
    return [block.attn1 for block in transformer.blocks]


def _projections(attn: Any, hidden_BND: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Query, key and value heads [B, n, H, D] of local tokens; norms span all heads, so they come before the swap."""
    if getattr(attn, "fused_projections", False):
        query, key, value = attn.to_qkv(hidden_BND).chunk(3, dim=-1)
    else:
        query, key, value = attn.to_q(hidden_BND), attn.to_k(hidden_BND), attn.to_v(hidden_BND)
    shape = (*hidden_BND.shape[:2], attn.heads, -1)
    return attn.norm_q(query).view(shape), attn.norm_k(key).view(shape), value.view(shape)


def _rotated(heads_BNHD: Tensor, rotary: LocalRotary) -> Tensor:
    """Interleaved rotation, term for term as diffusers' Wan processor does it."""
    even, odd = heads_BNHD[..., 0::2], heads_BNHD[..., 1::2]
    cos, sin = rotary.cos_1N1D[..., 0::2], rotary.sin_1N1D[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2).type_as(heads_BNHD)


def _filled(sequence_BN: Tensor, length: int) -> Tensor:
    missing = length - sequence_BN.shape[1]
    return nn.functional.pad(sequence_BN, (0, 0) * (sequence_BN.ndim - 2) + (0, missing)) if missing else sequence_BN


def _exchanged(by_owner_P: Tensor, group: dist.ProcessGroup) -> Tensor:
    """Part p goes to process p; part p of the result came from process p."""
    exchanged: Tensor = _Exchange.apply(by_owner_P, group)
    return exchanged


class _Exchange(torch.autograd.Function):
    """All-to-all over equal parts of the first dimension; it is its own transpose."""

    @staticmethod
    def forward(ctx: Any, parts_P: Tensor, group: dist.ProcessGroup) -> Tensor:
        ctx.group = group
        return _all_to_all(parts_P, group)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return _all_to_all(gradients[0], ctx.group), None


class _Gather(torch.autograd.Function):
    """All processes' shares, stacked; backward keeps one's own."""

    @staticmethod
    def forward(ctx: Any, share: Tensor, group: dist.ProcessGroup) -> Tensor:
        ctx.rank = dist.get_rank(group)
        parts_P = share.new_empty((dist.get_world_size(group), *share.shape))
        dist.all_gather_into_tensor(parts_P.flatten(0, 1), share.contiguous(), group=group)
        return parts_P

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return gradients[0][ctx.rank], None


def _all_to_all(parts_P: Tensor, group: dist.ProcessGroup) -> Tensor:
    sent = parts_P.contiguous()
    received = torch.empty_like(sent)
    dist.all_to_all_single(received, sent, group=group)
    return received
