"""People at work: chefs, doctors, firefighters, farmers, builders, sailors and astronauts."""

from __future__ import annotations

from s2vbench.world.dice import Dice
from s2vbench.world.humans.carried import Backpack, ChestBox, HipBag
from s2vbench.world.humans.everyday import SHOES, STRONG, told
from s2vbench.world.humans.hats import Hat
from s2vbench.world.humans.helmets import SpaceHelmet
from s2vbench.world.humans.limbs import Arms, Legs
from s2vbench.world.humans.looks import cloth, having, looks, worn
from s2vbench.world.humans.neckwear import Kerchief, Stethoscope, Tie
from s2vbench.world.humans.person import Cloth, Garment, Human, Outfit
from s2vbench.world.humans.skirts import Skirt
from s2vbench.world.humans.tops import Badge, Band, Buttons, Panel, Top
from s2vbench.world.palette import VIVID, Colour, darker, lighter

REFLECT = Cloth("silver", (0.93, 0.93, 0.86))
LIME = Cloth("lime", (0.86, 0.94, 0.25))


def chef(dice: Dice) -> Human:
    """A chef: tall hat, double-breasted jacket, kerchief, apron."""
    who = looks(dice.child("looks"), covered=True)
    jacket = cloth(dice, ("white", "white", "white", "lavender", "pink", "turquoise", "beige"))
    trim = cloth(dice, STRONG)
    hat = Hat(
        "toque", Cloth.of("white", dice), trim if dice.chance(0.55) else Cloth.of("white"), dice.between(0.55, 1.5)
    )
    kerchief = cloth(dice, STRONG, share=0.5, kinds=("dotted", "striped", "checked"))
    others: list[Garment] = [Buttons(trim.colour, (-17.0, 17.0), 0.2, 0.72, 3, 0.0105), Kerchief(kerchief)]
    words = [f"with {worn(kerchief, 'neckerchief')}"]
    if dice.chance(0.7):
        apron = cloth(
            dice, (*STRONG, "white", "black"), share=0.55, kinds=("vertically striped", "checked", "dotted", "striped")
        )
        others.append(Skirt(apron, dice.between(-0.24, -0.14), 0.02, span=(-78.0, 78.0), folds=0, level=3))
        others.append(Band(apron.plain, 0.66, 0.76))
        words.insert(0, f"in {worn(apron, 'apron')}")
    pants = cloth(dice, ("black", "grey", "navy", "white"), share=0.5, kinds=("checked", "vertically striped"))
    legs = Legs(pants, 2.0, cloth(dice, ("black", "white", "red", "brown")), loose=1.2)
    arms = Arms(jacket, dice.pick((1.5, 2.0)), loose=1.2, cuff=trim)
    outfit = Outfit(
        legs, arms, Top(jacket, bottom=1.16, neck="turtle" if dice.chance(0.3) else "collar"), tuple(others), hat
    )
    return Human("chef", who.body, who.face, who.hair, outfit, told(who, *words))


def doctor(dice: Dice) -> Human:
    """A doctor: white coat, stethoscope, scrubs or shirt and tie."""
    capped = dice.chance(0.3)
    who = looks(dice.child("looks"), covered=capped, glasses=0.45)
    coat = Cloth.of("white", dice)
    scrubs = cloth(
        dice,
        ("teal", "turquoise", "blue", "green", "pink", "purple", "lavender", "red"),
        share=0.2,
        kinds=("striped", "dotted"),
    )
    tube = cloth(dice, ("black", "red", "navy", "teal", "purple"), but=(scrubs.name,))
    side = dice.pick((-1, 1))
    others: list[Garment] = [
        Skirt(coat, dice.between(-0.3, -0.19), 0.028, folds=0, opening=15.0),
        Panel(scrubs, ((-0.14, -24, 24), (0.2, -22, 22), (0.6, -17, 17), (1.04, -22, 22)), grow=0.007),
        Stethoscope(tube, side),
        Badge(cloth(dice, ("blue", "red", "green", "yellow")), "pocket", -side * 42.0, 0.34, 0.02),
    ]
    if dice.chance(0.35):
        others.append(Tie(cloth(dice, STRONG, share=0.5, but=(scrubs.name,)), bow=dice.chance(0.3)))
    hat = None
    words = [f"in {worn(scrubs, 'scrubs')}", f"with a {tube.name} stethoscope"]
    if capped:
        cap = cloth(dice, ("teal", "blue", "green", "pink", "purple"), share=0.5, kinds=("dotted", "starry", "striped"))
        hat = Hat("scrub cap", cap, cap.plain)
        words.insert(1, f"with {worn(cap, 'cap')}")
    legs = Legs(
        scrubs.plain if dice.chance(0.6) else cloth(dice, ("navy", "grey", "black", "brown")),
        2.0,
        cloth(dice, SHOES),
        loose=1.15,
    )
    outfit = Outfit(legs, Arms(coat, 2.0, loose=1.18), Top(coat, neck="collar", inner=scrubs), tuple(others), hat)
    return Human("doctor", who.body, who.face, who.hair, outfit, told(who, *words))


