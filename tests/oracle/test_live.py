"""The official package, live, against ours: scores of one real clip, and pixels of many kinds of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest
import torch

import s2vbench
from s2vbench.backbones.weights import read_state
from s2vbench.video.decode import open_video
from s2vbench.video.encode import write_video
from tests.clips import moving_square, set_rotation, write_cases
from tests.oracle import vbench_env

pytestmark = pytest.mark.oracle
OFFICIAL_NAMES = {"viclip_score": "overall_consistency"}
METRICS = (
    "subject_consistency",
    "background_consistency",
    "motion_smoothness",
    "aesthetic_quality",
    "imaging_quality",
    "viclip_score",
)


def our_digest(path: Path) -> str:
    digest = hashlib.sha256()
    for frames_NHWC in open_video(path).open_windows(8):
        digest.update(frames_NHWC.tobytes())
    return digest.hexdigest()


def test_scores_of_a_real_clip_equal_the_live_official_ones(shared: Path) -> None:
    cases = shared / "real/kaleido_clips/cases.json"
    weights = vbench_env.weights_dir()
    official = vbench_env.official_scores(
        [OFFICIAL_NAMES.get(name, name) for name in METRICS], cases, weights, ["case_8"], grad=False
    )["dims"]
    # The same files on both sides, through the loaders for published checkpoints.
    records = s2vbench.score(
        cases=cases,
        weights=weights,
        metrics=list(METRICS),
        device="cpu",
        allow_unverified_weights=True,
        only=["case_8"],
    )
    assert {record.metric for record in records} == set(METRICS)
    for record in records:
        value = official[OFFICIAL_NAMES.get(record.metric, record.metric)]["videos"]["case_8"]
        scale = 100 if record.metric == "imaging_quality" else 1
        assert record.value == pytest.approx(value / scale, abs=1e-6), record.metric


def test_published_clip_archives_are_read_like_state_dicts(shared: Path, tmp_path: Path) -> None:
    # To score, the environment turns the seeded CLIP files into TorchScript archives, as the published ones are.
    weights = vbench_env.weights_dir()
    cases = write_cases(tmp_path, {"clip": moving_square(2, 64, 64)})
    dims = ["background_consistency", "aesthetic_quality"]
    vbench_env.official_scores(dims, cases, weights, cache_dir=tmp_path / "cache")
    archives = list((tmp_path / "cache/clip_archives").glob("*.pt"))
    assert len(archives) == 2
    plain = {
        len(state): state for name in ("ViT-B-32.pt", "ViT-L-14.pt") if (state := read_state(weights / name, None))
    }
    for archive in archives:
        state = read_state(archive, None)
        expected = plain[len(state)]
        assert all(torch.equal(state[key], expected[key]) for key in expected)


@pytest.mark.parametrize("case", ["case_2", "case_3", "case_8", "case_9"])
def test_pixels_of_the_real_clips_equal_those_of_decord_and_opencv(shared: Path, case: str) -> None:
    path = shared / f"real/kaleido_clips/{case}/video.mp4"
    official = vbench_env.official_frames(path)
    assert our_digest(path) == official["decord"]["sha256"] == official["cv2"]["sha256"]


@pytest.mark.parametrize(
    ("suffix", "size"), [(".mp4", (96, 128)), (".mp4", (95, 127)), (".mov", (96, 128)), (".webm", (96, 128))]
)
def test_pixels_of_drawn_clips_equal_those_of_decord(tmp_path: Path, suffix: str, size: tuple[int, int]) -> None:
    path = write_video(tmp_path / f"clip{suffix}", moving_square(6, *size), fps=8)
    assert our_digest(path) == vbench_env.official_frames(path)["decord"]["sha256"]


def test_gifs_equal_pillow_as_the_official_code_reads_them(tmp_path: Path) -> None:
    from PIL import Image

    images = [Image.fromarray(frame) for frame in moving_square(4, 48, 64)]
    images[0].save(tmp_path / "clip.gif", save_all=True, append_images=images[1:], duration=100)
    official = vbench_env.official_frames(tmp_path / "clip.gif")
    assert our_digest(tmp_path / "clip.gif") == official["pil"]["sha256"]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_applied_as_decord_applies_it(tmp_path: Path, degrees: int) -> None:
    path = write_video(tmp_path / "clip.mp4", moving_square(3, 96, 128), fps=8)
    set_rotation(path, degrees)
    assert our_digest(path) == vbench_env.official_frames(path)["decord"]["sha256"]


def test_a_bt709_tag_is_honoured_as_decord_does_and_opencv_4_does_not(tmp_path: Path) -> None:
    path = tmp_path / "tagged.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=8, options={"x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709"}
        )
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for frame_HWC in moving_square(4, 96, 128):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame_HWC), format="rgb24")))
        container.mux(stream.encode())
    official = vbench_env.official_frames(path)
    assert our_digest(path) == official["decord"]["sha256"]
    assert our_digest(path) != official["cv2"]["sha256"]
