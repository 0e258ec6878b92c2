"""Kaleido as a model of the command line: batches, failures of single cases, resuming, identity, wrong settings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from s2vbench.errors import InputError, ManifestChangedError, MissingError
from s2vbench.generators.base import VideoShape, choose_model, load_generator
from s2vbench.kaleido.generator import place_of, usual_shape
from s2vbench.kaleido.settings import SETTINGS_FILE
from s2vbench.ledger import read_rows
from s2vbench.run.folder import GENERATIONS
from s2vbench.run.generate import GenerateRequest, GenerateResult, generate, generated_with
from s2vbench.types import Generation
from s2vbench.video.decode import open_video
from tests.kaleido import tiny_bundle

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bundle.save(tmp_path_factory.mktemp("bundle"))


def cases_file(folder: Path, **counts: int) -> Path:
    """Cases by id with so many subjects; pictures differ in size, and one has transparent parts."""
    folder.mkdir(exist_ok=True)
    for number in range(5):
        Image.fromarray(tiny_bundle.picture(number, 20 + number, 30)).save(folder / f"{number}.png")
    clear = np.dstack([tiny_bundle.picture(7), np.zeros((20, 30), np.uint8)])
    Image.fromarray(clear).save(folder / "clear.png")
    cases = []
    for name, count in counts.items():
        subjects = [
            {"id": f"s{number}", "kind": "animal", "noun": "fox", "images": [f"{number}.png", "clear.png"]}
            for number in range(count)
        ]
        cases.append({"id": name, "prompt": "a fox and a penguin", "references": subjects, "seeds": [0, 7]})
    path = folder / "cases.json"
    path.write_text(json.dumps(cases))
    return path


def changed_case(path: Path, name: str, **changes: object) -> None:
    cases = json.loads(path.read_text())
    path.write_text(json.dumps([case | changes if case["id"] == name else case for case in cases]))


def run(bundle: Path, cases: Path, out: Path, **settings: str) -> GenerateResult:
    return generate(GenerateRequest(f"kaleido:{bundle}", cases, out, settings={"device": "cpu"} | settings))


def rows(out: Path) -> dict[tuple[str, int], Generation]:
    return {(row.case, row.seed): row for row in read_rows(out / GENERATIONS, Generation)}


def test_every_case_gets_its_video_of_the_bundles_own_shape(bundle: Path, tmp_path: Path) -> None:
    shown: list[float] = []
    cases, out = cases_file(tmp_path / "set", one=1, two=2, other=1), tmp_path / "run"
    request = GenerateRequest(f"kaleido:{bundle}", cases, out, settings={"device": "cpu"})
    result = generate(request, lambda done, *_: shown.append(done))
    assert (result.num_jobs, result.num_failed) == (6, 0)
    video = open_video(out / "videos/two/7.mp4")
    assert (video.width_px, video.height_px, video.num_frames_hint, video.fps) == (48, 32, 5, 8.0)
    found = rows(out)
    assert len({row.frames_sha256 for row in found.values()}) == 4  # "one" and "other" are one case under two ids
    assert found["one", 0].frames_sha256 == found["other", 0].frames_sha256
    assert any(0 < done < 2 for done in shown)
    made = generated_with(out)
    assert made is not None
    assert made.identity["steps"] == "3"
    assert made.identity["negative_prompt"] == "grey"
    assert made.identity["positions"] == "shift_wh"
    assert len(made.identity["sha256 vae/diffusion_pytorch_model.safetensors"]) == 64
    assert not {"batch_size", "device", "branches"} & set(made.identity)


def test_a_killed_run_gives_the_videos_of_a_whole_one(bundle: Path, tmp_path: Path) -> None:
    cases, out, whole = cases_file(tmp_path / "set", one=1, two=2, other=1), tmp_path / "run", tmp_path / "whole"
    run(bundle, cases, whole)
    command = [sys.executable, "-m", "tests.kaleido.dying_generator", str(bundle), str(cases), str(out), "3"]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(rows(out)) == 2
    run(bundle, cases, out)
    assert {key: row.sha256 for key, row in rows(out).items()} == {key: row.sha256 for key, row in rows(whole).items()}


def test_failures_stay_with_their_case(bundle: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "set", tmp_path / "run"
    cases = cases_file(folder, fine=1, many=4, broken=1, bare=1, nobody=0, silent=1)
    changed_case(cases, "silent", prompt=" ")
    references = [{"id": "s", "kind": "animal", "noun": "fox"}]
    changed_case(cases, "bare", references=references)
    changed_case(cases, "broken", references=[references[0] | {"images": ["half.png"]}])
    (folder / "half.png").write_bytes((folder / "0.png").read_bytes()[:60])
    result = run(bundle, cases, out)
    assert result.num_failed == 10
    reasons = {name: row.reason or "" for (name, _), row in rows(out).items()}
    assert not reasons["fine"]
    assert reasons["many"].startswith("4 reference pictures; tiny takes 1 to 3")
    assert "not a readable picture" in reasons["broken"]
    assert "reference 's' has no picture" in reasons["bare"]
    assert reasons["nobody"].startswith("0 reference pictures")
    assert "the prompt is empty" in reasons["silent"]
    # All of it can be lifted or mended, and only what failed is tried again.
    again = run(bundle, cases, out)
    assert again.num_failed == 10
    assert len([row for row in read_rows(out / GENERATIONS, Generation) if row.case == "fine"]) == 2


def test_other_settings_are_another_run(bundle: Path, tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path / "set", one=1), tmp_path / "run"
    run(bundle, cases, out)
    before = rows(out)["one", 0].frames_sha256
    with pytest.raises(ManifestChangedError, match="steps"):
        run(bundle, cases, out, steps="2")
    run(bundle, cases, out, batch_size="1", branches="sequential")
    run(bundle, cases, tmp_path / "other", steps="2")
    assert rows(tmp_path / "other")["one", 0].frames_sha256 != before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": "0"}, "steps 0: Input should be greater"),
        ({"stps": "2"}, "did you mean 'steps'"),
        ({"device": "tpu9"}, "no such device"),
        ({"device": "cuda:99"}, "this machine has"),
        ({"dtype": "int8"}, "must be fp32, bf16 or fp16"),
        ({"offload": "maybe"}, "must be true or false"),
        ({"branches": "both"}, "must be batched or sequential"),
        ({"positions": "{oops"}, "not a JSON object"),
        ({"positions": "shift_q"}, "unknown position scheme 'shift_q'"),
        ({"positions": '{"basee": 1}'}, "unknown key 'basee'; did you mean 'base'"),
        ({"attention": "nativ"}, "no such backend, did you mean 'native'"),
        ({"compile": "inductr"}, "no such backend, did you mean 'inductor'"),
        ({"device": "meta"}, "not a device that Kaleido computes on"),
    ],
)
def test_wrong_settings_are_said_at_once(bundle: Path, settings: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_generator(f"kaleido:{bundle}", VideoShape(48, 32, 5, 8.0), settings)


@pytest.mark.parametrize(
    ("shape", "message"),
    [(VideoShape(48, 32, 6, 8.0), "choose 5 or 9"), (VideoShape(50, 32, 5, 8.0), "width_px 50: .* choose 48 or 64")],
)
def test_impossible_shapes_are_said_before_anything_loads(bundle: Path, shape: VideoShape, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_generator(f"kaleido:{bundle}", shape)


def test_names_of_variants(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_model("kaleido").name == "kaleido:mini"
    assert choose_model("kaleido", "paper").name == "kaleido:14b"
    assert choose_model(f"kaleido:{bundle}").variant == str(bundle)
    assert usual_shape(str(bundle)) == VideoShape(48, 32, 5, 8.0)
    monkeypatch.setenv("S2VBENCH_WEIGHTS", str(tmp_path))
    with pytest.raises(MissingError, match=r"hf download zai-org/Kaleido-14B-S2V .* s2vbench kaleido convert"):
        place_of("14b")
    (tmp_path / "kaleido-14b/transformer").mkdir(parents=True)
    (tmp_path / "kaleido-14b/transformer/config.json").write_text("{}")
    assert place_of("14b") == tmp_path / "kaleido-14b"
    assert usual_shape("14b") == VideoShape(896, 512, 81, 16.0)
    with pytest.raises(InputError, match="there are mini and 14b"):
        place_of("small")


def test_broken_weights_end_the_run_and_no_case_is_blamed(bundle: Path, tmp_path: Path) -> None:
    cases, out = cases_file(tmp_path / "set", one=1), tmp_path / "run"
    broken = shutil.copytree(bundle, tmp_path / "broken")
    settings = json.loads((broken / SETTINGS_FILE).read_text())
    (broken / SETTINGS_FILE).write_text(json.dumps(settings | {"weights": {}}))
    (broken / "tokenizer" / "tokenizer.json").write_text('{"a": ')
    with pytest.raises(InputError, match="not a tokenizer that can be read"):
        run(broken, cases, out)
    assert not rows(out)


def test_a_repository_is_asked_for_its_settings_before_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def offline(name: str, **wanted: object) -> str:
        asked.append(wanted["allow_patterns"])
        raise OSError(name)

    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(MissingError, match="hf download nobody/nothing"):
        usual_shape("nobody/nothing")
    assert asked == [[SETTINGS_FILE, "transformer/config.json", "merge_kaleido.py"]]
