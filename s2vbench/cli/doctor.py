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
    from s2vbench.backbones.weights import find
    from s2vbench.features.cache import default_folder
    from s2vbench.profiles import load_profile
    from s2vbench.run.plan import backbones_of, choose_metrics

    source = weights or os.environ.get("S2VBENCH_WEIGHTS")
    folder = Path(source).expanduser() if source else None
    paper = load_profile("paper")
    needed = backbones_of(paper, choose_metrics(paper, None))
    found = {name: find(plugins.load("backbones", name), folder) for name in plugins.names("backbones")}
    missing = [name for name in needed if found[name] is None]
    packages = ("torch", "torchvision", "open_clip_torch", "timm", "av", "numpy", "pydantic")
    return {
        "s2vbench": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        **machine_facts(),
        "feature_cache": str(default_folder()),
        "weights of profile paper": {name: str(found[name] or "missing") for name in needed},
        "other weights": {name: str(path or "missing") for name, path in found.items() if name not in needed},
        "optional, for face_identity": {file: _face_file(file, folder) for file in (DETECTOR_FILE, RECOGNISER_FILE)},
        "next": "all weights of profile paper are here"
        if not missing
        else f"s2vbench fetch weights --to {folder or 'weights'}   (missing: {', '.join(missing)})",
    }


def _face_file(name: str, folder: Path | None) -> str:
    return str(folder / name) if folder is not None and (folder / name).is_file() else "missing; see docs/weights.md"
