"""Kaleido's transformer: Wan 2.1's, with reference pictures as further tokens at positions of their own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, cast

import torch
from diffusers import WanTransformer3DModel
from diffusers.configuration_utils import FrozenDict, register_to_config
from torch import Tensor, nn

from s2vbench.kaleido.positions import Grid, VideoGrid, scheme
from s2vbench.kaleido.rotary import ExplicitRotary

Rotary = tuple[Tensor, Tensor]


class SequenceParallel(Protocol):
    """How a sequence is shared among processes (`ulysses.py`)."""

    def split(self, tokens_BND: Tensor, rotary: Rotary) -> tuple[Tensor, Rotary]:
        """This process' part of the tokens and of their angles."""

    def gather(self, tokens_BND: Tensor) -> Tensor:
        """The whole sequence from all parts."""


class KaleidoTransformer(WanTransformer3DModel):  # type: ignore[misc]  # diffusers has no types
    """Predicts the velocity of a video's latents, looking at reference latents of any number and size.

    The parameters are Wan 2.1 text-to-video's, none more, none less. References are clean latents; they share the
    video's time embedding and attend to the text. Source: arXiv 2510.18573 and its released code.

    Args:
        positions: name of a position scheme, or the arguments of `positions.rrope`.
        patch_size: of a token in latent frames, rows and columns.
        num_attention_heads: heads; heads times head size is the width.
        attention_head_dim: numbers in one head, a multiple of 2.
        in_channels: of the latents.
        out_channels: of the velocity.
        text_dim: of the text encoder's output.
        freq_dim: of the sinusoidal time embedding.
        ffn_dim: of the feed-forward layers.
        num_layers: blocks.
        cross_attn_norm: a norm with weights before cross-attention.
        eps: of all norms.
    """

    _no_split_modules = ("WanTransformerBlock",)

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(  # noqa: PLR0917 (diffusers' own signature)
        self,
        patch_size: tuple[int, int, int] = (1, 2, 2),
        num_attention_heads: int = 40,
        attention_head_dim: int = 128,
        in_channels: int = 16,
        out_channels: int = 16,
        text_dim: int = 4096,
        freq_dim: int = 256,
        ffn_dim: int = 13824,
        num_layers: int = 40,
        cross_attn_norm: bool = True,  # noqa: FBT001, FBT002
        eps: float = 1e-6,
        positions: str | Mapping[str, Any] = "shift_wh",
    ) -> None:
        super().__init__(
            patch_size=tuple(patch_size),
            num_attention_heads=num_attention_heads,
            attention_head_dim=attention_head_dim,
            in_channels=in_channels,
            out_channels=out_channels,
            text_dim=text_dim,
            freq_dim=freq_dim,
            ffn_dim=ffn_dim,
            num_layers=num_layers,
            cross_attn_norm=cross_attn_norm,
            eps=eps,
            # Angles come from ids, so the base class' table is never read.
            rope_max_seq_len=1,
        )
        # The base class has registered its own arguments too; a saved configuration holds ours alone.
        own = inspect.signature(KaleidoTransformer.__init__).parameters
        self._internal_dict = FrozenDict({key: value for key, value in self.config.items() if key in own})
        self.rope = ExplicitRotary(attention_head_dim, scheme(positions))
        self.condition_embedder.timesteps_proj = PreciseTimesteps(freq_dim)
        self._sequence_parallel: SequenceParallel | None = None

    @classmethod
    def from_release(
        cls, state: Mapping[str, Tensor], *, num_heads: int, positions: str | Mapping[str, Any] = "shift_wh"
    ) -> Self:
        """The transformer of a released checkpoint; sizes are read from the tensors.

        Args:
            state: tensors by SAT name, with or without the prefix "model.diffusion_model.".
            num_heads: attention heads, which no tensor tells (40 in the release).
            positions: the position scheme.

        Raises:
            InputError: keys are missing or unexpected, or a shape does not fit; they are named.
        """
        from s2vbench.kaleido.release import build_from_release

        return build_from_release(cls, state, num_heads=num_heads, positions=positions)

    def forward(
        self, latents_BCTHW: Tensor, references: Sequence[Tensor], context_BLD: Tensor, timesteps_B: Tensor
    ) -> Tensor:
        """Velocity of the video's latents, shape (B, C, T, H, W).

        Args:
            latents_BCTHW: noisy latents of the video.
            references: clean latents, each (B, C, 1, h, w) or (B, C, h, w), of any number and size.
            context_BLD: the text encoder's output.
            timesteps_B: 1000 times sigma, in [0, 1000].

        Raises:
            ValueError: a size cannot be cut into patches.
        """
        pictures = [r if r.ndim == 5 else r.unsqueeze(2) for r in references]
        video_grid = cast("VideoGrid", self._grid(latents_BCTHW))
        reference_grids = tuple(cast("Grid", self._grid(picture)[1:]) for picture in pictures)
        rotary = self.rope(reference_grids, video_grid, latents_BCTHW.device)
        video_BND = self._tokens(latents_BCTHW)
        tokens = [self._tokens(picture) for picture in pictures]
        before = self.rope.side == "before"
        tokens_BND = torch.cat([*tokens, video_BND] if before else [video_BND, *tokens], dim=1)
        if self._sequence_parallel is not None:
            tokens_BND, rotary = self._sequence_parallel.split(tokens_BND, rotary)
        temb, modulation, context_BLD, _ = self.condition_embedder(timesteps_B, context_BLD)
        modulation_B6D = modulation.unflatten(1, (6, -1))
        for layer in self.blocks:
            if torch.is_grad_enabled() and self.gradient_checkpointing:
                tokens_BND = self._gradient_checkpointing_func(layer, tokens_BND, context_BLD, modulation_B6D, rotary)
            else:
                tokens_BND = layer(tokens_BND, context_BLD, modulation_B6D, rotary)
        output_BNP = self._project(tokens_BND, temb)
        if self._sequence_parallel is not None:
            output_BNP = self._sequence_parallel.gather(output_BNP)
        count = video_BND.shape[1]
        return self._unpatchify(output_BNP[:, -count:] if before else output_BNP[:, :count], video_grid)

    def _grid(self, latents_BCTHW: Tensor) -> tuple[int, ...]:
        sizes, patch = latents_BCTHW.shape[2:], self.config.patch_size
        if any(size % step or not size for size, step in zip(sizes, patch, strict=True)):
            raise ValueError(f"latents of {tuple(sizes)} (T, H, W) cannot be cut into patches of {tuple(patch)}")
        return tuple(size // step for size, step in zip(sizes, patch, strict=True))

    def _tokens(self, latents_BCTHW: Tensor) -> Tensor:
        embedded: Tensor = self.patch_embedding(latents_BCTHW)
        return embedded.flatten(2).transpose(1, 2)

    def _project(self, tokens_BND: Tensor, temb_BD: Tensor) -> Tensor:
        shift, scale = (self.scale_shift_table + temb_BD.unsqueeze(1)).chunk(2, dim=1)
        projected: Tensor = self.proj_out((self.norm_out(tokens_BND.float()) * (1 + scale) + shift).type_as(tokens_BND))
        return projected

    def _unpatchify(self, output_BNP: Tensor, grid: VideoGrid) -> Tensor:
        (t, h, w), (p_t, p_h, p_w) = grid, self.config.patch_size
        cut = output_BNP.reshape(len(output_BNP), t, h, w, p_t, p_h, p_w, -1)
        return cut.permute(0, 7, 1, 4, 2, 5, 3, 6).flatten(6, 7).flatten(4, 5).flatten(2, 3)


class PreciseTimesteps(nn.Module):
    """Sinusoidal embedding of timesteps, reckoned in float64 as the release does (diffusers has float32)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, timesteps_B: Tensor) -> Tensor:
        """Cosines, then sines, (B, width) float32."""
        half = self.width // 2
        steps = torch.arange(half, dtype=torch.float64, device=timesteps_B.device) / half
        angles = timesteps_B.double()[:, None] * torch.pow(10_000.0, -steps)
        return torch.cat([angles.cos(), angles.sin()], dim=1).float()
