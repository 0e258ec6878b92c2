"""Owls with pointed hats. Ink."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

import skia

from s2vbench.world.cartoons.coats import contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.emblems import emblem_on, placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face, draw_face, eye_places
from s2vbench.world.cartoons.hats import Hat
from s2vbench.world.cartoons.horns import spike
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix, named
from s2vbench.world.pen import blob, ellipse, polygon
from s2vbench.world.turn import Turn


@dataclass(frozen=True)
class OwlParts:
    """What only wizard owls have."""

    hat_name: str
    hat: Colour
    star: Colour
    bend: float
    disc: Colour
    beak: Colour
    chest: Colour
    rows: int
    wing: Colour
    tufts: bool


class WizardOwl(Cartoon):
    """An owl with a pointed hat."""

    noun = "wizard owl"
    style = "ink"
    height_m = (0.4, 0.9)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(
            dice.child("coat"),
            ("brown", "grey", "orange", "beige", "purple", "teal", "lavender", "white", "blue", "pink"),
            ("plain", "plain", "spotted"),
            ("white", "beige", "yellow", "navy"),
        )
        leg, hat_h = 0.05, 0.25
        ry = (1.0 - leg - hat_h) / 2 + 0.01
        rx = dice.between(0.26, 0.35)
        body = Form(
            -leg - ry,
            rx,
            ry,
            rx * dice.between(0.82, 0.95),
            power=2.3,
            taper=dice.between(-0.04, 0.16),
            wobble=dice.whole(1, 900),
        )
        face = design_face(
            dice.child("face"),
            eye_size=0.07,
            styles=("round", "sparkle", "sleepy", "round"),
            mouths=("none",),
            eye_v=0.4,
            mouth_v=0.1,
            spread_deg=25,
        )
        face = replace(
            face,
            glasses=face.glasses or (dice.pick(("yellow", "black", "red")) if dice.chance(0.25) else ""),
            cheeks=False,
        )
        hat_name = contrasting(dice, coat.name, ("blue", "purple", "navy", "red", "green", "teal", "pink"))
        pale = lighter(coat.colour, 0.62)
        own = OwlParts(
            hat_name=hat_name,
            hat=named(hat_name, dice),
            star=named(dice.pick(("yellow", "white", "turquoise")), dice),
            bend=dice.pick((-1.0, 1.0)) * dice.between(0.3, 1.0),
            disc=pale,
            beak=named(dice.pick(("orange", "yellow")), dice),
            chest=mix(pale, named("beige"), 0.3),
            rows=dice.whole(2, 4),
            wing=darker(coat.colour, dice.between(0.12, 0.3)),
            tufts=dice.chance(0.6),
        )
        limbs = Limbs(
            shoulder=(rx * 0.88, body.y - 0.12 * ry, 0.0),
            arm_length=dice.between(0.24, 0.3),
            arm_width=0.06,
            hand="wing",
            hand_size=0.03,
            hip=(rx * 0.4, -leg - 0.03, 0.0),
            leg_width=0.05,
            foot=(0.08, 0.045, 0.1),
        )
        wear = design_wear(
            dice.child("wear"),
            coat.name,
            neck=0.5,
            necks=("scarf", "bow tie", "medal", "bandana"),
            back=0.5,
            badge=0.0,
            bag=0.25,
        )
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=own.wing,
            hand_colour=own.wing,
            foot_colour=own.beak,
            foot_name="",
            head=None,
            neck=ring_on(body, -0.12, 1.0),
            hat=Hat(),
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """The hat."""
        own: OwlParts = toon.own
        return (f"with a {own.hat_name} wizard hat",)

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """A pale chest with rows of feathers."""
        own: OwlParts = toon.own
        turn, body, brush = rig.turn, toon.body, rig.brush
        with rig.pen.inside(path):
            chest = body.on(turn, 0.0, -0.5, 0.7 * body.rx, 0.52 * body.ry)
            if chest:
                brush.mark(emblem_on("disc", chest), own.chest)
            feathers = skia.Path()
            for row in range(own.rows):
                for column in range(-2, 3):
                    lon, v = 19 * (column + 0.5 * (row % 2)), -0.28 - 0.56 * row / own.rows
                    mark = body.on(turn, lon, v, 0.03, 0.03)
                    if mark and abs(lon) < 45:
                        feathers.moveTo(mark.x - mark.half_w, mark.y - 0.008)
                        feathers.quadTo(mark.x, mark.y + 0.045, mark.x + mark.half_w, mark.y - 0.008)
            brush.stroke(feathers, darker(toon.coat.colour, 0.2), 0.013)
        paint_coat(
            rig,
            body,
            replace(toon.coat, places=tuple(p for p in toon.coat.places if abs(p[0]) > 62)),
            turn,
            path,
            size=0.7,
        )

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
        """Discs around the eyes, and the beak."""
        own: OwlParts = toon.own
        for lon, v in eye_places(toon.face):
            disc = solid.on(turn, lon * 1.04, v - 0.02, 1.75 * toon.face.eye_size, 1.85 * toon.face.eye_size)
            if disc:
                rig.brush.mark(emblem_on("disc", disc), own.disc)
        draw_face(rig, solid, toon.face, turn)
        beak = solid.on(turn, 0.0, toon.face.eye_v - 0.2, 0.042, 0.06)
        opened = {"happy": 0.035, "surprised": 0.05}.get(rig.pose.expression, 0.0)
        if beak:
            x, y, w, h = beak.x, beak.y, max(beak.half_w, 0.012), beak.half_h
            if opened:
                rig.brush.mark(polygon([(x - 0.7 * w, y), (x + 0.7 * w, y), (x, y + h + opened)]), (0.5, 0.15, 0.2))
            rig.brush.thing(
                blob([(x - w, y - 0.6 * h), (x, y - 0.9 * h), (x + w, y - 0.6 * h), (x, y + h)], 0.7), own.beak
            )

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Ear tufts and the hat."""
        own: OwlParts = toon.own
        if own.tufts:
            for side in (1.0, -1.0):
                root = head.surface(side * 78, 0.72, 0.95)
                tip = (root[0] + side * 0.1, root[1] - 0.1, root[2])
                (x0, y0, depth), (x1, y1, _) = rig.seen(root), rig.seen(tip)
                path = spike((x0, y0), (x1, y1), 0.05)
                rig.add(0.2 * depth - 0.012, partial(rig.brush.shape, path, toon.coat.colour))
        _wizard_hat(rig, own, head)


