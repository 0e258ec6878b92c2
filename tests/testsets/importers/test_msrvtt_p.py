from __future__ import annotations

import gzip
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.testsets.check import check_testset
from s2vbench.testsets.importers import IMPORTERS, ImportOptions
from s2vbench.testsets.importers.msrvtt_masks import convert_masks, read_masks
from s2vbench.video.encode import write_video

TAGS = {"subject": ["man", "brown horse"], "object": ["red hat"], "background": ["beach"], "subject_with_face": ["man"]}
CAPTION = "A man in a red hat leads a brown horse along the beach."


def _prepared(folder: Path, draw: Callable[..., Path], clip: str, tags: dict[str, list[str]] = TAGS) -> Path:
    for tag in [*tags["subject"], *tags["object"]]:
        for frame in (1, 2, 3):
            draw(folder / clip / f"{tag.replace(' ', '_')}.frame{frame}.png", mode="RGBA")
    draw(folder / clip / "man.face.frame1.png", mode="RGBA")
    draw(folder / clip / "background.jpg")
    (folder / clip / "word_tags.json").write_text(json.dumps(tags), encoding="utf-8")
    (folder / clip / "summary_text.txt").write_text(f"{CAPTION} ({clip})\r\n", encoding="utf-8")
    return folder


def _masks() -> dict[str, list[dict[str, Any]]]:
    square_HW = np.zeros((10, 12), bool)
    square_HW[2:8, 3:9] = True
    boxes = {"man": [4, 2, 16, 12], "brown horse": [20, 5, 32, 15], "red hat": [0, 0, 12, 10]}
    return {
        tag: [
            {"filename": f"frame{i}.jpg", "box_xyxy": box, "mask": square_HW, "is_face_crop": False} for i in (1, 2, 3)
        ]
        for tag, box in boxes.items()
    }


def _annotated(folder: Path, clip: str = "video7_0", protocol: int = 4) -> Path:
    folder.mkdir(exist_ok=True)
    info = {
        "video": "video7.mp4",
        "resolution": [40, 30],
        "timestamp": ["00:00:00.500", "00:00:02.500"],
        "caption": CAPTION,
        "word_tags": TAGS,
    }
    (folder / f"{clip}.vid_info.json").write_text(json.dumps(info), encoding="utf-8")
    with gzip.open(folder / f"{clip}.word_tags_masks.pkl.gz", "wb") as file:
        pickle.dump(_masks(), file, protocol=protocol)
    return folder


def _frames(folder: Path, draw: Callable[..., Path], clip: str = "video7_0") -> Path:
    for i in (1, 2, 3):
        draw(folder / clip / f"frame{i}.jpg", size=(40, 30))
    return folder


def test_the_licence_is_shown_and_must_be_accepted(tmp_path: Path, draw: Callable[..., Path]) -> None:
    source = _prepared(tmp_path / "data", draw, "video1_0")
    with pytest.raises(InputError, match=r"non-commercial research.*--accept-licence") as caught:
        IMPORTERS["msrvtt-p"].run(source, source, ImportOptions())
    assert "\n" not in str(caught.value)
    assert not (source / "cases.jsonl").exists()


def test_prepared_clips(tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any]) -> None:
    source = _prepared(_prepared(tmp_path / "data", draw, "video1_0"), draw, "video2_0")
    before = sorted(source.rglob("*.png"))
    report, testset = do_import("msrvtt-p", source, accept_licence=True)
    assert (report.num_cases, report.num_images, report.skipped) == (2, 2 * 9, ())
    assert sorted(source.rglob("*.png")) == before, "nothing is copied"
    man, horse, hat = testset.cases[0].references
    assert [(one.noun, one.kind) for one in (man, horse, hat)] == [
        ("man", "human"),
        ("brown horse", "animal"),
        ("red hat", "object"),
    ]
    assert horse.images == ("video1_0/brown_horse.frame2.png",)
    assert horse.heldout == ("video1_0/brown_horse.frame1.png", "video1_0/brown_horse.frame3.png")
    assert {row.licence_spdx for row in testset.image_rows()} == {"LicenseRef-Snap-Non-Commercial-Research"}
    assert [found for found in check_testset(source) if found.severity == "error"] == []


def test_modes_views_and_background(tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any]) -> None:
    source = _prepared(tmp_path / "data", draw, "video1_0")
    _prepared(source, draw, "video2_0", {**TAGS, "subject": ["man"], "object": []})
    report, testset = do_import("msrvtt-p", source, accept_licence=True, mode="subject", views="all", background="yes")
    (case,) = testset.cases
    assert case.id == "video2_0"
    assert [(one.noun, one.kind, len(one.images)) for one in case.references] == [
        ("man", "human", 3),
        ("beach", "background", 1),
    ]
    assert case.bg_overlap_expected
    assert dict(report.skipped) == {"video1_0": "has 2 of what mode=subject takes one"}
    _, testset = do_import("msrvtt-p", source, accept_licence=True, mode="face")
    assert [case.references[0].images for case in testset.cases] == [
        ("video1_0/man.face.frame1.png",),
        ("video2_0/man.face.frame1.png",),
    ]


