"""What was trained, as a folder that diffusers, the pipeline and another training can load."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Final

import torch
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from s2vbench.errors import OutputError
from s2vbench.files import cannot_write
from s2vbench.kaleido.portable import forget_places
from s2vbench.kaleido.training.checkpoints import State, configuration_of
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.lora import save_lora
from s2vbench.kaleido.training.single import Parallel
from s2vbench.kaleido.transformer import KaleidoTransformer

DTYPES: Final = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
TRANSFORMER: Final = "transformer"
ADAPTER: Final = "lora"


def export(state: State, folder: Path, config: TrainConfig, parallel: Parallel) -> Path:
    """Write the transformer, or the adapter alone, below `folder` as safetensors; averaged weights where there are any.

    Raises:
        OutputError: it cannot be written.
    """
    target = folder / (ADAPTER if config.lora else TRANSFORMER)
    weights = whole_weights(state)
    if parallel.is_main:
        dtype = DTYPES[config.checkpoint.export_dtype]
        if config.lora:
            save_lora(state.model, weights, target, dtype)
        else:
            _save_transformer(state, {name: tensor.to(dtype) for name, tensor in weights.items()}, target)
    parallel.barrier()
    return target


def whole_weights(state: State) -> dict[str, torch.Tensor]:
    """All trained weights on the CPU, averaged where there is an average; nothing on other processes than the first."""
    options = StateDictOptions(full_state_dict=True, cpu_offload=True, ignore_frozen_params=True)
    weights: dict[str, Any] = get_model_state_dict(state.model, options=options)
    if state.ema is not None:
        # On every process: to gather a shared tensor takes all of them.
        averaged = {name: _whole(tensor) for name, tensor in state.ema.weights.items()}
        weights = averaged if weights else {}
    return {name: tensor.detach().cpu() for name, tensor in weights.items()}


def _whole(tensor: Any) -> torch.Tensor:
    full: torch.Tensor = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
    return full.detach().cpu()


def _save_transformer(state: State, weights: dict[str, torch.Tensor], folder: Path) -> None:
    with torch.device("meta"):
        model = KaleidoTransformer(**configuration_of(state.model))
    model.load_state_dict(weights, assign=True)
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        model.save_pretrained(part, safe_serialization=True)
        forget_places(part)
        for file in part.iterdir():
            file.chmod(0o644)  # safetensors writes for the owner alone
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)  # noqa: PTH105 -- as in files.py
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