def firefighter(dice: Dice) -> Human:
    """A firefighter: helmet, heavy coat with bright stripes, boots."""
    who = looks(dice.child("looks"), covered=True, beards=0.35)
    coat = cloth(dice, ("yellow", "beige", "navy", "black", "red", "brown", "orange"))
    stripe = LIME if coat.name != "yellow" and dice.chance(0.5) else REFLECT
    helmet = cloth(dice, ("red", "yellow", "white", "black", "blue", "orange"))
    shield = cloth(dice, ("white", "yellow", "red", "navy"), but=(helmet.name,))
    hat = Hat("fire helmet", helmet, shield)
    boot = cloth(dice, ("black", "yellow", "brown", "navy", "red"), but=(coat.name,))
    others: list[Garment] = [
        Skirt(coat, -0.3, 0.03, folds=0, trim=stripe),
        Band(stripe, 0.28, 0.4, level=2, grow=0.007),
        Band(Cloth("dark", (0.22, 0.2, 0.22)), 0.7, 0.8, (0.8, 0.8, 0.84)),
        Buttons((0.8, 0.8, 0.82), (0.0,), 0.1, 0.6, 3, 0.01),
    ]
    if dice.chance(0.55):
        tank = cloth(dice, ("yellow", "grey", "red", "blue"), but=(coat.name,))
        others.append(Backpack(tank, Cloth("dark", (0.22, 0.2, 0.22)), tank=True))
    if dice.chance(0.5):
        others.append(
            Badge(
                cloth(dice, VIVID, but=(coat.name,)),
                dice.pick(("star", "shield", "disc")),
                dice.pick((-40.0, 40.0)),
                0.16,
            )
        )
    glove = cloth(dice, ("black", "brown", "red", "beige"))
    legs = Legs(
        coat if dice.chance(0.6) else cloth(dice, ("navy", "black", "beige")),
        2.0,
        boot,
        loose=1.28,
        boot=0.5,
        stripe=stripe,
        sole=(0.2, 0.18, 0.2),
    )
    arms = Arms(coat, 2.0, loose=1.32, cuff=stripe, glove=glove, band=stripe)
    outfit = Outfit(legs, arms, Top(coat, neck="turtle", grow=0.01), tuple(others), hat)
    words = [having(helmet.name, "helmet"), f"in {worn(coat, 'coat')}", f"with {boot.name} boots"]
    return Human("firefighter", who.body, who.face, who.hair, outfit, told(who, *words))


