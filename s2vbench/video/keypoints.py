"""How exactly one picture of a subject repeats another, point by point.

Shape letters: H height, W width, C the three channels, N keypoints, D descriptor width, J matched pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.types import Floats, FramesU8

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

LONGER_SIDE_PX = 320
MAX_KEYPOINTS = 500
MIN_KEYPOINTS = 12
"""A view with fewer shows nothing to recognise."""
LOWE_RATIO = 0.8
TOLERANCE_PX = 4.0
MIN_INLIERS = 4
"""Two pairs always agree on a similarity transform, and a third one does by chance."""
FOUND_AGAIN = 0.2
"""A copy finds at least this share of the keypoints again, even after scaling and compression; see `inlier_ratio`."""
FILL = 127


@dataclass(frozen=True)
class Keypoints:
    """What is compared of one picture of a subject."""

    xy_N2: Floats
    """Where they are in the crop."""
    descriptors_ND: Floats
    mask_HW: Bools
    """The subject in the crop."""


def keypoints_of(picture_HWC: FramesU8, mask_HW: Bools) -> Keypoints:
    """SIFT keypoints (Lowe 2004) of a subject, cut out with its box and shrunk to a longer side of at most 320 px.

    Outside the mask the crop is grey, so that what stands behind the subject says nothing. The same picture gives the
    same bits.

    Args:
        picture_HWC: the whole picture, 0..255.
        mask_HW: where the subject is in it; an empty one has no keypoints.

    Raises:
        ValueError: picture and mask of unlike sizes.
    """
    if picture_HWC.shape[:2] != mask_HW.shape:
        raise ValueError(f"sizes differ: {picture_HWC.shape}, mask {mask_HW.shape}")
    import cv2

    rows, columns = np.flatnonzero(mask_HW.any(axis=1)), np.flatnonzero(mask_HW.any(axis=0))
    if not rows.size:
        return Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32), mask_HW)
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    crop_HWC, inside_HW = picture_HWC[box], mask_HW[box].astype(np.uint8)
    shrink = min(1.0, LONGER_SIDE_PX / max(inside_HW.shape))
    size = (max(1, round(inside_HW.shape[1] * shrink)), max(1, round(inside_HW.shape[0] * shrink)))
    crop_HWC = cv2.resize(crop_HWC, size, interpolation=cv2.INTER_AREA)
    inside_HW = cv2.resize(inside_HW, size, interpolation=cv2.INTER_NEAREST)
    grey_HW = np.where(inside_HW > 0, cv2.cvtColor(crop_HWC, cv2.COLOR_RGB2GRAY), np.uint8(FILL))
    found, descriptors = cv2.SIFT.create(nfeatures=MAX_KEYPOINTS).detectAndCompute(grey_HW, inside_HW)
    xy_N2 = np.array([point.pt for point in found], np.float32).reshape(-1, 2)
    descriptors_ND = np.zeros((0, 128), np.float32) if descriptors is None else descriptors
    return Keypoints(xy_N2, descriptors_ND, inside_HW > 0)


def match_keypoints(instance: Keypoints, view: Keypoints) -> tuple[float, float]:
    """How exactly an instance repeats a view: (inlier_ratio, mask_iou), each 0..1.

    s2vbench; the precedent is the geometric verification of image retrieval (Philbin et al., CVPR 2007). Descriptors
    that are mutually nearest and pass Lowe's ratio of 0.8; one similarity transform by RANSAC; `mask_iou` is the IoU of
    the instance's mask with the view's mask under it. A mirrored copy does not match. The same input gives the same
    bits.

    Returns:
        (NaN, NaN) where the view has fewer than 12 keypoints; (0, 0) where no transform explains 4 pairs.
    """
    num_view, num_instance = len(view.xy_N2), len(instance.xy_N2)
    if num_view < MIN_KEYPOINTS:
        return float("nan"), float("nan")
    pairs_J2 = _pairs(view.descriptors_ND, instance.descriptors_ND)
    if len(pairs_J2) < MIN_INLIERS:
        return 0.0, 0.0
    import cv2

    transform_23, agrees_J1 = cv2.estimateAffinePartial2D(
        view.xy_N2[pairs_J2[:, 0]],
        instance.xy_N2[pairs_J2[:, 1]],
        method=cv2.RANSAC,
        ransacReprojThreshold=TOLERANCE_PX,
        confidence=0.999,
    )
    num_inliers = 0 if transform_23 is None else int(agrees_J1.sum())
    if num_inliers < MIN_INLIERS:
        return 0.0, 0.0
    ratio = inlier_ratio(num_inliers, len(pairs_J2), min(num_view, num_instance))
    return ratio, _mask_iou(instance.mask_HW, view.mask_HW, transform_23)


def inlier_ratio(num_inliers: int, num_pairs: int, num_keypoints: int) -> float:
    """Share of matched pairs that one transform explains, 0..1; s2vbench.

    Of few pairs a large share agrees by chance, so the share is at least of a fifth of the keypoints that could match,
    and at least of 12.

    >>> inlier_ratio(90, 100, 400), inlier_ratio(4, 5, 400), inlier_ratio(4, 5, 20)
    (0.9, 0.05, 0.3333333333333333)
    """
    return num_inliers / max(num_pairs, FOUND_AGAIN * num_keypoints, MIN_KEYPOINTS)


def _pairs(a_ND: Floats, b_ND: Floats) -> Ints:
    """Rows of the two (J, 2) that are each other's nearest, clearly nearer than the second nearest both ways."""
    import cv2

    if len(a_ND) < 2 or len(b_ND) < 2:
        return np.zeros((0, 2), np.int64)
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    there, back = (_clear(matcher.knnMatch(query, train, k=2)) for query, train in ((a_ND, b_ND), (b_ND, a_ND)))
    return np.array([(a, b) for a, b in there.items() if back.get(b) == a], np.int64).reshape(-1, 2)


def _clear(matches: Any) -> dict[int, int]:
    """Query to nearest, where Lowe's ratio holds."""
    return {near.queryIdx: near.trainIdx for near, second in matches if near.distance < LOWE_RATIO * second.distance}


def _mask_iou(instance_HW: Bools, view_HW: Bools, transform_23: npt.NDArray[np.float64]) -> float:
    import cv2

    size = (instance_HW.shape[1], instance_HW.shape[0])
    warped_HW = cv2.warpAffine(view_HW.astype(np.uint8), transform_23, size, flags=cv2.INTER_NEAREST) > 0
    shared = float((warped_HW & instance_HW).sum())
    # The warped mask may reach out of the crop, so its area is not counted there.
    warped_area = float(view_HW.sum()) * abs(float(np.linalg.det(transform_23[:, :2])))
    return float(np.clip(shared / (warped_area + float(instance_HW.sum()) - shared), 0, 1))
