"""Markings of dogs, and those that other animals share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from s2vbench.world.animals.build import Patch
from s2vbench.world.animals.coat import across, belly, blot, fur, over, sheet
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.space import Vec, surface
from s2vbench.world.dice import Dice
from s2vbench.world.palette import Colour

Socks = tuple[Colour | None, Colour | None, Colour | None, Colour | None]
Marks = tuple[tuple[Patch, ...], Socks]
BARE: Final[Socks] = (None, None, None, None)

BLAZE: Final = over(
    ((-7, 74), (-9, 40), (-11, 12), (-30, -14), (-34, -50), (34, -50), (30, -14), (11, 12), (9, 40), (7, 74))
)
"""A light stripe down the forehead that widens around the muzzle."""
_MASK: Final = over(((-50, -5), (-20, 18), (0, 8), (20, 18), (50, -5), (48, -50), (0, -60), (-48, -50)))


def eye_mask(side: int, size: float) -> tuple[Vec, ...]:
    """A patch around one eye."""
    return cap(surface(side * 36, 10), size, 10, 1.15)


def _maybe(dice: Dice, colour: Colour, odds: float) -> Colour | None:
    return colour if dice.chance(odds) else None


def _plain(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del dark
    white = fur("white", dice)
    return (), (white, white, white, white) if dice.chance(0.25) and sum(base) < 2.3 else BARE


def _patched(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    marks = [Patch("head", eye_mask(dice.pick((1, -1)), dice.between(30, 40)), dark)]
    for _ in range(dice.whole(2, 4)):
        lon, lat = dice.pick((1, -1)) * dice.between(40, 150), dice.between(-5, 55)
        marks.append(Patch("body", blot(dice, lon, lat, dice.between(24, 42)), dark))
    return tuple(marks), (_maybe(dice, dark, 0.3), None, None, _maybe(dice, dark, 0.3))


def _saddled(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    back = Patch("body", sheet(0.55, -0.8, dice.between(58, 78)), dark)
    return (back, Patch("head", cap(surface(180, 45), 62), dark)), BARE


def _piebald(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    marks = [
        Patch("body", blot(dice, 0, -15, dice.between(48, 62)), dark),
        Patch("body", belly(0.5, -0.6, 42), dark),
        Patch("neck", cap(surface(0, -10), 50), dark),
    ]
    if dice.chance(0.7):
        marks.append(Patch("head", BLAZE, dark))
    return tuple(marks), (dark, _maybe(dice, dark, 0.8), _maybe(dice, dark, 0.6), dark)


def _spotted(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    marks = []
    for _ in range(dice.whole(16, 22)):
        lon, lat = dice.pick((1, -1)) * dice.between(25, 165), dice.between(-30, 75)
        marks.append(Patch("body", blot(dice, lon, lat, dice.between(8, 15)), dark))
    for _ in range(5):
        place = blot(dice, dice.between(-150, 150), dice.between(25, 80), dice.between(7, 12))
        marks.append(Patch("head", place, dark))
    if dice.chance(0.4):
        marks.append(Patch("head", eye_mask(dice.pick((1, -1)), 28), dark))
    return tuple(marks), BARE


def _brindled(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    marks = []
    for i in range(7):
        for side in (1, -1):
            stripe = across(-0.8 + 0.27 * i, 0.11, 2, dice.between(70, 105), side, dice.between(-0.1, 0.1))
            marks.append(Patch("body", stripe, dark))
    return tuple(marks), BARE


def _tricolour(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    white = fur("white", dice)
    marks = (
        Patch("body", sheet(0.7, -0.85, 70), dark),
        Patch("head", cap(surface(180, 30), 82), dark),
        Patch("body", blot(dice, 0, -20, 46), white),
        Patch("head", BLAZE, white),
    )
    return marks, (white, white, white, white)


def _masked(dice: Dice, base: Colour, dark: Colour) -> Marks:
    del base
    return (Patch("head", _MASK, dark),), (dark, dark, dark, dark) if dice.chance(0.4) else BARE


MARKS: Final[dict[str, Callable[[Dice, Colour, Colour], Marks]]] = {
    "plain": _plain,
    "patched": _patched,
    "saddled": _saddled,
    "piebald": _piebald,
    "spotted": _spotted,
    "brindled": _brindled,
    "tricolour": _tricolour,
    "masked": _masked,
}
"""Kinds of coat: marks and socks of a base and a second colour."""
