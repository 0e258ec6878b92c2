"""Released states with random weights, and a plain reading of the released transformer in float64.

Written from the description of the released code alone, slowly and without diffusers: a table of angles for every
(t, h, w) that blocks are cut from, as the release has it, instead of ids.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.kaleido.release import PREFIX, Sizes, _symbols, names_of_release

TINY = Sizes(layers=2, dim=48, ffn=64, text_dim=16, freq_dim=16, in_channels=4, out_channels=4, patch=(1, 2, 2))
FIRST_T = -4
"""The time of a table's first row."""


def random_state(sizes: Sizes = TINY, seed: int = 0, *, prefix: str = "") -> dict[str, Tensor]:
    """A released state dict in which nothing is 0 or 1, norms and biases included."""
    generator = torch.Generator().manual_seed(seed)
    symbols = _symbols(sizes)
    state = {}
    for name, (targets, symbolic) in names_of_release(sizes.layers).items():
        shape = [symbols[key] for key in symbolic]
        shape[0] *= len(targets)
        noise = torch.randn(shape, generator=generator)
        norm = "norm" in name and name.endswith("weight")
        state[prefix + name] = 1 + 0.3 * noise if norm else noise * (0.3 if len(shape) < 2 else shape[-1] ** -0.5)
    return state


def prefixed_state(sizes: Sizes = TINY, seed: int = 0) -> dict[str, Tensor]:
    """As a released file holds it."""
    return random_state(sizes, seed, prefix=PREFIX)


@dataclass(frozen=True)
class Switches:
    """The released code's switches about positions; `first_t` is our own, for references before time 0."""

    shift_h: bool = True
    shift_w: bool = True
    overloop: bool = True
    rope_continue: bool = False
    end_concat: bool = False
    max_h: int = 80
    max_w: int = 80
    first_t: int = 0