def _wizard_hat(rig: Rig, own: OwlParts, head: Solid) -> None:
    turn, brush = rig.turn, rig.brush
    y = head.y - 0.8 * head.ry
    half = 0.7 * head.half_seen(turn)
    tip_x = 0.13 * own.bend * turn.cos + 0.02 * rig.motion.swing
    top = -1.02
    cone = skia.Path()
    cone.moveTo(-0.72 * half, y)
    cone.quadTo(-0.42 * half + 0.2 * tip_x, (y + top) / 2, tip_x - 0.022, top + 0.012)
    cone.quadTo(tip_x, top - 0.016, tip_x + 0.022, top + 0.012)
    cone.quadTo(0.42 * half + 0.2 * tip_x, (y + top) / 2, 0.72 * half, y)
    cone.close()
    brim = ellipse(0.0, y, 1.25 * half, 0.055)
    band = skia.Path()
    band.moveTo(-0.68 * half, y - 0.035)
    band.quadTo(0.0, y + 0.02, 0.68 * half, y - 0.035)

    def draw() -> None:
        brush.shape(brim, own.hat)
        brush.shape(cone, own.hat)
        with rig.pen.inside(cone):
            brush.stroke(band, own.star, 0.03)
            for lon, height, size in (
                (0, 0.42, 0.04),
                (110, 0.32, 0.03),
                (-110, 0.36, 0.034),
                (180, 0.45, 0.04),
                (50, 0.72, 0.02),
            ):
                angle = math.radians(lon + turn.yaw_deg)
                if math.cos(angle) > 0.1:
                    x = 0.62 * half * (1 - height) * math.sin(angle) + tip_x * height * height * 0.6
                    brush.mark(
                        placed(unit_emblem("star"), x, y + (top - y) * height, size * math.cos(angle), size), own.star
                    )

    rig.add(0.1, draw)
