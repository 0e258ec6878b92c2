"""Drawn clips for videos of a few dozen pixels: subjects must be large to be recognised, and to be learned.

Nothing is said of where subjects stand that a caption would contradict: who walks still walks, but less far.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from s2vbench.world.clip import Moment, Part, Script
from s2vbench.world.sizes import span

MOST_ZOOM: Final = 5.0
_FILL: Final = 0.94
"""Share of the frame that all subjects together may take, in the direction that limits."""
_TRAVEL: Final = 0.3
"""Share of its way that a subject still goes."""
_DEPTH: Final = 0.4
"""Share of the subjects' distances in depth that stays."""
_GAP: Final = 0.04
"""Between neighbours, in frame heights."""

_BLUR: Final = 0.08
"""Standard deviation of what is out of focus, in frame heights after zooming."""

Box = tuple[float, float, float, float]


def close_up(script: Script, aspect: float) -> Script:
    """As the embedded model's clips are filmed: subjects side by side, the camera near them, all else out of focus.

    Args:
        script: what happens.
        aspect: width over height of the frame it was acted for.
    """
    return in_focus(closer(gathered(script), aspect))


def gathered(script: Script) -> Script:
    """The same script with its subjects side by side, more alike in size, and moving less far.

    Whoever is held stays with the holder. A script with nobody in it is returned as it is.
    """
    homes = {k: home for k, part in enumerate(script.parts) if (home := _home(part)) is not None}
    if not homes:
        return script
    tallest = max(home.height for home in homes.values())
    # The geometric mean with the tallest: a mug beside a horse stays the smaller one, but can be recognised.
    growth = {k: (tallest / home.height) ** 0.5 for k, home in homes.items()}
    widths = {k: 2 * span(script.parts[k].who)[0] * homes[k].height * growth[k] + _GAP for k in homes}
    middle_x, middle_y = (
        sum(values) / len(homes) for values in zip(*((h.x, h.y) for h in homes.values()), strict=True)
    )
    left = middle_x - sum(widths.values()) / 2
    parts = list(script.parts)
    for k in sorted(homes, key=lambda k: homes[k].x):
        home = homes[k]
        x, left = left + widths[k] / 2, left + widths[k]
        y = middle_y + _DEPTH * (home.y - middle_y)
        moments = tuple(
            replace(m, x=x + _TRAVEL * (m.x - home.x), y=y + _TRAVEL * (m.y - home.y), height=m.height * growth[k])
            for m in parts[k].moments
        )
        parts[k] = replace(parts[k], moments=moments)
    return replace(script, parts=tuple(parts))


def _home(part: Part) -> Moment | None:
    """The middle of a subject's way; None for one that is held or never there."""
    there = [moment for moment in part.moments if moment.there]
    if part.held_by is not None or not there:
        return None
    x, y, height = (sum(values) / len(there) for values in zip(*((m.x, m.y, m.height) for m in there), strict=True))
    return replace(there[0], x=x, y=y, height=height)


def closer(script: Script, aspect: float) -> Script:
    """The same script with its camera brought near and over the subjects, up to `MOST_ZOOM`.

    Its own motion (pan, zoom, shake) stays. A clip that fills the frame already is returned as it is.

    Args:
        script: what happens.
        aspect: width over height of the frame it was acted for.
    """
    boxes = [box for part in script.parts for box in _boxes(part)]
    if not boxes:
        return script
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    nearest = max(camera.zoom for camera in script.cameras)
    zoom = min(_FILL * aspect / max(right - left, 1e-3), _FILL / max(bottom - top, 1e-3), MOST_ZOOM) / nearest
    if zoom <= 1.0:
        return script
    x, y = (left + right) / 2 - aspect / 2, (top + bottom) / 2 - 0.5
    cameras = tuple(
        replace(camera, x=x + camera.x / zoom, y=y + camera.y / zoom, zoom=camera.zoom * zoom)
        for camera in script.cameras
    )
    return replace(script, cameras=cameras)


def _boxes(part: Part) -> list[Box]:
    """Left, top, right, bottom of a subject in every frame it is in, in scene coordinates."""
    if part.held_by is not None:
        return []
    half_width, above = span(part.who)
    return [
        (m.x - half_width * m.height, m.y - above * m.height, m.x + half_width * m.height, m.y + 0.06)
        for m in part.moments
        if m.there
    ]


def in_focus(script: Script) -> Script:
    """The same script filmed with an open lens: the scene out of focus, nothing of it in front of the subjects.

    What a background has of fine detail follows from neither caption nor references; in a picture of a few dozen pixels
    it is most of what a model would try to learn.
    """
    behind = tuple(layer for layer in script.scene.layers if layer.parallax <= 1.0)
    nearest = max(camera.zoom for camera in script.cameras)
    return replace(script, scene=replace(script.scene, layers=behind), blur=_BLUR / nearest)
