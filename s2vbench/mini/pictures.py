"""Drawn frames and pictures as small networks are shown them: cut out, emptied, shrunk, and damaged as videos are.

What is done follows `features/subjects/composite.py`; sizes are those of the networks' input, and everything is a
little off, as boxes and masks of detectors are.

Shape letters: H height, W width, C channels.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from s2vbench.features.subjects.composite import CLIP_MEAN_RGB, WHITE, Mask
from s2vbench.types import FramesU8

SEEN_PX: Final = 112
"""Side of squares that image encoders of profile `mini` see."""
GENERATED_HEIGHT_PX: Final = 64
"""Of the embedded model's videos."""
_MARGIN_PX: Final = 6

Random = np.random.Generator


def degraded(picture_HWC: FramesU8, random: Random) -> FramesU8:
    """As a small generator's decoder and a codec would leave it: sometimes blurred, blotched, with blocks."""
    picture = picture_HWC
    if random.random() < 0.6:
        picture = _u8(cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.3)))
    if random.random() < 0.5:
        picture = blotched(picture, random.uniform(2, 12), random)
    if random.random() < 0.4:
        picture = coded(picture, int(random.integers(30, 90)))
    return picture


def blotched(picture_HWC: FramesU8, strength: float, random: Random) -> FramesU8:
    """Blotches of a few pixels, lighter, darker or coloured; `strength` is their deviation in levels of 0..255."""
    height_px, width_px = picture_HWC.shape[:2]
    coarse = random.normal(0, strength, (height_px // 4 + 2, width_px // 4 + 2, 3)).astype(np.float32)
    # Decoders miss brightness more than colour.
    coarse = 0.7 * coarse[..., :1] + 0.5 * coarse
    noise_HWC = cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return _u8((picture_HWC + noise_HWC).clip(0, 255))


def coded(picture_HWC: FramesU8, quality: int) -> FramesU8:
    """After a round of JPEG, whose blocks and ringing are those of simple video codecs."""
    stream = cv2.imencode(".jpg", picture_HWC, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)


def lit(picture_HWC: FramesU8, random: Random, strength: float = 1.0) -> FramesU8:
    """In slightly other light: contrast, brightness and tint change, but no colour becomes another."""
    gain_C = (1 + random.uniform(-0.1, 0.1) * strength) * (1 + random.uniform(-0.03, 0.03, 3) * strength)
    shift = random.uniform(-12, 12) * strength
    return _u8((picture_HWC * gain_C + shift).clip(0, 255))


def shrunk(picture_HWC: FramesU8, mask_HW: Mask, factor: float) -> tuple[FramesU8, Mask]:
    """Both `factor` times as large, by areas."""
    if factor >= 1:
        return picture_HWC, mask_HW
    size = max(2, round(picture_HWC.shape[1] * factor)), max(2, round(picture_HWC.shape[0] * factor))
    small = cv2.resize(picture_HWC, size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(mask_HW.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return _u8(small), share > 0.5


def box_of(mask_HW: Mask) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of what the mask holds; None for an empty one."""
    rows, columns = np.flatnonzero(mask_HW.any(1)), np.flatnonzero(mask_HW.any(0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def subject_seen(picture_HWC: FramesU8, mask_HW: Mask, random: Random, factor: float) -> FramesU8:
    """A subject on white (112, 112, C), as a segmenter might cut it out of a damaged frame.

    Args:
        picture_HWC: where it is seen.
        mask_HW: where exactly.
        random: chooses the damage.
        factor: the frame is shrunk to so much first.
    """
    box = box_of(mask_HW)
    assert box is not None, "a subject that is not seen cannot be cut out"
    left, top, right, bottom = box
    margin = _MARGIN_PX + 2
    cut = slice(max(0, top - margin), bottom + margin), slice(max(0, left - margin), right + margin)
    picture, mask = shrunk(picture_HWC[cut], mask_HW[cut], factor)
    picture = lit(degraded(picture, random), random)
    rough = _rough(mask, random)
    seen = on_white(picture, rough if rough.any() else mask)
    return np.ascontiguousarray(seen[:, ::-1]) if random.random() < 0.3 else seen


def _rough(mask_HW: Mask, random: Random) -> Mask:
    """The mask with another outline, sometimes cut off at a side as by a wrong box."""
    soft = cv2.GaussianBlur(mask_HW.astype(np.float32), (0, 0), random.uniform(0.3, 1.5))
    rough: Mask = soft > random.uniform(0.25, 0.7)
    box = box_of(rough)
    if box is not None and random.random() < 0.25:
        share = random.uniform(0, 0.25)
        left, top, right, bottom = box
        side = int(random.integers(4))
        if side == 0:
            rough[:, : left + int(share * (right - left))] = False
        elif side == 1:
            rough[:, right - int(share * (right - left)) :] = False
        elif side == 2:
            rough[: top + int(share * (bottom - top))] = False
        else:
            rough[bottom - int(share * (bottom - top)) :] = False
    return rough


def on_white(picture_HWC: FramesU8, mask_HW: Mask) -> FramesU8:
    """What `crop_on_white` and the encoders' halving make of a mask's box: (112, 112, C)."""
    box = box_of(mask_HW)
    assert box is not None, "nothing to cut out"
    left, top, right, bottom = box
    inside = mask_HW[top:bottom, left:right, None]
    cut = np.where(inside, picture_HWC[top:bottom, left:right], np.uint8(WHITE))
    side = max(cut.shape[:2])
    square = np.full((side, side, 3), WHITE, np.uint8)
    y, x = (side - cut.shape[0]) // 2, (side - cut.shape[1]) // 2
    square[y : y + cut.shape[0], x : x + cut.shape[1]] = cut
    return resized(square, SEEN_PX, SEEN_PX)


def background_seen(picture_HWC: FramesU8, hole_HW: Mask, random: Random, factor: float) -> FramesU8:
    """A place without its subjects (112, 112, C): mostly squashed with a hole of mean colour, else black and cut."""
    picture, hole = shrunk(picture_HWC, hole_HW, factor)
    picture = lit(degraded(picture, random), random)
    reach = int(random.integers(0, 4))
    if reach:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        hole = cv2.dilate(hole.astype(np.uint8), kernel) > 0
    literal = random.random() < 0.25
    picture = np.where(hole[..., None], np.array((0, 0, 0) if literal else CLIP_MEAN_RGB, np.uint8), picture)
    return resized(centred(picture) if literal else picture, SEEN_PX, SEEN_PX)


def whole_seen(picture_HWC: FramesU8, random: Random, factor: float) -> FramesU8:
    """A whole frame's centre (112, 112, C)."""
    none = np.zeros(picture_HWC.shape[:2], np.bool_)
    picture = lit(degraded(shrunk(picture_HWC, none, factor)[0], random), random)
    return resized(centred(picture), SEEN_PX, SEEN_PX)


def centred(picture_HWC: FramesU8) -> FramesU8:
    """The largest square in the middle."""
    height_px, width_px = picture_HWC.shape[:2]
    side = min(height_px, width_px)
    top, left = (height_px - side) // 2, (width_px - side) // 2
    return picture_HWC[top : top + side, left : left + side]


def resized(picture_HWC: FramesU8, height_px: int, width_px: int) -> FramesU8:
    """By areas where it becomes smaller, else by cubic splines."""
    if picture_HWC.shape[:2] == (height_px, width_px):
        return picture_HWC
    smaller = picture_HWC.shape[0] * picture_HWC.shape[1] > height_px * width_px
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return _u8(cv2.resize(picture_HWC, (width_px, height_px), interpolation=method))


def frame_factor(height_px: int, random: Random) -> float:
    """How much a frame is shrunk: mostly to the height of the embedded model's videos, else to anything from there."""
    least = min(1.0, GENERATED_HEIGHT_PX / height_px)
    return least if random.random() < 0.6 else float(random.uniform(least, 1.0))


def _u8(picture: npt.ArrayLike) -> FramesU8:
    return np.asarray(picture).astype(np.uint8, copy=False)
