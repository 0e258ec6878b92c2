"""Truth files: what they may hold, whom they name, which frames are looked at, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2vbench.cli.main import run_app
from s2vbench.errors import InputError
from tests import tiny
from tests.subjects.drawn import (
    HEIGHT_PX,
    WIDTH_PX,
    Mask,
    Scores,
    Testset,
    box_of,
    pasted,
    runs_of,
    scene,
    score,
    subject,
)
from tests.subjects.expected import CLIP, CLOSE, crop_cosine

SHOWN = pasted(scene(0), subject(0), 20, 30)
FRAME, DOG = pasted(scene(1), subject(0), 16, 40)
FRAME, CAT = pasted(FRAME, subject(1), 150, 50)
METRICS = ["s2v_consistency", "presence_recall"]
NUM_FRAMES = 4

Truth = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clip of a dog and a cat, and references of both."""
    drawn = Testset(tmp_path_factory.mktemp("files"))
    references = [
        drawn.reference("rex", [SHOWN], noun="dog"),
        drawn.reference("tom", [pasted(scene(2), subject(1), 60, 40)], noun="cat"),
    ]
    drawn.add("a", [FRAME] * NUM_FRAMES, [], references)
    drawn.write()
    return drawn.folder


def scored(folder: Path, truth: object, tmp_path: Path, **options: Any) -> Scores:
    """The clip with this truth: a file's content, or its text."""
    path = tmp_path / "a.truth.json"
    path.write_text(truth if isinstance(truth, str) else json.dumps(truth))
    return score(folder / "cases.json", METRICS, truth=path, **options)


def instance(mask: Mask) -> dict[str, Any]:
    return {"box": box_of(mask), "mask": {"size": [HEIGHT_PX, WIDTH_PX], "counts": runs_of(mask)}}


def every_frame(seen: dict[str, Any]) -> Truth:
    return {"frames": {str(t): seen for t in range(NUM_FRAMES)}}


@pytest.mark.parametrize(
    "seen",
    [
        {"rex": instance(DOG), "tom": instance(CAT)},
        {"dog": instance(DOG), "cat": instance(CAT)},
        {"rex": [instance(DOG)], "cat": [instance(CAT)]},
        {"tom": instance(CAT), "rex": instance(DOG)},
    ],
)
def test_subjects_are_named_by_id_or_noun(folder: Path, tmp_path: Path, seen: dict[str, Any]) -> None:
    found = scored(folder, every_frame(seen), tmp_path)
    assert found.value("a", "s2v_consistency") == pytest.approx(1, abs=CLOSE)
    assert found["a", "presence_recall"].parts["subjects"] == {"rex": 1, "tom": 1}


def test_an_id_pins_who_it_is(folder: Path, tmp_path: Path) -> None:
    found = scored(folder, every_frame({"rex": instance(CAT), "tom": instance(DOG)}), tmp_path)
    expected = crop_cosine(CLIP, SHOWN, (FRAME, CAT))
    assert found.value("a", "s2v_consistency") == pytest.approx(expected, abs=CLOSE)


def test_a_name_that_no_subject_has_is_an_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="case 'a', frame 0: 'rexx' is no subject's id or noun; it has rex"):
        scored(folder, every_frame({"rexx": instance(DOG)}), tmp_path)
    truth = every_frame({"rex": instance(DOG)}) | {"references": {"rexx": [box_of(DOG)]}}
    with pytest.raises(InputError, match="references: 'rexx' is no subject's id"):
        scored(folder, truth, tmp_path)


def test_without_a_mask_the_box_is_the_mask(folder: Path, tmp_path: Path) -> None:
    found = scored(folder, every_frame({"rex": box_of(DOG), "tom": [box_of(CAT)]}), tmp_path)
    boxes = [np.zeros_like(DOG), np.zeros_like(CAT)]
    for filled, mask in zip(boxes, (DOG, CAT), strict=True):
        x0, y0, x1, y1 = box_of(mask)
        filled[y0:y1, x0:x1] = True
    views = (SHOWN, pasted(scene(2), subject(1), 60, 40))
    cosines = [crop_cosine(CLIP, view, (FRAME, box)) for view, box in zip(views, boxes, strict=True)]
    assert found.value("a", "s2v_consistency") == pytest.approx(np.mean(cosines), abs=CLOSE)


