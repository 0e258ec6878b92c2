"""Cakes in paper cups, with cream. Pastel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.cartoons.coats import contrasting, design_coat
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import Hat
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import Colour, darker, lighter, mix, named
from s2vbench.world.pen import blob, ellipse


@dataclass(frozen=True)
class CupcakeParts:
    """What only cupcakes have."""

    cream: Form
    wrapper_name: str
    wrapper: Colour
    pleats: int
    topping: Literal["cherry", "strawberry", "star", "heart", "candle"]
    sprinkles: tuple[tuple[float, float, float], ...]


class Cupcake(Cartoon):
    """A cake in a paper cup, with cream."""

    noun = "cupcake character"
    style = "pastel"
    height_m = (0.2, 0.6)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("pink", "lavender", "turquoise", "yellow", "white", "brown", "lime", "orange", "blue"),
            ("plain",),
            ("red", "blue", "yellow", "teal", "purple"),
        )
        leg, cream_ry = dice.between(0.11, 0.15), dice.between(0.18, 0.235)
        rx = dice.between(0.29, 0.38)
        cream = Form(
            -0.92 + cream_ry,
            rx * dice.between(1.22, 1.36),
            cream_ry,
            rx * 1.26,
            profile="swirl",
            power=dice.between(1.1, 1.7),
        )
        bottom_of_cream = cream.y + 0.72 * cream_ry
        ry = (-leg - bottom_of_cream) / 2 + 0.03
        body = Form(-leg - ry, rx, ry, rx * 0.96, profile="cup", taper=dice.between(0.18, 0.34))
        face = design_face(
            dice.child("face"),
            eye_size=0.06,
            styles=("dot", "tall", "sparkle", "sleepy", "round"),
            mouths=("smile", "open", "cat", "tiny"),
            eye_v=0.04,
            mouth_v=-0.36,
            mouth_size=0.085,
            spread_deg=23,
        )
        wrapper_name = contrasting(
            dice, coat.name, ("pink", "turquoise", "yellow", "lavender", "red", "blue", "teal", "orange")
        )
        sprinkles = tuple((dice.between(-180, 180), dice.between(-0.8, 0.5), dice.between(0, 180)) for _ in range(18))
        own = CupcakeParts(
            cream=cream,
            wrapper_name=wrapper_name,
            wrapper=named(wrapper_name, dice),
            pleats=dice.whole(12, 18),
            topping=dice.pick(("cherry", "strawberry", "star", "heart", "candle")),
            sprinkles=sprinkles,
        )
        shoe = contrasting(dice, wrapper_name, ("red", "blue", "purple", "pink", "teal", "yellow"))
        limbs = Limbs(
            shoulder=(rx * 0.92, body.y - 0.05, 0.0),
            arm_length=dice.between(0.17, 0.23),
            arm_width=0.05,
            hand="mitten",
            hand_size=0.05,
            hip=(rx * 0.4, -leg - 0.04, 0.0),
            leg_width=0.055,
            foot=(0.08, 0.062, 0.11),
        )
        wear = design_wear(
            dice.child("wear"),
            wrapper_name,
            neck=0.45,
            necks=("bow tie", "bead necklace", "medal"),
            badge=0.0,
            back=0.3,
            backs=("cape",),
            bag=0.0,
        )
        skin = mix(named("beige"), (1.0, 0.85, 0.65), 0.5)
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=skin,
            hand_colour=skin,
            foot_colour=named(shoe, dice),
            foot_name=shoe,
            head=None,
            neck=ring_on(body, -0.62, 1.0),
            hat=Hat(),
            wear=wear,
            own=own,
        )

    def colour_words(self, toon: Toon) -> tuple[str, ...]:
        """The cream has the colour."""
        return (f"with {toon.coat.name} cream",)

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Topping and wrapper."""
        own: CupcakeParts = toon.own
        return (
            f"with a {own.topping} on top",
            f"in {with_article(own.wrapper_name)} wrapper",
        )

    def body(self, rig: Rig, toon: Toon) -> None:
        """The paper cup with its face."""
        own: CupcakeParts = toon.own
        turn, body = rig.turn, toon.body
        rig.lid_colour = own.wrapper

        def marks() -> None:
            pleats = skia.Path()
            for i in range(own.pleats):
                lon = 360 * i / own.pleats
                if math.cos(math.radians(lon + turn.yaw_deg)) > 0.1:
                    top, low = body.on(turn, lon, 0.95, 0.002, 0.01), body.on(turn, lon, -0.96, 0.002, 0.01)
                    if top and low:
                        pleats.moveTo(top.x, top.y)
                        pleats.lineTo(low.x, low.y)
            rig.brush.stroke(pleats, lighter(own.wrapper, 0.45), 0.014, 0.55)
            self.features(rig, toon, body, turn)

        rig.solid(body, own.wrapper, 0.0, marks)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:  # noqa: ARG002
        """Cream, sprinkles and topping."""
        own: CupcakeParts = toon.own
        turn, cream, brush = rig.turn, own.cream, rig.brush
        path = cream.outline(turn)
        half = cream.half_seen(turn)
        lines = skia.Path()
        for v in (-0.36, 0.3):
            reach = cream.width_at(v) * half
            lines.moveTo(-reach, cream.y - v * cream.ry)
            lines.quadTo(0.0, cream.y - v * cream.ry + 0.09, reach, cream.y - v * cream.ry - 0.02)

        def draw() -> None:
            brush.shape(path, toon.coat.colour)
            brush.stroke(lines, darker(toon.coat.colour, 0.3), 0.02, 0.28)
            if rig.pen.sees(0.02):
                for i, (lon, v, angle) in enumerate(own.sprinkles):
                    mark = cream.on(turn, lon, v, 0.022, 0.009)
                    if mark:
                        brush.mark(
                            ellipse(mark.x, mark.y, 0.024 * max(mark.facing, 0.2), 0.01, angle),
                            (toon.coat.accent, own.wrapper, (0.98, 0.97, 0.95))[i % 3],
                        )

        rig.add(0.02, draw)
        rig.add(0.019, lambda: _topping(rig, own, cream.y - cream.ry))


