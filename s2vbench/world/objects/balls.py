"""Balls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from s2vbench.world.dice import Dice
from s2vbench.world.objects.space import Stage
from s2vbench.world.objects.spheres import Region, cap, gore, sphere, turner
from s2vbench.world.objects.thing import Footprint, Look, Thing, Traits, a
from s2vbench.world.palette import mix


@lru_cache(maxsize=256)
def _pattern(kind: str, count: int) -> tuple[tuple[Region, int], ...]:
    """Patches and which of the colours (second, accent, white) they have."""
    if kind == "beach":
        step = 360.0 / (2 * count)
        gores = [(gore(2 * i * step, (2 * i + 1) * step), i % 2) for i in range(count)]
        return (*gores, (cap(0, 89.9, 16), 2), (cap(0, -89.9, 16), 2))
    if kind == "belt":
        belt = [(gore(i * 45.0, (i + 1) * 45.4, -22, 22), 0) for i in range(8)]
        stars = [(cap(i * 90.0, 0, 17, 10, 0.45), 1) for i in range(4)]
        return (*belt, *stars, (cap(0, 89.9, 24), 1), (cap(0, -89.9, 24), 1))
    if kind == "stars":
        spots = [
            (0.0, 89.9),
            *((i * 72.0, 28.0) for i in range(5)),
            *((36 + i * 72.0, -28.0) for i in range(5)),
            (0.0, -89.9),
        ]
        return tuple((cap(lon, lat, 25, 10, 0.45), i % 2) for i, (lon, lat) in enumerate(spots))
    if kind == "patches":
        spots = [
            (0.0, 89.9),
            *((i * 72.0, 26.5) for i in range(5)),
            *((36 + i * 72.0, -26.5) for i in range(5)),
            (0.0, -89.9),
        ]
        return tuple((cap(lon, lat, 20, 5), 0) for lon, lat in spots)
    if kind == "rings":
        rows = ((40, 62, 0), (-11, 11, 1), (-62, -40, 0))
        return tuple((gore(i * 45.0, (i + 1) * 45.4, low, high), role) for low, high, role in rows for i in range(8))
    spots = [(i * 360.0 / count + 24 * row, lat) for row, lat in enumerate((50, 5, -42)) for i in range(count)]
    return tuple((cap(lon, lat, 15 + 4 * (i % 2)), i % 2) for i, (lon, lat) in enumerate(spots))


@dataclass(frozen=True)
class Ball(Traits):
    """A ball."""

    pattern: str
    count: int
    tilt_deg: float
    lean_deg: float


_BALL_WORDS = {
    "beach": "with {0} and {1} panels",
    "belt": "with {0:a} belt of {1} stars",
    "stars": "with {0} and {1} stars",
    "patches": "with {0} patches",
    "rings": "with {0} and {1} rings",
    "spots": "with {0} and {1} spots",
}


def make_ball(dice: Dice, look: Look, height_m: float) -> Ball:
    """A ball by chance."""
    return Ball(
        look=look,
        height_m=height_m,
        pattern=dice.pick(tuple(_BALL_WORDS)),
        count=dice.whole(3, 5),
        tilt_deg=dice.between(0, 360),
        lean_deg=dice.between(25, 70),
    )


def build_ball(stage: Stage, ball: Ball) -> Footprint:
    """Put a ball on the stage."""
    look = ball.look
    turn = turner(stage, ball.tilt_deg, ball.lean_deg, stage.roll_deg)
    colours = (look.second, look.accent, mix(look.accent, (1.0, 1.0, 1.0), 0.5))
    patches = [(region, colours[role]) for region, role in _pattern(ball.pattern, ball.count)]
    stage.add((0, -0.5, 0), lambda: sphere(stage, (0, -0.5, 0), 0.5, look.main, patches, turn, look.gloss))
    return Footprint(0.36, 0.36)


def ball_words(ball: Ball) -> tuple[str, ...]:
    """What tells a ball from others."""
    _, second, accent = ball.look.names
    phrase = _BALL_WORDS[ball.pattern].replace("{0:a}", a(second))
    return (ball.look.names[0], phrase.format(second, accent))


BALL: Thing[Ball] = Thing("ball", (0.15, 0.5), make_ball, ball_words, build_ball, rolls=True, hop=0.8)
