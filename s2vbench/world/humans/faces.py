"""Faces: eyes, brows, nose, mouth, glasses and beards on the head, in half heads."""

from __future__ import annotations

import math
from typing import Final

import skia

from s2vbench.world.figure import Expression
from s2vbench.world.humans.person import Face, Human
from s2vbench.world.humans.shape import Ring, Row, mark, patch, ring_at, seen
from s2vbench.world.palette import INK, WHITE, Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, blob, box, capsule, curve, ellipse
from s2vbench.world.turn import Spot, Turn

EYE_Y: Final = 0.13
BROW_Y: Final = -0.16
NOSE_Y: Final = 0.36
MOUTH_Y: Final = 0.62
MOUTH_RED: Final[Colour] = (0.62, 0.16, 0.2)


class Surface:
    """The head's surface as it is seen."""

    def __init__(self, turn: Turn, rings: tuple[Ring, ...]) -> None:
        self.turn, self.rings = turn, rings

    def row(self, y: float) -> Row:
        """The row at a height."""
        return seen(self.turn, [ring_at(self.rings, y)])[0]

    def mark(self, longitude: float, y: float) -> Spot:
        """A mark on it."""
        return mark(self.row(y), longitude)


def draw_face(pen: Pen, who: Human, turn: Turn, expression: Expression) -> None:
    """Everything on the front of the head."""
    face = who.face
    if turn.cos < -0.75:
        return
    surface = Surface(turn, face.rings)
    if pen.sees(0.1):
        _cheeks(pen, face, surface, expression)
    if face.beard in {"full", "long"}:
        _full_beard(pen, who, surface)
    _mouth(pen, face, surface, expression)
    if face.beard in {"full", "long", "moustache", "goatee"}:
        _moustache(pen, who, surface)
    for side in (-1, 1):
        _eye(pen, face, surface, side, expression)
        _brow(pen, who, surface, side, expression)
    _nose(pen, face, surface)
    if face.glasses and pen.sees(0.05):
        _glasses(pen, face, surface)
    if face.eye_patch:
        _eye_patch(pen, face, surface)


def _cheeks(pen: Pen, face: Face, surface: Surface, expression: Expression) -> None:
    warm = mix(face.skin, (0.95, 0.35, 0.33), 0.55)
    for side in (-1, 1):
        spot = surface.mark(43 * side, 0.42)
        if spot.seen:
            alpha = face.blush * (1.35 if expression == "happy" else 1.0)
            pen.fill(ellipse(spot.x, spot.y, 0.16 * spot.width, 0.11), warm, shade=0.0, edge=0.0, alpha=min(alpha, 1.0))
        if face.freckles and pen.sees(0.025):
            for longitude, y in ((22, 0.33), (30, 0.38), (36, 0.31), (27, 0.45), (38, 0.42)):
                dot = surface.mark(longitude * side, y)
                if dot.seen:
                    path = ellipse(dot.x, dot.y, 0.024 * dot.width, 0.024)
                    pen.fill(path, darker(mix(face.skin, (0.7, 0.35, 0.15), 0.4), 0.15), shade=0.0, edge=0.0)
        if face.wrinkles and pen.sees(0.02):
            ends = [surface.mark(side * longitude, y) for longitude, y in ((30, 0.4), (33, 0.5), (31, 0.62))]
            if ends[1].seen:
                path = curve([(end.x, end.y) for end in ends])
                pen.stroke(path, darker(face.skin, 0.3), 0.025, alpha=0.6)
    if face.mole is not None and pen.sees(0.03):
        spot = surface.mark(face.mole, 0.52)
        if spot.seen:
            pen.fill(ellipse(spot.x, spot.y, 0.03 * spot.width, 0.03), darker(face.skin, 0.6), shade=0.0, edge=0.0)


