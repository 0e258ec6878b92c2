"""What a training learns from, told apart from where it lies: data may be moved between checkpoints."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from s2vbench.errors import InputError
from s2vbench.files import digest_of
from s2vbench.kaleido.data.folder import VIDEOS
from s2vbench.kaleido.data.latents import read_index
from s2vbench.kaleido.training.config import DataSection

_SIZES: Final = 1000
"""Names are often numbers, so that all folders have the same; the sizes of the first videos tell them apart."""


def data_digest(data: DataSection) -> str | None:
    """A digest of names and sizes, not of contents; None where there is no path or nothing to be read there."""
    return None if data.path is None else _digest(data.source, Path(data.path))


# A checkpoint after the other asks.
@lru_cache(maxsize=4)
def _digest(source: str, place: Path) -> str | None:
    try:
        if source == "latents":
            index = read_index(place)
            return digest_of(index.model_dump(mode="json")) if index else None
        files = sorted((place / VIDEOS).iterdir(), key=lambda file: file.name)
        sizes = [file.stat().st_size for file in files[:_SIZES]]
    except (OSError, InputError):
        return None
    return digest_of({"names": [file.name for file in files], "sizes": sizes})
