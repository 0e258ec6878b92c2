"""Drums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem
from s2vbench.world.objects.glaze import Glaze, glaze_of, glaze_words, paint
from s2vbench.world.objects.lathe import Lathe, hoop, lid, mark, turn_out
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, lighter, mix
from s2vbench.world.pen import Pen, ellipse

_WOOD = (0.82, 0.6, 0.36)


@dataclass(frozen=True)
class Drum(Traits):
    """A drum with cords or a painted shell, and two sticks on it."""

    shell: Lathe
    cords: int
    glaze: Glaze
    rim: Colour
    rim_name: str
    sticks: bool
    skin: Colour
    plaque: bool
    """Whether an emblem on a plate is fixed to its front."""


def make_drum(dice: Dice, look: Look, height_m: float) -> Drum:
    """A drum by chance."""
    wide, high = dice.between(0.42, 0.62), dice.between(0.62, 0.86)
    waist = dice.between(0.78, 1.06)
    glaze = glaze_of(dice, look, ("stripes", "marks", "emblem", "plain", "emblem"))
    return Drum(
        look=look,
        height_m=height_m,
        shell=Lathe(((-high, wide), (-high / 2, waist * wide), (0.0, wide))),
        cords=dice.pick((0, 6, 8, 10)),
        glaze=glaze,
        plaque=glaze.kind != "emblem" and dice.chance(0.7),
        rim=look.accent,
        rim_name=look.names[2],
        sticks=dice.chance(0.6),
        skin=mix((0.97, 0.93, 0.83), look.second, dice.between(0.0, 0.2)),
    )


def build_drum(stage: Stage, drum: Drum) -> Footprint:
    """Put a drum on the stage; its emblem is in front."""
    shell, look = drum.shell, drum.look
    top, wide = shell.profile[0]

    def whole() -> None:
        turn_out(
            stage,
            shell,
            look.main,
            gloss=0.6 * look.gloss,
            marks=lambda: paint(stage, shell, drum.glaze, top + 0.12, -0.12),
        )
        if drum.cords and stage.sees(0.03):
            _cords(stage, drum)
        if drum.plaque and stage.sees(0.05):
            mark(stage, shell, 0.0, top / 2, lambda pen: _plaque(pen, drum))
        rims = Lathe(((top - 0.03, 1.05 * wide), (0.0, 1.05 * wide)), smooth=False)
        hoop(stage, rims, -0.09, 0.0, drum.rim)
        hoop(stage, rims, top - 0.03, top + 0.08, drum.rim)
        lid(stage, rims, drum.rim)
        x, y = stage.view.point(0.0, top - 0.03)
        stage.fill(ellipse(x, y, 0.96 * wide, 0.24 * wide), drum.skin, shade=0.08)

    stage.add((0, -0.4, 0), whole)
    if drum.sticks:
        for side, lift in ((-1, 0.0), (1, 0.03)):
            stick: list[Vec] = [(side * 0.05, top - 0.06 - lift, 0.18), (-side * 0.3, top - 0.1 - lift, -0.34)]
            stage.add((0, -0.4, 0), partial(_stick, stage, drum, stick), nearer=0.3 + lift)
    return Footprint(wide, wide, 0.35)


def _plaque(pen: Pen, drum: Drum) -> None:
    pen.fill(ellipse(0, 0, 0.16, 0.18), drum.rim, shade=0.1, edge=0.0)
    emblem(pen, drum.look.emblem, 0.22, drum.look.main, drum.look.second)


def _stick(stage: Stage, drum: Drum, stick: list[Vec]) -> None:
    stage.tube(stick, 0.045, _WOOD, straight=True)
    x, y = stage.view.point(*stick[0])
    stage.fill(ellipse(x, y, 0.05, 0.05), lighter(drum.look.second, 0.2), shade=0.2)


def _cords(stage: Stage, drum: Drum) -> None:
    """A cord up and down around the shell: its pieces on the near side."""
    shell, top = drum.shell, drum.shell.profile[0][0]
    step = 180.0 / drum.cords
    for i in range(2 * drum.cords):
        start, end = i * step, (i + 1) * step
        if math.cos(math.radians(start + step / 2 + stage.view.yaw_deg)) > -0.02:
            y0, y1 = (top + 0.05, -0.05) if i % 2 else (-0.05, top + 0.05)
            points = [
                shell.place(start, y0, 0.01),
                shell.place((start + end) / 2, (y0 + y1) / 2, 0.01),
                shell.place(end, y1, 0.01),
            ]
            stage.tube(points, 0.025, (0.97, 0.94, 0.86), straight=True, shine=0.0)


def drum_words(drum: Drum) -> tuple[str, ...]:
    """What tells a drum from others."""
    words = [drum.look.names[0], f"with {drum.rim_name} rims"]
    if drum.glaze.kind != "plain":
        words.append(glaze_words(drum.glaze))
    if drum.plaque:
        words.append(f"with {a(drum.look.names[0])} {drum.look.emblem} on a plate")
    elif drum.sticks:
        words.append("with two sticks")
    return tuple(words)


DRUM: Thing[Drum] = Thing("drum", (0.25, 0.45), make_drum, drum_words, build_drum)
