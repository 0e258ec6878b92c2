"""Gift boxes."""

from __future__ import annotations

from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Decorate, Face, box_of
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter
from s2vbench.world.pen import Pen, box, ellipse, line

_SIDES: tuple[Face, ...] = ("front", "back", "left", "right")


@dataclass(frozen=True)
class GiftBox(Traits):
    """A wrapped box with a ribbon and a bow."""

    body: Box
    lid: bool
    paper: str
    ribbon: Colour
    ribbon_name: str
    band: float
    """How wide the ribbon is."""
    crossed: bool
    bow: float
    tag: bool


def make_gift_box(dice: Dice, look: Look, height_m: float) -> GiftBox:
    """A gift box by chance."""
    return GiftBox(
        look=look,
        height_m=height_m,
        body=Box(0.0, 0.0, 0.0, dice.between(0.62, 1.1), dice.between(0.58, 0.8), dice.between(0.55, 0.85)),
        lid=dice.chance(0.6),
        paper=dice.pick(("plain", "marks", "striped", "bars", "marks")),
        ribbon=look.accent,
        ribbon_name=look.names[2],
        band=dice.between(0.1, 0.17),
        crossed=dice.chance(0.7),
        bow=dice.between(0.85, 1.2),
        tag=dice.chance(0.5),
    )


def build_gift_box(stage: Stage, gift: GiftBox) -> Footprint:
    """Put a gift box on the stage; its tag hangs in front."""
    body, look = gift.body, gift.look
    size = {"front": body.width, "back": body.width, "left": body.depth, "right": body.depth}

    def face(name: Face) -> Decorate:
        def draw(pen: Pen) -> None:
            _paper(stage, pen, gift, size[name] / 2, body.height / 2)
            if gift.crossed or name in {"front", "back"}:
                pen.fill(box(-gift.band / 2, -body.height / 2, gift.band / 2, body.height / 2), gift.ribbon, edge=0.0)
            if name == "front" and gift.tag:
                _tag(pen, gift)

        return draw

    def top(pen: Pen) -> None:
        half, deep = body.width / 2, body.depth / 2
        pen.fill(box(-gift.band / 2, -deep - 0.02, gift.band / 2, deep + 0.02), gift.ribbon, shade=0.0, edge=0.0)
        if gift.crossed:
            pen.fill(box(-half - 0.02, -gift.band / 2, half + 0.02, gift.band / 2), gift.ribbon, shade=0.05, edge=0.0)

    marks: dict[Face, Decorate] = {name: face(name) for name in _SIDES}
    marks["top"] = top
    stage.add((0, -0.3, 0), lambda: box_of(stage, body, look.main, radius=0.012, marks=marks))
    if gift.lid:
        cover = Box(0.0, -body.height + 0.14, 0.0, body.width + 0.06, 0.16, body.depth + 0.06)
        trim: dict[Face, Decorate] = {"top": top}
        for name in _SIDES if gift.crossed else _SIDES[:2]:
            trim[name] = lambda pen: pen.fill(
                box(-gift.band / 2, -0.08, gift.band / 2, 0.08), gift.ribbon, shade=0.08, edge=0.0
            )
        stage.add((0, -0.3, 0), lambda: box_of(stage, cover, look.second, radius=0.015, marks=trim), nearer=0.01)
    stage.add((0, -0.3, 0), lambda: _bow(stage, gift, -body.height - 0.03 * gift.lid), nearer=0.02)
    return Footprint(body.width / 2, body.depth / 2, 0.35)


def _paper(stage: Stage, pen: Pen, gift: GiftBox, half: float, high: float) -> None:
    tint = gift.look.second if not gift.lid else lighter(gift.look.main, 0.5)
    if gift.paper == "plain" or not stage.sees(0.05):
        return
    if gift.paper == "marks":
        for i in range(4):
            for j in range(3):
                x = -half + (i + 0.5) * half / 2
                small_mark(pen, gift.look.mark, 0.13, tint, x, -high + (j + 0.3 + 0.4 * (i % 2)) * high / 1.5)
        return
    for i in range(4):
        at = -1 + (i + 0.5) / 2
        path = (
            box(-half, at * high - 0.04, half, at * high + 0.04)
            if gift.paper == "striped"
            else box(at * half - 0.04, -high, at * half + 0.04, high)
        )
        pen.fill(path, tint, shade=0.0, edge=0.0)


def _tag(pen: Pen, gift: GiftBox) -> None:
    with pen.moved(gift.band * 0.4, -gift.body.height / 2 + 0.14, turn_deg=-16):
        pen.stroke(line([(0, 0), (0.06, 0.1)]), darker(gift.ribbon, 0.3), 0.012)
        pen.fill(box(-0.02, 0.09, 0.16, 0.35, 0.03), (0.98, 0.95, 0.86), shade=0.06, edge=0.0)
        emblem(pen, gift.look.emblem, 0.14, gift.ribbon, gift.look.main, 0.23, 0.07)


def _bow(stage: Stage, gift: GiftBox, top: float) -> None:
    """Loops to the sides, or all around where the ribbon is crossed, and ends that hang over."""
    view, size, tint = stage.view, gift.bow, gift.ribbon
    knot: Vec = (0.0, top - 0.05, 0.0)
    for side in (-1, 1):
        tail: list[Vec] = [knot, (side * 0.15, top - 0.04, 0.1), (side * 0.22 * size, top, 0.24)]
        stage.tube(tail, 0.06, darker(tint, 0.08), shine=0.0)
    ways = ((1.0, 0.12), (-1.0, 0.12), (0.12, 1.0), (0.12, -1.0)) if gift.crossed else ((1.0, 0.1), (-1.0, 0.1))
    for dx, dz in sorted(ways, key=lambda way: view.depth(way[0], 0.0, way[1])):
        tip: Vec = (0.24 * size * dx, top - 0.16 * size, 0.24 * size * dz)
        stage.taper([(knot, 0.03), (tip, 0.095 * size)], tint)
        if stage.sees(0.06):
            hole: Vec = (0.8 * tip[0], top - 0.15 * size, 0.8 * tip[2])
            x, y = view.point(*hole)
            stage.pen.fill(ellipse(x, y, 0.055 * size, 0.05 * size), darker(tint, 0.35), shade=0.1, edge=0.0)
    x, y = view.point(*knot)
    stage.fill(ellipse(x, y, 0.075, 0.065), lighter(tint, 0.1), shade=0.2)


def gift_box_words(gift: GiftBox) -> tuple[str, ...]:
    """What tells a gift box from others."""
    words = [gift.look.names[0], f"with {a(gift.ribbon_name)} ribbon"]
    if gift.lid:
        words.append(f"with {a(gift.look.names[1])} lid")
    paper = {"marks": gift.look.mark, "striped": "stripes", "bars": "vertical stripes"}.get(gift.paper)
    if paper:
        words.append(f"with {paper} on its paper")
    return tuple(words)


GIFT_BOX: Thing[GiftBox] = Thing("gift box", (0.2, 0.5), make_gift_box, gift_box_words, build_gift_box)
