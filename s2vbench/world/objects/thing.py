"""What all objects share: colours that go together, and actions of things that have no legs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from s2vbench.world.dice import Dice
from s2vbench.world.english import in_full, with_article
from s2vbench.world.figure import Action, Anchors, Kind, Pose
from s2vbench.world.objects.emblems import EMBLEMS, MARKS
from s2vbench.world.objects.space import Stage, View
from s2vbench.world.palette import Colour, named
from s2vbench.world.pen import Pen

LIVERIES: Final = (
    ("red", "beige", "navy"),
    ("red", "yellow", "teal"),
    ("red", "turquoise", "white"),
    ("orange", "navy", "white"),
    ("orange", "teal", "beige"),
    ("orange", "purple", "yellow"),
    ("yellow", "grey", "pink"),
    ("yellow", "blue", "red"),
    ("yellow", "brown", "teal"),
    ("green", "beige", "orange"),
    ("green", "yellow", "red"),
    ("lime", "navy", "orange"),
    ("teal", "orange", "beige"),
    ("teal", "pink", "white"),
    ("turquoise", "red", "white"),
    ("turquoise", "brown", "yellow"),
    ("blue", "yellow", "red"),
    ("blue", "white", "orange"),
    ("navy", "beige", "red"),
    ("navy", "yellow", "turquoise"),
    ("purple", "lime", "pink"),
    ("purple", "yellow", "white"),
    ("lavender", "navy", "yellow"),
    ("lavender", "teal", "white"),
    ("pink", "red", "white"),
    ("pink", "teal", "yellow"),
    ("pink", "brown", "turquoise"),
    ("brown", "turquoise", "beige"),
    ("brown", "beige", "red"),
    ("beige", "teal", "red"),
    ("beige", "red", "navy"),
    ("white", "blue", "yellow"),
    ("white", "red", "green"),
    ("white", "purple", "orange"),
    ("grey", "orange", "turquoise"),
    ("grey", "pink", "white"),
    ("black", "turquoise", "red"),
    ("black", "yellow", "white"),
)
"""Main, second and accent colour of a thing, by name."""


@dataclass(frozen=True)
class Look:
    """What every thing has: three colours, an emblem, small marks, a shine."""

    names: tuple[str, str, str]
    main: Colour
    second: Colour
    accent: Colour
    emblem: str
    mark: str
    gloss: float
    """0 is matte."""


def look_of(dice: Dice) -> Look:
    """A look by chance."""
    names = dice.pick(LIVERIES)
    main, second, accent = (named(name, dice) for name in names)
    return Look(names, main, second, accent, dice.pick(EMBLEMS), dice.pick(MARKS), dice.pick((0.0, 0.35, 0.6)))


@dataclass(frozen=True)
class Traits:
    """An individual thing."""

    look: Look
    height_m: float


@dataclass(frozen=True)
class Footprint:
    """What a thing covers: half of its extent to its sides (x) and to its front (z)."""

    x: float
    z: float
    push: float = 0.45
    """At what height somebody pushes it."""


T = TypeVar("T", bound=Traits)


@dataclass(eq=False)
class Thing(Generic[T]):
    """A class of objects."""

    noun: str
    height_m: tuple[float, float]
    """Real heights of individuals."""
    make: Callable[[Dice, Look, float], T]
    """Makes an individual from dice, a look and a height in metres."""
    tell: Callable[[T], tuple[str, ...]]
    build: Callable[[Stage, T], Footprint]
    """Puts the parts of an individual on a stage; they are drawn later, by their depth."""
    rolls: bool = False
    hop: float = 0.42
    """How high it bounces."""
    kind: Kind = field(default="object", init=False)
    actions: tuple[Action, ...] = field(default=("stand", "bounce", "wobble", "spin"), init=False)

    def __post_init__(self) -> None:
        if self.rolls:
            self.actions = (*self.actions, "roll")

    def design(self, dice: Dice) -> T:
        """An individual."""
        return self.make(dice, look_of(dice), dice.between(*self.height_m))

    def words(self, traits: Any) -> tuple[str, ...]:
        """What tells it from others of its class."""
        return in_full(self.tell(traits))

    def draw(self, pen: Pen, traits: Any, pose: Pose) -> Anchors:
        """Draw it; its front at yaw 0 looks at the viewer."""
        turn = 2 * math.pi * pose.phase
        yaw_deg = pose.yaw_deg + (360.0 * pose.phase if pose.action == "spin" else 0.0)
        roll_deg = 360.0 * pose.phase if pose.action == "roll" and self.rolls else 0.0
        sway = math.sin(turn) if pose.action in {"wobble", "bounce", "roll"} else 0.0
        stage = Stage(pen, View(yaw_deg), roll_deg, sway)
        lift, squash = bounce(pose.phase, self.hop) if pose.action == "bounce" else (0.0, 0.0)
        tilt_deg = 9.0 * math.sin(turn) if pose.action == "wobble" else 0.0
        footprint = self.build(stage, traits)
        half_width = footprint.x * abs(stage.view.cos) + footprint.z * abs(stage.view.sin)
        with _moved(pen, lift, squash, tilt_deg, 0.85 * half_width):
            stage.parts.draw()
        return Anchors(front=(half_width, -footprint.push - lift), half_width=half_width, lift=lift)


_CONTACT = 0.13
"""Share of a bounce, before and after its turn, in which the thing touches the ground."""


def bounce(phase: float, hop: float) -> tuple[float, float]:
    """How high a thing is and how much it is squashed at one moment of a bounce."""
    away = min(phase, 1.0 - phase)
    if away < _CONTACT:
        return 0.0, 0.16 * (1 - (away / _CONTACT) ** 2)
    rise = (away - _CONTACT) / (0.5 - _CONTACT)
    lift = hop * (1 - (1 - rise) ** 2)
    return lift, -0.07 * math.sin(math.pi * rise)


@contextmanager
def _moved(pen: Pen, lift: float, squash: float, tilt_deg: float, foot: float) -> Iterator[None]:
    """Lift, squash and tilt; a thing tilts about the edge of its base, `foot` from the middle."""
    pivot = foot * math.tanh(tilt_deg)
    with (
        pen.moved(pivot, -lift, turn_deg=tilt_deg),
        pen.moved(-pivot, 0.0, scale_x=1 + 0.6 * squash, scale_y=1 - squash),
    ):
        yield


def a(name: str) -> str:
    """The name with its article.

    >>> a("orange lid"), a("red lid")
    ('an orange lid', 'a red lid')
    """
    return with_article(name)


NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six")
"""Small numbers as words."""
