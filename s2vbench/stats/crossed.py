"""Means and paired differences over cases and training seeds, with intervals that hold for other cases and other seeds.

Every cell of a grid is one case made by the model of one seed. Cases and seeds are both drawn from larger worlds and
crossed: the cells of a case are alike, and so are the cells of a seed. With three seeds a percentile bootstrap that
draws seeds again is far too narrow (it knows at most ten different draws of them, and shrinks their variance by a
third). So the variance is estimated from mean squares of cases, seeds and cells, as reader studies do (Dorfman,
Berbaum and Metz 1992; Hillis 2007), and a t distribution takes its degrees of freedom from how few seeds there are.
Shape letters: C cases, S seeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Grid = npt.NDArray[np.float64]
LEVEL = 0.95
POWER = 0.8


@dataclass(frozen=True)
class Crossed:
    """A mean, or a difference of means, over a grid of cases and seeds."""

    value: float | None
    """None where no cell has a value."""
    low: float | None
    high: float | None
    """95 % interval; None where there is one cell only."""
    error: float | None
    """Standard error."""
    freedom: float | None
    """Degrees of freedom of the t distribution."""
    p: float | None
    """Two-sided, of a true value of 0."""
    n_cases: int
    n_seeds: int
    n_cells: int
    """Cells with a value (of both, for a difference)."""

    @property
    def detectable(self) -> float | None:
        """The smallest true difference that such data would tell from 0 in four of five experiments."""
        if self.error is None or self.freedom is None:
            return None
        return float((_quantile(self.freedom, 1 - (1 - LEVEL) / 2) + _quantile(self.freedom, POWER)) * self.error)


def crossed_mean(totals_CS: Grid, counts_CS: Grid) -> Crossed:
    """The sum of totals over the sum of counts, with its interval.

    Args:
        totals_CS: sum of the items of a cell.
        counts_CS: how many they are; 0 where the cell has no value. Ones make it the mean of the cells.

    >>> found = crossed_mean(np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((2, 2)))
    >>> found.value, found.n_cases, found.n_seeds
    (2.5, 2, 2)
    """
    there_CS = counts_CS > 0
    if not there_CS.any():
        return Crossed(None, None, None, None, None, None, 0, 0, 0)
    value, deviations_CS = _ratio(totals_CS, counts_CS)
    return _estimated(value, deviations_CS, there_CS)


def crossed_difference(first: tuple[Grid, Grid], second: tuple[Grid, Grid]) -> Crossed:
    """The first set value minus the second, over the cells that both have; cases and seeds are paired.

    Args:
        first: totals_CS and counts_CS as in `crossed_mean`.
        second: the same cases and seeds in the same order.
    """
    both_CS = (first[1] > 0) & (second[1] > 0)
    if not both_CS.any():
        return Crossed(None, None, None, None, None, None, 0, 0, 0)
    (a, deviations_a_CS), (b, deviations_b_CS) = (
        _ratio(np.where(both_CS, totals_CS, 0.0), np.where(both_CS, counts_CS, 0.0))
        for totals_CS, counts_CS in (first, second)
    )
    return _estimated(a - b, deviations_a_CS - deviations_b_CS, both_CS)


def _ratio(totals_CS: Grid, counts_CS: Grid) -> tuple[float, Grid]:
    """Sum over sum, and how far every cell pulls it away (linearised; the mean of these is 0)."""
    every = float(counts_CS.sum())
    value = math.fsum(totals_CS.flat) / every
    return value, totals_CS.size / every * (totals_CS - value * counts_CS)


def _estimated(value: float, deviations_CS: Grid, there_CS: npt.NDArray[np.bool_]) -> Crossed:
    """The interval of a mean whose cells deviate from it like that; rows and columns without a cell do not count."""
    rows, columns = there_CS.any(axis=1), there_CS.any(axis=0)
    # Deviations are scaled to the whole grid; the grid shrinks to what is there.
    kept_CS = deviations_CS[rows][:, columns] * (int(rows.sum()) * int(columns.sum()) / deviations_CS.size)
    spread = _spread(kept_CS)
    cases, seeds = kept_CS.shape
    cells = int(there_CS.sum())
    if spread is None:
        return Crossed(value, None, None, None, None, None, cases, seeds, cells)
    error, freedom = spread
    half = _quantile(freedom, 1 - (1 - LEVEL) / 2) * error
    p = float(value == 0) if error == 0 else float(2 * stats.t.sf(abs(value) / error, freedom))
    return Crossed(value, value - half, value + half, error, freedom, p, cases, seeds, cells)


def _spread(deviations_CS: Grid) -> tuple[float, float] | None:
    """Standard error of the mean of a grid and its degrees of freedom; None for a single cell."""
    cases, seeds = deviations_CS.shape
    if cases * seeds < 2:
        return None
    mean = deviations_CS.mean()
    by_case_C, by_seed_S = deviations_CS.mean(axis=1), deviations_CS.mean(axis=0)
    if seeds == 1 or cases == 1:
        line = by_case_C if seeds == 1 else by_seed_S
        return float(np.sqrt(line.var(ddof=1) / len(line))), float(len(line) - 1)
    square_case = seeds * float(np.square(by_case_C - mean).sum()) / (cases - 1)
    square_seed = cases * float(np.square(by_seed_S - mean).sum()) / (seeds - 1)
    rest_CS = deviations_CS - by_case_C[:, None] - by_seed_S[None, :] + mean
    rest_freedom = (cases - 1) * (seeds - 1)
    square_rest = float(np.square(rest_CS).sum()) / rest_freedom
    # Each mean square holds the cells' own variance; the seeds' keeps it, so that the sum counts it once.
    more = max(square_case - square_rest, 0.0)
    total = square_seed + more
    if total == 0:
        return 0.0, float(seeds - 1)
    doubt = square_seed**2 / (seeds - 1)
    if more > 0:
        doubt += square_case**2 / (cases - 1) + square_rest**2 / rest_freedom
    freedom = total**2 / doubt if doubt > 0 else float(rest_freedom)
    return math.sqrt(total / (cases * seeds)), freedom


def _quantile(freedom: float, share: float) -> float:
    return float(stats.t.ppf(share, freedom))
