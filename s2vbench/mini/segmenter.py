"""The recipe of `mini_segmenter`: drawn subjects in roughly placed boxes.

python -m s2vbench.mini.segmenter train BANK OUT
python -m s2vbench.mini.segmenter measure OUT BANK --detector DETECTOR --json FILE

Trained on clips below `HELD_OUT`, measured on those above: other individuals, other scenes. DETECTOR is the folder of a
trained `mini_detector`, whose boxes are measured beside the true ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.mini.detector import MINI_DETECTOR, MiniDetector
from s2vbench.backbones.mini.segmenter import MINI_SEGMENTER, MiniSegmenter
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.segmenter_measures import measure
from s2vbench.mini.segmenter_samples import draw_batch
from s2vbench.mini.training import Batch, Plan, Training, plan_of, recipe_parser

PLAN: Final = Plan(steps=5000, batch=48, rate=2e-3)
_DICE, _GUESS = 1.0, 0.2


def new_network(seed: int) -> MiniSegmenter:
    """An untrained network."""
    torch.manual_seed(seed)
    return MiniSegmenter().to(memory_format=torch.channels_last)


def loss_of(network: MiniSegmenter, batch: Batch) -> Tensor:
    """Cross entropy of pixels, 1 - Dice of outlines, and how far off the guessed IoU is."""
    squares, outlines = batch
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits_NHW, guess_N = network(squares)
    truth_NHW = outlines.float() / 255
    pixels = functional.binary_cross_entropy_with_logits(logits_NHW, truth_NHW)
    drawn_NHW = logits_NHW.sigmoid()
    shared_N = (drawn_NHW * truth_NHW).sum((1, 2))
    dice_N = (2 * shared_N + 1) / (drawn_NHW.sum((1, 2)) + truth_NHW.sum((1, 2)) + 1)
    iou_N = _iou(logits_NHW.detach() > 0, truth_NHW > 0.5)
    loss: Tensor = pixels + _DICE * (1 - dice_N).mean() + _GUESS * (guess_N - iou_N).abs().mean()
    return loss


def _iou(a_NHW: Tensor, b_NHW: Tensor) -> Tensor:
    shared_N, either_N = (a_NHW & b_NHW).sum((1, 2)), (a_NHW | b_NHW).sum((1, 2))
    return torch.div(shared_N, either_N.clamp(min=1))


def main() -> None:
    """Train, or measure what was trained."""
    parser, commands = recipe_parser(__doc__, PLAN, count=750, counted="clips to measure on, one frame of each")
    commands["measure"].add_argument("--detector", type=Path, required=True, help="folder of a trained mini_detector")
    options = parser.parse_args()
    if options.command == "train":
        plan, bank = plan_of(options, PLAN), ClipBank(options.bank)
        network = new_network(plan.seed)
        training = Training(network, plan, options.out)
        training.run(lambda step: draw_batch(bank, plan.batch, plan.seed, step), lambda batch: loss_of(network, batch))
        return
    segmenter = cast("MiniSegmenter", load_trained(MINI_SEGMENTER, options.out))
    detector = cast("MiniDetector", load_trained(MINI_DETECTOR, options.detector))
    found = measure(segmenter, detector, ClipBank(options.bank, held_out=True), options.count)
    write_measures(options.json, MINI_SEGMENTER, options.out, found)


if __name__ == "__main__":
    main()
