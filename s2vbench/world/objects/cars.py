"""Toy cars, toy trains and skateboards: their wheels turn as they roll to where they face."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem
from s2vbench.world.objects.solids import Box, Decorate, Loft, Outline, box_of, cushion, loft_of
from s2vbench.world.objects.space import Stage, Vec, X, Z, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.objects.wheels import Wheel, wheel_of
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, ellipse, polygon

_BACKWARDS = times(Z, -1)
_GLASS: Colour = (0.72, 0.87, 0.94)
_TYRE: Colour = (0.22, 0.21, 0.25)

CARS: dict[str, tuple[Outline, Outline]] = {
    "beetle": (
        ((-0.95, 0.2), (-0.9, -0.02), (-0.55, -0.18), (0.55, -0.16), (0.88, -0.02), (0.95, 0.2)),
        ((-0.62, 0.0), (-0.5, -0.38), (-0.15, -0.56), (0.2, -0.52), (0.5, 0.0)),
    ),
    "van": (
        ((-0.92, 0.2), (-0.94, -0.16), (0.84, -0.16), (0.94, 0.02), (0.94, 0.2)),
        ((-0.9, 0.0), (-0.88, -0.46), (-0.8, -0.56), (0.42, -0.56), (0.56, -0.48), (0.78, 0.0)),
    ),
    "coupe": (
        ((-1.0, 0.2), (-1.0, -0.1), (-0.6, -0.16), (0.5, -0.16), (0.95, -0.04), (1.02, 0.2)),
        ((-0.72, 0.0), (-0.42, -0.44), (-0.3, -0.5), (0.12, -0.5), (0.26, -0.42), (0.52, 0.0)),
    ),
    "pickup": (
        ((-1.0, 0.2), (-1.0, -0.2), (0.5, -0.2), (0.92, -0.14), (0.98, 0.2)),
        ((-0.28, 0.0), (-0.26, -0.5), (-0.2, -0.56), (0.28, -0.56), (0.38, -0.48), (0.52, 0.0)),
    ),
    "mini": (
        ((-0.78, 0.2), (-0.8, -0.12), (-0.72, -0.18), (0.62, -0.18), (0.78, -0.1), (0.8, 0.2)),
        ((-0.74, 0.0), (-0.64, -0.52), (-0.56, -0.57), (0.26, -0.57), (0.36, -0.5), (0.5, 0.0)),
    ),
}
"""Lower body and cabin from the side, the front to the right."""


@dataclass(frozen=True)
class Car(Traits):
    """A toy car."""

    shape: str
    width: float
    wheel: float
    two_tone: bool
    badge: str
    stripe: bool
    load: str
    hub: Colour
    lamps: float


def make_car(dice: Dice, look: Look, height_m: float) -> Car:
    """A toy car by chance."""
    return Car(
        look=look,
        height_m=height_m,
        shape=dice.pick(tuple(CARS)),
        width=dice.between(0.74, 0.92),
        wheel=dice.between(0.19, 0.25),
        two_tone=dice.chance(0.6),
        badge=dice.pick(("emblem", "spot", "band", "none")),
        stripe=dice.chance(0.45),
        load=dice.pick(("none", "none", "rack", "key")),
        hub=look.accent if dice.chance(0.6) else (0.86, 0.86, 0.86),
        lamps=dice.between(0.07, 0.11),
    )


def build_car(stage: Stage, car: Car) -> Footprint:
    """Put a toy car on the stage; its badge is on its left side only."""
    lower, cabin = CARS[car.shape]
    look, width = car.look, car.width
    low = -car.wheel - 0.08
    body = Loft(lower, (0.0, low - 0.1, 0.0), _BACKWARDS, w=times(X, width), slices=cushion(0.95, 0.36))
    body = Loft(tuple((-x, y) for x, y in lower), body.origin, _BACKWARDS, w=body.w, slices=body.slices)
    top = low - 0.24
    roof = Loft(
        tuple((-x, y) for x, y in cabin),
        (0.0, top, 0.0),
        _BACKWARDS,
        w=times(X, 0.84 * width),
        slices=cushion(0.93, 0.34),
    )
    shell = look.second if car.two_tone else look.main
    stage.add((0, 0, 0), lambda: loft_of(stage, body, look.main, front=lambda pen: _flank(pen, car, ahead=True),
                                         back=lambda pen: _flank(pen, car, ahead=False)))  # fmt: skip
    glass: Decorate = lambda pen: _windows(pen, cabin)  # noqa: E731

    def house() -> None:
        loft_of(stage, roof, shell, front=glass, back=glass)
        _ends(stage, car, cabin, top)

    stage.add((0, 0, 0), house, nearer=0.02)
    _lights(stage, car, lower, low)
    for x in (-0.5 * width - 0.03, 0.5 * width + 0.03):
        for z in (0.55 * lower[-1][0], 0.58 * lower[0][0]):
            wheel = Wheel((x, -car.wheel, z), car.wheel, 0.14, _TYRE, car.hub)
            far = stage.view.depth(x, 0.0) <= 0
            stage.add((x, 0.0, 0.1 * z), partial(wheel_of, stage, wheel, far=far), nearer=-0.6 if far else 0.12)
    if car.load == "rack":
        rack = Box(0.0, top - 0.54, -0.1, 0.5 * width, 0.12, 0.5)
        stage.add((0, 0, 0), lambda: box_of(stage, rack, look.accent, radius=0.02), nearer=0.04)
    elif car.load == "key":
        _key(stage, lower[0][0], low - 0.1)
    return Footprint(0.55 * width, 0.95 * lower[-1][0], 0.4)


def _flank(pen: Pen, car: Car, *, ahead: bool) -> None:
    look = car.look
    pen.fill(box(-1.1, 0.08, 1.1, 0.3), darker(look.main, 0.25), shade=0.0, edge=0.0)
    if car.stripe:
        pen.fill(box(-1.1, -0.06, 1.1, 0.02), look.accent, shade=0.0, edge=0.0)
    if not ahead or car.badge == "none":
        return
    if car.badge == "spot":
        pen.fill(ellipse(0.06, 0.0, 0.16, 0.16), lighter(look.accent, 0.1), shade=0.1, edge=0.0)
    elif car.badge == "band":
        pen.fill(polygon([(-0.1, -0.3), (0.06, -0.3), (0.16, 0.3), (0.0, 0.3)]), look.accent, shade=0.1, edge=0.0)
    else:
        emblem(pen, look.emblem, 0.3, look.accent, look.second, 0.0, 0.05)


def _windows(pen: Pen, cabin: Outline) -> None:
    """Side windows, the same seen from both sides: the front of the car is where the windscreen leans."""
    shape = polygon([(-0.82 * x * _pen_side(pen), 0.8 * y - 0.05) for x, y in cabin])
    pen.fill(shape, _GLASS, shade=0.2, edge=0.0)


def _pen_side(pen: Pen) -> float:
    """1 where the plane drawn on is seen as it is, -1 where its x is mirrored."""
    matrix = pen.canvas.getTotalMatrix()
    return 1.0 if matrix.getScaleX() * matrix.getScaleY() - matrix.getSkewX() * matrix.getSkewY() > 0 else -1.0


def _ends(stage: Stage, car: Car, cabin: Outline, top: float) -> None:
    """Windscreen and rear window: slanting faces of the cabin."""
    half = 0.3 * car.width
    for (x0, y0), (x1, y1) in ((cabin[-1], cabin[-2]), (cabin[0], cabin[1])):
        normal: Vec = (0.0, -(abs(x1 - x0)), (y0 - y1) * (1 if x0 > 0 else -1))
        if stage.view.depth(*normal) > 0.02:
            corners = []
            for share, side in ((0.18, -1), (0.84, -0.9), (0.84, 0.9), (0.18, 1)):
                z, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
                corners.append(stage.view.point(side * half, top + y, z * 1.01))
            stage.pen.fill(polygon(corners), lighter(_GLASS, 0.2), shade=0.16, edge=0.0)


def _lights(stage: Stage, car: Car, lower: Outline, low: float) -> None:
    view = stage.view
    for z, tint, size in (
        (0.97 * lower[-1][0], (1.0, 0.95, 0.7), car.lamps),
        (0.97 * lower[0][0], (0.9, 0.2, 0.2), 0.6 * car.lamps),
    ):
        if view.depth(0.0, 0.0, z) > 0.02:
            for x in (-0.3 * car.width, 0.3 * car.width):
                cx, cy = view.point(x, low - 0.06, z)
                path = ellipse(cx, cy, size * (0.25 + 0.75 * abs(view.cos)), size)
                stage.add((0, 0, 0), partial(stage.fill, path, tint), nearer=0.05)


def _key(stage: Stage, back: float, y: float) -> None:
    """A wind-up key at the back, which turns as the car rolls."""
    turn = math.radians(stage.roll_deg)
    u: Vec = (0.14 * math.cos(turn), 0.14 * math.sin(turn), 0.0)
    end: Vec = (0.0, y, back - 0.18)
    metal = (0.85, 0.76, 0.45)

    def draw() -> None:
        stage.tube([(0.0, y, back), end], 0.05, metal, straight=True)
        for sign in (-1, 1):
            x, cy = stage.view.point(end[0] + sign * u[0], end[1] + sign * u[1], end[2])
            stage.fill(ellipse(x, cy, 0.06 + 0.05 * abs(stage.view.cos), 0.1), metal, shade=0.2)

    stage.add((0, 0, back - 0.1), draw)


def car_words(car: Car) -> tuple[str, ...]:
    """What tells a toy car from others."""
    words = [car.look.names[0]]
    if car.two_tone:
        words.append(f"with {a(car.look.names[1])} roof")
    if car.stripe:
        words.append(f"with {a(car.look.names[2])} stripe")
    if car.badge == "emblem":
        words.append(f"with {a(car.look.names[2])} {car.look.emblem} on its side")
    if car.load == "key":
        words.append("with a wind-up key")
    elif car.load == "rack":
        words.append(f"with {a(car.look.names[2])} case on its roof")
    if len(words) < 2:
        words.append(f"with {'large' if car.wheel > 0.22 else 'small'} wheels")
    return tuple(words[:4])


CAR: Thing[Car] = Thing("toy car", (0.07, 0.16), make_car, car_words, build_car, rolls=True)
