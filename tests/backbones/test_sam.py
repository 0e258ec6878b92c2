from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from segment_anything.utils.transforms import ResizeLongestSide
from transformers.models.sam.modeling_sam import SamVisionSdpaAttention

from s2vbench.backbones import published_sam
from s2vbench.backbones.bank import Bank
from s2vbench.backbones.sam import Sam, network_input, scaled_boxes
from s2vbench.backbones.sam_attention import EncoderMlp, GlobalAttention
from s2vbench.backbones.sam_keys import to_official, to_transformers
from s2vbench.backbones.seeded import published_keys, seeded_state
from s2vbench.backbones.segment_anything import SegmentAnything
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import fill, resolve
from s2vbench.errors import InputError, MissingError
from tests.clips import noise
from tests.tiny_segmenter import SEGMENTER, SEGMENTER_OFFICIAL, boxes_in, pictures

BOTH = [SEGMENTER, SEGMENTER_OFFICIAL]


def network(spec: BackboneSpec, precision: str = "fp32") -> Sam:
    found: Sam = Bank(
        resolve([spec], "seeded:3", allow_unverified=False),
        precision=precision,  # type: ignore[arg-type]
    ).network(spec.name)
    return found


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


@contextmanager
def encoder_calls(segmenter: torch.nn.Module) -> Iterator[list[int]]:
    """The number of images of each call of the image encoder."""
    inner = segmenter.network
    encoder = inner.vision_encoder if isinstance(segmenter, Sam) else inner.image_encoder
    calls: list[int] = []
    hook = encoder.register_forward_pre_hook(lambda _, inputs: calls.append(len(inputs[0])))
    yield calls
    hook.remove()


# Names


@pytest.mark.parametrize("spec", BOTH)
def test_names_survive_the_way_to_transformers_and_back(spec: BackboneSpec) -> None:
    official = seeded_state(SegmentAnything(**spec.options), spec, 3)  # type: ignore[arg-type]
    theirs = to_transformers(official)
    assert set(theirs) == set(Sam(**spec.options).network.state_dict())  # type: ignore[arg-type]
    back = to_official(theirs)
    assert back.keys() == official.keys()
    assert all(back[key] is official[key] for key in official)
    assert to_official(official) == official


@pytest.mark.parametrize("architecture", ["vit_b", "vit_l", "vit_h"])
def test_our_published_keys_and_shapes_are_the_packages_own(architecture: str) -> None:
    with torch.device("meta"):
        ours, theirs = Sam(architecture), SegmentAnything(architecture)
    expected = {key: value.shape for key, value in theirs.network.state_dict().items()}
    assert {key: value.shape for key, value in published_keys(ours).items()} == expected
    assert {key: value.shape for key, value in published_keys(theirs).items()} == expected
    millions = {"vit_b": 93.7, "vit_l": 312.3, "vit_h": 641.1}[architecture]
    assert sum(shape.numel() for shape in expected.values()) == pytest.approx(millions * 1e6, rel=1e-3)


@pytest.mark.parametrize("spec", BOTH)
def test_a_missing_and_an_unexpected_key_are_named(spec: BackboneSpec) -> None:
    for rename in (dict, to_transformers):
        segmenter = network(spec)
        state = rename(seeded_state(segmenter, spec, 3))
        state["extra.weight"] = state.pop("mask_decoder.iou_token.weight")
        with pytest.raises(InputError, match=r"missing mask_decoder\.iou_token\.weight; unexpected extra\.weight"):
            fill(segmenter, state, name="sam.pth")


@pytest.mark.parametrize("spec", BOTH)
def test_a_wrong_shape_is_named(spec: BackboneSpec) -> None:
    segmenter = network(spec)
    state = seeded_state(segmenter, spec, 3)
    state["image_encoder.neck.1.weight"] = torch.ones(5)
    with pytest.raises(InputError, match="another network"):
        fill(segmenter, state, name="sam.pth")


def test_a_weight_given_under_both_names_is_refused() -> None:
    state = to_transformers(seeded_state(network(SEGMENTER), SEGMENTER, 3))
    state["image_encoder.pos_embed"] = state["vision_encoder.pos_embed"]
    with pytest.raises(InputError, match=r"image_encoder\.pos_embed"):
        fill(Sam(**SEGMENTER.options), state, name="sam.pth")  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", BOTH)
def test_a_file_in_transformers_names_gives_the_same_masks(spec: BackboneSpec) -> None:
    expected, segmenter = network(spec), network(spec)
    state = to_transformers(seeded_state(segmenter, spec, 3))
    # Files on the hub may hold the shared frequencies under one of their two names.
    del state["prompt_encoder.shared_embedding.positional_embedding"]
    fill(segmenter, state, name="model.safetensors")
    image = pictures()[0]
    a, b = (s.segment([image], [boxes_in(image)])[0] for s in (expected, segmenter))
    assert np.array_equal(a.masks_NHW, b.masks_NHW)
    assert np.array_equal(a.quality_N, b.quality_N)


