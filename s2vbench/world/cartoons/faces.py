"""Eyes, brows, mouths and cheeks of cartoons, on any body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import skia

from s2vbench.world.cartoons.rig import Rig
from s2vbench.world.cartoons.solids import Mark, Solid
from s2vbench.world.dice import Dice
from s2vbench.world.figure import Expression
from s2vbench.world.palette import WHITE, Colour, darker, lighter, mix, named
from s2vbench.world.turn import Turn

EyeStyle = Literal["dot", "tall", "round", "sparkle", "sleepy"]
MouthStyle = Literal["smile", "fang", "fangs", "teeth", "cat", "open", "tiny", "none"]

_MOUTH: Final[Colour] = (0.45, 0.10, 0.16)
_TONGUE: Final[Colour] = (0.93, 0.45, 0.48)
_CHEEK: Final[Colour] = (0.96, 0.45, 0.50)


@dataclass(frozen=True)
class Face:
    """What makes a face an individual's."""

    eyes: int = 2
    eye: EyeStyle = "dot"
    eye_size: float = 0.05
    spread_deg: float = 24.0
    eye_v: float = 0.2
    iris: Colour = (0.30, 0.45, 0.70)
    lashes: bool = False
    brows: bool = False
    mouth: MouthStyle = "smile"
    mouth_v: float = -0.15
    mouth_size: float = 0.08
    cheeks: bool = True
    freckles: bool = False
    glasses: str = ""
    """Colour name of the frame; none where empty."""
    patch_side: int = 0
    """1 where a patch of another colour lies around the left eye, -1 around the right."""
    patch_colour: Colour = WHITE


def design_face(
    dice: Dice,
    *,
    eye_size: float,
    eyes: tuple[int, ...] = (2,),
    styles: tuple[EyeStyle, ...] = ("dot", "tall", "round", "sparkle", "sleepy"),
    mouths: tuple[MouthStyle, ...] = ("smile", "fang", "cat", "open", "tiny"),
    eye_v: float = 0.2,
    mouth_v: float = -0.15,
    mouth_size: float = 0.08,
    spread_deg: float = 24.0,
) -> Face:
    """A face within the bounds of a class."""
    count = dice.pick(eyes)
    style = dice.pick(styles)
    grow = {"dot": 0.72, "tall": 0.8, "round": 1.12, "sparkle": 1.05, "sleepy": 1.12}[style]
    grow *= {1: 1.65, 2: 1.0, 3: 0.82}[count]
    return Face(
        eyes=count,
        eye=style if count == 2 or style not in {"dot", "tall"} else "round",
        eye_size=eye_size * grow * dice.between(0.88, 1.15),
        spread_deg=spread_deg * (1.25 if count == 3 else 1.0) * dice.between(0.85, 1.2),
        eye_v=eye_v + dice.between(-0.05, 0.07) + (0.07 if count == 1 else 0.0),
        iris=named(dice.pick(("blue", "green", "brown", "purple", "teal", "orange")), dice),
        lashes=dice.chance(0.3),
        brows=dice.chance(0.35),
        mouth=dice.pick(mouths),
        mouth_v=mouth_v + dice.between(-0.04, 0.04) - (0.08 if count == 1 else 0.0),
        mouth_size=mouth_size * dice.between(0.8, 1.25),
        cheeks=dice.chance(0.6),
        freckles=dice.chance(0.22),
        glasses=dice.pick(("red", "blue", "black", "yellow", "teal", "purple")) if dice.chance(0.16) else "",
    )


def eye_places(face: Face) -> list[tuple[float, float]]:
    """Longitude and height of every eye."""
    if face.eyes == 1:
        return [(0.0, face.eye_v)]
    pair = [(face.spread_deg, face.eye_v), (-face.spread_deg, face.eye_v)]
    return [*pair, (0.0, face.eye_v + 0.26)] if face.eyes == 3 else pair


def _oval(x: float, y: float, rx: float, ry: float) -> skia.Path:
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry))
    return path


