"""Snowmen of two or three balls. Cut paper."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.world.cartoons.coats import Coat
from s2vbench.world.cartoons.emblems import Emblem, emblem_on
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.rig import Hand, Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, named
from s2vbench.world.pen import capsule


@dataclass(frozen=True)
class SnowParts:
    """What only snowmen have."""

    waist: Form | None
    nose: float
    nose_colour: Colour
    button: Emblem
    buttons: int
    button_name: str
    button_colour: Colour
    mitten_name: str


class Snowman(Cartoon):
    """Two or three balls of snow."""

    noun = "snowman"
    style = "paper"
    height_m = (0.6, 1.7)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        tint = dice.pick(((0.95, 0.97, 1.0), (0.86, 0.92, 0.98), (0.97, 0.95, 0.97), (0.90, 0.96, 0.96)))
        coat = Coat("white", tint)
        three = dice.chance(0.5)
        head_r, base = dice.between(0.155, 0.2) * (1.0 if three else 1.2), 0.04
        rx = dice.between(0.27, 0.36)
        low_ry = dice.between(0.2, 0.25) if three else (1.0 - base - 1.75 * head_r) / 2
        low = Form(-base - low_ry, rx, low_ry, rx * 0.95, power=dice.between(2.0, 2.4))
        head = Form(-1.0 + head_r, head_r * dice.between(1.0, 1.22), head_r, head_r * 1.05)
        waist, body = None, low
        if three:
            top, bottom = head.y + 0.75 * head.ry, low.y - 0.6 * low.ry
            waist = low
            body = Form((top + bottom) / 2, rx * dice.between(0.72, 0.84), (bottom - top) / 2 + 0.03, rx * 0.75)
        face = design_face(
            dice.child("face"),
            eye_size=0.04,
            styles=("dot", "dot", "tall", "round"),
            mouths=("smile", "tiny", "open"),
            eye_v=0.3,
            mouth_v=-0.45,
            mouth_size=0.075,
            spread_deg=26,
        )
        button_name = dice.pick(("black", "red", "blue", "green", "purple", "orange"))
        mitten = dice.pick(("", "red", "blue", "green", "yellow", "pink"))
        own = SnowParts(
            waist=waist,
            nose=dice.between(0.1, 0.2),
            nose_colour=named(dice.pick(("orange", "orange", "red", "yellow")), dice),
            button=dice.pick(("disc", "disc", "star", "heart", "flower")),
            buttons=dice.whole(2, 3),
            button_name=button_name,
            button_colour=named(button_name, dice),
            mitten_name=mitten,
        )
        twig = named("brown", dice)
        hand: Hand = "mitten" if mitten else "twig"
        limbs = Limbs(
            shoulder=(body.rx * 0.9, body.y - 0.25 * body.ry, 0.0),
            arm_length=dice.between(0.22, 0.3),
            arm_width=0.026,
            hand=hand,
            hand_size=0.052,
            hip=(rx * 0.45, -base - 0.05, 0.0),
            leg_width=0.09,
            foot=(0.1, 0.075, 0.11),
        )
        wear = design_wear(
            dice.child("wear"),
            "white",
            neck=0.85,
            necks=("scarf", "scarf", "scarf", "bow tie", "bandana"),
            badge=0.15,
            back=0.12,
            bag=0.15,
        )
        hat = design_hat(
            dice.child("hat"),
            0.85,
            "white",
            ("top hat", "beanie", "bowler hat", "cap", "straw hat", "party hat", "flower"),
        )
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=twig,
            hand_colour=named(mitten, dice) if mitten else twig,
            foot_colour=darker(tint, 0.06),
            foot_name="",
            head=head,
            neck=neck_between(body, head, 0.72),
            hat=hat,
            wear=wear,
            own=own,
            leg_colour=darker(tint, 0.06),
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Buttons and mittens."""
        own: SnowParts = toon.own
        shape = {"disc": "round", "star": "star-shaped", "heart": "heart-shaped", "flower": "flower-shaped"}[own.button]
        mittens = (f"with {own.mitten_name} mittens",) if own.mitten_name else ("with twig hands",)
        return f"with {shape} {own.button_name} buttons", *mittens

    def colour_words(self, toon: Toon) -> tuple[str, ...]:
        """Snow is white: not worth a word."""
        del toon
        return ()

    def seat_y(self, toon: Toon) -> float:
        """The lowest ball's."""
        low = toon.own.waist or toon.body
        return float(low.y + low.ry)

    def body(self, rig: Rig, toon: Toon) -> None:
        """The balls with their buttons."""
        own: SnowParts = toon.own
        turn = rig.turn

        def buttons() -> None:
            for i in range(own.buttons):
                mark = toon.body.on(turn, 0.0, 0.45 - 0.42 * i, 0.034, 0.034)
                if mark:
                    rig.brush.thing(emblem_on(own.button, mark), own.button_colour)

        if own.waist is not None:
            rig.solid(own.waist, toon.coat.colour, -0.01)
        rig.solid(toon.body, toon.coat.colour, 0.0, buttons)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """The carrot."""
        own: SnowParts = toon.own
        root, tip = head.surface(0.0, 0.0, 0.92), head.surface(0.0, -0.06, 0.9)
        tip = (tip[0], tip[1], tip[2] + own.nose)
        (x0, y0, depth), (x1, y1, _) = rig.seen(root), rig.seen(tip)
        path = capsule((x0, y0), 0.042, (x1, y1), 0.012)
        rig.add(0.05 + 0.3 * depth + (0.01 if depth > 0 else -0.01), lambda: rig.brush.shape(path, own.nose_colour))
