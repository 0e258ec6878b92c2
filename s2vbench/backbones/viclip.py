"""ViCLIP embeds short videos and texts in one space; the cosine of the two says how well they match.

Architecture: the ViT-L/14 variant of InternVid, Wang et al., arXiv 2307.06942, in the layout of
`ViClip-InternVid-10M-FLT.pth` (447 tensors under the key `model`). Written from the paper and from that layout.
A clip is one sequence: the class token and the patches of all frames attend to each other jointly.

Shape letters: N clips or texts, F frames, P patches of a frame, S tokens of a sequence, Q queries, L text tokens,
C token width, H heads, D width of a head, E embedding width.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones.attention import attend, each_alone
from s2vbench.backbones.fast_blocks import by_rows, quick_gelu
from s2vbench.backbones.fast_linear import FastLinear, linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from open_clip.tokenizer import SimpleTokenizer


class Attention(nn.Module):
    """Multi-head self-attention with query, key and value in one matrix; the key names of `nn.MultiheadAttention`."""

    def __init__(self, width: int, heads: int) -> None:
        """Split `width` evenly over `heads`."""
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.randn(3 * width, width) * width**-0.5)
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = FastLinear(width, width)

    def forward(self, x_NSC: Tensor, *, causal: bool = False, queries: int | None = None) -> Tensor:
        """Return the first `queries` rows (all if None) of the result; `causal` hides later tokens from earlier."""
        width = x_NSC.shape[2]
        # One product for keys and values, another for as many queries as are wanted.
        q_NQC = linear(x_NSC[:, :queries], self.in_proj_weight[:width], self.in_proj_bias[:width])
        kv_NSC = linear(x_NSC, self.in_proj_weight[width:], self.in_proj_bias[width:])
        q_NHQD, k_NHSD, v_NHSD = (
            y_NSC.view(*y_NSC.shape[:2], self.heads, width // self.heads).transpose(1, 2)
            for y_NSC in (q_NQC, *kv_NSC.chunk(2, dim=2))
        )
        if causal:
            y_NHQD = functional.scaled_dot_product_attention(q_NHQD, k_NHSD, v_NHSD, is_causal=True)
            return cast("Tensor", self.out_proj(y_NHQD.transpose(1, 2).flatten(2)))
        return cast("Tensor", self.out_proj(attend(q_NHQD, k_NHSD, v_NHSD)))


class Mlp(nn.Module):
    """Two dense layers, four times as wide between, with QuickGELU."""

    def __init__(self, width: int) -> None:
        """Take and give tokens of `width`."""
        super().__init__()
        self.c_fc, self.c_proj = FastLinear(width, 4 * width), FastLinear(4 * width, width)

    def forward(self, x_NSC: Tensor) -> Tensor:
        """Return (N, S, C)."""
        return by_rows(x_NSC, lambda x_RC: cast("Tensor", self.c_proj(quick_gelu(self.c_fc(x_RC)))))


class ResidualBlock(nn.Module):
    """A pre-norm transformer block: the sum over its branches and its norms are float32, its products as stored."""

    def __init__(self, width: int, heads: int) -> None:
        """Make a block for tokens of `width`."""
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = Mlp(width)

    def forward(self, x_NSC: Tensor, *, causal: bool = False, queries: int | None = None) -> Tensor:
        """Return the first `queries` tokens (all if None) of (N, S, C) float32 after the block."""
        dtype = self.attn.in_proj_weight.dtype
        x_NQC = x_NSC[:, :queries] + self.attn(self.ln_1(x_NSC).to(dtype), causal=causal, queries=queries)
        return cast("Tensor", x_NQC + self.mlp(self.ln_2(x_NQC).to(dtype)))


class Transformer(nn.Module):
    """A stack of blocks; exists for its level in the key names."""

    def __init__(self, width: int, layers: int, heads: int) -> None:
        """Make `layers` blocks."""
        super().__init__()
        self.resblocks = nn.ModuleList([ResidualBlock(width, heads) for _ in range(layers)])


class VisionEncoder(nn.Module):
    """Clips to embeddings, through joint attention over space and time."""

    def __init__(
        self, *, width: int, layers: int, heads: int, embedding: int, size: int, patch: int, frames: int
    ) -> None:
        """Sizes as in `ViCLIP`."""
        super().__init__()
        self.conv1 = nn.Conv3d(3, width, (1, patch, patch), stride=(1, patch, patch), bias=False)
        self.class_embedding = nn.Parameter(0.02 * torch.randn(width))
        self.positional_embedding = nn.Parameter(0.02 * torch.randn((size // patch) ** 2 + 1, width))
        self.temporal_positional_embedding = nn.Parameter(torch.zeros(1, frames, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = Transformer(width, layers, heads)
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(torch.randn(width, embedding) * width**-0.5)

    def forward(self, frames_NFCHW: Tensor) -> Tensor:
        """Return (N, E), float32."""
        x_NSC = self.ln_pre(self.embed(frames_NFCHW))
        *blocks, last = self.transformer.resblocks
        for block in blocks:
            x_NSC = block(x_NSC)
        # Only the class token is read, so the last block computes no other row.
        x_NC = self.ln_post(last(x_NSC, queries=1)[:, 0])
        return linear(x_NC, self.proj.t().contiguous())

    def embed(self, frames_NFCHW: Tensor) -> Tensor:
        """Return the class token and the patches of all frames with their positions, (N, 1 + F * P, C) float32."""
        patch = self.conv1.kernel_size[1]
        clips, frames, _, height, width = frames_NFCHW.shape
        x_NFCRHKW = frames_NFCHW.reshape(clips, frames, 3, height // patch, patch, width // patch, patch)
        x_NFPK = x_NFCRHKW.permute(0, 1, 3, 5, 2, 4, 6).flatten(4).flatten(2, 3)
        weight_CK = self.conv1.weight.flatten(1)
        x_NFPC = linear(x_NFPK.to(weight_CK.dtype), weight_CK).float()
        place_FPC = self.positional_embedding[1:] + self._times(frames)[:, None]
        class_C = self.class_embedding + self.positional_embedding[0]
        return torch.cat([class_C.expand(clips, 1, -1), (x_NFPC + place_FPC).flatten(1, 2)], dim=1)

    def _times(self, frames: int) -> Tensor:
        """Temporal embeddings (F, C); a single frame, which has no place in time, gets the table's mean."""
        table_FC = self.temporal_positional_embedding[0]
        return table_FC.mean(dim=0, keepdim=True) if frames == 1 else table_FC


