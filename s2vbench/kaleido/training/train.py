"""One command's worth of training: from a configuration to a trained transformer, or on from where it was."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from filelock import FileLock, Timeout

from s2vbench.errors import InputError, OutOfMemoryError, OutputError, RunLockedError
from s2vbench.files import cannot_write, write_atomically
from s2vbench.kaleido.training import checkpoints, flops
from s2vbench.kaleido.training.bundling import leave_bundle
from s2vbench.kaleido.training.checkpoints import Card, State
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.contexts import Contexts, Encoder
from s2vbench.kaleido.training.curves import draw_curves
from s2vbench.kaleido.training.export import export
from s2vbench.kaleido.training.logs import LOG, Log
from s2vbench.kaleido.training.loop import Batches, Trainer
from s2vbench.kaleido.training.lora import add_lora
from s2vbench.kaleido.training.model import make_text_encoder, make_transformer
from s2vbench.kaleido.training.optimiser import num_parameters
from s2vbench.kaleido.training.origin import Origin, find_origin
from s2vbench.kaleido.training.parallel import from_environment
from s2vbench.kaleido.training.plan import check_channels, gigabytes, latent_shape, make_plan, what_would_fit
from s2vbench.kaleido.training.samples import Sampler
from s2vbench.kaleido.training.single import Parallel
from s2vbench.kaleido.training.sources import Data
from s2vbench.kaleido.training.stops import stop_on_signals

CHECKPOINTS: Final = "checkpoints"
PROBLEMS: Final = "problems.json"
CURVES: Final = "curves.svg"


@dataclass(frozen=True)
class Trained:
    """How it ended."""

    out: Path
    steps: int
    """Done, over all starts."""
    finished: bool
    """False: somebody asked for an end; the same command goes on."""
    exported: Path | None
    """Folder of the transformer, or of the adapter; None where the training is not finished."""


def train(
    config: TrainConfig,
    out: Path,
    *,
    resume: bool | None = None,
    batches: Batches | None = None,
    encoder: Encoder | None = None,
) -> Trained:
    """Train, or go on training.

    Args:
        config: of the run.
        out: the run's folder; checkpoints, log and the finished transformer go there.
        resume: True asks for a checkpoint to go on from, False begins anew; None goes on where there is one.
        batches: data to take instead of what the configuration names.
        encoder: text encoder to take instead of what the configuration names.

    Raises:
        InputError: something in the configuration or on disk is wrong. DivergedError: loss or gradient not finite.
        OutOfMemoryError: it does not fit the GPU.
    """
    parallel = from_environment(config.parallel, precision=config.training.precision)
    try:
        with _locked(out, parallel):
            start = _start(config, out, parallel, resume=resume)
            return _train(_Run(config, out, parallel, start), batches, encoder)
    except torch.OutOfMemoryError as error:
        total = torch.cuda.get_device_properties(parallel.device).total_memory
        raise OutOfMemoryError(out_of_memory(config, parallel.world, total)) from error
    finally:
        parallel.close()


@dataclass(frozen=True)
class _Run:
    config: TrainConfig
    out: Path
    parallel: Parallel
    start: tuple[Path, Card] | None


def export_newest(config: TrainConfig, run: Path, folder: Path) -> Path:
    """Write what the newest checkpoint of a run holds below `folder`, as a bundle, without training.

    Raises:
        InputError: there is no checkpoint, or it comes from another configuration.
    """
    parallel = from_environment(config.parallel, precision=config.training.precision)
    try:
        start = _start(config, run, parallel, resume=True)
        assert start is not None
        origin = find_origin(config.model)
        state = checkpoints.fresh_state(config, _model(config, origin, parallel))
        checkpoints.load(start[0], state)
        return _exported(_Run(config, folder, parallel, start), state, origin)
    finally:
        parallel.close()


def _model(config: TrainConfig, origin: Origin, parallel: Parallel) -> Any:
    model = make_transformer(config, origin, weights=parallel.is_main)
    if config.lora is not None:
        add_lora(model, config.lora, config.seed)
    wrapped: Any = parallel.wrap(model)
    if config.training.compile:
        for block in wrapped.blocks:
            # Not the module: FSDP's hooks around the forward pass would cut the graph.
            block.forward = torch.compile(block.forward)
    return wrapped


def _train(run: _Run, batches: Batches | None, encoder: Encoder | None) -> Trained:
    config, out, parallel = run.config, run.out, run.parallel
    origin = find_origin(config.model)
    data = Data(config, origin, parallel) if batches is None else None
    batches = data.batches if data is not None else batches
    assert batches is not None
    dtype = torch.bfloat16 if parallel.device.type == "cuda" else torch.float32
    contexts = Contexts(encoder or make_text_encoder(origin, parallel.device, dtype))
    state = checkpoints.fresh_state(config, _model(config, origin, parallel))
    if data is not None:
        check_channels(state.model.config, latent_shape(config, origin)[0])
    trainer = Trainer(
        config, state=state, batches=batches, contexts=contexts, parallel=parallel, root=out / CHECKPOINTS
    )
    if run.start is not None:
        trainer.resume(run.start[0], run.start[1].step)
    sampler = Sampler(config, trainer, origin, out / "samples") if config.log.samples_every else None
    try:
        finished = _loop(run, trainer, sampler)
    finally:
        if data is not None:
            data.close(out / PROBLEMS if parallel.is_main else None)
    if parallel.is_main and trainer.done:
        draw_curves({config.name: out / LOG}, out / CURVES)
    return Trained(out, trainer.done, finished, _exported(run, trainer.state, origin) if finished else None)


def _exported(run: _Run, state: State, origin: Origin) -> Path:
    target = export(state, run.out, run.config, run.parallel)
    if run.parallel.is_main and run.config.lora is None:
        leave_bundle(run.config, origin, run.out)
    return target


def _loop(run: _Run, trainer: Trainer, sampler: Sampler | None) -> bool:
    peak, peak_of = flops.peak(run.parallel.device, run.config.training.precision)
    log = None
    if run.parallel.is_main:
        _write_facts(run, trainer, peak, peak_of)
        log = Log(run.out, done=trainer.done, tensorboard=run.config.log.tensorboard)
    try:
        with stop_on_signals() as stop, warnings.catch_warnings():
            # fp32 weights of norms meet bf16 activations: as meant, and not worth a line.
            warnings.filterwarnings("ignore", message="Mismatch dtype between input and weight")
            return trainer.run(log, stop, sampler, peak)
    finally:
        if log is not None:
            log.close()


def out_of_memory(config: TrainConfig, world: int, memory_bytes: int) -> str:
    """What to say when a GPU is too small: what was needed, and what would fit."""
    needed = gigabytes(make_plan(config, world).total_bytes)
    advice = what_would_fit(config, world, memory_bytes)
    return f"out of GPU memory: about {needed} of {gigabytes(memory_bytes)} are needed by estimate; {advice}"


@contextmanager
def _locked(out: Path, parallel: Parallel) -> Iterator[None]:
    if not parallel.is_main:
        yield
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(out, error)) from error
    lock = FileLock(out / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RunLockedError(f"{out}: another training writes there; wait for it, or give another --out") from error
    try:
        yield
    finally:
        lock.release()


def _start(config: TrainConfig, out: Path, parallel: Parallel, *, resume: bool | None) -> tuple[Path, Card] | None:
    """The checkpoint to go on from; None for a beginning."""
    if resume is False:
        if parallel.is_main:
            for name in (CHECKPOINTS, "samples", "tensorboard"):
                shutil.rmtree(out / name, ignore_errors=True)
            (out / LOG).unlink(missing_ok=True)
        parallel.barrier()
        return None
    found = checkpoints.newest(out / CHECKPOINTS)
    if found is None:
        if resume:
            raise InputError(f"{out}: holds no checkpoint to resume from; begin without --resume or --export")
        return None
    checkpoints.check_same(found[1], config, found[0])
    if parallel.is_main:
        step, wanted = found[1].step, config.training.steps
        nothing = f"; training.steps is {wanted}, so nothing is trained, and step {step} is exported"
        sys.stderr.write(f"going on from {found[0]}{nothing if step > wanted else ''}\n")
    return found


def _write_facts(run: _Run, trainer: Trainer, peak: float | None, peak_of: str) -> None:
    facts = {
        "config": run.config.model_dump(mode="json"),
        "parameters": num_parameters(trainer.model.parameters()),
        "trainable": num_parameters(trainer.trainable),
        "peak_flops": peak,
        "peak_is": peak_of,
        "processes": trainer.parallel.world,
        "device": str(trainer.parallel.device),
        "versions": {"s2vbench": importlib.metadata.version("s2vbench"), "torch": torch.__version__},
    }
    write_atomically(run.out / "run.json", json.dumps(facts, indent=1) + "\n")
