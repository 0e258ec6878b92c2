"""Prompts to UMT5 states, as Wan and Kaleido take them: a fixed number of tokens, zeros after the last one.

Shape letters: B prompts, L tokens, D channels.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def clean_prompt(prompt: str) -> str:
    r"""A prompt without HTML entities (also doubly coded ones) and with single spaces.

    >>> clean_prompt("  A fox &amp;amp; a\n penguin. ")
    'A fox & a penguin.'
    """
    return re.sub(r"\s+", " ", html.unescape(html.unescape(prompt))).strip()


class TextEncoder:
    """A UMT5 encoder with its tokenizer.

    Attributes:
        encoder: a transformers `UMT5EncoderModel`.
        tokenizer: its tokenizer.
        max_length: tokens a prompt is padded or cut to (512 in the release).
    """

    def __init__(self, encoder: Any, tokenizer: Any, max_length: int) -> None:
        self.encoder, self.tokenizer, self.max_length = encoder, tokenizer, max_length

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        device: torch.device = next(self.encoder.parameters()).device
        return device

    @torch.no_grad()
    def encode(self, prompts: Sequence[str]) -> Tensor:
        """The states context_BLD of prompts, float32 or what the encoder computes in; equal prompts are encoded once.

        An empty prompt is allowed: it stands for "no text" in guidance and in training.
        """
        cleaned = [clean_prompt(prompt) for prompt in prompts]
        distinct = list(dict.fromkeys(cleaned))
        # One at a time: padding to a fixed length costs the same, and a prompt's states do not depend on its company.
        states = {prompt: self._encode_one(prompt) for prompt in distinct}
        return torch.cat([states[prompt] for prompt in cleaned])

    def num_tokens(self, prompt: str) -> int:
        """How many tokens a prompt has, uncut."""
        return len(self.tokenizer(clean_prompt(prompt), add_special_tokens=True)["input_ids"])

    def _encode_one(self, prompt: str) -> Tensor:
        tokens = self.tokenizer(
            [prompt],
            padding="max_length",
            max_length=self.max_length,
            truncation=True,
            add_special_tokens=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        mask_BL = tokens["attention_mask"].to(self.device)
        states_BLD: Tensor = self.encoder(tokens["input_ids"].to(self.device), mask_BL).last_hidden_state
        # `where`, not a product: states of masked tokens may be anything.
        return torch.where(mask_BL.bool().unsqueeze(-1), states_BLD, 0)
