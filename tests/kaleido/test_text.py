"""Prompts to states: cleaned, padded with zeros, encoded once."""

from __future__ import annotations

import pytest
import torch

from s2vbench.kaleido.text import TextEncoder, clean_prompt
from tests.kaleido import tiny_bundle

torch.set_num_threads(1)


@pytest.fixture
def encoder() -> TextEncoder:
    return TextEncoder(tiny_bundle.text_encoder(), tiny_bundle.tokenizer(), 8)


def test_states_are_those_of_umt5_and_zero_after_the_last_token(encoder: TextEncoder) -> None:
    (states,) = encoder.encode(["a red fox"])
    assert states.shape == (8, tiny_bundle.TEXT_DIM)
    assert states.abs().sum(dim=1).gt(0).tolist() == [True] * 4 + [False] * 4
    # Masked padding changes nothing: the same tokens without any.
    ids = torch.tensor([encoder.tokenizer("a red fox")["input_ids"]])
    with torch.no_grad():
        alone = encoder.encoder(ids).last_hidden_state[0]
    assert torch.allclose(states[:4], alone, atol=1e-5)


def test_long_prompts_are_cut_with_their_end_mark(encoder: TextEncoder) -> None:
    long = "red fox " * 20
    assert encoder.num_tokens(long) == 41
    (states,) = encoder.encode([long])
    assert states.abs().sum(dim=1).gt(0).all()


def test_a_prompt_has_the_same_states_in_any_company(encoder: TextEncoder) -> None:
    together = encoder.encode(["a fox", "blue penguin", "", "a  fox\n"])
    assert torch.equal(together[1], encoder.encode(["blue penguin"])[0])
    assert torch.equal(together[0], together[3])
    # Nothing but the end mark.
    assert together[2].abs().sum(dim=1).gt(0).tolist() == [True] + [False] * 7


def test_equal_prompts_are_encoded_once(encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    encode_one = encoder._encode_one
    monkeypatch.setattr(encoder, "_encode_one", lambda prompt: calls.append(prompt) or encode_one(prompt))  # type: ignore[func-returns-value]
    assert encoder.encode(["a fox", "snow", "a fox"]).shape[0] == 3
    assert calls == ["a fox", "snow"]


def test_cleaning() -> None:
    assert clean_prompt(" Tom &amp;amp; Anna&#39;s\tday\u00a0out ") == "Tom & Anna's day out"
