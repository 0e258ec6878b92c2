"""Photographs as puppets: a subject cut out of its reference picture, moved as one piece.

What a photograph does not show cannot be drawn, so its other poses are the same picture mirrored, swayed and stretched.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skia

from s2vbench.types import FramesU8, Reference
from s2vbench.world.cast import Individual
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Action, Anchors, Kind, Pose
from s2vbench.world.pen import Pen
from s2vbench.world.reference_views import reference_view

_HEIGHTS_M = {"human": 1.7, "animal": 0.6, "cartoon": 0.9, "object": 0.4, "background": 1.0}
_SAMPLING = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


@dataclass(frozen=True)
class CutoutTraits:
    """A picture of one subject, cropped to it."""

    rgba_HWC: FramesU8
    height_m: float
    rigid: bool
    """Whether it is moved as it is, without sway: a pasted sticker."""


class _Drawing:
    """A class of one individual; see `figure.Species`."""

    actions: tuple[Action, ...] = ("stand", "walk", "run", "jump", "hold", "push", "roll", "bounce", "wobble", "look")

    def __init__(self, kind: Kind, noun: str, traits: CutoutTraits) -> None:
        self.kind, self.noun, self._traits = kind, noun, traits
        self.height_m = (traits.height_m, traits.height_m)
        straight_RGBA = np.ascontiguousarray(traits.rgba_HWC)
        self._image = skia.Image.fromarray(straight_RGBA, colorType=skia.ColorType.kRGBA_8888_ColorType)

    def design(self, dice: Dice) -> CutoutTraits:
        """The picture: there is only this individual."""
        del dice
        return self._traits

    def words(self, traits: CutoutTraits) -> tuple[str, ...]:
        """Nothing is known about it."""
        del traits
        return ()

    def draw(self, pen: Pen, traits: CutoutTraits, pose: Pose) -> Anchors:
        """The picture with its lower edge on the ground, one unit high."""
        height_px, width_px = traits.rgba_HWC.shape[:2]
        width = width_px / height_px
        wave = math.sin(2 * math.pi * pose.phase)
        lift = 0.0
        with pen.moved(0, 0):
            if not traits.rigid:
                lift = 0.22 * abs(wave) if pose.action in {"jump", "bounce"} else 0.02 * abs(wave)
                pen.canvas.translate(0, -lift)
                # Mirrored, or the picture itself would be what a copy-paste metric looks for.
                pen.canvas.scale(-0.94 - 0.05 * wave, 1.0 + 0.04 * wave)
                pen.canvas.skew(0.16 * wave, 0)
            target = skia.Rect.MakeLTRB(-width / 2, -1.0, width / 2, 0.0)
            pen.canvas.drawImageRect(self._image, target, _SAMPLING)
        return Anchors(hand=(0.3 * width, -0.5), front=(0.5 * width, -0.4), half_width=0.42 * width, lift=lift)


@dataclass(frozen=True)
class Cutout(Individual):
    """A photographed subject where a drawn one is expected."""

    drawing: _Drawing

    @property
    def species(self) -> _Drawing:
        """The picture's own class."""
        return self.drawing

    @property
    def traits(self) -> CutoutTraits:
        """The picture."""
        return self.drawing.design(Dice("cutout"))

    def __hash__(self) -> int:
        """By content, which the noun holds."""
        return hash((self.noun, self.seed))

    def __eq__(self, other: object) -> bool:
        """By content."""
        return isinstance(other, Cutout) and (self.noun, self.seed) == (other.noun, other.seed)


def cutout(reference: Reference, folder: Path, *, rigid: bool = False, recoloured: bool = False) -> Cutout:
    """The first conditioning picture of a subject, cut out (see `reference_view`).

    Args:
        reference: the subject.
        folder: what its paths are relative to.
        rigid: moved as one piece, as a sticker.
        recoloured: with its colours turned, as another individual.

    Raises:
        GenerationError: no picture, or one that cannot be read.
    """
    rgba_HWC = cut_rgba(reference, folder)
    if recoloured:
        rgba_HWC = np.concatenate([np.roll(rgba_HWC[..., :3], 1, axis=2), rgba_HWC[..., 3:]], axis=2)
    traits = CutoutTraits(rgba_HWC, _HEIGHTS_M[reference.kind], rigid)
    digest = hashlib.sha256(rgba_HWC.tobytes() + bytes([rigid])).hexdigest()[:16]
    kind: Kind = "object" if reference.kind == "background" else reference.kind
    return Cutout(f"cutout {digest}", 0, _Drawing(kind, reference.noun, traits))


def cut_rgba(reference: Reference, folder: Path) -> FramesU8:
    """A subject's first conditioning picture (H, W, RGBA), cropped to the subject, at most 1024 px high.

    Raises:
        GenerationError: no picture, or one that cannot be read.
    """
    rgb_HWC, mask_HW = reference_view(reference, folder)
    ys, xs = np.nonzero(mask_HW)
    inside = (slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1))
    rgba_HWC = np.dstack([rgb_HWC, np.where(mask_HW, 255, 0).astype(np.uint8)])[inside]
    step = max(rgba_HWC.shape[0] // 1024, 1)
    return np.ascontiguousarray(rgba_HWC[::step, ::step])
