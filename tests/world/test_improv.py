"""Training's stories: always new, always the same for a number, never about anybody from a test set."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2vbench.generators.base import GenerationJob, VideoShape
from s2vbench.testsets.folder import S2V400, load_testset
from s2vbench.world.cast import TEST_SEEDS, TRAINING_SEEDS, all_species
from s2vbench.world.clip import film
from s2vbench.world.controls import Play, made_up_staging
from s2vbench.world.improv import improvise, improvised_script
from s2vbench.world.testset.classes import SHARES
from s2vbench.world.testset.people import OWN_SEEDS, members


def test_the_two_ranges_of_seeds_share_no_seed() -> None:
    assert TRAINING_SEEDS.stop <= TEST_SEEDS.start
    assert OWN_SEEDS.start >= TEST_SEEDS.start
    assert OWN_SEEDS.stop <= TEST_SEEDS.stop


@given(st.integers(0, 10**12))
@settings(max_examples=300, deadline=None)
def test_training_draws_training_seeds_only(number: int) -> None:
    story = improvise(number)
    assert all(who.seed in TRAINING_SEEDS for who in story.people.values())
    assert story.staging.scene_seed in TRAINING_SEEDS
    assert all(story.caption.count(who.noun) >= 1 for who in story.people.values())
    assert improvise(number) == story


def test_the_shipped_test_set_and_its_imposters_are_of_test_seeds_only() -> None:
    testset = load_testset(S2V400)
    shown = {(ref.drawn.species, ref.drawn.seed) for case in testset.cases for ref in case.references if ref.drawn}
    assert len(shown) == 240
    assert all(seed in OWN_SEEDS for _, seed in shown)
    assert all(case.staging is not None and case.staging.scene_seed in TEST_SEEDS for case in testset.cases)
    for row in testset.image_rows():
        assert row.synthetic is not None
        assert row.synthetic.seed in OWN_SEEDS
        assert row.synthetic.view["place_seed"] in TEST_SEEDS
    for case in testset.cases[::40]:
        play = Play(GenerationJob(case, 0, testset.folder, testset.folder / "x.mp4"), VideoShape())
        for who in play.imposters().values():
            assert who.seed in TEST_SEEDS
            assert (who.noun, who.seed) not in shown
        assert made_up_staging(case).scene_seed in TEST_SEEDS


def test_individuals_of_the_test_set_look_like_nobody_in_a_sample_of_training() -> None:
    traits = {repr(member.who.traits) for member in members(SHARES)}
    assert len(traits) == 240
    for number in range(400):
        assert not traits & {repr(who.traits) for who in improvise(number).people.values()}


def test_numbers_cover_the_world() -> None:
    stories = [improvise(number) for number in range(600)]
    nouns = {who.noun for story in stories for who in story.people.values()}
    assert len(nouns) > 0.95 * len(all_species())
    assert {len(story.people) for story in stories} == {1, 2, 3}
    assert {relation.verb for story in stories for relation in story.staging.relations} == {
        "holds", "pushes", "approaches", "watches", "circles", "follows", "leans on",
    }  # fmt: skip
    twins = [story for story in stories if len({who.noun for who in story.people.values()}) < len(story.people)]
    assert 30 < len(twins) < 200
    assert len({story.caption for story in stories}) == 600


@pytest.mark.parametrize("number", range(6))
def test_stories_can_be_filmed(number: int) -> None:
    script = improvised_script(number, num_frames=5)
    clip = film(script, 64, 64)
    assert clip.frames_THWC.shape == (5, 64, 64, 3)
    assert clip.caption == improvise(number).caption
    assert clip.visibility_TK.max() > 0.5
