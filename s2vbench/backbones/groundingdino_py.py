"""Grounding DINO as the package groundingdino-py 0.4.0 computes it: a check on the first backend.

The package's wrapper around BERT calls methods that transformers 5 no longer has; here another takes its place while
the network is built. Rows of one batch with different captions would read each other's masks (the package repeats masks
in the wrong order), so a call has one caption for all images.

Shape letters: N images, C channels, H height, W width, Q queries, T tokens.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import torch
from torch import Tensor, nn

from s2vbench.backbones.captions import VOCABULARY, Caption
from s2vbench.backbones.grounding_dino_input import (
    Sizes,
    check_compute_dtype,
    check_weights_are_float32,
    detect_all,
)
from s2vbench.backbones.grounding_dino_keys import first_of_repeats, is_harmless, read_published
from s2vbench.backbones.protocols import Detections
from s2vbench.errors import MissingError
from s2vbench.types import FramesU8


class GroundingDinoPy(nn.Module):
    """Boxes for phrases from groundingdino-py; same sizes, files and answers as `GroundingDino`."""

    def __init__(self, **sizes: Any) -> None:
        """Build the network; `sizes` replace fields of `Sizes`.

        Raises:
            MissingError: groundingdino-py is not installed.
            ValueError: a width other than 256, which the package holds for given.
        """
        super().__init__()
        self.sizes = Sizes(**sizes)
        if self.sizes.width != 256:
            raise ValueError(f"groundingdino-py encodes the places of queries in 256 numbers, not {self.sizes.width}")
        # The package reads numbers from tensors while it builds, which the meta device cannot.
        with torch.device("cpu"):
            self.model = _build(self.sizes)
        self.compute_dtype = torch.float32
        self.batch: int | None = None

    def published_shapes(self) -> dict[str, Tensor]:
        """Names and shapes of the official file without copies and tables of numbers, on the meta device."""
        state = self.model.state_dict()
        wanted = {first_of_repeats(name): tensor for name, tensor in state.items() if tensor.is_floating_point()}
        return {name: tensor.to("meta") for name, tensor in wanted.items()}

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take a state dict with official or hub names; RuntimeError names what is missing or unexpected."""
        found = read_published(state, self.published_shapes())
        complete = {
            name: tensor if is_harmless(name) else found[first_of_repeats(name)]
            for name, tensor in self.model.state_dict().items()
        }
        self.model.load_state_dict(complete, strict=True, assign=True)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Run under autocast for bfloat16; weights stay float32.

        Raises:
            ValueError: another type than float32 and bfloat16.
        """
        check_compute_dtype(dtype)
        self.compute_dtype = dtype

    @torch.inference_mode()
    def detect(self, images: Sequence[FramesU8], phrases: Sequence[str]) -> list[Detections]:
        """Every query's box for each image (H, W, 3), best or worst; all phrases are read as one caption.

        Raises:
            InputError: phrases without a word, or of more than 256 tokens together.
            ValueError: the weights were cast.
        """
        check_weights_are_float32(self)
        return detect_all(self, images, phrases)

    def answer(self, pixels_NCHW: Tensor, caption: Caption) -> tuple[Tensor, Tensor]:
        """Logits (N, Q, T) and boxes (N, Q, 4), see `Network`."""
        bf16 = self.compute_dtype == torch.bfloat16
        with warnings.catch_warnings(), torch.autocast(pixels_NCHW.device.type, torch.bfloat16, enabled=bf16):
            warnings.filterwarnings("ignore", r".*torch\.cuda\.amp\.autocast", category=FutureWarning)
            answer = self.model(pixels_NCHW, captions=[caption.text] * len(pixels_NCHW))
        return answer["pred_logits"], answer["pred_boxes"]


class _TextEncoder(nn.Module):
    """BERT under the names of the published file, with the sentence mask shaped as transformers 5 wants it."""

    def __init__(self, bert_model: Any) -> None:
        super().__init__()
        self.config = bert_model.config
        self.embeddings, self.encoder, self.pooler = bert_model.embeddings, bert_model.encoder, bert_model.pooler
        # In a tuple: as a submodule it would appear in the state dict a second time.
        self._whole = (bert_model,)

    def forward(self, *, attention_mask: Tensor, **inputs: Tensor) -> Any:
        """Features of the tokens; the mask (N, T, T) is boolean."""
        return self._whole[0](attention_mask=attention_mask[:, None], **inputs)


def _build(sizes: Sizes) -> nn.Module:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Importing from timm.models", category=FutureWarning)
        warnings.filterwarnings("ignore", "torch.meshgrid", category=UserWarning)
        try:
            from groundingdino.models.GroundingDINO import groundingdino
            from groundingdino.models.GroundingDINO.backbone import backbone, swin_transformer
            from groundingdino.models.GroundingDINO.transformer import build_transformer
        except ImportError as error:
            raise MissingError(
                'the detector "grounding_dino_swint_ogc_py" needs groundingdino-py: '
                'pip install "s2vbench[groundingdino]"'
            ) from error
        arguments = _arguments(sizes)
        swin = swin_transformer.SwinTransformer(
            embed_dim=sizes.swin_width,
            depths=list(sizes.swin_depths),
            num_heads=list(sizes.swin_heads),
            out_indices=(1, 2, 3),
        )
        joined = backbone.Joiner(swin, backbone.build_position_encoding(arguments))
        joined.num_channels = swin.num_features[1:]
        with _offline_text_encoder(groundingdino, sizes):
            return cast(
                "nn.Module",
                groundingdino.GroundingDINO(
                    joined,
                    build_transformer(arguments),
                    num_queries=sizes.queries,
                    iter_update=True,
                    query_dim=4,
                    num_feature_levels=4,
                    nheads=sizes.heads,
                    two_stage_type="standard",
                    two_stage_bbox_embed_share=False,
                    two_stage_class_embed_share=False,
                ),
            )


def _arguments(sizes: Sizes) -> SimpleNamespace:
    """The entries of the package's configuration file for Swin-T (OGC) that its builders read."""
    return SimpleNamespace(
        hidden_dim=sizes.width,
        nheads=sizes.heads,
        dim_feedforward=sizes.feed_forward,
        enc_layers=sizes.encoder_layers,
        dec_layers=sizes.decoder_layers,
        num_queries=sizes.queries,
        position_embedding="sine",
        pe_temperatureH=20,
        pe_temperatureW=20,
        num_feature_levels=4,
        enc_n_points=4,
        dec_n_points=4,
        query_dim=4,
        num_patterns=0,
        pre_norm=False,
        dropout=0.0,
        text_dropout=0.0,
        fusion_dropout=0.0,
        fusion_droppath=0.1,
        transformer_activation="relu",
        two_stage_type="standard",
        embed_init_tgt=True,
        use_text_enhancer=True,
        use_fusion_layer=True,
        use_text_cross_attention=True,
        # Recomputing saves memory in training only.
        use_checkpoint=False,
        use_transformer_ckpt=False,
    )


@contextmanager
def _offline_text_encoder(package: Any, sizes: Sizes) -> Iterator[None]:
    """Make the package build its text encoder from the shipped vocabulary and `sizes`: no hub, nothing printed."""
    from transformers import BertConfig, BertModel, BertTokenizer

    config = BertConfig(
        hidden_size=sizes.text_width,
        num_hidden_layers=sizes.text_layers,
        num_attention_heads=sizes.text_heads,
        intermediate_size=sizes.text_feed_forward,
        attn_implementation="sdpa",
    )
    loader = SimpleNamespace(
        get_tokenlizer=lambda _: BertTokenizer(str(VOCABULARY)),
        get_pretrained_language_model=lambda _: BertModel(config),
    )
    replaced = package.get_tokenlizer, package.BertModelWarper
    package.get_tokenlizer, package.BertModelWarper = loader, _TextEncoder
    try:
        yield
    finally:
        package.get_tokenlizer, package.BertModelWarper = replaced
