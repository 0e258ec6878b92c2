"""Damage done to frames: each function takes and gives frames (T, H, W, C) of uint8."""

from __future__ import annotations

import numpy as np

from s2vbench.types import FramesU8

FLICKER, NOISE_SD, BLUR_SHARE = 0.30, 28.0, 0.018


def static(frames_THWC: FramesU8) -> FramesU8:
    """The first frame for ever."""
    return np.repeat(frames_THWC[:1], len(frames_THWC), axis=0)


def flicker(frames_THWC: FramesU8) -> FramesU8:
    """Every other frame 30 % darker."""
    dark = np.where(np.arange(len(frames_THWC)) % 2 == 1, 1.0 - FLICKER, 1.0)
    return (frames_THWC * dark[:, None, None, None]).round().astype(np.uint8)


def blur(frames_THWC: FramesU8) -> FramesU8:
    """A Gaussian blur of 1.8 % of the frame's height."""
    import cv2

    sigma = BLUR_SHARE * frames_THWC.shape[1]
    return np.stack([cv2.GaussianBlur(frame_HWC, (0, 0), sigma) for frame_HWC in frames_THWC])


def noise(frames_THWC: FramesU8, seed: int) -> FramesU8:
    """Independent Gaussian noise of standard deviation 28 in every pixel."""
    random = np.random.Generator(np.random.PCG64(seed % 2**63))
    noisy = np.empty_like(frames_THWC)
    for noisy_HWC, frame_HWC in zip(noisy, frames_THWC, strict=True):
        noisy_HWC[:] = np.clip(np.round(frame_HWC + random.normal(0, NOISE_SD, frame_HWC.shape)), 0, 255)
    return noisy


def crossfade(first_THWC: FramesU8, second_THWC: FramesU8) -> FramesU8:
    """From the first film in frame 0 to the second in the last."""
    share = np.linspace(0, 1, len(first_THWC))[:, None, None, None]
    return np.round(first_THWC * (1 - share) + second_THWC * share).astype(np.uint8)
