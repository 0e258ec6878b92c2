"""What people feed the metrics about subjects, from the cases file to exit code, records and messages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from s2vbench.cli.main import run_app
from s2vbench.errors import InputError
from s2vbench.metrics.base import load_metric
from s2vbench.profiles import load_profile
from s2vbench.run.folder import open_run, read_manifest
from s2vbench.video.encode import write_video
from tests import tiny
from tests.clips import moving_square, noise, scene
from tests.run.subject_cases import ABOUT_SUBJECTS, DOG, PICTURE, QUICK, run, scored, write

# Nouns


def test_nouns_of_any_form_are_looked_for(tmp_path: Path) -> None:
    nouns = ["St. Bernard dog.", "x" * 200, "a " * 100, "\N{DOG FACE}", "D\u00d6G"]
    cases = {str(index): [DOG | {"noun": noun}] for index, noun in enumerate(nouns)}
    found = scored(write(tmp_path, cases, frames=1))
    for name in cases:
        assert found[name, "s2v_consistency"].outcome == "ok"
        assert {found[name, metric].outcome for metric in QUICK} <= {"ok", "not_applicable"}


@pytest.mark.parametrize(
    ("noun", "message"),
    [
        ("", r"cases.json, line 1, case 'a'.*noun"),
        (" \t", r"cases.json, line 1, case 'a', reference 'dog': noun is blank"),
        (".", r"case 'a': phrase '.' names nothing that a detector could look for"),
        ("?.!?"[:2], r"case 'a': phrase '\?.' names nothing"),
        (" ".join(["dog"] * 300), r"case 'a': the phrases take 303 tokens, the detector reads 256; shorten 'dog dog"),
    ],
)
def test_nouns_that_nobody_can_look_for_are_code_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], noun: str, message: str
) -> None:
    cases = write(tmp_path, {"good": [DOG], "a": [DOG | {"noun": noun}]})
    # Also where only another case is scored: its chance would be measured on this one's picture.
    for options in ([], ["--case", "good"]):
        assert run(cases, tmp_path / "run", *options) == 2
        err = capfd.readouterr().err
        assert re.search(message, err)
        assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


def test_nouns_do_not_matter_to_metrics_of_the_whole_frame(tmp_path: Path) -> None:
    found = scored(write(tmp_path, {"a": [DOG | {"noun": "."}]}), ("imaging_quality",))
    assert found["a", "imaging_quality"].outcome == "ok"


def test_two_subjects_of_one_noun_and_none_at_all(tmp_path: Path) -> None:
    Image.fromarray(scene(80, 80)).save(tmp_path / "other.png")
    twins = [DOG, DOG | {"id": "dog2", "image": "other.png", "noun": "Dog."}]
    background = [DOG | {"kind": "background"}]
    found = scored(
        write(tmp_path, {"twins": twins, "nobody": [], "place": background, "unseen": [DOG | {"image": None}]})
    )
    assert {found[case, "imaging_quality"].outcome for case in ("twins", "nobody", "place", "unseen")} == {"ok"}
    assert found["twins", "s2v_consistency"].outcome == "ok"
    for case in ("nobody", "place"):
        for metric in ABOUT_SUBJECTS:
            record = found[case, metric]
            assert record.outcome == "not_applicable"
            assert record.reason == "the case has no subjects: it names no references"
    for metric in ABOUT_SUBJECTS:
        assert found["unseen", metric].outcome == "not_applicable"
        assert re.search(
            "no subject has a reference image|it has no reference image", str(found["unseen", metric].reason)
        )


def test_a_subject_that_is_never_found(tmp_path: Path) -> None:
    profile = tmp_path / "strict.toml"
    text = Path(tiny.PROFILE).read_text(encoding="utf-8")
    text = text.replace("[features.dino_frames]", "[subjects.policy]\nbox_threshold = 1.0\n\n[features.dino_frames]")
    profile.write_text(text, encoding="utf-8")
    Image.fromarray(np.dstack([PICTURE, np.pad(np.full((40, 40), 255, np.uint8), ((20, 20), (20, 36)))])).save(
        tmp_path / "cut_out.png"
    )
    cases = write(tmp_path, {"a": [DOG | {"image": "cut_out.png"}]})
    found = scored(cases, profile=str(profile))
    assert found["a", "imaging_quality"].outcome == "ok"
    for metric in ABOUT_SUBJECTS:
        assert (found["a", metric].outcome, found["a", metric].value) == ("ok", 0.0)
        assert found["a", metric].making.policy["box_threshold"] == 1.0


def test_a_subject_that_is_not_found_in_its_own_reference(tmp_path: Path) -> None:
    profile = tmp_path / "strict.toml"
    policy = "[subjects.policy]\nbox_threshold = 1.0\nreference_retry_threshold = 1.0\n\n[features.dino_frames]"
    profile.write_text(Path(tiny.PROFILE).read_text().replace("[features.dino_frames]", policy), encoding="utf-8")
    found = scored(write(tmp_path, {"a": [DOG]}), profile=str(profile))
    assert found["a", "presence_recall"].outcome == "not_applicable"
    assert "the detector does not find 'dog' in its own reference image" in str(found["a", "presence_recall"].reason)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("box_threshold = 1.5", "subjects.policy.box_threshold"),
        ("frame_stride = 0", "subjects.policy.frame_stride"),
        ("box_thresh = 0.3", "subjects.policy.box_thresh"),
    ],
)
def test_wrong_policies_are_code_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], policy: str, message: str
) -> None:
    profile = tmp_path / "own.toml"
    profile.write_text(f"{Path(tiny.PROFILE).read_text()}\n[subjects.policy]\n{policy}\n", encoding="utf-8")
    assert run(write(tmp_path, {"a": [DOG]}), tmp_path / "run", "--profile", str(profile)) == 2
    assert message in capfd.readouterr().err


# Options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--frame-stride", "0"], "--frame-stride 0: must be at least 1"),
        (["--frame-stride", "-2"], "--frame-stride -2: must be at least 1"),
        (["--detector", "grounding_dino_swint_ocg"], "did you mean 'grounding_dino_swint_ogc'"),
        (["--segmenter", "sam_vit_x"], "did you mean 'sam_vit_"),
        (
            ["--segmenter", "tests.tiny_detector:DETECTOR"],
            "[subjects] segmenter: 'tests.tiny_detector:DETECTOR' is a detector, not a segmenter",
        ),
        (["--detector", "sam_vit_b"], "[subjects] detector: 'sam_vit_b' is a segmenter, not a detector"),
        (["--truth", "no-such-truth.json"], "no-such-truth.json: no readable truth for case 'a'"),
    ],
)
def test_wrong_options_are_code_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert run(write(tmp_path, {"a": [DOG]}, frames=1), tmp_path / "run", *options) == 2
    out, err = capfd.readouterr()
    assert message in err
    assert "Traceback" not in err
    assert not out
    assert not (tmp_path / "run/scores.jsonl").exists()


def test_options_about_subjects_need_a_profile_with_subjects(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "own.toml"
    lines = ['name = "own"', 'summary = "s"', 'metrics = ["imaging_quality", "presence_recall"]']
    profile.write_text("\n".join([*lines, "[features.imaging_frames]", 'backbone = "tests.tiny:MUSIQ"']))
    cases = write(tmp_path, {"a": [DOG]}, frames=1)
    for metrics, options, message in (
        (("imaging_quality",), ["--frame-stride", "2"], "profile own has no [subjects]"),
        (("presence_recall",), [], "profile own: a metric needs 'tracks'; add [subjects]"),
    ):
        assert run(cases, tmp_path / "run", "--profile", str(profile), *options, metrics=metrics) == 2
        assert message in capfd.readouterr().err


def test_missing_weights_are_those_that_the_metrics_need(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cases = write(tmp_path, {"a": [DOG]}, frames=1)
    (tmp_path / "weights").mkdir()

    def missing(*options: str) -> str:
        command = ["score", "--cases", str(cases), "--weights", str(tmp_path / "weights"), *options]
        assert run_app([*command, "--out", str(tmp_path / "run")]) == 3
        return capfd.readouterr().err

    whole_frame = missing("--metric", "subject_consistency")
    assert "dino_vitbase16_pretrain.pth (343 MB, Apache-2.0)" in whole_frame
    assert not re.search(r"groundingdino|sam_vit|ViT-B-32", whole_frame)
    strict = missing("--metric", "presence_recall", "--segmenter", "sam_vit_b")
    for file in ("groundingdino_swint_ogc.pth (694 MB, Apache-2.0)", "sam_vit_b_01ec64.pth (375 MB", "dino_vitbase16"):
        assert file in strict
    assert not re.search(r"sam_vit_h|ViT-B-32|amt-s", strict)
    assert "--only sam_vit_b" in strict
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"frames": {"0": {}}}))
    known = missing("--metric", "presence_recall", "--truth", str(truth))
    assert "dino_vitbase16" in known
    assert not re.search(r"groundingdino|sam_vit", known)


# Videos and folders


def test_videos_shorter_than_the_stride_and_of_one_frame(tmp_path: Path) -> None:
    cases = write(tmp_path, {"a": [DOG]}, frames=1)
    metrics = tuple(name for name in load_profile(tiny.PROFILE).metrics if _is_about_subjects(name))
    assert len(metrics) > 15
    for stride in (None, 4):
        found = scored(cases, metrics, frame_stride=stride)
        assert {record.outcome for record in found.values()} <= {"ok", "not_applicable"}
        assert found["a", "s2v_consistency"].outcome == "ok"
        assert all((record.reason is None) == (record.outcome == "ok") for record in found.values())
    write_video(tmp_path / "a.mp4", moving_square(6, 64, 64), fps=8)
    short = scored(cases, frame_stride=100)["a", "s2v_consistency"]
    assert short.outcome == "ok"
    assert short.making.policy["frame_stride"] == 100


def _is_about_subjects(name: str) -> bool:
    profile = load_profile(tiny.PROFILE)
    return bool(profile.subject_features(load_metric(name).needs))


def test_frames_too_narrow_for_the_detector_lack_only_subjects(tmp_path: Path) -> None:
    cases = write(tmp_path, {"a": [DOG], "b": [DOG]}, frames=1)
    write_video(tmp_path / "a.mp4", noise(2, 4, 800), fps=8)
    found = scored(cases)
    assert found["a", "imaging_quality"].outcome == found["b", "s2v_consistency"].outcome == "ok"
    for metric in ABOUT_SUBJECTS:
        assert found["a", metric].outcome == "not_applicable"
        assert "800x4 pixels is too narrow for the detector" in str(found["a", metric].reason)


def test_a_second_process_and_other_choices_are_refused(tmp_path: Path) -> None:
    cases = write(tmp_path, {"a": [DOG]}, frames=1)
    out = tmp_path / "run"
    scored(cases, out=out)
    with open_run(out, read_manifest(out)), pytest.raises(InputError, match="another s2vbench process"):
        scored(cases, out=out)
    for change in ({"frame_stride": 2}, {"segmenter": "tests.tiny_segmenter:SEGMENTER_OFFICIAL"}):
        with pytest.raises(InputError, match=r"made with other settings \(.*metrics\.(s2v|presence)"):
            scored(cases, out=out, **change)


# Two implementations


def test_both_implementations_of_the_networks_give_the_same_scores(tmp_path: Path) -> None:
    # Random detectors find small boxes of middling scores; with masks every subject can be judged, and other cases'
    # pictures measure chance.
    policy = "[subjects.policy]\nbox_threshold = 0.3\ntext_threshold = 0.2\nmin_side_px = 1\n"
    profile = tmp_path / "own.toml"
    profile.write_text(f"{Path(tiny.PROFILE).read_text()}\n{policy}", encoding="utf-8")
    mask = np.zeros((80, 80), np.uint8)
    mask[20:60, 25:55] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    names = ["one", "two", "held", "else", *(f"other{seed}" for seed in range(5))]
    for seed, name in enumerate(names):
        Image.fromarray(noise(1, 80, 80, seed=seed)[0]).save(tmp_path / f"{name}.png")

    def reference(name: str, noun: str, **more: object) -> dict[str, Any]:
        return {"id": name, "kind": "animal", "noun": noun, "image": f"{name}.png", "masks": ["mask.png"], **more}

    subjects = [reference("one", "dog", heldout=["held.png"], distractors=["else.png"]), reference("two", "cat")]
    others = {name: [reference(name, "thing")] for name in names[4:]}
    cases = write(tmp_path, {"a": subjects, **others}, frames=8, side=128)
    metrics = tuple(name for name in load_profile(tiny.PROFILE).metrics if _is_about_subjects(name))
    both = [
        scored(cases, metrics, profile=str(profile), only=["a"], **networks)
        for networks in (
            {},
            {"detector": "tests.tiny_detector:DETECTOR_PY", "segmenter": "tests.tiny_segmenter:SEGMENTER_OFFICIAL"},
        )
    ]
    assert both[0].keys() == both[1].keys()
    for key, record in both[0].items():
        other = both[1][key]
        assert (other.outcome, other.reason, other.n) == (record.outcome, record.reason, record.n), key
        found_by_networks = "tests.tiny_detector:DETECTOR" in record.making.backbones
        assert (other.comparability != record.comparability) == found_by_networks
        if record.value is not None:
            assert other.value == pytest.approx(record.value, abs=1e-3), key
    assert sum(record.outcome == "ok" for record in both[0].values()) >= 12
