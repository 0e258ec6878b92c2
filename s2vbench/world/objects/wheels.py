"""Discs and lying cylinders: wheels, boilers, clocks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import skia

from s2vbench.world.objects.solids import Decorate
from s2vbench.world.objects.space import Stage, Vec, X, Y, Z, matrix_of, plus, times
from s2vbench.world.palette import Colour, darker, lighter


@dataclass(frozen=True)
class Wheel:
    """A disc with thickness; its axle lies along the thing's x, so that it rolls towards the thing's front."""

    centre: Vec
    radius: float
    thick: float
    tyre: Colour
    hub: Colour
    spokes: int = 5


def wheel_of(stage: Stage, wheel: Wheel, *, far: bool = False) -> None:
    """Draw a wheel, turned by how far the thing has rolled; one on the far side of a small thing without its hub."""
    view = stage.view
    ahead = view.depth(*X) >= 0
    axle = times(X, (0.5 if ahead else -0.5) * wheel.thick)
    drum(stage, wheel.centre, axle, (times(Z, wheel.radius), times(Y, wheel.radius)), wheel.tyre)
    if not stage.sees((0.03 if far else 0.3) * wheel.radius):
        return
    near, fine = plus(wheel.centre, axle, 1.02), stage.sees(0.03 * wheel.radius)
    with stage.plane(near, times(Z, wheel.radius), times(Y, wheel.radius)) as pen:
        pen.fill(_DISC, wheel.hub, shade=0.14 if fine else 0.0, edge=0.0)
        with pen.moved(turn_deg=stage.roll_deg):
            pen.stroke(_spokes(wheel.spokes), darker(wheel.hub, 0.35), 0.09)
        if fine:
            pen.fill(_BOSS, lighter(wheel.hub, 0.35), shade=0.1, edge=0.0)


@cache
def _spokes(count: int) -> skia.Path:
    path = skia.Path()
    for i in range(count):
        angle = 2 * math.pi * (i + 0.5) / count
        path.moveTo(0.1 * math.cos(angle), 0.1 * math.sin(angle))
        path.lineTo(0.5 * math.cos(angle), 0.5 * math.sin(angle))
    return path


_DISC = skia.Path()
_DISC.addCircle(0, 0, 0.64)
_BOSS = skia.Path()
_BOSS.addCircle(0, 0, 0.2)
_UNIT = skia.Path()
_UNIT.addCircle(0, 0, 1.0)


def drum(stage: Stage, centre: Vec, half: Vec, spokes: tuple[Vec, Vec], colour: Colour) -> None:
    """A lying cylinder: discs of radii `spokes` at `centre - half` (far) and `centre + half` (near)."""
    view = stage.view
    u, v = spokes
    ux, uy = view.point(*u)
    vx, vy = view.point(*v)
    dx, dy = view.point(*half)
    across = math.degrees(math.atan2(vx * dy - vy * dx, ux * dy - uy * dx))
    far = matrix_of(view, plus(centre, half, -1), u, v)
    near = matrix_of(view, plus(centre, half), u, v)
    one, other = skia.Path(), skia.Path()
    one.addArc(_BOUNDS, across, 180)
    other.addArc(_BOUNDS, across + 180, 180)
    whole = skia.Path()
    mid = math.radians(across + 90)
    outward = (ux * math.cos(mid) + vx * math.sin(mid)) * dx + (uy * math.cos(mid) + vy * math.sin(mid)) * dy
    first, second = (near, far) if outward > 0 else (far, near)
    whole.addPath(one, first)
    whole.addPath(other, second, skia.Path.AddPathMode.kExtend_AddPathMode)
    whole.close()
    stage.outline(whole, colour)
    shade = 0.14 if stage.sees(0.03 * math.hypot(*spokes[0])) else 0.0
    stage.pen.fill(whole, darker(colour, 0.14), shade=shade, edge=0.0)
    cap = skia.Path(_UNIT)
    cap.transform(near)
    stage.pen.fill(cap, lighter(colour, 0.06), shade=0.7 * shade, edge=0.0)


_BOUNDS = skia.Rect.MakeLTRB(-1, -1, 1, 1)


def can_of(
    stage: Stage,
    centre: Vec,
    reach: Vec,
    spokes: tuple[Vec, Vec],
    colour: Colour,
    *,
    front: Decorate | None = None,
    back: Decorate | None = None,
) -> None:
    """A lying cylinder with something on its ends, where (1, 0) is a point of the rim.

    Args:
        stage: where.
        centre: its middle.
        reach: from its middle to its front end.
        spokes: right and down on the front end, as long as its radius.
        colour: of all of it.
        front: what is on its front end.
        back: what is on its back end, x to the right for who looks at it.
    """
    ahead = stage.view.depth(*reach) >= 0
    half = reach if ahead else times(reach, -1)
    drum(stage, centre, half, spokes, colour)
    draw = front if ahead else back
    if draw is not None:
        with stage.plane(plus(centre, half), spokes[0] if ahead else times(spokes[0], -1), spokes[1]) as pen:
            draw(pen)
