"""What the image encoders are shown: subjects cut out on white, backgrounds with subjects taken out.

Shape letters: H height, W width, C channels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from s2vbench.types import FramesU8
from s2vbench.video.recipes import CLIP_MEAN

Mask = npt.NDArray[np.bool_]

SIDE_PX = 224
WHITE = 255
CLIP_MEAN_RGB = tuple(round(255 * value) for value in CLIP_MEAN)
CROP_RECIPE = "box-on-white-squared-224-v1"
BACKGROUND_RECIPE = "hole-mean-squashed-224-v1"
LITERAL_RECIPE = "hole-black-centre-224-v1"


def whole_pixels(box_4: npt.NDArray[np.floating], height_px: int, width_px: int) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of a box in whole pixels inside the picture; None where nothing of it is inside.

    >>> whole_pixels(np.array([-3.0, 0.4, 9.6, 20.0]), 10, 30)
    (0, 0, 10, 10)
    >>> whole_pixels(np.array([31.0, 0.0, 40.0, 5.0]), 10, 30) is None
    True
    """
    if not np.all(np.isfinite(box_4)):
        return None
    left, top = (max(0, int(np.floor(value))) for value in box_4[:2])
    right, bottom = min(width_px, int(np.ceil(box_4[2]))), min(height_px, int(np.ceil(box_4[3])))
    return (left, top, right, bottom) if right > left and bottom > top else None


def crop_on_white(picture_HWC: FramesU8, mask_HW: Mask, box: tuple[int, int, int, int]) -> FramesU8:
    """The box with everything outside the mask white, padded to a square with white, resized to (224, 224, 3).

    The compositing of MSRVTT-Personalization (arXiv 2501.06187): no pixel of the subject is lost to a centre crop.
    """
    left, top, right, bottom = box
    cut_HWC = np.where(mask_HW[top:bottom, left:right, None], picture_HWC[top:bottom, left:right], np.uint8(WHITE))
    height_px, width_px = cut_HWC.shape[:2]
    side = max(height_px, width_px)
    square = np.full((side, side, 3), WHITE, np.uint8)
    y, x = (side - height_px) // 2, (side - width_px) // 2
    square[y : y + height_px, x : x + width_px] = cut_HWC
    return _resized(square)


def background_squashed(picture_HWC: FramesU8, hole_HW: Mask) -> FramesU8:
    """The whole picture, hole filled with CLIP's mean colour, squashed to (224, 224, 3).

    The mean colour is 0 after normalisation and adds least of its own; a centre crop would lose 43 % of a wide frame
    and keep mostly the hole.
    """
    return _resized(filled(picture_HWC, hole_HW, CLIP_MEAN_RGB))


def background_literal(picture_HWC: FramesU8, hole_HW: Mask) -> FramesU8:
    """The picture with a black hole through CLIP's own transform: shorter side to 224, centre crop; (224, 224, 3)."""
    image = Image.fromarray(filled(picture_HWC, hole_HW, (0, 0, 0)))
    # Rounded down, as torchvision does it for the published models.
    shorter = min(image.size)
    image = image.resize(
        (SIDE_PX * image.width // shorter, SIDE_PX * image.height // shorter), Image.Resampling.BICUBIC
    )
    left, top = round((image.width - SIDE_PX) / 2), round((image.height - SIDE_PX) / 2)
    return np.asarray(image.crop((left, top, left + SIDE_PX, top + SIDE_PX)))


def filled(picture_HWC: FramesU8, hole_HW: Mask, colour: tuple[int, ...]) -> FramesU8:
    """A copy with the hole in one colour."""
    return np.where(hole_HW[..., None], np.array(colour, np.uint8), picture_HWC)


def dilated(mask_HW: Mask, radius_px: float) -> Mask:
    """The mask grown by a disc; radii below half a pixel change nothing."""
    import cv2

    if radius_px < 0.5 or not mask_HW.any():
        return mask_HW
    # Distances cost the same for any radius; a dilation with a disc of 100 px takes seconds.
    distance_px = cv2.distanceTransform((~mask_HW).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grown: Mask = distance_px <= radius_px
    return grown


def fitted(mask_HW: Mask, height_px: int, width_px: int) -> Mask:
    """The mask stretched to another size, nearest pixel."""
    resized = Image.fromarray(mask_HW).resize((width_px, height_px), Image.Resampling.NEAREST)
    return np.asarray(resized, dtype=np.bool_)


def grey(picture_HWC: FramesU8) -> npt.NDArray[np.float64]:
    """Luminance (ITU-R 601) in 0..255.

    >>> float(grey(np.full((1, 1, 3), 200, np.uint8))[0, 0])
    200.0
    """
    levels: npt.NDArray[np.float64] = picture_HWC.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    return levels


def has_background(picture_HWC: FramesU8, hole_HW: Mask, min_area: float, min_std: float) -> bool:
    """True where enough of the picture lies outside the hole and is not one plain colour."""
    outside = ~hole_HW
    if outside.mean() < min_area:
        return False
    return float(grey(picture_HWC[outside][:, None])[:, 0].std()) >= min_std


def _resized(picture_HWC: FramesU8) -> FramesU8:
    return np.asarray(Image.fromarray(picture_HWC).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC))
