"""The identity recipe: individuals, places and their patches, measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from s2vbench.errors import InputError
from s2vbench.mini import identity_measures, identity_places, identity_samples
from s2vbench.mini.identity import PLAN, batch_of, loss_of, new_network
from s2vbench.mini.identity_samples import patch_contrast
from s2vbench.mini.pictures_cast import Sight
from s2vbench.types import FramesU8
from tests.mini.pictures_bank import few_people

SMALL: dict[str, Any] = {"widths": (8, 8, 16, 32), "blocks": (0, 0, 1, 0), "embedding": 32, "patch_features": 16}


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NOUNS": 8, "EACH": 2, "PLACES": 4}.items():
        monkeypatch.setattr(identity_samples, name, value)


def test_a_step_is_a_function_of_its_number() -> None:
    once, again = (batch_of(few_people(), PLAN, 5) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    people_NCHW, alike_NN, places_NCHW, cuts_2B4, still_B, same_BB = once
    assert people_NCHW.shape == (2 * len(alike_NN), 3, 112, 112)
    assert places_NCHW.shape == (8, 3, 112, 192)
    assert cuts_2B4.shape == (2, 4, 4)
    assert still_B.shape == (4,)
    assert bool(torch.diagonal(same_BB).all())
    width_px, height_px = cuts_2B4[..., 2] - cuts_2B4[..., 0], cuts_2B4[..., 3] - cuts_2B4[..., 1]
    torch.testing.assert_close(width_px / height_px, torch.full((2, 4), 192 / 112), atol=0.05, rtol=0)


def test_it_learns() -> None:
    network = new_network(0, **SMALL)
    batch = batch_of(few_people(), PLAN, 1)
    optimiser = torch.optim.AdamW(network.parameters(), 4e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


def patches_of_places(cuts_B4: torch.Tensor, seed: int = 0) -> torch.Tensor:
    """Features that are a smooth function of the place in the frame: what a perfect network might say."""
    x0, y0, x1, y1 = (side[:, None, None] for side in cuts_B4.T)
    across, down = (torch.arange(12) + 0.5) / 12, ((torch.arange(7) + 0.5) / 7)[:, None]
    x, y = (x0 + (x1 - x0) * across).expand(-1, 7, -1), (y0 + (y1 - y0) * down).expand(-1, -1, 12)
    waves = torch.randn(64, 2, generator=torch.Generator().manual_seed(seed)) * 0.12
    phase_BDRK = x[:, None] * waves[:, 0, None, None] + y[:, None] * waves[:, 1, None, None]
    return functional.normalize(phase_BDRK.sin() + 0.3 * phase_BDRK.cos(), dim=1)


def test_patches_that_agree_where_cuts_overlap_have_the_least_loss() -> None:
    cuts_2B4 = torch.tensor([[[0.0, 0, 192, 112]], [[40.0, 20, 136, 76]]])
    first, second = (patches_of_places(cuts_B4) for cuts_B4 in cuts_2B4)
    right = patch_contrast(first, second, cuts_2B4).item()
    shifted = patch_contrast(first, second.roll(4, dims=3), cuts_2B4).item()
    other = patch_contrast(first, patches_of_places(cuts_2B4[1], seed=1), cuts_2B4).item()
    assert right < 0.5 * shifted
    assert right < 0.5 * other


def test_cuts_that_do_not_overlap_teach_nothing() -> None:
    cuts_2B4 = torch.tensor([[[0.0, 0, 96, 56]], [[100.0, 60, 196, 116]]])
    first = patches_of_places(cuts_2B4[0]).requires_grad_()
    loss = patch_contrast(first, patches_of_places(cuts_2B4[1]), cuts_2B4)
    assert loss.item() == 0
    loss.backward()  # type: ignore[no-untyped-call]
    assert first.grad is not None


def test_no_still_place_in_a_batch_is_no_error() -> None:
    network = new_network(0, **SMALL)
    batch = list(batch_of(few_people(), PLAN, 1))
    batch[4] = torch.zeros_like(batch[4])
    assert torch.isfinite(loss_of(network, tuple(batch)))


def test_auc_counts_pairs() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(size=(60, 5))
    pairs = np.subtract.outer(scores[:, 0], scores[:, 1:].ravel())
    found = identity_measures.auc(scores)
    assert found["value"] == pytest.approx((pairs > 0).mean())
    assert found["low"] < found["value"] < found["high"]
    assert found["n"] == 60


def test_lineups_are_of_one_class_and_hold_the_right_one_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_measures, "WRONG", 1)
    people = few_people()
    rows = identity_measures.lineups(people, 2, np.random.default_rng(0))
    for right, *wrong in rows.tolist():
        assert all(people.people[other].noun == people.people[right].noun for other in wrong)
        assert all(people.people[other] != people.people[right] for other in wrong)
    with pytest.raises(InputError, match="held-out subjects have 1 others"):
        identity_measures.lineups(people, 500, np.random.default_rng(0))


def test_the_blurred_look_is_as_small_as_videos_of_the_embedded_model() -> None:
    people = few_people()
    sight = people.in_frame(0, int(people.frames_of(0)[0]))
    small = identity_measures.looked(sight, identity_measures.LOOKS[1])
    assert small.picture_HWC.shape == (64, 112, 3)
    assert small.mask_HW.shape == (64, 112)
    assert identity_measures.looked(sight, identity_measures.LOOKS[0]) is sight
    assert identity_measures.cut_out(small).shape == (224, 224, 3)
    nothing = Sight(small.picture_HWC, np.zeros((64, 112), np.bool_))
    assert (identity_measures.cut_out(nothing) == 255).all()


def mean_colours(pictures: list[FramesU8]) -> Any:
    """An encoder that knows colours, and where they are, coarsely."""
    cells = [p[: p.shape[0] // 4 * 4, : p.shape[1] // 4 * 4].astype(float) for p in pictures]
    rows = [c.reshape(4, c.shape[0] // 4, 4, c.shape[1] // 4, 3).mean((1, 3)).ravel() - 128 for c in cells]
    return identity_measures.unit(np.stack(rows))


def test_an_encoder_of_colours_knows_frames_of_one_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_measures, "AMONG", 6)
    look = identity_measures.LOOKS[1]
    found = identity_places.frames_of_a_clip(mean_colours, few_people().bank, 12, look)
    assert found[f"whole frame of the same clip among 100, {look}"]["value"] > 0.6


def test_a_copied_background_lies_behind_the_subjects_and_raises_z(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_places, "_NULL_VIEWS", 3)
    torch.manual_seed(0)
    network = new_network(0, **SMALL).eval()
    found = identity_places.leaked_backgrounds(network, few_people(), 6)
    assert {measure["n"] for measure in found.values()} <= {4, 5, 6}
    z_copied, z_other = (
        found[f"mean z of {what} backgrounds, 64 px high, blurred"]["value"] for what in ("copied", "other")
    )
    assert z_copied > z_other
