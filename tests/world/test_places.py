"""Places: every one builds, covers its margins, leaves room for subjects, and makes individuals."""

from __future__ import annotations

import re

import numpy as np
import pytest
import skia

from s2vbench.errors import InputError
from s2vbench.world.backdrop import Backdrop, Camera, layer_margin, scene_picture
from s2vbench.world.dice import Dice
from s2vbench.world.pen import Pen
from s2vbench.world.places import PLACES, build_place
from s2vbench.world.scene import Place

SIZE_PX = 64
every_place = pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))


@every_place
def test_same_seed_same_pixels_from_two_builds(place: Place) -> None:
    one, other = (scene_picture(place.build(Dice("place", place.name, 3)), SIZE_PX, SIZE_PX) for _ in range(2))
    assert np.array_equal(one, other)


@every_place
def test_seeds_differ_clearly(place: Place) -> None:
    pictures = [scene_picture(build_place(place.name, seed), SIZE_PX, SIZE_PX).astype(float) for seed in range(5)]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert np.abs(one - other).mean() > 5.0


@every_place
def test_a_picture_is_neither_flat_nor_harsh(place: Place) -> None:
    picture = scene_picture(build_place(place.name, 1), 96, 96).astype(float)
    light = picture.mean(axis=2)
    assert light.std() > 12.0, "a flat picture has no depth"
    assert 40.0 < light.mean() < 240.0
    beside = np.abs(np.diff(light[64:], axis=1)).mean()
    assert beside < 22.0, "the ground is too restless for subjects to stand out"


@every_place
def test_the_ground_lies_in_the_frame_and_parallax_grows_towards_the_viewer(place: Place) -> None:
    for seed in range(4):
        scene = build_place(place.name, seed)
        far, near = scene.ground
        assert 0.5 < far < near < 1.0
        parallaxes = [layer.parallax for layer in scene.layers]
        assert parallaxes == sorted(parallaxes)
        assert 3 <= len(parallaxes) <= 7
        assert 1.0 in parallaxes
        assert all(0.0 <= parallax <= 1.5 for parallax in parallaxes)


@every_place
@pytest.mark.parametrize("aspect", [9 / 16, 21 / 9])
def test_the_first_layer_covers_all_its_margins(place: Place, aspect: float) -> None:
    scene = build_place(place.name, 2)
    first = scene.layers[0]
    margin = layer_margin(first.parallax)
    unit_px = 40
    surface = skia.Surface(int((aspect + 2 * margin) * unit_px), int((1 + 2 * margin) * unit_px))
    canvas = surface.getCanvas()
    canvas.scale(unit_px, unit_px)
    canvas.translate(margin, margin)
    first.draw(Pen(canvas, unit_px), aspect)
    assert surface.toarray()[..., 3].min() == 255


@every_place
def test_what_is_in_front_leaves_the_middle_free(place: Place) -> None:
    for width_px in (36, 64, 149):
        for seed in range(3):
            backdrop = Backdrop(build_place(place.name, seed), width_px, SIZE_PX)
            alpha_HW = backdrop.front_alpha(Camera())
            if alpha_HW is not None:
                middle = alpha_HW[SIZE_PX // 4 : -SIZE_PX // 4, width_px // 4 : -width_px // 4]
                assert middle.mean() < 0.02
                assert alpha_HW.mean() < 0.45


@every_place
def test_phrases_are_short_prepositional_phrases(place: Place) -> None:
    words = place.phrase.split()
    assert 4 <= len(words) <= 10
    assert words[0] in {"in", "on", "at", "under"}
    assert re.fullmatch(r"[a-z' ]+", place.phrase)
    assert not re.search(r"\ba [aeiou]", place.phrase)
    assert not re.search(r"\ban [^aeiou]", place.phrase)


def test_names_and_phrases_are_unique_and_places_are_varied() -> None:
    assert len(PLACES) >= 26
    assert all(name == place.name for name, place in PLACES.items())
    assert len({place.phrase for place in PLACES.values()}) == len(PLACES)
    assert {place.setting for place in PLACES.values()} == {"indoor", "outdoor"}
    assert {place.time for place in PLACES.values()} == {"day", "dusk", "night"}
    weathers = {build_place(name, seed).weather for name in PLACES for seed in range(3)}
    assert weathers == {"clear", "rain", "snow", "leaves", "fireflies", "bubbles"}


def test_about_half_of_the_places_have_something_in_front() -> None:
    with_front = sum(build_place(name, 0).layers[-1].parallax > 1.0 for name in PLACES)
    assert 0.4 < with_front / len(PLACES) < 0.9


def test_places_of_day_are_lighter_than_places_of_night() -> None:
    def light(time: str) -> float:
        found = [name for name, place in PLACES.items() if place.time == time and place.setting == "outdoor"]
        return float(np.mean([scene_picture(build_place(name, 1), 48, 48).mean() for name in found]))

    assert light("day") > light("dusk") > light("night")


def test_an_unknown_place_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="'meadows'; did you mean 'meadow'"):
        build_place("meadows", 1)
    with pytest.raises(InputError, match=r"no place 'zzz'$"):
        build_place("zzz", 1)


def test_built_scenes_are_kept() -> None:
    assert build_place("meadow", 77) is build_place("meadow", 77)
