"""Hats of every day, and the garment that any hat is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from s2vbench.world.humans import costume_hats
from s2vbench.world.humans.hat_parts import HatCut, band, brim, crown, dome, dress, visor
from s2vbench.world.humans.look import Look
from s2vbench.world.humans.shape import Ring, hull, seen
from s2vbench.world.palette import darker, lighter
from s2vbench.world.pen import Pen, capsule, ellipse
from s2vbench.world.turn import Turn

HAT_DEPTH: Final = 0.09


def _beanie(pen: Pen, hat: HatCut, turn: Turn) -> None:
    if hat.size > 1.0:
        dress(pen, ellipse(*turn.point(0.0, -1.33, -0.05), 0.27, 0.26), hat.trim)
    crown(pen, turn, hat.cloth, dome(1.02, -1.24, -0.44))
    fold = [Ring(-0.7, 1.07, 1.11, -0.03), Ring(-0.55, 1.12, 1.16, -0.03), Ring(-0.32, 1.09, 1.13, -0.03)]
    dress(pen, hull(seen(turn, fold), crisp_top=True, crisp_bottom=True, sag=0.08), hat.trim)


def _beret(pen: Pen, hat: HatCut, turn: Turn) -> None:
    x, y = turn.point(0.28 * hat.side, -0.86, -0.1)
    lean = 13 * hat.side * turn.cos
    pen.fill(capsule((x, y - 0.4), 0.05, (x, y - 0.58), 0.05), darker(hat.cloth.colour, 0.1), edge=0.0)
    dress(pen, ellipse(x, y, 1.24 * hat.size, 0.46, lean), hat.cloth)
    band(pen, turn, hat.trim, Ring(-0.42, 1.05, 1.09, -0.05), Ring(-0.58, 1.05, 1.09, -0.05))


def _flat_cap(pen: Pen, hat: HatCut, turn: Turn) -> None:
    if turn.cos < -0.2:
        visor(pen, turn, hat.trim, -0.4, 0.85)
    rings = [
        Ring(-1.14, 0.5, 0.6, -0.02),
        Ring(-0.96, 1.0, 1.12, 0.04),
        Ring(-0.7, 1.13, 1.22, 0.05),
        Ring(-0.4, 1.06, 1.1, -0.02),
    ]
    crown(pen, turn, hat.cloth, rings)
    if turn.cos >= -0.2:
        visor(pen, turn, hat.trim, -0.44, 0.78)


def _cap(pen: Pen, hat: HatCut, turn: Turn) -> None:
    if turn.cos < -0.2:
        visor(pen, turn, hat.trim, -0.4, 1.0)
    crown(pen, turn, hat.cloth, dome(1.02, -1.18, -0.4))
    pen.fill(ellipse(*turn.point(0.0, -1.18, -0.04), 0.1, 0.06), hat.trim.colour, edge=0.0)
    if turn.cos >= -0.2:
        visor(pen, turn, hat.trim, -0.44, 0.95)


def _brimmed(pen: Pen, hat: HatCut, turn: Turn) -> None:
    """A sun or straw hat: wide brim, round crown, ribbon."""
    brim(pen, turn, hat.cloth, -0.46, 1.75 * hat.size, view=0.2)
    crown(pen, turn, hat.cloth, dome(0.98, -1.22, -0.48))
    band(pen, turn, hat.trim, Ring(-0.5, 1.06, 1.1, -0.03), Ring(-0.72, 1.01, 1.05, -0.03))


def _fedora(pen: Pen, hat: HatCut, turn: Turn) -> None:
    brim(pen, turn, hat.cloth, -0.47, 1.48 * hat.size, view=0.18)
    rings = [Ring(-1.3, 0.62, 0.8, 0.0), Ring(-1.18, 0.84, 0.96, -0.02), Ring(-0.48, 1.05, 1.08, -0.03)]
    crown(pen, turn, hat.cloth, rings)
    band(pen, turn, hat.trim, Ring(-0.48, 1.06, 1.09, -0.03), Ring(-0.74, 0.99, 1.04, -0.03))
    spot = turn.at(1.0 * hat.side, -0.75, 0.2)
    if spot.depth > -0.4:
        feather = capsule((spot.x, spot.y + 0.1), 0.05, (spot.x - 0.06 * hat.side, spot.y - 0.5), 0.09)
        pen.fill(feather, lighter(hat.trim.colour, 0.35), edge=0.0)


_KINDS: Final[dict[str, Callable[[Pen, HatCut, Turn], None]]] = {
    "toque": costume_hats.toque,
    "beanie": _beanie,
    "beret": _beret,
    "flat cap": _flat_cap,
    "cap": _cap,
    "sun hat": _brimmed,
    "straw hat": _brimmed,
    "fedora": _fedora,
    "top hat": costume_hats.top_hat,
    "pointed hat": costume_hats.wizard,
    "hard hat": costume_hats.hard_hat,
    "fire helmet": costume_hats.fire_helmet,
    "tricorn": costume_hats.tricorn,
    "bandana": costume_hats.bandana,
    "round cap": costume_hats.dixie,
    "ribbon cap": costume_hats.ribbon_cap,
    "crown": costume_hats.royal_crown,
    "tiara": costume_hats.tiara,
    "flower": costume_hats.flower,
    "headband": costume_hats.headband,
    "scrub cap": costume_hats.scrub_cap,
}


@dataclass(frozen=True)
class Hat(HatCut):
    """A hat as a garment."""

    def wear(self, look: Look) -> None:
        """Add it."""
        look.parts.add(HAT_DEPTH, lambda: self._draw(look))

    def _draw(self, look: Look) -> None:
        with look.head_frame() as pen:
            _KINDS[self.kind](pen, self, look.head_turn)
