"""Whether held-out clips find their captions among a hundred, and captions their clips.

Shape letters: N clips, T frames, H height, W width, C channels.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch

from s2vbench.backbones.mini.video_text import MINI_VIDEO_TEXT, MiniVideoText
from s2vbench.backbones.preprocess import normalise, resize, to_tensor
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.identity_measures import LOOKS, Doubles, by_look, clips_of, looked, unit
from s2vbench.mini.image_text_measures import both_ways, texts_of
from s2vbench.mini.image_text_samples import equal
from s2vbench.mini.measures import Measure, mean_of
from s2vbench.mini.pictures_cast import Sight
from s2vbench.types import FramesU8
from s2vbench.video.sampling import middle_frames

TELLINGS: Final = ("caption", "caption_short")


def measure(network: MiniVideoText, bank: ClipBank, count: int) -> dict[str, Any]:
    """Long and short captions of `count` clips, seen sharp and as in videos of the embedded model.

    Raises:
        InputError: the bank has fewer clips.
    """
    found: dict[str, Any] = {}
    for look in LOOKS:
        clips_NE = unit(np.stack([_encoded(network, bank, clip, look) for clip in clips_of(bank, count)]))
        for telling in TELLINGS:
            found |= _retrieval(network, clips_NE, [_told(bank, clip, telling) for clip in range(count)], telling, look)
    return by_look(found)


def _retrieval(
    network: MiniVideoText, clips_NE: Doubles, captions: list[str], telling: str, look: str
) -> dict[str, Measure]:
    cosines_NN: Doubles = clips_NE @ texts_of(network, captions).T
    name = telling.replace("caption_short", "short caption")
    return {
        **both_ways(cosines_NN, equal(captions).numpy(), ("clip", name), look),
        f"cosine of a clip with its {name}, {look}": mean_of(np.diagonal(cosines_NN)),
        f"cosine of a clip with another {name}, {look}": mean_of(np.diagonal(np.roll(cosines_NN, 1, 1))),
    }


def _told(bank: ClipBank, clip: int, telling: str) -> str:
    shard, at = bank.where(clip)
    text: str = shard.told(at)[telling]
    return text


def _encoded(network: MiniVideoText, bank: ClipBank, clip: int, look: str) -> Doubles:
    """The feature of a clip, as `Bank.encode_video` makes it."""
    recipe = MINI_VIDEO_TEXT.recipe
    assert recipe is not None
    shard, at = bank.where(clip)
    frames_THWC = np.asarray(shard.array("frames")[at])
    seen_THWC: FramesU8 = np.stack([_looked(frame_HWC, look) for frame_HWC in frames_THWC])
    with torch.inference_mode():
        thumbnails_TCHW = resize(to_tensor(seen_THWC, torch.device("cpu")), recipe).clamp(0, 255).round()
        chosen_TCHW = thumbnails_TCHW[middle_frames(len(thumbnails_TCHW))]
        feature_E: Doubles = network.encode_video(normalise(chosen_TCHW, recipe)[None])[0].double().numpy()
        return feature_E


def _looked(frame_HWC: FramesU8, look: str) -> FramesU8:
    return looked(Sight(frame_HWC, np.ones(frame_HWC.shape[:2], np.bool_)), look).picture_HWC
