"""Snowmen, gingerbread men and stars. Cut paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import skia

from s2vbench.world.cartoons.brushes import tube_path
from s2vbench.world.cartoons.coats import Coat, contrasting, design_coat, paint_coat
from s2vbench.world.cartoons.emblems import Emblem, emblem_on
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.rig import Hand, Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between, ring_on
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import WHITE, Colour, darker, mix, named
from s2vbench.world.pen import capsule


@dataclass(frozen=True)
class SnowParts:
    """What only snowmen have."""

    waist: Form | None
    nose: float
    nose_colour: Colour
    button: Emblem
    buttons: int
    button_name: str
    button_colour: Colour
    mitten_name: str


class Snowman(Cartoon):
    """Two or three balls of snow."""

    noun = "snowman"
    style = "paper"
    height_m = (0.6, 1.7)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        tint = dice.pick(((0.95, 0.97, 1.0), (0.86, 0.92, 0.98), (0.97, 0.95, 0.97), (0.90, 0.96, 0.96)))
        coat = Coat("white", tint)
        three = dice.chance(0.5)
        head_r, base = dice.between(0.155, 0.2) * (1.0 if three else 1.2), 0.04
        rx = dice.between(0.27, 0.36)
        low_ry = dice.between(0.2, 0.25) if three else (1.0 - base - 1.75 * head_r) / 2
        low = Form(-base - low_ry, rx, low_ry, rx * 0.95, power=dice.between(2.0, 2.4))
        head = Form(-1.0 + head_r, head_r * dice.between(1.0, 1.22), head_r, head_r * 1.05)
        waist, body = None, low
        if three:
            top, bottom = head.y + 0.75 * head.ry, low.y - 0.6 * low.ry
            waist = low
            body = Form((top + bottom) / 2, rx * dice.between(0.72, 0.84), (bottom - top) / 2 + 0.03, rx * 0.75)
        face = design_face(
            dice.child("face"), eye_size=0.04, styles=("dot", "dot", "tall", "round"), mouths=("smile", "tiny", "open"),
            eye_v=0.3, mouth_v=-0.45, mouth_size=0.075, spread_deg=26,
        )  # fmt: skip
        button_name = dice.pick(("black", "red", "blue", "green", "purple", "orange"))
        mitten = dice.pick(("", "red", "blue", "green", "yellow", "pink"))
        own = SnowParts(
            waist, dice.between(0.1, 0.2), named(dice.pick(("orange", "orange", "red", "yellow")), dice),
            dice.pick(("disc", "disc", "star", "heart", "flower")), dice.whole(2, 3), button_name, named(button_name, dice), mitten,
        )  # fmt: skip
        twig = named("brown", dice)
        hand: Hand = "mitten" if mitten else "twig"
        limbs = Limbs((body.rx * 0.9, body.y - 0.25 * body.ry, 0.0), dice.between(0.22, 0.3), 0.026, hand, 0.052,
                      (rx * 0.45, -base - 0.05, 0.0), 0.09, (0.1, 0.075, 0.11))  # fmt: skip
        wear = design_wear(
            dice.child("wear"),
            "white",
            neck=0.85,
            necks=("scarf", "scarf", "scarf", "bow tie", "bandana"),
            badge=0.15,
            back=0.12,
            bag=0.15,
        )
        hat = design_hat(
            dice.child("hat"),
            0.85,
            "white",
            ("top hat", "beanie", "bowler hat", "cap", "straw hat", "party hat", "flower"),
        )
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, twig, named(mitten, dice) if mitten else twig,
                    darker(tint, 0.06), "", head, neck_between(body, head, 0.72), hat, wear, own, darker(tint, 0.06))  # fmt: skip

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Buttons and mittens."""
        own: SnowParts = toon.own
        shape = {"disc": "round", "star": "star", "heart": "heart", "flower": "flower"}[own.button]
        mittens = (f"with {own.mitten_name} mittens",) if own.mitten_name else ("with twig hands",)
        return f"with {own.button_name} {shape} buttons", *mittens

    def colour_words(self, toon: Toon) -> tuple[str, ...]:
        """Snow is white: not worth a word."""
        del toon
        return ()

    def seat_y(self, toon: Toon) -> float:
        """The lowest ball's."""
        low = toon.own.waist or toon.body
        return float(low.y + low.ry)

    def body(self, rig: Rig, toon: Toon) -> None:
        """The balls with their buttons."""
        own: SnowParts = toon.own
        turn = rig.turn

        def buttons() -> None:
            for i in range(own.buttons):
                mark = toon.body.on(turn, 0.0, 0.45 - 0.42 * i, 0.034, 0.034)
                if mark:
                    rig.brush.thing(emblem_on(own.button, mark), own.button_colour)

        if own.waist is not None:
            rig.solid(own.waist, toon.coat.colour, -0.01)
        rig.solid(toon.body, toon.coat.colour, 0.0, buttons)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """The carrot."""
        own: SnowParts = toon.own
        root, tip = head.surface(0.0, 0.0, 0.92), head.surface(0.0, -0.06, 0.9)
        tip = (tip[0], tip[1], tip[2] + own.nose)
        (x0, y0, depth), (x1, y1, _) = rig.seen(root), rig.seen(tip)
        path = capsule((x0, y0), 0.042, (x1, y1), 0.012)
        rig.add(0.05 + 0.3 * depth + (0.01 if depth > 0 else -0.01), lambda: rig.brush.shape(path, own.nose_colour))