# Arithmetic


@pytest.mark.parametrize("size", [(512, 896), (97, 61), (1080, 1920), (3, 700), (256, 256)])
def test_the_input_is_segment_anythings_to_the_bit(size: tuple[int, int]) -> None:
    image = noise(1, *size)[0]
    theirs = SegmentAnything(**SEGMENTER.options).network  # type: ignore[arg-type]
    resized = ResizeLongestSide(256).apply_image(image)
    expected = theirs.preprocess(torch.as_tensor(resized).permute(2, 0, 1).contiguous()[None])[0]
    assert torch.equal(network_input(image, 256), expected)
    boxes_N4 = boxes_in(image)
    expected_N4 = torch.from_numpy(ResizeLongestSide(256).apply_boxes(boxes_N4, size)).float()
    assert np.array_equal(scaled_boxes(boxes_N4, *size, 256), expected_N4.numpy())


@torch.inference_mode()
def test_both_implementations_agree() -> None:
    ours, theirs = network(SEGMENTER), network(SEGMENTER_OFFICIAL)
    images = pictures()
    embeddings = ours.encode(images)
    predictor = theirs.predictor()
    for image, embedding in zip(images, embeddings, strict=True):
        predictor.set_image(image)
        expected = predictor.get_image_embedding()[0]
        assert (embedding - expected).abs().max() <= 1e-5 * expected.abs().max()
    boxes = [boxes_in(image) for image in images]
    for a, b in zip(ours.segment(images, boxes), theirs.segment(images, boxes), strict=True):
        assert np.abs(a.quality_N - b.quality_N).max() <= 1e-5
        assert (a.masks_NHW != b.masks_NHW).mean() <= 1e-4
        assert min(map(iou, a.masks_NHW, b.masks_NHW)) >= 0.999


@torch.inference_mode()
def test_exchanged_classes_compute_what_the_library_does() -> None:
    ours = network(SEGMENTER)
    classes = {type(module) for module in ours.network.vision_encoder.modules()}
    assert {GlobalAttention, EncoderMlp, SamVisionSdpaAttention} <= classes
    library = Sam(**SEGMENTER.options).eval()  # type: ignore[arg-type]
    library.network.load_state_dict(ours.network.state_dict())
    assert GlobalAttention not in {type(module) for module in library.modules()}
    images = pictures()
    expected = library.encode(images)
    assert (ours.encode(images) - expected).abs().max() <= 1e-5 * expected.abs().max()
    # Several chunks of rows, more columns than rows, and two images at once.
    layer = ours.network.vision_encoder.layers[1].attn
    layer.rel_pos_h = torch.nn.Parameter(torch.randn(2 * 20 - 1, 16, generator=torch.Generator().manual_seed(1)))
    layer.rel_pos_w = torch.nn.Parameter(torch.randn(2 * 45 - 1, 16, generator=torch.Generator().manual_seed(2)))
    x = torch.randn(2, 20, 45, 32, generator=torch.Generator().manual_seed(0))
    expected = SamVisionSdpaAttention.forward(layer, x)[0]
    assert (layer(x)[0] - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_autograd_still_passes_through_the_encoder() -> None:
    encoder = network(SEGMENTER).network.vision_encoder
    x = torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(0), requires_grad=True)
    encoder(x).last_hidden_state.sum().backward()
    assert x.grad is not None
    assert x.grad.abs().max() > 0


def test_bf16_reaches_the_encoders_products_only() -> None:
    image = pictures()[0]
    for spec in BOTH:
        exact, rounded = network(spec), network(spec, "bf16")
        changed = {key for key, value in rounded.state_dict().items() if value.dtype != torch.float32}
        assert changed
        assert all("layers." in key or "blocks." in key for key in changed)
        assert not any("norm" in key or "decoder" in key or "prompt" in key for key in changed)
        a, b = (segmenter.segment([image], [boxes_in(image)])[0] for segmenter in (exact, rounded))
        assert b.quality_N.dtype == np.float32
        assert not np.array_equal(a.quality_N, b.quality_N)
        assert np.abs(a.quality_N - b.quality_N).max() < 0.02
        assert min(map(iou, a.masks_NHW, b.masks_NHW)) > 0.95


# Images and boxes


@pytest.mark.parametrize("spec", BOTH)
def test_random_weights_draw_masks_that_follow_image_and_box(spec: BackboneSpec) -> None:
    images = pictures()
    answers = network(spec).segment(images, [boxes_in(image) for image in images])
    for image, segments in zip(images, answers, strict=True):
        assert segments.masks_NHW.shape == (3, *image.shape[:2])
        assert segments.masks_NHW.dtype == np.bool_
        assert segments.quality_N.dtype == np.float32
        shares = segments.masks_NHW.mean(axis=(1, 2))
        assert (shares > 0.01).all()
        assert (shares < 0.99).all()
        assert iou(segments.masks_NHW[0], segments.masks_NHW[1]) < 0.99


