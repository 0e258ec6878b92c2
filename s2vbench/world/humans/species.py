"""Classes of people as the rendered world asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2vbench.world.dice import Dice
from s2vbench.world.english import in_full
from s2vbench.world.figure import Action, Anchors, Kind, Pose
from s2vbench.world.humans.heads import add_head
from s2vbench.world.humans.look import Look
from s2vbench.world.humans.motion import ACTIONS
from s2vbench.world.humans.person import Human
from s2vbench.world.pen import Pen


class HumanSpecies:
    """A class of people.

    Args:
        noun: the class.
        make: designs an individual.
        height_m: least and greatest height.
    """

    kind: Kind = "human"
    actions: tuple[Action, ...] = ACTIONS

    def __init__(self, noun: str, make: Callable[[Dice], Human], height_m: tuple[float, float] = (1.5, 1.98)) -> None:
        self.noun, self.height_m, self._make = noun, height_m, make

    def design(self, dice: Dice) -> Human:
        """An individual."""
        return self._make(dice)

    def words(self, traits: Any) -> tuple[str, ...]:
        """What tells this person from others of the class."""
        return in_full(traits.words)

    def draw(self, pen: Pen, traits: Any, pose: Pose) -> Anchors:
        """Draw a person."""
        look = Look(pen, traits, pose)
        outfit = traits.outfit
        outfit.legs.wear(look)
        outfit.top.wear(look)
        outfit.arms.wear(look)
        for garment in outfit.others:
            garment.wear(look)
        add_head(look)
        if outfit.hat is not None:
            outfit.hat.wear(look)
        look.parts.draw()
        return _anchors(look, pose)


def _anchors(look: Look, pose: Pose) -> Anchors:
    tips = [look.lifted(*arm.tip) for arm in look.arms]
    x, y = (tips[0][0] + tips[1][0]) / 2, (tips[0][1] + tips[1][1]) / 2
    ahead = look.turn.sin
    ahead_of = look.turn.point(0.0, look.body.shoulder_y + 0.12, 0.26)
    front = (x + 0.02 * ahead, y) if pose.action == "push" else ahead_of
    wide = 0.28 if look.stance.sitting else 0.17 + 0.08 * abs(ahead) * (pose.action in {"walk", "run", "push"})
    return Anchors(hand=(x, y - 0.02), front=front, half_width=wide, lift=look.stance.lift)
