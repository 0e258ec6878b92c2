"""What a bird is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from s2vbench.world.animals.build import Wear
from s2vbench.world.animals.space import Vec
from s2vbench.world.palette import Colour

Plumage = Literal["plain", "flecked", "barred"]
Crest = Literal["none", "tufts", "curl", "ears", "comb"]
Face = Literal["none", "cheeks", "bib", "mask", "brow", "ring", "discs"]


@dataclass(frozen=True)
class BirdBuild:
    """Proportions of a bird."""

    leg: float
    body: Vec
    """Radii."""
    pitch_deg: float
    """How far the breast is raised."""
    neck: float
    """The skull's centre above the body's."""
    reach: float
    """The skull's centre before the body's."""
    neck_radius: float
    skull: Vec
    beak: Vec
    """Length, half its width, half its height."""
    beak_drop: float
    """How far below the skull's centre it is."""
    eye: float
    eye_at: tuple[float, float]
    wing: tuple[float, float]
    """Length, and half its width."""
    tail: tuple[float, float]
    foot: tuple[float, float]
    """Half its width, and its length."""
    crest: Crest = "none"
    flat_beak: bool = False
    plumes: bool = False
    """A tail of long curved feathers."""


@dataclass(frozen=True)
class BirdCoat:
    """Colours of a bird."""

    base: Colour
    belly: Colour
    head: Colour
    beak: Colour
    feet: Colour
    eye: Colour
    accent: Colour
    """Of its face, comb or ring."""
    wing: Colour
    face: Face = "none"
    belly_size: float = 50.0
    """Radius of the light belly, in degrees."""
    plumage: Plumage = "plain"
    fleck: Colour = (0.3, 0.3, 0.3)
    tail: Colour | None = None


@dataclass(frozen=True)
class Bird:
    """An individual bird."""

    build: BirdBuild
    coat: BirdCoat
    wear: tuple[Wear, ...]
    words: tuple[str, ...]
    height_m: float
    scale: float
    """Own units are this much of the figure's."""
