"""Segment Anything (arXiv 2304.02643) as its authors implement it: the second opinion beside `sam.py`.

Shape letters: N boxes, H height, W width, C channels.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from s2vbench.backbones.precision import cast_blocks
from s2vbench.backbones.protocols import Segments
from s2vbench.backbones.sam import BOXES_AT_ONCE, PIXEL_MEAN, PIXEL_STD, no_segments
from s2vbench.backbones.sam_keys import require_keys, to_official
from s2vbench.backbones.sam_sizes import SamSizes, input_size, sizes_of
from s2vbench.errors import MissingError
from s2vbench.types import Floats, FramesU8


class SegmentAnything(nn.Module):
    """The network of the package segment-anything behind its own predictor, one image at a time."""

    def __init__(self, architecture: str = "vit_h", **changes: object) -> None:
        """Build "vit_b", "vit_l" or "vit_h"; `changes` replace entries of its `SamSizes` (tests build small ones).

        Raises:
            MissingError: the package is not installed.
        """
        super().__init__()
        package = _package("segment_anything")
        if changes:
            self.network: Any = _build(sizes_of(architecture, **changes))
        else:
            self.network = package.sam_model_registry[architecture]()

    def published_shapes(self) -> dict[str, Tensor]:
        """Keys and shapes of the published file, on the meta device."""
        return {key: value.to("meta") for key, value in self.network.state_dict().items()}

    def load_published(self, state: Mapping[str, Tensor]) -> None:
        """Take the published state dict, or one in SamModel's names, strictly; a mismatch raises RuntimeError."""
        official = to_official(state)
        require_keys(official, self.published_shapes())
        self.network.load_state_dict(official, strict=True, assign=True)

    def set_compute_dtype(self, dtype: torch.dtype) -> None:
        """Do the products of the image encoder's blocks in `dtype`; everything else stays float32."""
        cast_blocks(self.network.image_encoder.blocks, dtype)

    @torch.inference_mode()
    def segment(self, images: Sequence[FramesU8], boxes: Sequence[Floats]) -> list[Segments]:
        """Masks for the boxes (N, 4) of each uint8 image (H, W, 3), both of the image's own size.

        The image encoder runs once for an image with boxes and not at all for one without.
        """
        return [
            self._segment_image(image, boxes_N4) if len(boxes_N4) else no_segments(image)
            for image, boxes_N4 in zip(images, boxes, strict=True)
        ]

    def predictor(self) -> Any:
        """A `SamPredictor` on this network."""
        predictor = _package("segment_anything").SamPredictor(self.network)
        predictor.transform.get_preprocess_shape = input_size
        return predictor

    def _segment_image(self, image_HWC: FramesU8, boxes_N4: Floats) -> Segments:
        predictor = self.predictor()
        predictor.set_image(image_HWC)
        scaled_N4 = torch.from_numpy(predictor.transform.apply_boxes(boxes_N4, image_HWC.shape[:2])).float()
        masks, quality = [], []
        for some_N4 in torch.split(scaled_N4.to(predictor.device), BOXES_AT_ONCE):
            masks_N1HW, quality_N1, _ = predictor.predict_torch(None, None, boxes=some_N4, multimask_output=False)
            masks.append(masks_N1HW[:, 0].cpu())
            quality.append(quality_N1[:, 0].cpu())
        return Segments(torch.cat(masks).numpy(), torch.cat(quality).numpy())


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise MissingError(
            'this segmenter needs the package segment-anything: pip install "s2vbench[segment-anything]"'
        ) from error


def _build(sizes: SamSizes) -> nn.Module:
    parts = _package("segment_anything.modeling")
    patches = sizes.image_px // sizes.patch_px
    network: nn.Module = parts.Sam(
        image_encoder=parts.ImageEncoderViT(
            img_size=sizes.image_px,
            patch_size=sizes.patch_px,
            embed_dim=sizes.width,
            depth=sizes.layers,
            num_heads=sizes.heads,
            out_chans=sizes.prompt_width,
            norm_layer=functools.partial(nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=sizes.window,
            global_attn_indexes=sizes.global_layers,
        ),
        prompt_encoder=parts.PromptEncoder(
            embed_dim=sizes.prompt_width,
            image_embedding_size=(patches, patches),
            input_image_size=(sizes.image_px, sizes.image_px),
            mask_in_chans=16,
        ),
        mask_decoder=parts.MaskDecoder(
            transformer_dim=sizes.prompt_width,
            transformer=parts.TwoWayTransformer(
                depth=2, embedding_dim=sizes.prompt_width, num_heads=sizes.decoder_heads, mlp_dim=sizes.decoder_mlp
            ),
            iou_head_hidden_dim=sizes.quality_width,
        ),
        pixel_mean=PIXEL_MEAN,
        pixel_std=PIXEL_STD,
    )
    return network
