"""Weights that are part of the package: where they are looked for, checked, and what is said of damaged ones."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from s2vbench.backbones import weights as weights_module
from s2vbench.backbones.mini import shipped
from s2vbench.backbones.mini.interpolator import MINI_INTERPOLATOR
from s2vbench.backbones.mini.quality import MINI_QUALITY
from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import find, load_network, resolve
from s2vbench.errors import InputError, MissingError
from s2vbench.plugins import load
from tests import tiny

CPU = torch.device("cpu")
SMALL: dict[str, object] = {"pyramid_widths": (4, 4, 4, 4), "decoder_widths": (8, 8, 8, 8), "side_width": 4}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package's folder."""
    monkeypatch.setattr(weights_module, "package_folder", lambda name: tmp_path / "package" / name)
    folder = tmp_path / "package" / shipped.FOLDER
    folder.mkdir(parents=True)
    return folder


def ship(folder: Path, seed: int = 1) -> BackboneSpec:
    """A network in half precision, and the spec that states its digest."""
    spec = replace(MINI_INTERPOLATOR, options=SMALL)
    network = load("backbones", spec.build)(**SMALL)
    state = {key: value.half() for key, value in seeded_state(network, spec, seed).items()}
    save_file(state, folder / spec.file)
    return replace(spec, sha256=hashlib.sha256((folder / spec.file).read_bytes()).hexdigest())


def test_shipped_weights_need_no_folder_and_are_verified(package: Path) -> None:
    spec = ship(package)
    found = resolve([spec], None, allow_unverified=False)[spec.name]
    assert found.path == package / spec.file
    assert found.record.verified
    assert found.record.sha256 == spec.sha256


def test_half_precision_is_for_storage_only(package: Path) -> None:
    spec = ship(package)
    network = load_network(resolve([spec], None, allow_unverified=False)[spec.name], CPU, torch.float32)
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}
    first, last = torch.zeros(2, 1, 20, 33, 3, dtype=torch.uint8)
    assert network.middle_frames_u8(first, last).shape == (1, 20, 33, 3)


def test_a_folder_comes_before_the_package_and_must_hold_the_same(package: Path, tmp_path: Path) -> None:
    spec = ship(package)
    own = tmp_path / "own"
    own.mkdir()
    assert find(spec, own) == package / spec.file
    ship(own, seed=2)
    with pytest.raises(InputError, match=r"published is .*--allow-unverified-weights"):
        resolve([spec], str(own), allow_unverified=False)
    found = resolve([spec], str(own), allow_unverified=True)[spec.name]
    assert (found.path, found.record.verified) == (own / spec.file, False)


def test_a_damaged_shipped_file_is_one_line_that_says_how_to_mend_it(package: Path) -> None:
    spec = ship(package)
    content = bytearray((package / spec.file).read_bytes())
    content[-1] ^= 1
    (package / spec.file).write_bytes(content)
    with pytest.raises(MissingError, match="install s2vbench again") as caught:
        resolve([spec], None, allow_unverified=False)
    assert str(package / spec.file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_an_absent_shipped_file_is_not_sent_for_elsewhere(package: Path) -> None:
    spec = ship(package)
    (package / spec.file).unlink()
    with pytest.raises(MissingError) as caught:
        resolve([spec, tiny.DINO], None, allow_unverified=False)
    shipped_part, _, fetched_part = str(caught.value).partition(". ")
    assert "install s2vbench again" in shipped_part
    assert spec.file in shipped_part
    assert spec.name not in fetched_part
    assert "--only dino_vitb16" in fetched_part


@pytest.mark.parametrize("spec", [MINI_INTERPOLATOR, MINI_QUALITY])
def test_random_weights_stand_in_for_shipped_ones(spec: BackboneSpec) -> None:
    found = resolve([spec], "seeded:3", allow_unverified=False)[spec.name]
    assert (found.path, found.record.sha256, found.record.verified) == (None, "seeded:3", False)
    assert sum(parameter.numel() for parameter in load_network(found, CPU, torch.float32).parameters()) < 1_000_000


def test_digests_are_read_as_sha256sum_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / shipped.DIGESTS).write_text(f"{'a' * 64}  one.safetensors\n{'b' * 64} *two.safetensors\n\n")
    monkeypatch.setattr(shipped, "package_folder", lambda _: tmp_path)
    shipped.shipped_digests.cache_clear()
    try:
        assert shipped.shipped_sha256("one.safetensors") == "a" * 64
        assert shipped.shipped_sha256("two.safetensors") == "b" * 64
        assert shipped.shipped_sha256("three.safetensors") is None
    finally:
        shipped.shipped_digests.cache_clear()
