"""Weather in front of a scene: where a particle is depends on the time alone, so any frame can be drawn first."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour
from s2vbench.world.scene import Weather

_SIZES = 3
"""Nearness in steps: near particles are larger and faster, and each step is one call of Skia."""
_REACH = 0.1
"""How far beyond the frame particles turn around, in frame heights."""

_RAIN: Colour = (0.86, 0.92, 1.0)
_SNOW: Colour = (1.0, 1.0, 1.0)
_LEAVES: tuple[Colour, ...] = ((0.86, 0.45, 0.14), (0.93, 0.68, 0.2), (0.7, 0.24, 0.16))
_FIREFLY: Colour = (1.0, 0.93, 0.5)
_BUBBLE: Colour = (0.9, 0.98, 1.0)


class _Particle(NamedTuple):
    """One flake, drop, leaf, firefly or bubble: where it starts, and what is its own."""

    x: float
    y: float
    speed: float
    phase: float
    size: float


@lru_cache(maxsize=64)
def _particles(weather: Weather, dice_key: str | int, step: int, count: int) -> tuple[_Particle, ...]:
    dice = Dice("weather", weather, dice_key, step)
    return tuple(
        _Particle(dice.unit(), dice.unit(), dice.between(0.85, 1.15), dice.unit(), dice.between(0.75, 1.25))
        for _ in range(count)
    )


def _wrapped(value: float, span: float) -> float:
    """A value that comes in again at the other end, a little outside the frame."""
    return value % (span + 2 * _REACH) - _REACH


def _paint_of(colour: Colour, alpha: float, width: float = 0.0) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*colour, alpha))
    if width > 0:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
    return paint


def _rain(canvas: skia.Canvas, aspect: float, time_s: float, dice_key: str | int) -> None:
    for step in range(_SIZES):
        near = (step + 1) / _SIZES
        points = []
        for drop in _particles("rain", dice_key, step, round((26 - 5 * step) * max(aspect, 0.6))):
            fallen = drop.y * 1.2 + time_s * (1.0 + 0.9 * near) * drop.speed
            y = _wrapped(fallen, 1.0)
            x = _wrapped(drop.x * (aspect + 2 * _REACH) - 0.16 * fallen, aspect)
            length = (0.03 + 0.05 * near) * drop.size
            points += [skia.Point(x, y), skia.Point(x - 0.16 * length, y + length)]
        paint = _paint_of(_RAIN, 0.2 + 0.22 * near, 0.0025 + 0.003 * near)
        canvas.drawPoints(skia.Canvas.kLines_PointMode, points, paint)


def _snow(canvas: skia.Canvas, aspect: float, time_s: float, dice_key: str | int) -> None:
    for step in range(_SIZES):
        near = (step + 1) / _SIZES
        points = []
        for flake in _particles("snow", dice_key, step, round((34 - 9 * step) * max(aspect, 0.6))):
            y = _wrapped(flake.y * 1.2 + time_s * (0.05 + 0.11 * near) * flake.speed, 1.0)
            sway = 0.03 * math.sin(2 * math.pi * (flake.phase + 0.23 * time_s * flake.speed))
            points.append(skia.Point(_wrapped(flake.x * (aspect + 2 * _REACH) + 0.02 * time_s + sway, aspect), y))
        paint = _paint_of(_SNOW, 0.5 + 0.4 * near, 0.005 + 0.011 * near)
        canvas.drawPoints(skia.Canvas.kPoints_PointMode, points, paint)


def _leaves(canvas: skia.Canvas, aspect: float, time_s: float, dice_key: str | int) -> None:
    for step, colour in enumerate(_LEAVES):
        path = skia.Path()
        for leaf in _particles("leaves", dice_key, step, round(6 * max(aspect, 0.7))):
            turn = 2 * math.pi * (leaf.phase + 0.3 * time_s * leaf.speed)
            y = _wrapped(leaf.y * 1.2 + 0.13 * time_s * leaf.speed + 0.012 * math.sin(2 * turn), 1.0)
            x = _wrapped(leaf.x * (aspect + 2 * _REACH) - 0.05 * time_s + 0.05 * math.sin(turn), aspect)
            _add_leaf(path, x, y, 0.017 * leaf.size, turn * 0.8, 0.35 + 0.65 * abs(math.cos(1.3 * turn)))
        canvas.drawPath(path, _paint_of(colour, 0.95))


def _add_leaf(path: skia.Path, x: float, y: float, size: float, turn: float, width: float) -> None:
    """A pointed leaf, seen more or less from its edge."""
    along = (size * math.cos(turn), size * math.sin(turn))
    across = (-0.75 * width * along[1], 0.75 * width * along[0])
    path.moveTo(x - along[0], y - along[1])
    path.quadTo(x + across[0], y + across[1], x + along[0], y + along[1])
    path.quadTo(x - across[0], y - across[1], x - along[0], y - along[1])


def _fireflies(canvas: skia.Canvas, aspect: float, time_s: float, dice_key: str | int) -> None:
    for fly in _particles("fireflies", dice_key, 0, round(14 * max(aspect, 0.6))):
        turn = 2 * math.pi * (fly.phase + 0.07 * time_s * fly.speed)
        x = fly.x * aspect + 0.06 * math.sin(turn) + 0.02 * math.sin(3.1 * turn)
        y = 0.25 + 0.65 * fly.y + 0.04 * math.cos(1.7 * turn)
        light = 0.25 + 0.75 * (0.5 + 0.5 * math.sin(2 * math.pi * (0.45 * time_s * fly.speed + 3 * fly.phase))) ** 2
        canvas.drawCircle(x, y, 0.02 * fly.size, _paint_of(_FIREFLY, 0.18 * light))
        canvas.drawCircle(x, y, 0.011 * fly.size, _paint_of(_FIREFLY, 0.35 * light))
        canvas.drawCircle(x, y, 0.005 * fly.size, _paint_of(_FIREFLY, light))


def _bubbles(canvas: skia.Canvas, aspect: float, time_s: float, dice_key: str | int) -> None:
    bodies, rims, lights = skia.Path(), skia.Path(), skia.Path()
    for step in range(_SIZES):
        near = (step + 1) / _SIZES
        for bubble in _particles("bubbles", dice_key, step, round((10 - 2 * step) * max(aspect, 0.6))):
            radius = 0.017 * near * bubble.size
            y = _wrapped(1.0 - bubble.y * 1.2 - time_s * (0.08 + 0.1 * near) * bubble.speed, 1.0)
            sway = 0.02 * math.sin(2 * math.pi * (bubble.phase + 0.5 * time_s * bubble.speed))
            x = _wrapped(bubble.x * (aspect + 2 * _REACH) + sway, aspect)
            bodies.addCircle(x, y, radius)
            rims.addCircle(x, y, radius)
            lights.addCircle(x - 0.35 * radius, y - 0.35 * radius, 0.25 * radius)
    canvas.drawPath(bodies, _paint_of(_BUBBLE, 0.16))
    canvas.drawPath(rims, _paint_of(_BUBBLE, 0.55, 0.0028))
    canvas.drawPath(lights, _paint_of(_SNOW, 0.85))


_PAINT = {"rain": _rain, "snow": _snow, "leaves": _leaves, "fireflies": _fireflies, "bubbles": _bubbles}


def paint_weather(
    canvas: skia.Canvas, weather: Weather, width_px: int, height_px: int, time_s: float, dice_key: str | int
) -> None:
    """Paint what falls, floats or flies through the air at one moment, over everything else.

    Args:
        canvas: the frame, in pixels.
        weather: what it is; "clear" paints nothing.
        width_px: the frame's width.
        height_px: the frame's height; particles are sized after it.
        time_s: when; equal times give equal pictures.
        dice_key: which individual weather: other keys scatter the particles otherwise.
    """
    if weather == "clear":
        return
    canvas.save()
    canvas.clipRect(skia.Rect.MakeWH(width_px, height_px))
    canvas.scale(height_px, height_px)
    _PAINT[weather](canvas, width_px / height_px, time_s, dice_key)
    canvas.restore()
