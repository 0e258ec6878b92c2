"""`baselines/<name>/adapter.toml`: what a model is, what it takes, where its weights come from, under which terms.

One file a model, read without importing the model. `entry` is a `module:attribute` that `--model` can load.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from s2vbench.errors import InputError
from s2vbench.resources import data_folder
from s2vbench.types import Row

ADAPTER_FILE = "adapter.toml"


class Limits(Row):
    """What a variant can be asked for."""

    references: tuple[int, int]
    """Fewest and most reference pictures."""
    width_px: int
    """Of the videos it makes unless asked for others."""
    height_px: int
    num_frames: int
    fps: float
    frames: str = "any"
    """Which lengths are possible ("4k + 1")."""
    side_multiple_px: int = 1
    """What both sides must be multiples of."""
    prompt_tokens: int | None = None
    """Where prompts are cut off."""
    memory_gb: float | None = None
    """Least memory (10^9 bytes) of the device that it computes on."""

    def said(self) -> str:
        """In a few words."""
        fewest, most = self.references
        memory = f", {self.memory_gb:g} GB" if self.memory_gb else ""
        return (
            f"{fewest}-{most} references, {self.width_px}x{self.height_px} px, {self.num_frames} frames "
            f"({self.frames}), {self.fps:g} fps{memory}"
        )


class Licence(Row):
    """Under which terms something may be used."""

    code: str
    weights: str
    note: str = ""


class Weights(Row):
    """Where weights come from."""

    source: str
    size_gb: float
    licence: str
    note: str = ""


class Adapter(Row):
    """A model as `adapter.toml` describes it."""

    schema_version: Literal[1]
    name: str = Field(min_length=1)
    summary: str
    kind: Literal["in-process", "command", "http"]
    entry: str
    """`module:attribute` of its model family."""
    paper: str = ""
    homepage: str = ""
    licence: Licence
    limits: dict[str, Limits]
    """Variant -> limits; "" for a model without variants."""
    weights: dict[str, list[Weights]] = Field(default_factory=dict)
    """Variant -> what must be there."""


def adapter_names() -> list[str]:
    """Every model of `baselines/` that has an adapter."""
    folder = data_folder("baselines")
    return sorted(file.parent.name for file in folder.glob(f"*/{ADAPTER_FILE}"))


def load_adapter(name: str | Path) -> Adapter:
    """The adapter of a model of `baselines/`, or of a folder.

    Raises:
        InputError: it is missing or wrong; file, key and reason are named.
    """
    folder = name if isinstance(name, Path) else data_folder("baselines") / name
    file = folder / ADAPTER_FILE
    try:
        return Adapter.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{file}: {place}: {first['msg']}") from error
