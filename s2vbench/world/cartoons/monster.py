"""Shaggy, harmless monsters. Bold outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from s2vbench.world.cartoons.coats import design_coat
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.horns import HornKind, draw_ears, draw_horns
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, named

Feeler = Literal["straight", "curly", "eye stalk", "zigzag", "bulb"]


@dataclass(frozen=True)
class MonsterParts:
    """What only furry monsters have."""

    horn: HornKind
    horn_name: str
    horn_colour: Colour
    ears: bool
    muzzle: Colour


class Monster(Cartoon):
    """A shaggy, harmless monster."""

    noun = "furry monster"
    style = "bold"
    height_m = (0.6, 1.6)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("blue", "purple", "turquoise", "orange", "pink", "lime", "red", "teal", "brown", "yellow"),
            ("plain", "spotted", "striped", "striped", "patched", "hearts"),
            belly=0.4,
        )
        leg = dice.between(0.09, 0.15)
        ry = (1.0 - leg) / 2 + 0.005
        rx = dice.between(0.25, 0.36)
        body = Form(
            -leg - ry + 0.02,
            rx,
            ry,
            rx * dice.between(0.78, 0.9),
            power=dice.between(2.2, 3.0),
            taper=dice.between(-0.05, 0.24),
            tufts=dice.whole(9, 13),
            wobble=dice.whole(1, 500),
        )
        face = design_face(
            dice.child("face"),
            eye_size=0.085,
            eyes=(1, 1, 2, 2, 3),
            styles=("round", "sleepy", "sparkle"),
            mouths=("fang", "fangs", "teeth", "open"),
            eye_v=0.42,
            mouth_v=0.05,
            mouth_size=0.115,
            spread_deg=24,
        )
        horn_name = dice.pick(("beige", "yellow", "white", "orange"))
        own = MonsterParts(
            horn=dice.pick(("short", "bull", "ram", "none", "unicorn")),
            horn_name=horn_name,
            horn_colour=named(horn_name, dice),
            ears=dice.chance(0.45),
            muzzle=coat.accent,
        )
        limbs = Limbs(
            shoulder=(rx * 0.9, body.y - 0.12 * ry, 0.0),
            arm_length=dice.between(0.22, 0.32),
            arm_width=dice.between(0.075, 0.1),
            hand="paw",
            hand_size=dice.between(0.055, 0.07),
            hip=(rx * 0.48, -leg - 0.03, 0.0),
            leg_width=dice.between(0.09, 0.12),
            foot=(0.1, 0.07, 0.12),
        )
        wear = design_wear(
            dice.child("wear"),
            coat.name,
            neck=0.45,
            badge=0.0,
            back=0.2,
            necks=("scarf", "bow tie", "bandana", "medal"),
        )
        hat = design_hat(dice.child("hat"), 0.35 if own.horn == "none" else 0.0, coat.name)
        paws = coat.accent if dice.chance(0.5) else darker(coat.colour, 0.15)
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=coat.colour,
            hand_colour=paws,
            foot_colour=paws,
            foot_name="",
            head=None,
            neck=ring_on(body, -0.22, 1.02),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Horns."""
        own: MonsterParts = toon.own
        kinds = {
            "short": f"with short {own.horn_name} horns",
            "bull": f"with big {own.horn_name} horns",
            "none": "without horns",
            "ram": f"with curled {own.horn_name} horns",
            "unicorn": "with a single horn",
        }
        return (kinds[own.horn],)

    def seat_y(self, toon: Toon) -> float:
        """Below the fur."""
        return toon.body.y + 1.09 * toon.body.ry

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Horns and ears."""
        own: MonsterParts = toon.own
        draw_horns(rig, head, own.horn, own.horn_colour, v=0.8)
        if own.ears:
            draw_ears(rig, head, "round", 0.075, toon.coat.colour, own.muzzle, v=0.62)
