"""The small identity network: features, and where its patches lie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.mini.identity import MINI_IDENTITY, MiniIdentity
from s2vbench.backbones.weights import resolve
from s2vbench.errors import NotApplicable

SMALL: dict[str, Any] = {"widths": (8, 8, 16, 16), "blocks": (0, 0, 1, 0), "embedding": 12, "patch_features": 6}
SPEC = replace(MINI_IDENTITY, options=SMALL)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return Bank(resolve([SPEC], "seeded:3", allow_unverified=False))


def pictures(count: int, height_px: int, width_px: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(5).integers(0, 256, (count, height_px, width_px, 3), dtype=np.uint8)


def test_the_shipped_size_fits_its_share_of_the_package() -> None:
    parameters = sum(value.numel() for value in MiniIdentity().state_dict().values())
    assert 2 * parameters / 1e6 <= 3
    assert MINI_IDENTITY.size_mb == pytest.approx(2 * parameters / 1e6, abs=0.6)


@pytest.mark.parametrize(
    ("height_px", "width_px", "grid"),
    [(64, 112, (7, 12)), (112, 64, (12, 7)), (128, 128, (7, 7)), (512, 512, (7, 7)), (270, 480, (7, 12))],
)
def test_patches_are_whole_ones_from_the_upper_left(
    bank: Bank, height_px: int, width_px: int, grid: tuple[int, int]
) -> None:
    frames = pictures(2, height_px, width_px)
    patches_NRKD = bank.encode_patches(SPEC.name, frames)
    assert patches_NRKD.shape == (2, *grid, 6)
    np.testing.assert_allclose(np.linalg.norm(patches_NRKD, axis=-1), 1, atol=1e-5)
    seen = bank.patched_area(SPEC.name, frames[0])
    shorter = min(height_px, width_px)
    for side, patches in zip(seen.shape[:2], grid, strict=True):
        assert side == pytest.approx(patches * 16 * shorter / 112, abs=1)


def test_a_change_of_the_picture_changes_the_patches_where_it_is(bank: Bank) -> None:
    """What is far from a patch of a 112 px high picture cannot change it."""
    plain, changed = pictures(1, 112, 196), pictures(1, 112, 196)
    changed[:, 80:96, 160:176] = 255 - changed[:, 80:96, 160:176]
    difference_RK = np.abs(bank.encode_patches(SPEC.name, plain) - bank.encode_patches(SPEC.name, changed))[0].max(-1)
    assert np.unravel_index(difference_RK.argmax(), difference_RK.shape) in {(5, 10), (5, 9), (4, 10), (5, 11), (6, 10)}
    assert difference_RK[:3, :7].max() < 1e-5
    assert difference_RK[5, 10] > 1e-3


def test_frames_of_any_size_have_features(bank: Bank) -> None:
    for size in ((64, 112), (112, 64), (3, 5)):
        features_ND = bank.encode_pictures(SPEC.name, pictures(2, *size))
        assert features_ND.shape == (2, 12)
        assert np.isfinite(features_ND).all()


def test_an_answer_does_not_depend_on_the_batch(bank: Bank) -> None:
    frames = pictures(4, 64, 112)
    for encode in (bank.encode_pictures, bank.encode_patches):
        together = encode(SPEC.name, frames)
        alone = np.concatenate([encode(SPEC.name, frames[at : at + 1]) for at in range(4)])
        np.testing.assert_allclose(together, alone, atol=1e-5 * np.abs(together).max())


def test_a_picture_smaller_than_a_patch_has_none(bank: Bank) -> None:
    with pytest.raises(NotApplicable, match="112x15 px have no patch"):
        bank.network(SPEC.name).patches(torch.zeros(1, 3, 15, 112))


def test_bfloat16_patches_still_have_length_1(bank: Bank) -> None:
    half = Bank(bank.weights, precision="bf16")
    frames = pictures(1, 64, 112)
    full, rounded = (b.encode_patches(SPEC.name, frames) for b in (bank, half))
    assert rounded.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rounded, axis=-1), 1, atol=1e-5)
    assert (full * rounded).sum(-1).min() > 0.99
