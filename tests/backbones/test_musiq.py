"""MUSIQ: equal to the official network on the same weights, and the invariants its shortcuts rest on."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from s2vbench.backbones import musiq
from s2vbench.backbones.musiq import EncoderBlock, HashedPositions, Musiq, cut_patches
from s2vbench.backbones.musiq_patches import GroupNorm, StandardisedConv2d, standardise

PARITY_CASES = ("real_292x512", "real_120x200", "noise_512x288", "noise_300x300")


@pytest.fixture(scope="module")
def published(seeded: ModuleType) -> Musiq:
    with torch.device("meta"):
        network = Musiq().eval()
    network.load_state_dict(seeded.seeded_state(seeded.load_layout("musiq_spaq"), 20261120), assign=True)
    return network


@pytest.fixture(scope="module")
def cases(seeded: ModuleType, shared: Path) -> dict[str, tuple[Tensor, Tensor]]:
    """Input and official score by name."""
    with np.load(shared / "parity" / "backbones" / "musiq_spaq.npz") as npz:
        names = json.loads(str(npz["meta"]))["inputs"]
        return {name: (seeded.case_input(npz, name), torch.from_numpy(npz[f"out_{name}"])[:, 0]) for name in names}


def miniature(seed: int = 0, **changes: int) -> Musiq:
    """A real network, small; weights large enough that every part of it moves the score."""
    torch.manual_seed(seed)
    sizes = {"hidden": 24, "layers": 2, "heads": 3, "mlp": 40, "channels": 8, "groups": 4}
    network = Musiq(**(sizes | changes), longer_sides=(64, 96)).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "emb" in name or "cls" in name or "bias" in name:
                parameter.copy_(0.5 * torch.randn_like(parameter))
    return network


def images(*shape: int, seed: int = 1) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def relative(result: Tensor, reference: Tensor) -> float:
    return float((result - reference).abs().max() / reference.abs().max())


@pytest.mark.parametrize("name", PARITY_CASES)
def test_scores_equal_the_official_ones(published: Musiq, cases: dict[str, tuple[Tensor, Tensor]], name: str) -> None:
    image_1CHW, official_1 = cases[name]
    with torch.inference_mode():
        assert relative(published(image_1CHW), official_1) < 3e-6


def test_every_parity_case_is_tested(cases: dict[str, tuple[Tensor, Tensor]]) -> None:
    assert sorted(cases) == sorted(PARITY_CASES)


def test_bfloat16_moves_scores_by_less_than_a_fifth_of_a_point(
    published: Musiq, cases: dict[str, tuple[Tensor, Tensor]]
) -> None:
    network = copy.deepcopy(published)
    network.set_compute_dtype(torch.bfloat16)
    image_1CHW, official_1 = cases["real_120x200"]
    with torch.inference_mode():
        difference = abs(float(network(image_1CHW) - official_1))
    assert 0 < difference <= 0.2


def test_keys_and_shapes_are_the_published_ones(seeded: ModuleType) -> None:
    layout = seeded.load_layout("musiq_spaq")
    with torch.device("meta"):
        state = Musiq().state_dict()
    assert {key: list(value.shape) for key, value in state.items()} == {
        key: entry["shape"] for key, entry in layout.items() if key != "_file"
    }
    assert len(state) == 248


def test_dropping_padded_tokens_equals_masking_them() -> None:
    network, tokens_NTC = miniature(), images(2, 7, 24)
    encoder, real, padded = network.transformer_encoder, 1 + 7, 5
    x_NTC = torch.cat([encoder.cls.expand(2, -1, -1), tokens_NTC, 9 * images(2, padded, 24, seed=2)], dim=1)
    kept_T = torch.arange(real + padded) < real
    penalty_TT = torch.where(kept_T[:, None] & kept_T, 0.0, -1000.0)
    with torch.no_grad():
        for block in encoder.transformer.values():
            assert isinstance(block, EncoderBlock)
            y_NTC, attention = block.norm1(x_NTC), block.attention
            q, k, v = (
                dense(y_NTC).view(2, real + padded, 3, 8).transpose(1, 2)
                for dense in (attention.query, attention.key, attention.value)
            )
            mixed_NHTD = torch.softmax(q @ k.mT / 8**0.5 + penalty_TT, dim=-1) @ v
            x_NTC = x_NTC + attention.out(mixed_NHTD.transpose(1, 2).flatten(2))
            x_NTC = x_NTC + block.mlp(block.norm2(x_NTC))
        masked_NC = encoder.encoder_norm(x_NTC[:, 0])
        assert relative(encoder(tokens_NTC), masked_NC) < 1e-6


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_score_does_not_depend_on_the_batch(dtype: torch.dtype) -> None:
    network, batch_NCHW = miniature(), images(5, 3, 70, 100)
    network.set_compute_dtype(dtype)
    with torch.inference_mode():
        alone_N = torch.cat([network(image_CHW[None]) for image_CHW in batch_NCHW])
        assert relative(network(batch_NCHW), alone_N) < 1e-6
        assert alone_N.dtype == torch.float32
        assert len(set(alone_N.tolist())) == 5


def test_a_score_does_not_depend_on_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    network, batch_NCHW = miniature(), images(2, 3, 70, 100)
    with torch.inference_mode():
        whole_N = network(batch_NCHW)
        monkeypatch.setattr(musiq, "PATCHES_PER_CHUNK_CPU", 3)
        assert relative(network(batch_NCHW), whole_N) < 1e-6


def test_inference_equals_the_differentiable_path() -> None:
    network, batch_NCHW = miniature(), images(2, 3, 40, 50)
    scores_N = network(batch_NCHW)
    scores_N.sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    with torch.inference_mode():
        assert relative(network(batch_NCHW), scores_N.detach()) < 1e-6


@pytest.mark.parametrize(
    ("height", "width", "tokens"),
    [(33, 200, 2 + 3 + 2 * 7), (8, 8, 4 + 9 + 1), (32, 32, 4 + 9 + 1), (1, 64, 2 + 3 + 2), (100, 70, 4 + 9 + 4 * 3)],
)
def test_any_size_has_a_finite_score(height: int, width: int, tokens: int) -> None:
    network, image_1CHW = miniature(), images(1, 3, height, width)
    with torch.inference_mode():
        assert network.embed(image_1CHW).shape == (1, tokens, 24)
        assert torch.isfinite(network(image_1CHW)).all()


def test_a_batch_of_no_images_has_no_scores() -> None:
    with torch.inference_mode():
        assert miniature()(torch.empty(0, 3, 40, 40)).shape == (0,)


def test_a_side_that_vanishes_is_refused() -> None:
    with pytest.raises(ValueError, match="1 x 200 pixels loses its shorter side when resized to 64"):
        miniature()(images(1, 3, 1, 200))


@pytest.mark.parametrize(
    "wrong", [torch.zeros(1, 3, 40, 40, dtype=torch.uint8), torch.zeros(3, 40, 40), torch.zeros(1, 1, 40, 40)]
)
def test_other_inputs_are_refused_with_their_shape(wrong: Tensor) -> None:
    with pytest.raises(ValueError, match=r"want floating-point images \(N, 3, H, W\).*40, 40\)"):
        miniature()(wrong)


def test_patches_are_cut_in_raster_order_after_padding_less_before_than_behind() -> None:
    image_1CHW = images(1, 3, 33, 61)
    patches_THWC = cut_patches(image_1CHW)[0]
    top = torch.cat([patches_THWC[0], patches_THWC[1]], dim=1)
    joined_HWC = torch.cat([top, torch.cat([patches_THWC[2], patches_THWC[3]], dim=1)], dim=0)
    expected_CHW = torch.zeros(3, 64, 64)
    expected_CHW[:, 15 : 15 + 33, 1 : 1 + 61] = image_1CHW[0]
    assert torch.equal(joined_HWC.permute(2, 0, 1), expected_CHW)


def test_padding_is_mid_grey() -> None:
    network, image_1CHW = miniature(), images(1, 3, 64, 90)
    grey_1CHW = functional.pad(image_1CHW, (3, 3), value=0.5)
    with torch.inference_mode():
        last = slice(-2 * 3, None)
        assert torch.equal(network.embed(image_1CHW)[:, last], network.embed(grey_1CHW)[:, last])


def test_kernels_are_standardised_per_output_channel() -> None:
    kernel_OK = standardise(3 + torch.randn(4, 5, 3, 3, generator=torch.Generator().manual_seed(0))).flatten(1)
    assert kernel_OK.mean(dim=1).abs().max() < 1e-6
    assert (kernel_OK.std(dim=1) - 1).abs().max() < 1e-4


def test_a_kept_kernel_follows_its_weight() -> None:
    conv = StandardisedConv2d(3, 4, 3)
    with torch.inference_mode():
        first = conv.kernel(torch.float32)
        assert conv.kernel(torch.float32) is first
    weight = torch.randn(4, 3, 3, 3, generator=torch.Generator().manual_seed(0))
    conv.load_state_dict({"weight": weight})
    with torch.inference_mode():
        assert torch.equal(conv.kernel(torch.float32), standardise(weight))
        conv.load_state_dict({"weight": -weight}, assign=True)
        assert torch.equal(conv.kernel(torch.float32), standardise(-weight))
        assert conv.kernel(torch.bfloat16).dtype == torch.bfloat16
        assert torch.equal(conv.double().kernel(torch.float64), standardise(-weight.double()))
    assert list(conv.state_dict()) == ["weight"]


@pytest.mark.parametrize("scale", [1.0, 1e-4, 0.0])
def test_group_norm_equals_torch_on_busy_and_flat_patches(scale: float) -> None:
    norm = GroupNorm(4, 8, eps=1e-6)
    nn.init.normal_(norm.weight)
    x_PHWC = 0.3 + scale * images(3, 5, 5, 8)
    expected_PHWC = functional.group_norm(x_PHWC.permute(0, 3, 1, 2).double(), 4, norm.weight.double(), eps=1e-6)
    difference = norm(x_PHWC) - expected_PHWC.permute(0, 2, 3, 1)
    # A flat patch leaves only the input's own rounding, magnified by at most 1 / sqrt(eps).
    assert difference.abs().max() < (1e-5 if scale == 1 else 2e-4)


def test_positions_map_any_grid_to_the_table() -> None:
    positions = HashedPositions(10, 1)
    with torch.no_grad():
        positions.position_emb.copy_(torch.arange(100.0).view(1, 100, 1))
        assert positions(10, 10)[:, 0].tolist() == list(range(100))
        assert positions(2, 3)[:, 0].tolist() == [0, 3, 6, 50, 53, 56]
        assert positions(20, 1)[:, 0].tolist() == [10 * (row // 2) for row in range(20)]


def test_strict_loading_names_missing_and_unexpected_keys() -> None:
    network = miniature()
    state = network.state_dict()
    state["block1.conv9.weight"] = state.pop("block1.conv2.weight")
    with pytest.raises(RuntimeError, match=r"(?s)block1\.conv2\.weight.*block1\.conv9\.weight"):
        network.load_state_dict(state)


def test_a_narrow_type_keeps_the_keys_and_cannot_be_widened() -> None:
    network = miniature()
    keys = list(network.state_dict())
    network.set_compute_dtype(torch.bfloat16)
    assert list(network.state_dict()) == keys
    assert network.head.weight.dtype == network.gn_root.weight.dtype == torch.float32
    with pytest.raises(ValueError, match=r"load them again for torch\.float32"):
        network.set_compute_dtype(torch.float32)
