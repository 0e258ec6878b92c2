"""What a sweep is told: variants times seeds of one training, how they are evaluated, what a paper says about them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from s2vbench.types import Finite, Row

Name = Annotated[str, Field(pattern=r"^\w[\w+-]*$", max_length=80)]
"""It becomes a folder."""
Values = dict[str, Any]
SECTIONS: Final = ("model", "data", "training", "parallel", "checkpoint", "log")
"""Sections of a training configuration; [lora] is none of them, as an adapter alone makes no videos."""


class _Overrides(Row):
    """Values that replace those of the training configuration, by its sections."""

    model: Values = Field(default_factory=dict)
    data: Values = Field(default_factory=dict)
    training: Values = Field(default_factory=dict)
    parallel: Values = Field(default_factory=dict)
    checkpoint: Values = Field(default_factory=dict)
    log: Values = Field(default_factory=dict)

    def keys(self) -> dict[str, Any]:
        """The same as `section.key` -> value."""
        return {f"{name}.{key}": value for name in SECTIONS for key, value in getattr(self, name).items()}


class Base(_Overrides):
    """[base]: the training that all variants share."""

    config: str = Field(min_length=1)
    """A TOML file, or the name of a shipped training configuration."""


class Variant(_Overrides):
    """[variants.NAME]: what is different in this one."""

    label: str | None = None
    """How tables call it; None: its name."""
    note: str = ""
    """One line for the report."""


class Evaluation(Row):
    """[evaluation]: what the trained models are asked to make, and how that is measured."""

    testset: str = "s2v400"
    split: str = "full"
    limit: Annotated[int, Field(ge=1)] | None = None
    """The first so many cases only."""
    profile: str = "mini"
    metrics: tuple[str, ...] = ()
    """Names; all of the profile's where empty."""
    weights: str | None = None
    """Of the metrics' networks; see `s2vbench score --weights`."""
    precision: str = "fp32"
    device: str = "auto"
    settings: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """Of the generator: steps, guidance, ..."""


class Published(Row):
    """[[published]]: one number of a paper about a variant."""

    variant: Name
    metric: str = Field(min_length=1)
    value: Finite
    source: str = Field(min_length=1)
    protocol: str = Field(min_length=1)
    """What it was measured on; why it cannot be compared with a number from here."""


class Sweep(Row):
    """All of it."""

    name: Name
    summary: str = Field(min_length=1)
    reference: Name
    """The variant that the others are compared with."""
    seeds: tuple[Annotated[int, Field(ge=0, lt=2**31)], ...] = Field(min_length=1)
    """Of the trainings: order of the data, noise levels and noise."""
    base: Base
    variants: dict[Name, Variant] = Field(min_length=1)
    evaluation: Evaluation = Evaluation()
    published: tuple[Published, ...] = ()

    @model_validator(mode="after")
    def _one_place_for_everything(self) -> Self:
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds {list(self.seeds)}: one is named twice; remove it")
        return self

    def label(self, variant: str) -> str:
        """How tables call a variant."""
        return self.variants[variant].label or variant

    def published_about(self, metric: str) -> dict[str, Published]:
        """Variant -> what the paper states of a metric."""
        return {entry.variant: entry for entry in self.published if entry.metric == metric}
