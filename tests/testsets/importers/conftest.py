"""Small pictures and videos that importer tests lay out as other benchmarks do."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.testsets.folder import TestSet, load_testset
from s2vbench.testsets.importers import IMPORTERS, ImportOptions, ImportReport

Draw = Callable[..., Path]
Import = Callable[..., tuple[ImportReport, TestSet]]


@pytest.fixture
def draw() -> Draw:
    """Draws a picture of its own for each path."""

    def drawn(path: Path, size: tuple[int, int] = (48, 32), mode: str = "RGB") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Smooth noise: pictures of two names have hashes far apart.
        rng = np.random.default_rng(zlib.crc32("/".join(path.parts[-3:]).encode()))
        small = Image.fromarray(rng.integers(0, 256, (8, 8, len(mode)), dtype=np.uint8), mode)
        small.resize(size, Image.Resampling.BICUBIC).save(path)
        return path

    return drawn


@pytest.fixture
def do_import() -> Import:
    """Imports, and loads the test set that came out."""

    def done(
        name: str,
        source: Path,
        out: Path | None = None,
        *,
        copy: bool = False,
        accept_licence: bool = False,
        **extra: str,
    ) -> tuple[ImportReport, TestSet]:
        folder = out or (source if source.is_dir() else source.parent)
        options = ImportOptions(copy=copy, accept_licence=accept_licence, extra=extra)
        report = IMPORTERS[name].run(source, folder, options)
        return report, load_testset(folder)

    return done
