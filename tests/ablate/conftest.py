"""One tiny sweep that several tests look at; none of them changes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from s2vbench.ablate import stages
from s2vbench.kaleido.data.batches import Batch, Batches
from s2vbench.kaleido.training import flow
from tests.ablate import tiny_sweep


def digest(tensors: list[torch.Tensor]) -> list[float]:
    return [round(float(tensor.double().square().sum()), 6) for tensor in tensors]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[tuple[str, int], list[Any]]]:
    """Folder of the sweep, its results, and what every training saw: batches and draws."""
    folder = tmp_path_factory.mktemp("sweep")
    file = tiny_sweep.write(folder)
    seen: dict[tuple[str, int], list[Any]] = {}
    now: list[tuple[str, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        made, drawn, trained = Batches.batch, flow.draw, stages.train_model

        def batch(self: Batches, *args: Any, **named: Any) -> Batch:
            found = made(self, *args, **named)
            tensors = digest([found.latents_BCTHW, *found.references])
            seen.setdefault(now[-1], []).append((found.names, found.captions, tensors))
            return found

        def draw(seed: int, step: int, indices: Any, shape: Any, **named: Any) -> flow.Draws:
            found = drawn(seed, step, indices, shape, **named)
            seen[now[-1]].append((step, found.sigmas, found.drop_text, digest([found.noise_BCTHW])))
            return found

        def train(config: Any, out: Path) -> Any:
            now.append((out.parts[-3], config.seed))
            return trained(config, out)

        patch.setattr(Batches, "batch", batch)
        patch.setattr(flow, "draw", draw)
        patch.setattr(stages, "train_model", train)
        assert [outcome.num_failed for outcome in tiny_sweep.run(file, folder / "out")] == [0] * 4
    return folder, folder / "out", seen
