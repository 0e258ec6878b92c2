"""The four-legged puppet."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import skia

from s2vbench.world.animals.brush import brush
from s2vbench.world.animals.build import Animal, Build
from s2vbench.world.animals.coat import draw_patches
from s2vbench.world.animals.gait import Posture, posture_of
from s2vbench.world.animals.limbs import add_legs, add_tail
from s2vbench.world.animals.skull import draw_head
from s2vbench.world.animals.space import Ball, Frame, hull, tufted
from s2vbench.world.animals.wear import ON_HEAD, ON_NECK, add_neckwear, draw_blanket, draw_headwear
from s2vbench.world.dice import Dice
from s2vbench.world.english import in_full
from s2vbench.world.figure import Action, Anchors, Kind, Pose
from s2vbench.world.palette import darker, lighter
from s2vbench.world.pen import Pen, ellipse
from s2vbench.world.turn import Parts

Design = Callable[[Dice], Animal]


@dataclass(eq=False)
class Quadruped:
    """A class of animals on four legs."""

    noun: str
    height_m: tuple[float, float]
    make: Design
    actions: tuple[Action, ...] = ("stand", "walk", "run", "sit", "jump", "look", "wave")
    kind: Kind = "animal"

    def design(self, dice: Dice) -> Animal:
        """An individual."""
        return self.make(dice)

    def words(self, traits: Animal) -> tuple[str, ...]:
        """What tells it from others."""
        return in_full(traits.words)

    def draw(self, pen: Pen, traits: Animal, pose: Pose) -> Anchors:
        """Draw it; the canvas is scaled from the figure's units to the animal's own."""
        if pose.action not in self.actions:
            pose = Pose("stand", pose.phase, pose.yaw_deg, pose.expression)
        with pen.moved(scale_x=traits.scale, scale_y=traits.scale):
            anchors = _draw(brush(pen, traits.scale), traits, pose)
        scale = traits.scale
        x, y = anchors.front
        return Anchors(None, (x * scale, y * scale), anchors.half_width * scale, anchors.lift * scale)


def standing_top(build: Build) -> float:
    """How high the top of the skull is in the animal's own units."""
    return build.front + 0.15 * build.chest[1] + build.neck[0] + build.head.skull[1]


def _draw(pen: Pen, who: Animal, pose: Pose) -> Anchors:
    build = who.build
    at = posture_of(build, pose)
    root = Frame.turned(pose.yaw_deg)
    middle_y, middle_z = (at.chest[0] + at.hips[0]) / 2, (at.chest[1] + at.hips[1]) / 2
    rise = math.atan2(at.hips[0] - at.chest[0], at.chest[1] - at.hips[1])
    body = root.child(0.0, middle_y, middle_z, pitch=rise)
    half = math.hypot(at.chest[0] - at.hips[0], at.chest[1] - at.hips[1]) / 2
    up, forward = build.neck
    lean = 0.0 if at.sits else 0.6 * rise
    head_y = at.chest[0] - up * math.cos(lean) - forward * math.sin(lean) + at.head_shift[0]
    head_z = at.chest[1] + forward * math.cos(lean) - up * math.sin(lean) + at.head_shift[1]
    head = root.child(0.0, head_y, head_z, yaw=at.head_yaw, pitch=at.head_pitch, roll=at.head_roll)
    parts = Parts()
    head_depth = (head_z - middle_z) * root.f[2] + 0.2 + 0.5 * max(root.f[2], 0.0)
    behind = head_depth < 0
    parts.add(0.0, lambda: _body(pen, who, root, body, half, at, (head_y, head_z), neck=not behind))
    if behind:
        parts.add(head_depth - 0.02, lambda: _bare_neck(pen, who, root, at, (head_y, head_z)))
        if build.neck_hair in {"crest", "upright"}:
            parts.add(head_depth + 0.002, lambda: _crest(pen, who, root, at, (head_y, head_z)))
    add_legs(parts, pen, who, root, at)
    if build.tail.length > 0:
        add_tail(parts, pen, who, body, root, at, half + 0.8 * build.hips[2])
    parts.add(head_depth, lambda: _head(pen, who, head, pose, at))
    _add_wear(parts, pen, who, root, at, (head_y, head_z), head_depth)
    parts.draw()
    wide = max(abs(root.f[0]) * (half + build.hips[2]), build.hips[0] * 1.1)
    front = root.at(0.0, head_y, head_z + build.head.skull[2])
    return Anchors(None, (front[0], front[1]), wide, at.lift)


