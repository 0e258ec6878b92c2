"""Books."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from s2vbench.world.dice import Dice
from s2vbench.world.objects.emblems import emblem, small_mark
from s2vbench.world.objects.solids import Box, Decorate, Face, box_of
from s2vbench.world.objects.space import Stage, Vec
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import darker, mix
from s2vbench.world.pen import Pen, blob, box, ellipse, line


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
        stage.add((0, -0.5, z), partial(box_of, stage, plate, look.main, radius=0.008, marks=cover))
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


BOOK: Thing[Book] = Thing("book", (0.2, 0.32), make_book, book_words, build_book)
