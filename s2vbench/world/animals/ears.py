"""Shapes of ears: each makes the left ear for a skull of the given radii."""

from __future__ import annotations

import math

from s2vbench.world.animals.build import Ear
from s2vbench.world.animals.space import Vec


def pointed(skull: Vec, height: float, width: float, spread: float = 0.25, *, blunt: float = 0.12) -> Ear:
    """Upright and pointed; `spread` leans the tip outward by that share of the height."""
    sx, sy, sz = skull
    x, y, z = 0.58 * sx, -0.66 * sy, 0.05 * sz
    tip_x, tip_y = x + spread * height, y - height
    inner = 0.62 * width
    eggs = (
        (x, y, z, width, 0.7 * width, 0.55 * width),
        (tip_x, tip_y, z - 0.05 * height, blunt * width, blunt * width, blunt * width),
    )
    front = z + 0.5 * width
    inside = (
        (x + 0.86 * (tip_x - x), y + 0.86 * (tip_y - y), z + 0.02),
        (x + 1.25 * inner, y - 0.05 * height, front),
        (x, y + 0.1 * height, front),
        (x - 1.0 * inner, y - 0.1 * height, front),
    )
    return Ear(eggs, inside)


def rounded(skull: Vec, radius: float, lift: float = 0.3, out: float = 0.72) -> Ear:
    """A round disc on the upper side of the head."""
    sx, sy, sz = skull
    x, y, z = out * sx + 0.15 * radius, -0.68 * sy - lift * radius, -0.05 * sz
    eggs = ((x, y, z, radius, radius, 0.5 * radius),)
    ring = [2 * math.pi * i / 6 - math.pi / 2 for i in range(6)]
    inside = tuple(
        (x + 0.75 * radius * math.cos(a), y + 0.1 * radius + 0.75 * radius * math.sin(a), z + 0.4 * radius)
        for a in ring
    )
    return Ear(eggs, inside)


def floppy(skull: Vec, length: float, width: float, out: float = 0.1) -> Ear:
    """Hangs down beside the cheek."""
    sx, sy, sz = skull
    x, y, z = 0.72 * sx, -0.66 * sy, 0.05 * sz
    return Ear(
        (
            (x, y, z, 0.5 * width, 0.42 * width, 0.6 * width),
            (0.98 * sx + 0.35 * width + out * length, y + 0.42 * length, z, 0.42 * width, 0.9 * width, 0.95 * width),
            (1.0 * sx + 0.3 * width + 0.6 * out * length, y + length, z + 0.03, 0.34 * width, 0.6 * width, 0.7 * width),
        ),
        hangs=True,
    )


def folded(skull: Vec, height: float, width: float) -> Ear:
    """Upright, with a tip that falls forward and outward."""
    sx, sy, sz = skull
    x, y, z = 0.6 * sx, -0.66 * sy, 0.05 * sz
    return Ear(
        (
            (x, y, z, width, 0.7 * width, 0.6 * width),
            (x + 0.3 * height, y - 0.62 * height, z + 0.02, 0.6 * width, 0.35 * width, 0.4 * width),
            (x + 0.85 * height, y - 0.12 * height, z + 0.16, 0.12 * width, 0.12 * width, 0.12 * width),
        ),
        hangs=True,
    )


def long(skull: Vec, length: float, width: float, spread: float = 0.18) -> Ear:
    """Upright and long, widest in the middle."""
    sx, sy, sz = skull
    x, y, z = 0.4 * sx, -0.78 * sy, -0.05 * sz

    def place(share: float) -> tuple[float, float]:
        return x + spread * length * share, y - length * share

    (mx, my), (tx, ty) = place(0.55), place(0.95)
    eggs = (
        (x, y, z, 0.6 * width, 0.6 * width, 0.45 * width),
        (mx, my, z - 0.03, width, 1.4 * width, 0.5 * width),
        (tx, ty, z - 0.05, 0.45 * width, 0.5 * width, 0.3 * width),
    )
    front = z + 0.4 * width
    inner = 0.62 * width
    inside = (
        (tx, ty - 0.02, z),
        (mx + inner, my - 0.1 * length, front),
        (mx + inner, my + 0.15 * length, front),
        (x + 0.1 * inner, y, front),
        (mx - inner, my + 0.15 * length, front),
        (mx - inner, my - 0.1 * length, front),
    )
    return Ear(eggs, inside)


def lop(skull: Vec, length: float, width: float) -> Ear:
    """Long and hanging from the crown."""
    sx, sy, _ = skull
    x, y, z = 0.5 * sx, -0.86 * sy, 0.0
    return Ear(
        (
            (x, y, z, 0.5 * width, 0.5 * width, 0.55 * width),
            (1.02 * sx + 0.3 * width, y + 0.32 * length, z, 0.5 * width, 0.8 * width, 0.8 * width),
            (1.06 * sx + 0.45 * width, y + length, z + 0.03, 0.45 * width, 0.8 * width, 0.85 * width),
        ),
        hangs=True,
    )


def leaf(skull: Vec, length: float, width: float, rise_deg: float = 10.0) -> Ear:
    """Stands off to the side like a leaf; `rise_deg` 0 is level, 90 upright."""
    sx, sy, sz = skull
    x, y, z = 0.72 * sx, -0.55 * sy, -0.1 * sz
    cos, sin = math.cos(math.radians(rise_deg)), math.sin(math.radians(rise_deg))

    def place(share: float) -> tuple[float, float]:
        return x + length * share * cos, y - length * share * sin

    (mx, my), (tx, ty) = place(0.55), place(1.0)
    eggs = (
        (x, y, z, 0.5 * width, 0.5 * width, 0.4 * width),
        (mx, my, z, 0.95 * width, 0.95 * width, 0.5 * width),
        (tx, ty, z, 0.2 * width, 0.2 * width, 0.2 * width),
    )
    inner, front = 0.55 * width, z + 0.45 * width
    inside = (
        (tx - 0.03 * cos, ty + 0.03 * sin, z + 0.1 * width),
        (mx + sin * inner, my + cos * inner, front),
        (x + 0.2 * length * cos, y - 0.2 * length * sin, front),
        (mx - sin * inner, my - cos * inner, front),
    )
    return Ear(eggs, inside)


def fan(skull: Vec, size: float) -> Ear:
    """Large and flat, spread to the side."""
    sx, sy, sz = skull
    x, y, z = 0.75 * sx, -0.1 * sy, -0.15 * sz
    eggs = (
        (x + 0.1 * size, y - 0.15 * size, z, 0.5 * size, 0.6 * size, 0.1 * size),
        (x + 0.62 * size, y - 0.1 * size, z - 0.18 * size, 0.5 * size, 0.72 * size, 0.3 * size),
        (x + 0.5 * size, y + 0.55 * size, z - 0.1 * size, 0.3 * size, 0.36 * size, 0.2 * size),
    )
    inside = (
        (x + 0.5 * size, y - 0.72 * size, z),
        (x + 1.0 * size, y - 0.2 * size, z - 0.1 * size),
        (x + 0.7 * size, y + 0.72 * size, z),
        (x + 0.25 * size, y + 0.2 * size, z + 0.05),
        (x + 0.2 * size, y - 0.45 * size, z + 0.05),
    )
    return Ear(eggs, inside)
