"""What makes videos: one protocol for drawn controls, models in this process, commands and APIs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from s2vbench import plugins
from s2vbench.errors import InputError, S2VBenchError
from s2vbench.types import Case


class GenerationError(Exception):
    """One video cannot be made; its message becomes the reason of a failed generation, and the run goes on."""


@dataclass(frozen=True)
class VideoShape:
    """The size and length that a run asks its model for."""

    width_px: int = 448
    height_px: int = 256
    num_frames: int = 33
    fps: float = 16.0


@dataclass(frozen=True)
class GenerationJob:
    """One video to make."""

    case: Case
    seed: int
    folder: Path
    """What the case's picture paths are relative to."""
    video: Path
    """Where the video goes, as H.264 in MP4."""


class Generator(Protocol):
    """A model that makes videos."""

    @property
    def writes_truth(self) -> bool:
        """Whether it writes `<seed>.truth.json` beside each video (see `docs/s2v.md`)."""

    def identity(self) -> Mapping[str, str]:
        """Everything but the case and the seed that could change a video: versions, weights, settings."""

    def generate(self, job: GenerationJob) -> None:
        """Make one video and put it at `job.video`, whole or not at all.

        Raises:
            GenerationError: this case cannot be made. Any other exception is recorded as the case's failure, too.
        """


GeneratorFactory = Callable[[str, VideoShape], Generator]
"""Called with what follows the colon in `--model control:swap` ("" where nothing does) and the shape wanted."""


@dataclass(frozen=True)
class ModelFamily:
    """One or more models under one name."""

    summary: str
    build: GeneratorFactory
    variants: Mapping[str, str] = field(default_factory=dict)
    """What may follow the colon, with what it is."""


def known_models() -> frozenset[str]:
    """Names that can stand before the colon of `--model`."""
    return frozenset(plugins.names("models"))


def load_family(name: str) -> tuple[ModelFamily, str]:
    """The family behind a `--model` name, and the variant wanted.

    Raises:
        InputError: no such model; the nearest is suggested.
    """
    family, _, variant = name.partition(":")
    if family in plugins.names("models"):
        found, wanted = plugins.load("models", family), variant
    elif ":" in name and not difflib.get_close_matches(family.lower(), known_models(), n=1, cutoff=0.8):
        found, wanted = plugins.load("models", name), ""
    else:
        nearest = difflib.get_close_matches(family.lower(), known_models(), n=1)
        hint = f"did you mean {nearest[0] + name[len(family) :]!r}? " if nearest else ""
        raise InputError(f"unknown model {name!r}: {hint}`s2vbench ls models` lists them")
    if isinstance(found, ModelFamily):
        return found, wanted
    if not callable(found):
        raise InputError(f"model {name!r} is a {type(found).__name__}; it must be a ModelFamily or a function")
    return ModelFamily(name, found), wanted


def load_generator(name: str, shape: VideoShape) -> Generator:
    """The generator behind a `--model` name: "control:swap", "module:attribute" or a plugin's own name.

    Raises:
        InputError: no such model or variant; the nearest is suggested.
    """
    family, variant = load_family(name)
    try:
        found = family.build(variant, shape)
    except S2VBenchError:
        raise
    except Exception as error:
        raise InputError(f"--model {name}: its factory failed ({type(error).__name__}: {error}); correct it") from error
    if not callable(getattr(found, "generate", None)) or not callable(getattr(found, "identity", None)):
        raise InputError(
            f"--model {name}: its factory gave a {type(found).__name__}; it must have generate() and identity() "
            "(s2vbench/generators/base.py)"
        )
    return found
