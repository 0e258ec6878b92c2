"""A training small enough for tests: random latents with one or two references, a stub for the text encoder.

python tiny_run.py OUT STEPS    trains (tests kill it)
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from s2vbench.kaleido.data.batches import Batches
from s2vbench.kaleido.data.latents import Encoded, Layout
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.train import Trained, train

SHAPE = (4, 2, 4, 6)
TRANSFORMER = {
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "in_channels": 4,
    "out_channels": 4,
    "text_dim": 8,
    "freq_dim": 16,
    "ffn_dim": 48,
    "num_layers": 2,
}


class Latents:
    """Sixteen random samples; odd ones have two references, of different sizes."""

    def __init__(self, count: int = 16) -> None:
        generator = torch.Generator().manual_seed(7)
        self.latents = torch.randn(count, *SHAPE, generator=generator)
        self.references = [
            tuple(torch.randn(4, 4, 6 - 2 * k, generator=generator) for k in range(1 + index % 2))
            for index in range(count)
        ]

    def __len__(self) -> int:
        return len(self.latents)

    def layouts(self) -> list[Layout]:
        return [tuple((r.shape[1], r.shape[2]) for r in references) for references in self.references]

    def encoded(self, index: int, most_references: int | None = None) -> Encoded:
        references = self.references[index][:most_references]
        return Encoded(f"sample {index}", f"caption {index}", self.latents[index], references)


class StubEncoder:
    """A fixed random context for every text; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, prompts: Sequence[str]) -> Tensor:
        self.asked += prompts
        seeds = [sum(prompt.encode()) for prompt in prompts]
        return torch.stack([torch.randn(3, 8, generator=torch.Generator().manual_seed(seed)) for seed in seeds])


def config(**sections: dict[str, Any]) -> TrainConfig:
    content: dict[str, dict[str, Any]] = {
        "model": {"transformer": TRANSFORMER},
        "data": {"source": "world", "num_frames": 5, "height_px": 32, "width_px": 48},
        "training": {
            "steps": 6,
            "batch_size": 4,
            "micro_batch_size": 2,
            "learning_rate": 3e-3,
            "warmup_steps": 2,
            "precision": "fp32",
        },
        "checkpoint": {"every": 3},
        "log": {"tensorboard": False},
    }
    for name, section in sections.items():
        content[name] = {**content.get(name, {}), **section}
    return TrainConfig.model_validate({"name": "tiny", **content})


def batches(settings: TrainConfig, latents: Any = None) -> Batches:
    training = settings.training
    return Batches(
        latents or Latents(),
        batch_size=training.batch_size,
        micro_size=training.micro_batch_size,
        seed=settings.seed,
        references=settings.data.references,
    )


def run(
    settings: TrainConfig, out: Path, *, latents: Any = None, encoder: Any = None, resume: bool | None = None
) -> Trained:
    torch.set_num_threads(1)
    return train(settings, out, resume=resume, batches=batches(settings, latents), encoder=encoder or StubEncoder())


def main(out: Path, steps: int) -> None:
    run(config(training={"steps": steps, "ema_decay": 0.9}, checkpoint={"every": 5}), out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
