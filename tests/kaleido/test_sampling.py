"""The released schedule, its noise, Euler steps and guidance."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from s2vbench.kaleido.sampling import euler, guided, noise, sigmas


@pytest.mark.parametrize(("steps", "shift"), [(50, 7.0), (50, 1.0), (7, 3.0), (1, 7.0)])
def test_sigmas_are_those_of_diffusers_given_even_ones(steps: int, shift: float) -> None:
    scheduler = FlowMatchEulerDiscreteScheduler(shift=shift)
    scheduler.set_timesteps(sigmas=np.linspace(1, 0, steps + 1)[:-1].tolist())
    assert np.abs(sigmas(steps, shift) - scheduler.sigmas.double().numpy()).max() < 1e-7
    assert np.abs(1000 * sigmas(steps, shift)[:-1] - scheduler.timesteps.double().numpy()).max() < 2e-4


def test_sigmas_fall_from_one_to_zero() -> None:
    levels = sigmas()
    assert (len(levels), levels[0], levels[-1]) == (51, 1.0, 0.0)
    assert np.all(np.diff(levels) < 0)
    # Written out: s = 1/2 gives 1 - 0.5 / (7 + 0.5 - 3.5).
    assert levels[25] == pytest.approx(0.875, abs=1e-12)


def test_noise_is_drawn_in_the_released_order_and_alone() -> None:
    drawn = noise([5, 6], (4, 3, 2, 2))
    released = torch.randn(1, 3, 4, 2, 2, generator=torch.Generator().manual_seed(6)).permute(0, 2, 1, 3, 4)
    assert torch.equal(drawn[1:], released)
    assert torch.equal(noise([5], (4, 3, 2, 2)), drawn[:1])
    assert not torch.equal(drawn[0], drawn[1])


def test_euler_follows_a_straight_path_exactly() -> None:
    start, end = noise([1], (2, 1, 2, 2)), noise([2], (2, 1, 2, 2))
    times: list[float] = []
    shown: list[tuple[int, int]] = []

    def velocity(latents: torch.Tensor, time: float) -> torch.Tensor:
        times.append(time)
        sigma = time / 1000
        assert torch.allclose(latents, (1 - sigma) * end + sigma * start, atol=1e-5)
        return start - end

    found = euler(velocity, start, sigmas(6), lambda *now: shown.append(now))
    assert torch.allclose(found, end, atol=1e-5)
    assert times == (1000 * sigmas(6)[:-1]).tolist()
    assert shown == [(step, 6) for step in range(1, 7)]


def test_latents_stay_in_float32_between_steps() -> None:
    seen: list[torch.dtype] = []

    def velocity(latents: torch.Tensor, _: float) -> torch.Tensor:
        seen.append(latents.dtype)
        return torch.ones_like(latents, dtype=torch.bfloat16) / 3

    found = euler(velocity, torch.zeros(1, 1, 1, 1, 1, dtype=torch.bfloat16), sigmas(3))
    assert seen == [torch.float32] * 3
    assert found.item() == pytest.approx(-float(torch.tensor(1 / 3).bfloat16()), abs=1e-6)


def test_guidance_extrapolates() -> None:
    without, with_text = torch.tensor([1.0]), torch.tensor([3.0])
    assert guided(without, with_text, 6.0).item() == 13.0
    assert guided(without, with_text, 0.0).item() == 1.0
