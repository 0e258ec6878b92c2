"""How processes share a training: the interface that the loop sees, and the plain case of one process."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

import torch
from torch import Tensor, nn


class Parallel(Protocol):
    """What the loop asks of its processes.

    Attributes:
        rank: of this process.
        world: processes.
        data_rank: which part of the global batch this process sees; equal for processes that share samples.
        data_world: parts of the global batch.
        device: where this process computes.
    """

    rank: int
    world: int
    data_rank: int
    data_world: int
    device: torch.device

    @property
    def is_main(self) -> bool:
        """True for the one process that writes logs."""

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model moved to the device and shared as it must be; its parameters stay fp32."""

    def autocast(self) -> AbstractContextManager[object]:
        """Within it the network computes in the configured precision."""

    def sync_gradients(self, model: nn.Module, *, wanted: bool) -> None:
        """Whether the next backward pass must end with gradients that agree over all processes."""

    def scale_loss(self, loss: Tensor) -> Tensor:
        """What to call backward on, so that the shared gradient is that of the global mean."""

    def clip(self, parameters: Iterable[nn.Parameter], max_norm: float) -> Tensor:
        """Scale gradients down to a norm of at most `max_norm` over all processes; the norm before, a plain scalar."""

    def mean(self, values: Tensor) -> Tensor:
        """The mean of small tensors over all processes."""

    def any(self, flag: bool) -> bool:  # noqa: FBT001 -- a question with one obvious argument
        """True everywhere where it is true anywhere."""

    def barrier(self) -> None:
        """Wait for all processes."""

    def close(self) -> None:
        """Leave the group."""


class Single:
    """One process."""

    def __init__(self, device: torch.device, precision: str = "fp32") -> None:
        self.rank, self.world, self.data_rank, self.data_world = 0, 1, 0, 1
        self.device = device
        self._bf16 = precision == "bf16"

    @property
    def is_main(self) -> bool:
        """True."""
        return True

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model on the device."""
        return model.to(self.device)

    def autocast(self) -> AbstractContextManager[object]:
        """bf16 where configured."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self._bf16)

    def sync_gradients(self, model: nn.Module, *, wanted: bool) -> None:
        """Nothing to agree on."""

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss."""
        return loss

    def clip(self, parameters: Iterable[nn.Parameter], max_norm: float) -> Tensor:
        """Plain clipping."""
        return nn.utils.clip_grad_norm_(parameters, max_norm, foreach=True)

    def mean(self, values: Tensor) -> Tensor:
        """The values."""
        return values

    def any(self, flag: bool) -> bool:  # noqa: FBT001 -- see Parallel
        """The flag."""
        return flag

    def barrier(self) -> None:
        """Nobody to wait for."""

    def close(self) -> None:
        """Nothing to leave."""
