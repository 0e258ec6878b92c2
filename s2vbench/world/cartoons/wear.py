"""What cartoons wear around the neck, on the back and on the chest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Literal

import skia

from s2vbench.world.cartoons.brushes import tube_path
from s2vbench.world.cartoons.emblems import Emblem, placed, unit_emblem
from s2vbench.world.cartoons.rig import Rig
from s2vbench.world.cartoons.solids import Form, Solid, seen_spans
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.palette import Colour, darker, lighter, named
from s2vbench.world.pen import blob, ellipse, polygon
from s2vbench.world.turn import Turn

NeckKind = Literal["none", "scarf", "bow tie", "bandana", "bell collar", "bead necklace", "medal"]
BackKind = Literal["none", "cape", "backpack"]

_COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "white", "navy")


@dataclass(frozen=True)
class Wear:
    """Clothes and things."""

    neck: NeckKind = "none"
    neck_name: str = "red"
    neck_colour: Colour = (0.8, 0.2, 0.2)
    neck_trim: Colour = (0.98, 0.97, 0.95)
    back: BackKind = "none"
    back_name: str = "blue"
    back_colour: Colour = (0.2, 0.4, 0.8)
    badge: Emblem | None = None
    badge_name: str = "yellow"
    badge_colour: Colour = (0.97, 0.8, 0.24)
    badge_side: int = 1
    bag_name: str = ""
    """Colour name of a shoulder bag; none where empty."""
    bag_colour: Colour = (0.5, 0.3, 0.2)
    bag_side: int = 1


def design_wear(
    dice: Dice,
    avoid: str,
    *,
    backs: tuple[BackKind, ...] = ("cape", "backpack"),
    necks: tuple[NeckKind, ...] = ("scarf", "bow tie", "bandana", "bell collar", "bead necklace", "medal"),
    neck: float = 0.6,
    back: float = 0.35,
    badge: float = 0.3,
    bag: float = 0.2,
) -> Wear:
    """Clothes; the numbers are how often each is worn, `avoid` is the body's colour."""
    names = [name for name in _COLOURS if name != avoid]
    neck_name, back_name, badge_name = dice.some(names, 3)
    bag_name = dice.pick([name for name in ("brown", "red", "yellow", "teal", "navy", "pink") if name != avoid])
    trim = dice.pick([name for name in ("white", "yellow", "navy", "pink", "turquoise") if name != neck_name])
    kind: BackKind = dice.pick(backs) if dice.chance(back) else "none"
    return Wear(
        neck=dice.pick(necks) if dice.chance(neck) else "none",
        neck_name=neck_name,
        neck_colour=named(neck_name, dice),
        neck_trim=named(trim, dice),
        back=kind,
        back_name=back_name,
        back_colour=named(back_name, dice),
        badge=dice.pick(("heart", "star", "flower", "bolt", "diamond")) if dice.chance(badge) else None,
        badge_name=badge_name,
        badge_colour=named(badge_name, dice),
        badge_side=dice.pick((1, -1)),
        bag_name=bag_name if dice.chance(bag) and kind != "backpack" else "",
        bag_colour=named(bag_name, dice),
        bag_side=dice.pick((1, -1)),
    )


def wear_words(wear: Wear) -> tuple[str, ...]:
    """How captions say it, most visible first."""
    words = []
    if wear.back != "none":
        words.append(f"with {with_article(wear.back_name)} {wear.back}")
    if wear.neck != "none":
        what = "golden medal" if wear.neck == "medal" else f"{wear.neck_name} {wear.neck}"
        words.append(f"with {with_article(what)}")
    if wear.bag_name:
        words.append(f"with {with_article(wear.bag_name)} shoulder bag")
    if wear.badge:
        name = {"bolt": "lightning bolt"}.get(wear.badge, wear.badge)
        words.append(f"with {with_article(wear.badge_name)} {name} badge")
    return tuple(words)


def draw_wear(rig: Rig, body: Solid, neck: Form, wear: Wear) -> None:
    """Everything a body wears; `neck` is the ring that scarves go around."""
    top_v = max(-0.6, min(0.62, (body.y - neck.y) / body.ry))
    _draw_back(rig, body, neck, wear, top_v)
    if wear.bag_name:
        _bag(rig, body, wear, top_v)
    if wear.badge and (mark := body.on(rig.turn, wear.badge_side * 36, min(top_v - 0.24, -0.02), 0.05, 0.05)):
        path = placed(unit_emblem(wear.badge), mark.x, mark.y, mark.half_w, mark.half_h)
        rig.add(0.012, lambda: rig.brush.thing(path, wear.badge_colour))
    if wear.neck != "none":
        _draw_neck(rig, neck, wear)