@dataclass(frozen=True)
class GingerParts:
    """What only gingerbread men have."""

    icing_name: str
    icing: Colour
    trim: str
    button: Emblem
    buttons: int
    button_name: str
    button_colour: Colour
    curl: bool


class Gingerbread(Cartoon):
    """A flat cookie with icing."""

    noun = "gingerbread man"
    style = "paper"
    height_m = (0.3, 0.7)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        brown = mix(named("brown", dice, 0.05), (0.80, 0.52, 0.28), dice.between(0.3, 0.85))
        coat = Coat("brown", brown)
        leg, head_r = dice.between(0.18, 0.25), dice.between(0.21, 0.26)
        ry = (1.0 - leg - 2 * head_r + 0.07) / 2
        body = Form(
            -leg - ry + 0.02, dice.between(0.17, 0.25), ry + 0.02, 0.115, power=2.6, taper=dice.between(-0.05, 0.2)
        )
        head = Form(-1.0 + head_r, head_r * dice.between(0.98, 1.2), head_r, 0.125, power=dice.between(2.0, 2.4))
        icing_name = dice.pick(("white", "white", "pink", "turquoise", "yellow", "lime"))
        face = design_face(
            dice.child("face"), eye_size=0.042, styles=("dot", "tall", "round", "dot"), mouths=("smile", "open", "tiny", "cat"),
            eye_v=0.18, mouth_v=-0.32, mouth_size=0.09, spread_deg=26,
        )  # fmt: skip
        button_name = dice.pick(("red", "green", "blue", "purple", "yellow", "pink"))
        own = GingerParts(
            icing_name, named(icing_name, dice), dice.pick(("waves", "cuffs", "dots")), dice.pick(("disc", "heart", "star", "flower")),
            dice.whole(2, 3), button_name, named(button_name, dice), dice.chance(0.5),
        )  # fmt: skip
        thick = dice.between(0.11, 0.14)
        limbs = Limbs((body.rx * 0.72, body.y - 0.62 * body.ry, 0.0), dice.between(0.2, 0.26), thick, "nub", 0.06,
                      (body.rx * 0.55, -leg - 0.04, 0.0), thick * 1.08, (thick * 0.62, 0.085, thick * 0.6))  # fmt: skip
        wear = design_wear(
            dice.child("wear"),
            "brown",
            neck=0.65,
            necks=("scarf", "bow tie", "bow tie", "bandana"),
            badge=0.0,
            back=0.2,
            bag=0.15,
        )
        hat = design_hat(
            dice.child("hat"), 0.5, "brown", ("beanie", "party hat", "top hat", "bow", "bowler hat", "crown", "flower")
        )
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, brown, brown, brown, "", head,
                    neck_between(body, head, 0.8), hat, wear, own)  # fmt: skip

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Icing and buttons."""
        own: GingerParts = toon.own
        shape = {"disc": "round", "star": "star", "heart": "heart", "flower": "flower"}[own.button]
        return f"with {own.icing_name} icing", f"with {own.button_name} {shape} buttons"

    def colour_words(self, toon: Toon) -> tuple[str, ...]:
        """Gingerbread is brown: not worth a word."""
        del toon
        return ()

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """Icing and buttons on the front."""
        own: GingerParts = toon.own
        if rig.turn.cos <= 0.05:
            return
        half = toon.body.half_seen(rig.turn) * rig.turn.cos
        middle = rig.turn.point(toon.body.x, 0.0, toon.body.z)[0]
        with rig.pen.inside(path):
            rig.brush.stroke(_icing(own.trim, middle, half, toon.body.y + 0.55 * toon.body.ry), own.icing, 0.02)
        for i in range(own.buttons):
            mark = toon.body.on(rig.turn, 0.0, 0.4 - 0.42 * i, 0.033, 0.033)
            if mark:
                rig.brush.thing(emblem_on(own.button, mark), own.button_colour)

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Any) -> None:
        """The face and a curl of icing."""
        super().features(rig, toon, solid, turn)
        own: GingerParts = toon.own
        mark = solid.on(turn, 0.0, 0.66, 0.1, 0.05)
        if own.curl and toon.hat.kind == "none" and mark and turn.cos > 0:
            x, y, w, h = mark.x, mark.y, mark.half_w, mark.half_h
            path = tube_path(((x - w, y + 0.3 * h), (x - 0.5 * w, y - 0.9 * h), (x, y + 0.3 * h)))
            path.addPath(tube_path(((x, y + 0.3 * h), (x + 0.5 * w, y - 0.9 * h), (x + w, y + 0.3 * h))))
            rig.brush.stroke(path, own.icing, 0.02)

    def add_to_body(self, rig: Rig, toon: Toon) -> None:
        """Icing around hands and feet."""
        own: GingerParts = toon.own
        for side, arm in zip((1.0, -1.0), rig.motion.arms, strict=True):
            hand = rig.hand_place(toon.limbs, toon.body, side, arm)
            start = (side * toon.limbs.shoulder[0], toon.limbs.shoulder[1], 0.0)
            (x, y, depth), (sx, sy, near) = rig.seen(hand), rig.seen(start)
            dx, dy = x - sx, y - sy
            length = max((dx * dx + dy * dy) ** 0.5, 1e-3)
            px, py = -dy / length, dx / length
            bx, by, half = sx + 0.78 * dx, sy + 0.78 * dy, 0.4 * toon.limbs.arm_width
            if length < 0.06:
                continue
            cuff = tube_path(
                (
                    (bx + px * half, by + py * half),
                    (bx + 0.02 * dx / length, by + 0.02 * dy / length),
                    (bx - px * half, by - py * half),
                )
            )
            rig.add(0.5 * depth + 0.5 * near - 0.034, lambda cuff=cuff: rig.brush.stroke(cuff, own.icing, 0.02))  # type: ignore[misc]


def _icing(trim: str, middle: float, half: float, y: float) -> skia.Path:
    path = skia.Path()
    path.moveTo(middle - half, y)
    if trim == "waves":
        for i in range(6):
            x = middle - half + (i + 0.5) * half / 3
            path.quadTo(x, y + (0.05 if i % 2 else -0.05), x + half / 6, y)
    elif trim == "cuffs":
        path.quadTo(middle, y + 0.03, middle + half, y)
        path.moveTo(middle - half, y + 0.045)
        path.quadTo(middle, y + 0.075, middle + half, y + 0.045)
    else:
        for i in range(6):
            x = middle - half + (i + 0.5) * half / 3
            path.moveTo(x, y + 0.01)
            path.lineTo(x + 0.001, y + 0.01)
    return path


@dataclass(frozen=True)
class StarParts:
    """What only stars have."""

    points: int
    rim: bool
    shoe_name: str


class Star(Cartoon):
    """A plump star with boots."""

    noun = "star character"
    style = "paper"
    height_m = (0.3, 0.8)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        coat = design_coat(dice.child("coat"), ("yellow", "yellow", "orange", "pink", "turquoise", "lavender", "lime", "blue", "red"),
                           ("plain", "spotted", "hearts", "striped", "pinstriped", "patched"),
                           ("white", "orange", "pink", "purple", "blue", "teal", "red", "yellow"))  # fmt: skip
        leg = dice.between(0.14, 0.2)
        ry = (1.0 - leg + 0.08) / 2
        rx = ry * dice.between(0.92, 1.15)
        body = Form(
            -1.0 + ry,
            rx,
            ry,
            rx * 0.45,
            profile="star",
            power=5,
            taper=dice.between(0.52, 0.7),
            wobble=dice.whole(0, 300),
        )
        face = design_face(
            dice.child("face"), eye_size=0.066, eyes=(2, 2, 2, 1), styles=("dot", "tall", "sparkle", "round", "sleepy"),
            mouths=("smile", "open", "cat", "tiny", "fang"), eye_v=0.1, mouth_v=-0.17, mouth_size=0.1, spread_deg=24,
        )  # fmt: skip
        shoe = contrasting(dice, coat.name, ("red", "blue", "purple", "white", "teal", "pink", "navy"))
        glove = dice.chance(0.5)
        limbs = Limbs((rx * 0.56, body.y + 0.0, 0.0), dice.between(0.2, 0.27), 0.05, "mitten", 0.05,
                      (rx * 0.3, -leg - 0.12, 0.0), 0.055, (0.085, dice.between(0.06, 0.09), 0.115))  # fmt: skip
        wear = design_wear(
            dice.child("wear"), coat.name, neck=0.5, necks=("bow tie", "medal", "scarf"), badge=0.0, back=0.35, bag=0.0
        )
        hat = design_hat(dice.child("hat"), 0.45, coat.name, ("party hat", "crown", "top hat", "bow", "bowler hat"))
        stick = darker(coat.colour, 0.18)
        return Toon(dice.between(*self.height_m), body, limbs, coat, face, stick, named("white") if glove else coat.colour,
                    named(shoe, dice), shoe, None, ring_on(body, -0.36, 0.95), hat, wear, StarParts(5, dice.chance(0.5), shoe))  # fmt: skip

    def mark_body(self, rig: Rig, toon: Toon, path: skia.Path) -> None:
        """Markings, and an inner layer of some."""
        if toon.own.rim:
            inner = skia.Path(path)
            matrix = skia.Matrix()
            bounds = path.getBounds()
            matrix.setScale(0.84, 0.84, bounds.centerX(), bounds.top() + 0.56 * bounds.height())
            inner.transform(matrix)
            rig.brush.mark(inner, mix(toon.coat.colour, WHITE, 0.3))
        low, high = toon.face.mouth_v - 0.14, toon.face.eye_v + 0.22
        paint_coat(rig, toon.body, toon.coat, rig.turn, path, face=(low, high), size=0.8)
