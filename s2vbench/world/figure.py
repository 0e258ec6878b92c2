"""What a class of subjects must be able to do, and how a subject is posed.

A class ("corgi") makes individuals out of dice; an individual is drawn in any pose. Its own coordinates: feet on the
ground at (0, 0), x to the picture's right, y down, so that the top of its head is near (0, -1). Hats and ears may go
higher, tails and outstretched arms to the sides; a long animal is up to 2 wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from s2vbench.world.dice import Dice
from s2vbench.world.pen import Pen, Point

Kind = Literal["human", "animal", "cartoon", "object"]
Expression = Literal["neutral", "happy", "surprised", "sad", "blink"]
Action = Literal[
    "stand", "walk", "run", "wave", "sit", "jump", "dance", "hold", "push", "look", "roll", "bounce", "wobble", "spin"
]

STANDING_STILL = frozenset({"stand", "look"})


@dataclass(frozen=True)
class Pose:
    """How a subject is seen at one moment."""

    action: Action = "stand"
    phase: float = 0.0
    """Where in the action's cycle, in [0, 1); one cycle of "walk" is two steps, of "jump" one jump."""
    yaw_deg: float = 0.0
    """0 faces the viewer, 45 is three-quarter to the picture's right, 90 faces right, 180 away, -90 left."""
    expression: Expression = "neutral"


@dataclass(frozen=True)
class Anchors:
    """Places of a drawn subject that others may touch, in its own coordinates."""

    hand: Point | None = None
    """Where something it holds is held (the thing's middle); None where it cannot hold."""
    front: Point = (0.35, -0.4)
    """Where it touches what it pushes."""
    half_width: float = 0.3
    """Half of what it covers of the ground, for its shadow."""
    lift: float = 0.0
    """How high its lowest point is above the ground (a jump)."""


class Species(Protocol):
    """A class of subjects. Attributes are constants of the class."""

    kind: Kind
    noun: str
    """The class as a caption names it: "corgi". Lower case, singular, no article."""
    height_m: tuple[float, float]
    """Real heights of individuals."""
    actions: tuple[Action, ...]
    """What it can do, "stand" first."""

    def design(self, dice: Dice) -> Any:
        """An individual: a frozen dataclass of everything that tells it from others; it has `height_m`."""

    def words(self, traits: Any) -> tuple[str, ...]:
        """Two to four phrases, most telling first, that tell this individual from others of its class.

        A phrase is an adjective ("red-haired", "striped") or starts with a preposition ("with a green scarf", "in a
        blue dress"): the caption puts adjectives before the noun and the rest behind it. Colours have their names from
        the palette.
        """

    def draw(self, pen: Pen, traits: Any, pose: Pose) -> Anchors:
        """Draw an individual in a pose; actions it cannot do are drawn as "stand"."""
