"""Training curves as a picture, from the logs of one run or several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from s2vbench.errors import InputError
from s2vbench.kaleido.training.logs import read_log

_PANELS: Final = (
    ("loss", "loss"),
    ("grad_norm", "gradient norm, before clipping"),
    ("learning_rate", "learning rate"),
    ("samples_per_s", "samples a second"),
)
_SMOOTHING: Final = 0.02
"""Width of the moving mean, as a share of the lines."""


def draw_curves(logs: Mapping[str, Path], target: Path) -> Path:
    """Loss, gradient norm, rate and speed over steps, to a .png or .svg file.

    Args:
        logs: what to call a run -> its `log.jsonl`.
        target: the picture.

    Raises:
        InputError: a log is empty or cannot be read.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2).flatten()
    for colour, (name, path) in enumerate(logs.items()):
        rows = read_log(path)
        if not rows:
            raise InputError(f"{path}: holds no complete line yet; train a few steps first")
        steps = np.array([row.step for row in rows])
        for axis, (key, _) in zip(axes, _PANELS, strict=True):
            values = np.array([getattr(row, key) for row in rows], dtype=np.float64)
            _draw(axis, steps, values, name, f"C{colour}")
    for axis, (_, title) in zip(axes, _PANELS, strict=True):
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("step")
        axis.grid(visible=True, alpha=0.3)
    if len(logs) > 1:
        axes[0].legend()
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=110, metadata={"Date": None} if target.suffix == ".svg" else None)
    return target


def _draw(axis: Any, steps: Any, values: Any, name: str, colour: str) -> None:
    window = max(1, round(_SMOOTHING * len(values)))
    if window > 1:
        axis.plot(steps, values, color=colour, alpha=0.25, linewidth=0.7)
        smooth = np.convolve(values, np.ones(window) / window, mode="valid")
        axis.plot(steps[window - 1 :], smooth, color=colour, label=name, linewidth=1.4)
    else:
        axis.plot(steps, values, color=colour, label=name, linewidth=1.2)
