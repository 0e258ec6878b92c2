"""Big-headed visitors in space suits. Bold outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from s2vbench.world.cartoons.brushes import tube_path
from s2vbench.world.cartoons.coats import Coat, contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hands import oval
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.horns import draw_ears
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import Colour, darker, named

Feeler = Literal["straight", "curly", "zigzag", "bulb"]


@dataclass(frozen=True)
class AlienParts:
    """What only aliens have."""

    feelers: int
    feeler: Feeler
    tip: Colour
    tip_name: str
    suit_name: str
    suit: Coat
    belt: Colour
    ears: bool


class Alien(Cartoon):
    """A big-headed visitor in a space suit."""

    noun = "alien"
    style = "bold"
    height_m = (0.5, 1.2)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("green", "lime", "turquoise", "lavender", "purple", "pink", "yellow", "orange", "blue"),
            ("plain", "plain", "spotted", "patched", "striped"),
            ("purple", "teal", "yellow", "orange", "pink", "blue", "green"),
        )
        head_ry, head_rx = dice.between(0.25, 0.34), dice.between(0.23, 0.35)
        leg = dice.between(0.14, 0.2)
        top = -1.0 + 2 * head_ry - 0.05
        body_ry = (-leg - top) / 2 + 0.01
        body = Form(
            -leg - body_ry + 0.02,
            dice.between(0.13, 0.17),
            body_ry + 0.03,
            0.12,
            power=2.4,
            taper=dice.between(0.05, 0.25),
        )
        head = Form(-1.0 + head_ry, head_rx, head_ry, head_rx * 0.86, power=2.2, taper=dice.between(-0.28, 0.1))
        face = design_face(
            dice.child("face"),
            eye_size=0.082,
            eyes=(1, 2, 2, 3),
            styles=("tall", "sparkle", "round", "sleepy", "tall"),
            mouths=("smile", "tiny", "fang", "teeth", "open"),
            eye_v=0.0,
            mouth_v=-0.52,
            mouth_size=0.075,
            spread_deg=28,
        )
        suit_name = contrasting(dice, coat.name, ("white", "navy", "red", "blue", "orange", "purple", "teal", "grey"))
        suit_dice = dice.child("suit")
        suit = design_coat(suit_dice, (suit_name,), ("plain", "striped", "starry", "spotted"))
        tip_name = contrasting(dice, coat.name, ("yellow", "red", "pink", "blue", "orange", "white"))
        own = AlienParts(
            feelers=dice.pick((1, 2, 2, 3)),
            feeler=dice.pick(("straight", "curly", "zigzag", "bulb")),
            tip=named(tip_name, dice),
            tip_name=tip_name,
            suit_name=suit_name,
            suit=suit,
            belt=named(dice.pick(("yellow", "white", "black")), dice),
            ears=dice.chance(0.4),
        )
        limbs = Limbs(
            shoulder=(body.rx * 0.8, body.y - 0.55 * body.ry, 0.0),
            arm_length=dice.between(0.2, 0.26),
            arm_width=dice.between(0.042, 0.06),
            hand="paw",
            hand_size=0.045,
            hip=(body.rx * 0.5, -leg - 0.03, 0.0),
            leg_width=dice.between(0.055, 0.075),
            foot=(0.068, 0.055, 0.1),
        )
        boots = contrasting(dice, suit_name, ("white", "red", "yellow", "black", "orange", "purple"))
        wear = design_wear(dice.child("wear"), suit_name, neck=0.45, badge=0.5)
        hat = design_hat(dice.child("hat"), 0.15 if own.feelers == 2 else 0.0, coat.name, ("bow", "flower"))
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=suit.colour,
            hand_colour=coat.colour,
            foot_colour=named(boots, dice),
            foot_name="",
            head=head,
            neck=neck_between(body, head, 0.6),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Suit and feelers."""
        own: AlienParts = toon.own
        count = {
            1: f"with a {own.tip_name}-tipped antenna",
            2: f"with {own.tip_name}-tipped antennas",
            3: f"with three {own.tip_name}-tipped antennas",
        }[own.feelers]
        return f"in {with_article(own.suit_name)} space suit", count

    def body(self, rig: Rig, toon: Toon) -> None:
        """The suit."""
        own: AlienParts = toon.own
        turn, path = rig.turn, toon.body.outline(rig.turn)

        def marks() -> None:
            paint_coat(rig, toon.body, own.suit, turn, path)
            with rig.pen.inside(path):
                x = turn.point(toon.body.x, 0.0, toon.body.z)[0]
                half, y = 1.2 * toon.body.half_seen(turn), toon.body.y + 0.38 * toon.body.ry
                rig.brush.stroke(
                    tube_path(((x - half, y - 0.01), (x, y + 0.02), (x + half, y - 0.01))), own.belt, 0.035
                )
            buckle = toon.body.on(turn, 0.0, -0.41, 0.03, 0.026)
            if buckle:
                rig.brush.thing(
                    placed(unit_emblem("disc"), buckle.x, buckle.y + 0.012, buckle.half_w, buckle.half_h), named("grey")
                )

        rig.solid(toon.body, own.suit.colour, 0.0, marks)

    def head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """The big head with its markings."""
        turn, path = rig.turn, head.outline(rig.turn)

        def marks() -> None:
            paint_coat(
                rig, head, toon.coat, turn, path, face=(toon.face.mouth_v - 0.2, toon.face.eye_v + 0.5), size=0.75
            )
            self.features(rig, toon, head, turn)

        rig.solid(head, toon.coat.colour, 0.05, marks)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Feelers, and ears of some."""
        own: AlienParts = toon.own
        if own.ears:
            draw_ears(rig, head, "leaf", 0.085, toon.coat.colour, darker(toon.coat.colour, 0.2), v=0.05)
        for lon in {1: (0.0,), 2: (-90.0, 90.0), 3: (-90.0, 0.0, 90.0)}[own.feelers]:
            _feeler(rig, head, lon, own, toon.coat.colour)


def _feeler(rig: Rig, head: Solid, lon: float, own: AlienParts, colour: Colour) -> None:
    side = 0.0 if lon == 0.0 else lon / 90.0
    foot = (side * 0.42 * head.rx, head.y - (0.86 if side else 0.97) * head.ry, 0.0)
    sway = 0.03 * rig.motion.swing
    out = {"straight": 0.05, "curly": 0.11, "zigzag": 0.07, "bulb": 0.09}[own.feeler]
    tip = (foot[0] + side * out + sway, foot[1] - (0.13 if own.feeler != "curly" else 0.09), 0.0)
    middle = (foot[0] + (side * 0.01 if own.feeler == "straight" else side * 0.0), (foot[1] + tip[1]) / 2 - 0.02, 0.0)
    if own.feeler == "curly":
        middle = (foot[0] - side * 0.0, tip[1] - 0.035, 0.0)
    path = tube_path((rig.turn.point(*foot), rig.turn.point(*middle), rig.turn.point(*tip)))
    x, y, depth = rig.seen(tip)
    size = {"bulb": 0.05, "zigzag": 0.03}.get(own.feeler, 0.036)

    def draw() -> None:
        rig.brush.tube(path, 0.026, colour)
        oval(rig.brush, x, y, size, size, own.tip)
        if own.feeler == "zigzag":
            rig.brush.thing(placed(unit_emblem("star"), x, y, 0.055, 0.055), own.tip)

    rig.add(0.05 + 0.2 * depth - 0.01, draw)
