"""The image-text recipe: what it is shown, that it learns, what its measures say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from s2vbench.backbones.mini.words import FIRST_WORD, START, UNKNOWN_ROWS, end_number, known_words, tokenize
from s2vbench.errors import InputError
from s2vbench.mini import identity_measures, image_text_measures, image_text_samples
from s2vbench.mini.image_text import PLAN, batch_of, loss_of, new_network
from s2vbench.mini.image_text_contrast import contrast
from s2vbench.mini.image_text_samples import Phrase, random_phrase, some_unknown, true_of, words_of
from s2vbench.world.cast import Individual
from tests.mini.pictures_bank import few_people

SMALL: dict[str, Any] = {
    "widths": (8, 8, 16, 32),
    "blocks": (0, 0, 1, 0),
    "embedding": 32,
    "text_width": 32,
    "text_layers": 1,
    "text_heads": 2,
}


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NOUNS": 8, "EACH": 2, "FRAMES": 8, "PLACES_SEEN": 6}.items():
        monkeypatch.setattr(image_text_samples, name, value)


def test_a_step_is_a_function_of_its_number() -> None:
    once, again = (batch_of(few_people(), PLAN, 5, 48) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert not torch.equal(once[0], batch_of(few_people(), PLAN, 6, 48)[0])
    subjects, frames, places = once[2].tolist()
    assert once[0].shape == (2 * subjects + frames + 2 * places, 3, 112, 112)
    assert once[1].shape == (subjects + frames + places, 48)
    assert bool(torch.diagonal(once[3]).all())


def test_it_learns() -> None:
    network = new_network(0, **SMALL)
    batch = batch_of(few_people(), PLAN, 0, network.context)
    optimiser = torch.optim.AdamW(network.parameters(), 4e-3)
    losses = []
    for _ in range(30):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


def test_a_phrase_is_true_of_everybody_who_has_all_it_says() -> None:
    people = [Individual("cat", seed) for seed in range(40)]
    who = people[3]
    assert true_of([Phrase("cat", frozenset(), "cat")], people).all()
    assert not true_of([Phrase("dog", frozenset(), "dog")], people).any()
    whole = Phrase("cat", words_of(who), "")
    assert true_of([whole], people).squeeze(1).tolist() == [words_of(who) <= words_of(other) for other in people]
    random = np.random.default_rng(0)
    for _ in range(20):
        phrase = random_phrase(who, random)
        assert phrase.is_true_of(who)
        assert "cat" in phrase.text


def test_a_few_words_become_unknown_and_nothing_else_changes() -> None:
    tokens_NL = tokenize(["a red cat with a blue hat on a beach"] * 400, 16)
    changed_NL = some_unknown(tokens_NL, np.random.default_rng(0))
    differs_NL = changed_NL != tokens_NL
    assert 0.005 < differs_NL.float().mean() < 0.03
    lost = changed_NL[differs_NL]
    assert int(lost.min()) >= FIRST_WORD + len(known_words()) == end_number() - UNKNOWN_ROWS
    assert int(lost.max()) < end_number()
    assert not differs_NL[(tokens_NL <= START) | (tokens_NL == end_number())].any()


def test_contrast_is_chance_for_equal_features_and_falls_with_agreement() -> None:
    temperature = torch.tensor(0.1).log()
    assert contrast(torch.ones(8, 4), torch.ones(8, 4), temperature).item() == pytest.approx(np.log(8), abs=1e-5)
    assert contrast(torch.eye(8), torch.eye(8), temperature).item() < 0.01


def test_what_is_right_as_well_counts_neither_for_nor_against() -> None:
    temperature = torch.tensor(0.1).log()
    twins = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    alike = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    assert contrast(twins, twins, temperature).item() > 0.4
    assert contrast(twins, twins, temperature, alike).item() < 0.01


def test_retrieval_is_chance_for_random_features_and_never_asks_what_is_right_as_well() -> None:
    random = np.random.default_rng(0)
    cosines = random.normal(size=(400, 400))
    found = identity_measures.found_first(cosines, np.eye(400, dtype=np.bool_))
    assert found.mean() < 0.05
    # Everyone's own answer is second to that of a twin, which does not count.
    own = np.eye(400) + 2 * np.roll(np.eye(400), 1, axis=1)
    twins = (own > 0).astype(np.bool_)
    assert identity_measures.found_first(own, twins).all()
    assert not identity_measures.found_first(own, np.eye(400, dtype=np.bool_)).all()
    with pytest.raises(InputError, match="wrong answers are fewer than 99"):
        identity_measures.found_first(own[:50, :50], twins[:50, :50])


def test_an_encoder_that_sees_nothing_is_measured_as_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_measures, "AMONG", 6)
    people = few_people()
    noise = np.random.default_rng(1)

    def encode(pictures: Any) -> Any:
        return identity_measures.unit(noise.normal(size=(len(pictures), SMALL["embedding"])))

    network = new_network(0, **SMALL).eval()
    found = image_text_measures.subjects_and_phrases(network, encode, people, 12, identity_measures.LOOKS[1])
    found |= image_text_measures.places(encode, people.bank, 10, identity_measures.LOOKS[0])
    shares = [measure["value"] for name, measure in found.items() if "among" in name]
    assert len(shares) == 3
    assert max(shares) < 0.8
    assert all(measure["low"] <= measure["value"] <= measure["high"] for measure in found.values())
    assert {measure["n"] for measure in found.values()} == {10, 12}


def test_measures_of_more_than_there_is_are_refused() -> None:
    with pytest.raises(InputError, match="draw more or lower --count"):
        image_text_measures.places(lambda pictures: np.zeros((len(pictures), 2)), few_people().bank, 99, "128 px high")
