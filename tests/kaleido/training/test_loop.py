from pathlib import Path
from typing import Any

import pytest
import torch
import torch._dynamo
from safetensors.torch import load_file

from s2vbench.kaleido.data.batches import Batch
from s2vbench.kaleido.training import flow
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.logs import read_log
from s2vbench.kaleido.training.train import train
from s2vbench.kaleido.transformer import KaleidoTransformer
from tests.kaleido.training import tiny_run
from tests.kaleido.training.tiny_run import Latents, StubEncoder


class Sliced:
    """The same four samples at every step, in parts of any size."""

    def __init__(self, size: int) -> None:
        self.latents, self.size = Latents(4), size

    def batch(self, step: int, micro: int = 0, rank: int = 0, world: int = 1) -> Batch:  # noqa: ARG002
        numbers = range((micro * world + rank) * self.size, (micro * world + rank + 1) * self.size)
        return Batch(
            torch.stack([self.latents.latents[n] for n in numbers]),
            [torch.stack([self.latents.references[n][0] for n in numbers]).unsqueeze(2)],
            [f"caption {n}" for n in numbers],
            [f"sample {n}" for n in numbers],
        )


def trained(settings: TrainConfig, out: Path) -> dict[str, torch.Tensor]:
    torch.set_num_threads(1)
    train(settings, out, batches=Sliced(settings.training.micro_batch_size), encoder=StubEncoder())
    return load_file(out / "transformer" / "diffusion_pytorch_model.safetensors")


def test_the_first_loss_is_the_mean_square_of_noise_minus_data(tmp_path: Path) -> None:
    """A new network answers zero, so the loss is the target's own mean square: known without it."""
    settings = tiny_run.config(training={"steps": 1})
    tiny_run.run(settings, tmp_path)
    batches, expected = tiny_run.batches(settings), []
    for micro in range(2):
        x0 = batches.batch(0, micro).latents_BCTHW
        draws = flow.draw(0, 0, range(2 * micro, 2 * micro + 2), x0.shape[1:], shift=1.0, text_drop=0.1)
        expected.append((draws.noise_BCTHW - x0).square().mean().item())
    assert read_log(tmp_path / "log.jsonl")[0].loss == pytest.approx(sum(expected) / 2, rel=1e-6)


