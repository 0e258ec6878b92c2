"""`s2vbench ls`."""

from __future__ import annotations

import json as json_module
import math
from typing import Annotated, Any

import typer

from s2vbench import plugins
from s2vbench.errors import InputError


def ls(
    kind: Annotated[str, typer.Argument(help="metrics, models, testsets, profiles or backbones")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List what there is by name.

    Example:

    - `s2vbench ls metrics`
    """
    if kind not in plugins.KINDS:
        raise InputError(f"cannot list {kind!r}; choose {', '.join(plugins.KINDS)}")
    entries = _models(settings=json) if kind == "models" else [_describe(kind, name) for name in plugins.names(kind)]
    if kind == "backbones":
        entries += _optional()
    if json:
        typer.echo(json_module.dumps(entries, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=None, pad_edge=False)
    for column in entries[0]:
        grid.add_column(column, no_wrap=column != "what")
    for entry in entries:
        grid.add_row(*("-" if value is None else str(value) for value in entry.values()))
    console = Console(highlight=False)
    # A pipe has no width; lists are for grep then, one entry a line.
    Console(highlight=False, width=None if console.is_terminal else 300).print(grid)


def _describe(kind: str, name: str) -> dict[str, Any]:
    if kind == "profiles":
        from s2vbench.profiles import load_profile

        profile = load_profile(name)
        return {"name": name, "summary": profile.summary, "metrics": ", ".join(profile.metrics)}
    if kind == "testsets":
        from dataclasses import asdict

        from s2vbench.testsets.known import describe

        return asdict(describe(name))
    found = plugins.load(kind, name)
    if kind == "backbones":
        return {
            "name": name,
            "role": found.role,
            "what": found.summary,
            "file": found.file,
            "size_mb": found.size_mb,
            "licence": found.licence,
            "from": "the package" if found.packaged else "fetch",
        }
    low, high = (None if math.isinf(bound) else bound for bound in found.bounds)
    return {
        "name": name,
        "version": found.version,
        "what": found.summary,
        "range": f"{low:g} to {high:g}" if low is not None and high is not None else "unbounded",
        "better": "higher" if found.higher_is_better else "lower",
    }


def _models(*, settings: bool) -> list[dict[str, Any]]:
    """What `--model` takes: every variant of every family, with its limits where an adapter states them."""
    from s2vbench.generators.adapters import adapter_names, load_adapter
    from s2vbench.generators.base import load_family

    adapters = adapter_names()
    found = []
    for name in plugins.names("models"):
        family, _ = load_family(name)
        limits = load_adapter(name).limits if name in adapters else {}
        for variant, what in (family.variants or {"": family.summary}).items():
            said = limits[variant].said() if variant in limits else None
            full = f"{name}:{variant}" if variant else name
            entry: dict[str, Any] = {"name": full, "limits": said, "what": what}
            found.append(entry | {"settings": dict(family.settings)} if settings else entry)
    return found


def _optional() -> list[dict[str, Any]]:
    """Files that no name loads: face_identity takes them where both lie in the weights folder."""
    from s2vbench.backbones.faces import DETECTOR_FILE, RECOGNISER_FILE

    facts = (
        ("(optional)", "YuNet of OpenCV Zoo: finds faces, for face_identity", DETECTOR_FILE, 0.2, "MIT"),
        ("(optional)", "SFace of OpenCV Zoo: describes faces, for face_identity", RECOGNISER_FILE, 39, "Apache-2.0"),
    )
    keys = ("name", "role", "what", "file", "size_mb", "licence", "from")
    return [
        dict(zip(keys, (name, "face_identity", what, file, size_mb, licence, "hand"), strict=True))
        for name, what, file, size_mb, licence in facts
    ]
