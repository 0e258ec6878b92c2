"""People of stage and story: pirates, knights, wizards, dancers, magicians, kings and queens."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.world.dice import Dice
from s2vbench.world.humans.carried import Cape, HipBag, Strap, Sword
from s2vbench.world.humans.everyday import PALE, STRONG, told
from s2vbench.world.humans.hats import Hat
from s2vbench.world.humans.helmets import KnightHelmet
from s2vbench.world.humans.limbs import Arms, Legs
from s2vbench.world.humans.looks import HAIRS, an, cloth, having, looks, pattern, worn
from s2vbench.world.humans.neckwear import Necklace, Tie
from s2vbench.world.humans.person import Cloth, Garment, Human, Outfit
from s2vbench.world.humans.skirts import Skirt, Tutu
from s2vbench.world.humans.tops import Badge, Band, Buttons, Panel, Sign, Top
from s2vbench.world.palette import VIVID, Colour, darker, mix

GOLD = Cloth("golden", (0.92, 0.73, 0.26))
SILVER = Cloth("silver", (0.84, 0.86, 0.9))
RICH = ("red", "purple", "navy", "green", "teal", "blue", "pink", "orange")


def pirate(dice: Dice) -> Human:
    """A pirate: tricorn or bandana, long coat over a striped shirt, sash, boots."""
    who = looks(dice.child("looks"), covered=True, beards=0.75, glasses=0.0, styles=None)
    patch = dice.pick((-1, 1)) if dice.chance(0.55) else 0
    face = replace(who.face, eye_patch=patch, earrings=GOLD.colour if dice.chance(0.6) else who.face.earrings)
    shirt = Cloth.of("white", dice, pattern(dice, "white", share=0.8, kinds=("striped",)))
    sash = cloth(dice, STRONG)
    coated = dice.chance(0.65)
    coat = cloth(dice, ("red", "navy", "purple", "green", "brown", "black", "teal"), but=(sash.name,))
    if dice.chance(0.6):
        made = cloth(dice, ("black", "brown", "navy", "red", "purple", "green"))
        hat = Hat("tricorn", made, cloth(dice, ("yellow", "white", "red"), but=(made.name,)), 1.0, dice.pick((-1, 1)))
        hat_words = having(made.name, "hat")
    else:
        made = cloth(dice, STRONG, share=0.6, kinds=("dotted", "striped"), but=(sash.name,))
        hat = Hat("bandana", made, made, 1.0, dice.pick((-1, 1)))
        hat_words = f"with {worn(made, 'bandana')}"
    others: list[Garment] = []
    if coated:
        others += [
            Skirt(coat, dice.between(-0.24, -0.16), 0.05, folds=2, opening=26.0),
            Panel(shirt, ((-0.14, -26, 26), (0.2, -26, 26), (0.6, -22, 22), (1.04, -26, 26)), grow=0.008),
            Buttons(GOLD.colour, (-35.0, 35.0), 0.15, 0.7, 4, 0.0095),
        ]
    others.append(
        Band(sash, 0.66, 0.84, GOLD.colour if dice.chance(0.4) else None, knot=dice.pick((-1, 1)), grow=0.012, level=5)
    )
    if dice.chance(0.6):
        others.append(Strap(Cloth("brown", (0.36, 0.23, 0.15)), dice.pick((-1, 1)), 0.02))
    if dice.chance(0.6):
        others.append(Sword(Cloth("brown", (0.3, 0.2, 0.16)), GOLD.colour, dice.pick((-1, 1))))
    boot = cloth(dice, ("brown", "black"))
    legs = Legs(
        cloth(
            dice,
            ("beige", "brown", "navy", "grey", "white", "red"),
            but=(coat.name,),
            share=0.25,
            kinds=("vertically striped",),
        ),
        2.0,
        boot,
        loose=1.2,
        boot=0.62,
    )
    sleeve = (
        Arms(coat, 2.0, loose=1.2, flare=0.45, cuff=GOLD)
        if coated
        else Arms(shirt, dice.pick((1.5, 2.0)), loose=1.2, flare=0.2)
    )
    top = Top(coat if coated else shirt, neck="v" if not coated else "scoop", bottom=1.08)
    outfit = Outfit(legs, sleeve, top, tuple(others), hat)
    words = [
        hat_words,
        "with an eye patch" if patch else f"with {worn(sash, 'sash')}",
        f"in {worn(coat, 'coat')}" if coated else f"in {worn(shirt, 'shirt')}",
    ]
    return Human("pirate", who.body, face, who.hair, outfit, told(replace(who, face=face), *words))


def knight(dice: Dice) -> Human:
    """A knight: armour, open helmet with a plume, surcoat with a sign."""
    who = looks(dice.child("looks"), covered=True, glasses=0.0, styles=("short", "crop", "curly", "bald"))
    tint: Colour = dice.pick(
        ((0.74, 0.76, 0.8), (0.6, 0.63, 0.68), (0.82, 0.72, 0.46), (0.42, 0.44, 0.5), (0.66, 0.72, 0.82))
    )
    steel = Cloth("steel", tint)
    coat = cloth(
        dice,
        ("red", "blue", "navy", "green", "purple", "yellow", "white", "teal", "orange"),
        share=0.3,
        kinds=("vertically striped", "checked"),
    )
    plume = cloth(dice, STRONG)
    sign = cloth(dice, ("yellow", "white", "red", "black", "blue"), but=(coat.name,))
    trim = GOLD if tint[0] - tint[2] < 0.2 and dice.chance(0.6) else Cloth("dark", darker(tint, 0.3))
    others: list[Garment] = []
    shape: Sign = dice.pick(("star", "shield", "heart", "disc"))
    if dice.chance(0.75):
        others += [
            Panel(coat, ((0.02, -48, 48), (0.3, -52, 52), (0.7, -60, 60), (1.05, -64, 64)), grow=0.01),
            Panel(coat, ((0.02, 132, 228), (0.3, 128, 232), (0.7, 120, 240), (1.05, 116, 244)), grow=0.01),
            Skirt(coat, dice.between(-0.27, -0.2), 0.03, folds=0, level=2),
            Badge(sign, shape, 0.0, 0.34, 0.042),
        ]
        words = [f"in {worn(coat, 'tunic')}"]
    else:
        others += [Skirt(steel, -0.3, 0.035, folds=3), Badge(coat.plain, shape, 0.0, 0.3, 0.042)]
        words = [f"with {an(coat.name)} {shape if shape != 'disc' else 'round'} emblem"]
    belt = Cloth("brown", (0.4, 0.26, 0.17))
    others += [
        Band(belt, 0.74, 0.84, GOLD.colour),
        Sword(Cloth("leather", mix(belt.colour, plume.colour, 0.3)), trim.colour, dice.pick((-1, 1))),
    ]
    if dice.chance(0.5):
        cape = cloth(dice, STRONG, but=(coat.name,))
        others.append(Cape(cape, dice.between(-0.2, -0.06), GOLD.colour))
        words.append(having(cape.name, "cape"))
    helmet = KnightHelmet(steel, trim, plume, dice.whole(0, 2), dice.between(0.85, 1.15))
    plate = Cloth("steel", darker(tint, 0.08))
    legs = Legs(plate, 2.0, Cloth("steel", darker(tint, 0.22)), loose=1.12, boot=0.5)
    arms = Arms(plate, 2.0, loose=1.16, glove=Cloth("steel", darker(tint, 0.2)), pads=steel, cuff=trim)
    outfit = Outfit(legs, arms, Top(steel, neck="turtle", bottom=1.1), tuple(others), helmet)
    words = [
        f"{having(plume.name, 'plume')} on the helmet",
        *words,
        *(["in golden armour"] if tint[0] - tint[2] > 0.3 else []),
    ]
    return Human(
        "knight",
        who.body,
        who.face,
        who.hair,
        outfit,
        tuple(words + [word for word in who.tell if "beard" in word])[:4],
    )


def wizard(dice: Dice) -> Human:
    """A wizard: pointed hat, long robe, often a long beard."""
    aged = dice.chance(0.65)
    who = looks(
        dice.child("looks"),
        covered=True,
        old=1.0 if aged else 0.0,
        beards=0.0,
        glasses=0.4,
        styles=("long", "wavy", "short", "long", "braid"),
    )
    face = replace(who.face, beard=dice.pick(("long", "long", "full"))) if not who.woman else who.face
    robe = cloth(
        dice,
        ("blue", "navy", "purple", "teal", "green", "red", "grey", "pink"),
        share=0.65,
        kinds=("starry", "starry", "dotted", "zigzag"),
    )
    trim = cloth(dice, ("yellow", "white", "orange", "pink", "turquoise"), but=(robe.name,))
    hat_cloth = robe if dice.chance(0.6) else cloth(dice, RICH, but=(robe.name,))
    hat = Hat("pointed hat", hat_cloth.plain, trim, dice.between(0.75, 1.15), dice.pick((-1, 1)))
    sash = cloth(dice, STRONG, but=(robe.name,))
    others: list[Garment] = [
        Skirt(robe, dice.between(-0.06, -0.03), dice.between(0.05, 0.09), trim=trim, folds=2),
        Band(sash, 0.66, 0.78, knot=dice.pick((-1, 1)) if dice.chance(0.7) else 0),
    ]
    words = [f"in {worn(robe, 'robe')}", having(hat_cloth.name, "hat")]
    if dice.chance(0.4):
        cape = cloth(dice, RICH, but=(robe.name,))
        others.append(Cape(cape, -0.08, trim.colour))
        words.append(having(cape.name, "cape"))
    if dice.chance(0.4):
        others.append(HipBag(Cloth.of("brown", dice), dice.pick((-1, 1)), "pouch", 1.1, strap=False))
    legs = Legs(robe.plain, 2.0, cloth(dice, ("brown", "black", "purple", "red")), covered=True)
    arms = Arms(robe, 2.0, loose=1.25, flare=0.75, cuff=trim)
    outfit = Outfit(legs, arms, Top(robe, neck="v", trim=trim, inner=trim), tuple(others), hat)
    hair = (
        who.hair if who.woman or not aged else replace(who.hair, colour=mix(HAIRS[who.hair.name], (1.0, 1.0, 1.0), 0.2))
    )
    seen = replace(who, face=face, hair=hair)
    return Human("wizard", who.body, face, hair, outfit, told(seen, *words))


def ballerina(dice: Dice) -> Human:
    """A ballerina: leotard, tutu, hair tied up, ribbons."""
    who = looks(
        dice.child("looks"),
        woman=True,
        glasses=0.12,
        old=0.12,
        styles=("bun", "bun", "bun", "ponytail", "braid", "curly", "bun", "afro"),
    )
    suit = cloth(
        dice,
        ("pink", "lavender", "white", "turquoise", "red", "blue", "purple", "yellow", "teal", "black"),
        share=0.25,
        kinds=("dotted", "starry"),
    )
    skirt = (
        suit.plain
        if dice.chance(0.45)
        else cloth(dice, (*PALE, "red", "purple", "teal"), share=0.25, kinds=("dotted", "starry"), but=(suit.name,))
    )
    body = replace(
        who.body, belly=min(who.body.belly, 0.012), waist=min(who.body.waist, 0.072), leg=max(who.body.leg, 0.385)
    )
    tights = (
        Cloth("skin", mix(who.face.skin, (1.0, 0.9, 0.92), 0.35))
        if dice.chance(0.6)
        else cloth(dice, ("white", "pink", "black", "lavender"))
    )
    shoe = cloth(dice, ("pink", "white", "red", "lavender", "black", "turquoise"))
    jewel = cloth(dice, VIVID)
    others: list[Garment] = [
        Tutu(
            skirt,
            dice.between(0.17, 0.235),
            dice.between(0.015, 0.075),
            dice.whole(2, 4),
            jewel if dice.chance(0.5) else None,
        ),
        Band(cloth(dice, STRONG), 0.72, 0.82, level=4),
    ]
    words = [f"in {worn(skirt, 'tutu')}", f"with {worn(suit, 'leotard')}"]
    crown = dice.pick(("tiara", "flower", "headband", "none"))
    if crown == "tiara":
        others.append(Hat("tiara", dice.pick((GOLD, SILVER)), jewel))
        words.insert(1, "with a tiara")
    elif crown == "flower":
        flower = cloth(dice, ("pink", "red", "yellow", "white", "purple", "orange"))
        others.append(
            Hat("flower", flower, Cloth.of("yellow" if flower.name != "yellow" else "brown"), side=dice.pick((-1, 1)))
        )
        words.insert(1, f"with {an(flower.name)} flower in {'her' if who.woman else 'the'} hair")
    elif crown == "headband":
        band = cloth(dice, STRONG)
        others.append(Hat("headband", band, band))
        words.insert(1, f"with {an(band.name)} headband")
    if dice.chance(0.3):
        others.append(Necklace(jewel.colour, beads=True, low=0.06))
    legs = Legs(tights, 2.0, shoe, loose=0.94, ribbons=True)
    arms = Arms(
        suit,
        dice.pick((0.0, 0.0, 0.5, 2.0)),
        loose=1.02,
        puff=0.3 if dice.chance(0.25) else 0.0,
        glove=suit.plain if dice.chance(0.12) else None,
    )
    outfit = Outfit(legs, arms, Top(suit, neck="scoop", bottom=1.12, grow=0.003), tuple(others), None)
    return Human("ballerina", body, who.face, who.hair, outfit, told(who, *words))


def magician(dice: Dice) -> Human:
    """A magician: top hat, tail coat, bow tie, cape."""
    who = looks(dice.child("looks"), covered=True, beards=0.6)
    coat = cloth(dice, ("black", "black", "navy", "purple", "red", "green", "white"))
    vest = cloth(dice, STRONG, share=0.5, kinds=("vertically striped", "dotted", "starry"), but=(coat.name,))
    tie = cloth(dice, ("red", "white", "yellow", "purple", "turquoise", "pink"), but=(vest.name,))
    cape = cloth(dice, ("red", "purple", "blue", "black", "teal", "green"), but=(coat.name,))
    hat_cloth = coat if dice.chance(0.7) else cloth(dice, ("black", "purple", "red", "white"), but=(coat.name,))
    hat = Hat("top hat", hat_cloth, cloth(dice, STRONG, but=(hat_cloth.name,)), dice.between(0.7, 1.25))
    others: list[Garment] = [
        Panel(vest, ((0.0, -18, 18), (0.2, -22, 22), (0.6, -18, 18), (1.02, -16, 16)), grow=0.008),
        Panel(Cloth.of("white"), ((-0.14, -16, 16), (0.1, -11, 11), (0.26, -1, 1)), grow=0.009, level=2),
        Buttons(GOLD.colour, (0.0,), 0.36, 0.9, 3),
        Tie(tie, bow=True),
        Badge(
            cloth(dice, ("red", "white", "yellow", "pink"), but=(coat.name,)),
            dice.pick(("pocket", "heart", "star", "disc")),
            dice.pick((-46.0, 46.0)),
            0.24,
        ),
    ]
    words = [f"in {worn(coat, 'coat')}", having(tie.name, "bow tie"), f"with {worn(vest, 'waistcoat')}"]
    if dice.chance(0.6):
        others.append(Cape(cape, dice.between(-0.24, -0.06), GOLD.colour))
        words.insert(1, having(cape.name, "cape"))
    others.append(Skirt(coat, -0.24, 0.02, folds=0, opening=52.0))
    legs = Legs(
        coat if dice.chance(0.5) else cloth(dice, ("grey", "black", "navy"), share=0.5, kinds=("vertically striped",)),
        2.0,
        Cloth.of("black"),
        loose=1.08,
    )
    arms = Arms(coat, 2.0, loose=1.14, cuff=Cloth.of("white"), glove=Cloth.of("white") if dice.chance(0.6) else None)
    outfit = Outfit(legs, arms, Top(coat, neck="collar"), tuple(others), hat)
    return Human("magician", who.body, who.face, who.hair, outfit, told(who, *words))
