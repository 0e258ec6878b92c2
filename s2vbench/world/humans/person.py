"""What tells one person from another: body, face, hair and clothes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

import skia

from s2vbench.world.dice import Dice
from s2vbench.world.humans.shape import Ring, ring_at
from s2vbench.world.palette import Colour, darker, named
from s2vbench.world.patterns import Pattern, fill_with_pattern
from s2vbench.world.pen import Pen

if TYPE_CHECKING:
    from s2vbench.world.humans.look import Look

PATTERN_SIZE = 0.07
"""A garment's pattern is left out where this, shared by its rows, is too small to see."""
EDGE = 0.0055
"""How far the dark rim of a part reaches beyond it, in heights."""


@dataclass(frozen=True)
class Cloth:
    """A colour, by name, and what is on it."""

    name: str
    colour: Colour
    pattern: Pattern | None = None

    @classmethod
    def of(cls, name: str, dice: Dice | None = None, pattern: Pattern | None = None) -> Cloth:
        """Cloth in a named colour, a little off where dice are given."""
        return cls(name, named(name, dice), pattern)

    def fill(self, pen: Pen, path: skia.Path, *, shade: float = 0.17, rim: float = 1.0) -> None:
        """Fill a path with the cloth, over a thin dark rim."""
        if rim and pen.sees(EDGE):
            pen.stroke(path, darker(self.colour, 0.42), 2 * EDGE * rim)
        pattern = self.pattern
        if pattern is None or not pen.sees(PATTERN_SIZE / pattern.count):
            pen.fill(path, self.colour, shade=shade, edge=0.0)
            return
        small = not pen.sees(0.4 * PATTERN_SIZE / pattern.count)
        if pattern.kind == "dotted" or (pattern.kind == "starry" and small):
            pen.fill(path, self.colour, shade=shade, edge=0.0)
            with pen.inside(path):
                pen.fill(_dots(path.getBounds(), pattern.count), pattern.colour, shade=0.0, edge=0.0)
            return
        fill_with_pattern(pen, path, self.colour, pattern, shade=shade, edge=0.0)

    @property
    def plain(self) -> Cloth:
        """The same without its pattern."""
        return Cloth(self.name, self.colour)


def _dots(bounds: skia.Rect, count: int) -> skia.Path:
    """Dots in shifted rows as one path: drawn at once, they cost a tenth. So small, a star is a dot as well."""
    left, top, width, height = bounds.left(), bounds.top(), bounds.width(), bounds.height()
    step = max(width, height) / count
    path, radius = skia.Path(), 0.24 * step
    for row in range(math.ceil(height / step) + 1):
        y = top + (row + 0.4) * step
        for column in range(math.ceil(width / step) + 1):
            x = left + (column + 0.5 * (row % 2)) * step
            path.addOval(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius))
    return path


@dataclass(frozen=True)
class Body:
    """Build, in heights."""

    height_m: float
    shoulder: float = 0.112
    waist: float = 0.082
    hip: float = 0.092
    belly: float = 0.0
    limb: float = 1.0
    """Thickness of arms and legs: 1 is average."""
    leg: float = 0.385
    head: float = 0.124
    """Half the height of the head."""

    @property
    def hip_y(self) -> float:
        """Height of the hip joints in standing."""
        return -(0.042 + 0.993 * self.leg)

    @property
    def shoulder_y(self) -> float:
        """Height of the shoulder joints in standing."""
        return -1.0 + 2 * self.head + 0.076

    @property
    def head_y(self) -> float:
        """Height of the middle of the head in standing."""
        return -1.0 + self.head


