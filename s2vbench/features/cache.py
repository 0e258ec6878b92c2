"""Computed features on disk, named by everything that can change them and nothing else.

Frames are never cached: decoding is cheap. A file that cannot be read is computed again; a folder that cannot be
written switches the cache off with one warning.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from s2vbench.errors import OutputError
from s2vbench.files import cannot_write, digest_of, write_atomically
from s2vbench.types import Floats

log = logging.getLogger(__name__)


def default_folder() -> Path:
    """$S2VBENCH_CACHE, or the platform's cache folder for s2vbench."""
    from platformdirs import user_cache_path

    configured = os.environ.get("S2VBENCH_CACHE")
    return (Path(configured).expanduser() if configured else user_cache_path("s2vbench")) / "features"


def why_unusable(folder: Path) -> str | None:
    """Why nothing can be cached in a folder; None where it can be, and then the folder is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return cannot_write(folder, error)


class FeatureCache:
    """One safetensors file a feature; without a folder it holds nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def path(self, identity: dict[str, str]) -> Path | None:
        """Where the feature with this identity lies."""
        if self._folder is None:
            return None
        name = digest_of(identity)
        return self._folder / name[:2] / f"{name}.safetensors"

    def get(self, identity: dict[str, str]) -> Floats | None:
        """The array, or None where it is not here or damaged."""
        arrays = self.get_arrays(identity)
        return None if arrays is None else arrays.get("feature")

    def get_arrays(self, identity: dict[str, str]) -> dict[str, npt.NDArray[Any]] | None:
        """Several arrays that were stored together."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        path = self.path(identity)
        if path is None or not path.is_file():
            return None
        try:
            return load(path.read_bytes())
        except (OSError, SafetensorError):
            log.warning("cached feature %s is damaged and will be computed again", path)
            return None

    def put(self, identity: dict[str, str], feature: Floats) -> None:
        """Store an array; a folder that cannot be written costs a warning, not the run."""
        self.put_arrays(identity, {"feature": feature})

    def put_arrays(self, identity: dict[str, str], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Store several arrays under one name."""
        from safetensors.numpy import save

        path = self.path(identity)
        if path is None:
            return
        contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        try:
            write_atomically(path, save(contiguous, metadata=identity))
        except OutputError as error:
            log.warning("the feature cache is off: %s", error)
            self._folder = None
