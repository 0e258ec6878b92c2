"""Colours and markings of a body, and how they lie on it as it turns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import skia

from s2vbench.world.cartoons.emblems import Emblem, emblem_on
from s2vbench.world.cartoons.rig import Rig
from s2vbench.world.cartoons.solids import Solid, seen_spans
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour, lighter, mix, named
from s2vbench.world.turn import Turn

Marking = Literal["plain", "spotted", "striped", "hearts", "starry", "flowery", "patched", "pinstriped"]

_EMBLEMS: dict[Marking, Emblem] = {
    "spotted": "disc",
    "hearts": "heart",
    "starry": "star",
    "flowery": "flower",
    "patched": "splash",
}


@dataclass(frozen=True)
class Coat:
    """A body's colours and markings."""

    name: str
    colour: Colour
    marking: Marking = "plain"
    accent_name: str = "white"
    accent: Colour = (0.98, 0.97, 0.95)
    """Colour of the markings."""
    places: tuple[tuple[float, float, float], ...] = ()
    """(longitude, height, size) of spots and their like."""
    stripes: int = 4
    belly: Colour | None = None


def contrasting(dice: Dice, name: str, names: tuple[str, ...]) -> str:
    """One of the colour names that differs clearly from another."""
    alike = {
        frozenset(pair)
        for pair in (
            ("teal", "green"),
            ("teal", "turquoise"),
            ("lime", "green"),
            ("lime", "yellow"),
            ("orange", "red"),
            ("orange", "yellow"),
            ("blue", "navy"),
            ("blue", "teal"),
            ("purple", "navy"),
            ("purple", "lavender"),
            ("pink", "lavender"),
            ("white", "beige"),
            ("pink", "red"),
            ("brown", "red"),
            ("black", "navy"),
            ("purple", "blue"),
            ("beige", "yellow"),
            ("beige", "orange"),
            ("brown", "orange"),
            ("pink", "orange"),
            ("white", "yellow"),
            ("grey", "lavender"),
            ("grey", "teal"),
            ("lavender", "blue"),
            ("white", "lavender"),
            ("white", "grey"),
        )
    }
    return dice.pick([other for other in names if other != name and frozenset((other, name)) not in alike])


def design_coat(
    dice: Dice,
    colours: tuple[str, ...],
    markings: tuple[Marking, ...],
    accents: tuple[str, ...] = ("white", "yellow", "orange", "pink", "purple", "blue", "teal", "red", "green"),
    *,
    belly: float = 0.0,
) -> Coat:
    """A coat within the bounds of a class; `belly` is how often the front is paler."""
    name = dice.pick(colours)
    colour = named(name, dice, 0.05)
    marking = dice.pick(markings)
    accent_name = contrasting(dice, name, accents)
    return Coat(
        name,
        colour,
        marking,
        accent_name,
        named(accent_name, dice),
        _places(dice, marking),
        dice.whole(3, 5),
        mix(lighter(colour, 0.6), named("beige"), 0.3) if dice.chance(belly) else None,
    )


def _places(dice: Dice, marking: Marking) -> tuple[tuple[float, float, float], ...]:
    """Spread over the whole surface: each place is the best of a few, farthest from those before."""
    count, low, high = {"patched": (6, 0.15, 0.24), "spotted": (17, 0.06, 0.13)}.get(marking, (13, 0.09, 0.13))
    found: list[tuple[float, float, float]] = []
    for _ in range(count):
        tries = [(dice.between(-180, 180), dice.between(-0.85, 0.92)) for _ in range(8)]
        longitude, v = max(tries, key=lambda place: min((_apart(place, old) for old in found), default=1.0))
        found.append((longitude, v, dice.between(low, high)))
    return tuple(found)


def _apart(place: tuple[float, float], other: tuple[float, float, float]) -> float:
    across = math.remainder(place[0] - other[0], 360) / 65
    return math.hypot(across * math.sqrt(max(1 - place[1] ** 2, 0.1)), 1.3 * (place[1] - other[1]))


def paint_coat(
    rig: Rig,
    solid: Solid,
    coat: Coat,
    turn: Turn,
    path: skia.Path,
    *,
    face: tuple[float, float] | None = None,
    size: float = 1.0,
) -> None:
    """The markings that are seen on a body whose outline is `path`.

    Args:
        rig: the puppet.
        solid: the body.
        coat: what is on it.
        turn: of the body.
        path: its outline as seen.
        face: heights between which the front is kept free for a face.
        size: marks relative to their usual size.
    """
    if coat.marking == "plain" and coat.belly is None:
        return
    brush = rig.brush
    with rig.pen.inside(path):
        if coat.marking in {"striped", "pinstriped"}:
            _bands(rig, solid, coat, turn, face)
        if coat.belly is not None:
            _belly(rig, solid, turn, coat.belly, face)
        emblem = _EMBLEMS.get(coat.marking)
        if emblem is None or not rig.pen.sees(0.08 * solid.rx):
            return
        for longitude, v, share in coat.places:
            if face and face[0] < v < face[1] and abs(longitude) < 58:
                continue
            if coat.belly is not None and abs(longitude) < 44 and v < 0.3:
                continue
            reach = size * share * 2 * min(solid.rx, solid.ry)
            mark = solid.on(turn, longitude, v, reach, reach)
            if mark:
                brush.mark(emblem_on(emblem, mark), coat.accent)


def _belly(rig: Rig, solid: Solid, turn: Turn, colour: Colour, face: tuple[float, float] | None) -> None:
    top = face[0] if face else 0.5
    middle, half = (top - 1.0) / 2, (top + 1.0) / 2
    mark = solid.on(turn, 0.0, middle, 0.66 * solid.rx, half * solid.ry * 0.86)
    if mark:
        oval = skia.Path()
        oval.addOval(
            skia.Rect.MakeLTRB(mark.x - mark.half_w, mark.y - mark.half_h, mark.x + mark.half_w, mark.y + mark.half_h)
        )
        rig.brush.mark(oval, colour)


def _bands(rig: Rig, solid: Solid, coat: Coat, turn: Turn, face: tuple[float, float] | None) -> None:
    """Rings around the body, a little bowed as if seen from above; a face interrupts them."""
    x, half = turn.point(solid.x, solid.y, solid.z)[0], 1.1 * solid.half_seen(turn)
    fine = coat.marking == "pinstriped"
    count = 2 * coat.stripes if fine else coat.stripes
    width = (0.2 if fine else 0.42) * 2 * solid.ry / (count + 1)
    path = skia.Path()
    for i in range(count):
        v = -1 + 2 * (i + 0.8) / (count + 0.6)
        y = solid.y - solid.ry * v
        if face and face[0] < v < face[1]:
            for left, right in seen_spans(turn, 56.0, 304.0, near=True):
                reach = half * solid.width_at(v)
                path.moveTo(x + left * reach, y - 0.03 + 0.04 * (1 - left * left))
                path.lineTo(x + right * reach, y - 0.03 + 0.04 * (1 - right * right))
            continue
        path.moveTo(x - half, y - 0.03)
        path.quadTo(x, y + 0.05, x + half, y - 0.03)
    rig.brush.stroke(path, coat.accent, width)


def coat_words(coat: Coat) -> tuple[str, ...]:
    """The colour, and the marking where there is one."""
    adjective = {"hearts": "heart-patterned", "pinstriped": "striped", "flowery": "flower-patterned"}
    if coat.marking == "plain":
        return (coat.name,)
    return coat.name, adjective.get(coat.marking, coat.marking)
