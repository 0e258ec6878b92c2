"""Two files of one photograph: near-equal, mirrored, or cut differently out of it.

Shape letters: H height, W width, C the three channels, N keypoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s2vbench.testsets.perceptual import NEAR_BITS, distance_bits, phash64
from s2vbench.types import FramesU8
from s2vbench.video.keypoints import Keypoints, keypoints_of
from s2vbench.video.pictures import read_picture

SHARED_KEYPOINTS = 0.55
"""Two cuts of one photograph have at least this share of their keypoints in common under one shift, turn and scale.

Measured on the 342 pairs of pictures that show one subject of DreamBench, each pair also mirrored: cat 02/03 (a shifted
cut, whose hashes differ in 34 bits) have 0.67 in common, the next pair (two photographs of a bowl) 0.45. The hashes of
dog5 02/03 (a mirrored copy) differ in 0 bits, those of the next pair in 12.
"""
_TOLERANCE_PX = 2.0
_FEWEST_PAIRS = 30


@dataclass(frozen=True)
class Fingerprint:
    """What is compared of one picture."""

    phash64: str
    mirrored_phash64: str
    keypoints: Keypoints
    mirrored_keypoints: Keypoints


def fingerprint(path: Path) -> Fingerprint:
    """What is compared of the picture at `path`.

    Raises:
        PictureError: it cannot be read.
    """
    rgb_HWC = read_picture(path).rgb_HWC
    mirrored_HWC = np.ascontiguousarray(rgb_HWC[:, ::-1])
    return Fingerprint(phash64(rgb_HWC), phash64(mirrored_HWC), _keypoints(rgb_HWC), _keypoints(mirrored_HWC))


def same_photograph(a: Fingerprint, b: Fingerprint) -> str | None:
    """How the second repeats the first ("the same photograph", "mirrored", "another cut"), or None."""
    if distance_bits(a.phash64, b.phash64) <= NEAR_BITS:
        return "the same photograph"
    if distance_bits(a.phash64, b.mirrored_phash64) <= NEAR_BITS:
        return "the same photograph, mirrored"
    if shared_keypoints(a.keypoints, b.keypoints) >= SHARED_KEYPOINTS:
        return "another cut of the same photograph"
    if shared_keypoints(a.keypoints, b.mirrored_keypoints) >= SHARED_KEYPOINTS:
        return "another cut of the same photograph, mirrored"
    return None


def shared_keypoints(a: Keypoints, b: Keypoints) -> float:
    """Share of the keypoints, 0..1, that both have under one shift, turn and scale; of the picture with fewer."""
    import cv2

    fewer = min(len(a.xy_N2), len(b.xy_N2))
    if fewer < _FEWEST_PAIRS:
        return 0.0
    matches = cv2.BFMatcher(cv2.NORM_L2).knnMatch(a.descriptors_ND, b.descriptors_ND, k=2)
    clear = [first for first, second in matches if first.distance < 0.75 * second.distance]
    if len(clear) < _FEWEST_PAIRS:
        return 0.0
    there_J2 = a.xy_N2[[match.queryIdx for match in clear]]
    back_J2 = b.xy_N2[[match.trainIdx for match in clear]]
    transform_23, agrees_J1 = cv2.estimateAffinePartial2D(
        there_J2, back_J2, method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE_PX
    )
    return 0.0 if transform_23 is None else int(agrees_J1.sum()) / fewer


def _keypoints(rgb_HWC: FramesU8) -> Keypoints:
    return keypoints_of(rgb_HWC, np.ones(rgb_HWC.shape[:2], bool))
