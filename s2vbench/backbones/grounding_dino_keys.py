"""Names of Grounding DINO's tensors: in the official file, on the hub, and in transformers' modules.

Official names are those of `groundingdino_swint_ogc.pth` without its prefix `module.`; hub names are those of
IDEA-Research/grounding-dino-tiny, which outlive the renamings of modules inside transformers 5.

In a template `#` stands for a number, `*` for weight or bias, and a full stop at the end for everything below. A tensor
with three names on the other side is packed: query, key and value, one above the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

Pairs = tuple[tuple[str, tuple[str, ...]], ...]

_SWIN = "model.backbone.conv_encoder.model."
_BLOCK = "backbone.0.layers.#.blocks.#."
_HUB_BLOCK = f"{_SWIN}encoder.layers.#.blocks.#."
_HEADS = ("query", "key", "value")


def _same(official: str, hub: str, names: Iterable[tuple[str, str]]) -> Pairs:
    return tuple((official + left, (hub + right,)) for left, right in names)


def _packed(official: str, hub: str) -> Pairs:
    """`nn.MultiheadAttention` on the left, separate layers on the right."""
    separate = tuple(f"{hub}{name}.*" for name in _HEADS)
    return (f"{official}in_proj_*", separate), (f"{official}out_proj.*", (f"{hub}out_proj.*",))


_DEFORMABLE = tuple(
    (f"{x}.*", f"{x}.*") for x in ("sampling_offsets", "attention_weights", "value_proj", "output_proj")
)

_SWIN_PAIRS: Pairs = (
    ("backbone.0.patch_embed.proj.*", (f"{_SWIN}embeddings.patch_embeddings.projection.*",)),
    ("backbone.0.patch_embed.norm.*", (f"{_SWIN}embeddings.norm.*",)),
    (f"{_BLOCK}attn.qkv.*", tuple(f"{_HUB_BLOCK}attention.self.{name}.*" for name in _HEADS)),
    *_same(
        _BLOCK,
        _HUB_BLOCK,
        (
            ("norm1.*", "layernorm_before.*"),
            ("norm2.*", "layernorm_after.*"),
            ("attn.proj.*", "attention.output.dense.*"),
            ("attn.relative_position_bias_table", "attention.self.relative_position_bias_table"),
            ("mlp.fc1.*", "intermediate.dense.*"),
            ("mlp.fc2.*", "output.dense.*"),
        ),
    ),
    ("backbone.0.layers.#.downsample.", (f"{_SWIN}encoder.layers.#.downsample.",)),
    # The hub counts the patch embedding as the first stage.
    *((f"backbone.0.norm{stage}.*", (f"{_SWIN}hidden_states_norms.stage{stage + 1}.*",)) for stage in (1, 2, 3)),
)
_ENCODER_PAIRS: Pairs = (
    *_same(
        "transformer.encoder.layers.#.self_attn.", "model.encoder.layers.#.deformable_layer.self_attn.", _DEFORMABLE
    ),
    *_same(
        "transformer.encoder.layers.#.",
        "model.encoder.layers.#.deformable_layer.",
        (
            ("norm1.*", "self_attn_layer_norm.*"),
            ("linear1.*", "fc1.*"),
            ("linear2.*", "fc2.*"),
            ("norm2.*", "final_layer_norm.*"),
        ),
    ),
    *_packed("transformer.encoder.text_layers.#.self_attn.", "model.encoder.layers.#.text_enhancer_layer.self_attn."),
    *_same(
        "transformer.encoder.text_layers.#.",
        "model.encoder.layers.#.text_enhancer_layer.",
        (
            ("norm1.*", "layer_norm_before.*"),
            ("linear1.*", "fc1.*"),
            ("linear2.*", "fc2.*"),
            ("norm2.*", "layer_norm_after.*"),
        ),
    ),
    *_same(
        "transformer.encoder.fusion_layers.#.",
        "model.encoder.layers.#.fusion_layer.",
        (
            ("gamma_v", "vision_param"),
            ("gamma_l", "text_param"),
            ("layer_norm_v.*", "layer_norm_vision.*"),
            ("layer_norm_l.*", "layer_norm_text.*"),
            ("attn.v_proj.*", "attn.vision_proj.*"),
            ("attn.l_proj.*", "attn.text_proj.*"),
            ("attn.values_v_proj.*", "attn.values_vision_proj.*"),
            ("attn.values_l_proj.*", "attn.values_text_proj.*"),
            ("attn.out_v_proj.*", "attn.out_vision_proj.*"),
            ("attn.out_l_proj.*", "attn.out_text_proj.*"),
        ),
    ),
)
_DECODER = "transformer.decoder.layers.#."
_HUB_DECODER = "model.decoder.layers.#."
_DECODER_PAIRS: Pairs = (
    *_same(f"{_DECODER}cross_attn.", f"{_HUB_DECODER}encoder_attn.", _DEFORMABLE),
    *_packed(f"{_DECODER}ca_text.", f"{_HUB_DECODER}encoder_attn_text."),
    *_packed(f"{_DECODER}self_attn.", f"{_HUB_DECODER}self_attn."),
    *_same(
        _DECODER,
        _HUB_DECODER,
        (
            ("norm1.*", "encoder_attn_layer_norm.*"),
            ("catext_norm.*", "encoder_attn_text_layer_norm.*"),
            ("norm2.*", "self_attn_layer_norm.*"),
            ("linear1.*", "fc1.*"),
            ("linear2.*", "fc2.*"),
            ("norm3.*", "final_layer_norm.*"),
        ),
    ),
    ("transformer.decoder.norm.*", ("model.decoder.layer_norm.*",)),
    ("transformer.decoder.ref_point_head.", ("model.decoder.reference_points_head.",)),
)
_OTHER_PAIRS: Pairs = (
    ("transformer.level_embed", ("model.level_embed",)),
    ("transformer.tgt_embed.weight", ("model.query_position_embeddings.weight",)),
    ("transformer.enc_output.*", ("model.enc_output.*",)),
    ("transformer.enc_output_norm.*", ("model.enc_output_norm.*",)),
    ("transformer.enc_out_bbox_embed.", ("model.encoder_output_bbox_embed.",)),
    ("transformer.decoder.bbox_embed.", ("model.decoder.bbox_embed.",)),
    ("bbox_embed.", ("bbox_embed.",)),
    ("bert.", ("model.text_backbone.",)),
    ("feat_map.*", ("model.text_projection.*",)),
    ("input_proj.", ("model.input_proj_vision.",)),
)
OFFICIAL_AND_HUB: Pairs = _SWIN_PAIRS + _ENCODER_PAIRS + _DECODER_PAIRS + _OTHER_PAIRS

_MODULE_BLOCK = f"{_SWIN}swin.encoder.layers.#.blocks.#."
MODULE_AND_HUB: Pairs = (
    *_same(
        _MODULE_BLOCK,
        _HUB_BLOCK,
        (
            ("attention.q_proj.*", "attention.self.query.*"),
            ("attention.k_proj.*", "attention.self.key.*"),
            ("attention.v_proj.*", "attention.self.value.*"),
            ("attention.o_proj.*", "attention.output.dense.*"),
            (
                "attention.relative_position_bias.relative_position_bias_table",
                "attention.self.relative_position_bias_table",
            ),
            ("mlp.fc1.*", "intermediate.dense.*"),
            ("mlp.fc2.*", "output.dense.*"),
        ),
    ),
    (f"{_SWIN}swin.encoder.", (f"{_SWIN}encoder.",)),
    (f"{_SWIN}swin.embeddings.", (f"{_SWIN}embeddings.",)),
)
"""Where the modules of transformers 5.23 are called differently from the hub's files."""

