"""Fine-tuning by an adapter of low rank (LoRA, arXiv 2106.09685) through peft; the network itself stays as it is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from s2vbench.errors import InputError, MissingError, OutputError
from s2vbench.files import cannot_write
from s2vbench.kaleido.training.config import LoraSection
from s2vbench.kaleido.transformer import KaleidoTransformer

WEIGHTS: Final = "pytorch_lora_weights.safetensors"
_ADAPTER: Final = "default"
_PREFIX: Final = "transformer"
"""What diffusers' loaders expect in front of every name."""


def add_lora(model: KaleidoTransformer, section: LoraSection, seed: int) -> None:
    """Freeze the network and put a trainable adapter, which changes nothing yet, on its layers.

    Raises:
        MissingError: peft is not installed. InputError: no layer has one of the names.
    """
    try:
        from peft import LoraConfig
    except ImportError as error:
        raise MissingError("[lora] needs peft, which is not installed; run `pip install peft`") from error
    linear = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    for target in section.targets:
        if not any(name == target or name.endswith(f".{target}") for name in linear):
            known = sorted({name.split(".", 2)[-1] for name in linear if name.startswith("blocks.")})
            raise InputError(
                f"[lora] targets: no linear layer's name ends in {target!r}; blocks have {', '.join(known)}"
            )
    model.requires_grad_(requires_grad=False)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model.add_adapter(
            LoraConfig(r=section.rank, lora_alpha=section.alpha or section.rank, target_modules=list(section.targets)),
            adapter_name=_ADAPTER,
        )


def save_lora(model: Any, weights: Mapping[str, Tensor], folder: Path, dtype: torch.dtype) -> Path:
    """Write the adapter; the folder appears whole.

    `transformer.load_lora_adapter(folder, use_safetensors=True)` takes it (without the flag it looks for pickles).

    Args:
        model: the transformer with its adapter.
        weights: all of the adapter's, by parameter name.
        folder: where it goes.
        dtype: what the numbers are stored as.

    Raises:
        OutputError: it cannot be written.
    """
    from safetensors.torch import save_file

    tensors = {
        f"{_PREFIX}.{name.replace(f'.{_ADAPTER}.', '.')}": tensor.to(dtype).contiguous()
        for name, tensor in weights.items()
    }
    facts = {key: sorted(v) if isinstance(v, set) else v for key, v in model.peft_config[_ADAPTER].to_dict().items()}
    metadata = {f"{_PREFIX}.{key}": value for key, value in facts.items()}
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        save_file(tensors, part / WEIGHTS, {"format": "pt", "lora_adapter_metadata": json.dumps(metadata, default=str)})
        (part / WEIGHTS).chmod(0o644)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)  # noqa: PTH105 -- as in files.py
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    return folder
