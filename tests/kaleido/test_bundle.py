"""Bundles: what is saved comes back, and what is broken is said in one line before anything loads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from s2vbench.errors import InputError, MissingError
from s2vbench.files import sha256_of_file
from s2vbench.kaleido.bundle import load_bundle
from s2vbench.kaleido.memory import sizes_of_files
from s2vbench.kaleido.parts import find_bundle, num_parameters
from s2vbench.kaleido.settings import RELEASED, RELEASED_NEGATIVE_PROMPT, Settings, changed, read_settings
from tests.kaleido import tiny_bundle

WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bundle.save(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "bundle"))


def without_digests(folder: Path) -> None:
    file = folder / "kaleido.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"weights": {}}))


def test_a_bundle_comes_back_as_it_was_saved(saved: Path) -> None:
    bundle, original = load_bundle(saved), tiny_bundle.bundle()
    for found, meant in (
        (bundle.transformer, original.transformer),
        (bundle.vae, original.vae),
        (bundle.text.encoder, original.text.encoder),
    ):
        state = meant.state_dict()
        assert found.state_dict().keys() == state.keys()
        assert all(torch.equal(tensor, state[key]) for key, tensor in found.state_dict().items())
    assert bundle.text.max_length == 12
    assert bundle.settings.model_copy(update={"weights": {}}) == tiny_bundle.SETTINGS
    assert not any(weights.requires_grad for weights in bundle.transformer.parameters())


def test_half_precision_files_are_half_the_size_and_load_as_float32(saved: Path, tmp_path: Path) -> None:
    small = tiny_bundle.save(tmp_path / "small", dtype="fp16")
    name = f"transformer/{WEIGHTS}"
    assert (small / name).stat().st_size < 0.65 * (saved / name).stat().st_size
    bundle = load_bundle(small)
    assert {weights.dtype for weights in bundle.transformer.parameters()} == {torch.float32}
    assert num_parameters(small / name) == sum(p.numel() for p in bundle.transformer.parameters())


def test_bf16_keeps_norms_and_the_vae_in_float32(saved: Path) -> None:
    bundle = load_bundle(saved, dtype="bf16")
    assert bundle.transformer.patch_embedding.weight.dtype == torch.bfloat16
    assert bundle.transformer.scale_shift_table.dtype == torch.float32
    assert next(bundle.vae.parameters()).dtype == torch.float32
    assert bundle.text.encode(["a fox"]).dtype == torch.bfloat16


def test_digests_name_every_file(saved: Path) -> None:
    files = find_bundle(saved)
    stated = read_settings(saved).weights
    found = files.digests()
    assert found[f"vae/{WEIGHTS}"] == stated[f"vae/{WEIGHTS}"] == sha256_of_file(saved / "vae" / WEIGHTS)
    assert set(found) == set(stated)
    assert {"transformer/config.json", "tokenizer/tokenizer.json"} <= set(found)


def test_a_changed_file_is_noticed(folder: Path) -> None:
    config = folder / "transformer/config.json"
    config.write_text(config.read_text().replace("shift_wh", "shift_w"))
    with pytest.raises(InputError, match=r"config.json: SHA-256 is .* kaleido.json states"):
        load_bundle(folder)


def test_positions_may_be_changed(saved: Path) -> None:
    bundle = load_bundle(saved, changes={"positions": "shift_w"})
    assert bundle.transformer.config.positions == "shift_w"
    with pytest.raises(InputError, match="shift_wh"):
        load_bundle(saved, changes={"positions": "shift_hw"})


def test_shards_and_their_absence(folder: Path) -> None:
    without_digests(folder)
    place = folder / "transformer"
    state = load_file(place / WEIGHTS)
    (place / WEIGHTS).unlink()
    keys = sorted(state)
    halves = {"a-1.safetensors": keys[: len(keys) // 2], "a-2.safetensors": keys[len(keys) // 2 :]}
    for name, some in halves.items():
        save_file({key: state[key] for key in some}, place / name, metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": {key: name for name, some in halves.items() for key in some}}
    (place / f"{WEIGHTS}.index.json").write_text(json.dumps(index))
    bundle = load_bundle(folder)
    assert torch.equal(bundle.transformer.proj_out.weight, state["proj_out.weight"])
    (place / "a-2.safetensors").unlink()
    with pytest.raises(InputError, match=r"transformer: 1 of 2 shards are missing \(a-2.safetensors\)"):
        find_bundle(folder)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def drop_key(file: Path) -> None:
    state = load_file(file)
    del state["proj_out.bias"]
    save_file(state, file, metadata={"format": "pt"})


def index_beside(file: Path, name: object) -> None:
    (file.parent / "a.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))


def eight_bits(file: Path) -> None:
    state = load_file(file)
    save_file(state | {"proj_out.weight": state["proj_out.weight"].to(torch.int8)}, file, metadata={"format": "pt"})


def other_size(file: Path) -> None:
    state = load_file(file)
    save_file(state | {"proj_out.weight": torch.zeros(3, 3)}, file, metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut, r"cut off \([\d,]+ of [\d,]+ bytes\)"),
        (lambda file: file.write_bytes(b"abc"), "cut off or no safetensors"),
        (lambda file: file.write_bytes(b"\x04" + b"\0" * 7 + b"oops" + b"\0" * 9), "its header makes no sense"),
        (lambda file: file.write_bytes(b"\x02" + b"\0" * 7 + b"[]"), "its header makes no sense"),
        (lambda file: file.write_bytes(b"\x14" + b"\0" * 7 + b'{"a":{"dtype":"F32"}}'), "its header makes no sense"),
        (lambda file: file.write_bytes(b"\x07" + b"\0" * 7 + b'{"a":5}'), "its header makes no sense"),
        (lambda file: index_beside(file, 5), "not an index of shards"),
        (lambda file: index_beside(file, "../../kaleido.json"), "must name files beside it"),
        (lambda file: (file.parent / "config.json").write_text('{"num_layers": '), r"config.json: not JSON"),
        (lambda file: (file.parent / "config.json").write_text("[1]"), "must hold a JSON object, not list"),
        (lambda file: file.unlink(), "holds no safetensors"),
        (eight_bits, "proj_out.weight is stored as I8; only F32, F16, BF16"),
        (drop_key, r"1 missing keys \(proj_out.bias\)"),
        (other_size, "transformer: (weights and config.json do not fit|cannot be loaded)"),
    ],
)
def test_damaged_weights_are_one_line(
    folder: Path, damage: object, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    without_digests(folder)
    damage(folder / "transformer" / WEIGHTS)  # type: ignore[operator]
    with pytest.raises(InputError, match=message) as caught:
        load_bundle(folder)
    assert "\n" not in str(caught.value)
    assert capsys.readouterr() == ("", "")  # diffusers and transformers say nothing of their own


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("vae", {"z_dim": None}, "cannot be loaded as vae"),
        ("text_encoder", {"d_model": 24}, "its weights do not have the sizes that config.json gives"),
        ("transformer", {"num_layers": 3}, "missing keys"),
    ],
)
def test_configurations_of_other_networks_are_one_line(
    folder: Path, part: str, change: dict[str, Any], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    without_digests(folder)
    file = folder / part / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(InputError, match=message) as caught:
        load_bundle(folder)
    assert "\n" not in str(caught.value)
    assert capsys.readouterr() == ("", "")


def test_a_size_that_is_no_number_is_said_with_the_memory_needed(folder: Path) -> None:
    without_digests(folder)
    file = folder / "transformer" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"num_attention_heads": "many"}))
    with pytest.raises(InputError, match="a size that is no number"):
        sizes_of_files(find_bundle(folder))


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("vae", "the part 'vae' is missing"),
        ("text_encoder/config.json", "has no config.json"),
        ("tokenizer/tokenizer.json", "holds no tokenizer"),
        ("kaleido.json", "Wan-AI/Wan2.1-T2V-14B-Diffusers|cannot be loaded"),
    ],
)
def test_missing_parts_are_named(folder: Path, missing: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    if missing != "kaleido.json":
        without_digests(folder)
    else:
        shutil.rmtree(folder / "vae")
    path = folder / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises((InputError, MissingError), match=message):
        load_bundle(folder)


def test_parts_may_lie_elsewhere(folder: Path) -> None:
    other = folder.parent / "wan"
    other.mkdir()
    (folder / "vae").rename(other / "vae")
    content = json.loads((folder / "kaleido.json").read_text())
    content |= {"weights": {}, "parts": {"vae": {"source": str(other), "subfolder": "vae"}}}
    (folder / "kaleido.json").write_text(json.dumps(content))
    files = find_bundle(folder)
    assert files.parts["vae"].place == other / "vae"
    assert f"vae/{WEIGHTS}" in files.digests()
    shutil.rmtree(other / "vae")
    with pytest.raises(InputError, match=r"correct what kaleido.json says of 'vae'"):
        find_bundle(folder)


def test_a_repository_that_cannot_be_fetched_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(MissingError, match="fetch it with `hf download nobody/nothing-of-the-kind`"):
        load_bundle("nobody/nothing-of-the-kind")
    with pytest.raises(InputError, match="no such folder"):
        load_bundle("no such/folder at all")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"step": 3}', "step: Extra inputs are not permitted; did you mean 'steps'"),
        ('{"steps": 0}', "steps: Input should be greater than or equal to 1"),
        ('{"shift": NaN}', "shift: Input should be a finite number"),
        ("{", "not JSON"),
        ('{"num_frames": 8}', "choose 5 or 9"),
        ('{"num_frames": 8}', r"kaleido\.json: num_frames 8"),
        ('{"positions": "shift_q"}', r"kaleido\.json: unknown position scheme 'shift_q'"),
        ('{"schema_version": 9}', r"kaleido\.json: schema_version 9: this s2vbench reads 1"),
        ('{"width_px": 100}', "width_px: Input should be a multiple of 16"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "kaleido.json").write_text(content)
    with pytest.raises(InputError, match=message):
        read_settings(tmp_path)


def test_the_released_repository_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "Wan2.1_VAE.pth").write_bytes(b"")
    with pytest.raises(InputError, match=r"convert it first with `s2vbench kaleido convert .*/model"):
        read_settings(tmp_path)
    (tmp_path / "transformer").mkdir()
    (tmp_path / "transformer/config.json").write_text("{}")
    assert read_settings(tmp_path) == RELEASED


def test_released_settings_are_the_release() -> None:
    found = Settings()
    assert (found.height_px, found.width_px, found.num_frames, found.fps) == (512, 896, 81, 16)
    assert (found.steps, found.shift, found.guidance, found.text_length) == (50, 7, 6, 512)
    # 27 items: Wan's list without the one about badly drawn faces.
    assert len(RELEASED_NEGATIVE_PROMPT.split("\N{FULLWIDTH COMMA}")) == 27
    assert "\N{FULLWIDTH COMMA}画得不好的手部\N{FULLWIDTH COMMA}畸形的" in RELEASED_NEGATIVE_PROMPT


def test_settings_change_from_text() -> None:
    assert changed(Settings(), {"steps": "20", "guidance": "1.5"}).steps == 20
    for changes, message in (
        ({"stepz": "2"}, "did you mean 'steps'"),
        ({"steps": "many"}, "steps many: Input should be a valid integer"),
        ({"num_frames": "80"}, "choose 77 or 81"),
        ({"weights": {}}, "no setting 'weights'"),
    ):
        with pytest.raises(InputError, match=message):
            changed(Settings(), changes)


def test_a_pth_vae_is_wans_alone(tmp_path: Path, folder: Path) -> None:
    without_digests(folder)
    shutil.rmtree(folder / "vae")
    torch.save({"conv1.weight": torch.zeros(3)}, folder / "Wan2.1_VAE.pth")
    with pytest.raises(InputError, match=r"not the VAE of Wan 2\.1"):
        load_bundle(folder)
    (folder / "Wan2.1_VAE.pth").write_bytes(b"half a file")
    with pytest.raises(InputError, match="not a readable checkpoint"):
        load_bundle(folder)
