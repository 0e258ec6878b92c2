"""Hair: a shell around the head that is open at the face, and what hangs or stands behind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import skia

from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import EDGE, Hair
from s2vbench.world.humans.shape import Ring, Row, hull, seen, shell, tress
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, blob, capsule, curve, ellipse
from s2vbench.world.turn import Turn

Opening = tuple[float, float] | None

_YS: Final = (-1.08, -0.97, -0.8, -0.6, -0.42, -0.24, 0.02, 0.26, 0.5, 0.72)
_A: Final = (0.26, 0.55, 0.8, 0.95, 1.0, 1.03, 1.02, 1.0, 0.9, 0.7)
_B: Final = (0.28, 0.58, 0.86, 1.0, 1.05, 1.06, 1.04, 1.0, 0.86, 0.66)

FRINGES: Final[dict[str, tuple[Opening, ...]]] = {
    "round": (None, None, None, (-30, 30), (-48, 48), (-57, 57), (-63, 63)),
    "high": (None, None, (-14, 14), (-40, 40), (-53, 53), (-59, 59), (-64, 64)),
    "straight": (None, None, None, None, None, (-54, 54), (-62, 62)),
    "swept": (None, None, None, (8, 42), (-20, 54), (-50, 60), (-62, 63)),
    "parted": (None, None, (-3, 3), (-24, 24), (-44, 44), (-56, 56), (-62, 62)),
    "side parted": (None, None, (12, 26), (-6, 46), (-38, 56), (-55, 60), (-62, 63)),
}
"""The opening of the face in the rows down to the ears; the sides follow from the cut."""

_CUTS: Final[dict[str, tuple[Opening, ...]]] = {
    "ears free": ((-73, 73), (-112, 112), (-124, 124)),
    "ears covered": ((-62, 62), (-60, 60), (-58, 58)),
}


_RING_OF_HAIR: Final[tuple[Opening, ...]] = tuple(
    (-angle, angle) for angle in (170.0, 132.0, 104.0, 82.0, 80.0, 110.0, 124.0)
)
"""What is left around a bald crown."""


@dataclass(frozen=True)
class Style:
    """What a way to wear the hair does behind."""

    phrase: str
    cut: str = "ears free"
    curly: float = 0.0
    """How far curls stand out."""
    grow: float = 0.0
    flat_under_hat: bool = True


STYLES: Final[dict[str, Style]] = {
    "short": Style("short"),
    "crop": Style("cropped", grow=-0.035),
    "bald": Style("bald"),
    "curly": Style("curly", curly=0.16, grow=0.06),
    "afro": Style("afro", cut="ears covered", curly=0.16, grow=0.34, flat_under_hat=False),
    "quiff": Style("quiff", flat_under_hat=False),
    "bob": Style("bob", cut="ears covered", grow=0.05),
    "long": Style("long", cut="ears covered", grow=0.02),
    "wavy": Style("wavy", cut="ears covered", grow=0.05),
    "ponytail": Style("ponytail"),
    "bun": Style("bun", flat_under_hat=False),
    "braid": Style("braid"),
    "pigtails": Style("pigtails"),
    "mohawk": Style("mohawk", grow=-0.03, flat_under_hat=False),
    "half bald": Style("balding", grow=-0.02),
}


def ears_covered(hair: Hair) -> bool:
    """True where the hair hides the ears."""
    return STYLES[hair.back].cut == "ears covered"


def _rim(pen: Pen, path: skia.Path, colour: Colour) -> None:
    if pen.sees(0.045):
        pen.stroke(path, darker(colour, 0.4), 2 * EDGE / 0.124)


def draw_shell(pen: Pen, hair: Hair, turn: Turn, *, hat: bool) -> None:
    """The hair on the head itself."""
    if hair.back == "bald":
        return
    style = STYLES[hair.back]
    grow = style.grow * hair.volume + 0.03 * (hair.volume - 1.0)
    grow = min(grow, 0.1) if hat else grow
    start = 3 if hair.back == "half bald" else 0
    rings = [Ring(y * (1 + 0.8 * grow), a + grow, b + grow, -0.05) for y, a, b in zip(_YS, _A, _B, strict=True)]
    openings = FRINGES[hair.fringe] + _CUTS[style.cut]
    if hair.side < 0:
        openings = tuple(None if part is None else (-part[1], -part[0]) for part in openings)
    if start:
        openings = (*(None,) * 3, *_RING_OF_HAIR)
    rows = seen(turn, rings)
    path = shell(rows[start:], openings[start:])
    if style.curly and not (hat and style.curly < 0.1):
        _curls(pen, hair, rows, openings, style.curly, skip=4 if hat else 0)
    else:
        _rim(pen, path, hair.colour)
    pen.fill(path, hair.colour, shade=0.2, edge=0.0)
    if pen.sees(0.07) and not hat and not start:
        with pen.inside(path):
            _shine(pen, hair, rows)


def _shine(pen: Pen, hair: Hair, rows: list[Row]) -> None:
    row = rows[2]
    light = lighter(hair.colour, 0.3)
    points = [(row.middle + share * row.half, row.y + 0.12 + 0.16 * share * share) for share in (-0.72, -0.48, -0.18)]
    pen.stroke(curve(points), light, 0.075, alpha=0.55)


def _curls(pen: Pen, hair: Hair, rows: list[Row], openings: tuple[Opening, ...], size: float, skip: int) -> None:
    """Round tufts around the outline of the hair."""
    path = skia.Path()
    step = 1 if pen.sees(0.1) else 2
    for i, (row, opening) in enumerate(zip(rows[:8], openings, strict=False)):
        if i < skip or i % step:
            continue
        for side in (-1, 1):
            longitude = (side * 90.0 - row.turn_deg + 180.0) % 360.0 - 180.0
            if opening is not None and opening[0] < longitude < opening[1]:
                continue
            path.addPath(ellipse(row.middle + side * (row.half - 0.3 * size), row.y, size, size))
    if not skip:
        top = rows[0]
        for share in (-0.8, 0.0, 0.8):
            path.addPath(ellipse(top.middle + share * top.half, top.y + 0.3 * size, size, size))
    _rim(pen, path, hair.colour)
    pen.fill(path, hair.colour, shade=0.2, edge=0.0)


def add_back(look: Look, *, hat: bool) -> None:
    """Add what hangs behind or stands out, as parts of its own."""
    hair, turn = look.who.hair, look.head_turn
    back = hair.back

    def add(z: float, draw: str, bias: float = 0.0) -> None:
        size = look.body.head
        spot = turn.at(0.0, 0.0, z * size)

        def part() -> None:
            with look.head_frame() as pen:
                _DRAW[draw](pen, hair, turn)

        look.parts.add(spot.depth + bias, part)

    if back in {"long", "wavy", "bob"}:
        add(-0.5, back, 0.012)
    elif back in {"ponytail", "braid"}:
        add(-1.0, back, 0.012)
    elif back == "bun" and not hat:
        add(-0.75, back, 0.01)
    elif back == "pigtails":
        for side in (-1, 1):
            spot = turn.at(side * look.body.head, 0.0, -0.2 * look.body.head)

            def pigtail(side: int = side) -> None:
                with look.head_frame() as pen:
                    _pigtail(pen, hair, turn, side)

            look.parts.add(spot.depth, pigtail)


_CROWN: Final = (Ring(-1.0, 0.5, 0.5, -0.1), Ring(-0.7, 0.9, 0.86, -0.12), Ring(-0.3, 1.04, 0.96, -0.16))
_HANGING: Final[dict[str, tuple[Ring, ...]]] = {
    "bob": (
        *_CROWN,
        Ring(0.1, 1.1, 0.92, -0.16),
        Ring(0.6, 1.14, 0.86, -0.2),
        Ring(0.96, 0.98, 0.72, -0.22),
    ),
    "long": (
        *_CROWN,
        Ring(0.2, 1.1, 0.9, -0.16),
        Ring(0.9, 1.1, 0.66, -0.38),
        Ring(1.6, 1.0, 0.46, -0.6),
        Ring(2.25, 0.7, 0.3, -0.66),
    ),
    "wavy": (
        *_CROWN,
        Ring(0.1, 1.2, 0.98, -0.16),
        Ring(0.6, 1.1, 0.8, -0.3),
        Ring(1.0, 1.24, 0.7, -0.44),
        Ring(1.5, 1.02, 0.5, -0.58),
        Ring(1.9, 1.06, 0.4, -0.62),
    ),
}


def _hanging(pen: Pen, hair: Hair, turn: Turn) -> None:
    rows = seen(turn, _HANGING[hair.back])
    path = hull(rows)
    dark = darker(hair.colour, 0.1)
    _rim(pen, path, hair.colour)
    pen.fill(path, dark, shade=0.16, edge=0.0)
    if turn.cos < 0.3 and pen.sees(0.06):
        for share in (-0.5, -0.1, 0.35):
            strand = curve([(row.middle + share * row.half, row.y) for row in rows[1:]])
            pen.stroke(strand, darker(hair.colour, 0.25), 0.03, alpha=0.5)


def _ponytail(pen: Pen, hair: Hair, turn: Turn) -> None:
    places = ((-0.5, -0.85, 0.16), (-0.52, -1.2, 0.24), (-0.15, -1.46, 0.3), (0.4, -1.44, 0.27), (1.05, -1.25, 0.05))
    points = [turn.point(0.0, y, z) for y, z, _ in places]
    path = tress(points, [radius * hair.volume for _, _, radius in places])
    root = points[0]
    _rim(pen, path, hair.colour)
    pen.fill(path, hair.colour, shade=0.2, edge=0.0)
    pen.fill(ellipse(*root, 0.17, 0.19), hair.tie, edge=0.0)


def _braid(pen: Pen, hair: Hair, turn: Turn) -> None:
    path = skia.Path()
    knots = []
    for i in range(6):
        share = i / 5
        place = turn.point(0.12 * math.sin(3.0 * share) * hair.side, 0.35 + 1.75 * share, -1.0 + 0.06 * share)
        knots.append(place)
        path.addPath(ellipse(place[0], place[1], 0.25 - 0.08 * share, 0.23))
    _rim(pen, path, hair.colour)
    pen.fill(path, hair.colour, shade=0.2, edge=0.0)
    if pen.sees(0.06):
        for x, y in knots[1:]:
            pen.stroke(curve([(x - 0.2, y - 0.16), (x, y - 0.06), (x + 0.2, y - 0.16)]), darker(hair.colour, 0.3), 0.04)
    x, y = knots[-1]
    pen.fill(ellipse(x, y + 0.16, 0.14, 0.09), hair.tie, edge=0.0)
    pen.fill(ellipse(x, y + 0.32, 0.14, 0.16), hair.colour, edge=0.0)


def _bun(pen: Pen, hair: Hair, turn: Turn) -> None:
    x, y = turn.point(0.0, -1.05, -0.42)
    size = 0.4 * hair.volume
    path = ellipse(x, y, size, 0.92 * size)
    _rim(pen, path, hair.colour)
    pen.fill(path, hair.colour, shade=0.25, edge=0.0)
    if pen.sees(0.05):
        pen.stroke(
            curve([(x - 0.6 * size, y - 0.1), (x, y - 0.3 * size), (x + 0.6 * size, y)]),
            darker(hair.colour, 0.25),
            0.035,
        )
    pen.fill(ellipse(x + 0.12 * turn.sin, y + 0.85 * size, 0.26, 0.09), hair.tie, edge=0.0)


def _pigtail(pen: Pen, hair: Hair, turn: Turn, side: int) -> None:
    root = turn.point(0.98 * side, 0.1, -0.25)
    low = turn.point(1.22 * side, 0.65, -0.25)
    tip = turn.point(1.12 * side, 1.25, -0.2)
    path = tress([root, low, tip], [0.14, 0.27 * hair.volume, 0.05])
    _rim(pen, path, hair.colour)
    pen.fill(path, hair.colour, shade=0.2, edge=0.0)
    pen.fill(ellipse(*root, 0.15, 0.15), hair.tie, edge=0.0)


def draw_crest(pen: Pen, hair: Hair, turn: Turn) -> None:
    """What stands on top of the shell: a quiff or a mohawk."""
    if hair.back == "quiff":
        low = turn.point(0.0, -0.55, 0.82)
        points = [
            low,
            turn.point(0.5 * hair.side, -0.9, 0.75),
            turn.point(0.3 * hair.side, -1.32, 0.62),
            turn.point(-0.2 * hair.side, -1.24, 0.2),
            turn.point(-0.3 * hair.side, -1.0, -0.3),
            turn.point(-0.6 * hair.side, -0.74, 0.6),
        ]
        path = blob(_around(points))
    elif hair.back == "mohawk":
        ridge = [
            turn.point(0.0, y, z) for y, z in ((-0.62, 0.82), (-1.22, 0.6), (-1.42, 0.05), (-1.2, -0.7), (-0.45, -1.12))
        ]
        path = skia.Path()
        for start, end in pairwise(ridge):
            path.addPath(capsule(start, 0.17, end, 0.17))
    else:
        return
    pen.fill(path, hair.colour, shade=0.22, edge=0.0)


def _around(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points in order around their middle: the outline stays simple in every view."""
    mx = sum(x for x, _ in points) / len(points)
    my = sum(y for _, y in points) / len(points)
    return sorted(points, key=lambda point: math.atan2(point[1] - my, point[0] - mx))


_DRAW: Final = {
    "long": _hanging,
    "wavy": _hanging,
    "bob": _hanging,
    "ponytail": _ponytail,
    "braid": _braid,
    "bun": _bun,
}
