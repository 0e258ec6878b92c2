"""Processes that run a tiny transformer with its tokens spread over all of them: two, then four.

Called as: ulysses_worker.py FOLDER. Rank r of n leaves FOLDER/<n>-rank<r>.pt. Imports cost most, so processes are
forked after them (nothing has been computed by then, so no thread is lost).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.multiprocessing.spawn import start_processes

from s2vbench.kaleido.pipeline import KaleidoPipeline, VideoRequest
from s2vbench.kaleido.transformer import KaleidoTransformer
from s2vbench.kaleido.ulysses import disable_ulysses, enable_ulysses
from s2vbench.types import FramesU8
from tests.kaleido import tiny_bundle

STEPS = 4


@dataclass(frozen=True)
class Setup:
    """A clip, its references (rows and columns of their latents) and a position scheme."""

    positions: Any = "shift_wh"
    references: tuple[tuple[int, int], ...] = ()
    video: tuple[int, int, int] = (3, 4, 6)
    heads: int = 4
    batch: int = 2
    options: dict[str, Any] = field(default_factory=dict)


SIZES = ((4, 4), (2, 6), (6, 10))
SETUPS = {
    "no-references": Setup(),
    "one-reference": Setup(references=((4, 6),)),
    "three-sizes": Setup(references=SIZES),
    "odd-tokens": Setup(video=(3, 2, 6), references=((6, 6), (2, 2))),
    "one-odd-frame": Setup(video=(1, 6, 6)),
    "fewer-tokens-than-ranks": Setup(video=(1, 2, 2)),
    "after": Setup(positions="concat_tail", references=SIZES),
    "rope-continue": Setup(positions={"base": "video"}, references=SIZES),
    "overloop-false": Setup(positions={"diagonal": True}, references=SIZES),
    "shift-h": Setup(positions="shift_h", references=SIZES),
    "concat": Setup(positions="concat", references=SIZES),
    "eight-heads": Setup(heads=8, references=((2, 2),)),
}


def transformer(setup: Setup) -> KaleidoTransformer:
    torch.manual_seed(5)
    return KaleidoTransformer(
        num_attention_heads=setup.heads,
        attention_head_dim=12,
        in_channels=4,
        out_channels=4,
        text_dim=8,
        freq_dim=16,
        ffn_dim=64,
        num_layers=2,
        positions=setup.positions,
    )


def inputs(setup: Setup, step: int = 0) -> tuple[Tensor, list[Tensor], Tensor, Tensor]:
    generator = torch.Generator().manual_seed(100 + step)
    draw = lambda *shape: torch.randn(*shape, generator=generator)  # noqa: E731
    batch = setup.batch
    references = [draw(batch, 4, 1, *size) for size in setup.references]
    return draw(batch, 4, *setup.video), references, draw(batch, 5, 8), torch.tensor([700.0, 31.5])[:batch]


def loss_of(model: KaleidoTransformer, setup: Setup, step: int = 0) -> Tensor:
    return model(*inputs(setup, step)).square().mean()


def gradients(model: KaleidoTransformer) -> dict[str, Tensor]:
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


def train(model: KaleidoTransformer, setup: Setup, group: dist.ProcessGroup | None) -> dict[str, Any]:
    """A few clipped AdamW steps; with a group, partial gradients are summed by hand."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=1e-2)
    losses, norms = [], []
    for step in range(STEPS):
        loss = loss_of(model, setup, step)
        loss.backward()
        if group is not None:
            for parameter in model.parameters():
                dist.all_reduce(parameter.grad, group=group)
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)))
        losses.append(float(loss.detach()))
        optimiser.step()
        optimiser.zero_grad()
    return {"losses": losses, "norms": norms, "state": model.state_dict()}


def main(rank: int, world: int, folder: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/{world}", rank=rank, world_size=world)
    group = dist.group.WORLD
    found: dict[str, Any] = {}
    for name, setup in SETUPS.items():
        if setup.heads % world:
            continue
        model = transformer(setup)
        enable_ulysses(model, group)
        with torch.no_grad():
            found[f"output {name}"] = model(*inputs(setup))
            processors = [type(block.attn1.processor).__name__ for block in model.blocks]
            disable_ulysses(model)
            found[f"disabled {name}"] = (processors, model(*inputs(setup)))
    if world == 2:
        found |= training(group)
        found |= other_precisions(group)
        found["frames"] = torch.from_numpy(frames(lambda model: enable_ulysses(model, group)))
    torch.save(found, folder / f"{world}-rank{rank}.pt")
    dist.destroy_process_group()


def training(group: dist.ProcessGroup) -> dict[str, Any]:
    found: dict[str, Any] = {}
    setup = SETUPS["odd-tokens"]
    for name in ("plain", "checkpointed"):
        model = transformer(setup)
        enable_ulysses(model, group)
        if name == "checkpointed":
            model.enable_gradient_checkpointing()
        loss_of(model, setup).backward()
        found[f"gradients {name}"] = gradients(model)
    model = transformer(setup)
    enable_ulysses(model, group)
    found["trained"] = train(model, setup, group)
    # Both graphs alive at once, of different lengths: blocks that run again must know their own length.
    model = transformer(setup)
    enable_ulysses(model, group)
    model.enable_gradient_checkpointing()
    losses = [loss_of(model, SETUPS[name]) for name in ("odd-tokens", "one-odd-frame")]
    torch.stack(losses).sum().backward()
    found["gradients two-lengths"] = gradients(model)
    return found


def other_precisions(group: dist.ProcessGroup) -> dict[str, Any]:
    setup = SETUPS["three-sizes"]
    found: dict[str, Any] = {}
    model = transformer(setup)
    enable_ulysses(model, group)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        found["autocast"] = model(*inputs(setup))
    model = transformer(setup)
    for block in model.blocks:
        block.attn1.fuse_projections()
    enable_ulysses(model, group)
    with torch.no_grad():
        found["fused"] = model(*inputs(setup))
    return found


def frames(parallel: Callable[[KaleidoTransformer], object] | None) -> FramesU8:
    """A clip of the pipeline, its transformer spread over processes or not."""
    pipeline = KaleidoPipeline(tiny_bundle.bundle(), parallel=parallel)
    request = VideoRequest("red fox and blue penguin", (tiny_bundle.picture(1), tiny_bundle.picture(2)), seed=4)
    return pipeline.generate([request])[0]


if __name__ == "__main__":
    for processes in (2, 4):
        start_processes(main, (processes, Path(sys.argv[1])), nprocs=processes, start_method="fork")
