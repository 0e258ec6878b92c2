"""Ghosts, slimes and clouds. Pastel, without outline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import skia

from s2vbench.world.cartoons.coats import design_coat
from s2vbench.world.cartoons.emblems import placed
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import Hat, HatKind, design_hat
from s2vbench.world.cartoons.motion import Motion, hopping, hovering
from s2vbench.world.cartoons.rig import Limbs, Rig, oval
from s2vbench.world.cartoons.solids import Form
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Pose
from s2vbench.world.palette import WHITE, lighter, mix, named
from s2vbench.world.pen import blob, ellipse, united

PASTELS = ("pink", "lavender", "turquoise", "yellow", "lime", "orange", "blue", "teal", "purple")


@dataclass(frozen=True)
class GhostParts:
    """What only ghosts have."""

    waves: int
    flare: float
    curl: bool
    height: float


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
        coat = design_coat(dice.child("coat"), ("white", "white", "lavender", "pink", "turquoise", "yellow", "lime", "blue"),
                           ("plain", "plain", "spotted", "starry", "hearts", "patched", "striped"),
                           ("pink", "purple", "blue", "teal", "orange", "red"))  # fmt: skip
        rx = dice.between(0.26, 0.36)
        ry = 0.47
        body = Form(
            -0.03 - ry, rx, ry, rx * 0.85, profile="bell", power=dice.between(2.0, 2.5), taper=dice.between(-0.05, 0.2)
        )
        face = design_face(
            dice.child("face"), eye_size=0.062, eyes=(2,), styles=("dot", "tall", "tall", "sparkle", "round"),
            mouths=("smile", "open", "tiny", "cat", "fang"), eye_v=0.38, mouth_v=0.1, mouth_size=0.085, spread_deg=24,
        )  # fmt: skip
        own = GhostParts(dice.whole(4, 7), body.taper, dice.chance(0.4), 2 * ry)
        limbs = Limbs((rx * 0.9, -0.5, 0.0), dice.between(0.15, 0.22), dice.between(0.085, 0.11), "nub", 0.05,
                      (0.1, -0.04, 0.0), 0.05, (0.05, 0.05, 0.05), legs=False)  # fmt: skip
        hat = design_hat(dice.child("hat"), 0.65, coat.name)
        wear = design_wear(dice.child("wear"), coat.name, neck=0.7, back=0.25, badge=0.3)
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, coat.colour, coat.colour, coat.colour, "", None,
                    ring_on(body, -0.12, 1.0), hat, wear, own)  # fmt: skip

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


@dataclass(frozen=True)
class SlimeParts:
    """What only slimes have."""

    bubbles: tuple[tuple[float, float, float], ...]
    tuft: Literal["drop", "none", "twin"]


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
        coat = design_coat(dice.child("coat"), ("lime", "turquoise", "pink", "purple", "blue", "orange", "yellow", "red", "teal"),
                           ("plain", "plain", "spotted", "hearts", "striped"), belly=0.0)  # fmt: skip
        tuft = dice.pick(("drop", "none", "twin"))
        top = 0.12 if tuft != "none" else 0.02
        ry = (1.0 - top) / 2
        rx = dice.between(0.42, 0.58)
        body = Form(-ry, rx, ry, rx * 0.92, profile="drop", power=dice.between(1.9, 3.0), taper=dice.between(0.0, 0.4))
        face = design_face(
            dice.child("face"), eye_size=0.09, eyes=(1, 2, 2, 2, 3), styles=("dot", "tall", "sparkle", "round", "sleepy"),
            mouths=("smile", "open", "cat", "fang", "tiny", "teeth"), eye_v=-0.05, mouth_v=-0.38, mouth_size=0.13, spread_deg=24,
        )  # fmt: skip
        bubbles = tuple((dice.between(-180, 180), dice.between(-0.6, 0.5), dice.between(0.02, 0.05)) for _ in range(9))
        limbs = Limbs((rx * 0.82, -0.38, 0.0), dice.between(0.16, 0.2), 0.11, "nub", 0.05, (0.1, -0.02, 0.0), 0.05,
                      (0.05, 0.05, 0.05), legs=False)  # fmt: skip
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
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, coat.colour, coat.colour, coat.colour, "", None,
                    ring_on(body, -0.5, 1.0), hat, wear, SlimeParts(bubbles, tuft))  # fmt: skip

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """The top."""
        return {"drop": ("with a drop-shaped tip",), "twin": ("with two antennae",), "none": ()}[toon.own.tuft]

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
        coat = design_coat(dice.child("coat"), ("white", "white", "pink", "lavender", "blue", "turquoise", "grey"),
                           ("plain", "plain", "spotted", "starry", "hearts"), ("pink", "blue", "purple", "orange", "teal"))  # fmt: skip
        rx, leg = dice.between(0.4, 0.52), dice.between(0.15, 0.22)
        ry = (0.97 - leg) / 2
        body = Form(-leg - ry, rx, ry, rx * 0.78)
        face = design_face(
            dice.child("face"), eye_size=0.07, styles=("dot", "tall", "sparkle", "sleepy", "round"),
            mouths=("smile", "open", "cat", "tiny"), eye_v=0.14, mouth_v=-0.14, mouth_size=0.1, spread_deg=18,
        )  # fmt: skip
        own = CloudParts(dice.whole(4, 6), dice.whole(1, 400), dice.pick(("rain", "rainbow", "sun", "none")))
        shoe = dice.pick(("red", "yellow", "blue", "purple", "pink", "teal"))
        limbs = Limbs((rx * 0.92, -leg - 0.8 * ry, 0.0), dice.between(0.16, 0.22), 0.06, "mitten", 0.055,
                      (0.15, -leg - 0.13, 0.0), 0.06, (0.08, 0.065, 0.11))  # fmt: skip
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
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, dim, coat.colour, named(shoe, dice), shoe, None,
                    ring_on(body, -0.45, 1.0), hat, wear, own)  # fmt: skip

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
    circles = [(0.0, 0.1, 0.66), (-0.66, 0.34, dice.between(0.3, 0.38)), (0.66, 0.34, dice.between(0.3, 0.38)),
               (0.0, 0.38, 0.4), (-0.34, 0.42, 0.36), (0.34, 0.42, 0.36)]  # fmt: skip
    for i in range(lobes):
        angle = math.pi * (i + 0.5 + dice.between(-0.14, 0.14)) / lobes
        size = dice.between(0.3, 0.42) * 5 / (lobes + 1)
        circles.append((-0.72 * math.cos(angle), 0.14 - 0.74 * math.sin(angle), size + 0.06))
    return united(*(ellipse(x, y, r, r) for x, y, r in circles))
