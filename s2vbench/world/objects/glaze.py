"""What is painted around a solid of revolution: rings, stripes, strewn marks, an emblem."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.lathe import Lathe, gore, mark, ring
from s2vbench.world.objects.space import PITCH_COS, PITCH_SIN, Stage
from s2vbench.world.objects.thing import Look, a
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen, curve, line

GlazeKind = Literal["plain", "rings", "dipped", "stripes", "marks", "zigzag", "emblem", "waves"]
GLAZES: Final[tuple[GlazeKind, ...]] = ("rings", "dipped", "stripes", "marks", "zigzag", "emblem", "waves")


@dataclass(frozen=True)
class Glaze:
    """A painting in one or two colours."""

    kind: GlazeKind
    colour: Colour
    name: str
    """Of the colour."""
    other: Colour
    count: int
    mark: str
    emblem: str
    longitude_deg: float
    """Where the emblem is."""
    level: float
    """Where between the top (0) and the bottom (1) something begins or lies."""


def glaze_of(dice: Dice, look: Look, kinds: tuple[GlazeKind, ...] = GLAZES, *, longitude_deg: float = 0.0) -> Glaze:
    """A painting by chance, in the second colour of a look."""
    return Glaze(
        dice.pick(kinds),
        look.second,
        look.names[1],
        look.accent,
        dice.whole(2, 4),
        look.mark,
        look.emblem,
        longitude_deg,
        dice.between(0.42, 0.66),
    )


def glaze_words(glaze: Glaze, where: str = "on its side") -> str:
    """A phrase that tells a painting, and where an emblem is; empty for a plain one."""
    return {
        "plain": "",
        "rings": f"with {glaze.name} rings",
        "dipped": f"with {a(glaze.name)} lower half",
        "stripes": f"with vertical {glaze.name} stripes",
        "marks": f"with {glaze.name} {glaze.mark}",
        "zigzag": f"with {a(glaze.name)} zigzag",
        "emblem": f"with {a(glaze.name)} {glaze.emblem} {where}",
        "waves": f"with {glaze.name} waves",
    }[glaze.kind]


def paint(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    """Paint between two heights of a solid; one of the marks of `turn_out`."""
    if stage.sees(0.03):
        _PAINT[glaze.kind](stage, lathe, glaze, top, bottom)


def _plain(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    """Nothing is on a plain thing."""


def _rings(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    step = (bottom - top) / (glaze.count + 0.6)
    for i in range(glaze.count):
        y = top + (i + 0.6) * step
        ring(stage, lathe, y, y + step * (0.48 if i % 2 == 0 else 0.24), glaze.colour if i % 2 == 0 else glaze.other)


def _dipped(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    y = top + (bottom - top) * glaze.level
    ring(stage, lathe, y, bottom + 0.05, glaze.colour)
    ring(stage, lathe, y - 0.03, y, glaze.other)


def _stripes(stage: Stage, lathe: Lathe, glaze: Glaze, _top: float, _bottom: float) -> None:
    count = glaze.count + 4
    for i in range(count):
        start = 360.0 * i / count
        gore(stage, lathe, start, start + 180.0 / count, glaze.colour)


def _marks(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    rows = 2 if bottom - top < 0.5 else 3
    step = (bottom - top) / rows
    count = glaze.count + 3
    for row in range(rows):
        y = top + (row + 0.5) * step
        size = min(0.52 * step, 3.2 * lathe.radius(y) / count)
        for i in range(count):
            longitude = 360.0 * (i + 0.5 * (row % 2)) / count
            mark(stage, lathe, longitude, y, _mark(glaze, size))


def _mark(glaze: Glaze, size: float) -> Callable[[Pen], None]:
    return lambda pen: small_mark(pen, glaze.mark, size, glaze.colour)


def _emblem(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    y = (top + bottom) / 2
    size = min(0.72 * (bottom - top), 1.15 * lathe.radius(y))
    mark(stage, lathe, glaze.longitude_deg, y, lambda pen: emblem(pen, glaze.emblem, size, glaze.colour, glaze.other))


def _zigzag(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    _around(stage, lathe, glaze, (top + bottom) / 2, 0.16 * (bottom - top), smooth=False)


def _waves(stage: Stage, lathe: Lathe, glaze: Glaze, top: float, bottom: float) -> None:
    for share in (0.3, 0.7):
        _around(stage, lathe, glaze, top + share * (bottom - top), 0.07 * (bottom - top), smooth=True)


def _around(stage: Stage, lathe: Lathe, glaze: Glaze, y: float, swing: float, *, smooth: bool) -> None:
    """A line up and down around a solid, from limb to limb."""
    count = 2 * (glaze.count + 4)
    pieces = 4 if smooth else 1
    step = 360.0 / (count * pieces)
    yaw = stage.view.yaw_deg
    first, last = math.ceil((-90.0 - yaw) / step), math.floor((90.0 - yaw) / step)
    points = []
    for seen_deg in (-90.0, *(i * step + yaw for i in range(first, last + 1)), 90.0):
        turn = math.pi * (seen_deg - yaw) / (step * pieces)
        up = math.cos(turn) if smooth else 1 - 2 * abs((turn / math.pi) % 2.0 - 1.0)
        at = y + swing * up
        radius, angle = lathe.radius(at), math.radians(seen_deg)
        points.append((radius * math.sin(angle), at * PITCH_COS + radius * math.cos(angle) * PITCH_SIN))
    path = curve(points) if smooth else line(points)
    stage.pen.stroke(path, glaze.colour, max(0.55 * swing, 0.03))


_PAINT: Final = {
    "plain": _plain,
    "rings": _rings,
    "dipped": _dipped,
    "stripes": _stripes,
    "marks": _marks,
    "zigzag": _zigzag,
    "emblem": _emblem,
    "waves": _waves,
}
