"""Kings and queens."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.world.dice import Dice
from s2vbench.world.humans.carried import Cape
from s2vbench.world.humans.everyday import told
from s2vbench.world.humans.hats import Hat
from s2vbench.world.humans.limbs import Arms, Legs
from s2vbench.world.humans.looks import Looks, cloth, having, looks, worn
from s2vbench.world.humans.neckwear import Necklace
from s2vbench.world.humans.person import Cloth, Garment, Human, Outfit
from s2vbench.world.humans.skirts import Skirt
from s2vbench.world.humans.tales import GOLD, RICH, SILVER
from s2vbench.world.humans.tops import Band, Top
from s2vbench.world.palette import VIVID


def king(dice: Dice) -> Human:
    """A king: crown, robe, cape with a fur collar."""
    who = looks(
        dice.child("looks"),
        woman=False,
        old=0.5,
        beards=0.0,
        glasses=0.15,
        styles=("short", "long", "curly", "wavy", "bob"),
        covered=True,
    )
    face = replace(who.face, beard=dice.pick(("full", "full", "long", "moustache", "goatee")))
    return _royal(dice, replace(who, face=face), "king")


def queen(dice: Dice) -> Human:
    """A queen: crown, gown, cape with a fur collar."""
    who = looks(
        dice.child("looks"), woman=True, old=0.35, glasses=0.15, styles=("long", "wavy", "bob", "braid", "curly", "bun")
    )
    return _royal(dice, who, "queen")


def _royal(dice: Dice, who: Looks, noun: str) -> Human:
    robe = cloth(
        dice,
        (*RICH, "white", "lavender", "yellow"),
        share=0.5,
        kinds=("dotted", "starry", "vertically striped", "zigzag"),
    )
    cape = cloth(dice, RICH, but=(robe.name,))
    fur = Cloth("white", (0.97, 0.96, 0.94))
    gold = dice.pick((GOLD, GOLD, SILVER))
    jewel = cloth(dice, VIVID)
    crown = Hat("crown", gold, jewel, dice.between(0.8, 1.5))
    long = noun == "queen" or dice.chance(0.5)
    others: list[Garment] = [
        Skirt(
            robe,
            dice.between(-0.08, -0.03) if long else dice.between(-0.28, -0.2),
            dice.between(0.06, 0.12) if noun == "queen" else 0.05,
            trim=gold if dice.chance(0.6) else None,
        ),
        Band(gold if dice.chance(0.5) else cloth(dice, RICH, but=(robe.name,)), 0.62, 0.74, jewel.colour),
        Cape(cape, dice.between(-0.1, -0.03), gold.colour, collar=fur if dice.chance(0.7) else None),
        Necklace(gold.colour, beads=dice.chance(0.5), low=0.26),
        crown,
    ]
    legs = Legs(
        cloth(dice, ("white", "navy", "grey", "purple", "beige"), but=(robe.name,)),
        2.0,
        cloth(dice, ("brown", "red", "purple", "black")),
        covered=long,
        boot=0.0 if long else 0.4,
    )
    arms = Arms(
        robe,
        2.0,
        loose=1.16,
        flare=dice.pick((0.0, 0.5)),
        cuff=fur if dice.chance(0.4) else gold,
        puff=0.35 if noun == "queen" and dice.chance(0.5) else 0.0,
    )
    outfit = Outfit(
        legs, arms, Top(robe, neck="crew" if noun == "king" else dice.pick(("v", "scoop"))), tuple(others), None
    )
    words = [f"in {worn(robe, 'gown' if noun == 'queen' else 'robe')}", having(cape.name, "cape")]
    return Human(noun, who.body, who.face, who.hair, outfit, told(who, *words))
