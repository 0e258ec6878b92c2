"""Legs and tails."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import skia

from s2vbench.world.animals.build import Animal, Tail
from s2vbench.world.animals.gait import Posture
from s2vbench.world.animals.space import Ball, Frame, hull, seen_line, surface, tufted
from s2vbench.world.palette import Colour, darker, mix
from s2vbench.world.pen import Pen, capsule, curve
from s2vbench.world.turn import Parts

_TOES = tuple(tuple(surface(lon, lat) for lat in (52, 22, -8)) for lon in (-24, 24))


def add_legs(parts: Parts, pen: Pen, who: Animal, root: Frame, at: Posture) -> None:
    """All four legs, sorted among themselves and against the body (which has depth 0)."""
    # Where legs do not look like the body, they begin below it; those of its own colour grow out of its flanks.
    same = who.coat.legs == who.coat.base
    behind = who.build.fur == "woolly" or who.build.shell is not None or not (same or at.sits)
    for leg in range(4):
        front = leg < 2
        side = 1 if leg % 2 == 0 else -1
        z = (at.chest if front else at.hips)[1]
        # A leg at the flank is in front of the body well before the body is seen from the side.
        depth = 0.6 * z * root.f[2] + 1.8 * side * who.build.stance * root.r[2]
        if behind:
            depth -= 1.0
        if at.waves and leg == 1:
            depth += 0.3 * root.f[2]
        parts.add(depth, partial(_leg, pen, who, root, at, leg, depth))


def _leg(pen: Pen, who: Animal, root: Frame, at: Posture, leg: int, depth: float) -> None:
    build, coat = who.build, who.coat
    front = leg < 2
    side = 1 if leg % 2 == 0 else -1
    top_r, knee_r, ankle_r = build.limb
    foot_x, foot_y, foot_z = at.feet[leg]
    body_y, body_z = at.chest if front else at.hips
    radii = build.chest if front else build.hips
    joint_y = body_y + 0.15 * radii[1]
    joint_x = side * min(build.stance, radii[0] - 0.3 * top_r)
    length = (build.front if front else build.hind) - build.foot[1]
    ankle = (foot_y - build.foot[1], foot_z - 0.25 * build.foot[2])
    folded = at.sits and not front
    knee = _bend((joint_y, body_z), ankle, 0.55 * length, 0.5 * length, 1.0 if front or folded else -1.0)
    shade = min(max(-depth, 0.0) * 0.55, 0.16) if depth > -0.6 else 0.04
    colour = darker(coat.legs, shade)
    x0, y0, _ = root.at(joint_x, joint_y, body_z)
    x1, y1, _ = root.at(0.5 * (joint_x + foot_x), *knee)
    x2, y2, _ = root.at(foot_x, *ankle)
    path = skia.Path()
    if front:
        path.addPath(capsule((x0, y0), top_r, (x1, y1), knee_r))
    else:
        thigh = build.thigh
        if folded:
            knee = (min(at.hips[0] * 0.9, -0.8 * thigh), 0.45 * (body_z + foot_z))
            x1, y1, _ = root.at(0.9 * foot_x, *knee)
        thick = thigh * (0.78 + 0.22 * abs(root.f[0]))
        x3, y3, _ = root.at(0.85 * joint_x, joint_y - 0.3 * thigh * (not folded), body_z)
        path.addPath(capsule((x3, y3), thick, (x1, y1), 0.8 * thigh if folded else knee_r))
    path.addPath(capsule((x1, y1), knee_r, (x2, y2), ankle_r))
    foot = Ball(root, foot_x, foot_y - build.foot[1], foot_z, *build.foot)
    if not build.hooves:
        hull([foot], 12, path)
    if pen.sees(0.009):
        _soft_contour(pen, path, colour)
    bounds = path.getBounds()
    shades = (colour, darker(colour, 0.03), darker(colour, 0.14))
    pen.gradient(path, shades, (0.0, bounds.top()), (0.0, bounds.bottom()))
    if coat.bands is not None and pen.sees(0.009):
        _bands(pen, darker(coat.bands, shade), ((x0, y0, top_r), (x1, y1, knee_r), (x2, y2, ankle_r)))
    _finish(pen, who, leg, shade, (x1, y1), (x2, y2), foot)


def _bands(pen: Pen, colour: Colour, bones: tuple[tuple[float, float, float], ...]) -> None:
    """Stripes across a leg."""
    path = skia.Path()
    for (ax, ay, ar), (bx, by, br) in pairwise(bones):
        long = math.hypot(bx - ax, by - ay)
        if long < 0.05:
            continue
        for share in (0.3, 0.72):
            x, y, r = ax + (bx - ax) * share, ay + (by - ay) * share, 0.86 * (ar + (br - ar) * share)
            nx, ny = -(by - ay) / long * r, (bx - ax) / long * r
            path.moveTo(x - nx, y - ny)
            path.quadTo(x + 0.2 * (bx - ax) / long * r, y + 0.2 * (by - ay) / long * r, x + nx, y + ny)
    pen.stroke(path, colour, 0.024)


def _contour(pen: Pen, path: skia.Path, colour: Colour) -> None:
    """A thin dark rim that tells a part from one of the same colour behind it."""
    if pen.sees(0.009):
        pen.stroke(path, darker(colour, 0.3), 0.014)


def _soft_contour(pen: Pen, path: skia.Path, colour: Colour) -> None:
    """A rim that fades out where the leg grows out of the body."""
    bounds = path.getBounds()
    top, bottom = bounds.top(), bounds.bottom()
    dark = darker(colour, 0.32)
    stops = [skia.Color4f(*dark, alpha).toColor() for alpha in (0.0, 0.25, 1.0)]
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(0, top), skia.Point(0, top + 0.62 * (bottom - top))], stops, [0.0, 0.4, 1.0]
    )
    paint = skia.Paint(AntiAlias=True, Shader=shader, Style=skia.Paint.kStroke_Style, StrokeWidth=0.016)
    pen.canvas.drawPath(path, paint)


def _finish(
    pen: Pen, who: Animal, leg: int, shade: float, knee: tuple[float, float], ankle: tuple[float, float], foot: Ball
) -> None:
    """Socks, hooves and toes."""
    build, coat = who.build, who.coat
    sock = coat.socks[leg]
    if sock is not None:
        share = coat.sock_share
        x, y = ankle[0] + (knee[0] - ankle[0]) * share, ankle[1] + (knee[1] - ankle[1]) * share
        radius = build.limb[2] + (build.limb[1] - build.limb[2]) * share
        path = capsule((x, y), 1.02 * radius, ankle, 1.04 * build.limb[2])
        if not build.hooves:
            hull([foot], 12, path)
        pen.fill(path, darker(sock, shade), shade=0.1, edge=0)
    if build.hooves:
        pen.fill(hull([foot], 12), darker(coat.feet, shade), shade=0.16, edge=0)
    elif pen.sees(0.01):
        ink = darker(sock or coat.legs, 0.42)
        for toe in _TOES:
            line = seen_line(foot, toe)
            if len(line) > 1:
                pen.stroke(curve(line), ink, 0.011)


def _bend(
    start: tuple[float, float], end: tuple[float, float], upper: float, lower: float, forward: float
) -> tuple[float, float]:
    """Y and z of the joint between two bones."""
    dy, dz = end[0] - start[0], end[1] - start[1]
    gap = math.hypot(dy, dz) or 1e-6
    reach = min(gap, 0.999 * (upper + lower))
    along = min(max((upper * upper - lower * lower + reach * reach) / (2 * reach), 0.0), upper)
    off = forward * math.sqrt(max(upper * upper - along * along, 0.0))
    share = along / reach
    return start[0] + dy * share - off * dz / gap, start[1] + dz * share + off * dy / gap


def add_tail(parts: Parts, pen: Pen, who: Animal, body: Frame, root: Frame, at: Posture, start: float) -> None:
    """The tail; `start` is how far behind the body's middle it begins."""
    tail = who.build.tail
    shelled = who.build.shell is not None
    up = (0.3 if shelled else -0.35) * who.build.hips[1]
    chain = _chain(tail, body.at(0.0, up, -start), root, at)
    depth = -start * root.f[2] * 1.3 - shelled
    parts.add(depth, lambda: _draw_tail(pen, who, chain))


