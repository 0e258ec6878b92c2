"""What of the motion between two frames is the camera's, and what is left.

Shape letters: H height, W width, C the three channels, N points of the background.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s2vbench.types import Floats, FramesU8

Bools = npt.NDArray[np.bool_]

LONGER_SIDE_PX = 448
DILATION = 0.01
"""How far subjects grow, as a share of the shorter side, so that their edges pull no background point along."""
GRID_PX = 4
TOLERANCE_PX = 1.0
MIN_BACKGROUND = 0.02
MIN_GRADIENT = 0.5
"""Grey levels a pixel, in the direction in which a neighbourhood varies least: less is a wall or an edge alone."""
MIN_AGREEING = 0.3
MAX_ZOOM = 2.0


@dataclass(frozen=True)
class CameraStep:
    """From one frame to another."""

    zoom: float
    """Scale of the camera's similarity transform; NaN where it could not be told."""
    residual_px_HW: Floats
    """Length of the motion that the camera does not explain, in pixels of the frame.

    All motion where the background is too small or too plain to tell a camera by; NaN where it has texture that moves
    in no common way (a cut, water), since flow of that kind says nothing about subjects either.
    """
    background_HW: Bools
    """Pixels outside the grown subjects that the camera leaves in the frame: the flow of what goes out is a guess."""

    @property
    def background_px(self) -> float:
        """Mean residual of the background; NaN where zoom is NaN."""
        return self.inside_px(self.background_HW) if np.isfinite(self.zoom) else float("nan")

    def inside_px(self, mask_HW: Bools) -> float:
        """Mean residual inside a mask; NaN for an empty one."""
        values = self.residual_px_HW[mask_HW]
        return float(values.mean(dtype=np.float64)) if values.size else float("nan")