def _eye(pen: Pen, face: Face, surface: Surface, side: int, expression: Expression) -> None:
    spot = surface.mark(face.eye_longitude * side, EYE_Y)
    if not spot.seen:
        return
    size = face.eye_size * {"surprised": 1.2, "happy": 0.97}.get(expression, 1.0)
    width = min(spot.width * 1.06, 1.0)
    rx, ry = 0.125 * size * width, 0.15 * size
    dark = mix(INK, darker(face.eye_colour, 0.6), 0.3)
    if expression == "blink":
        path = curve([(spot.x - rx, spot.y + 0.02), (spot.x, spot.y + 0.07), (spot.x + rx, spot.y + 0.02)])
        pen.stroke(path, dark, 0.045)
        return
    if not pen.sees(0.06):
        pen.fill(ellipse(spot.x, spot.y, 0.85 * rx + 0.01, ry), dark, shade=0.0, edge=0.0)
        return
    white = ellipse(spot.x, spot.y, rx, ry)
    pen.fill(white, (1.0, 0.99, 0.97), shade=0.0, edge=0.0)
    gaze = 0.1 * rx * surface.turn.sin
    ix, iy = spot.x + gaze, spot.y + (0.03 if expression == "sad" else 0.005)
    with pen.inside(white):
        pen.fill(ellipse(ix, iy, 0.092 * size * width, 0.108 * size), face.eye_colour, shade=0.12, edge=0.0)
        pen.fill(ellipse(ix, iy, 0.055 * size * width, 0.066 * size), dark, shade=0.0, edge=0.0)
        if expression == "sad":
            lid = ellipse(spot.x + side * 0.09 * width, spot.y - 1.12 * ry, 1.6 * rx, 0.62 * ry, 22 * side)
            pen.fill(lid, darker(face.skin, 0.06), shade=0.0, edge=0.0)
    pen.fill(ellipse(ix - 0.03, iy - 0.045, 0.032 * width, 0.034), WHITE, shade=0.0, edge=0.0)
    upper = [
        (spot.x - 1.02 * rx, spot.y - 0.25 * ry),
        (spot.x, spot.y - 1.02 * ry),
        (spot.x + 1.02 * rx, spot.y - 0.25 * ry),
    ]
    pen.stroke(curve(upper), dark, 0.05 if face.lashes else 0.035)
    if face.lashes:
        out = spot.x + side * 1.02 * rx
        pen.stroke(curve([(out, spot.y - 0.25 * ry), (out + side * 0.07 * width, spot.y - 0.62 * ry)]), dark, 0.04)


def _brow(pen: Pen, who: Human, surface: Surface, side: int, expression: Expression) -> None:
    face = who.face
    middle = surface.mark(face.eye_longitude * side, BROW_Y)
    if not middle.seen or not pen.sees(0.05):
        return
    up = {"surprised": 0.1, "happy": 0.03}.get(expression, 0.0)
    tilt = face.brow_tilt + {"sad": 0.11, "surprised": 0.02}.get(expression, 0.0)
    points = []
    for longitude, lift in ((10.0, tilt), (22.0, 0.035), (36.0, -tilt - 0.01)):
        place = surface.mark((longitude + face.eye_longitude - 23.0) * side, BROW_Y - up - lift)
        points.append((place.x, place.y))
    colour = darker(mix(who.hair.colour, face.skin, 0.08), 0.22)
    pen.stroke(curve(points), colour, face.brow_width)


def _nose(pen: Pen, face: Face, surface: Surface) -> None:
    turn = surface.turn
    row = ring_at(surface.rings, NOSE_Y)
    bridge = turn.at(0.0, NOSE_Y - 0.2 * face.nose, row.b + row.z - 0.06)
    tip = turn.at(0.0, NOSE_Y, row.b + row.z + 0.05 * face.nose)
    if tip.depth < -0.05:
        return
    warm = mix(darker(face.skin, 0.1), (0.88, 0.38, 0.32), 0.14)
    r = 0.085 * face.nose_width
    path = capsule((bridge.x, bridge.y), 0.035, (tip.x, tip.y), r)
    if abs(turn.sin) > 0.3 or not pen.sees(0.05):
        share = min((abs(turn.sin) - 0.3) / 0.4, 1.0) if abs(turn.sin) > 0.3 else 0.0
        pen.fill(path, mix(warm, face.skin, 0.75 * share), shade=0.1, edge=0.0)
    else:
        pen.fill(ellipse(tip.x, tip.y, r * 1.05, 0.8 * r), warm, shade=0.1, edge=0.0)
    if pen.sees(0.04):
        pen.fill(
            ellipse(tip.x - 0.025, tip.y - 0.03, 0.03, 0.024), lighter(face.skin, 0.5), shade=0.0, edge=0.0, alpha=0.7
        )


