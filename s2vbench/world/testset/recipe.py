"""The numbers of `s2v400`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from s2vbench.world.figure import Kind

NAME: Final = "s2v400"
VERSION: Final = "1.0"
WORLD_VERSION: Final = "1"
"""Of the drawings; the package's own version would change the files with every release."""
SIZE_PX: Final = 512
SMOKE: Final = "smoke"
WEBP_QUALITY: Final = 84


@dataclass(frozen=True)
class Share:
    """How much of the test set is about one kind."""

    subjects: int
    images: int
    """Conditioning images: some subjects have two, the others one."""
    heldout: int
    """Subjects with a view that no model sees."""
    classes: tuple[str, ...]
    """Which classes: written down, so that a new class in the world leaves the test set as it is."""


SINGLES_OF_A_KIND: Final = 55
PAIRS: Final[dict[tuple[Kind, Kind], int]] = {
    ("human", "human"): 12, ("animal", "animal"): 12, ("cartoon", "cartoon"): 11, ("object", "object"): 11,
    ("human", "animal"): 12, ("human", "cartoon"): 12, ("human", "object"): 12,
    ("animal", "cartoon"): 12, ("animal", "object"): 12, ("cartoon", "object"): 12,
}  # fmt: skip
"""Cases with two subjects, by their kinds: 118."""
SAME_CLASS_OF_A_KIND: Final = 10
"""How many of the pairs of one kind are two individuals of one class."""
TRIPLES: Final = 46
TRIPLES_WITH_TWINS: Final = 12
"""Cases with three subjects of which two are of one class."""
CROWDS: Final = (4,) * 10 + (5,) * 6
INTERACTIONS: Final = ("contact", "anchor", "free")
"""Every third case with several subjects is about touching, about places, about neither."""
SMOKE_SINGLES, SMOKE_PAIRS, SMOKE_TRIPLES, SMOKE_CROWDS = 12, 8, 3, 1