def _body(
    pen: Pen, who: Animal, root: Frame, body: Frame, half: float, at: Posture, head: tuple[float, float], *, neck: bool
) -> None:
    build, coat = who.build, who.coat
    outline = _barrel(build, body, half)
    if neck:
        _neck(who, root, at, head, outline)
        if build.neck_hair in {"crest", "upright"}:
            _crest(pen, who, root, at, head)
    if pen.sees(0.009):
        pen.stroke(outline, darker(coat.base, 0.32), 0.014)
    pen.fill(outline, coat.base, shade=0.17, edge=0)
    long = half + 0.5 * (build.chest[2] + build.hips[2])
    wide, tall = max(build.chest[0], build.hips[0]), max(build.chest[1], build.hips[1])
    whole = Ball(body, 0, 0, 0, wide, tall, long)
    draw_patches(pen, coat.patches, "body", whole, outline)
    if neck:
        _neck_marks(pen, who, root, at, head, outline)
    if pen.sees(0.007) and root.f[2] > -0.3:
        x, y, _ = root.at(0.0, *head)
        sx, sy = build.head.skull[:2]
        with pen.inside(outline):
            pen.fill(ellipse(x, y + 0.3 * sy, sx, sy), darker(coat.base, 0.6), shade=0, edge=0, alpha=0.16)
    for wear in who.wear:
        if wear.kind == "blanket":
            draw_blanket(pen, wear, whole, outline)
    if build.shell is not None:
        _shell(pen, who, body)


def _barrel(build: Build, body: Frame, half: float) -> skia.Path:
    """The outline of chest and hips."""
    balls = [Ball(body, 0, 0, half, *build.chest), Ball(body, 0, 0, -half, *build.hips)]
    if build.hump > 0:
        balls.append(Ball(body, 0, -0.4 * build.hump, 0.3 * half, 0.8 * build.chest[0], build.chest[1], build.chest[2]))
    if build.fur == "smooth":
        return hull(balls, 20)
    sharp = build.fur == "shaggy"
    return tufted(balls, build.tuft, 24 if sharp else 20, sharp=sharp)


def _neck(who: Animal, root: Frame, at: Posture, head: tuple[float, float], path: skia.Path) -> None:
    """Add the neck to a path."""
    build = who.build
    base, top = build.neck_radii
    y, z = at.chest
    low = Ball(root, 0, y - 0.25 * build.chest[1], z + 0.2 * build.chest[2], base, base, base)
    high = Ball(root, 0, y + 0.85 * (head[0] - y), z + 0.85 * (head[1] - z), top, top, top)
    hull([low, high], 12, path)


def _bare_neck(pen: Pen, who: Animal, root: Frame, at: Posture, head: tuple[float, float]) -> None:
    """The neck as seen from behind: before the head, beyond the body."""
    path = skia.Path()
    _neck(who, root, at, head, path)
    if pen.sees(0.009):
        pen.stroke(path, darker(who.coat.base, 0.32), 0.014)
    pen.fill(path, who.coat.base, shade=0.17, edge=0)
    _neck_marks(pen, who, root, at, head, path)