def test_the_network_is_shown_the_mixture_and_a_thousand_times_sigma(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    real = KaleidoTransformer.forward

    def forward(self: KaleidoTransformer, *arguments: Any) -> torch.Tensor:
        seen.append(arguments)
        return real(self, *arguments)

    monkeypatch.setattr(KaleidoTransformer, "forward", forward)
    settings = tiny_run.config(training={"steps": 1, "text_drop": 1.0})
    encoder = StubEncoder()
    tiny_run.run(settings, tmp_path, encoder=encoder)
    batch = tiny_run.batches(settings).batch(0, 0)
    shift = flow.time_shift(2 * 3)
    draws = flow.draw(0, 0, range(2), batch.latents_BCTHW.shape[1:], shift=shift, text_drop=1.0)
    sigma_B = torch.tensor(draws.sigmas)
    noisy, references, context, timesteps = seen[0]
    torch.testing.assert_close(noisy, flow.noisy(batch.latents_BCTHW, draws.noise_BCTHW, sigma_B))
    torch.testing.assert_close(timesteps, 1000.0 * sigma_B)
    assert encoder.asked == [""]
    torch.testing.assert_close(context, StubEncoder().encode(["", ""]))
    assert len(references) == len(batch.references) > 0
    for given, clean in zip(references, batch.references, strict=True):
        assert torch.equal(given, clean)


def test_captions_are_asked_once_and_never_dropped_without_the_wish(tmp_path: Path) -> None:
    encoder = StubEncoder()
    tiny_run.run(tiny_run.config(training={"steps": 8, "text_drop": 0.0}), tmp_path, encoder=encoder)
    assert len(encoder.asked) == len(set(encoder.asked)) == 16
    assert "" not in encoder.asked


def test_training_learns(tmp_path: Path) -> None:
    training = {"steps": 80, "learning_rate": 1e-2, "max_grad_norm": 1.0}
    tiny_run.run(tiny_run.config(training=training, checkpoint={"every": 100}), tmp_path, latents=Latents(2))
    losses = [row.loss for row in read_log(tmp_path / "log.jsonl")]
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


@pytest.mark.parametrize("size", [1, 2])
def test_accumulated_parts_equal_the_whole_batch(tmp_path: Path, size: int) -> None:
    training = {"steps": 4, "batch_size": 4, "learning_rate": 1e-3}
    whole = trained(tiny_run.config(training={**training, "micro_batch_size": 4}), tmp_path / "whole")
    parts = trained(tiny_run.config(training={**training, "micro_batch_size": size}), tmp_path / "parts")
    for name, value in whole.items():
        torch.testing.assert_close(parts[name], value, rtol=0, atol=2e-5)
    a, b = (read_log(tmp_path / name / "log.jsonl") for name in ("whole", "parts"))
    assert [row.loss for row in a] == pytest.approx([row.loss for row in b], rel=1e-5)
    assert [row.grad_norm for row in a] == pytest.approx([row.grad_norm for row in b], rel=1e-4)


def test_gradients_are_clipped_to_a_tenth_and_logged_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    norms = []
    real = torch.optim.AdamW.step

    def step(self: torch.optim.AdamW, *arguments: Any) -> Any:
        grads = [p.grad.norm() for group in self.param_groups for p in group["params"] if p.grad is not None]
        norms.append(torch.stack(grads).norm().item())
        return real(self, *arguments)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    tiny_run.run(tiny_run.config(training={"steps": 2}), tmp_path)
    assert norms == pytest.approx([0.1, 0.1], rel=1e-3)
    assert all(row.grad_norm > 0.15 for row in read_log(tmp_path / "log.jsonl"))


def test_checkpointed_activations_change_nothing(tmp_path: Path) -> None:
    training = {"steps": 2, "micro_batch_size": 4}
    kept = trained(tiny_run.config(training=training), tmp_path / "kept")
    again = trained(tiny_run.config(training={**training, "activation_checkpointing": True}), tmp_path / "again")
    for name, value in kept.items():
        torch.testing.assert_close(again[name], value, rtol=0, atol=1e-6)


def test_bf16_computes_nearly_the_same_and_keeps_fp32_weights(tmp_path: Path) -> None:
    training = {"steps": 3, "micro_batch_size": 4}
    fp32 = trained(tiny_run.config(training=training), tmp_path / "fp32")
    bf16 = trained(tiny_run.config(training={**training, "precision": "bf16"}), tmp_path / "bf16")
    assert all(value.dtype == torch.float32 for value in bf16.values())
    assert any((value != value.bfloat16()).any() for value in bf16.values())
    a, b = (read_log(tmp_path / name / "log.jsonl") for name in ("fp32", "bf16"))
    assert [row.loss for row in a] == pytest.approx([row.loss for row in b], rel=1e-2)
    assert fp32.keys() == bf16.keys()


@pytest.mark.filterwarnings("ignore")  # torch.compile looks at gradients of its own accord
def test_each_block_is_compiled_and_names_of_weights_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = torch.compile
    monkeypatch.setattr(torch, "compile", lambda forward: real(forward, backend="eager"))
    training = {"steps": 2, "micro_batch_size": 4}
    plain = trained(tiny_run.config(training=training), tmp_path / "plain")
    graphs = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    compiled = trained(tiny_run.config(training={**training, "compile": True}), tmp_path / "compiled")
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > graphs
    assert plain.keys() == compiled.keys()
    for name, value in plain.items():
        torch.testing.assert_close(compiled[name], value, rtol=0, atol=1e-6)
