"""How a pipeline computes: choices that change a video by its rounding, or (tiling, attention) by little more."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from s2vbench.errors import InputError


@dataclass(frozen=True)
class Options:
    """How a pipeline computes."""

    offload: bool = False
    """Only the part at work is on the device; the others wait in main memory."""
    attention: str | None = None
    """A backend of diffusers ("native", "flash", "sage", ...); its default where None."""
    compile: str | None = None
    """A backend of torch.compile ("inductor"), which then compiles the transformer's blocks."""
    tiling: bool = False
    """Decode in overlapping tiles: a fraction of the memory; the seams are blended."""
    branches: Literal["batched", "sequential"] = "batched"
    """Whether guidance's two branches run in one call of the transformer or one after the other."""


def options_of(given: Mapping[str, str]) -> Options:
    """The options among a model's settings, checked before anything loads or a run folder is made.

    Raises:
        InputError: a value is none of those that exist.
    """
    return Options(
        offload=flag(given, "offload"),
        attention=_attention(given.get("attention")),
        compile=_backend(given.get("compile")),
        tiling=flag(given, "tiling"),
        branches=_branches(given.get("branches", "batched")),
    )


def flag(given: Mapping[str, str], key: str) -> bool:
    """A setting that is true or false; false where it is not given.

    Raises:
        InputError: it is neither.
    """
    value = given.get(key, "false").lower()
    if value not in {"true", "false"}:
        raise InputError(f"--set {key}={given[key]}: must be true or false")
    return value == "true"


def _branches(value: str) -> Any:
    if value not in {"batched", "sequential"}:
        raise InputError(f"--set branches={value}: must be batched or sequential")
    return value


def _attention(name: str | None) -> str | None:
    """The name, checked before a run folder is made; whether this machine has it, the pipeline says."""
    if name is not None:
        from diffusers.models.attention_dispatch import AttentionBackendName

        known = [backend.value for backend in AttentionBackendName]
        if name not in known:
            raise InputError(
                f"--set attention={name}: no such backend{_hint(name, known)}; diffusers knows {', '.join(known)}"
            )
    return name


def _backend(name: str | None) -> str | None:
    if name is not None:
        import torch

        known = torch.compiler.list_backends()
        if name not in known:
            raise InputError(
                f"--set compile={name}: no such backend{_hint(name, known)}; torch knows {', '.join(known)}"
            )
    return name


def _hint(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f", did you mean {near[0]!r}?" if near else ""
