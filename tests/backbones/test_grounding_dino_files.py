from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor

from s2vbench.backbones.grounding_dino import GroundingDino, _config
from s2vbench.backbones.grounding_dino_input import Sizes
from s2vbench.backbones.grounding_dino_keys import (
    first_of_repeats,
    hub_to_modules,
    is_harmless,
    modules_to_hub,
    to_hub,
    to_official,
)
from s2vbench.backbones.groundingdino_py import GroundingDinoPy
from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import MissingError
from tests.detectors import BOTH, DOG_AND_CAR, IMAGES, detector
from tests.tiny_detector import DETECTOR, SIZES


@cache
def official() -> dict[str, Tensor]:
    with torch.device("meta"):
        network = GroundingDino(**SIZES)
    return seeded_state(network, DETECTOR, 3)


def test_official_names_and_shapes_are_those_of_groundingdino_py() -> None:
    with torch.device("meta"):
        ours = GroundingDino(**SIZES).published_shapes()
        other = GroundingDinoPy(**SIZES)
    theirs = other.model.state_dict()
    assert {first_of_repeats(name) for name in theirs if "relative_position_index" not in name} == set(ours)
    assert all(theirs[name].shape == shape.shape for name, shape in ours.items())
    assert {name: x.shape for name, x in other.published_shapes().items()} == {n: x.shape for n, x in ours.items()}
    assert all(shape.device.type == "meta" for shape in ours.values())


def test_names_convert_both_ways_without_loss() -> None:
    needed = {name: tensor for name, tensor in official().items() if not is_harmless(name)}
    hub = to_hub(needed)
    assert all(name.startswith(("model.", "bbox_embed.")) for name in hub)
    again = to_official(hub)
    assert again.keys() == needed.keys()
    assert all(torch.equal(again[name], needed[name]) for name in needed)
    modules = hub_to_modules(hub)
    assert modules.keys() != hub.keys()
    assert modules_to_hub(modules).keys() == hub.keys()


def test_packed_layers_are_query_key_value_from_top_to_bottom() -> None:
    packed = torch.arange(6.0)[:, None]
    hub = to_hub({"backbone.0.layers.1.blocks.0.attn.qkv.weight": packed})
    block = "model.backbone.conv_encoder.model.encoder.layers.1.blocks.0.attention.self."
    assert {name: part.flatten().tolist() for name, part in hub.items()} == {
        f"{block}query.weight": [0, 1],
        f"{block}key.weight": [2, 3],
        f"{block}value.weight": [4, 5],
    }
    del hub[f"{block}key.weight"]
    with pytest.raises(RuntimeError, match=r"missing .*\.key\.weight"):
        to_official(hub)


def test_hub_names_are_those_that_transformers_reads() -> None:
    from transformers import GroundingDinoForObjectDetection

    state = to_hub({name: tensor for name, tensor in official().items() if not is_harmless(name)})
    model, report = GroundingDinoForObjectDetection.from_pretrained(
        None, config=_config(Sizes(**SIZES)), state_dict=dict(state), output_loading_info=True
    )
    assert not report["unexpected_keys"]
    assert all("swin.layernorm" in name for name in report["missing_keys"])
    ours = detector(DETECTOR.name).model.state_dict()
    theirs = model.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours if "swin.layernorm" not in name)


def _official_file(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """With everything that the published file holds besides."""
    head = {name: tensor for name, tensor in state.items() if name.startswith("bbox_embed.0.")}
    copies = {
        f"{place}{name.replace('.0.', f'.{layer}.', 1)}": tensor.clone()
        for name, tensor in head.items()
        for place in ("", "transformer.decoder.")
        for layer in range(2)
    }
    extras = {
        "label_enc.weight": torch.zeros(5, 256),
        "bert.embeddings.position_ids": torch.arange(512)[None],
        "backbone.0.layers.0.blocks.0.attn.relative_position_index": torch.zeros(49, 49, dtype=torch.long),
    }
    return {f"module.{name}": tensor for name, tensor in (state | copies | extras).items()}


def _hub_file(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return to_hub({name: tensor for name, tensor in state.items() if "pooler" not in name})


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
@pytest.mark.parametrize("layout", [_official_file, _hub_file])
def test_all_layouts_give_the_same_network(
    spec: BackboneSpec, layout: Callable[[dict[str, Tensor]], dict[str, Tensor]]
) -> None:
    network = (GroundingDino if spec is DETECTOR else GroundingDinoPy)(**SIZES)
    network.load_published(layout(official()))
    network.eval().set_compute_dtype(torch.float32)
    found = network.detect(IMAGES[:1], DOG_AND_CAR)[0]
    expected = detector(spec.name).detect(IMAGES[:1], DOG_AND_CAR)[0]
    assert np.array_equal(found.boxes_N4, expected.boxes_N4)


@pytest.mark.parametrize("build", [GroundingDino, GroundingDinoPy])
@pytest.mark.parametrize("layout", [_official_file, _hub_file])
def test_wrong_files_are_refused_by_the_name_of_the_tensor(
    build: type[GroundingDino | GroundingDinoPy], layout: Callable[[dict[str, Tensor]], dict[str, Tensor]]
) -> None:
    with torch.device("meta"):
        network = build(**SIZES)
    whole = layout(official())
    name = next(name for name in whole if "norm2.bias" in name or "layernorm_after.bias" in name)
    plain = name.removeprefix("module.")
    with pytest.raises(RuntimeError, match=f"missing {plain}"):
        network.load_published({key: tensor for key, tensor in whole.items() if key != name})
    with pytest.raises(RuntimeError, match=r"unexpected extra\.weight"):
        network.load_published(whole | {"extra.weight": torch.zeros(1)})
    with pytest.raises(RuntimeError, match=rf"{plain} is \(1,\), not \(32,\)"):
        network.load_published(whole | {name: torch.zeros(1)})
    head = next(key for key in whole if first_of_repeats(key.removeprefix("module.")) == "bbox_embed.0.layers.0.bias")
    other = head.replace("bbox_embed.0", "bbox_embed.1")
    with pytest.raises(RuntimeError, match=r"bbox_embed\.1\.layers\.0\.bias differs from bbox_embed\.0"):
        network.load_published(whole | {other: torch.ones(256)})


def test_tables_that_no_file_holds_are_right_after_construction_on_the_meta_device() -> None:
    tables = dict(detector(DETECTOR.name).model.named_buffers())
    built = dict(GroundingDino(**SIZES).model.named_buffers())
    assert tables.keys() == built.keys()
    assert len(tables) == 3 + sum(SIZES["swin_depths"])  # type: ignore[call-overload]
    assert all(torch.equal(tables[name], built[name]) for name in built)


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "groundingdino.models.GroundingDINO", None)
    with pytest.raises(MissingError, match=r'pip install "s2vbench\[groundingdino\]"'):
        GroundingDinoPy(**SIZES)


def test_building_is_silent_and_leaves_the_package_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    GroundingDinoPy(**SIZES)
    from groundingdino.models.GroundingDINO import bertwarper, groundingdino
    from groundingdino.util import get_tokenlizer

    assert groundingdino.BertModelWarper is bertwarper.BertModelWarper
    assert groundingdino.get_tokenlizer is get_tokenlizer
    assert capsys.readouterr() == ("", "")


def test_the_package_takes_no_other_width() -> None:
    with pytest.raises(ValueError, match="256 numbers, not 32"):
        GroundingDinoPy(**SIZES | {"width": 32})
    with torch.device("meta"):
        assert GroundingDino(**SIZES | {"width": 32}).published_shapes()["feat_map.bias"].shape == (32,)