def _mouth(pen: Pen, face: Face, surface: Surface, expression: Expression) -> None:
    row, half = surface.row(MOUTH_Y), face.mouth
    if row.at(half) - row.at(-half) < 0.05:
        return
    lips = face.lips or darker(mix(face.skin, MOUTH_RED, 0.55), 0.22)
    longitudes = [-half, -half / 2, 0.0, half / 2, half]
    xs = [row.at(longitude) for longitude in longitudes]
    if expression == "surprised":
        wide = 0.28 * (xs[3] - xs[1]) + 0.03
        pen.fill(ellipse(xs[2], MOUTH_Y + 0.05, wide, 0.12), MOUTH_RED, shade=0.1, edge=0.0)
        if face.lips and pen.sees(0.03):
            pen.stroke(ellipse(xs[2], MOUTH_Y + 0.05, wide, 0.12), lips, 0.04)
        return
    if expression == "happy":
        top = [(x, MOUTH_Y - 0.05 + d) for x, d in zip(xs, (-0.03, 0.02, 0.035, 0.02, -0.03), strict=True)]
        low = [(x, MOUTH_Y - 0.05 + d) for x, d in zip(xs[3:0:-1], (0.17, 0.22, 0.17), strict=True)]
        path = blob([top[0], *top, top[-1], *low], 0.9)
        pen.fill(path, MOUTH_RED, shade=0.0, edge=0.0)
        if pen.sees(0.06):
            with pen.inside(path):
                pen.fill(box(xs[0], MOUTH_Y - 0.12, xs[4], MOUTH_Y + 0.02), WHITE, shade=0.0, edge=0.0)
                pen.fill(ellipse(xs[2], MOUTH_Y + 0.18, 0.11, 0.09), (0.92, 0.47, 0.47), shade=0.0, edge=0.0)
        if face.lips and pen.sees(0.03):
            pen.stroke(path, lips, 0.035)
        return
    bend = -0.075 if expression == "sad" else 0.05
    points = [(x, MOUTH_Y + bend * (1 - (i - 2) ** 2 / 2)) for i, x in enumerate(xs)]
    pen.stroke(curve(points), lips, 0.075 if face.lips else 0.052)


def _beard_colour(who: Human) -> Colour:
    return darker(who.hair.colour, 0.04)


def _full_beard(pen: Pen, who: Human, surface: Surface) -> None:
    colour, long = _beard_colour(who), who.face.beard == "long"
    layer = []
    ys = (0.06, 0.3, 0.5, 0.72, 0.95, 1.12)
    spans = ((74, 80), (58, 86), (40, 88), (0, 89), (0, 89), (0, 89))
    for y in ys:
        ring = ring_at(surface.rings, min(y, 0.97))
        grow = 0.03 + 0.09 * max(y, 0.0)
        layer.append(Ring(y, ring.a + grow, ring.b + grow, ring.z))
    rows = seen(surface.turn, layer)
    if long:
        tail = [
            Ring(0.6, 0.68, 0.5, 0.42),
            Ring(1.1, 0.58, 0.36, 0.62),
            Ring(1.65, 0.36, 0.24, 0.7),
            Ring(2.1, 0.06, 0.05, 0.68),
        ]
        hanging = seen(surface.turn, tail)
        points = [(row.middle + row.half, row.y) for row in hanging]
        points += [(row.middle - row.half, row.y) for row in reversed(hanging)]
        pen.fill(blob(points), darker(colour, 0.06), shade=0.2)
        if pen.sees(0.05):
            for share in (-0.45, 0.05, 0.5):
                strand = curve([(row.middle + share * row.half, row.y) for row in hanging[1:]])
                pen.stroke(strand, darker(colour, 0.25), 0.03, alpha=0.6)
    for side in (-1, 1):
        path = patch(rows, [(min(side * a, side * b), max(side * a, side * b)) for a, b in spans])
        if path is not None:
            pen.fill(path, colour, shade=0.12, edge=0.0)


