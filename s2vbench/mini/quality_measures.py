"""Whether scores fall with the level of a distortion: within kinds, across kinds, and frame by frame.

Shape letters: N frames, L levels (0 to 5), H rows, W columns, C red, green, blue.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from s2vbench.backbones.preprocess import normalise, resize, to_tensor
from s2vbench.errors import InputError
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.measures import mean_of, rank_correlation, spearman
from s2vbench.mini.quality_distortions import DISTORTIONS, MOST
from s2vbench.types import Floats, FramesU8
from s2vbench.video.recipes import MINI_LONGER_256
from s2vbench.world import damage

HEIGHTS_PX: Final = (64, 128)
"""Of the embedded model's videos, and of the clips as they were drawn."""
LEVELS_L: Final = np.arange(int(MOST) + 1)
_SEED: Final = 11


def measure(network: nn.Module, bank: ClipBank, count: int) -> dict[str, Any]:
    """Everything about `count` held-out frames, one of each clip.

    Raises:
        InputError: the bank has fewer clips.
    """
    if len(bank) < count:
        raise InputError(
            f"{bank.folder}: {len(bank)} held-out clips are fewer than {count}; draw more or lower --count"
        )
    return {f"{height_px} px high": _measured_at(network, _frames(bank, count, height_px)) for height_px in HEIGHTS_PX}


def _measured_at(network: nn.Module, frames_NHWC: FramesU8) -> dict[str, Any]:
    clean_N = score(network, frames_NHWC)
    by_kind = {kind: _graded(network, frames_NHWC, clean_N, kind) for kind in DISTORTIONS}
    random = np.random.default_rng(_SEED)
    rows_N = np.arange(len(frames_NHWC))
    # One level of one kind for each frame: pairs that do not depend on each other.
    kinds_N, levels_N = (
        random.integers(len(by_kind), size=len(rows_N)),
        random.integers(len(LEVELS_L), size=len(rows_N)),
    )
    scores_KNL = np.stack(list(by_kind.values()))
    found: dict[str, Any] = {
        "rank correlation with the level, across kinds": rank_correlation(
            -levels_N, scores_KNL[kinds_N, rows_N, levels_N]
        ),
        "mean score by level": {f"level {level}": mean_of(scores_KNL[:, :, level].mean(axis=0)) for level in LEVELS_L},
    }
    for kind, scores_NL in by_kind.items():
        found[kind] = {
            "rank correlation with the level, over frames": rank_correlation(-levels_N, scores_NL[rows_N, levels_N]),
            "rank correlation with the level, within a frame": mean_of(spearman(-LEVELS_L, row) for row in scores_NL),
            "neighbouring levels in order": mean_of((np.diff(scores_NL) < 0).mean(axis=1)),
        }
    # What control videos are damaged with, which no training has seen.
    for name, damaged_NHWC in (
        ("blur of control videos", damage.blur(frames_NHWC)),
        ("noise of control videos", damage.noise(frames_NHWC, _SEED)),
    ):
        found[name] = {"frames below their clean version": mean_of(score(network, damaged_NHWC) < clean_N)}
    return found


def _graded(network: nn.Module, frames_NHWC: FramesU8, clean_N: Floats, kind: str) -> npt.NDArray[np.float64]:
    """Scores (N, L) of frames under one distortion; level 0 is the clean frame."""
    scores_NL = np.empty((len(frames_NHWC), len(LEVELS_L)))
    scores_NL[:, 0] = clean_N
    for level in LEVELS_L[1:].tolist():
        random = np.random.default_rng((_SEED, level))
        distorted = np.stack([DISTORTIONS[kind](frame_HWC, level, random) for frame_HWC in frames_NHWC])
        scores_NL[:, level] = score(network, distorted)
    return scores_NL


def score(network: nn.Module, frames_NHWC: FramesU8, batch: int = 50) -> Floats:
    """Scores (N,) as the metric gets them."""
    parts = []
    for start in range(0, len(frames_NHWC), batch):
        frames_NCHW = resize(to_tensor(frames_NHWC[start : start + batch], torch.device("cpu")), MINI_LONGER_256)
        with torch.inference_mode():
            parts.append(network(normalise(frames_NCHW, MINI_LONGER_256)).numpy())
    return np.concatenate(parts)


def _frames(bank: ClipBank, count: int, height_px: int) -> FramesU8:
    """The middle frame of each of the first clips."""
    found = []
    for index in range(count):
        shard, at = bank.where(index)
        found.append(resized(np.asarray(shard.array("frames")[at, 4]), height_px))
    return np.stack(found)


def resized(frame_HWC: FramesU8, height_px: int) -> FramesU8:
    """A frame made `height_px` high by areas."""
    if frame_HWC.shape[0] == height_px:
        return frame_HWC
    size = round(frame_HWC.shape[1] * height_px / frame_HWC.shape[0]), height_px
    return np.asarray(cv2.resize(frame_HWC, size, interpolation=cv2.INTER_AREA), np.uint8)
