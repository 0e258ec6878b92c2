"""What dinosaurs and dragons share: a snout, a tail, a crest."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import skia

from s2vbench.world.cartoons.coats import design_coat
from s2vbench.world.cartoons.emblems import placed, unit_emblem
from s2vbench.world.cartoons.faces import Face, draw_face, draw_mouth
from s2vbench.world.cartoons.hats import HatKind, design_hat
from s2vbench.world.cartoons.horns import HornKind, draw_horns, spike
from s2vbench.world.cartoons.rig import SIDES, Limbs, Rig
from s2vbench.world.cartoons.solids import Form, Solid
from s2vbench.world.cartoons.toon import Cartoon, Toon, neck_between
from s2vbench.world.cartoons.wear import design_wear
from s2vbench.world.cartoons.wings import draw_wing
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, darker, lighter, named
from s2vbench.world.pen import capsule, ellipse, united
from s2vbench.world.turn import Turn

Crest = Literal["plates", "spikes", "humps", "frill", "sail"]


@dataclass(frozen=True)
class ReptileParts:
    """What only reptiles have."""

    snout: Form
    crest: Crest
    crest_name: str
    crest_colour: Colour
    tail: float
    curl: float
    """Which way the tail's tip turns."""
    horn: HornKind
    horn_colour: Colour
    wing: float = 0.0
    """Size of the wings; 0 has none."""
    wing_name: str = ""
    wing_colour: Colour = (1.0, 1.0, 1.0)


