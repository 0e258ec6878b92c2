"""The recipe of `mini_detector`: drawn frames and reference pictures with boxes, and phrases for every class.

python -m s2vbench.mini.detector train BANK OUT
python -m s2vbench.mini.detector choose OUT BANK
python -m s2vbench.mini.detector measure OUT BANK --json FILE

Trained on clips below `HELD_OUT`, measured on those above: other individuals, other scenes. `choose` finds the
thresholds of the profile's policy on held-out clips that `measure` leaves out.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import torch
from torch import Tensor

from s2vbench.backbones.mini.detector import MINI_DETECTOR, MiniDetector
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.detector_losses import loss_of
from s2vbench.mini.detector_measures import choose, measure
from s2vbench.mini.detector_samples import draw_batch
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.training import Batch, Plan, Training, add_plan_options, plan_of
from s2vbench.resources import package_folder

PLAN: Final = Plan(steps=6000, batch=32, rate=1.5e-3)


def new_network(seed: int) -> MiniDetector:
    """An untrained network."""
    torch.manual_seed(seed)
    return MiniDetector().to(memory_format=torch.channels_last)


def quick_loss(network: MiniDetector) -> Callable[[Batch], Tensor]:
    """The loss, with products in bfloat16: 1.6 times the samples a second on a CPU that has it."""

    def loss(batch: Batch) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return loss_of(network, batch)

    return loss


def policy_of(profile: str) -> SubjectPolicy:
    """The thresholds that a profile of this package uses."""
    content = tomllib.loads((package_folder("profiles") / f"{profile}.toml").read_text(encoding="utf-8"))
    return SubjectPolicy(**content["subjects"].get("policy", {}))


def main() -> None:
    """Train, choose thresholds, or measure what was trained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train")
    train.add_argument("bank", type=Path)
    train.add_argument("out", type=Path)
    add_plan_options(train, PLAN)
    choosing = commands.add_parser("choose")
    choosing.add_argument("out", type=Path)
    choosing.add_argument("bank", type=Path)
    measuring = commands.add_parser("measure")
    measuring.add_argument("out", type=Path)
    measuring.add_argument("bank", type=Path)
    measuring.add_argument("--json", type=Path, required=True)
    measuring.add_argument(
        "--count", type=int, default=1000, help="clips to measure on, one frame and one reference each"
    )
    options = parser.parse_args()
    if options.command == "train":
        plan, bank = plan_of(options, PLAN), ClipBank(options.bank)
        network = new_network(plan.seed)
        training = Training(network, plan, options.out)
        training.run(lambda step: draw_batch(bank, plan.batch, plan.seed, step), quick_loss(network))
        return
    trained = cast("MiniDetector", load_trained(MINI_DETECTOR, options.out))
    bank = ClipBank(options.bank, held_out=True)
    if options.command == "choose":
        sys.stdout.write("".join(f"{name} = {value:g}\n" for name, value in choose(trained, bank).items()))
        return
    found = measure(trained, bank, options.count, policy_of("mini"))
    write_measures(options.json, MINI_DETECTOR, options.out, found)


if __name__ == "__main__":
    main()