def _moustache(pen: Pen, who: Human, surface: Surface) -> None:
    colour, face = lighter(_beard_colour(who), 0.05), who.face
    if face.beard == "goatee":
        rows = seen(
            surface.turn,
            [
                Ring(y, r.a + 0.05, r.b + 0.06, r.z)
                for y, r in ((y, ring_at(surface.rings, min(y, 0.97))) for y in (0.76, 0.92, 1.12))
            ],
        )
        path = patch(rows, [(-16, 16), (-26, 26), (-30, 30)])
        if path is not None:
            pen.fill(path, colour, shade=0.12, edge=0.0)
        return
    row = surface.row(0.5)
    inner, outer = row.at(0.0), 30.0 if face.beard != "moustache" else 34.0
    for side in (-1, 1):
        far = row.at(side * outer)
        if abs(far - inner) < 0.06:
            continue
        half = row.at(side * 0.5 * outer)
        path = blob([(inner, 0.44), (half, 0.44), (far, 0.56), (half, 0.58), (inner, 0.54)])
        pen.fill(path, colour, shade=0.14, edge=0.0)


def _glasses(pen: Pen, face: Face, surface: Surface) -> None:
    assert face.glasses_cloth is not None
    colour, width = face.glasses_cloth.colour, 0.05
    spots = [surface.mark(face.eye_longitude * side, EYE_Y + 0.02) for side in (-1, 1)]
    push = 0.05 * surface.turn.sin
    for side, spot in zip((-1, 1), spots, strict=True):
        ear = surface.mark(88 * side, EYE_Y - 0.04)
        if ear.seen:
            out = spot.x + push + side * 0.2 * spot.width
            pen.stroke(curve([(out, spot.y - 0.06), (ear.x, ear.y)]), colour, width)
        if not spot.seen:
            continue
        rx, ry = 0.215 * min(spot.width * 1.06, 1.0), 0.2
        if face.glasses == "round":
            path = ellipse(spot.x + push, spot.y, rx, ry)
        else:
            low = 0.85 * ry if face.glasses == "square" else 0.8 * ry
            high = 0.85 * ry if face.glasses == "square" else -0.02
            path = box(spot.x + push - rx, spot.y - high, spot.x + push + rx, spot.y + low, 0.07)
        pen.fill(path, (0.93, 0.97, 1.0), shade=0.0, edge=0.0, alpha=0.22)
        pen.stroke(path, colour, width)
    if spots[0].seen or spots[1].seen:
        half = 0.2
        left = spots[0].x + push + half * spots[0].width
        right = spots[1].x + push - half * spots[1].width
        middle = (left + right) / 2
        if right > left:
            pen.stroke(curve([(left, EYE_Y), (middle, EYE_Y - 0.04), (right, EYE_Y)]), colour, width)


def _eye_patch(pen: Pen, face: Face, surface: Surface) -> None:
    side = face.eye_patch
    spot = surface.mark(face.eye_longitude * side, EYE_Y)
    rows = [surface.row(y) for y in (-0.42, -0.12, EYE_Y, 0.2)]
    turns = [-side * 38.0, side * 2.0, side * 24.0, side * 70.0]
    seen_points = [
        (row.at(longitude), row.y)
        for row, longitude in zip(rows, turns, strict=True)
        if math.cos(math.radians(longitude + row.turn_deg)) > 0.0
    ]
    if len(seen_points) > 1 and pen.sees(0.05):
        pen.stroke(curve(seen_points), INK, 0.045)
    if spot.seen:
        path = skia.Path(ellipse(spot.x, spot.y + 0.02, 0.21 * spot.width, 0.21))
        pen.fill(path, (0.16, 0.14, 0.17), shade=0.2, edge=0.0)
