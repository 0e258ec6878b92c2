"""Structural similarity of two grey pictures (Wang et al. 2004, IEEE TIP 13(4))."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(a_HW: npt.NDArray[np.uint8], b_HW: npt.NDArray[np.uint8]) -> float:
    """Mean structural similarity, -1..1; 1 for equal pictures. Gaussian windows of 1.5 px, levels 0..255.

    Args:
        a_HW: grey levels.
        b_HW: grey levels of the same shape.

    >>> picture = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> ssim(picture, picture)
    1.0
    >>> ssim(picture, 255 - picture) < 0
    True
    """
    import cv2

    def mean(values_HW: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        smoothed: npt.NDArray[np.float64] = cv2.GaussianBlur(values_HW, (11, 11), 1.5)
        return smoothed

    a, b = a_HW.astype(np.float64), b_HW.astype(np.float64)
    mean_a, mean_b = mean(a), mean(b)
    variance_a, variance_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + _C1) / (mean_a**2 + mean_b**2 + _C1)
    structure = (2 * covariance + _C2) / (variance_a + variance_b + _C2)
    return float((luminance * structure).mean())
