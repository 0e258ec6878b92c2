"""What an animal is made of: lengths in its own units, colours, marks and things it wears."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from s2vbench.world.animals.space import Vec
from s2vbench.world.palette import Colour

Where = Literal["body", "neck", "head"]
Fur = Literal["smooth", "shaggy", "woolly"]
WearKind = Literal[
    "collar", "bandana", "scarf", "bow tie", "bell", "hat", "party hat", "straw hat", "flower", "ear bow", "blanket"
]
Egg = tuple[float, float, float, float, float, float]
"""An ellipsoid in a frame: its centre and its radii."""


@dataclass(frozen=True)
class Ear:
    """The left ear: ellipsoids from base to tip, about the centre of the skull, and the corners of its inside."""

    eggs: tuple[Egg, ...]
    inside: tuple[Vec, ...] = ()
    hangs: bool = False
    """Hangs over the cheek, so that it is in front of the face's rim."""


@dataclass(frozen=True)
class Head:
    """A skull with a muzzle (y and z of its centre, then radii), as lengths."""

    skull: Vec
    muzzle: tuple[float, float, float, float, float]
    nose: Vec
    """Radii of the nose."""
    ear: Ear
    eye: float
    """Radius of an eye."""
    eye_at: tuple[float, float] = (34.0, 8.0)
    """Longitude and latitude on the skull."""
    bridge: float = 0.6
    """How thick the muzzle's root is, as a share of the skull; 0 for a muzzle that only rests on the face."""
    nostrils: bool = False
    """Two nostrils in place of a nose."""
    horns: tuple[Egg, ...] = ()
    """The left horn, from base to tip."""
    trunk: float = 0.0
    tusks: bool = False
    whiskers: bool = False
    cheeks: float = 0.0
    """How far tufts of fur stand off the cheeks."""


@dataclass(frozen=True)
class Tail:
    """A chain that starts at the rump."""

    length: float
    radii: Vec
    """At the root, in the middle, at the tip."""
    rise_deg: float
    """0 points backward, 90 up, -90 down."""
    curl_deg: float = 0.0
    """How much it turns upward from root to tip."""
    flick_deg: float = 0.0
    """How fast its outer half turns back again."""
    tip_share: float = 0.0
    """Share of the length that has the tip's colour."""
    tuft: float = 0.0
    """Radius of a tuft at its end."""
    side_deg: float = 0.0
    """How far it leans to the animal's left."""


@dataclass(frozen=True)
class Build:
    """Proportions of a four-legged animal."""

    front: float
    """Height of the shoulder joint."""
    hind: float
    """Height of the hip joint."""
    span: float
    """From the middle of the chest to the middle of the hips."""
    chest: Vec
    hips: Vec
    stance: float
    """Half the distance between left and right feet."""
    limb: Vec
    """Radii of a leg at its top, its knee and its ankle."""
    thigh: float
    foot: Vec
    neck: tuple[float, float]
    """The skull's centre above and before the chest's."""
    neck_radii: tuple[float, float]
    head: Head
    tail: Tail
    hooves: bool = False
    fur: Fur = "smooth"
    tuft: float = 0.0
    """Length of shaggy tufts, or height of woolly bumps."""
    neck_hair: Literal["none", "crest", "ruff", "upright"] = "none"
    hump: float = 0.0
    shell: Vec | None = None
    """Radii of a shell on the back."""
    topknot: float = 0.0
    """Radius of a tuft of hair between the ears."""


@dataclass(frozen=True)
class Patch:
    """A mark: corners on the surface of the body, neck or head (unit vectors of that ellipsoid)."""

    where: Where
    outline: tuple[Vec, ...]
    colour: Colour

    def __post_init__(self) -> None:
        """Turn all outlines the same way: where two overlap in one path, they must add up and not cancel out."""
        x, y, z = (sum(corner[k] for corner in self.outline) for k in range(3))
        way = 0.0
        for (ax, ay, az), (bx, by, bz) in pairwise((*self.outline, self.outline[0])):
            way += x * (ay * bz - az * by) + y * (az * bx - ax * bz) + z * (ax * by - ay * bx)
        if way < 0:
            object.__setattr__(self, "outline", self.outline[::-1])


@dataclass(frozen=True)
class Coat:
    """Colours of fur, skin and eyes."""

    base: Colour
    muzzle: Colour
    ear: Colour
    inner: Colour
    legs: Colour
    tail: Colour
    tail_tip: Colour
    nose: Colour
    eye: Colour
    """The iris."""
    hair: Colour
    """On the neck, between the ears, at the tip of the tail."""
    feet: Colour
    """Hooves or paws."""
    head: Colour
    socks: tuple[Colour | None, Colour | None, Colour | None, Colour | None] = (None, None, None, None)
    """Front left, front right, hind left, hind right."""
    sock_share: float = 0.5
    horn: Colour = (0.91, 0.86, 0.74)
    right_ear: Colour | None = None
    shell: Colour = (0.45, 0.5, 0.25)
    bands: Colour | None = None
    """Of stripes across the legs."""
    patches: tuple[Patch, ...] = ()


@dataclass(frozen=True)
class Wear:
    """One thing it wears."""

    kind: WearKind
    name: str
    """Of its colour."""
    colour: Colour
    other: Colour
    side: int = 1
    """1 at its left, -1 at its right."""
    pattern: int = 0
    """0 plain, 1 with stripes, 2 with dots."""


@dataclass(frozen=True)
class Animal:
    """An individual with four legs."""

    build: Build
    coat: Coat
    wear: tuple[Wear, ...]
    words: tuple[str, ...]
    height_m: float
    scale: float
    """Own units are this much of the figure's."""
