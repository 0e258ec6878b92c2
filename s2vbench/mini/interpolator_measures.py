"""How well held-out middle frames are guessed, and whether motion smoothness falls with damage done to motion.

Shape letters: P pairs or triplets, T frames, H rows, W columns, C channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import torch

from s2vbench.backbones.protocols import Interpolator
from s2vbench.errors import InputError
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.measures import mean_of, rank_correlation, spearman
from s2vbench.types import FramesU8
from s2vbench.video.ssim import ssim

HEIGHTS_PX: Final = (64, 128)
"""Of the embedded model's videos, and of the clips as they were drawn."""
MOTION_LEVELS: Final = (("low", 0.0, 4.0), ("medium", 4.0, 12.0), ("high", 12.0, 256.0))
"""By the mean absolute difference of first and last frame, 0..255."""
DAMAGE_LEVELS: Final = 5
_SEED: Final = 7


def measure(network: Interpolator, bank: ClipBank, count: int) -> dict[str, Any]:
    """Everything about `count` held-out triplets, and about as many clips damaged in their motion.

    Raises:
        InputError: the bank has fewer clips.
    """
    if len(bank) < count:
        raise InputError(
            f"{bank.folder}: {len(bank)} held-out clips are fewer than {count}; draw more or lower --count"
        )
    found: dict[str, Any] = {
        f"middle frames, {height_px} px high": middle_frame_measures(network, bank, count, height_px)
        for height_px in HEIGHTS_PX
    }
    for name, damage in DAMAGES.items():
        found[f"motion smoothness and {name}, 64 px high"] = smoothness_measures(network, bank, count, damage)
    return found


def middle_frame_measures(network: Interpolator, bank: ClipBank, count: int, height_px: int) -> dict[str, Any]:
    """PSNR and SSIM of guessed middle frames by motion, beside the mean of both neighbours and a copy of the first."""
    random = np.random.default_rng(_SEED)
    rows: list[dict[str, Any]] = []
    for index in range(count):
        stride = 1 + index % 2
        start = int(random.integers(9 - 2 * stride))
        first, middle, last = resized(_frames(bank, index)[start : start + 2 * stride + 1 : stride], height_px)
        guesses = {
            "network": middles(network, first[None], last[None])[0],
            "mean of neighbours": np.round((first.astype(np.float32) + last) / 2).astype(np.uint8),
            "copy of the first": first,
        }
        rows.append(
            {"motion": mean_absolute_difference(first, last)} | {k: _likeness(v, middle) for k, v in guesses.items()}
        )
    return {
        f"{level} motion": {
            f"{what} of {guess}": mean_of(row[guess][what] for row in chosen)
            for guess in guesses
            for what in ("PSNR", "SSIM")
        }
        for level, low, high in (("all", 0.0, 256.0), *MOTION_LEVELS)
        if len(chosen := [row for row in rows if low <= row["motion"] < high]) > 1
    }


def _likeness(guess_HWC: FramesU8, real_HWC: FramesU8) -> dict[str, float]:
    mse = float(np.mean((guess_HWC.astype(np.float64) - real_HWC) ** 2))
    grey = [cv2.cvtColor(frame_HWC, cv2.COLOR_RGB2GRAY) for frame_HWC in (guess_HWC, real_HWC)]
    # A frame without any difference would have no finite ratio: one level in one pixel of 20 is as good as none.
    return {
        "PSNR": 10 * float(np.log10(255**2 / max(mse, 0.05))),
        "SSIM": ssim(grey[0].astype(np.uint8), grey[1].astype(np.uint8)),
    }


