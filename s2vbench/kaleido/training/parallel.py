"""Several processes train one model: FSDP2 shards it over all of them, Ulysses groups share the tokens of a clip.

`torchrun` starts data x ulysses processes; those of one Ulysses group have neighbouring ranks, so that a group stays on
one machine, and see the same samples. Weights, optimiser and gradient sums are fp32; with bf16 the network computes in
bf16, and blocks are sent around in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor

from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import ParallelSection
from s2vbench.kaleido.training.single import Parallel, Single
from s2vbench.kaleido.transformer import KaleidoTransformer
from s2vbench.kaleido.ulysses import enable_ulysses

TIMEOUT: Final = timedelta(minutes=30)
"""How long a process waits for another one: longer than any sampling or saving takes."""


def from_environment(
    section: ParallelSection,
    *,
    precision: str = "fp32",
    device: str | None = None,
    timeout: timedelta = TIMEOUT,
) -> Parallel:
    """The processes that `torchrun` started, or this one alone.

    Args:
        section: how they share the work.
        precision: what the network computes in, "fp32" or "bf16".
        device: "cpu" or "cuda"; None takes the GPU where there is one.
        timeout: how long to wait for the other processes.

    Raises:
        InputError: the number of processes does not fit the section, a process has no GPU, or they cannot meet.
    """
    launch = _Launch.read(os.environ)
    data_world = data_groups(section, launch.world)
    place = launch.device(device)
    if launch.world == 1:
        return Single(place, precision)
    launch.join(place, timeout)
    return Sharded(data_world, section.ulysses, place, precision)


def data_groups(section: ParallelSection, world: int) -> int:
    """How many groups of processes see different samples.

    >>> data_groups(ParallelSection(ulysses=2), 8)
    4

    Raises:
        InputError: the section needs another number of processes.
    """
    ulysses = section.ulysses
    if world % ulysses:
        raise InputError(
            f"parallel.ulysses {ulysses} does not divide the number of processes, {world}; start a multiple of "
            f"{ulysses} with `torchrun --nproc-per-node N`, or set parallel.ulysses to a divisor of {world}"
        )
    if section.data is not None and section.data * ulysses != world:
        raise InputError(
            f"parallel.data {section.data} times parallel.ulysses {ulysses} needs {section.data * ulysses} processes, "
            f"but there are {world}; start as many with `torchrun --nproc-per-node N`, or leave parallel.data away"
        )
    return world // ulysses


@dataclass(frozen=True)
class _Launch:
    """What `torchrun` says of this process."""

    rank: int
    world: int
    local_rank: int
    meeting_point: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> _Launch:
        def number(name: str, default: int) -> int:
            text = environment.get(name, str(default))
            if not text.isdecimal():
                raise InputError(f"${name} is {text!r}, not a number; start with `torchrun --nproc-per-node N`")
            return int(text)

        rank, world = number("RANK", 0), number("WORLD_SIZE", 1)
        if rank >= max(world, 1):
            raise InputError(f"$RANK {rank} is not below $WORLD_SIZE {world}; start with `torchrun --nproc-per-node N`")
        address, port = environment.get("MASTER_ADDR", "?"), environment.get("MASTER_PORT", "?")
        return cls(rank, max(world, 1), number("LOCAL_RANK", rank), f"{address}:{port}")

    def device(self, wanted: str | None) -> torch.device:
        """Where this process computes."""
        if wanted == "cpu" or (wanted is None and not torch.cuda.is_available()):
            return torch.device("cpu")
        visible = torch.cuda.device_count()
        if self.local_rank >= visible:
            raise InputError(
                f"process {self.local_rank} of this machine has no GPU of its own ({visible} visible); start at most "
                f"{max(visible, 1)} with `torchrun --nproc-per-node N`, or compute on the CPU"
            )
        return torch.device("cuda", self.local_rank)

    def join(self, device: torch.device, timeout: timedelta) -> None:
        """Meet the other processes and exchange a first word, so that a broken network shows here."""
        backend = "gloo" if device.type == "cpu" else "cpu:gloo,cuda:nccl"
        try:
            if device.type == "cuda":
                torch.cuda.set_device(device)
            dist.init_process_group(backend, rank=self.rank, world_size=self.world, timeout=timeout)
            present = torch.ones((), device=device)
            dist.all_reduce(present)
            assert int(present) == self.world, present
        except (RuntimeError, ValueError) as error:
            if dist.is_initialized():
                dist.destroy_process_group()
            reason = " ".join(str(error).split())
            raise InputError(
                f"process {self.rank} of {self.world} cannot meet the others at {self.meeting_point} over {backend} "
                f"({reason:.200}); start all with `torchrun --nproc-per-node N`, on several machines with the same "
                "--rdzv-endpoint, and a port that is free"
            ) from error


class Sharded:
    """One of several processes; see `single.Parallel` for what the loop asks of it."""

    def __init__(self, data_world: int, ulysses: int, device: torch.device, precision: str = "fp32") -> None:
        self.rank, self.world = dist.get_rank(), dist.get_world_size()
        self.data_world, self.ulysses = data_world, ulysses
        self.data_rank = self.rank // ulysses
        self.device = device
        self._bf16 = precision == "bf16"
        self.mesh: DeviceMesh = init_device_mesh(device.type, (data_world, ulysses), mesh_dim_names=("data", "ulysses"))
        self._all: DeviceMesh = init_device_mesh(device.type, (self.world,), mesh_dim_names=("all",))

    @property
    def is_main(self) -> bool:
        """True for the first process."""
        return self.rank == 0

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model sharded, block by block and then the rest, its tokens split within the Ulysses group.

        The first process's weights count; the others may bring a model on the meta device, without any, and spare
        their machine's memory.

        Raises:
            InputError: the Ulysses degree does not divide the heads.
        """
        assert isinstance(model, KaleidoTransformer), type(model)
        self.split_tokens(model)
        # Inputs stay as they are: timesteps up to 1000 and rotary angles do not survive a cast to bf16.
        policy = MixedPrecisionPolicy(
            param_dtype=torch.bfloat16 if self._bf16 else None, reduce_dtype=torch.float32, cast_forward_inputs=False
        )
        module: nn.Module = model
        # FSDP hangs its backward hook on the output; of a view it would be lost with the first change in place.
        module.register_forward_hook(lambda _module, _inputs, output: output.clone())
        for part in (*model.blocks, module):
            self._take_first_weights(part)
            # Otherwise what is outside of blocks would stay whole after sampling, with the average's numbers in it.
            fully_shard(part, mesh=self._all, mp_policy=policy, reshard_after_forward=True)
        return module

    def split_tokens(self, model: KaleidoTransformer) -> None:
        """Spread the tokens of a model over this process's Ulysses group; for sampling this is all that is needed.

        Raises:
            InputError: the degree does not divide the heads.
        """
        enable_ulysses(model, self.mesh.get_group("ulysses"))

    def autocast(self) -> AbstractContextManager[object]:
        """bf16 where configured."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self._bf16)

    def sync_gradients(self, model: nn.Module, *, wanted: bool) -> None:
        """Nothing: every backward pass ends with shards that agree.

        To wait for the last part of a batch would need the whole gradient on every process (57 GB for 14 billion
        parameters); to reduce it after every part takes a few per cent of the time.
        """

    def scale_loss(self, loss: Tensor) -> Tensor:
        """The loss times the Ulysses degree.

        FSDP divides the sum of gradients by the number of processes, but those of one Ulysses group hold parts of one
        gradient, which must be added. AdamW would hide the difference; clipping would not.
        """
        return loss * self.ulysses

    def clip(self, parameters: Iterable[nn.Parameter], max_norm: float) -> Tensor:
        """Clipping by the norm over all shards; the norm before, the same on every process."""
        norm = nn.utils.clip_grad_norm_(parameters, max_norm, foreach=True)
        return norm.full_tensor() if isinstance(norm, DTensor) else norm

    def mean(self, values: Tensor) -> Tensor:
        """The mean over all processes."""
        total = values.detach().to(self.device, torch.float64)
        dist.all_reduce(total)
        return (total / self.world).to(values.dtype)

    def any(self, flag: bool) -> bool:  # noqa: FBT001 -- see Parallel
        """True everywhere where it is true anywhere."""
        raised = torch.tensor(int(flag), device=self.device)
        dist.all_reduce(raised, op=dist.ReduceOp.MAX)
        return bool(raised)

    def barrier(self) -> None:
        """Wait for all processes."""
        self.any(False)

    def close(self) -> None:
        """Leave the group."""
        dist.destroy_process_group()

    def _take_first_weights(self, module: nn.Module) -> None:
        """Every process keeps a shard of its own weights, so different ones would become a patchwork unseen."""
        for owner in module.modules():
            for name, parameter in list(owner.named_parameters(recurse=False)):
                if isinstance(parameter, DTensor):
                    continue  # of a block that is sharded already
                here = torch.empty_like(parameter, device=self.device) if parameter.is_meta else parameter.detach()
                here = here.to(self.device).contiguous()
                dist.broadcast(here, src=0)
                setattr(owner, name, nn.Parameter(here, requires_grad=parameter.requires_grad))
