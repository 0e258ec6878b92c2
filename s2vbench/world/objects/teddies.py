"""Teddy bears."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.lathe import Lathe, egg, mark, marks_around, ring, turn_out
from s2vbench.world.objects.space import Stage, Vec, X, Y, Z, plus, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import INK, Colour, darker, lighter, mix, named
from s2vbench.world.pen import Pen, blob, box, curve, ellipse

FUR: dict[str, Colour] = {
    "brown": (0.62, 0.42, 0.27),
    "beige": (0.9, 0.76, 0.56),
    "white": (0.96, 0.93, 0.88),
    "grey": (0.66, 0.66, 0.69),
    "pink": (0.95, 0.7, 0.75),
    "lavender": (0.76, 0.7, 0.88),
    "yellow": (0.95, 0.8, 0.42),
    "turquoise": (0.5, 0.8, 0.78),
}


@dataclass(frozen=True)
class Teddy(Traits):
    """A teddy bear that sits."""

    fur: Colour
    fur_name: str
    muzzle: Colour
    body: Lathe
    head: Lathe
    ear: float
    ear_out: float
    eye: float
    eyes: str
    neckwear: str
    patch: str
    limb: float
    stitches: bool
    shirt: str


def make_teddy(dice: Dice, look: Look, height_m: float) -> Teddy:
    """A teddy bear by chance."""
    # Clothes and patches in the colour of the fur could be said, but not seen.
    fur = dice.pick([name for name in FUR if name not in look.names])
    tint = mix(FUR[fur], named(fur, dice), 0.25)
    stout = dice.between(0.22, 0.28)
    return Teddy(
        look=look,
        height_m=height_m,
        fur=tint,
        fur_name=fur,
        muzzle=lighter(tint, 0.5) if fur != "white" else (0.9, 0.8, 0.68),
        body=egg(-0.27, stout, 0.28, drop=0.16),
        head=egg(-0.69, dice.between(0.25, 0.29), dice.between(0.22, 0.25)),
        ear=dice.between(0.085, 0.12),
        ear_out=dice.between(0.17, 0.22),
        eye=dice.between(0.026, 0.038),
        eyes=dice.pick(("round", "button", "round")),
        neckwear=dice.pick(("bow", "scarf", "bow", "none", "collar")),
        patch=dice.pick(("heart", "belly", "cloth", "belly", "star")),
        limb=dice.between(0.088, 0.112),
        stitches=dice.chance(0.4),
        shirt=dice.pick(("none", "none", "plain", "striped", "dotted")),
    )


def build_teddy(stage: Stage, teddy: Teddy) -> Footprint:
    """Put a teddy bear on the stage; the patch on its belly and the one at its left ear stay on their sides."""
    head, body, look = teddy.head, teddy.body, teddy.look
    stout = body.radius(-0.25)
    for side in (-1, 1):
        _limbs(stage, teddy, side, stout)
        _ear(stage, teddy, side)
    tail = egg(-0.1, 0.07, 0.07, z=-0.95 * stout)
    stage.add((0, -0.3, -0.95 * stout), lambda: turn_out(stage, tail, teddy.muzzle))
    stage.add((0, -0.3, 0), lambda: turn_out(stage, body, teddy.fur, marks=lambda: _belly(stage, teddy)))
    stage.add((0, -0.69, 0), lambda: turn_out(stage, head, teddy.fur, marks=lambda: _eyes(stage, teddy)))
    _muzzle(stage, teddy)
    if teddy.neckwear in {"scarf", "collar"}:
        wrap = Lathe(((-0.53, 0.16), (-0.49, 0.19), (-0.44, 0.16)))
        stage.add((0, -0.5, 0), lambda: turn_out(stage, wrap, look.main), nearer=0.12)
        if teddy.neckwear == "scarf":
            end: list[Vec] = [(0.1, -0.47, 0.15), (0.13, -0.38, 0.24), (0.14 + 0.02 * stage.sway, -0.26, 0.29)]
            stage.add((0.12, -0.4, 0.25), lambda: stage.tube(end, 0.085, look.main, shine=0.12), nearer=0.06)
        else:
            x, y = stage.view.point(0.0, -0.43, 0.19)
            stage.add((0, -0.43, 0.24), lambda: stage.fill(ellipse(x, y, 0.04, 0.04), (0.93, 0.78, 0.35)), nearer=0.1)
    elif teddy.neckwear == "bow":
        stage.add((0, -0.46, 0.2), lambda: _bow(stage, teddy), nearer=0.08)
    return Footprint(stout + 0.08, stout + 0.12, 0.35)


def _limbs(stage: Stage, teddy: Teddy, side: int, stout: float) -> None:
    limb, fur = teddy.limb, teddy.fur
    arm: list[tuple[Vec, float]] = [
        ((side * 0.72 * stout, -0.43, 0.02), 0.8 * limb),
        ((side * (stout + 0.08), -0.3, 0.08), 0.9 * limb),
        ((side * (stout + 0.06), -0.2, 0.17), 0.86 * limb),
    ]
    sleeve = fur if teddy.shirt == "none" else teddy.look.second

    def reach() -> None:
        stage.taper(arm, darker(fur, 0.03))
        if teddy.shirt != "none":
            stage.taper(arm[:2], darker(sleeve, 0.05))

    stage.add((side * (stout + 0.05), -0.34, 0.08), reach)
    hip: Vec = (side * 0.62 * stout, -0.12, 0.06)
    foot: Vec = (side * (0.75 * stout + 0.06), -0.13, 0.36)
    leg: list[tuple[Vec, float]] = [(hip, 1.1 * limb), (foot, 1.12 * limb)]

    def sole() -> None:
        stage.taper(leg, darker(fur, 0.03))
        tip: Vec = (foot[0], foot[1], foot[2] + 0.085)
        if stage.view.depth(0.0, 0.0, 1.0) > 0.05:
            with stage.plane(tip, X, Y) as pen:
                pen.fill(ellipse(0, 0, 0.75 * limb, 0.8 * limb), teddy.muzzle, shade=0.1, edge=0.0)
                if stage.sees(0.04):
                    for x in (-0.4, 0.0, 0.4):
                        y = -0.42 if x else -0.55
                        pen.fill(
                            ellipse(x * limb, y * limb, 0.13 * limb, 0.15 * limb), darker(fur, 0.2), shade=0, edge=0
                        )
                    pen.fill(ellipse(0, 0.15 * limb, 0.36 * limb, 0.3 * limb), darker(fur, 0.2), shade=0, edge=0)

    stage.add((foot[0], -0.2, 0.26), sole)


def _ear(stage: Stage, teddy: Teddy, side: int) -> None:
    at: Vec = (side * teddy.ear_out, -0.69 - 0.2, -0.01)
    size = teddy.ear
    tint = teddy.fur if side < 0 or not teddy.stitches else mix(teddy.look.second, teddy.fur, 0.25)

    def draw() -> None:
        x, y = stage.view.point(*at)
        stage.fill(ellipse(x, y, size * (0.62 + 0.38 * abs(stage.view.cos)), size), tint, shade=0.2)
        if stage.view.cos > 0.02:
            with stage.plane(plus(at, Z, 0.4 * size), times(X, size), times(Y, size)) as pen:
                pen.fill(_INNER, teddy.muzzle, shade=0.1, edge=0.0)

    stage.add((at[0], -0.69, at[2]), draw, nearer=-0.06)


_INNER = ellipse(0, 0.06, 0.6, 0.6)


def _belly(stage: Stage, teddy: Teddy) -> None:
    body, look = teddy.body, teddy.look
    if teddy.shirt != "none":
        _shirt(stage, teddy)
    shapes = {
        "belly": lambda pen: pen.fill(ellipse(0, 0.02, 0.17, 0.19), teddy.muzzle, shade=0.08, edge=0.0),
        "heart": lambda pen: emblem(pen, "heart", 0.2, look.main, look.second),
        "star": lambda pen: emblem(pen, "star", 0.22, look.main, look.second),
    }
    if teddy.patch == "belly" and teddy.shirt != "none":
        return
    if teddy.patch != "cloth":
        mark(stage, body, 0.0, -0.25, shapes[teddy.patch])
        return

    def cloth(pen: Pen) -> None:
        pen.fill(box(-0.085, -0.08, 0.085, 0.08, 0.02), look.second, shade=0.1, edge=0.0)
        for x, y in ((-0.04, -0.035), (0.04, -0.035), (0, 0.03)):
            small_mark(pen, look.mark, 0.045, look.accent, x, y)
        pen.stroke(box(-0.07, -0.065, 0.07, 0.065, 0.015), lighter(look.second, 0.5), 0.008)

    mark(stage, body, 26.0, -0.32, cloth)


def _shirt(stage: Stage, teddy: Teddy) -> None:
    body, look = teddy.body, teddy.look
    ring(stage, body, -0.56, -0.12, look.second)
    if teddy.shirt == "striped":
        for y in (-0.44, -0.32, -0.2):
            ring(stage, body, y, y + 0.05, look.accent)
    elif teddy.shirt == "dotted" and stage.sees(0.04):
        for y in (-0.4, -0.2):
            marks_around(stage, body, y, 7, lambda pen: small_mark(pen, look.mark, 0.06, look.accent), 26)


def _eyes(stage: Stage, teddy: Teddy) -> None:
    size = teddy.eye

    def eye(pen: Pen) -> None:
        pen.fill(ellipse(0, 0, size, 1.1 * size), INK, shade=0.0, edge=0.0)
        if teddy.eyes == "button":
            pen.stroke(ellipse(0, 0, 0.72 * size, 0.8 * size), (0.45, 0.36, 0.38), 0.2 * size)
        pen.fill(ellipse(-0.3 * size, -0.4 * size, 0.32 * size, 0.32 * size), (1, 1, 1), shade=0.0, edge=0.0)

    def cheek(pen: Pen) -> None:
        pen.fill(ellipse(0, 0, 0.05, 0.034), (0.96, 0.5, 0.5), shade=0.0, edge=0.0, alpha=0.4)

    for side in (-1, 1):
        mark(stage, teddy.head, side * 26.0, -0.72, eye)
        mark(stage, teddy.head, side * 46.0, -0.63, cheek)


def _muzzle(stage: Stage, teddy: Teddy) -> None:
    z = teddy.head.radius(-0.64) - 0.01
    snout = egg(-0.635, 0.1, 0.075, z=z)

    def marks() -> None:
        def nose(pen: Pen) -> None:
            pen.fill(_NOSE, (0.25, 0.16, 0.17), shade=0.14, edge=0.0)
            pen.stroke(_SMILE, (0.25, 0.16, 0.17), 0.011)

        mark(stage, snout, 0.0, -0.645, nose)

    stage.add((0, -0.66, z), lambda: turn_out(stage, snout, teddy.muzzle, marks=marks))


_NOSE = blob([(-0.04, -0.03), (0.04, -0.03), (0.025, 0.005), (0.0, 0.018), (-0.025, 0.005)])
_SMILE = curve([(-0.045, 0.028), (-0.022, 0.045), (0.0, 0.02), (0.022, 0.045), (0.045, 0.028)])


def _bow(stage: Stage, teddy: Teddy) -> None:
    y, z, tint = -0.455, 0.2, teddy.look.main
    for side in (-1, 1):
        loop: list[tuple[Vec, float]] = [((0, y, z), 0.02), ((side * 0.1, y - 0.01, z - 0.015), 0.055)]
        stage.taper(loop, tint)
    x, cy = stage.view.point(0.0, y, z + 0.02)
    stage.fill(ellipse(x, cy, 0.032, 0.036), lighter(tint, 0.2), shade=0.2)


def teddy_words(teddy: Teddy) -> tuple[str, ...]:
    """What tells a teddy bear from others."""
    names = teddy.look.names
    words = [teddy.fur_name]
    if teddy.neckwear != "none":
        wear = {"bow": "bow tie", "scarf": "scarf", "collar": "collar"}[teddy.neckwear]
        words.append(f"with {a(names[0])} {wear}")
    patch = {
        "heart": f"with {a(names[0])} heart on its belly",
        "star": f"with {a(names[0])} star on its belly",
        "cloth": f"with {a(names[1])} patch on its belly",
        "belly": "with a pale belly",
    }[teddy.patch]
    if teddy.shirt != "none":
        words.append(f"in {a(names[1])} shirt" if teddy.shirt == "plain" else f"in a {teddy.shirt} {names[1]} shirt")
    if teddy.shirt == "none" or teddy.patch != "belly":
        words.append(patch)
    if teddy.stitches:
        words.append(f"with one {names[1]} ear")
    return tuple(words[:4])


TEDDY: Thing[Teddy] = Thing("teddy bear", (0.25, 0.5), make_teddy, teddy_words, build_teddy)