def farmer(dice: Dice) -> Human:
    """A farmer: overalls, plaid shirt, straw hat, boots."""
    who = looks(dice.child("looks"), covered=True, old=0.35)
    shirt = cloth(
        dice,
        ("red", "orange", "yellow", "teal", "purple", "white", "pink", "lime"),
        share=0.9,
        kinds=("checked", "checked", "striped", "dotted"),
    )
    denim = cloth(dice, ("blue", "navy", "brown", "green", "grey"), but=(shirt.name,))
    straw = cloth(dice, ("yellow", "beige"))
    band = cloth(dice, STRONG)
    hat = Hat("straw hat", straw, band, dice.between(0.88, 1.14))
    metal: Colour = (0.9, 0.76, 0.36)
    others: list[Garment] = [
        Panel(denim, ((0.22, -34, 34), (0.6, -40, 40), (0.78, -90, 90), (1.14, -90, 90)), grow=0.008, level=2),
        Panel(denim, ((0.5, 146, 214), (0.66, 120, 240), (0.78, 90, 270), (1.14, 90, 270)), grow=0.008, level=2),
        Badge(Cloth("denim", darker(denim.colour, 0.18)), "pocket", 0.0, 0.45, 0.028),
        Buttons(metal, (-27.0, 27.0), 0.27, 0.3, 2, 0.01),
    ]
    for side in (-1, 1):
        strap = tuple(
            (share, side * middle - 7.0, side * middle + 7.0) for share, middle in ((-0.12, 48), (0.08, 34), (0.3, 26))
        )
        behind = tuple(
            (share, side * middle - 7.0, side * middle + 7.0)
            for share, middle in ((-0.12, 132), (0.2, 150), (0.52, 160))
        )
        others += [Panel(denim, strap, grow=0.009, level=3), Panel(denim, behind, grow=0.009, level=3)]
    words = [f"in {denim.name} overalls", f"with {worn(shirt, 'shirt')}"]
    if dice.chance(0.5):
        scarf = cloth(dice, STRONG, share=0.6, kinds=("dotted",), but=(shirt.name,))
        others.append(Kerchief(scarf))
        words.insert(0, f"with {worn(scarf, 'neckerchief')}")
    boot = cloth(dice, ("brown", "green", "black", "red", "yellow"), but=(denim.name,))
    legs = Legs(denim, 2.0, boot, loose=1.25, boot=dice.pick((0.0, 0.4, 0.55)))
    arms = Arms(
        shirt,
        dice.pick((1.4, 2.0, 0.7)),
        loose=1.15,
        glove=cloth(dice, ("beige", "yellow", "brown")) if dice.chance(0.3) else None,
    )
    outfit = Outfit(legs, arms, Top(shirt, neck="collar"), tuple(others), hat)
    return Human("farmer", who.body, who.face, who.hair, outfit, told(who, *words))


def builder(dice: Dice) -> Human:
    """A builder: hard hat, bright vest with stripes, tool belt."""
    who = looks(dice.child("looks"), covered=True)
    helmet = cloth(dice, ("yellow", "white", "orange", "red", "blue", "green"))
    hat = Hat("hard hat", helmet, cloth(dice, STRONG, but=(helmet.name,)) if dice.chance(0.5) else helmet)
    vest = cloth(dice, ("orange", "lime", "yellow", "pink"), but=(helmet.name,))
    shirt = cloth(
        dice,
        ("navy", "blue", "grey", "red", "teal", "white", "purple", "brown"),
        share=0.6,
        kinds=("checked", "striped"),
    )
    stripe = REFLECT if vest.name != "yellow" else Cloth("silver", (0.8, 0.82, 0.86))
    others: list[Garment] = [Panel(vest, spans, level=1, rim=0.6) for spans in _vest_spans()]
    others += [Panel(stripe, spans, grow=0.01, level=3, rim=0.0) for spans in _stripe_spans()]
    belt = cloth(dice, ("brown", "black", "beige"))
    side = dice.pick((-1, 1))
    others += [
        Band(belt, 0.9, 1.02, (0.85, 0.75, 0.4)),
        HipBag(belt, side, "tools", dice.between(0.9, 1.15), strap=False),
    ]
    if dice.chance(0.5):
        others.append(HipBag(belt, -side, "pouch", 0.85, strap=False))
    legs = Legs(
        cloth(dice, ("blue", "navy", "beige", "grey", "brown")),
        2.0,
        cloth(dice, ("brown", "beige", "black", "yellow")),
        loose=1.2,
        boot=0.28,
        sole=(0.25, 0.22, 0.2),
    )
    glove = cloth(dice, ("yellow", "grey", "brown", "red")) if dice.chance(0.45) else None
    arms = Arms(shirt, dice.pick((0.7, 1.5, 2.0)), loose=1.15, glove=glove)
    outfit = Outfit(legs, arms, Top(shirt, neck=dice.pick(("crew", "collar"))), tuple(others), hat)
    words = [having(helmet.name, "hard hat"), f"in {worn(vest, 'vest')}", f"with {worn(shirt, 'shirt')}"]
    return Human("builder", who.body, who.face, who.hair, outfit, told(who, *words))


def _vest_spans() -> list[tuple[tuple[float, float, float], ...]]:
    return [
        ((-0.12, 36, 70), (0.1, 18, 74), (0.4, 7, 84), (0.98, 7, 90)),
        ((-0.12, -70, -36), (0.1, -74, -18), (0.4, -84, -7), (0.98, -90, -7)),
        ((-0.12, 104, 256), (0.1, 104, 256), (0.4, 95, 265), (0.98, 89, 271)),
    ]