def _bow(x: float, y: float, half_w: float, rise: float) -> skia.Path:
    """A curve from left to right; `rise` is how far its middle is above its ends."""
    path = skia.Path()
    path.moveTo(x - half_w, y)
    path.quadTo(x, y - 2 * rise, x + half_w, y)
    return path


def draw_face(rig: Rig, solid: Solid, face: Face, turn: Turn) -> None:
    """All of a face that is seen."""
    brush, mood = rig.brush, rig.pose.expression
    _cheeks(rig, solid, face, turn)
    if face.patch_side:
        lon, v = face.patch_side * face.spread_deg, face.eye_v
        mark = solid.on(turn, lon * 1.1, v - 0.02, 1.9 * face.eye_size, 1.9 * face.eye_size)
        if mark:
            brush.mark(_oval(mark.x, mark.y, mark.half_w, mark.half_h), face.patch_colour)
    seen: list[Mark] = []
    for lon, v in eye_places(face):
        size = face.eye_size * (1.16 if mood == "surprised" else 1.0)
        mark = solid.on(turn, lon, v, size, size)
        if mark and mark.half_w > 0.14 * mark.half_h:
            _eye(rig, face, mark, mood, 0 if face.eyes == 1 else (lon > 0) - (lon < 0))
            seen.append(mark)
    if face.glasses and seen:
        _glasses(rig, solid, face, turn, seen)
    draw_mouth(rig, solid, face, turn)


def _cheeks(rig: Rig, solid: Solid, face: Face, turn: Turn) -> None:
    brush, size = rig.brush, 0.62 * face.mouth_size
    for side in (1, -1):
        lon, v = side * (face.spread_deg + 15), (0.45 * face.eye_v + 0.55 * face.mouth_v)
        if face.cheeks and (mark := solid.on(turn, lon, v, size, 0.66 * size)):
            brush.mark(_oval(mark.x, mark.y, mark.half_w, mark.half_h), _CHEEK, 0.42)
        if face.freckles and rig.pen.sees(0.012):
            for dx, dy in ((-4, 0.02), (4, 0.03), (0, -0.05)):
                mark = solid.on(turn, lon + dx, v + dy, 0.009, 0.009)
                if mark:
                    brush.mark(_oval(mark.x, mark.y, mark.half_w, mark.half_h), _MOUTH, 0.7)


def _eye(rig: Rig, face: Face, mark: Mark, mood: Expression, side: int) -> None:
    brush, x, y, half_w, half_h = rig.brush, mark.x, mark.y, mark.half_w, mark.half_h
    line = max(0.013, 0.2 * face.eye_size)
    if mood == "blink" or (mood == "happy" and face.eye in {"dot", "tall"}):
        brush.draw_line(_bow(x, y, half_w, -0.4 * half_h if mood == "blink" else 0.6 * half_h), line)
    elif face.eye in {"dot", "tall"}:
        tall = 1.4 if face.eye == "tall" else 1.0
        brush.mark(_oval(x, y, half_w, tall * half_h), brush.line)
        _gleam(rig, x - 0.3 * half_w, y - 0.42 * tall * half_h, 0.34 * half_w, 0.34 * half_h)
    else:
        _big_eye(rig, face, mark, mood, side)
    if half_w < 0.32 * half_h:
        return
    if face.lashes and rig.pen.sees(0.02) and side:
        lashes = skia.Path()
        for dx, dy in ((0.75, -0.65), (0.98, -0.2)):
            lashes.moveTo(x + side * dx * half_w, y + dy * half_h)
            lashes.lineTo(x + side * (dx + 0.42) * half_w, y + (dy - 0.34) * half_h)
        brush.draw_line(lashes, 0.7 * line)
    if face.brows or mood in {"sad", "surprised"}:
        lift = 1.95 if mood in {"surprised", "happy"} else 1.6
        slant = (0.45 if mood == "sad" else 0.1) * half_h * side
        brow = skia.Path()
        brow.moveTo(x - 0.8 * half_w, y - lift * half_h - slant)
        brow.quadTo(x, y - (lift + 0.3) * half_h, x + 0.8 * half_w, y - lift * half_h + slant)
        brush.draw_line(brow, line)