def test_missing_cutouts_and_broken_clips(
    tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any]
) -> None:
    source = tmp_path / "data"
    for clip in ("a", "b", "c", "d"):
        _prepared(source, draw, clip)
    for path in (source / "a").glob("red_hat*"):
        path.unlink()
    (source / "b/summary_text.txt").unlink()
    (source / "c/word_tags.json").write_text("[]", encoding="utf-8")
    tags = {**TAGS, "subject": ["../../d/man", "man"]}
    (source / "d/word_tags.json").write_text(json.dumps(tags), encoding="utf-8")
    report, testset = do_import("msrvtt-p", source, accept_licence=True)
    assert [case.id for case in testset.cases] == ["a", "d"]
    skipped = dict(report.skipped)
    assert skipped["a, tag 'red hat'"] == "has no cut-out"
    assert "does not exist" in skipped["b"]
    assert "must be a JSON object" in skipped["c"]
    assert skipped["d, tag '../../d/man'"] == "has no cut-out"


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_masks_of_every_kind_of_pickle(
    tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any], protocol: int
) -> None:
    source = _annotated(tmp_path / "msrvtt_personalization_annotation", protocol=protocol)
    frames = _frames(tmp_path / "frames", draw)
    report, testset = do_import("msrvtt-p", source, accept_licence=True, frames=str(frames))
    assert (report.num_cases, report.num_images) == (1, 9)
    horse = testset.cases[0].references[1]
    with Image.open(source / horse.images[0]) as image:
        rgba_HWC = np.asarray(image)
    assert rgba_HWC.shape == (10, 12, 4)
    assert (rgba_HWC[..., 3] > 0).sum() == 36
    with Image.open(frames / "video7_0/frame2.jpg") as image:
        assert np.array_equal(rgba_HWC[..., :3], np.asarray(image)[5:15, 20:32])


def test_masks_as_json_give_the_same(tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any]) -> None:
    source, frames = _annotated(tmp_path / "set"), _frames(tmp_path / "frames", draw)
    do_import("msrvtt-p", source, accept_licence=True, frames=str(frames))
    first = {path.name: path.read_bytes() for path in (source / "images/video7_0").iterdir()}
    pickled = source / "video7_0.word_tags_masks.pkl.gz"
    convert_masks(pickled, source / "video7_0.word_tags_masks.json")
    pickled.unlink()
    do_import("msrvtt-p", source, accept_licence=True, frames=str(frames))
    assert {path.name: path.read_bytes() for path in (source / "images/video7_0").iterdir()} == first


def test_frames_from_the_videos(tmp_path: Path, do_import: Callable[..., Any]) -> None:
    source = _annotated(tmp_path / "set")
    greys = np.arange(30, dtype=np.uint8)[:, None, None, None] * 8
    (tmp_path / "videos").mkdir()
    write_video(
        tmp_path / "videos/video7.mp4",
        [np.broadcast_to(grey, (60, 80, 3)).copy() for grey in greys],
        10.0,
        lossless=True,
    )
    _, testset = do_import("msrvtt-p", source, accept_licence=True, videos=str(tmp_path / "videos"))
    man = testset.cases[0].references[0]
    seen = []
    for path in (man.heldout[0], *man.images, man.heldout[1]):
        with Image.open(source / path) as image:
            seen.append(int(np.asarray(image)[5, 5, 0]))
    # 5, 50 and 95 % between 0.5 s and 2.5 s at 10 frames a second: frames 6, 15 and 24.
    assert seen == pytest.approx([48, 120, 192], abs=4)


class _Evil:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.marker,))


@pytest.mark.parametrize("place", ["whole", "tag", "mask"])
def test_a_malicious_pickle_does_nothing(
    tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any], place: str
) -> None:
    source, frames = _annotated(tmp_path / "set"), _frames(tmp_path / "frames", draw)
    _annotated(source, "video8_0")
    _frames(frames, draw, "video8_0")
    marker = tmp_path / "was-run"
    evil = _Evil(marker)
    value: Any = {"whole": evil, "tag": {"man": [evil]}, "mask": {"man": [_masks()["man"][0] | {"mask": evil}]}}[place]
    with gzip.open(source / "video8_0.word_tags_masks.pkl.gz", "wb") as file:
        pickle.dump(value, file)
    report, testset = do_import("msrvtt-p", source, accept_licence=True, frames=str(frames))
    assert [case.id for case in testset.cases] == ["video7_0"]
    assert "nothing of it was run" in dict(report.skipped)["video8_0"]
    assert not marker.exists()


