"""Eyes, mouths and noses: what shows a mood."""

from __future__ import annotations

import math
from functools import lru_cache

import skia

from s2vbench.world.animals.space import Ball, Frame, Vec, mark, seen_line, surface
from s2vbench.world.figure import Expression
from s2vbench.world.palette import INK, WHITE, Colour, darker, lighter, mix
from s2vbench.world.pen import Pen, curve, ellipse

_TONGUE: Colour = (0.93, 0.48, 0.52)
_THROAT: Colour = (0.42, 0.13, 0.18)
_BLUSH: Colour = (0.96, 0.52, 0.48)


def cap(axis: Vec, radius_deg: float, count: int = 10, flat: float = 1.0) -> tuple[Vec, ...]:
    """Corners of a round mark about a direction; `flat` below 1 makes it lower than wide."""
    length = math.hypot(axis[0], axis[2]) or 1e-6
    east = (axis[2] / length, 0.0, -axis[0] / length)
    south = (-axis[1] * axis[0] / length, length, -axis[1] * axis[2] / length)
    corners = []
    for i in range(count):
        angle = 2 * math.pi * i / count
        e, s = math.cos(angle) * math.radians(radius_deg), math.sin(angle) * math.radians(radius_deg) * flat
        far = math.hypot(e, s)
        sin = math.sin(far) / far
        cos = math.cos(far)
        x, y, z = (axis[k] * cos + sin * (east[k] * e + south[k] * s) for k in range(3))
        corners.append((x, y, z))
    return tuple(corners)


_MOUTHS: dict[Expression, tuple[tuple[float, float], ...]] = {
    "neutral": ((-44, -18), (-24, -38), (0, -27), (24, -38), (44, -18)),
    "happy": ((-52, -6), (-28, -30), (0, -25), (28, -30), (52, -6)),
    "surprised": ((-20, -34), (0, -30), (20, -34)),
    "sad": ((-40, -52), (-20, -37), (0, -33), (20, -37), (40, -52)),
    "blink": ((-44, -18), (-24, -38), (0, -27), (24, -38), (44, -18)),
}
_LINES = {mood: tuple(surface(lon, lat) for lon, lat in places) for mood, places in _MOUTHS.items()}
_OPEN = tuple(surface(*at) for at in ((-36, -20), (-18, -29), (0, -26), (18, -29), (36, -20), (24, -62), (-24, -62)))
_TONGUE_AT = tuple(surface(*at) for at in ((-18, -44), (0, -48), (18, -44), (24, -62), (0, -72), (-24, -62)))
_ROUND = cap(surface(0, -48), 17, 8)
_NOSTRILS = {side: cap(surface(side * 27, 14), 10, 8, 1.5) for side in (1, -1)}
_PHILTRUM = tuple(surface(0, lat) for lat in (12, -8, -27))


def draw_eyes(
    pen: Pen,
    skull: Ball,
    frame: Frame,
    at: tuple[float, float],
    size: float,
    iris: Colour,
    coat: Colour,
    mood: Expression,
) -> None:
    """Both eyes, as far as they are seen.

    Args:
        pen: draws in the animal's units.
        skull: where they are.
        frame: of the head.
        at: longitude and latitude of the left one.
        size: radius.
        iris: its colour.
        coat: colour of the lids and around the eye.
        mood: how they look.
    """
    for side in (1, -1):
        # Seen from the side, the near eye sits farther back than a true turn would put it: a face must read in profile.
        near = max(-side * frame.f[0], 0.0)
        s = surface(side * (at[0] + (62.0 - at[0]) * 0.75 * near * near), at[1])
        if skull.spot(s)[2] < 0.07:
            continue
        pen.canvas.save()
        pen.canvas.concat(skull.tangent(s))
        _eye(pen, size, iris, coat, mood, side)
        pen.canvas.restore()


def _eye(pen: Pen, r: float, iris: Colour, coat: Colour, mood: Expression, side: int) -> None:
    dark = sum(coat) < 1.0
    line = lighter(coat, 0.45) if dark else INK
    if mood == "blink":
        lid = curve([(-r, 0.1 * r), (-0.55 * r, 0.5 * r), (0, 0.64 * r), (0.55 * r, 0.5 * r), (r, 0.1 * r)])
        pen.stroke(lid, line, 0.34 * r)
        return
    grow = 1.16 if mood == "surprised" else 1.0
    r *= grow
    white = ellipse(0, 0, 1.08 * r, 1.16 * r)
    pen.fill(white, WHITE, shade=0, edge=0.16 * r if pen.sees(0.16 * r) else 0.0)
    pupil = 0.5 if mood == "surprised" else 0.62
    gaze = -0.12 * side * r
    if pen.sees(0.14 * r):
        pen.fill(ellipse(gaze, 0.06 * r, 0.86 * r, 0.98 * r), darker(iris, 0.35), shade=0, edge=0)
        pen.fill(ellipse(gaze, 0.16 * r, 0.76 * r, 0.8 * r), lighter(iris, 0.08), shade=0, edge=0)
        pen.fill(ellipse(gaze, 0.06 * r, pupil * r, (pupil + 0.06) * r), INK, shade=0, edge=0)
        pen.fill(ellipse(gaze - 0.26 * r, -0.32 * r, 0.27 * r, 0.3 * r), WHITE, shade=0, edge=0)
        if pen.sees(0.1 * r):
            pen.fill(ellipse(gaze + 0.28 * r, 0.36 * r, 0.13 * r, 0.13 * r), WHITE, shade=0, edge=0, alpha=0.85)
    else:
        pen.fill(ellipse(gaze, 0.04 * r, 0.9 * r, r), mix(iris, INK, 0.6), shade=0, edge=0)
        pen.fill(ellipse(gaze - 0.26 * r, -0.34 * r, 0.3 * r, 0.32 * r), WHITE, shade=0, edge=0)
    _lids(pen, r, coat, mood, side, line)


