"""Boots."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, lid, rim_out, ring, turn_out
from s2vbench.world.objects.solids import Loft, loft_of
from s2vbench.world.objects.space import Stage, Vec, X, Y, Z, times
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import box


@dataclass(frozen=True)
class Boot(Traits):
    """One boot."""

    shaft: Lathe
    long: float
    toe: float
    heel: float
    glaze: Glaze
    sole: Colour
    cap: bool
    front: str
    cuff: bool
    loop: bool


def make_boot(dice: Dice, look: Look, height_m: float) -> Boot:
    """A boot by chance."""
    top, wide = -dice.between(0.86, 0.95), dice.between(0.2, 0.26)
    flare = dice.between(0.95, 1.25)
    shaft = ((top, flare * wide), (top + 0.1, 1.02 * flare * wide), (-0.5, wide), (-0.3, 0.96 * wide), (-0.1, wide))
    return Boot(
        look=look,
        height_m=height_m,
        shaft=Lathe(shaft, z=-0.1),
        long=dice.between(0.36, 0.52),
        toe=dice.between(0.1, 0.16),
        heel=dice.pick((0.0, 0.05, 0.09)),
        glaze=glaze_of(dice, look, ("marks", "rings", "emblem", "plain", "stripes", "zigzag"), longitude_deg=90.0),
        sole=look.accent if dice.chance(0.5) else darker(look.main, 0.5),
        cap=dice.chance(0.5),
        front=dice.pick(("laces", "buckle", "none", "laces")),
        cuff=dice.chance(0.6),
        loop=dice.chance(0.4),
    )


def build_boot(stage: Stage, boot: Boot) -> Footprint:
    """Put a boot on the stage; its emblem and its buckle are at its left."""
    look, shaft, long = boot.look, boot.shaft, boot.long
    base = -0.06 - boot.heel
    wide = shaft.radius(-0.15)
    top, rim = shaft.profile[0]
    back = -0.1 - wide
    plan = ((-0.8 * wide, back + 0.06), (0.0, back - 0.01), (0.8 * wide, back + 0.06), (0.8 * wide, 0.0),
            (1.1 * boot.toe + 0.06, long - 0.02), (0.0, long + boot.toe + 0.03), (-1.1 * boot.toe - 0.06, long - 0.02),
            (-0.8 * wide, 0.0))  # fmt: skip
    sole = Loft(plan, (0.0, base + 0.03, 0.0), X, Z, times(Y, -0.07), smooth=True)
    stage.add((0, 0, 0), lambda: loft_of(stage, sole, boot.sole), nearer=-1.0)
    if boot.heel:
        block = Lathe(((base + 0.03, 0.8 * wide), (0.0, 0.7 * wide)), smooth=False, z=-0.12)
        stage.add((0, 0, 0), lambda: turn_out(stage, block, boot.sole), nearer=-1.1)
        grip: list[tuple[Vec, float]] = [((0, -0.06, long - 0.06), 0.06), ((0, -0.05, long + 0.04), 0.05)]
        stage.add((0, 0, 0), lambda: stage.taper(grip, boot.sole), nearer=-1.2)

    body: list[tuple[Vec, float]] = [
        ((0.0, base - 0.17, -0.06), 0.8 * wide), ((0.0, base - 0.13, 0.5 * long), 0.13 + 0.2 * (boot.toe - 0.1)),
        ((0.0, base - boot.toe, long), boot.toe),
    ]  # fmt: skip

    def foot() -> None:
        stage.taper(body, look.main, edge=False)
        if boot.cap:
            tip: list[tuple[Vec, float]] = [
                ((0, base - boot.toe - 0.01, long - 0.03), boot.toe), ((0, base - boot.toe, long + 0.01), boot.toe)
            ]  # fmt: skip
            stage.taper(tip, look.second)

    def behind() -> None:
        stage.taper(body, look.main, body=False)
        rim_out(stage, shaft, look.main)

    def leg() -> None:
        marks = lambda: _leg_marks(stage, boot)  # noqa: E731
        turn_out(stage, shaft, look.main, gloss=look.gloss, marks=marks, edge=False)
        if boot.cuff:
            collar = Lathe(((top - 0.03, 1.08 * rim), (top + 0.12, 1.1 * rim)), smooth=False, z=-0.1)
            turn_out(stage, collar, look.second)
            lid(stage, collar, look.second, hollow=True)
        else:
            lid(stage, shaft, look.main, hollow=True)

    stage.add((0, -0.2, 0), behind, nearer=-0.9)
    stage.add((0, -0.2, 0.3 * long), foot, nearer=-0.04)
    stage.add((0, -0.2, -0.1), leg)
    _fastening(stage, boot)
    if boot.loop:
        x, z = 0.0, -0.1 - 1.02 * rim
        pull: list[Vec] = [(x, top + 0.1, z), (x, top - 0.06, z - 0.05), (x, top + 0.06, z + 0.05)]
        stage.add((0, -0.2, z), lambda: stage.tube(pull, 0.045, look.accent), nearer=-0.05)
    return Footprint(0.9 * wide, 0.5 * (long + wide + 0.2), 0.4)


def _leg_marks(stage: Stage, boot: Boot) -> None:
    top = boot.shaft.profile[0][0]
    paint(stage, boot.shaft, boot.glaze, top + 0.16, -0.26)
    if boot.front == "buckle":
        ring(stage, boot.shaft, -0.34, -0.27, boot.look.accent)


def _fastening(stage: Stage, boot: Boot) -> None:
    """Laces in front, or a buckle at the left."""
    shaft, look = boot.shaft, boot.look
    if boot.front == "laces":
        pale = lighter(look.accent, 0.2)

        def laces() -> None:
            for i in range(4):
                y = -0.34 - 0.11 * i
                for a0, a1 in ((-24.0, 24.0), (24.0, -24.0)):
                    points = [shaft.place(a0 + (a1 - a0) * k / 2, y - 0.05 * k, 0.012) for k in range(3)]
                    stage.tube(points, 0.024, pale, straight=True, shine=0.0)

        if stage.view.depth(0, 0, 1) > -0.05 and stage.sees(0.02):
            stage.add((0, -0.2, 0.0), laces, nearer=0.05)
    elif boot.front == "buckle":
        x, y, z = shaft.place(75.0, -0.305, 0.01)

        def buckle() -> None:
            _, right, down, _ = shaft.frame(75.0, -0.305)
            with stage.plane((x, y, z), right, down) as pen:
                pen.fill(box(-0.06, -0.055, 0.06, 0.055, 0.02), (0.9, 0.78, 0.4), shade=0.2, edge=0.0)
                pen.fill(box(-0.03, -0.03, 0.03, 0.03), look.accent, shade=0.0, edge=0.0)

        if stage.view.depth(x, 0.0, z + 0.1) > 0.03:
            stage.add((0, -0.2, -0.1), buckle, nearer=0.01)


def boot_words(boot: Boot) -> tuple[str, ...]:
    """What tells a boot from others."""
    words = [boot.look.names[0]]
    if boot.glaze.kind != "plain":
        words.append(glaze_words(boot.glaze))
    if boot.cuff:
        words.append(f"with {a(boot.look.names[1])} cuff")
    if boot.front != "none":
        words.append(
            f"with {boot.look.names[2]} laces" if boot.front == "laces" else f"with {a(boot.look.names[2])} strap"
        )
    if len(words) == 1:
        words.append(f"with {a(boot.look.names[1])} toe" if boot.cap else "with a plain shaft")
    return tuple(words[:4])


BOOT: Thing[Boot] = Thing("boot", (0.25, 0.42), make_boot, boot_words, build_boot)
