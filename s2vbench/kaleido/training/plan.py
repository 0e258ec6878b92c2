"""What a training will cost, said before anything is loaded: tokens, FLOPs, memory, and what would fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch

from s2vbench.errors import InputError
from s2vbench.kaleido.data.latents import LatentsCache
from s2vbench.kaleido.parts import local_folder
from s2vbench.kaleido.training import flops
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.model import configuration
from s2vbench.kaleido.training.optimiser import num_parameters
from s2vbench.kaleido.training.origin import Origin, find_origin
from s2vbench.kaleido.training.parallel import data_groups
from s2vbench.kaleido.transformer import KaleidoTransformer

FP32: Final = 4
_KEPT: Final = {"fp32": (88, 8, 4), "bf16": (72, 5, 2)}
"""Bytes a token that one block keeps for its backward pass: times the width, times the feed-forward width; and times
the width where activations are computed again. Counted on tensors that autograd saved."""
_ENDS: Final = 40
"""The same of everything outside of blocks."""
_WAN_STRIDES: Final = (4, 8, 16)
"""Frames and pixels to a latent one, and channels, where no VAE says otherwise."""


@dataclass(frozen=True)
class TrainPlan:
    """Sizes of a training; bytes are of one process."""

    parameters: int
    trainable: int
    latents_CTHW: tuple[int, ...]
    tokens_video: int
    tokens_references: int
    """Of a sample with as many references as there may be."""
    text_tokens: int
    parts_a_step: int
    """Accumulated on each process."""
    processes: int
    flops_a_step: float
    """Of all processes, with full references."""
    weights_bytes: int
    gradients_bytes: int
    optimiser_bytes: int
    average_bytes: int
    activations_bytes: int

    @property
    def total_bytes(self) -> int:
        """Of one process."""
        return (
            self.weights_bytes
            + self.gradients_bytes
            + self.optimiser_bytes
            + self.average_bytes
            + self.activations_bytes
        )


def make_plan(config: TrainConfig, world: int = 1) -> TrainPlan:
    """The plan of a configuration on so many processes; reads headers only.

    Raises:
        InputError: something in the configuration or on disk is wrong.
    """
    origin = find_origin(config.model, weights=False)
    with torch.device("meta"):
        model = KaleidoTransformer(**configuration(config.model, origin))
    settings, patch = config.training, model.config.patch_size
    data_world = data_groups(config.parallel, world)
    if settings.batch_size % (settings.micro_batch_size * data_world):
        raise InputError(
            f"training.batch_size {settings.batch_size} is no multiple of micro_batch_size {settings.micro_batch_size} "
            f"times {data_world} data ranks; change one"
        )
    shape = latent_shape(config, origin)
    if origin.vae or config.data.source == "latents":
        check_channels(model.config, shape[0])
    video = flops.tokens_of(shape[1:], patch)
    most = config.data.most_references if config.data.references else 0
    references = most * flops.tokens_of((1, *shape[2:]), patch)
    weights = num_parameters(model.parameters())
    trainable = weights if config.lora is None else _lora_parameters(model, config)
    shard = -(-trainable // world)
    return TrainPlan(
        parameters=weights,
        trainable=trainable,
        latents_CTHW=shape,
        tokens_video=video,
        tokens_references=references,
        text_tokens=origin.text_length,
        parts_a_step=settings.batch_size // (settings.micro_batch_size * data_world),
        processes=world,
        flops_a_step=settings.batch_size * flops.training_flops(model.config, video + references, origin.text_length),
        weights_bytes=FP32 * -(-weights // world) + _gathered_bytes(model, config, world),
        gradients_bytes=FP32 * shard,
        optimiser_bytes=2 * FP32 * shard,
        average_bytes=FP32 * shard if settings.ema_decay else 0,
        activations_bytes=activations_bytes(config, model.config, -(-(video + references) // config.parallel.ulysses)),
    )


def activations_bytes(config: TrainConfig, transformer: Any, tokens: int) -> int:
    """What one micro batch keeps for its backward pass, by measured bytes a token."""
    width = transformer.num_attention_heads * transformer.attention_head_dim
    by_width, by_ffn, again = _KEPT[config.training.precision]
    block = by_width * width + by_ffn * transformer.ffn_dim
    layers = transformer.num_layers
    a_token = layers * again * width + block if config.training.activation_checkpointing else layers * block
    return int(config.training.micro_batch_size * tokens * (a_token + _ENDS * width))


def latent_shape(config: TrainConfig, origin: Origin) -> tuple[int, ...]:
    """Channels, frames, rows and columns of one clip's latents."""
    data = config.data
    if data.source == "latents":
        assert data.path is not None
        return LatentsCache(Path(data.path), data.reference_set).facts.shape
    every, side, channels = _WAN_STRIDES
    folder = local_folder(origin.vae, patterns=["vae/config.json", "config.json"]) if origin.vae else Path()
    described_in = [place / "config.json" for place in (folder / "vae", folder) if origin.vae]
    if file := next((file for file in described_in if file.is_file()), None):
        vae = json.loads(file.read_text(encoding="utf-8"))
        every = 2 ** sum(vae.get("temperal_downsample", (False, True, True)))
        side = 2 ** (len(vae.get("dim_mult", (1, 2, 4, 4))) - 1) * (vae.get("patch_size") or 1)
        channels = vae.get("z_dim", channels)
    return channels, (data.num_frames - 1) // every + 1, data.height_px // side, data.width_px // side


