"""Reference pictures in every form, and those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.features.subjects.parts.leak import LeakPart
from s2vbench.run.folder import current_scores
from tests.run.subject_cases import ABOUT_SUBJECTS, DOG, PICTURE, QUICK, run, scored, write

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
    cases = write(tmp_path, {name: [DOG | {"image": file}] for name, file in forms.items()}, frames=1)
    found = scored(cases, ("imaging_quality", "s2v_consistency", "s2v_decoupling"))
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
    assert run(write(tmp_path, references, frames=1), out) == 4
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
    cases = write(tmp_path, {"a": [DOG | {"image": "later.png"}], "b": [DOG]}, frames=1)
    out = tmp_path / "run"
    assert scored(cases, out=out)["a", "s2v_consistency"].outcome == "failed"
    (tmp_path / "later.png").write_bytes((tmp_path / "dog.png").read_bytes())
    assert scored(cases, out=out)["a", "s2v_consistency"].outcome == "ok"
    before = (out / "scores.jsonl").read_bytes()
    scored(cases, out=out)
    assert (out / "scores.jsonl").read_bytes() == before


def test_a_part_that_breaks_fails_its_metrics_and_leaves_the_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(LeakPart, "add", explode)
    out = tmp_path / "run"
    found = scored(write(tmp_path, {"a": [DOG]}), (*QUICK, "background_leak"), out=out)
    assert found["a", "background_leak"].outcome == "failed"
    assert found["a", "background_leak"].reason == "RuntimeError: out of memory"
    assert "in explode" in (out / "failures/a-0-background_leak.txt").read_text()
    assert {found["a", metric].outcome for metric in QUICK} <= {"ok", "not_applicable"}
    assert [path.name for path in (out / "failures").iterdir()] == ["a-0-background_leak.txt"]
