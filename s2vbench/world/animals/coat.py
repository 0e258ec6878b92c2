"""Fur: named colours, and marks that lie on an animal's surface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import skia

from s2vbench.world.animals.build import Patch, Where
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.space import Ball, Vec, mark, surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen

FUR: Final[dict[str, Colour]] = {
    "white": (0.96, 0.94, 0.90),
    "cream": (0.95, 0.87, 0.72),
    "beige": (0.87, 0.76, 0.58),
    "golden": (0.90, 0.68, 0.34),
    "orange": (0.91, 0.55, 0.24),
    "reddish": (0.74, 0.37, 0.20),
    "brown": (0.52, 0.34, 0.22),
    "dark brown": (0.34, 0.23, 0.18),
    "grey": (0.60, 0.60, 0.63),
    "dark grey": (0.38, 0.38, 0.42),
    "blue-grey": (0.50, 0.56, 0.65),
    "black": (0.20, 0.19, 0.23),
    "pink": (0.95, 0.71, 0.70),
}
"""Colours of fur by the word a caption uses."""


def fur(name: str, dice: Dice, spread: float = 0.025) -> Colour:
    """A fur colour, a little off."""
    light = dice.between(-spread, spread)
    warm = dice.between(-spread, spread) * 0.5
    red, green, blue = FUR[name]
    return (
        min(max(red + light + warm, 0.0), 1.0),
        min(max(green + light, 0.0), 1.0),
        min(max(blue + light - warm, 0.0), 1.0),
    )


def draw_patches(pen: Pen, patches: Sequence[Patch], where: Where, ball: Ball, inside: skia.Path) -> None:
    """The marks of one part, clipped to its outline; marks of one colour in a row are one path."""
    run: skia.Path | None = None
    colour: Colour | None = None
    paths: list[tuple[skia.Path, Colour]] = []
    for patch in patches:
        if patch.where != where:
            continue
        if run is None or patch.colour != colour:
            run, colour = skia.Path(), patch.colour
            paths.append((run, colour))
        mark(run, ball, patch.outline, 1.03)
    if not paths:
        return
    with pen.inside(inside):
        for path, fill in paths:
            if not path.isEmpty():
                pen.fill(path, fill, shade=0.1, edge=0)


def blot(
    dice: Dice, lon: float, lat: float, size_deg: float, flat: float = 1.0, rough: float = 0.25
) -> tuple[Vec, ...]:
    """Corners of an irregular round mark."""
    centre = surface(lon, lat)
    corners = []
    for i, corner in enumerate(cap(centre, size_deg, 9, flat)):
        share = 1.0 + dice.between(-rough, rough) * (1 if i % 2 else 0.6)
        corners.append(_unit(*(centre[k] + (corner[k] - centre[k]) * share for k in range(3))))
    return tuple(corners)


def over(points: Sequence[tuple[float, float]]) -> tuple[Vec, ...]:
    """Corners given as longitude and latitude."""
    return tuple(surface(lon, lat) for lon, lat in points)


def across(
    along: float, width: float, low_deg: float, high_deg: float, side: int, bend: float = 0.0
) -> tuple[Vec, ...]:
    """A stripe over a flank, from an angle about the spine to another (0 is the spine, 90 the flank's middle).

    Args:
        along: where on the spine, -1 at the rump to 1 at the chest.
        width: in the same unit; the ends are pointed.
        low_deg: where it starts.
        high_deg: where it ends.
        side: 1 for the left flank, -1 for the right.
        bend: how far its end is moved along the spine.
    """
    middle = (low_deg + high_deg) / 2
    angles = (low_deg, (low_deg + middle) / 2, middle, (high_deg + middle) / 2, high_deg)
    widths = (0.75, 1.0, 0.95, 0.7, 0.12)
    there, back = [], []
    for i, (angle, share) in enumerate(zip(angles, widths, strict=True)):
        z = along + bend * (i / 4) ** 2
        there.append(_ring(z + 0.5 * width * share, angle, side))
        back.append(_ring(z - 0.5 * width * share, angle, side))
    return tuple(there + back[::-1])


def sheet(front: float, rear: float, angle_deg: float, count: int = 4) -> tuple[Vec, ...]:
    """What lies over the back between two places of the spine, down to an angle on both flanks."""
    angles = [-angle_deg + 2 * angle_deg * i / count for i in range(count + 1)]
    ends = [(front, angle) for angle in angles]
    ends += [((front + rear) / 2, angles[-1])]
    ends += [(rear, angle) for angle in reversed(angles)]
    ends += [((front + rear) / 2, angles[0])]
    return tuple(_ring(z, abs(angle), 1 if angle >= 0 else -1) for z, angle in ends)


def belly(front: float, rear: float, angle_deg: float) -> tuple[Vec, ...]:
    """What lies below, up to an angle from straight down on both flanks."""
    return tuple((x, -y, z) for x, y, z in sheet(front, rear, angle_deg))


def _ring(along: float, angle_deg: float, side: int) -> Vec:
    angle = math.radians(angle_deg)
    z = min(max(along, -0.985), 0.985)
    round_ = math.sqrt(1 - z * z)
    return side * round_ * math.sin(angle), -round_ * math.cos(angle), z


def _unit(x: float, y: float, z: float) -> Vec:
    length = math.sqrt(x * x + y * y + z * z) or 1.0
    return x / length, y / length, z / length
