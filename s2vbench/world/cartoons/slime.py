"""Wobbling drops. Pastel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.cartoons.coats import design_coat
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hands import oval
from s2vbench.world.cartoons.hats import Hat, HatKind, design_hat
from s2vbench.world.cartoons.motion import Motion, hopping
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Pose
from s2vbench.world.palette import WHITE, lighter
from s2vbench.world.pen import ellipse

Tuft = Literal["drop", "none", "twin"]


@dataclass(frozen=True)
class SlimeParts:
    """What only slimes have."""

    bubbles: tuple[tuple[float, float, float], ...]
    tuft: Tuft


class Slime(Cartoon):
    """A wobbling drop."""

    noun = "slime creature"
    style = "pastel"
    height_m = (0.3, 0.7)

    def moves(self, pose: Pose) -> Motion:
        """It hops."""
        return hopping(pose)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("lime", "turquoise", "pink", "purple", "blue", "orange", "yellow", "red", "teal"),
            ("plain", "plain", "spotted", "hearts", "striped"),
            belly=0.0,
        )
        tuft: Tuft = dice.pick(("drop", "none", "twin"))
        top = 0.12 if tuft != "none" else 0.02
        ry = (1.0 - top) / 2
        rx = dice.between(0.42, 0.58)
        body = Form(-ry, rx, ry, rx * 0.92, profile="drop", power=dice.between(1.9, 3.0), taper=dice.between(0.0, 0.4))
        face = design_face(
            dice.child("face"),
            eye_size=0.09,
            eyes=(1, 2, 2, 2, 3),
            styles=("dot", "tall", "sparkle", "round", "sleepy"),
            mouths=("smile", "open", "cat", "fang", "tiny", "teeth"),
            eye_v=0.0,
            mouth_v=-0.3,
            mouth_size=0.13,
            spread_deg=24,
        )
        bubbles = tuple((dice.between(-180, 180), dice.between(-0.6, 0.5), dice.between(0.02, 0.05)) for _ in range(9))
        limbs = Limbs(
            shoulder=(rx * 0.82, -0.38, 0.0),
            arm_length=dice.between(0.16, 0.2),
            arm_width=0.11,
            hand="nub",
            hand_size=0.05,
            hip=(0.1, -0.02, 0.0),
            leg_width=0.05,
            foot=(0.05, 0.05, 0.05),
            legs=False,
        )
        kinds: tuple[HatKind, ...] = (
            "leaf sprout",
            "crown",
            "party hat",
            "top hat",
            "bow",
            "flower",
            "bowler hat",
            "beanie",
        )
        hat = design_hat(dice.child("hat"), 0.75, coat.name, kinds) if tuft == "none" else Hat()
        wear = design_wear(
            dice.child("wear"),
            coat.name,
            neck=0.5,
            necks=("scarf", "bow tie", "bead necklace", "medal"),
            back=0.0,
            badge=0.0,
            bag=0.0,
        )
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=coat.colour,
            hand_colour=coat.colour,
            foot_colour=coat.colour,
            foot_name="",
            head=None,
            neck=ring_on(body, -0.63, 1.0),
            hat=hat,
            wear=wear,
            own=SlimeParts(bubbles, tuft),
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """The top."""
        return {"drop": ("with a drop-shaped tip",), "twin": ("with two antennas",), "none": ()}[toon.own.tuft]

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """Bubbles, a sheen, and what other bodies have."""
        brush, body = rig.brush, toon.body
        for lon, v, size in toon.own.bubbles:
            mark = body.on(rig.turn, lon, v, size, size)
            if mark and rig.pen.sees(size):
                brush.mark(ellipse(mark.x, mark.y, mark.half_w, mark.half_h), WHITE, 0.32)
        super().mark_body(rig, toon, path)
        half = body.half_seen(rig.turn)
        brush.mark(ellipse(-0.5 * half, body.y - 0.42 * body.ry, 0.13 * half, 0.2 * body.ry, 28), WHITE, 0.55)
        brush.mark(ellipse(-0.66 * half, body.y - 0.08 * body.ry, 0.05 * half, 0.07 * body.ry, 20), WHITE, 0.5)

    def add_to_body(self, rig: Rig, toon: Toon) -> None:
        """Its tip."""
        body, colour = toon.body, toon.coat.colour
        sway, top = 0.06 * rig.motion.swing, body.y - body.ry
        if toon.own.tuft == "drop":
            tip = skia.Path()
            tip.moveTo(-0.16, top + 0.09)
            tip.quadTo(-0.03, top + 0.02, sway + 0.01, top - 0.13)
            tip.quadTo(0.05, top + 0.0, 0.16, top + 0.09)
            tip.close()
            rig.add(-0.01, lambda: rig.brush.thing(tip, lighter(colour, 0.1)))
        elif toon.own.tuft == "twin":
            for side in (-1, 1):
                x, y, depth = rig.seen((side * 0.17 + sway, top - 0.08, 0.0))
                foot = rig.seen((side * 0.12, top + 0.05, 0.0))

                def draw(x: float = x, y: float = y, foot: tuple[float, float, float] = foot) -> None:
                    stalk = skia.Path()
                    stalk.moveTo(foot[0], foot[1])
                    stalk.quadTo(foot[0], y, x, y)
                    rig.brush.tube(stalk, 0.04, colour)
                    oval(rig.brush, x, y, 0.05, 0.05, toon.coat.accent)

                rig.add(-0.01 + 0.1 * depth, draw)
