"""Random weights anyone can draw again: they test arithmetic and speed, and say nothing about videos.

Every tensor depends only on the seed, its own key, shape and rule. Numbers are drawn in float64 and rounded, so that
they are the same on every processor. A rule is the name of a distribution, with a gain after a colon and float16 behind
it where the published file stores float16:

    linear[:g]      g * randn / sqrt(fan_in), fan_in = product of all axes but the first
    linear_in0[:g]  the same for matrices used as x @ w (fan_in = first axis)
    linear_t[:g]    transposed convolution of stride 2 (fan_in = first axis * kernel area / 4)
    norm            1 + 0.1 * randn
    bias            0.02 * randn
    embedding       0.02 * randn
    prelu           0.1 + 0.3 * rand
    constant:<v>    filled with v
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

from s2vbench.backbones.spec import BackboneSpec

DEFAULT_SEED = 20261120


def seeded_state(network: nn.Module, spec: BackboneSpec, seed: int = DEFAULT_SEED) -> dict[str, Tensor]:
    """A random state dict in the published layout of `spec`, for every key of `network`."""
    shapes = {name: tuple(value.shape) for name, value in published_keys(network).items()}
    with ThreadPoolExecutor() as pool:
        tensors = pool.map(lambda name: _tensor(name, shapes[name], rule_for(spec, name, shapes[name]), seed), shapes)
        return dict(zip(shapes, tensors, strict=True))


def published_keys(network: nn.Module) -> Mapping[str, Tensor]:
    """The keys and shapes of the published file.

    Networks that wrap another one name it `published`; those whose library calls things differently from the file say
    in `published_shapes()` what the file holds (tensors on the meta device).
    """
    if hasattr(network, "published_shapes"):
        return network.published_shapes()  # type: ignore[operator, no-any-return]
    return dict(getattr(network, "published", network).state_dict())


def rule_for(spec: BackboneSpec, name: str, shape: tuple[int, ...]) -> str:
    """The rule of one key: the first of the spec's that matches, else by shape and name."""
    matrix = len(shape) > 1
    for pattern, rule in spec.seeded_rules:
        if re.search(pattern, name):
            first, _, second = rule.partition(" or ")
            return first if matrix or not second else second
    if matrix:
        return "linear"
    return "norm" if name.endswith("weight") else "bias"


def _tensor(name: str, shape: tuple[int, ...], rule: str, seed: int) -> Tensor:
    kind, _, argument = rule.removesuffix(" float16").partition(":")
    stored = torch.float16 if rule.endswith(" float16") else torch.float32
    if kind == "constant":
        return torch.full(shape, float(argument), dtype=torch.float64).to(stored)
    generator = torch.Generator().manual_seed(seed + zlib.crc32(name.encode()))
    draw = torch.rand if kind == "prelu" else torch.randn
    x = draw(shape, generator=generator, dtype=torch.float64)
    if kind == "prelu":
        x.mul_(0.3).add_(0.1)
    elif kind == "norm":
        x.mul_(0.1).add_(1.0)
    elif kind in {"bias", "embedding"}:
        x.mul_(0.02)
    else:
        fan_in = {
            "linear": math.prod(shape[1:]),
            "linear_in0": shape[0],
            "linear_t": shape[0] * math.prod(shape[2:]) / 4,
        }[kind]
        x.mul_(float(argument or 1) / math.sqrt(fan_in))
    return x.to(torch.float32).to(stored)