def _lids(pen: Pen, r: float, coat: Colour, mood: Expression, side: int, line: Colour) -> None:
    if mood == "sad":
        lid = skia.Path()
        lid.moveTo(-side * 1.3 * r, -1.4 * r)
        lid.lineTo(side * 1.3 * r, -1.4 * r)
        lid.lineTo(side * 1.3 * r, 0.05 * r)
        lid.quadTo(0, -0.62 * r, -side * 1.3 * r, -0.95 * r)
        lid.close()
        with pen.inside(ellipse(0, 0, 1.12 * r, 1.2 * r)):
            pen.fill(lid, darker(coat, 0.1), shade=0, edge=0)
        pen.stroke(curve([(-side * 0.75 * r, -1.95 * r), (0, -1.75 * r), (side * 0.85 * r, -1.3 * r)]), line, 0.24 * r)
    elif mood == "happy":
        cheek = ellipse(0, 1.72 * r, 1.5 * r, 0.95 * r)
        with pen.inside(ellipse(0, 0, 1.12 * r, 1.2 * r)):
            pen.fill(cheek, coat, shade=0, edge=0)
    elif mood == "surprised":
        pen.stroke(curve([(-0.8 * r, -1.62 * r), (0, -1.95 * r), (0.8 * r, -1.62 * r)]), line, 0.2 * r)


@lru_cache(maxsize=1024)
def _cheek(longitude_deg: float, latitude_deg: float, size_deg: float) -> tuple[Vec, ...]:
    return cap(surface(longitude_deg, latitude_deg), size_deg, 8)


def draw_blush(pen: Pen, skull: Ball, at: tuple[float, float], size: float, coat: Colour) -> None:
    """A warm spot on each cheek, outward of and below the eyes."""
    colour = mix(coat, _BLUSH, 0.55)
    path = skia.Path()
    seen = [mark(path, skull, _cheek(side * (at[0] + 20), at[1] - 30, size)) for side in (1, -1)]
    if any(seen):
        pen.fill(path, colour, shade=0, edge=0, alpha=0.6)


def draw_nose(pen: Pen, nose: Ball, corners: tuple[Vec, ...], colour: Colour) -> None:
    """A shining nose on the tip of the muzzle."""
    path = skia.Path()
    if not mark(path, nose, corners):
        return
    pen.fill(path, colour, shade=0.12, edge=0)
    rx, ry = nose.radii[0], nose.radii[1]
    if pen.sees(0.25 * rx) and nose.viewer[2] > 0.3:
        x, y, _ = nose.spot(surface(-20, 48))
        pen.fill(ellipse(x, y, 0.3 * rx, 0.18 * ry), lighter(colour, 0.55), shade=0, edge=0)


def draw_nostrils(pen: Pen, muzzle: Ball, colour: Colour) -> None:
    """Two nostrils at the end of a broad muzzle."""
    path = skia.Path()
    for side in (1, -1):
        mark(path, muzzle, _NOSTRILS[side])
    pen.fill(path, colour, shade=0, edge=0)


def draw_mouth(pen: Pen, muzzle: Ball, mood: Expression, coat: Colour, width: float, *, parted: bool) -> None:
    """The mouth below the nose; `parted` draws the line from nose to mouth."""
    ink = mix(darker(coat, 0.75), INK, 0.5) if sum(coat) > 0.8 else lighter(coat, 0.3)
    if muzzle.viewer[2] < -0.5 or not pen.sees(width):
        return
    if mood in {"happy", "surprised"}:
        hole = skia.Path()
        if mark(hole, muzzle, _OPEN if mood == "happy" else _ROUND):
            pen.fill(hole, _THROAT, shade=0, edge=0)
            tongue = skia.Path()
            if mood == "happy" and pen.sees(0.5 * width) and mark(tongue, muzzle, _TONGUE_AT):
                with pen.inside(hole):
                    pen.fill(tongue, _TONGUE, shade=0, edge=0)
    if mood == "neutral" or (mood != "surprised" and pen.sees(0.5 * width)):
        _line(pen, muzzle, _LINES[mood], ink, width)
    if parted and pen.sees(0.6 * width):
        _line(pen, muzzle, _PHILTRUM, ink, width)


def _line(pen: Pen, ball: Ball, places: tuple[Vec, ...], ink: Colour, width: float) -> None:
    points = seen_line(ball, places)
    if len(points) > 1:
        pen.stroke(curve(points), ink, width)
