from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from s2vbench.backbones.captions import END, FULL_STOP, QUESTION_MARK, START, caption_of
from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.backbones.grounding_dino import GroundingDino, _config
from s2vbench.backbones.grounding_dino_input import Sizes, pixels_of, resized_shape
from s2vbench.backbones.grounding_dino_keys import (
    first_of_repeats,
    hub_to_modules,
    is_harmless,
    modules_to_hub,
    to_hub,
    to_official,
)
from s2vbench.backbones.groundingdino_py import GroundingDinoPy
from s2vbench.backbones.precision import DTYPES, Precision
from s2vbench.backbones.protocols import Detections
from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import load_network, resolve
from s2vbench.errors import InputError, MissingError
from s2vbench.types import FramesU8
from tests.clips import noise, scene
from tests.tiny_detector import DETECTOR, DETECTOR_PY, SIZES

BOTH = [DETECTOR, DETECTOR_PY]
DOG_AND_CAR = ["a dog", "red car"]
IMAGES: list[FramesU8] = [scene(128, 224), noise(1, 200, 160)[0], noise(1, 128, 224, seed=1)[0]]


def fresh(spec: BackboneSpec, precision: Precision = "fp32", seed: int = 3) -> GroundingDino | GroundingDinoPy:
    weights = resolve([spec], f"seeded:{seed}", allow_unverified=False)[spec.name]
    return load_network(weights, torch.device("cpu"), DTYPES[precision])  # type: ignore[return-value]


@cache
def detector(name: str, precision: Precision = "fp32", seed: int = 3) -> GroundingDino | GroundingDinoPy:
    return fresh(next(spec for spec in BOTH if spec.name == name), precision, seed)


@cache
def official() -> dict[str, Tensor]:
    with torch.device("meta"):
        network = GroundingDino(**SIZES)
    return seeded_state(network, DETECTOR, 3)


def nearest(a: Detections, b: Detections) -> tuple[np.ndarray, np.ndarray]:
    """For each query of `a` the distance in pixels and in score to the query of `b` that is most like it.

    Queries of nearly equal first-stage scores may change places, so places are not compared.
    """
    box_NN = abs(a.boxes_N4[:, None] - b.boxes_N4).max(axis=2)
    score_NN = abs(a.phrase_scores_NP[:, None] - b.phrase_scores_NP).max(axis=2)
    best_N = (box_NN + 100 * score_NN).argmin(axis=1)
    rows = np.arange(len(best_N))
    return box_NN[rows, best_N], score_NN[rows, best_N]


def assert_same(found: Sequence[Detections], expected: Sequence[Detections], *, px: float, score: float) -> None:
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        boxes, scores = nearest(a, b)
        assert boxes.max() <= px
        assert scores.max() <= score
        assert abs(np.sort(a.scores_N) - np.sort(b.scores_N)).max() <= score


# Names and files


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


# Input


@pytest.mark.parametrize("shape", [(512, 896), (480, 832), (896, 512), (600, 600), (333, 1000), (120, 90), (800, 801)])
def test_pixels_are_those_of_groundingdino_py(shape: tuple[int, int], recwarn: pytest.WarningsRecorder) -> None:
    GroundingDinoPy(**SIZES)  # The first import of the package warns; see the adaptor.
    from groundingdino.datasets import transforms
    from PIL import Image

    image = noise(1, *shape)[0]
    recipe = transforms.Compose(
        [
            transforms.RandomResize([800], max_size=1333),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    expected, _ = recipe(Image.fromarray(image), None)
    assert torch.equal(pixels_of(image, Sizes()), expected)


def test_pixels_are_those_of_transformers_where_both_round_alike() -> None:
    from transformers.models.grounding_dino.image_processing_pil_grounding_dino import GroundingDinoImageProcessorPil

    image = noise(1, 512, 896)[0]
    expected = GroundingDinoImageProcessorPil()(image, return_tensors="pt")["pixel_values"][0]
    assert expected.shape == (3, 762, 1333)
    assert (pixels_of(image, Sizes()) - expected).abs().max() <= 1e-6


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (1, 1)])
def test_any_shape_has_a_size(shape: tuple[int, int]) -> None:
    assert min(resized_shape(*shape, Sizes())) >= 1


