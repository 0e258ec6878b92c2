from __future__ import annotations

import pytest

from s2vbench.testsets.importers.kinds import kind_of
from s2vbench.testsets.importers.nouns import Found, find_noun, fix_article, other_numbers, spans_of


@pytest.mark.parametrize(
    ("label", "prompt", "found"),
    [
        ("Dog", "A dog barks.", Found("dog", "label")),
        ("dog", "A Dog barks.", Found("Dog", "label")),
        ("Dog", "Three dogs bark.", Found("dog", "label")),
        ("Shoes", "A single shoe.", Found("shoe", "number")),
        ("Mouse", "Two mice.", Found("mice", "number")),
        ("Puppy", "Two puppies.", Found("puppies", "number")),
        ("Bird House", "A wooden birdhouse.", Found("birdhouse", "spelling")),
        ("Livingroom", "A living room.", Found("living room", "spelling")),
        ("Football Field", "On a football\nfield.", Found("football\nfield", "label")),
        ("Chiken", "A chicken runs.", Found("chicken", "spelling")),
        ("Chiken", "Two hens and a rooster.", Found("hen", "synonym")),
        ("Bike", "A red bicycle.", Found("bicycle", "synonym")),
        ("Woman", "The girl sings.", Found("girl", "synonym")),
        ("Man", "The woman sings.", None),
        ("Man", "The mannequin and the men's room.", Found("men", "number")),
        ("Cat", "A catalogue of caterpillars.", None),
        ("Plant", "The planet Earth.", None),
        ("Boat", "One boot.", None),
        ("Toy", "A Magic Cube.", None),
        ("a.c", "abc", None),
        ("", "anything", None),
        ("  ", "anything", None),
        ("cat", "", None),
        ("猫", "一只 猫 睡觉", Found("猫", "label")),
        ("s", "s", Found("s", "label")),
    ],
)
def test_what_a_prompt_calls_a_label(label: str, prompt: str, found: Found | None) -> None:
    assert find_noun(label, prompt) == found


@pytest.mark.parametrize("word", ["", "s", "es", "ies", "y", "ss", "x"])
def test_other_numbers_of_short_words(word: str) -> None:
    assert all(isinstance(form, str) for form in other_numbers(word))


def test_two_subjects_of_one_noun_get_a_mention_each() -> None:
    prompt = "Two dogs: a dog sleeps and a dog barks."
    spans = spans_of([("a", "dog"), ("b", "dog"), ("c", "dog"), ("d", "fox")], prompt)
    assert [(span.subject_id, span.start) for span in spans] == [("a", 12), ("b", 29), ("c", 29)]


@pytest.mark.parametrize(
    ("prompt", "noun", "fixed"),
    [
        ("a owl", "owl", "an owl"),
        ("an unicorn", "unicorn", "a unicorn"),
        ("a old red umbrella on a box", "umbrella", "an old red umbrella on a box"),
        ("a shirt and jeans", "jeans", "a shirt and jeans"),
        ("a trousers", "trousers", "trousers"),
        ("the owl", "owl", "the owl"),
    ],
)
def test_articles(prompt: str, noun: str, fixed: str) -> None:
    assert fix_article(prompt, noun) == fixed


@pytest.mark.parametrize(
    ("noun", "kind"),
    [
        ("women", "human"),
        ("news reporter", "human"),
        ("black horse", "animal"),
        ("puppies", "animal"),
        ("stuffed animal", "object"),
        ("toy car", "object"),
        ("bird house", "object"),
        ("cartoon", "cartoon"),
        ("Football Field", "background"),
        ("Seaside", "background"),
        ("", "object"),
    ],
)
def test_kinds(noun: str, kind: str) -> None:
    assert kind_of(noun) == kind
