"""The released checkpoint's names and shapes, and what they are called in diffusers.

The release keeps its transformer under `model.diffusion_model.` beside a text encoder and training state; queries, keys
and values of one attention lie in one tensor. Sizes are read from the tensors; the number of heads is not stored there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import torch
from torch import Tensor

from s2vbench.errors import InputError

if TYPE_CHECKING:
    from s2vbench.kaleido.transformer import KaleidoTransformer

    Model = TypeVar("Model", bound=KaleidoTransformer)

PREFIX = "model.diffusion_model."
FLOATS = (torch.float32, torch.bfloat16, torch.float16, torch.float64)
_NAMED = 5
"""As many keys an error names before it only counts."""
_LAYER = "transformer.layers.{i}"
_MIXIN = "mixins.adaln_layer"
_INDEX = re.compile(r"(?:transformer\.layers|_layernorm_list|adaLN_modulations)\.(\d{1,3})(?:\.|$)")
_ATTN1, _ATTN2 = "blocks.{i}.attn1", "blocks.{i}.attn2"

LINEARS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("time_embed.0", ("condition_embedder.time_embedder.linear_1",), "dim", "freq"),
    ("time_embed.2", ("condition_embedder.time_embedder.linear_2",), "dim", "dim"),
    ("adaln_projection.1", ("condition_embedder.time_proj",), "6 dim", "dim"),
    ("text_embedding.0", ("condition_embedder.text_embedder.linear_1",), "dim", "text"),
    ("text_embedding.2", ("condition_embedder.text_embedder.linear_2",), "dim", "dim"),
    ("mixins.final_layer.linear", ("proj_out",), "out", "dim"),
    (f"{_LAYER}.attention.query_key_value", tuple(f"{_ATTN1}.to_{x}" for x in "qkv"), "dim", "dim"),
    (f"{_LAYER}.attention.dense", (f"{_ATTN1}.to_out.0",), "dim", "dim"),
    (f"{_LAYER}.cross_attention.query", (f"{_ATTN2}.to_q",), "dim", "dim"),
    (f"{_LAYER}.cross_attention.key_value", tuple(f"{_ATTN2}.to_{x}" for x in "kv"), "dim", "dim"),
    (f"{_LAYER}.cross_attention.dense", (f"{_ATTN2}.to_out.0",), "dim", "dim"),
    (f"{_LAYER}.mlp.dense_h_to_4h", ("blocks.{i}.ffn.net.0.proj",), "ffn", "dim"),
    (f"{_LAYER}.mlp.dense_4h_to_h", ("blocks.{i}.ffn.net.2",), "dim", "ffn"),
)
"""Released name, diffusers' names, rows and columns of each: all have a weight and a bias.

Where one tensor becomes several, its rows are those of the first, then the second, then the third.
"""

OTHERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("mixins.patch_embed.proj.weight", "patch_embedding.weight", ("dim", "in", "patch t", "patch h", "patch w")),
    ("mixins.patch_embed.proj.bias", "patch_embedding.bias", ("dim",)),
    ("mixins.final_layer.adaLN_modulation", "scale_shift_table", ("1", "2", "dim")),
    (f"{_MIXIN}.adaLN_modulations.{{i}}", "blocks.{i}.scale_shift_table", ("1", "6", "dim")),
    (f"{_MIXIN}.query_layernorm_list.{{i}}.weight", f"{_ATTN1}.norm_q.weight", ("dim",)),
    (f"{_MIXIN}.key_layernorm_list.{{i}}.weight", f"{_ATTN1}.norm_k.weight", ("dim",)),
    (f"{_MIXIN}.cross_query_layernorm_list.{{i}}.weight", f"{_ATTN2}.norm_q.weight", ("dim",)),
    (f"{_MIXIN}.cross_key_layernorm_list.{{i}}.weight", f"{_ATTN2}.norm_k.weight", ("dim",)),
    (f"{_LAYER}.post_cross_attention_layernorm.weight", "blocks.{i}.norm2.weight", ("dim",)),
    (f"{_LAYER}.post_cross_attention_layernorm.bias", "blocks.{i}.norm2.bias", ("dim",)),
)
"""Released name, diffusers' name, shape."""


class TensorFacts(Protocol):
    """What a plan needs of a tensor: its values may still lie on the disk."""

    @property
    def shape(self) -> Sequence[int]: ...  # noqa: D102 -- as of a tensor
    @property
    def dtype(self) -> torch.dtype: ...  # noqa: D102 -- as of a tensor


