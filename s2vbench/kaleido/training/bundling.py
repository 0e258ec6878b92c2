"""A run's folder as a bundle: beside what was trained, the frozen parts and what it samples with."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Final

from s2vbench.errors import OutputError
from s2vbench.files import cannot_write
from s2vbench.kaleido.data.latents import read_index
from s2vbench.kaleido.parts import find_part, local_folder
from s2vbench.kaleido.portable import forget_places
from s2vbench.kaleido.settings import SETTINGS_FILE, PartSource, Settings, read_settings, write_settings
from s2vbench.kaleido.training.config import TrainConfig
from s2vbench.kaleido.training.origin import BESIDE, Origin

COPIED_BYTES: Final = 100_000_000
"""Parts below it are copied, so that the folder can be moved; larger ones are named."""


def leave_bundle(config: TrainConfig, origin: Origin, folder: Path) -> None:
    """Make a bundle of a folder that holds the trained transformer, as far as the parts beside it are known.

    Raises:
        OutputError: the folder cannot be written.
    """
    try:
        parts = {name: _settled(name, origin, folder) for name in BESIDE}
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    named = {name: source for name, source in parts.items() if source is not None}
    write_settings(folder, settings_of(config, origin, folder).model_copy(update={"parts": named}))


def settings_of(config: TrainConfig, origin: Origin, folder: Path) -> Settings:
    """What the model it began with samples with, in the size that was trained."""
    transformer = json.loads((folder / "transformer" / "config.json").read_text(encoding="utf-8"))
    most = config.data.most_references if config.data.references else 0
    changes = {
        "name": config.name,
        "text_length": origin.text_length,
        "positions": transformer["positions"],
        "max_references": max(most, origin.settings.max_references),
        "weights": {},
    }
    return origin.settings.model_copy(update=changes | _size(config))


def _size(config: TrainConfig) -> dict[str, Any]:
    keys = ("height_px", "width_px", "num_frames", "fps")
    if config.data.source != "latents":
        return {key: getattr(config.data, key) for key in keys}
    assert config.data.path is not None
    index = read_index(Path(config.data.path))
    # The cache may be gone when a checkpoint is exported later.
    return {key: getattr(index.facts, key) for key in keys} if index else {}


def _settled(name: str, origin: Origin, folder: Path) -> PartSource | None:
    """Where the part lies; None where it is in the folder itself, or unknown."""
    place, source = getattr(origin, name), origin.hub.get(name)
    if place is None:
        return None
    here = folder / name
    if source is not None:
        _remove(here)
        if source.source == place and not (local_folder(place, patterns=[f"{name}/*"]) / name).is_dir():
            return source.model_copy(update={"subfolder": ""})
        return source
    lies = _part_in(Path(place).expanduser(), name).resolve()
    if lies == here.resolve():
        return None
    files = [file for file in lies.iterdir() if file.is_file()] if lies.is_dir() else []
    _remove(here)
    if files and sum(file.stat().st_size for file in files) < COPIED_BYTES:
        _copy(files, here)
        return None
    return PartSource(source=Path(os.path.relpath(lies, folder.resolve())).as_posix())


def _part_in(place: Path, name: str) -> Path:
    if (place / name).is_dir():
        return place / name
    if (place / SETTINGS_FILE).is_file():
        return find_part(place, read_settings(place), name).place
    return place


def _copy(files: list[Path], target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    part.mkdir()
    for file in files:
        shutil.copyfile(file, part / file.name)
    forget_places(part)
    os.replace(part, target)  # noqa: PTH105 -- as in files.py


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
