"""The published detectors that find a video's subjects."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.backbones.spec import BackboneSpec

_COPY_ON_THE_HUB = "models--ShilongLiu--GroundingDINO/snapshots/a94c9b567a2a374598f05c584e96798a170c56fb"

GROUNDING_DINO_SWINT_OGC = BackboneSpec(
    name="grounding_dino_swint_ogc",
    role="detector",
    build="s2vbench.backbones.grounding_dino:GroundingDino",
    summary="Grounding DINO, Swin-T, trained on O365, GoldG and Cap4M: boxes for phrases",
    source="arXiv 2303.05499, IDEA-Research/GroundingDINO; network of transformers",
    licence="Apache-2.0",
    file="groundingdino_swint_ogc.pth",
    url="https://github.com/IDEA-Research/GroundingDINO/releases/download/v0.1.0-alpha/groundingdino_swint_ogc.pth",
    size_mb=694,
    # Not stated by the publisher; many projects that fetched the release file state it alike.
    sha256="3b3ca2563c77c69f651d7bd133e97139c186df06231157a64c507099c52bc799",
    wrapper="model",
    elsewhere=(
        ".cache/torch/hub/checkpoints/groundingdino_swint_ogc.pth",
        f".cache/huggingface/hub/{_COPY_ON_THE_HUB}/groundingdino_swint_ogc.pth",
    ),
    seeded_rules=(
        # Logits are products of two normalised vectors: these gains and this shift spread the probabilities of queries.
        (r"transformer\.decoder\.norm\.weight$", "constant:0.15"),
        (r"transformer\.decoder\.norm\.bias$", "constant:-0.07"),
        (r"text_layers\.\d+\.norm2\.bias$", "constant:0.1"),
        # Queries differ by where they look, hardly by their place in the list: proposals of nearly equal scores may
        # change places without changing what is found.
        (r"tgt_embed\.weight$", "linear:0.016"),
        (r"decoder\.layers\.\d+\.self_attn\.out_proj\.bias$", "linear:1"),
        (r"cross_attn\.output_proj\.weight$", "linear:3"),
        # Small corrections in each layer, so that boxes stay as different as the proposals are.
        (r"bbox_embed\.(\d+\.)?layers\.2\.weight$", "linear:0.6"),
        (r"gamma_[vl]$", "constant:0.3"),
        (r"token_type_embeddings\.weight$", "linear:0.01"),
        (r"(_embeddings\.weight|level_embed|relative_position_bias_table)$", "embedding"),
    ),
)

GROUNDING_DINO_SWINT_OGC_PY = replace(
    GROUNDING_DINO_SWINT_OGC,
    name="grounding_dino_swint_ogc_py",
    build="s2vbench.backbones.groundingdino_py:GroundingDinoPy",
    summary="Grounding DINO, Swin-T, as the package groundingdino-py computes it",
    source="arXiv 2303.05499, IDEA-Research/GroundingDINO; network of groundingdino-py 0.4.0",
)