def camera_motion(before_HWC: FramesU8, after_HWC: FramesU8, subjects_HW: Bools) -> CameraStep:
    """Camera between two frames: a similarity transform fitted to the optical flow outside the subjects.

    s2vbench; the precedent is VBench's and OpenS2V's optical flow, here without the camera's share and unsigned. Dense
    inverse search flow (Kroeger et al., arXiv 1603.03590) of grey frames with a longer side of at most 448 px; RANSAC
    on points that have texture around them. The same pictures give the same bits.

    Args:
        before_HWC: a frame, 0..255.
        after_HWC: a later frame of the same size.
        subjects_HW: where any subject is in the first one.

    Raises:
        ValueError: frames or mask of unlike sizes.
    """
    if before_HWC.shape != after_HWC.shape or before_HWC.shape[:2] != subjects_HW.shape:
        raise ValueError(f"sizes differ: {before_HWC.shape}, {after_HWC.shape}, mask {subjects_HW.shape}")
    import cv2

    height_px, width_px = subjects_HW.shape
    grey, next_grey = _small_grey(before_HWC), _small_grey(after_HWC)
    flow_HW2 = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(grey, next_grey, None)
    background_HW = ~grown(subjects_HW, DILATION)
    transform_23 = _similarity(flow_HW2, _resized(background_HW, grey.shape) & textured(grey))
    zoom = float("nan")
    if transform_23 is not None:
        zoom = _zoom_of(transform_23)
        camera_HW2 = _flow_of(transform_23, flow_HW2.shape[:2])
        flow_HW2 = flow_HW2 - camera_HW2
        background_HW &= _resized(_stays(camera_HW2), subjects_HW.shape)
    length_HW = np.hypot(flow_HW2[..., 0] * width_px / grey.shape[1], flow_HW2[..., 1] * height_px / grey.shape[0])
    residual_px_HW = cv2.resize(length_HW, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
    return CameraStep(zoom, residual_px_HW, background_HW)


def grown(mask_HW: Bools, share: float) -> Bools:
    """A mask grown in all directions by a share of the shorter side, at least one pixel.

    >>> grown(np.eye(3, dtype=bool), 0.01).all().item()
    True
    """
    import cv2

    radius = max(1, round(share * min(mask_HW.shape)))
    kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    result: Bools = cv2.dilate(mask_HW.astype(np.uint8), kernel) > 0
    return result


def textured(grey_HW: npt.NDArray[np.uint8], window_px: int = 15) -> Bools:
    """Pixels whose neighbourhood varies in every direction, so that its motion can be seen whole.

    The smaller eigenvalue of the structure tensor (Shi and Tomasi 1994) against the square of half a grey level.

    >>> textured(np.full((32, 32), 90, np.uint8)).any().item()
    False
    """
    import cv2

    gradients = [cv2.Sobel(grey_HW, cv2.CV_32F, dx, 1 - dx, scale=1 / 8) for dx in (1, 0)]
    xx, yy, xy = (
        cv2.boxFilter(a * b, -1, (window_px, window_px))
        for a, b in ((gradients[0], gradients[0]), (gradients[1], gradients[1]), (gradients[0], gradients[1]))
    )
    smaller_HW = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
    result: Bools = smaller_HW > MIN_GRADIENT**2
    return result


def _small_grey(frame_HWC: FramesU8) -> npt.NDArray[np.uint8]:
    import cv2

    height_px, width_px = frame_HWC.shape[:2]
    shrink = min(1.0, LONGER_SIDE_PX / max(height_px, width_px))
    # DIS cannot build its pyramid on fewer pixels than its coarsest level has in one patch.
    size = (max(16, round(width_px * shrink)), max(16, round(height_px * shrink)))
    small: npt.NDArray[np.uint8] = cv2.cvtColor(
        cv2.resize(frame_HWC, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    return small


def _resized(mask_HW: Bools, shape: tuple[int, ...]) -> Bools:
    import cv2

    result: Bools = cv2.resize(mask_HW.astype(np.uint8), shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    return result


def _similarity(flow_HW2: Floats, usable_HW: Bools) -> npt.NDArray[np.float64] | None:
    """The transform (2, 3) that moves background points along their flow.

    None with too few points to tell; NaN where they do not agree.
    """
    import cv2

    if usable_HW.mean() < MIN_BACKGROUND:
        return None
    # The flow of what leaves the frame is a guess.
    y, x = np.nonzero((usable_HW & _stays(flow_HW2))[::GRID_PX, ::GRID_PX])
    if len(x) < MIN_BACKGROUND * usable_HW.size / GRID_PX**2:
        return None
    from_N2 = np.stack([x, y], axis=1).astype(np.float32) * GRID_PX
    to_N2 = from_N2 + flow_HW2[y * GRID_PX, x * GRID_PX]
    transform_23, agrees_N1 = cv2.estimateAffinePartial2D(
        from_N2, to_N2, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE_PX, confidence=0.999
    )
    if (
        transform_23 is None
        or agrees_N1.mean() < MIN_AGREEING
        or not 1 / MAX_ZOOM <= _zoom_of(transform_23) <= MAX_ZOOM
    ):
        return np.full((2, 3), np.nan)
    result: npt.NDArray[np.float64] = transform_23
    return result


def _zoom_of(transform_23: npt.NDArray[np.float64]) -> float:
    return float(np.hypot(transform_23[0, 0], transform_23[1, 0]))


def _flow_of(transform_23: npt.NDArray[np.float64], shape: tuple[int, ...]) -> Floats:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    moved = [row[0] * x + row[1] * y + row[2] for row in transform_23]
    return np.stack([moved[0] - x, moved[1] - y], axis=-1).astype(np.float32)


def _stays(flow_HW2: Floats) -> Bools:
    """Pixels that the flow leaves in the frame."""
    height_px, width_px = flow_HW2.shape[:2]
    x_HW = flow_HW2[..., 0] + np.arange(width_px)
    y_HW = flow_HW2[..., 1] + np.arange(height_px)[:, None]
    result: Bools = (x_HW >= 0) & (x_HW <= width_px - 1) & (y_HW >= 0) & (y_HW <= height_px - 1)
    return result
