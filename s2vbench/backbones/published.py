"""The published backbones of the `paper` profile."""

from __future__ import annotations

from s2vbench.backbones.spec import BackboneSpec
from s2vbench.video.recipes import AMT_PADDED_16, CLIP_CENTRE_224, DINO_SHORTER_224, MUSIQ_LONGER_512, VICLIP_CENTRE_224

_CLIP_URL = "https://openaipublic.azureedge.net/clip/models"
_CLIP_RULES = (
    (r"(text_projection|visual\.proj)$", "linear_in0 float16"),
    (r"(positional_embedding|class_embedding|token_embedding\.weight)$", "embedding"),
    (r"logit_scale$", "constant:4.605170"),
    (r"(in_proj_weight|(conv1|out_proj|c_fc|c_proj)\.weight)$", "linear float16"),
    (r"(in_proj_bias|(out_proj|c_fc|c_proj)\.bias)$", "bias float16"),
)

DINO_VITB16 = BackboneSpec(
    name="dino_vitb16",
    role="frame_encoder",
    build="s2vbench.backbones.dino:DinoViT",
    summary="DINO ViT-B/16, self-supervised; CLS feature of 768",
    source="arXiv 2104.14294, facebookresearch/dino",
    licence="Apache-2.0",
    file="dino_vitbase16_pretrain.pth",
    url="https://dl.fbaipublicfiles.com/dino/dino_vitbase16_pretrain/dino_vitbase16_pretrain.pth",
    size_mb=343,
    elsewhere=(
        ".cache/torch/hub/checkpoints/dino_vitbase16_pretrain.pth",
        ".cache/vbench/dino_model/dino_vitbase16_pretrain.pth",
    ),
    recipe=DINO_SHORTER_224,
    seeded_rules=((r"(cls_token|pos_embed)$", "embedding"),),
)

CLIP_VIT_B32 = BackboneSpec(
    name="clip_vit_b32",
    role="frame_encoder",
    build="s2vbench.backbones.clip:ClipImageEncoder",
    summary="CLIP ViT-B/32 of OpenAI; image feature of 512",
    source="arXiv 2103.00020, openai/CLIP",
    licence="MIT",
    file="ViT-B-32.pt",
    url=f"{_CLIP_URL}/40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af/ViT-B-32.pt",
    size_mb=354,
    sha256="40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af",
    elsewhere=(".cache/clip/ViT-B-32.pt", ".cache/vbench/clip_model/ViT-B-32.pt"),
    recipe=CLIP_CENTRE_224,
    options={"architecture": "ViT-B-32-quickgelu"},
    seeded_rules=_CLIP_RULES,
)

CLIP_VIT_L14 = BackboneSpec(
    name="clip_vit_l14",
    role="frame_encoder",
    build="s2vbench.backbones.clip:ClipImageEncoder",
    summary="CLIP ViT-L/14 of OpenAI; image feature of 768",
    source="arXiv 2103.00020, openai/CLIP",
    licence="MIT",
    file="ViT-L-14.pt",
    url=f"{_CLIP_URL}/b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836/ViT-L-14.pt",
    size_mb=933,
    sha256="b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836",
    elsewhere=(".cache/clip/ViT-L-14.pt", ".cache/vbench/clip_model/ViT-L-14.pt"),
    recipe=CLIP_CENTRE_224,
    options={"architecture": "ViT-L-14-quickgelu"},
    seeded_rules=_CLIP_RULES,
)

LAION_HEAD = BackboneSpec(
    name="laion_head",
    role="feature_head",
    build="s2vbench.backbones.heads:AestheticHead",
    summary="LAION aesthetic predictor: a linear layer on the CLIP ViT-L/14 feature",
    source="LAION-AI/aesthetic-predictor",
    licence="MIT",
    file="sa_0_4_vit_l_14_linear.pth",
    url="https://raw.githubusercontent.com/LAION-AI/aesthetic-predictor/main/sa_0_4_vit_l_14_linear.pth",
    size_mb=0.004,
    sha256="2cd4e60f4f24ae3bcd57b847b13c1f3ba27edc28cc1a7f9ce74ee9f421243cba",
    elsewhere=(
        ".cache/emb_reader/sa_0_4_vit_l_14_linear.pth",
        ".cache/vbench/aesthetic_model/emb_reader/sa_0_4_vit_l_14_linear.pth",
    ),
    seeded_rules=((r"weight$", "linear:28"), (r"bias$", "constant:5.25")),
)

MUSIQ_SPAQ = BackboneSpec(
    name="musiq_spaq",
    role="frame_scorer",
    build="s2vbench.backbones.musiq:Musiq",
    summary="MUSIQ multi-scale image quality transformer trained on SPAQ; one score of about 0..100",
    source="arXiv 2108.05997, google-research/google-research (musiq); PyTorch file from IQA-PyTorch",
    licence="Apache-2.0 original; terms of the converted file not stated",
    file="musiq_spaq_ckpt-358bb6af.pth",
    url="https://github.com/chaofengc/IQA-PyTorch/releases/download/v0.1-weights/musiq_spaq_ckpt-358bb6af.pth",
    size_mb=109,
    sha256_prefix="358bb6af",
    elsewhere=(
        ".cache/torch/hub/pyiqa/musiq_spaq_ckpt-358bb6af.pth",
        ".cache/vbench/pyiqa_model/musiq_spaq_ckpt-358bb6af.pth",
    ),
    recipe=MUSIQ_LONGER_512,
    seeded_rules=(
        (r"head\.weight$", "linear:10"),
        (r"head\.bias$", "constant:50"),
        (r"(\.cls|position_emb|scale_emb)$", "embedding"),
    ),
)

AMT_S = BackboneSpec(
    name="amt_s",
    role="interpolator",
    build="s2vbench.backbones.amt:AmtS",
    summary="AMT-S frame interpolation: the frame between two frames",
    source="arXiv 2304.09790, MCG-NKU/AMT",
    licence="CC BY-NC 4.0 (non-commercial)",
    file="amt-s.pth",
    url="https://huggingface.co/lalala125/AMT/resolve/main/amt-s.pth",
    size_mb=12,
    wrapper="state_dict",
    elsewhere=(".cache/vbench/amt_model/amt-s.pth",),
    recipe=AMT_PADDED_16,
    seeded_rules=(
        (r"decoder\d\.convblock\.2\.weight$", "linear_t:0.7"),
        (r"weight$", "linear:0.7 or prelu"),
    ),
)

VICLIP = BackboneSpec(
    name="viclip",
    role="video_text",
    build="s2vbench.backbones.viclip:ViCLIP",
    summary="ViCLIP-L trained on InternVid-10M-FLT: eight frames and a text in one space of 768",
    source="arXiv 2307.06942, OpenGVLab/InternVideo",
    licence="Apache-2.0 code; weights on the hub under MIT (OpenGVLab/ViCLIP)",
    file="ViClip-InternVid-10M-FLT.pth",
    url="https://huggingface.co/OpenGVLab/VBench_Used_Models/resolve/main/ViClip-InternVid-10M-FLT.pth",
    size_mb=1710,
    wrapper="model",
    elsewhere=(".cache/vbench/ViCLIP/ViClip-InternVid-10M-FLT.pth",),
    recipe=VICLIP_CENTRE_224,
    seeded_rules=(
        (r"temp$", "constant:0.01"),
        (r"(embedding|token_embedding\.weight)$", "embedding"),
        (r"(encoder\.proj|text_projection)$", "linear_in0"),
    ),
)
