"""Reference pictures: who says where the subject is, and what is remembered of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s2vbench.errors import PictureError
from s2vbench.features.cache import FeatureCache
from s2vbench.features.subjects.case_files import CaseSubjects, ViewFile
from s2vbench.features.subjects.null import usable_null_views
from s2vbench.features.subjects.parts.base import Setting
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.features.subjects.views import LoadedView, ViewBook
from s2vbench.types import Floats
from tests.clips import noise, scene
from tests.features.subjects.stubs import StubBank, StubSource, view_of

POLICY = SubjectPolicy()
PICTURE = noise(1, 40, 60)[0]
MASK = np.zeros((40, 60), np.uint8)
MASK[5:25, 10:40] = 255
CUT_OUT = np.zeros((40, 60), np.uint8)
CUT_OUT[20:, 30:] = 255


def _book(source: StubSource, folder: Path | None = None, policy: SubjectPolicy = POLICY) -> ViewBook:
    return ViewBook(StubBank([]), FeatureCache(folder), source, policy)  # type: ignore[arg-type]


def test_a_mask_file_comes_before_alpha_and_alpha_before_detection(tmp_path: Path) -> None:
    cut_out = np.dstack([PICTURE, CUT_OUT])
    source = StubSource()
    book = _book(source)
    by_file = book.load(view_of(tmp_path / "1.png", cut_out, MASK))
    assert by_file.source == "file"
    assert np.array_equal(by_file.mask_HW, MASK > 0)
    assert by_file.box == (10, 5, 40, 25)
    by_alpha = book.load(view_of(tmp_path / "2.png", cut_out))
    assert by_alpha.source == "alpha"
    assert np.array_equal(by_alpha.mask_HW, CUT_OUT > 0)
    assert by_alpha.box == (30, 20, 60, 40)
    assert source.seen == 0
    detected = book.load(view_of(tmp_path / "3.png", PICTURE))
    assert (detected.source, detected.box, source.seen) == ("detected", (0, 0, 30, 40), 1)
    assert np.array_equal(detected.rgb_HWC, PICTURE)


def test_nothing_but_transparency_is_looked_at_like_any_picture(tmp_path: Path) -> None:
    source = StubSource()
    view = view_of(tmp_path / "1.png", np.dstack([PICTURE, CUT_OUT * 0]))
    assert _book(source).load(view).source == "detected"


def test_an_empty_mask_file_is_an_error(tmp_path: Path) -> None:
    view = view_of(tmp_path / "1.png", PICTURE, MASK * 0)
    for read in (_book(StubSource()).check, _book(StubSource()).facts, _book(StubSource()).load):
        with pytest.raises(PictureError, match=r"mask-1.png: the mask is empty; white marks the subject"):
            read(view)


@pytest.mark.parametrize(
    ("picture", "mask", "source", "expected"),
    [
        (PICTURE, MASK, "detected", True),
        (PICTURE, np.full_like(MASK, 255), "detected", False),
        (np.full_like(PICTURE, 90), MASK, "detected", False),
        (PICTURE, None, "detected", True),
        (PICTURE, None, "detected at second try", True),
        (PICTURE, None, "whole picture", False),
    ],
)
def test_what_shows_a_background(
    tmp_path: Path,
    picture: np.ndarray,
    mask: np.ndarray | None,
    source: str,
    expected: bool,  # noqa: FBT001
) -> None:
    view = view_of(tmp_path / "1.png", picture, mask)
    assert _book(StubSource(source=source)).facts(view)[1] is expected


def test_facts_are_kept_by_content(tmp_path: Path) -> None:
    view = view_of(tmp_path / "1.png", PICTURE)
    first = StubSource()
    facts = _book(first, tmp_path / "cache").facts(view)
    (tmp_path / "1.png").rename(tmp_path / "2.png")
    again = StubSource()
    moved = _book(again, tmp_path / "cache")
    assert moved.facts(view) == facts
    moved.check(view)
    assert (first.seen, again.seen) == (1, 0)
    with pytest.raises(PictureError, match=r"1.png: no such picture"):
        moved.load(view)
    here = view_of(tmp_path / "2.png", PICTURE)
    assert np.array_equal(moved.load(here).mask_HW[:, :30], np.ones((40, 30)))
    assert again.seen == 0


@pytest.mark.parametrize(
    ("change", "recomputed"),
    [
        ({"box_threshold": 0.30}, True),
        ({"text_threshold": 0.20}, True),
        ({"reference_retry_threshold": 0.1}, True),
        ({"background_dilation": 0.02}, True),
        ({"min_background_area": 0.2}, True),
        ({"min_background_std": 4.0}, True),
        ({"frame_stride": 2}, False),
        ({"leak_dilation": 0.1}, False),
        ({"min_side_px": 99}, False),
    ],
)
def test_what_other_choices_need_to_be_looked_at_again(
    tmp_path: Path,
    change: dict[str, float],
    recomputed: bool,  # noqa: FBT001
) -> None:
    view = view_of(tmp_path / "1.png", PICTURE)
    source = StubSource()
    _book(source, tmp_path / "cache").facts(view)
    _book(source, tmp_path / "cache", POLICY.model_copy(update=change)).facts(view)
    assert source.seen == 1 + recomputed


def test_another_source_picture_noun_or_mask_is_looked_at_anew(tmp_path: Path) -> None:
    views = [
        view_of(tmp_path / "1.png", PICTURE),
        view_of(tmp_path / "2.png", PICTURE, noun="cat"),
        view_of(tmp_path / "3.png", scene(40, 60)),
    ]
    sources = [StubSource(), StubSource("other")]
    for source in sources:
        for view in views:
            _book(source, tmp_path / "cache").facts(view)
    assert [source.seen for source in sources] == [3, 3]
    _book(sources[0], tmp_path / "cache").facts(view_of(tmp_path / "4.png", PICTURE))
    assert sources[0].seen == 3


def test_checking_asks_nobody_and_finds_what_cannot_be_read(tmp_path: Path) -> None:
    source = StubSource()
    book = _book(source)
    book.check(view_of(tmp_path / "1.png", PICTURE))
    missing = view_of(tmp_path / "2.png", PICTURE)
    (tmp_path / "2.png").unlink()
    for view in (missing, view_of(tmp_path / "3.png", PICTURE, MASK[:20])):
        with pytest.raises(PictureError):
            book.check(view)
    assert source.seen == 0


def test_a_feature_is_computed_once_for_a_picture_and_a_network(tmp_path: Path) -> None:
    view = view_of(tmp_path / "1.png", PICTURE)
    computed: list[str] = []

    def mean(loaded: LoadedView) -> Floats:
        computed.append("x")
        return loaded.rgb_HWC[loaded.mask_HW].mean(axis=0).astype(np.float32)

    for name, backbone, count in (("a", "encoder", 1), ("a", "encoder", 1), ("b", "encoder", 2), ("b", "encoder", 2)):
        found = _book(StubSource(), tmp_path / "cache").feature(view, name, backbone, mean)
        assert found == pytest.approx(PICTURE[:, :30].reshape(-1, 3).mean(axis=0), rel=1e-6)
        assert len(computed) == count


def test_chance_is_measured_on_the_first_few_with_a_background(tmp_path: Path) -> None:
    plain = view_of(tmp_path / "plain.png", np.full_like(PICTURE, 50), MASK)
    gone = view_of(tmp_path / "gone.png", noise(1, 40, 60, seed=9)[0])
    gone.path.unlink()
    good = [view_of(tmp_path / f"{seed}.png", noise(1, 40, 60, seed=seed)[0]) for seed in range(5)]
    null: tuple[ViewFile, ...] = (plain, good[0], gone, *good[1:])
    book = _book(StubSource())
    case = CaseSubjects((), (), null, 0, bg_overlap_expected=False)
    for count in (0, 1, 3, 16):
        policy = POLICY.model_copy(update={"null_references": count})
        setting = Setting(StubBank([]), book, policy, case, ())  # type: ignore[arg-type]
        assert usable_null_views(setting) == good[:count]


def test_pictures_are_upright_before_masks_are_laid_over_them(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "1.png"
    view = view_of(path, PICTURE, np.rot90(MASK, -1))
    Image.fromarray(PICTURE).save(path, exif=exif)
    loaded = _book(StubSource()).load(view)
    assert loaded.rgb_HWC.shape == (60, 40, 3)
    assert np.array_equal(loaded.mask_HW, np.rot90(MASK, -1) > 0)
