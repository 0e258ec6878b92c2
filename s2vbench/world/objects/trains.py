"""Toy trains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.lathe import Lathe, lid, turn_out
from s2vbench.world.objects.solids import Box, Decorate, Face, box_of
from s2vbench.world.objects.space import PITCH_COS, PITCH_SIN, Stage, Vec, X, Y, Z, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.objects.wheels import Wheel, can_of, wheel_of
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, curve, ellipse

_DARK: Colour = (0.24, 0.23, 0.27)


@dataclass(frozen=True)
class Train(Traits):
    """A toy train: an engine, perhaps with a wagon."""

    boiler: float
    """Its radius."""
    long: float
    chimney: str
    domes: int
    wheels: int
    wagon: str
    cab: Colour
    cab_name: str
    hub: Colour
    bands: int


def make_train(dice: Dice, look: Look, height_m: float) -> Train:
    """A toy train by chance."""
    return Train(
        look=look,
        height_m=height_m,
        boiler=dice.between(0.21, 0.27),
        long=dice.between(0.6, 0.8),
        chimney=dice.pick(("funnel", "straight", "capped", "bulb")),
        domes=dice.whole(0, 2),
        wheels=dice.whole(2, 3),
        wagon=dice.pick(("none", "balls", "blocks", "crate", "balls")),
        cab=look.second,
        cab_name=look.names[1],
        hub=look.accent,
        bands=dice.whole(0, 2),
    )


_CHIMNEYS = {
    "funnel": ((-0.3, 0.15), (-0.24, 0.14), (0.0, 0.07)),
    "straight": ((-0.3, 0.085), (0.0, 0.085)),
    "capped": ((-0.3, 0.1), (-0.26, 0.13), (-0.22, 0.08), (0.0, 0.075)),
    "bulb": ((-0.3, 0.08), (-0.24, 0.13), (-0.14, 0.14), (-0.06, 0.07), (0.0, 0.07)),
}


def build_train(stage: Stage, train: Train) -> Footprint:
    """Put a toy train on the stage."""
    shift = 0.42 if train.wagon != "none" else 0.0
    back, front = shift - 0.52 - 0.25, shift + train.long + 0.02
    _engine(stage, train, back, front)
    if train.wagon != "none":
        _wagon(stage, train, back - 0.72)
        link: list[Vec] = [(0, -0.2, back - 0.14), (0, -0.2, back + 0.05)]
        stage.add((0, 0, back - 0.1), lambda: stage.tube(link, 0.06, _DARK, straight=True), nearer=-0.2)
    return Footprint(0.36, front if train.wagon == "none" else 1.15, 0.4)


def _wheels(stage: Stage, train: Train, places: list[tuple[float, float]], keep: float) -> None:
    for z, radius in places:
        for x in (-0.33, 0.33):
            wheel = Wheel((x, -radius, z), radius, 0.1, _DARK, train.hub, 6)
            far = stage.view.depth(x, 0.0) <= 0
            stage.add(
                (0.3 * x, 0.0, 0.1 * z + 0.9 * keep),
                partial(wheel_of, stage, wheel, far=far),
                nearer=-0.6 if far else 0.3,
            )


def _engine(stage: Stage, train: Train, back: float, front: float) -> None:
    look, radius = train.look, train.boiler
    middle = (back + front) / 2
    plate = Box(0.0, -0.16, middle, 0.56, 0.12, front - back)
    stage.add((0, 0, middle), lambda: box_of(stage, plate, look.accent, radius=0.015), nearer=-0.3)
    big = 0.2
    places = [(back + 0.24, big), (front - 0.2, 0.15)]
    if train.wheels == 3:
        places.insert(1, ((back + 0.3 + front) / 2, 0.16))
    _wheels(stage, train, places, middle)
    axis_y = -0.28 - radius
    start = back + 0.5
    barrel = (start + front - 0.06) / 2
    reach = times(Z, (front - 0.06 - start) / 2)

    def face(pen: Pen) -> None:
        pen.fill(ellipse(0, 0, 0.78, 0.78), lighter(look.main, 0.3), shade=0.1, edge=0.0)
        pen.fill(ellipse(0, 0, 0.6, 0.6), darker(look.main, 0.16), shade=0.1, edge=0.0)
        emblem(pen, look.emblem, 0.72, look.accent, look.second)

    def boiler() -> None:
        can_of(stage, (0, axis_y, barrel), reach, (times(X, radius), times(Y, radius)), look.main, front=face)
        _hoops(stage, train, start, front, axis_y)

    stage.add((0, 0, barrel), boiler)
    pipe = Lathe(
        tuple((y - 0.28 - 2 * radius + 0.03, r) for y, r in _CHIMNEYS[train.chimney]),
        smooth=train.chimney != "straight", z=front - 0.2,
    )  # fmt: skip

    def chimney() -> None:
        turn_out(stage, pipe, look.accent)
        lid(stage, pipe, look.accent, hollow=True)

    stage.add((0, 0, front - 0.2), chimney, nearer=0.12)
    for i in range(train.domes):
        at = start + 0.14 + 0.2 * i
        dome = Lathe(((-0.4 - 2 * radius, 0.01), (-0.37 - 2 * radius, 0.08), (-0.25 - 2 * radius, 0.1)), z=at)
        stage.add((0, 0, at), partial(turn_out, stage, dome, train.cab, gloss=0.4), nearer=0.12)
    _cab(stage, train, back)


def _hoops(stage: Stage, train: Train, start: float, front: float, y: float) -> None:
    """Rings around the boiler: the half of each circle that is seen."""
    view, reach = stage.view, 1.01 * train.boiler
    middle = math.atan2(-view.sin * PITCH_COS, PITCH_SIN)
    for i in range(train.bands):
        z = start + (front - start) * (0.34 + 0.36 * i)
        points = []
        for j in range(13):
            angle = middle + math.pi * (j / 12 - 0.5)
            points.append(view.point(reach * math.sin(angle), y - reach * math.cos(angle), z))
        stage.pen.stroke(curve(points), train.look.accent, 0.035)


def _cab(stage: Stage, train: Train, back: float) -> None:
    look = train.look
    cab = Box(0.0, -0.27, back + 0.26, 0.54, 0.56, 0.48)
    glass = (0.75, 0.88, 0.94)

    def side(pen: Pen, *, badge: bool) -> None:
        pen.fill(box(-0.14, -0.2, 0.14, 0.03, 0.05), glass, shade=0.2, edge=stage.edge)
        if badge:
            small_mark(pen, look.mark, 0.16, look.accent, 0.0, 0.15)

    def end(pen: Pen) -> None:
        for x in (-0.13, 0.13):
            pen.fill(box(x - 0.08, -0.2, x + 0.08, 0.02, 0.04), glass, shade=0.2, edge=stage.edge)

    marks: dict[Face, Decorate] = {
        "left": lambda pen: side(pen, badge=True),
        "right": lambda pen: side(pen, badge=False),
        "front": end,
        "back": end,
    }
    roof = Box(0.0, -0.82, back + 0.26, 0.64, 0.08, 0.62)

    def house() -> None:
        box_of(stage, cab, train.cab, radius=0.015, marks=marks)
        box_of(stage, roof, look.main, radius=0.03)

    stage.add((0, 0, back + 0.26), house)


def _wagon(stage: Stage, train: Train, z: float) -> None:
    look = train.look
    tub = Box(0.0, -0.18, z + 0.24, 0.54, 0.3, 0.66)
    _wheels(stage, train, [(z + 0.05, 0.14), (z + 0.43, 0.14)], z + 0.24)

    def side(pen: Pen) -> None:
        for y in (-0.05, 0.06):
            pen.fill(box(-0.4, y - 0.01, 0.4, y + 0.01), darker(train.cab, 0.3), shade=0.0, edge=0.0)

    def load() -> None:
        view = stage.view
        colours = (look.main, look.accent, lighter(look.main, 0.4), look.second)
        spots = sorted(
            ((x, dz, i) for i, (x, dz) in enumerate(((-0.13, -0.17), (0.13, -0.15), (-0.12, 0.16), (0.14, 0.17)))),
            key=lambda spot: view.depth(spot[0], 0.0, spot[1]),
        )
        for x, dz, i in spots:
            if train.wagon == "balls":
                cx, cy = view.point(x, -0.56, z + 0.24 + dz)
                stage.fill(ellipse(cx, cy, 0.13, 0.13), colours[(i + 1) % 4], shade=0.25)
            elif train.wagon == "blocks":
                block = Box(x, -0.46, z + 0.24 + dz, 0.22, 0.18 + 0.06 * (i % 2), 0.22)
                box_of(stage, block, colours[(i + 1) % 4], radius=0.012)
        if train.wagon == "crate":
            box_of(stage, Box(0, -0.46, z + 0.24, 0.42, 0.26, 0.48), (0.76, 0.58, 0.36), radius=0.012)

    marks: dict[Face, Decorate] = {"left": side, "right": side, "front": side, "back": side}
    stage.add((0, 0, z + 0.24), lambda: box_of(stage, tub, train.cab, radius=0.015, marks=marks))
    stage.add((0, 0, z + 0.24), load, nearer=0.01)


def train_words(train: Train) -> tuple[str, ...]:
    """What tells a toy train from others."""
    words = [train.look.names[0], f"with {a(train.cab_name)} cab", f"with {a(train.look.names[2])} chimney"]
    if train.wagon != "none":
        words.append(f"with a wagon of {train.wagon}" if train.wagon != "crate" else "with a crate in its wagon")
    return tuple(words)


TRAIN: Thing[Train] = Thing("toy train", (0.1, 0.2), make_train, train_words, build_train, rolls=True)