def test_frames_that_are_not_listed_are_not_looked_at(folder: Path, tmp_path: Path) -> None:
    truth = {"frames": {"0": {"rex": instance(DOG)}, "3": {"rex": [], "tom": instance(CAT)}}}
    found = scored(folder, truth, tmp_path)
    row = found["a", "presence_recall"]
    assert row.parts["frames"] == [0, 3]
    assert row.parts["series"] == {"rex": [1, 0], "tom": [0, 1]}
    assert row.value == 0.5


@pytest.mark.parametrize(("stride", "looked_at"), [(1, [0, 1, 2, 3]), (2, [0, 2]), (3, [0, 3]), (9, [0])])
def test_the_frame_stride_counts_for_truth_too(folder: Path, tmp_path: Path, stride: int, looked_at: list[int]) -> None:
    truth = every_frame({"rex": instance(DOG)})
    truth["frames"]["2"] = {}
    found = scored(folder, truth, tmp_path, frame_stride=stride)
    row = found["a", "presence_recall"]
    assert row.parts["frames"] == looked_at
    assert row.parts["subjects"]["rex"] == np.mean([frame != 2 for frame in looked_at])
    assert row.making.policy["frame_stride"] == stride


def test_a_stride_that_passes_over_every_frame_that_is_known(folder: Path, tmp_path: Path) -> None:
    found = scored(folder, {"frames": {"1": {"rex": instance(DOG)}}}, tmp_path, frame_stride=2)
    reason = "none of the frames that are known about is looked at"
    assert found.reason("a", "presence_recall") == found.reason("a", "s2v_consistency") == reason


def test_frames_beyond_the_end_of_the_video_are_never_seen(folder: Path, tmp_path: Path) -> None:
    found = scored(folder, {"frames": {"0": {"rex": instance(DOG)}, "99": {}}}, tmp_path)
    assert found["a", "presence_recall"].parts["frames"] == [0]


def test_boxes_are_cut_to_the_frame_and_dropped_outside_of_it(folder: Path, tmp_path: Path) -> None:
    seen = {"rex": [-40, -40, 60, 60], "tom": [WIDTH_PX, 0, WIDTH_PX + 50, 50]}
    found = scored(folder, every_frame(seen), tmp_path)
    assert found["a", "presence_recall"].parts["subjects"] == {"rex": 1, "tom": 0}


def test_a_file_of_many_cases_and_files_in_folders(folder: Path, tmp_path: Path) -> None:
    frames = every_frame({"rex": instance(DOG)})["frames"]
    many = {"note": "x", "boxes": {"a": frames, "b": {}}, "references": {"a": {"rex": [[0, 0, 50, 50]]}}}
    (tmp_path / "a").mkdir()
    (tmp_path / "a/0.truth.json").write_text(json.dumps({"frames": frames, "schema_version": 1}))
    assert scored(folder, many, tmp_path).value("a", "presence_recall") == 0.5
    # The file of the case's own folder comes first.
    found = score(folder / "cases.json", METRICS, truth=tmp_path)
    assert found.value("a", "presence_recall") == 0.5


def test_the_truth_may_say_where_a_subject_is_in_its_reference(folder: Path, tmp_path: Path) -> None:
    cases = json.loads((folder / "cases.json").read_text())
    for reference in cases[0]["references"]:
        del reference["masks"]
    path = folder / "no-masks.json"
    path.write_text(json.dumps(cases))
    truth = every_frame({"rex": box_of(DOG)}) | {"references": {"rex": [box_of(SHOWN[1])]}}
    (tmp_path / "a.truth.json").write_text(json.dumps(truth))
    found = score(path, METRICS, truth=tmp_path)
    filled = [np.zeros_like(DOG), np.zeros_like(DOG)]
    for mask, box in zip(filled, (box_of(DOG), box_of(SHOWN[1])), strict=True):
        mask[box[1] : box[3], box[0] : box[2]] = True
    expected = crop_cosine(CLIP, (FRAME, filled[0]), (SHOWN[0], filled[1]))
    assert found["a", "s2v_consistency"].parts["subjects"]["rex"]["value"] == pytest.approx(expected, abs=CLOSE)


