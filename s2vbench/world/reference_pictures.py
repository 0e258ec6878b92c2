"""Reference pictures inside a video: as its first frame, and as the place where everything happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import skia

from s2vbench.generators.base import GenerationError, VideoShape
from s2vbench.types import Case, FramesU8
from s2vbench.world.clip import Bools
from s2vbench.world.pen import Pen
from s2vbench.world.reference_views import reference_view
from s2vbench.world.scene import MARGIN, Layer, Light, Scene

_SAMPLING = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


def canvas_frame(case: Case, folder: Path, shape: VideoShape, names: Sequence[str]) -> tuple[FramesU8, Bools]:
    """All references side by side on white, as models that leak their input show them; masks by part (K, H, W).

    Raises:
        GenerationError: a picture is missing or cannot be read, or the case has none.
    """
    import cv2

    references = [reference for reference in case.references if reference.images and reference.kind != "background"]
    if not references:
        raise GenerationError("the case has no reference picture to show")
    frame_HWC = np.full((shape.height_px, shape.width_px, 3), 255, np.uint8)
    masks_KHW = np.zeros((len(names), shape.height_px, shape.width_px), np.bool_)
    column_px = shape.width_px / len(references)
    for index, reference in enumerate(references):
        picture_HWC, mask_HW = reference_view(reference, folder)
        scale = min(column_px / picture_HWC.shape[1], shape.height_px / picture_HWC.shape[0])
        size = (max(round(picture_HWC.shape[1] * scale), 1), max(round(picture_HWC.shape[0] * scale), 1))
        left = round(index * column_px + (column_px - size[0]) / 2)
        top = (shape.height_px - size[1]) // 2
        place = (slice(top, top + size[1]), slice(left, left + size[0]))
        frame_HWC[place] = cv2.resize(picture_HWC, size, interpolation=cv2.INTER_AREA)[:, : shape.width_px - left]
        small = cv2.resize(mask_HW.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        for k, name in enumerate(names):
            if name == reference.id and not masks_KHW[names.index(name)].any():
                masks_KHW[k][place] = small[:, : shape.width_px - left]
    return frame_HWC, masks_KHW


def leaked_scene(case: Case, folder: Path, scene: Scene) -> Scene:
    """The scene with everything replaced by a reference picture's background, its subject painted over.

    The first picture whose background is not plain; the first of all where every one is.

    Raises:
        GenerationError: a picture is missing or cannot be read, or the case has none.
    """
    import cv2

    references = [reference for reference in case.references if reference.images and reference.kind != "background"]
    if not references:
        raise GenerationError("the case has no reference picture to take a background from")
    found = (
        reference_view(reference, folder, view) for reference in references for view in range(len(reference.images))
    )
    picture_HWC, mask_HW = next((pair for pair in found if not _is_plain(*pair)), reference_view(references[0], folder))
    side_px = 256
    small_HWC = cv2.resize(picture_HWC, (side_px, side_px), interpolation=cv2.INTER_AREA)
    hole_HW = cv2.resize(mask_HW.astype(np.uint8), (side_px, side_px), interpolation=cv2.INTER_NEAREST)
    hole_HW = cv2.dilate(hole_HW, np.ones((13, 13), np.uint8))
    filled_HWC = cv2.inpaint(small_HWC, hole_HW, 5, cv2.INPAINT_TELEA)
    # Only what the subject hid is invented; the rest keeps the picture's own pixels.
    large_HWC = cv2.resize(filled_HWC, picture_HWC.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    hidden_HW = cv2.resize(hole_HW, picture_HWC.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    background_HWC = np.where(hidden_HW[..., None], large_HWC, picture_HWC)
    return replace(scene, layers=(_picture_layer(background_HWC),), light=Light(), weather="clear")


def _is_plain(picture_HWC: FramesU8, mask_HW: Bools) -> bool:
    outside = picture_HWC[~mask_HW]
    return len(outside) == 0 or float(outside.astype(np.float64).mean(axis=1).std()) < 8.0


def _picture_layer(picture_HWC: FramesU8) -> Layer:
    rgba_HWC = np.dstack([picture_HWC, np.full(picture_HWC.shape[:2], 255, np.uint8)])
    image = skia.Image.fromarray(np.ascontiguousarray(rgba_HWC), colorType=skia.ColorType.kRGBA_8888_ColorType)

    def draw(pen: Pen, aspect: float) -> None:
        """The picture over the whole frame, its rim stretched over the margin."""
        whole = skia.Rect.MakeLTRB(-MARGIN, -MARGIN, aspect + MARGIN, 1 + MARGIN)
        pen.canvas.drawImageRect(image, whole, _SAMPLING)
        frame = skia.Rect.MakeLTRB(0, 0, aspect, 1)
        pen.canvas.drawImageRect(image, frame, _SAMPLING)

    return Layer(1.0, draw)
