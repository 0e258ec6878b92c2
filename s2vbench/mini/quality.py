"""The recipe of `mini_quality`: drawn frames under graded distortions, whose level it learns to tell as a score.

python -m s2vbench.mini.quality train BANK OUT
python -m s2vbench.mini.quality measure OUT BANK --json FILE

100 is a frame as it was drawn, 0 one under a distortion of level 5. Trained on clips below `HELD_OUT`, measured on
those above: other individuals, other scenes.

Shape letters: N frames, H rows, W columns, C red, green, blue.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.mini.quality import MINI_QUALITY, MiniQuality
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.quality_distortions import DISTORTIONS, MOST, blocks
from s2vbench.mini.quality_measures import measure
from s2vbench.mini.training import Batch, Plan, Training, plan_of, recipe_parser
from s2vbench.types import FramesU8

PLAN: Final = Plan(steps=9_000, batch=32, rate=6e-4, weight_decay=0.02)
POINTS_PER_LEVEL: Final = 100 / MOST
_HEIGHTS_PX: Final = (64, 64, 64, 80, 96, 128)
"""One of these a batch; videos of the embedded model are 64 px high."""
_CLEAN_SHARE, _SECOND_SHARE, _CODED_SHARE = 0.15, 0.25, 0.3
_MARGIN_LEVELS: Final = 0.5


def draw_pair(bank: ClipBank, height_px: int, random: np.random.Generator) -> tuple[list[FramesU8], list[float]]:
    """One frame twice, under the same distortions at two levels; and both levels."""
    shard, at = bank.where(int(random.integers(len(bank))))
    frames_THWC = shard.array("frames")[at]
    frame_HWC = _sized(np.asarray(frames_THWC[int(random.integers(len(frames_THWC)))]), height_px, random)
    if random.random() < _CODED_SHARE:
        # What a good codec leaves counts as clean: every video has been through one.
        frame_HWC = blocks(frame_HWC, random.uniform(0.05, 0.3), random)
    kinds = list(DISTORTIONS.values())
    chosen = [kinds[at] for at in random.permutation(len(kinds))[: 1 + int(random.random() < _SECOND_SHARE)]]
    frames, levels = [], []
    for _ in range(2):
        distorted, squares = frame_HWC, 0.0
        for distort in chosen:
            level = 0.0 if random.random() < _CLEAN_SHARE else random.uniform(0, MOST)
            distorted = distort(distorted, level, random)
            squares += level**2
        frames.append(distorted)
        levels.append(min(MOST, squares**0.5))
    return frames, levels


def _sized(frame_HWC: FramesU8, height_px: int, random: np.random.Generator) -> FramesU8:
    """The frame shrunk by either of two filters, and mirrored half of the time."""
    if random.random() < 0.5:
        frame_HWC = np.ascontiguousarray(frame_HWC[:, ::-1])
    if height_px == frame_HWC.shape[0]:
        return frame_HWC
    size = round(frame_HWC.shape[1] * height_px / frame_HWC.shape[0]), height_px
    how = cv2.INTER_AREA if random.random() < 0.7 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(frame_HWC, size, interpolation=how), np.uint8)


def draw_batch(bank: ClipBank, plan: Plan, step: int) -> Batch:
    """Frames (N, C, H, W) in 0..1, neighbours being one frame at two levels; and levels (N,)."""
    random = np.random.default_rng((plan.seed, step))
    height_px = _HEIGHTS_PX[int(random.integers(len(_HEIGHTS_PX)))]
    frames: list[FramesU8] = []
    levels: list[float] = []
    for _ in range(plan.batch // 2):
        pair, their_levels = draw_pair(bank, height_px, random)
        frames += pair
        levels += their_levels
    unit_NCHW = torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2).float() / 255
    return unit_NCHW.contiguous(), torch.tensor(levels)


def loss_of(network: MiniQuality, batch: Batch) -> Tensor:
    """How far the scores are from those of the levels, and whether the two of a pair stand in the right order."""
    frames_NCHW, levels_N = batch
    found_N = (100 - network.scores_together(frames_NCHW)) / POINTS_PER_LEVEL
    apart_P = found_N[::2] - found_N[1::2]
    truly_P = levels_N[::2] - levels_N[1::2]
    wrong_P = functional.relu(truly_P.abs().clamp(max=_MARGIN_LEVELS) - apart_P * truly_P.sign())
    return functional.smooth_l1_loss(found_N, levels_N, beta=0.5) + wrong_P.mean()


def new_network(seed: int) -> MiniQuality:
    """An untrained network that begins in the middle of the scale."""
    torch.manual_seed(seed)
    return MiniQuality(**MINI_QUALITY.options)  # type: ignore[arg-type]


def main() -> None:
    """Train, or measure what was trained."""
    parser, _ = recipe_parser(__doc__, PLAN, count=600, counted="frames to measure on, each of another clip")
    options = parser.parse_args()
    if options.command == "train":
        plan, bank = plan_of(options, PLAN), ClipBank(options.bank)
        network = new_network(plan.seed)
        training = Training(network, plan, options.out)
        training.run(lambda step: draw_batch(bank, plan, step), lambda batch: loss_of(network, batch))
        return
    trained = load_trained(MINI_QUALITY, options.out)
    found = measure(trained, ClipBank(options.bank, held_out=True), options.count)
    write_measures(options.json, MINI_QUALITY, options.out, found)


if __name__ == "__main__":
    main()