def _draw_neck(rig: Rig, neck: Form, wear: Wear) -> None:
    turn = rig.turn
    half = neck.half_seen(turn)
    x, y, d = rig.seen((neck.x, neck.y, neck.z))
    thick = {
        "scarf": 0.075,
        "bandana": 0.03,
        "bell collar": 0.035,
        "bead necklace": 0.0,
        "bow tie": 0.018,
        "medal": 0.016,
    }[wear.neck]
    band = tube_path(((x - half, y - 0.02), (x, y + 0.022), (x + half, y - 0.02)))

    def ring() -> None:
        if wear.neck == "bead necklace":
            _beads(rig, neck, wear, turn)
        else:
            rig.brush.tube(band, thick, wear.neck_colour)
            if wear.neck == "scarf" and rig.pen.sees(0.02):
                rig.brush.stroke(band, wear.neck_trim, 0.018)

    hanging = {"scarf": 34.0, "bandana": 0.0}.get(wear.neck, 0.0)
    spot = rig.seen(neck.surface(hanging, 0.0, 1.03))

    def pendant() -> None:
        _pendant(rig, wear, (spot[0], spot[1] + 0.012), turn, hanging)

    depth = 0.075 + 0.02 * d
    front = math.cos(math.radians(hanging + turn.yaw_deg))
    if wear.neck == "scarf":
        rig.add(depth - 0.2 * (front < 0), pendant)
    elif front > 0:
        rig.add(depth + 0.001, pendant)
    rig.add(depth, ring)


def _beads(rig: Rig, neck: Form, wear: Wear, turn: Turn) -> None:
    for i in range(16):
        lon = i * 22.5
        mark = neck.on(turn, lon, 0.0, 0.022, 0.022)
        if mark:
            sag = 0.03 * math.cos(math.radians(lon + turn.yaw_deg))
            colour = wear.neck_colour if i % 2 else wear.neck_trim
            rig.brush.thing(ellipse(mark.x, mark.y + sag, max(mark.half_w, 0.012), mark.half_h), colour)


def _pendant(rig: Rig, wear: Wear, place: tuple[float, float], turn: Turn, lon: float) -> None:
    brush, (x, y) = rig.brush, place
    squeeze = max(abs(math.cos(math.radians(lon + turn.yaw_deg))), 0.3)
    if wear.neck == "scarf":
        sway = 0.03 * rig.motion.swing
        end = (x + sway + 0.02 * turn.cos, y + 0.15)
        tail = polygon(
            [
                (x - 0.03 * squeeze, y),
                (x + 0.035 * squeeze, y),
                (end[0] + 0.045 * squeeze, end[1]),
                (end[0] - 0.045 * squeeze, end[1]),
            ]
        )
        brush.shape(tail, wear.neck_colour)
        if rig.pen.sees(0.03):
            brush.stroke(
                tube_path(
                    (
                        (end[0] - 0.035 * squeeze, end[1] - 0.035),
                        (end[0], end[1] - 0.035),
                        (end[0] + 0.035 * squeeze, end[1] - 0.035),
                    )
                ),
                wear.neck_trim,
                0.018,
            )
    elif wear.neck == "bow tie":
        for side in (-1, 1):
            wing = polygon([(x, y), (x + side * 0.085 * squeeze, y - 0.05), (x + side * 0.085 * squeeze, y + 0.05)])
            brush.shape(wing, wear.neck_colour)
        brush.thing(ellipse(x, y, 0.022 * squeeze, 0.024), wear.neck_trim)
    elif wear.neck == "bandana":
        cloth = polygon([(x - 0.12 * squeeze, y - 0.012), (x + 0.12 * squeeze, y - 0.012), (x, y + 0.11)])
        brush.shape(cloth, wear.neck_colour)
        for dx, dy in ((0.0, 0.06), (-0.045, 0.02), (0.045, 0.02)):
            brush.mark(ellipse(x + dx * squeeze, y + dy, 0.012 * squeeze, 0.012), wear.neck_trim)
    elif wear.neck == "bell collar":
        brush.shape(ellipse(x, y + 0.035, 0.036 * (0.5 + 0.5 * squeeze), 0.036), named("yellow"))
        brush.mark(ellipse(x, y + 0.045, 0.008, 0.012), brush.line)
    elif wear.neck == "medal":
        brush.shape(ellipse(x, y + 0.065, 0.046 * squeeze, 0.046), named("yellow"))
        star = placed(unit_emblem("star"), x, y + 0.065, 0.026 * squeeze, 0.026)
        brush.mark(star, darker(named("orange"), 0.15))


def _draw_back(rig: Rig, body: Solid, neck: Form, wear: Wear, top_v: float) -> None:
    if wear.back == "cape":
        for near in (True, False):
            for span in seen_spans(rig.turn, 72.0, 288.0, near=near):
                _cape(rig, body, neck, wear, span, near=near)
    elif wear.back == "backpack":
        _backpack(rig, body, wear, top_v)


