from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from s2vbench.backbones import published
from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.weights import find, load_network, read_state, resolve
from s2vbench.errors import InputError, MissingError
from s2vbench.files import sha256_of_file
from tests import tiny

CPU = torch.device("cpu")
HEAD = tiny.LAION


def _save_head(folder: Path) -> Path:
    path = folder / HEAD.file
    torch.save({"weight": torch.ones(1, 32), "bias": torch.zeros(1)}, path)
    return path


def _spec_for(path: Path) -> published.BackboneSpec:
    return replace(HEAD, sha256=sha256_of_file(path))


def test_all_missing_files_are_one_message_with_sizes_licences_and_the_command() -> None:
    with pytest.raises(MissingError) as caught:
        resolve([published.DINO_VITB16, published.AMT_S], None, allow_unverified=False)
    message = str(caught.value)
    for part in (
        "dino_vitbase16_pretrain.pth (343 MB, Apache-2.0)",
        "amt-s.pth",
        "non-commercial",
        "s2vbench fetch weights",
    ):
        assert part in message
    assert "\n" not in message


def test_the_environment_variable_names_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _save_head(tmp_path)
    monkeypatch.setenv("S2VBENCH_WEIGHTS", str(tmp_path))
    assert resolve([_spec_for(path)], None, allow_unverified=False)[HEAD.name].path == path


def test_other_tools_caches_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    place = tmp_path / ".cache/vbench/aesthetic_model/emb_reader"
    place.mkdir(parents=True)
    path = _save_head(place)
    assert find(HEAD, None) == path


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        resolve([HEAD], str(tmp_path / "none"), allow_unverified=False)


def test_another_digest_needs_permission_and_is_recorded(tmp_path: Path) -> None:
    _save_head(tmp_path)
    with pytest.raises(InputError, match=r"SHA-256 is .* published is 2cd4e60f.*--allow-unverified-weights"):
        resolve([HEAD], str(tmp_path), allow_unverified=False)
    weights = resolve([HEAD], str(tmp_path), allow_unverified=True)[HEAD.name]
    assert not weights.record.verified


def test_a_file_without_a_published_digest_is_used_and_recorded_as_unverified(tmp_path: Path) -> None:
    path = _save_head(tmp_path)
    assert not resolve([replace(HEAD, sha256=None)], str(tmp_path), allow_unverified=False)[HEAD.name].record.verified
    assert resolve([_spec_for(path)], str(tmp_path), allow_unverified=False)[HEAD.name].record.verified


def test_the_published_head_is_verified_and_loads(shared: Path) -> None:
    weights = resolve([published.LAION_HEAD], str(shared / "real/weights"), allow_unverified=False)["laion_head"]
    assert weights.record.verified
    head = load_network(weights, CPU, torch.float32)
    assert float(head.weight.norm()) == pytest.approx(28.44, abs=0.01)
    assert float(head.bias) == pytest.approx(3.5294, abs=1e-4)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", None])
def test_damaged_files_are_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = _save_head(tmp_path)
    path.write_bytes(path.read_bytes()[:-300] if content is None else content)
    with pytest.raises(InputError, match="not a readable checkpoint, perhaps cut off") as caught:
        load_network(resolve([HEAD], str(tmp_path), allow_unverified=True)[HEAD.name], CPU, torch.float32)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"weight": torch.ones(1, 32)}, "another network.*bias"),
        ({"weight": torch.ones(1, 32), "bias": torch.zeros(1), "x": torch.zeros(1)}, "another network.*x"),
        ({"weight": torch.ones(1, 33), "bias": torch.zeros(1)}, "another network.*size mismatch"),
        ([torch.ones(1)], "holds no state dict .found list"),
        ({"weight": 3}, "holds no state dict"),
    ],
)
def test_files_of_other_networks_are_refused(tmp_path: Path, content: object, message: str) -> None:
    torch.save(content, tmp_path / HEAD.file)
    with pytest.raises(InputError, match=message):
        load_network(resolve([HEAD], str(tmp_path), allow_unverified=True)[HEAD.name], CPU, torch.float32)


class _Dangerous:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.marker),)


def test_objects_beside_the_tensors_are_inert(tmp_path: Path) -> None:
    path = tmp_path / "amt-s.pth"
    settings = argparse.Namespace(lr=1e-4, path=Path("x"))
    torch.save({"state_dict": {"a": torch.ones(2)}, "args": settings}, path)
    assert torch.equal(read_state(path, "state_dict")["a"], torch.ones(2))


def test_code_in_a_checkpoint_is_not_run(tmp_path: Path) -> None:
    marker, path = tmp_path / "marker", tmp_path / "evil.pth"
    torch.save({"state_dict": {"a": torch.ones(2)}, "x": _Dangerous(marker)}, path)
    with pytest.raises(InputError, match=r"refused: it would run code when read .*mkdir"):
        read_state(path, "state_dict")
    assert not marker.exists()
    torch.load(path, weights_only=False)
    assert marker.exists(), "the file would have run code, had it been let"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_torchscript_archives_and_safetensors_give_their_state(tmp_path: Path) -> None:
    layer = torch.nn.Linear(32, 1)
    torch.jit.save(torch.jit.trace(layer, torch.zeros(1, 32)), tmp_path / "head.pt")
    assert torch.equal(read_state(tmp_path / "head.pt", None)["weight"], layer.weight)
    save_file(dict(layer.state_dict()), tmp_path / "head.safetensors")
    assert torch.equal(read_state(tmp_path / "head.safetensors", None)["weight"], layer.weight)


@pytest.mark.parametrize("spec", [tiny.DINO, tiny.CLIP, tiny.LAION, tiny.MUSIQ, tiny.AMT, tiny.VICLIP])
def test_a_published_style_file_gives_the_same_network_as_its_state(
    spec: published.BackboneSpec, tmp_path: Path
) -> None:
    from s2vbench.backbones.seeded import published_keys
    from s2vbench.plugins import load

    with torch.device("meta"):
        layout = load("backbones", spec.build)(**spec.options)
    state = seeded_state(layout, spec, seed=5)
    torch.save({spec.wrapper: state} if spec.wrapper else state, tmp_path / spec.file)
    spec = replace(spec, sha256=None, sha256_prefix="")
    from_file = load_network(resolve([spec], str(tmp_path), allow_unverified=False)[spec.name], CPU, torch.float32)
    seeded = load_network(resolve([spec], "seeded:5", allow_unverified=False)[spec.name], CPU, torch.float32)
    for (name, a), (_, b) in zip(from_file.named_parameters(), seeded.named_parameters(), strict=True):
        assert torch.equal(a, b), name
    assert set(published_keys(layout)) == set(state)


@pytest.mark.parametrize("bad", ["seeded:x", "seeded:-1"])
def test_a_seed_must_be_a_number(bad: str) -> None:
    with pytest.raises(InputError, match="whole number"):
        resolve([HEAD], bad, allow_unverified=False)