def _gleam(rig: Rig, x: float, y: float, rx: float, ry: float) -> None:
    if rig.pen.sees(ry):
        rig.brush.mark(_oval(x, y, rx, ry), WHITE)


def _big_eye(rig: Rig, face: Face, mark: Mark, mood: Expression, side: int) -> None:
    brush, x, y, half_w, half_h = rig.brush, mark.x, mark.y, mark.half_w, mark.half_h
    ball = _oval(x, y, half_w, half_h)
    aside = -0.1 * side * half_w
    if face.eye == "sparkle":
        brush.thing(ball, darker(face.iris, 0.5))
        brush.mark(_oval(x, y + 0.34 * half_h, 0.72 * half_w, 0.55 * half_h), lighter(face.iris, 0.25))
        brush.mark(_oval(x, y + 0.05 * half_h, 0.5 * half_w, 0.5 * half_h), brush.line)
        _gleam(rig, x - 0.34 * half_w, y - 0.38 * half_h, 0.33 * half_w, 0.33 * half_h)
        _gleam(rig, x + 0.36 * half_w, y + 0.4 * half_h, 0.17 * half_w, 0.17 * half_h)
    else:
        brush.thing(ball, WHITE)
        shrink = 0.8 if mood == "surprised" else 1.0
        brush.mark(_oval(x + aside, y + 0.05 * half_h, 0.6 * shrink * half_w, 0.6 * shrink * half_h), face.iris)
        brush.mark(_oval(x + aside, y + 0.05 * half_h, 0.36 * shrink * half_w, 0.36 * shrink * half_h), brush.line)
        _gleam(rig, x + aside - 0.24 * half_w, y - 0.24 * half_h, 0.2 * half_w, 0.2 * half_h)
    lid = 0.0
    if mood == "sad":
        lid = 0.3
    elif face.eye == "sleepy" and mood != "surprised":
        lid = 0.38
    elif mood == "happy":
        lid = -0.26
    if lid:
        _lid(rig, face, mark, lid, side if mood == "sad" else 0)


def _lid(rig: Rig, face: Face, mark: Mark, share: float, slant: int) -> None:
    """Covers a share of an eye from above; from below where negative (a smiling eye)."""
    x, y, half_w, half_h = mark.x, mark.y, 1.08 * mark.half_w, 1.08 * mark.half_h
    skin = rig.lid_colour
    edge_y = y - half_h + 2 * share * half_h if share > 0 else y + half_h + 2 * share * half_h
    with rig.pen.inside(_oval(x, y, half_w, half_h)):
        cover = skia.Path()
        tilt = 0.35 * half_h * slant
        cover.moveTo(x - half_w, edge_y - tilt)
        cover.quadTo(x, edge_y - (0.2 if share > 0 else 0.35) * half_h, x + half_w, edge_y + tilt)
        far = y - 2 * half_h if share > 0 else y + 2 * half_h
        cover.lineTo(x + half_w, far)
        cover.lineTo(x - half_w, far)
        cover.close()
        rig.brush.mark(cover, mix(skin, rig.brush.line, 0.08))
        rig.brush.stroke(cover, rig.brush.line, max(0.009, 0.12 * face.eye_size))


def _glasses(rig: Rig, solid: Solid, face: Face, turn: Turn, seen: list[Mark]) -> None:
    colour, brush, width = named(face.glasses), rig.brush, 0.016
    rims = skia.Path()
    size = 1.38 * face.eye_size if face.eye not in {"dot", "tall"} else 2.0 * face.eye_size
    for mark in seen[:2]:
        half_w = size * mark.half_w / max(mark.half_h, 1e-4)
        rims.addOval(skia.Rect.MakeLTRB(mark.x - half_w, mark.y - size, mark.x + half_w, mark.y + size))
    if len(seen) > 1:
        rims.moveTo((seen[0].x + seen[1].x) / 2, seen[0].y - 0.1 * size)
        rims.lineTo((seen[0].x + seen[1].x) / 2, seen[0].y - 0.11 * size)
    for side in (1, -1):
        outer = solid.on(turn, side * (face.spread_deg + 16), face.eye_v + 0.01, 0.001, 0.001)
        back = solid.on(turn, side * 84, face.eye_v + 0.04, 0.001, 0.001)
        if outer and back:
            rims.moveTo(outer.x, outer.y)
            rims.lineTo(back.x, back.y)
    brush.stroke(rims, darker(colour, 0.1), width)


