"""The interpolator's recipe: what it is shown, that it learns, and what its measures say of damage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from s2vbench.errors import InputError
from s2vbench.mini import interpolator_measures as measures
from s2vbench.mini.interpolator import PLAN, draw_batch, draw_triplet, loss_of, new_network
from s2vbench.types import FramesU8
from tests.mini.drawn_bank import QuickBank


@pytest.fixture(scope="module")
def bank() -> QuickBank:
    return QuickBank(8)


class Mean(torch.nn.Module):
    """An interpolator that knows nothing of motion."""

    def middle_frames_u8(self, first_NHWC_u8: torch.Tensor, last_NHWC_u8: torch.Tensor) -> torch.Tensor:
        return ((first_NHWC_u8.float() + last_NHWC_u8) / 2).round().to(torch.uint8)


def test_a_step_is_a_function_of_its_number(bank: QuickBank) -> None:
    plan = replace(PLAN, batch=4)
    again = [draw_batch(bank, plan, 5) for _ in range(2)]
    assert all(torch.equal(a, b) for a, b in zip(*again, strict=True))
    assert not torch.equal(again[0][0], draw_batch(bank, plan, 6)[0])
    first, middle, last = again[0]
    assert first.shape == middle.shape == last.shape == (4, 3, 64, 112)
    assert float(first.min()) >= 0
    assert float(first.max()) <= 1


def test_the_middle_frame_is_in_the_middle(bank: QuickBank) -> None:
    """A square that moves evenly is, in the middle frame, half-way: less far from both than they from each other."""
    random = np.random.default_rng(0)
    nearer = 0
    for _ in range(40):
        first, middle, last = draw_triplet(bank, random).astype(np.int16)
        to_first, to_last = (float(np.abs(middle - other).mean()) for other in (first, last))
        nearer += max(to_first, to_last) <= float(np.abs(first - last).mean()) + 1
    assert nearer >= 36


def test_it_begins_as_the_mean_of_both_and_learns(bank: QuickBank) -> None:
    torch.set_num_threads(1)
    network = new_network(0)
    batch = draw_batch(bank, replace(PLAN, batch=6), 0)
    with torch.no_grad():
        guess, mean = network(batch[0], batch[2]), (batch[0] + batch[2]) / 2
    assert (guess - mean).abs().mean() < 0.03
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("damage", [measures.jitter, measures.jumps, measures.flicker])
def test_damage_grows_with_its_level(
    bank: QuickBank, damage: Callable[[FramesU8, int, np.random.Generator], FramesU8]
) -> None:
    frames = measures.resized(bank.where(0)[0].array("frames")[0], 64)
    assert frames.shape == (9, 64, 112, 3)
    distances = [
        float(np.abs(damage(frames, level, np.random.default_rng(1)).astype(int) - frames).mean()) for level in range(6)
    ]
    assert distances[0] == 0
    assert distances == sorted(distances)
    assert distances[5] > distances[1] > 0


def test_measures_count_what_they_are_of(bank: QuickBank) -> None:
    found = measures.measure(Mean(), bank, 6)
    middles = found["middle frames, 64 px high"]["all motion"]
    assert middles["PSNR of network"] == middles["PSNR of mean of neighbours"]
    assert middles["PSNR of network"]["value"] > middles["PSNR of copy of the first"]["value"]
    assert middles["SSIM of network"]["n"] == 6
    jitter = found["motion smoothness and jitter, 64 px high"]
    assert jitter["rank correlation within a clip"]["value"] > 0.5
    assert jitter["mean smoothness, level 5"]["value"] < jitter["mean smoothness, level 0"]["value"]


def test_too_few_clips_are_an_error(bank: QuickBank) -> None:
    with pytest.raises(InputError, match="8 held-out clips are fewer than 9"):
        measures.measure(Mean(), bank, 9)
