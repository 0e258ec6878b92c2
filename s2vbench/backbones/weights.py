"""Finding, checking and reading checkpoints under their published names."""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import InputError, MissingError
from s2vbench.files import sha256_of_file
from s2vbench.resources import package_folder
from s2vbench.types import WeightsFile

SEEDED = "seeded"


@dataclass(frozen=True)
class Weights:
    """Where the weights of one backbone come from, and what a record says of them."""

    spec: BackboneSpec
    path: Path | None
    """None for seeded random weights."""
    seed: int | None
    record: WeightsFile


def resolve(specs: list[BackboneSpec], source: str | None, *, allow_unverified: bool) -> dict[str, Weights]:
    """The weights of each backbone.

    Args:
        specs: the backbones wanted.
        source: a folder, "seeded:<n>" for random weights, or None for $S2VBENCH_WEIGHTS; after the folder, the package
            itself and the places where other tools keep the same files are searched.
        allow_unverified: take files whose digest is not the one their publisher states.

    Raises:
        MissingError: files are nowhere; one message lists all of them with size, licence and the command. Or a file
            of this package is damaged.
        InputError: the folder does not exist, or a digest differs.
    """
    source = source or os.environ.get("S2VBENCH_WEIGHTS") or None
    if source is not None and source.partition(":")[0] == SEEDED:
        seed = _seed_of(source)
        return {spec.name: _seeded(spec, seed) for spec in specs}
    folder = Path(source).expanduser() if source else None
    if folder is not None and not folder.is_dir():
        raise InputError(f"weights folder {folder} does not exist; give the folder that holds the checkpoints")
    paths = {spec.name: find(spec, folder) for spec in specs}
    missing = [spec for spec in specs if paths[spec.name] is None]
    if missing:
        raise MissingError(_missing_message(missing, folder))
    return {spec.name: _checked(spec, path, allow_unverified) for spec in specs if (path := paths[spec.name])}


def find(spec: BackboneSpec, folder: Path | None) -> Path | None:
    """The file of one backbone: in `folder`, then in this package, other tools' caches, the hub cache; None if nowhere.

    The folder comes first so that networks trained anew can be tried in place of those in the package.
    """
    places = [folder / spec.file, (folder / spec.file).with_suffix(".safetensors")] if folder else []
    if (shipped := packaged_path(spec)) is not None:
        places.append(shipped)
    places += [Path.home() / place for place in spec.elsewhere]
    for place in places:
        if place.is_file():
            return place
    return _in_hub_cache(spec)


def packaged_path(spec: BackboneSpec) -> Path | None:
    """Where the package has the file of a backbone, if it is meant to; the file may be missing."""
    return package_folder(spec.packaged) / spec.file if spec.packaged else None


def _in_hub_cache(spec: BackboneSpec) -> Path | None:
    hub = "https://huggingface.co/"
    if not spec.url.startswith(hub):
        return None
    from huggingface_hub import try_to_load_from_cache

    repository, _, file = spec.url.removeprefix(hub).partition("/resolve/main/")
    cached = try_to_load_from_cache(repository, file)
    return Path(cached) if isinstance(cached, str) else None


def _seed_of(source: str) -> int:
    seed = source.partition(":")[2] or "20261120"
    if not seed.isdecimal():
        raise InputError(f"--weights {source}: the seed must be a whole number, as in seeded:20261120")
    return int(seed)


def _seeded(spec: BackboneSpec, seed: int) -> Weights:
    name = f"{SEEDED}:{seed}"
    return Weights(spec, None, seed, WeightsFile(file=name, sha256=name, verified=False))


def _repair(path: Path) -> str:
    return (
        "install s2vbench again (pip install --force-reinstall --no-deps s2vbench; in a checkout: "
        f"git restore {path.parent})"
    )


def _missing_message(missing: list[BackboneSpec], folder: Path | None) -> str:
    said = []
    if shipped := [path for spec in missing if (path := packaged_path(spec))]:
        said.append(f"this installation lacks {', '.join(map(str, shipped))}: {_repair(shipped[0])}")
    if by_file := {spec.file: spec for spec in missing if not spec.packaged}:
        files = "; ".join(f"{spec.file} ({spec.size_mb:g} MB, {spec.licence})" for spec in by_file.values())
        target = folder or "weights"
        only = " ".join(f"--only {spec.name}" for spec in by_file.values())
        said.append(
            f"missing weights: {files}. Get them with `s2vbench fetch weights --to {target} {only}` and name the "
            f"folder with --weights {target}"
        )
    return f"{'. '.join(said)}, or try the pipeline on random weights with --weights {SEEDED}"