def smoothness_measures(
    network: Interpolator, bank: ClipBank, count: int, damage: Callable[[FramesU8, int, np.random.Generator], FramesU8]
) -> dict[str, Any]:
    """Rank correlation of motion smoothness with the damage's level, within each clip and over all of them."""
    scores_NL = np.empty((count, DAMAGE_LEVELS + 1))
    for index in range(count):
        clip = resized(_frames(bank, index), HEIGHTS_PX[0])
        for level in range(DAMAGE_LEVELS + 1):
            random = np.random.default_rng((_SEED, index))
            scores_NL[index, level] = smoothness(network, damage(clip, level, random) if level else clip)
    levels_L = np.arange(DAMAGE_LEVELS + 1)
    levels_N = np.random.default_rng(_SEED).integers(len(levels_L), size=count)
    return {
        "rank correlation within a clip": mean_of(spearman(-levels_L, scores_L) for scores_L in scores_NL),
        # One level of each clip: pairs that do not depend on each other.
        "rank correlation over all clips": rank_correlation(-levels_N, scores_NL[np.arange(count), levels_N]),
        **{
            f"share of clips below their clean version, level {level}": mean_of(scores_NL[:, level] < scores_NL[:, 0])
            for level in levels_L[1:].tolist()
        },
        **{f"mean smoothness, level {level}": mean_of(scores_NL[:, level]) for level in levels_L.tolist()},
    }


def smoothness(network: Interpolator, frames_THWC: FramesU8) -> float:
    """What motion_smoothness says of the frames: 1 minus the error of every odd frame's guess over 255."""
    guesses = middles(network, frames_THWC[:-2:2], frames_THWC[2::2])
    errors = [mean_absolute_difference(*pair) for pair in zip(guesses, frames_THWC[1:-1:2], strict=True)]
    return 1 - float(np.mean(errors)) / 255


def mean_absolute_difference(a_HWC: FramesU8, b_HWC: FramesU8) -> float:
    """Mean over pixels and channels of |a - b|, in 0..255, as motion_smoothness takes it."""
    return float(np.abs(a_HWC.astype(np.int16) - b_HWC).mean())


def jitter(frames_THWC: FramesU8, level: int, random: np.random.Generator) -> FramesU8:
    """Every frame shifted on its own, by up to half a percent of the height a level."""
    reach_px = 0.005 * level * frames_THWC.shape[1]
    shifts_T2 = random.uniform(-1, 1, (len(frames_THWC), 2)) * reach_px
    return np.stack([_shifted(frame_HWC, shift) for frame_HWC, shift in zip(frames_THWC, shifts_T2, strict=True)])


def _shifted(frame_HWC: FramesU8, shift_px: npt.NDArray[np.float64]) -> FramesU8:
    matrix = np.array([[1, 0, shift_px[0]], [0, 1, shift_px[1]]])
    size = frame_HWC.shape[1], frame_HWC.shape[0]
    return np.asarray(cv2.warpAffine(frame_HWC, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def jumps(frames_THWC: FramesU8, level: int, random: np.random.Generator) -> FramesU8:
    """As many frames as the level says show the moment before or after their own: time stutters."""
    stuck = random.permutation(np.arange(1, len(frames_THWC) - 1))[:level]
    moments_T = np.arange(len(frames_THWC))
    moments_T[stuck] += random.choice((-1, 1), len(stuck))
    return frames_THWC[moments_T]


def flicker(frames_THWC: FramesU8, level: int, random: np.random.Generator) -> FramesU8:
    """Every frame's brightness changes on its own, by up to 3 % a level."""
    gains_T = 1 + random.uniform(-1, 1, len(frames_THWC)) * 0.03 * level
    return (frames_THWC * gains_T[:, None, None, None]).round().clip(0, 255).astype(np.uint8)


DAMAGES: Final = {"jitter": jitter, "stuttering time": jumps, "flicker": flicker}


def middles(network: Interpolator, first_PHWC: FramesU8, last_PHWC: FramesU8) -> FramesU8:
    """The guessed middle frames."""
    with torch.inference_mode():
        first, last = (torch.from_numpy(frames.copy()) for frames in (first_PHWC, last_PHWC))
        found: FramesU8 = network.middle_frames_u8(first, last).numpy()
        return found


def _frames(bank: ClipBank, index: int) -> FramesU8:
    shard, at = bank.where(index)
    frames_THWC: FramesU8 = np.asarray(shard.array("frames")[at])
    return frames_THWC


def resized(frames_THWC: FramesU8, height_px: int) -> FramesU8:
    """Frames made `height_px` high by areas; higher ones only."""
    if frames_THWC.shape[1] == height_px:
        return frames_THWC
    size = round(frames_THWC.shape[2] * height_px / frames_THWC.shape[1]), height_px
    return np.stack([cv2.resize(frame_HWC, size, interpolation=cv2.INTER_AREA) for frame_HWC in frames_THWC])