def draw_mouth(rig: Rig, solid: Solid, face: Face, turn: Turn) -> None:
    """The mouth alone, for faces whose eyes lie elsewhere."""
    if face.mouth == "none":
        return
    brush, mood = rig.brush, rig.pose.expression
    mark = solid.on(turn, 0.0, face.mouth_v, face.mouth_size, face.mouth_size)
    if not mark:
        return
    x, y, half_w, size = mark.x, mark.y, mark.half_w, mark.half_h
    line = 0.014
    if mood == "surprised":
        brush.mark(_oval(x, y + 0.15 * size, 0.42 * half_w, 0.55 * size), _MOUTH)
    elif mood == "sad":
        brush.draw_line(_bow(x, y + 0.35 * size, 0.7 * half_w, 0.22 * size), line)
    elif mood == "happy" or face.mouth in {"open", "teeth"}:
        _grin(rig, face, mark, 1.0 if mood == "happy" else 0.72)
    elif face.mouth == "cat":
        path = _bow(x - 0.4 * half_w, y, 0.4 * half_w, -0.2 * size)
        path.addPath(_bow(x + 0.4 * half_w, y, 0.4 * half_w, -0.2 * size))
        brush.draw_line(path, line)
    else:
        wide = 0.45 if face.mouth == "tiny" else 0.85
        brush.draw_line(_bow(x, y - 0.1 * size, wide * half_w, -0.22 * size), line)
        _fangs(rig, face, mark, 0.13 * size)


def _fangs(rig: Rig, face: Face, mark: Mark, down: float) -> None:
    sides = {"fang": (1,), "fangs": (1, -1)}.get(face.mouth, ())
    for side in sides:
        x, y, w = mark.x + side * 0.42 * mark.half_w, mark.y + down - 0.08 * mark.half_h, 0.17 * mark.half_w
        tooth = skia.Path()
        tooth.moveTo(x - w, y)
        tooth.lineTo(x + w, y)
        tooth.lineTo(x, y + 0.4 * mark.half_h)
        tooth.close()
        rig.brush.mark(tooth, WHITE)
        rig.brush.stroke(tooth, rig.brush.line, 0.006)


def _grin(rig: Rig, face: Face, mark: Mark, opening: float) -> None:
    brush, x, half_w, size = rig.brush, mark.x, 0.86 * mark.half_w, mark.half_h
    y = mark.y - 0.22 * size
    path = skia.Path()
    path.moveTo(x - half_w, y)
    path.quadTo(x, y + 0.14 * size, x + half_w, y)
    path.cubicTo(
        x + 0.9 * half_w, y + 1.15 * size * opening, x - 0.9 * half_w, y + 1.15 * size * opening, x - half_w, y
    )
    path.close()
    brush.mark(path, _MOUTH)
    if rig.pen.sees(0.4 * size):
        with rig.pen.inside(path):
            brush.mark(_oval(x, y + 0.92 * size * opening, 0.6 * half_w, 0.36 * size), _TONGUE)
            if face.mouth == "teeth":
                teeth = skia.Path()
                for i in range(4):
                    left = x + (i - 2) * 0.5 * half_w
                    teeth.addRect(skia.Rect.MakeLTRB(left, y - 0.1 * size, left + 0.46 * half_w, y + 0.32 * size))
                brush.mark(teeth, WHITE)
            elif face.mouth not in {"fang", "fangs"}:
                brush.mark(_oval(x, y - 0.02 * size, 0.75 * half_w, 0.2 * size), WHITE)
    if brush.edge:
        brush.stroke(path, brush.line, 0.009)
    _fangs(rig, face, mark, 0.0)
