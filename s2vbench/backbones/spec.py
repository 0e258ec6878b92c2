"""What is known about a backbone without importing torch: where its weights come from and what it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from s2vbench.video.recipes import ResizeRecipe

Role = Literal[
    "frame_encoder",
    "feature_head",
    "frame_scorer",
    "interpolator",
    "video_text",
    "detector",
    "segmenter",
    "face_identity",
]


@dataclass(frozen=True)
class BackboneSpec:
    """One network with published weights, or with weights that this package brings along."""

    name: str
    role: Role
    """What the features room may ask it; see the protocols in `backbones/bank.py`."""
    build: str
    """`module:attribute` of a callable that makes the network without weights."""
    summary: str
    source: str
    """Paper and code that define the network."""
    licence: str
    """Licence of the weights; "non-commercial" is spelled out where it applies."""
    file: str
    """Published file name."""
    url: str
    """Where the file can be fetched; empty for one that is part of the package."""
    size_mb: float
    sha256: str | None = None
    """Digest the publisher states; None where none is published."""
    sha256_prefix: str = ""
    """First digits of the digest, where only the file name states them."""
    wrapper: str | None = None
    """Key of the state dict inside the file, where the file holds more."""
    elsewhere: tuple[str, ...] = ()
    """Where other tools keep the same file, below the home folder."""
    packaged: str | None = None
    """Folder inside the package that holds the file; None for weights that others publish.

    Packaged weights are stored in half precision and computed with in single.
    """
    recipe: ResizeRecipe | None = None
    options: dict[str, object] = field(default_factory=dict)
    """Keyword arguments of `build`."""
    seeded_rules: tuple[tuple[str, str], ...] = ()
    """(regular expression over the key, rule) for seeded random weights; see `backbones/seeded.py`."""

    def states_digest(self) -> bool:
        """True where a file can be checked against what its publisher states."""
        return bool(self.sha256 or self.sha256_prefix)

    def is_published_digest(self, sha256: str) -> bool:
        """True where `sha256` is the stated one; False also where none is stated."""
        if self.sha256:
            return sha256 == self.sha256
        return bool(self.sha256_prefix) and sha256.startswith(self.sha256_prefix)
