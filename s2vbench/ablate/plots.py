"""A sweep as pictures: differences from the reference with their intervals, and training losses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from s2vbench.ablate.compare import Comparison, MetricComparison
from s2vbench.ablate.sweep import Sweep
from s2vbench.report.formats import arrow
from s2vbench.stats.crossed import crossed_difference

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, FAINT, RULE = "#1a1a1a", "#5c6166", "#d5d8dc"
_COLOURS: Final = ("#0b6e99", "#c2571a", "#4d7c0f", "#8a3ffc", "#b0305c", "#6b5b00", "#00796b", "#5d4037")
_MOST_PANELS: Final = 4
_SMOOTHING: Final = 0.04


def draw_differences(sweep: Sweep, comparison: Comparison, suffix: str) -> bytes:
    """The metrics that a paper speaks of (or the first few): every variant's difference from the reference.

    Bars are 95 % intervals over cases and seeds; dots are single seeds.
    """
    spoken = [found for found in comparison.metrics if sweep.published_about(found.metric.name)]
    shown = [found for found in spoken or comparison.metrics if found.pairs][:_MOST_PANELS]
    others = [variant for variant in comparison.records.variants if variant != sweep.reference]
    figure = _figure(3.2 + 3.4 * max(1, len(shown)), 1.3 + 0.42 * max(1, len(others)))
    axes = figure.subplots(1, max(1, len(shown)), sharey=True, squeeze=False)[0]
    for axis, found in zip(axes, shown, strict=False):
        _panel(axis, sweep, comparison, found, others)
    axes[0].set_yticks(range(len(others)), [sweep.label(variant) for variant in others])
    axes[0].set_ylim(len(others) - 0.5, -0.5)
    figure.suptitle(f"Difference from {sweep.label(sweep.reference)}", fontsize=10, color=INK)
    return _saved(figure, suffix)


def _panel(axis: Any, sweep: Sweep, comparison: Comparison, found: MetricComparison, others: list[str]) -> None:
    axis.axvline(0, color=FAINT, linewidth=1)
    against = found.against(sweep.reference)
    for place, variant in enumerate(others):
        if variant not in against or against[variant].value is None:
            continue
        difference = against[variant]
        axis.plot(_by_seed(sweep, comparison, found, variant), [place] * len(comparison.records.seeds), **_DOTS)
        if difference.low is not None and difference.high is not None:
            axis.plot([difference.low, difference.high], [place, place], color=_COLOURS[0], linewidth=2.2)
        axis.plot(difference.value, place, "o", color=_COLOURS[0], markersize=6)
    axis.set_title(f"{found.metric.name} {arrow(found.metric)}", fontsize=10, color=INK)
    axis.grid(visible=True, axis="x", color=RULE, linewidth=0.6)
    axis.locator_params(axis="x", nbins=5)


_DOTS: Final[dict[str, Any]] = {"marker": "|", "linestyle": "", "color": FAINT, "markersize": 9}


def _by_seed(sweep: Sweep, comparison: Comparison, found: MetricComparison, variant: str) -> list[float]:
    cells = comparison.records.cells
    one, usual = cells[variant, found.metric.name], cells[sweep.reference, found.metric.name]
    values = []
    for column in range(len(comparison.records.seeds)):
        part = slice(column, column + 1)
        difference = crossed_difference(
            (one.totals_CS[:, part], one.counts_CS[:, part]), (usual.totals_CS[:, part], usual.counts_CS[:, part])
        )
        values.append(float("nan") if difference.value is None else difference.value)
    return values


def draw_curves(sweep: Sweep, comparison: Comparison, suffix: str) -> bytes:
    """Training loss of every variant, mean over seeds; and what it is above the reference's, where noise cancels."""
    figure = _figure(10.5, 4.2)
    left, right = figure.subplots(1, 2)
    usual = _mean_loss(comparison, sweep.reference)
    for colour, variant in zip(_cycle(len(comparison.records.variants)), comparison.records.variants, strict=True):
        curve = _mean_loss(comparison, variant)
        if curve is None:
            continue
        steps, losses = curve
        left.plot(*_smooth(steps, losses), color=colour, linewidth=1.3, label=sweep.label(variant))
        if usual is not None and variant != sweep.reference:
            shared, at, at_usual = np.intersect1d(steps, usual[0], return_indices=True)
            if len(shared):
                above = losses[at] - usual[1][at_usual]
                right.plot(*_smooth(shared, above), color=colour, linewidth=1.3, label=sweep.label(variant))
    right.axhline(0, color=FAINT, linewidth=1)
    left.set_title("training loss, mean over seeds", fontsize=10)
    right.set_title(f"above {sweep.label(sweep.reference)} (equal samples and noise)", fontsize=10)
    for axis in (left, right):
        axis.set_xlabel("step", fontsize=9)
        axis.grid(visible=True, color=RULE, linewidth=0.6)
    left.legend(fontsize=8, frameon=False)
    return _saved(figure, suffix)


def _mean_loss(comparison: Comparison, variant: str) -> tuple[Any, Any] | None:
    """Steps that the logs of all seeds have a line at, and the mean loss there."""
    logs = [rows for (name, _), rows in comparison.records.logs.items() if name == variant and rows]
    if not logs:
        return None
    by_step = [{row.step: row.loss for row in rows} for rows in logs]
    steps = sorted(set.intersection(*(set(some) for some in by_step)))
    return np.array(steps), np.array([np.mean([some[step] for some in by_step]) for step in steps])


def _smooth(steps: Any, values: Any) -> tuple[Any, Any]:
    window = max(1, round(_SMOOTHING * len(values)))
    return steps[window - 1 :], np.convolve(values, np.ones(window) / window, mode="valid")


def _cycle(count: int) -> list[str]:
    return [_COLOURS[index % len(_COLOURS)] for index in range(count)]


def _figure(width_in: float, height_in: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _saved(figure: Figure, suffix: str) -> bytes:
    import matplotlib as mpl

    buffer = io.BytesIO()
    # A fixed salt: equal numbers give equal files.
    with mpl.rc_context({"svg.hashsalt": "s2vbench"}):
        figure.savefig(buffer, format=suffix, dpi=130, metadata={"Date": None} if suffix == "svg" else None)
    return buffer.getvalue()
