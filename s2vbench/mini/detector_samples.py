"""What `mini_detector` learns from: pictures with boxes and classes, and phrases for every class of the world.

Shape letters: N pictures of a batch, K subjects at most, H height, W width, C channels, P phrases, L words, R regions.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from s2vbench.backbones.mini.detector_canvas import box_iou
from s2vbench.backbones.mini.phrases import PADDING, TABLE_ROWS, UNKNOWN_ROWS, phrase_rows
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.clips_augment import Seen, boxes_of, degraded, moved, relit
from s2vbench.mini.clips_drawn import MOST_SUBJECTS, NUM_FRAMES, NUM_REFERENCES
from s2vbench.mini.training import Batch
from s2vbench.types import Floats, FramesU8
from s2vbench.world.cast import TRAINING_SEEDS, Individual, all_species
from s2vbench.world.telling import phrase_of

SHAPES: Final = ((112, 192), (144, 144), (128, 176), (176, 128), (192, 112))
_SHARES: Final = (0.62, 0.23, 0.05, 0.05, 0.05)
"""How often a batch has a shape; most videos are 16:9, reference pictures are square."""
_REFERENCES: Final = 0.75
"""Share of square pictures that are references."""
_LEAST_SEEN, _LEAST_SIDE_PX = 0.2, 6.0
STRANGERS: Final = 12
"""Phrases of a batch that name nothing of this world."""
_DESCRIBED: Final = 256
"""So many individuals of each class lend their words to phrases."""


@cache
def nouns() -> tuple[str, ...]:
    """Every class, in the order of the numbers that stand for them here."""
    return tuple(sorted(all_species()))


def shape_of(random: np.random.Generator) -> tuple[int, int]:
    """Height and width of one batch's canvases."""
    return SHAPES[int(random.choice(len(SHAPES), p=_SHARES))]


def draw_batch(bank: ClipBank, size: int, seed: int, step: int) -> Batch:
    """Pictures (N, C, H, W) uint8, boxes (N, K, 4), kinds (N, K), regions (N, R, 4) and words (P, L) of a step.

    A kind is a class's number, -1 where there is no subject, -2 for one that is hardly seen: neither to be found nor
    missed. The first K regions are the boxes, roughly; the last one is somewhere else.
    """
    random = np.random.default_rng((seed, step))
    shape = shape_of(random)
    samples = [draw_sample(bank, shape, random) for _ in range(size)]
    pictures, boxes, kinds, regions = (torch.from_numpy(np.stack(part)) for part in zip(*samples, strict=True))
    return pictures.permute(0, 3, 1, 2).contiguous(), boxes, kinds, regions, draw_words(random)


def draw_sample(
    bank: ClipBank, shape: tuple[int, int], random: np.random.Generator
) -> tuple[FramesU8, Floats, npt.NDArray[np.int64], Floats]:
    """Picture (H, W, C), boxes (K, 4), kinds (K,), regions (R, 4)."""
    seen, names, visible = draw_seen(bank, shape[0] == shape[1] and random.random() < _REFERENCES, random)
    seen = moved(seen, shape, random)
    boxes_K4, kinds_K = np.zeros((MOST_SUBJECTS, 4), np.float32), np.full(MOST_SUBJECTS, -1)
    boxes_K4[: len(names)] = boxes_of(seen.masks_KHW)
    for k, name in enumerate(names):
        sides = boxes_K4[k, 2:] - boxes_K4[k, :2]
        if sides.min() > 0:
            whole = visible[k] * seen.kept_K[k] >= _LEAST_SEEN and sides.min() >= _LEAST_SIDE_PX
            kinds_K[k] = nouns().index(name) if whole else -2
    return relit(degraded(seen.picture_HWC, random), random), boxes_K4, kinds_K, _regions(boxes_K4, shape, random)


def draw_seen(bank: ClipBank, reference: bool, random: np.random.Generator) -> tuple[Seen, list[str], list[float]]:  # noqa: FBT001
    """A frame or reference picture with masks; the nouns, and how much of each is seen."""
    shard, at = bank.where(int(random.integers(len(bank))))
    names = [noun for noun, _ in shard.told(at)["subjects"]]
    if reference and names:
        k, view = int(random.integers(len(names))), int(random.integers(NUM_REFERENCES))
        mask_HW = np.unpackbits(shard.array("reference_masks")[at, k, view], axis=-1).astype(np.bool_)
        return Seen(np.asarray(shard.array("references")[at, k, view]), mask_HW[None]), names[k : k + 1], [1.0]
    frame = int(random.integers(NUM_FRAMES))
    masks_KHW = np.unpackbits(shard.array("masks")[at, frame, : len(names)], axis=-1).astype(np.bool_)
    visible = shard.array("visibility")[at, frame, : len(names)].tolist()
    return Seen(np.asarray(shard.array("frames")[at, frame]), masks_KHW), names, visible


def _regions(boxes_K4: Floats, shape: tuple[int, int], random: np.random.Generator) -> Floats:
    """The boxes as a detector would place them, and one that holds nothing whole."""
    sides_K2 = np.tile(boxes_K4[:, 2:] - boxes_K4[:, :2], 2)
    near_K4 = boxes_K4 + sides_K2 * random.normal(0, 0.06, boxes_K4.shape).clip(-0.18, 0.18)
    for _ in range(8):
        size = random.uniform(10, 90, 2)
        corner = [random.uniform(0, max(side - part, 1)) for part, side in zip(size, shape[::-1], strict=True)]
        other_14 = np.array([[*corner, *(corner + size)]], np.float32)
        if box_iou(other_14, boxes_K4).max() < 0.15:
            break
    else:
        other_14 = np.array([[0, 0, 8, 8]], np.float32)
    return np.concatenate([near_K4, other_14]).astype(np.float32)


@cache
def _words_of(noun: str, seed: int) -> tuple[str, ...]:
    return Individual(noun, seed).words()


def draw_words(random: np.random.Generator) -> Tensor:
    """A phrase for each class, about half of them bare nouns, then `STRANGERS` of unknown words; rows (P, L)."""
    phrases = []
    for noun in nouns():
        words = _words_of(noun, TRAINING_SEEDS.start + int(random.integers(_DESCRIBED)))
        phrases.append(phrase_of(noun, words[: max(int(random.integers(-2, 3)), 0)]))
    known_PL = phrase_rows(phrases)
    lengths = random.integers(1, 4, STRANGERS)
    strangers_PL = torch.full((STRANGERS, max(known_PL.shape[1], 3)), PADDING)
    for row, length in enumerate(lengths):
        strangers_PL[row, :length] = torch.from_numpy(random.integers(TABLE_ROWS - UNKNOWN_ROWS, TABLE_ROWS, length))
    known_PL = torch.nn.functional.pad(known_PL, (0, strangers_PL.shape[1] - known_PL.shape[1]), value=PADDING)
    return torch.cat([known_PL, strangers_PL])
