"""What a scene is: layers in depth, drawn once, over which a camera can move.

Scene coordinates: y from 0 at the frame's upper edge to 1 at its lower edge, x likewise from 0 to `aspect` (width over
height), both for a camera at rest. Layers are drawn wider than that, by `MARGIN` on every side, so that the camera may
pan, zoom out a little and shake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour
from s2vbench.world.pen import Pen

MARGIN = 0.35

Weather = Literal["clear", "rain", "snow", "leaves", "fireflies", "bubbles"]
Setting = Literal["indoor", "outdoor"]
Time = Literal["day", "night", "dusk"]


@dataclass(frozen=True)
class Layer:
    """One depth of a scene."""

    parallax: float
    """How much of the camera's movement it follows: 0 at infinity (sky), 1 where subjects stand, above 1 in front."""
    draw: Callable[[Pen, float], None]
    """Draws the layer with a pen in scene coordinates; the second argument is the frame's aspect. It must cover x from
    -MARGIN to aspect + MARGIN and y from -MARGIN to 1 + MARGIN where it is meant to be opaque. It must draw the same
    thing whenever it is called, so randomness comes from the dice of `build`, drawn before."""


@dataclass(frozen=True)
class Light:
    """How subjects look in a scene."""

    tint: Colour = (1.0, 1.0, 1.0)
    """Multiplied with their colours."""
    shadow: float = 0.28
    """How dark their shadow is."""


@dataclass(frozen=True)
class Scene:
    """One individual scene."""

    layers: tuple[Layer, ...]
    """From far to near; those with parallax above 1 are in front of the subjects."""
    ground: tuple[float, float]
    """Between which heights y subjects may stand: far (smaller) and near."""
    light: Light = Light()
    weather: Weather = "clear"


@dataclass(frozen=True)
class Place:
    """A class of scenes."""

    name: str
    """One or two words: "meadow"."""
    phrase: str
    """Where it is, as a caption says it: "in a sunny meadow full of flowers"."""
    setting: Setting
    time: Time
    build: Callable[[Dice], Scene]
    """Makes an individual scene: layout, colours and details differ from dice to dice, the place does not."""
