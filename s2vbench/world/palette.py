"""Colours with the names that captions use."""

from __future__ import annotations

import colorsys
from typing import Final

from s2vbench.world.dice import Dice

Colour = tuple[float, float, float]
"""Red, green and blue in [0, 1], sRGB."""

WHITE: Final[Colour] = (0.98, 0.97, 0.95)
BLACK: Final[Colour] = (0.13, 0.12, 0.14)
INK: Final[Colour] = (0.17, 0.13, 0.16)

NAMED: Final[dict[str, Colour]] = {
    "red": (0.82, 0.18, 0.19),
    "orange": (0.94, 0.53, 0.16),
    "yellow": (0.97, 0.80, 0.24),
    "green": (0.27, 0.62, 0.32),
    "lime": (0.62, 0.79, 0.25),
    "teal": (0.12, 0.55, 0.56),
    "turquoise": (0.30, 0.78, 0.76),
    "blue": (0.20, 0.40, 0.80),
    "navy": (0.13, 0.20, 0.42),
    "purple": (0.48, 0.28, 0.66),
    "lavender": (0.72, 0.64, 0.88),
    "pink": (0.95, 0.56, 0.68),
    "brown": (0.48, 0.31, 0.20),
    "beige": (0.86, 0.77, 0.62),
    "white": WHITE,
    "grey": (0.56, 0.57, 0.60),
    "black": BLACK,
}
"""The colours of clothes and things; far enough apart that a person names them alike."""

VIVID: Final = ("red", "orange", "yellow", "green", "teal", "turquoise", "blue", "purple", "pink")


def named(name: str, dice: Dice | None = None, spread: float = 0.03) -> Colour:
    """The colour of a name, a little off where dice are given: two red scarves are not the same red."""
    red, green, blue = NAMED[name]
    if dice is None:
        return red, green, blue
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    hue = (hue + dice.between(-spread / 2, spread / 2)) % 1.0
    light = min(max(light + dice.between(-spread, spread), 0.0), 1.0)
    saturation = min(max(saturation + dice.between(-2 * spread, 2 * spread), 0.0), 1.0)
    return colorsys.hls_to_rgb(hue, light, saturation)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` at share 0, `other` at share 1.

    >>> mix((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 0.25)
    (0.25, 0.25, 0.25)
    """
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def lighter(colour: Colour, share: float) -> Colour:
    """Towards a warm white."""
    return mix(colour, (1.0, 0.99, 0.95), share)


def darker(colour: Colour, share: float) -> Colour:
    """Towards a cool dark: shadows in daylight are not grey."""
    return mix(colour, (0.10, 0.07, 0.16), share)
