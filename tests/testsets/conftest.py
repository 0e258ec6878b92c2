from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.testsets import small_set


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "small"
    small_set.make(folder)
    return folder


@pytest.fixture
def small(original: Path, tmp_path: Path) -> Path:
    """A copy without a manifest, which would report every change a second time."""
    shutil.copytree(original, tmp_path / "small")
    (tmp_path / "small/MANIFEST.json").unlink()
    return tmp_path / "small"
