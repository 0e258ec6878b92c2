"""Robots: boxes, barrels and domes with lamps for eyes. Bold outline."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Literal

from s2vbench.world.cartoons.coats import contrasting, design_coat
from s2vbench.world.cartoons.faces import design_face, draw_face
from s2vbench.world.cartoons.hands import oval
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.machinery import RobotParts, draw_antenna, draw_panel, lamp_rims, screen_face
from s2vbench.world.cartoons.rig import SIDES, Hand, Limbs, Rig
from s2vbench.world.cartoons.solids import Block, Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import Colour, darker, lighter, named
from s2vbench.world.pen import box
from s2vbench.world.turn import Turn

Antenna = Literal["none", "single", "pair", "spring", "dish"]
Panel = Literal["heart light", "gauge", "buttons", "grille", "screen"]


class Robot(Cartoon):
    """A friendly machine."""

    noun = "robot"
    style = "bold"
    height_m = (0.6, 1.3)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("red", "orange", "yellow", "teal", "turquoise", "blue", "purple", "pink", "grey", "white", "lime"),
            ("plain",),
            ("yellow", "red", "orange", "blue", "navy", "white", "teal", "pink"),
        )
        leg, tall = dice.between(0.13, 0.2), dice.between(0.29, 0.4)
        head_ry = (1.0 - leg - tall - 0.02) / 2
        wide, head_wide = dice.between(0.16, 0.25), dice.between(0.19, 0.29)
        body = _trunk(dice, -leg - tall / 2 + 0.01, wide, tall / 2)
        head = _head(dice, -1.0 + head_ry, head_wide, head_ry)
        face = design_face(
            dice.child("face"),
            eye_size=0.062,
            eyes=(1, 2, 2, 2),
            styles=("round", "sparkle", "sleepy"),
            mouths=("smile", "teeth", "tiny", "open"),
            eye_v=0.12,
            mouth_v=-0.5,
            mouth_size=0.08,
            spread_deg=30,
        )
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
            shoulder=(wide * 1.0, body.y - 0.6 * body.ry, 0.0),
            arm_length=dice.between(0.2, 0.27),
            arm_width=dice.between(0.045, 0.07),
            hand=hand,
            hand_size=0.05,
            hip=(wide * 0.5, -leg - 0.03, 0.0),
            leg_width=dice.between(0.055, 0.085),
            foot=(0.085, dice.between(0.06, 0.085), 0.105),
        )
        wear = design_wear(
            dice.child("wear"), coat.name, necks=("scarf", "bow tie", "medal"), neck=0.4, badge=0.0, back=0.25
        )
        hat = design_hat(dice.child("hat"), 0.4 if own.antenna == "none" else 0.0, coat.name)
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=metal,
            hand_colour=coat.accent,
            foot_colour=coat.accent,
            foot_name="",
            head=head,
            neck=neck_between(body, head, 0.55),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Antenna, face and chest."""
        own: RobotParts = toon.own
        words = []
        if own.antenna != "none":
            what = {
                "pair": f"with two {own.antenna_name} antennas",
                "spring": f"with {with_article(own.antenna_name)} spring antenna",
                "dish": f"with {with_article(own.antenna_name)} dish antenna",
                "single": f"with {with_article(own.antenna_name)} antenna",
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
        self._shell(rig, toon.body, toon.coat.colour, 0.0, lambda: draw_panel(rig, toon.body, own, turn))
        for side in SIDES:
            x, y, z = toon.limbs.shoulder
            sx, sy, depth = rig.seen((side * x, y, z))
            rig.add(
                0.5 * depth + 0.004,
                partial(oval, rig.brush, sx, sy, 0.045, 0.045, toon.limb_colour),
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
            screen_face(rig, toon, solid, turn)
            return
        if isinstance(solid, Block) and turn.cos > -0.05:
            lamp_rims(rig, toon, solid, turn)
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
                    partial(oval, rig.brush, x, y, half, 0.068, own.antenna_colour),
                )
        draw_antenna(rig, own, head, toon.limb_colour)


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