class TextEncoder(nn.Module):
    """Token sequences to embeddings, through causal attention, read at the end-of-text token."""

    def __init__(self, *, width: int, layers: int, heads: int, embedding: int, context: int, vocabulary: int) -> None:
        """Sizes as in `ViCLIP`."""
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.positional_embedding = nn.Parameter(0.02 * torch.randn(context, width))
        self.transformer = Transformer(width, layers, heads)
        self.ln_final = nn.LayerNorm(width)
        self.text_projection = nn.Parameter(torch.randn(width, embedding) * width**-0.5)

    def forward(self, token_ids_NL: Tensor) -> Tensor:
        """Return (N, E), float32."""
        x_NLC = self.token_embedding(token_ids_NL) + self.positional_embedding
        for block in self.transformer.resblocks:
            x_NLC = block(x_NLC, causal=True)
        # The end-of-text token has the largest number of the vocabulary; the padding after it is 0.
        end_N = token_ids_NL.argmax(dim=1)
        x_NC = self.ln_final(x_NLC[torch.arange(len(end_N), device=end_N.device), end_N])
        return linear(x_NC, self.text_projection.t().contiguous())


class ViCLIP(nn.Module):
    """Both encoders; embeddings are not normalised, so divide by their norms before taking a cosine."""

    def __init__(
        self,
        *,
        width: int = 1024,
        layers: int = 24,
        heads: int = 16,
        text_width: int = 768,
        text_layers: int = 12,
        text_heads: int = 12,
        embedding: int = 768,
        size: int = 224,
        patch: int = 14,
        frames: int = 8,
        context: int = 32,
        vocabulary: int = 49408,
    ) -> None:
        """Make an untrained network; the defaults are the published sizes of ViCLIP-L.

        Args:
            width: Width of a token of the vision encoder.
            layers: Blocks of the vision encoder.
            heads: Attention heads of the vision encoder; divide `width`.
            text_width: Width of a token of the text encoder.
            text_layers: Blocks of the text encoder.
            text_heads: Attention heads of the text encoder; divide `text_width`.
            embedding: Width of the common embedding.
            size: Height and width of a frame in pixels.
            patch: Height and width of a patch in pixels; divides `size`.
            frames: Frames of a clip.
            context: Tokens of a text, padding included.
            vocabulary: Tokens known.
        """
        super().__init__()
        self.clip_shape = (frames, 3, size, size)
        self.context = context
        self.vision_encoder = VisionEncoder(
            width=width, layers=layers, heads=heads, embedding=embedding, size=size, patch=patch, frames=frames
        )
        self.text_encoder = TextEncoder(
            width=text_width,
            layers=text_layers,
            heads=text_heads,
            embedding=embedding,
            context=context,
            vocabulary=vocabulary,
        )
        # The temperature of the training loss; scores do not use it.
        self.temp = nn.Parameter(torch.tensor(0.01))

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run the products of both encoders in `dtype`; norms, softmax, sums over branches and heads stay float32.

        The weights are rounded in place, so a narrower type cannot be undone: load the weights again instead.

        Raises:
            ValueError: if the weights are already narrower than `dtype`.
        """
        stored = self.vision_encoder.conv1.weight.dtype
        if torch.promote_types(dtype, stored) != stored:
            raise ValueError(f"weights already rounded to {stored}; load them again for {dtype}")
        self.vision_encoder.conv1.to(dtype)
        for module in self.modules():
            if isinstance(module, ResidualBlock):
                module.attn.to(dtype)
                module.mlp.to(dtype)

    def encode_video(self, frames_NTCHW: Tensor) -> Tensor:
        """Return the embeddings (N, E), float32, of clips (N, T, 3, size, size) normalised as for CLIP.

        T is the number of frames of the temporal table, or 1.

        Raises:
            ValueError: for clips of another shape.
        """
        shape, (frames, _, size, _) = tuple(frames_NTCHW.shape), self.clip_shape
        if shape[1:] not in {self.clip_shape, (1, 3, size, size)}:
            raise ValueError(f"want clips (N, {frames} or 1, 3, {size}, {size}), got {shape}")
        return each_alone(self.vision_encoder, frames_NTCHW)

    def encode_text(self, token_ids_NL: Tensor) -> Tensor:
        """Return the embeddings (N, E), float32, of token numbers (N, context), as `tokenize` makes them."""
        shape = tuple(token_ids_NL.shape)
        if len(shape) != 2 or shape[1] != self.context:
            raise ValueError(f"want token numbers (N, {self.context}), got {shape}")
        return each_alone(self.text_encoder, token_ids_NL)

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """Return token numbers (N, context), int64, on the network's device.

        Lower-cased byte-pair tokens of CLIP between a start and an end token, padded with 0; of a text too long the
        beginning is kept, and its last token becomes the end token.
        """
        return cast("Tensor", _tokenizer(self.context)(list(texts))).to(self.temp.device)


@cache
def _tokenizer(context: int) -> SimpleTokenizer:
    # open_clip imports timm and torchvision, too much for those who only embed videos.
    from open_clip.tokenizer import SimpleTokenizer

    return SimpleTokenizer(context_length=context)
