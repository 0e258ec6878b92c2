"""Trained weights on their way into the package."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from s2vbench.backbones import weights as weights_module
from s2vbench.backbones.mini import shipped
from s2vbench.backbones.mini.interpolator import MINI_INTERPOLATOR, MiniInterpolator
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import load_network, resolve
from s2vbench.errors import InputError
from s2vbench.mini import ship as shipping
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.ship import NETWORK, ship, shipped_bytes

SMALL: dict[str, object] = {"pyramid_widths": (4, 4, 4, 4), "decoder_widths": (8, 8, 8, 8), "side_width": 4}
SPEC = replace(MINI_INTERPOLATOR, options=SMALL)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of shipped weights of an own package."""
    for module in (weights_module, shipped, shipping):
        monkeypatch.setattr(module, "package_folder", lambda name: tmp_path / "package" / name)
    shipped.shipped_digests.cache_clear()
    yield tmp_path / "package" / shipped.FOLDER
    shipped.shipped_digests.cache_clear()


def trained(folder: Path, seed: int = 0) -> Path:
    """What a training leaves."""
    torch.manual_seed(seed)
    folder.mkdir(exist_ok=True)
    state = {key: value.detach() for key, value in MiniInterpolator(**SMALL).state_dict().items()}  # type: ignore[arg-type]
    save_file(state, folder / NETWORK, {"steps": "3"})
    return folder


def with_digest(spec: BackboneSpec) -> BackboneSpec:
    return replace(spec, sha256=shipped.shipped_sha256(spec.file))


def test_what_was_shipped_is_found_verified_and_the_same_network(package: Path, tmp_path: Path) -> None:
    folder = trained(tmp_path / "out")
    path = ship(SPEC, folder)
    assert path == package / SPEC.file
    found = resolve([with_digest(SPEC)], None, allow_unverified=False)[SPEC.name]
    assert found.record.verified
    network = load_network(found, torch.device("cpu"), torch.float32)
    for key, value in load_trained(SPEC, folder).state_dict().items():
        assert torch.equal(value, network.state_dict()[key]), key
    assert {value.dtype for value in load_file(path).values()} == {torch.float16}


def test_digests_are_checked_by_sha256sum_and_kept_of_others(package: Path, tmp_path: Path) -> None:
    ship(SPEC, trained(tmp_path / "out"))
    other = replace(SPEC, file="mini_other.safetensors")
    ship(other, trained(tmp_path / "other", seed=1))
    ship(SPEC, trained(tmp_path / "again", seed=2))
    done = subprocess.run(["sha256sum", "-c", shipped.DIGESTS], cwd=package, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK") == 2


def test_measures_name_the_file_that_will_be_shipped(package: Path, tmp_path: Path) -> None:
    folder = trained(tmp_path / "out")
    write_measures(tmp_path / "m.json", SPEC, folder, {"PSNR": {"value": 1.0, "n": 2}})
    path = ship(SPEC, folder)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (tmp_path / "m.json").read_text()
    assert path.read_bytes() == shipped_bytes(folder / NETWORK)


def test_another_networks_weights_are_refused(package: Path, tmp_path: Path) -> None:
    folder = trained(tmp_path / "out")
    with pytest.raises(InputError, match="another network"):
        ship(MINI_INTERPOLATOR, folder)
    assert not (package / SPEC.file).exists()


def test_too_large_files_are_refused(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = trained(tmp_path / "out")
    monkeypatch.setattr(shipping, "LARGEST_MB", 0.001)
    with pytest.raises(InputError, match=r"at most 0\.001 MB each"):
        ship(SPEC, folder)
    assert not (package / SPEC.file).exists()


def test_numbers_beyond_half_precision_are_refused(package: Path, tmp_path: Path) -> None:
    folder = trained(tmp_path / "out")
    state = load_file(folder / NETWORK)
    key = next(iter(state))
    state[key] = state[key] + 1e6
    save_file(state, folder / NETWORK)
    with pytest.raises(InputError, match="half precision cannot hold"):
        ship(SPEC, folder)


def test_a_folder_without_a_training_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="train first") as caught:
        ship(SPEC, tmp_path)
    assert "\n" not in str(caught.value)
