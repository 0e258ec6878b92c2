"""Robots: boxes, barrels and domes with lamps for eyes. Bold outline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.cartoons.brushes import tube_path
from s2vbench.world.cartoons.coats import contrasting, design_coat
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face, draw_face, eye_places
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.rig import SIDES, Hand, Limbs, Rig, oval
from s2vbench.world.cartoons.solids import Block, Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, named
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


class Robot(Cartoon):
    """A friendly machine."""

    noun = "robot"
    style = "bold"
    height_m = (0.6, 1.3)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"), ("red", "orange", "yellow", "teal", "turquoise", "blue", "purple", "pink", "grey", "white", "lime"),
            ("plain",), ("yellow", "red", "orange", "blue", "navy", "white", "teal", "pink"),
        )  # fmt: skip
        leg, tall = dice.between(0.13, 0.2), dice.between(0.29, 0.4)
        head_ry = (1.0 - leg - tall - 0.02) / 2
        wide, head_wide = dice.between(0.16, 0.25), dice.between(0.19, 0.29)
        body = _trunk(dice, -leg - tall / 2 + 0.01, wide, tall / 2)
        head = _head(dice, -1.0 + head_ry, head_wide, head_ry)
        face = design_face(
            dice.child("face"), eye_size=0.062, eyes=(1, 2, 2, 2), styles=("round", "sparkle", "sleepy"),
            mouths=("smile", "teeth", "tiny", "open"), eye_v=0.12, mouth_v=-0.5, mouth_size=0.08, spread_deg=30,
        )  # fmt: skip
        metal = dice.pick((named("grey"), lighter(coat.colour, 0.35), darker(coat.colour, 0.3)))
        panel_name = contrasting(dice, coat.name, ("white", "navy", "yellow", "turquoise"))
        own = RobotParts(
            dice.pick(("single", "single", "pair", "spring", "dish", "none")),
            coat.accent_name,
            coat.accent,
            dice.pick(("heart light", "gauge", "buttons", "grille", "screen")),
            named(panel_name, dice),
            dice.chance(0.45),
            named(dice.pick(("turquoise", "yellow", "lime", "pink")), dice),
            dice.chance(0.6),
        )
        hand: Hand = dice.pick(("claw", "mitten"))
        limbs = Limbs(
            (wide * 1.0, body.y - 0.6 * body.ry, 0.0), dice.between(0.2, 0.27), dice.between(0.045, 0.07), hand, 0.05,
            (wide * 0.5, -leg - 0.03, 0.0), dice.between(0.055, 0.085), (0.085, dice.between(0.06, 0.085), 0.105),
        )  # fmt: skip
        wear = design_wear(
            dice.child("wear"), coat.name, necks=("scarf", "bow tie", "medal"), neck=0.4, badge=0.0, back=0.25
        )
        hat = design_hat(dice.child("hat"), 0.4 if own.antenna == "none" else 0.0, coat.name)
        return Toon(
            dice.between(*self.height_m), body, limbs, coat, face, metal, coat.accent, coat.accent, "", head,
            neck_between(body, head, 0.55), hat, wear, own,
        )  # fmt: skip

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Antenna, face and chest."""
        own: RobotParts = toon.own
        words = []
        if own.antenna != "none":
            what = {
                "pair": f"with two {own.antenna_name} antennas",
                "spring": f"with {_a(own.antenna_name)} spring antenna",
                "dish": f"with {_a(own.antenna_name)} dish antenna",
                "single": f"with {_a(own.antenna_name)} antenna",
            }
            words.append(what[own.antenna])
        words.append("with a screen for a face" if own.screen_face else f"with a {own.panel} on its chest")
        return tuple(words)

    def body(self, rig: Rig, toon: Toon) -> None:
        """The trunk with its panel, and a neck."""
        turn, own = rig.turn, toon.own
        assert toon.head is not None
        top = toon.body.y - toon.body.ry
        rig.tube(((0, top + 0.02, 0), (0, top - 0.01, 0), (0, top - 0.04, 0)), 0.09, toon.limb_colour, -0.02)
        self._shell(rig, toon.body, toon.coat.colour, 0.0, lambda: _panel(rig, toon.body, own, turn))
        for side in SIDES:
            x, y, z = toon.limbs.shoulder
            sx, sy, depth = rig.seen((side * x, y, z))
            rig.add(
                0.5 * depth + 0.004,
                lambda sx=sx, sy=sy: oval(rig.brush, sx, sy, 0.045, 0.045, toon.limb_colour),  # type: ignore[misc]
            )

    def head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """The head with its screen or lamps."""
        turn = rig.turn
        self._shell(rig, head, toon.coat.colour, 0.05, lambda: self.features(rig, toon, head, turn))

    def _shell(self, rig: Rig, solid: Solid, colour: Colour, depth: float, marks: Callable[[], None]) -> None:
        if not isinstance(solid, Block):
            rig.solid(solid, colour, depth, marks)
            return
        brush, outline = rig.brush, solid.outline(rig.turn)
        wide, narrow, _ = solid.face(rig.turn)

        def draw() -> None:
            brush.shape(outline, darker(colour, 0.12))
            if narrow.getBounds().width() > 0.01:
                brush.mark(narrow, darker(colour, 0.2))
            brush.mark(wide, colour)
            bounds = wide.getBounds()
            with rig.pen.inside(wide):
                brush.mark(
                    box(bounds.left(), bounds.bottom() - 0.16 * bounds.height(), bounds.right(), bounds.bottom()),
                    darker(colour, 0.14),
                )
            if 0.03 < wide.getBounds().width() < outline.getBounds().width() - 0.02:
                brush.stroke(wide, brush.line, 0.5 * brush.edge)
            marks()

        rig.add(depth, draw)

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
        """Lamps and a mouth, or a screen."""
        own: RobotParts = toon.own
        if own.screen_face:
            _screen_face(rig, toon, solid, turn)
            return
        if isinstance(solid, Block) and turn.cos > -0.05:
            _lamp_rims(rig, toon, solid, turn)
        draw_face(rig, solid, toon.face, turn)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Ears and antennae."""
        own: RobotParts = toon.own
        if own.ears:
            for side in SIDES:
                x, y, depth = rig.seen((side * (head.rx + 0.012), head.y, 0.0))
                half = math.hypot(0.065 * rig.turn.sin, 0.028 * rig.turn.cos)
                rig.add(
                    0.05 + 0.4 * depth - 0.005,
                    lambda x=x, y=y, half=half: oval(rig.brush, x, y, half, 0.068, own.antenna_colour),  # type: ignore[misc]
                )
        _antenna(rig, own, head, toon.limb_colour)


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _trunk(dice: Dice, y: float, half_w: float, half_h: float) -> Solid:
    kind = dice.pick(("block", "block", "barrel", "pear"))
    depth = half_w * dice.between(0.7, 0.9)
    if kind == "block":
        return Block(y, half_w, half_h, depth, corner=dice.between(0.03, 0.08))
    if kind == "barrel":
        return Form(y, half_w, half_h, depth * 1.1, power=4.5)
    return Form(y, half_w * 0.95, half_h, depth, power=3.4, taper=dice.pick((0.18, -0.18)))


def _head(dice: Dice, y: float, half_w: float, half_h: float) -> Solid:
    kind = dice.pick(("block", "block", "can", "dome"))
    depth = min(half_w * 0.85, 0.22)
    if kind == "block":
        return Block(y, half_w, half_h, depth, corner=dice.between(0.03, 0.09))
    if kind == "can":
        return Form(y, half_w, half_h, depth * 1.05, power=5.0)
    return Form(y, half_w, half_h, depth * 1.1, profile="bell", power=2.0)


def _screen_face(rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
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


def _panel(rig: Rig, body: Solid, own: RobotParts, turn: Turn) -> None:
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


def _lamp_rims(rig: Rig, toon: Toon, head: Block, turn: Turn) -> None:
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


def _antenna(rig: Rig, own: RobotParts, head: Solid, metal: Colour) -> None:
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
