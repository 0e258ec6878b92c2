"""Painted spheres that turn in every direction: patches, cut off where the sphere turns away."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import skia

from s2vbench.world.objects.space import PITCH_COS, PITCH_SIN, Stage, Vec
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen, Point, ellipse, polygon

Region = tuple[Vec, ...]
"""The border of a patch on a sphere of radius 1; smaller than half of it."""


def place(longitude_deg: float, latitude_deg: float) -> Vec:
    """A point of a sphere of radius 1."""
    longitude, latitude = math.radians(longitude_deg), math.radians(latitude_deg)
    across = math.cos(latitude)
    return across * math.sin(longitude), -math.sin(latitude), across * math.cos(longitude)


def cap(longitude_deg: float, latitude_deg: float, size_deg: float, corners: int = 16, inner: float = 1.0) -> Region:
    """A disc on the sphere; a star where every other corner is drawn in to `inner`."""
    x, y, z = place(longitude_deg, latitude_deg)
    long = math.radians(longitude_deg)
    right: Vec = (math.cos(long), 0.0, -math.sin(long))
    up: Vec = (y * right[2] - z * right[1], z * right[0] - x * right[2], x * right[1] - y * right[0])
    found = []
    for i in range(corners):
        size = math.radians(size_deg * (inner if i % 2 else 1.0))
        turn = 2 * math.pi * i / corners - math.pi / 2
        b, c, far = math.cos(turn) * math.sin(size), math.sin(turn) * math.sin(size), math.cos(size)
        found.append(
            (far * x + b * right[0] + c * up[0], far * y + b * right[1] + c * up[1], far * z + b * right[2] + c * up[2])
        )
    return tuple(found)


def gore(start_deg: float, end_deg: float, low_deg: float = -89.0, high_deg: float = 89.0) -> Region:
    """What lies between two longitudes and two latitudes."""
    rows = [low_deg + (high_deg - low_deg) * i / 8 for i in range(9)]
    steps = [start_deg + (end_deg - start_deg) * i / 4 for i in range(5)]
    return (
        *(place(start_deg, row) for row in rows),
        *(place(step, high_deg) for step in steps),
        *(place(end_deg, row) for row in rows[::-1]),
        *(place(step, low_deg) for step in steps[::-1]),
    )


Turn3 = Callable[[Vec], Vec]


def turner(stage: Stage, tilt_deg: float, lean_deg: float, roll_deg: float) -> Turn3:
    """From the sphere's own directions to the picture's (right, down, nearer): tilt, lean, roll, yaw, pitch."""
    tilt, lean, roll = math.radians(tilt_deg), math.radians(lean_deg), math.radians(roll_deg)
    ct, st, cl, sl, cr, sr = (
        math.cos(tilt),
        math.sin(tilt),
        math.cos(lean),
        math.sin(lean),
        math.cos(roll),
        math.sin(roll),
    )
    cy, sy = stage.view.cos, stage.view.sin

    def turn(vec: Vec) -> Vec:
        x, y, z = vec
        x, z = x * ct + z * st, z * ct - x * st
        x, y = x * cl - y * sl, x * sl + y * cl
        y, z = y * cr + z * sr, z * cr - y * sr
        x, z = x * cy + z * sy, z * cy - x * sy
        return x, y * PITCH_COS + z * PITCH_SIN, z * PITCH_COS - y * PITCH_SIN

    return turn


def _seen(region: Region, turn: Turn3) -> skia.Path | None:
    """The part of a patch that is seen, on a disc of radius 1: what is behind is replaced by a piece of its rim."""
    points = [turn(vec) for vec in region]
    hidden = [z < 0 for _, _, z in points]
    if not any(hidden):
        return polygon([(x, y) for x, y, _ in points])
    if all(hidden):
        return None
    n = len(points)
    start = next(i for i in range(n) if not hidden[i] and hidden[i - 1])
    flat: list[Point] = []
    leave = 0.0
    for i in range(start, start + n):
        here, ahead = points[i % n], points[(i + 1) % n]
        if not hidden[i % n]:
            flat.append((here[0], here[1]))
        if hidden[i % n] != hidden[(i + 1) % n]:
            share = here[2] / (here[2] - ahead[2])
            angle = math.atan2(here[1] + (ahead[1] - here[1]) * share, here[0] + (ahead[0] - here[0]) * share)
            if hidden[i % n]:
                way = (angle - leave + math.pi) % (2 * math.pi) - math.pi
                steps = 1 + int(abs(way) / 0.25)
                angles = [leave + way * k / steps for k in range(steps + 1)]
                flat += [(math.cos(at), math.sin(at)) for at in angles]
            leave = angle
    return polygon(flat)


def sphere(
    stage: Stage,
    centre: Vec,
    radius: float,
    colour: Colour,
    patches: Sequence[tuple[Region, Colour]],
    turn: Turn3,
    gloss: float,
) -> None:
    """Draw a painted sphere: patches, then light and shade over all of it."""
    x, y = stage.view.point(*centre)
    pen = stage.pen
    with pen.moved(x, y, scale_x=radius, scale_y=radius):
        pen.fill(_DISC, colour, shade=0.0, edge=0.0)
        by_colour: dict[Colour, skia.Path] = {}
        for region, tint in patches:
            path = _seen(region, turn)
            if path is not None:
                by_colour.setdefault(tint, skia.Path()).addPath(path)
        with pen.inside(_DISC):
            for tint, path in by_colour.items():
                pen.fill(path, tint, shade=0.0, edge=0.0)
        _shade(pen, gloss)
    stage.outline(ellipse(x, y, radius, radius), colour)


_DISC = ellipse(0, 0, 1, 1)


def _shade(pen: Pen, gloss: float) -> None:
    dark, clear = skia.Color4f(0.1, 0.07, 0.2, 0.42).toColor(), skia.Color4f(0.1, 0.07, 0.2, 0.0).toColor()
    light = skia.Color4f(1.0, 1.0, 0.96, 0.34).toColor()
    shader = skia.GradientShader.MakeRadial(
        skia.Point(-0.32, -0.4), 1.5, [light, clear, clear, dark], [0.0, 0.34, 0.5, 1.0]
    )
    pen.canvas.drawPath(_DISC, skia.Paint(AntiAlias=True, Shader=shader))
    if gloss:
        pen.fill(ellipse(-0.42, -0.5, 0.2, 0.12, -40), (1.0, 1.0, 1.0), shade=0.0, edge=0.0, alpha=gloss)
