"""What `mini_identity` learns from: individuals seen twice, and places seen in two cuts that partly overlap.

Shape letters: N individuals, B places, H height, W width, C channels, R rows and K columns of patches, D patch feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from s2vbench.backbones.mini.image_text_tower import STRIDE_PX
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.image_text_samples import equal, seen_somehow
from s2vbench.mini.pictures import SEEN_PX, Random, degraded, frame_factor, lit, resized, shrunk
from s2vbench.mini.pictures_cast import Cast, frame_of
from s2vbench.types import FramesU8

NOUNS, EACH, PLACES = 24, 4, 16
"""Of a batch: classes, individuals of each, places."""
PLACE_WIDTH_PX: Final = 192
"""Of a place's cut, which is 112 px high: a wide frame by whole patches."""
_COLUMNS, _ROWS = PLACE_WIDTH_PX // STRIDE_PX, SEEN_PX // STRIDE_PX
_LARGE, _SMALL = (0.75, 1.0), (0.45, 1.0)
"""Heights of the first and the second cut, as shares of the frame's."""
_STILL: Final = 0.7
"""Share of the places whose cuts are of one frame: only there it is known what has to agree with what."""
_NEAR_PATCHES: Final = 1.5
"""Patches that lie so near to the right one are not taken for wrong."""
_PATCH_TEMPERATURE: Final = 0.1

Cut = tuple[float, float, float, float]


@dataclass(frozen=True)
class IdentityBatch:
    """Pictures of individuals and of places."""

    people_NHWC: FramesU8
    """Each once, then each again."""
    alike_NN: Tensor
    places_NHWC: FramesU8
    """Each place's first cut, then the second ones."""
    cuts_2B4: Tensor
    """Left, top, right, bottom in pixels of the frame."""
    still_B: Tensor
    """Whether both cuts are of one frame."""
    same_clip_BB: Tensor


def draw_batch(cast: Cast, random: Random) -> IdentityBatch:
    """The batch of a random state."""
    who_N = cast.groups(NOUNS, EACH, random).tolist()
    sights = [cast.two_sights(who, random) for who in who_N]
    people = [seen_somehow(sight, random) for half in zip(*sights, strict=True) for sight in half]
    places, cuts, still = [], [], []
    clips = random.integers(len(cast.bank), size=PLACES).tolist()
    for clip in clips:
        pair, pair_cuts, is_still = _place(cast.bank, clip, random)
        places.append(pair)
        cuts.append(pair_cuts)
        still.append(is_still)
    return IdentityBatch(
        np.stack(people),
        equal([cast.people[who] for who in who_N]),
        np.stack([picture for half in zip(*places, strict=True) for picture in half]),
        torch.tensor(cuts).transpose(0, 1).contiguous(),
        torch.tensor(still),
        equal(clips),
    )


def _place(bank: ClipBank, clip: int, random: Random) -> tuple[list[FramesU8], list[Cut], bool]:
    shard, at = bank.where(clip)
    still = bool(random.random() < _STILL)
    first, second = random.integers(len(shard.array("frames")[at]), size=2).tolist()
    pictures, cuts = [], []
    for frame, heights in ((first, _LARGE), (first if still else second, _SMALL)):
        frame_HWC = frame_of(bank, clip, frame)
        height_px, width_px = frame_HWC.shape[:2]
        cut_height = int(height_px * random.uniform(*heights))
        cut_width = min(width_px, round(cut_height * PLACE_WIDTH_PX / SEEN_PX))
        top, left = (
            int(random.integers(whole - part + 1)) for whole, part in ((height_px, cut_height), (width_px, cut_width))
        )
        cut_HWC = frame_HWC[top : top + cut_height, left : left + cut_width]
        small = shrunk(cut_HWC, np.zeros(cut_HWC.shape[:2], np.bool_), frame_factor(height_px, random))[0]
        pictures.append(resized(lit(degraded(small, random), random), SEEN_PX, PLACE_WIDTH_PX))
        cuts.append((float(left), float(top), float(left + cut_width), float(top + cut_height)))
    return pictures, cuts, still


def patch_contrast(first_BDRK: Tensor, second_BDRK: Tensor, cuts_2B4: Tensor) -> Tensor:
    """Cross entropy of finding, of each patch of the second cuts, what lies at its place in the first cuts.

    Everything at other places of the batch is wrong, except what is near in the same picture.

    Args:
        first_BDRK: patch features of length 1.
        second_BDRK: those of the second cuts.
        cuts_2B4: where the cuts lie in their frames.
    """
    centres_BRK2 = _centres(cuts_2B4[1])
    x0, y0, x1, y1 = cuts_2B4[0][:, None, None].unbind(-1)
    there_BRK2 = torch.stack([(centres_BRK2[..., 0] - x0) / (x1 - x0), (centres_BRK2[..., 1] - y0) / (y1 - y0)], -1)
    half_patch = torch.tensor([0.5 / _COLUMNS, 0.5 / _ROWS])
    inside_BRK = ((there_BRK2 >= half_patch) & (there_BRK2 <= 1 - half_patch)).all(-1)
    if not bool(inside_BRK.any()):
        return first_BDRK.sum() * 0
    sampled_BDRK = functional.grid_sample(first_BDRK, there_BRK2 * 2 - 1, align_corners=False)
    picture_BRK = torch.arange(len(first_BDRK))[:, None, None].expand(inside_BRK.shape)
    wanted_MD = functional.normalize(sampled_BDRK.permute(0, 2, 3, 1)[inside_BRK], dim=1)
    found_MD = second_BDRK.permute(0, 2, 3, 1)[inside_BRK]
    place_M2 = there_BRK2[inside_BRK] * torch.tensor([_COLUMNS, _ROWS])
    picture_M = picture_BRK[inside_BRK]
    near_MM = (picture_M[:, None] == picture_M) & (torch.cdist(place_M2, place_M2) < _NEAR_PATCHES)
    near_MM = near_MM & ~torch.eye(len(picture_M), dtype=torch.bool)
    logits_MM = (found_MD @ wanted_MD.T / _PATCH_TEMPERATURE).masked_fill(near_MM, -torch.inf)
    return functional.cross_entropy(logits_MM, torch.arange(len(logits_MM)))


def _centres(cuts_B4: Tensor) -> Tensor:
    """Centres (x, y) of the patches of cuts (B, R, K, 2), in pixels of the frame."""
    across_K = (torch.arange(_COLUMNS) + 0.5) / _COLUMNS
    down_R = (torch.arange(_ROWS) + 0.5) / _ROWS
    x0, y0, x1, y1 = cuts_B4[:, None, None].unbind(-1)
    x_BRK = x0 + (x1 - x0) * across_K
    y_BRK = y0 + (y1 - y0) * down_R[:, None]
    return torch.stack([x_BRK.expand(-1, _ROWS, -1), y_BRK.expand(-1, -1, _COLUMNS)], -1)
