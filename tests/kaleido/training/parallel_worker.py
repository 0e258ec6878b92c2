"""Trainings of a tiny transformer by one, two and four processes; called as parallel_worker.py FOLDER.

Rank r of a run leaves FOLDER/<run>/rank<r>.pt. Imports cost most, so processes are forked after them (nothing has been
computed by then, so no thread is lost).
"""

from __future__ import annotations

import os
import socket
import sys
import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
import torch._dynamo  # FSDP's hooks do it otherwise, once in every process
from torch import Tensor
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.multiprocessing.spawn import start_processes

from s2vbench.errors import InputError
from s2vbench.kaleido.training import checkpoints
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.contexts import Contexts
from s2vbench.kaleido.training.loop import Trainer
from s2vbench.kaleido.training.parallel import from_environment
from s2vbench.kaleido.training.stops import Stop
from s2vbench.kaleido.transformer import KaleidoTransformer

STEPS, HALF = 4, 2


@dataclass(frozen=True)
class Run:
    """One training."""

    world: int = 1
    ulysses: int = 1
    goes_on_from: str | None = None
    """The run whose checkpoint at half time is the start."""
    precision: str = "fp32"
    checkpointing: bool = False
    samples: bool = False
    """Whether the averaged model is asked for something after every step."""
    heads: int = 4
    others_bring: str = "the same weights"
    """Or "other weights", or "none"."""


RUNS = {
    "one": Run(),
    "shards": Run(world=2),
    "tokens": Run(world=2, ulysses=2),
    "tokens, checkpointed": Run(world=2, ulysses=2, checkpointing=True),
    "shards with samples": Run(world=2, samples=True),
    "shards after shards": Run(world=2, goes_on_from="shards"),
    "tokens after tokens": Run(world=2, ulysses=2, goes_on_from="tokens"),
    "tokens after shards": Run(world=2, ulysses=2, goes_on_from="shards"),
    "shards after one": Run(world=2, goes_on_from="one"),
    "shards in bf16": Run(world=2, precision="bf16"),
    "tokens in bf16": Run(world=2, ulysses=2, precision="bf16"),
    "three heads": Run(world=2, ulysses=2, heads=3),
    "shards, other weights": Run(world=2, others_bring="other weights"),
    "shards, no weights": Run(world=2, others_bring="none"),
    "shards and tokens": Run(world=4, ulysses=2),
    "one after shards": Run(goes_on_from="shards"),
}


def config_of(run: Run) -> TrainConfig:
    return TrainConfig.model_validate(
        {
            "name": "tiny",
            "seed": 3,
            "data": {"source": "world"},
            "training": {
                "steps": STEPS,
                "batch_size": 4,
                "learning_rate": 1e-4,
                "warmup_steps": 2,
                "weight_decay": 0.1,
                "max_grad_norm": 0.1,
                "text_drop": 0.3,
                "ema_decay": 0.9,
                "precision": run.precision,
            },
            "checkpoint": {"every": HALF},
            "parallel": {"ulysses": run.ulysses},
            "log": {"tensorboard": False, "samples_every": 1},
        }
    )


def transformer(heads: int = 4, seed: int = 7) -> KaleidoTransformer:
    torch.manual_seed(seed)
    return KaleidoTransformer(
        num_attention_heads=heads,
        attention_head_dim=12,
        in_channels=4,
        out_channels=4,
        text_dim=8,
        freq_dim=16,
        ffn_dim=64,
        num_layers=2,
    )


@dataclass(frozen=True)
class Batch:
    latents_BCTHW: Tensor
    references: list[Tensor]
    captions: list[str]
    names: list[str]


class Batches:
    """Clips of random latents; from clip to clip the number and the sizes of references differ."""

    SIZES = ((4, 4), (2, 6), (6, 2))

    def batch(self, step: int, micro: int = 0, rank: int = 0, world: int = 1) -> Batch:
        number = 4 * step + micro * world + rank
        generator = torch.Generator().manual_seed(number)
        references = [torch.randn(1, 4, 1, *size, generator=generator) for size in self.SIZES[: number % 4]]
        latents = torch.randn(1, 4, 3, 2, 6, generator=generator)
        return Batch(latents, references, [f"clip {number}"], [str(number)])


