"""Gift boxes, treasure chests and books."""

from __future__ import annotations

import math
from dataclasses import dataclass

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Decorate, Face, Loft, box_of, loft_of
from s2vbench.world.objects.space import Stage, Vec, X, Z, times
from s2vbench.world.objects.thing import NUMBERS, Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import Colour, darker, lighter, mix, named
from s2vbench.world.pen import Pen, blob, box, curve, ellipse, line, polygon

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
        words.append(f"with {paper}")
    return tuple(words)


@dataclass(frozen=True)
class Chest(Traits):
    """A treasure chest with an arched lid."""

    wood: Colour
    wood_name: str
    metal: Colour
    metal_name: str
    width: float
    deep: float
    base: float
    bands: int
    lock: str
    badge: str
    feet: bool


def make_chest(dice: Dice, look: Look, height_m: float) -> Chest:
    """A treasure chest by chance."""
    wood = dice.pick(("brown", "red", "teal", "purple", "green", "navy", "orange", "beige"))
    metal, metal_name = dice.pick(
        (((0.93, 0.76, 0.33), "golden"), ((0.72, 0.74, 0.78), "silver"), ((0.8, 0.5, 0.32), "copper"))
    )
    return Chest(
        look=look,
        height_m=height_m,
        wood=named(wood, dice),
        wood_name=wood,
        metal=metal,
        metal_name=metal_name,
        width=dice.between(1.15, 1.5),
        deep=dice.between(0.68, 0.86),
        base=dice.between(0.5, 0.62),
        bands=dice.whole(2, 4),
        lock=dice.pick(("round", "shield", "heart")),
        badge=look.emblem,
        feet=dice.chance(0.5),
    )


def build_chest(stage: Stage, chest: Chest) -> Footprint:
    """Put a treasure chest on the stage; its lock is in front, its emblem on its left side."""
    half, deep, base = chest.width / 2, chest.deep / 2, chest.base
    body = Box(0.0, 0.0, 0.0, chest.width, base, chest.deep)
    marks: dict[Face, Decorate] = {
        "front": lambda pen: _planks(pen, chest, half, base / 2, ahead=True),
        "back": lambda pen: _planks(pen, chest, half, base / 2, ahead=False),
        "left": lambda pen: _end(pen, chest, deep, base / 2, badge=True),
        "right": lambda pen: _end(pen, chest, deep, base / 2, badge=False),
    }
    stage.add((0, -0.3, 0), lambda: box_of(stage, body, chest.wood, radius=0.015, marks=marks))
    rise = 0.97 - base
    arch = tuple((-deep * 1.04 * math.cos(t), -rise * math.sin(t)) for t in (math.pi * i / 14 for i in range(15)))

    def lid() -> None:
        loft = Loft(arch, (0.0, -chest.base, 0.0), times(Z, -1), w=times(X, 1.03 * chest.width))
        loft_of(stage, loft, chest.wood, shade=0.1)
        for x in _band_places(chest):
            _strap(stage, chest, arch, x)
        if stage.view.depth(0.0, 0.0, 1.0) > 0.03:
            _lock(stage, chest, deep)

    stage.add((0, -0.3, 0), lid, nearer=0.01)
    return Footprint(half, deep, 0.35)


def _band_places(chest: Chest) -> list[float]:
    return [(-0.46 + 0.92 * i / (chest.bands - 1)) * chest.width for i in range(chest.bands)]


def _strap(stage: Stage, chest: Chest, arch: tuple[tuple[float, float], ...], x: float) -> None:
    """A band of metal over the part of the lid that is seen."""
    seen = [
        (v - chest.base, -u)
        for u, v in arch
        if stage.view.depth(0.0, v / math.hypot(u, v), -u / math.hypot(u, v)) > -0.06
    ]
    if len(seen) > 1:
        one = [stage.view.point(x - 0.045, 1.01 * y, 1.01 * z) for y, z in seen]
        other = [stage.view.point(x + 0.045, 1.01 * y, 1.01 * z) for y, z in reversed(seen)]
        stage.fill(polygon([*one, *other]), chest.metal, shade=0.2)


