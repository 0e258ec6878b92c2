"""The recipe of `mini_image_text`: subjects and phrases, frames and captions, places with their subjects cut out.

python -m s2vbench.mini.image_text train BANK OUT
python -m s2vbench.mini.image_text measure OUT BANK --json FILE

Trained on clips below `HELD_OUT`, measured on those above: other individuals, other scenes.
"""

from __future__ import annotations

from typing import Any, Final, cast

import cv2
import numpy as np
import torch
from open_clip import CLIP
from torch import Tensor, nn

from s2vbench.backbones.mini.image_text import MINI_IMAGE_TEXT, MiniImageText
from s2vbench.backbones.viclip import TextEncoder
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.image_text_contrast import contrast
from s2vbench.mini.image_text_measures import measure
from s2vbench.mini.image_text_samples import EACH, NOUNS, draw_batch, network_input
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.pictures_cast import Cast
from s2vbench.mini.training import Batch, Plan, Training, plan_of, recipe_parser

PLAN: Final = Plan(steps=3200, batch=NOUNS * EACH, rate=1.5e-3, weight_decay=0.05)
_FRAMES, _PLACES, _PLACE_NAMES = 0.5, 0.5, 0.25
"""Weights of the contrasts beside those of subjects."""


def batch_of(bank_cast: Cast, plan: Plan, step: int, context: int) -> Batch:
    """Pictures, token numbers, sizes and the four tables of what is alike, of one step."""
    batch = draw_batch(bank_cast, np.random.default_rng((plan.seed, step)), context)
    return (
        network_input(batch.pictures_NHWC),
        batch.tokens_NL,
        torch.tensor(batch.sizes),
        batch.alike_phrases_NN,
        batch.alike_people_NN,
        batch.alike_captions_NN,
        batch.alike_places_NN,
    )


def loss_of(network: MiniImageText, batch: Batch) -> Tensor:
    """The weighted sum of all contrasts."""
    pictures_NCHW, tokens_NL, sizes_3, phrases_NN, people_NN, captions_NN, places_NN = batch
    subjects, frames, places = sizes_3.tolist()
    with torch.autocast("cpu", torch.bfloat16):
        pictures_NE, texts_NE = network(pictures_NCHW), network.clip.encode_text(tokens_NL)
    here, there, framed, place, again = pictures_NE.split([subjects, subjects, frames, places, places])
    phrases, captions, names = texts_NE.split([subjects, frames, places])

    def pairs(a_NE: Tensor, b_NE: Tensor, alike_NN: Tensor) -> Tensor:
        return contrast(a_NE, b_NE, -network.clip.logit_scale, alike_NN)

    told = (pairs(here, phrases, phrases_NN) + pairs(there, phrases, phrases_NN)) / 2
    # Two frames of a clip are one place; two clips at a beach are two.
    same = torch.eye(places, dtype=torch.bool)
    return (
        told
        + pairs(here, there, people_NN)
        + _FRAMES * pairs(framed, captions, captions_NN)
        + _PLACES * pairs(place, again, same)
        + _PLACE_NAMES * (pairs(place, names, places_NN) + pairs(again, names, places_NN))
    )


def new_network(seed: int, **sizes: Any) -> MiniImageText:
    """An untrained network."""
    torch.manual_seed(seed)
    network = MiniImageText(**sizes)
    start_text(network.clip)
    return network


def start_text(text_encoder: TextEncoder | CLIP) -> None:
    """Let words and places weigh alike at the start."""
    nn.init.normal_(text_encoder.token_embedding.weight, std=0.05)
    nn.init.normal_(text_encoder.positional_embedding, std=0.02)


def main() -> None:
    """Train, or measure what was trained."""
    parser, _ = recipe_parser(__doc__, PLAN, count=600, counted="of everything that is measured")
    options = parser.parse_args()
    # Pictures are small: threads of OpenCV would only take time from the network's.
    cv2.setNumThreads(1)
    if options.command == "train":
        plan, everybody = plan_of(options, PLAN), Cast(ClipBank(options.bank))
        network = new_network(plan.seed)
        training = Training(network, plan, options.out)
        training.run(
            lambda step: batch_of(everybody, plan, step, network.context), lambda batch: loss_of(network, batch)
        )
        return
    trained = cast("MiniImageText", load_trained(MINI_IMAGE_TEXT, options.out))
    found = measure(trained, Cast(ClipBank(options.bank, held_out=True)), options.count)
    write_measures(options.json, MINI_IMAGE_TEXT, options.out, found)


if __name__ == "__main__":
    main()
