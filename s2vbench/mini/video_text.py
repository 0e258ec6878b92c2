"""The recipe of `mini_video_text`: whole clips and their captions.

python -m s2vbench.mini.video_text train BANK OUT --start IMAGE_TEXT_OUT
python -m s2vbench.mini.video_text measure OUT BANK --json FILE

With --start, the convolutions begin as those that `s2vbench.mini.image_text` has trained. Trained on clips below
`HELD_OUT`, measured on those above: other individuals, other scenes.

Shape letters: N clips, T frames, H height, W width, C channels, L tokens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from s2vbench.backbones.mini.video_text import MINI_VIDEO_TEXT, SEEN_HEIGHT_PX, SEEN_WIDTH_PX, MiniVideoText
from s2vbench.backbones.mini.words import tokenize
from s2vbench.errors import InputError
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.image_text import start_text
from s2vbench.mini.image_text_contrast import contrast
from s2vbench.mini.image_text_samples import equal, network_input, some_unknown
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.pictures import Random, blotched, coded, lit
from s2vbench.mini.ship import network_file
from s2vbench.mini.training import Batch, Plan, Training, plan_of, recipe_parser
from s2vbench.mini.video_text_measures import measure
from s2vbench.types import FramesU8

PLAN: Final = Plan(steps=3200, batch=48, rate=8e-4, weight_decay=0.05)
_TOWER: Final = "clip.visual.tower."
_SHORT: Final = 0.4
"""Share of the clips that are told shortly."""


def draw_clip(frames_THWC: FramesU8, count: int, random: Random) -> FramesU8:
    """So many frames (T, 64, 112, C) of a clip in their order, as sharp or damaged as videos are; all frames alike."""
    kept = np.sort(random.choice(len(frames_THWC), count, replace=False))
    # Both ways of shrinking are met: the network's recipe takes every so many pixels of a large frame.
    method = cv2.INTER_AREA if random.random() < 0.6 else cv2.INTER_LINEAR
    size = SEEN_WIDTH_PX, SEEN_HEIGHT_PX
    found = np.stack([cv2.resize(frames_THWC[at], size, interpolation=method) for at in kept]).astype(np.uint8)
    sigma_px = random.uniform(0.3, 1.2) if random.random() < 0.5 else 0.0
    strength = random.uniform(2, 10) if random.random() < 0.4 else 0.0
    quality = int(random.integers(30, 90)) if random.random() < 0.3 else 0
    light = int(random.integers(1 << 31))
    for at, frame_HWC in enumerate(found):
        damaged = lit(frame_HWC, np.random.default_rng(light))
        if sigma_px:
            damaged = np.asarray(cv2.GaussianBlur(damaged, (0, 0), sigma_px), np.uint8)
        if strength:
            damaged = blotched(damaged, strength, random)
        found[at] = coded(damaged, quality) if quality else damaged
    return found


def told(text: str, random: Random) -> str:
    """A caption with some of its sentences left out; the first, which names everybody's doing, always stays."""
    sentences = text.split(". ")
    kept = [at == 0 or random.random() < 0.8 for at in range(len(sentences))]
    return ". ".join(sentence for sentence, keep in zip(sentences, kept, strict=True) if keep)


def batch_of(bank: ClipBank, plan: Plan, step: int, frames: int, context: int) -> Batch:
    """Frames, token numbers, and whose captions are equal, of one step."""
    random = np.random.default_rng((plan.seed, step))
    clips, captions = [], []
    for index in random.integers(len(bank), size=plan.batch).tolist():
        shard, at = bank.where(index)
        clips.append(draw_clip(np.asarray(shard.array("frames")[at]), frames, random))
        short = bool(random.random() < _SHORT)
        captions.append(told(shard.told(at)["caption_short" if short else "caption"], random))
    shown_NTHWC = np.stack(clips)
    frames_MCHW = network_input(shown_NTHWC.reshape(-1, *shown_NTHWC.shape[2:]))
    return (
        frames_MCHW.reshape(len(clips), frames, *frames_MCHW.shape[1:]),
        some_unknown(tokenize(captions, context), random),
        equal(captions),
    )


def loss_of(network: MiniVideoText, batch: Batch) -> Tensor:
    """The contrast of clips and captions."""
    frames_NTCHW, tokens_NL, alike_NN = batch
    with torch.autocast("cpu", torch.bfloat16):
        clips_NE, texts_NE = network.vision_encoder(frames_NTCHW), network.text_encoder(tokens_NL)
    return contrast(clips_NE, texts_NE, network.temperature, alike_NN)


def new_network(seed: int, start: Path | None = None, **sizes: Any) -> MiniVideoText:
    """An untrained network.

    Args:
        seed: of the random weights.
        start: the folder of a trained `mini_image_text`, whose convolutions are taken over.
        sizes: other than the shipped ones.

    Raises:
        InputError: there is no such network, or its sizes are others.
    """
    torch.manual_seed(seed)
    network = MiniVideoText(**sizes)
    start_text(network.text_encoder)
    nn.init.normal_(network.vision_encoder.enter.weight, std=network.vision_encoder.tower.width**-0.5)
    if start is not None:
        path = network_file(start)
        tower = {k.removeprefix(_TOWER): v for k, v in load_file(path).items() if k.startswith(_TOWER)}
        try:
            network.vision_encoder.tower.load_state_dict(tower)
        except RuntimeError as error:
            raise InputError(f"{path}: holds no convolutions of this size; give a folder of mini.image_text") from error
    return network


def main() -> None:
    """Train, or measure what was trained."""
    parser, commands = recipe_parser(__doc__, PLAN, count=600, counted="clips to measure on")
    commands["train"].add_argument("--start", type=Path, help="folder of a trained mini_image_text")
    options = parser.parse_args()
    # Pictures are small: threads of OpenCV would only take time from the network's.
    cv2.setNumThreads(1)
    if options.command == "train":
        plan, bank = plan_of(options, PLAN), ClipBank(options.bank)
        network = new_network(plan.seed, options.start)
        training = Training(network, plan, options.out)
        training.run(
            lambda step: batch_of(bank, plan, step, network.frames, network.context),
            lambda batch: loss_of(network, batch),
        )
        return
    trained = cast("MiniVideoText", load_trained(MINI_VIDEO_TEXT, options.out))
    found = measure(trained, ClipBank(options.bank, held_out=True), options.count)
    write_measures(options.json, MINI_VIDEO_TEXT, options.out, found)


if __name__ == "__main__":
    main()
