"""The data that a configuration names, as batches."""

from __future__ import annotations

from pathlib import Path

from s2vbench.errors import InputError
from s2vbench.kaleido.data.batches import Batches
from s2vbench.kaleido.data.latents import LatentsCache
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.model import Origin
from s2vbench.kaleido.training.single import Parallel


def make_batches(config: TrainConfig, origin: Origin, parallel: Parallel) -> Batches:
    """What training asks for its batches; they are made ahead in a thread.

    Raises:
        InputError: no such data, or batches that cannot be shared out among the processes.
    """
    del origin
    data, training = config.data, config.training
    if data.source != "latents" or data.path is None:
        raise InputError(f"[data] source {data.source!r}")
    batches = Batches(
        LatentsCache(Path(data.path), data.reference_set),
        batch_size=training.batch_size,
        micro_size=training.micro_batch_size,
        seed=config.seed,
        references=data.references,
        most_references=data.most_references,
        prefetch=True,
    )
    batches.micro_steps(parallel.data_world)
    return batches
