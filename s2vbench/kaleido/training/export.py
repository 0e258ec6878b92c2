"""The trained transformer as a folder that diffusers, the pipeline and another training can load."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Final

import torch
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from s2vbench.errors import OutputError
from s2vbench.files import cannot_write
from s2vbench.kaleido.training.checkpoints import State
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.single import Parallel
from s2vbench.kaleido.transformer import KaleidoTransformer

DTYPES: Final = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def export_transformer(state: State, folder: Path, config: TrainConfig, parallel: Parallel) -> Path:
    """Write the weights (the average, where there is one) as safetensors; the folder appears whole.

    Raises:
        OutputError: it cannot be written.
    """
    weights = whole_weights(state)
    if parallel.is_main:
        dtype = DTYPES[config.checkpoint.export_dtype]
        arguments = {key: value for key, value in dict(_config(state)).items() if not key.startswith("_")}
        with torch.device("meta"):
            model = KaleidoTransformer(**arguments)
        model.load_state_dict({name: tensor.to(dtype) for name, tensor in weights.items()}, assign=True)
        part = folder.with_name(f".{folder.name}.part")
        try:
            shutil.rmtree(part, ignore_errors=True)
            model.save_pretrained(part, safe_serialization=True)
            for file in part.iterdir():
                file.chmod(0o644)  # safetensors writes for the owner alone
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(part, folder)  # noqa: PTH105 -- as in files.py
        except OSError as error:
            raise OutputError(cannot_write(folder, error)) from error
    parallel.barrier()
    return folder


def whole_weights(state: State) -> dict[str, torch.Tensor]:
    """All weights on the CPU, averaged ones where there is an average; on other processes than the first, nothing."""
    weights: dict[str, Any] = get_model_state_dict(
        state.model, options=StateDictOptions(full_state_dict=True, cpu_offload=True)
    )
    if state.ema is not None and weights:
        weights |= {name: whole(tensor) for name, tensor in state.ema.weights.items()}
    elif state.ema is not None:
        for tensor in state.ema.weights.values():
            whole(tensor)  # a collective: every process must take part
    return weights


def whole(tensor: Any) -> torch.Tensor:
    """A tensor that may be shared among processes, on the CPU."""
    full: torch.Tensor = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
    return full.detach().cpu()


def _config(state: State) -> dict[str, Any]:
    found: dict[str, Any] = state.model.config  # type: ignore[assignment]
    return found
