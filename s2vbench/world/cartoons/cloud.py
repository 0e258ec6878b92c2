"""Clouds on legs. Pastel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import skia

from s2vbench.world.cartoons.coats import design_coat
from s2vbench.world.cartoons.emblems import placed
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import WHITE, mix, named
from s2vbench.world.pen import ellipse, united


@dataclass(frozen=True)
class CloudParts:
    """What only clouds have."""

    lobes: int
    seed: int
    weather: Literal["rain", "rainbow", "sun", "none"]


class Cloud(Cartoon):
    """A puff with short legs."""

    noun = "cloud character"
    style = "pastel"
    height_m = (0.4, 0.8)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("white", "white", "pink", "lavender", "blue", "turquoise", "grey"),
            ("plain", "plain", "spotted", "starry", "hearts"),
            ("pink", "blue", "purple", "orange", "teal"),
        )
        rx, leg = dice.between(0.4, 0.52), dice.between(0.15, 0.22)
        ry = (0.97 - leg) / 2
        body = Form(-leg - ry, rx, ry, rx * 0.78)
        face = design_face(
            dice.child("face"),
            eye_size=0.07,
            styles=("dot", "tall", "sparkle", "sleepy", "round"),
            mouths=("smile", "open", "cat", "tiny"),
            eye_v=0.14,
            mouth_v=-0.14,
            mouth_size=0.1,
            spread_deg=18,
        )
        own = CloudParts(dice.whole(4, 6), dice.whole(1, 400), dice.pick(("rain", "rainbow", "sun", "none")))
        shoe = dice.pick(("red", "yellow", "blue", "purple", "pink", "teal"))
        limbs = Limbs(
            shoulder=(rx * 0.92, -leg - 0.8 * ry, 0.0),
            arm_length=dice.between(0.16, 0.22),
            arm_width=0.06,
            hand="mitten",
            hand_size=0.055,
            hip=(0.15, -leg - 0.13, 0.0),
            leg_width=0.06,
            foot=(0.08, 0.065, 0.11),
        )
        hat = design_hat(dice.child("hat"), 0.5, coat.name)
        wear = design_wear(
            dice.child("wear"),
            coat.name,
            neck=0.6,
            necks=("scarf", "bow tie", "bead necklace", "medal"),
            back=0.0,
            badge=0.0,
            bag=0.0,
        )
        dim = mix(coat.colour, named("lavender"), 0.35)
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=dim,
            hand_colour=coat.colour,
            foot_colour=named(shoe, dice),
            foot_name=shoe,
            head=None,
            neck=ring_on(body, -0.45, 1.0),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Its weather."""
        return {
            "rain": ("with raindrops on its front",),
            "rainbow": ("with a rainbow on its front",),
            "sun": ("with a sun on its front",),
            "none": (),
        }[toon.own.weather]

    def seat_y(self, toon: Toon) -> float:
        """Its flat underside's."""
        return toon.body.y + 0.78 * toon.body.ry

    def body(self, rig: Rig, toon: Toon) -> None:
        """Lobes around a middle."""
        turn, form, own = rig.turn, toon.body, toon.own
        path = placed(_puff(own.lobes, own.seed), 0.0, form.y, form.half_seen(turn), form.ry)

        def draw() -> None:
            rig.brush.shape(path, toon.coat.colour)
            self.mark_body(rig, toon, path)
            self.features(rig, toon, form, turn)

        rig.add(0.0, draw)

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """Soft shadows of the lobes, and its weather."""
        body, half = toon.body, toon.body.half_seen(rig.turn)
        for x, y, r in ((-0.42, -0.3, 0.34), (0.36, -0.42, 0.26), (-0.6, 0.32, 0.2)):
            puff = ellipse(x * half, body.y + y * body.ry, r * half, r * body.ry * 1.05)
            rig.brush.mark(puff, WHITE, 0.2)
        super().mark_body(rig, toon, path)
        if toon.own.weather == "none":
            return
        lon = 48.0
        mark = toon.body.on(rig.turn, lon, -0.26, 0.09, 0.09)
        if not mark:
            return
        x, y, w, h = mark.x, mark.y, mark.half_w, mark.half_h
        if toon.own.weather == "sun":
            rig.brush.mark(ellipse(x, y, 0.8 * w, 0.8 * h), named("yellow"))
        elif toon.own.weather == "rain":
            for dx, dy in ((-0.6, -0.2), (0.1, 0.3), (0.7, -0.35)):
                rig.brush.mark(ellipse(x + dx * w, y + dy * h, 0.18 * w, 0.32 * h), named("blue"))
        else:
            for i, colour in enumerate(("red", "yellow", "blue")):
                arc = skia.Path()
                r = 1.0 - 0.27 * i
                arc.arcTo(skia.Rect.MakeLTRB(x - r * w, y - r * h, x + r * w, y + r * h), 180, 180, True)
                rig.brush.stroke(arc, named(colour), 0.022)


@lru_cache(maxsize=512)
def _puff(lobes: int, seed: int) -> skia.Path:
    """A cloud's outline in the unit square."""
    dice = Dice("puff", lobes, seed)
    circles = [
        (0.0, 0.1, 0.66),
        (-0.66, 0.34, dice.between(0.3, 0.38)),
        (0.66, 0.34, dice.between(0.3, 0.38)),
        (0.0, 0.38, 0.4),
        (-0.34, 0.42, 0.36),
        (0.34, 0.42, 0.36),
    ]
    for i in range(lobes):
        angle = math.pi * (i + 0.5 + dice.between(-0.14, 0.14)) / lobes
        size = dice.between(0.3, 0.42) * 5 / (lobes + 1)
        circles.append((-0.72 * math.cos(angle), 0.14 - 0.74 * math.sin(angle), size + 0.06))
    return united(*(ellipse(x, y, r, r) for x, y, r in circles))
