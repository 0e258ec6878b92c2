"""A closer view of a drawn clip: in small videos subjects must be large to be recognised."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from s2vbench.world.clip import Part, Script
from s2vbench.world.sizes import span

MOST_ZOOM: Final = 2.4
_FILL: Final = 0.9
"""Share of the frame that all subjects together may take, in the direction that limits."""

Box = tuple[float, float, float, float]


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