class Encoder:
    def encode(self, prompts: Sequence[str]) -> Tensor:
        seeds = [zlib.crc32(prompt.encode()) for prompt in prompts]
        return torch.stack([torch.randn(5, 8, generator=torch.Generator().manual_seed(seed)) for seed in seeds])


class Log:
    """Keeps what the loop says."""

    def __init__(self) -> None:
        self.wall_s = 0.0
        self.rows: list[Any] = []

    def write(self, row: Any, steps: int) -> None:  # noqa: ARG002 -- the signature of logs.Log
        self.rows.append(row)


def sampler(trainer: Trainer) -> Callable[[int], None]:
    def sample(step: int) -> None:
        assert trainer.ema is not None
        batch, context = Batches().batch(0), Encoder().encode([""])
        trainer.model.eval()
        with torch.no_grad(), trainer.ema.in_place(trainer.model):
            answer = trainer.model(batch.latents_BCTHW, batch.references, context, torch.tensor([1000.0 / step]))
        assert answer.isfinite().all()
        trainer.model.train()

    return sample


def train(run: Run, folder: Path, name: str) -> dict[str, Any]:
    config = config_of(run)
    parallel = from_environment(config.parallel, precision=run.precision, device="cpu")
    rank = parallel.rank
    seed = 8 if rank and run.others_bring == "other weights" else 7
    with torch.device("meta" if rank and run.others_bring == "none" else "cpu"):
        model = transformer(run.heads, seed)
    if run.checkpointing:
        model.enable_gradient_checkpointing()
    model = parallel.wrap(model)
    trainer = Trainer(
        config,
        state=checkpoints.fresh_state(config, model),
        batches=Batches(),
        contexts=Contexts(Encoder()),
        parallel=parallel,
        root=folder / name,
    )
    if run.goes_on_from is not None:
        start = folder / run.goes_on_from / f"step-{HALF:06d}"
        card = checkpoints.card_of(start)
        assert card is not None
        checkpoints.check_same(card, config, start)
        trainer.resume(start, card.step)
    log = Log()
    trainer.run(log, Stop(), sampler(trainer) if run.samples else None)  # type: ignore[arg-type]
    answers = {
        "place": (parallel.data_rank, parallel.data_world, parallel.is_main),
        "mean": float(parallel.mean(torch.tensor(float(rank)))),
        "any": (parallel.any(rank == parallel.world - 1), parallel.any(False)),
    }
    options = StateDictOptions(full_state_dict=True)
    everything = get_model_state_dict(model, options=options)
    ema = {name: whole(value) for name, value in trainer.ema.weights.items()}
    here = sum(local(parameter).numel() for parameter in model.parameters())
    dtypes = {str(parameter.dtype) for parameter in model.parameters()}
    parallel.close()
    return answers | {
        "losses": [row.loss for row in log.rows],
        "norms": [row.grad_norm for row in log.rows],
        "state": everything,
        "ema": ema,
        "numbers here": here,
        "dtypes": sorted(dtypes),
    }


def local(tensor: Tensor) -> Tensor:
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def whole(tensor: Tensor) -> Tensor:
    return tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor


def main(rank: int, names: dict[str, int], folder: Path) -> None:
    torch.set_num_threads(1)
    for name, port in names.items():
        run = RUNS[name]
        if run.world > 1:
            os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(run.world)}
            os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
        try:
            found = train(run, folder, name)
        except InputError as error:
            found = {"error": str(error)}
            torch.distributed.destroy_process_group()
        torch.save(found, folder / name / f"rank{rank}.pt")


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


if __name__ == "__main__":
    out = Path(sys.argv[1])
    for name in RUNS:
        (out / name).mkdir()
    for world, group in groupby(RUNS, lambda name: RUNS[name].world):
        names = list(group)
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        start_processes(main, (ports, out), nprocs=world, start_method="fork")
