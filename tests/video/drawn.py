"""Pictures with texture at every scale, so that flow and keypoints have something to hold on to."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from s2vbench.types import FramesU8

Bools = npt.NDArray[np.bool_]


def texture(height_px: int, width_px: int, seed: int = 0) -> FramesU8:
    """Smooth noise of several scales, (H, W, 3)."""
    rng = np.random.default_rng(seed)
    total = np.zeros((height_px, width_px, 3), np.float32)
    for scale in (4, 8, 16, 32, 64):
        coarse = rng.normal(size=(height_px // scale + 2, width_px // scale + 2, 3)).astype(np.float32)
        total += scale**0.5 * cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return (127 + 45 * total / total.std()).clip(0, 255).astype(np.uint8)


def outline(side_px: int, seed: int = 0) -> Bools:
    """A bumpy disc that fills most of a square."""
    y, x = (np.mgrid[0:side_px, 0:side_px] - side_px / 2) / (side_px / 2)
    angle, phases = np.arctan2(y, x), np.random.default_rng(seed).uniform(0, 6, 3)
    bumps = sum(0.1 * np.sin(n * angle + phase) for n, phase in zip((2, 3, 5), phases, strict=True))
    return np.asarray(np.hypot(x, y) < 0.7 + bumps)


def placed(
    subject_HWC: FramesU8,
    mask_HW: Bools,
    scene_HWC: FramesU8,
    *,
    x: float,
    y: float,
    zoom: float = 1.0,
    turn: float = 0.0,
) -> tuple[FramesU8, Bools]:
    """A subject pasted onto a scene with its corner at (x, y), turned by degrees: the frame and the mask in it."""
    side = mask_HW.shape[0]
    transform = cv2.getRotationMatrix2D((side / 2, side / 2), turn, zoom)
    transform[:, 2] += (x + side * (zoom - 1) / 2, y + side * (zoom - 1) / 2)
    size = (scene_HWC.shape[1], scene_HWC.shape[0])
    there = cv2.warpAffine(mask_HW.astype(np.uint8), transform, size, flags=cv2.INTER_NEAREST) > 0
    return np.where(there[..., None], cv2.warpAffine(subject_HWC, transform, size), scene_HWC), there
