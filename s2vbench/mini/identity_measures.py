"""Whether an individual is known again among others of its class, from held-out frames to reference pictures.

Pictures take the way that features of subjects take: cut out on white, resized by the network's own recipe. Masks are
the true ones.

Shape letters: N queries, M candidates of a query (the right one first), E embedding, H height, W width, C channels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import torch

from s2vbench.backbones.preprocess import normalise, resize, to_tensor
from s2vbench.backbones.protocols import ImageEncoder
from s2vbench.errors import InputError
from s2vbench.features.subjects.composite import crop_on_white
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.measures import Measure, mean_of
from s2vbench.mini.pictures import GENERATED_HEIGHT_PX, Random, box_of, shrunk
from s2vbench.mini.pictures_cast import Cast, Sight
from s2vbench.types import FramesU8
from s2vbench.video.recipes import ResizeRecipe

WRONG: Final = 4
"""Others of the class beside the right one."""
AMONG: Final = 100
LOOKS: Final = ("128 px high", "64 px high, blurred")
_BLUR_PX: Final = 0.8
_BATCH: Final = 32
_RESAMPLES: Final = 300
_SEED: Final = 7

Doubles = npt.NDArray[np.float64]
Encode = Callable[[Sequence[FramesU8]], Doubles]


def encoder(network: ImageEncoder, recipe: ResizeRecipe) -> Encode:
    """Features of length 1 of pictures of one size, as `Bank.encode_pictures` makes them."""

    def encode(pictures: Sequence[FramesU8]) -> Doubles:
        parts = []
        with torch.inference_mode():
            for start in range(0, len(pictures), _BATCH):
                frames = to_tensor(np.stack(pictures[start : start + _BATCH]), torch.device("cpu"))
                parts.append(network(normalise(resize(frames, recipe), recipe)).double().numpy())
        return unit(np.concatenate(parts))

    return encode


def unit(features: Doubles) -> Doubles:
    """Each row at length 1."""
    rows: Doubles = features / np.linalg.norm(features, axis=-1, keepdims=True)
    return rows


def looked(sight: Sight, look: str) -> Sight:
    """As drawn, or as small and blurred as in a video of the embedded model."""
    if look == LOOKS[0]:
        return sight
    picture, mask = shrunk(sight.picture_HWC, sight.mask_HW, GENERATED_HEIGHT_PX / len(sight.picture_HWC))
    blurred = cv2.GaussianBlur(picture, (0, 0), _BLUR_PX).astype(np.uint8)
    return Sight(blurred, mask)


def cut_out(sight: Sight) -> FramesU8:
    """The subject on white (224, 224, C); white where so little is seen that nothing is left when it is shrunk."""
    box = box_of(sight.mask_HW) or (0, 0, *sight.mask_HW.shape[::-1])
    return crop_on_white(sight.picture_HWC, sight.mask_HW, box)


def lineups(cast: Cast, count: int, random: Random) -> npt.NDArray[np.int64]:
    """Subjects (N, 1 + WRONG): one asked for, and others of its class.

    Raises:
        InputError: the bank has too few subjects.
    """
    able = [who for places in cast.by_noun.values() if len(places) > WRONG for who in places.tolist()]
    if len(able) < count:
        raise InputError(
            f"{cast.bank.folder}: {len(able)} held-out subjects have {WRONG} others of their class, {count} are asked "
            "for; draw more or lower --count"
        )
    rows = []
    for who in random.choice(able, count, replace=False).tolist():
        others = cast.by_noun[cast.people[who].noun]
        wrong = [other for other in others.tolist() if cast.people[other] != cast.people[who]]
        rows.append([who, *random.choice(wrong, WRONG, replace=False).tolist()])
    return np.array(rows)


def same_individual(encode: Encode, cast: Cast, count: int) -> dict[str, Any]:
    """Accuracy among one right and four wrong individuals of one class, and the AUC of same against different."""
    found: dict[str, Any] = {}
    for look in LOOKS:
        random = np.random.default_rng(_SEED)
        rows_NM = lineups(cast, count, random)
        frames = [int(random.choice(cast.frames_of(who))) for who in rows_NM[:, 0].tolist()]
        queries = [cut_out(looked(cast.in_frame(who, at), look)) for who, at in zip(rows_NM[:, 0], frames, strict=True)]
        candidates = [cut_out(cast.in_reference(int(who), int(random.integers(2)))) for who in rows_NM.ravel()]
        candidates_NME = encode(candidates).reshape(*rows_NM.shape, -1)
        cosines_NM: Doubles = np.einsum("ne,nme->nm", encode(queries), candidates_NME)
        found |= {
            f"right among {1 + WRONG} of a class, {look}": mean_of(cosines_NM[:, 0] > cosines_NM[:, 1:].max(1)),
            f"AUC of same individual within a class, {look}": auc(cosines_NM),
            f"cosine of the same individual, {look}": mean_of(cosines_NM[:, 0]),
            f"cosine of others of the class, {look}": mean_of(cosines_NM[:, 1:].mean(1)),
        }
    return found


def by_look(found: Mapping[str, Measure]) -> dict[str, dict[str, Measure]]:
    """Measures called "what, look" as a table: what is measured by how it was looked at.

    >>> by_look({"a, 64 px high, blurred": {}})
    {'a': {'64 px high, blurred': {}}}
    """
    table: dict[str, dict[str, Measure]] = {}
    for name, measure in found.items():
        what, _, look = name.partition(", ")
        table.setdefault(what, {})[look] = measure
    return table


def auc(scores_NM: Doubles) -> Measure:
    """Chance that a right score is above a wrong one of any query; the interval is of queries drawn again.

    >>> auc(np.array([[0.9, 0.1], [0.8, 0.2]]))["value"]
    1.0
    """
    random = np.random.default_rng(_SEED)
    draws = random.integers(len(scores_NM), size=(_RESAMPLES, len(scores_NM)))
    again = [_auc(scores_NM[rows]) for rows in draws]
    low, high = np.percentile(again, (2.5, 97.5)).tolist()
    return {"value": _auc(scores_NM), "low": low, "high": high, "n": len(scores_NM)}


def _auc(scores_NM: Doubles) -> float:
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([scores_NM[:, 0], scores_NM[:, 1:].ravel()]))
    right, wrong = len(scores_NM), scores_NM[:, 1:].size
    return float((ranks[:right].sum() - right * (right + 1) / 2) / (right * wrong))


def clips_of(bank: ClipBank, count: int) -> range:
    """The first `count` clips.

    Raises:
        InputError: there are fewer.
    """
    if len(bank) < count:
        raise InputError(
            f"{bank.folder}: {len(bank)} held-out clips are fewer than {count}; draw more or lower --count"
        )
    return range(count)


def found_first(cosines_NN: Doubles, alike_NN: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether each row's own column is above 99 drawn others, of those that are not right as well.

    >>> bool(found_first(np.eye(120), np.eye(120, dtype=bool)).all())
    True
    """
    random = np.random.default_rng(_SEED)
    found = []
    for row, (cosines_N, alike_N) in enumerate(zip(cosines_NN, alike_NN, strict=True)):
        wrong = np.flatnonzero(~alike_N)
        if len(wrong) < AMONG - 1:
            raise InputError(f"{len(wrong)} wrong answers are fewer than {AMONG - 1}; raise --count")
        rivals = random.choice(wrong, AMONG - 1, replace=False)
        found.append(cosines_N[row] > cosines_N[rivals].max())
    return np.array(found)