# Answers


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_both_backends_find_the_same(seed: int) -> None:
    found, expected = (detector(spec.name, seed=seed).detect(IMAGES, DOG_AND_CAR) for spec in BOTH)
    assert_same(found, expected, px=1e-3, score=2e-5)


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_every_query_is_returned_in_pixels_of_its_own_image(spec: BackboneSpec) -> None:
    network = detector(spec.name)
    found = network.detect(IMAGES, DOG_AND_CAR)
    pixels = pixels_of(IMAGES[1], network.sizes)[None]
    with torch.inference_mode():
        logits, boxes = network.answer(pixels, caption_of(DOG_AND_CAR))
    centre, size = boxes[0].numpy()[:, :2], boxes[0].numpy()[:, 2:]
    scale = np.array([160, 200, 160, 200])
    assert found[1].boxes_N4 == pytest.approx(np.hstack([centre - size / 2, centre + size / 2]) * scale, abs=1e-4)
    assert found[1].scores_N == pytest.approx(logits[0].sigmoid().max(dim=1)[0].numpy(), abs=1e-6)
    # [CLS] a dog . red car . [SEP]
    assert found[1].phrase_scores_NP[:, 1] == pytest.approx(logits[0, :, 4:6].sigmoid().max(dim=1)[0].numpy(), abs=1e-6)
    for detections in found:
        assert detections.boxes_N4.shape == (60, 4)
        assert detections.phrase_scores_NP.shape == (60, 2)
        assert {a.dtype for a in vars(detections).values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_answers_do_not_depend_on_the_batch(spec: BackboneSpec) -> None:
    network = copy.copy(detector(spec.name))
    together = network.detect(IMAGES, DOG_AND_CAR)
    for image, expected in zip(IMAGES, together, strict=True):
        alone = network.detect([image], DOG_AND_CAR)[0]
        assert np.array_equal(alone.boxes_N4, expected.boxes_N4)
        assert np.array_equal(alone.phrase_scores_NP, expected.phrase_scores_NP)
    network.batch = 2
    assert_same(network.detect(IMAGES, DOG_AND_CAR), together, px=1e-3, score=2e-5)
    assert network.detect([], DOG_AND_CAR) == []


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_the_same_seed_gives_the_same_bits(spec: BackboneSpec) -> None:
    first, second, other = (
        network.detect(IMAGES[:1], ["a dog"])[0]
        for network in (detector(spec.name), fresh(spec), detector(spec.name, seed=4))
    )
    assert np.array_equal(first.boxes_N4, second.boxes_N4)
    assert np.array_equal(first.scores_N, second.scores_N)
    assert abs(first.boxes_N4 - other.boxes_N4).max() > 1


def test_columns_follow_the_phrases_as_given() -> None:
    network = detector(DETECTOR.name)
    forth, back, alone, twice = (
        network.detect(IMAGES[:1], phrases)[0]
        for phrases in (DOG_AND_CAR, DOG_AND_CAR[::-1], ["a dog"], ["a dog", "A dog."])
    )
    assert_same([replace(back, phrase_scores_NP=back.phrase_scores_NP[:, ::-1])], [forth], px=1e-3, score=2e-5)
    assert np.array_equal(twice.phrase_scores_NP, np.repeat(alone.phrase_scores_NP, 2, axis=1))


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_random_scores_and_boxes_are_spread(spec: BackboneSpec) -> None:
    found = detector(spec.name).detect(IMAGES, DOG_AND_CAR)
    scores = np.concatenate([detections.scores_N for detections in found])
    assert scores.max() < 0.995
    assert np.ptp(scores) > 0.5
    assert min(detections.phrase_scores_NP.min() for detections in found) < 0.1
    sides = np.concatenate([detections.boxes_N4[:, 2:] - detections.boxes_N4[:, :2] for detections in found])
    assert sides.min() > 0
    assert (sides.max(axis=0) > 5 * sides.min(axis=0)).all()


# Precision and speed


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_bf16_finds_nearly_the_same_and_leaves_the_weights_alone(spec: BackboneSpec) -> None:
    network = detector(spec.name, "bf16")
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}
    for found, exact in zip(
        network.detect(IMAGES, DOG_AND_CAR), detector(spec.name).detect(IMAGES, DOG_AND_CAR), strict=True
    ):
        assert np.isfinite(found.boxes_N4).all()
        assert found.boxes_N4.dtype == np.float32
        assert not np.array_equal(found.boxes_N4, exact.boxes_N4)
        boxes, scores = nearest(found, exact)
        assert np.median(boxes) < 0.5
        assert np.median(scores) < 0.03


