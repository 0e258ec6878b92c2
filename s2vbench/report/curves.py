"""Curves of a contact sheet: what metrics say frame by frame.

Shape letters: F looked-at frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from s2vbench.metrics.base import load_metric
from s2vbench.report.case import CaseView
from s2vbench.report.formats import arrow
from s2vbench.report.page import (
    FAINT,
    HEAD_PX,
    INK,
    INNER_PX,
    LINE,
    MARGIN_PX,
    NOTE_PX,
    RULE,
    Block,
    Page,
    clipped,
    text_width,
    wrapped,
)
from s2vbench.report.pictures import MARKERS, colour_of
from s2vbench.report.subjects import subject_series
from s2vbench.types import Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICK_PX = 12
_PANEL_PX, _TITLE_PX, _BELOW_PX, _LEFT_PX, _GAP_PX = 170, 24, 46, 96, 28
_ROW_PX = _TITLE_PX + _PANEL_PX + _BELOW_PX
_COLUMN_PX = (INNER_PX - _GAP_PX) / 2
_MANY_FRAMES = 40
_REMARK = (
    "a gap is a frame without a value;   a thin line in presence_recall: absent;   vertical lines: the frames above"
)
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """One diagram."""

    metric: str
    high: float
    """The axis reaches from 0 to here, further where values do: sheets can be laid side by side."""
    bars: bool = False
    """Subjects one below the other: lines of the same value would hide each other."""


PANELS = (
    Panel("s2v_consistency", 1.0),
    Panel("bound_identity", 1.2),
    Panel("presence_recall", 1.0, bars=True),
    Panel("s2v_decoupling", 1.0),
    Panel("background_leak", 0.2),
)


@dataclass(frozen=True)
class Curves:
    """The values of one metric, frame by frame."""

    panel: Panel
    score: Score
    frames_F: tuple[int, ...]
    values: dict[int | None, Doubles]
    """Position of the subject (None: the whole frame) -> (F,), NaN where there is no value."""


def curves_of(view: CaseView) -> list[Curves]:
    """The diagrams that the records have values for."""
    place = {subject.id: index for index, subject in enumerate(view.evidence.subjects)}
    found = []
    for panel in PANELS:
        score = view.score(panel.metric)
        if score is None:
            continue
        frames = tuple(score.parts.get("frames", ()))
        listed: dict[int | None, list[float | None]] = {
            place[subject]: values for subject, values in subject_series(score).items() if subject in place
        }
        if not listed and "frame_values" in score.parts:
            listed = {None: score.parts["frame_values"]}
        values = {key: np.array(line, np.float64) for key, line in listed.items() if len(line) == len(frames)}
        if frames and values:
            found.append(Curves(panel, score, frames, values))
    return found


def curve_block(view: CaseView) -> Block:
    """All diagrams, two in a row, with a legend above and what has none below."""
    curves, silent = curves_of(view), _without_curve(view)
    legend = _legend_places(view)
    head_px = LINE * HEAD_PX + 10 + (legend[-1][1] + 24 if legend else 0)
    body_px = -(-len(curves) // 2) * _ROW_PX

    def draw(page: Page, top: float) -> None:
        page.head(top, "Frame by frame", _REMARK)
        _draw_legend(page, top + LINE * HEAD_PX + 6, view, legend)
        for index, curve in enumerate(curves):
            row, column = divmod(index, 2)
            left = MARGIN_PX + column * (_COLUMN_PX + _GAP_PX)
            _draw_panel(page, (left, top + head_px + row * _ROW_PX), view, curve)
        page.lines(MARGIN_PX, top + head_px + body_px, silent, NOTE_PX, colour=FAINT)

    return Block(head_px + body_px + LINE * NOTE_PX * len(silent), draw)


def _without_curve(view: CaseView) -> list[str]:
    """Lines that say why a metric that was scored has no diagram."""
    drawn = {curve.panel.metric for curve in curves_of(view)}
    silent = [score for panel in PANELS if panel.metric not in drawn and (score := view.score(panel.metric))]
    lines = [
        line
        for score in silent
        for line in wrapped(f"{score.metric}: {score.reason or 'no values'}", INNER_PX, NOTE_PX)
    ]
    return ["No curve:", *lines] if lines else []


def _legend_places(view: CaseView) -> list[tuple[float, float]]:
    """Left and upper edge of each subject's entry, from the legend's corner."""
    places, left, top = [], 0.0, 0.0
    for subject in view.evidence.subjects:
        width = 40 + text_width(_name(subject.id), NOTE_PX) + 24
        if left + width > INNER_PX and left:
            left, top = 0.0, top + 24
        places.append((left, top))
        left += width
    return places


def _name(subject: str) -> str:
    return clipped(subject, 300, NOTE_PX)


def _draw_legend(page: Page, top: float, view: CaseView, places: list[tuple[float, float]]) -> None:
    for index, (subject, (x, y)) in enumerate(zip(view.evidence.subjects, places, strict=True)):
        axes = page.axes(MARGIN_PX + x, top + y, 32, 18)
        axes.set_axis_off()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.plot([0.05, 0.5, 0.95], [0.5] * 3, color=colour_of(index), linewidth=2.5)
        axes.plot([0.5], [0.5], color=colour_of(index), marker=MARKERS[index % len(MARKERS)], markersize=7)
        page.text(MARGIN_PX + x + 40, top + y + 2, _name(subject.id), NOTE_PX)


def _draw_panel(page: Page, corner: tuple[float, float], view: CaseView, curve: Curves) -> None:
    left, top = corner
    metric = load_metric(curve.score.metric)
    value = "n/a" if curve.score.value is None else f"{curve.score.value:.3f}"
    title = f"{metric.name} {arrow(metric)} {value}"
    page.text(left, top, title, 14, bold=True)
    after = text_width(title, 14, bold=True) + 12
    page.text(left + after, top + 1.5, clipped(metric.summary, _COLUMN_PX - after, TICK_PX), TICK_PX, colour=FAINT)
    axes = page.axes(left + _LEFT_PX, top + _TITLE_PX, _COLUMN_PX - _LEFT_PX - 4, _PANEL_PX)
    second = view.evidence.fps or 1.0
    for frame in view.evidence.frames:
        axes.axvline(frame.frame / second, color=RULE, linewidth=1, zorder=0)
    times_F = np.array(curve.frames_F, np.float64) / second
    if curve.panel.bars:
        draw_bars(axes, times_F, curve)
        names = [clipped(view.evidence.subjects[k].id, _LEFT_PX - 14, TICK_PX) for k in _keys(curve)]
        axes.set_yticks(range(len(names)), names)
    else:
        draw_lines(axes, times_F, curve)
    # All diagrams reach as far, and as bars are a frame wide, that is more than the frames do.
    all_F = np.union1d(view.evidence.frames_F, curve.frames_F) / second
    axes.set_xlim(all_F.min() - 0.6 * _step(all_F), all_F.max() + 0.6 * _step(all_F))
    axes.tick_params(labelsize=TICK_PX, colors=INK, length=4)
    axes.spines[["top", "right"]].set_visible(False)
    unit = "seconds" if view.evidence.fps else "frame number (the video has no frame rate)"
    axes.set_xlabel(unit, fontsize=TICK_PX, color=FAINT)


def draw_lines(axes: Axes, times_F: Doubles, curve: Curves) -> None:
    """One line a subject; a value that is missing on both sides of another leaves a lone marker."""
    size = 6 if len(times_F) <= _MANY_FRAMES else 3
    for subject, values_F in curve.values.items():
        marker = "o" if subject is None else MARKERS[subject % len(MARKERS)]
        colour = INK if subject is None else colour_of(subject)
        axes.plot(times_F, values_F, color=colour, marker=marker, markersize=size, linewidth=2)
    known = np.concatenate([values_F[np.isfinite(values_F)] for values_F in curve.values.values()])
    low, high = float(known.min(initial=0.0)), float(known.max(initial=curve.panel.high))
    axes.set_ylim(low - 0.03 * (high - low), high + 0.03 * (high - low))
    axes.grid(visible=True, axis="y", color=RULE, linewidth=0.8)


def draw_bars(axes: Axes, times_F: Doubles, curve: Curves) -> None:
    """One row a subject: a bar as high as its value, a thin line where that is 0, nothing where there is none."""
    step = _step(times_F)
    for row, subject in enumerate(_keys(curve)):
        values_F = curve.values[subject]
        known_F = np.isfinite(values_F)
        heights = np.maximum(0.8 * values_F[known_F], 0.04)
        axes.bar(times_F[known_F], heights, 0.94 * step, bottom=row - heights / 2, color=colour_of(subject))
    axes.set_ylim(len(curve.values) - 0.4, -0.6)


def _keys(curve: Curves) -> list[int]:
    return sorted(subject for subject in curve.values if subject is not None)


def _step(times_F: Doubles) -> float:
    return float(np.diff(times_F).min()) if len(times_F) > 1 else 1.0
