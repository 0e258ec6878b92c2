"""Profiles: which metrics, which backbones behind them. TOML files; a path to one's own works wherever a name does."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from s2vbench import plugins
from s2vbench.errors import InputError
from s2vbench.features.spec import FRAMES, PROMPT, FeatureSpec
from s2vbench.features.subjects.names import SUBJECT_FEATURES, SubjectBackbones
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.files import digest_of
from s2vbench.types import Row

PAPER = Path(__file__).parent / "paper.toml"
MINI = Path(__file__).parent / "mini.toml"


class _FeatureEntry(Row):
    backbone: str
    of: str = FRAMES
    sampling: str = "all-frames-v1"


class SubjectsEntry(Row):
    """Who finds subjects and compares them, and by which choices."""

    detector: str
    segmenter: str
    similarity: str
    """Image encoder of S2V Consistency and S2V Decoupling."""
    identity: str
    """Image encoder of the strict family."""
    policy: SubjectPolicy = SubjectPolicy()

    def backbones(self) -> SubjectBackbones:
        """Their names."""
        return SubjectBackbones(self.detector, self.segmenter, self.similarity, self.identity)


class Profile(Row):
    """What numbers are made with."""

    name: str
    summary: str
    metrics: tuple[str, ...] = Field(min_length=1)
    features: dict[str, _FeatureEntry]
    subjects: SubjectsEntry | None = None
    light: bool = False
    """Its networks are so small that one process a core scores faster than one with all cores."""
    not_applicable: dict[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    """Metrics that have no meaning under this profile, and why: they are recorded as such for every video."""

    @model_validator(mode="after")
    def _known_metrics(self) -> Self:
        unknown = [name for name in self.not_applicable if name not in self.metrics]
        if unknown:
            raise ValueError(f"not_applicable: {unknown[0]!r} is not among the metrics")
        return self

    def digest(self) -> str:
        """A name for everything in the profile that can change a number."""
        # Run folders made before profiles could say this go on as they are.
        empty = set() if self.not_applicable else {"not_applicable"}
        return digest_of(self.model_dump(mode="json", exclude={"light"} | empty))

    def specs(self, needs: tuple[str, ...]) -> list[FeatureSpec]:
        """The features a metric needs, each after the one it is made of, in the profile's order.

        Raises:
            InputError: the profile lacks one of them.
        """
        wanted: set[str] = set()
        pending = [name for name in needs if name not in SUBJECT_FEATURES]
        while pending:
            name = pending.pop()
            if name not in self.features:
                raise InputError(
                    f"profile {self.name}: a metric needs feature {name!r}, which [features] does not define"
                )
            wanted.add(name)
            of = self.features[name].of
            if of not in {FRAMES, PROMPT} and of not in wanted:
                pending.append(of)
        ordered = sorted(wanted, key=lambda name: (self._depth(name), list(self.features).index(name)))
        return [FeatureSpec(name=name, **self.features[name].model_dump()) for name in ordered]

    def subject_features(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        """The features about subjects among those that a metric needs.

        Raises:
            InputError: there are some, and the profile does not say who finds subjects.
        """
        wanted = tuple(name for name in needs if name in SUBJECT_FEATURES)
        if wanted and self.subjects is None:
            raise InputError(
                f"profile {self.name}: a metric needs {wanted[0]!r}; add [subjects] with detector, segmenter, "
                "similarity and identity"
            )
        return wanted

    def with_subjects(
        self, *, detector: str | None = None, segmenter: str | None = None, frame_stride: int | None = None
    ) -> Profile:
        """The profile with other networks or another stride; None leaves what it has.

        Raises:
            InputError: the profile has no [subjects] to change, or the stride is below 1.
        """
        changes = {name: value for name, value in (("detector", detector), ("segmenter", segmenter)) if value}
        if not changes and frame_stride is None:
            return self
        if self.subjects is None:
            raise InputError(
                f"profile {self.name} has no [subjects]: --detector, --segmenter, --frame-stride do nothing"
            )
        if frame_stride is not None and frame_stride < 1:
            raise InputError(f"--frame-stride {frame_stride}: must be at least 1")
        policy = self.subjects.policy
        if frame_stride is not None:
            policy = policy.model_copy(update={"frame_stride": frame_stride})
        return self.model_copy(update={"subjects": self.subjects.model_copy(update=changes | {"policy": policy})})

    def _depth(self, name: str) -> int:
        depth = 0
        while (name := self.features[name].of) not in {FRAMES, PROMPT}:
            depth += 1
            if depth > len(self.features) or name not in self.features:
                raise InputError(f"profile {self.name}: feature {name!r} is made of itself or of an unknown feature")
        return depth


def load_profile(name: str) -> Profile:
    """The profile of that name, or of the TOML file at that path.

    Raises:
        InputError: unknown name, unreadable file, unknown or wrong keys.
    """
    path = Path(name) if name.endswith(".toml") else plugins.load("profiles", name)
    try:
        content: dict[str, Any] = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        return Profile.model_validate(content)
    except OSError as error:
        raise InputError(f"profile {path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"profile {path}: not valid TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        raise InputError(f"profile {path}: {place}: {what}" if place else f"profile {path}: {what}") from error
