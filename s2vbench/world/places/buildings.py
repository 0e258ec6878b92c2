"""Houses and skylines."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, ellipse, line, polygon
from s2vbench.world.places.stage import BELOW, REACH, Thing, around, everywhere


@dataclass(frozen=True)
class Paints:
    """Colours of a house."""

    wall: Colour
    roof: Colour
    trim: Colour
    """Frames of windows, and cornices."""
    accent: Colour
    """Door and shutters."""
    glass: Colour = (0.5, 0.64, 0.74)
    lamp: Colour | None = None
    """Colour of lit windows, for the evening."""


def house(dice: Dice, x: float, y: float, size: tuple[float, float], paints: Paints, *, door: bool = True) -> Thing:
    """A house front: x its middle, y its foot, size its width and the height of its wall."""
    width, height = size
    shape = dice.pick(("gable", "hip", "flat", "step"))
    columns, rows = max(round(width / 0.125), 2), max(round(height / 0.17), 1)
    lit = {(i, j) for i in range(columns) for j in range(rows) if dice.chance(0.55)}
    shutters, chimney = dice.chance(0.5), dice.between(-0.3, 0.3)
    entrance = dice.whole(0, columns - 1) if door else -1

    def draw(pen: Pen) -> None:
        left, right, top = x - width / 2, x + width / 2, y - height
        if shape in {"gable", "hip"}:
            rise = _rise(shape, width) + 0.025
            stack = box(x + chimney * width - 0.018, top - rise, x + chimney * width + 0.018, top)
            pen.fill(stack, darker(paints.roof, 0.15), shade=0.1)
        pen.gradient(box(left, top, right, BELOW), (lighter(paints.wall, 0.1), paints.wall), (0, top), (0, y))
        _roof(pen, shape, (left, top, right), paints)
        _windows(pen, (left, top, width / columns, height / rows), (columns, rows), lit, paints, shutters, entrance)
        if entrance >= 0:
            middle = left + (entrance + 0.5) * width / columns
            pen.fill(box(middle - 0.036, y - 0.118, middle + 0.036, y + 0.1, 0.02), paints.trim, shade=0.0)
            pen.fill(box(middle - 0.028, y - 0.11, middle + 0.028, y + 0.1, 0.016), paints.accent, shade=0.2)
        pen.fill(box(left, y - 0.012, right, BELOW), darker(paints.wall, 0.22), shade=0.0, alpha=0.5)

    return around(x, 0.56 * width, draw)


def _rise(shape: str, width: float) -> float:
    """How high a roof stands above its wall."""
    return min(0.375 * width, 0.17) if shape == "gable" else min(0.4 * width, 0.13)


def _roof(pen: Pen, shape: str, at: tuple[float, float, float], paints: Paints) -> None:
    left, top, right = at
    eave, middle, half = 0.02, (left + right) / 2, (right - left) / 2
    if shape == "gable":
        tip = top - _rise(shape, right - left)
        pen.fill(polygon([(left, top), (middle, tip + 0.01), (right, top)]), paints.wall, shade=0.1)
        pen.stroke(line([(left - eave, top + 0.015), (middle, tip), (right + eave, top + 0.015)]), paints.roof, 0.032)
        if pen.sees(0.03):
            pen.fill(ellipse(middle, top - 0.3 * (top - tip), 0.022, 0.022), paints.lamp or paints.glass, shade=0.1)
    elif shape == "hip":
        tip = top - _rise(shape, right - left)
        inset = min(0.3 * half, 0.1)
        corners = [(left - eave, top + 0.012), (left + inset, tip), (right - inset, tip), (right + eave, top + 0.012)]
        pen.fill(polygon(corners), paints.roof, shade=0.22)
        if pen.sees(0.012):
            rows = skia.Path()
            for share in (0.3, 0.55, 0.8):
                height = tip + (top - tip) * share
                rows.addPath(line([(left + inset * (1 - share), height), (right - inset * (1 - share), height)]))
            pen.stroke(rows, darker(paints.roof, 0.3), 0.004, alpha=0.5)
    elif shape == "step":
        path = skia.Path()
        for i, share in enumerate((1.0, 0.72, 0.44)):
            path.addRect(middle - half * share, top - 0.045 * (i + 1), middle + half * share, top + 0.01)
        pen.fill(path, lighter(paints.wall, 0.08), shade=0.05)
    else:
        pen.fill(box(left - eave, top - 0.025, right + eave, top + 0.012, 0.004), paints.trim, shade=0.15)
        pen.fill(box(left - 0.5 * eave, top - 0.045, right + 0.5 * eave, top - 0.02, 0.004), paints.roof, shade=0.15)


def _windows(
    pen: Pen,
    grid: tuple[float, float, float, float],
    count: tuple[int, int],
    lit: set[tuple[int, int]],
    paints: Paints,
    shutters: bool,  # noqa: FBT001 -- a trait of the house among others
    entrance: int,
) -> None:
    left, top, step_x, step_y = grid
    wide, tall = min(0.22 * step_x, 0.032), min(0.3 * step_y, 0.052)
    frames, dark, warm, wings = skia.Path(), skia.Path(), skia.Path(), skia.Path()
    for i in range(count[0]):
        for j in range(count[1]):
            if i == entrance and j == count[1] - 1:
                continue
            x, y = left + (i + 0.5) * step_x, top + (j + 0.48) * step_y
            frames.addRect(x - wide - 0.008, y - tall - 0.008, x + wide + 0.008, y + tall + 0.012)
            pane = warm if paints.lamp is not None and (i, j) in lit else dark
            for a, b in ((x - wide, x - 0.003), (x + 0.003, x + wide)):
                pane.addRect(a, y - tall, b, y + tall)
            if shutters:
                wings.addRect(x - 1.75 * wide, y - tall, x - wide - 0.006, y + tall)
                wings.addRect(x + wide + 0.006, y - tall, x + 1.75 * wide, y + tall)
    if not pen.sees(wide):
        return
    pen.fill(frames, paints.trim, shade=0.0)
    pen.fill(dark, paints.glass, shade=0.2)
    if paints.lamp is not None:
        pen.fill(warm, paints.lamp, shade=0.1)
    if shutters:
        pen.fill(wings, paints.accent, shade=0.1)


def row_of_houses(
    dice: Dice, y: float, heights: tuple[float, float], palette: list[Paints], gap: float = 0.0, reach: float = REACH
) -> list[Thing]:
    """Houses from side to side, wall to wall or with gaps."""
    found = []
    x = -reach - dice.between(0, 0.3)
    while x < reach:
        width = dice.between(0.24, 0.42)
        found.append(house(dice, x + width / 2, y, (width, dice.between(*heights)), dice.pick(palette)))
        x += width + gap * dice.between(0.3, 1.4)
    return found


def skyline(
    dice: Dice, y: float, heights: tuple[float, float], colours: tuple[Colour, Colour], lamp: Colour | None = None
) -> Thing:
    """Far towers as one shape, hazy at their feet, some windows lit where a colour is given."""
    towers, panes = skia.Path(), skia.Path()
    x = -REACH - 0.1
    while x < REACH:
        width, tall = dice.between(0.08, 0.2), dice.between(*heights)
        towers.addRect(x, y - tall, x + width, BELOW)
        if dice.chance(0.35):
            towers.addRect(x + 0.3 * width, y - tall - 0.05, x + 0.7 * width, y)
        if dice.chance(0.25):
            towers.addRect(x + 0.47 * width, y - tall - 0.13, x + 0.53 * width, y)
        if lamp is not None:
            for i in range(int(width / 0.03)):
                for j in range(int(tall / 0.045)):
                    if dice.chance(0.3):
                        left, top = x + 0.012 + 0.03 * i, y - tall + 0.02 + 0.045 * j
                        panes.addRect(left, top, left + 0.013, top + 0.02)
        x += width + dice.between(-0.02, 0.05)

    def draw(pen: Pen) -> None:
        pen.gradient(towers, colours, (0, y - heights[1]), (0, y))
        if lamp is not None and pen.sees(0.013):
            pen.fill(panes, lamp, shade=0.0, alpha=0.75)

    return everywhere(draw)


def arch(x: float, y: float, width: float, height: float) -> skia.Path:
    """A round-headed opening standing at y."""
    path = skia.Path()
    path.moveTo(x - width / 2, y)
    path.lineTo(x - width / 2, y - height + width / 2)
    path.arcTo(
        skia.Rect.MakeLTRB(x - width / 2, y - height, x + width / 2, y - height + width), 180, 180, forceMoveTo=False
    )
    path.lineTo(x + width / 2, y)
    path.close()
    return path
