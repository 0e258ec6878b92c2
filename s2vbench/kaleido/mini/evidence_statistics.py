"""From records to means with paired 95 % intervals. The case is the unit; its subjects are averaged first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from s2vbench.kaleido.mini.agreement import MEASURES
from s2vbench.kaleido.mini.evidence_cases import CONDITIONS
from s2vbench.kaleido.mini.evidence_records import EvidenceRecord
from s2vbench.types import Row

RESAMPLES: Final = 10_000
SEED: Final = 20261120
"""As in `s2vbench.stats`, which lies above this room; a test holds the two to the same numbers."""
KINDS: Final = ("human", "animal", "cartoon", "object")


class Interval(Row):
    """A mean over cases with its 95 % percentile bootstrap interval."""

    mean: float
    low: float | None
    high: float | None
    positive: float
    """Share of the cases with a value above 0."""
    n: int

    @property
    def above_zero(self) -> bool:
        """Whether all of the interval is."""
        return self.low is not None and self.low > 0


class Contrast(Row):
    """One group of cases by one measure."""

    group: str
    """one, two, or a kind within them: "one human"; of two subjects a kind counts the subjects of that kind."""
    measure: str
    values: dict[str, Interval]
    """Condition -> agreement with the right reference."""
    margins: dict[str, Interval]
    """Condition -> agreement with the right minus that with the wrong reference."""
    value_gains: dict[str, Interval]
    """Other condition -> paired gain of "right" over it in agreement with the right reference."""
    margin_gains: dict[str, Interval]
    """Other condition -> paired gain of "right" over it in margin."""


def interval(values: Sequence[float]) -> Interval:
    """Mean and interval of one value a case.

    >>> interval([1.0, 1.0]).low
    1.0
    """
    array_N = np.array(values, np.float64)
    low = high = None
    if len(array_N) > 1:
        draws = np.random.default_rng(SEED).integers(len(array_N), size=(RESAMPLES, len(array_N)))
        low, high = (float(bound) for bound in np.percentile(array_N[draws].mean(axis=1), [2.5, 97.5]))
    return Interval(
        mean=float(array_N.mean()), low=low, high=high, positive=float((array_N > 0).mean()), n=len(array_N)
    )


def contrasts(records: Iterable[EvidenceRecord]) -> list[Contrast]:
    """All groups by all measures; only cases that have every condition count."""
    by_case: dict[str, dict[str, EvidenceRecord]] = {}
    for record in records:
        by_case.setdefault(record.case, {})[record.condition] = record
    whole = [found for found in by_case.values() if all(condition in found for condition in CONDITIONS)]
    made: list[Contrast] = []
    for name, count in (("one", 1), ("two", 2)):
        cases = [found for found in whole if len(found["right"].subjects) == count]
        for kind in (None, *KINDS):
            kept = [part for found in cases if (part := _only(found, kind))]
            if kept:
                made += [_contrast(name if kind is None else f"{name} {kind}", measure, kept) for measure in MEASURES]
    return made


def _only(found: dict[str, EvidenceRecord], kind: str | None) -> dict[str, EvidenceRecord]:
    """A case with its subjects of a kind only; empty where it has none."""
    if kind is None:
        return found
    kept = {
        condition: record.model_copy(update={"subjects": tuple(one for one in record.subjects if one.kind == kind)})
        for condition, record in found.items()
    }
    return kept if kept["right"].subjects else {}


def _contrast(group: str, measure: str, cases: list[dict[str, EvidenceRecord]]) -> Contrast:
    conditions = list(dict.fromkeys(condition for found in cases for condition in found))
    # A condition that only some of the cases have so far cannot be compared pair by pair.
    conditions = [condition for condition in conditions if all(condition in found for found in cases)]
    values = {name: [found[name].value(measure) for found in cases] for name in conditions}
    margins = {name: [found[name].margin(measure) for found in cases] for name in conditions}
    others = [name for name in conditions if name != "right"]
    return Contrast(
        group=group,
        measure=measure,
        values={name: interval(values[name]) for name in conditions},
        margins={name: interval(margins[name]) for name in conditions},
        value_gains={name: interval(_difference(values["right"], values[name])) for name in others},
        margin_gains={name: interval(_difference(margins["right"], margins[name])) for name in others},
    )


def _difference(first: list[float], second: list[float]) -> list[float]:
    return [a - b for a, b in zip(first, second, strict=True)]
