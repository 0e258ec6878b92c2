"""The network that is trained, wherever it comes from, and the frozen text encoder beside it."""

from __future__ import annotations

import difflib
import inspect
from pathlib import Path
from typing import Any

import torch
from torch import nn

from s2vbench.errors import InputError
from s2vbench.kaleido.bundle import load_text_encoder, load_tokenizer, load_transformer
from s2vbench.kaleido.parts import Part, find_network, local_folder
from s2vbench.kaleido.settings import Settings
from s2vbench.kaleido.text import TextEncoder
from s2vbench.kaleido.training import checkpoints
from s2vbench.kaleido.training.config import ModelSection, TrainConfig
from s2vbench.kaleido.training.origin import Origin
from s2vbench.kaleido.transformer import KaleidoTransformer


def configuration(settings: ModelSection, origin: Origin) -> dict[str, Any]:
    """The arguments of the transformer.

    Raises:
        InputError: an argument that the transformer does not have; the nearest is suggested.
    """
    known = list(inspect.signature(KaleidoTransformer.__init__).parameters)[1:]
    if origin.transformer is None:
        for key in settings.transformer:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                advice = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
                raise InputError(f"[model.transformer] {key}: the transformer has no such argument; {advice}")
        found = dict(settings.transformer)
    elif (card := checkpoints.card_of(origin.transformer)) is not None:
        found = dict(card.transformer)
    else:
        config: Any = KaleidoTransformer.load_config(origin.transformer)
        # Wan's own configuration names things that this class has one kind of.
        found = {key: value for key, value in config.items() if key in known}
    return found if settings.positions is None else found | {"positions": settings.positions}


def make_transformer(config: TrainConfig, origin: Origin, *, weights: bool = True) -> KaleidoTransformer:
    """The transformer in fp32 on the CPU, all of it trainable.

    Args:
        config: of the run.
        origin: where weights lie.
        weights: False leaves them on the meta device, for processes that are given the first one's.

    Raises:
        InputError: sizes that do not fit, or weights that cannot be read.
    """
    arguments = configuration(config.model, origin)
    if not weights:
        with torch.device("meta"):
            model = _built(arguments)
    elif origin.transformer is None:
        model = _built(arguments)
        init_weights(model, config.seed)
    elif (card := checkpoints.card_of(origin.transformer)) is not None:
        model = _built(arguments)
        model.load_state_dict(checkpoints.read_weights(origin.transformer, model.state_dict(), ema=card.ema))
    else:
        model = _pretrained(origin.transformer, arguments)
    if config.training.activation_checkpointing:
        model.enable_gradient_checkpointing()
    return model


def _built(arguments: dict[str, Any]) -> KaleidoTransformer:
    try:
        model: KaleidoTransformer = KaleidoTransformer(**arguments)
    except (TypeError, ValueError, RuntimeError, ZeroDivisionError) as error:
        raise InputError(f"[model.transformer]: no transformer can be built from it ({error})") from error
    return model


def _pretrained(folder: Path, arguments: dict[str, Any]) -> KaleidoTransformer:
    # A released Wan transformer names no positions.
    settings = Settings(positions=arguments.get("positions", "shift_wh"))
    return load_transformer(find_network("transformer", folder), torch.float32, settings)


def init_weights(model: KaleidoTransformer, seed: int) -> None:
    """Wan's own start: Xavier for layers, small embeddings, and a last layer that answers zero.

    Source: Wan 2.1, `WanModel.init_weights`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for module in model.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.xavier_uniform_(model.patch_embedding.weight.flatten(1))
        nn.init.zeros_(model.patch_embedding.bias)
        for embedder in (model.condition_embedder.text_embedder, model.condition_embedder.time_embedder):
            nn.init.normal_(embedder.linear_1.weight, std=0.02)
            nn.init.normal_(embedder.linear_2.weight, std=0.02)
        width = model.config.num_attention_heads * model.config.attention_head_dim
        for block in model.blocks:
            nn.init.normal_(block.scale_shift_table, std=width**-0.5)
        nn.init.normal_(model.scale_shift_table, std=width**-0.5)
        nn.init.zeros_(model.proj_out.weight)


def make_text_encoder(origin: Origin, device: torch.device, dtype: torch.dtype) -> TextEncoder:
    """The frozen text encoder.

    Raises:
        InputError: the configuration names none, or its folder cannot be loaded.
    """
    if origin.text_encoder is None or origin.tokenizer is None:
        missing = "text_encoder" if origin.text_encoder is None else "tokenizer"
        raise InputError(f"[model] {missing} is missing: captions must be encoded; give its folder or hub id")
    encoder = load_text_encoder(find_network("text_encoder", _place("text_encoder", origin.text_encoder)), dtype)
    tokenizer = load_tokenizer(Part("tokenizer", _place("tokenizer", origin.tokenizer), (), 0))
    return TextEncoder(encoder.to(device).eval().requires_grad_(requires_grad=False), tokenizer, origin.text_length)


def _place(name: str, place: str) -> Path:
    # Of a repository that part alone, where it has a folder of its own.
    beneath = local_folder(place, patterns=[f"{name}/*"]) / name
    return beneath if beneath.is_dir() else local_folder(place)
