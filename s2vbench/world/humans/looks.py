"""Bodies, faces and hair by chance: what people of every class differ in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from s2vbench.world.dice import Dice
from s2vbench.world.english import with_article
from s2vbench.world.humans.hair import STYLES
from s2vbench.world.humans.person import BeardKind, Body, Cloth, Face, GlassesKind, Hair
from s2vbench.world.palette import VIVID, Colour, lighter, mix
from s2vbench.world.patterns import Pattern, PatternKind

SKINS: Final[tuple[Colour, ...]] = (
    (1.0, 0.87, 0.78),
    (0.98, 0.82, 0.7),
    (0.95, 0.77, 0.62),
    (0.91, 0.72, 0.55),
    (0.86, 0.65, 0.47),
    (0.78, 0.57, 0.4),
    (0.69, 0.48, 0.33),
    (0.6, 0.4, 0.27),
    (0.5, 0.33, 0.23),
    (0.41, 0.27, 0.2),
)
HAIRS: Final[dict[str, Colour]] = {
    "black": (0.15, 0.13, 0.16),
    "dark-brown": (0.28, 0.19, 0.15),
    "brown": (0.45, 0.29, 0.18),
    "auburn": (0.55, 0.25, 0.14),
    "red": (0.8, 0.36, 0.15),
    "blond": (0.93, 0.76, 0.4),
    "grey": (0.62, 0.62, 0.65),
    "white": (0.9, 0.89, 0.88),
}
EYES: Final[tuple[Colour, ...]] = (
    (0.36, 0.22, 0.12),
    (0.24, 0.15, 0.1),
    (0.22, 0.46, 0.72),
    (0.28, 0.52, 0.34),
    (0.45, 0.5, 0.55),
    (0.55, 0.38, 0.14),
)
TALL_HATS: Final = (
    "crop",
    "short",
    "curly",
    "bob",
    "long",
    "wavy",
    "ponytail",
    "braid",
    "pigtails",
    "half bald",
    "bald",
)
WOMEN: Final = (
    "long",
    "wavy",
    "bob",
    "ponytail",
    "bun",
    "braid",
    "pigtails",
    "curly",
    "afro",
    "crop",
    "short",
    "long",
    "bob",
)
MEN: Final = ("short", "short", "crop", "quiff", "curly", "bald", "half bald", "mohawk", "afro", "long", "bun", "short")
CLOTHES: Final = (
    "red", "orange", "yellow", "green", "lime", "teal", "turquoise", "blue", "navy", "purple", "lavender", "pink",
    "brown", "beige", "white", "grey",
)  # fmt: skip
GLASSES: Final = ("black", "red", "brown", "blue", "purple", "teal")


@dataclass(frozen=True)
class Looks:
    """A person without clothes and class."""

    woman: bool
    body: Body
    face: Face
    hair: Hair

    @property
    def hair_words(self) -> str:
        """The hair as an adjective or phrase."""
        back, name = self.hair.back, self.hair.name
        if back == "bald":
            return "bald"
        colour = name.replace("-", " ")
        if back == "pigtails":
            return f"with {colour} pigtails"
        if back in {"afro", "bun", "ponytail", "braid", "mohawk"}:
            return f"with {an(colour)} {back}"
        return f"{name}-haired"

    @property
    def tell(self) -> list[str]:
        """What the face tells: glasses, beards."""
        told = []
        face = self.face
        if face.glasses and face.glasses_cloth:
            told.append(f"with {face.glasses_cloth.name} glasses")
        if face.beard in {"full", "long"}:
            told.append(f"with {an(self.hair.name.replace('-', ' '))} beard")
        elif face.beard == "moustache":
            told.append("with a moustache")
        return told


def looks(
    dice: Dice,
    *,
    woman: bool | None = None,
    covered: bool = False,
    styles: tuple[str, ...] | None = None,
    old: float = 0.22,
    beards: float = 0.45,
    glasses: float = 0.3,
) -> Looks:
    """A person by chance.

    Args:
        dice: the chance.
        woman: by chance where None.
        covered: a hat or helmet presses the hair flat.
        styles: ways to wear the hair to choose from.
        old: the share of people with grey or white hair.
        beards: the share of men with facial hair.
        glasses: the share of people with glasses.
    """
    is_woman = dice.chance(0.5) if woman is None else woman
    tone = dice.unit()
    aged = dice.chance(old)
    skin = _skin(tone, dice)
    hair = _hair(dice.child("hair"), tone=tone, woman=is_woman, covered=covered, aged=aged, styles=styles)
    face = _face(dice.child("face"), skin, woman=is_woman, aged=aged, tone=tone)
    if not is_woman and dice.chance(beards):
        kinds: tuple[BeardKind, ...] = ("moustache", "goatee", "full", "full")
        face = replace(face, beard=dice.pick(kinds))
    if dice.chance(glasses):
        shapes: tuple[GlassesKind, ...] = ("round", "round", "square", "half")
        name = dice.pick(GLASSES)
        face = replace(face, glasses=dice.pick(shapes), glasses_cloth=Cloth.of(name, dice))
    return Looks(is_woman, _body(dice.child("body"), woman=is_woman), face, hair)


def _skin(tone: float, dice: Dice) -> Colour:
    place = tone * (len(SKINS) - 1)
    low = int(place)
    base = mix(SKINS[low], SKINS[min(low + 1, len(SKINS) - 1)], place - low)
    return mix(base, dice.pick(((0.95, 0.6, 0.5), (0.85, 0.7, 0.4), (0.9, 0.65, 0.5))), 0.07)


def _hair(dice: Dice, *, tone: float, woman: bool, covered: bool, aged: bool, styles: tuple[str, ...] | None) -> Hair:
    if aged:
        name = dice.pick(("grey", "white"))
    elif tone > 0.62:
        name = dice.pick(("black", "black", "dark-brown", "brown"))
    else:
        name = dice.pick(("black", "dark-brown", "brown", "auburn", "red", "blond", "blond", "brown"))
    base = HAIRS[name]
    colour = mix(base, lighter(base, 0.25), dice.between(0.0, 0.5))
    pool = styles or (WOMEN if woman else MEN)
    if covered:
        pool = tuple(style for style in pool if style in TALL_HATS) or TALL_HATS
    back = dice.pick(pool)
    fringe = dice.pick(("round", "high", "straight", "swept", "parted", "side parted"))
    if back in {"quiff", "crop", "mohawk", "afro"}:
        fringe = dice.pick(("round", "high"))
    if back in {"ponytail", "bun"} and dice.chance(0.5):
        fringe = "high"
    assert back in STYLES
    tie = Cloth.of(dice.pick(VIVID), dice).colour
    return Hair(name, colour, fringe, back, dice.pick((-1, 1)), dice.between(0.88, 1.18), tie)


def _face(dice: Dice, skin: Colour, *, woman: bool, aged: bool, tone: float) -> Face:
    shapes = ((0.99, 0.8, 0.42), (0.95, 0.7, 0.34), (0.98, 0.86, 0.5), (0.96, 0.64, 0.28), (0.93, 0.75, 0.4))
    cheek, jaw, chin = dice.pick(shapes)
    wide = dice.between(-0.02, 0.03) + (0.0 if woman else 0.03)
    lips = None
    if woman and dice.chance(0.6):
        lips = mix(skin, dice.pick(((0.8, 0.15, 0.2), (0.75, 0.25, 0.4), (0.6, 0.2, 0.25))), 0.7)
    rings = dice.pick(((0.95, 0.8, 0.35), (0.82, 0.84, 0.88), (0.85, 0.3, 0.35), (0.2, 0.6, 0.6)))
    return Face(
        skin,
        cheek + wide,
        jaw + wide,
        chin + wide,
        eye_colour=dice.pick(EYES[:2] if tone > 0.62 else EYES),
        eye_size=dice.between(0.88, 1.14) * (1.04 if woman else 0.97),
        eye_longitude=dice.between(20.5, 25.0),
        lashes=woman,
        brow_width=dice.between(0.045, 0.07) if woman else dice.between(0.06, 0.11),
        brow_tilt=dice.between(-0.025, 0.04),
        nose=dice.between(0.75, 1.5),
        nose_width=dice.between(0.8, 1.25),
        mouth=dice.between(15.0, 23.0),
        lips=lips,
        blush=dice.between(0.12, 0.42),
        freckles=tone < 0.55 and dice.chance(0.25),
        wrinkles=aged,
        mole=dice.pick((-34.0, 34.0)) if dice.chance(0.14) else None,
        earrings=rings if woman and dice.chance(0.55) else None,
    )


def _body(dice: Dice, *, woman: bool) -> Body:
    round_ = max(dice.between(-0.6, 1.0), 0.0)
    tall = dice.between(1.52, 1.8) if woman else dice.between(1.62, 1.96)
    return Body(
        height_m=tall,
        shoulder=(dice.between(0.095, 0.114) if woman else dice.between(0.112, 0.136)) + 0.008 * round_,
        waist=(dice.between(0.068, 0.08) if woman else dice.between(0.082, 0.096)) + 0.004 * round_,
        hip=dice.between(0.088, 0.102) if woman else dice.between(0.084, 0.096),
        belly=0.034 * round_,
        limb=dice.between(0.88, 1.04) + 0.14 * round_ + (0.0 if woman else 0.06),
        leg=dice.between(0.355, 0.4),
        head=0.131 + 0.009 * dice.between(-1, 1) - 0.02 * (tall - 1.7),
    )


def pattern(
    dice: Dice, name: str, *, share: float = 0.6, kinds: tuple[PatternKind, ...] | None = None
) -> Pattern | None:
    """A pattern by chance, in a colour that stands out from the cloth's."""
    if not dice.chance(share):
        return None
    kind = dice.pick(kinds or ("striped", "vertically striped", "dotted", "checked", "zigzag", "starry"))
    light = name in {"white", "beige", "yellow", "lavender", "pink", "turquoise", "lime"}
    others = (
        ("red", "navy", "teal", "purple", "brown", "blue")
        if light
        else ("white", "yellow", "beige", "pink", "turquoise")
    )
    other = dice.pick([option for option in others if option != name])
    count = {"dotted": 6, "starry": 5, "checked": 5}.get(kind, dice.whole(4, 7))
    return Pattern(kind, Cloth.of(other, dice).colour, count, dice.whole(0, 999))


def cloth(
    dice: Dice,
    names: tuple[str, ...] = CLOTHES,
    *,
    share: float = 0.0,
    kinds: tuple[PatternKind, ...] | None = None,
    but: tuple[str, ...] = (),
) -> Cloth:
    """Cloth by chance in one of these colours, with a pattern by a chance of `share`."""
    name = dice.pick([option for option in names if option not in but])
    return Cloth.of(name, dice, pattern(dice, name, share=share, kinds=kinds))


def an(phrase: str) -> str:
    """The phrase with its article."""
    return with_article(phrase)


def having(name: str, noun: str) -> str:
    """With something of a colour: "with an orange cape"."""
    return f"with {an(name)} {noun}"


def worn(cloth_: Cloth, noun: str) -> str:
    """A garment with its article, pattern and colour: "a striped green sweater"."""
    kind = "" if cloth_.pattern is None or cloth_.pattern.kind == "plain" else f"{cloth_.pattern.kind} "
    phrase = f"{kind.replace('zigzag', 'zigzag-patterned')}{cloth_.name} {noun}"
    return phrase if noun.endswith("s") and not noun.endswith("ss") else an(phrase)
