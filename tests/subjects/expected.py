"""What the networks are shown and what is made of their answers, written down a second time from the documentation.

Nothing here calls the code that it is compared with, but for the networks themselves.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import distance_transform_edt
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

from s2vbench.backbones.bank import Bank
from s2vbench.backbones.weights import resolve
from s2vbench.metrics.base import load_metric
from s2vbench.profiles import load_profile
from s2vbench.run.plan import backbones_of
from s2vbench.types import FramesU8
from tests import tiny
from tests.subjects.drawn import Mask, box_of

Doubles = npt.NDArray[np.float64]
CLIP, DINO = "tests.tiny:CLIP", "tests.tiny:DINO"
GREY = (123, 117, 104)
"""CLIP's mean colour: 255 times 0.481, 0.458 and 0.408."""
CLOSE = 2e-5
"""A feature of a batch differs from that of a single picture by rounding; cosines of equal pictures reach 1 so far."""


@functools.cache
def bank() -> Bank:
    """The networks of the tiny profile."""
    metrics = [load_metric(name) for name in ("s2v_consistency", "bound_identity")]
    specs = backbones_of(load_profile(tiny.PROFILE), metrics, truth=True)
    return Bank(resolve(list(specs.values()), "seeded:1", allow_unverified=False), device="cpu")


def feature(network: str, picture_HWC: FramesU8) -> Doubles:
    """The feature of one picture, at length 1."""
    window = bank().window(picture_HWC[None])
    found = bank().encode_frames(network, window)[0].astype(np.float64)
    return np.asarray(found / np.linalg.norm(found))


def crop(picture_HWC: FramesU8, mask_HW: Mask) -> FramesU8:
    """Subject on white: its box, centred in a white square, at 224 x 224 (bicubic)."""
    x0, y0, x1, y1 = box_of(mask_HW)
    white = picture_HWC.copy()
    white[~mask_HW] = 255
    side = max(x1 - x0, y1 - y0)
    square = Image.new("RGB", (side, side), "white")
    square.paste(Image.fromarray(white[y0:y1, x0:x1]), ((side - (x1 - x0)) // 2, (side - (y1 - y0)) // 2))
    return np.asarray(square.resize((224, 224), Image.Resampling.BICUBIC))


def crop_cosine(network: str, a: tuple[FramesU8, Mask], b: tuple[FramesU8, Mask]) -> float:
    """How alike two subjects are."""
    return float(feature(network, crop(*a)) @ feature(network, crop(*b)))


def angle(a: tuple[FramesU8, Mask], b: tuple[FramesU8, Mask]) -> float:
    """Between two subjects' DINO features, in degrees."""
    return float(np.degrees(np.arccos(min(1.0, crop_cosine(DINO, a, b)))))


def grown(mask_HW: Mask, radius_px: float) -> Mask:
    """A mask with all pixels that are at most so far from it."""
    if not mask_HW.any():
        return mask_HW
    return np.asarray(distance_transform_edt(~mask_HW) <= radius_px)


def without(picture_HWC: FramesU8, hole_HW: Mask) -> FramesU8:
    """A background: the hole in CLIP's mean colour, the whole picture squashed to 224 x 224."""
    filled = picture_HWC.copy()
    filled[hole_HW] = GREY
    return np.asarray(Image.fromarray(filled).resize((224, 224), Image.Resampling.BICUBIC))


def hole(mask_HW: Mask) -> Mask:
    """What is taken out of a background: the subject, grown by 1 % of the shorter side."""
    return grown(mask_HW, 0.01 * min(mask_HW.shape))


def background_cosine(a: tuple[FramesU8, Mask], b: tuple[FramesU8, Mask]) -> float:
    """How alike two backgrounds are under CLIP; each with what was its subject, not grown yet."""
    features = [feature(CLIP, without(picture, hole(mask))) for picture, mask in (a, b)]
    return float(features[0] @ features[1])


def literal_cosine(a: tuple[FramesU8, Mask], b: tuple[FramesU8, Mask]) -> float:
    """The same as the paper has it: black holes as they are, CLIP's own resize and crop."""
    transform = Compose([Resize(224, InterpolationMode.BICUBIC), CenterCrop(224)])
    holed = [Image.fromarray(np.where(mask[..., None], np.uint8(0), picture)) for picture, mask in (a, b)]
    features = [feature(CLIP, np.asarray(transform(image))) for image in holed]
    return float(features[0] @ features[1])


def mean_of_highest(values: Sequence[float], draws: int) -> float:
    """The highest of so many of the values, over all ways to draw them."""
    return float(np.mean([max(some) for some in itertools.combinations(values, draws)]))


def median_slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Theil and Sen: the median of the slopes of all pairs."""
    points = list(zip(times, values, strict=True))
    return float(np.median([(b - a) / (t - s) for (s, a), (t, b) in itertools.combinations(points, 2)]))


def _covered(mask_HW: Mask, grid: tuple[int, int]) -> Doubles:
    """How much of each patch of a grid (rows, columns) a mask covers.

    The shorter side becomes 224 px, the other keeps the proportion, rounded down; patches are 16 px, what is left over
    is not seen.
    """
    new_px = [int(224 * side / min(mask_HW.shape)) for side in mask_HW.shape]
    seen_px = [round(side * 16 * cells / new) for side, cells, new in zip(mask_HW.shape, grid, new_px, strict=True)]
    # Every pixel as rows x columns pieces: patches that end inside a pixel get their share of it, exactly.
    pieces = np.repeat(np.repeat(mask_HW[: seen_px[0], : seen_px[1]], grid[0], axis=0), grid[1], axis=1)
    return np.asarray(pieces.reshape(grid[0], seen_px[0], grid[1], seen_px[1]).mean(axis=(1, 3)))


def free_patches(picture_HWC: FramesU8, mask_HW: Mask) -> tuple[Doubles, npt.NDArray[np.bool_]]:
    """DINO's patch features (R, C, D) and which of the patches are background (R, C).

    The subject grows by 3 % of the diagonal; a patch of which it then covers more than a tenth is none.
    """
    patches_RCD = bank().encode_patches(DINO, picture_HWC[None])[0].astype(np.float64)
    gone = grown(mask_HW, 0.03 * float(np.hypot(*mask_HW.shape)))
    return patches_RCD, _covered(gone, (patches_RCD.shape[0], patches_RCD.shape[1])) <= 0.1


def leaked_patches(
    frame: tuple[FramesU8, Mask], own: Sequence[tuple[FramesU8, Mask]], null: Sequence[tuple[FramesU8, Mask]]
) -> npt.NDArray[np.bool_]:
    """Which of a frame's background patches (P,) are beyond chance: z > 3 for some own view.

    z compares the best cosine with 256 evenly spread background patches of the own view with the mean and the standard
    deviation (at least 0.02) of the same over the null views.
    """

    def best(view: tuple[FramesU8, Mask]) -> Doubles:
        patches, free = free_patches(*view)
        several = patches[free]
        chosen = several[np.round(np.linspace(0, len(several) - 1, min(256, len(several)))).astype(int)]
        return np.asarray((looked_at @ chosen.T).max(axis=1))

    patches, free = free_patches(*frame)
    looked_at = patches[free]
    chance = np.stack([best(view) for view in null])
    spread = np.maximum(chance.std(axis=0), 0.02)
    z = np.stack([(best(view) - chance.mean(axis=0)) / spread for view in own])
    return np.asarray(z.max(axis=0) > 3)