def _checked(spec: BackboneSpec, path: Path, allow_unverified: bool) -> Weights:  # noqa: FBT001
    try:
        sha256 = sha256_of_file(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    verified = spec.is_published_digest(sha256)
    if not verified and spec.states_digest() and not allow_unverified:
        stated = spec.sha256 or f"{spec.sha256_prefix}..."
        if path == packaged_path(spec):
            raise MissingError(
                f"{path}: damaged, SHA-256 is {sha256} and s2vbench was shipped with {stated}; {_repair(path)}"
            )
        raise InputError(
            f"{path}: SHA-256 is {sha256}, published is {stated}; fetch the file again, or use it as it is with "
            "--allow-unverified-weights (records will say so)"
        )
    return Weights(spec, path, None, WeightsFile(file=spec.file, sha256=sha256, verified=verified))


def load_network(weights: Weights, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """Build the network of `weights`, fill it strictly, and make it ready to answer.

    Raises:
        InputError: the file is truncated, no checkpoint, or of another network.
    """
    from s2vbench.plugins import load

    with torch.device("meta"):
        network: nn.Module = load("backbones", weights.spec.build)(**weights.spec.options)
    if weights.path is None:
        state = seeded_state(network, weights.spec, weights.seed or 0)
    else:
        state = read_state(weights.path, weights.spec.wrapper)
        if weights.spec.packaged:
            state = {key: value.float() if value.is_floating_point() else value for key, value in state.items()}
    fill(network, state, name=str(weights.path or weights.record.file))
    network.requires_grad_(False).eval()
    network.to(device)
    network.set_compute_dtype(dtype)  # type: ignore[operator]
    return network


def fill(network: nn.Module, state: dict[str, Tensor], *, name: str) -> None:
    """Load a state dict strictly; a mismatch is an error that names file and keys.

    Raises:
        InputError: keys are missing or unexpected, or a shape differs.
    """
    try:
        if hasattr(network, "load_published"):
            network.load_published(state)  # type: ignore[operator]
        else:
            network.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as error:
        details = " ".join(str(error).split())
        raise InputError(f"{name}: holds the weights of another network ({details:.300})") from error


def read_state(path: Path, wrapper: str | None) -> dict[str, Tensor]:
    """The tensors of a checkpoint; no code in the file is run.

    Plain and wrapped state dicts and safetensors are read as data; TorchScript archives give their state dict only.
    Objects of unknown classes beside the tensors (training settings) are replaced by inert stand-ins.

    Raises:
        InputError: the file is truncated, no checkpoint, or would run code.
    """
    try:
        content = _read_content(path)
    except Exception as error:
        # torch raises a dozen kinds of exception for damaged files; all of them mean the same to the user.
        reason = " ".join(str(error).split()) or type(error).__name__
        if blocked := re.search(r"unsupported GLOBAL (\S+) whose module", reason):
            raise InputError(f"{path}: refused: it would run code when read ({blocked[1]})") from error
        raise InputError(f"{path}: not a readable checkpoint, perhaps cut off ({reason:.160})") from error
    if wrapper is not None and isinstance(content, dict) and wrapper in content:
        content = content[wrapper]
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise InputError(f"{path}: holds no state dict (found {type(content).__name__}); fetch the published file")
    return content


def _read_content(path: Path) -> Any:
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    if _is_torchscript(path):
        with warnings.catch_warnings():
            # Deprecated, but nothing else reads the archives that OpenAI published.
            warnings.simplefilter("ignore")
            return torch.jit.load(str(path), map_location="cpu").state_dict()  # type: ignore[no-untyped-call]
    unknown = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    stand_ins = [(_inert(name), name) for name in unknown]
    with torch.serialization.safe_globals(stand_ins):  # type: ignore[arg-type]
        return torch.load(path, map_location="cpu", weights_only=True)


def _is_torchscript(path: Path) -> bool:
    import zipfile

    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def _inert(name: str) -> type:
    """A class that takes any arguments and state and does nothing with them."""
    body = {"__init__": lambda *_, **__: None, "__setstate__": lambda *_: None}
    return type(name.rpartition(".")[2], (), body)
