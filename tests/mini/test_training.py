"""The training loop of the small networks: stopped and continued equals never stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from s2vbench.errors import DivergedError, InputError
from s2vbench.mini.ship import NETWORK
from s2vbench.mini.training import LOG, Batch, Plan, Training

PLAN = Plan(steps=8, batch=4, rate=0.1, threads=1)


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(3, 1)


def draw(step: int) -> Batch:
    x = torch.rand(4, 3, generator=torch.Generator().manual_seed(step))
    return x, x.sum(1, keepdim=True)


def train(folder: Path, plan: Plan = PLAN, stop_after: int | None = None, spoilt: int | None = None) -> bool:
    layer = network()
    training = Training(layer, plan, folder)
    done = 0

    def loss_of(batch: Batch) -> Tensor:
        nonlocal done
        if stop_after is not None and done == stop_after:
            training.save()
            raise KeyboardInterrupt
        done += 1
        x, y = batch
        loss: Tensor = (layer(x) - y).square().mean()
        return loss * float("nan") if spoilt is not None and training.step == spoilt else loss

    return training.run(draw, loss_of)


def test_stopped_and_continued_equals_never_stopped(tmp_path: Path) -> None:
    assert train(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", stop_after=3)
    assert train(tmp_path / "parts")
    whole, parts = (load_file(tmp_path / name / NETWORK) for name in ("whole", "parts"))
    for key, value in whole.items():
        assert torch.equal(value, parts[key]), key
        assert not torch.equal(value, network().state_dict()[key])


def test_time_that_is_over_is_no_end(tmp_path: Path) -> None:
    assert not train(tmp_path, replace(PLAN, minutes=0.0))
    assert train(tmp_path)
    rows = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [row["step"] for row in rows] == [8]


def test_lines_of_steps_that_are_done_again_are_cut_off(tmp_path: Path) -> None:
    train(tmp_path, replace(PLAN, minutes=0.0))
    (tmp_path / LOG).write_text('{"step": 0}\n{"step": 5}\n{"ste')
    train(tmp_path)
    assert [json.loads(line)["step"] for line in (tmp_path / LOG).read_text().splitlines()] == [0, 8]


@pytest.mark.parametrize("change", [{"rate": 0.2}, {"batch": 5}, {"seed": 1}])
def test_another_plan_needs_another_folder(tmp_path: Path, change: dict[str, float]) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match="give the same options, or another folder"):
        train(tmp_path, replace(PLAN, **change))


def test_a_file_that_is_no_checkpoint_is_one_line(tmp_path: Path) -> None:
    train(tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(b"x")
    with pytest.raises(InputError, match="no checkpoint of this training") as caught:
        train(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_loss_that_is_no_number_ends_it(tmp_path: Path) -> None:
    with pytest.raises(DivergedError, match="step 2: the loss is nan"):
        train(tmp_path, spoilt=2)


def test_the_rate_rises_and_falls() -> None:
    plan = Plan(steps=1000, batch=1, rate=1.0)
    rates = [plan.rate_at(step) for step in (0, 99, 500, 1000)]
    assert rates[0] < rates[3] < rates[2] < rates[1] <= 1
    assert rates[3] == pytest.approx(0.02)
