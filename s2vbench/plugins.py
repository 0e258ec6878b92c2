"""Names to objects, one way for every kind of thing.

A name is a `module:attribute`, or an entry of the built-in table below, or an entry point of the group
`s2vbench.<kind>`. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import difflib
import importlib
from importlib.metadata import entry_points
from typing import Any

from s2vbench.errors import InputError

KINDS = ("metrics", "backbones", "profiles")

BUILT_IN: dict[str, dict[str, str]] = {
    "metrics": {
        "subject_consistency": "s2vbench.metrics.consistency:SUBJECT_CONSISTENCY",
        "background_consistency": "s2vbench.metrics.consistency:BACKGROUND_CONSISTENCY",
        "motion_smoothness": "s2vbench.metrics.motion:MOTION_SMOOTHNESS",
        "aesthetic_quality": "s2vbench.metrics.quality:AESTHETIC_QUALITY",
        "imaging_quality": "s2vbench.metrics.quality:IMAGING_QUALITY",
        "viclip_score": "s2vbench.metrics.text:VICLIP_SCORE",
    },
    "backbones": {
        "dino_vitb16": "s2vbench.backbones.published:DINO_VITB16",
        "clip_vit_b32": "s2vbench.backbones.published:CLIP_VIT_B32",
        "clip_vit_l14": "s2vbench.backbones.published:CLIP_VIT_L14",
        "laion_head": "s2vbench.backbones.published:LAION_HEAD",
        "musiq_spaq": "s2vbench.backbones.published:MUSIQ_SPAQ",
        "amt_s": "s2vbench.backbones.published:AMT_S",
        "viclip": "s2vbench.backbones.published:VICLIP",
    },
    "profiles": {
        "paper": "s2vbench.profiles:PAPER",
    },
}


def names(kind: str) -> dict[str, str]:
    """Every name of a kind with the `module:attribute` it stands for: the built-in ones, then entry points."""
    found = dict(BUILT_IN[kind])
    for entry in entry_points(group=f"s2vbench.{kind}"):
        found.setdefault(entry.name, entry.value)
    return found


def load(kind: str, name: str) -> Any:
    """The object that `name` stands for.

    Raises:
        InputError: no such name (the nearest one is suggested), or a `module:attribute` that does not import.
    """
    target = name if ":" in name else names(kind).get(name)
    if target is None:
        nearest = difflib.get_close_matches(name, names(kind), n=1)
        hint = f"did you mean {nearest[0]!r}? " if nearest else ""
        raise InputError(f"unknown {kind.removesuffix('s')} {name!r}: {hint}`s2vbench ls {kind}` lists them")
    module, _, attribute = target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"{kind.removesuffix('s')} {name!r}: cannot load {target!r} ({error})") from error
