"""The video-text recipe: clips, captions, where it starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from s2vbench.errors import InputError
from s2vbench.mini import identity_measures, image_text, video_text_measures
from s2vbench.mini.ship import NETWORK
from s2vbench.mini.video_text import PLAN, batch_of, draw_clip, loss_of, new_network, told
from tests.mini.pictures_bank import few_clips

TOWER: dict[str, Any] = {"widths": (8, 8, 16, 32), "blocks": (0, 0, 1, 0)}
SMALL: dict[str, Any] = TOWER | {
    "width": 32,
    "layers": 1,
    "heads": 2,
    "embedding": 32,
    "text_width": 32,
    "text_layers": 1,
    "text_heads": 2,
    "context": 64,
}


def test_a_step_is_a_function_of_its_number() -> None:
    plan = replace(PLAN, batch=3)
    once, again = (batch_of(few_clips(), plan, 5, 8, 64) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert not torch.equal(once[0], batch_of(few_clips(), plan, 6, 8, 64)[0])
    assert once[0].shape == (3, 8, 3, 64, 112)
    assert once[1].shape == (3, 64)


def test_it_learns() -> None:
    network = new_network(0, **SMALL)
    batch = batch_of(few_clips(), replace(PLAN, batch=8), 0, network.frames, network.context)
    optimiser = torch.optim.AdamW(network.parameters(), 4e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


def test_frames_keep_their_order_and_one_light() -> None:
    frames = np.zeros((9, 128, 224, 3), np.uint8) + (np.arange(9) * 20 + 40).astype(np.uint8)[:, None, None, None]
    for seed in range(8):
        drawn = draw_clip(frames, 8, np.random.default_rng(seed))
        means = drawn.astype(float).mean((1, 2, 3))
        assert drawn.shape == (8, 64, 112, 3)
        assert (np.diff(means) > 5).all()


def test_captions_keep_their_first_sentence() -> None:
    text = "A cat waves. It is red. The camera is still."
    heard = {told(text, np.random.default_rng(seed)) for seed in range(40)}
    assert len(heard) > 2
    assert all(caption.startswith("A cat waves") for caption in heard)


def test_it_starts_from_the_convolutions_of_image_text(tmp_path: Path) -> None:
    other = image_text.new_network(4, **TOWER)
    save_file({key: value.contiguous() for key, value in other.state_dict().items()}, tmp_path / NETWORK)
    started = new_network(0, tmp_path, **SMALL)
    for key, value in started.vision_encoder.tower.state_dict().items():
        assert torch.equal(value, other.clip.visual.tower.state_dict()[key])
    with pytest.raises(InputError, match="no convolutions of this size"):
        new_network(0, tmp_path, **(SMALL | {"widths": (8, 8, 16, 16)}))
    with pytest.raises(InputError, match="no such file"):
        new_network(0, tmp_path / "nowhere", **SMALL)


def test_measures_say_how_many_clips_found_their_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_measures, "AMONG", 4)
    network = new_network(0, **SMALL).eval()
    found = video_text_measures.measure(network, few_clips(), 8)
    assert all(list(looks) == list(identity_measures.LOOKS) for looks in found.values())
    assert {measure["n"] for looks in found.values() for measure in looks.values()} == {8}
    shares = [measure["value"] for name, looks in found.items() if "among" in name for measure in looks.values()]
    assert len(shares) == 8
    assert 0 <= min(shares) <= max(shares) < 1
    with pytest.raises(InputError, match="held-out clips are fewer than 100"):
        video_text_measures.measure(network, few_clips(), 100)
