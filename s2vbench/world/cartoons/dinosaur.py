"""Round, upright dinosaurs. Bold outline."""

from __future__ import annotations

from typing import Literal

from s2vbench.world.cartoons.faces import design_face
from s2vbench.world.cartoons.horns import HornKind
from s2vbench.world.cartoons.reptiles import Reptile, ReptileParts
from s2vbench.world.cartoons.toon import Toon
from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article

Crest = Literal["plates", "spikes", "humps", "frill", "sail"]


class Dinosaur(Reptile):
    """A round, upright dinosaur."""

    noun = "dinosaur"
    style = "bold"
    height_m = (0.6, 1.8)

    def design(self, dice: Dice) -> Toon:
        """An individual."""
        face = design_face(
            dice.child("face"),
            eye_size=0.055,
            styles=("dot", "round", "tall", "sparkle", "sleepy"),
            mouths=("smile", "fang", "teeth", "open", "fangs"),
            eye_v=0.42,
            spread_deg=34,
        )
        crest = dice.pick(("plates", "spikes", "humps", "frill", "sail"))
        horn: HornKind = dice.pick(("nub", "short", "none")) if crest == "frill" else "none"
        own = {"crest": crest, "horn": horn, "wing": 0.0, "wing_name": "", "wing_colour": (1.0, 1.0, 1.0), "wobble": 0}
        colours = ("green", "lime", "teal", "turquoise", "blue", "purple", "orange", "pink", "yellow", "red")
        return self._design(
            dice, colours, face, own, ("party hat", "bowler hat", "crown", "straw hat", "bow", "flower", "top hat")
        )

    def own_words(self, toon: Toon) -> tuple[str, ...]:
        """The crest."""
        own: ReptileParts = toon.own
        crest = with_article(own.crest_name)
        back = {
            "plates": f"with {own.crest_name} back plates",
            "spikes": f"with {own.crest_name} spikes",
            "humps": f"with {own.crest_name} bumps on its back",
            "frill": f"with {crest} neck frill",
            "sail": f"with {crest} back sail",
        }
        if own.crest in {"plates", "spikes", "humps"} and toon.wear.back != "none":
            return ()
        return (back[own.crest],)
