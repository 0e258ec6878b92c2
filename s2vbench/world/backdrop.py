"""Scenes in front of a moving camera: layers are drawn once into pictures, then only shifted, scaled and turned."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import skia

from s2vbench.errors import InputError
from s2vbench.types import FramesU8
from s2vbench.world.pen import Pen, Point
from s2vbench.world.places import build_place
from s2vbench.world.scene import MARGIN, Layer, Scene

ASPECTS = (9 / 16, 21 / 9)
"""Width over height of the narrowest and the widest frame that scenes are laid out for."""
ROLL_MOST_DEG = 10.0
"""How far a hand-held camera may tilt."""
_DENSITY_MOST = 2.0
_SHEET_PIXELS_MOST = 24e6
_LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear)


@dataclass(frozen=True)
class Camera:
    """Where the camera looks, against its place at rest."""

    x: float = 0.0
    """How far it has gone to the right, in frame heights: at parallax 1 the frame's centre shows what is there."""
    y: float = 0.0
    """How far it has gone down."""
    zoom: float = 1.0
    """How much larger things at parallax 1 are."""
    roll_deg: float = 0.0
    """How far the picture is turned clockwise about the frame's centre."""


@dataclass(frozen=True)
class Limits:
    """How far a camera may go, to either side, before the end of a layer shows."""

    x: float
    y: float
    zoom: tuple[float, float]
    roll_deg: float = ROLL_MOST_DEG


def layer_scale(parallax: float, zoom: float) -> float:
    """How much a layer grows when the camera comes nearer: the share `sqrt(min(parallax, 1.3))` of the zoom.

    >>> layer_scale(0.0, 1.5), layer_scale(0.25, 1.5), layer_scale(1.0, 1.5)
    (1.0, 1.25, 1.5)
    """
    return 1.0 + (zoom - 1.0) * math.sqrt(min(parallax, 1.3))


def layer_margin(parallax: float) -> float:
    """How far a layer is drawn beyond the frame: those in front move further than the ground, so they reach further."""
    return MARGIN * max(parallax, 1.0)


def check_frame(width_px: int, height_px: int) -> None:
    """Refuse frames of a shape that scenes are not laid out for.

    Raises:
        InputError: narrower than 9:16 or wider than 21:9.
    """
    if not ASPECTS[0] - 0.02 <= width_px / height_px <= ASPECTS[1] + 0.02:
        raise InputError(
            f"scenes cannot be drawn into frames of {width_px}x{height_px}: "
            f"choose a shape between 9:16 and 21:9 (width over height {ASPECTS[0]:.2f} to {ASPECTS[1]:.2f})"
        )


class _Sheet(NamedTuple):
    """A layer as a picture."""

    parallax: float
    image: skia.Image
    density: float
    """Pixels of the picture in one scene unit."""
    left_px: float
    """Where the scene's (0, 0) lies against the picture's upper left corner, negated."""
    top_px: float


