"""Radios and cameras."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem
from s2vbench.world.objects.solids import Box, Decorate, Face, box_of
from s2vbench.world.objects.space import Stage, Vec, X, Y, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.objects.wheels import can_of
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, ellipse, line

_METAL: Colour = (0.8, 0.8, 0.83)


@dataclass(frozen=True)
class Radio(Traits):
    """A portable radio."""

    body: Box
    roundness: float
    speaker: str
    swapped: bool
    """Whether the speaker is at its left."""
    knobs: int
    handle: bool
    grille: Colour
    grille_name: str
    antenna: int
    stripe: bool


def make_radio(dice: Dice, look: Look, height_m: float) -> Radio:
    """A radio by chance."""
    own = dice.chance(0.6)
    return Radio(
        look=look,
        height_m=height_m,
        body=Box(0.0, -0.03, 0.0, dice.between(0.95, 1.4), dice.between(0.56, 0.72), dice.between(0.26, 0.4)),
        roundness=dice.between(0.02, 0.12),
        speaker=dice.pick(("round", "slots", "dots", "square")),
        swapped=dice.chance(0.5),
        knobs=dice.whole(2, 3),
        handle=dice.chance(0.65),
        grille=look.second if own else lighter(look.main, 0.5),
        grille_name=look.names[1] if own else "pale",
        antenna=dice.pick((-1, 1)),
        stripe=dice.chance(0.5),
    )


def build_radio(stage: Stage, radio: Radio) -> Footprint:
    """Put a radio on the stage; speaker and dial are in front."""
    body, look = radio.body, radio.look
    half, top = body.width / 2, body.y - body.height
    marks: dict[Face, Decorate] = {
        "front": lambda pen: _radio_front(pen, radio),
        "back": lambda pen: _radio_back(pen, radio),
        "left": lambda pen: emblem(pen, look.emblem, 0.2, look.accent, look.second),
    }
    stage.add((0, -0.3, 0), lambda: box_of(stage, body, look.main, radius=radio.roundness, marks=marks))
    for x in (-0.7 * half, 0.7 * half):
        foot: list[Vec] = [(x, -0.04, 0.0), (x, -0.02, 0.0)]
        stage.add((0, 0, 0), partial(stage.tube, foot, 0.08, darker(look.main, 0.5)), nearer=-1.0)
    if radio.handle:
        grip: list[Vec] = [
            (-0.75 * half, top + 0.03, 0), (-0.7 * half, top - 0.15, 0), (0.7 * half, top - 0.15, 0),
            (0.75 * half, top + 0.03, 0)
        ]  # fmt: skip
        stage.add((0, -0.3, 0), lambda: stage.tube(grip, 0.06, look.accent), nearer=0.01)
    x = radio.antenna * 0.82 * half
    rod: list[Vec] = [(x, top + 0.02, -0.25 * body.depth), (x - radio.antenna * 0.12, -1.0, -0.25 * body.depth)]
    stage.add((0, -0.3, -0.05), lambda: _antenna(stage, rod, look.accent), nearer=0.005)
    return Footprint(half, body.depth / 2, 0.35)


def _antenna(stage: Stage, rod: list[Vec], tip: Colour) -> None:
    stage.tube(rod, 0.026, _METAL, straight=True)
    x, y = stage.view.point(*rod[-1])
    stage.fill(ellipse(x, y, 0.032, 0.032), tip, shade=0.2)


def _radio_front(pen: Pen, radio: Radio) -> None:
    look, half, high = radio.look, radio.body.width / 2, radio.body.height / 2
    side = 1.0 if radio.swapped else -1.0
    x, size = side * 0.46 * half, min(0.72 * high, 0.42 * half)
    if radio.stripe:
        pen.fill(box(-half, 0.55 * high, half, 0.72 * high), look.second, shade=0.0, edge=0.0)
    if radio.speaker in {"round", "dots"}:
        pen.fill(ellipse(x, 0, 1.1 * size, 1.1 * size), darker(look.main, 0.3), shade=0.1, edge=0.0)
        pen.fill(ellipse(x, 0, size, size), radio.grille, shade=0.1, edge=0.0)
    else:
        pen.fill(box(x - 1.1 * size, -1.1 * size, x + 1.1 * size, 1.1 * size, 0.04), radio.grille, shade=0.1, edge=0.0)
    _grille(pen, radio, x, size)
    at = -side * 0.46 * half
    wide = 0.42 * half
    pen.fill(box(at - wide, -0.66 * high, at + wide, -0.12 * high, 0.03), (0.97, 0.93, 0.8), shade=0.08, edge=0.0)
    for i in range(6):
        mark_x = at - 0.8 * wide + 0.32 * wide * i
        pen.stroke(line([(mark_x, -0.5 * high), (mark_x, -0.3 * high)]), (0.4, 0.35, 0.36), 0.01)
    pen.stroke(line([(at + 0.2 * wide, -0.6 * high), (at + 0.2 * wide, -0.18 * high)]), (0.85, 0.2, 0.2), 0.016)
    for i in range(radio.knobs):
        knob_x = at + (i - (radio.knobs - 1) / 2) * 0.62 * wide
        pen.fill(ellipse(knob_x, 0.34 * high, 0.07, 0.07), look.accent, shade=0.25, edge=0.0)
        pen.stroke(line([(knob_x, 0.34 * high), (knob_x + 0.03, 0.34 * high - 0.04)]), darker(look.accent, 0.5), 0.014)


def _grille(pen: Pen, radio: Radio, x: float, size: float) -> None:
    dark = darker(radio.grille, 0.45)
    if radio.speaker == "round":
        for share in (0.75, 0.5):
            pen.stroke(ellipse(x, 0, share * size, share * size), dark, 0.016)
        pen.fill(ellipse(x, 0, 0.24 * size, 0.24 * size), dark, shade=0.0, edge=0.0)
    elif radio.speaker == "dots":
        for i in (-1, 0, 1):
            for j in (-1, 0, 1):
                pen.fill(ellipse(x + 0.45 * i * size, 0.45 * j * size, 0.1 * size, 0.1 * size), dark, shade=0, edge=0)
    else:
        for i in range(5):
            y = (i - 2) * 0.42 * size
            ends = [(x - 0.85 * size, y), (x + 0.85 * size, y)]
            pen.stroke(
                line(ends if radio.speaker == "slots" else [(x + y, -0.85 * size), (x + y, 0.85 * size)]), dark, 0.022
            )


def _radio_back(pen: Pen, radio: Radio) -> None:
    half, high = radio.body.width / 2, radio.body.height / 2
    dark = darker(radio.look.main, 0.24)
    pen.fill(box(-0.6 * half, -0.5 * high, 0.6 * half, 0.5 * high, 0.04), dark, shade=0.08, edge=0.0)
    pen.fill(box(-0.12, 0.34 * high, 0.12, 0.46 * high, 0.02), lighter(dark, 0.3), shade=0.0, edge=0.0)


def radio_words(radio: Radio) -> tuple[str, ...]:
    """What tells a radio from others."""
    names = radio.look.names
    shape = "round" if radio.speaker in {"round", "dots"} else "square"
    words = [names[0], f"with {a(shape)} {radio.grille_name} speaker", f"with {names[2]} knobs"]
    if radio.handle:
        words.append(f"with {a(names[2])} handle")
    return tuple(words)


@dataclass(frozen=True)
class Camera(Traits):
    """A camera on its base."""

    body: Box
    leather: Colour
    leather_name: str
    lens: float
    lens_x: float
    hump: str
    badge: bool
    strap: bool


def make_camera(dice: Dice, look: Look, height_m: float) -> Camera:
    """A camera by chance."""
    return Camera(
        look=look,
        height_m=height_m,
        body=Box(0.0, 0.0, 0.0, dice.between(1.05, 1.4), dice.between(0.7, 0.8), dice.between(0.34, 0.46)),
        leather=look.second,
        leather_name=look.names[1],
        lens=dice.between(0.24, 0.31),
        lens_x=dice.pick((0.0, 0.0, -0.16, 0.14)),
        hump=dice.pick(("prism", "box", "flash")),
        badge=dice.chance(0.7),
        strap=dice.chance(0.6),
    )


def build_camera(stage: Stage, camera: Camera) -> Footprint:
    """Put a camera on the stage; its release is at its right, as for who holds it."""
    body, look = camera.body, camera.look
    half, deep, top = body.width / 2, body.depth / 2, -body.height
    marks: dict[Face, Decorate] = {
        "front": lambda pen: _camera_front(pen, camera),
        "back": lambda pen: _camera_back(pen, camera),
        "left": lambda pen: _camera_side(pen, camera),
        "right": lambda pen: _camera_side(pen, camera),
    }
    stage.add((0, -0.4, 0), lambda: box_of(stage, body, look.main, radius=0.05, marks=marks))
    hump = {
        "prism": Box(camera.lens_x, top + 0.01, 0.0, 0.4, 0.2, 1.7 * deep),
        "box": Box(0.45 * half, top + 0.01, 0.0, 0.34, 0.13, 1.4 * deep),
        "flash": Box(camera.lens_x, top + 0.01, 0.05, 0.3, 0.22, 0.2),
    }[camera.hump]
    flash: dict[Face, Decorate] = {
        "front": lambda pen: pen.fill(box(-0.11, -0.06, 0.11, 0.06, 0.02), (0.96, 0.97, 0.9), shade=0.15, edge=0.0)
    }
    stage.add((0, -0.4, 0), lambda: box_of(stage, hump, look.main, radius=0.025, marks=flash), nearer=0.01)
    for x, tint, wide in ((-0.68 * half, look.accent, 0.1), (0.74 * half, _METAL, 0.13)):
        if x > 0 and camera.hump == "box":
            continue
        knob: list[Vec] = [(x, top, 0.0), (x, top - 0.06, 0.0)]
        stage.add((0, -0.4, 0), partial(stage.tube, knob, wide, tint), nearer=0.008)
    for reach, radius, tint in ((0.1, camera.lens, _METAL), (0.24, 0.86 * camera.lens, (0.24, 0.23, 0.27))):
        at: Vec = (camera.lens_x, -0.46 * body.height, deep + reach / 2)
        spokes = (times(X, radius), times(Y, radius))
        stage.add(
            (at[0], -0.4, deep + reach),
            partial(can_of, stage, at, (0, 0, reach / 2), spokes, tint, front=_glass if reach > 0.2 else None),
        )
    if camera.strap:
        loop: list[Vec] = [
            (-half, top + 0.1, 0), (-half - 0.16, -0.4, 0.05), (-half - 0.05, -0.03, 0.16),
            (-half + 0.2, -0.02, deep + 0.24)
        ]  # fmt: skip
        stage.add((-half - 0.1, -0.4, 0.05), lambda: stage.tube(loop, 0.05, look.accent, shine=0.1))
    return Footprint(half, deep + 0.1, 0.35)


def _glass(pen: Pen) -> None:
    """The lens, of radius 1."""
    pen.fill(ellipse(0, 0, 0.84, 0.84), (0.13, 0.14, 0.22), shade=0.1, edge=0.0)
    pen.fill(ellipse(0, 0, 0.6, 0.6), (0.24, 0.34, 0.55), shade=0.3, edge=0.0)
    pen.fill(ellipse(-0.22, -0.24, 0.17, 0.13, -40), (0.93, 0.97, 1.0), shade=0.0, edge=0.0)


def _camera_side(pen: Pen, camera: Camera) -> None:
    pen.fill(box(-1, -0.2 * camera.body.height, 1, 0.3 * camera.body.height), camera.leather, shade=0.1, edge=0.0)


def _camera_front(pen: Pen, camera: Camera) -> None:
    _camera_side(pen, camera)
    half, high = camera.body.width / 2, camera.body.height / 2
    pen.fill(box(0.6 * half, -0.84 * high, 0.86 * half, -0.52 * high, 0.02), (0.2, 0.24, 0.34), shade=0.2, edge=0.0)
    if camera.badge:
        emblem(pen, camera.look.emblem, 0.2, camera.look.accent, camera.look.main, 0.12 * high, -0.72 * half)


def _camera_back(pen: Pen, camera: Camera) -> None:
    _camera_side(pen, camera)
    half, high = camera.body.width / 2, camera.body.height / 2
    pen.fill(box(-0.6 * half, -0.4 * high, 0.3 * half, 0.62 * high, 0.03), (0.22, 0.24, 0.32), shade=0.25, edge=0.0)
    pen.fill(ellipse(0.64 * half, 0.1 * high, 0.09, 0.09), _METAL, shade=0.2, edge=0.0)
    pen.fill(ellipse(-0.6 * half, -0.7 * high, 0.07, 0.05), (0.2, 0.22, 0.3), shade=0.0, edge=0.0)


def camera_words(camera: Camera) -> tuple[str, ...]:
    """What tells a camera from others."""
    names = camera.look.names
    words = [names[0], f"with {camera.leather_name} leather"]
    if camera.badge:
        words.append(f"with {a(names[2])} {camera.look.emblem} on its front")
    if camera.strap:
        words.append(f"with {a(names[2])} strap")
    return tuple(words)


RADIO: Thing[Radio] = Thing("radio", (0.18, 0.3), make_radio, radio_words, build_radio, hop=0.35)
CAMERA: Thing[Camera] = Thing("camera", (0.09, 0.14), make_camera, camera_words, build_camera, hop=0.35)
