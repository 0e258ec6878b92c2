"""How much memory a bundle needs, said before gigabytes are loaded, and what would fit where it does not.

Weights are counted from the files' headers. What a step needs beside them is an estimate: the tensors that are alive at
once at the widest place of the transformer's blocks and of the VAE's decoder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from s2vbench.errors import InputError
from s2vbench.kaleido.bundle import Bundle
from s2vbench.kaleido.options import Options
from s2vbench.kaleido.parts import BundleFiles
from s2vbench.kaleido.settings import SPATIAL, TEMPORAL, Settings

DTYPE_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
BYTES = {torch.float32: 4, torch.bfloat16: 2, torch.float16: 2}
FP32 = 4
_WIDE_FP32, _WIDE_OWN = 4, 6
"""In a block: tensors of the transformer's width alive at once, in float32 (norms, modulation) and in its own kind."""
_FULL_SIZE_MAPS = 4
"""In the decoder: feature maps of the full picture size alive at once."""
_TILE_PX = 256
_RESERVE = 0.1
"""Of the memory, for fragmentation and everything else."""


@dataclass(frozen=True)
class Sizes:
    """What of a bundle decides about memory."""

    parameters: Mapping[str, int]
    """Numbers of each part."""
    width: int
    """Of the transformer."""
    ffn_width: int
    decoder_channels: int
    """At full picture size: twice the VAE's base width."""


@dataclass(frozen=True)
class Plan:
    """A way to sample."""

    sizes: Sizes
    settings: Settings
    number_bytes: int
    """Of one number of transformer and text encoder."""
    options: Options

    def weights(self, part: str) -> int:
        """Bytes of one part's weights."""
        return self.sizes.parameters[part] * (FP32 if part == "vae" else self.number_bytes)

    def transformer_work(self) -> int:
        """Bytes that a step of the transformer needs beside weights."""
        settings = self.settings
        frame = (settings.height_px // SPATIAL) * (settings.width_px // SPATIAL)
        frames = (settings.num_frames - 1) // TEMPORAL + 1
        items = settings.batch_size * (2 if self.options.branches == "batched" and settings.guidance != 1 else 1)
        wide = self.sizes.width * (_WIDE_FP32 * FP32 + _WIDE_OWN * self.number_bytes)
        token = wide + 2 * self.sizes.ffn_width * self.number_bytes
        return items * frame * (frames + settings.max_references) * token

    def vae_work(self) -> int:
        """Bytes that decoding needs beside weights: four frames at a time, and the whole video once."""
        settings = self.settings
        height_px, width_px = settings.height_px, settings.width_px
        video = 3 * FP32 * settings.num_frames * height_px * width_px
        if self.options.tiling:
            height_px, width_px = min(height_px, _TILE_PX), min(width_px, _TILE_PX)
        return _FULL_SIZE_MAPS * self.sizes.decoder_channels * TEMPORAL * height_px * width_px * FP32 + 2 * video

    def on_device(self) -> int:
        """Bytes at the worst moment where the networks compute."""
        work = {"transformer": self.transformer_work(), "vae": self.vae_work(), "text_encoder": 0}
        if self.options.offload:
            return max(self.weights(part) + work[part] for part in work)
        return sum(self.weights(part) for part in work) + max(work.values())

    def in_main_memory(self, device: torch.device) -> int:
        """Bytes of main memory at the worst moment."""
        if device.type == "cpu":
            # There is nowhere to put the parts that wait.
            return replace(self, options=replace(self.options, offload=False)).on_device()
        parts = [self.weights(part) for part in ("transformer", "text_encoder", "vae")]
        return sum(parts) if self.options.offload else max(parts)

    def said(self) -> str:
        """What sets it apart, in words."""
        kind = {4: "fp32", 2: "bf16"}[self.number_bytes]
        extra = [kind, *(["offload"] * self.options.offload), *(["tiling"] * self.options.tiling)]
        settings = self.settings
        return (
            f"{' + '.join(extra)}, {settings.num_frames} frames {settings.width_px}x{settings.height_px}, "
            f"batch_size {settings.batch_size}"
        )


def sizes_of_files(files: BundleFiles) -> Sizes:
    """The sizes of a bundle that is not loaded.

    Raises:
        InputError: a `config.json` gives a size that is no number.
    """
    transformer, vae = files.parts["transformer"].config, files.parts["vae"].config
    parameters = {name: part.num_parameters for name, part in files.parts.items()}
    try:
        return _sizes(parameters, transformer, vae)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{files.folder}: config.json of the transformer or the vae gives a size that is no number ({error}); copy "
            "the whole bundle again"
        ) from error


