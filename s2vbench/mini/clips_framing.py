"""How near the camera of a drawn clip is to its subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from s2vbench.world.clip import Script
from s2vbench.world.sizes import span

MOST_ZOOM: Final = 3.0

Extent = tuple[float, float, float, float]


def framed(script: Script, aspect: float, fill: float) -> Script:
    """The same script with its camera over the subjects and so near that they take a share of the frame.

    The camera's own motion stays. It never goes back: what is larger already stays as it is.

    Args:
        script: what happens.
        aspect: width over height of the frame it was acted for.
        fill: share of the frame's width or height, whichever limits; above 1 the frame cuts subjects off.
    """
    extents = list(_extents(script))
    if not extents:
        return script
    left, top, right, bottom = (
        pick(side) for pick, side in zip((min, min, max, max), zip(*extents, strict=True), strict=True)
    )
    own_zoom = max(camera.zoom for camera in script.cameras)
    zoom = min(fill * aspect / max(right - left, 1e-3), fill / max(bottom - top, 1e-3), MOST_ZOOM) / own_zoom
    if zoom <= 1.0:
        return script
    x, y = (left + right) / 2 - aspect / 2, (top + bottom) / 2 - 0.5
    nearer = [
        replace(camera, x=x + camera.x / zoom, y=y + camera.y / zoom, zoom=camera.zoom * zoom)
        for camera in script.cameras
    ]
    return replace(script, cameras=tuple(nearer))


def _extents(script: Script) -> Iterator[Extent]:
    """Left, top, right, bottom of every subject that stands by itself, in each frame, in scene coordinates."""
    for part in script.parts:
        if part.held_by is not None:
            continue
        half_width, above = span(part.who)
        for moment in part.moments:
            if moment.there:
                reach = half_width * moment.height
                yield moment.x - reach, moment.y - above * moment.height, moment.x + reach, moment.y + 0.06
