from __future__ import annotations

import numpy as np
import pytest
import torch

from s2vbench.backbones.preprocess import normalise, resize, to_tensor
from s2vbench.errors import NotApplicable
from s2vbench.video.recipes import CLIP_CENTRE_224, DINO_SHORTER_224, MUSIQ_LONGER_512, RECIPES, VICLIP_CENTRE_224
from tests.clips import noise, still

CPU = torch.device("cpu")


def test_a_flat_picture_stays_flat_in_every_recipe() -> None:
    grey = torch.full((1, 3, 300, 500), 77, dtype=torch.uint8)
    for recipe in RECIPES.values():
        out = normalise(resize(grey, recipe), recipe)
        expected = (torch.full((3,), 77 / 255) - torch.tensor(recipe.mean)) / torch.tensor(recipe.std)
        assert torch.allclose(out.mean(dim=(0, 2, 3)), expected, atol=1e-5)


def test_resizes_do_not_antialias_round_or_clamp() -> None:
    frames = to_tensor(noise(2, 448, 896), CPU)
    # Half the size without antialiasing: the mean of the two middle pixels in each direction, and nothing else.
    half = frames[..., 0::2, 0::2].float() + frames[..., 1::2, 0::2] + frames[..., 0::2, 1::2] + frames[..., 1::2, 1::2]
    assert torch.allclose(resize(frames, DINO_SHORTER_224), half / 4, atol=1e-4)
    bicubic = resize(frames, CLIP_CENTRE_224)
    assert bicubic.min() < 0
    assert bicubic.max() > 255
    rounded = normalise(bicubic, VICLIP_CENTRE_224)
    std, mean = (torch.tensor(v).view(3, 1, 1) for v in (VICLIP_CENTRE_224.std, VICLIP_CENTRE_224.mean))
    levels = (rounded * std + mean) * 255
    assert torch.allclose(levels, levels.round(), atol=1e-3)


def test_a_frame_is_resized_the_same_alone_and_in_company() -> None:
    frames = to_tensor(noise(5, 200, 300), CPU)
    for recipe in RECIPES.values():
        assert torch.equal(resize(frames, recipe)[3:4], resize(frames[3:4], recipe))


def test_small_frames_are_left_alone_by_the_imaging_recipe() -> None:
    frames = to_tensor(still(1, 8, 8), CPU)
    assert torch.equal(resize(frames, MUSIQ_LONGER_512), frames.float())


def test_a_thread_of_a_picture_is_not_applicable() -> None:
    with pytest.raises(NotApplicable, match="4000x2 px are too elongated"):
        resize(torch.zeros(1, 3, 2, 4000, dtype=torch.uint8), DINO_SHORTER_224)


def test_odd_crops_are_placed_as_the_official_code_places_them() -> None:
    frames = np.zeros((1, 224, 229, 3), np.uint8)
    frames[:, :, 2] = 255
    cropped = resize(to_tensor(frames, CPU), CLIP_CENTRE_224)
    # (229 - 224) / 2 = 2.5, which Python rounds to the even 2.
    assert torch.all(cropped[..., 0] == 255)
