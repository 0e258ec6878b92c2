"""The recipe of `mini_identity`: individuals in two pictures each, and places in two cuts each.

python -m s2vbench.mini.identity train BANK OUT
python -m s2vbench.mini.identity measure OUT BANK --json FILE

Trained on clips below `HELD_OUT`, measured on those above: other individuals, other scenes.
"""

from __future__ import annotations

from typing import Any, Final, cast

import cv2
import numpy as np
import torch
from torch import Tensor

from s2vbench.backbones.mini.identity import MINI_IDENTITY, MiniIdentity
from s2vbench.mini.clips import ClipBank
from s2vbench.mini.identity_measures import LOOKS, by_look, encoder, same_individual
from s2vbench.mini.identity_places import frames_of_a_clip, leaked_backgrounds
from s2vbench.mini.identity_samples import EACH, NOUNS, draw_batch, patch_contrast
from s2vbench.mini.image_text_contrast import contrast
from s2vbench.mini.image_text_samples import network_input
from s2vbench.mini.measures import load_trained, write_measures
from s2vbench.mini.pictures_cast import Cast
from s2vbench.mini.training import Batch, Plan, Training, plan_of, recipe_parser

PLAN: Final = Plan(steps=3200, batch=NOUNS * EACH, rate=1.5e-3, weight_decay=0.05)
_PLACES, _PATCHES = 0.3, 0.3
"""Weights of the contrasts beside that of individuals."""


def batch_of(everybody: Cast, plan: Plan, step: int) -> Batch:
    """Individuals and who is alike; places, their cuts, which are still, and which are alike; of one step."""
    batch = draw_batch(everybody, np.random.default_rng((plan.seed, step)))
    return (
        network_input(batch.people_NHWC),
        batch.alike_NN,
        network_input(batch.places_NHWC),
        batch.cuts_2B4,
        batch.still_B,
        batch.same_clip_BB,
    )


def loss_of(network: MiniIdentity, batch: Batch) -> Tensor:
    """The weighted sum of the contrasts of individuals, of places, and of patches of places."""
    people_NCHW, alike_NN, places_NCHW, cuts_2B4, still_B, same_BB = batch
    with torch.autocast("cpu", torch.bfloat16):
        people_NE = network(people_NCHW)
        map_NCRK = network.tower(places_NCHW)
        places_NE, patches_NDRK = network.pooled(map_NCRK), network.patches_of(map_NCRK)
    here_NE, there_NE = people_NE.chunk(2)
    place_BE, again_BE = places_NE.chunk(2)
    loss = contrast(here_NE, there_NE, network.temperature, alike_NN)
    loss = loss + _PLACES * contrast(place_BE, again_BE, network.temperature, same_BB)
    first_BDRK, second_BDRK = (half_BDRK[still_B] for half_BDRK in patches_NDRK.chunk(2))
    return loss + _PATCHES * patch_contrast(first_BDRK, second_BDRK, cuts_2B4[:, still_B])


def new_network(seed: int, **sizes: Any) -> MiniIdentity:
    """An untrained network."""
    torch.manual_seed(seed)
    return MiniIdentity(**sizes)


def measure(network: MiniIdentity, everybody: Cast, count: int) -> dict[str, Any]:
    """Everything, each of `count` held-out pictures.

    Raises:
        InputError: the bank has fewer.
    """
    recipe = MINI_IDENTITY.recipe
    assert recipe is not None
    encode = encoder(network, recipe)
    found: dict[str, Any] = same_individual(encode, everybody, count)
    for look in LOOKS:
        found |= frames_of_a_clip(encode, everybody.bank, count, look)
    return by_look(found | leaked_backgrounds(network, everybody, count))


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
        training.run(lambda step: batch_of(everybody, plan, step), lambda batch: loss_of(network, batch))
        return
    trained = cast("MiniIdentity", load_trained(MINI_IDENTITY, options.out))
    found = measure(trained, Cast(ClipBank(options.bank, held_out=True)), options.count)
    write_measures(options.json, MINI_IDENTITY, options.out, found)


if __name__ == "__main__":
    main()
