"""A script says who stands where and how in every frame; filming it gives frames with truth.

Shape letters: T frames, K parts of the script, H height, W width, C red, green, blue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import skia

from s2vbench.types import FramesU8
from s2vbench.world.backdrop import Backdrop, Camera
from s2vbench.world.cast import Individual
from s2vbench.world.figure import Anchors, Pose
from s2vbench.world.portrait import paint, rgba_of, soft_shadow
from s2vbench.world.scene import Light, Scene
from s2vbench.world.weather import paint_weather

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

_AREA_PX = 96
"""Height at which the whole of a subject is measured where the frame cuts it off."""


@dataclass(frozen=True)
class Moment:
    """One subject in one frame."""

    x: float
    y: float
    """Its feet, in scene coordinates (frame heights)."""
    height: float
    """Its height in frame heights, for a camera at rest."""
    pose: Pose
    there: bool = True
    """False while it has not come yet or has gone."""


@dataclass(frozen=True)
class Part:
    """One subject through a clip."""

    who: Individual
    moments: tuple[Moment, ...]
    held_by: int | None = None
    """Position of the part that holds it; its own places are then ignored."""


@dataclass(frozen=True)
class Script:
    """Everything about a clip but its size in pixels."""

    scene: Scene
    parts: tuple[Part, ...]
    cameras: tuple[Camera, ...]
    fps: float
    caption: str = ""
    weather_key: int = 0
    blur: float = 0.0
    """How far the scene is out of focus, in frame heights at zoom 1 (see `Backdrop`); subjects are sharp."""

    @property
    def num_frames(self) -> int:
        """How long it is."""
        return len(self.cameras)


@dataclass(frozen=True)
class Clip:
    """Frames, and what is in them."""

    frames_THWC: FramesU8
    fps: float
    masks_TKHW: Bools
    """What is seen of each part."""
    boxes_TK4: Floats
    """x0, y0, x1, y1 around the mask in pixels; NaN where nothing is seen."""
    identities: tuple[Individual, ...]
    visibility_TK: Floats
    """Share of the whole subject that is seen: less than 1 behind others or beyond the frame's edge, 0 when away."""
    caption: str


@dataclass(frozen=True)
class Shot:
    """One frame and what is in it."""

    frame_HWC: FramesU8
    masks_KHW: Bools
    visibility_K: Floats


class Stage:
    """Films one script at one size; its scene is drawn once.

    Args:
        script: what happens.
        width_px: of the frames.
        height_px: of the frames.
    """

    def __init__(self, script: Script, width_px: int, height_px: int) -> None:
        self.script, self.width_px, self.height_px = script, width_px, height_px
        nearest = max(camera.zoom for camera in script.cameras)
        self._backdrop = Backdrop(script.scene, width_px, height_px, nearest, script.blur)
        self._frame = skia.Surface(width_px, height_px)
        self._layers = [skia.Surface(width_px, height_px) for _ in script.parts]
        self._tint = _tint_paint(script.scene.light)

    def shoot(self, frame: int) -> Shot:
        """Draw one frame."""
        camera = self._backdrop.clamped(self.script.cameras[frame])
        canvas = self._frame.getCanvas()
        self._backdrop.paint_behind(canvas, camera)
        order, alpha_KHW, areas_K = self._paint_parts(frame, camera)
        for part in order:
            canvas.drawImage(self._layers[part].makeImageSnapshot(), 0, 0, skia.SamplingOptions(), self._tint)
        self._backdrop.paint_front(canvas, camera)
        time_s = frame / self.script.fps
        paint_weather(canvas, self.script.scene.weather, self.width_px, self.height_px, time_s, self.script.weather_key)
        masks_KHW = visible_masks(alpha_KHW, order, self._backdrop.front_alpha(camera))
        seen_K = masks_KHW.sum(axis=(1, 2), dtype=np.float64)
        visibility_K = np.divide(seen_K, areas_K, out=np.zeros(len(seen_K)), where=areas_K > 0)
        picture_HWC = np.ascontiguousarray(rgba_of(self._frame)[..., :3])
        return Shot(picture_HWC, masks_KHW, np.minimum(visibility_K, 1.0).astype(np.float32))

    def _paint_parts(self, frame: int, camera: Camera) -> tuple[list[int], Floats, npt.NDArray[np.float64]]:
        """Every part on its own layer, its shadow on the frame; drawing order, opacities and whole areas in pixels."""
        parts = self.script.parts
        alpha_KHW = np.zeros((len(parts), self.height_px, self.width_px), np.float32)
        areas_K = np.zeros(len(parts))
        order = self._order(frame)
        anchors: dict[int, tuple[Anchors, float, float, float]] = {}
        # Holders first: where their hand is says where the held thing goes.
        for k in sorted(order, key=lambda k: parts[k].held_by is not None):
            moment, holder = parts[k].moments[frame], parts[k].held_by
            if not moment.there or (holder is not None and holder not in anchors):
                continue
            height_px = moment.height * self._backdrop.scale_px(camera)
            if holder is None:
                x_px, y_px = self._backdrop.to_px((moment.x, moment.y), camera)
            else:
                x_px, y_px = _hand_px(*anchors[holder])
                y_px += 0.5 * height_px
            layer = self._layers[k].getCanvas()
            layer.clear(0)
            found = paint(layer, parts[k].who, moment.pose, x_px, y_px, height_px)
            anchors[k] = (found, x_px, y_px, height_px)
            if holder is None:
                shadow = self.script.scene.light.shadow / (1.0 + 2.5 * found.lift)
                half_px = found.half_width * height_px * (1.0 - 0.3 * min(found.lift, 1.0))
                soft_shadow(self._frame.getCanvas(), x_px, y_px, half_px, strength=shadow)
            alpha_KHW[k] = rgba_of(self._layers[k])[..., 3] * np.float32(1 / 255)
            areas_K[k] = whole_area_px(parts[k].who, moment.pose, height_px, alpha_KHW[k])
        return [k for k in order if k in anchors], alpha_KHW, areas_K

    def _order(self, frame: int) -> list[int]:
        """From the farthest to the nearest; what is held is in front of who holds it, unless that one faces away."""
        parts = self.script.parts
        free = [k for k, part in enumerate(parts) if part.held_by is None]
        free.sort(key=lambda k: parts[k].moments[frame].y)
        order: list[int] = []
        for k in free:
            held = [other for other, part in enumerate(parts) if part.held_by == k]
            away = abs(parts[k].moments[frame].pose.yaw_deg) > 110
            order += [*held, k] if away else [k, *held]
        return order


