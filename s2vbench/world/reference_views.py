"""Reference pictures with masks: given ones, transparency, or else a rough guess."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from s2vbench.errors import PictureError
from s2vbench.generators.base import GenerationError
from s2vbench.types import FramesU8, Reference
from s2vbench.video.pictures import read_mask, read_picture

Mask = npt.NDArray[np.bool_]

_GUESS_PX, _RIM, _ROUNDS, _SEED = 256, 0.03, 6, 7
_LEAST, _MOST = 0.02, 0.95
"""Shares of the picture between which a guess is believed."""


def reference_view(reference: Reference, folder: Path, view: int = 0) -> tuple[FramesU8, Mask]:
    """One conditioning picture of a subject (H, W, C) and where the subject is in it (H, W).

    The mask file, else the picture's transparency, else `guessed_mask`.

    Raises:
        GenerationError: there is no such picture, or a file cannot be read.
    """
    if len(reference.images) <= view:
        raise GenerationError(f"reference {reference.id!r} has no image to draw it from")
    try:
        picture = read_picture(folder / reference.images[view])
        mask_HW = picture.opaque_HW
        if len(reference.masks) > view and reference.masks[view]:
            mask_HW = read_mask(folder / reference.masks[view], *picture.rgb_HWC.shape[:2])
    except PictureError as error:
        raise GenerationError(str(error)) from error
    if mask_HW is None:
        mask_HW = guessed_mask(picture.rgb_HWC)
    if not mask_HW.any():
        raise GenerationError(f"reference {reference.id!r}: the mask of {reference.images[view]} is empty")
    return picture.rgb_HWC, mask_HW


def guessed_mask(picture_HWC: FramesU8) -> Mask:
    """A rough guess of where the subject is: what differs from the picture's rim.

    Source: GrabCut (Rother et al. 2004) of OpenCV from a frame around the picture; an ellipse in the middle where it
    finds nearly nothing or nearly everything.
    """
    import cv2

    height_px, width_px = picture_HWC.shape[:2]
    scale = _GUESS_PX / max(height_px, width_px)
    size = (max(round(width_px * scale), 8), max(round(height_px * scale), 8))
    small_HWC = np.ascontiguousarray(cv2.resize(picture_HWC, size, interpolation=cv2.INTER_AREA))
    labels_HW = np.full(small_HWC.shape[:2], cv2.GC_PR_FGD, np.uint8)
    rim_px = max(round(_RIM * _GUESS_PX), 1)
    for edge in (labels_HW[:rim_px], labels_HW[-rim_px:], labels_HW[:, :rim_px], labels_HW[:, -rim_px:]):
        edge[:] = cv2.GC_BGD
    cv2.setRNGSeed(_SEED)
    try:
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(small_HWC, labels_HW, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
        found_HW = (labels_HW == cv2.GC_FGD) | (labels_HW == cv2.GC_PR_FGD)
    except cv2.error:
        # A picture of one colour has no two kinds of pixels to tell apart.
        found_HW = np.zeros(small_HWC.shape[:2], np.bool_)
    if not _LEAST <= found_HW.mean() <= _MOST:
        ys, xs = np.mgrid[: size[1], : size[0]]
        found_HW = np.hypot((ys + 0.5) / size[1] - 0.5, (xs + 0.5) / size[0] - 0.5) < 0.42
    grown = cv2.resize(found_HW.astype(np.uint8), (width_px, height_px), interpolation=cv2.INTER_NEAREST)
    return np.asarray(grown > 0)
