"""The recipe of `mini_interpolator`: triplets of drawn clips, seen at many sizes.

python -m s2vbench.mini.interpolator train BANK OUT
python -m s2vbench.mini.interpolator measure OUT BANK --json FILE

Trained on clips below `HELD_OUT`, measured on those above: other individuals, other scenes.

Shape letters: N triplets, 3 the frames of a triplet, C channels, H rows, W columns.
"""

from __future__ import annotations

from typing import Final, cast

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.amt_blocks import FLOWS
from s2vbench.backbones.mini.interpolator import MINI_INTERPOLATOR, MiniInterpolator
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.interpolator_measures import measure
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.training import Batch, Plan, Training, plan_of, recipe_parser
from s2vbench.types import FramesU8

PLAN: Final = Plan(steps=10_000, batch=24, rate=8e-4)
CROP_HEIGHT_PX, CROP_WIDTH_PX = 64, 112
"""What one sample shows; the size of the embedded model's videos."""
_STRIDES: Final = (1, 2)
_LIVELIER: Final = 0.6
"""Share of the samples that are the livelier of two: drawn clips are mostly still."""
_PYRAMID_LEVELS: Final = 3
_CHARBONNIER: Final = 1e-3


def draw_triplet(bank: ClipBank, random: np.random.Generator) -> FramesU8:
    """Three frames (3, 64, 112, C) at equal distances in time, in one of many sizes, qualities and orders."""
    found = _triplet(bank, random)
    if random.random() < _LIVELIER:
        other = _triplet(bank, random)
        found = max(found, other, key=_motion)
    return _degraded(_cropped(found, random), random)


def _triplet(bank: ClipBank, random: np.random.Generator) -> FramesU8:
    shard, at = bank.where(int(random.integers(len(bank))))
    frames_THWC = shard.array("frames")[at]
    stride = _STRIDES[int(random.integers(len(_STRIDES)))]
    start = int(random.integers(len(frames_THWC) - 2 * stride))
    triplet_3HWC: FramesU8 = np.asarray(frames_THWC[start : start + 2 * stride + 1 : stride])
    return triplet_3HWC


def _motion(triplet_3HWC: FramesU8) -> float:
    """How much changes from the first to the last frame, seen coarsely."""
    first, last = (frame_HWC[::4, ::4].astype(np.int16) for frame_HWC in (triplet_3HWC[0], triplet_3HWC[2]))
    return float(np.abs(first - last).mean())


def _cropped(triplet_3HWC: FramesU8, random: np.random.Generator) -> FramesU8:
    """Shrunk to between the crop's height and its own, cut, mirrored, turned round in time."""
    height_px, width_px = triplet_3HWC.shape[1:3]
    scale = CROP_HEIGHT_PX / height_px
    if random.random() < 0.5:
        scale = random.uniform(scale, 1.0)
    size = max(CROP_WIDTH_PX, round(width_px * scale)), max(CROP_HEIGHT_PX, round(height_px * scale))
    left = int(random.integers(size[0] - CROP_WIDTH_PX + 1))
    top = int(random.integers(size[1] - CROP_HEIGHT_PX + 1))
    cut = (slice(top, top + CROP_HEIGHT_PX), slice(left, left + CROP_WIDTH_PX))
    found = np.stack([cv2.resize(frame_HWC, size, interpolation=cv2.INTER_AREA)[cut] for frame_HWC in triplet_3HWC])
    for axis in (0, 1, 2):
        if axis != 1 and random.random() < 0.5:
            found = np.flip(found, axis)
    return np.ascontiguousarray(found)


def _degraded(triplet_3HWC: FramesU8, random: np.random.Generator) -> FramesU8:
    """Some as blurred as a generator's frames are, some with a codec's marks; all three frames alike."""
    if random.random() < 0.3:
        sigma_px = random.uniform(0.4, 1.3)
        triplet_3HWC = np.stack([cv2.GaussianBlur(frame_HWC, (0, 0), sigma_px) for frame_HWC in triplet_3HWC])
    if random.random() < 0.2:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(40, 90))]
        coded = [cv2.imencode(".jpg", frame_HWC, quality)[1] for frame_HWC in triplet_3HWC]
        triplet_3HWC = np.stack([np.asarray(cv2.imdecode(frame, cv2.IMREAD_COLOR), np.uint8) for frame in coded])
    return triplet_3HWC


def draw_batch(bank: ClipBank, plan: Plan, step: int) -> Batch:
    """First, middle and last frames (N, C, H, W) in 0..1 of one step."""
    random = np.random.default_rng((plan.seed, step))
    triplets = torch.from_numpy(np.stack([draw_triplet(bank, random) for _ in range(plan.batch)]))
    unit_3NCHW = triplets.permute(1, 0, 4, 2, 3).float() / 255
    return tuple(unit_3NCHW.contiguous())


def loss_of(network: MiniInterpolator, batch: Batch) -> Tensor:
    """Mean absolute difference, a little rounded at 0, of the frames and of their halves and quarters."""
    first_NCHW, middle_NCHW, last_NCHW = batch
    difference_NCHW = network(first_NCHW, last_NCHW) - middle_NCHW
    total = _charbonnier(difference_NCHW)
    # Coarse differences pull flows towards what lies farther away than the next pixel.
    for _ in range(1, _PYRAMID_LEVELS):
        difference_NCHW = functional.avg_pool2d(difference_NCHW, 2)
        total = total + _charbonnier(difference_NCHW)
    return total


def _charbonnier(difference: Tensor) -> Tensor:
    return (difference.square() + _CHARBONNIER**2).sqrt().mean()


def new_network(seed: int) -> MiniInterpolator:
    """An untrained network that starts as the mean of both frames, almost: flows, mask and residual are small."""
    torch.manual_seed(seed)
    network = MiniInterpolator()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith("convblock.2.weight"):
                num_small = parameter.shape[1] if name.startswith("decoder1") else FLOWS
                parameter[:, :num_small] *= 0.1
            elif name.endswith("convblock.2.bias"):
                parameter.zero_()
    return network


def main() -> None:
    """Train, or measure what was trained."""
    parser, _ = recipe_parser(__doc__, PLAN, count=600, counted="triplets, and clips, to measure on")
    options = parser.parse_args()
    if options.command == "train":
        plan, bank = plan_of(options, PLAN), ClipBank(options.bank)
        network = new_network(plan.seed)
        training = Training(network, plan, options.out)
        training.run(lambda step: draw_batch(bank, plan, step), lambda batch: loss_of(network, batch))
        return
    trained = load_trained(MINI_INTERPOLATOR, options.out)
    found = measure(cast("MiniInterpolator", trained), ClipBank(options.bank, held_out=True), options.count)
    write_measures(options.json, MINI_INTERPOLATOR, options.out, found)


if __name__ == "__main__":
    main()
