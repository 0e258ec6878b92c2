"""Cacti that walk in their pots. Ink."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import skia

from s2vbench.world.cartoons.coats import Coat, contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hands import oval
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.motion import Arm, Motion, motion_of
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.figure import Pose
from s2vbench.world.palette import Colour, darker, lighter, named


@dataclass(frozen=True)
class CactusParts:
    """What only cacti have."""

    pot: Form
    pot_coat: Coat
    ribs: int
    spines: Literal["ticks", "dots", "stars"]
    bloom: bool
    bloom_name: str
    bloom_colour: Colour
    bloom_side: float


class Cactus(Cartoon):
    """A cactus that walks in its pot."""

    noun = "cactus character"
    style = "ink"
    height_m = (0.3, 0.9)

    def moves(self, pose: Pose) -> Motion:
        """Idle arms are held up, as cacti do."""
        motion = motion_of(pose)
        if pose.action in {"walk", "stand", "sit", "look"}:
            left, right = (Arm(0.35 * arm.swing, 104 + 0.2 * abs(arm.swing), 0.42) for arm in motion.arms)
            return replace(motion, arms=(left, right))
        return motion

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"), ("green", "green", "lime", "teal", "turquoise"), ("plain",), ("white", "yellow", "pink")
        )
        leg, pot_ry = dice.between(0.07, 0.11), dice.between(0.12, 0.17)
        rx = dice.between(0.17, 0.27)
        pot_rx = rx * dice.between(1.05, 1.25)
        pot = Form(-leg - pot_ry, pot_rx, pot_ry, pot_rx, profile="cup", taper=dice.between(0.12, 0.3))
        bottom = pot.y - 0.5 * pot_ry
        ry = (bottom + 1.0) / 2
        body = Form(
            -1.0 + ry,
            rx,
            ry,
            rx * 0.95,
            power=dice.between(2.1, 3.2),
            taper=dice.between(-0.1, 0.12),
            wobble=dice.whole(1, 900),
        )
        face = design_face(
            dice.child("face"),
            eye_size=0.058,
            styles=("dot", "tall", "sparkle", "sleepy", "round"),
            mouths=("smile", "open", "cat", "tiny", "teeth"),
            eye_v=0.22,
            mouth_v=-0.06,
            mouth_size=0.08,
            spread_deg=27,
        )
        pot_names = ("orange", "blue", "red", "yellow", "purple", "pink", "white", "brown")
        pot_coat = design_coat(
            dice.child("pot"),
            pot_names,
            ("plain", "striped", "spotted", "hearts", "flowery", "starry"),
            ("white", "yellow", "navy", "turquoise", "red", "pink"),
        )
        bloom_name = dice.pick(("pink", "red", "yellow", "orange", "purple", "white"))
        own = CactusParts(
            pot=pot,
            pot_coat=pot_coat,
            ribs=dice.whole(8, 12),
            spines=dice.pick(("ticks", "dots", "stars")),
            bloom=dice.chance(0.6),
            bloom_name=bloom_name,
            bloom_colour=named(bloom_name, dice),
            bloom_side=dice.pick((-0.4, 0.0, 0.4)),
        )
        limbs = Limbs(
            shoulder=(rx * 0.86, body.y + dice.between(0.0, 0.1), 0.0),
            arm_length=dice.between(0.2, 0.27),
            arm_width=dice.between(0.085, 0.115),
            hand="nub",
            hand_size=0.05,
            hip=(pot_rx * 0.4, -leg - 0.02, 0.0),
            leg_width=0.06,
            foot=(0.08, 0.055, 0.105),
        )
        shoe = contrasting(dice, pot_coat.name, ("red", "blue", "yellow", "white", "purple", "teal"))
        wear = design_wear(
            dice.child("wear"),
            coat.name,
            neck=0.45,
            necks=("scarf", "bow tie", "bandana", "bead necklace"),
            badge=0.0,
            back=0.15,
            bag=0.0,
        )
        hat = design_hat(
            dice.child("hat"),
            0.0 if own.bloom else 0.75,
            coat.name,
            ("straw hat", "party hat", "cap", "top hat", "bowler hat", "beanie"),
        )
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=coat.colour,
            hand_colour=coat.colour,
            foot_colour=named(shoe, dice),
            foot_name=shoe,
            head=None,
            neck=ring_on(body, -0.36, 1.02),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Pot and bloom."""
        own: CactusParts = toon.own
        kinds = {"hearts": "heart-patterned ", "flowery": "flower-patterned ", "plain": ""}
        marking = kinds.get(own.pot_coat.marking, f"{own.pot_coat.marking} ")
        what = f"{marking}{own.pot_coat.name} pot"
        words = [f"in {with_article(what)}"]
        if own.bloom:
            words.append(f"with {with_article(own.bloom_name)} flower on its head")
        return tuple(words)

    def seat_y(self, toon: Toon) -> float:
        """The pot's."""
        return float(toon.own.pot.y + toon.own.pot.ry)

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:  # noqa: ARG002  # nothing reaches beyond the outline
        """Ribs that run from top to bottom, and spines."""
        own: CactusParts = toon.own
        turn, body, ribs = rig.turn, toon.body, skia.Path()
        spines = skia.Path()
        for i in range(own.ribs):
            lon = 360 * (i + 0.5) / own.ribs
            angle = math.cos(math.radians(lon + turn.yaw_deg))
            if angle < 0.08:
                continue
            points = [body.on(turn, lon, v, 0.002, 0.002) for v in (0.93, 0.5, 0.0, -0.6, -0.98)]
            seen = [(mark.x, mark.y) for mark in points if mark]
            front = abs(math.remainder(lon, 360)) < 52
            if len(seen) == 5:
                ribs.moveTo(*seen[0])
                ribs.quadTo(
                    *seen[1], (seen[1][0] + seen[2][0]) / 2, (seen[1][1] + seen[2][1]) / 2
                ) if not front else ribs.lineTo(*seen[0])
                if front:
                    ribs.moveTo(*seen[3])
                    ribs.lineTo(*seen[4])
                else:
                    ribs.quadTo(*seen[2], *seen[3])
                    ribs.lineTo(*seen[4])
            for v in (0.78, 0.42, -0.3, -0.62):
                mark = body.on(turn, lon + 180 / own.ribs, v, 0.01, 0.01)
                if mark and not (front and -0.4 < v < 0.6):
                    _spine(spines, own.spines, mark.x, mark.y, mark.facing)
        rig.brush.stroke(ribs, darker(toon.coat.colour, 0.3), 0.012, 0.7)
        if rig.pen.sees(0.012):
            rig.brush.stroke(spines, lighter(toon.coat.colour, 0.75), 0.012)

    def add_to_body(self, rig: Rig, toon: Toon) -> None:
        """The pot."""
        own: CactusParts = toon.own
        pot, turn = own.pot, rig.turn
        path = pot.outline(turn)
        rim_y = pot.y - pot.ry
        x = turn.point(0.0, 0.0)[0]
        rim = skia.Path()
        half = 1.1 * pot.half_seen(turn)
        rim.addRoundRect(skia.Rect.MakeLTRB(x - half, rim_y - 0.025, x + half, rim_y + 0.055), 0.02, 0.02)

        def draw() -> None:
            rig.brush.shape(path, own.pot_coat.colour)
            paint_coat(rig, pot, own.pot_coat, turn, path, size=1.3)
            rig.brush.shape(rim, lighter(own.pot_coat.colour, 0.12))

        rig.add(0.03, draw)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """The flower."""
        own: CactusParts = toon.own
        if not own.bloom:
            return
        x, y, depth = rig.seen((own.bloom_side * head.rx, head.y - 0.93 * head.ry, 0.0))
        wide = 0.7 + 0.3 * abs(rig.turn.cos)

        def draw() -> None:
            rig.brush.shape(placed(unit_emblem("flower"), x, y - 0.03, 0.1 * wide, 0.09), own.bloom_colour)
            oval(
                rig.brush,
                x,
                y - 0.03,
                0.03 * wide,
                0.03,
                named("yellow") if own.bloom_name != "yellow" else named("orange"),
            )

        rig.add(0.01 + 0.05 * depth, draw)


def _spine(path: skia.Path, kind: str, x: float, y: float, facing: float) -> None:
    half = 0.016 * max(facing, 0.3)
    if kind == "dots":
        path.moveTo(x, y)
        path.lineTo(x, y + 0.001)
    elif kind == "ticks":
        path.moveTo(x - half, y - 0.014)
        path.lineTo(x, y)
        path.lineTo(x + half, y - 0.014)
    else:
        path.moveTo(x - half, y)
        path.lineTo(x + half, y)
        path.moveTo(x, y - 0.016)
        path.lineTo(x, y + 0.016)
