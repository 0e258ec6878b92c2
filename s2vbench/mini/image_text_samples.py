"""What `mini_image_text` learns from: subjects and phrases, frames and captions, places with and without holes.

Shape letters: N pictures or pairs, H height, W width, C channels, L tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from torch import Tensor

from s2vbench.backbones.mini.words import FIRST_WORD, UNKNOWN_ROWS, end_number, tokenize
from s2vbench.backbones.preprocess import normalise
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.pictures import Random, background_seen, frame_factor, subject_seen, whole_seen
from s2vbench.mini.pictures_cast import Cast, Sight, frame_of, subjects_mask
from s2vbench.types import FramesU8
from s2vbench.video.recipes import MINI_CENTRE_112, ResizeRecipe
from s2vbench.world.cast import Individual
from s2vbench.world.places import PLACES
from s2vbench.world.telling import phrase_of

NOUNS, EACH, FRAMES, PLACES_SEEN = 16, 4, 32, 24
"""Of a batch: classes, individuals of each, frames with captions, places in two frames each."""
_LEAST_REFERENCE: Final = 0.4
_LOST_WORDS: Final = 0.02
"""Share of the words that are replaced by unknown ones, so that these get to mean nothing in particular."""


@dataclass(frozen=True)
class Phrase:
    """A noun with some of an individual's adjectives."""

    noun: str
    words: frozenset[str]
    text: str

    def is_true_of(self, who: Individual) -> bool:
        """Whether it could be said of somebody as well."""
        return self.noun == who.noun and self.words <= words_of(who)


@lru_cache(maxsize=1 << 16)
def words_of(who: Individual) -> frozenset[str]:
    """Everything that can be said of an individual."""
    return frozenset(who.words())


def random_phrase(who: Individual, random: Random) -> Phrase:
    """Some of an individual's adjectives, mostly many."""
    words = who.words()
    count = max(int(random.integers(len(words) + 1)), int(random.integers(len(words) + 1)))
    kept = [words[index] for index in sorted(random.choice(len(words), count, replace=False))]
    return Phrase(who.noun, frozenset(kept), phrase_of(who.noun, tuple(kept)))


def true_of(phrases: Sequence[Phrase], people: Sequence[Individual]) -> Tensor:
    """Which phrases (columns) are true of whom (rows)."""
    return torch.tensor([[phrase.is_true_of(who) for phrase in phrases] for who in people])


@dataclass(frozen=True)
class ImageTextBatch:
    """Pictures of every kind in one row, and the texts that belong to the first of each kind."""

    pictures_NHWC: FramesU8
    """Subjects, the same subjects elsewhere, frames, places, the same places in other frames."""
    tokens_NL: Tensor
    """Of phrases, captions and places."""
    sizes: tuple[int, int, int]
    """Subjects, frames, places."""
    alike_phrases_NN: Tensor
    alike_people_NN: Tensor
    alike_captions_NN: Tensor
    alike_places_NN: Tensor


def draw_batch(cast: Cast, random: Random, context: int) -> ImageTextBatch:
    """The batch of a random state."""
    who_N = cast.groups(NOUNS, EACH, random)
    people = [cast.people[who] for who in who_N]
    sights = [cast.two_sights(int(who), random) for who in who_N]
    subjects = [[seen_somehow(sight, random) for sight in pair] for pair in sights]
    phrases = [random_phrase(who, random) for who in people]
    frames, captions = _frames(cast.bank, random)
    places, scenes = _places(cast.bank, random)
    texts = [
        *(phrase.text for phrase in phrases),
        *captions,
        *(PLACES[scene].phrase for scene in scenes),
    ]
    pictures = [
        *(first for first, _ in subjects),
        *(second for _, second in subjects),
        *frames,
        *(first for first, _ in places),
        *(second for _, second in places),
    ]
    return ImageTextBatch(
        np.stack(pictures),
        some_unknown(tokenize(texts, context), random),
        (len(who_N), FRAMES, PLACES_SEEN),
        true_of(phrases, people),
        equal(people),
        equal(captions),
        equal(scenes),
    )


def seen_somehow(sight: Sight, random: Random) -> FramesU8:
    """A subject cut out of a frame or a reference picture, as large as it might be there."""
    square = sight.picture_HWC.shape[0] == sight.picture_HWC.shape[1]
    factor = float(random.uniform(_LEAST_REFERENCE, 1.0)) if square else frame_factor(len(sight.picture_HWC), random)
    return subject_seen(sight.picture_HWC, sight.mask_HW, random, factor)


def _frames(bank: ClipBank, random: Random) -> tuple[list[FramesU8], list[str]]:
    pictures, captions = [], []
    for clip in random.integers(len(bank), size=FRAMES).tolist():
        shard, at = bank.where(clip)
        frame_HWC = frame_of(bank, clip, int(random.integers(len(shard.array("frames")[at]))))
        pictures.append(whole_seen(frame_HWC, random, frame_factor(len(frame_HWC), random)))
        captions.append(shard.told(at)["caption_short" if random.random() < 0.6 else "caption"])
    return pictures, captions


def _places(bank: ClipBank, random: Random) -> tuple[list[tuple[FramesU8, FramesU8]], list[str]]:
    """Two frames of each of some clips, without their subjects, and sometimes with holes of another clip."""
    pairs, scenes = [], []
    for clip in random.integers(len(bank), size=PLACES_SEEN).tolist():
        shard, at = bank.where(clip)
        first, second = random.integers(len(shard.array("frames")[at]), size=2).tolist()
        pairs.append((_place(bank, clip, first, random), _place(bank, clip, second, random)))
        scenes.append(shard.told(at)["scene"])
    return pairs, scenes


def _place(bank: ClipBank, clip: int, frame: int, random: Random) -> FramesU8:
    frame_HWC, hole_HW = frame_of(bank, clip, frame), subjects_mask(bank, clip, frame)
    if random.random() < 0.5:
        hole_HW = hole_HW | subjects_mask(bank, int(random.integers(len(bank))), frame)
    return background_seen(frame_HWC, hole_HW, random, frame_factor(len(frame_HWC), random))


def some_unknown(tokens_NL: Tensor, random: Random) -> Tensor:
    """The numbers with a few words made unknown."""
    words_NL = (tokens_NL >= FIRST_WORD) & (tokens_NL < end_number())
    lost_NL = torch.from_numpy(random.random(tokens_NL.shape) < _LOST_WORDS) & words_NL
    rows_NL = torch.from_numpy(random.integers(1, UNKNOWN_ROWS + 1, tokens_NL.shape))
    return torch.where(lost_NL, end_number() - rows_NL, tokens_NL)


def equal(things: Sequence[object]) -> Tensor:
    """Which of several things are equal (N, N)."""
    return torch.tensor([[a == b for b in things] for a in things])


def network_input(pictures_NHWC: FramesU8, recipe: ResizeRecipe = MINI_CENTRE_112) -> Tensor:
    """Pictures of the network's own size, normalised (N, C, H, W)."""
    return normalise(torch.from_numpy(pictures_NHWC).permute(0, 3, 1, 2).float(), recipe)
