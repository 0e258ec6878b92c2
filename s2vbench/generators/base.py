"""What makes videos: one protocol for drawn controls, models in this process, commands and APIs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeGuard

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
class ShapeWish:
    """What of a shape a user has said; the model's usual shape fills in the rest."""

    width_px: int | None = None
    height_px: int | None = None
    num_frames: int | None = None
    fps: float | None = None

    def over(self, usual: VideoShape) -> VideoShape:
        """The shape wanted.

        >>> ShapeWish(fps=8.0).over(VideoShape(64, 32, 5, 16.0))
        VideoShape(width_px=64, height_px=32, num_frames=5, fps=8.0)
        """
        return replace(usual, **{name: value for name, value in vars(self).items() if value is not None})


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


class BatchGenerator(Generator, Protocol):
    """A model that makes several videos in the time of a few.

    The driver cuts the jobs of a run into batches that are the same at every start, whatever is done already: rounding
    depends on a batch's size, and a run that was interrupted must give the videos of one that was not.
    """

    @property
    def batch_size(self) -> int:
        """How many videos it makes at once, at most."""

    def batch_key(self, job: GenerationJob) -> Hashable:
        """Jobs of equal keys can run together."""

    def generate_batch(
        self, jobs: Sequence[GenerationJob], needed: Sequence[bool], progress: Callable[[float], None]
    ) -> Sequence[Exception | None]:
        """Make videos, each whole or not at all; an outcome for each job: None, or why there is no video.

        Args:
            jobs: a batch.
            needed: whose videos are wanted; those of the others exist, and are not to be touched.
            progress: called with the part done, 0 to 1.

        Raises:
            S2VBenchError: nothing can be made (weights are missing, say); the run ends. Any other exception is recorded
                as the failure of all jobs that were needed.
        """


GeneratorFactory = Callable[..., Generator]
"""Called with what follows the colon in `--model control:swap` ("" where nothing does) and the shape wanted; a family
with `settings` is called with `settings=` too, a mapping of those that were given."""


@dataclass(frozen=True)
class ModelFamily:
    """One or more models under one name."""

    summary: str
    build: GeneratorFactory
    variants: Mapping[str, str] = field(default_factory=dict)
    """What may follow the colon, with what it is."""
    usual_shape: Callable[[str], VideoShape] = lambda _: VideoShape()
    """The shape that a variant makes where none is asked for."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What `--set name=value` may set, with what it is."""
    usual_variants: Mapping[str, str] = field(default_factory=dict)
    """Profile -> the variant that the family's bare name means there; "" for any other profile."""


@dataclass(frozen=True)
class ChosenModel:
    """What a `--model` name stands for."""

    name: str
    """In full: "kaleido:mini" where "kaleido" was asked for."""
    family: ModelFamily
    variant: str


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
        # A variant may follow here, too: module:attribute:variant.
        module, attribute, wanted = [*name.split(":", 2), ""][:3]
        found = plugins.load("models", f"{module}:{attribute}")
    else:
        nearest = difflib.get_close_matches(family.lower(), known_models(), n=1)
        hint = f"did you mean {nearest[0] + name[len(family) :]!r}? " if nearest else ""
        raise InputError(f"unknown model {name!r}: {hint}`s2vbench ls models` lists them")
    if isinstance(found, ModelFamily):
        return found, wanted
    if not callable(found):
        raise InputError(f"model {name!r} is a {type(found).__name__}; it must be a ModelFamily or a function")
    return ModelFamily(name, found), wanted


def choose_model(name: str, profile: str = "") -> ChosenModel:
    """The model that a `--model` name means under a profile.

    Raises:
        InputError: no such model; the nearest is suggested.
    """
    family, variant = load_family(name)
    if not variant and family.usual_variants:
        variant = family.usual_variants.get(profile) or family.usual_variants.get("", "")
        return ChosenModel(f"{name}:{variant}" if variant else name, family, variant)
    return ChosenModel(name, family, variant)


def load_generator(name: str, shape: VideoShape, settings: Mapping[str, str] | None = None) -> Generator:
    """The generator behind a `--model` name: "control:swap", "module:attribute" or a plugin's own name.

    Args:
        name: the model.
        shape: what it is to make.
        settings: of those that its family lists.

    Raises:
        InputError: no such model, variant or setting; the nearest is suggested.
    """
    family, variant = load_family(name)
    _check_settings(name, family, settings or {})
    try:
        found = (
            family.build(variant, shape, settings=settings or {}) if family.settings else family.build(variant, shape)
        )
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


def is_batched(generator: Generator) -> TypeGuard[BatchGenerator]:
    """Whether a generator makes several videos at once."""
    return callable(getattr(generator, "generate_batch", None))


def _check_settings(name: str, family: ModelFamily, settings: Mapping[str, str]) -> None:
    for key in settings:
        if not family.settings:
            raise InputError(f"--set {key}: {name} has no settings")
        if key not in family.settings:
            nearest = difflib.get_close_matches(key, family.settings, n=1)
            hint = f"did you mean {nearest[0]!r}? " if nearest else ""
            raise InputError(f"--set {key}: {name} has no such setting; {hint}it has {', '.join(family.settings)}")
