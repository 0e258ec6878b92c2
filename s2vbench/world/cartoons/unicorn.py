"""Unicorns that walk upright. Pastel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

from s2vbench.world.cartoons.coats import contrasting, design_coat
from s2vbench.world.cartoons.faces import design_face, draw_face, draw_mouth
from s2vbench.world.cartoons.hands import oval
from s2vbench.world.cartoons.hats import HatKind, design_hat
from s2vbench.world.cartoons.horns import draw_ears, one_horn
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import Colour, lighter, mix, named
from s2vbench.world.pen import ellipse
from s2vbench.world.turn import Turn


@dataclass(frozen=True)
class UnicornParts:
    """What only unicorns have."""

    muzzle: Form
    hair_name: str
    hair: Colour
    streak: Colour
    side: float
    """Which side the hair falls to."""
    curls: int
    horn_name: str
    horn: Colour
    horn_size: float


class Unicorn(Cartoon):
    """A small upright unicorn."""

    noun = "unicorn"
    style = "pastel"
    height_m = (0.6, 1.4)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("white", "white", "pink", "lavender", "turquoise", "yellow", "beige"),
            ("plain", "plain", "starry", "hearts", "spotted"),
            ("purple", "pink", "blue", "orange", "teal"),
        )
        leg, head_ry = dice.between(0.13, 0.18), dice.between(0.2, 0.24)
        top = 0.12
        head = Form(
            -1.0 + top + head_ry,
            head_ry * dice.between(1.0, 1.2),
            head_ry,
            head_ry * 1.0,
            z=0.03,
            power=2.1,
            taper=-0.06,
        )
        body_top = head.y + head_ry - 0.07
        ry = (-leg - body_top) / 2 + 0.01
        rx = dice.between(0.17, 0.23)
        body = Form(-leg - ry + 0.02, rx, ry, rx * 0.95, power=2.2, taper=dice.between(0.12, 0.28))
        muzzle = Form(
            head.y + 0.42 * head_ry,
            head.rx * dice.between(0.6, 0.74),
            0.5 * head_ry,
            head.rx * 0.6,
            z=0.03 + 0.62 * head.rz,
        )
        face = design_face(
            dice.child("face"),
            eye_size=0.062,
            styles=("dot", "tall", "sparkle", "sleepy", "sparkle"),
            mouths=("smile", "open", "cat", "tiny"),
            eye_v=0.12,
            spread_deg=36,
        )
        hair_name = contrasting(
            dice, coat.name, ("pink", "purple", "blue", "turquoise", "orange", "yellow", "teal", "red")
        )
        streak = contrasting(dice, hair_name, ("yellow", "pink", "turquoise", "lavender", "orange", "lime"))
        horn_name = dice.pick(("yellow", "yellow", "pink", "turquoise", "lavender", "orange"))
        own = UnicornParts(
            muzzle=muzzle,
            hair_name=hair_name,
            hair=named(hair_name, dice),
            streak=named(streak, dice),
            side=dice.pick((-1.0, 1.0)),
            curls=dice.whole(4, 6),
            horn_name=horn_name,
            horn=named(horn_name, dice),
            horn_size=dice.between(0.85, 1.2),
        )
        hoof = dice.pick((own.hair, named("yellow", dice), named("purple", dice), named("grey", dice)))
        limbs = Limbs(
            shoulder=(rx * 0.8, body.y - 0.45 * ry, 0.02),
            arm_length=dice.between(0.19, 0.24),
            arm_width=0.075,
            hand="nub",
            hand_size=0.045,
            hip=(rx * 0.5, -leg - 0.04, 0.0),
            leg_width=0.09,
            foot=(0.07, 0.06, 0.085),
        )
        wear = design_wear(dice.child("wear"), coat.name, neck=0.65, back=0.35, badge=0.15, bag=0.25)
        hats: tuple[HatKind, ...] = ("flower", "bow")
        hat = replace(design_hat(dice.child("hat"), 0.5, coat.name, hats), side=-0.55 * own.side)
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=coat.colour,
            hand_colour=hoof,
            foot_colour=hoof,
            foot_name="",
            head=head,
            neck=neck_between(body, head, 0.66),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Hair and horn."""
        own: UnicornParts = toon.own
        horn = "golden" if own.horn_name == "yellow" else own.horn_name
        hair = f"with {with_article(own.hair_name)} mane"  # codespell:ignore
        return hair, f"with {with_article(horn)} horn"

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
        """Eyes; the mouth is on the muzzle."""
        draw_face(rig, solid, replace(toon.face, mouth="none"), turn)

    def add_to_body(self, rig: Rig, toon: Toon) -> None:
        """The tail, and hooves on the arms."""
        own: UnicornParts = toon.own
        body = toon.body
        sway = 0.06 * rig.motion.swing
        for i, (share, size) in enumerate(((0.15, 0.06), (0.55, 0.075), (1.0, 0.07), (1.35, 0.05))):
            place = (
                own.side * 0.03 + sway * share,
                body.y + (0.1 + 0.42 * share) * body.ry,
                body.z - body.rz - 0.09 * math.sin(1.7 * share) - 0.02,
            )
            x, y, depth = rig.seen(place)
            colour = own.streak if i % 2 else own.hair
            rig.add(0.5 * depth - 0.01 * i, partial(oval, rig.brush, x, y, size, 1.15 * size, colour))
        for side, arm in zip((1.0, -1.0), rig.motion.arms, strict=True):
            (x, y, d0), start = (
                rig.seen(rig.hand_place(toon.limbs, body, side, arm)),
                (side * toon.limbs.shoulder[0], toon.limbs.shoulder[1], 0.0),
            )
            d1 = rig.seen(start)[2]
            rig.add(0.5 * d0 + 0.5 * d1 - 0.0345, partial(oval, rig.brush, x, y, 0.043, 0.042, toon.hand_colour))

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Muzzle, ears, horn and hair."""
        own: UnicornParts = toon.own
        turn, muzzle = rig.turn, own.muzzle
        depth = rig.seen((0.0, muzzle.y, muzzle.z))[2]

        def marks() -> None:
            for side in (1, -1):
                nostril = muzzle.on(turn, side * 24, 0.32, 0.013, 0.018)
                if nostril:
                    rig.brush.mark(ellipse(nostril.x, nostril.y, nostril.half_w, nostril.half_h), rig.brush.line, 0.65)
            draw_mouth(rig, muzzle, replace(toon.face, mouth_v=-0.3, mouth_size=0.6 * muzzle.rx), turn)

        rig.solid(muzzle, mix(lighter(toon.coat.colour, 0.3), (1.0, 0.85, 0.86), 0.4), 0.05 + 0.3 * depth, marks)
        draw_ears(rig, head, "pony", 0.062, toon.coat.colour, (0.98, 0.72, 0.76), v=0.78)
        one_horn(rig, head, own.horn, own.horn_size, v=0.86)
        self._hair(rig, own, head)

    def _hair(self, rig: Rig, own: UnicornParts, head: Solid) -> None:
        curls = [(180.0, 0.95, 0.09)]
        for i in range(own.curls):
            t = i / (own.curls - 1)
            curls.append((180.0 - own.side * 18, 0.7 - 1.75 * t, 0.105 - 0.02 * t))
            if i % 2 == 0:
                curls.append((own.side * 118, 0.5 - 1.5 * t, 0.1 - 0.015 * t))
        curls += [(own.side * 30, 0.92, 0.075), (own.side * 42, 0.74, 0.065)]
        for i, (lon, v, size) in enumerate(curls):
            x, _, depth = rig.seen(head.surface(lon, max(v, -0.55), 1.02))
            x += 0.02 * rig.motion.swing * max(-v, 0.0)
            path = ellipse(x, head.y - head.ry * v, size, 0.95 * size)
            colour = own.streak if i % 3 == 2 else own.hair
            rig.add(0.05 + 0.3 * depth + 0.001 * i, partial(rig.brush.thing, path, colour))
