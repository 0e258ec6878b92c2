"""Where clips play: every place, and individual scenes of them by (place, seed)."""

from __future__ import annotations

import difflib
from functools import lru_cache

from s2vbench.errors import InputError
from s2vbench.world.dice import Dice
from s2vbench.world.places import countryside, halls, homes, shores, towns, wilds, winter, yards
from s2vbench.world.scene import Place, Scene

PLACES: dict[str, Place] = {
    place.name: place
    for group in (countryside, yards, towns, shores, winter, wilds, homes, halls)
    for place in group.PLACES
}
"""Every place, by name."""


@lru_cache(maxsize=256)
def build_place(name: str, seed: int) -> Scene:
    """The individual scene of a place that belongs to a seed.

    Raises:
        InputError: there is no such place; the nearest is suggested.
    """
    place = PLACES.get(name)
    if place is None:
        nearest = difflib.get_close_matches(name, PLACES, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise InputError(f"the rendered world has no place {name!r}{hint}")
    return place.build(Dice("place", name, seed))
