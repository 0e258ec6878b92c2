from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s2vbench.video.recipes import CLIP_CENTRE_224, DINO_SHORTER_224, MUSIQ_LONGER_512, RECIPES
from s2vbench.video.sampling import middle_frames


@pytest.mark.parametrize(
    ("num_frames", "expected"),
    [
        (81, [4, 14, 24, 34, 44, 54, 64, 75]),
        (5, [0, 1, 2, 3, 4, 4, 4, 4]),
        (1, [0] * 8),
        (8, list(range(8))),
        (16, [0, 2, 4, 6, 8, 10, 12, 14]),
    ],
)
def test_eight_middles_of_known_lengths(num_frames: int, expected: list[int]) -> None:
    assert middle_frames(num_frames) == expected


@given(num_frames=st.integers(1, 5000))
def test_eight_middles_are_in_order_and_in_range(num_frames: int) -> None:
    indices = middle_frames(num_frames)
    assert len(indices) == 8
    assert indices == sorted(indices)
    assert 0 <= indices[0] <= indices[-1] < num_frames


@pytest.mark.parametrize(
    ("recipe", "size", "expected"),
    [
        (DINO_SHORTER_224, (512, 896), (224, 392)),
        (DINO_SHORTER_224, (480, 832), (224, 388)),
        (DINO_SHORTER_224, (720, 1280), (224, 398)),
        (DINO_SHORTER_224, (896, 512), (392, 224)),
        (CLIP_CENTRE_224, (100, 100), (224, 224)),
        (MUSIQ_LONGER_512, (512, 896), (292, 512)),
        (MUSIQ_LONGER_512, (512, 512), (512, 512)),
        (MUSIQ_LONGER_512, (100, 513), (99, 512)),
        (MUSIQ_LONGER_512, (1, 4000), (1, 512)),
    ],
)
def test_sizes_of_the_official_code(recipe: object, size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert recipe.size_px(*size) == expected  # type: ignore[attr-defined]


def test_recipes_carry_name_and_version() -> None:
    assert all(name == recipe.name and "-v" in name for name, recipe in RECIPES.items())
