"""`kaleido.json`: what a bundle samples with unless told otherwise, and where parts lie that are not in its folder."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from s2vbench.errors import InputError
from s2vbench.files import write_atomically
from s2vbench.kaleido.positions import scheme
from s2vbench.types import Row

SETTINGS_FILE = "kaleido.json"
SCHEMA_VERSION = 1
TEMPORAL, SPATIAL = 4, 16
"""A video has 4k + 1 frames, and sides that are multiples of 16 px: VAE times patch."""
RELEASED_FILES = ("merge_kaleido.py",)
"""What one knows the released repository by."""
WAN = "Wan-AI/Wan2.1-T2V-14B-Diffusers"
RELEASED_NEGATIVE_PROMPT = (
    "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，丑陋的，"  # noqa: RUF001
    "残缺的，多余的手指，画得不好的手部，畸形的，毁容的，形态畸形的肢体，手指融合，静止不动的画面，杂乱的背景，三条腿，"  # noqa: RUF001
    "背景人很多，倒着走"  # noqa: RUF001
)
"""Of the released sampling configuration: Wan 2.1's without its item about faces."""


class PartSource(Row):
    """Where a part lies that is not in the bundle's own folder."""

    source: str = Field(min_length=1)
    """A folder, a file (`Wan2.1_VAE.pth`), or the id of a repository of the Hugging Face hub."""
    subfolder: str = ""
    revision: str | None = None
    """Of the repository: a commit, so that the part is the same tomorrow."""


class Settings(Row):
    """`kaleido.json`; its defaults are the release's."""

    schema_version: int = SCHEMA_VERSION
    name: str = "kaleido"
    height_px: int = Field(default=512, ge=SPATIAL, le=8192, multiple_of=SPATIAL)
    width_px: int = Field(default=896, ge=SPATIAL, le=8192, multiple_of=SPATIAL)
    num_frames: int = Field(default=81, ge=1, le=10_000)
    fps: float = Field(default=16.0, ge=0.1, le=240)
    steps: int = Field(default=50, ge=1, le=1000)
    shift: float = Field(default=7.0, gt=0, le=100, allow_inf_nan=False)
    guidance: float = Field(default=6.0, ge=0, le=100, allow_inf_nan=False)
    negative_prompt: str = RELEASED_NEGATIVE_PROMPT
    text_length: int = Field(default=512, ge=1, le=4096)
    max_references: int = Field(default=3, ge=0)
    positions: str | dict[str, Any] | None = None
    """Another position scheme than the transformer's own configuration names."""
    batch_size: int = Field(default=1, ge=1)
    """How many videos are made at once; changes no video but for rounding."""
    parts: dict[str, PartSource] = Field(default_factory=dict)
    """For parts that are not in the folder: "vae", "text_encoder", "tokenizer"."""
    weights: dict[str, str] = Field(default_factory=dict)
    """File below the folder -> SHA-256."""


RELEASED = Settings(
    name="kaleido-14b",
    parts={part: PartSource(source=WAN, subfolder=part) for part in ("vae", "text_encoder", "tokenizer")},
)
"""Kaleido-14B: Wan 2.1's VAE and text encoder beside its own transformer."""


def read_settings(folder: Path) -> Settings:
    """The settings of a bundle; the release's for a converted transformer that stands alone.

    Raises:
        InputError: the folder holds no `kaleido.json`, or one that is wrong; key and reason are named.
    """
    file = folder / SETTINGS_FILE
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        settings = Settings.model_validate(content)
    except FileNotFoundError as error:
        if (folder / "transformer" / "config.json").is_file():
            return RELEASED
        raise InputError(_no_settings(folder)) from error
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(f"{file}: {place}: {first['msg']}{_nearest(place, first['type'])}") from error
    except ValueError as error:
        raise InputError(f"{file}: not JSON ({error})") from error
    try:
        return checked(settings)
    except InputError as error:
        raise InputError(f"{file}: {error}") from error


def write_settings(folder: Path, settings: Settings) -> None:
    """Put `kaleido.json` into a folder.

    Raises:
        OutputError: the folder cannot be written.
    """
    write_atomically(folder / SETTINGS_FILE, settings.model_dump_json(indent=2, exclude_none=True) + "\n")


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings with some of them replaced; numbers may come as text, as from a command line.

    Raises:
        InputError: no such setting (the nearest is suggested), or a value out of range.
    """
    for key in changes:
        if key not in CHANGEABLE:
            nearest = difflib.get_close_matches(key, CHANGEABLE, n=1)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else f"; there are {', '.join(CHANGEABLE)}"
            raise InputError(f"no setting {key!r}{hint}")
    try:
        return checked(Settings.model_validate(settings.model_dump() | dict(changes)))
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        raise InputError(f"{key} {changes.get(key)}: {first['msg']}") from error


CHANGEABLE = {
    "height_px": "height of the videos, a multiple of 16",
    "width_px": "width of the videos, a multiple of 16",
    "num_frames": "length of the videos, 4k + 1 frames",
    "fps": "frames a second",
    "steps": "sampling steps",
    "shift": "how long sampling stays in the noise",
    "guidance": "classifier-free guidance; 1 switches it off",
    "negative_prompt": "what guidance leads away from",
    "text_length": "tokens a prompt is cut or padded to",
    "max_references": "reference pictures that a video may have",
    "positions": "position scheme of the references",
    "batch_size": "videos made at once",
}
"""What a user may change, with what it is."""


def checked(settings: Settings) -> Settings:
    """The same settings.

    Raises:
        InputError: a size that the model cannot make, no such position scheme, or a file of a later version.
    """
    if settings.schema_version != SCHEMA_VERSION:
        raise InputError(
            f"schema_version {settings.schema_version}: this s2vbench reads {SCHEMA_VERSION}; install a newer one"
        )
    if settings.positions is not None:
        scheme(settings.positions)
    check_size(settings.height_px, settings.width_px, settings.num_frames)
    return settings


def check_size(height_px: int, width_px: int, num_frames: int) -> None:
    """Refuse sizes that no VAE and patch of this family can make.

    Raises:
        InputError: frames are not 4k + 1, or a side is no multiple of 16; the nearest that are possible are named.
    """
    if num_frames < 1 or num_frames % TEMPORAL != 1:
        below = max(1, (num_frames - 1) // TEMPORAL * TEMPORAL + 1)
        raise InputError(f"num_frames {num_frames}: Kaleido makes 4k + 1 frames; choose {below} or {below + TEMPORAL}")
    for name, size_px in (("height_px", height_px), ("width_px", width_px)):
        if size_px < SPATIAL or size_px % SPATIAL:
            below = max(SPATIAL, size_px // SPATIAL * SPATIAL)
            raise InputError(
                f"{name} {size_px}: Kaleido's sides are multiples of {SPATIAL} px; choose {below} or {below + SPATIAL}"
            )


def _nearest(key: str, kind: str) -> str:
    if kind != "extra_forbidden":
        return ""
    nearest = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _no_settings(folder: Path) -> str:
    if any((folder / name).exists() for name in (*RELEASED_FILES, "model", "Wan2.1_VAE.pth")):
        return (
            f"{folder}: looks like the released Kaleido repository; convert it first with "
            f"`s2vbench kaleido convert {folder}/model kaleido-14b/transformer`, then give the folder kaleido-14b"
        )
    return (
        f"{folder}: not a Kaleido bundle (no {SETTINGS_FILE}); give the folder that `s2vbench kaleido convert` or a "
        "training run made"
    )