def _planks(pen: Pen, chest: Chest, half: float, high: float, *, ahead: bool) -> None:
    for y in (-0.34 * high, 0.33 * high):
        pen.stroke(line([(-half, y), (half, y)]), darker(chest.wood, 0.35), 0.012)
    for x in _band_places(chest):
        pen.fill(box(x - 0.04, -high, x + 0.04, high), chest.metal, shade=0.2, edge=0.0)
        for y in (-0.7 * high, 0.7 * high):
            pen.fill(ellipse(x, y, 0.018, 0.018), darker(chest.metal, 0.45), shade=0.0, edge=0.0)
    pen.fill(box(-half, -high, half, -high + 0.05), darker(chest.metal, 0.12), shade=0.1, edge=0.0)
    if not ahead:
        pen.fill(box(-half, high - 0.05, half, high), darker(chest.metal, 0.2), shade=0.1, edge=0.0)


def _end(pen: Pen, chest: Chest, half: float, high: float, *, badge: bool) -> None:
    pen.fill(box(-half, -high, half, -high + 0.05), darker(chest.metal, 0.12), shade=0.1, edge=0.0)
    if badge:
        emblem(pen, chest.badge, 0.3, chest.look.accent, chest.metal, 0.05)
    else:
        pen.stroke(curve([(-0.14, -0.02), (-0.1, 0.1), (0.1, 0.1), (0.14, -0.02)]), darker(chest.metal, 0.3), 0.04)


def _lock(stage: Stage, chest: Chest, deep: float) -> None:
    with stage.plane((0.0, -chest.base + 0.04, deep + 0.03), X, (0.0, 1.0, 0.0)) as pen:
        tint = lighter(chest.metal, 0.2)
        if chest.lock == "round":
            pen.fill(ellipse(0, 0.03, 0.12, 0.12), tint, edge=stage.edge)
        elif chest.lock == "shield":
            pen.fill(
                blob([(-0.11, -0.1), (0.11, -0.1), (0.11, 0.06), (0, 0.17), (-0.11, 0.06)], 0.6), tint, edge=stage.edge
            )
        else:
            small_mark(pen, "hearts", 0.3, darker(chest.metal, 0.5), 0.0, 0.03)
            small_mark(pen, "hearts", 0.27, tint, 0.0, 0.03)
        pen.fill(ellipse(0, 0.01, 0.028, 0.028), (0.18, 0.14, 0.16), shade=0.0, edge=0.0)
        pen.fill(box(-0.012, 0.01, 0.012, 0.08), (0.18, 0.14, 0.16), shade=0.0, edge=0.0)


def chest_words(chest: Chest) -> tuple[str, ...]:
    """What tells a treasure chest from others."""
    return (
        chest.wood_name,
        f"with {NUMBERS[chest.bands]} {chest.metal_name} bands",
        f"with {a(chest.lock)}-shaped lock" if chest.lock != "round" else "with a round lock",
    )


@dataclass(frozen=True)
class Book(Traits):
    """A closed book that stands upright, its spine at its right."""

    width: float
    thick: float
    frame: str
    spine: int
    ribbon: bool
    corners: bool


def make_book(dice: Dice, look: Look, height_m: float) -> Book:
    """A book by chance."""
    return Book(
        look=look,
        height_m=height_m,
        width=dice.between(0.62, 0.86),
        thick=dice.between(0.15, 0.34),
        frame=dice.pick(("frame", "double", "bands", "half", "none")),
        spine=dice.whole(2, 4),
        ribbon=dice.chance(0.6),
        corners=dice.chance(0.5),
    )