def sizes_of_bundle(bundle: Bundle) -> Sizes:
    """The sizes of a bundle in memory."""
    networks = {"transformer": bundle.transformer, "vae": bundle.vae, "text_encoder": bundle.text.encoder}
    parameters = {name: sum(p.numel() for p in network.parameters()) for name, network in networks.items()}
    return _sizes(parameters, dict(bundle.transformer.config), dict(bundle.vae.config))


def _sizes(parameters: Mapping[str, int], transformer: Mapping[str, Any], vae: Mapping[str, Any]) -> Sizes:
    width = int(transformer.get("num_attention_heads", 40)) * int(transformer.get("attention_head_dim", 128))
    base = int(vae.get("decoder_base_dim") or vae.get("base_dim") or 96)
    patch = int(vae.get("patch_size") or 1)
    return Sizes(parameters, width, int(transformer.get("ffn_dim", 13824)), max(1, 2 * base // patch**2))


def check_memory(files: BundleFiles, *, device: torch.device, dtype: str, options: Options) -> None:
    """Refuse to load what cannot fit.

    Args:
        files: the bundle.
        device: where it is to compute.
        dtype: "fp32", "bf16" or "fp16".
        options: how it is to compute.

    Raises:
        InputError: it does not fit; the message says what is needed, what there is, and what would fit.
    """
    plan = Plan(sizes_of_files(files), files.settings, DTYPE_BYTES[dtype], options)
    main = free_main_memory()
    if main is not None and (need := plan.in_main_memory(device)) > main:
        raise InputError(
            f"{files.folder}: needs {gigabytes(need)} of main memory ({plan.said()}), {gigabytes(main)} are free; "
            f"{advice(plan, main, device) if device.type == 'cpu' else 'free some, or take bf16'}"
        )
    if device.type == "cuda":
        there = torch.cuda.mem_get_info(device)[0]
        if (need := plan.on_device()) > (1 - _RESERVE) * there:
            raise InputError(
                f"{files.folder}: needs {gigabytes(need)} of GPU memory ({plan.said()}), {gigabytes(there)} are free "
                f"on {device}; {advice(plan, there, device)}"
            )


def advice(plan: Plan, there: int | None, device: torch.device) -> str:
    """The first change that would fit into `there` bytes; the smallest plan and its need where none would."""
    smallest = plan
    for smaller in _smaller(plan, device):
        smallest = min(smallest, smaller, key=Plan.on_device)
        if there is not None and smaller.on_device() <= (1 - _RESERVE) * there:
            return f"{smaller.said()} would fit ({gigabytes(smaller.on_device())})"
    return f"the least that is possible is {gigabytes(smallest.on_device())} ({smallest.said()})"


def _smaller(plan: Plan, device: torch.device) -> Iterator[Plan]:
    """Less and less demanding ways to sample, those that change the video last."""
    if plan.settings.batch_size > 1:
        plan = replace(plan, settings=plan.settings.model_copy(update={"batch_size": 1}))
        yield plan
    if plan.number_bytes > 2:
        plan = replace(plan, number_bytes=2)
        yield plan
    changes: list[dict[str, Any]] = [{"tiling": True}, {"branches": "sequential"}]
    for change in [{"offload": True}] * (device.type != "cpu") + changes:
        after = replace(plan, options=replace(plan.options, **change))
        if after != plan:
            plan = after
            yield plan
    for num_frames in (49, 33, 17, 5):
        if num_frames < plan.settings.num_frames:
            yield replace(plan, settings=plan.settings.model_copy(update={"num_frames": num_frames}))


def free_main_memory() -> int | None:
    """Bytes of main memory that this process could still get; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        try:
            free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (ValueError, OSError, AttributeError):
            return None
    return min(free, _left_in_container() or free)


def _left_in_container() -> int | None:
    """What a container's limit leaves."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit, used = (int((folder / name).read_text(encoding="ascii")) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):
        return None
    return max(0, limit - used)


def gigabytes(count: int) -> str:
    """Bytes as people say them.

    >>> gigabytes(28_580_000_000), gigabytes(3_400_000)
    ('28.6 GB', '3 MB')
    """
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
