from pathlib import Path
from typing import Any

import pytest
import torch

from s2vbench.errors import InputError
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.model import make_text_encoder, make_transformer
from s2vbench.kaleido.training.origin import find_origin
from tests.kaleido import tiny_bundle
from tests.kaleido.training import tiny_run


def starting_from(place: Path | str, **model: Any) -> TrainConfig:
    return tiny_run.config(model={"init": str(place), "transformer": {}, **model})


def made(settings: TrainConfig) -> dict[str, torch.Tensor]:
    return make_transformer(settings, find_origin(settings.model)).state_dict()


def test_a_new_network_is_the_same_for_a_seed_and_answers_zero() -> None:
    first, again = made(tiny_run.config()), made(tiny_run.config())
    assert all(torch.equal(first[name], again[name]) for name in first)
    other = made(tiny_run.config().model_copy(update={"seed": 1}))
    assert any(not torch.equal(first[name], other[name]) for name in first)
    settings = tiny_run.config()
    model = make_transformer(settings, find_origin(settings.model))
    assert not model(torch.randn(1, *tiny_run.SHAPE), [], torch.randn(1, 3, 8), torch.tensor([3.0])).any()


def test_a_training_begins_with_folder_run_or_checkpoint_of_another(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 2, "ema_decay": 0.5}, checkpoint={"every": 1}), tmp_path)
    folder = made(starting_from(tmp_path / "transformer"))
    for place in (tmp_path, tmp_path / "checkpoints", tmp_path / "checkpoints" / "step-000002"):
        found = made(starting_from(place))
        assert all(torch.equal(found[name], folder[name]) for name in folder), place
    (tmp_path / "transformer").rename(tmp_path / "moved")
    found = made(starting_from(tmp_path))
    assert all(torch.equal(found[name], folder[name]) for name in folder)
    earlier = made(starting_from(tmp_path / "checkpoints" / "step-000001"))
    assert any(not torch.equal(earlier[name], folder[name]) for name in folder)


def test_positions_of_the_configuration_win(tmp_path: Path) -> None:
    tiny_run.run(tiny_run.config(training={"steps": 1}, model={"positions": "shift_h"}), tmp_path)
    kept, changed = starting_from(tmp_path), starting_from(tmp_path, positions="concat_tail")
    assert make_transformer(kept, find_origin(kept.model)).config.positions == "shift_h"
    assert make_transformer(changed, find_origin(changed.model)).config.positions == "concat_tail"
    checkpoint = starting_from(tmp_path / "checkpoints" / "step-000001", positions="concat_tail")
    assert make_transformer(checkpoint, find_origin(checkpoint.model)).config.positions == "concat_tail"


def test_a_bundle_brings_its_parts_and_a_plain_model_folder_too(tmp_path: Path) -> None:
    tiny_bundle.save(tmp_path / "model")
    origin = find_origin(starting_from(tmp_path / "model").model)
    assert origin.text_length == tiny_bundle.SETTINGS.text_length
    encoder = make_text_encoder(origin, torch.device("cpu"), torch.float32)
    context = encoder.encode(["red fox", ""])
    assert context.shape == (2, tiny_bundle.SETTINGS.text_length, tiny_bundle.TEXT_DIM)
    assert not any(parameter.requires_grad for parameter in encoder.encoder.parameters())
    (tmp_path / "model" / "kaleido.json").unlink()
    plain = find_origin(starting_from(tmp_path / "model", text_length=7).model)
    assert (plain.vae, plain.tokenizer) == (str(tmp_path / "model" / "vae"), str(tmp_path / "model" / "tokenizer"))
    assert plain.text_length == 7


def test_what_is_no_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither a transformer"):
        find_origin(starting_from(tmp_path).model)
    with pytest.raises(InputError, match="no such folder"):
        find_origin(starting_from(tmp_path / "absent").model)
    settings = tiny_run.config(model={"transformer": {**tiny_run.TRANSFORMER, "num_layer": 3}})
    with pytest.raises(InputError, match=r"\[model.transformer\] num_layer: .* did you mean 'num_layers'\?"):
        made(settings)
    settings = tiny_run.config(model={"transformer": {**tiny_run.TRANSFORMER, "positions": "shift_hw"}})
    with pytest.raises(InputError, match="shift_w"):
        made(settings)
    with pytest.raises(InputError, match="text_encoder is missing"):
        make_text_encoder(find_origin(settings.model), torch.device("cpu"), torch.float32)
