"""AdamW as the released trainer has it, its rate over time, and the running average of the weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from s2vbench.kaleido.training.config import TrainingSection


def make_optimiser(model: nn.Module, settings: TrainingSection) -> torch.optim.AdamW:
    """AdamW over what is trainable; parameters of one axis (norms, biases) do not decay."""
    trainable = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for name, p in trainable if decays(name, p)], "weight_decay": settings.weight_decay},
        {"params": [p for name, p in trainable if not decays(name, p)], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=learning_rate(settings, 0),
        betas=settings.betas,
        eps=settings.eps,
        fused=True,
    )


def decays(name: str, parameter: Tensor) -> bool:
    """Whether weight decay acts on a parameter: on matrices and modulation tables, on nothing else."""
    return parameter.ndim > 1 and not name.endswith(".bias")


def learning_rate(settings: TrainingSection, step: int) -> float:
    """The rate of a step (from 0): a linear rise over the warm-up, then constant, then a linear fall if asked for."""
    if step < settings.warmup_steps:
        start = settings.warmup_start
        return settings.learning_rate * (start + (1.0 - start) * step / settings.warmup_steps)
    if settings.cooldown is None:
        return settings.learning_rate
    first, last = settings.cooldown
    return settings.learning_rate * min(1.0, max(0.0, (last - step) / (last - first)))


def set_learning_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Give every group the rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate


class Ema:
    """Exponential moving average of the trainable parameters, by name, in fp32.

    Early on the average follows faster than `decay` says, min(decay, (1 + n) / (10 + n)) after n steps, so that it does
    not remember the random start.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {name: p.detach().clone() for name, p in model.named_parameters() if p.requires_grad}

    @torch.no_grad()
    def update(self, model: nn.Module, steps_done: int) -> None:
        """Move towards the model's weights; `steps_done` from 1."""
        decay = min(self.decay, (1 + steps_done) / (10 + steps_done))
        current = dict(model.named_parameters())
        torch._foreach_lerp_(
            list(self.weights.values()), [current[name].detach() for name in self.weights], 1.0 - decay
        )

    @contextmanager
    def in_place(self, model: nn.Module) -> Iterator[None]:
        """The model has the average for as long as the block runs."""
        own = {name: p.detach().clone() for name, p in model.named_parameters() if name in self.weights}
        try:
            self._put(model, self.weights)
            yield
        finally:
            self._put(model, own)

    @torch.no_grad()
    def _put(self, model: nn.Module, weights: Mapping[str, Tensor]) -> None:
        for name, parameter in model.named_parameters():
            if name in weights:
                parameter.copy_(weights[name])

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Take over an average."""
        with torch.no_grad():
            for name, mine in self.weights.items():
                mine.copy_(weights[name])


def num_parameters(parameters: Iterable[Tensor]) -> int:
    """How many numbers they hold together."""
    return sum(parameter.numel() for parameter in parameters)
