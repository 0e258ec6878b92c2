from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from s2vbench.backbones.captions import (
    END,
    FULL_STOP,
    MAX_TOKENS,
    QUESTION_MARK,
    START,
    VOCABULARY,
    caption_of,
    clean_phrase,
    scores_of,
)
from s2vbench.errors import InputError

ODD_PHRASES = [
    "St. Bernard",
    "what?",
    "naïve Café",
    "l'homme",
    "3.5 inch disk",
    "柴犬",
    "a [SEP] b",
    "x" * 150,
    "🐕 dog",
]


def test_delimiters_have_the_numbers_that_both_networks_compare_with() -> None:
    from transformers.models.grounding_dino.modeling_grounding_dino import SPECIAL_TOKENS

    pieces = VOCABULARY.read_text(encoding="utf-8").split("\n")
    assert [pieces[number] for number in (START, END, FULL_STOP, QUESTION_MARK)] == ["[CLS]", "[SEP]", ".", "?"]
    assert [START, END, FULL_STOP, QUESTION_MARK] == SPECIAL_TOKENS


@pytest.mark.parametrize("phrases", [["a dog"], ["a dog", "Red  Car"], ODD_PHRASES])
def test_tokens_are_those_of_the_published_tokeniser(phrases: list[str]) -> None:
    from transformers import BertTokenizer

    caption = caption_of(phrases)
    assert list(caption.token_ids) == BertTokenizer(str(VOCABULARY))(caption.text)["input_ids"]


def test_a_caption_is_lower_case_sentences_and_spans_are_their_words() -> None:
    caption = caption_of(["A Dog", "st. bernard?"])
    assert caption.text == "a dog . st bernard ."
    assert caption.token_ids[0] == START
    assert caption.token_ids[-2:] == (FULL_STOP, END)
    alone = [caption_of([phrase]).token_ids[1:-2] for phrase in ("a dog", "st bernard")]
    assert [caption.token_ids[span] for span in caption.spans] == alone


@pytest.mark.parametrize("phrase", ODD_PHRASES)
def test_no_phrase_is_split_or_ends_the_caption(phrase: str) -> None:
    caption = caption_of([phrase, "a dog"])
    assert caption.token_ids.count(FULL_STOP) == 2
    assert caption.token_ids.count(END) == 1
    assert QUESTION_MARK not in caption.token_ids
    assert len(caption.spans) == 2


@pytest.mark.parametrize(("with_stop", "whole"), [(True, True), (False, False)])
def test_only_a_final_full_stop_lets_the_last_phrase_see_itself(with_stop: bool, whole: bool) -> None:  # noqa: FBT001
    from transformers.models.grounding_dino.modeling_grounding_dino import (
        SPECIAL_TOKENS,
        generate_masks_with_special_tokens_and_transfer_map,
    )

    caption = caption_of(["a dog", "red car"])
    ids = list(caption.token_ids)
    if not with_stop:
        del ids[-2]
    mask, _ = generate_masks_with_special_tokens_and_transfer_map(torch.tensor([ids]), torch.tensor(SPECIAL_TOKENS))
    last = caption.spans[-1]
    assert mask[0, last, last].all().item() is whole
    assert not mask[0, caption.spans[0], last].any()


def test_equal_phrases_share_their_tokens() -> None:
    caption = caption_of(["dog", "cat", "Dog.", " dog "])
    assert caption.text == "dog . cat ."
    assert caption.index == (0, 1, 0, 0)


@pytest.mark.parametrize("phrase", ["", "  ", ".", "?", " . ? "])
def test_a_phrase_without_a_word_is_named(phrase: str) -> None:
    with pytest.raises(InputError, match="names nothing") as caught:
        clean_phrase(phrase)
    assert repr(phrase) in str(caught.value)


def test_a_phrase_of_invisible_characters_is_named() -> None:
    with pytest.raises(InputError, match="no character") as caught:
        caption_of(["dog", "\u200b"])
    assert repr("\u200b") in str(caught.value)
    with pytest.raises(InputError, match="at least one phrase"):
        caption_of([])


def test_captions_up_to_what_the_network_reads_are_whole_and_longer_ones_an_error() -> None:
    # Start, end and full stop leave 253 words.
    assert len(caption_of(["dog " * 253]).token_ids) == MAX_TOKENS
    with pytest.raises(InputError, match=r"take 257 tokens.*'dog dog") as caught:
        caption_of(["cat", "dog " * 252])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 160
    assert len(caption_of(["the small brown dog with a very long red and white striped scarf " * 3]).token_ids) < 60


def test_scores_are_the_best_tokens_of_each_phrase() -> None:
    caption = caption_of(["red car", "dog", "red car"])
    assert caption.token_ids[1:4] == (*caption.token_ids[caption.spans[0]], FULL_STOP)
    logits = np.full((3, 10), -np.inf, np.float32)
    #                start  red   car  .    dog   .    end
    logits[0, :7] = [-9.0, -2.0, 1.0, 3.0, -4.0, 0.5, -1.0]
    logits[1, :7] = [5.00, -3.0, -6.0, 0.0, 2.0, 0.0, 0.0]
    logits[2, :7] = [-200, -100, -150, -200, -99, -300, -120]
    scores, phrase_scores = scores_of(logits, caption)

    def probability(logit: float) -> float:
        return 1 / (1 + float(np.exp(-logit)))

    assert scores == pytest.approx([probability(3), probability(5), 0])
    assert phrase_scores[0] == pytest.approx([probability(1), probability(-4), probability(1)])
    assert phrase_scores[1] == pytest.approx([probability(-3), probability(2), probability(-3)])
    assert phrase_scores.max() < 1
    assert (phrase_scores <= scores[:, None]).all()


def test_captions_need_no_torch() -> None:
    code = (
        "import sys; from s2vbench.backbones import captions as c; c.caption_of(['dog']); print('torch' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
