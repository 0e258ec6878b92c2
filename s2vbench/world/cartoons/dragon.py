"""Small dragons with wings. Ink."""

from __future__ import annotations

from typing import Literal

from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.reptiles import Reptile, ReptileParts
from s2vbench.world.cartoons.toon import Toon
from s2vbench.world.dice import Dice
from s2vbench.world.palette import named

Crest = Literal["plates", "spikes", "humps", "frill", "sail"]


class Dragon(Reptile):
    """A small dragon with wings."""

    noun = "baby dragon"
    style = "ink"
    height_m = (0.5, 1.0)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        face = design_face(
            dice.child("face"),
            eye_size=0.062,
            styles=("dot", "round", "tall", "sparkle"),
            mouths=("smile", "fang", "fangs", "open", "tiny"),
            eye_v=0.36,
            spread_deg=33,
        )
        wing_name = dice.pick(("yellow", "orange", "pink", "purple", "turquoise", "red", "blue"))
        own = {
            "crest": dice.pick(("spikes", "humps", "plates")),
            "horn": dice.pick(("short", "bull", "nub", "short", "ram")),
            "wing": dice.between(0.24, 0.34),
            "wing_name": wing_name,
            "wing_colour": named(wing_name, dice),
            "wobble": dice.whole(1, 900),
        }
        colours = ("red", "green", "teal", "turquoise", "blue", "purple", "orange", "pink", "lime", "lavender")
        return self._design(dice, colours, face, own, ("crown",))

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """The wings and the crest."""
        own: ReptileParts = toon.own
        crest = {"plates": "back plates", "humps": "humps on its back"}.get(own.crest, own.crest)
        return f"with {own.wing_name} wings", f"with {own.crest_name} {crest}"
