"""What people feed the metrics about subjects, from the cases file to exit code, records and messages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import s2vbench
from s2vbench.cli.main import run_app
from s2vbench.errors import InputError
from s2vbench.features.subjects.parts.leak import LeakPart
from s2vbench.metrics.base import load_metric
from s2vbench.profiles import load_profile
from s2vbench.run.folder import current_scores, open_run, read_manifest
from s2vbench.types import Score
from s2vbench.video.encode import write_video
from tests import tiny
from tests.clips import moving_square, noise, scene

PICTURE = noise(1, 80, 96, seed=5)[0]
QUICK = ("imaging_quality", "s2v_consistency", "presence_recall")
ABOUT_SUBJECTS = QUICK[1:]
DOG = {"id": "dog", "kind": "animal", "noun": "dog", "image": "dog.png"}


def _write(folder: Path, references: dict[str, list[dict[str, Any]]], frames: int = 3, side: int = 64) -> Path:
    """A cases file with one short video for each case, and the picture `dog.png`."""
    Image.fromarray(PICTURE).save(folder / "dog.png")
    cases = []
    for name, entries in references.items():
        write_video(folder / f"{name}.mp4", moving_square(frames, side, side), fps=8)
        cases.append({"id": name, "video": f"{name}.mp4", "prompt": "a dog", "references": entries})
    path = folder / "cases.json"
    path.write_text(json.dumps(cases))
    return path


def _scored(cases: Path, metrics: tuple[str, ...] = QUICK, **options: Any) -> dict[tuple[str, str], Score]:
    options = {"profile": tiny.PROFILE, "weights": "seeded:1", "device": "cpu"} | options
    records = s2vbench.score(cases=cases, metrics=list(metrics), **options)
    return {(record.case, record.metric): record for record in records}


def _run(cases: Path, out: Path, *options: str, metrics: tuple[str, ...] = QUICK) -> int:
    chosen = [part for metric in metrics for part in ("--metric", metric)]
    if "--profile" not in options:
        chosen += ["--profile", tiny.PROFILE]
    return run_app(["score", "--cases", str(cases), "--weights", "seeded:1", *chosen, *options, "--out", str(out)])


# Nouns


def test_nouns_of_any_form_are_looked_for(tmp_path: Path) -> None:
    nouns = ["St. Bernard dog.", "x" * 200, "a " * 100, "\N{DOG FACE}", "D\u00d6G"]
    cases = {str(index): [DOG | {"noun": noun}] for index, noun in enumerate(nouns)}
    found = _scored(_write(tmp_path, cases, frames=1))
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
    cases = _write(tmp_path, {"good": [DOG], "a": [DOG | {"noun": noun}]})
    # Also where only another case is scored: its chance would be measured on this one's picture.
    for options in ([], ["--case", "good"]):
        assert _run(cases, tmp_path / "run", *options) == 2
        err = capfd.readouterr().err
        assert re.search(message, err)
        assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


def test_nouns_do_not_matter_to_metrics_of_the_whole_frame(tmp_path: Path) -> None:
    found = _scored(_write(tmp_path, {"a": [DOG | {"noun": "."}]}), ("imaging_quality",))
    assert found["a", "imaging_quality"].outcome == "ok"


def test_two_subjects_of_one_noun_and_none_at_all(tmp_path: Path) -> None:
    Image.fromarray(scene(80, 80)).save(tmp_path / "other.png")
    twins = [DOG, DOG | {"id": "dog2", "image": "other.png", "noun": "Dog."}]
    background = [DOG | {"kind": "background"}]
    found = _scored(
        _write(tmp_path, {"twins": twins, "nobody": [], "place": background, "unseen": [DOG | {"image": None}]})
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
    cases = _write(tmp_path, {"a": [DOG | {"image": "cut_out.png"}]})
    found = _scored(cases, profile=str(profile))
    assert found["a", "imaging_quality"].outcome == "ok"
    for metric in ABOUT_SUBJECTS:
        assert (found["a", metric].outcome, found["a", metric].value) == ("ok", 0.0)
        assert found["a", metric].making.policy["box_threshold"] == 1.0


def test_a_subject_that_is_not_found_in_its_own_reference(tmp_path: Path) -> None:
    profile = tmp_path / "strict.toml"
    policy = "[subjects.policy]\nbox_threshold = 1.0\nreference_retry_threshold = 1.0\n\n[features.dino_frames]"
    profile.write_text(Path(tiny.PROFILE).read_text().replace("[features.dino_frames]", policy), encoding="utf-8")
    found = _scored(_write(tmp_path, {"a": [DOG]}), profile=str(profile))
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
    assert _run(_write(tmp_path, {"a": [DOG]}), tmp_path / "run", "--profile", str(profile)) == 2
    assert message in capfd.readouterr().err


# Reference pictures


def _save_forms(folder: Path) -> dict[str, str]:
    """The same picture in every form that should count like any other."""
    image = Image.fromarray(PICTURE)
    exif = Image.Exif()
    exif[0x0112] = 6
    alpha = np.zeros((80, 96), np.uint8)
    alpha[20:60, 20:70] = 255
    image.convert("CMYK").save(folder / "cmyk.jpg")
    Image.fromarray(PICTURE[..., 0].astype(np.uint16) * 257).save(folder / "16bit.png")
    image.quantize(64).save(folder / "palette.png", transparency=3)
    Image.fromarray(np.dstack([PICTURE, alpha])).save(folder / "rgba.png")
    image.save(folder / "exif.jpg", exif=exif)
    image.resize((12_000, 2_000)).save(folder / "wide.jpg")
    image.resize((1, 1)).save(folder / "dot.png")
    image.save(folder / "series.gif", save_all=True, append_images=[image.rotate(90)])
    return {path.stem: path.name for path in folder.iterdir()}


def test_pictures_in_every_form_are_references(tmp_path: Path) -> None:
    forms = _save_forms(tmp_path)
    cases = _write(tmp_path, {name: [DOG | {"image": file}] for name, file in forms.items()}, frames=1)
    found = _scored(cases, ("imaging_quality", "s2v_consistency", "s2v_decoupling"))
    for name in forms:
        assert found[name, "imaging_quality"].outcome == "ok"
        for metric in ("s2v_consistency", "s2v_decoupling"):
            assert found[name, metric].outcome in {"ok", "not_applicable"}, (name, found[name, metric].reason)
        assert found[name, "s2v_consistency"].value is not None, (name, found[name, "s2v_consistency"].reason)


def test_pictures_that_cannot_be_read_fail_their_case_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = ["good", "gone", "empty", "text", "cut", "mask", "shape", "heldout", "narrow"]
    image = Image.fromarray(PICTURE)
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("hello")
    image.save(tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:9000])
    Image.new("L", (96, 80)).save(tmp_path / "mask.png")
    Image.new("L", (80, 80), 255).save(tmp_path / "shape.png")
    image.resize((1000, 20)).save(tmp_path / "narrow.png")
    references = {name: [DOG | {"image": f"{name}.png"}] for name in names}
    references |= {
        "good": [DOG],
        "mask": [DOG | {"masks": ["mask.png"]}],
        "shape": [DOG | {"masks": ["shape.png"]}],
        "heldout": [DOG | {"heldout": ["gone.png"]}],
    }
    out = tmp_path / "run"
    assert _run(_write(tmp_path, references, frames=1), out) == 4
    err = capfd.readouterr().err
    assert "8 of 9 videos have failed metrics" in err
    assert "Traceback" not in err
    found = {(record.case, record.metric): record for record in current_scores(out)}
    messages = {
        "gone": "gone.png: no such picture",
        "empty": "empty.png: the file is empty (0 bytes)",
        "text": "text.png: not a picture (or of an unknown kind)",
        "cut": "cut.png: not a readable picture",
        "mask": "mask.png: the mask is empty; white marks the subject, black the rest",
        "shape": "shape.png: the mask is 80x80 px, its picture 96x80",
        "heldout": "gone.png: no such picture",
        "narrow": "narrow.png: an image of 1000x20 pixels is too narrow for the detector",
    }
    for name in names:
        assert found[name, "imaging_quality"].outcome == "ok"
        for metric in ABOUT_SUBJECTS:
            record = found[name, metric]
            assert (record.outcome == "failed") == (name in messages), (name, record.reason)
            if name in messages:
                reason = str(record.reason)
                assert reason.startswith(f"{tmp_path}/{messages[name]}")
                assert "\n" not in reason
                assert "PictureError" in (out / "failures" / f"{name}-0-{metric}.txt").read_text()


def test_a_picture_that_comes_later_is_scored_then(tmp_path: Path) -> None:
    cases = _write(tmp_path, {"a": [DOG | {"image": "later.png"}], "b": [DOG]}, frames=1)
    out = tmp_path / "run"
    assert _scored(cases, out=out)["a", "s2v_consistency"].outcome == "failed"
    (tmp_path / "later.png").write_bytes((tmp_path / "dog.png").read_bytes())
    assert _scored(cases, out=out)["a", "s2v_consistency"].outcome == "ok"
    before = (out / "scores.jsonl").read_bytes()
    _scored(cases, out=out)
    assert (out / "scores.jsonl").read_bytes() == before


def test_a_part_that_breaks_fails_its_metrics_and_leaves_the_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(LeakPart, "add", explode)
    out = tmp_path / "run"
    found = _scored(_write(tmp_path, {"a": [DOG]}), (*QUICK, "background_leak"), out=out)
    assert found["a", "background_leak"].outcome == "failed"
    assert found["a", "background_leak"].reason == "RuntimeError: out of memory"
    assert "in explode" in (out / "failures/a-0-background_leak.txt").read_text()
    assert {found["a", metric].outcome for metric in QUICK} <= {"ok", "not_applicable"}
    assert [path.name for path in (out / "failures").iterdir()] == ["a-0-background_leak.txt"]


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
    assert _run(_write(tmp_path, {"a": [DOG]}, frames=1), tmp_path / "run", *options) == 2
    out, err = capfd.readouterr()
    assert message in err
    assert "Traceback" not in err
    assert not out
    assert not (tmp_path / "run/scores.jsonl").exists()


def test_options_about_subjects_need_a_profile_with_subjects(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    profile = tmp_path / "own.toml"
    lines = ['name = "own"', 'summary = "s"', 'metrics = ["imaging_quality", "presence_recall"]']
    profile.write_text("\n".join([*lines, "[features.imaging_frames]", 'backbone = "tests.tiny:MUSIQ"']))
    cases = _write(tmp_path, {"a": [DOG]}, frames=1)
    for metrics, options, message in (
        (("imaging_quality",), ["--frame-stride", "2"], "profile own has no [subjects]"),
        (("presence_recall",), [], "profile own: a metric needs 'tracks'; add [subjects]"),
    ):
        assert _run(cases, tmp_path / "run", "--profile", str(profile), *options, metrics=metrics) == 2
        assert message in capfd.readouterr().err


def test_missing_weights_are_those_that_the_metrics_need(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cases = _write(tmp_path, {"a": [DOG]}, frames=1)
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
    cases = _write(tmp_path, {"a": [DOG]}, frames=1)
    metrics = tuple(name for name in load_profile(tiny.PROFILE).metrics if _is_about_subjects(name))
    assert len(metrics) > 15
    for stride in (None, 4):
        found = _scored(cases, metrics, frame_stride=stride)
        assert {record.outcome for record in found.values()} <= {"ok", "not_applicable"}
        assert found["a", "s2v_consistency"].outcome == "ok"
        assert all((record.reason is None) == (record.outcome == "ok") for record in found.values())
    write_video(tmp_path / "a.mp4", moving_square(6, 64, 64), fps=8)
    short = _scored(cases, frame_stride=100)["a", "s2v_consistency"]
    assert short.outcome == "ok"
    assert short.making.policy["frame_stride"] == 100


def _is_about_subjects(name: str) -> bool:
    profile = load_profile(tiny.PROFILE)
    return bool(profile.subject_features(load_metric(name).needs))


def test_frames_too_narrow_for_the_detector_lack_only_subjects(tmp_path: Path) -> None:
    cases = _write(tmp_path, {"a": [DOG], "b": [DOG]}, frames=1)
    write_video(tmp_path / "a.mp4", noise(2, 4, 800), fps=8)
    found = _scored(cases)
    assert found["a", "imaging_quality"].outcome == found["b", "s2v_consistency"].outcome == "ok"
    for metric in ABOUT_SUBJECTS:
        assert found["a", metric].outcome == "not_applicable"
        assert "800x4 pixels is too narrow for the detector" in str(found["a", metric].reason)


def test_a_second_process_and_other_choices_are_refused(tmp_path: Path) -> None:
    cases = _write(tmp_path, {"a": [DOG]}, frames=1)
    out = tmp_path / "run"
    _scored(cases, out=out)
    with open_run(out, read_manifest(out)), pytest.raises(InputError, match="another s2vbench process"):
        _scored(cases, out=out)
    for change in ({"frame_stride": 2}, {"segmenter": "tests.tiny_segmenter:SEGMENTER_OFFICIAL"}):
        with pytest.raises(InputError, match=r"made with other settings \(.*metrics\.(s2v|presence)"):
            _scored(cases, out=out, **change)


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
    cases = _write(tmp_path, {"a": subjects, **others}, frames=8, side=128)
    metrics = tuple(name for name in load_profile(tiny.PROFILE).metrics if _is_about_subjects(name))
    both = [
        _scored(cases, metrics, profile=str(profile), only=["a"], **networks)
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
