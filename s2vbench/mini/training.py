"""A training that can be stopped anywhere: steps, a checkpoint every two minutes, a log in JSON lines.

A step's batch is a function of the step's number, so a training that was stopped goes on with the batches it would have
had. What is kept in the end is a moving average of the weights, which is steadier than the last ones.

OUT/checkpoint.pt        weights, their average, optimiser, steps done
OUT/log.jsonl            loss, rate, samples a second, every 20 seconds
OUT/network.safetensors  the average, when all steps are done (or the time given is over)
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from s2vbench.errors import DivergedError, InputError, OutputError
from s2vbench.files import cannot_write, write_atomically
from s2vbench.mini.ship import NETWORK

CHECKPOINT, LOG = "checkpoint.pt", "log.jsonl"
_LOG_EVERY_S: Final = 20.0
_SAVE_EVERY_S: Final = 120.0
_WARM_UP_STEPS: Final = 100
_LAST_RATE_SHARE: Final = 0.02
_LARGEST_GRADIENT: Final = 1.0

Batch = tuple[Tensor, ...]


@dataclass(frozen=True)
class Plan:
    """How long and how fast."""

    steps: int
    batch: int
    rate: float
    """Highest learning rate; it rises over 100 steps and falls along a cosine."""
    seed: int = 0
    minutes: float | None = None
    """Stop after so long, to go on at the next start."""
    threads: int = 2
    weight_decay: float = 0.01
    average: float = 0.998
    """Share of the moving average that a step keeps."""

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        warm = min(1.0, (step + 1) / _WARM_UP_STEPS)
        fall = 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.steps)))
        return self.rate * warm * (_LAST_RATE_SHARE + (1 - _LAST_RATE_SHARE) * fall)


class Training:
    """One training in its folder.

    Args:
        network: as it is at the start; where the folder has a checkpoint, that is loaded.
        plan: how long and how fast.
        folder: where everything goes.

    Raises:
        InputError: the folder holds the training of another network or plan.
    """

    def __init__(self, network: nn.Module, plan: Plan, folder: Path) -> None:
        self.network, self.plan, self.folder = network, plan, folder
        self.average = {key: value.detach().clone() for key, value in network.state_dict().items()}
        matrices = [value for value in network.parameters() if value.ndim > 1]
        others = [value for value in network.parameters() if value.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": plan.weight_decay}, {"params": others, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.99))
        self.step, self.wall_s = 0, 0.0
        if (folder / CHECKPOINT).exists():
            self._load()

    def run(self, draw: Callable[[int], Batch], loss_of: Callable[[Batch], Tensor]) -> bool:
        """Train until all steps are done or the time is over; true where all are done.

        Args:
            draw: the batch of a step; called in another thread, one step ahead.
            loss_of: the mean loss of a batch.

        Raises:
            DivergedError: a loss is no finite number; the last checkpoint stands.
            OutputError: the folder cannot be written.
        """
        torch.set_num_threads(self.plan.threads)
        self.network.train()
        self._start_log()
        clock = _Clock(self.wall_s)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(draw, self.step)
            while self.step < self.plan.steps and not clock.is_over(self.plan.minutes):
                batch = waiting.result()
                if self.step + 1 < self.plan.steps:
                    waiting = pool.submit(draw, self.step + 1)
                clock.losses.append(self._train(loss_of(batch)))
                self.wall_s = clock.wall_s()
                if clock.is_due("log", _LOG_EVERY_S):
                    self._say(clock)
                if clock.is_due("save", _SAVE_EVERY_S):
                    self.save()
        self._say(clock)
        self.save()
        return self.step >= self.plan.steps

    def _start_log(self) -> None:
        """Cut off what a training that was stopped wrote after its checkpoint: those steps are done again."""
        path = self.folder / LOG
        rows = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [row for row in rows if row.endswith("}") and json.loads(row)["step"] <= self.step]
        write_atomically(path, "".join(f"{row}\n" for row in kept))

    def _train(self, loss: Tensor) -> float:
        found = float(loss.detach())
        if not math.isfinite(found):
            raise DivergedError(
                f"step {self.step}: the loss is {found}; train again with a lower --rate, from the checkpoint of "
                f"{self.folder}"
            )
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate_at(self.step)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        self.optimiser.step()
        self.step += 1
        # Early weights are far from the last ones: the average forgets them fast at first.
        keep = min(self.plan.average, self.step / (self.step + 10))
        with torch.no_grad():
            for key, value in self.network.state_dict().items():
                if value.is_floating_point():
                    self.average[key].lerp_(value, 1 - keep)
                else:
                    self.average[key].copy_(value)
        return found

    def _say(self, clock: _Clock) -> None:
        if not clock.losses:
            return
        row = {
            "step": self.step,
            "loss": sum(clock.losses) / len(clock.losses),
            "rate": self.plan.rate_at(self.step),
            "samples_per_s": round(len(clock.losses) * self.plan.batch / clock.since_log_s(), 2),
            "wall_s": round(self.wall_s, 1),
        }
        with (self.folder / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        sys.stderr.write(
            f"step {row['step']}/{self.plan.steps}: loss {row['loss']:.4f}, rate {row['rate']:.2e}, "
            f"{row['samples_per_s']:.0f} samples/s, {self.wall_s / 60:.1f} min\n"
        )
        clock.losses.clear()

    def save(self) -> None:
        """Write the checkpoint, and the average as a file of its own.

        Raises:
            OutputError: the folder cannot be written.
        """
        plan = _lasting(self.plan)
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "wall_s": self.wall_s,
            "plan": plan,
        }
        told = {"steps": str(self.step), "wall_s": f"{self.wall_s:.0f}"} | {k: str(v) for k, v in plan.items()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, write in (
                (CHECKPOINT, lambda path: torch.save(state, path)),
                (NETWORK, lambda path: save_file({k: v.contiguous() for k, v in self.average.items()}, path, told)),
            ):
                part = self.folder / f"{name}.part"
                write(part)
                os.replace(part, self.folder / name)  # noqa: PTH105 -- as in files.py
        except OSError as error:
            raise OutputError(cannot_write(self.folder, error)) from error

    def _load(self) -> None:
        path = self.folder / CHECKPOINT
        try:
            state = torch.load(path, weights_only=True)
            if state["plan"] != _lasting(self.plan):
                raise InputError(f"{path}: trained with {state['plan']}; give the same options, or another folder")
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
        except (RuntimeError, KeyError, ValueError, OSError, EOFError, pickle.UnpicklingError) as error:
            raise InputError(f"{path}: no checkpoint of this training ({' '.join(str(error).split()):.160})") from error
        self.average, self.step, self.wall_s = state["average"], state["step"], state["wall_s"]


class _Clock:
    """When to speak, when to save, when to stop."""

    def __init__(self, before_s: float) -> None:
        self._before_s, self._start = before_s, time.monotonic()
        self._last = {"log": self._start, "save": self._start}
        self.losses: list[float] = []
        self._logged = self._start

    def is_over(self, minutes: float | None) -> bool:
        return minutes is not None and time.monotonic() - self._start >= 60 * minutes

    def is_due(self, what: str, every_s: float) -> bool:
        now = time.monotonic()
        if now - self._last[what] < every_s:
            return False
        self._last[what] = now
        return True

    def since_log_s(self) -> float:
        now = time.monotonic()
        since_s, self._logged = now - self._logged, now
        return max(since_s, 1e-9)

    def wall_s(self) -> float:
        return self._before_s + time.monotonic() - self._start


def _lasting(plan: Plan) -> dict[str, Any]:
    """What must not change between the starts of one training."""
    return {key: value for key, value in asdict(plan).items() if key not in {"minutes", "threads"}}


def add_plan_options(parser: argparse.ArgumentParser, default: Plan) -> None:
    """The options of `train` that every recipe has."""
    parser.add_argument("--steps", type=int, default=default.steps)
    parser.add_argument("--batch", type=int, default=default.batch)
    parser.add_argument("--rate", type=float, default=default.rate)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--minutes", type=float, help="stop after so long; the same command goes on")
    parser.add_argument("--threads", type=int, default=default.threads)


def recipe_parser(
    description: str | None, default: Plan, *, count: int, counted: str
) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The command line of a recipe: `train BANK OUT` and `measure OUT BANK --json FILE`; the parser, and its commands'.

    Args:
        description: the recipe's docstring.
        default: what is done where nothing is said.
        count: how much is measured by default.
        counted: what that is a number of.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    train, measure = commands.add_parser("train"), commands.add_parser("measure")
    for name in ("bank", "out"):
        train.add_argument(name, type=Path)
    add_plan_options(train, default)
    for name in ("out", "bank"):
        measure.add_argument(name, type=Path)
    measure.add_argument("--json", type=Path, required=True)
    measure.add_argument("--count", type=int, default=count, help=counted)
    return parser, {"train": train, "measure": measure}


def plan_of(options: argparse.Namespace, default: Plan) -> Plan:
    """The plan that was asked for."""
    names = ("steps", "batch", "rate", "seed", "minutes", "threads")
    return replace(default, **{name: getattr(options, name) for name in names})