def _hand_px(anchors: Anchors, x_px: float, y_px: float, height_px: float) -> tuple[float, float]:
    hand = anchors.hand or anchors.front
    return x_px + hand[0] * height_px, y_px + hand[1] * height_px


def visible_masks(alpha_KHW: Floats, order: list[int], front_HW: Floats | None) -> Bools:
    """What is seen of each part: more than half opaque after all that is drawn over it. Shape (K, H, W).

    Args:
        alpha_KHW: opacity of each part by itself.
        order: positions from back to front.
        front_HW: opacity of the scene's foreground.
    """
    masks_KHW = np.zeros(alpha_KHW.shape, np.bool_)
    open_HW = np.ones(alpha_KHW.shape[1:], np.float32) if front_HW is None else 1.0 - front_HW
    for k in reversed(order):
        masks_KHW[k] = alpha_KHW[k] * open_HW > 0.5
        open_HW = open_HW * (1.0 - alpha_KHW[k])
    return masks_KHW


def whole_area_px(who: Individual, pose: Pose, height_px: float, alpha_HW: Floats) -> float:
    """Pixels that the whole subject covers, also those beyond the frame's edge and behind others."""
    mask_HW = alpha_HW > 0.5
    edge = mask_HW[0].any() or mask_HW[-1].any() or mask_HW[:, 0].any() or mask_HW[:, -1].any()
    if mask_HW.any() and not edge:
        return float(mask_HW.sum())
    return _area_of(who, pose) * (height_px / _AREA_PX) ** 2


@lru_cache(maxsize=512)
def _area_of(who: Individual, pose: Pose) -> float:
    surface = skia.Surface(4 * _AREA_PX, 4 * _AREA_PX)
    paint(surface.getCanvas(), who, pose, 2 * _AREA_PX, 3 * _AREA_PX, _AREA_PX)
    return float((rgba_of(surface)[..., 3] >= 128).sum())


def _tint_paint(light: Light) -> skia.Paint:
    red, green, blue = light.tint
    matrix = [red, 0, 0, 0, 0, 0, green, 0, 0, 0, 0, 0, blue, 0, 0, 0, 0, 0, 1, 0]
    paint_ = skia.Paint(AntiAlias=True)
    if light.tint != (1.0, 1.0, 1.0):
        paint_.setColorFilter(skia.ColorFilters.Matrix(matrix))
    return paint_


def film(script: Script, width_px: int, height_px: int) -> Clip:
    """Draw every frame of a script.

    Args:
        script: what happens.
        width_px: of the frames, 16 or more.
        height_px: of the frames, 16 or more.
    """
    stage = Stage(script, width_px, height_px)
    shots = [stage.shoot(frame) for frame in range(script.num_frames)]
    masks_TKHW = np.stack([shot.masks_KHW for shot in shots])
    return Clip(
        frames_THWC=np.stack([shot.frame_HWC for shot in shots]),
        fps=script.fps,
        masks_TKHW=masks_TKHW,
        boxes_TK4=boxes_of(masks_TKHW),
        identities=tuple(part.who for part in script.parts),
        visibility_TK=np.stack([shot.visibility_K for shot in shots]),
        caption=script.caption,
    )


def boxes_of(masks_TKHW: Bools) -> Floats:
    """Boxes x0, y0, x1, y1 around masks, in pixels, NaN around nothing.

    >>> boxes_of(np.array([[[[False, True], [False, False]]]])).tolist()
    [[[1.0, 0.0, 2.0, 1.0]]]
    """
    rows_TKH: Bools = np.any(masks_TKHW, axis=3)
    columns_TKW: Bools = np.any(masks_TKHW, axis=2)
    height_px, width_px = masks_TKHW.shape[2:]
    boxes_TK4 = np.stack(
        [
            columns_TKW.argmax(axis=2),
            rows_TKH.argmax(axis=2),
            width_px - columns_TKW[..., ::-1].argmax(axis=2),
            height_px - rows_TKH[..., ::-1].argmax(axis=2),
        ],
        axis=-1,
    ).astype(np.float32)
    boxes_TK4[~rows_TKH.any(axis=2)] = np.nan
    return boxes_TK4
