"""Equal weights have equal digests wherever they were made, in files of a size that was asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch

from s2vbench.kaleido.bundle import Bundle, load_bundle, save_bundle
from s2vbench.kaleido.mini import assemble
from s2vbench.kaleido.portable import forget_places
from s2vbench.kaleido.settings import read_settings
from tests.kaleido import tiny_bundle


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bundle.save(tmp_path_factory.mktemp("bundle"))


def save_again(bundle: Bundle, folder: Path, max_shard_size: str = "10GB") -> dict[str, str]:
    written = save_bundle(
        folder,
        transformer=bundle.transformer,
        vae=bundle.vae,
        text_encoder=bundle.text.encoder,
        tokenizer=bundle.text.tokenizer,
        settings=bundle.settings,
        max_shard_size=max_shard_size,
    )
    return written.weights


def test_a_bundle_that_was_loaded_is_written_with_the_digests_it_had(saved: Path, tmp_path: Path) -> None:
    bundle = load_bundle(saved)
    assert str(saved) in json.dumps(dict(bundle.transformer.config))
    again = save_again(bundle, tmp_path / "again")
    further = save_again(load_bundle(tmp_path / "again"), tmp_path / "further")
    assert again == further
    # The tokenizer's table learns from its first loading what class it is.
    assert {name for name, digest in again.items() if read_settings(saved).weights[name] != digest} <= {
        "tokenizer/tokenizer_config.json"
    }
    assert {file.stat().st_mode & 0o777 for file in tmp_path.rglob("*.safetensors")} == {0o644}
    for file in tmp_path.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        assert "name_or_path" not in text
        assert str(saved) not in text


def test_places_alone_leave_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"_name_or_path": "a/folder", "b": 1, "a": "\\u00e9"}')
    (tmp_path / "tokenizer_config.json").write_text('{"name_or_path": "x", "pad_token": "é"}', encoding="utf-8")
    forget_places(tmp_path)
    assert (tmp_path / "config.json").read_text() == '{\n  "a": "\\u00e9",\n  "b": 1\n}\n'
    assert json.loads((tmp_path / "tokenizer_config.json").read_text(encoding="utf-8")) == {"pad_token": "é"}


def test_no_file_is_larger_than_asked_and_a_second_saving_leaves_no_old_shards(saved: Path, tmp_path: Path) -> None:
    bundle = load_bundle(saved)
    save_again(bundle, tmp_path, "100KB")
    sizes = {file.relative_to(tmp_path): file.stat().st_size for file in tmp_path.rglob("*.safetensors")}
    assert max(sizes.values()) < 120_000
    assert sum(path.parts[0] == "transformer" for path in sizes) > 1
    sharded = load_bundle(tmp_path)
    save_again(bundle, tmp_path)
    assert [file.name for file in (tmp_path / "transformer").glob("*safetensors*")] == [
        "diffusion_pytorch_model.safetensors"
    ]
    for found in (sharded, load_bundle(tmp_path)):
        state = found.transformer.state_dict()
        assert all(torch.equal(tensor, state[key]) for key, tensor in bundle.transformer.state_dict().items())


def test_the_embedded_model_is_assembled_without_a_word_of_other_libraries(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mini"
    monkeypatch.setattr(sys, "argv", ["assemble", *map(str, (saved / "transformer", saved / "vae", saved, out))])
    assemble.main()
    streams = capfd.readouterr()
    assert (streams.out, streams.err) == ("", "")
    assert read_settings(out).name == "kaleido-mini"
    meant = load_bundle(saved).transformer.state_dict()
    found = load_bundle(out).transformer.state_dict()
    assert all(torch.equal(tensor, meant[key].half().float()) for key, tensor in found.items())