def test_another_truth_of_the_same_video_is_another_piece_of_work(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    rows = [
        scored(folder, every_frame(seen), tmp_path, cache=tmp_path / "cache")["a", "presence_recall"]
        for seen in ({"rex": instance(DOG)}, {"rex": instance(DOG), "tom": instance(CAT)})
    ]
    assert [row.value for row in rows] == [0.5, 1]
    assert rows[0].key != rows[1].key


BOX = [10, 10, 60, 60]


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "valid"),
        ({}, "frames: Field required"),
        ({"frames": {}, "bxes": {}}, "bxes: Extra inputs are not permitted"),
        ({"frames": {"first": {}}}, "frames.first"),
        ({"frames": {"-1": {}}}, "greater than or equal to 0"),
        (every_frame({"rex": [10, 10, 60]}), "frames.0.rex.0.box.3: Field required"),
        (every_frame({"rex": [10, 10, 60, "x"]}), "frames.0.rex.0.box.3"),
        (every_frame({"rex": "everywhere"}), "frames.0.rex.0"),
        ('{"frames": {"0": {"rex": [10, 10, 60, NaN]}}}', "must be a finite number"),
        (every_frame({"rex": {"box": BOX, "masc": {}}}), "masc: Extra inputs are not permitted"),
        (every_frame({"rex": {"box": BOX, "mask": {"size": [2, 2], "counts": [4, -4]}}}), "mask.counts.1"),
        ({"boxes": {"b": {}}}, "knows nothing about case 'a'; it has b"),
    ],
)
def test_a_wrong_truth_file_is_one_line_before_anything_is_computed(
    folder: Path, tmp_path: Path, truth: object, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        scored(folder, truth, tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path / "a.truth.json") in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("missing", ["none.json", ""])
def test_a_missing_truth_file_is_code_2(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], missing: str
) -> None:
    command = ["score", "--cases", str(folder / "cases.json"), "--profile", tiny.PROFILE, "--weights", "seeded:1"]
    command += ["--truth", str(tmp_path / missing), "--metric", METRICS[0], "--out", str(tmp_path / "run")]
    assert run_app(command) == 2
    err = capfd.readouterr().err
    assert "no readable truth for case 'a'" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ({"size": [HEIGHT_PX, 99], "counts": [HEIGHT_PX * 99]}, f"is 99x160 px, the video {WIDTH_PX}x{HEIGHT_PX}"),
        ({"size": [HEIGHT_PX, WIDTH_PX], "counts": [5, 5]}, "a truth mask is damaged: the runs hold 10 pixels"),
    ],
)
def test_a_mask_that_does_not_fit_fails_its_case_alone(
    folder: Path, tmp_path: Path, mask: dict[str, Any], message: str
) -> None:
    found = scored(folder, every_frame({"rex": {"box": BOX, "mask": mask}}), tmp_path)
    for metric in METRICS:
        assert found["a", metric].outcome == "failed"
        assert message in str(found["a", metric].reason)


@pytest.mark.parametrize("role", ["images", "masks", "heldout", "distractors"])
def test_a_missing_picture_fails_its_case_by_name(folder: Path, tmp_path: Path, role: str) -> None:
    cases = json.loads((folder / "cases.json").read_text())
    cases[0]["references"][0][role] = ["lost.png"]
    path = folder / f"lost-{role}.json"
    path.write_text(json.dumps(cases))
    (tmp_path / "a.truth.json").write_text(json.dumps(every_frame({"rex": instance(DOG)})))
    found = score(path, METRICS, truth=tmp_path)
    for metric in METRICS:
        assert found["a", metric].outcome == "failed"
        assert "lost.png: no such picture" in str(found["a", metric].reason)


def test_an_empty_mask_picture_fails_its_case_by_name(folder: Path, tmp_path: Path) -> None:
    drawn = Testset(tmp_path)
    empty = drawn.reference("rex", [(SHOWN[0], np.zeros_like(DOG))])
    drawn.add("a", [FRAME] * 2, [{"rex": DOG}] * 2, [empty])
    row = drawn.score(METRICS)["a", METRICS[0]]
    assert row.outcome == "failed"
    assert "picture-1.png: the mask is empty; white marks the subject" in str(row.reason)
