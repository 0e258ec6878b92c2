"""The small image-text network: shapes, batches, texts, loading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.mini.image_text import MINI_IMAGE_TEXT, MiniImageText
from s2vbench.backbones.mini.image_text_tower import ConvNorm, ConvTower
from s2vbench.backbones.seeded import seeded_state
from s2vbench.backbones.weights import fill, resolve
from s2vbench.errors import InputError

SMALL: dict[str, Any] = {
    "widths": (8, 8, 16, 16),
    "blocks": (0, 1, 0, 1),
    "embedding": 12,
    "text_width": 16,
    "text_layers": 2,
    "text_heads": 2,
    "context": 10,
}
SPEC = replace(MINI_IMAGE_TEXT, options=SMALL)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return Bank(resolve([SPEC], "seeded:3", allow_unverified=False))


def pictures(count: int, height_px: int = 60, width_px: int = 90) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(5).integers(0, 256, (count, height_px, width_px, 3), dtype=np.uint8)


def test_the_shipped_size_fits_its_share_of_the_package() -> None:
    parameters = sum(value.numel() for value in MiniImageText().state_dict().values())
    assert 2 * parameters / 1e6 <= 5
    assert MINI_IMAGE_TEXT.size_mb == pytest.approx(2 * parameters / 1e6, abs=0.6)


@pytest.mark.parametrize(("height_px", "width_px"), [(64, 112), (224, 224), (1, 60), (33, 7)])
def test_pictures_of_any_size_have_features(bank: Bank, height_px: int, width_px: int) -> None:
    features_ND = bank.encode_pictures(SPEC.name, pictures(2, height_px, width_px))
    assert features_ND.shape == (2, 12)
    assert features_ND.dtype == np.float32
    assert np.isfinite(features_ND).all()
    assert np.abs(features_ND[0] - features_ND[1]).max() > 1e-3


def test_an_answer_does_not_depend_on_the_batch(bank: Bank) -> None:
    several = pictures(5)
    together = bank.encode_pictures(SPEC.name, several)
    alone = np.concatenate([bank.encode_pictures(SPEC.name, several[at : at + 1]) for at in range(5)])
    np.testing.assert_allclose(together, alone, atol=1e-5 * np.abs(together).max())


def test_folding_the_normalisation_changes_no_answer() -> None:
    torch.manual_seed(0)
    tower = ConvTower((8, 8, 16, 16), (1, 0, 1, 1))
    for module in tower.modules():
        if isinstance(module, ConvNorm):
            assert isinstance(module.norm, torch.nn.BatchNorm2d)
            torch.nn.init.uniform_(module.norm.running_mean, -0.5, 0.5)  # type: ignore[arg-type]
            torch.nn.init.uniform_(module.norm.running_var, 0.5, 2)  # type: ignore[arg-type]
            torch.nn.init.uniform_(module.norm.weight, 0.5, 2)
    tower.eval()
    images_NCHW = torch.randn(2, 3, 50, 70)
    with torch.inference_mode():
        before = tower(images_NCHW)
    tower.fuse()
    with torch.inference_mode():
        after = tower(images_NCHW)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in tower.modules())
    assert before.shape == (2, 16, 4, 5)
    torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_texts_of_any_kind_have_features_whatever_stands_beside_them(bank: Bank) -> None:
    network = bank.network(SPEC.name)
    texts = ["a red cat", "", "xylophonist", "a red cat " * 40]
    with torch.inference_mode():
        together_NE = network.encode_text(network.tokenize(texts))
        alone_NE = torch.cat([network.encode_text(network.tokenize([text])) for text in texts])
    assert together_NE.shape == (4, 12)
    assert torch.equal(together_NE, alone_NE)
    assert torch.isfinite(together_NE).all()
    assert len({tuple(row.tolist()) for row in together_NE}) == 4


def test_half_the_digits_are_near_to_all_of_them(bank: Bank) -> None:
    half = Bank(bank.weights, precision="bf16")
    some = pictures(3)
    full_ND, half_ND = (b.encode_pictures(SPEC.name, some) for b in (bank, half))
    cosine_N = (full_ND * half_ND).sum(1) / np.linalg.norm(full_ND, axis=1) / np.linalg.norm(half_ND, axis=1)
    assert half_ND.dtype == np.float32
    assert cosine_N.min() > 0.999
    network = half.network(SPEC.name)
    assert torch.isfinite(network.encode_text(network.tokenize(["a cat"]))).all()


def test_weights_of_another_size_are_refused_by_name() -> None:
    state = seeded_state(MiniImageText(**SMALL), SPEC)
    with pytest.raises(InputError, match=r"other\.safetensors: holds the weights of another network"):
        fill(MiniImageText(**(SMALL | {"embedding": 8})), state, name="other.safetensors")
