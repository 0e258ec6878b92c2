from __future__ import annotations

import copy
from dataclasses import replace

import open_clip
import pytest
import timm
import torch

from s2vbench.backbones import published
from s2vbench.backbones.bank import Bank
from s2vbench.backbones.fast_blocks import speed_up
from s2vbench.backbones.fast_linear import FastLinear, linear
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.backbones.weights import resolve
from tests import tiny
from tests.clips import noise


def network(spec: BackboneSpec, precision: str = "fp32") -> torch.nn.Module:
    found: torch.nn.Module = Bank(
        resolve([spec], "seeded:3", allow_unverified=False),
        precision=precision,  # type: ignore[arg-type]
    ).network(spec.name)
    return found


@pytest.mark.parametrize("spec", [tiny.DINO, tiny.CLIP])
def test_features_do_not_depend_on_the_batch(spec: BackboneSpec) -> None:
    bank = Bank(resolve([spec], "seeded:3", allow_unverified=False))
    frames = noise(7, 224, 300)
    together = bank.encode_frames(spec.name, bank.window(frames))
    for index in range(7):
        alone = bank.encode_frames(spec.name, bank.window(frames[index : index + 1]))[0]
        assert abs(together[index] - alone).max() <= 1e-6 * abs(together).max()


@torch.inference_mode()
def test_exchanged_classes_compute_what_the_libraries_do() -> None:
    generator = torch.Generator().manual_seed(0)
    clip_sizes = {name: value for name, value in tiny.CLIP.options.items() if name != "architecture"}
    for original in (
        timm.create_model("vit_base_patch16_224.dino", **tiny.DINO.options).eval(),
        open_clip.CLIP(**(open_clip.get_model_config("ViT-B-32-quickgelu") | clip_sizes)).visual.eval(),
    ):
        x = torch.randn(3, 3, 224, 224, generator=generator)
        fast = copy.deepcopy(original)
        speed_up(fast)
        exchanged = {type(module).__name__ for module in fast.modules()}
        assert exchanged & {"PatchMlp", "QuickGeluMlp"}
        assert exchanged & {"PatchAttention", "SelfAttention"}
        expected = original(x)
        assert (fast(x) - expected).abs().max() <= 2e-6 * expected.abs().max()
        assert list(fast.state_dict()) == list(original.state_dict())


def test_fast_linear_equals_linear_with_and_without_autograd() -> None:
    generator = torch.Generator().manual_seed(0)
    x, weight, bias = (torch.randn(*shape, generator=generator) for shape in ((2, 5, 16), (8, 16), (8,)))
    expected = torch.nn.functional.linear(x, weight, bias)
    with torch.inference_mode():
        assert torch.allclose(linear(x, weight, bias), expected, atol=1e-6)
        assert torch.allclose(linear(x, weight, bias, gelu=True), torch.nn.functional.gelu(expected), atol=1e-6)
    layer = FastLinear(16, 8)
    layer(x.requires_grad_()).sum().backward()
    assert layer.weight.grad is not None


def test_the_position_table_is_left_alone_only_for_square_frames_of_the_trained_size() -> None:
    vit = network(tiny.DINO)
    trained = vit.vit.pos_embed
    assert torch.equal(vit.position_table(224, 224), trained)
    # 224 x 230 has the trained number of patches but is not square; the original code resamples it.
    assert vit.position_table(224, 230).shape == trained.shape
    assert not torch.equal(vit.position_table(224, 230), trained)
    assert vit.position_table(224, 398).shape[1] == 1 + 14 * 24


@pytest.mark.parametrize("spec", [tiny.DINO, tiny.CLIP, tiny.CLIP_LARGE])
def test_bf16_stays_near_fp32(spec: BackboneSpec) -> None:
    x = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        exact, rounded = network(spec)(x), network(spec, "bf16")(x)
    assert rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    assert torch.nn.functional.cosine_similarity(exact, rounded).min() > 0.999


def test_quick_gelu_is_used() -> None:
    visual = network(replace(published.CLIP_VIT_B32, options=tiny.CLIP.options)).visual
    assert "QuickGeluMlp" in {type(module).__name__ for module in visual.modules()}
    assert "GELU" not in {type(module).__name__ for module in visual.modules()}
