"""Which classes the test set is about, and how much of each kind."""

from __future__ import annotations

from typing import Final

from s2vbench.world.figure import Kind
from s2vbench.world.testset.recipe import Share

SHARES: Final[dict[Kind, Share]] = {
    "human": Share(
        subjects=70, images=110, heldout=60,
        classes=(
            "woman", "man", "chef", "astronaut", "firefighter", "doctor", "farmer", "pirate", "knight", "wizard",
            "musician", "builder", "sailor", "ballerina",
        ),
    ),
    "animal": Share(
        subjects=50, images=90, heldout=42,
        classes=(
            "dog", "cat", "corgi", "rabbit", "fox", "bear", "horse", "cow", "sheep", "elephant", "lion", "penguin",
            "duck", "tortoise",
        ),
    ),
    "cartoon": Share(
        subjects=40, images=80, heldout=36,
        classes=(
            "robot", "ghost", "alien", "baby dragon", "snowman", "furry monster", "mushroom character",
            "slime creature", "dinosaur", "unicorn", "gingerbread man", "cactus character", "star character",
        ),
    ),
    "object": Share(
        subjects=80, images=120, heldout=62,
        classes=(
            "backpack", "teapot", "vase", "mug", "clock", "lamp", "toy car", "toy train", "ball", "umbrella",
            "suitcase", "chair", "guitar", "teddy bear", "boot", "book", "gift box", "lantern",
        ),
    ),
}  # fmt: skip
"""240 subjects, 400 conditioning images, 200 held-out views."""
