"""Wings of skin."""

from __future__ import annotations

from typing import Literal

import skia

from s2vbench.world.cartoons.rig import Rig
from s2vbench.world.cartoons.solids import Solid
from s2vbench.world.palette import Colour, darker

Crest = Literal["plates", "spikes", "humps", "frill", "sail"]


def draw_wing(rig: Rig, body: Solid, side: float, size: float, colour: Colour) -> None:
    """A wing on the back that flaps with what hangs loosely."""
    flap = 0.10 * rig.motion.swing + (0.16 if rig.motion.lift > 0.05 else 0.0)
    root = (side * 0.3 * body.rx, body.y - 0.35 * body.ry, body.z - 0.92 * body.rz)
    top = (root[0] + side * 0.8 * size, root[1] - (0.62 + flap) * size, root[2] - 0.3 * size)
    low = (root[0] + side * 1.05 * size, root[1] + (0.28 - flap) * size, root[2] - 0.4 * size)
    end = (root[0] + side * 0.1 * size, root[1] + 0.5 * size, root[2] - 0.1 * size)
    (x0, y0, depth), (x1, y1, _), (x2, y2, d2), (x3, y3, _) = (rig.seen(p) for p in (root, top, low, end))
    mid = ((x0 * 0.45 + x2 * 0.55), (y0 * 0.45 + y2 * 0.55 + 0.08 * size))
    path = skia.Path()
    path.moveTo(x0, y0)
    path.quadTo((x0 + x1) / 2, y1 + 0.02 * size, x1, y1)
    path.quadTo((x1 + x2) / 2 + 0.12 * (x2 - x0), (y1 + y2) / 2, x2, y2)
    path.quadTo((x2 + mid[0]) / 2, (y2 + mid[1]) / 2 - 0.16 * size, *mid)
    path.quadTo((x3 + mid[0]) / 2, (y3 + mid[1]) / 2 - 0.16 * size, x3, y3)
    path.close()
    bone = skia.Path()
    bone.moveTo(x1, y1)
    bone.quadTo((x1 + mid[0]) / 2 + 0.03, (y1 + mid[1]) / 2, *mid)

    def draw() -> None:
        rig.brush.shape(path, colour)
        if rig.pen.sees(0.02):
            rig.brush.stroke(bone, darker(colour, 0.35), 0.012)

    rig.add(0.35 * depth + 0.1 * d2 - 0.01, draw)
