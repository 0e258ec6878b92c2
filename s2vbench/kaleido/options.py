"""How a pipeline computes: choices that change a video by its rounding, or (tiling, attention) by little more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Options:
    """How a pipeline computes."""

    offload: bool = False
    """Only the part at work is on the device; the others wait in main memory."""
    attention: str | None = None
    """A backend of diffusers ("native", "flash", "sage", ...); its default where None."""
    compile: str | None = None
    """A backend of torch.compile ("inductor"), which then compiles the transformer's blocks."""
    tiling: bool = False
    """Decode in overlapping tiles: a fraction of the memory; the seams are blended."""
    branches: Literal["batched", "sequential"] = "batched"
    """Whether guidance's two branches run in one call of the transformer or one after the other."""
