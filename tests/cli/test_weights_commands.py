"""What `ls`, `doctor` and `fetch` say of the networks behind the metrics about subjects."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from s2vbench.backbones import fetch as fetching
from s2vbench.backbones import weights
from s2vbench.backbones.faces import DETECTOR_FILE, RECOGNISER_FILE
from s2vbench.backbones.mini import shipped
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.cli.main import run_app
from s2vbench.plugins import names

PAPER_FILES = {
    "dino_vitbase16_pretrain.pth",
    "ViT-B-32.pt",
    "ViT-L-14.pt",
    "sa_0_4_vit_l_14_linear.pth",
    "musiq_spaq_ckpt-358bb6af.pth",
    "amt-s.pth",
    "ViClip-InternVid-10M-FLT.pth",
    "groundingdino_swint_ogc.pth",
    "sam_vit_h_4b8939.pth",
}


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files that would have been downloaded."""
    found: list[str] = []

    def fetch(spec: BackboneSpec, folder: Path, *_: object) -> Path:
        found.append(spec.file)
        return folder / spec.file

    monkeypatch.setattr(fetching, "fetch", fetch)
    return found


def test_ls_says_what_a_network_does_and_what_its_file_costs(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_app(["ls", "backbones", "--json"]) == 0
    entries = json.loads(capfd.readouterr().out)
    by_file = {entry["file"]: entry for entry in entries}
    for file, role, size_mb in (
        ("groundingdino_swint_ogc.pth", "detector", 694),
        ("sam_vit_h_4b8939.pth", "segmenter", 2564),
        ("sam_vit_l_0b3195.pth", "segmenter", 1249),
        ("sam_vit_b_01ec64.pth", "segmenter", 375),
        (RECOGNISER_FILE, "face_identity", 39),
    ):
        entry = by_file[file]
        assert (entry["role"], entry["size_mb"], entry["licence"]) == (role, size_mb, "Apache-2.0")
    assert (by_file[DETECTOR_FILE]["licence"], by_file[DETECTOR_FILE]["size_mb"]) == ("MIT", 0.2)
    assert {entry["name"] for entry in entries} == {*names("backbones"), "(optional)"}
    assert run_app(["ls", "backbones"]) == 0
    out = capfd.readouterr().out
    assert RECOGNISER_FILE in out
    assert "for face_identity" in out


def ship_something(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A package whose mini networks' files hold nothing but the digests that they must have; its folder of weights."""
    monkeypatch.setattr(weights, "package_folder", lambda name: folder / "package" / name)
    place = folder / "package" / shipped.FOLDER
    place.mkdir(parents=True)
    monkeypatch.setattr(BackboneSpec, "is_published_digest", lambda _, sha256: sha256 == sha256_of_bytes(b"right"))
    for name in names("backbones"):
        if name.startswith("mini_"):
            (place / f"{name}.safetensors").write_bytes(b"right")
    return place


def sha256_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_doctor_says_which_shipped_weights_are_intact(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ship_something(monkeypatch, tmp_path)
    (place / "mini_quality.safetensors").write_bytes(b"wrong")
    (place / "mini_identity.safetensors").unlink()
    assert run_app(["doctor", "--json"]) == 0
    facts = json.loads(capfd.readouterr().out)
    found = facts["weights of profile mini"]
    assert found["mini_interpolator"] == f"{place / 'mini_interpolator.safetensors'} (shipped, intact)"
    assert found["mini_quality"] == f"{place / 'mini_quality.safetensors'} (shipped, damaged)"
    assert found["mini_identity"] == "missing"
    assert not set(found) & set(facts["other weights"])
    said = re.search(r"install s2vbench again .*missing or damaged: ([a-z_, ]*)\)", facts["next"])
    assert said is not None
    assert set(said[1].split(", ")) == {"mini_identity", "mini_quality"}


def test_shipped_weights_are_not_fetched(capfd: pytest.CaptureFixture[str], tmp_path: Path, fetched: list[str]) -> None:
    assert run_app(["fetch", "weights", "--to", str(tmp_path), "--only", "mini_quality", "--only", "sam_vit_b"]) == 0
    assert fetched == ["sam_vit_b_01ec64.pth"]
    assert "mini_quality.safetensors: part of s2vbench, nothing to fetch" in capfd.readouterr().err


def test_ls_says_where_weights_come_from(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_app(["ls", "backbones", "--json"]) == 0
    found = {entry["file"]: entry["from"] for entry in json.loads(capfd.readouterr().out)}
    assert found["mini_quality.safetensors"] == "the package"
    assert found["sam_vit_b_01ec64.pth"] == "fetch"
    assert found[DETECTOR_FILE] == "hand"


def test_doctor_tells_what_the_profile_needs_from_what_one_may_add(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship_something(monkeypatch, tmp_path)
    for file in (PAPER_FILES - {"sam_vit_h_4b8939.pth"}) | {DETECTOR_FILE}:
        (tmp_path / file).write_bytes(b"x")
    assert run_app(["doctor", "--weights", str(tmp_path), "--json"]) == 0
    facts = json.loads(capfd.readouterr().out)
    needed = facts["weights of profile paper"]
    assert len(needed) == len(PAPER_FILES)
    assert needed["grounding_dino_swint_ogc"] == str(tmp_path / "groundingdino_swint_ogc.pth")
    assert facts["other weights"]["sam_vit_b"] == "missing"
    assert facts["other weights"]["grounding_dino_swint_ogc_py"] == needed["grounding_dino_swint_ogc"]
    assert facts["optional, for face_identity"] == {
        DETECTOR_FILE: str(tmp_path / DETECTOR_FILE),
        RECOGNISER_FILE: "missing; see docs/weights.md",
    }
    assert facts["next"].endswith("(missing: sam_vit_h)")
    (tmp_path / "sam_vit_h_4b8939.pth").write_bytes(b"x")
    assert run_app(["doctor", "--weights", str(tmp_path)]) == 0
    assert "next: all weights of profile paper are here" in capfd.readouterr().out


def test_fetch_gets_each_file_of_the_profile_once(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, fetched: list[str]
) -> None:
    assert run_app(["fetch", "weights", "--to", str(tmp_path), "--accept-non-commercial"]) == 0
    assert sorted(fetched) == sorted(PAPER_FILES)
    err = capfd.readouterr().err
    assert "groundingdino_swint_ogc.pth (694 MB, Apache-2.0) from https://github.com/IDEA-Research" in err
    fetched.clear()
    assert run_app(["fetch", "weights", "--to", str(tmp_path)]) == 0
    assert set(fetched) == PAPER_FILES - {"amt-s.pth"}


def test_what_a_run_lacks_is_what_its_message_fetches(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, fetched: list[str]
) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([{"id": "a", "prompt": "x", "video": "a.mp4"}]))
    choice = ["--metric", "presence_recall", "--segmenter", "sam_vit_b_official"]
    assert run_app(["score", "--cases", str(cases), *choice, "--out", str(tmp_path / "run")]) == 3
    command = re.findall("`s2vbench (fetch weights [^`]*)`", capfd.readouterr().err)[0]
    assert run_app(command.split()) == 0
    assert sorted(fetched) == ["dino_vitbase16_pretrain.pth", "groundingdino_swint_ogc.pth", "sam_vit_b_01ec64.pth"]