def _cape(rig: Rig, body: Solid, neck: Form, wear: Wear, span: tuple[float, float], *, near: bool) -> None:
    turn = rig.turn
    top_x, top_y, _ = rig.seen((neck.x, neck.y, neck.z))
    low_x, low_y, _ = rig.seen((body.x, body.y + 0.86 * body.ry, body.z - 0.1 * body.rz))
    collar = 1.02 * neck.half_seen(turn)
    if top_y > body.y - 0.1 * body.ry:  # below a face: the cape hangs from where shoulders would be
        top_y, collar = body.y - 0.15 * body.ry, 1.02 * body.half_seen(turn) * body.width_at(0.15)
    top_half, low_half = collar, 1.22 * body.half_seen(turn) * min(1.0, body.width_at(0.0) + 0.15) + 0.02
    sway = 0.035 * rig.motion.swing
    lag = -0.1 * turn.sin * (rig.motion.lean_deg > 8)
    left, right = span
    points = [
        (top_x + left * top_half, top_y - 0.015),
        (top_x + right * top_half, top_y - 0.015),
        (low_x + right * low_half + sway + lag, low_y),
        (low_x + left * low_half + sway + lag, low_y),
    ]
    path = skia.Path()
    path.moveTo(*points[0])
    path.quadTo((points[0][0] + points[1][0]) / 2, points[0][1] + 0.02, *points[1])
    path.quadTo(points[1][0] + 0.35 * (points[2][0] - points[1][0]), (top_y + low_y) / 2, *points[2])
    for i in range(3):
        t0, t1 = i / 3, (i + 1) / 3
        x0, x1 = (points[2][0] + (points[3][0] - points[2][0]) * t for t in (t0, t1))
        path.quadTo((x0 + x1) / 2, low_y + 0.045, x1, low_y)
    path.quadTo(points[0][0] + 0.35 * (points[3][0] - points[0][0]), (top_y + low_y) / 2, *points[0])
    path.close()
    colour = wear.back_colour if near else darker(wear.back_colour, 0.22)
    rig.add(0.07 if near else -0.7, lambda: rig.brush.shape(path, colour))


def _backpack(rig: Rig, body: Solid, wear: Wear, top_v: float) -> None:
    turn, brush = rig.turn, rig.brush
    high = min(0.55 * body.ry, 0.16)
    place = (body.x, body.y - min(top_v, 0.6) * body.ry + 0.75 * high, body.z - body.rz - 0.03)
    x, y, d = rig.seen(place)
    half = math.hypot(min(0.7 * body.rx, 0.17) * turn.cos, 0.085 * turn.sin)
    pack = skia.Path()
    pack.addRoundRect(skia.Rect.MakeLTRB(x - half, y - high, x + half, y + high), min(0.06, half), 0.07)
    flap = skia.Path()
    flap.addRoundRect(skia.Rect.MakeLTRB(x - half, y - high, x + half, y - 0.1 * high), min(0.06, half), 0.07)

    def draw() -> None:
        brush.shape(pack, wear.back_colour)
        if turn.cos < 0.3:
            brush.shape(flap, lighter(wear.back_colour, 0.2))
            pocket = 0.55 * half * max(-turn.cos, 0.0)
            if pocket > 0.01:
                brush.thing(
                    ellipse(x + 0.05 * turn.sin, y + 0.45 * high, pocket, 0.3 * high), lighter(wear.back_colour, 0.2)
                )

    rig.add(-0.12 if d < 0 else 0.12, draw)
    for side in (1, -1):
        points = [
            body.on(turn, side * lon, v, 0.001, 0.001)
            for lon, v in ((52, top_v), (44, top_v - 0.3), (62, max(top_v - 0.8, -0.9)))
        ]
        first, middle, last = points
        if first and middle and last:
            strap = tube_path(((first.x, first.y), (middle.x, middle.y), (last.x, last.y)))
            rig.add(0.011, partial(brush.tube, strap, 0.032, wear.back_colour))


def _bag(rig: Rig, body: Solid, wear: Wear, top_v: float) -> None:
    turn, brush, side = rig.turn, rig.brush, wear.bag_side
    low_v = max(min(-0.3, top_v - 0.4), -0.85)
    place = body.surface(side * 82, low_v - 0.1, 1.12)
    x, y, d = rig.seen(place)
    half = math.hypot(0.035 * turn.cos, 0.075 * turn.sin) + 0.015
    bag = blob(
        [(x - half, y - 0.05), (x + half, y - 0.05), (x + 1.05 * half, y + 0.06), (x - 1.05 * half, y + 0.06)], 0.5
    )
    flap = blob(
        [(x - half, y - 0.055), (x + half, y - 0.055), (x + 0.8 * half, y + 0.01), (x - 0.8 * half, y + 0.01)], 0.5
    )

    def draw() -> None:
        brush.shape(bag, wear.bag_colour)
        brush.thing(flap, lighter(wear.bag_colour, 0.22))

    rig.add(0.06 if d > -0.04 else -0.2, draw)
    strap = skia.Path()
    for back in (False, True):
        drawing = False
        for i in range(9):
            t = i / 8
            lon = side * (180 * t - 90)
            v = top_v + (low_v - top_v) * t
            mark = body.on(turn, 180 - lon if back else lon, v, 0.001, 0.001)
            if mark and drawing:
                strap.lineTo(mark.x, mark.y)
            elif mark:
                strap.moveTo(mark.x, mark.y)
            drawing = mark is not None
    if not strap.isEmpty():
        rig.add(0.0105, lambda: brush.tube(strap, 0.026, darker(wear.bag_colour, 0.15)))
