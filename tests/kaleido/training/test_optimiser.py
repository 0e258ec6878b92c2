from contextlib import suppress

import pytest
import torch
from torch import nn

from s2vbench.kaleido.training.optimiser import Ema, learning_rate, make_optimiser
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.training import tiny_run


def test_norms_and_biases_do_not_decay_and_everything_else_does() -> None:
    model = KaleidoTransformer(**tiny_run.TRANSFORMER)
    optimiser = make_optimiser(model, tiny_run.config().training)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    decay = {group["weight_decay"]: {names[id(p)] for p in group["params"]} for group in optimiser.param_groups}
    assert set(decay) == {1e-4, 0.0}
    assert all(name.endswith(".bias") or "norm" in name for name in decay[0.0])
    assert not any(name.endswith(".bias") or "norm" in name for name in decay[1e-4])
    assert decay[0.0] | decay[1e-4] == set(names.values())
    assert optimiser.param_groups[0]["betas"] == (0.9, 0.95)


def test_the_rate_rises_linearly_and_stays() -> None:
    settings = tiny_run.config(training={"learning_rate": 2.0, "warmup_steps": 100}).training
    assert learning_rate(settings, 0) == pytest.approx(0.1)
    assert learning_rate(settings, 50) == pytest.approx(2.0 * (0.05 + 0.95 * 0.5))
    assert [learning_rate(settings, step) for step in (100, 101, 10**6)] == [2.0, 2.0, 2.0]
    assert learning_rate(tiny_run.config(training={"warmup_steps": 0}).training, 0) == 3e-3


def test_the_rate_falls_in_a_line_where_a_cooldown_is_asked_for() -> None:
    given = {"learning_rate": 2.0, "warmup_steps": 10, "steps": 100, "cooldown": [40, 120]}
    settings = tiny_run.config(training=given).training
    assert [learning_rate(settings, step) for step in (10, 40, 60, 100, 119)] == pytest.approx([2, 2, 1.5, 0.5, 0.025])
    assert [learning_rate(settings, step) for step in (120, 500)] == [0.0, 0.0]


@pytest.mark.parametrize("cooldown", [[5, 100], [50, 50], [60, 50], [20, 99]])
def test_a_cooldown_out_of_order_is_refused(cooldown: list[int]) -> None:
    with pytest.raises(ValueError, match=r"cooldown \[.*must begin after warmup_steps 10.*not before steps 100"):
        tiny_run.config(training={"warmup_steps": 10, "steps": 100, "cooldown": cooldown})


def test_the_average_forgets_the_start_quickly_and_then_follows_slowly() -> None:
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    ema = Ema(model, 0.99)
    nn.init.ones_(model.weight)
    ema.update(model, 1)
    assert ema.weights["weight"].item() == pytest.approx(1 - 2 / 11)
    ema.update(model, 10**6)
    assert ema.weights["weight"].item() == pytest.approx(1 - 2 / 11 * 0.99)


def test_a_model_has_its_own_weights_again_after_sampling_with_the_average() -> None:
    model = nn.Linear(2, 2)
    ema = Ema(model, 0.9)
    averaged = model.weight.detach().clone()
    nn.init.ones_(model.weight)
    seen = []
    with ema.in_place(model):
        seen.append(model.weight.detach().clone())
    assert torch.equal(seen[0], averaged)
    with suppress(ZeroDivisionError), ema.in_place(model):
        raise ZeroDivisionError
    assert torch.equal(model.weight, torch.ones(2, 2))