@lru_cache(maxsize=4096)
def torso_of(body: Body) -> tuple[Ring, ...]:
    """The trunk from the neck to below the hips, standing."""
    top, low = body.shoulder_y, body.hip_y
    span = low - top
    chest = 0.074 + 0.25 * body.belly
    return (
        Ring(top - 0.044, 0.046, 0.046, -0.004),
        Ring(top - 0.026, body.shoulder * 0.66, 0.056, -0.002),
        Ring(top + 0.004, body.shoulder * 0.97, 0.068),
        Ring(top + 0.22 * span, body.shoulder * 0.97 + 0.1 * body.belly, chest, 0.004),
        Ring(top + 0.62 * span, body.waist + body.belly, chest - 0.006 + 0.7 * body.belly, 0.004 + 0.4 * body.belly),
        Ring(low - 0.012, body.hip + 0.55 * body.belly, chest + 0.4 * body.belly, 0.2 * body.belly),
        Ring(low + 0.036, body.hip * 0.93 + 0.3 * body.belly, chest - 0.008),
    )


@lru_cache(maxsize=65536)
def layer_of(body: Body, shares: tuple[float, ...], grow: float) -> tuple[Ring, ...]:
    """Rings around the trunk at heights from 0 (shoulders) to 1 (hips): the same in every pose, so they are kept."""
    rings, first, span = torso_of(body), body.shoulder_y, body.hip_y - body.shoulder_y
    around = (ring_at(rings, first + share * span) for share in shares)
    return tuple(ring._replace(a=ring.a + grow, b=ring.b + grow) for ring in around)


GlassesKind = Literal["round", "square", "half"]
BeardKind = Literal["none", "moustache", "goatee", "full", "long"]


@dataclass(frozen=True)
class Face:
    """A face; lengths in half heads, longitudes in degrees."""

    skin: Colour
    cheek: float = 0.97
    jaw: float = 0.72
    chin: float = 0.34
    eye_colour: Colour = (0.35, 0.22, 0.13)
    eye_size: float = 1.0
    eye_longitude: float = 23.0
    lashes: bool = False
    brow_width: float = 0.075
    brow_tilt: float = 0.0
    nose: float = 1.0
    nose_width: float = 1.0
    mouth: float = 19.0
    lips: Colour | None = None
    blush: float = 0.25
    freckles: bool = False
    wrinkles: bool = False
    mole: float | None = None
    """Longitude of a beauty spot on the cheek."""
    glasses: GlassesKind | None = None
    glasses_cloth: Cloth | None = None
    beard: BeardKind = "none"
    eye_patch: int = 0
    """1 over the left eye, -1 over the right one."""
    earrings: Colour | None = None

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The head without hair, in half heads around its middle."""
        return _head_of(self.cheek, self.jaw, self.chin)


@lru_cache(maxsize=4096)
def _head_of(cheek: float, jaw: float, chin: float) -> tuple[Ring, ...]:
    return (
        Ring(-1.0, 0.24, 0.26, -0.06),
        Ring(-0.86, 0.56, 0.6, -0.06),
        Ring(-0.48, 0.87, 0.91, -0.05),
        Ring(0.0, 0.95, 0.96, -0.02),
        Ring(0.36, cheek * 0.94, 0.9, 0.02),
        Ring(0.7, jaw, 0.72, 0.1),
        Ring(0.94, chin, 0.38, 0.24),
        Ring(1.0, chin * 0.5, 0.2, 0.28),
    )


@dataclass(frozen=True)
class Hair:
    """Hair: what it does in front, and what it does behind."""

    name: str
    """As captions say it: "red", "dark brown"."""
    colour: Colour
    fringe: str = "round"
    back: str = "short"
    side: int = 1
    """On which side it is parted or tied."""
    volume: float = 1.0
    tie: Colour = (0.82, 0.18, 0.19)


class Garment(Protocol):
    """Something worn: it adds its parts to the person's."""

    def wear(self, look: Look) -> None:
        """Add its parts."""


@dataclass(frozen=True)
class Outfit:
    """All that is worn, from the skin outward."""

    legs: Garment
    arms: Garment
    top: Garment
    others: tuple[Garment, ...] = ()
    hat: Garment | None = None


@dataclass(frozen=True)
class Human:
    """An individual."""

    noun: str
    body: Body
    face: Face
    hair: Hair
    outfit: Outfit
    words: tuple[str, ...]

    @property
    def height_m(self) -> float:
        """How tall the person is."""
        return self.body.height_m
