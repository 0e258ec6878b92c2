"""The small video-text network: clips of any size, time, texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.mini.video_text import MINI_VIDEO_TEXT, MiniVideoText
from s2vbench.backbones.weights import resolve
from s2vbench.features.collectors import ClipCollector

SMALL: dict[str, Any] = {
    "widths": (8, 8, 16, 16),
    "blocks": (0, 0, 1, 0),
    "width": 16,
    "layers": 2,
    "heads": 2,
    "embedding": 12,
    "text_width": 16,
    "text_layers": 1,
    "text_heads": 2,
    "context": 12,
}
SPEC = replace(MINI_VIDEO_TEXT, options=SMALL)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return Bank(resolve([SPEC], "seeded:3", allow_unverified=False))


def clip(frames: int, height_px: int, width_px: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(5).integers(0, 256, (frames, height_px, width_px, 3), dtype=np.uint8)


def test_the_shipped_size_fits_its_share_of_the_package() -> None:
    parameters = sum(value.numel() for value in MiniVideoText().state_dict().values())
    assert 2 * parameters / 1e6 <= 5
    assert MINI_VIDEO_TEXT.size_mb == pytest.approx(2 * parameters / 1e6, abs=0.6)


@pytest.mark.parametrize(
    ("frames", "height_px", "width_px"), [(9, 64, 112), (3, 64, 112), (20, 224, 224), (1, 300, 40)]
)
def test_videos_of_any_length_and_size_have_one_feature(bank: Bank, frames: int, height_px: int, width_px: int) -> None:
    collector = ClipCollector(bank, SPEC.name)
    collector.add(bank.window(clip(frames, height_px, width_px)))
    feature_D = collector.finish()
    assert feature_D.shape == (12,)
    assert np.isfinite(feature_D).all()


def test_a_video_of_the_embedded_model_is_seen_as_it_is(bank: Bank) -> None:
    frames = clip(8, 64, 112)
    np.testing.assert_array_equal(bank.thumbnails(SPEC.name, bank.window(frames)), frames.transpose(0, 3, 1, 2))


def test_the_order_of_frames_matters(bank: Bank) -> None:
    thumbnails = bank.thumbnails(SPEC.name, bank.window(clip(8, 64, 112)))
    forwards, backwards = (bank.encode_video(SPEC.name, frames) for frames in (thumbnails, thumbnails[::-1].copy()))
    assert np.abs(forwards - backwards).max() > 1e-4


def test_a_clip_does_not_depend_on_those_beside_it(bank: Bank) -> None:
    network = bank.network(SPEC.name)
    clips_NTCHW = torch.randn(3, 8, 3, 64, 112, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        together_NE = network.encode_video(clips_NTCHW)
        alone_NE = torch.cat([network.encode_video(one[None]) for one in clips_NTCHW])
    assert torch.equal(together_NE, alone_NE)


@pytest.mark.parametrize("frames", [0, 9])
def test_clips_of_too_many_frames_or_none_are_refused(bank: Bank, frames: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 8 frames, got {frames}"):
        bank.network(SPEC.name).encode_video(torch.zeros(1, frames, 3, 64, 112))


@pytest.mark.parametrize("text", ["", "a cat waves", "\u732b xylophonist", "word " * 300])
def test_texts_of_any_kind_have_features(bank: Bank, text: str) -> None:
    feature_D = bank.encode_text(SPEC.name, text)
    assert feature_D.shape == (12,)
    assert np.isfinite(feature_D).all()


def test_bfloat16_is_near(bank: Bank) -> None:
    half = Bank(bank.weights, precision="bf16")
    thumbnails = bank.thumbnails(SPEC.name, bank.window(clip(8, 64, 112)))
    full_D, half_D = (b.encode_video(SPEC.name, thumbnails) for b in (bank, half))
    assert full_D @ half_D / np.linalg.norm(full_D) / np.linalg.norm(half_D) > 0.995
    assert np.isfinite(half.encode_text(SPEC.name, "a cat")).all()
