"""What a finished training leaves can be sampled from: right settings, and the parts it was trained beside."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from s2vbench.errors import InputError
from s2vbench.kaleido.bundle import load_bundle
from s2vbench.kaleido.parts import find_bundle
from s2vbench.kaleido.settings import WAN, PartSource, read_settings
from s2vbench.kaleido.training import bundling
from s2vbench.kaleido.training.config import ModelSection, TrainConfig
from s2vbench.kaleido.training.origin import Origin, find_origin
from s2vbench.kaleido.training.train import export_newest, train
from s2vbench.run.generate import GenerateRequest, generate
from tests.kaleido import tiny_bundle
from tests.kaleido.test_generator import cases_file
from tests.kaleido.training import tiny_run


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tiny_bundle.save(tmp_path_factory.mktemp("model"))


def config(model: Path, **data: object) -> TrainConfig:
    return tiny_run.config(
        model={"init": str(model), "transformer": {}},
        data={"num_frames": 5, "height_px": 16, "width_px": 32, "fps": 4.0, "most_references": 1} | data,
        training={"steps": 1, "batch_size": 1, "micro_batch_size": 1},
    )


def test_a_finished_training_makes_videos_in_the_size_it_was_trained_in(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs" / "mine"
    train(config(model), out)
    settings = read_settings(out)
    meant = tiny_bundle.SETTINGS.model_copy(
        update={"name": "tiny", "height_px": 16, "width_px": 32, "fps": 4.0, "positions": "shift_wh"}
    )
    assert settings == meant
    for part in ("transformer", "vae", "text_encoder"):
        text = (out / part / "config.json").read_text()
        assert "name_or_path" not in text
        assert str(tmp_path) not in text
    moved = Path(shutil.move(out, tmp_path / "moved"))
    assert torch.equal(load_bundle(moved).vae.quant_conv.weight, load_bundle(model).vae.quant_conv.weight)
    request = GenerateRequest(
        f"kaleido:{moved}", cases_file(tmp_path / "cases", one=1), tmp_path / "try", settings={"device": "cpu"}
    )
    generate(request)
    assert len(list((tmp_path / "try" / "videos").rglob("*.mp4"))) == 2


def test_an_exported_checkpoint_is_a_bundle_and_a_training_can_begin_with_it(model: Path, tmp_path: Path) -> None:
    settings = config(model)
    train(settings, tmp_path / "run")
    export_newest(settings, tmp_path / "run", tmp_path / "exported")
    found = load_bundle(tmp_path / "exported")
    weights = load_file(tmp_path / "run" / "transformer" / "diffusion_pytorch_model.safetensors")
    assert all(torch.equal(tensor, weights[name]) for name, tensor in found.transformer.state_dict().items())
    origin = find_origin(ModelSection(init=str(tmp_path / "exported")))
    assert origin.vae == str(tmp_path / "exported" / "vae")
    assert origin.text_length == tiny_bundle.SETTINGS.text_length


def test_large_parts_are_named_by_a_relative_path(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "COPIED_BYTES", 100_000)
    own = Path(shutil.copytree(model, tmp_path / "a" / "model"))
    train(config(own), tmp_path / "a" / "run")
    settings = read_settings(tmp_path / "a" / "run")
    assert {name: source.source for name, source in settings.parts.items()} == {"vae": "../model/vae"}
    assert (tmp_path / "a" / "run" / "text_encoder").is_dir()
    shutil.move(tmp_path / "a", tmp_path / "b")
    assert find_bundle(tmp_path / "b" / "run").parts["vae"].place.resolve() == tmp_path / "b" / "model" / "vae"


def test_parts_of_a_repository_are_named_by_it_and_a_stale_copy_goes(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model / "transformer", tmp_path / "transformer")
    (tmp_path / "vae").mkdir()
    source = PartSource(source=WAN, subfolder="vae", revision="abc")
    settings = config(model, references=False, most_references=5)
    bundling.leave_bundle(settings, Origin(None, "cache/vae", None, None, 12, hub={"vae": source}), tmp_path)
    written = read_settings(tmp_path)
    assert written.parts == {"vae": source}
    assert (written.steps, written.max_references, written.text_length) == (50, 3, 12)
    assert not (tmp_path / "vae").exists()


def test_a_training_into_the_folder_it_began_with_keeps_its_parts(model: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(model, tmp_path / "model"))
    before = (own / "vae" / "diffusion_pytorch_model.safetensors").read_bytes()
    train(config(own), own)
    assert (own / "vae" / "diffusion_pytorch_model.safetensors").read_bytes() == before
    assert load_bundle(own).settings.fps == 4.0


def test_unknown_parts_are_asked_for_and_never_taken_from_the_release(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 1}), tmp_path)
    assert json.loads((tmp_path / "kaleido.json").read_text())["parts"] == {}
    with pytest.raises(InputError, match="the part 'vae' is missing"):
        find_bundle(tmp_path)
    assert find_origin(ModelSection(init=str(tmp_path))).vae is None
