"""One pass: decode once, every network once a frame, whatever fails spoils nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from s2vbench.backbones.bank import Bank, FrameWindow
from s2vbench.backbones.weights import resolve
from s2vbench.errors import NotApplicable, VideoError
from s2vbench.features import engine
from s2vbench.features.cache import FeatureCache
from s2vbench.features.collectors import ClipCollector, InterpolationCollector
from s2vbench.features.engine import FeatureFailedError, Features, compute_features
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of, choose_metrics
from s2vbench.types import FramesU8, Video
from s2vbench.video.decode import video_from_frames
from tests import tiny
from tests.clips import moving_square, noise, still

PROFILE = load_profile(tiny.PROFILE)
ALL = PROFILE.specs(tuple(PROFILE.features))
PROMPT = "a white square"


@pytest.fixture(scope="module")
def bank() -> Bank:
    specs = list(backbones_of(PROFILE, choose_metrics(PROFILE, None)).values())
    return Bank(resolve(specs, "seeded:1", allow_unverified=False))


def compute(video: Video, bank: Bank, cache: FeatureCache | None = None) -> Features:
    return compute_features(video, PROMPT, ALL, bank, cache or FeatureCache(None))


def arrays(features: Features) -> dict[str, npt.NDArray[np.float32]]:
    return {spec.name: features[spec.name] for spec in ALL}


class _Counting:
    """A bank that counts how many frames each backbone sees."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.seen: dict[str, int] = {}

    def encode_frames(self, name: str, window: FrameWindow) -> npt.NDArray[np.float32]:
        self.seen[name] = self.seen.get(name, 0) + len(window.frames_NHWC)
        return self._bank.encode_frames(name, window)

    def __getattr__(self, name: str) -> object:
        return getattr(self._bank, name)


def _counted(video: Video) -> tuple[Video, list[int]]:
    opened: list[int] = []

    def open_windows(size: int) -> Iterator[FramesU8]:
        opened.append(size)
        return video.open_windows(size)

    return replace(video, open_windows=open_windows), opened


def test_a_video_is_decoded_once_and_each_network_sees_each_frame_once(bank: Bank) -> None:
    video, opened = _counted(video_from_frames(moving_square(11)))
    counting = _Counting(bank)
    features = compute(video, counting)  # type: ignore[arg-type]
    assert len(opened) == 1
    frame_networks = {"tests.tiny:DINO", "tests.tiny:CLIP", "tests.tiny:CLIP_LARGE", "tests.tiny:MUSIQ"}
    assert counting.seen == dict.fromkeys(frame_networks, 11)
    assert features["dino_frames"].shape == (11, 48)
    assert features["aesthetic_frames"].shape == (11,)
    assert features["interpolation_errors"].shape == (5,)
    assert features["viclip_video"].shape == features["viclip_text"].shape == (32,)