@pytest.mark.parametrize(
    "code",
    [
        b"cos\nsystem\n(S'touch was-run'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"cbuiltins\ngetattr\n(cnumpy\nndarray\nS'dump'\ntR.",
        b"cnumpy\nndarray.tofile\n.",
        b"\x80\x04\x95",
        b"",
        b"not a pickle at all",
        b"c_codecs\nencode\n(N(dS'__defaults__'\n(S'x'\ntstb.",
        b"(lp0\n.",
    ],
)
def test_other_pickles_are_refused(
    tmp_path: Path,
    draw: Callable[..., Path],
    do_import: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    code: bytes,
) -> None:
    monkeypatch.chdir(tmp_path)
    source, frames = _annotated(tmp_path / "set"), _frames(tmp_path / "frames", draw)
    (source / "video7_0.word_tags_masks.pkl.gz").write_bytes(gzip.compress(code))
    with pytest.raises(InputError, match="not one case could be imported") as caught:
        do_import("msrvtt-p", source, accept_licence=True, frames=str(frames))
    assert "video7_0" in str(caught.value)
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"box_xyxy": [5, 5, 5, 9]}, "must be x0 < x1"),
        ({"box_xyxy": [1, 2]}, "must be x0 < x1"),
        ({"box_xyxy": [100, 100, 120, 120]}, "outside the frame"),
        ({"filename": "../x.jpg"}, "not frame1.jpg to frame3.jpg"),
        ({"mask": np.zeros((2, 2, 2), bool)}, "not those of a mask"),
        ({"mask": np.array([["a"]])}, "no mask"),
        ({"mask": np.array([[object()]], dtype=object)}, "is not a pickle of masks"),
        ({"mask": 3}, "not those of a mask"),
        ({"is_face_crop": "yes"}, "is no number"),
    ],
)
def test_masks_that_are_wrong(
    tmp_path: Path, draw: Callable[..., Path], do_import: Callable[..., Any], change: dict[str, Any], reason: str
) -> None:
    source, frames = _annotated(tmp_path / "set"), _frames(tmp_path / "frames", draw)
    with gzip.open(source / "video7_0.word_tags_masks.pkl.gz", "wb") as file:
        pickle.dump({"man": [_masks()["man"][0] | change]}, file)
    with pytest.raises(InputError, match=reason):
        do_import("msrvtt-p", source, accept_licence=True, frames=str(frames))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"timestamp": ["1", "2"]}, "timestamp"),
        ({"timestamp": ["00:00:03.0", "00:00:02.0"]}, "must begin before it ends"),
        ({"video": "../video7.mp4"}, "must be a file name"),
        ({"video": "gone.mp4"}, "no such video"),
        ({"resolution": ["40", 30]}, "resolution"),
        ({"word_tags": []}, "word_tags must be an object"),
        ({"word_tags": {"subject": [3]}}, "must be a list of words"),
        ({"caption": ""}, "has no caption"),
    ],
)
def test_annotations_that_are_wrong(
    tmp_path: Path, do_import: Callable[..., Any], change: dict[str, Any], reason: str
) -> None:
    source = _annotated(tmp_path / "set")
    path = source / "video7_0.vid_info.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    (tmp_path / "videos").mkdir()
    write_video(tmp_path / "videos/video7.mp4", [np.zeros((30, 40, 3), np.uint8)] * 30, 10.0)
    with pytest.raises(InputError, match=reason):
        do_import("msrvtt-p", source, accept_licence=True, videos=str(tmp_path / "videos"))


def test_annotations_alone_say_what_else_is_needed(tmp_path: Path, do_import: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="give videos=FOLDER"):
        do_import("msrvtt-p", _annotated(tmp_path / "set"), accept_licence=True)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no clips"):
        do_import("msrvtt-p", tmp_path / "empty", accept_licence=True)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_pickles_are_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    # Not protocol 5: of a cut-off bytearray CPython itself writes "SystemError" to stderr.
    raw = bytearray(pickle.dumps(_masks(), protocol=data.draw(st.sampled_from([0, 2, 3, 4]))))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.word_tags_masks.pkl.gz"
    path.write_bytes(gzip.compress(bytes(raw), 1))
    try:
        found = read_masks(path)
    except InputError:
        return
    assert all(mask.mask_HW.dtype == bool and mask.mask_HW.ndim == 2 for masks in found.values() for mask in masks)
