"""What is fitted to robots: screens, panels, lamps and antennae."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.cartoons.brushes import tube_path
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import eye_places
from s2vbench.world.cartoons.hands import oval
from s2vbench.world.cartoons.rig import Rig
from s2vbench.world.cartoons.solids import Block, Solid
from s2vbench.world.cartoons.toon import Toon
from s2vbench.world.palette import Colour, darker, named
from s2vbench.world.pen import box, ellipse, line
from s2vbench.world.turn import Turn

Antenna = Literal["none", "single", "pair", "spring", "dish"]
Panel = Literal["heart light", "gauge", "buttons", "grille", "screen"]


@dataclass(frozen=True)
class RobotParts:
    """What only robots have."""

    antenna: Antenna
    antenna_name: str
    antenna_colour: Colour
    panel: Panel
    panel_colour: Colour
    screen_face: bool
    glow: Colour
    ears: bool


def screen_face(rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
    """A dark screen with a glowing face."""
    own, brush, mood = toon.own, rig.brush, rig.pose.expression
    screen = solid.on(turn, 0.0, -0.12, 0.8 * solid.rx, 0.66 * solid.ry)
    if not screen:
        return
    x, y, w, h = screen.x, screen.y, screen.half_w, screen.half_h
    brush.thing(box(x - w, y - h, x + w, y + h, min(0.055, w)), (0.13, 0.15, 0.22))
    eye = 0.2 * h + 0.018
    lids = {"blink": 0.18, "happy": 0.0, "surprised": 1.35, "sad": 0.75}.get(mood, 1.0)
    for side in (1, -1) if toon.face.eyes != 1 else (0,):
        ex, ey, ew = x + side * 0.46 * w, y - 0.18 * h, eye * w / max(solid.rx * 0.8, 1e-3)
        if mood == "happy":
            brush.stroke(
                tube_path(((ex - ew, ey + 0.4 * eye), (ex, ey - 0.5 * eye), (ex + ew, ey + 0.4 * eye))), own.glow, 0.02
            )
        else:
            brush.mark(ellipse(ex, ey, ew, max(eye * lids, 0.012)), own.glow)
    rise = {"sad": -0.14, "happy": 0.3, "surprised": 0.05}.get(mood, 0.17) * h
    mouth = tube_path(((x - 0.34 * w, y + 0.42 * h), (x, y + 0.42 * h + rise), (x + 0.34 * w, y + 0.42 * h)))
    brush.stroke(mouth, own.glow, 0.018)


def draw_panel(rig: Rig, body: Solid, own: RobotParts, turn: Turn) -> None:
    """What is on the chest, or slits where the back is seen."""
    mark = body.on(turn, 0.0, -0.1, 0.6 * body.rx, 0.42 * body.ry)
    if not mark:
        _vents(rig, body, own, turn)
        return
    brush, x, y, w, h = rig.brush, mark.x, mark.y, mark.half_w, mark.half_h
    brush.thing(box(x - w, y - h, x + w, y + h, min(0.03, w)), own.panel_colour)
    dark, glow = darker(own.panel_colour, 0.55), own.glow
    if own.panel == "heart light":
        brush.thing(placed(unit_emblem("heart"), x, y, 0.5 * w, 0.6 * h), named("red"))
    elif own.panel == "gauge":
        brush.thing(ellipse(x, y, 0.62 * w, 0.75 * h), (0.97, 0.96, 0.92))
        brush.stroke(line([(x, y + 0.2 * h), (x + 0.3 * w, y - 0.4 * h)]), named("red"), 0.014)
    elif own.panel == "buttons":
        for i, colour in enumerate(("red", "yellow", "green", "blue", "orange", "white")):
            place = (x + (i % 3 - 1) * 0.55 * w, y + (i // 3 - 0.5) * 0.8 * h)
            brush.mark(ellipse(*place, 0.2 * w, 0.26 * h), named(colour))
    elif own.panel == "grille":
        for i in range(4):
            ly = y + (i - 1.5) * 0.42 * h
            brush.stroke(line([(x - 0.7 * w, ly), (x + 0.7 * w, ly)]), dark, 0.014)
    else:
        brush.mark(box(x - 0.8 * w, y - 0.75 * h, x + 0.8 * w, y + 0.75 * h, 0.01), (0.13, 0.15, 0.22))
        wave = [(x + (i - 3) * 0.22 * w, y + (0.0, 0.0, -0.5, 0.45, -0.2, 0.0, 0.0)[i] * h) for i in range(7)]
        brush.stroke(line(wave), glow, 0.014)


def lamp_rims(rig: Rig, toon: Toon, head: Block, turn: Turn) -> None:
    """Sockets that stand out from a flat face, so that the face is seen from the side."""
    size = 1.22 * toon.face.eye_size
    places = [head.surface(lon, v) for lon, v in eye_places(toon.face)]
    for x, y, z in sorted(places, key=lambda place: rig.turn.at(*place).depth):
        seen_x = turn.point(x, y, z + 0.012)[0]
        oval(rig.brush, seen_x, y, math.hypot(size * turn.cos, 0.032 * turn.sin), size, toon.own.antenna_colour)


def _vents(rig: Rig, body: Solid, own: RobotParts, turn: Turn) -> None:
    """Slits of the cooling, on the back."""
    mark = body.on(turn, 180.0, 0.1, 0.5 * body.rx, 0.3 * body.ry)
    if mark:
        slits = skia.Path()
        for i in range(3):
            y = mark.y + (i - 1) * 0.62 * mark.half_h
            slits.moveTo(mark.x - mark.half_w, y)
            slits.lineTo(mark.x + mark.half_w, y)
        rig.brush.stroke(slits, own.panel_colour, 0.022)


def draw_antenna(rig: Rig, own: RobotParts, head: Solid, metal: Colour) -> None:
    """One antenna or two on the head."""
    brush, top = rig.brush, head.y - head.ry
    sway = 0.03 * rig.motion.swing
    if own.antenna == "none":
        return
    for side in (1, -1) if own.antenna == "pair" else (0,):
        foot = (side * 0.55 * head.rx, top + (0.05 if side and not isinstance(head, Block) else 0.015), 0.0)
        tip = (foot[0] + side * 0.05 + sway, top - 0.12, 0.0)
        middle = (foot[0] - side * 0.01, (foot[1] + tip[1]) / 2, 0.0)
        x, y, depth = rig.seen(tip)
        fx, fy, _ = rig.seen(foot)

        def draw(
            place: tuple[float, float, float, float] = (x, y, fx, fy),
            mid: tuple[float, float] = rig.turn.point(*middle),
        ) -> None:
            tx, ty, bx, by = place
            if own.antenna == "spring":
                points = [
                    (bx, by),
                    *(
                        (bx + (tx - bx) * t / 6 + (0.03 if t % 2 else -0.03), by + (ty - by) * t / 6.5)
                        for t in range(1, 6)
                    ),
                    (tx, ty),
                ]
                brush.stroke(line(points), brush.line, 0.03)
                brush.stroke(line(points), metal, 0.014)
            else:
                brush.tube(tube_path(((bx, by), mid, (tx, ty))), 0.018, metal)
            if own.antenna == "dish":
                half = 0.09 * (0.45 + 0.55 * abs(rig.turn.cos))
                brush.shape(ellipse(tx, ty, half, 0.075, -18), own.antenna_colour)
                brush.thing(ellipse(tx + 0.01, ty, 0.02, 0.02), metal)
            else:
                oval(brush, tx, ty, 0.037, 0.037, own.antenna_colour)

        rig.add(0.03 + 0.3 * depth, draw)
