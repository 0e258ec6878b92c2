"""The small judge of picture quality: every picture on its own, of any size, flat ones too."""

from __future__ import annotations

import math

import pytest
import torch

from s2vbench.backbones.mini.quality import LEAST_TONE, MINI_QUALITY, NUM_TONES, MiniQuality, tones
from s2vbench.backbones.weights import load_network, resolve


@pytest.fixture(scope="module")
def network() -> MiniQuality:
    weights = resolve([MINI_QUALITY], "seeded:1", allow_unverified=False)["mini_quality"]
    found = load_network(weights, torch.device("cpu"), torch.float32)
    assert isinstance(found, MiniQuality)
    return found


def images(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_score_does_not_depend_on_the_batch(network: MiniQuality) -> None:
    batch = images(4, 3, 64, 112) * torch.tensor([1, 0.7, 0.4, 0.2])[:, None, None, None]
    with torch.inference_mode():
        together, alone = network(batch), torch.cat([network(image[None]) for image in batch])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-5)
    assert len({round(value, 2) for value in together.tolist()}) == 4


def test_training_sees_the_scores_that_answers_have(network: MiniQuality) -> None:
    batch = images(3, 3, 64, 112)
    with torch.inference_mode():
        answered = network(batch)
    torch.testing.assert_close(network.scores_together(batch), answered, atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_flat_picture_has_a_finite_score_and_gradient(level: float) -> None:
    torch.manual_seed(0)
    network = MiniQuality(**MINI_QUALITY.options)  # type: ignore[arg-type]
    scores = network.scores_together(torch.full((2, 3, 64, 112), level))
    assert torch.isfinite(scores).all()
    scores.sum().backward()  # type: ignore[no-untyped-call]
    assert all(torch.isfinite(p.grad).all() for p in network.parameters() if p.grad is not None)


def test_tones_are_the_patch_in_numbers() -> None:
    patch = torch.full((1, 32, 32, 3), -0.5)
    patch[:, :16] = 0.5
    found = tones(patch)[0]
    assert found.shape == (NUM_TONES,)
    torch.testing.assert_close(found[:5], torch.tensor([0.0, 0.0, 0.0, -0.5, 0.5]))
    nothing = math.log(LEAST_TONE) / 2 + 1.5
    assert found[5:8].tolist() == pytest.approx([math.log(0.5 + LEAST_TONE) / 2 + 1.5] * 3, abs=1e-3)
    assert found[9].item() == pytest.approx(nothing), "nothing changes along the rows"
    assert found[8].item() == pytest.approx(math.log(1 / 31 + LEAST_TONE) / 2 + 1.5)


@pytest.mark.parametrize("size", [(64, 112), (1, 40), (144, 256), (270, 20)])
def test_pictures_of_any_size_have_a_score(network: MiniQuality, size: tuple[int, int]) -> None:
    with torch.inference_mode():
        assert torch.isfinite(network(images(2, 3, *size))).all()


def test_bfloat16_answers_almost_the_same(network: MiniQuality) -> None:
    weights = resolve([MINI_QUALITY], "seeded:1", allow_unverified=False)["mini_quality"]
    half = load_network(weights, torch.device("cpu"), torch.bfloat16)
    batch = images(2, 3, 64, 112)
    with torch.inference_mode():
        assert (half(batch) - network(batch)).abs().max() < 2
