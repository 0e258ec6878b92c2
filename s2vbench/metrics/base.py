"""What a metric is, and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from s2vbench import plugins
from s2vbench.errors import NotApplicable
from s2vbench.features.engine import Features
from s2vbench.types import Case

TABLE_1 = (
    "subject_consistency",
    "background_consistency",
    "motion_smoothness",
    "aesthetic_quality",
    "imaging_quality",
    "viclip_score",
    "s2v_consistency",
    "s2v_decoupling",
)
"""The metrics of the Kaleido paper's Table 1 (arXiv 2510.18573); reports show them first."""


@dataclass(frozen=True)
class Measurement:
    """One metric of one video."""

    value: float
    total: float
    """Sum of the `n` items that make the value up; set aggregates are made from totals and counts."""
    n: int
    parts: dict[str, Any] = field(default_factory=dict)
    n_absent: int = 0
    n_na: int = 0

    @classmethod
    def mean_of(cls, items: np.ndarray[Any, Any], **parts: Any) -> Measurement:
        """The mean of a series, summed exactly: the same for any order and any grouping."""
        import math

        total = math.fsum(items.tolist())
        return cls(total / len(items), total, len(items), parts)


@dataclass(frozen=True)
class Metric:
    """A metric's name, version, function and facts; a changed value means a higher version."""

    name: str
    version: int
    compute: Callable[[Case, Features], Measurement]
    bounds: tuple[float, float]
    higher_is_better: bool
    needs: tuple[str, ...]
    """Features that `compute` asks for."""
    summary: str
    source: str
    aggregate: Literal["items", "videos"] = "videos"
    """Set value: sum of totals over sum of counts, or the mean of the videos' values."""
    catches: str = ""
    blind_to: str = ""


@dataclass(frozen=True)
class _Meaningless:
    """A metric's function that says why there is nothing to compute; it can be sent to other processes."""

    reason: str

    def __call__(self, _: Case, __: Features) -> Measurement:
        """Say it.

        Raises:
            NotApplicable: always.
        """
        raise NotApplicable(self.reason)


def without_meaning(metric: Metric, reason: str) -> Metric:
    """The metric where it has no meaning: it needs nothing, and says `reason` for every video."""
    return replace(metric, compute=_Meaningless(reason), needs=())


def load_metric(name: str) -> Metric:
    """The metric of that name, under that name: a `module:attribute` stays one in records, so that reports find it.

    Raises:
        InputError: no such metric.
    """
    metric: Metric = plugins.load("metrics", name)
    return replace(metric, name=name)
