"""Texts as numbers of words."""

from __future__ import annotations

import torch

from s2vbench.backbones.mini import words
from s2vbench.world.cast import all_species
from s2vbench.world.places import PLACES


def test_a_text_is_start_words_end_and_padding() -> None:
    (row_L,) = words.tokenize(["A red cat."], 8)
    known = words.known_words()
    assert row_L.tolist() == [words.START, known["a"], known["red"], known["cat"], words.end_number(), 0, 0, 0]


def test_the_end_is_the_largest_number_and_every_number_is_below_the_vocabulary() -> None:
    rows_NL = words.tokenize(["a cat", "xylophonist quux", "", "\u732b"], 12)
    assert rows_NL.argmax(1).tolist() == [3, 3, 1, 2]
    assert int(rows_NL.max()) == words.vocabulary_size() - 1
    assert int(rows_NL.min()) == words.PADDING


def test_empty_texts_and_punctuation_are_texts_without_words() -> None:
    empty_L, dots_L, space_L = words.tokenize(["", "?!...", " \n"], 5)
    assert empty_L.tolist() == [words.START, words.end_number(), 0, 0, 0]
    assert torch.equal(empty_L, dots_L)
    assert torch.equal(empty_L, space_L)


def test_unknown_words_share_rows_that_no_known_word_has() -> None:
    number = words.word_number("xylophonist")
    first_unknown = words.end_number() - words.UNKNOWN_ROWS
    assert first_unknown <= number < words.end_number()
    assert number == words.word_number("xylophonist")
    assert max(words.known_words().values()) == first_unknown - 1


def test_upper_case_hyphens_and_apostrophes_make_no_difference() -> None:
    a_L, b_L = words.tokenize(["Grey-Green cat's", "grey green CAT s"], 8)
    assert torch.equal(a_L, b_L)


def test_of_a_text_too_long_the_beginning_is_kept_and_the_end_is_marked() -> None:
    (row_L,) = words.tokenize(["cat " * 50], 6)
    cat = words.known_words()["cat"]
    assert row_L.tolist() == [words.START, cat, cat, cat, cat, words.end_number()]


def test_every_noun_and_every_place_of_the_world_is_known() -> None:
    said = " ".join([*all_species(), *(place.phrase for place in PLACES.values())])
    assert set(words.split_words(said)) <= set(words.known_words())


def test_the_list_is_sorted_without_doubles() -> None:
    listed = words.KNOWN.read_text(encoding="ascii").split()
    assert listed == sorted(set(listed))
