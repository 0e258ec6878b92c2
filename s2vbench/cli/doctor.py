"""`s2vbench doctor`."""

from __future__ import annotations

import importlib.metadata
import json as json_module
import os
import platform
from pathlib import Path
from typing import Annotated, Any

import typer

from s2vbench import __version__, plugins
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.files import sha256_of_file

_DAMAGED = "damaged)"


def doctor(
    weights: Annotated[
        str | None,
        typer.Option("--weights", help="Folder of checkpoints to look into.", show_default="$S2VBENCH_WEIGHTS"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Say what this machine has: versions, device, caches, and which weights are where.

    Example:

    - `s2vbench doctor --weights weights`
    """
    facts = _facts(weights)
    if json:
        typer.echo(json_module.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            typer.echo(f"{name}:")
            for key, entry in value.items():
                typer.echo(f"  {key}: {entry}")
        else:
            typer.echo(f"{name}: {value}")


def _facts(weights: str | None) -> dict[str, Any]:
    from s2vbench.backbones.faces import DETECTOR_FILE, RECOGNISER_FILE
    from s2vbench.backbones.machine import machine_facts
    from s2vbench.features.cache import default_folder
    from s2vbench.profiles import load_profile
    from s2vbench.run.plan import backbones_of, choose_metrics

    source = weights or os.environ.get("S2VBENCH_WEIGHTS")
    folder = Path(source).expanduser() if source else None
    needed = {}
    for name in ("mini", "paper"):
        profile = load_profile(name)
        needed[name] = list(backbones_of(profile, choose_metrics(profile, None)))
    found = {name: _state(plugins.load("backbones", name), folder) for name in plugins.names("backbones")}
    missing = [name for name in needed["paper"] if found[name] == "missing"]
    broken = [name for name in needed["mini"] if found[name] == "missing" or found[name].endswith(_DAMAGED)]
    packages = ("torch", "torchvision", "open_clip_torch", "timm", "av", "numpy", "pydantic")
    return {
        "s2vbench": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        **machine_facts(),
        "feature_cache": str(default_folder()),
        **{f"weights of profile {profile}": {name: found[name] for name in names} for profile, names in needed.items()},
        "other weights": {
            name: state for name, state in found.items() if not any(name in names for names in needed.values())
        },
        "optional, for face_identity": {file: _face_file(file, folder) for file in (DETECTOR_FILE, RECOGNISER_FILE)},
        "next": _next_step(folder, missing, broken),
    }


def _next_step(folder: Path | None, missing: list[str], broken: list[str]) -> str:
    steps = []
    if broken:
        steps.append(f"install s2vbench again   (weights of profile mini missing or damaged: {', '.join(broken)})")
    if missing:
        steps.append(f"s2vbench fetch weights --to {folder or 'weights'}   (missing: {', '.join(missing)})")
    return "; ".join(steps) or "all weights of profile paper are here"


def _state(spec: BackboneSpec, folder: Path | None) -> str:
    """Where the file is; whether it is intact is said of files of the package alone, others take seconds to read."""
    from s2vbench.backbones.weights import find, packaged_path

    path = find(spec, folder)
    if path is None:
        return "missing"
    if path != packaged_path(spec):
        return str(path)
    return f"{path} (shipped, {'intact)' if spec.is_published_digest(sha256_of_file(path)) else _DAMAGED}"


def _face_file(name: str, folder: Path | None) -> str:
    return str(folder / name) if folder is not None and (folder / name).is_file() else "missing; see docs/weights.md"
