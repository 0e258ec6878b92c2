"""The technical quality of a picture: MUSIQ at small size, trained on graded distortions of drawn frames."""

from __future__ import annotations

from s2vbench.backbones.mini.shipped import FOLDER, shipped_sha256
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.video.recipes import MINI_LONGER_256

_FILE = "mini_quality.safetensors"

MINI_QUALITY = BackboneSpec(
    name="mini_quality",
    role="frame_scorer",
    build="s2vbench.backbones.musiq:Musiq",
    summary="MUSIQ at small size, trained on graded distortions of drawn frames; one score of about 0..100",
    source="s2vbench.mini.quality; architecture of arXiv 2108.05997",
    licence="Apache-2.0",
    file=_FILE,
    url="",
    size_mb=1,
    sha256=shipped_sha256(_FILE),
    packaged=FOLDER,
    recipe=MINI_LONGER_256,
    options={
        "hidden": 96,
        "layers": 4,
        "heads": 4,
        "mlp": 192,
        "channels": 16,
        "groups": 4,
        "grid": 8,
        # Videos of the embedded model are 112 px wide, and are seen at half of that and at their own size.
        "longer_sides": (64, 128),
    },
    seeded_rules=(
        (r"head\.weight$", "linear:10"),
        (r"head\.bias$", "constant:50"),
        (r"(\.cls|position_emb|scale_emb)$", "embedding"),
    ),
)