def angle_table(head_dim: int, sizes: tuple[int, int, int]) -> Tensor:
    """Angles (T, H, W, head_dim / 2) in float64; row 0 has the time FIRST_T."""
    d_hw = 2 * (head_dim // 6)
    parts = []
    for axis, width in enumerate((head_dim - 2 * d_hw, d_hw, d_hw)):
        frequency = torch.tensor([10_000.0 ** (-2 * k / width) for k in range(width // 2)], dtype=torch.float64)
        first = FIRST_T if axis == 0 else 0
        places = torch.arange(first, first + sizes[axis], dtype=torch.float64)
        view = [1, 1, 1, -1]
        view[axis] = len(places)
        parts.append(torch.outer(places, frequency).reshape(view).expand(*sizes, -1))
    return torch.cat(parts, dim=-1)


def angles(
    head_dim: int, references: Sequence[tuple[int, int]], video: tuple[int, int, int], switches: Switches
) -> Tensor:
    """Angles (N, head_dim / 2) of all tokens, in the order of the sequence."""
    t, h, w = video
    base_h, base_w = (h, w) if switches.rope_continue else (switches.max_h, switches.max_w)
    blocks = []
    for i, (ref_h, ref_w) in enumerate(references):
        times = 1 if switches.overloop else i + 1
        y = base_h * times if switches.shift_h else 0
        x = base_w * times if switches.shift_w else 0
        blocks.append(((t if switches.end_concat else switches.first_t) + i, y, x, ref_h, ref_w))
    reach = (
        max([t, *(block[0] + 1 for block in blocks)]) - FIRST_T,
        max([h, *(y + ref_h for _, y, _, ref_h, _ in blocks)]),
        max([w, *(x + ref_w for _, _, x, _, ref_w in blocks)]),
    )
    table = angle_table(head_dim, reach)
    clip = table[-FIRST_T : t - FIRST_T, :h, :w].flatten(0, 2)
    cut = [table[at - FIRST_T, y : y + rh, x : x + rw].flatten(0, 1) for at, y, x, rh, rw in blocks]
    return torch.cat([clip, *cut] if switches.end_concat else [*cut, clip])


def _rotated(x_BHND: Tensor, angles_NP: Tensor) -> Tensor:
    turned = torch.view_as_complex(x_BHND.unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(turned * torch.polar(torch.ones_like(angles_NP), angles_NP)).flatten(-2)


def _norm(x: Tensor) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True, unbiased=False) + 1e-6).sqrt()


def _rms(x: Tensor, weight: Tensor) -> Tensor:
    return x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt() * weight


def _attend(q: Tensor, k: Tensor, v: Tensor, heads: int, angles_NP: Tensor | None) -> Tensor:
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    if angles_NP is not None:
        q, k = _rotated(q, angles_NP), _rotated(k, angles_NP)
    weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)
    return (weights @ v).transpose(1, 2).flatten(2)


@dataclass(frozen=True)
class NaiveTransformer:
    """The released transformer.

    Args:
        state: without the prefix.
        heads: of each attention.
        switches: of the positions.
    """

    state: dict[str, Tensor]
    heads: int
    switches: Switches = Switches()

    def with_switches(self, switches: Switches) -> NaiveTransformer:
        return replace(self, switches=switches)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return x @ self.state[f"{name}.weight"].double().T + self.state[f"{name}.bias"].double()

    def _patches(self, frames_BTCHW: Tensor) -> Tensor:
        weight = self.state["mixins.patch_embed.proj.weight"].double()
        _, p, q = weight.shape[2:]
        cut = frames_BTCHW.double().unflatten(3, (-1, p)).unflatten(5, (-1, q))
        tokens = torch.einsum("btchpwq,dcpq->bthwd", cut, weight[:, :, 0])
        return tokens.flatten(1, 3) + self.state["mixins.patch_embed.proj.bias"].double()

    def _time(self, timesteps_B: Tensor) -> Tensor:
        half = self.state["time_embed.0.weight"].shape[1] // 2
        frequency = torch.exp(-math.log(10_000) * torch.arange(half, dtype=torch.float64) / half)
        turns = timesteps_B.double()[:, None] * frequency
        hidden = self._linear(torch.cat([turns.cos(), turns.sin()], dim=-1), "time_embed.0")
        return self._linear(functional.silu(hidden), "time_embed.2")

    def _layer(self, i: int, x: Tensor, text: Tensor, time_B6D: Tensor, angles_NP: Tensor) -> Tensor:
        at, adaln = f"transformer.layers.{i}", "mixins.adaln_layer"
        state = {name: value.double() for name, value in self.state.items() if f".{i}" in name}
        shift, scale, gate, shift_2, scale_2, gate_2 = (state[f"{adaln}.adaLN_modulations.{i}"] + time_B6D).split(1, 1)
        q, k, v = self._linear(_norm(x) * (1 + scale) + shift, f"{at}.attention.query_key_value").chunk(3, -1)
        q = _rms(q, state[f"{adaln}.query_layernorm_list.{i}.weight"])
        k = _rms(k, state[f"{adaln}.key_layernorm_list.{i}.weight"])
        x = x + gate * self._linear(_attend(q, k, v, self.heads, angles_NP), f"{at}.attention.dense")
        between = f"{at}.post_cross_attention_layernorm"
        q = self._linear(
            _norm(x) * state[f"{between}.weight"] + state[f"{between}.bias"], f"{at}.cross_attention.query"
        )
        k, v = self._linear(text, f"{at}.cross_attention.key_value").chunk(2, -1)
        q = _rms(q, state[f"{adaln}.cross_query_layernorm_list.{i}.weight"])
        k = _rms(k, state[f"{adaln}.cross_key_layernorm_list.{i}.weight"])
        x = x + self._linear(_attend(q, k, v, self.heads, None), f"{at}.cross_attention.dense")
        hidden = self._linear(_norm(x) * (1 + scale_2) + shift_2, f"{at}.mlp.dense_h_to_4h")
        return x + gate_2 * self._linear(functional.gelu(hidden, approximate="tanh"), f"{at}.mlp.dense_4h_to_h")

    def __call__(
        self, frames_BTCHW: Tensor, references: Sequence[Tensor], context_BLD: Tensor, timesteps_B: Tensor
    ) -> Tensor:
        """Velocity (B, T, C, H, W) in float64; references are (B, C, h, w)."""
        _, p, q = self.state["mixins.patch_embed.proj.weight"].shape[2:]
        b, t, _, height, width = frames_BTCHW.shape
        video = (t, height // p, width // q)
        clip, pictures = self._patches(frames_BTCHW), [self._patches(r[:, None]) for r in references]
        x = torch.cat([clip, *pictures] if self.switches.end_concat else [*pictures, clip], dim=1)
        grids = [(r.shape[2] // p, r.shape[3] // q) for r in references]
        angles_NP = angles(x.shape[2] // self.heads, grids, video, self.switches)
        hidden = functional.gelu(self._linear(context_BLD.double(), "text_embedding.0"), approximate="tanh")
        text, time_BD = self._linear(hidden, "text_embedding.2"), self._time(timesteps_B)
        time_B6D = self._linear(functional.silu(time_BD), "adaln_projection.1").unflatten(-1, (6, -1))
        layers = sum(name.startswith("mixins.adaln_layer.adaLN_modulations.") for name in self.state)
        for i in range(layers):
            x = self._layer(i, x, text, time_B6D, angles_NP)
        last = self.state["mixins.final_layer.adaLN_modulation"].double() + time_BD[:, None]
        x = self._linear(_norm(x) * (1 + last[:, 1:]) + last[:, :1], "mixins.final_layer.linear")
        of_video = x[:, : clip.shape[1]] if self.switches.end_concat else x[:, x.shape[1] - clip.shape[1] :]
        cut = of_video.reshape(b, *video, p, q, -1)
        return cut.permute(0, 1, 6, 2, 4, 3, 5).reshape(b, t, -1, height, width)
