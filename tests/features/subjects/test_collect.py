"""One pass for everything about subjects, with real networks at miniature size."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.protocols import Detections, Segments
from s2vbench.backbones.weights import resolve
from s2vbench.errors import NotApplicable
from s2vbench.features import engine
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import FeatureFailedError, Features, compute_features
from s2vbench.features.spec import FeatureSpec
from s2vbench.features.subjects.case_files import FileDigests, case_subjects
from s2vbench.features.subjects.collect import SubjectWork
from s2vbench.features.subjects.names import FACES, SUBJECT_FEATURES, SubjectBackbones
from s2vbench.features.subjects.parts.leak import LeakPart
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of, choose_metrics
from s2vbench.types import Case, Floats, FramesU8, Reference, Video
from s2vbench.video.decode import video_from_frames
from tests import tiny
from tests.clips import moving_square, noise, scene

PROFILE = load_profile(tiny.PROFILE)
NAMES = SubjectBackbones(
    "tests.tiny_detector:DETECTOR", "tests.tiny_segmenter:SEGMENTER", "tests.tiny:CLIP", "tests.tiny:DINO"
)
FEATURES = tuple(SUBJECT_FEATURES)
ALWAYS = tuple(name for name in FEATURES if name != FACES)
FROM_TRACKS = tuple(name for name in ALWAYS if name != "reference_canvas")
DINO_FRAMES = FeatureSpec("dino_frames", "tests.tiny:DINO", "frames", "all-frames-v1")
NUM_FRAMES = 5
VIDEO = video_from_frames(moving_square(NUM_FRAMES, 96, 128), fps=8)


_OTHER_CLIP = replace(tiny.CLIP, name="other clip", options=tiny.CLIP.options | {"embed_dim": 24})


@pytest.fixture(scope="module")
def bank() -> Bank:
    return _bank()


def _bank(precision: str = "fp32") -> Bank:
    metrics = ["s2v_consistency", "background_leak", "subject_consistency"]
    specs = [*backbones_of(PROFILE, choose_metrics(PROFILE, metrics)).values(), _OTHER_CLIP]
    return Bank(resolve(specs, "seeded:1", allow_unverified=False), precision=precision)  # type: ignore[arg-type]


class Counting:
    """A bank that counts the images that its detector and segmenter see, frames and references apart."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.detected = {"frames": 0, "references": 0}
        self.segmented = {"frames": 0, "references": 0}
        self.calls: list[int] = []

    def detect(self, name: str, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        self.detected[_kind(images)] += len(images)
        self.calls.append(len(images))
        return self._bank.detect(name, images, phrases)

    def segment(self, name: str, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        self.segmented[_kind(images)] += len(images)
        return self._bank.segment(name, images, boxes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)


def _kind(images: Sequence[FramesU8]) -> str:
    return "frames" if images[0].shape == (96, 128, 3) else "references"


NOTHING = {"frames": 0, "references": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of two subjects and, with masks, of six other cases."""
    folder = tmp_path_factory.mktemp("references")
    pictures = {"dog": noise(1, 80, 96, seed=5)[0], "dog2": noise(1, 72, 96, seed=6)[0], "cat": scene(80, 80)}
    pictures |= {f"other{seed}": noise(1, 64, 64, seed=seed)[0] for seed in range(6)}
    for name, picture in pictures.items():
        Image.fromarray(picture).save(folder / f"{name}.png")
    mask = np.zeros((64, 64), np.uint8)
    mask[20:40, 20:40] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    return folder


def _cases() -> list[Case]:
    dog = Reference(id="d", kind="animal", noun="dog", images=("dog.png",), heldout=("dog2.png",))
    cat = Reference(id="c", kind="animal", noun="cat", images=("cat.png",))
    cases = [Case(id="main", prompt="a dog and a cat", references=(dog, cat))]
    for seed in range(6):
        other = Reference(id="o", kind="object", noun="thing", images=(f"other{seed}.png",), masks=("mask.png",))
        cases.append(Case(id=f"o{seed}", prompt="a thing", references=(other,)))
    return cases


def work(
    folder: Path, *, names: SubjectBackbones = NAMES, features: tuple[str, ...] = FEATURES, **policy: Any
) -> SubjectWork:
    cases = _cases()
    return SubjectWork(case_subjects(cases[0], folder, cases, FileDigests()), SubjectPolicy(**policy), names, features)


def compute(bank: Any, wanted: SubjectWork, cache: FeatureCache | None = None, video: Video = VIDEO) -> Features:
    return compute_features(video, "a dog", [], bank, cache or FeatureCache(None), subjects=wanted)


def leaves(value: Any, at: str = "") -> dict[str, Any]:
    """Every array and number of a record, by its place in it."""
    if is_dataclass(value):
        return {k: v for f in fields(value) for k, v in leaves(getattr(value, f.name), f"{at}.{f.name}").items()}
    if isinstance(value, dict):
        return {k: v for name, entry in value.items() for k, v in leaves(entry, f"{at}.{name}").items()}
    if isinstance(value, tuple):
        return {k: v for place, entry in enumerate(value) for k, v in leaves(entry, f"{at}.{place}").items()}
    return {at: value}


def everything(features: Features, names: Sequence[str] = ALWAYS) -> dict[str, Any]:
    return leaves({name: features[name] for name in names})


def assert_same(found: dict[str, Any], expected: dict[str, Any], tolerance: float = 0.0) -> None:
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        if isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.floating):
            np.testing.assert_allclose(found[name], value, rtol=0, atol=tolerance, err_msg=name)
        elif isinstance(value, np.ndarray):
            assert np.array_equal(found[name], value), name
        elif not isinstance(value, SubjectPolicy):
            assert found[name] == value, name


@pytest.fixture(scope="module")
def warm(bank: Bank, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Features, Path]:
    """A pass and the cache that it left."""
    cache = tmp_path_factory.mktemp("cache")
    return compute(bank, work(folder), FeatureCache(cache)), cache


@pytest.fixture(scope="module")
def expected(warm: tuple[Features, Path]) -> dict[str, Any]:
    return everything(warm[0])


@pytest.fixture
def cache(warm: tuple[Features, Path], tmp_path: Path) -> FeatureCache:
    """A cache that knows everything about the video."""
    return FeatureCache(Path(shutil.copytree(warm[1], tmp_path / "cache")))


def test_everything_is_found_in_one_pass(bank: Bank, folder: Path) -> None:
    opened: list[int] = []

    def windows(size: int) -> Iterator[FramesU8]:
        opened.append(size)
        return VIDEO.open_windows(size)

    counting = Counting(bank)
    features = compute(counting, work(folder), video=replace(VIDEO, open_windows=windows))
    assert len(opened) == 1
    assert counting.detected == {"frames": NUM_FRAMES, "references": 3}
    assert counting.calls == [1, 1, 1, NUM_FRAMES]
    assert counting.segmented["frames"] == NUM_FRAMES
    tracks = features["tracks"]
    assert tracks.frames_F.tolist() == list(range(NUM_FRAMES))
    assert (tracks.num_frames, tracks.fps) == (NUM_FRAMES, 8)
    assert [(view.subject, view.role) for view in tracks.views] == [(0, "condition"), (0, "heldout"), (1, "condition")]
    count = len(tracks.frame_M)
    assert count > NUM_FRAMES
    assert tracks.boxes_M4.shape == (count, 4)
    assert tracks.phrase_scores_MK.shape == (count, 2)
    assert np.diff(tracks.frame_M).min() >= 0
    assert (np.diff(tracks.scores_M)[np.diff(tracks.frame_M) == 0] <= 0).all()
    assert features["clip_crops"].instances_MV.shape == features["identity_crops"].instances_MV.shape == (count, 3)
    assert features["backgrounds"].views_FV.shape == (NUM_FRAMES, 3)
    assert features["backgrounds"].null_FN.shape == (NUM_FRAMES, 6)
    assert features["leak"].num_null == 6
    assert features["camera_motion"].zoom_Q.shape == (NUM_FRAMES - 1,)
    assert features["keypoint_matches"].mask_iou_MV.shape == (count, 3)
    assert features["reference_canvas"].similarity_TV.shape == (NUM_FRAMES, 3)
    assert np.isnan(features["reference_canvas"].similarity_TV[:, 1]).all()
    with pytest.raises(NotApplicable, match="no human subject"):
        features[FACES]


@pytest.mark.parametrize(("stride", "frames"), [(2, [0, 2, 4]), (4, [0, 4]), (100, [0])])
def test_the_stride_says_which_frames_are_looked_at(
    bank: Bank, folder: Path, cache: FeatureCache, stride: int, frames: list[int]
) -> None:
    counting = Counting(bank)
    # The cache knows another stride's answer.
    features = compute(counting, work(folder, frame_stride=stride), cache)
    assert counting.detected["frames"] == counting.segmented["frames"] == len(frames)
    assert features["tracks"].frames_F.tolist() == frames
    assert len(features["backgrounds"].views_FV) == len(frames)
    assert len(features["reference_canvas"].similarity_TV) == NUM_FRAMES
    assert len(features["camera_motion"].zoom_Q) == len(frames) - 1


def test_what_is_known_is_not_computed_again(
    bank: Bank, folder: Path, cache: FeatureCache, expected: dict[str, Any]
) -> None:
    counting = Counting(bank)
    again = compute(counting, work(folder), cache, replace(VIDEO, open_windows=None))  # type: ignore[arg-type]
    assert counting.detected == counting.segmented == NOTHING
    assert_same(everything(again), expected)


_ANOTHER_CLIP = {"names": replace(NAMES, similarity="other clip")}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"box_threshold": 0.30, "text_threshold": 0.21}, ()),
        ({"min_background_area": 0.2}, ("clip_crops", "identity_crops")),
        (_ANOTHER_CLIP, ("identity_crops", "leak", "camera_motion", "keypoint_matches")),
    ],
)
def test_other_choices_and_encoders_need_neither_detector_nor_segmenter(
    bank: Bank,
    folder: Path,
    cache: FeatureCache,
    expected: dict[str, Any],
    change: dict[str, Any],
    same: tuple[str, ...],
) -> None:
    counting = Counting(bank)
    after = everything(compute(counting, work(folder, **change), cache))
    assert counting.detected == NOTHING
    # Another threshold may choose another of a reference's known boxes, which then is outlined.
    assert counting.segmented["frames"] == 0
    assert counting.segmented["references"] == 0 or "box_threshold" in change
    assert_same(after, everything(compute(bank, work(folder, **change))), 2e-6)
    kept = {name: value for name, value in expected.items() if name.split(".")[1] in same}
    assert_same({name: after[name] for name in kept}, kept)
    assert "names" not in change or not np.array_equal(
        after[".clip_crops.instances_MV"], expected[".clip_crops.instances_MV"]
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
        if _kind(images) == "frames":
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
    cases = _cases()[1:]
    wanted = replace(work(folder), case=case_subjects(cases[0], folder, cases, FileDigests()))
    found, exact = (compute(each, wanted) for each in (_bank("bf16"), bank))
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
