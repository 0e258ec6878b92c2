"""What the frozen text encoder says of captions, remembered by caption."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import torch
from torch import Tensor

MOST_BYTES: Final = 512 << 20


class Encoder(Protocol):
    """What `text.TextEncoder` does."""

    def encode(self, prompts: Sequence[str]) -> Tensor:
        """The context [B, L, D] of each prompt."""


class Contexts:
    """A text encoder with a memory; the least recently used captions are forgotten.

    Args:
        encoder: text to [B, L, D].
        most_bytes: of remembered contexts.
    """

    def __init__(self, encoder: Encoder, most_bytes: int = MOST_BYTES) -> None:
        self._encoder, self._left_bytes = encoder, most_bytes
        self._known: OrderedDict[str, Tensor] = OrderedDict()

    def of(self, captions: Sequence[str]) -> Tensor:
        """The contexts [B, L, D] of captions, each encoded at most once while it is remembered."""
        wanted = dict.fromkeys(captions)
        found = {caption: self._known[caption] for caption in wanted if caption in self._known}
        new = [caption for caption in wanted if caption not in found]
        if new:
            with torch.no_grad():
                found |= dict(zip(new, self._encoder.encode(new), strict=True))
        for caption in wanted:
            self._remember(caption, found[caption])
        return torch.stack([found[caption] for caption in captions])

    def _remember(self, caption: str, context_LD: Tensor) -> None:
        if caption in self._known:
            self._known.move_to_end(caption)
            return
        # A clone: a row of a batch would keep the whole batch.
        self._known[caption] = context_LD.clone()
        self._left_bytes -= context_LD.nbytes
        while self._left_bytes < 0 and len(self._known) > 1:
            self._left_bytes += self._known.popitem(last=False)[1].nbytes