@dataclass(frozen=True)
class Sizes:
    """A transformer's sizes, as its tensors show them."""

    layers: int
    dim: int
    ffn: int
    text_dim: int
    freq_dim: int
    in_channels: int
    out_channels: int
    patch: tuple[int, int, int]

    def config(self, num_heads: int) -> dict[str, Any]:
        """What diffusers' Wan transformer is made with.

        Raises:
            InputError: the heads do not divide the width, or leave a head too small to be rotated along three axes.
        """
        if num_heads < 1 or self.dim % num_heads:
            fitting = [n for n in range(1, self.dim // 6 + 1) if self.dim % (2 * n) == 0]
            near = sorted(sorted(fitting, key=lambda n: abs(n - num_heads))[:_NAMED])
            raise InputError(
                f"num_heads {num_heads} does not divide the transformer's width {self.dim}; "
                f"{', '.join(map(str, near))} would (the 14B release has 40 heads of 128)"
            )
        head_dim = self.dim // num_heads
        if head_dim % 2 or head_dim < 6:
            raise InputError(
                f"num_heads {num_heads} makes heads of {head_dim} numbers, of width {self.dim}; a head is rotated in "
                "pairs along three axes and needs an even size of 6 or more: give fewer heads"
            )
        return {
            "patch_size": self.patch,
            "num_attention_heads": num_heads,
            "attention_head_dim": head_dim,
            "in_channels": self.in_channels,
            "out_channels": self.out_channels,
            "text_dim": self.text_dim,
            "freq_dim": self.freq_dim,
            "ffn_dim": self.ffn,
            "num_layers": self.layers,
            "cross_attn_norm": True,
            "eps": 1e-6,
        }


@dataclass(frozen=True)
class Move:
    """One released tensor and what it becomes: as many equal parts of its rows as there are targets."""

    released: str
    targets: tuple[str, ...]
    shape: tuple[int, ...]
    """Of each target."""

    def parts(self, tensor: Tensor) -> dict[str, Tensor]:
        """The targets' tensors, views of the one given."""
        return dict(zip(self.targets, tensor.detach().chunk(len(self.targets)), strict=True))


@dataclass(frozen=True)
class Plan:
    """How a released state becomes one of diffusers'."""

    sizes: Sizes
    moves: tuple[Move, ...]


def names_of_release(layers: int) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Released name without prefix -> (diffusers' names, symbolic shape of each), in the model's order.

    >>> names_of_release(1)["transformer.layers.0.cross_attention.key_value.bias"]
    (('blocks.0.attn2.to_k.bias', 'blocks.0.attn2.to_v.bias'), ('dim',))
    """
    rows: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        (name, (target,), shape) for name, target, shape in OTHERS
    ]
    for name, targets, *shape in LINEARS:
        rows.append((f"{name}.weight", tuple(f"{target}.weight" for target in targets), tuple(shape)))
        rows.append((f"{name}.bias", tuple(f"{target}.bias" for target in targets), (shape[0],)))
    once = [row for row in rows if "{i}" not in row[0]]
    each = [row for row in rows if "{i}" in row[0]]
    found = {name: (targets, shape) for name, targets, shape in once}
    for i in range(layers):
        filled = {name.format(i=i): (tuple(t.format(i=i) for t in targets), shape) for name, targets, shape in each}
        found |= filled
    return found


_NAMES_OF_ONE = frozenset(names_of_release(1))


def is_released_name(key: str) -> bool:
    """Whether a tensor's name is one of a released transformer's, or has its prefix.

    >>> is_released_name("transformer.layers.7.mlp.dense_4h_to_h.bias"), is_released_name("encoder.conv1.weight")
    (True, False)
    """
    return key.startswith(PREFIX) or _INDEX.sub(lambda match: match[0].replace(match[1], "0"), key) in _NAMES_OF_ONE


def plan_release(tensors: Mapping[str, TensorFacts], where: str = "released state") -> Plan:
    """What becomes of each tensor of a released state, with or without the prefix.

    Args:
        tensors: name -> tensor, or anything that has a shape and a dtype. With the prefix, what has none is ignored.
        where: a file, for errors.

    Raises:
        InputError: keys are missing or unexpected, a shape disagrees with the others, or a dtype is no float.
    """
    prefix = PREFIX if any(str(key).startswith(PREFIX) for key in tensors) else ""
    found = {str(key).removeprefix(prefix): value for key, value in tensors.items() if str(key).startswith(prefix)}
    layers = max((int(match[1]) + 1 for key in found if (match := _INDEX.search(key))), default=0)
    expected = names_of_release(max(layers, 1))
    _check_names(found, expected, where, prefix)
    _check_dtypes({key: found[key] for key in expected}, where)
    sizes = _sizes(found, layers, where)
    symbols = _symbols(sizes)
    moves = []
    wrong = []
    for key, (targets, symbolic) in expected.items():
        shape = tuple(symbols[name] for name in symbolic)
        stored = (shape[0] * len(targets), *shape[1:])
        if tuple(found[key].shape) != stored:
            wrong.append(f"{key} is {_by(found[key].shape)} instead of {_by(stored)}")
        moves.append(Move(prefix + key, targets, shape))
    if wrong:
        raise InputError(
            f"{where}: shapes do not fit each other, with the width {sizes.dim} that the patch embedding has: "
            f"{_listed(wrong, '; ')}"
        )
    return Plan(sizes, tuple(moves))


def build_from_release(cls: type[Model], state: Mapping[str, Tensor], *, num_heads: int, positions: Any) -> Model:
    """The transformer with the weights of a released state, ready for inference; `KaleidoTransformer.from_release`.

    Tensors are taken, not copied, unless they are fused or have 16 bits where diffusers computes with 32.

    Raises:
        InputError: see `plan_release` and `Sizes.config`.
    """
    plan = plan_release(state)
    with torch.device("meta"):
        model: Model = cls(**plan.sizes.config(num_heads), positions=positions)
    filled: dict[str, Tensor] = {}
    for move in plan.moves:
        for name, part in move.parts(state[move.released]).items():
            if stays_fp32(cls, name) and part.dtype != torch.float64:
                filled[name] = part.float()
            else:
                filled[name] = part.clone() if len(move.targets) > 1 else part
    model.load_state_dict(filled, strict=True, assign=True)
    left = [name for name, tensor in (*model.named_parameters(), *model.named_buffers()) if tensor.is_meta]
    assert not left, f"tensors that no released tensor fills: {left}"
    model.eval()
    return model


def stays_fp32(cls: type[Model], name: str) -> bool:
    """Whether diffusers keeps a parameter in fp32 when it loads a model with 16 bits."""
    return not set(name.split(".")).isdisjoint(cls._keep_in_fp32_modules or ())


def _check_names(found: Mapping[str, Any], expected: Iterable[str], where: str, prefix: str) -> None:
    missing = [key for key in expected if key not in found]
    unexpected = sorted(set(found) - set(expected))
    if not missing and not unexpected:
        return
    below = f" below {prefix!r}" if prefix else ""
    if not any(key in found for key in expected):
        hint = (
            "; this is Wan's or diffusers' layout, which diffusers' own from_pretrained and from_single_file read"
            if any(key.endswith("patch_embedding.weight") for key in found)
            else ""
        )
        raise InputError(f"{where}: holds no released Kaleido transformer{below}, but {_listed(unexpected)}{hint}")
    problems = [
        f"{word} {_counted(keys)}" for word, keys in (("misses", missing), ("has unexpected", unexpected)) if keys
    ]
    raise InputError(f"{where}: is not a whole released Kaleido transformer{below}: {'; '.join(problems)}")


def _check_dtypes(found: Mapping[str, TensorFacts], where: str) -> None:
    strange = [key for key, value in found.items() if not hasattr(value, "dtype") or not hasattr(value, "shape")]
    if strange:
        kinds = [f"{key} ({type(found[key]).__name__})" for key in strange]
        raise InputError(f"{where}: {_counted(kinds)}: not tensors")
    wrong = [f"{key} ({_short(value.dtype)})" for key, value in found.items() if value.dtype not in FLOATS]
    if wrong:
        allowed = ", ".join(map(_short, FLOATS))
        raise InputError(
            f"{where}: {_counted(wrong)}: integer or quantised weights cannot be converted, only {allowed}; "
            "take the checkpoint as it was released"
        )


def _sizes(found: Mapping[str, TensorFacts], layers: int, where: str) -> Sizes:
    shapes = {
        "mixins.patch_embed.proj.weight": 5,
        "transformer.layers.0.mlp.dense_h_to_4h.weight": 2,
        "text_embedding.0.weight": 2,
        "time_embed.0.weight": 2,
        "mixins.final_layer.linear.weight": 2,
    }
    read = []
    for key, dimensions in shapes.items():
        read.append(tuple(found[key].shape))
        if len(read[-1]) != dimensions or 0 in read[-1]:
            raise InputError(f"{where}: {key} has the shape {_by(read[-1])} instead of {dimensions} numbers above 0")
    (dim, in_channels, *patch), (ffn, _), (_, text_dim), (_, freq_dim), (out_rows, _) = read
    t, h, w = patch
    if out_rows % (t * h * w):
        raise InputError(
            f"{where}: mixins.final_layer.linear.weight has {out_rows} rows, no multiple of the {t * h * w} of a "
            f"{_by(patch)} patch"
        )
    return Sizes(layers, dim, ffn, text_dim, freq_dim, in_channels, out_rows // (t * h * w), (t, h, w))


def _symbols(sizes: Sizes) -> dict[str, int]:
    t, h, w = sizes.patch
    numbers = {str(n): n for n in (1, 2, 6)}
    return numbers | {
        "dim": sizes.dim,
        "6 dim": 6 * sizes.dim,
        "ffn": sizes.ffn,
        "text": sizes.text_dim,
        "freq": sizes.freq_dim,
        "in": sizes.in_channels,
        "out": sizes.out_channels * t * h * w,
        "patch t": t,
        "patch h": h,
        "patch w": w,
    }


def _by(shape: Iterable[int]) -> str:
    return "x".join(map(str, shape)) or "(no dimension)"


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _counted(names: Sequence[str]) -> str:
    return f"{len(names)} key{'s' if len(names) > 1 else ''} ({_listed(names)})"


def _listed(names: Sequence[str], separator: str = ", ") -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (separator.join(names[:_NAMED]) or "nothing") + more
