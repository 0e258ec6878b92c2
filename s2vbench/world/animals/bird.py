"""The bird puppet: a body on two legs with wings, a neck and a beak."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import skia

from s2vbench.world.animals.birdhead import draw_bird_head
from s2vbench.world.animals.brush import brush
from s2vbench.world.animals.face import cap
from s2vbench.world.animals.flight import BirdPosture, bird_posture
from s2vbench.world.animals.plumage import Bird
from s2vbench.world.animals.space import Ball, Frame, hull, mark, surface
from s2vbench.world.animals.wear import ON_NECK, add_neckwear, draw_headwear
from s2vbench.world.dice import Dice
from s2vbench.world.english import in_full
from s2vbench.world.figure import Action, Anchors, Kind, Pose
from s2vbench.world.palette import darker, lighter
from s2vbench.world.pen import Pen, capsule, curve
from s2vbench.world.turn import Parts


@dataclass(eq=False)
class BirdSpecies:
    """A class of birds."""

    noun: str
    height_m: tuple[float, float]
    make: Callable[[Dice], Bird]
    actions: tuple[Action, ...] = ("stand", "walk", "run", "sit", "jump", "look", "wave")
    kind: Kind = "animal"

    def design(self, dice: Dice) -> Bird:
        """An individual."""
        return self.make(dice)

    def words(self, traits: Bird) -> tuple[str, ...]:
        """What tells it from others."""
        return in_full(traits.words)

    def draw(self, pen: Pen, traits: Bird, pose: Pose) -> Anchors:
        """Draw it; the canvas is scaled from the figure's units to the bird's own."""
        scale = traits.scale
        with pen.moved(scale_x=scale, scale_y=scale):
            anchors = _draw(brush(pen, scale), traits, pose)
        x, y = anchors.front
        return Anchors(None, (x * scale, y * scale), anchors.half_width * scale, anchors.lift * scale)


def _draw(pen: Pen, who: Bird, pose: Pose) -> Anchors:
    build = who.build
    at = bird_posture(build, pose)
    ground = Frame.turned(pose.yaw_deg)
    root = ground.child(0.0, 0.0, 0.0, roll=at.roll)
    body = root.child(0.0, at.body_y, 0.0, pitch=at.pitch)
    dy, dz = at.head_shift
    head = root.child(
        0.0, at.body_y - build.neck + dy, build.reach + dz, yaw=at.head_yaw, pitch=at.head_pitch, roll=at.head_roll
    )
    parts = Parts()
    parts.add(0.0, lambda: _body(pen, who, root, body, at))
    for i, side in enumerate((1, -1)):
        foot = at.feet[i]
        parts.add(
            -0.4 + 0.1 * side * ground.r[2] + (0.6 if pose.action == "sit" else 0.0) * ground.f[2],
            partial(_leg, pen, who, ground, body, foot),
        )
        parts.add(
            0.5 * side * ground.r[2] - 0.05 * ground.f[2],
            partial(_wing, pen, who, body, side, at.wings[i]),
        )
    parts.add(-0.6 * ground.f[2] - 0.02, lambda: _tail(pen, who, body))
    over_body = 0.6 + 0.3 * ground.f[2]
    parts.add(over_body, lambda: _head(pen, who, head, pose))
    for wear in who.wear:
        if wear.kind in ON_NECK:
            y, z = at.body_y, build.reach
            share = 0.52 if build.reach < 0.1 else 0.62
            neck = root.child(0.0, y - build.neck * share, z * share, pitch=-0.7 * math.atan2(z, build.neck))
            add_neckwear(parts, pen, wear, neck, build.neck_radius * 1.08, over_body - 0.05)
    parts.draw()
    wide = max(build.body[0] * 1.1, abs(ground.f[0]) * build.body[2])
    front = ground.at(0.0, at.body_y, build.body[2])
    return Anchors(None, (front[0], front[1]), wide, at.lift)


def _body(pen: Pen, who: Bird, root: Frame, body: Frame, at: BirdPosture) -> None:
    build, coat = who.build, who.coat
    ball = Ball(body, 0, 0, 0, *build.body)
    path = hull([ball], 20)
    r = build.neck_radius
    y = at.body_y
    low = Ball(root, 0, y - 0.35 * build.body[1], 0.5 * build.reach, 1.15 * r, r, 1.05 * r)
    high = Ball(root, 0, y - 0.85 * build.neck, 0.9 * build.reach, 0.9 * r, r, 0.9 * r)
    neck = hull([low, high], 12)
    dark = darker(coat.base, 0.32)
    same = coat.head == coat.base
    if same:
        path.addPath(neck)
    if pen.sees(0.009):
        pen.stroke(path, dark, 0.016)
    pen.fill(path, coat.base, shade=0.17, edge=0)
    belly = skia.Path()
    if mark(belly, ball, cap(surface(0, -8), coat.belly_size, 14, 1.25), 1.02):
        with pen.inside(path):
            pen.fill(belly, coat.belly, shade=0.1, edge=0)
            if coat.face == "bib":
                bib = skia.Path()
                mark(bib, ball, cap(surface(0, 46), 30, 10, 0.7), 1.02)
                pen.fill(bib, coat.accent, shade=0.08, edge=0)
    _flecks(pen, who, ball, path)
    if not same:
        if pen.sees(0.009):
            pen.stroke(neck, darker(coat.head, 0.32), 0.014)
        pen.fill(neck, coat.head, shade=0.12, edge=0)
        if coat.face == "ring":
            ring = hull([Ball(root, 0, y - 0.52 * build.neck, 0.56 * build.reach, 1.12 * r, 0.045, 1.08 * r)], 12)
            with pen.inside(neck):
                pen.fill(ring, coat.accent, shade=0.06, edge=0)


_FLECKS = tuple(
    cap(surface(lon, lat), 5.5, 7, 1.6)
    for lat, lons in ((22, (-34, 0, 34)), (-4, (-50, -17, 17, 50)), (-28, (-34, 0, 34)))
    for lon in lons
)
_BACK = tuple(
    cap(surface(lon, lat), 5.0, 7, 1.5)
    for lat, lons in ((30, (150, 180, 210)), (2, (135, 165, 195, 225)))
    for lon in lons
)


def _flecks(pen: Pen, who: Bird, ball: Ball, inside: skia.Path) -> None:
    coat = who.coat
    if coat.plumage == "plain" or not pen.sees(0.01):
        return
    path = skia.Path()
    if coat.plumage == "flecked":
        for fleck in (*_FLECKS, *_BACK):
            mark(path, ball, fleck)
    else:
        for bar in _BARS:
            mark(path, ball, bar)
    with pen.inside(inside):
        pen.fill(path, coat.fleck, shade=0, edge=0)


_BARS = tuple(
    tuple(
        surface(lon, lat + dy)
        for lon, dy in ((-48, 3), (-24, -1), (0, 3), (24, -1), (48, 3), (24, -7), (0, -3), (-24, -7))
    )
    for lat in (28, 8, -12, -32)
)


def _leg(pen: Pen, who: Bird, ground: Frame, body: Frame, foot: tuple[float, float, float]) -> None:
    build, coat = who.build, who.coat
    x, y, z = foot
    wide, long = build.foot
    sx, sy, _ = body.at(0.9 * x, 0.6 * build.body[1], 0.0)
    ax, ay, _ = ground.at(x, y - 0.03, z)
    shade = darker(coat.feet, 0.08)
    thick = max(0.3 * wide, 0.02)
    edge = 0.008 if pen.sees(0.009) else 0.0
    pen.fill(capsule((sx, sy), 1.3 * thick, (ax, ay), thick), shade, shade=0.08, edge=edge)
    heel = Ball(ground, x, y - 0.022, z - 0.02, 0.3 * wide, 0.022, 0.03)
    toes = Ball(ground, x, y - 0.018, z + 0.6 * long, wide, 0.02, 0.45 * long)
    pen.fill(hull([heel, toes], 16), coat.feet, shade=0.16, edge=edge)
    if pen.sees(0.01) and ground.f[2] > -0.2:
        for side in (-0.4, 0.4):
            (x0, y0, _), (x1, y1, _) = (ground.at(x + side * wide, y - 0.03, z + d * long) for d in (0.7, 1.04))
            pen.stroke(curve([(x0, y0), (x1, y1)]), darker(coat.feet, 0.35), 0.009)


def _wing(pen: Pen, who: Bird, body: Frame, side: int, raised: float) -> None:
    build, coat = who.build, who.coat
    rx, ry, rz = build.body
    long, wide = build.wing
    level = min(max((rz / ry - 1.0) / 0.3, 0.0), 1.0)
    shoulder = (0.9 * rx, -0.42 * ry, 0.25 * rz * level)
    down, back = (1.0 - 0.85 * level) * long, 0.95 * level * long + 0.12 * long
    cos, sin = math.cos(raised), math.sin(raised)
    # A raised wing swings out about the shoulder; a level one also comes forward.
    out = 0.12 * long + (0.75 if level else 1.0) * long * sin
    drop = down * cos if not level else down * cos - 0.55 * long * sin
    tip = (shoulder[0] + out, shoulder[1] + drop, shoulder[2] - back * (1 - 0.6 * level * abs(sin)))
    middle = tuple(0.5 * (a + b) for a, b in zip(shoulder, tip, strict=True))
    balls = [
        Ball(body, side * shoulder[0], shoulder[1], shoulder[2], 0.04, 0.62 * wide, 0.75 * wide),
        Ball(body, side * (middle[0] + 0.02), middle[1], middle[2], 0.045, wide, wide),
        Ball(body, side * tip[0], tip[1], tip[2], 0.02, 0.25 * wide, 0.3 * wide),
    ]
    path = hull(balls, 20)
    if pen.sees(0.009):
        pen.stroke(path, darker(coat.wing, 0.32), 0.014)
    pen.fill(path, coat.wing, shade=0.15, edge=0)
    if pen.sees(0.01) and level and side * body.r[2] > 0.3:
        ink = darker(coat.wing, 0.28)
        for share in (0.55, 0.8):
            x0, y0, _ = body.at(side * (middle[0] + 0.05), middle[1] + 0.1 * wide, middle[2] + (0.6 - share) * wide)
            x1, y1, _ = body.at(side * (middle[0] + 0.05), middle[1] + 0.75 * wide, middle[2] - share * wide)
            pen.stroke(curve([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 + 0.03), (x1, y1)]), ink, 0.011)


def _tail(pen: Pen, who: Bird, body: Frame) -> None:
    build, coat = who.build, who.coat
    _, ry, rz = build.body
    long, wide = build.tail
    colour = coat.tail or coat.wing
    edge = 0.009 if pen.sees(0.009) else 0.0
    if not build.plumes:
        level = rz > ry
        start = Ball(body, 0, 0.0 if level else 0.6 * ry, -0.82 * rz, 1.1 * wide, 0.06, 0.06)
        end_y = -0.75 * long if level else 0.85 * ry
        end = Ball(body, 0, end_y, -rz - long, 0.55 * wide, 0.028, 0.03)
        pen.fill(hull([start, end], 16), colour, shade=0.14, edge=edge)
        return
    for i, (rise, share) in enumerate(((2.0, 1.0), (1.55, 1.05), (1.1, 0.95), (0.6, 0.8), (0.15, 0.6))):
        for side in (1, -1):
            angle, x, y, z = rise, 0.0, -0.15 * ry, -0.8 * rz
            balls = []
            for step in range(4):
                radius = (0.042, 0.052, 0.044, 0.014)[step]
                balls.append(Ball(body, side * x, y, z, radius, radius, radius))
                reach = long * share / 3
                y -= reach * math.sin(angle)
                z -= reach * math.cos(angle)
                x += 0.05 + 0.012 * i
                angle -= 0.62
            path = skia.Path()
            for one, two in pairwise(balls):
                hull([one, two], 12, path)
            shade = lighter(colour, 0.12) if i % 2 else colour
            if edge:
                pen.stroke(path, darker(colour, 0.4), 0.012)
            pen.fill(path, shade, shade=0.14, edge=0)


def _head(pen: Pen, who: Bird, head: Frame, pose: Pose) -> None:
    draw_bird_head(pen, who, head, pose.expression)
    for wear in who.wear:
        if wear.kind not in ON_NECK:
            draw_headwear(pen, who.build.skull, wear, head)