def _stripe_spans() -> list[tuple[tuple[float, float, float], ...]]:
    spans: list[tuple[tuple[float, float, float], ...]] = []
    for top, low in ((0.44, 0.55), (0.72, 0.83)):
        spans += [((top, 7, 88), (low, 7, 88)), ((top, -88, -7), (low, -88, -7)), ((top, 91, 269), (low, 91, 269))]
    return spans


def sailor(dice: Dice) -> Human:
    """A sailor: square collar, kerchief, round cap, wide trousers."""
    who = looks(dice.child("looks"), covered=True, beards=0.6)
    blouse = cloth(dice, ("white", "white", "navy", "blue", "turquoise", "red"), share=0.45, kinds=("striped",))
    collar = cloth(dice, ("navy", "blue", "red", "teal", "black"), but=(blouse.name,))
    knot = cloth(dice, ("red", "yellow", "black", "blue", "green", "orange"), but=(collar.name,))
    kind = dice.pick(("round cap", "ribbon cap"))
    hat = Hat(kind, Cloth.of("white", dice) if dice.chance(0.65) else cloth(dice, ("navy", "blue", "red")), collar)
    pants = cloth(dice, ("white", "navy", "blue", "beige", "red"), but=(blouse.name,))
    legs = Legs(pants, 2.0, cloth(dice, ("black", "white", "brown")), loose=1.16, flare=dice.pick((0.0, 0.3, 0.5)))
    arms = Arms(blouse, dice.pick((0.7, 2.0, 2.0)), loose=1.15, cuff=collar)
    others: list[Garment] = [Kerchief(knot, collar)]
    words = [f"in {worn(blouse, 'shirt')}", f"with {worn(knot, 'kerchief')}", f"with {pants.name} trousers"]
    if dice.chance(0.35):
        bag = cloth(dice, ("beige", "navy", "red", "brown"))
        others.append(HipBag(bag, dice.pick((-1, 1))))
        words.insert(1, f"with a {bag.name} bag")
    outfit = Outfit(legs, arms, Top(blouse, neck="v", bottom=1.1, inner=Cloth.of("white")), tuple(others), hat)
    return Human("sailor", who.body, who.face, who.hair, outfit, told(who, *words))


def astronaut(dice: Dice) -> Human:
    """An astronaut: padded suit, round helmet with a clear front, pack."""
    who = looks(dice.child("looks"), covered=True, styles=("short", "crop", "bald", "curly", "half bald", "short"))
    suit = cloth(dice, ("white", "white", "orange", "beige", "blue", "lavender", "turquoise", "yellow", "grey"))
    trim = cloth(dice, STRONG, but=(suit.name,))
    boot = trim if dice.chance(0.4) else cloth(dice, ("grey", "white", "black", "beige"))
    body = who.body
    lights = tuple(cloth(dice, VIVID).colour for _ in range(5))
    panel = cloth(dice, ("grey", "white", "beige", "navy"), but=(suit.name,))
    pack = cloth(dice, ("white", "grey", "beige", trim.name), but=(suit.name,))
    side = dice.pick((-1, 1))
    others: list[Garment] = [
        Backpack(pack, trim, dice.between(1.05, 1.25)),
        ChestBox(panel, lights),
        Band(trim, 0.84, 0.94, (0.82, 0.84, 0.88)),
        Badge(
            cloth(dice, VIVID, but=(suit.name,)),
            dice.pick(("star", "disc", "shield", "heart")),
            side * 56.0,
            0.14,
            0.02,
        ),
    ]
    helmet = SpaceHelmet(suit if dice.chance(0.6) else Cloth.of("white", dice), trim, dice.pick((-1, 0, 0, 1)))
    legs = Legs(
        suit, 2.0, boot, loose=1.34, boot=0.36, stripe=trim if dice.chance(0.6) else None, sole=(0.4, 0.4, 0.44)
    )
    glove = trim if dice.chance(0.4) else cloth(dice, ("white", "grey", "beige"))
    arms = Arms(suit, 2.0, loose=1.4, band=trim, glove=glove, cuff=Cloth("grey", lighter(boot.colour, 0.2)))
    outfit = Outfit(legs, arms, Top(suit, neck="turtle", bottom=1.12, grow=0.012), tuple(others), helmet)
    words = [f"in {worn(suit, 'suit')}", f"with {trim.name} stripes on the suit", *who.tell[:1]]
    hair = "bald" if who.hair.back == "bald" else f"{who.hair.name}-haired"
    return Human("astronaut", body, who.face, who.hair, outfit, (words[0], hair, *words[1:])[:4])
