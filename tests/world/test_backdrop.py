"""The backdrop in front of a moving camera, and the weather over it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
import skia

from s2vbench.errors import InputError
from s2vbench.world.backdrop import Backdrop, Camera, layer_scale, room_behind, scene_picture
from s2vbench.world.pen import Pen, box
from s2vbench.world.places import PLACES, build_place
from s2vbench.world.scene import MARGIN, Layer, Scene, Weather
from s2vbench.world.weather import paint_weather

WEATHERS: tuple[Weather, ...] = ("rain", "snow", "leaves", "fireflies", "bubbles")
FRAMES = ((36, 64), (64, 64), (114, 64), (149, 64))
SOME_PLACES = list(PLACES)[::6]


def pixels(surface: skia.Surface) -> npt.NDArray[np.uint8]:
    return surface.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)


def painted(backdrop: Backdrop, camera: Camera) -> npt.NDArray[np.uint8]:
    surface = skia.Surface(backdrop.width_px, backdrop.height_px)
    backdrop.paint_behind(surface.getCanvas(), camera)
    backdrop.paint_front(surface.getCanvas(), camera)
    return pixels(surface)


def marked_scene(x: float, y: float, parallax: float = 1.0) -> Scene:
    """White everywhere, and a black mark about one point of the layer at a parallax."""

    def white(pen: Pen, aspect: float) -> None:
        pen.fill(box(-1, -1, aspect + 1, 2), (1, 1, 1), shade=0.0)

    def mark(pen: Pen, _aspect: float) -> None:
        pen.fill(box(x - 0.03, y - 0.03, x + 0.03, y + 0.03), (0, 0, 0), shade=0.0)

    return Scene((Layer(0.0, white), Layer(parallax, mark)), (0.7, 0.9))


@pytest.mark.parametrize("parallax", [0.4, 1.0, 1.3])
@pytest.mark.parametrize(
    "camera",
    [Camera(), Camera(0.1, -0.05), Camera(-0.12, 0.06, 1.3), Camera(0.05, 0.04, 0.9, 6.0), Camera(0.0, 0.0, 1.4, -5.0)],
)
def test_to_px_says_where_a_mark_appears(camera: Camera, parallax: float) -> None:
    backdrop = Backdrop(marked_scene(0.8, 0.62, parallax), 160, 120, max_zoom=1.4)
    dark_HW = 255.0 - painted(backdrop, camera)[..., 0]
    ys, xs = np.mgrid[:120, :160] + 0.5
    found = ((dark_HW * xs).sum() / dark_HW.sum(), (dark_HW * ys).sum() / dark_HW.sum())
    assert found == pytest.approx(backdrop.to_px((0.8, 0.62), camera, parallax), abs=0.35)


def test_scale_px_is_the_size_of_a_unit_where_subjects_stand() -> None:
    camera = Camera(0.03, 0.02, 1.25, 4.0)
    backdrop = Backdrop(marked_scene(0.5, 0.5), 96, 96, max_zoom=1.5)
    left, right = (np.array(backdrop.to_px((x, 0.5), camera)) for x in (0.2, 0.7))
    assert np.linalg.norm(right - left) == pytest.approx(0.5 * backdrop.scale_px(camera))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", SOME_PLACES)
def test_no_camera_within_the_limits_sees_a_hole(name: str, frame: tuple[int, int]) -> None:
    backdrop = Backdrop(build_place(name, 5), *frame, max_zoom=1.5)
    for zoom in (backdrop.limits().zoom[0], 1.0, 1.5):
        for roll_deg in (0.0, 5.0):
            limits = backdrop.limits(zoom, roll_deg)
            for way_x, way_y in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
                camera = backdrop.clamped(Camera(way_x * limits.x, way_y * limits.y, zoom, roll_deg))
                assert painted(backdrop, camera)[..., 3].min() == 255


@pytest.mark.parametrize("frame", FRAMES)
def test_limits_are_where_the_layers_end(frame: tuple[int, int]) -> None:
    def plain(pen: Pen, aspect: float) -> None:
        pen.fill(box(-MARGIN, -MARGIN, aspect + MARGIN, 1 + MARGIN), (0.5, 0.5, 0.5), shade=0.0)

    backdrop = Backdrop(Scene((Layer(1.0, plain),), (0.7, 0.9)), *frame, max_zoom=1.2)
    limits = backdrop.limits(1.2)
    inside, outside = Camera(x=limits.x - 0.02, zoom=1.2), Camera(x=limits.x + 0.05, zoom=1.2)
    assert painted(backdrop, inside)[..., 3].min() == 255
    assert painted(backdrop, outside)[..., 3].min() == 0
    least = backdrop.limits().zoom[0]
    assert painted(backdrop, Camera(zoom=least + 0.03))[..., 3].min() == 255
    assert painted(backdrop, Camera(zoom=least - 0.05))[..., 3].min() == 0


def test_clamped_leaves_what_is_allowed_and_brings_back_the_rest() -> None:
    backdrop = Backdrop(build_place("meadow", 1), 64, 64, max_zoom=1.3)
    calm = Camera(0.05, -0.03, 1.1, 1.0)
    assert backdrop.clamped(calm) == calm
    wild = backdrop.clamped(Camera(5.0, -5.0, 9.0, 80.0))
    assert wild.zoom == 1.3
    assert abs(wild.roll_deg) <= 10.0
    limits = backdrop.limits(wild.zoom, wild.roll_deg)
    assert (wild.x, wild.y) == (limits.x, -limits.y)


def test_far_layers_move_and_grow_less() -> None:
    camera = Camera(0.1, 0.0, 1.3)
    shifts = []
    for parallax in (0.0, 0.3, 1.0, 1.3):
        backdrop = Backdrop(marked_scene(0.5, 0.5), 100, 100)
        shifts.append(50.0 - backdrop.to_px((0.5, 0.5), camera, parallax)[0])
    assert shifts == sorted(shifts)
    assert shifts[0] == 0.0
    assert layer_scale(0.0, 1.5) < layer_scale(0.3, 1.5) < layer_scale(1.0, 1.5) == 1.5


def test_front_alpha_is_what_the_front_layers_hide() -> None:
    backdrop = Backdrop(build_place("stage", 1), 114, 64)
    camera = Camera(0.04, 0.02, 1.0, 2.0)
    surface = skia.Surface(114, 64)
    backdrop.paint_front(surface.getCanvas(), camera)
    alpha_HW = backdrop.front_alpha(camera)
    assert alpha_HW is not None
    assert alpha_HW.dtype == np.float32
    assert alpha_HW.max() == 1.0
    assert np.abs(alpha_HW - pixels(surface)[..., 3] / 255.0).max() < 0.01


def test_front_alpha_is_none_without_front_layers() -> None:
    assert Backdrop(build_place("harbour", 1), 64, 64).front_alpha(Camera()) is None


def test_frames_of_odd_shapes_are_refused() -> None:
    with pytest.raises(InputError, match=r"300x100.*between 9:16 and 21:9"):
        Backdrop(build_place("meadow", 1), 300, 100)


def test_a_sharper_sheet_shows_the_same_scene() -> None:
    scene = build_place("kitchen", 4)
    one, fine = (painted(Backdrop(scene, 96, 96, max_zoom=zoom), Camera()).astype(float) for zoom in (1.0, 2.0))
    assert np.abs(one - fine).mean() < 4.0


def test_out_of_focus_a_sharp_edge_is_a_gaussian_ramp() -> None:
    def half(pen: Pen, aspect: float) -> None:
        pen.fill(box(-1, -1, aspect + 1, 2), (1, 1, 1), shade=0.0)
        pen.fill(box(-1, -1, aspect / 2, 2), (0, 0, 0), shade=0.0)

    scene = Scene((Layer(1.0, half),), (0.7, 0.9))
    row_W = painted(Backdrop(scene, 200, 200, blur=0.05), Camera())[100, :, 0] / 255
    places = (np.arange(200) + 0.5 - 100) / (0.05 * 200)
    assert row_W == pytest.approx([0.5 * (1 + math.erf(place / math.sqrt(2))) for place in places], abs=0.03)
    nearer_W = painted(Backdrop(scene, 200, 200, max_zoom=2.0, blur=0.05), Camera(zoom=2.0))[100, :, 0] / 255
    assert nearer_W[::2] == pytest.approx(row_W[50:150], abs=0.03)


@pytest.mark.parametrize("name", SOME_PLACES)
def test_out_of_focus_there_is_no_hole_and_the_colours_stay(name: str) -> None:
    sharp, soft = (Backdrop(build_place(name, 5), 80, 64, max_zoom=1.5, blur=blur) for blur in (0.0, 0.08))
    limits = soft.limits(1.5)
    for way in (-1, 0, 1):
        camera = Camera(way * limits.x, way * limits.y, 1.5)
        pictures = [painted(backdrop, camera) for backdrop in (sharp, soft)]
        assert pictures[1][..., 3].min() == 255
        means = [picture[..., :3].mean((0, 1)) for picture in pictures]
        assert means[1] == pytest.approx(means[0], abs=25)
        assert np.abs(np.diff(pictures[1].astype(float), axis=0)).max() < 40


def test_moving_the_camera_a_little_changes_the_picture_a_little() -> None:
    backdrop = Backdrop(build_place("village square", 2), 96, 96)
    still, near, far = (painted(backdrop, Camera(x)).astype(float) for x in (0.0, 0.002, 0.1))
    assert 0.0 < np.abs(near - still).mean() < 3.0
    assert np.abs(far - still).mean() > 5.0


def test_scene_picture_has_the_frames_size() -> None:
    picture = scene_picture(build_place("beach", 1), 128, 72)
    assert picture.shape == (72, 128, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("ground_y_px", [84.0, 91.0])
def test_room_behind_puts_standing_ground_under_the_subject(ground_y_px: float) -> None:
    surface = skia.Surface(96, 96)
    room_behind("snowy forest", 3)(surface.getCanvas(), 96, ground_y_px)
    picture = pixels(surface)
    assert picture[..., 3].min() == 255
    snow_light = picture[int(ground_y_px), :, :3].mean()
    assert snow_light > 200, "the row under the feet is snow, not trees"
    other = skia.Surface(96, 96)
    room_behind("snowy forest", 4)(other.getCanvas(), 96, ground_y_px)
    assert not np.array_equal(pixels(other), picture)


def test_room_behind_refuses_unknown_places() -> None:
    with pytest.raises(InputError, match="no place 'kitchn'; did you mean 'kitchen'"):
        room_behind("kitchn", 1)


def weather_picture(weather: Weather, time_s: float, key: int = 7, size_px: int = 96) -> npt.NDArray[np.uint8]:
    surface = skia.Surface(size_px, size_px)
    surface.getCanvas().clear(skia.Color(60, 70, 90))
    paint_weather(surface.getCanvas(), weather, size_px, size_px, time_s, key)
    return pixels(surface)


@pytest.mark.parametrize("weather", WEATHERS)
def test_weather_moves_and_is_the_same_at_the_same_time(weather: Weather) -> None:
    now, again, soon, other = (
        weather_picture(weather, 1.5),
        weather_picture(weather, 1.5),
        weather_picture(weather, 1.75),
        weather_picture(weather, 1.5, key=8),
    )
    assert np.array_equal(now, again)
    assert not np.array_equal(now, soon)
    assert not np.array_equal(now, other)


@pytest.mark.parametrize("weather", WEATHERS)
def test_weather_is_seen_but_does_not_cover(weather: Weather) -> None:
    for size_px in (48, 192):
        changed = np.abs(weather_picture(weather, 2.0, size_px=size_px)[..., 0].astype(int) - 60) > 8
        assert 0.002 < changed.mean() < 0.3


@pytest.mark.parametrize("weather", ["snow", "leaves", "bubbles", "fireflies"])
def test_slow_particles_move_little_between_frames(weather: Weather) -> None:
    now, next_frame, later = (weather_picture(weather, t).astype(float) for t in (3.0, 3.01, 3.8))
    assert np.abs(next_frame - now).mean() < 0.5 * np.abs(later - now).mean()


def test_clear_weather_paints_nothing() -> None:
    assert np.array_equal(weather_picture("clear", 1.0), weather_picture("clear", 2.0))
    assert np.ptp(weather_picture("clear", 1.0)[..., 0]) == 0
