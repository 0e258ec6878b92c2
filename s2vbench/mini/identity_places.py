"""Whether whole frames of one clip are known again, and whether a reference's background is noticed in other frames.

Shape letters: N frames or views, V views, R rows and K columns of patches, P patches, D patch feature, H height,
W width, C channels.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import torch

from s2vbench.backbones.mini.identity import MINI_IDENTITY, MiniIdentity
from s2vbench.backbones.preprocess import normalise, resize, to_tensor
from s2vbench.errors import InputError
from s2vbench.features.subjects.composite import Mask, dilated, has_background
from s2vbench.features.subjects.parts.leak import MOST_SUBJECT, leak_scores
from s2vbench.features.subjects.policy import SubjectPolicy
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.identity_measures import LOOKS, Doubles, Encode, auc, clips_of, found_first, looked
from s2vbench.mini.measures import Measure, mean_of
from s2vbench.mini.pictures import Random
from s2vbench.mini.pictures_cast import Cast, Sight, frame_of, subjects_mask
from s2vbench.types import Floats, FramesU8

_SEED: Final = 7
_NULL_VIEWS: Final = 8
"""Reference pictures of others that say what chance is."""
_PASTED: Final = (0.7, 1.0)
"""How much of a frame's width the copied background takes."""


def frames_of_a_clip(encode: Encode, bank: ClipBank, count: int, look: str) -> dict[str, Measure]:
    """The first frame among the last frames of a hundred clips, whole."""
    first, last = (
        [looked(_whole(frame_of(bank, clip, frame)), look).picture_HWC for clip in clips_of(bank, count)]
        for frame in (0, 8)
    )
    cosines_NN: Doubles = encode(first) @ encode(last).T
    return {
        f"whole frame of the same clip among 100, {look}": mean_of(found_first(cosines_NN, np.eye(count, dtype=bool))),
        f"cosine of first and last frame of a clip, {look}": mean_of(np.diagonal(cosines_NN)),
        f"cosine of frames of two clips, {look}": mean_of(np.diagonal(np.roll(cosines_NN, 1, 1))),
    }


def leaked_backgrounds(network: MiniIdentity, cast: Cast, count: int) -> dict[str, Measure]:
    """The mean z of background_leak's patches: frames with a reference's background copied in, against untouched ones.

    Raises:
        InputError: the bank has too few pictures with a background.
    """
    random = np.random.default_rng(_SEED)
    views = _views(cast, count)
    features = [_free_patches(network, view) for view in views]
    scores = np.empty((count, 2))
    for number in range(count):
        others = random.choice([at for at in range(count) if at != number], _NULL_VIEWS, replace=False).tolist()
        clip, frame = int(random.integers(len(cast.bank))), int(random.integers(9))
        sight = Sight(frame_of(cast.bank, clip, frame), subjects_mask(cast.bank, clip, frame))
        leaky = Sight(_copied_behind(sight, views[number], random), sight.mask_HW)
        for column, seen in enumerate((leaky, sight)):
            small = looked(seen, LOOKS[1])
            patches_RKD = _patches(network, small.picture_HWC)
            free_RK = _share(small.mask_HW, patches_RKD) <= MOST_SUBJECT
            null = [features[other] for other in others]
            z_RK = leak_scores(patches_RKD, free_RK, [features[number]], null)
            scores[number, column] = np.nanmean(z_RK) if free_RK.any() else np.nan
    shown = scores[np.isfinite(scores).all(1)]
    return {
        f"AUC of copied backgrounds, {LOOKS[1]}": auc(shown),
        f"mean z of copied backgrounds, {LOOKS[1]}": mean_of(shown[:, 0]),
        f"mean z of other backgrounds, {LOOKS[1]}": mean_of(shown[:, 1]),
    }


def _views(cast: Cast, count: int) -> list[Sight]:
    policy, found = SubjectPolicy(), []
    for who in range(len(cast)):
        sight = cast.in_reference(who, 0)
        if has_background(sight.picture_HWC, sight.mask_HW, policy.min_background_area, policy.min_background_std):
            found.append(sight)
            if len(found) == count:
                return found
    raise InputError(
        f"{cast.bank.folder}: {len(found)} held-out reference pictures show a place, {count} are asked for; draw more "
        "or lower --count"
    )


def _copied_behind(sight: Sight, view: Sight, random: Random) -> FramesU8:
    """The frame with a picture's background, its subject painted over, behind the frame's own subjects."""
    height_px, width_px = sight.picture_HWC.shape[:2]
    own = cv2.inpaint(view.picture_HWC, view.mask_HW.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    side = round(width_px * random.uniform(*_PASTED))
    large = cv2.resize(own, (side, side), interpolation=cv2.INTER_CUBIC)
    top, left = (side - height_px) // 2, int(random.integers(width_px - side + 1))
    copied = sight.picture_HWC.copy()
    copied[:, left : left + side] = large[top : top + height_px]
    return np.where(sight.mask_HW[..., None], sight.picture_HWC, copied).astype(np.uint8)


def _free_patches(network: MiniIdentity, view: Sight) -> Floats:
    """The patches (P, D) of a picture that show no subject, as the feature of background_leak takes them."""
    patches_RKD = _patches(network, view.picture_HWC)
    hole_HW = dilated(view.mask_HW, SubjectPolicy().leak_dilation * float(np.hypot(*view.mask_HW.shape)))
    free_PD: Floats = patches_RKD[_share(hole_HW, patches_RKD) <= MOST_SUBJECT]
    return free_PD


def _patches(network: MiniIdentity, picture_HWC: FramesU8) -> Floats:
    recipe = MINI_IDENTITY.recipe
    assert recipe is not None
    with torch.inference_mode():
        frames = to_tensor(picture_HWC[None], torch.device("cpu"))
        found: Floats = network.patches(normalise(resize(frames, recipe), recipe))[0].numpy()
        return found


def _share(mask_HW: Mask, patches_RKD: Floats) -> Doubles:
    """Share of each patch that a mask covers."""
    rows, columns = patches_RKD.shape[:2]
    height_px, width_px = mask_HW.shape
    scale = min(height_px, width_px) / 112
    seen_HW = mask_HW[: round(rows * 16 * scale), : round(columns * 16 * scale)]
    small = cv2.resize(seen_HW.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64)


def _whole(frame_HWC: FramesU8) -> Sight:
    return Sight(frame_HWC, np.ones(frame_HWC.shape[:2], np.bool_))