def test_the_window_length_changes_nothing_beyond_rounding(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    video = video_from_frames(moving_square(10))
    expected = arrays(compute(video, bank))
    for window in (1, 3, 64):
        monkeypatch.setattr(engine, "WINDOW_FRAMES", window)
        for name, array in arrays(compute(video, bank)).items():
            assert np.abs(array - expected[name]).max() <= 2e-6 * np.abs(expected[name]).max(), (name, window)


def test_the_same_video_gives_the_same_bits(bank: Bank) -> None:
    video = video_from_frames(moving_square(5))
    first, second = arrays(compute(video, bank)), arrays(compute(video, bank))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_identical_frames_have_identical_features(bank: Bank) -> None:
    features = compute(video_from_frames(still(6)), bank)
    for name in ("dino_frames", "clip_frames", "imaging_frames"):
        assert np.ptp(features[name], axis=0).max() <= 2e-6 * np.abs(features[name]).max()


def test_cached_features_need_no_decoding_and_are_the_same_bits(bank: Bank, tmp_path: Path) -> None:
    video, opened = _counted(video_from_frames(moving_square(5)))
    cache = FeatureCache(tmp_path)
    first = arrays(compute(video, bank, cache))
    second = arrays(compute(video, bank, cache))
    assert len(opened) == 1
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_a_damaged_cache_file_is_computed_again(bank: Bank, tmp_path: Path) -> None:
    video = video_from_frames(moving_square(3))
    cache = FeatureCache(tmp_path)
    first = arrays(compute(video, bank, cache))
    for path in tmp_path.rglob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:20])
    second = arrays(compute(video, bank, cache))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_the_cache_keeps_videos_prompts_and_weights_apart(bank: Bank, tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    video = video_from_frames(moving_square(3))
    compute(video, bank, cache)
    before = len(list(tmp_path.rglob("*.safetensors")))
    compute_features(video, "another prompt", ALL, bank, cache)
    assert len(list(tmp_path.rglob("*.safetensors"))) == before + 1
    compute(video_from_frames(noise(3)), bank, cache)
    assert len(list(tmp_path.rglob("*.safetensors"))) == before + 1 + len(ALL) - 1


def test_a_cache_that_cannot_be_written_costs_a_warning(
    bank: Bank, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    features = compute(video_from_frames(still(3)), bank, FeatureCache(tmp_path / "file"))
    assert len(features["dino_frames"]) == 3
    assert sum("cache is off" in record.message for record in caplog.records) == 1


@pytest.mark.parametrize("num_frames", [1, 2])
def test_short_videos_lack_only_interpolation(bank: Bank, num_frames: int) -> None:
    features = compute(video_from_frames(still(num_frames)), bank)
    with pytest.raises(NotApplicable, match=f"the video has {num_frames} frames; interpolation needs at least 3"):
        features["interpolation_errors"]
    assert len(features["dino_frames"]) == num_frames
    assert features["viclip_video"].shape == (32,)


@pytest.mark.parametrize("size", [(8, 8), (112, 200), (200, 100)])
def test_small_frames_lack_only_interpolation(bank: Bank, size: tuple[int, int]) -> None:
    features = compute(video_from_frames(still(3, *size)), bank)
    with pytest.raises(NotApplicable, match="too small"):
        features["interpolation_errors"]
    assert np.isfinite(features["imaging_frames"]).all()


def test_the_pairs_are_the_even_frames(bank: Bank) -> None:
    class Recording:
        def middle_frames(self, _: str, first: FramesU8, last: FramesU8) -> FramesU8:
            calls.append((int(first[0, 0, 0, 0]), int(last[0, 0, 0, 0])))
            return first

    frames = np.zeros((8, 128, 128, 3), np.uint8) + np.arange(8, dtype=np.uint8)[:, None, None, None]
    for window in (1, 2, 3, 8):
        calls: list[tuple[int, int]] = []
        collector = InterpolationCollector(Recording(), "amt")  # type: ignore[arg-type]
        for start in range(0, 8, window):
            collector.add(bank.window(frames[start : start + window]))
        assert calls == [(0, 2), (2, 4), (4, 6)]
        assert collector.finish().tolist() == [1.0, 1.0, 1.0]


def test_a_network_that_breaks_spoils_only_its_own_feature(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(ClipCollector, "add", explode)
    features = compute(video_from_frames(still(3)), bank)
    with pytest.raises(FeatureFailedError, match="RuntimeError: out of memory") as caught:
        features["viclip_video"]
    assert "Traceback" in caught.value.failure.details
    assert len(features["dino_frames"]) == 3


def test_a_video_that_ends_in_an_error_is_an_error(bank: Bank) -> None:
    def windows(_: int) -> Iterator[FramesU8]:
        yield still(2)
        raise VideoError("cut off")

    with pytest.raises(VideoError, match="cut off"):
        compute(replace(video_from_frames(still(2)), open_windows=windows), bank)


def test_large_frames_come_in_small_windows() -> None:
    assert engine.window_frames(video_from_frames(still(1, 512, 896))) == 8
    assert engine.window_frames(replace(video_from_frames(still(1)), width_px=4096, height_px=2304)) == 1
