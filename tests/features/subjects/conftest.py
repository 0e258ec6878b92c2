"""What tests of the collector share: the networks, the pictures, and one pass over them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from s2vbench.backbones.bank import Bank
from s2vbench.features.cache import FeatureCache
from s2vbench.features.engine import Features
from tests.clips import noise, scene
from tests.features.subjects.collecting import (
    bank_at,
    compute,
    everything,
    work,
)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return bank_at()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of two subjects and, with masks, of six other cases."""
    folder = tmp_path_factory.mktemp("references")
    pictures = {"dog": noise(1, 80, 96, seed=5)[0], "dog2": noise(1, 72, 96, seed=6)[0], "cat": scene(80, 80)}
    pictures |= {f"other{seed}": noise(1, 64, 64, seed=seed)[0] for seed in range(6)}
    for name, picture in pictures.items():
        Image.fromarray(picture).save(folder / f"{name}.png")
    mask = np.zeros((64, 64), np.uint8)
    mask[20:40, 20:40] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    return folder


@pytest.fixture(scope="module")
def warm(bank: Bank, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Features, Path]:
    """A pass and the cache that it left."""
    cache = tmp_path_factory.mktemp("cache")
    return compute(bank, work(folder), FeatureCache(cache)), cache


@pytest.fixture(scope="module")
def expected(warm: tuple[Features, Path]) -> dict[str, Any]:
    return everything(warm[0])


@pytest.fixture
def cache(warm: tuple[Features, Path], tmp_path: Path) -> FeatureCache:
    """A cache that knows everything about the video."""
    return FeatureCache(Path(shutil.copytree(warm[1], tmp_path / "cache")))
