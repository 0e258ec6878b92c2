"""Mushrooms with a face below their cap. Cut paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.cartoons.coats import contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import Hat
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, mix, named
from s2vbench.world.pen import ellipse


@dataclass(frozen=True)
class MushroomParts:
    """What only mushrooms have."""

    cap: Form
    sprout: Literal["none", "leaf", "snail", "tuft"]


class Mushroom(Cartoon):
    """A stem with a face below a wide cap."""

    noun = "mushroom character"
    style = "paper"
    height_m = (0.3, 0.8)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("red", "orange", "purple", "teal", "blue", "pink", "brown", "yellow", "green"),
            ("spotted", "spotted", "spotted", "plain", "striped", "hearts", "starry", "patched"),
            ("white", "white", "yellow", "beige", "pink", "turquoise"),
        )
        leg = dice.between(0.09, 0.13)
        cap_ry, cap_rx = dice.between(0.19, 0.255), dice.between(0.36, 0.5)
        cap = Form(
            -1.0 + cap_ry,
            cap_rx,
            cap_ry,
            cap_rx * 0.95,
            profile="cap",
            power=dice.between(1.45, 2.5),
            taper=dice.between(0.0, 0.9),
        )
        top = cap.y + 0.2 * cap_ry
        ry = (-leg - top) / 2 + 0.01
        rx = dice.between(0.2, 0.28)
        body = Form(-leg - ry + 0.02, rx, ry, rx * 0.92, power=2.5, taper=dice.between(0.0, 0.22))
        below_cap = (body.y - (cap.y + 0.92 * cap_ry + 0.105)) / ry
        face = design_face(
            dice.child("face"),
            eye_size=0.055,
            styles=("dot", "tall", "sparkle", "sleepy", "round"),
            mouths=("smile", "open", "cat", "tiny", "fang"),
            eye_v=below_cap,
            mouth_v=below_cap - 0.12 / ry,
            mouth_size=0.08,
            spread_deg=25,
        )
        stem = mix(named("beige", dice), (1.0, 0.97, 0.9), dice.between(0.2, 0.8))
        shoe = contrasting(dice, coat.name, ("brown", "red", "blue", "green", "purple", "navy", "teal"))
        limbs = Limbs(
            shoulder=(rx * 0.9, body.y - 0.02, 0.0),
            arm_length=dice.between(0.18, 0.24),
            arm_width=0.055,
            hand="mitten",
            hand_size=0.048,
            hip=(rx * 0.5, -leg - 0.03, 0.0),
            leg_width=0.065,
            foot=(0.085, 0.06, 0.11),
        )
        wear = design_wear(
            dice.child("wear"),
            "beige",
            neck=0.55,
            necks=("scarf", "bow tie", "bandana", "bead necklace"),
            badge=0.0,
            back=0.35,
            backs=("cape",),
            bag=0.0,
        )
        own = MushroomParts(cap, dice.pick(("none", "none", "leaf", "snail", "tuft")))
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=stem,
            hand_colour=stem,
            foot_colour=named(shoe, dice),
            foot_name=shoe,
            head=None,
            neck=ring_on(body, -0.66, 1.0),
            hat=Hat(),
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """What grows or sits on its cap."""
        return {
            "leaf": ("with a leaf on its cap",),
            "snail": ("with a snail on its cap",),
            "tuft": ("with a tiny mushroom on its cap",),
            "none": (),
        }[toon.own.sprout]

    def body(self, rig: Rig, toon: Toon) -> None:
        """The stem with its face."""
        turn = rig.turn
        stem = toon.limb_colour
        rig.lid_colour = stem
        rig.solid(toon.body, stem, 0.0, lambda: self.features(rig, toon, toon.body, turn))

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:  # noqa: ARG002
        """The cap, its gills and its guests."""
        own: MushroomParts = toon.own
        turn, cap = rig.turn, own.cap
        path = cap.outline(turn)
        x = rig.seen((0.0, cap.y, 0.0))[0]
        low = cap.y + 0.62 * cap.ry
        rig.add(
            0.03,
            lambda: rig.brush.shape(
                ellipse(x, low, 0.72 * cap.rx, 0.42 * cap.ry), mix(toon.limb_colour, named("brown"), 0.25)
            ),
        )

        def marks() -> None:
            rig.brush.shape(path, toon.coat.colour)
            paint_coat(rig, cap, toon.coat, turn, path, size=1.1)

        rig.add(0.04, marks)
        if own.sprout != "none":
            _guest(rig, own, toon.coat.accent)


def _guest(rig: Rig, own: MushroomParts, accent: Colour) -> None:
    x, y, depth = rig.seen(own.cap.surface(70.0, 0.72, 0.9))
    front = depth > -0.05

    def draw() -> None:
        brush = rig.brush
        wide = 0.5 + 0.5 * abs(rig.turn.cos)
        if own.sprout == "leaf":
            for side in (-1, 1):
                brush.shape(placed(unit_emblem("leaf"), x, y, side * 0.085 * wide, 0.09), named("green"))
        elif own.sprout == "snail":
            brush.shape(ellipse(x + 0.02 * wide, y - 0.01, 0.085 * wide, 0.025), named("beige"))
            brush.shape(ellipse(x - 0.005, y - 0.045, 0.052, 0.052), named("pink"))
            brush.mark(ellipse(x - 0.002, y - 0.043, 0.024, 0.024), darker(named("pink"), 0.25))
        else:
            brush.tube(_line((x, y + 0.02), (x, y - 0.06)), 0.045, named("beige"))
            cap = skia.Path()
            cap.moveTo(x - 0.075, y - 0.05)
            cap.cubicTo(x - 0.07, y - 0.15, x + 0.07, y - 0.15, x + 0.075, y - 0.05)
            cap.close()
            brush.shape(cap, accent)

    rig.add(0.045 if front else 0.035, draw)


def _line(start: tuple[float, float], end: tuple[float, float]) -> skia.Path:
    path = skia.Path()
    path.moveTo(*start)
    path.lineTo(*end)
    return path
