"""The training loop: read this file to know what the trainer does; every other one is a part of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from s2vbench.errors import DivergedError
from s2vbench.kaleido.data.batches import Batch
from s2vbench.kaleido.training import checkpoints, flops, flow
from s2vbench.kaleido.training.checkpoints import State
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.contexts import Contexts
from s2vbench.kaleido.training.logs import Log, LogRow
from s2vbench.kaleido.training.optimiser import learning_rate, set_learning_rate
from s2vbench.kaleido.training.single import Parallel
from s2vbench.kaleido.training.stops import Stop

Sampler = Callable[[int], Any]
"""Makes clips after so many steps; a contact sheet (H, W, 3) where it runs on the process that writes."""
_FEW_TOKENS: Final = 1024


class Batches(Protocol):
    """What `data.batches.Batches` does."""

    def batch(self, step: int, micro: int = 0, rank: int = 0, world: int = 1) -> Batch:
        """A pure function of its arguments."""


@dataclass
class Part:
    """What went through the network at once."""

    names: list[str]
    sigmas: tuple[float, ...]
    losses_B: Tensor
    tokens: int
    flops: float


@dataclass
class _Since:
    """Sums since the last line of the log."""

    steps: int = 0
    loss: float = 0.0
    grad_norm: float = 0.0
    tokens: int = 0
    samples: int = 0
    flops: float = 0.0
    start: float = field(default_factory=time.perf_counter)

    def add(self, parts: list[Part], loss: float, grad_norm: float) -> None:
        """Count one step."""
        self.steps, self.loss, self.grad_norm = self.steps + 1, self.loss + loss, self.grad_norm + grad_norm
        for part in parts:
            self.tokens, self.flops = self.tokens + part.tokens, self.flops + part.flops
            self.samples += len(part.names)


class Trainer:
    """A model, its data, and the loop over them.

    Args:
        config: of the run.
        state: the transformer, wrapped by `parallel`, its optimiser, and its average if it has one.
        batches: what it learns from.
        contexts: the text encoder.
        parallel: the processes.
        root: folder of the checkpoints.
    """

    def __init__(
        self, config: TrainConfig, *, state: State, batches: Batches, contexts: Contexts, parallel: Parallel, root: Path
    ) -> None:
        self.config, self.batches, self.contexts, self.parallel, self.root = config, batches, contexts, parallel, root
        self.state, self.optimiser, self.ema = state, state.optimiser, state.ema
        self.model: Any = state.model
        self.trainable = [p for p in self.model.parameters() if p.requires_grad]
        self.parts_a_step = config.training.batch_size // (config.training.micro_batch_size * parallel.data_world)
        self.done = 0
        self.saved: int | None = None

    def resume(self, folder: Path, step: int) -> None:
        """Go on from a checkpoint."""
        checkpoints.load(folder, self.state)
        self.done = self.saved = step

    def run(self, log: Log | None, stop: Stop, sampler: Sampler | None = None, peak: float | None = None) -> bool:
        """All remaining steps; False when somebody asked for an end before the last.

        Raises:
            DivergedError: loss or gradient is not finite; nothing of that step is kept.
        """
        config, steps = self.config, self.config.training.steps
        self.model.train()
        since = _Since()
        while self.done < steps:
            parts, loss, grad_norm = self._step(self.done)
            self.done += 1
            since.add(parts, loss, grad_norm)
            stopping = self.parallel.any(stop.asked)
            saving = stopping or self.done == steps or self.done % config.checkpoint.every == 0
            # A line at every checkpoint: what is done again after a kill then says what was said the first time.
            telling = saving or self.done % config.log.every == 0
            if log is not None and telling:
                log.write(self._row(since, log, peak), steps)
            if saving:
                self.save()
            if stopping:
                break
            if sampler is not None and self.done % config.log.samples_every == 0:
                sheet_HWC = sampler(self.done)
                if log is not None and sheet_HWC is not None:
                    log.picture("samples", sheet_HWC, self.done)
            if telling:
                since = _Since()
        return self.done >= steps

    def save(self) -> None:
        """A checkpoint of now, unless there is one."""
        if self.saved != self.done:
            checkpoints.save(self.root, self.state, self.config, self.done, self.parallel)
            self.saved = self.done

    def _step(self, step: int) -> tuple[list[Part], float, float]:
        """One step of the optimiser; what went into it, the mean loss, the gradient's norm."""
        settings, parallel = self.config.training, self.parallel
        set_learning_rate(self.optimiser, learning_rate(settings, step))
        parts = []
        for micro in range(self.parts_a_step):
            parallel.sync_gradients(self.model, wanted=micro == self.parts_a_step - 1)
            part = self._forward(step, micro)
            torch.autograd.backward(parallel.scale_loss(part.losses_B.mean() / self.parts_a_step))
            part.losses_B = part.losses_B.detach()
            parts.append(part)
        norm = parallel.clip(self.trainable, settings.max_grad_norm)
        mean = parallel.mean(torch.cat([part.losses_B for part in parts]).mean())
        loss, grad_norm = torch.stack([mean, norm.to(mean.device)]).tolist()  # the only wait for the device in a step
        self._check(step, parts, loss, grad_norm)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        if self.ema is not None:
            self.ema.update(self.model, step + 1)
        return parts, loss, grad_norm

    def _forward(self, step: int, micro: int) -> Part:
        """Loss of the samples of one part of the batch."""
        settings, parallel = self.config.training, self.parallel
        batch = self.batches.batch(step, micro, parallel.data_rank, parallel.data_world)
        shape_CTHW, patch = batch.latents_BCTHW.shape[1:], self.model.config.patch_size
        first = (micro * parallel.data_world + parallel.data_rank) * settings.micro_batch_size
        draws = flow.draw(
            self.config.seed,
            step,
            range(first, first + len(batch.latents_BCTHW)),
            shape_CTHW,
            shift=flow.time_shift(flops.tokens_of((1, *shape_CTHW[2:]), (1, *patch[1:]))),
            text_drop=settings.text_drop,
        )
        captions = ["" if drop else text for text, drop in zip(batch.captions, draws.drop_text, strict=True)]
        context = self.contexts.of(captions)
        x0, eps, context = (self._there(tensor) for tensor in (batch.latents_BCTHW, draws.noise_BCTHW, context))
        references = [self._there(reference) for reference in batch.references]
        sigma_B = self._there(torch.tensor(draws.sigmas))
        tokens = flops.tokens_of(shape_CTHW[1:], patch)
        tokens += sum(flops.tokens_of(reference.shape[-3:], patch) for reference in references)
        with parallel.autocast(), self._attention(tokens):
            answer = self.model(flow.noisy(x0, eps, sigma_B), references, context, flow.TIMESTEPS * sigma_B)
        losses_B = flow.losses(answer, flow.velocity(x0, eps))
        work = flops.training_flops(self.model.config, tokens, context.shape[1])
        return Part(batch.names, draws.sigmas, losses_B, tokens * len(x0), work * len(x0))

    def _attention(self, tokens: int) -> AbstractContextManager[object]:
        settings = self.config.training
        # On CPUs the fused kernel's backward pass is slow in bf16: products of few tokens take a fifth less of a step.
        # Checkpointing computes blocks again outside of this context, where they must take the same kernel.
        few = self.parallel.device.type == "cpu" and settings.precision == "bf16" and tokens <= _FEW_TOKENS
        return sdpa_kernel(SDPBackend.MATH) if few and not settings.activation_checkpointing else nullcontext()

    def _there(self, tensor: Tensor) -> Tensor:
        # Frozen parts may answer in bf16; what the network is given is fp32, autocast decides the rest.
        return tensor.to(self.parallel.device, torch.float32, non_blocking=True)

    def _check(self, step: int, parts: list[Part], loss: float, grad_norm: float) -> None:
        numbers = torch.tensor([loss, grad_norm])
        if bool(numbers.isfinite().all()):
            return
        seen = [
            (name, sigma, bool(torch.isfinite(value)))
            for part in parts
            for name, sigma, value in zip(part.names, part.sigmas, part.losses_B, strict=True)
        ]
        if dist.is_initialized():
            everyone: list[Any] = [None] * dist.get_world_size()
            dist.all_gather_object(everyone, seen)
            seen = list(dict.fromkeys(entry for some in everyone for entry in some))
        bad = [entry for entry in seen if not entry[2]] or seen
        named = ", ".join(f"{name} at sigma {sigma:.3f}" for name, sigma, _ in bad[:8])
        kept = "no checkpoint was written yet"
        if self.saved:
            kept = f"the checkpoint of step {self.saved} stands ({checkpoints.folder_of(self.root, self.saved)})"
        raise DivergedError(
            f"step {step + 1}: loss {loss:g}, gradient {grad_norm:g}; samples: {named}"
            f"{' and more' if len(bad) > 8 else ''}; {kept}; look at these samples, or lower training.learning_rate"
        )

    def _row(self, since: _Since, log: Log, peak: float | None) -> LogRow:
        elapsed_s = time.perf_counter() - since.start
        log.wall_s += elapsed_s
        everyone = self.parallel.data_world
        rate = since.flops * everyone / elapsed_s / self.parallel.world
        return LogRow(
            step=self.done,
            loss=since.loss / since.steps,
            grad_norm=since.grad_norm / since.steps,
            learning_rate=learning_rate(self.config.training, self.done - 1),
            tokens_per_s=round(since.tokens * everyone / elapsed_s, 1),
            samples_per_s=round(since.samples * everyone / elapsed_s, 3),
            mfu=round(rate / peak, 5) if peak else None,
            wall_s=round(log.wall_s, 3),
        )