def _neck_marks(pen: Pen, who: Animal, root: Frame, at: Posture, head: tuple[float, float], outline: skia.Path) -> None:
    if not any(patch.where == "neck" for patch in who.coat.patches):
        return
    (y, z), (hy, hz) = at.chest, head
    lean = math.atan2(hz - z, y - hy)
    frame = root.child(0.0, (y + hy) / 2, (z + hz) / 2, pitch=-lean)
    base, top = who.build.neck_radii
    radius = 0.5 * (base + top)
    ball = Ball(frame, 0, 0, 0, radius, 0.62 * math.hypot(hy - y, hz - z), radius)
    draw_patches(pen, who.coat.patches, "neck", ball, outline)


def _crest(pen: Pen, who: Animal, root: Frame, at: Posture, head: tuple[float, float]) -> None:
    """Hair along the neck: hanging to the left, or upright."""
    build = who.build
    (y, z), (hy, hz) = at.chest, head
    _, sy, sz = build.head.skull
    r = max(build.tuft * 3.0, 0.05)
    upright = build.neck_hair == "upright"
    x = 0.0 if upright else 0.35 * r
    thick = 0.55 * r if upright else 0.75 * r
    low = Ball(root, x, y - 0.55 * build.chest[1], z - 0.1 * build.chest[2], thick, r, r)
    middle = Ball(
        root, x, 0.45 * y + 0.55 * hy, 0.45 * z + 0.55 * hz - 0.9 * build.neck_radii[1] - 0.2 * r, thick, r, r
    )
    high = Ball(root, 0.0, hy - 0.8 * sy, hz - 0.35 * sz, 0.8 * thick, 0.9 * r, r)
    path = tufted([low, middle], build.tuft, 16, sharp=True)
    tufted([middle, high], build.tuft, 16, sharp=True, path=path)
    pen.fill(path, who.coat.hair, shade=0.16, edge=0)


def _shell(pen: Pen, who: Animal, body: Frame) -> None:
    assert who.build.shell is not None
    rx, ry, rz = who.build.shell
    low = 0.06
    colour = who.coat.shell
    edge = 0.012 if pen.sees(0.009) else 0.0
    pen.fill(
        hull([Ball(body, 0, low + 0.02, 0, rx * 1.07, 0.05, rz * 1.07)], 20), lighter(colour, 0.3), shade=0.2, edge=edge
    )
    floor = Ball(body, 0, low - 0.03, 0, rx, 0.03, rz)
    dome = Ball(body, 0, low - 0.42 * ry, 0, 0.84 * rx, 0.58 * ry, 0.84 * rz)
    path = hull([floor, dome], 20)
    pen.fill(path, colour, shade=0.2, edge=edge)
    draw_patches(pen, who.coat.patches, "body", Ball(body, 0, low, 0, rx, ry, rz), path)


def _head(pen: Pen, who: Animal, head: Frame, pose: Pose, at: Posture) -> None:
    behind = head.f[2] < -0.3
    worn = [wear for wear in who.wear if wear.kind in ON_HEAD]
    for wear in worn:
        if behind and wear.kind in {"flower", "ear bow"}:
            draw_headwear(pen, who.build.head.skull, wear, head)
    draw_head(pen, who, head, pose.expression, at.ears)
    for wear in worn:
        if not (behind and wear.kind in {"flower", "ear bow"}):
            draw_headwear(pen, who.build.head.skull, wear, head)


def _add_wear(
    parts: Parts, pen: Pen, who: Animal, root: Frame, at: Posture, head: tuple[float, float], head_depth: float
) -> None:
    (y, z), (hy, hz) = at.chest, head
    base, top = who.build.neck_radii
    share = 0.4
    lean = math.atan2(hz - z, y - hy)
    for wear in who.wear:
        if wear.kind in ON_NECK:
            neck = root.child(0.0, y + (hy - y) * share, z + (hz - z) * share, pitch=-0.75 * lean)
            radius = 1.06 * (base + (top - base) * share)
            above = head_depth + 0.005 if head_depth < 0 else max(0.02, min(head_depth - 0.01, 0.3))
            add_neckwear(parts, pen, wear, neck, radius, above)