@pytest.mark.parametrize("spec", BOTH)
def test_masks_do_not_depend_on_the_other_images(spec: BackboneSpec) -> None:
    segmenter = network(spec)
    images = pictures() * 3
    boxes = [boxes_in(image, seed=index) for index, image in enumerate(images)]
    together = segmenter.segment(images, boxes)
    for image, boxes_N4, expected in zip(images, boxes, together, strict=True):
        alone = segmenter.segment([image], [boxes_N4])[0]
        assert np.array_equal(alone.masks_NHW, expected.masks_NHW)
        assert np.array_equal(alone.quality_N, expected.quality_N)


@pytest.mark.parametrize("spec", BOTH)
def test_masks_do_not_depend_on_the_other_boxes(spec: BackboneSpec) -> None:
    segmenter = network(spec)
    image = pictures()[0]
    boxes_N4 = boxes_in(image, count=19)
    together = segmenter.segment([image], [boxes_N4])[0]
    assert together.masks_NHW.shape == (19, 128, 224)
    for index in (0, 15, 16, 18):
        alone = segmenter.segment([image], [boxes_N4[index : index + 1]])[0]
        assert abs(alone.quality_N[0] - together.quality_N[index]) <= 1e-5
        assert iou(alone.masks_NHW[0], together.masks_NHW[index]) >= 0.999


@pytest.mark.parametrize("spec", BOTH)
def test_the_encoder_runs_once_for_an_image_with_boxes_and_never_without(spec: BackboneSpec) -> None:
    segmenter = network(spec)
    images = pictures() * 2
    boxes = [boxes_in(image, count) for image, count in zip(images, (0, 3, 1, 0, 20, 0), strict=True)]
    with encoder_calls(segmenter) as calls:
        answers = segmenter.segment(images, boxes)
    assert calls == [1, 1, 1]
    assert [len(segments.masks_NHW) for segments in answers] == [0, 3, 1, 0, 20, 0]
    assert [len(segments.quality_N) for segments in answers] == [0, 3, 1, 0, 20, 0]
    assert answers[0].masks_NHW.shape == (0, 128, 224)
    with encoder_calls(segmenter) as calls:
        segmenter.segment(images, [np.zeros((0, 4), np.float32)] * 6)
        assert segmenter.segment([], []) == []
    assert calls == []


@pytest.mark.parametrize("spec", BOTH)
def test_boxes_without_area_or_beyond_the_image_are_answered(spec: BackboneSpec) -> None:
    image = pictures()[0]
    boxes_N4 = np.array(
        [[50, 50, 50, 50], [10, 90, 60, 90], [-80, -40, 900, 700], [400, 300, 500, 380], [90, 80, 20, 10]], np.float32
    )
    segments = network(spec).segment([image], [boxes_N4])[0]
    assert segments.masks_NHW.shape == (5, 128, 224)
    assert np.isfinite(segments.quality_N).all()


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 640), (700, 2)])
def test_very_small_and_very_long_images_are_answered_alike(size: tuple[int, int]) -> None:
    image = noise(1, *size)[0]
    boxes_N4 = np.array([[0, 0, size[1], size[0]]], np.float32)
    a, b = (network(spec).segment([image], [boxes_N4])[0] for spec in BOTH)
    assert a.masks_NHW.shape == b.masks_NHW.shape == (1, *size)
    assert np.array_equal(a.masks_NHW, b.masks_NHW)
    assert a.quality_N == pytest.approx(b.quality_N, abs=1e-5)


def test_a_box_list_of_another_length_is_a_mistake_of_the_caller() -> None:
    image = pictures()[0]
    with pytest.raises(ValueError, match="zip"):
        network(SEGMENTER).segment([image, image], [boxes_in(image)])


# Specs


def test_without_the_package_the_message_carries_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segment_anything", None)
    with pytest.raises(MissingError, match=r'pip install "s2vbench\[segment-anything\]"'):
        SegmentAnything("vit_b")


def test_both_implementations_take_the_same_files() -> None:
    for size in ("H", "L", "B"):
        ours = getattr(published_sam, f"SAM_VIT_{size}")
        theirs = getattr(published_sam, f"SAM_VIT_{size}_OFFICIAL")
        assert ours.role == theirs.role == "segmenter"
        assert replace(theirs, name=ours.name, build=ours.build, source=ours.source) == ours
        assert ours.url.endswith(ours.file)
        assert ours.file.startswith(ours.name)
        assert len(ours.sha256) == 64
