"""Where each token stands: integer (t, h, w) ids of references and video, by scheme.

A scheme is a plain function from the token grids of the references and of the video to ids; `rotary.py` makes angles of
them. The Kaleido paper (arXiv 2510.18573, equations 3 and 4) calls its own scheme R-RoPE: a reference keeps away from
the video on the height and the width axis, so that it is not taken for one more frame. Where the released code departs
from the paper (a base of 80 instead of the video's size), the names here follow the code.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from s2vbench.errors import InputError

Ids = npt.NDArray[np.int64]
Grid = tuple[int, int]
"""Tokens in height and width."""
VideoGrid = tuple[int, int, int]
"""Tokens in time, height and width."""
Side = Literal["before", "after"]
Base = int | tuple[int, int] | Literal["video"]

RELEASED_BASE: Final = 80
"""1280 px in tokens of 16 px: the released code's constant where the paper has the video's own size."""


@dataclass(frozen=True)
class Positions:
    """Ids (t, h, w) of every token, rows in the order t, then h, then w."""

    references: tuple[Ids, ...]
    """One array (h * w, 3) a reference."""
    video: Ids
    """Array (t * h * w, 3); always counted from 0 on every axis."""
    side: Side = "before"
    """Whether the references' tokens stand before or after the video's in the sequence."""

    @property
    def sequence(self) -> Ids:
        """Ids (N, 3) of the whole sequence."""
        parts = (*self.references, self.video) if self.side == "before" else (self.video, *self.references)
        return np.concatenate(parts)


PositionScheme = Callable[[Sequence[Grid], VideoGrid], Positions]


def block(t: int, grid: Grid, h: int = 0, w: int = 0) -> Ids:
    """Ids of one picture whose upper left token is (t, h, w). Shape (height * width, 3).

    >>> block(1, (1, 2), h=80, w=80).tolist()
    [[1, 80, 80], [1, 80, 81]]
    """
    h_HW, w_HW = np.indices(grid)
    return np.stack([np.full(grid, t), h + h_HW, w + w_HW], axis=-1).reshape(-1, 3).astype(np.int64)


def clip_ids(grid: VideoGrid, t: int = 0) -> Ids:
    """Ids of a video whose first frame has time `t`. Shape (time * height * width, 3)."""
    return np.concatenate([block(t + frame, grid[1:]) for frame in range(grid[0])])


def rrope(
    *,
    shift_h: bool = True,
    shift_w: bool = True,
    base: Base = RELEASED_BASE,
    diagonal: bool = False,
    side: Side = "before",
) -> PositionScheme:
    """R-RoPE and its relatives: reference i (from 0) stands at time i, shifted on the axes asked for.

    Source: equation 4 of the paper with `base="video"`; the released code with the defaults.

    Args:
        shift_h: references start at the base on the height axis, else at 0.
        shift_w: the same on the width axis.
        base: a number of tokens, one each for (height, width), or "video" for the video's own size.
        diagonal: every reference has a block of its own, the i-th at (i + 1) times the base; otherwise all share one
            and differ in time only.
        side: references before the video (time i), or after it (time T + i).
    """

    def place(references: Sequence[Grid], video: VideoGrid) -> Positions:
        base_h, base_w = video[1:] if base == "video" else (base, base) if isinstance(base, int) else base
        first = 0 if side == "before" else video[0]
        placed = []
        for i, grid in enumerate(references):
            times = i + 1 if diagonal else 1
            placed.append(block(first + i, grid, shift_h * times * base_h, shift_w * times * base_w))
        return Positions(tuple(placed), clip_ids(video), side)

    return place


def concat_adjacent(references: Sequence[Grid], video: VideoGrid) -> Positions:
    """References as the frames right before the video: they end at time -1.

    The paper's prose for its Concat ablation ("consecutive frames"). Rotary attention sees differences of ids only, so
    this equals counting references from 0 and the video from n.
    """
    placed = [block(i - len(references), grid) for i, grid in enumerate(references)]
    return Positions(tuple(placed), clip_ids(video), "before")


SCHEMES: Final[Mapping[str, PositionScheme]] = {
    "shift_wh": rrope(),
    "shift_h": rrope(shift_w=False),
    "shift_w": rrope(shift_h=False),
    "concat": rrope(shift_h=False, shift_w=False),
    "concat_adjacent": concat_adjacent,
    "concat_tail": rrope(shift_h=False, shift_w=False, side="after"),
}
"""Schemes by name; `shift_wh` is the release, `concat` its code with all shifts off, `concat_tail` Phantom's way."""

SUMMARIES: Final[Mapping[str, str]] = {
    "shift_wh": "away from the video in height and width (the release)",
    "shift_h": "away in height only",
    "shift_w": "away in width only",
    "concat": "the same ids as the video's own frames",
    "concat_adjacent": "the frames right before the video",
    "concat_tail": "the frames right after the video",
}


def scheme(wanted: str | Mapping[str, Any]) -> PositionScheme:
    """The scheme that a configuration names, or describes by the arguments of `rrope`.

    >>> scheme({"base": "video", "diagonal": True})([(1, 1)], (1, 2, 3)).references[0].tolist()
    [[0, 2, 3]]

    Raises:
        InputError: no such scheme or argument; the nearest is suggested.
    """
    if isinstance(wanted, str):
        if wanted not in SCHEMES:
            raise InputError(f"unknown position scheme {wanted!r}{_hint(wanted, SCHEMES)}; known: {', '.join(SCHEMES)}")
        return SCHEMES[wanted]
    settings = dict(wanted)
    known = ("shift_h", "shift_w", "base", "diagonal", "side")
    for key in settings:
        if key not in known:
            raise InputError(f"positions: unknown key {key!r}{_hint(key, known)}; known: {', '.join(known)}")
    for key in ("shift_h", "shift_w", "diagonal"):
        if not isinstance(settings.get(key, True), bool):
            raise InputError(f"positions: {key} = {settings[key]!r} must be true or false")
    if settings.get("side", "before") not in get_args(Side):
        raise InputError(f'positions: side = {settings["side"]!r} must be "before" or "after"')
    if "base" in settings:
        settings["base"] = _base(settings["base"])
    return rrope(**settings)


def _base(wanted: Any) -> Base:
    if wanted == "video":
        return "video"
    numbers = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    if len(numbers) > 2 or not numbers or any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in numbers):
        raise InputError(
            f'positions: base = {wanted!r} must be a number of tokens, 0 or more, a pair (height, width), or "video"'
        )
    return (numbers[0], numbers[1]) if len(numbers) == 2 else numbers[0]


def _hint(name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
