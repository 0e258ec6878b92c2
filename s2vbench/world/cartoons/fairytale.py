"""Unicorns and cupcakes in pastel, wizard owls in ink."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import skia

from s2vbench.world.cartoons.coats import contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.emblems import emblem_on, placed, unit_emblem
from s2vbench.world.cartoons.faces import design_face, draw_face, draw_mouth, eye_places
from s2vbench.world.cartoons.hats import Hat, HatKind, design_hat
from s2vbench.world.cartoons.horns import draw_ears, one_horn, spike
from s2vbench.world.cartoons.rig import Limbs, Rig, oval
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, mix, named
from s2vbench.world.pen import blob, ellipse, polygon


@dataclass(frozen=True)
class UnicornParts:
    """What only unicorns have."""

    muzzle: Form
    mane_name: str
    mane: Colour
    streak: Colour
    side: float
    """Which side the mane falls to."""
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
        coat = design_coat(dice.child("coat"), ("white", "white", "pink", "lavender", "turquoise", "yellow", "beige"),
                           ("plain", "plain", "starry", "hearts", "spotted"), ("purple", "pink", "blue", "orange", "teal"))  # fmt: skip
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
            dice.child("face"), eye_size=0.062, styles=("dot", "tall", "sparkle", "sleepy", "sparkle"), mouths=("smile", "open", "cat", "tiny"),
            eye_v=0.12, spread_deg=36,
        )  # fmt: skip
        mane_name = contrasting(
            dice, coat.name, ("pink", "purple", "blue", "turquoise", "orange", "yellow", "teal", "red")
        )
        streak = contrasting(dice, mane_name, ("yellow", "pink", "turquoise", "lavender", "orange", "lime"))
        horn_name = dice.pick(("yellow", "yellow", "pink", "turquoise", "lavender", "orange"))
        own = UnicornParts(muzzle, mane_name, named(mane_name, dice), named(streak, dice), dice.pick((-1.0, 1.0)), dice.whole(4, 6),
                           horn_name, named(horn_name, dice), dice.between(0.85, 1.2))  # fmt: skip
        hoof = dice.pick((own.mane, named("yellow", dice), named("purple", dice), named("grey", dice)))
        limbs = Limbs((rx * 0.8, body.y - 0.45 * ry, 0.02), dice.between(0.19, 0.24), 0.075, "nub", 0.045,
                      (rx * 0.5, -leg - 0.04, 0.0), 0.09, (0.07, 0.06, 0.085))  # fmt: skip
        wear = design_wear(dice.child("wear"), coat.name, neck=0.65, back=0.35, badge=0.15, bag=0.25)
        hats: tuple[HatKind, ...] = ("flower", "bow")
        hat = replace(design_hat(dice.child("hat"), 0.5, coat.name, hats), side=-0.55 * own.side)
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, coat.colour, hoof, hoof, "", head,
                    neck_between(body, head, 0.66), hat, wear, own)  # fmt: skip

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Mane and horn."""
        own: UnicornParts = toon.own
        article = "an" if own.mane_name[0] in "aeiou" else "a"
        horn = "golden" if own.horn_name == "yellow" else own.horn_name
        return f"with {article} {own.mane_name} mane", f"with {'an' if horn[0] in 'aeiou' else 'a'} {horn} horn"

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Any) -> None:
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
            rig.add(
                0.5 * depth - 0.01 * i,
                lambda x=x, y=y, size=size, i=i: oval(
                    rig.brush, x, y, size, 1.15 * size, own.streak if i % 2 else own.mane
                ),
            )  # type: ignore[misc]
        for side, arm in zip((1.0, -1.0), rig.motion.arms, strict=True):
            (x, y, d0), start = (
                rig.seen(rig.hand_place(toon.limbs, body, side, arm)),
                (side * toon.limbs.shoulder[0], toon.limbs.shoulder[1], 0.0),
            )
            d1 = rig.seen(start)[2]
            rig.add(
                0.5 * d0 + 0.5 * d1 - 0.0345, lambda x=x, y=y: oval(rig.brush, x, y, 0.043, 0.042, toon.hand_colour)
            )  # type: ignore[misc]

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Muzzle, ears, horn and mane."""
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
        self._mane(rig, own, head)

    def _mane(self, rig: Rig, own: UnicornParts, head: Solid) -> None:
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
            colour = own.streak if i % 3 == 2 else own.mane
            rig.add(0.05 + 0.3 * depth + 0.001 * i, partial(rig.brush.thing, path, colour))


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
        coat = design_coat(dice.child("coat"), ("pink", "lavender", "turquoise", "yellow", "white", "brown", "lime", "orange", "blue"), ("plain",),
                           ("red", "blue", "yellow", "teal", "purple"))  # fmt: skip
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
            dice.child("face"), eye_size=0.06, styles=("dot", "tall", "sparkle", "sleepy", "round"), mouths=("smile", "open", "cat", "tiny"),
            eye_v=0.04, mouth_v=-0.36, mouth_size=0.085, spread_deg=23,
        )  # fmt: skip
        wrapper_name = contrasting(
            dice, coat.name, ("pink", "turquoise", "yellow", "lavender", "red", "blue", "teal", "orange")
        )
        sprinkles = tuple((dice.between(-180, 180), dice.between(-0.8, 0.5), dice.between(0, 180)) for _ in range(18))
        own = CupcakeParts(cream, wrapper_name, named(wrapper_name, dice), dice.whole(12, 18),
                           dice.pick(("cherry", "strawberry", "star", "heart", "candle")), sprinkles)  # fmt: skip
        shoe = contrasting(dice, wrapper_name, ("red", "blue", "purple", "pink", "teal", "yellow"))
        limbs = Limbs((rx * 0.92, body.y - 0.05, 0.0), dice.between(0.17, 0.23), 0.05, "mitten", 0.05,
                      (rx * 0.4, -leg - 0.04, 0.0), 0.055, (0.08, 0.062, 0.11))  # fmt: skip
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
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, skin, skin, named(shoe, dice), shoe, None,
                    ring_on(body, -0.62, 1.0), Hat(), wear, own)  # fmt: skip

    def colour_words(self, toon: Toon) -> tuple[str, ...]:
        """The cream has the colour."""
        return (f"with {toon.coat.name} cream",)

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Topping and wrapper."""
        own: CupcakeParts = toon.own
        return (
            f"with a {own.topping} on top",
            f"in {'an' if own.wrapper_name[0] in 'aeiou' else 'a'} {own.wrapper_name} wrapper",
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

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
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
        coat = design_coat(dice.child("coat"), ("brown", "grey", "orange", "beige", "purple", "teal", "lavender", "white", "blue", "pink"),
                           ("plain", "plain", "spotted"), ("white", "beige", "yellow", "navy"))  # fmt: skip
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
            dice.child("face"), eye_size=0.07, styles=("round", "sparkle", "sleepy", "round"), mouths=("none",), eye_v=0.4, mouth_v=0.1, spread_deg=25,
        )  # fmt: skip
        face = replace(
            face,
            glasses=face.glasses or (dice.pick(("yellow", "black", "red")) if dice.chance(0.25) else ""),
            cheeks=False,
        )
        hat_name = contrasting(dice, coat.name, ("blue", "purple", "navy", "red", "green", "teal", "pink"))
        pale = lighter(coat.colour, 0.62)
        own = OwlParts(hat_name, named(hat_name, dice), named(dice.pick(("yellow", "white", "turquoise")), dice), dice.pick((-1.0, 1.0)) * dice.between(0.3, 1.0),
                       pale, named(dice.pick(("orange", "yellow")), dice), mix(pale, named("beige"), 0.3), dice.whole(2, 4),
                       darker(coat.colour, dice.between(0.12, 0.3)), dice.chance(0.6))  # fmt: skip
        limbs = Limbs((rx * 0.88, body.y - 0.12 * ry, 0.0), dice.between(0.24, 0.3), 0.06, "wing", 0.03,
                      (rx * 0.4, -leg - 0.03, 0.0), 0.05, (0.08, 0.045, 0.1))  # fmt: skip
        wear = design_wear(
            dice.child("wear"),
            coat.name,
            neck=0.5,
            necks=("scarf", "bow tie", "medal", "bandana"),
            back=0.5,
            badge=0.0,
            bag=0.25,
        )
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, own.wing, own.wing, own.beak, "", None,
                    ring_on(body, -0.12, 1.0), Hat(), wear, own)  # fmt: skip

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

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Any) -> None:
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
                rig.add(0.2 * depth - 0.012, lambda path=path: rig.brush.shape(path, toon.coat.colour))  # type: ignore[misc]
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