HARMLESS = (
    r"label_enc\.weight",  # for denoising in training
    r".*\.relative_position_index",  # computed from the window size
    r"(bert|model\.text_backbone)\.embeddings\.position_ids",  # 0, 1, 2, ...
    r"(bert|model\.text_backbone)\.pooler\.dense\.(weight|bias)",  # no output depends on it
)
"""What files hold beyond what detection needs; ignored where it occurs."""
_BOX_HEAD = re.compile(r"(?:transformer\.decoder\.|model\.decoder\.)?bbox_embed\.\d+\.(.+)")


def is_harmless(name: str) -> bool:
    """True for tensors that detection does not need.

    >>> is_harmless("bert.pooler.dense.bias"), is_harmless("feat_map.bias")
    (True, False)
    """
    return any(re.fullmatch(pattern, name) for pattern in HARMLESS)


def first_of_repeats(name: str) -> str:
    """The name under which a tensor is kept: all decoder layers share one box head, of which files hold copies.

    >>> first_of_repeats("transformer.decoder.bbox_embed.5.layers.0.bias")
    'bbox_embed.0.layers.0.bias'
    """
    found = _BOX_HEAD.fullmatch(name)
    return f"bbox_embed.0.{found[1]}" if found else name


def to_hub(official: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Official names to hub names; packed tensors are split, unknown names are kept."""
    return _split(official, OFFICIAL_AND_HUB)


def to_official(hub: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Hub names to official names; query, key and value are packed, unknown names are kept.

    Raises:
        RuntimeError: one of the three is missing.
    """
    return _join(hub, OFFICIAL_AND_HUB)


def hub_to_modules(hub: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Hub names to those of transformers' modules."""
    return _join(hub, MODULE_AND_HUB)


def modules_to_hub(modules: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names of transformers' modules to hub names."""
    return _split(modules, MODULE_AND_HUB)


def read_published(state: Mapping[str, Tensor], shapes: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors that detection needs, by official names, of a file with official names or the hub's.

    Args:
        state: as read; official names may begin with `module.`.
        shapes: every tensor that must be there, by official names.

    Raises:
        RuntimeError: tensors are missing, unexpected, of another shape, or copies of the box head that differ.
    """
    plain = {name.removeprefix("module."): tensor for name, tensor in state.items()}
    from_hub = any(name.startswith("model.") for name in plain)
    needed = {name: shape for name, shape in shapes.items() if not is_harmless(name)}
    expected = to_hub(needed) if from_hub else needed
    found: dict[str, Tensor] = {}
    wrong: list[str] = []
    for name, tensor in plain.items():
        if is_harmless(name):
            continue
        kept = found.setdefault(first_of_repeats(name), tensor)
        if kept is not tensor and not torch.equal(kept, tensor):
            wrong.append(f"{name} differs from {first_of_repeats(name)}")
    wrong += [f"missing {name}" for name in expected if name not in found]
    wrong += [f"unexpected {name}" for name in found if name not in expected]
    wrong += [
        f"{name} is {tuple(tensor.shape)}, not {tuple(expected[name].shape)}"
        for name, tensor in found.items()
        if name in expected and tensor.shape != expected[name].shape
    ]
    if wrong:
        raise RuntimeError("; ".join(wrong))
    return to_official(found) if from_hub else found


@dataclass(frozen=True)
class _Template:
    pattern: re.Pattern[str]
    fill: str
    """The same with a `{}` for each group."""


@cache
def _template(text: str) -> _Template:
    groups = {"#": r"(\d+)", "*": "(weight|bias)"}
    whole = text + "?" if text.endswith(".") else text
    groups["?"] = "(.+)"
    parts = re.split(r"([#*?])", whole)
    return _Template(
        re.compile("".join(groups.get(part) or re.escape(part) for part in parts)),
        "".join("{}" if part in groups else part for part in parts),
    )


def _split(tensors: Mapping[str, Tensor], pairs: Pairs) -> dict[str, Tensor]:
    result: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        for left, right in pairs:
            if found := _template(left).pattern.fullmatch(name):
                names = [_template(target).fill.format(*found.groups()) for target in right]
                result |= zip(names, tensor.chunk(len(names)), strict=True)
                break
        else:
            result[name] = tensor
    return result


def _join(tensors: Mapping[str, Tensor], pairs: Pairs) -> dict[str, Tensor]:
    result: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        for left, right in pairs:
            found = next((found for part in right if (found := _template(part).pattern.fullmatch(name))), None)
            if found is None:
                continue
            names = [_template(part).fill.format(*found.groups()) for part in right]
            if missing := [part for part in names if part not in tensors]:
                raise RuntimeError(f"missing {', '.join(missing)}")
            packed = tensor if len(names) == 1 else torch.cat([tensors[part] for part in names])
            result.setdefault(_template(left).fill.format(*found.groups()), packed)
            break
        else:
            result[name] = tensor
    return result
