"""Controls make the mistake that they are named after, on any case, and their truth files say who is where."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import InputError
from s2vbench.features.subjects.truth import read_truth
from s2vbench.generators.base import GenerationError, GenerationJob, VideoShape, load_generator
from s2vbench.testsets.cases_file import load_cases
from s2vbench.testsets.folder import S2V400, load_testset
from s2vbench.types import Case
from s2vbench.video.decode import open_video
from s2vbench.world import damage
from s2vbench.world.controls import CONTROLS, Film, Play, made_up_staging
from s2vbench.world.cutouts import cutout
from s2vbench.world.reference_views import guessed_mask, reference_view

SHAPE = VideoShape(160, 90, 9, 8.0)
REAL = Path(__file__).parents[3] / "shared" / "real" / "kaleido_clips"


@cache
def pair() -> Case:
    cases = load_testset(S2V400, "smoke").cases
    return next(case for case in cases if len(case.references) == 2 and not {"enter", "leave"} & set(case.tags))


@cache
def made(control: str) -> Film:
    return CONTROLS[control](Play(GenerationJob(pair(), 0, S2V400, Path("unused.mp4")), SHAPE))


def first(film: Film) -> np.ndarray:
    return film.frames_THWC[0].astype(int)


def test_the_same_case_and_seed_give_the_same_video() -> None:
    again = CONTROLS["oracle"](Play(GenerationJob(pair(), 0, S2V400, Path("other.mp4")), SHAPE))
    other = CONTROLS["oracle"](Play(GenerationJob(pair(), 1, S2V400, Path("other.mp4")), SHAPE))
    assert np.array_equal(again.frames_THWC, made("oracle").frames_THWC)
    assert not np.array_equal(other.frames_THWC, made("oracle").frames_THWC)


@pytest.mark.parametrize("control", CONTROLS)
def test_films_have_the_shape_asked_for_and_masks_for_every_part(control: str) -> None:
    film = made(control)
    assert film.frames_THWC.shape == (9, 90, 160, 3)
    assert film.masks_TKHW.shape == (9, len(film.names), 90, 160)
    assert set(film.names) == {reference.id for reference in pair().references}
    assert film.masks_TKHW.any()


def test_mistakes_are_made() -> None:
    right = made("oracle")
    assert made("missing").masks_TKHW[:, 1].sum() == 0 < made("missing").masks_TKHW[:, 0].sum()
    assert made("duplicate").names == (*right.names, right.names[0])
    assert made("duplicate").masks_TKHW[:, 2].any()
    assert np.ptp(made("static").frames_THWC, axis=0).max() == 0
    assert first(made("flicker")).mean() > 1.3 * made("flicker").frames_THWC[1].mean()
    assert np.array_equal(made("drift").frames_THWC[0], right.frames_THWC[0])
    assert np.array_equal(made("drift").frames_THWC[-1], made("imposter").frames_THWC[-1])
    assert np.array_equal(made("reference_canvas").frames_THWC[1:], right.frames_THWC[1:])
    assert (first(made("reference_canvas")) == 255).all(axis=2).mean() > 0.05
    outside_HW = ~(right.masks_TKHW[0].any(axis=0) | made("swap").masks_TKHW[0].any(axis=0))
    assert np.abs(first(right) - first(made("swap")))[outside_HW].mean() < 6
    assert np.abs(first(right) - first(made("background_leak")))[outside_HW].mean() > 20
    assert (
        np.abs(np.diff(made("blur").frames_THWC.astype(int), axis=2)).mean()
        < 0.7 * np.abs(np.diff(right.frames_THWC.astype(int), axis=2)).mean()
    )


def test_a_pasted_cut_out_keeps_its_pixels_and_slides() -> None:
    film = made("paste")
    for part in range(2):
        areas = film.masks_TKHW[:, part].sum(axis=(1, 2))
        columns = [np.nonzero(mask_HW.any(axis=0))[0].mean() for mask_HW in film.masks_TKHW[:, part]]
        assert np.ptp(areas) < 0.35 * areas.mean()
        assert abs(columns[-1] - columns[0]) > 6


@pytest.mark.parametrize("control", ["oracle", "duplicate", "missing"])
def test_truth_files_are_read_back(tmp_path: Path, control: str) -> None:
    video = tmp_path / pair().id / "0.mp4"
    load_generator(f"control:{control}", SHAPE).generate(GenerationJob(pair(), 0, S2V400, video))
    film = made(control)
    found = read_truth(tmp_path, pair().id, 0)
    assert sorted(found.frames) == list(range(9))
    assert open_video(video).num_frames_hint == 9
    for frame, subjects in found.frames.items():
        for name in set(film.names):
            masks = [film.masks_TKHW[frame, k] for k, other in enumerate(film.names) if other == name]
            seen = [mask_HW for mask_HW in masks if mask_HW.any()]
            assert len(subjects.get(name, ())) == len(seen)
            for instance, mask_HW in zip(subjects.get(name, ()), seen, strict=True):
                assert instance.mask is not None
                assert sum(instance.mask.counts[1::2]) == mask_HW.sum()
                ys, xs = np.nonzero(mask_HW)
                assert instance.box == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


def test_damage_is_what_it_says() -> None:
    frames_THWC = np.full((4, 20, 30, 3), 100, np.uint8)
    assert damage.flicker(frames_THWC)[:, 0, 0, 0].tolist() == [100, 70, 100, 70]
    assert damage.crossfade(frames_THWC, frames_THWC + 90)[:, 0, 0, 0].tolist() == [100, 130, 160, 190]
    noisy = damage.noise(frames_THWC, -3).astype(float)
    assert noisy.std() == pytest.approx(damage.NOISE_SD, rel=0.05)
    assert noisy.mean() == pytest.approx(100, abs=1)
    assert np.array_equal(damage.blur(frames_THWC), frames_THWC)


def photographs(folder: Path) -> Path:
    """A cases file about a red disc on grey, and about a green square cut out by transparency."""
    ys, xs = np.mgrid[:120, :160]
    photo = np.full((120, 160, 3), 128, np.uint8)
    photo[np.hypot(ys - 60, xs - 80) < 35] = (200, 30, 30)
    Image.fromarray(photo).save(folder / "disc.png")
    cut = np.zeros((80, 80, 4), np.uint8)
    cut[20:60, 10:70] = (30, 160, 60, 255)
    Image.fromarray(cut).save(folder / "square.png")
    references = [
        {"id": "disc", "kind": "object", "noun": "disc", "image": "disc.png"},
        {"id": "square", "kind": "object", "noun": "square", "image": "square.png", "expected_count": 2},
    ]
    path = folder / "cases.json"
    path.write_text(json.dumps([{"id": "photos", "prompt": "A disc and two squares.", "references": references}]))
    return path


@pytest.mark.parametrize("control", CONTROLS)
def test_photographs_are_acted_out_too(tmp_path: Path, control: str) -> None:
    case = load_cases(photographs(tmp_path))[0]
    film = CONTROLS[control](Play(GenerationJob(case, 0, tmp_path, Path("unused.mp4")), SHAPE))
    assert film.frames_THWC.shape == (9, 90, 160, 3)
    assert film.names[:3] == ("disc", "square", "square")
    assert film.masks_TKHW[:, 0].any()


def test_where_photographed_subjects_are(tmp_path: Path) -> None:
    disc, square = load_cases(photographs(tmp_path))[0].references
    picture_HWC, mask_HW = reference_view(disc, tmp_path)
    truth_HW = picture_HWC[..., 0] > 180
    assert (mask_HW & truth_HW).sum() / (mask_HW | truth_HW).sum() > 0.95
    assert reference_view(square, tmp_path)[1].sum() == 40 * 60
    assert cutout(square, tmp_path) == cutout(square, tmp_path)
    assert cutout(square, tmp_path) != cutout(square, tmp_path, recoloured=True)
    assert guessed_mask(np.full((50, 70, 3), 9, np.uint8)).any()


def test_references_that_cannot_be_drawn_are_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    reference = {"id": "ghost", "kind": "object", "noun": "ghost", "image": "none.png"}
    path.write_text(json.dumps([{"id": "a", "prompt": "A ghost.", "references": [reference]}]))
    with pytest.raises(GenerationError, match=r"none\.png"):
        CONTROLS["oracle"](Play(GenerationJob(load_cases(path)[0], 0, tmp_path, Path("x.mp4")), SHAPE))
    with pytest.raises(GenerationError, match="the case has no subjects to draw"):
        CONTROLS["oracle"](Play(GenerationJob(Case(id="b", prompt="Rain."), 0, tmp_path, Path("x.mp4")), SHAPE))
    with pytest.raises(InputError, match="did you mean control:swap"):
        load_generator("control:swpa", SHAPE)


def test_made_up_stagings_depend_on_the_id_alone() -> None:
    assert made_up_staging(Case(id="a", prompt="x")) == made_up_staging(Case(id="a", prompt="y"))
    assert len({made_up_staging(Case(id=str(number), prompt="x")).scene for number in range(40)}) > 10


@pytest.mark.skipif(not REAL.is_dir(), reason="no folder of real clips beside the checkout")
def test_real_references_are_acted_out(tmp_path: Path) -> None:
    for case in load_cases(REAL / "cases.json"):
        film = CONTROLS["oracle"](Play(GenerationJob(case, 0, REAL, tmp_path / "x.mp4"), SHAPE))
        assert film.masks_TKHW[4].any(axis=(1, 2)).all(), case.id