def check_channels(transformer: Any, channels: int) -> None:
    """Latents must have as many channels as the transformer reads and answers.

    Args:
        transformer: its configuration.
        channels: of the latents.

    Raises:
        InputError: they have not.
    """
    reads, answers = transformer.in_channels, transformer.out_channels or transformer.in_channels
    if (reads, answers) != (channels, channels):
        raise InputError(
            f"[model.transformer] in_channels {reads}, out_channels {answers}: the data's latents have {channels} "
            f"channels; set both to {channels}, or take the data of another VAE"
        )


def what_would_fit(config: TrainConfig, world: int, memory_bytes: int) -> str:
    """Advice for somebody whose GPU is too small, as `section.key=value` changes.

    Args:
        config: what does not fit.
        world: processes.
        memory_bytes: of one GPU.
    """
    for changed in _lighter(config):
        plan = make_plan(changed, world)
        if plan.total_bytes < 0.9 * memory_bytes:
            now, then = config.training, changed.training
            changes = []
            if then.micro_batch_size != now.micro_batch_size:
                changes.append(f"training.micro_batch_size={then.micro_batch_size}")
            if then.activation_checkpointing != now.activation_checkpointing:
                changes.append("training.activation_checkpointing=true")
            return f"--set {' --set '.join(changes)} should fit ({gigabytes(plan.total_bytes)} by estimate)"
    return "no micro batch fits these processes: start more of them (weights are shared out), or train with [lora]"


def _lighter(config: TrainConfig) -> Iterator[TrainConfig]:
    training = config.training
    sizes = [n for n in range(training.micro_batch_size, 0, -1) if training.batch_size % n == 0]
    for again in sorted({training.activation_checkpointing, True}):
        for size in sizes:
            changed = {"micro_batch_size": size, "activation_checkpointing": again}
            if changed.items() <= training.model_dump().items():
                continue
            yield config.model_copy(update={"training": training.model_copy(update=changed)})


def described(plan: TrainPlan, config: TrainConfig) -> str:
    """The plan as a person reads it."""
    step = config.training
    total = plan.flops_a_step * step.steps
    shape = "x".join(map(str, plan.latents_CTHW))
    rows = {
        "model": f"{plan.parameters:,} parameters, {plan.trainable:,} trained",
        "clip": f"latents {shape} (C, T, H, W)",
        "tokens": f"{plan.tokens_video:,} of the video, {plan.tokens_references:,} of references at most, "
        f"{plan.text_tokens} of text",
        "step": f"{step.batch_size} samples: {plan.processes} processes (ulysses {config.parallel.ulysses}), "
        f"{plan.parts_a_step} parts of {step.micro_batch_size} each",
        "work": f"{plan.flops_a_step:.3g} FLOPs a step, {total:.3g} in {step.steps:,} steps",
        "memory": f"{gigabytes(plan.total_bytes)} a process by estimate, beside the frozen text encoder and VAE",
        "  weights": gigabytes(plan.weights_bytes),
        "  gradients": gigabytes(plan.gradients_bytes),
        "  optimiser": gigabytes(plan.optimiser_bytes),
        "  average": gigabytes(plan.average_bytes),
        "  activations": gigabytes(plan.activations_bytes),
    }
    return "\n".join(f"{name:<15}{text}" for name, text in rows.items())


def summary(plan: TrainPlan) -> dict[str, Any]:
    """The plan as one JSON document."""
    return asdict(plan) | {"total_bytes": plan.total_bytes}


def gigabytes(number: float) -> str:
    """Bytes for people.

    >>> gigabytes(5 * 2**30), gigabytes(3 * 2**20)
    ('5.0 GiB', '3.0 MiB')
    """
    return f"{number / 2**30:.1f} GiB" if number >= 2**29 else f"{number / 2**20:.1f} MiB"


def _gathered_bytes(model: KaleidoTransformer, config: TrainConfig, world: int) -> int:
    """Whole weights in what the network computes in: two blocks at a time under FSDP, all of them under autocast."""
    number_bytes = 2 if config.training.precision == "bf16" else FP32
    if world == 1:
        return number_bytes * num_parameters(model.parameters()) if number_bytes != FP32 else 0
    return 2 * number_bytes * num_parameters(model.blocks[0].parameters())


def _lora_parameters(model: KaleidoTransformer, config: TrainConfig) -> int:
    assert config.lora is not None
    ends = tuple(f".{target}" for target in config.lora.targets)
    return sum(
        config.lora.rank * (module.in_features + module.out_features)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and f".{name}".endswith(ends)
    )
