"""The collector where something goes wrong or is odd: power cuts, damaged pictures, parts that break, other windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.protocols import Detections
from s2vbench.errors import NotApplicable
from s2vbench.features import engine
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import FeatureFailedError, Features, compute_features
from s2vbench.features.subjects.case_files import FileDigests, case_subjects
from s2vbench.features.subjects.names import FACES
from s2vbench.features.subjects.parts.leak import LeakPart
from s2vbench.types import FramesU8
from s2vbench.video.decode import video_from_frames
from tests.clips import noise
from tests.features.subjects.collecting import (
    ALWAYS,
    DINO_FRAMES,
    FROM_TRACKS,
    NOTHING,
    NUM_FRAMES,
    VIDEO,
    Counting,
    assert_same,
    bank_at,
    compute,
    everything,
    kind_of,
    the_cases,
    work,
)


class _PowerCutError(BaseException):
    pass


@pytest.mark.parametrize("windows_done", [1, 2])
def test_an_interrupted_pass_goes_on_where_it_was(
    bank: Bank,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expected: dict[str, Any],
    windows_done: int,
) -> None:
    monkeypatch.setattr(engine, "WINDOW_FRAMES", 2)

    def cut(size: int) -> Iterator[FramesU8]:
        for index, window in enumerate(VIDEO.open_windows(size)):
            if index == windows_done:
                raise _PowerCutError
            yield window

    cache = FeatureCache(tmp_path)
    counting = Counting(bank)
    with pytest.raises(_PowerCutError):
        compute(counting, work(folder), cache, replace(VIDEO, open_windows=cut))
    assert counting.detected["frames"] == 2 * windows_done
    rest = Counting(bank)
    features = compute(rest, work(folder), cache)
    assert rest.detected == {"frames": NUM_FRAMES - 2 * windows_done, "references": 0}
    assert rest.segmented == rest.detected
    assert_same(everything(features), expected, 2e-6)


def test_a_part_that_breaks_spoils_nothing_else(
    bank: Bank, folder: Path, monkeypatch: pytest.MonkeyPatch, expected: dict[str, Any]
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(LeakPart, "add", explode)
    features = compute(bank, work(folder))
    with pytest.raises(FeatureFailedError, match="RuntimeError: out of memory") as caught:
        features["leak"]
    assert "Traceback" in caught.value.failure.details
    names = tuple(name for name in ALWAYS if name != "leak")
    assert_same(everything(features, names), {k: v for k, v in expected.items() if not k.startswith(".leak")})


def test_a_detector_that_breaks_spoils_only_what_is_about_subjects(
    bank: Bank, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(bank)
    real = counting.detect

    def explode(name: str, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        if kind_of(images) == "frames":
            raise RuntimeError("out of memory")
        return real(name, images, phrases)

    monkeypatch.setattr(counting, "detect", explode)
    features = compute_features(VIDEO, "", [DINO_FRAMES], counting, FeatureCache(None), subjects=work(folder))  # type: ignore[arg-type]
    assert len(features["dino_frames"]) == NUM_FRAMES
    for name in FROM_TRACKS:
        with pytest.raises(FeatureFailedError, match="out of memory"):
            features[name]


@pytest.mark.parametrize("which", ["dog.png", "dog2.png", "cat.png"])
def test_a_damaged_reference_is_noticed_before_any_network_runs(
    bank: Bank, folder: Path, tmp_path: Path, which: str
) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / which).write_bytes((folder / which).read_bytes()[:200])
    counting = Counting(bank)
    features = compute_features(VIDEO, "", [DINO_FRAMES], counting, FeatureCache(None), subjects=work(tmp_path))  # type: ignore[arg-type]
    assert counting.detected == counting.segmented == NOTHING
    assert len(features["dino_frames"]) == NUM_FRAMES
    for name in (*FROM_TRACKS, FACES):
        with pytest.raises(FeatureFailedError, match=rf"{which}: not a readable picture"):
            features[name]


def test_a_damaged_picture_of_another_case_only_measures_no_chance(bank: Bank, folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "other3.png").write_bytes(b"no picture")
    features = compute(bank, work(tmp_path, features=("backgrounds", "leak")))
    assert features["backgrounds"].null_FN.shape == (NUM_FRAMES, 5)
    assert features["leak"].num_null == 5


@pytest.mark.parametrize("frames", [1, 3])
def test_the_window_length_changes_nothing_beyond_rounding(
    bank: Bank, folder: Path, monkeypatch: pytest.MonkeyPatch, expected: dict[str, Any], frames: int
) -> None:
    monkeypatch.setattr(engine, "WINDOW_FRAMES", frames)
    found = everything(compute(bank, work(folder)))
    for name, value in found.items():
        if name.startswith(".tracks") and isinstance(value, np.ndarray):
            assert np.array_equal(value, expected[name]), name
    # z-scores are cosines divided by 0.02.
    assert_same(found, expected, 1e-4)
    rest = [name for name in found if not name.startswith(".leak")]
    assert_same({name: found[name] for name in rest}, {name: expected[name] for name in rest}, 2e-6)


def test_the_same_video_gives_the_same_bits(bank: Bank, folder: Path, expected: dict[str, Any]) -> None:
    assert_same(everything(compute(bank, work(folder))), expected)


def test_bf16_is_near(bank: Bank, folder: Path) -> None:
    # With masks from files: of two boxes that are nearly as good, rounding may choose another.
    cases = the_cases()[1:]
    wanted = replace(work(folder), case=case_subjects(cases[0], folder, cases, FileDigests()))
    found, exact = (compute(each, wanted) for each in (bank_at("bf16"), bank))
    for name in ("clip_crops", "identity_crops"):
        assert np.abs(found[name].views_VV - exact[name].views_VV).max() <= 0.02
    assert np.abs(found["backgrounds"].null_FN - exact["backgrounds"].null_FN).max() <= 0.02
    near = np.abs(found["reference_canvas"].similarity_TV - exact["reference_canvas"].similarity_TV)
    assert near.max() <= 0.02
    best = [np.array([frame.max() for frame in _scores(features)]) for features in (found, exact)]
    assert np.abs(best[0] - best[1]).max() <= 0.05


def _scores(features: Features) -> list[Any]:
    tracks = features["tracks"]
    return [tracks.scores_M[tracks.frame_M == row] for row in range(len(tracks.frames_F))]


def test_no_subjects_are_not_applicable(bank: Bank, folder: Path) -> None:
    wanted = work(folder)
    nobody = replace(wanted, case=replace(wanted.case, subjects=(), views=()))
    with pytest.raises(NotApplicable, match="names no references"):
        compute(bank, nobody)["tracks"]


def test_a_video_too_narrow_for_the_detector_is_not_applicable(bank: Bank, folder: Path) -> None:
    features = compute(bank, work(folder), video=video_from_frames(noise(2, 2, 320)))
    for name in FROM_TRACKS:
        with pytest.raises(NotApplicable, match="320x2 pixels is too narrow for the detector"):
            features[name]


def test_nothing_above_the_floor_is_an_empty_table(bank: Bank, folder: Path, tmp_path: Path) -> None:
    floor = ("keep_threshold", "box_threshold", "reference_retry_threshold")
    cache = FeatureCache(tmp_path)
    for _ in range(2):
        features = compute(bank, work(folder, **dict.fromkeys(floor, 1.0)), cache)
        tracks = features["tracks"]
        assert (tracks.boxes_M4.shape, tracks.phrase_scores_MK.shape, tracks.masks) == ((0, 4), (0, 2), ())
        assert [subject.missing_reason is None for subject in tracks.subjects] == [False, False]
        assert features["clip_crops"].instances_MV.shape == (0, 3)
        assert not features["backgrounds"].frame_has_subject_F.any()
        assert features["camera_motion"].subject_px_M.shape == (0,)
        assert features["keypoint_matches"].mask_iou_MV.shape == (0, 3)
