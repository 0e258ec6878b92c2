"""Women, men, musicians and hikers in clothes of every day."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.humans.carried import Backpack, HipBag, Instrument, InstrumentKind
from s2vbench.world.humans.hats import Hat
from s2vbench.world.humans.limbs import Arms, Legs
from s2vbench.world.humans.looks import Looks, cloth, having, looks, worn
from s2vbench.world.humans.neckwear import Necklace, Scarf, Tie
from s2vbench.world.humans.person import Cloth, Garment, Human, Outfit
from s2vbench.world.humans.skirts import Skirt
from s2vbench.world.humans.tops import Badge, Band, Buttons, Neck, Panel, Span, Top
from s2vbench.world.palette import VIVID, lighter

PALE = ("white", "beige", "yellow", "lavender", "turquoise", "pink")
TROUSERS = ("navy", "brown", "grey", "black", "beige", "blue", "green", "teal", "purple")
SHOES = ("brown", "black", "white", "red", "navy", "yellow", "teal")
STRONG = ("red", "orange", "yellow", "green", "teal", "blue", "navy", "purple", "pink")


def shoes(dice: Dice) -> Cloth:
    """Shoes by chance."""
    return cloth(dice, SHOES)


def trousers(dice: Dice, **more: float) -> Legs:
    """Trousers and shoes by chance."""
    shoe = shoes(dice)
    boot = dice.pick((0.0, 0.0, 0.3))
    sole = (0.95, 0.94, 0.92) if dice.chance(0.5) else None
    return Legs(
        cloth(dice, TROUSERS, but=(shoe.name,)),
        2.0,
        shoe,
        loose=more.get("loose", dice.between(1.02, 1.2)),
        boot=boot,
        sole=sole,
    )


def told(who: Looks, *phrases: str, hair: bool = True) -> tuple[str, ...]:
    """Two to four phrases: the hair where it is seen, the given ones, and the face."""
    words = [who.hair_words] if hair else []
    tell = who.tell
    if phrases:
        words += [phrases[0], *tell[:1], *phrases[1:], *tell[1:]]
    return tuple(dict.fromkeys(words))[:4]


def _extras(dice: Dice, *, woman: bool) -> tuple[list[Garment], list[str]]:
    """A scarf or necklace, and a bag or pack, by chance."""
    others: list[Garment] = []
    words: list[str] = []
    neck = dice.pick(("scarf", "scarf", "necklace" if woman else "none", "none"))
    if neck == "scarf":
        scarf = cloth(dice, STRONG, share=0.5, kinds=("striped", "dotted", "checked"))
        others.append(Scarf(scarf, dice.pick((-1, 1)), dice.between(0.13, 0.2)))
        words.append(f"with {worn(scarf, 'scarf')}")
    elif neck == "necklace":
        others.append(Necklace(cloth(dice, VIVID).colour, beads=dice.chance(0.7)))
    bag = dice.pick(("bag", "bag", "pack", "none", "none"))
    if bag == "bag":
        made = cloth(dice, (*STRONG, "brown", "beige"))
        others.append(HipBag(made, dice.pick((-1, 1)), size=dice.between(0.9, 1.25)))
        words.append(having(made.name, "bag"))
    elif bag == "pack":
        made = cloth(dice, STRONG)
        others.append(Backpack(made, Cloth("dark", (0.25, 0.22, 0.25)), dice.between(0.9, 1.1)))
        words.append(having(made.name, "backpack"))
    return others, words


def _hat(dice: Dice, kinds: tuple[str, ...], share: float) -> tuple[Hat | None, str]:
    if not dice.chance(share):
        return None, ""
    kind = dice.pick(kinds)
    names = ("beige", "yellow", "white") if kind in {"sun hat", "straw hat"} else (*STRONG, "grey", "brown")
    made = cloth(dice, names)
    trim = cloth(dice, STRONG, but=(made.name,))
    hat = Hat(kind, made, trim, dice.between(0.92, 1.14), dice.pick((-1, 1)))
    return hat, f"with {worn(made, kind)}"


def woman(dice: Dice) -> Human:
    """A woman in a dress, a skirt, a coat or trousers."""
    hat, hat_words = _hat(dice.child("hat"), ("beanie", "beret", "sun hat"), 0.3)
    who = looks(dice.child("looks"), woman=True, covered=hat is not None)
    top = cloth(dice, share=0.5)
    kind = dice.pick(("dress", "dress", "skirt", "coat", "trousers", "trousers"))
    sleeve = dice.pick((0.6, 1.4, 2.0)) if kind != "coat" else 2.0
    others, words = _extras(dice.child("extras"), woman=True)
    neck: Neck = dice.pick(("crew", "v", "scoop", "collar", "turtle"))
    shoe = shoes(dice)
    if dice.chance(0.5):
        tights = Cloth("skin", who.face.skin)
    else:
        tights = cloth(dice, ("black", "navy", "purple", "grey", "white"))
    bare = Legs(tights, 2.0, shoe, covered=True, boot=dice.pick((0.0, 0.0, 0.45)))
    legs: Legs = bare
    name = "sweater" if sleeve > 1.5 else "shirt"
    worn_words = f"in {worn(top, name)}"
    arms = Arms(
        top,
        sleeve,
        loose=1.12,
        cuff=cloth(dice) if dice.chance(0.4) else None,
        puff=0.28 if sleeve < 1 and dice.chance(0.5) else 0.0,
    )
    if kind == "dress":
        others.insert(
            0,
            Skirt(
                top,
                dice.between(-0.26, -0.13),
                dice.between(0.04, 0.09),
                trim=cloth(dice) if dice.chance(0.4) else None,
            ),
        )
        others.append(Band(cloth(dice, STRONG, but=(top.name,)), 0.56, 0.7))
        worn_words = f"in {worn(top, 'dress')}"
    elif kind == "skirt":
        skirt = cloth(dice, STRONG, share=0.45, but=(top.name,))
        others.insert(0, Skirt(skirt, dice.between(-0.28, -0.16), dice.between(0.04, 0.08)))
        words.insert(0, f"in {worn(skirt, 'skirt')}")
    elif kind == "coat":
        others.insert(0, Skirt(top, dice.between(-0.25, -0.2), 0.035, folds=0))
        others.append(Buttons(lighter(top.colour, 0.55), (-14.0, 14.0) if dice.chance(0.5) else (6.0,), 0.12, 1.0, 4))
        neck = dice.pick(("collar", "turtle"))
        worn_words = f"in {worn(top, 'coat')}"
    else:
        legs = trousers(dice)
    words = [worn_words, *([hat_words] if hat else []), *words]
    outfit = Outfit(
        legs,
        arms,
        Top(top, neck=neck, hem=None if kind != "trousers" else cloth(dice) if dice.chance(0.3) else None, inner=None),
        tuple(others),
        hat,
    )
    return Human("woman", who.body, who.face, who.hair, outfit, told(who, *words))


def man(dice: Dice) -> Human:
    """A man in a sweater, a shirt with braces, a jacket or a coat."""
    hat, hat_words = _hat(dice.child("hat"), ("beanie", "flat cap", "fedora", "cap"), 0.3)
    who = looks(dice.child("looks"), woman=False, covered=hat is not None)
    kind = dice.pick(("sweater", "sweater", "shirt", "jacket", "coat"))
    top = cloth(dice, share=0.55 if kind in {"sweater", "shirt"} else 0.0)
    others, words = _extras(dice.child("extras"), woman=False)
    sleeve = dice.pick((2.0, 2.0, 1.4, 0.65)) if kind in {"sweater", "shirt"} else 2.0
    neck: Neck = dice.pick(("crew", "turtle")) if kind == "sweater" else "collar"
    made = Top(top, neck=neck, trim=cloth(dice, PALE) if kind == "sweater" and dice.chance(0.3) else None)
    noun = {"sweater": "sweater" if sleeve > 1.5 else "shirt"}.get(kind, kind)
    if kind == "shirt":
        if dice.chance(0.55):
            brace = cloth(dice, ("red", "navy", "brown", "black", "yellow"), but=(top.name,))
            for side in (-1, 1):
                others.append(_brace(brace, side))
                others.append(_brace(brace, side, back=True))
            words.insert(0, f"with {brace.name} suspenders")
        else:
            others.append(Buttons(lighter(top.colour, 0.6), (0.0,), 0.16, 0.9, 5, 0.007))
        if dice.chance(0.5):
            others.append(Tie(cloth(dice, STRONG, share=0.4, but=(top.name,)), bow=dice.chance(0.4)))
    if kind in {"jacket", "coat"}:
        shirt = cloth(dice, PALE, share=0.4, kinds=("striped", "checked", "dotted"), but=(top.name,))
        others.append(Panel(shirt, ((-0.14, -20, 20), (0.2, -19, 19), (0.6, -12, 12), (1.0, -18, 18)), grow=0.007))
        if dice.chance(0.5):
            others.append(Tie(cloth(dice, STRONG, share=0.4, but=(shirt.name,)), bow=dice.chance(0.25)))
        if kind == "coat":
            others.insert(0, Skirt(top, dice.between(-0.27, -0.2), 0.03, folds=0, opening=11.0))
        words.insert(0, f"with {worn(shirt, 'shirt')}")
    legs = trousers(dice)
    if kind in {"sweater", "shirt"} and dice.chance(0.25):
        legs = Legs(legs.cloth, dice.pick((0.75, 0.95)), legs.shoe, loose=1.15, socks=cloth(dice, PALE))
    words = [f"in {worn(top, noun)}", *([hat_words] if hat else []), *words]
    arms = Arms(top, sleeve, loose=1.14, cuff=made.trim)
    outfit = Outfit(legs, arms, made, tuple(others), hat)
    return Human("man", who.body, who.face, who.hair, outfit, told(who, *words))


def _brace(made: Cloth, side: int, *, back: bool = False) -> Panel:
    spans = []
    for share, middle in ((-0.1, 46), (0.3, 34), (0.95, 28)):
        place = (180 - middle if back else middle) * side
        spans.append((share, place - 6.0, place + 6.0))
    return Panel(made, tuple(spans), grow=0.009, rim=0.5)


def musician(dice: Dice) -> Human:
    """A musician in a waistcoat, with an instrument on the back."""
    hat, hat_words = _hat(dice.child("hat"), ("fedora", "top hat", "beret", "flat cap"), 0.55)
    who = looks(dice.child("looks"), covered=hat is not None)
    shirt = cloth(dice, PALE, share=0.5, kinds=("striped", "dotted", "vertically striped"))
    vest = cloth(dice, ("red", "purple", "teal", "navy", "green", "black", "brown"), but=(shirt.name,), share=0.3,
                 kinds=("vertically striped", "dotted", "starry", "checked"))  # fmt: skip
    kind: InstrumentKind = dice.pick(("guitar", "guitar", "violin", "banjo"))
    wood = dice.pick(
        (
            ("brown", "brown"),
            ("orange", "orange"),
            ("red", "red"),
            ("yellow", "yellow"),
            ("blue", "blue"),
            ("black", "black"),
        )
    )[0]
    others: list[Garment] = [
        *_vest(vest),
        Buttons(lighter(vest.colour, 0.6), (7.0,), 0.4, 0.95, 3),
        Tie(cloth(dice, STRONG, share=0.3, but=(vest.name,)), bow=dice.chance(0.7)),
        Instrument(kind, Cloth.of(wood, dice), dice.pick((-1, 1))),
    ]
    legs = trousers(dice)
    outfit = Outfit(legs, Arms(shirt, 2.0, loose=1.25), Top(shirt, neck="collar"), tuple(others), hat)
    words = [
        having(wood, kind),
        *([hat_words] if hat else []),
        f"in {worn(vest, 'waistcoat')}",
    ]
    return Human("musician", who.body, who.face, who.hair, outfit, told(who, *words))


_BACK = ((-0.12, 100.0), (0.1, 102.0), (0.36, 96.0), (1.02, 89.0))


def _span(share: float, one: float, other: float) -> Span:
    return share, min(one, other), max(one, other)


def _vest(made: Cloth, *, open_deg: float = 4.0) -> list[Garment]:
    """A waistcoat: two fronts and a back."""
    front = ((-0.12, 44.0, 70.0), (0.1, 26.0, 74.0), (0.36, open_deg, 82.0), (1.02, open_deg, 90.0))
    parts: list[Garment] = []
    for side in (-1, 1):
        spans = tuple(_span(share, side * low, side * high) for share, low, high in front)
        parts.append(Panel(made, spans))
        behind = tuple(_span(share, side * low, side * 180.0) for share, low in _BACK)
        parts.append(Panel(made, behind, rim=0.0))
    return parts


def hiker(dice: Dice) -> Human:
    """A hiker with a big pack, boots and a hat."""
    hat, hat_words = _hat(dice.child("hat"), ("cap", "sun hat", "beanie"), 1.0)
    who = looks(dice.child("looks"), covered=True)
    top = cloth(dice, STRONG, share=0.6, kinds=("checked", "striped"))
    pack = cloth(dice, STRONG, but=(top.name,))
    boot = cloth(dice, ("brown", "black", "red", "grey"))
    short = dice.chance(0.55)
    legs = Legs(cloth(dice, ("beige", "brown", "green", "grey", "navy")), 0.9 if short else 2.0, boot, loose=1.2,
                boot=0.22, sole=(0.3, 0.25, 0.22), socks=cloth(dice, ("white", "red", "grey", "yellow")))  # fmt: skip
    others: list[Garment] = [
        Backpack(
            pack,
            Cloth("dark", (0.24, 0.21, 0.24)),
            dice.between(1.15, 1.35),
            roll=cloth(dice, STRONG, but=(pack.name,)),
        ),
        Band(Cloth("dark", (0.24, 0.21, 0.24)), 0.86, 0.96, (0.8, 0.8, 0.82)),
    ]
    if dice.chance(0.4):
        others.append(Scarf(cloth(dice, STRONG, but=(top.name,)), dice.pick((-1, 1)), 0.1))
    if dice.chance(0.4):
        others.append(Badge(cloth(dice, VIVID, but=(top.name,)), "disc", dice.pick((-44.0, 44.0))))
    outfit = Outfit(
        legs,
        Arms(top, dice.pick((0.65, 2.0)), loose=1.15),
        Top(top, neck=dice.pick(("collar", "crew"))),
        tuple(others),
        hat,
    )
    words = [having(pack.name, "backpack"), hat_words, f"in {worn(top, 'shirt')}"]
    return Human("hiker", who.body, who.face, who.hair, outfit, told(who, *words))
