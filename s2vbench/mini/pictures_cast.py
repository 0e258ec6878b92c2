"""Everybody in a bank of clips, and where each can be seen.

Shape letters: S subjects of all clips, T frames, K subjects of a clip, H height, W width, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from s2vbench.errors import InputError
from s2vbench.features.subjects.composite import Mask
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.pictures import Random
from s2vbench.types import FramesU8
from s2vbench.world.cast import Individual

LEAST_VISIBLE: Final = 0.3
LEAST_SIDE_PX: Final = 14
"""In frames of 128 px; profile mini judges subjects from 8 px on in frames of 64."""


@dataclass(frozen=True)
class Sight:
    """One picture with a subject in it."""

    picture_HWC: FramesU8
    mask_HW: Mask


class Cast:
    """The subjects of a bank's clips that are seen well enough in some frame.

    Args:
        bank: the clips.

    Raises:
        InputError: nobody is seen.
    """

    def __init__(self, bank: ClipBank) -> None:
        self.bank = bank
        clips: list[int] = []
        slots: list[int] = []
        people: list[Individual] = []
        seen: list[npt.NDArray[np.bool_]] = []
        start = 0
        for shard in bank.shards:
            boxes_NTK4, visibility_NTK = shard.array("boxes"), shard.array("visibility")
            sides_NTK = (boxes_NTK4[..., 2:] - boxes_NTK4[..., :2]).min(-1)
            # Sides of what is not seen are NaN, and below everything here.
            seen_NTK = (visibility_NTK >= LEAST_VISIBLE) & (np.nan_to_num(sides_NTK) >= LEAST_SIDE_PX)
            for at in range(len(shard)):
                for slot, (noun, seed) in enumerate(shard.told(at)["subjects"]):
                    if seen_NTK[at, :, slot].any():
                        clips.append(start + at)
                        slots.append(slot)
                        people.append(Individual(noun, seed))
                        seen.append(seen_NTK[at, :, slot])
            start += len(shard)
        if not people:
            raise InputError(f"{bank.folder}: no clip shows anybody; draw more clips")
        self.clips_S, self.slots_S, self.people = np.array(clips), np.array(slots), people
        self.seen_ST = np.stack(seen)
        by_noun: dict[str, list[int]] = {}
        for place, who in enumerate(people):
            by_noun.setdefault(who.noun, []).append(place)
        self.by_noun = {noun: np.array(places) for noun, places in by_noun.items()}
        """Places in the lists above of the subjects of each class."""

    def __len__(self) -> int:
        return len(self.people)

    def frames_of(self, who: int) -> npt.NDArray[np.int64]:
        """The frames that show a subject well enough."""
        return np.flatnonzero(self.seen_ST[who])

    def in_frame(self, who: int, frame: int) -> Sight:
        """A subject in a frame of its clip."""
        shard, at = self.bank.where(int(self.clips_S[who]))
        bits = shard.array("masks")[at, frame, self.slots_S[who]]
        return Sight(np.asarray(shard.array("frames")[at, frame]), np.unpackbits(bits, axis=-1).astype(np.bool_))

    def in_reference(self, who: int, picture: int) -> Sight:
        """A subject in a reference picture."""
        shard, at = self.bank.where(int(self.clips_S[who]))
        bits = shard.array("reference_masks")[at, self.slots_S[who], picture]
        shown = shard.array("references")[at, self.slots_S[who], picture]
        return Sight(np.asarray(shown), np.unpackbits(bits, axis=-1).astype(np.bool_))

    def two_sights(self, who: int, random: Random) -> tuple[Sight, Sight]:
        """A frame, and mostly a reference picture, else another frame of the clip."""
        frames = self.frames_of(who)
        first = self.in_frame(who, int(random.choice(frames)))
        if random.random() < 0.75:
            return first, self.in_reference(who, int(random.integers(2)))
        return first, self.in_frame(who, int(random.choice(frames)))

    def groups(self, nouns: int, each: int, random: Random) -> npt.NDArray[np.int64]:
        """Several of each of several classes, so that everyone is beside others; fewer where there are few."""
        names = list(self.by_noun)
        weights = np.array([len(self.by_noun[name]) for name in names], dtype=np.float64)
        picked = random.choice(len(names), min(nouns, len(names)), replace=False, p=weights / weights.sum())
        return np.concatenate(
            [
                random.choice(places, min(each, len(places)), replace=False)
                for places in (self.by_noun[names[index]] for index in picked)
            ]
        )


def subjects_mask(bank: ClipBank, clip: int, frame: int) -> Mask:
    """Where in a frame any subject is."""
    shard, at = bank.where(clip)
    bits_KHW = shard.array("masks")[at, frame]
    return np.unpackbits(np.bitwise_or.reduce(bits_KHW, axis=0), axis=-1).astype(np.bool_)


def frame_of(bank: ClipBank, clip: int, frame: int) -> FramesU8:
    """One frame of a clip."""
    shard, at = bank.where(clip)
    return np.asarray(shard.array("frames")[at, frame])