class Reptile(Cartoon):
    """What dinosaurs and dragons share: a snout, a tail, a crest."""

    def _design(
        self, dice: Dice, colours: tuple[str, ...], face: Face, own: dict[str, Any], hats: tuple[HatKind, ...]
    ) -> Toon:
        coat = design_coat(
            dice.child("coat"), colours, ("plain", "spotted", "striped", "spotted", "patched"), belly=1.0
        )
        leg = dice.between(0.11, 0.16)
        head_rx, head_ry = dice.between(0.2, 0.26), dice.between(0.185, 0.225)
        body_top = -1.0 + 2 * head_ry - 0.06
        ry = (-leg - body_top) / 2 + 0.015
        rx = dice.between(0.2, 0.28)
        body = Form(
            -leg - ry + 0.015,
            rx,
            ry,
            rx * dice.between(0.85, 1.0),
            power=2.2,
            taper=dice.between(0.12, 0.3),
            wobble=own["wobble"],
        )
        head = Form(
            -1.0 + head_ry,
            head_rx,
            head_ry,
            head_rx * 0.92,
            z=0.06,
            power=2.2,
            taper=dice.between(-0.05, 0.12),
            wobble=own["wobble"],
        )
        snout_rx = head_rx * dice.between(0.62, 0.85)
        snout = Form(
            head.y + 0.32 * head_ry,
            snout_rx,
            head_ry * dice.between(0.46, 0.58),
            snout_rx * dice.between(0.8, 1.2),
            z=head.z + 0.72 * head.rz,
        )
        crest_name = coat.accent_name
        parts = ReptileParts(
            snout=snout,
            crest=own["crest"],
            crest_name=crest_name,
            crest_colour=coat.accent,
            tail=dice.between(0.26, 0.42),
            curl=dice.pick((-1.0, 1.0)),
            horn=own["horn"],
            horn_colour=named(dice.pick(("beige", "white", "yellow")), dice),
            wing=own["wing"],
            wing_name=own["wing_name"],
            wing_colour=own["wing_colour"],
        )
        limbs = Limbs(
            shoulder=(rx * 0.78, body.y - 0.42 * ry, 0.03),
            arm_length=dice.between(0.16, 0.21),
            arm_width=dice.between(0.06, 0.075),
            hand="paw",
            hand_size=0.045,
            hip=(rx * 0.55, -leg - 0.04, 0.0),
            leg_width=dice.between(0.1, 0.13),
            foot=(0.085, 0.065, 0.115),
        )
        hat = (
            design_hat(dice.child("hat"), 0.45, coat.name, hats)
            if own["horn"] == "none"
            else design_hat(dice, 0.0, "red")
        )
        wear = design_wear(
            dice.child("wear"), coat.name, back=0.0 if own["wing"] or own["crest"] == "sail" else 0.3, badge=0.0
        )
        return Toon(
            height_m=dice.between(*self.height_m),
            body=body,
            limbs=limbs,
            coat=coat,
            face=face,
            limb_colour=coat.colour,
            hand_colour=coat.colour,
            foot_colour=darker(coat.colour, 0.08),
            foot_name="",
            head=head,
            neck=neck_between(body, head, 0.66),
            hat=hat,
            wear=wear,
            own=parts,
        )

    def features(self, rig: Rig, toon: Toon, solid: Solid, turn: Turn) -> None:
        """Eyes and cheeks; the mouth is on the snout."""
        draw_face(rig, solid, replace(toon.face, mouth="none"), turn)

    def add_to_head(self, rig: Rig, toon: Toon, head: Solid) -> None:
        """Snout, horns and the crest's beginning."""
        own: ReptileParts = toon.own
        turn, snout = rig.turn, own.snout
        depth = rig.seen((snout.x, snout.y, snout.z))[2]
        colour = lighter(toon.coat.colour, 0.12)

        def marks() -> None:
            for side in SIDES:
                nostril = snout.on(turn, side * 22, 0.45, 0.016, 0.02)
                if nostril:
                    rig.brush.mark(ellipse(nostril.x, nostril.y, nostril.half_w, nostril.half_h), rig.brush.line)
                draw_mouth(rig, snout, replace(toon.face, mouth_v=-0.25, mouth_size=0.62 * snout.rx), turn)

        rig.solid(snout, colour, 0.05 + 0.3 * depth + 0.004 * (1 if turn.cos > 0 else -1), marks)
        draw_horns(rig, head, own.horn, own.horn_colour, v=0.72, size=0.9)
        if own.crest == "frill":
            self._frill(rig, own, head)
        elif own.crest != "sail" and toon.hat.kind == "none":
            self._crest(rig, own, head, (0.86, 0.45, -0.05), 0.09)

    def _frill(self, rig: Rig, own: ReptileParts, head: Solid) -> None:
        x, y, depth = rig.seen((head.x, head.y - 0.25 * head.ry, head.z - 0.72 * head.rz))
        half = math.hypot(1.45 * head.rx * rig.turn.cos, 0.32 * head.rx * rig.turn.sin)
        path = placed(unit_emblem("frill"), x, y, half, 1.3 * head.ry)
        rig.add(
            0.05 + 0.3 * depth - (0.03 if rig.turn.cos > -0.05 else -0.02),
            lambda: rig.brush.shape(path, own.crest_colour),
        )

    def _crest(self, rig: Rig, own: ReptileParts, solid: Solid, heights: tuple[float, ...], size: float) -> None:
        for v in heights:
            root = solid.surface(180, v, 0.93)
            steep = math.asin(max(-1.0, min(1.0, v)))
            long = size * (1.25 if own.crest == "spikes" else 1.0)
            tip = (root[0], root[1] - long * math.sin(steep + 0.25), root[2] - long * math.cos(steep))
            (x0, y0, depth), (x1, y1, _) = rig.seen(root), rig.seen(tip)
            half = 0.55 * size * (abs(rig.turn.sin) * 0.8 + 0.3)
            if own.crest == "humps":
                path = ellipse((x0 * 0.6 + x1 * 0.4), (y0 * 0.6 + y1 * 0.4), 0.5 * size, 0.5 * size)
            else:
                if math.hypot(x1 - x0, y1 - y0) < 0.6 * size:
                    y1 = y0 - 0.6 * size
                path = spike((x0, y0), (x1, y1), half)
            base = 0.05 if solid.ry < 0.24 and solid.y < -0.6 else 0.0
            rig.add(base + 0.2 * depth - 0.014, partial(rig.brush.shape, path, own.crest_colour))

    def add_to_body(self, rig: Rig, toon: Toon) -> None:
        """Tail, crest and wings."""
        own: ReptileParts = toon.own
        body = toon.body
        if own.crest == "sail":
            self._sail(rig, own, body)
        elif toon.wear.back == "none" and own.crest != "frill":
            self._crest(rig, own, body, (0.5, 0.15, -0.2), 0.105)
        self._tail(rig, toon)
        if own.wing:
            for side in SIDES:
                draw_wing(rig, body, side, own.wing, own.wing_colour)

    def _sail(self, rig: Rig, own: ReptileParts, body: Solid) -> None:
        heights = (0.92, 0.72, 0.45, 0.15, -0.15, -0.45, -0.62)
        outs = (0.9, 1.75, 2.2, 2.3, 2.05, 1.6, 0.9)
        seen = [rig.seen(body.surface(180, v, out)) for v, out in zip(heights, outs, strict=True)]
        thick = 0.022 * abs(rig.turn.cos)
        path = skia.Path()
        path.moveTo(seen[0][0] - thick, seen[0][1])
        path.lineTo(seen[1][0] + thick, seen[1][1] - 0.03)
        for (x0, y0, _), (x1, y1, _) in pairwise(seen[1:]):
            path.quadTo((x0 + x1) / 2 * 0.9 + thick, (y0 + y1) / 2, x1 + thick, y1)
        for x, y, _ in reversed(seen[1:]):
            path.lineTo(x - thick, y)
        path.close()
        rig.add(0.3 * seen[2][2] - 0.016, lambda: rig.brush.shape(path, own.crest_colour))

    def _tail(self, rig: Rig, toon: Toon) -> None:
        own: ReptileParts = toon.own
        body = toon.body
        sway = 0.07 * rig.motion.swing
        ground = -0.2 if rig.motion.sitting else -0.06
        root = (0.0, body.y + 0.45 * body.ry, body.z - 0.5 * body.rz)
        middle = (sway * 0.5, ground + 0.05, body.z - body.rz - 0.3 * own.tail)
        tip = (sway + 0.17 * own.curl, ground - 0.12 - 0.25 * own.tail, body.z - body.rz - own.tail)
        chain = []
        for t, radius in ((0.0, 0.55 * body.ry), (0.35, 0.3 * body.ry), (0.7, 0.15 * body.ry), (1.0, 0.012)):
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            place = (
                a * root[0] + b * middle[0] + c * tip[0],
                a * root[1] + b * middle[1] + c * tip[1],
                a * root[2] + b * middle[2] + c * tip[2],
            )
            x, y, depth = rig.seen(place)
            chain.append(((x, y), min(radius, 0.11)))
        links = [capsule(*first, *second) for first, second in pairwise(chain)]
        path = links[0]
        if self.style == "ink":
            path = united(*links)
        else:  # outlines lie below the filling, so links need not be united
            for link in links[1:]:
                path.addPath(link)
        rig.add(0.4 * depth - 0.02, lambda: rig.brush.shape(path, toon.coat.colour))
