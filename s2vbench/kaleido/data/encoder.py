"""Pixels to latents: clips, and references each by itself.

The released trainer stacks a sample's references on the time axis and encodes them as one clip. Wan's causal encoder
then gives one latent frame that depends on the first reference alone. Here every picture is a clip of its own.
Shape letters: B clips, M pictures, C channels, T frames, H and W rows and columns.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from s2vbench.errors import InputError, MissingError
from s2vbench.files import canonical_json
from s2vbench.kaleido.autoencoder import latent_shape
from s2vbench.kaleido.data.latents import Encoded, VaeFacts
from s2vbench.kaleido.data.sources import ClipShape, Shown
from s2vbench.kaleido.pictures import centred
from s2vbench.kaleido.settings import check_size
from s2vbench.types import FramesU8

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}
_STRUCTURE = ("z_dim", "latents_mean", "latents_std", "patch_size", "dim_mult", "temperal_downsample", "is_residual")


def load_vae(place: str | Path, *, device: str = "cpu", precision: str = "fp32") -> Any:
    """The `AutoencoderKLWan` that clips are encoded with.

    Args:
        place: its folder, a model's folder, hub id or name (the VAE in it, or the one its kaleido.json names), or a
            `Wan2.1_VAE.pth`.
        device: where it works.
        precision: "fp32" or "bf16".

    Raises:
        MissingError: there is none, or it cannot be fetched.
        InputError: no such place, another kind of network, or one that cannot be read.
    """
    from s2vbench.kaleido.bundle import load_vae as load_part
    from s2vbench.kaleido.parts import find_network

    vae = load_part(find_network("vae", _vae_place(place)))
    # diffusers' own `to(dtype)` warns of layers kept in float32, of which this VAE has none.
    for numbers in (*vae.parameters(), *vae.buffers()):
        numbers.data = numbers.data.to(device=device, dtype=PRECISIONS[precision])
    return vae.requires_grad_(False).eval()


def _vae_place(named: str | Path) -> Path:
    from s2vbench.kaleido.generator import place_named
    from s2vbench.kaleido.parts import WAN_VAE, local_folder
    from s2vbench.kaleido.settings import SETTINGS_FILE, read_settings

    place = local_folder(place_named(str(named)), patterns=[SETTINGS_FILE, "vae/*", WAN_VAE])
    if (place / "vae" / "config.json").is_file():
        place /= "vae"
    elif (place / WAN_VAE).is_file():
        place /= WAN_VAE
    elif (place / SETTINGS_FILE).is_file() and (source := read_settings(place).parts.get("vae")):
        patterns = [f"{source.subfolder}/*"] if source.subfolder else None
        beside = place / source.source
        place = beside if beside.exists() else local_folder(source.source, patterns=patterns, revision=source.revision)
        place = place / source.subfolder if source.subfolder else place
    if place.is_file():
        return place
    if not (place / "config.json").is_file():
        raise MissingError(
            f"{place}: no VAE (no config.json there or in its folder vae); give the folder of a model, or of its VAE"
        )
    _check_kind(place)
    return place


def _check_kind(place: Path) -> None:
    try:
        kind = json.loads((place / "config.json").read_text(encoding="utf-8")).get("_class_name")
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(f"{place / 'config.json'}: not a network's configuration; fetch the model again") from error
    if kind != "AutoencoderKLWan":
        raise InputError(f"{place}: holds the network {kind}, not an AutoencoderKLWan; give the folder of the VAE")


def vae_facts(vae: Any) -> VaeFacts:
    """What a cache records of its VAE; the digest covers what encodes, not the decoder.

    It is of weights rounded to bf16: a cache may be encoded in bf16 and used beside the same VAE in fp32.
    """
    config = vae.config
    digest = hashlib.sha256(canonical_json({name: config.get(name) for name in _STRUCTURE}).encode())
    for part in ("encoder", "quant_conv"):
        for name, tensor in sorted(getattr(vae, part).state_dict().items()):
            digest.update(f"{part}.{name} {tuple(tensor.shape)}\n".encode())
            digest.update(tensor.detach().bfloat16().float().cpu().contiguous().numpy().tobytes())
    return VaeFacts(
        digest=digest.hexdigest()[:16],
        channels=config.z_dim,
        mean=tuple(config.latents_mean[: config.z_dim]),
        std=tuple(config.latents_std[: config.z_dim]),
    )


class LatentEncoder:
    """A VAE with its facts; may be called from several threads.

    Args:
        vae: an `AutoencoderKLWan` on the device and in the precision that it is to work in.
        pictures_at_once: of all references of a batch.
    """

    def __init__(self, vae: Any, pictures_at_once: int = 32) -> None:
        self._vae, self._pictures_at_once = vae, pictures_at_once
        self.facts = vae_facts(vae)
        self._mean = torch.tensor(self.facts.mean).reshape(1, -1, 1, 1, 1)
        self._std = torch.tensor(self.facts.std).reshape(1, -1, 1, 1, 1)
        # Wan's VAE keeps what its convolutions have seen on itself while it works.
        self._busy = threading.Lock()

    @property
    def precision(self) -> str:
        """What it computes in."""
        return str(next(self._vae.parameters()).dtype).removeprefix("torch.")

    def latent_shape(self, shape: ClipShape) -> tuple[int, int, int, int]:
        """C, T, H, W of a clip's latents.

        Raises:
            InputError: the model cannot take clips of this size.
        """
        check_size(shape.height_px, shape.width_px, shape.num_frames)
        return latent_shape(self._vae, shape.num_frames, shape.height_px, shape.width_px)

    def clips(self, clips: Sequence[FramesU8]) -> Tensor:
        """Latents (B, C, T, H, W) of clips (T, H, W, 3) of one size: the VAE's mean, normalised, float32."""
        pixels_BCTHW = torch.stack([torch.from_numpy(centred(clip)).permute(3, 0, 1, 2) for clip in clips])
        parameter = next(self._vae.parameters())
        with torch.no_grad(), self._busy:
            posterior = self._vae.encode(pixels_BCTHW.to(parameter)).latent_dist
            latents_BCTHW: Tensor = posterior.mode().float().cpu()
        return (latents_BCTHW - self._mean) / self._std

    def pictures(self, pictures: Sequence[FramesU8]) -> list[Tensor]:
        """Latents (C, h, w) of pictures (H, W, 3), each encoded alone; those of one size go through together."""
        found: dict[int, Tensor] = {}
        by_size: dict[tuple[int, ...], list[int]] = {}
        for number, picture_HWC in enumerate(pictures):
            by_size.setdefault(picture_HWC.shape, []).append(number)
        for numbers in by_size.values():
            for start in range(0, len(numbers), self._pictures_at_once):
                some = numbers[start : start + self._pictures_at_once]
                latents_MC1hw = self.clips([pictures[number][np.newaxis] for number in some])
                found |= dict(zip(some, latents_MC1hw[:, :, 0], strict=True))
        return [found[number] for number in range(len(pictures))]

    def encoded(self, shown: Shown, which: str, most_references: int | None = None) -> Encoded:
        """One sample with its set `which` of references."""
        chosen = shown.references[which][:most_references]
        return Encoded(shown.name, shown.caption, self.clips([shown.frames_THWC])[0], tuple(self.pictures(chosen)))


def device_named(name: str) -> str:
    """The device that a command names; "auto" is a GPU where there is one.

    Raises:
        InputError: no such device here.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        kind = torch.empty(0, device=name).device.type
    except (RuntimeError, AssertionError, ValueError) as error:
        raise InputError(f"--device {name}: not here ({' '.join(str(error).split()):.80}); take cpu or auto") from error
    if kind not in {"cpu", "cuda"}:
        raise InputError(f"--device {name}: not a device that Kaleido computes on; take cpu, cuda or auto")
    return name