def test_onednn_products_replace_linear_layers_in_float32_only() -> None:
    network = fresh(DETECTOR)
    fast = network.detect(IMAGES, DOG_AND_CAR)
    kinds = {type(module) for module in network.modules()}
    assert FastLinear in kinds
    assert nn.Linear not in kinds
    network.set_compute_dtype(torch.bfloat16)
    assert FastLinear not in {type(module) for module in network.modules()}
    # The same layers as transformers made them, in float32.
    network.compute_dtype = torch.float32
    assert_same(network.detect(IMAGES, DOG_AND_CAR), fast, px=1e-3, score=2e-5)


# What goes wrong without a word


def test_the_text_encoder_refuses_eager_attention() -> None:
    network = fresh(DETECTOR)
    assert isinstance(network, GroundingDino)
    caption, pixels = caption_of(DOG_AND_CAR), pixels_of(IMAGES[0], network.sizes)[None]
    with torch.inference_mode():
        right = network.answer(pixels, caption)[0]
        network.model.model.text_backbone.set_attn_implementation("eager")
        wrong = network.answer(pixels, caption)[0]
    shown = slice(len(caption.token_ids))
    assert (right - wrong)[..., shown].abs().max() > 0.1
    with pytest.raises(ValueError, match="needs sdpa attention, not eager"):
        network.detect(IMAGES, DOG_AND_CAR)


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_as_many_phrases_as_images_are_still_all_looked_for_in_each(spec: BackboneSpec) -> None:
    network = copy.copy(detector(spec.name))
    network.batch = 2
    pair = [IMAGES[0], IMAGES[2]]
    found = network.detect(pair, DOG_AND_CAR)
    assert [detections.phrase_scores_NP.shape for detections in found] == [(60, 2), (60, 2)]
    assert_same(found, [network.detect([image], DOG_AND_CAR)[0] for image in pair], px=1e-3, score=2e-5)


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_no_threshold_hides_a_query(spec: BackboneSpec) -> None:
    # transformers' own post-processing drops scores below 0.25.
    detections = detector(spec.name, seed=3).detect(IMAGES, ["red car"])
    assert min(found.phrase_scores_NP.min() for found in detections) < 0.25
    assert {len(found.scores_N) for found in detections} == {60}


def test_both_networks_end_phrases_at_the_tokens_of_the_caption() -> None:
    stops = [START, END, FULL_STOP, QUESTION_MARK]
    assert detector(DETECTOR.name).model.model.special_tokens.tolist() == stops
    assert detector(DETECTOR_PY.name).model.specical_tokens == stops


@pytest.mark.parametrize("build", [GroundingDino, GroundingDinoPy])
def test_one_decoder_layer_is_refused(build: type[GroundingDino | GroundingDinoPy]) -> None:
    with pytest.raises(ValueError, match="at least 2 decoder layers, got 1"):
        build(**SIZES | {"decoder_layers": 1})


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_cast_weights_are_refused(spec: BackboneSpec, dtype: torch.dtype) -> None:
    network = fresh(spec).to(dtype)
    with pytest.raises(ValueError, match=f"keeps float32 weights, found {dtype}"):
        network.detect(IMAGES, DOG_AND_CAR)
    with pytest.raises(ValueError, match=r"not in torch\.float16"):
        network.set_compute_dtype(torch.float16)


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_phrases_that_cannot_be_looked_for_are_the_callers_error(spec: BackboneSpec) -> None:
    with pytest.raises(InputError, match="names nothing"):
        detector(spec.name).detect(IMAGES, ["a dog", " . "])
    with pytest.raises(InputError, match="at least one phrase"):
        detector(spec.name).detect(IMAGES, [])


# The second backend


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
