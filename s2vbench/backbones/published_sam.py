"""Segment Anything's published weights, for both implementations."""

from __future__ import annotations

from dataclasses import replace

from s2vbench.backbones.spec import BackboneSpec

_URL = "https://dl.fbaipublicfiles.com/segment_anything"
_OFFICIAL = "s2vbench.backbones.segment_anything:SegmentAnything"

# Chosen so that random weights draw masks that are neither empty nor full and that follow image and box.
_RULES = (
    (r"image_encoder\.pos_embed$", "embedding"),
    # One value for each channel: with fan-in 1 it has the size of a normalised feature.
    (r"(point_embeddings\.\d|not_a_point_embed|no_mask_embed|iou_token|mask_tokens)\.weight$", "linear_in0"),
    # Published as a standard normal draw of shape (2, channels).
    (r"positional_encoding_gaussian_matrix$", "linear_in0:1.414214"),
    (r"output_upscaling\.0\.weight$", "linear_t"),
    # Small, where the GELU behind it is nearly linear and adds little of one sign to every pixel.
    (r"output_upscaling\.3\.weight$", "linear_t:0.2"),
)

SAM_VIT_H = BackboneSpec(
    name="sam_vit_h",
    role="segmenter",
    build="s2vbench.backbones.sam:Sam",
    summary="Segment Anything with ViT-H (641 M parameters): one mask for each box",
    source="arXiv 2304.02643, facebookresearch/segment-anything; computed by transformers' SamModel",
    licence="Apache-2.0",
    file="sam_vit_h_4b8939.pth",
    url=f"{_URL}/sam_vit_h_4b8939.pth",
    size_mb=2564,
    # The publisher states none: the digits in its file names begin an MD5. These SHA-256 are what tools that fetch the
    # files from there check them against (micro-sam, the SAM extension of 3D Slicer).
    sha256="a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
    elsewhere=(".cache/torch/hub/checkpoints/sam_vit_h_4b8939.pth",),
    options={"architecture": "vit_h"},
    seeded_rules=_RULES,
)

SAM_VIT_L = replace(
    SAM_VIT_H,
    name="sam_vit_l",
    summary="Segment Anything with ViT-L (312 M parameters): one mask for each box",
    file="sam_vit_l_0b3195.pth",
    url=f"{_URL}/sam_vit_l_0b3195.pth",
    size_mb=1249,
    sha256="3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
    elsewhere=(".cache/torch/hub/checkpoints/sam_vit_l_0b3195.pth",),
    options={"architecture": "vit_l"},
)

SAM_VIT_B = replace(
    SAM_VIT_H,
    name="sam_vit_b",
    summary="Segment Anything with ViT-B (94 M parameters): one mask for each box",
    file="sam_vit_b_01ec64.pth",
    url=f"{_URL}/sam_vit_b_01ec64.pth",
    size_mb=375,
    sha256="ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
    elsewhere=(".cache/torch/hub/checkpoints/sam_vit_b_01ec64.pth",),
    options={"architecture": "vit_b"},
)


def _official(spec: BackboneSpec) -> BackboneSpec:
    return replace(
        spec,
        name=f"{spec.name}_official",
        build=_OFFICIAL,
        source="arXiv 2304.02643; computed by the package segment-anything 1.0",
    )


SAM_VIT_H_OFFICIAL = _official(SAM_VIT_H)
SAM_VIT_L_OFFICIAL = _official(SAM_VIT_L)
SAM_VIT_B_OFFICIAL = _official(SAM_VIT_B)