class Backdrop:
    """A scene drawn for frames of one size.

    Args:
        scene: what to draw.
        width_px: the frame's width; width over height must lie within `ASPECTS`.
        height_px: the frame's height.
        max_zoom: the largest zoom of any camera that will look at it: layers are drawn fine enough for that.
        blur: how far it is out of focus: the standard deviation of a Gaussian in frame heights, at zoom 1.

    Raises:
        InputError: the frame is narrower or wider than scenes are laid out for.
    """

    def __init__(self, scene: Scene, width_px: int, height_px: int, max_zoom: float = 1.0, blur: float = 0.0) -> None:
        self.scene, self.width_px, self.height_px = scene, width_px, height_px
        self.max_zoom = max(max_zoom, 1.0)
        self.blur = blur
        self.aspect = width_px / height_px
        check_frame(width_px, height_px)
        sheets = [self._sheet(layer, whole=i == 0) for i, layer in enumerate(scene.layers)]
        self._behind = [sheet for sheet in sheets if sheet.parallax <= 1.0]
        self._front = [sheet for sheet in sheets if sheet.parallax > 1.0]

    def paint_behind(self, canvas: skia.Canvas, camera: Camera) -> None:
        """Paint what lies behind the subjects, the ground included."""
        self._paint(canvas, camera, self._behind)

    def paint_front(self, canvas: skia.Canvas, camera: Camera) -> None:
        """Paint what stands in front of the subjects."""
        self._paint(canvas, camera, self._front)

    def front_alpha(self, camera: Camera) -> npt.NDArray[np.float32] | None:
        """How much of each pixel (H, W), in [0, 1], the front layers hide; None where the scene has none."""
        if not self._front:
            return None
        alpha_HW = np.zeros((self.height_px, self.width_px), np.uint8)
        info = skia.ImageInfo.MakeA8(self.width_px, self.height_px)
        surface = skia.Surface.MakeRasterDirect(info, alpha_HW, self.width_px)
        self._paint(surface.getCanvas(), camera, self._front)
        return alpha_HW.astype(np.float32) / np.float32(255)

    def to_px(self, point: Point, camera: Camera, parallax: float = 1.0) -> Point:
        """Where a point of the scene appears in the frame, in pixels."""
        scale = layer_scale(parallax, camera.zoom) * self.height_px
        x = (point[0] - self.aspect / 2 - parallax * camera.x) * scale
        y = (point[1] - 0.5 - parallax * camera.y) * scale
        roll = math.radians(camera.roll_deg)
        cosine, sine = math.cos(roll), math.sin(roll)
        return self.width_px / 2 + x * cosine - y * sine, self.height_px / 2 + x * sine + y * cosine

    def scale_px(self, camera: Camera) -> float:
        """How many pixels one scene unit has where subjects stand."""
        return self.height_px * camera.zoom

    def limits(self, zoom: float = 1.0, roll_deg: float = 0.0) -> Limits:
        """How far a camera with this zoom and roll may go; the zooms are those possible at x = y = 0."""
        half_x, half_y = self._half_seen(roll_deg)
        least = max(half_x / (self.aspect / 2 + MARGIN), half_y / (0.5 + MARGIN))
        x = y = math.inf
        for layer in self.scene.layers:
            parallax, margin = layer.parallax, layer_margin(layer.parallax)
            scale = layer_scale(parallax, zoom)
            if parallax > 0:
                x = min(x, (self.aspect / 2 + margin - half_x / scale) / parallax)
                y = min(y, (0.5 + margin - half_y / scale) / parallax)
            share = math.sqrt(min(parallax, 1.3))
            reach = max(half_x / (self.aspect / 2 + margin), half_y / (0.5 + margin))
            if share > 0:
                least = max(least, 1 + (reach - 1) / share)
        return Limits(max(x, 0.0), max(y, 0.0), (least, max(self.max_zoom, least)))

    def clamped(self, camera: Camera) -> Camera:
        """The nearest camera that sees no end of a layer."""
        roll_deg = min(max(camera.roll_deg, -ROLL_MOST_DEG), ROLL_MOST_DEG)
        least, most = self.limits(1.0, roll_deg).zoom
        zoom = min(max(camera.zoom, least), most)
        limits = self.limits(zoom, roll_deg)
        x = min(max(camera.x, -limits.x), limits.x)
        y = min(max(camera.y, -limits.y), limits.y)
        return replace(camera, x=x, y=y, zoom=zoom, roll_deg=roll_deg)

    def _half_seen(self, roll_deg: float) -> Point:
        """Half the width and height of the upright rectangle around the turned frame."""
        cosine, sine = math.cos(math.radians(roll_deg)), abs(math.sin(math.radians(roll_deg)))
        return (self.aspect * cosine + sine) / 2, (self.aspect * sine + cosine) / 2

    def _sheet(self, layer: Layer, *, whole: bool) -> _Sheet:
        margin = layer_margin(layer.parallax)
        # More than two pixels of the picture on one of the frame would be skipped by linear sampling, and flicker.
        density = self.height_px * min(layer_scale(layer.parallax, self.max_zoom), _DENSITY_MOST)
        area = (self.aspect + 2 * margin) * (1 + 2 * margin)
        density = min(density, max(math.sqrt(_SHEET_PIXELS_MOST / area), self.height_px))
        pad_px = math.ceil(margin * density) + 2
        surface = skia.Surface(math.ceil(self.aspect * density) + 2 * pad_px, math.ceil(density) + 2 * pad_px)
        canvas = surface.getCanvas()
        canvas.translate(pad_px, pad_px)
        canvas.scale(density, density)
        layer.draw(Pen(canvas, density), self.aspect)
        if self.blur:
            surface = _out_of_focus(surface, self.blur * density)
        image = surface.makeImageSnapshot()
        left_px = top_px = 0
        if not whole:
            image, left_px, top_px = _cropped(surface, image)
        return _Sheet(layer.parallax, image, density, float(left_px - pad_px), float(top_px - pad_px))

    def _paint(self, canvas: skia.Canvas, camera: Camera, sheets: Iterable[_Sheet]) -> None:
        canvas.save()
        canvas.clipRect(skia.Rect.MakeWH(self.width_px, self.height_px))
        canvas.translate(self.width_px / 2, self.height_px / 2)
        if camera.roll_deg:
            canvas.rotate(camera.roll_deg)
        for parallax, image, density, left_px, top_px in sheets:
            scale = layer_scale(parallax, camera.zoom) * self.height_px / density
            canvas.save()
            canvas.scale(scale, scale)
            x_px = left_px - (self.aspect / 2 + parallax * camera.x) * density
            y_px = top_px - (0.5 + parallax * camera.y) * density
            canvas.drawImage(image, x_px, y_px, _LINEAR)
            canvas.restore()
        canvas.restore()


