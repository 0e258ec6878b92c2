"""An axis with round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """From one round number to another, drawn over so many pixels."""

    low: float
    high: float
    ticks: tuple[float, ...]
    left_px: float
    width_px: float

    def x(self, value: float) -> float:
        """Where a value stands, in pixels; at the edge where it lies outside."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.left_px + self.width_px * min(1.0, max(0.0, share)), 1)

    def label(self, tick: float) -> str:
        """A tick as text, with as many digits as its neighbours need."""
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 1.0
        digits = min(12, max(0, -math.floor(math.log10(step) + 1e-9)))
        if digits and abs(step * 10**digits - round(step * 10**digits)) > 1e-6:
            digits += 1
        return f"{tick + 0.0:.{digits}f}"


def axis_over(values: Sequence[float], left_px: float, width_px: float, num_ticks: int = 4) -> Axis:
    """The shortest axis between round numbers that holds all values; never empty.

    >>> axis_over([0.91, 0.99], 0, 100).ticks
    (0.9, 0.92, 0.94, 0.96, 0.98, 1.0)
    """
    low, high = min(values), max(values)
    if high - low < 1e-6 * max(1.0, abs(low), abs(high)):
        margin = max(0.05, 0.05 * abs(low))
        low, high = low - margin, high + margin
    rough = (high - low) / num_ticks
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in _STEPS if unit * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    ticks = tuple(float(f"{place * step:.12g}") for place in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, left_px, width_px)
