"""Names of Segment Anything's weights: as published by its authors, and as transformers' `SamModel` calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torch import Tensor

# The first pair whose beginning fits renames it; the longer of two beginnings stands first.
_BEGINNINGS = (
    ("image_encoder.patch_embed.proj.", "vision_encoder.patch_embed.projection."),
    ("image_encoder.blocks.", "vision_encoder.layers."),
    ("image_encoder.neck.0.", "vision_encoder.neck.conv1."),
    ("image_encoder.neck.1.", "vision_encoder.neck.layer_norm1."),
    ("image_encoder.neck.2.", "vision_encoder.neck.conv2."),
    ("image_encoder.neck.3.", "vision_encoder.neck.layer_norm2."),
    ("image_encoder.", "vision_encoder."),
    ("prompt_encoder.point_embeddings.", "prompt_encoder.point_embed."),
    ("prompt_encoder.mask_downscaling.0.", "prompt_encoder.mask_embed.conv1."),
    ("prompt_encoder.mask_downscaling.1.", "prompt_encoder.mask_embed.layer_norm1."),
    ("prompt_encoder.mask_downscaling.3.", "prompt_encoder.mask_embed.conv2."),
    ("prompt_encoder.mask_downscaling.4.", "prompt_encoder.mask_embed.layer_norm2."),
    ("prompt_encoder.mask_downscaling.6.", "prompt_encoder.mask_embed.conv3."),
    ("mask_decoder.output_upscaling.0.", "mask_decoder.upscale_conv1."),
    ("mask_decoder.output_upscaling.1.", "mask_decoder.upscale_layer_norm."),
    ("mask_decoder.output_upscaling.3.", "mask_decoder.upscale_conv2."),
)
_IN_BLOCKS = re.compile(r"^(vision_encoder\.layers|image_encoder\.blocks|mask_decoder\.transformer)\.")
_IN_HEADS = re.compile(r"^mask_decoder\.(output_hypernetworks_mlps\.\d+|iou_prediction_head)\.")
_LAYERS_OF_HEADS = ((".layers.0.", ".proj_in."), (".layers.1.", ".layers.0."), (".layers.2.", ".proj_out."))

_FREQUENCIES = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
# One matrix of frequencies encodes the positions of image and prompts; SamModel has a name for each use.
_FREQUENCIES_IN_TRANSFORMERS = (
    "shared_image_embedding.positional_embedding",
    "prompt_encoder.shared_embedding.positional_embedding",
)


def to_transformers(official: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Published names -> those of `SamModel`; names of neither kind stay as they are."""
    renamed = {_transformers_name(key): value for key, value in official.items() if key != _FREQUENCIES}
    if _FREQUENCIES in official:
        renamed |= dict.fromkeys(_FREQUENCIES_IN_TRANSFORMERS, official[_FREQUENCIES])
    return renamed


def to_official(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names of `SamModel` -> published ones; a state dict in published names, and names of neither kind, stay.

    Raises:
        RuntimeError: two keys mean the same weight.
    """
    # Both kinds have a `layers.0` in the decoder's heads and mean different layers, so the file as a whole decides.
    if not any(key.startswith("vision_encoder.") for key in state):
        return dict(state)
    renamed: dict[str, Tensor] = {}
    for key, value in state.items():
        name = _FREQUENCIES if key in _FREQUENCIES_IN_TRANSFORMERS else _official_name(key)
        if name in renamed and name != _FREQUENCIES:
            raise RuntimeError(f"unexpected {key}: another key stands for {name}")
        renamed[name] = value
    return renamed


def require_keys(state: Iterable[str], wanted: Iterable[str]) -> None:
    """Check that `state` has the `wanted` keys and no others.

    Raises:
        RuntimeError: it names what is missing and what is unexpected.
    """
    found, expected = set(state), set(wanted)
    problems = [
        f"{label} {', '.join(sorted(keys))}"
        for label, keys in (("missing", expected - found), ("unexpected", found - expected))
        if keys
    ]
    if problems:
        raise RuntimeError("; ".join(problems))


def _transformers_name(key: str) -> str:
    if _IN_HEADS.match(key):
        return _first_renamed(key, _LAYERS_OF_HEADS)
    if _IN_BLOCKS.match(key):
        key = key.replace(".norm", ".layer_norm")
    return _beginning_renamed(key, _BEGINNINGS)


def _official_name(key: str) -> str:
    if _IN_HEADS.match(key):
        return _first_renamed(key, [(new, old) for old, new in _LAYERS_OF_HEADS])
    if _IN_BLOCKS.match(key):
        key = key.replace(".layer_norm", ".norm")
    return _beginning_renamed(key, [(new, old) for old, new in _BEGINNINGS])


def _first_renamed(key: str, pairs: Iterable[tuple[str, str]]) -> str:
    return next((key.replace(old, new) for old, new in pairs if old in key), key)


def _beginning_renamed(key: str, pairs: Iterable[tuple[str, str]]) -> str:
    return next((new + key.removeprefix(old) for old, new in pairs if key.startswith(old)), key)
