"""Names to objects, one way for every kind of thing.

A name is a `module:attribute`, or an entry of the built-in table below, or an entry point of the group
`s2vbench.<kind>`. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from s2vbench.errors import InputError

KINDS = ("models", "metrics", "backbones", "profiles", "testsets")

BUILT_IN: dict[str, dict[str, str]] = {
    "models": {
        "control": "s2vbench.world.controls:CONTROL_MODELS",
        "kaleido": "s2vbench.kaleido.generator:KALEIDO",
    },
    "metrics": {
        "subject_consistency": "s2vbench.metrics.consistency:SUBJECT_CONSISTENCY",
        "background_consistency": "s2vbench.metrics.consistency:BACKGROUND_CONSISTENCY",
        "motion_smoothness": "s2vbench.metrics.motion:MOTION_SMOOTHNESS",
        "aesthetic_quality": "s2vbench.metrics.quality:AESTHETIC_QUALITY",
        "imaging_quality": "s2vbench.metrics.quality:IMAGING_QUALITY",
        "viclip_score": "s2vbench.metrics.text:VICLIP_SCORE",
        "s2v_consistency": "s2vbench.metrics.s2v:S2V_CONSISTENCY",
        "s2v_decoupling": "s2vbench.metrics.decoupling:S2V_DECOUPLING",
        "s2v_consistency_paper_literal": "s2vbench.metrics.s2v:S2V_CONSISTENCY_PAPER_LITERAL",
        "s2v_decoupling_paper_literal": "s2vbench.metrics.decoupling:S2V_DECOUPLING_PAPER_LITERAL",
        "s2v_decoupling_centered": "s2vbench.metrics.decoupling:S2V_DECOUPLING_CENTERED",
        "presence_recall": "s2vbench.metrics.presence:PRESENCE_RECALL",
        "all_present_rate": "s2vbench.metrics.presence:ALL_PRESENT_RATE",
        "bound_identity": "s2vbench.metrics.binding:BOUND_IDENTITY",
        "binding_margin": "s2vbench.metrics.binding:BINDING_MARGIN",
        "collapse_rate": "s2vbench.metrics.binding:COLLAPSE_RATE",
        "duplication_rate": "s2vbench.metrics.presence:DUPLICATION_RATE",
        "extra_subject_rate": "s2vbench.metrics.presence:EXTRA_SUBJECT_RATE",
        "copy_paste_angular": "s2vbench.metrics.copying:COPY_PASTE_ANGULAR",
        "copy_paste_geometric": "s2vbench.metrics.copying:COPY_PASTE_GEOMETRIC",
        "copy_paste_temporal": "s2vbench.metrics.copying:COPY_PASTE_TEMPORAL",
        "background_leak": "s2vbench.metrics.decoupling:BACKGROUND_LEAK",
        "identity_drift": "s2vbench.metrics.drift:IDENTITY_DRIFT",
        "first_frame_flash": "s2vbench.metrics.drift:FIRST_FRAME_FLASH",
        "scale_jump_rate": "s2vbench.metrics.subject_motion:SCALE_JUMP_RATE",
        "subject_motion": "s2vbench.metrics.subject_motion:SUBJECT_MOTION",
        "face_identity": "s2vbench.metrics.faces:FACE_IDENTITY",
    },
    "backbones": {
        "dino_vitb16": "s2vbench.backbones.published:DINO_VITB16",
        "clip_vit_b32": "s2vbench.backbones.published:CLIP_VIT_B32",
        "clip_vit_l14": "s2vbench.backbones.published:CLIP_VIT_L14",
        "laion_head": "s2vbench.backbones.published:LAION_HEAD",
        "musiq_spaq": "s2vbench.backbones.published:MUSIQ_SPAQ",
        "amt_s": "s2vbench.backbones.published:AMT_S",
        "viclip": "s2vbench.backbones.published:VICLIP",
        "grounding_dino_swint_ogc": "s2vbench.backbones.published_subjects:GROUNDING_DINO_SWINT_OGC",
        "grounding_dino_swint_ogc_py": "s2vbench.backbones.published_subjects:GROUNDING_DINO_SWINT_OGC_PY",
        "sam_vit_h": "s2vbench.backbones.published_sam:SAM_VIT_H",
        "sam_vit_l": "s2vbench.backbones.published_sam:SAM_VIT_L",
        "sam_vit_b": "s2vbench.backbones.published_sam:SAM_VIT_B",
        "sam_vit_h_official": "s2vbench.backbones.published_sam:SAM_VIT_H_OFFICIAL",
        "sam_vit_l_official": "s2vbench.backbones.published_sam:SAM_VIT_L_OFFICIAL",
        "sam_vit_b_official": "s2vbench.backbones.published_sam:SAM_VIT_B_OFFICIAL",
        "mini_image_text": "s2vbench.backbones.mini.image_text:MINI_IMAGE_TEXT",
        "mini_identity": "s2vbench.backbones.mini.identity:MINI_IDENTITY",
        "mini_detector": "s2vbench.backbones.mini.detector:MINI_DETECTOR",
        "mini_segmenter": "s2vbench.backbones.mini.segmenter:MINI_SEGMENTER",
        "mini_interpolator": "s2vbench.backbones.mini.interpolator:MINI_INTERPOLATOR",
        "mini_quality": "s2vbench.backbones.mini.quality:MINI_QUALITY",
        "mini_video_text": "s2vbench.backbones.mini.video_text:MINI_VIDEO_TEXT",
    },
    "profiles": {
        "paper": "s2vbench.profiles:PAPER",
        "mini": "s2vbench.profiles:MINI",
    },
    "testsets": {
        "s2v400": "s2vbench.testsets.folder:S2V400",
    },
}


def names(kind: str) -> dict[str, str]:
    """Every name of a kind with the `module:attribute` it stands for: the built-in ones, then entry points."""
    own = BUILT_IN[kind]
    return own | {name: target for name, target in _installed(kind).items() if name not in own}


@cache
def _installed(kind: str) -> Mapping[str, str]:
    """Names that other packages bring; looked up once, for it takes milliseconds."""
    found: dict[str, str] = {}
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
    except (Exception, SystemExit) as error:
        # A user's own module may fail in any way when it is imported.
        what = error if isinstance(error, ImportError | AttributeError | ValueError) else repr(error)
        raise InputError(f"{kind.removesuffix('s')} {name!r}: cannot load {target!r} ({what})") from error
