"""Flat cookies with icing. Cut paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import skia

from s2vbench.world.cartoons.brushes import tube_path
from s2vbench.world.cartoons.coats import Coat
from s2vbench.world.cartoons.emblems import Emblem, emblem_on
from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.hats import design_hat
from s2vbench.world.cartoons.rig import Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, mix, named
from s2vbench.world.turn import Turn


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
            dice.child("face"),
            eye_size=0.042,
            styles=("dot", "tall", "round", "dot"),
            mouths=("smile", "open", "tiny", "cat"),
            eye_v=0.18,
            mouth_v=-0.32,
            mouth_size=0.09,
            spread_deg=26,
        )
        button_name = dice.pick(("red", "green", "blue", "purple", "yellow", "pink"))
        own = GingerParts(
            icing_name=icing_name,
            icing=named(icing_name, dice),
            trim=dice.pick(("waves", "cuffs", "dots")),
            button=dice.pick(("disc", "heart", "star", "flower")),
            buttons=dice.whole(2, 3),
            button_name=button_name,
            button_colour=named(button_name, dice),
            curl=dice.chance(0.5),
        )
        thick = dice.between(0.11, 0.14)
        limbs = Limbs(
            shoulder=(body.rx * 0.72, body.y - 0.62 * body.ry, 0.0),
            arm_length=dice.between(0.2, 0.26),
            arm_width=thick,
            hand="nub",
            hand_size=0.06,
            hip=(body.rx * 0.55, -leg - 0.04, 0.0),
            leg_width=thick * 1.08,
            foot=(thick * 0.62, 0.085, thick * 0.6),
        )
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
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=brown,
            hand_colour=brown,
            foot_colour=brown,
            foot_name="",
            head=head,
            neck=neck_between(body, head, 0.8),
            hat=hat,
            wear=wear,
            own=own,
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """Icing and buttons."""
        own: GingerParts = toon.own
        shape = {"disc": "round", "star": "star-shaped", "heart": "heart-shaped", "flower": "flower-shaped"}[own.button]
        return f"with {own.icing_name} icing", f"with {shape} {own.button_name} buttons"

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

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
        """The face and a curl of icing."""
        super().features(rig, toon, solid, turn)
        own: GingerParts = toon.own
        mark = solid.on(turn, 0.0, 0.66, 0.1, 0.05)
        if own.curl and toon.hat.kind == "none" and mark and turn.cos > 0:
            x, y, w, h = mark.x, mark.y, mark.half_w, mark.half_h
            path = skia.Path()
            path.moveTo(x - w, y)
            for i in range(4):
                left = x + (i - 2) * 0.5 * w
                path.quadTo(left + 0.25 * w, y + (-0.8 if i % 2 else 0.8) * h, left + 0.5 * w, y)
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
            rig.add(0.5 * depth + 0.5 * near - 0.034, partial(rig.brush.stroke, cuff, own.icing, 0.02))


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
