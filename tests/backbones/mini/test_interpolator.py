"""The small interpolator: any size, each pair on its own, and flows that mean what they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.mini.interpolator import LEAST_SIDE_PX, MINI_INTERPOLATOR, MiniInterpolator
from s2vbench.backbones.weights import load_network, resolve
from s2vbench.errors import NotApplicable
from s2vbench.features.collectors import InterpolationCollector
from tests.clips import moving_square


@pytest.fixture(scope="module")
def network() -> MiniInterpolator:
    """A network with random weights, large enough that flows matter."""
    weights = resolve([MINI_INTERPOLATOR], "seeded:1", allow_unverified=False)["mini_interpolator"]
    found = load_network(weights, torch.device("cpu"), torch.float32)
    assert isinstance(found, MiniInterpolator)
    return found


def silent() -> MiniInterpolator:
    """A network that says nothing: no flow, no residual, a mask of one half."""
    found = MiniInterpolator(pyramid_widths=(4, 4, 4, 4), decoder_widths=(8, 8, 8, 8), side_width=4).eval()
    for parameter in found.parameters():
        nn.init.zeros_(parameter)
    return found.requires_grad_(requires_grad=False)


def noise_u8(*shape: int, seed: int = 0) -> Tensor:
    return torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)


@pytest.mark.parametrize(("height", "width"), [(64, 112), (16, 16), (17, 300), (33, 47)])
def test_any_size_gives_frames_of_that_size(network: MiniInterpolator, height: int, width: int) -> None:
    first, last = noise_u8(2, 3, height, width, 3)
    with torch.inference_mode():
        middle = network.middle_frames_u8(first, last)
    assert middle.shape == first.shape
    assert middle.dtype == torch.uint8


@pytest.mark.parametrize(("height", "width"), [(LEAST_SIDE_PX - 1, 64), (64, 1)])
def test_smaller_frames_do_not_apply(network: MiniInterpolator, height: int, width: int) -> None:
    frames = noise_u8(1, height, width, 3)
    with pytest.raises(NotApplicable, match=f"frames of {width}x{height} px are too small"):
        network.middle_frames_u8(frames, frames)


def test_a_pair_does_not_depend_on_the_batch(network: MiniInterpolator) -> None:
    first, last = torch.rand(2, 4, 3, 48, 80, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        together = network(first, last)
        alone = torch.cat([network(first[at : at + 1], last[at : at + 1]) for at in range(4)])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    assert (together[0] - together[1]).abs().max() > 0.01


def test_training_and_answering_compute_the_same(network: MiniInterpolator) -> None:
    first, last = torch.rand(2, 2, 3, 32, 48, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        answered = network(first, last)
    with torch.enable_grad():
        trained = network(first, last)
    torch.testing.assert_close(trained, answered, atol=1e-4, rtol=0)


def test_without_flow_and_residual_it_is_the_mean_of_both() -> None:
    first, last = noise_u8(2, 1, 32, 48, 3)
    expected = (first.float() + last.float()) / 2
    assert (silent().middle_frames_u8(first, last).float() - expected).abs().max() <= 0.5 + 1e-3


def test_flows_lead_from_the_middle_to_both_frames() -> None:
    """A picture that moves right by 6 px: the middle finds the first 3 px to the left, the last 3 px to the right."""
    network = silent()
    bias = network.decoder1.convblock[2].bias
    bias.data[:4] = torch.tensor([-3.0, 0.0, 3.0, 0.0])
    scene = noise_u8(1, 32, 80, 3, seed=4)
    first, middle, last = (scene[:, :, 12 - shift : 60 - shift] for shift in (-3, 0, 3))
    found = network.middle_frames_u8(first.contiguous(), last.contiguous())
    inner = (slice(None), slice(None), slice(4, -4))
    assert (found[inner].int() - middle[inner].int()).abs().max() <= 1


def test_a_bank_asks_it_about_videos_of_the_embedded_model() -> None:
    bank = Bank(resolve([MINI_INTERPOLATOR], "seeded:1", allow_unverified=False))
    collector = InterpolationCollector(bank, "mini_interpolator")
    collector.add(bank.window(moving_square(9, 64, 112)))
    errors = collector.finish()
    assert errors.shape == (4,)
    assert (errors > 0).all()
    assert np.isfinite(errors).all()


def test_bfloat16_answers_almost_the_same(network: MiniInterpolator) -> None:
    weights = resolve([MINI_INTERPOLATOR], "seeded:1", allow_unverified=False)["mini_interpolator"]
    half = load_network(weights, torch.device("cpu"), torch.bfloat16)
    first, last = torch.rand(2, 1, 3, 32, 48, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        difference = (half(first, last) - network(first, last)).abs().mean()
    assert 0 < difference < 0.1