def _chain(
    tail: Tail, start: tuple[float, float, float], root: Frame, at: Posture, count: int = 7
) -> list[tuple[float, float, float]]:
    """x, y and radius of each joint."""
    angle = math.radians(tail.rise_deg) + at.tail_rise * (0.7 if tail.rise_deg < 60 else 0.25)
    sway = math.radians(tail.side_deg) + at.tail_sway
    x, y, z = 0.0, 0.0, 0.0
    step = tail.length / count
    r, d, f = root.r, root.d, root.f
    chain = []
    for i in range(count + 1):
        share = i / count
        low, middle, high = tail.radii
        ahead = 1 - share
        radius = low * ahead * (1 - 2 * share) + 4 * middle * share * ahead + high * share * (2 * share - 1)
        chain.append((start[0] + x * r[0] + y * d[0] + z * f[0], start[1] + x * r[1] + y * d[1] + z * f[1], radius))
        bend = (
            angle + math.radians(tail.curl_deg) * (share - 0.1) - math.radians(tail.flick_deg) * max(share - 0.5, 0.0)
        )
        swing = sway * (0.4 + 0.9 * share)
        z -= step * math.cos(bend) * math.cos(swing)
        x += step * math.sin(swing)
        y -= step * math.sin(bend) * math.cos(0.5 * swing)
    # The tip of a hanging tail stays above the ground.
    return [(px, min(py, 0.02 - radius), radius) for px, py, radius in chain]


def _draw_tail(pen: Pen, who: Animal, chain: list[tuple[float, float, float]]) -> None:
    build, coat, tail = who.build, who.coat, who.build.tail
    path = skia.Path()
    for (x0, y0, r0), (x1, y1, r1) in pairwise(chain):
        path.addPath(capsule((x0, y0), r0, (x1, y1), r1))
    _contour(pen, path, coat.tail)
    pen.fill(path, coat.tail, shade=0.12, edge=0)
    if tail.tip_share > 0:
        first = round((len(chain) - 1) * (1 - tail.tip_share))
        tip = skia.Path()
        for (x0, y0, r0), (x1, y1, r1) in pairwise(chain[first:]):
            tip.addPath(capsule((x0, y0), 1.01 * r0, (x1, y1), 1.01 * r1))
        pen.fill(tip, coat.tail_tip, shade=0.08, edge=0)
    if tail.tuft > 0:
        x, y, _ = chain[-1]
        px, py, _ = chain[-2]
        ball = Ball(Frame((x, y, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)), 0, 0, 0, tail.tuft, tail.tuft, tail.tuft)
        end = Ball(
            Frame((x, y, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)),
            1.6 * (x - px),
            1.6 * (y - py),
            0,
            *(3 * (0.5 * tail.tuft,)),
        )
        tuft = tufted([ball, end], 0.25 * tail.tuft, 12, sharp=build.fur != "woolly")
        pen.fill(tuft, mix(coat.hair, coat.tail_tip, 0.5 if tail.tip_share else 0.0), shade=0.14, edge=0)
