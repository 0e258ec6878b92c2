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
    from s2vbench.backbones.machine import machine_facts
    from s2vbench.backbones.weights import find
    from s2vbench.features.cache import default_folder

    source = weights or os.environ.get("S2VBENCH_WEIGHTS")
    folder = Path(source).expanduser() if source else None
    found = {name: find(plugins.load("backbones", name), folder) for name in plugins.names("backbones")}
    missing = [name for name, path in found.items() if path is None]
    packages = ("torch", "torchvision", "open_clip_torch", "timm", "av", "numpy", "pydantic")
    return {
        "s2vbench": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        **machine_facts(),
        "feature_cache": str(default_folder()),
        "weights": {name: str(path) if path else "missing" for name, path in found.items()},
        "next": "all weights of profile paper are here"
        if not missing
        else f"s2vbench fetch weights --to {folder or 'weights'}   (missing: {', '.join(missing)})",
    }
