"""The recipe of the judge of picture quality: distortions that grow, a network that learns them, its measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from s2vbench.mini import quality_measures as measures
from s2vbench.mini.quality import PLAN, draw_batch, loss_of, new_network
from s2vbench.mini.quality_distortions import DISTORTIONS, MOST
from s2vbench.types import FramesU8
from tests.clips import scene
from tests.mini.drawn_bank import QuickBank


@pytest.fixture(scope="module")
def bank() -> QuickBank:
    return QuickBank(8)


def detailed() -> FramesU8:
    """A frame with edges and a light and a dark half."""
    frame = scene(64, 112)
    frame[::8, :, :] = 20
    frame[:, ::16, :] = 230
    return frame


@pytest.mark.parametrize("kind", DISTORTIONS)
@pytest.mark.parametrize("height_px", [64, 128])
def test_a_higher_level_is_farther_from_the_clean_frame(kind: str, height_px: int) -> None:
    frame = np.repeat(np.repeat(detailed(), height_px // 64, 0), height_px // 64, 1)
    distances = []
    for level in np.linspace(0, MOST, 6):
        distorted = DISTORTIONS[kind](frame, float(level), np.random.default_rng(3))
        assert distorted.shape == frame.shape
        assert distorted.dtype == np.uint8
        distances.append(float(np.abs(distorted.astype(int) - frame).mean()))
    assert distances[0] <= 0.5, "level 0 is the frame itself"
    assert distances == sorted(distances)
    assert distances[5] > 1.2 * distances[2]


def test_lengths_are_shares_of_the_height() -> None:
    small = detailed()
    large = np.repeat(np.repeat(small, 4, 0), 4, 1)
    for kind in ("defocus", "motion blur"):
        distances = [
            np.abs(DISTORTIONS[kind](frame, 3.0, np.random.default_rng(3)).astype(int) - frame).mean()
            for frame in (small, large)
        ]
        assert distances[1] == pytest.approx(distances[0], rel=0.35), kind


def test_a_step_is_a_function_of_its_number(bank: QuickBank) -> None:
    plan = replace(PLAN, batch=6)
    frames, levels = draw_batch(bank, plan, 3)
    again, same = draw_batch(bank, plan, 3)
    assert torch.equal(frames, again)
    assert torch.equal(levels, same)
    assert frames.shape[:2] == (6, 3)
    assert levels.shape == (6,)
    assert float(levels.min()) >= 0
    assert float(levels.max()) <= MOST
    assert {draw_batch(bank, plan, step)[0].shape[2] for step in range(30)} == {64, 80, 96, 128}


def test_it_learns_to_tell_grain_from_none(bank: QuickBank) -> None:
    torch.set_num_threads(1)
    network = new_network(0)
    clean = [measures.resized(bank.where(0)[0].array("frames")[at, 4], 64) for at in range(8)]
    grainy = [DISTORTIONS["grain"](frame, 4.0, np.random.default_rng(at)) for at, frame in enumerate(clean)]
    pairs = np.stack([frame for pair in zip(clean, grainy, strict=True) for frame in pair])
    frames = torch.from_numpy(pairs).permute(0, 3, 1, 2).float() / 255
    levels = torch.tensor([0.0, 4.0] * 8)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, (frames, levels))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.5 * losses[0]


def test_the_loss_is_about_the_score_that_the_metric_gets(bank: QuickBank) -> None:
    network = new_network(0).eval()
    frames, _ = draw_batch(bank, replace(PLAN, batch=4), 0)
    with torch.no_grad():
        levels = (100 - network(frames)) / 20
        assert float(loss_of(network, (frames, levels))) == pytest.approx(0, abs=1e-3)
        assert float(loss_of(network, (frames, levels + 1))) > 0.5


class Sharpness(nn.Module):
    """A judge that looks at neighbouring pixels' differences alone."""

    def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
        return 100 * images_NCHW.diff(dim=-1).abs().mean((1, 2, 3))


def test_measures_tell_what_a_judge_can_see(bank: QuickBank) -> None:
    found = measures.measure(Sharpness(), bank, 8)["64 px high"]
    assert found["defocus"]["rank correlation with the level, within a frame"]["value"] > 0.9
    assert found["grain"]["rank correlation with the level, within a frame"]["value"] < -0.5
    assert found["blur of control videos"]["frames below their clean version"]["value"] == 1
    assert found["noise of control videos"]["frames below their clean version"]["value"] == 0
    assert found["defocus"]["neighbouring levels in order"]["n"] == 8
