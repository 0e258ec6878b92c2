"""Whether held-out pictures find their texts among a hundred, and texts their pictures; who and where is known again.

Shape letters: N pictures or texts, E embedding.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from s2vbench.backbones.mini.image_text import MINI_IMAGE_TEXT, MiniImageText
from s2vbench.errors import InputError
from s2vbench.features.subjects.composite import background_squashed
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.identity_measures import (
    AMONG,
    LOOKS,
    Doubles,
    Encode,
    by_look,
    clips_of,
    cut_out,
    encoder,
    found_first,
    looked,
    same_individual,
    unit,
)
from s2vbench.mini.image_text_samples import Phrase, equal, true_of, words_of
from s2vbench.mini.measures import Measure, mean_of
from s2vbench.mini.pictures_cast import Cast, Sight, frame_of, subjects_mask
from s2vbench.types import FramesU8
from s2vbench.world.telling import phrase_of

_SEED: Final = 7


def measure(network: MiniImageText, cast: Cast, count: int) -> dict[str, Any]:
    """Everything, each of `count` held-out pictures.

    Raises:
        InputError: the bank has fewer.
    """
    recipe = MINI_IMAGE_TEXT.recipe
    assert recipe is not None
    encode = encoder(network, recipe)
    found: dict[str, Any] = {}
    for look in LOOKS:
        found |= subjects_and_phrases(network, encode, cast, count, look)
        found |= frames_and_captions(network, encode, cast.bank, count, look)
        found |= places(encode, cast.bank, count, look)
    return by_look(found | same_individual(encode, cast, count))


def texts_of(network: Any, texts: list[str]) -> Doubles:
    """Features of length 1 of texts, of a network that has `tokenize` and `encode_text`."""
    with torch.inference_mode():
        return unit(network.encode_text(network.tokenize(texts)).double().numpy())


def subjects_and_phrases(
    network: MiniImageText, encode: Encode, cast: Cast, count: int, look: str
) -> dict[str, Measure]:
    """Subjects cut out of frames, and everything that can be said of them."""
    random = np.random.default_rng(_SEED)
    if len(cast) < count:
        raise InputError(f"{cast.bank.folder}: {len(cast)} held-out subjects; draw more or lower --count")
    chosen = random.choice(len(cast), count, replace=False).tolist()
    people = [cast.people[who] for who in chosen]
    sights = [looked(cast.in_frame(who, int(random.choice(cast.frames_of(who)))), look) for who in chosen]
    phrases = [Phrase(who.noun, words_of(who), phrase_of(who.noun, who.words())) for who in people]
    cosines_NN = encode([cut_out(sight) for sight in sights]) @ texts_of(network, [p.text for p in phrases]).T
    return both_ways(cosines_NN, true_of(phrases, people).numpy(), ("subject", "phrase"), look)


def frames_and_captions(
    network: MiniImageText, encode: Encode, bank: ClipBank, count: int, look: str
) -> dict[str, Measure]:
    """Middle frames of clips, and their short captions."""
    pictures, captions = [], []
    for clip in clips_of(bank, count):
        frame_HWC = frame_of(bank, clip, 4)
        pictures.append(looked(Sight(frame_HWC, np.ones(frame_HWC.shape[:2], np.bool_)), look).picture_HWC)
        shard, at = bank.where(clip)
        captions.append(shard.told(at)["caption_short"])
    cosines_NN = encode(pictures) @ texts_of(network, captions).T
    return both_ways(cosines_NN, equal(captions).numpy(), ("frame", "caption"), look)


def places(encode: Encode, bank: ClipBank, count: int, look: str) -> dict[str, Measure]:
    """The first frame's background among those of last frames, each with the subjects of its own cut out."""
    first: list[FramesU8] = []
    last: list[FramesU8] = []
    for clip in clips_of(bank, count):
        for frame, pictures in ((0, first), (8, last)):
            sight = looked(Sight(frame_of(bank, clip, frame), subjects_mask(bank, clip, frame)), look)
            pictures.append(background_squashed(sight.picture_HWC, sight.mask_HW))
    cosines_NN: Doubles = encode(first) @ encode(last).T
    alike_NN = np.eye(len(first), dtype=np.bool_)
    return {
        f"background of the same clip among {AMONG}, {look}": mean_of(found_first(cosines_NN, alike_NN)),
        f"cosine of backgrounds of one clip, {look}": mean_of(np.diagonal(cosines_NN)),
        f"cosine of backgrounds of two clips, {look}": mean_of(np.diagonal(np.roll(cosines_NN, 1, 1))),
    }


def both_ways(
    cosines_NN: Doubles, alike_NN: npt.NDArray[np.bool_], names: tuple[str, str], look: str
) -> dict[str, Measure]:
    """Shares of rows that find their column among a hundred, and of columns that find their row."""
    a, b = names
    return {
        f"{a} to {b} among {AMONG}, {look}": mean_of(found_first(cosines_NN, alike_NN)),
        f"{b} to {a} among {AMONG}, {look}": mean_of(found_first(cosines_NN.T, alike_NN.T)),
    }