def _topping(rig: Rig, own: CupcakeParts, top: float) -> None:
    brush, sway = rig.brush, 0.02 * rig.motion.swing
    if own.topping == "cherry":
        stem = skia.Path()
        stem.moveTo(0.0, top - 0.02)
        stem.quadTo(0.01, top - 0.1, 0.05 + sway, top - 0.12)
        brush.stroke(stem, named("green"), 0.016)
        brush.shape(ellipse(0.0, top, 0.068, 0.065), named("red"))
    elif own.topping == "strawberry":
        brush.shape(
            blob([(-0.075, top - 0.03), (0.0, top - 0.07), (0.075, top - 0.03), (0.0, top + 0.1)]), named("red")
        )
        brush.mark(
            blob([(-0.05, top - 0.06), (0.0, top - 0.09), (0.05, top - 0.06), (0.0, top - 0.04)], 0.4), named("green")
        )
    elif own.topping == "candle":
        candle = skia.Path()
        candle.addRoundRect(skia.Rect.MakeLTRB(-0.024, top - 0.07, 0.024, top + 0.08), 0.01, 0.01)
        brush.shape(candle, named("turquoise"))
        brush.mark(ellipse(sway, top - 0.1, 0.02, 0.034), named("orange"))
        brush.mark(ellipse(sway, top - 0.092, 0.01, 0.018), named("yellow"))
    else:
        kind: Literal["star", "heart"] = "star" if own.topping == "star" else "heart"
        wide = 0.55 + 0.45 * abs(rig.turn.cos)
        brush.shape(
            placed(unit_emblem(kind), 0.0, top - 0.01, 0.085 * wide, 0.085),
            named("yellow" if kind == "star" else "red"),
        )