def build_book(stage: Stage, book: Book) -> Footprint:
    """Put a book on the stage."""
    width, thick, look = book.width, book.thick, book.look
    board = 0.045
    cream = (0.97, 0.93, 0.83)

    def pages(pen: Pen) -> None:
        for i in range(4):
            x = (i - 1.5) * 0.2 * thick
            pen.stroke(line([(x, -0.45), (x, 0.45)]), darker(cream, 0.14), 0.008)

    inner = Box(0.02, -0.03, 0.0, width - 0.06, 0.92, thick - 0.04)
    stage.add((0.0, -0.5, 0.0), lambda: box_of(stage, inner, cream, marks={"left": pages}))
    cover: dict[Face, Decorate] = {
        "front": lambda pen: _cover(pen, book, ahead=True),
        "back": lambda pen: _cover(pen, book, ahead=False),
    }
    for z in (-0.5 * thick, 0.5 * thick):
        plate = Box(0.0, 0.0, z, width, 0.985, board)
        stage.add((0, -0.5, z), lambda plate=plate: box_of(stage, plate, look.main, radius=0.008, marks=cover))  # type: ignore[misc]
    back = Box(-0.5 * width, 0.0, 0.0, board, 0.985, thick + board)

    def ridges(pen: Pen) -> None:
        for i in range(book.spine):
            y = -0.36 + 0.72 * i / (book.spine - 1)
            pen.fill(box(-0.5 * thick, y - 0.025, 0.5 * thick, y + 0.025, 0.01), look.second, shade=0.1, edge=0.0)
        emblem(pen, look.emblem, min(0.14, 0.6 * thick), look.second, look.accent, -0.36 + 0.36 / (book.spine - 1))

    stage.add((-0.5 * width, -0.5, 0.0), lambda: box_of(stage, back, look.main, radius=0.01, marks={"right": ridges}))
    if book.ribbon:
        x = 0.3 * width
        tail: list[Vec] = [(x, -0.93, 0), (0.51 * width, -0.97, 0), (0.53 * width, -0.75, 0), (0.52 * width, -0.56, 0)]
        stage.add((0.52 * width, -0.5, 0.0), lambda: stage.tube(tail, 0.032, look.accent, shine=0.0))
    return Footprint(width / 2, thick / 2)


def _cover(pen: Pen, book: Book, *, ahead: bool) -> None:
    look, half = book.look, book.width / 2
    tint = look.second
    hinge = -half + 0.07 if ahead else half - 0.07
    pen.stroke(line([(hinge, -0.49), (hinge, 0.49)]), darker(look.main, 0.3), 0.014)
    left, right = (-half + 0.13, half - 0.06) if ahead else (-half + 0.06, half - 0.13)
    _frames(pen, book, left, right)
    if book.corners:
        x = half if ahead else -half
        for y in (-0.49, 0.49):
            inward = -0.14 if ahead else 0.14
            pen.fill(blob([(x, y), (x + inward, y), (x, y - 0.14 * (1 if y > 0 else -1))], 0.0), look.accent, edge=0.0)
    middle = (left + right) / 2
    if ahead:
        pen.fill(ellipse(middle, -0.06, 0.21, 0.21), mix(look.main, tint, 0.24), shade=0.1, edge=0.0)
        emblem(pen, look.emblem, 0.3, look.accent, tint, -0.06, middle)
    else:
        small_mark(pen, look.mark, 0.12, tint, middle, 0.3)


def _frames(pen: Pen, book: Book, left: float, right: float) -> None:
    tint = book.look.second
    if book.frame == "frame":
        pen.stroke(box(left, -0.42, right, 0.42, 0.04), tint, 0.028)
    elif book.frame == "double":
        for gap in (0.0, 0.045):
            pen.stroke(box(left + gap, -0.43 + gap, right - gap, 0.43 - gap, 0.02), tint, 0.016)
    elif book.frame == "bands":
        for y in (-0.4, 0.27):
            pen.fill(box(left - 0.03, y, right + 0.06, y + 0.07), tint, edge=0.0)
    elif book.frame == "half":
        pen.fill(box(left - 0.06, 0.22, right + 0.07, 0.5), tint, edge=0.0)


def book_words(book: Book) -> tuple[str, ...]:
    """What tells a book from others."""
    words = [book.look.names[0], f"with {a(book.look.names[2])} {book.look.emblem} on its cover"]
    if book.frame != "none":
        kind = {"frame": "frame", "double": "double frame", "bands": "bands", "half": "lower edge"}[book.frame]
        words.append(f"with {book.look.names[1]} {kind}" if kind == "bands" else f"with {a(book.look.names[1])} {kind}")
    if book.ribbon:
        words.append(f"with {a(book.look.names[2])} bookmark")
    return tuple(words)


GIFT_BOX: Thing[GiftBox] = Thing("gift box", (0.2, 0.5), make_gift_box, gift_box_words, build_gift_box)
CHEST: Thing[Chest] = Thing("treasure chest", (0.4, 0.7), make_chest, chest_words, build_chest, hop=0.3)
BOOK: Thing[Book] = Thing("book", (0.2, 0.32), make_book, book_words, build_book)
