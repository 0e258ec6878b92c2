"""Sheets that float. Pastel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import skia

from s2vbench.world.cartoons.coats import design_coat
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.motion import Motion, hovering
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Pose
from s2vbench.world.pen import blob


@dataclass(frozen=True)
class GhostParts:
    """What only ghosts have."""

    waves: int
    curl: bool


class Ghost(Cartoon):
    """A sheet that floats."""

    noun = "ghost"
    style = "pastel"
    height_m = (0.5, 1.2)

    def moves(self, pose: Pose) -> Motion:
        """It hovers."""
        return hovering(pose)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("white", "white", "lavender", "pink", "turquoise", "yellow", "lime", "blue"),
            ("plain", "plain", "spotted", "starry", "hearts", "patched", "striped"),
            ("pink", "purple", "blue", "teal", "orange", "red"),
        )
        rx = dice.between(0.26, 0.36)
        ry = 0.47
        body = Form(
            -0.03 - ry, rx, ry, rx * 0.85, profile="bell", power=dice.between(2.0, 2.5), taper=dice.between(-0.05, 0.2)
        )
        face = design_face(
            dice.child("face"),
            eye_size=0.062,
            eyes=(2,),
            styles=("dot", "tall", "tall", "sparkle", "round"),
            mouths=("smile", "open", "tiny", "cat", "fang"),
            eye_v=0.38,
            mouth_v=0.1,
            mouth_size=0.085,
            spread_deg=24,
        )
        own = GhostParts(waves=dice.whole(4, 7), curl=dice.chance(0.4))
        limbs = Limbs(
            shoulder=(rx * 0.9, -0.5, 0.0),
            arm_length=dice.between(0.15, 0.22),
            arm_width=dice.between(0.085, 0.11),
            hand="nub",
            hand_size=0.05,
            hip=(0.1, -0.04, 0.0),
            leg_width=0.05,
            foot=(0.05, 0.05, 0.05),
            legs=False,
        )
        hat = design_hat(dice.child("hat"), 0.65, coat.name)
        wear = design_wear(dice.child("wear"), coat.name, neck=0.7, back=0.25, badge=0.3)
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
            neck=ring_on(body, -0.12, 1.0),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """The curl."""
        return ("with a curl on its head",) if toon.own.curl and toon.hat.kind == "none" else ()

    def body(self, rig: Rig, toon: Toon) -> None:
        """The sheet with its waving hem."""
        turn = rig.turn
        form = toon.body
        assert isinstance(form, Form)
        path = _sheet(rig, form, toon.own)

        def draw() -> None:
            rig.brush.shape(path, toon.coat.colour)
            self.mark_body(rig, toon, path)
            self.features(rig, toon, form, turn)

        rig.add(0.0, draw)
        if toon.own.curl and toon.hat.kind == "none":
            x, top = turn.point(0.0, 0.0)[0], form.y - form.ry
            curl = blob(
                [
                    (x - 0.09, top + 0.06),
                    (x - 0.02, top - 0.05),
                    (x + 0.07, top - 0.07),
                    (x + 0.04, top - 0.02),
                    (x + 0.09, top + 0.06),
                ]
            )
            rig.add(-0.01, lambda: rig.brush.thing(curl, toon.coat.colour))


def _sheet(rig: Rig, form: Form, own: GhostParts) -> skia.Path:
    """Outline of the sheet: the form above, hanging waves below that travel as it turns."""
    half = form.half_seen(rig.turn)
    top_y, low = form.y - form.ry, form.y + form.ry - 0.06
    drift = 0.05 * rig.motion.swing - 0.09 * rig.turn.sin * (rig.motion.lean_deg > 4)
    points = []
    for i in range(9):
        v = math.sin(math.pi * (0.5 - i / 8 * 0.72))
        points.append((form.width_at(v) * half + drift * max(-v, 0.0) ** 2, form.y - form.ry * v))
    path = skia.Path()
    path.moveTo(0.0, top_y)
    right = [(x, y) for x, y in points if y < low]
    wide = form.width_at(-0.95) * half
    left = [(-x + 2 * drift * max((y - form.y) / form.ry, 0.0) ** 2, y) for x, y in reversed(right)]
    shoulder = right[1:]
    previous = right[0]
    for x, y in shoulder:
        path.quadTo(*_corner(previous, (x, y), form, half), x, y)
        previous = (x, y)
    shift = math.radians(rig.turn.yaw_deg) * own.waves / math.pi + 0.5 * rig.motion.swing
    count = 30
    for i in range(count + 1):
        t = 1 - 2 * i / count
        x = 0.985 * wide * math.sin(t * math.pi / 2) + drift
        y = low + 0.03 + 0.034 * math.sin(t * math.pi / 2 * own.waves + shift)
        path.lineTo(x, y)
    path.lineTo(*left[0])
    previous = left[0]
    for x, y in left[1:]:
        path.quadTo(*_corner(previous, (x, y), form, half), x, y)
        previous = (x, y)
    path.close()
    return path


def _corner(start: tuple[float, float], end: tuple[float, float], form: Form, half: float) -> tuple[float, float]:
    """A control point a little outside of the chord, for a round dome."""
    mx, my = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    chord = math.dist(start, end)
    bulge = 0.16 * chord if my < form.y - 0.2 * form.ry else 0.0
    dx, dy = mx / max(half, 1e-4), (my - form.y + 0.3 * form.ry) / form.ry
    length = max(math.hypot(dx, dy), 1e-4)
    return mx + bulge * dx / length, my + bulge * dy / length
