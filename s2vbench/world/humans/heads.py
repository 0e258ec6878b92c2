"""The head: skin, ears, face, hair and hat in the right order."""

from __future__ import annotations

from s2vbench.world.humans.faces import draw_face
from s2vbench.world.humans.hair import add_back, draw_crest, draw_shell, ears_covered
from s2vbench.world.humans.look import Look
from s2vbench.world.humans.person import EDGE, Face
from s2vbench.world.humans.shape import hull, seen
from s2vbench.world.palette import darker
from s2vbench.world.pen import Pen, ellipse
from s2vbench.world.turn import Turn

HEAD_DEPTH = 0.035


def add_head(look: Look) -> None:
    """Add the head and what hangs from it."""
    hat = look.who.outfit.hat
    add_back(look, hat=hat is not None)
    look.parts.add(HEAD_DEPTH, lambda: _draw(look))


def _draw(look: Look) -> None:
    who, turn = look.who, look.head_turn
    hat = who.outfit.hat is not None
    with look.head_frame() as pen:
        _ears(pen, who.face, turn, near=False)
        path = hull(seen(turn, who.face.rings))
        if pen.sees(0.045):
            pen.stroke(path, darker(who.face.skin, 0.4), 2 * EDGE / 0.124)
        pen.fill(path, who.face.skin, shade=0.1, edge=0.0)
        draw_face(pen, who, turn, look.expression)
        draw_shell(pen, who.hair, turn, hat=hat)
        if not hat:
            draw_crest(pen, who.hair, turn)
        if not ears_covered(who.hair):
            _ears(pen, who.face, turn, near=True)


def _ears(pen: Pen, face: Face, turn: Turn, *, near: bool) -> None:
    for side in (-1, 1):
        spot = turn.at(0.97 * side, 0.2, -0.08)
        if (spot.depth > -0.3) != near:
            continue
        wide = 0.1 + 0.07 * abs(turn.sin)
        path = ellipse(spot.x, spot.y, wide, 0.2)
        pen.fill(path, face.skin, shade=0.14, edge=0.0)
        if pen.sees(0.06):
            pen.fill(ellipse(spot.x, spot.y + 0.01, 0.5 * wide, 0.11), darker(face.skin, 0.2), shade=0.0, edge=0.0)
        if face.earrings and pen.sees(0.06):
            pen.fill(ellipse(spot.x, spot.y + 0.26, 0.075, 0.085), face.earrings, shade=0.3, edge=0.0)
