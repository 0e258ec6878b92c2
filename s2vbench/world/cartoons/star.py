"""Plump stars in boots. Cut paper."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from s2vbench.world.cartoons.coats import contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import WHITE, darker, mix, named


@dataclass(frozen=True)
class StarParts:
    """What only stars have."""

    rim: bool


class Star(Cartoon):
    """A plump star with boots."""

    noun = "star character"
    style = "paper"
    height_m = (0.3, 0.8)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("yellow", "yellow", "orange", "pink", "turquoise", "lavender", "lime", "blue", "red"),
            ("plain", "spotted", "hearts", "striped", "pinstriped", "patched"),
            ("white", "orange", "pink", "purple", "blue", "teal", "red", "yellow"),
        )
        leg = dice.between(0.14, 0.2)
        ry = (1.0 - leg + 0.08) / 2
        rx = ry * dice.between(0.92, 1.15)
        body = Form(
            -1.0 + ry,
            rx,
            ry,
            rx * 0.45,
            profile="star",
            power=5,
            taper=dice.between(0.52, 0.7),
            wobble=dice.whole(0, 300),
        )
        face = design_face(
            dice.child("face"),
            eye_size=0.066,
            eyes=(2, 2, 2, 1),
            styles=("dot", "tall", "sparkle", "round", "sleepy"),
            mouths=("smile", "open", "cat", "tiny", "fang"),
            eye_v=0.1,
            mouth_v=-0.17,
            mouth_size=0.1,
            spread_deg=24,
        )
        shoe = contrasting(dice, coat.name, ("red", "blue", "purple", "white", "teal", "pink", "navy"))
        glove = dice.chance(0.5)
        limbs = Limbs(
            shoulder=(rx * 0.54, body.y + 0.07, 0.085),
            arm_length=dice.between(0.2, 0.27),
            arm_width=0.05,
            hand="mitten",
            hand_size=0.05,
            hip=(rx * 0.3, -leg - 0.12, 0.0),
            leg_width=0.055,
            foot=(0.085, dice.between(0.06, 0.09), 0.115),
        )
        wear = design_wear(
            dice.child("wear"), coat.name, neck=0.5, necks=("bow tie", "medal", "scarf"), badge=0.0, back=0.35, bag=0.0
        )
        hat = design_hat(dice.child("hat"), 0.45, coat.name, ("party hat", "crown", "top hat", "bow", "bowler hat"))
        stick = darker(coat.colour, 0.18)
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=stick,
            hand_colour=named("white") if glove else coat.colour,
            foot_colour=named(shoe, dice),
            foot_name=shoe,
            head=None,
            neck=ring_on(body, -0.36, 0.95),
            hat=hat,
            wear=wear,
            own=StarParts(rim=dice.chance(0.5)),
        )

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """Markings, and an inner layer of some."""
        if toon.own.rim:
            inner = skia.Path(path)
            matrix = skia.Matrix()
            bounds = path.getBounds()
            matrix.setScale(0.84, 0.84, bounds.centerX(), bounds.top() + 0.56 * bounds.height())
            inner.transform(matrix)
            rig.brush.mark(inner, mix(toon.coat.colour, WHITE, 0.3))
        low, high = toon.face.mouth_v - 0.14, toon.face.eye_v + 0.22
        paint_coat(rig, toon.body, toon.coat, rig.turn, path, face=(low, high), size=0.8)
