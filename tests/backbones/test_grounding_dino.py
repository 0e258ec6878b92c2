from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from s2vbench.backbones.captions import END, FULL_STOP, QUESTION_MARK, START, caption_of
from s2vbench.backbones.fast_linear import FastLinear
from s2vbench.backbones.grounding_dino import GroundingDino
from s2vbench.backbones.grounding_dino_input import Sizes, cells_of, pixels_of, resized_shape
from s2vbench.backbones.groundingdino_py import GroundingDinoPy
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import InputError
from tests.clips import noise
from tests.detectors import BOTH, DOG_AND_CAR, IMAGES, assert_same, detector, fresh, nearest
from tests.tiny_detector import DETECTOR, DETECTOR_PY, SIZES

# Input


@pytest.mark.parametrize("shape", [(512, 896), (480, 832), (896, 512), (600, 600), (333, 1000), (120, 90), (800, 801)])
def test_pixels_are_those_of_groundingdino_py(shape: tuple[int, int]) -> None:
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


@pytest.mark.parametrize("spec", BOTH, ids=lambda spec: spec.name)
def test_images_down_to_a_cell_for_each_query_work_and_narrower_ones_are_an_error(spec: BackboneSpec) -> None:
    network = detector(spec.name)
    shapes = [(height, 320) for height in range(2, 64) if cells_of(*resized_shape(height, 320, network.sizes)) >= 60]
    narrowest = shapes[0]
    assert cells_of(*resized_shape(narrowest[0] - 1, 320, network.sizes)) < 60
    assert len(network.detect([noise(1, *narrowest)[0]], ["a dog"])[0].scores_N) == 60
    with pytest.raises(InputError, match="image of 320x2 pixels is too narrow"):
        network.detect([noise(1, 2, 320)[0]], ["a dog"])


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