def _out_of_focus(surface: skia.Surface, sigma_px: float) -> skia.Surface:
    """The same picture behind a Gaussian blur; its edges are continued outwards, so an opaque one stays opaque."""
    blurred = skia.Surface(surface.width(), surface.height())
    paint = skia.Paint(ImageFilter=skia.ImageFilters.Blur(sigma_px, sigma_px, skia.TileMode.kClamp))
    blurred.getCanvas().drawImage(surface.makeImageSnapshot(), 0, 0, skia.SamplingOptions(), paint)
    return blurred


def _cropped(surface: skia.Surface, image: skia.Image) -> tuple[skia.Image, int, int]:
    """The image without its empty rim (but for a pixel to fade over), and where its corner was."""
    seen_HW = surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)[..., 3] > 0
    rows, columns = np.flatnonzero(seen_HW.any(axis=1)), np.flatnonzero(seen_HW.any(axis=0))
    if not rows.size:
        return image, 0, 0
    left, top = max(int(columns[0]) - 1, 0), max(int(rows[0]) - 1, 0)
    right = min(int(columns[-1]) + 2, image.width())
    bottom = min(int(rows[-1]) + 2, image.height())
    return image.makeSubset(skia.IRect.MakeLTRB(left, top, right, bottom)), left, top


def scene_picture(scene: Scene, width_px: int, height_px: int) -> FramesU8:
    """The whole scene (H, W, 3) without subjects, the camera at rest."""
    backdrop = Backdrop(scene, width_px, height_px)
    surface = skia.Surface(width_px, height_px)
    backdrop.paint_behind(surface.getCanvas(), Camera())
    backdrop.paint_front(surface.getCanvas(), Camera())
    pixels_HWC = surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)
    return np.ascontiguousarray(pixels_HWC[..., :3])


@lru_cache(maxsize=16)
def _room(place_name: str, seed: int, size_px: int) -> Backdrop:
    return Backdrop(build_place(place_name, seed), size_px, size_px, max_zoom=_ROOM_ZOOM)


_ROOM_ZOOM = 1.3
"""Portraits look a little closer than frames, or their subjects would be giants."""


def room_behind(place_name: str, seed: int) -> Callable[[skia.Canvas, int, float], None]:
    """A background of portraits: paints (canvas, size_px, ground_y_px) with the standing ground under the subject.

    Raises:
        InputError: there is no such place.
    """
    far, near = build_place(place_name, seed).ground

    def paint(canvas: skia.Canvas, size_px: int, ground_y_px: float) -> None:
        backdrop = _room(place_name, seed, size_px)
        stand = far + 0.5 * (near - far)
        y = stand - 0.5 - (ground_y_px / size_px - 0.5) / _ROOM_ZOOM
        backdrop.paint_behind(canvas, backdrop.clamped(Camera(y=y, zoom=_ROOM_ZOOM)))

    return paint
