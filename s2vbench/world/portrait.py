"""Single subjects as pictures with masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import skia

from s2vbench.types import FramesU8
from s2vbench.world.cast import Individual
from s2vbench.world.figure import Anchors, Pose
from s2vbench.world.pen import Pen

_MEASURE_PX = 128
_MEASURE_SPAN = 4.0
"""Subjects stay within two heights of their feet to each side and 2.8 above."""


def paint(canvas: skia.Canvas, who: Individual, pose: Pose, x_px: float, y_px: float, height_px: float) -> Anchors:
    """Draw an individual with its feet at (x_px, y_px), `height_px` tall."""
    canvas.save()
    canvas.translate(x_px, y_px)
    canvas.scale(height_px, height_px)
    try:
        return who.species.draw(Pen(canvas, height_px), who.traits, pose)
    finally:
        canvas.restore()


def rgba_of(surface: skia.Surface) -> FramesU8:
    """A surface's pixels (H, W, 4), straight alpha."""
    pixels = surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)
    return np.ascontiguousarray(pixels)


def extent(who: Individual, pose: Pose) -> tuple[float, float, float, float]:
    """What it covers, in its own coordinates: left, top, right, bottom, to about 0.03."""
    scale = _MEASURE_PX / _MEASURE_SPAN
    surface = skia.Surface(_MEASURE_PX, _MEASURE_PX)
    paint(surface.getCanvas(), who, pose, _MEASURE_PX / 2, 0.75 * _MEASURE_PX, scale)
    ys, xs = np.nonzero(rgba_of(surface)[..., 3])
    return (
        float(xs.min() / scale - _MEASURE_SPAN / 2),
        float(ys.min() / scale - 0.75 * _MEASURE_SPAN),
        float((xs.max() + 1) / scale - _MEASURE_SPAN / 2),
        float((ys.max() + 1) / scale - 0.75 * _MEASURE_SPAN),
    )


@dataclass(frozen=True)
class Portrait:
    """A picture of one subject."""

    picture_HWC: FramesU8
    mask_HW: npt.NDArray[np.bool_]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 around the mask, in pixels."""
        ys, xs = np.nonzero(self.mask_HW)
        return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def portrait(
    who: Individual,
    pose: Pose,
    size_px: int = 512,
    *,
    fill: float = 0.84,
    background: Callable[[skia.Canvas, int, float], None] | None = None,
) -> Portrait:
    """One subject in the middle of a square picture.

    Args:
        who: the subject.
        pose: how it stands.
        size_px: side of the picture.
        fill: share of the side that the subject's larger extent takes.
        background: paints (canvas, size_px, ground_y_px) before the subject; a plain light grey where None.
    """
    left, top, right, bottom = extent(who, pose)
    height_px = fill * size_px / max(right - left, bottom - top)
    x_px = size_px / 2 - height_px * (left + right) / 2
    y_px = size_px / 2 - height_px * (top + bottom) / 2
    ground_px = y_px + height_px * max(bottom, 0.0)
    cutout = skia.Surface(size_px, size_px)
    anchors = paint(cutout.getCanvas(), who, pose, x_px, y_px, height_px)
    surface = skia.Surface(size_px, size_px)
    canvas = surface.getCanvas()
    canvas.clear(skia.Color(236, 236, 234))
    if background is not None:
        background(canvas, size_px, ground_px)
    soft_shadow(canvas, x_px, y_px, anchors.half_width * height_px, strength=0.28)
    canvas.drawImage(cutout.makeImageSnapshot(), 0, 0)
    return Portrait(np.ascontiguousarray(rgba_of(surface)[..., :3]), rgba_of(cutout)[..., 3] >= 128)


def soft_shadow(canvas: skia.Canvas, x_px: float, y_px: float, half_width_px: float, *, strength: float) -> None:
    """A dark ellipse on the ground that fades to its rim."""
    shader = skia.GradientShader.MakeRadial(
        skia.Point(0, 0),
        1.0,
        [skia.Color4f(0.08, 0.06, 0.14, share).toColor() for share in (strength, 0.75 * strength, 0.0)],
        [0.0, 0.55, 1.0],
    )
    canvas.save()
    canvas.translate(x_px, y_px)
    canvas.scale(max(half_width_px, 0.5) * 1.25, max(half_width_px, 0.5) * 0.32)
    canvas.drawCircle(0, 0, 1.0, skia.Paint(AntiAlias=True, Shader=shader))
    canvas.restore()
