"""The shipped test set is what it says, and what the recipe draws."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from s2vbench.errors import InputError
from s2vbench.files import sha256_of_file
from s2vbench.testsets.folder import S2V400, load_testset
from s2vbench.testsets.schema import CaseRow, ImageRow, SubjectRow
from s2vbench.world.cast import KINDS, TEST_SEEDS, all_species
from s2vbench.world.places import PLACES
from s2vbench.world.telling import MOST_WORDS
from s2vbench.world.testset import recipe
from s2vbench.world.testset.build import build_testset, case_rows, composed_cases, subject_rows
from s2vbench.world.testset.classes import SHARES
from s2vbench.world.testset.people import members
from s2vbench.world.testset.pictures import paint_member
from tests.world.skia_pinned import needs_pinned_skia

TESTSET = load_testset(S2V400)
CASES: list[CaseRow] = list(TESTSET.case_rows())
SUBJECTS: dict[str, SubjectRow] = {row.subject_id: row for row in TESTSET.subject_rows()}
IMAGES: dict[str, ImageRow] = {row.image_id: row for row in TESTSET.image_rows()}


def test_images_and_subjects_are_as_many_as_promised() -> None:
    shown = Counter(SUBJECTS[str(row.subject_id)].category for row in IMAGES.values() if row.role == "condition")
    assert shown == {"human": 110, "animal": 90, "cartoon": 80, "object": 120}
    assert sum(row.role == "heldout" for row in IMAGES.values()) == 200
    assert Counter(row.category for row in SUBJECTS.values()) == {
        "human": 70,
        "animal": 50,
        "cartoon": 40,
        "object": 80,
    }
    assert {(row.width_px, row.height_px) for row in IMAGES.values()} == {(512, 512)}
    assert all(row.mask_path for row in IMAGES.values())


def test_cases_are_as_many_as_promised() -> None:
    assert Counter(row.n_subjects for row in CASES) == {1: 220, 2: 118, 3: 46, 4: 10, 5: 6}
    assert Counter(row.combo for row in CASES if row.n_subjects == 1) == dict.fromkeys(KINDS, 55)
    assert sum(row.same_class_pair for row in CASES) >= 40
    several = [row for row in CASES if row.n_subjects > 1]
    assert sum(row.interaction == "contact" for row in several) == 60 == len(several) / 3
    assert sum("anchor" in row.tags for row in several) == 60
    assert sum("smoke" in row.splits for row in CASES) == 24


def test_two_subjects_of_one_class_are_that() -> None:
    for row in CASES:
        nouns = [SUBJECTS[ref.subject_id].class_noun for ref in row.refs]
        assert row.same_class_pair == (len(set(nouns)) < len(nouns))
        assert len({ref.subject_id for ref in row.refs}) == len(row.refs) == row.n_subjects


def test_the_smoke_split_has_everything() -> None:
    smoke = [row for row in CASES if "smoke" in row.splits]
    singles = Counter(row.combo for row in smoke if row.n_subjects == 1)
    assert singles == dict.fromkeys(KINDS, 3)
    assert {row.n_subjects for row in smoke} >= {1, 2, 3, 4}
    assert sum(row.same_class_pair for row in smoke) >= 4
    assert {row.interaction for row in smoke} == {"none", "near", "contact"}
    assert len(load_testset(S2V400, "smoke").cases) == 24


def test_every_image_is_used_and_held_out_ones_are_never_shown() -> None:
    shown = {image for row in CASES for ref in row.refs for image in ref.image_ids}
    hidden = {image for row in CASES for ref in row.refs for image in ref.heldout_ids}
    assert shown == {name for name, row in IMAGES.items() if row.role == "condition"}
    assert hidden == {name for name, row in IMAGES.items() if row.role == "heldout"}
    several = [row for row in CASES if row.n_subjects == 1 and len(row.refs[0].image_ids) > 1]
    assert len(several) >= 110


def test_prompts_name_every_subject_and_none_is_repeated() -> None:
    assert len({row.prompt for row in CASES}) == 400
    words = [len(row.prompt.split()) for row in CASES]
    assert 8 <= min(words) < 15
    assert 100 < max(words) <= MOST_WORDS
    for row in CASES:
        assert {span.subject_id for span in row.subject_spans} == {ref.subject_id for ref in row.refs}
        for span in row.subject_spans:
            subject = SUBJECTS[span.subject_id]
            assert row.prompt[span.start : span.end] == subject.phrase
            assert subject.class_noun in str(subject.phrase)
            assert row.prompt_short is not None
            assert str(subject.phrase) in row.prompt_short


def test_phrases_tell_subjects_of_one_class_apart() -> None:
    assert len({row.phrase for row in SUBJECTS.values()}) == 240
    for row in SUBJECTS.values():
        assert len(row.distractor_ids) >= 1
        for other in row.distractor_ids:
            assert SUBJECTS[other].class_noun == row.class_noun
            assert str(row.phrase) not in str(SUBJECTS[other].phrase)


def test_scenes_actions_and_cameras_vary() -> None:
    stagings = [row.staging for row in CASES if row.staging]
    assert len(stagings) == 400
    assert len({staging.scene for staging in stagings}) == len(PLACES)
    assert len({action.action for staging in stagings for action in staging.actions}) >= 12
    assert len({staging.camera for staging in stagings}) == 6


def test_no_case_happens_where_its_references_were_drawn() -> None:
    for row in CASES:
        assert row.staging is not None
        for ref in row.refs:
            for name in (*ref.image_ids, *ref.heldout_ids):
                made = IMAGES[name].synthetic
                assert made is not None
                assert made.view["place"] != row.staging.scene


def test_every_row_says_where_it_comes_from() -> None:
    for row in IMAGES.values():
        assert (row.licence_spdx, row.redistributable) == ("CC0-1.0", True)
        assert row.synthetic is not None
        assert row.synthetic.species in all_species()
        assert row.synthetic.seed in TEST_SEEDS
        assert (row.depicts_minor, row.public_figure) == (False, False)
        assert row.person_consent == ("synthetic" if SUBJECTS[str(row.subject_id)].category == "human" else "n/a")


def test_held_out_views_face_elsewhere() -> None:
    for name, row in IMAGES.items():
        if row.role != "heldout":
            continue
        first = IMAGES[name.removesuffix("-h1") + "-c1"].synthetic
        assert first is not None
        assert row.synthetic is not None
        assert abs(float(row.synthetic.view["yaw_deg"]) - float(first.view["yaw_deg"])) > 15


def test_the_folder_is_light_and_its_digests_are_right() -> None:
    assert sum(path.stat().st_size for path in S2V400.rglob("*") if path.is_file()) < 25e6
    assert TESTSET.manifest is not None
    files = {path.relative_to(S2V400).as_posix() for path in S2V400.rglob("*") if path.is_file()}
    assert set(TESTSET.manifest.files) == files - {"MANIFEST.json"}
    for name in sorted(files)[::50]:
        assert name == "MANIFEST.json" or sha256_of_file(S2V400 / name) == TESTSET.manifest.files[name]
    assert TESTSET.manifest.near_duplicates["num_pairs"] == 0


def test_the_recipe_gives_these_subjects_and_cases() -> None:
    everybody = members(SHARES)
    assert [row.model_dump() for row in subject_rows(everybody)] == [row.model_dump() for row in SUBJECTS.values()]
    images: dict[str, list[ImageRow]] = {}
    places: dict[str, set[str]] = {}
    for row in IMAGES.values():
        images.setdefault(str(row.subject_id), []).append(row)
        assert row.synthetic is not None
        places.setdefault(str(row.subject_id), set()).update(filter(None, [row.synthetic.view["place"]]))
    assert case_rows(composed_cases(everybody, places), images) == CASES


@needs_pinned_skia
@pytest.mark.parametrize("index", [0, 80, 125, 180])
def test_pictures_are_drawn_again_byte_for_byte(tmp_path: Path, index: int) -> None:
    member = members(SHARES)[index]
    # Pictures of earlier subjects decide which of several tries is taken, so their hashes come first.
    before = [str(row.phash64) for row in IMAGES.values()]
    first = next(place for place, row in enumerate(IMAGES.values()) if row.subject_id == member.id)
    rows, _ = paint_member(member, tmp_path, before[:first])
    assert rows == [row for row in IMAGES.values() if row.subject_id == member.id]
    for row in rows:
        for name in (row.path, str(row.mask_path)):
            assert (tmp_path / name).read_bytes() == (S2V400 / name).read_bytes()


def test_only_known_names_are_built_and_nothing_is_overwritten(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing here builds 'other'"):
        build_testset("other", tmp_path / "x")
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"holds 'thesis\.docx' and is no test set"):
        build_testset(recipe.NAME, tmp_path)
    assert json.loads((S2V400 / "MANIFEST.json").read_text())["name"] == "s2v400"
